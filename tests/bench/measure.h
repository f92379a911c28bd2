/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * measure.h - how long it takes: chunks of lookups, in random order.
 * Knows:    the clock, medians, caches. Not: Postfix, reports.
 * Feeds:    report, bench. A new mode is a new row in measure.c.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "tables.h"

struct bench_mode {
	const char *name;
	const char *what;
	size_t n_keys;		/* asked over and over in a chunk */
	size_t n_pool;		/* of which each chunk takes the next ones */
	size_t sweep;		/* bytes read before each lookup */
};

/* All modes there are. Ends with a name of NULL. */
extern const struct bench_mode bench_modes[];

/* Everything that takes part: NULL-named lists, and how often. */
struct bench_setup {
	struct bench_table *tables;	/* open, or all closed for opens */
	size_t n_tables;
	struct bench_case *cases;
	size_t n_cases;
	size_t n_rounds;
};

/* Nanoseconds per lookup. No rounds: not measured. */
struct bench_figure {
	double median;
	double min;
	size_t n_rounds;
};

/* Microseconds; medians, but for min. No rounds: not measured. */
struct bench_open {
	double open;
	double first;		/* the first lookup */
	double close;
	double total;
	double min;		/* of the total */
	size_t n_rounds;
};

/*
 * Ask every table every case, a chunk at a time, in random order.
 * ret_figures: n_cases times n_tables.
 * returns   how many chunks had a wrong number of found keys.
 */
size_t bench_measure_lookups(const struct bench_setup *,
    const struct bench_mode *, struct bench_figure *ret_figures);

/*
 * Open each table, ask once, close it, in random order.
 * seconds:  enough, once each had its turn a few times.
 * ret_opens: n_tables; tables without a type are not measured.
 */
void bench_measure_opens(const struct bench_setup *, const char *folder,
    double seconds, struct bench_open *ret_opens);

#endif
