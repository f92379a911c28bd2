/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * setup.h - what takes part: tables, cases, one rules file, and how often.
 * Knows:    which table and case was asked for. Not: time.
 * Feeds:    measure, opens, memory, build, count, report, bench.
 */
#ifndef BENCH_SETUP_H
#define BENCH_SETUP_H

#include <sys/types.h>

#include "figures.h"
#include "tables.h"

struct bench_setup {
	struct bench_table *tables;	/* owned */
	size_t n_tables;
	struct bench_case *cases;	/* owned */
	size_t n_cases;
	size_t n_rounds;
	size_t n_processes;	/* at once, for memory */
	const char *folder;	/* of the rules file that it is about now */
	struct bench_text text;
	pid_t daemon;		/* 0: none */
	struct bench_figures *figures;
};

/* All that are in these lists with commas; NULL: all there are. */
void bench_setup_pick(struct bench_setup *, const char *tables,
    const char *cases);

void bench_setup_clear(struct bench_setup *);

/* Read folder/rules, start the daemon. folder: borrowed until left. */
void bench_setup_enter(struct bench_setup *, const char *folder);

/* Make n_queries of each case. */
void bench_setup_fill(struct bench_setup *, size_t n_queries);

void bench_setup_leave(struct bench_setup *);

/* Open all tables, in smtp(8)'s list of tables, too. */
void bench_setup_open(struct bench_setup *);

void bench_setup_close(struct bench_setup *);

/* Compare answers with the right ones, and keep count. */
void bench_setup_verify(const struct bench_setup *, struct bench_table *,
    enum bench_path, const struct bench_query *, size_t n_queries);

/* NULL: it does not take part. */
struct bench_table *bench_setup_find(const struct bench_setup *,
    const char *table);

/* Is there an index that BENCH_OURS can use? */
int bench_setup_is_frozen(const struct bench_setup *);

#endif
