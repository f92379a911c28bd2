/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * proof.h - the sum that binds a record to its key, and numbers as it has
 * them.
 * Knows:    bytes, the same on every machine. Not: what a record says.
 * Feeds:    pin.
 * Source:   tlspolicy_pins(5).
 */
#ifndef TLSP_PROOF_H
#define TLSP_PROOF_H

#include <stddef.h>
#include <stdint.h>

/* So many upper-case hexadecimal digits is such a number. */
#define TLSP_PROOF_LEN	16

/*
 * The sum over a key and a text. A sum over bytes begins with a start, goes
 * through 16 bytes at a time, the last ones filled up with zeros, and with A
 * and B for their halves, lowest byte first, and S, at first the start,
 *     S += H3; sum ^= fold(A ^ H1, B ^ S)
 * where fold(x, y) is the upper half of x * y (128 bits) ^ the lower half,
 * and H1 to H5 are TLSP_HASH_1 to _5. K is the sum over the key, from start
 * H5 ^ its length; the result that over the text, from start
 * fold(K ^ H2, H4 ^ length of the text).
 */
uint64_t tlsp_proof_sum(const char *key, size_t key_len, const char *text,
    size_t len);

/* TLSP_PROOF_LEN characters; no NUL. */
void tlsp_proof_put(char *to, uint64_t number);

/* Out of TLSP_PROOF_LEN characters. -1: they are none. */
int tlsp_proof_read(const char *text, uint64_t *ret_number);

#endif
