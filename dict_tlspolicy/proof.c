/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * proof.c - the sum that binds a record to its key, and numbers as it has
 * them.
 * Knows:    bytes, the same on every machine. Not: what a record says.
 * Feeds:    pin.
 * Source:   tlspolicy_pins(5).
 */
#include "proof.h"

#include <string.h>

#include "hash.h"

/* The order of bytes in a record is that of no machine. */
static uint64_t
load_word(const unsigned char *at)
{
	return (uint64_t)at[0] | (uint64_t)at[1] << 8 |
	    (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
	    (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 |
	    (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

static uint64_t
sum_bytes(const char *text, size_t len, uint64_t sum)
{
	const unsigned char *at = (const unsigned char *)text;
	unsigned char last[16] = { 0 };
	uint64_t step = sum;

	for (; len >= sizeof(last); len -= sizeof(last), at += sizeof(last))
		sum ^= tlsp_hash_fold(load_word(at) ^ TLSP_HASH_1,
		    load_word(at + 8) ^ (step += TLSP_HASH_3));
	if (len == 0)
		return sum;
	memcpy(last, at, len);
	return sum ^ tlsp_hash_fold(load_word(last) ^ TLSP_HASH_1,
	    load_word(last + 8) ^ (step + TLSP_HASH_3));
}

uint64_t
tlsp_proof_sum(const char *key, size_t key_len, const char *rest, size_t len)
{
	const uint64_t sum = sum_bytes(key, key_len, key_len ^ TLSP_HASH_5);

	return sum_bytes(rest, len, tlsp_hash_fold(sum ^ TLSP_HASH_2,
	    len ^ TLSP_HASH_4));
}

void
tlsp_proof_put(char *to, uint64_t number)
{
	size_t n;

	for (n = TLSP_PROOF_LEN; n-- > 0; number >>= 4)
		to[n] = "0123456789ABCDEF"[number & 15];
}

int
tlsp_proof_read(const char *text, uint64_t *ret_number)
{
	uint64_t number = 0;
	size_t n;

	for (n = 0; n < TLSP_PROOF_LEN; n++) {
		if (text[n] >= '0' && text[n] <= '9')
			number = number << 4 | (uint64_t)(text[n] - '0');
		else if (text[n] >= 'A' && text[n] <= 'F')
			number = number << 4 | (uint64_t)(text[n] - 'A' + 10);
		else
			return -1;
	}
	*ret_number = number;
	return 0;
}
