/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * print.h - fingerprints as people write them.
 * Knows:    hexadecimal, colons. Not: what they are of.
 * Feeds:    the verb pins.
 */
#ifndef TLSP_CMD_PRINT_H
#define TLSP_CMD_PRINT_H

#include "../dict_tlspolicy/pin.h"

#define PRINT_SIZE	(64 * 3)	/* of sha512, and a NUL */

/*
 * Read a fingerprint: hexadecimal, in any case, with colons between the
 * bytes or without.
 * want:     how long it is with colons; 0: of any digest that pins have.
 * ret_text: in upper case, with colons.
 * errors:   TLSP_E_VALUE.
 */
enum tlsp_code print_read(const char *text, size_t want,
    char ret_text[static PRINT_SIZE], struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Read "mx.example.com:25"; the port may be missing: 25.
 * errors:   TLSP_E_VALUE.
 */
enum tlsp_code print_read_host(const char *text, size_t *ret_len,
    unsigned *ret_port, struct tlsp_err *err) TLSP_MUST_USE;

#endif
