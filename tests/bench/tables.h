/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tables.h - what is asked of: Postfix's tables, ours, and the floors.
 * Knows:    how smtp(8) opens a table and asks it. Not: time.
 * Feeds:    measure, bench. A new table is a new row in tables.c.
 */
#ifndef BENCH_TABLES_H
#define BENCH_TABLES_H

#include "cases.h"

struct DICT;

struct bench_table {
	const char *name;	/* column in the report */
	const char *what;
	const char *type;	/* NULL: a floor, which knows no answers */
	int is_only;		/* no table is named behind this one */
	int is_wrapped;		/* a floor, behind the UTF-8 wrapper */
	struct DICT *dict;	/* NULL: closed */
};

/* Set up Postfix's libraries as smtp(8) does. Environment: MAIL_CONFIG. */
void bench_tables_init(void);

/* The running Postfix's version. */
const char *bench_tables_version(void);

/* All tables there are, closed. Ends with a name of NULL. */
struct bench_table *bench_tables_all(void);

/* Open type:folder/type. Ends the program on failure. */
void bench_tables_open(struct bench_table *, const char *folder);

void bench_tables_close(struct bench_table *);

/* The answer for one query; NULL: not found, or an error. */
const char *bench_tables_ask(struct bench_table *,
    const struct bench_query *);

/*
 * Ask n_asked queries, beginning anew behind the last one.
 * ret_next: where to begin; moved on.
 * returns   how many were found.
 */
size_t bench_tables_ask_many(struct bench_table *,
    const struct bench_query *, size_t n_queries, size_t *ret_next,
    size_t n_asked);

/* Compare all answers with the right ones. Returns how many are wrong. */
size_t bench_tables_verify(struct bench_table *, const struct bench_case *);

#endif
