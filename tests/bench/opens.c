/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * opens.c - what a process pays before its first answer.
 * Knows:    open, first lookup, close; here, and in a new process.
 * Feeds:    report, bench.
 */
#include "opens.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spawn.h"

#define HERE_ROUNDS	401
#define FRESH_ROUNDS	101
#define MIN_ROUNDS	5
#define SECONDS		3.0	/* for one table */
#define LINE_SIZE	4096

enum {
	OPEN,
	FIRST,
	CLOSE,
	ALL,
	N_PARTS
};

/* The samples of one table, in microseconds. */
struct parts {
	struct bench_samples part[N_PARTS];
};

struct work {
	struct bench_setup *setup;
	struct parts *parts;	/* one for each table */
};

static const struct bench_query *
next_query(const struct work *work, size_t which)
{
	const struct bench_case *c = &work->setup->cases[0];

	return &c->queries[work->parts[which].part[ALL].n % c->n_queries];
}

static void
open_here(void *context, size_t which)
{
	struct work *work = context;
	struct bench_table *table = &work->setup->tables[which];
	const struct bench_query *query = next_query(work, which);
	struct bench_samples *part = work->parts[which].part;
	const char *got;
	double start, opened, asked, closed;

	if (table->type == NULL)
		return;
	bench_tables_aim(table, work->setup->folder);
	start = bench_now_ns();
	bench_tables_open(table);
	opened = bench_now_ns();
	got = bench_tables_ask(table, query);
	asked = bench_now_ns();
	work->setup->figures->n_answers++;
	work->setup->figures->n_wrong += !bench_tables_is_right(table, query,
	    got);
	closed = bench_now_ns();
	bench_tables_close(table);
	closed = bench_now_ns() - closed;
	bench_samples_add(&part[OPEN], (opened - start) / 1e3);
	bench_samples_add(&part[FIRST], (asked - opened) / 1e3);
	bench_samples_add(&part[CLOSE], closed / 1e3);
	bench_samples_add(&part[ALL], (asked - start + closed) / 1e3);
}

int
bench_opens_child(struct bench_table *table, const char *folder,
    const char *key)
{
	const struct bench_query query = { .key = strdupa(key),
	    .walks = bench_text_kind(key) != BENCH_VERBATIM };
	const char *got;
	double start, opened, asked;

	bench_tables_aim(table, folder);
	start = bench_now_ns();
	bench_tables_open(table);
	opened = bench_now_ns();
	got = bench_tables_ask(table, &query);
	asked = bench_now_ns();
	(void)printf("%.0f %.0f %s\n", opened - start, asked - opened,
	    got != NULL ? got : "");
	return bench_tables_error(table) == 0 ? 0 : 1;
}

static void
open_fresh(void *context, size_t which)
{
	struct work *work = context;
	struct bench_table *table = &work->setup->tables[which];
	const struct bench_query *query = next_query(work, which);
	struct bench_samples *part = work->parts[which].part;
	const char *const argv[] = { "self", "-t", table->name, "-O",
	    query->key, work->setup->folder, NULL };
	struct bench_child child;
	char line[LINE_SIZE];
	double open, first;
	int at;

	if (table->type == NULL)
		return;
	bench_spawn(argv, &child);
	if (!bench_spawn_line(&child, line, (int)sizeof(line)) ||
	    sscanf(line, "%lf %lf %n", &open, &first, &at) != 2 ||
	    bench_spawn_end(&child) != 0)
		errx(2, "%s: a new process cannot open it", table->name);
	work->setup->figures->n_answers++;
	work->setup->figures->n_wrong += !bench_tables_is_right(table, query,
	    line[at] != '\0' ? line + at : NULL);
	bench_samples_add(&part[OPEN], open / 1e3);
	bench_samples_add(&part[FIRST], first / 1e3);
	bench_samples_add(&part[ALL], (open + first) / 1e3);
}

static void
measure(struct bench_setup *setup, size_t n_rounds,
    void (*turn)(void *, size_t), const enum bench_what whats[N_PARTS])
{
	const struct bench_turns turns = { setup->n_tables, MIN_ROUNDS,
	    n_rounds, SECONDS };
	struct work work = { .setup = setup };
	struct bench_figure of = { .n_rules = setup->text.n_rules,
	    .mode = "", .c = "" };
	size_t n, part;

	work.parts = bench_alloc(setup->n_tables, sizeof(*work.parts));
	bench_take_turns(&turns, turn, &work);
	for (n = 0; n < setup->n_tables; n++) {
		of.table = setup->tables[n].name;
		for (part = 0; part < N_PARTS; part++) {
			of.what = whats[part];
			bench_figures_add(setup->figures, &of,
			    &work.parts[n].part[part]);
		}
	}
	free(work.parts);
}

void
bench_opens_here(struct bench_setup *setup)
{
	static const enum bench_what whats[] = { BENCH_OPEN_US,
	    BENCH_FIRST_US, BENCH_CLOSE_US, BENCH_ALL_US };

	measure(setup, HERE_ROUNDS, open_here, whats);
}

void
bench_opens_fresh(struct bench_setup *setup)
{
	static const enum bench_what whats[] = { BENCH_FRESH_OPEN_US,
	    BENCH_FRESH_FIRST_US, BENCH_N_WHATS, BENCH_FRESH_US };

	measure(setup, FRESH_ROUNDS, open_fresh, whats);
}
