/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * targets.h - who is to be probed, and what the rules demand of them.
 * Knows:    where names come from: arguments, a stream, all rules. Not:
 *           connections, printing.
 * Feeds:    probe, refresh.
 */
#ifndef TLSP_CMD_TARGETS_H
#define TLSP_CMD_TARGETS_H

#include <stdio.h>

#include "prober.h"
#include "tables.h"

/*
 * tables, site: borrowed.
 * who:      n_who names: recipients, domains, next-hops; "-": those of
 *           stream, one a line. is_all: every rule's; is_pinned: of those only
 *           where a rule asks for fingerprints.
 * is_for_cert: what counts is the certificate: it is asked for also where the
 *           rule would let mail go without TLS, or without a certificate.
 * skipped:  told of what cannot be probed, and why.
 */
struct targets {
	const struct tables *tables;
	const struct demand_site *site;
	char *const *who;
	size_t n_who;
	FILE *stream;
	int is_all;
	int is_pinned;
	int is_for_cert;
	void (*skipped)(void *ctx, const char *key, const char *why);
	void *ctx;
	size_t n_skipped;
	/* targets' own */
	size_t at;
	struct tables_cursor cursor;
	char *line;
	size_t line_size;
};

/* A prober's next(): ctx is the targets. */
enum tlsp_code targets_next(void *ctx, struct prober_target *ret_target,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * How many there will be, as far as is known: 0: not known.
 * cost:     a pass over the tables.
 */
size_t targets_count(const struct targets *);

void targets_clear(struct targets *);

#endif
