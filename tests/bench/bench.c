/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * bench.c - what a lookup costs, beside Postfix's own tables.
 * Knows:    the order of the work. Not: any table, clock or column.
 * Usage:    bench [-t tables] [-c cases] [-m modes] [-p parts] [-r rounds]
 *           [-P processes] [-j file] [-s file] [-v module] folder...
 *           bench -g rules; the rest is what it starts itself with
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "chart.h"
#include "count.h"
#include "goals.h"
#include "json.h"
#include "memory.h"
#include "opens.h"
#include "report.h"
#include "words.h"

#define N_BEFORE	1024	/* answers compared before anything else */

struct options {
	const char *tables, *cases, *modes, *parts; /* commas; NULL: all */
	const char *json, *svg;
	const char *module;
	size_t n_counted;	/* be the one under callgrind */
	size_t memory_step;	/* be a process whose memory is measured */
	const char *open_key;	/* be a new process */
	int is_frozen;
};

static int
is_due(const struct options *options, const char *part)
{
	return options->parts == NULL || bench_is_listed(options->parts, part);
}

/* Does a mode say something about a table of this size? */
static int
is_mode_due(const struct options *options, const struct bench_mode *mode,
    size_t n_rules)
{
	return n_rules >= mode->min_rules && is_due(options, "lookups") &&
	    (options->modes == NULL ||
	    bench_is_listed(options->modes, mode->name));
}

/* How many queries of each case the largest mode takes. */
static size_t
count_queries(const struct options *options, size_t n_rules)
{
	const struct bench_mode *mode;
	size_t n_queries = bench_modes[0].n_pool;

	for (mode = bench_modes; mode->name != NULL; mode++)
		if (is_mode_due(options, mode, n_rules) &&
		    mode->n_pool > n_queries)
			n_queries = mode->n_pool;
	return n_queries;
}

static void
verify_some(const struct bench_setup *setup)
{
	const struct bench_case *c;
	size_t n;

	for (n = 0; n < setup->n_cases * setup->n_tables; n++) {
		c = &setup->cases[n % setup->n_cases];
		if (!bench_tables_takes(&setup->tables[n / setup->n_cases],
		    c))
			continue;
		bench_setup_verify(setup, &setup->tables[n / setup->n_cases],
		    BENCH_BARE, c->queries, c->n_queries < N_BEFORE ?
		    c->n_queries : N_BEFORE);
	}
}

static void
measure_lookups(struct bench_setup *setup, const struct options *options)
{
	const struct bench_mode *mode;

	bench_setup_open(setup);
	verify_some(setup);
	for (mode = bench_modes; mode->name != NULL; mode++) {
		if (setup->figures->n_wrong > 0 ||
		    !is_mode_due(options, mode, setup->text.n_rules))
			continue;
		bench_measure_lookups(setup, mode);
		bench_report_lookups(stdout, setup, mode);
	}
	bench_setup_close(setup);
}

/* All of one rules file. A wrong answer ends it. */
static void
bench_folder(struct bench_setup *setup, const struct options *options)
{
	measure_lookups(setup, options);
	if (setup->figures->n_wrong == 0 && is_due(options, "opens") &&
	    setup->cases[0].n_queries > 0) {
		bench_opens_here(setup);
		bench_opens_fresh(setup);
		bench_report_opens(stdout, setup);
	}
	bench_pin(0);
	if (setup->figures->n_wrong == 0 && is_due(options, "memory")) {
		bench_memory(setup);
		bench_report_memory(stdout, setup);
	}
	if (setup->figures->n_wrong == 0 && is_due(options, "build")) {
		bench_build(setup);
		bench_report_build(stdout, setup);
	}
	if (setup->figures->n_wrong == 0 &&
	    is_due(options, "instructions") && bench_count(setup))
		bench_report_count(stdout, setup);
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

static int
read_options(int argc, char **argv, struct options *options,
    struct bench_setup *setup)
{
	int opt;

	while ((opt = getopt(argc, argv, "c:g:j:m:M:N:O:p:P:r:s:t:v:")) != -1)
		switch (opt) {
		case 'c': options->cases = optarg; break;
		case 'g': bench_words_rules(stdout, number(optarg)); exit(0);
		case 'j': options->json = optarg; break;
		case 'm': options->modes = optarg; break;
		case 'M': options->memory_step = number(optarg); break;
		case 'N': options->n_counted = number(optarg); break;
		case 'O': options->open_key = optarg; break;
		case 'p': options->parts = optarg; break;
		case 'P': setup->n_processes = number(optarg); break;
		case 'r': setup->n_rounds = number(optarg); break;
		case 's': options->svg = optarg; break;
		case 't': options->tables = optarg; break;
		case 'v': options->module = optarg; break;
		default: exit(2);
		}
	return optind;
}

/* What a process that we started ourselves is for. Returns its exit code. */
static int
be_child(struct bench_setup *setup, const struct options *options,
    const char *folder)
{
	if (options->open_key != NULL)
		return bench_opens_child(&setup->tables[0], folder,
		    options->open_key);
	if (options->memory_step > 0)
		return bench_memory_child(&setup->tables[0], folder,
		    options->memory_step);
	bench_setup_enter(setup, folder);
	bench_setup_fill(setup, bench_modes[0].n_pool);
	bench_setup_open(setup);
	verify_some(setup);
	bench_count_child(setup, options->n_counted);
	bench_setup_close(setup);
	bench_setup_leave(setup);
	return setup->figures->n_wrong > 0;
}

static void
bench_all(struct bench_setup *setup, struct options *options,
    char *const folders[])
{
	struct bench_figures *figures = setup->figures;
	const double start = bench_now_ns();
	struct bench_origin origin;

	bench_origin_find(&origin, bench_tables_version(), options->module);
	bench_report_begin(stdout, &origin, setup);
	for (; *folders != NULL && figures->n_wrong == 0; folders++) {
		/* The daemon stays there, too. */
		bench_pin(1);
		bench_setup_enter(setup, *folders);
		bench_setup_fill(setup, count_queries(options,
		    setup->text.n_rules));
		options->is_frozen = bench_setup_is_frozen(setup);
		bench_folder(setup, options);
		bench_setup_leave(setup);
	}
	bench_goals_print(stdout, figures);
	(void)printf("\n%.0f answers compared with a reference: %.0f wrong; "
	    "%.0f s\n", figures->n_answers, figures->n_wrong,
	    (bench_now_ns() - start) / 1e9);
	if (options->json != NULL)
		bench_json_write(options->json, &origin, figures,
		    options->is_frozen);
	if (options->svg != NULL)
		bench_chart_write(options->svg, &origin, setup);
}

int
main(int argc, char **argv)
{
	struct options options = { .module = "unknown" };
	struct bench_figures figures = { .n = 0 };
	struct bench_setup setup = { .n_rounds = 31, .n_processes = 200,
	    .figures = &figures };
	const int first = read_options(argc, argv, &options, &setup);
	int code;

	bench_tables_init();
	bench_setup_pick(&setup, options.tables, options.cases);
	if (options.open_key != NULL || options.memory_step > 0 ||
	    options.n_counted > 0)
		return argv[first] == NULL ? 2 :
		    be_child(&setup, &options, argv[first]);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	bench_all(&setup, &options, argv + first);
	code = figures.n_wrong > 0;
	bench_figures_clear(&figures);
	bench_setup_clear(&setup);
	return code;
}
