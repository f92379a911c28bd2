/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * goals.h - what was promised, beside what was measured.
 * Knows:    the goals, as rows of a table. Not: how figures come about.
 * Feeds:    bench, json. A new goal is a new row in goals.c.
 */
#ifndef BENCH_GOALS_H
#define BENCH_GOALS_H

#include <stdio.h>

#include "figures.h"

enum bench_state {
	BENCH_UNKNOWN,		/* not measured in this run */
	BENCH_MET,
	BENCH_MET_ALLOWED,	/* with the nanoseconds that are allowed */
	BENCH_BEYOND,		/* missed, and so it is by the limit */
	BENCH_MISSED
};

struct bench_verdict {
	const char *goal;
	const char *limit;	/* ">= 3.4x" */
	enum bench_state state;
	double measured;	/* the worst of all that it is about */
	double least;		/* the limit's, if BENCH_BEYOND */
	const char *unit;
	struct bench_figure worst;	/* ours, there */
	const char *rival;	/* there; "": none */
};

/* The next goal, from 0 on. Returns 0 if there is none. */
int bench_goals_next(const struct bench_figures *, size_t n,
    struct bench_verdict *ret_verdict);

const char *bench_state_name(enum bench_state);

void bench_goals_print(FILE *, const struct bench_figures *);

#endif
