/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * setup.c - what takes part: tables, cases, one rules file, and how often.
 * Knows:    which table and case was asked for. Not: time.
 * Feeds:    measure, opens, memory, build, count, report, bench.
 */
#include "setup.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "limit.h"

void
bench_setup_pick(struct bench_setup *setup, const char *tables,
    const char *cases)
{
	size_t from, n;

	setup->tables = bench_tables_all();
	for (from = n = 0; setup->tables[from].name != NULL; from++)
		if (tables == NULL ||
		    bench_is_listed(tables, setup->tables[from].name))
			setup->tables[n++] = setup->tables[from];
	if ((setup->n_tables = n) == 0)
		errx(2, "no such table: %s", tables);
	setup->cases = bench_cases_all();
	for (from = n = 0; setup->cases[from].name != NULL; from++)
		if (cases == NULL ||
		    bench_is_listed(cases, setup->cases[from].name))
			setup->cases[n++] = setup->cases[from];
	if ((setup->n_cases = n) == 0)
		errx(2, "no such case: %s", cases);
}

void
bench_setup_clear(struct bench_setup *setup)
{
	while (setup->n_tables > 0)
		free(setup->tables[--setup->n_tables].spec);
	free(setup->tables);
	free(setup->cases);
}

void
bench_setup_enter(struct bench_setup *setup, const char *folder)
{
	char *path;

	if (asprintf(&path, "%s/rules", folder) < 0)
		err(2, "asprintf");
	bench_text_load(path, &setup->text);
	free(path);
	setup->folder = folder;
	if (bench_setup_find(setup, "socketmap") != NULL)
		setup->daemon = bench_daemon_start(folder, &setup->text);
}

void
bench_setup_fill(struct bench_setup *setup, size_t n_queries)
{
	size_t n;

	for (n = 0; n < setup->n_cases; n++)
		bench_cases_fill(&setup->cases[n], &setup->text, n_queries);
}

void
bench_setup_leave(struct bench_setup *setup)
{
	size_t n;

	if (setup->daemon > 0)
		bench_daemon_stop(setup->daemon);
	setup->daemon = 0;
	for (n = 0; n < setup->n_cases; n++)
		bench_cases_clear(&setup->cases[n]);
	bench_text_clear(&setup->text);
	setup->folder = NULL;
}

void
bench_setup_open(struct bench_setup *setup)
{
	struct bench_table *limit = bench_setup_find(setup, "limit");
	size_t n;

	if (limit != NULL)
		limit->limit = bench_limit_make(&setup->text);
	for (n = 0; n < setup->n_tables; n++) {
		bench_tables_aim(&setup->tables[n], setup->folder);
		bench_tables_open(&setup->tables[n]);
		bench_tables_join(&setup->tables[n]);
	}
}

void
bench_setup_close(struct bench_setup *setup)
{
	size_t n;

	for (n = 0; n < setup->n_tables; n++) {
		bench_tables_close(&setup->tables[n]);
		bench_limit_free(setup->tables[n].limit);
		setup->tables[n].limit = NULL;
	}
}

void
bench_setup_verify(const struct bench_setup *setup,
    struct bench_table *table, enum bench_path path,
    const struct bench_query *queries, size_t n_queries)
{
	if (!bench_tables_knows(table))
		return;
	setup->figures->n_answers += (double)n_queries;
	setup->figures->n_wrong += (double)bench_tables_verify(table, path,
	    queries, n_queries);
}

struct bench_table *
bench_setup_find(const struct bench_setup *setup, const char *table)
{
	size_t n;

	for (n = 0; n < setup->n_tables; n++)
		if (strcmp(setup->tables[n].name, table) == 0)
			return &setup->tables[n];
	return NULL;
}

int
bench_setup_is_frozen(const struct bench_setup *setup)
{
	const struct bench_table *ours = bench_setup_find(setup, BENCH_OURS);
	char *path;
	int is_frozen;

	if (ours == NULL)
		return 0;
	if (asprintf(&path, "%s/%s%s", setup->folder, ours->file,
	    ours->suffix) < 0)
		err(2, "asprintf");
	is_frozen = access(path, F_OK) == 0;
	free(path);
	return is_frozen;
}
