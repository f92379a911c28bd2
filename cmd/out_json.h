/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_json.h - one JSON object a line: written, and read.
 * Knows:    jansson, and nobody else does. Not: what is said.
 * Feeds:    the verbs.
 * Source:   RFC 8259.
 */
#ifndef TLSP_CMD_OUT_JSON_H
#define TLSP_CMD_OUT_JSON_H

#include <stdint.h>
#include <stdio.h>

#include "../dict_tlspolicy/err.h"
#include "record.h"

/*
 * An object on its way to a line. Members keep their order. Where memory
 * runs out it is remembered, and told at the end.
 */
struct out_json;
struct out_json *out_json_new(void) TLSP_MUST_USE;
void out_json_free(struct out_json *);

/*
 * Add a member to the innermost object or list that is open; name: NULL in a
 * list. A text that is no UTF-8 is written with each odd byte as U+FFFD.
 * value:    NULL: null.
 */
void out_json_text(struct out_json *, const char *name, const char *value);
void out_json_bytes(struct out_json *, const char *name, const char *value,
    size_t len);
void out_json_int(struct out_json *, const char *name, int64_t value);
void out_json_bool(struct out_json *, const char *name, int value);
/* 16 upper-case hexadecimal digits, as text. */
void out_json_hex(struct out_json *, const char *name, uint64_t value);
/* RFC 3339, in UTC, as text; 0 and less: null. */
void out_json_time(struct out_json *, const char *name, int64_t when);
/* Open an object or a list inside; end it. */
void out_json_object(struct out_json *, const char *name);
void out_json_list(struct out_json *, const char *name);
void out_json_end(struct out_json *);

/* Something for the object could not be made: no memory. */
void out_json_no_memory(struct out_json *);

/*
 * Write the object as one line, newline and all, and free it.
 * json:     taken.
 * errors:   TLSP_E_NOMEM; TLSP_E_IO.
 */
enum tlsp_code out_json_print(struct out_json *, FILE *, struct tlsp_err *err)
    TLSP_MUST_USE;

/* A probe record, as record_fields[] names its fields. Errors as above. */
enum tlsp_code out_json_record(const struct record *, FILE *,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Read one: a line, with or without its newline. Members that we do not know
 * are passed over; one that is there has the right type. record_check() has
 * not been asked.
 * ret_record: to be cleared by record_clear(), on success only.
 * errors:   TLSP_E_SYNTAX: no JSON, not one object, a member twice, another
 *           type, col set; TLSP_E_VALUE: no record of ours, or of another
 *           version; TLSP_E_NOMEM.
 */
enum tlsp_code out_json_read_record(const char *line, size_t len,
    struct record *ret_record, struct tlsp_err *err) TLSP_MUST_USE;

#endif
