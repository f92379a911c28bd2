/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_log.h - a log as lines with their times; several, in order of time.
 * Knows:    that each line is of one form or another. Not: what it says.
 * Feeds:    audit_feed, audit.
 */
#ifndef TLSP_CMD_AUDIT_LOG_H
#define TLSP_CMD_AUDIT_LOG_H

#include "audit_in.h"
#include "audit_line.h"

struct audit_log;

/*
 * A line with a time.
 * raw:      the whole line; of a journal, what a mail log would have of it.
 * number:   from 1. All borrowed until the next call.
 */
struct audit_logged {
	struct audit_line line;
	int64_t when;
	struct audit_span raw;
	unsigned long number;
};

/*
 * What was seen of a log so far.
 * n_odd:    lines without a time, first_odd the number of the first; lines
 *           that are too long among them.
 * size, at: as audit_in_state has them.
 */
struct audit_log_state {
	const char *path;
	unsigned long n_lines;
	unsigned long n_odd;
	unsigned long first_odd;
	int64_t first;
	int64_t last;
	uint64_t size;
	uint64_t at;
};

/* path: borrowed for ever. Errors: as audit_in_open(). */
enum tlsp_code audit_log_open(const char *path, struct audit_log **ret_log,
    struct tlsp_err *err) TLSP_MUST_USE;

/* NULL may be closed. */
void audit_log_close(struct audit_log *);

/* The next line that has a time. Errors: as audit_in_line(). */
enum tlsp_code audit_log_next(struct audit_log *,
    struct audit_logged *ret_logged, struct tlsp_err *err) TLSP_MUST_USE;

struct audit_log_state audit_log_state(const struct audit_log *);

/*
 * Put logs in the order of their first lines; standard input, which cannot
 * be looked into, comes last. A file that is named twice stays once.
 * paths:    n of them; put in order, the last ones may be given up.
 * ret_bytes: of all of them, 0 where it is not known.
 * ret_n:    how many stay.
 * errors:   one of them cannot be read: as audit_in_open().
 */
enum tlsp_code audit_log_sort(char **paths, size_t n, uint64_t *ret_bytes,
    size_t *ret_n, struct tlsp_err *err) TLSP_MUST_USE;

#endif
