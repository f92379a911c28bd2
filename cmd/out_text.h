/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_text.h - what is said to people, in lines that grep can find.
 * Knows:    times, ages, what a terminal must not be told. Not:
 *           what is said.
 * Feeds:    the verbs.
 */
#ifndef TLSP_CMD_OUT_TEXT_H
#define TLSP_CMD_OUT_TEXT_H

#include <stdint.h>
#include <stdio.h>

#include "../dict_tlspolicy/err.h"

#define OUT_TEXT_TIME	48	/* bytes for a time or an age */

/* "2026-11-25T09:42:09Z"; 0: "never". Returns buf. */
const char *out_text_time(int64_t when, char buf[static OUT_TEXT_TIME]);

/*
 * A span in its two largest units: "6d4h", "59m", "12s", "now"; "-2h" lies
 * the other way. Returns buf.
 */
const char *out_text_span(int64_t span_s, char buf[static OUT_TEXT_TIME]);

/*
 * A time that a person wrote: seconds since the Epoch, or RFC 3339, date
 * alone or with time of day, "Z" or an offset.
 * errors:   TLSP_E_VALUE.
 */
enum tlsp_code out_text_read_time(const char *text, int64_t *ret_when,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Copy text that strangers wrote: a tab becomes a blank, what a terminal
 * would obey "?". Returns buf.
 */
const char *out_text_safe(const char *text, size_t len, char *buf,
    size_t buf_len);

#endif
