/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * measure.h - how long a lookup takes: chunks of them, in random order.
 * Knows:    modes, chunks, caches. Not: Postfix, reports.
 * Feeds:    report, bench. A new mode is a new row in measure.c.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "setup.h"

struct bench_mode {
	const char *name;
	const char *what;
	size_t n_keys;		/* asked over and over in a chunk */
	size_t n_pool;		/* of which each chunk takes the next ones */
	size_t sweep;		/* bytes read before each lookup */
	enum bench_path path;
	int is_warmed;		/* each chunk finds its keys in the caches */
	size_t min_rules;	/* with fewer it says nothing new */
};

/* All modes there are. Ends with a name of NULL. */
extern const struct bench_mode bench_modes[];

/*
 * Ask every table every case, a chunk at a time, in random order. Adds
 * figures. Afterwards every answer that was given is compared.
 */
void bench_measure_lookups(struct bench_setup *, const struct bench_mode *);

#endif
