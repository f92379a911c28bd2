/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * cases.h - what is asked: the kinds of names that mail goes to.
 * Knows:    how each kind is made from a rules file, and its right answers.
 * Feeds:    tables, setup. A new case is a new row in cases.c.
 */
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

#include "text.h"

struct bench_query {
	char *key;		/* owned by the case */
	const char *want;	/* borrowed from the text; NULL: not found */
	int walks;		/* smtp(8) asks for its parents too */
};

struct bench_case {
	const char *name;
	const char *what;
	int is_below;		/* some answers are those of parents */
	struct bench_query *queries;	/* NULL: no such rules in the text */
	size_t n_queries;
};

/* All cases there are, without queries. Ends with a name of NULL. */
struct bench_case *bench_cases_all(void);

/*
 * Make n_queries random queries of a case, the same in every run.
 * text:     borrowed until bench_cases_clear().
 */
void bench_cases_fill(struct bench_case *, struct bench_text *,
    size_t n_queries);

void bench_cases_clear(struct bench_case *);

#endif
