/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * bench.c - lookups per second, beside Postfix's own tables.
 * Knows:    the order of the work. Not: any table, clock or column.
 * Usage:    bench [-t tables] [-c cases] [-m modes] [-r rounds] [-j file]
 *           [-v module] [-n count] folder...  |  bench -g rules
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "words.h"

#define COLD_RULES	1000	/* so many fit a cache: nothing gets cold */
#define OPEN_SECONDS	4.0
#define OPEN_ROUNDS	401

struct options {
	const char *tables, *cases, *modes;	/* with commas; NULL: all */
	const char *json;
	const char *module;
	size_t n_rounds;
	size_t n_counted;	/* lookups, for callgrind; 0: measure */
};

/* Is a word in a list with commas? */
static int
is_listed(const char *list, const char *word)
{
	const size_t len = strlen(word);

	for (;;) {
		if (strncmp(list, word, len) == 0 &&
		    (list[len] == ',' || list[len] == '\0'))
			return 1;
		if ((list = strchr(list, ',')) == NULL)
			return 0;
		list++;
	}
}

static size_t
pick_tables(struct bench_table *all, const char *list)
{
	size_t from, n = 0;

	for (from = 0; all[from].name != NULL; from++)
		if (list == NULL || is_listed(list, all[from].name))
			all[n++] = all[from];
	if (n == 0)
		errx(2, "no such table: %s", list);
	return n;
}

static size_t
pick_cases(struct bench_case *all, const char *list)
{
	size_t from, n = 0;

	for (from = 0; all[from].name != NULL; from++)
		if (list == NULL || is_listed(list, all[from].name))
			all[n++] = all[from];
	if (n == 0)
		errx(2, "no such case: %s", list);
	return n;
}

/* Does a mode say something about a table of this size? */
static int
is_due(const struct bench_mode *mode, const struct options *options,
    size_t n_rules)
{
	if (options->modes != NULL && !is_listed(options->modes, mode->name))
		return 0;
	return mode->sweep > 0 || n_rules > COLD_RULES ||
	    mode == &bench_modes[0];
}

static void
fill_cases(struct bench_setup *setup, struct bench_text *text,
    const struct options *options)
{
	const struct bench_mode *mode;
	size_t c, n_queries = 1;

	for (mode = bench_modes; mode->name != NULL; mode++)
		if (is_due(mode, options, text->n_rules) &&
		    mode->n_pool > n_queries)
			n_queries = mode->n_pool;
	for (c = 0; c < setup->n_cases; c++)
		bench_cases_fill(&setup->cases[c], text, n_queries);
}

static size_t
verify(const struct bench_setup *setup, size_t *n_answers)
{
	size_t c, t, n_wrong = 0;

	for (t = 0; t < setup->n_tables; t++)
		for (c = 0; c < setup->n_cases; c++) {
			n_wrong += bench_tables_verify(&setup->tables[t],
			    &setup->cases[c]);
			if (setup->tables[t].type != NULL)
				*n_answers += setup->cases[c].n_queries;
		}
	return n_wrong;
}

static void
measure_opens(const struct bench_setup *setup, const char *folder,
    size_t n_rules, struct bench_report *report)
{
	struct bench_setup opens = *setup;
	struct bench_open *figures = calloc(setup->n_tables,
	    sizeof(*figures));

	if (figures == NULL)
		err(2, "calloc");
	opens.n_rounds = OPEN_ROUNDS;
	bench_measure_opens(&opens, folder, OPEN_SECONDS, figures);
	bench_report_opens(report, n_rules, setup, figures);
	free(figures);
}

static size_t
measure_lookups(const struct bench_setup *setup,
    const struct options *options, size_t n_rules,
    struct bench_report *report)
{
	const struct bench_mode *mode;
	struct bench_figure *figures = calloc(setup->n_cases *
	    setup->n_tables, sizeof(*figures));
	size_t n_wrong = 0;

	if (figures == NULL)
		err(2, "calloc");
	for (mode = bench_modes; mode->name != NULL; mode++) {
		if (!is_due(mode, options, n_rules))
			continue;
		n_wrong += bench_measure_lookups(setup, mode, figures);
		bench_report_lookups(report, n_rules, mode, setup, figures);
	}
	free(figures);
	return n_wrong;
}

/* Exactly this many lookups of each, for a tool that counts. */
static void
run_counted(const struct bench_setup *setup, size_t n_counted)
{
	size_t c, t, next = 0;

	for (t = 0; t < setup->n_tables; t++)
		for (c = 0; c < setup->n_cases; c++)
			if (setup->cases[c].n_queries > 0)
				(void)bench_tables_ask_many(&setup->tables[t],
				    setup->cases[c].queries,
				    setup->cases[c].n_queries, &next,
				    n_counted);
}

/* All of one rules file. Returns how many answers were wrong. */
static size_t
bench_folder(const char *folder, struct bench_setup *setup,
    const struct options *options, struct bench_report *report,
    size_t *n_answers)
{
	struct bench_text text;
	char *path;
	size_t c, t, n_wrong;

	if (asprintf(&path, "%s/rules", folder) < 0)
		err(2, "asprintf");
	bench_text_load(path, &text);
	free(path);
	fill_cases(setup, &text, options);
	for (t = 0; t < setup->n_tables; t++)
		bench_tables_open(&setup->tables[t], folder);
	if (options->n_counted > 0)
		run_counted(setup, options->n_counted);
	n_wrong = verify(setup, n_answers);
	if (n_wrong == 0 && options->n_counted == 0)
		n_wrong = measure_lookups(setup, options, text.n_rules,
		    report);
	for (t = 0; t < setup->n_tables; t++)
		bench_tables_close(&setup->tables[t]);
	if (n_wrong == 0 && options->n_counted == 0 &&
	    setup->cases[0].n_queries > 0)
		measure_opens(setup, folder, text.n_rules, report);
	for (c = 0; c < setup->n_cases; c++)
		bench_cases_clear(&setup->cases[c]);
	bench_text_clear(&text);
	return n_wrong;
}

static size_t
number(const char *text)
{
	char *end;
	const unsigned long n = strtoul(text, &end, 10);

	if (*end != '\0' || n == 0 || n > BENCH_RULES_MAX)
		errx(2, "not a number from 1 to %zu: %s", BENCH_RULES_MAX,
		    text);
	return n;
}

int
main(int argc, char **argv)
{
	struct options options = { .n_rounds = 31, .module = "unknown" };
	struct bench_setup setup = { bench_tables_all(), 0,
	    bench_cases_all(), 0, 0 };
	struct bench_report report;
	struct bench_report_origin origin;
	size_t n_answers = 0, n_wrong = 0;
	int opt;

	while ((opt = getopt(argc, argv, "c:g:j:m:n:r:t:v:")) != -1)
		switch (opt) {
		case 'c': options.cases = optarg; break;
		case 'g': bench_words_rules(stdout, number(optarg)); return 0;
		case 'j': options.json = optarg; break;
		case 'm': options.modes = optarg; break;
		case 'n': options.n_counted = number(optarg); break;
		case 'r': options.n_rounds = number(optarg); break;
		case 't': options.tables = optarg; break;
		case 'v': options.module = optarg; break;
		default: return 2;
		}
	bench_tables_init();
	setup.n_tables = pick_tables(setup.tables, options.tables);
	setup.n_cases = pick_cases(setup.cases, options.cases);
	setup.n_rounds = options.n_rounds;
	origin.postfix = bench_tables_version();
	origin.module = options.module;
	bench_report_begin(&report, options.json, &origin, &setup);
	for (; optind < argc; optind++)
		n_wrong += bench_folder(argv[optind], &setup, &options,
		    &report, &n_answers);
	bench_report_end(&report, n_answers, n_wrong);
	free(setup.tables);
	free(setup.cases);
	return n_wrong > 0;
}
