/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * figures.h - everything that was measured, kept until it is reported.
 * Knows:    the quantities, their stable names and units. Not: how figures
 *           come about, nor what they look like.
 * Feeds:    measure, opens, memory, build, count; report, goals, json, chart.
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include "samples.h"

enum bench_what {
	BENCH_LOOKUP_NS,
	BENCH_INSTRUCTIONS,	/* per lookup */
	BENCH_OPEN_US,
	BENCH_FIRST_US,		/* the first lookup */
	BENCH_CLOSE_US,
	BENCH_ALL_US,		/* open, first lookup, close */
	BENCH_FRESH_OPEN_US,	/* in a new process */
	BENCH_FRESH_FIRST_US,
	BENCH_FRESH_US,		/* open and first lookup */
	BENCH_PRIVATE_KB,	/* of one process */
	BENCH_MAPPED_KB,	/* of the table's files; shared */
	BENCH_CODE_KB,		/* of libraries; shared */
	BENCH_PEAK_KB,		/* of all these, while it opened */
	BENCH_MANY_KB,		/* of many processes, in all */
	BENCH_BUILD_MS,
	BENCH_BUILD_CPU_MS,
	BENCH_FILE_BYTES,
	BENCH_N_WHATS
};

/* What it is a figure of, and the figure. */
struct bench_figure {
	enum bench_what what;
	size_t n_rules;
	const char *mode;	/* "": does not apply; so with c */
	const char *c;		/* the case */
	const char *table;
	double median;
	double min;
	size_t n;		/* samples */
};

struct bench_figures {
	struct bench_figure *list;	/* owned */
	size_t n;
	size_t room;
	double n_answers;	/* compared with the right ones */
	double n_wrong;
};

/* A quantity's name in JSON. */
const char *bench_what_name(enum bench_what);

/* Add what the samples say, if there are any, and clear them. */
void bench_figures_add(struct bench_figures *, const struct bench_figure *of,
    struct bench_samples *);

/* NULL: not measured. Borrowed until the next addition. */
const struct bench_figure *bench_figures_get(const struct bench_figures *,
    const struct bench_figure *of);

/* The same of another table. */
const struct bench_figure *bench_figures_of(const struct bench_figures *,
    const struct bench_figure *of, const char *table);

void bench_figures_clear(struct bench_figures *);

/* Is a word in a list with commas? */
int bench_is_listed(const char *list, const char *word);

#endif
