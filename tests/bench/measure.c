/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * measure.c - how long a lookup takes: chunks of them, in random order.
 * Knows:    modes, chunks, caches. Not: Postfix, reports.
 * Feeds:    report, bench. A new mode is a new row here.
 */
#include "measure.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_NS	1e6
#define SWEPT_CHUNK	3	/* lookups, each after a sweep */
#define WARM_UP		4	/* chunks, at most */
#define CACHE_LINE	64
#define N_COLD		262144	/* more keys than caches hold */

const struct bench_mode bench_modes[] = {
	{ .name = "hot", .what = "few names, asked over and over",
	    .n_keys = 16, .n_pool = 1024, .is_warmed = 1 },
	{ .name = "warm", .what = "4,096 names, asked over and over",
	    .n_keys = 4096, .n_pool = 4096, .is_warmed = 1,
	    .min_rules = 1000 },
	{ .name = "cold", .what = "262,144 names, drawn at random",
	    .n_keys = N_COLD, .n_pool = N_COLD, .min_rules = 10000 },
	{ .name = "swept", .what = "one at a time, 16 MB of other memory "
	    "read in between", .n_keys = 4096, .n_pool = 4096,
	    .sweep = (size_t)16 << 20 },
	{ .name = "client", .what = "hot, with what smtp(8) does around it: "
	    "hostname check, maps_find(), copy", .n_keys = 16,
	    .n_pool = 1024, .path = BENCH_CLIENT, .is_warmed = 1 },
	{ .name = "client-cold", .what = "the same, cold", .n_keys = N_COLD,
	    .n_pool = N_COLD, .path = BENCH_CLIENT, .min_rules = 500000 },
	{ .name = NULL }
};

/* A table, a case, and what was seen so far. */
struct pair {
	struct bench_table *table;
	const struct bench_case *c;
	const struct bench_query *queries;	/* some of the case's */
	size_t n_queries;
	size_t n_parts;		/* so many times n_queries */
	size_t next;
	size_t n_asked;		/* in a chunk */
	size_t n_total;		/* in all chunks */
	struct bench_samples samples;
};

/* All pairs of one mode. */
struct work {
	const struct bench_mode *mode;
	struct pair *pairs;
	double n_wrong;
};

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
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

/* The next n lookups. Returns nanoseconds for all of them together. */
static double
ask_chunk(struct work *work, struct pair *pair, size_t n)
{
	const size_t from = pair->next;
	size_t n_found;
	double start, ns;

	start = bench_now_ns();
	n_found = bench_tables_ask_many(pair->table, work->mode->path,
	    pair->queries, pair->n_queries, &pair->next, n);
	ns = bench_now_ns() - start;
	pair->n_total += n;
	work->n_wrong += bench_tables_knows(pair->table) &&
	    n_found != count_wanted(pair, from, n);
	return ns;
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

static double
ask_swept(struct work *work, struct pair *pair)
{
	struct bench_samples samples = { .n = 0 };
	double ns;
	size_t n;

	for (n = 0; n < SWEPT_CHUNK; n++) {
		sweep(work->mode->sweep);
		bench_samples_add(&samples, ask_chunk(work, pair, 1));
	}
	ns = bench_samples_median(&samples);
	bench_samples_clear(&samples);
	return ns;
}

/* Ask for what is asked next: all keys, unless that takes too long. */
static void
warm_up(struct work *work, struct pair *pair)
{
	pair->next = 0;
	(void)ask_chunk(work, pair, smaller(pair->n_queries,
	    WARM_UP * pair->n_asked));
	pair->next = 0;
}

/*
 * Take other keys for each sample: few keys can be lucky or unlucky with
 * where they lie, for as long as the table is open.
 */
static void
take_sample(void *context, size_t which)
{
	struct work *work = context;
	struct pair *pair = &work->pairs[which];

	if (pair->n_queries == 0)
		return;
	pair->queries = pair->c->queries +
	    pair->samples.n % pair->n_parts * pair->n_queries;
	if (work->mode->is_warmed)
		warm_up(work, pair);
	bench_samples_add(&pair->samples, work->mode->sweep > 0 ?
	    ask_swept(work, pair) :
	    ask_chunk(work, pair, pair->n_asked) / (double)pair->n_asked);
}

/* Find out how many lookups fill a chunk. */
static void
calibrate(struct work *work, struct pair *pair)
{
	double ns = 0;

	for (pair->n_asked = 8; ns < CHUNK_NS / 8; pair->n_asked *= 2)
		ns = ask_chunk(work, pair, pair->n_asked);
	pair->n_asked = (size_t)((double)pair->n_asked / 2 * CHUNK_NS / ns);
	if (pair->n_asked == 0)
		pair->n_asked = 1;
}

static void
make_pair(struct work *work, struct pair *pair, struct bench_table *table,
    const struct bench_case *c)
{
	const struct bench_mode *mode = work->mode;

	pair->table = table;
	pair->c = c;
	pair->queries = c->queries;
	pair->n_queries = bench_tables_takes(table, c) ?
	    smaller(c->n_queries, mode->n_keys) : 0;
	if (pair->n_queries == 0)
		return;
	pair->n_parts = smaller(c->n_queries, mode->n_pool) /
	    pair->n_queries;
	if (mode->sweep == 0)
		calibrate(work, pair);
}

/* Whatever was asked: was each answer right? */
static void
verify(const struct bench_setup *setup, const struct work *work,
    const struct pair *pair)
{
	const size_t n_asked = pair->n_parts == 1 ? pair->n_total :
	    pair->samples.n * pair->n_queries;

	bench_setup_verify(setup, pair->table, work->mode->path,
	    pair->c->queries, smaller(n_asked,
	    pair->n_parts * pair->n_queries));
}

void
bench_measure_lookups(struct bench_setup *setup,
    const struct bench_mode *mode)
{
	const struct bench_turns turns = {
		.n = setup->n_cases * setup->n_tables,
		.n_min = setup->n_rounds,
		.n_max = setup->n_rounds
	};
	struct work work = { .mode = mode };
	struct bench_figure of = { .what = BENCH_LOOKUP_NS,
	    .n_rules = setup->text.n_rules, .mode = mode->name };
	size_t n;

	work.pairs = bench_alloc(turns.n, sizeof(*work.pairs));
	for (n = 0; n < turns.n; n++)
		make_pair(&work, &work.pairs[n],
		    &setup->tables[n % setup->n_tables],
		    &setup->cases[n / setup->n_tables]);
	bench_take_turns(&turns, take_sample, &work);
	for (n = 0; n < turns.n; n++) {
		verify(setup, &work, &work.pairs[n]);
		of.c = work.pairs[n].c->name;
		of.table = work.pairs[n].table->name;
		bench_figures_add(setup->figures, &of,
		    &work.pairs[n].samples);
	}
	free(work.pairs);
	setup->figures->n_wrong += work.n_wrong;
}
