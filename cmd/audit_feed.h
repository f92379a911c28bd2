/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_feed.h - the way of a line: read, understood, matched, counted.
 * Knows:    which room comes after which. Not: options, printing.
 * Feeds:    audit.
 */
#ifndef TLSP_CMD_AUDIT_FEED_H
#define TLSP_CMD_AUDIT_FEED_H

#include "audit_log.h"
#include "audit_sum.h"
#include "audit_who.h"

/*
 * since, until: what was delivered before, or then and later, is not counted;
 *           what was said of TLS before is heeded.
 * tick:     told now and then, for a person who waits; NULL: nobody does.
 */
struct audit_feed_options {
	int64_t since;
	int64_t until;
	void (*tick)(void *ctx, const struct audit_log_state *);
	void *ctx;
};

/*
 * What was read in all.
 * n_tls, n_deliveries: lines.
 */
struct audit_feed_state {
	struct audit_log_state *logs;
	size_t n_logs, cap_logs;
	unsigned long n_lines;
	unsigned long n_odd;
	unsigned long n_tls;
	unsigned long n_deliveries;
	int64_t first;
	int64_t last;
};

struct audit_feed;

/* All borrowed. NULL: no memory. */
struct audit_feed *audit_feed_new(const struct audit_feed_options *,
    struct audit_who *, struct audit_sum *) TLSP_MUST_USE;
void audit_feed_free(struct audit_feed *);

/*
 * Read a log to its end.
 * path:     borrowed for ever.
 * errors:   as audit_in_line(): what was read before counts; TLSP_E_NOMEM.
 */
enum tlsp_code audit_feed_log(struct audit_feed *, const char *path,
    struct tlsp_err *err) TLSP_MUST_USE;

/* The logs have ended. errors: TLSP_E_NOMEM. */
enum tlsp_code audit_feed_end(struct audit_feed *, struct tlsp_err *err)
    TLSP_MUST_USE;

/* Borrowed. */
const struct audit_feed_state *audit_feed_state(const struct audit_feed *);

#endif
