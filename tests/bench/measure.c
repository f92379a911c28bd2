/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * measure.c - how long it takes: chunks of lookups, in random order.
 * Knows:    the clock, medians, caches. Not: Postfix, reports.
 * Feeds:    report, bench. A new mode is a new row here.
 */
#include "measure.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "words.h"

#define CHUNK_NS	1e6
#define SWEPT_CHUNK	5	/* lookups, each after a sweep */
#define CACHE_LINE	64
#define OPEN_ROUNDS_MIN	7

const struct bench_mode bench_modes[] = {
	{ "hot", "few names, asked over and over", 16, 1024, 0 },
	{ "cold", "many names in random order", 32768, 32768, 0 },
	{ "swept", "one at a time, 16 MB of other memory read in between",
	    4096, 4096, (size_t)16 << 20 },
	{ NULL, NULL, 0, 0, 0 }
};

/* A table, a case, and what was seen so far. */
struct pair {
	struct bench_table *table;
	const struct bench_case *c;
	const struct bench_query *queries;	/* some of the case's */
	size_t n_queries;
	size_t next;
	size_t n_asked;		/* in a chunk */
	double *samples;
	size_t n_samples;
};

static double
now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static void *
must_alloc(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (p == NULL)
		err(2, "calloc");
	return p;
}

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Sorts the samples. */
static double
median(double *samples, size_t n)
{
	qsort(samples, n, sizeof(*samples), compare);
	return n % 2 == 1 ? samples[n / 2] :
	    (samples[n / 2 - 1] + samples[n / 2]) / 2;
}

/* How many of the next n queries are there to be found? */
static size_t
count_wanted(const struct pair *pair, size_t next, size_t n)
{
	size_t n_wanted = 0;

	while (n-- > 0) {
		if (next >= pair->n_queries)
			next = 0;
		n_wanted += pair->queries[next++].want != NULL;
	}
	return n_wanted;
}

/* The next n lookups; *ret_ns: all of them together. 1: wrong answers. */
static size_t
ask_chunk(struct pair *pair, size_t n, double *ret_ns)
{
	const size_t from = pair->next;
	size_t n_found;
	double start;

	start = now_ns();
	n_found = bench_tables_ask_many(pair->table, pair->queries,
	    pair->n_queries, &pair->next, n);
	*ret_ns = now_ns() - start;
	return pair->table->type != NULL &&
	    n_found != count_wanted(pair, from, n);
}

/* Evict what the last lookup left in the caches. */
static void
sweep(size_t size)
{
	static unsigned char *memory;
	unsigned char sum = 0;
	size_t n;

	if (memory == NULL) {
		if ((memory = malloc(size)) == NULL)
			err(2, "malloc");
		memset(memory, 1, size);
	}
	for (n = 0; n < size; n += CACHE_LINE)
		sum = (unsigned char)(sum + memory[n]);
	__asm__ volatile("" : : "r"(sum));
}

static size_t
ask_swept(struct pair *pair, const struct bench_mode *mode, double *ret_ns)
{
	double samples[SWEPT_CHUNK];
	size_t n, n_wrong = 0;

	for (n = 0; n < SWEPT_CHUNK; n++) {
		sweep(mode->sweep);
		n_wrong += ask_chunk(pair, 1, &samples[n]);
	}
	*ret_ns = median(samples, SWEPT_CHUNK);
	return n_wrong > 0;
}

/*
 * Take other keys for each sample: few keys can be lucky or unlucky with
 * where they lie, for as long as the table is open.
 */
static size_t
sample(struct pair *pair, const struct bench_mode *mode)
{
	const size_t n_parts = pair->c->n_queries / pair->n_queries;
	size_t n_wrong;
	double ns;

	pair->queries = pair->c->queries +
	    pair->n_samples % n_parts * pair->n_queries;
	if (mode->sweep > 0) {
		n_wrong = ask_swept(pair, mode, &ns);
	} else {
		n_wrong = ask_chunk(pair, pair->n_asked, &ns);
		ns /= (double)pair->n_asked;
	}
	pair->samples[pair->n_samples++] = ns;
	return n_wrong;
}

/* Find out how many lookups fill a chunk. */
static void
calibrate(struct pair *pair)
{
	double ns = 0;

	for (pair->n_asked = 8; ns < CHUNK_NS / 8; pair->n_asked *= 2)
		(void)ask_chunk(pair, pair->n_asked, &ns);
	pair->n_asked = (size_t)((double)pair->n_asked / 2 * CHUNK_NS / ns);
	if (pair->n_asked == 0)
		pair->n_asked = 1;
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

static size_t *
count_up(size_t n)
{
	size_t *order = must_alloc(n, sizeof(*order));

	while (n-- > 0)
		order[n] = n;
	return order;
}

static struct pair *
make_pairs(const struct bench_setup *setup, const struct bench_mode *mode)
{
	struct pair *pairs = must_alloc(setup->n_cases * setup->n_tables,
	    sizeof(*pairs)), *pair = pairs;
	size_t c, t;

	for (c = 0; c < setup->n_cases; c++)
		for (t = 0; t < setup->n_tables; t++, pair++) {
			pair->table = &setup->tables[t];
			pair->c = &setup->cases[c];
			pair->queries = pair->c->queries;
			pair->n_queries = pair->c->n_queries < mode->n_keys ?
			    pair->c->n_queries : mode->n_keys;
			pair->samples = must_alloc(setup->n_rounds,
			    sizeof(*pair->samples));
		}
	return pairs;
}

size_t
bench_measure_lookups(const struct bench_setup *setup,
    const struct bench_mode *mode, struct bench_figure *ret_figures)
{
	const size_t n_pairs = setup->n_cases * setup->n_tables;
	struct pair *pairs = make_pairs(setup, mode);
	size_t *order = count_up(n_pairs), round, n, n_wrong = 0;
	struct bench_rng rng = { 0xbe9c4 };

	for (n = 0; n < n_pairs; n++)
		if (pairs[n].n_queries > 0 && mode->sweep == 0)
			calibrate(&pairs[n]);
	for (round = 0; round < setup->n_rounds; round++) {
		shuffle(order, n_pairs, &rng);
		for (n = 0; n < n_pairs; n++)
			if (pairs[order[n]].n_queries > 0)
				n_wrong += sample(&pairs[order[n]], mode);
	}
	for (n = 0; n < n_pairs; n++) {
		memset(&ret_figures[n], 0, sizeof(ret_figures[n]));
		if ((ret_figures[n].n_rounds = pairs[n].n_samples) > 0) {
			ret_figures[n].median = median(pairs[n].samples,
			    pairs[n].n_samples);
			ret_figures[n].min = pairs[n].samples[0];
		}
		free(pairs[n].samples);
	}
	free(order);
	free(pairs);
	return n_wrong;
}

/* The samples of one table, in microseconds. */
struct open_samples {
	double *open, *first, *close, *total;
};

static void
open_once(struct bench_table *table, const char *folder,
    const struct bench_query *query, const struct open_samples *samples,
    size_t round)
{
	double start, opened, asked, closed;

	start = now_ns();
	bench_tables_open(table, folder);
	opened = now_ns();
	(void)bench_tables_ask(table, query);
	asked = now_ns();
	bench_tables_close(table);
	closed = now_ns();
	samples->open[round] = (opened - start) / 1e3;
	samples->first[round] = (asked - opened) / 1e3;
	samples->close[round] = (closed - asked) / 1e3;
	samples->total[round] = (closed - start) / 1e3;
}

static void
digest_opens(struct open_samples *samples, size_t n, struct bench_open *ret)
{
	if ((ret->n_rounds = n) > 0) {
		ret->open = median(samples->open, n);
		ret->first = median(samples->first, n);
		ret->close = median(samples->close, n);
		ret->total = median(samples->total, n);
		ret->min = samples->total[0];
	}
	free(samples->open);
	free(samples->first);
	free(samples->close);
	free(samples->total);
}

void
bench_measure_opens(const struct bench_setup *setup, const char *folder,
    double seconds, struct bench_open *ret_opens)
{
	const struct bench_case *c = &setup->cases[0];
	const double end = now_ns() + seconds * 1e9;
	struct open_samples *samples = must_alloc(setup->n_tables,
	    sizeof(*samples));
	size_t *order = count_up(setup->n_tables), round, n;
	struct bench_rng rng = { 0x09e4 };

	for (n = 0; n < setup->n_tables; n++) {
		samples[n].open = must_alloc(setup->n_rounds, sizeof(double));
		samples[n].first = must_alloc(setup->n_rounds, sizeof(double));
		samples[n].close = must_alloc(setup->n_rounds, sizeof(double));
		samples[n].total = must_alloc(setup->n_rounds, sizeof(double));
	}
	for (round = 0; round < setup->n_rounds && (round < OPEN_ROUNDS_MIN ||
	    now_ns() < end); round++) {
		shuffle(order, setup->n_tables, &rng);
		for (n = 0; n < setup->n_tables; n++)
			if (setup->tables[order[n]].type != NULL)
				open_once(&setup->tables[order[n]], folder,
				    &c->queries[round % c->n_queries],
				    &samples[order[n]], round);
	}
	memset(ret_opens, 0, setup->n_tables * sizeof(*ret_opens));
	for (n = 0; n < setup->n_tables; n++)
		digest_opens(&samples[n], setup->tables[n].type == NULL ? 0 :
		    round, &ret_opens[n]);
	free(order);
	free(samples);
}
