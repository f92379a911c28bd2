/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_in.h - a log, line by line: a file, one that gzip(1) made, or
 *              standard input.
 * Knows:    zlib, and nobody else does. Not: what stands in a line.
 * Feeds:    audit_logs, audit_feed.
 * Source:   RFC 1952.
 */
#ifndef TLSP_CMD_AUDIT_IN_H
#define TLSP_CMD_AUDIT_IN_H

#include <stdint.h>

#include "../dict_tlspolicy/err.h"

/* Longer lines are passed over, and counted. */
#define AUDIT_IN_LINE_MAX	((size_t)1 << 17)

struct audit_in;

/*
 * Open a log.
 * path:     borrowed until audit_in_close(); "-": standard input.
 * errors:   TLSP_E_IO: it cannot be read; TLSP_E_VALUE: it is something
 *           else, and what to do; TLSP_E_NOMEM.
 */
enum tlsp_code audit_in_open(const char *path, struct audit_in **ret_in,
    struct tlsp_err *err) TLSP_MUST_USE;

/* NULL may be closed. */
void audit_in_close(struct audit_in *);

/*
 * The next line, without its end. The last one need have none.
 * ret_line: borrowed until the next call; may hold any bytes.
 * errors:   TLSP_NONE: there are no more; TLSP_E_IO; TLSP_E_DAMAGED: what
 *           gzip(1) made breaks off or is altered. Then nothing follows.
 */
enum tlsp_code audit_in_line(struct audit_in *, const char **ret_line,
    size_t *ret_len, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * written:  when the log was written last, seconds since the Epoch.
 * n_lines:  so far, with those that were too long (n_long).
 * size, at: bytes of the file, and how many of them were read; size is 0
 *           where it cannot be known.
 * device, inode: which file it is; 0: no file.
 */
struct audit_in_state {
	int64_t written;
	unsigned long n_lines;
	unsigned long n_long;
	uint64_t size;
	uint64_t at;
	uint64_t device;
	uint64_t inode;
};

const struct audit_in_state *audit_in_state(const struct audit_in *);

#endif
