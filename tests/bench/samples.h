/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * samples.h - the clock, and whose turn it is.
 * Knows:    time, medians, random order, processors. Not: what is measured.
 * Feeds:    measure, opens, build, figures.
 */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stddef.h>

struct bench_samples {
	double *list;		/* owned */
	size_t n;
	size_t room;
};

double bench_now_ns(void);

/* Memory of zeroes, or the end of the program. Never NULL. */
void *bench_alloc(size_t n, size_t size);

void bench_samples_add(struct bench_samples *, double);

/* Sorts the samples, so that the smallest is the first. n > 0. */
double bench_samples_median(struct bench_samples *);

void bench_samples_clear(struct bench_samples *);

/* How often each of several has its turn. */
struct bench_turns {
	size_t n;		/* of them */
	size_t n_min;		/* turns, whatever they take */
	size_t n_max;
	double seconds;		/* enough for one of them */
};

/*
 * Give each of several its turn, all in a new random order in each round,
 * until each has had n_max turns, or n_min and its time is over.
 */
void bench_take_turns(const struct bench_turns *,
    void (*turn)(void *context, size_t which), void *context);

/* Stay on one processor, children too; 0: no longer. */
void bench_pin(int is_pinned);

#endif
