/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * samples.c - the clock, and whose turn it is.
 * Knows:    time, medians, random order, processors. Not: what is measured.
 * Feeds:    measure, opens, build, figures.
 */
#include "samples.h"

#include <err.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "words.h"

double
bench_now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

void *
bench_alloc(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (p == NULL)
		err(2, "calloc");
	return p;
}

void
bench_samples_add(struct bench_samples *samples, double value)
{
	if (samples->n == samples->room) {
		samples->room = samples->room * 2 + 16;
		samples->list = reallocarray(samples->list, samples->room,
		    sizeof(*samples->list));
		if (samples->list == NULL)
			err(2, "reallocarray");
	}
	samples->list[samples->n++] = value;
}

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double
bench_samples_median(struct bench_samples *samples)
{
	const double *list = samples->list;
	const size_t n = samples->n;

	qsort(samples->list, n, sizeof(*list), compare);
	return n % 2 == 1 ? list[n / 2] : (list[n / 2 - 1] + list[n / 2]) / 2;
}

void
bench_samples_clear(struct bench_samples *samples)
{
	free(samples->list);
	memset(samples, 0, sizeof(*samples));
}

static void
shuffle(size_t *order, size_t n, struct bench_rng *rng)
{
	size_t other, saved;

	while (n > 1) {
		other = bench_rng_below(rng, n--);
		saved = order[n];
		order[n] = order[other];
		order[other] = saved;
	}
}

void
bench_take_turns(const struct bench_turns *turns,
    void (*turn)(void *context, size_t which), void *context)
{
	size_t *order = bench_alloc(turns->n, sizeof(*order)), round, n;
	double *spent = bench_alloc(turns->n, sizeof(*spent)), start;
	struct bench_rng rng = { 0xbe9c4 };

	for (n = 0; n < turns->n; n++)
		order[n] = n;
	for (round = 0; round < turns->n_max; round++) {
		shuffle(order, turns->n, &rng);
		for (n = 0; n < turns->n; n++) {
			if (round >= turns->n_min &&
			    spent[order[n]] > turns->seconds * 1e9)
				continue;
			start = bench_now_ns();
			turn(context, order[n]);
			spent[order[n]] += bench_now_ns() - start;
		}
	}
	free(spent);
	free(order);
}

void
bench_pin(int is_pinned)
{
	static cpu_set_t all;
	cpu_set_t one;
	size_t cpu;

	if (CPU_COUNT(&all) == 0 &&
	    sched_getaffinity(0, sizeof(all), &all) != 0)
		err(2, "sched_getaffinity");
	/* The last one: interrupts come to the first. */
	for (cpu = CPU_SETSIZE - 1; cpu > 0 && !CPU_ISSET(cpu, &all); cpu--)
		continue;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), is_pinned ? &one : &all) != 0)
		warn("sched_setaffinity");
}
