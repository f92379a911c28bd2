/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * report.c - the figures, for people.
 * Knows:    columns, units. Not: Postfix, how figures come about.
 * Feeds:    bench.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define FIRST_WIDTH	12
#define NARROW		7	/* a column without room for commas */
#define MAX_COLUMNS	24

/* Which figure of a table stands there. */
struct column {
	const char *head;
	enum bench_what what;
	const char *mode;
	const char *c;
};

struct grid {
	FILE *out;
	const struct bench_setup *setup;
	struct column columns[MAX_COLUMNS];
	size_t n_columns;
	int width;
};

enum block {
	MEDIANS,
	MINIMA,
	RATES
};

const char *
bench_report_commas(size_t n, char text[BENCH_COMMAS_SIZE])
{
	if (n >= 1000000)
		(void)snprintf(text, BENCH_COMMAS_SIZE, "%zu,%03zu,%03zu",
		    n / 1000000, n / 1000 % 1000, n % 1000);
	else if (n >= 1000)
		(void)snprintf(text, BENCH_COMMAS_SIZE, "%zu,%03zu", n / 1000,
		    n % 1000);
	else
		(void)snprintf(text, BENCH_COMMAS_SIZE, "%zu", n);
	return text;
}

void
bench_report_begin(FILE *out, const struct bench_origin *origin,
    const struct bench_setup *setup)
{
	size_t n;

	(void)fprintf(out, "%s x %ld, %s, Linux %s, load %.2f\n"
	    "Postfix %s, module %s, compiler %s, %s\n", origin->cpu,
	    origin->n_cpus, origin->machine, origin->kernel, origin->load,
	    origin->postfix, origin->module, origin->compiler, origin->when);
	(void)fprintf(out, "\nTables, opened with smtp(8)'s flags:\n");
	for (n = 0; n < setup->n_tables; n++)
		(void)fprintf(out, "  %-12s%s\n", setup->tables[n].name,
		    setup->tables[n].what);
	(void)fprintf(out, "Lookups, parents asked as smtp(8) does until one "
	    "is found:\n");
	for (n = 0; n < setup->n_cases; n++)
		(void)fprintf(out, "  %-12s%s\n", setup->cases[n].name,
		    setup->cases[n].what);
}

static void
add_column(struct grid *grid, const char *head, enum bench_what what)
{
	const struct column column = { head, what, "", "" };

	grid->columns[grid->n_columns++] = column;
}

static void
add_cases(struct grid *grid, enum bench_what what, const char *mode)
{
	size_t n;

	for (n = 0; n < grid->setup->n_cases; n++) {
		const struct column column = { grid->setup->cases[n].name,
		    what, mode, grid->setup->cases[n].name };

		grid->columns[grid->n_columns++] = column;
	}
}

static const struct bench_figure *
find(const struct grid *grid, const struct column *column, const char *table)
{
	const struct bench_figure of = { .what = column->what,
	    .n_rules = grid->setup->text.n_rules, .mode = column->mode,
	    .c = column->c, .table = table };

	return bench_figures_get(grid->setup->figures, &of);
}

/* 1.23, 12.3, 123; 12345 or 12,345 */
static void
print_value(const struct grid *grid, double value)
{
	char text[BENCH_COMMAS_SIZE];

	if (value > 99.95 && grid->width > NARROW)
		(void)fprintf(grid->out, "%*s", grid->width,
		    bench_report_commas((size_t)(value + 0.5), text));
	else
		(void)fprintf(grid->out, "%*.*f", grid->width,
		    value > 99.95 || value == 0 ? 0 : value < 9.995 ? 2 : 1,
		    value);
}

/* 845, 12.3k, 4.56M: three digits */
static void
print_rate(const struct grid *grid, double rate)
{
	const char *unit = rate >= 1e9 ? "G" : rate >= 1e6 ? "M" :
	    rate >= 1e3 ? "k" : "";
	const double n = rate / (rate >= 1e9 ? 1e9 : rate >= 1e6 ? 1e6 :
	    rate >= 1e3 ? 1e3 : 1);

	(void)fprintf(grid->out, "%*.*f%s", grid->width - (int)strlen(unit),
	    n < 9.995 ? 2 : n < 99.95, n, unit);
}

static void
print_heads(const struct grid *grid, const char *title)
{
	size_t n;

	(void)fprintf(grid->out, "%-*s", FIRST_WIDTH, title);
	for (n = 0; n < grid->n_columns; n++)
		(void)fprintf(grid->out, "%*s", grid->width,
		    grid->columns[n].head);
	(void)fputc('\n', grid->out);
}

static int
is_in(const struct grid *grid, const char *table)
{
	size_t n;

	for (n = 0; n < grid->n_columns; n++)
		if (find(grid, &grid->columns[n], table) != NULL)
			return 1;
	return 0;
}

static void
print_block(const struct grid *grid, enum block block, const char *title)
{
	const struct bench_figure *figure;
	const char *table;
	size_t n, t;

	print_heads(grid, title);
	for (t = 0; t < grid->setup->n_tables; t++) {
		table = grid->setup->tables[t].name;
		if (!is_in(grid, table))
			continue;
		(void)fprintf(grid->out, "  %-*s", FIRST_WIDTH - 2, table);
		for (n = 0; n < grid->n_columns; n++) {
			figure = find(grid, &grid->columns[n], table);
			if (figure == NULL)
				(void)fprintf(grid->out, "%*s", grid->width,
				    "-");
			else if (block == RATES)
				print_rate(grid, 1e9 / figure->median);
			else
				print_value(grid, block == MEDIANS ?
				    figure->median : figure->min);
		}
		(void)fputc('\n', grid->out);
	}
}

/* How many times as much the others take. */
static void
print_ratios(const struct grid *grid)
{
	const struct bench_figure *ours, *figure;
	const char *table;
	size_t n, t;

	if (!is_in(grid, BENCH_OURS))
		return;
	(void)fprintf(grid->out, "times as much as %s\n", BENCH_OURS);
	for (t = 0; t < grid->setup->n_tables; t++) {
		table = grid->setup->tables[t].name;
		if (strcmp(table, BENCH_OURS) == 0 || !is_in(grid, table))
			continue;
		(void)fprintf(grid->out, "  %-*s", FIRST_WIDTH - 2, table);
		for (n = 0; n < grid->n_columns; n++) {
			ours = find(grid, &grid->columns[n], BENCH_OURS);
			figure = find(grid, &grid->columns[n], table);
			if (ours == NULL || figure == NULL ||
			    ours->median <= 0)
				(void)fprintf(grid->out, "%*s", grid->width,
				    "-");
			else
				(void)fprintf(grid->out, "%*.2f", grid->width,
				    figure->median / ours->median);
		}
		(void)fputc('\n', grid->out);
	}
}

static void
print_title(const struct grid *grid, const char *what, const char *more)
{
	char text[BENCH_COMMAS_SIZE];

	(void)fprintf(grid->out, "\n=== %s rules, %s: %s\n",
	    bench_report_commas(grid->setup->text.n_rules, text), what, more);
	if (bench_setup_find(grid->setup, BENCH_OURS) != NULL &&
	    !bench_setup_is_frozen(grid->setup))
		(void)fprintf(grid->out, "!!! There is no frozen index: "
		    "%s and %s2 read the text.\n", BENCH_OURS, BENCH_OURS);
}

void
bench_report_lookups(FILE *out, const struct bench_setup *setup,
    const struct bench_mode *mode)
{
	struct grid grid = { .out = out, .setup = setup, .width = NARROW };

	add_cases(&grid, BENCH_LOOKUP_NS, mode->name);
	print_title(&grid, mode->name, mode->what);
	print_block(&grid, MEDIANS, "median, ns");
	print_block(&grid, MINIMA, "fastest, ns");
	print_block(&grid, RATES, "lookups/s");
	print_ratios(&grid);
}

void
bench_report_opens(FILE *out, const struct bench_setup *setup)
{
	struct grid grid = { .out = out, .setup = setup, .width = 11 };

	add_column(&grid, "open", BENCH_OPEN_US);
	add_column(&grid, "first", BENCH_FIRST_US);
	add_column(&grid, "close", BENCH_CLOSE_US);
	add_column(&grid, "all", BENCH_ALL_US);
	add_column(&grid, "new:open", BENCH_FRESH_OPEN_US);
	add_column(&grid, "new:first", BENCH_FRESH_FIRST_US);
	add_column(&grid, "new:both", BENCH_FRESH_US);
	print_title(&grid, "open",
	    "open, first lookup, close; \"new\": in a new process");
	print_block(&grid, MEDIANS, "median, us");
	print_block(&grid, MINIMA, "fastest, us");
	print_ratios(&grid);
}

/* What many processes did not try, for it could be too much. */
static void
print_not_run(const struct grid *grid, const char *table)
{
	const struct bench_setup *setup = grid->setup;
	const struct column peak_column = { "", BENCH_PEAK_KB, "", "" },
	    mapped_column = { "", BENCH_MAPPED_KB, "", "" },
	    many_column = { "", BENCH_MANY_KB, "", "" };
	const struct bench_figure *peak = find(grid, &peak_column, table);
	const struct bench_figure *mapped = find(grid, &mapped_column,
	    table);

	if (peak != NULL && mapped != NULL &&
	    find(grid, &many_column, table) == NULL)
		(void)fprintf(grid->out, "  %s: %zu processes that open it "
		    "at once could need %.1f GB: not run\n", table,
		    setup->n_processes, (peak->median - mapped->median) *
		    (double)setup->n_processes / (1 << 20));
}

void
bench_report_memory(FILE *out, const struct bench_setup *setup)
{
	struct grid grid = { .out = out, .setup = setup, .width = 14 };
	char head[32];
	size_t t;

	(void)snprintf(head, sizeof(head), "%zu processes",
	    setup->n_processes);
	add_column(&grid, "private", BENCH_PRIVATE_KB);
	add_column(&grid, "mapped files", BENCH_MAPPED_KB);
	add_column(&grid, "code", BENCH_CODE_KB);
	add_column(&grid, "peak", BENCH_PEAK_KB);
	add_column(&grid, head, BENCH_MANY_KB);
	print_title(&grid, "memory", "every rule looked up, plug-in included");
	if (setup->text.n_rules > BENCH_MANY_LOOKUPS)
		(void)fprintf(out, "of %zu processes at once, each looks up "
		    "one rule in %zu\n", setup->n_processes,
		    1 + (setup->text.n_rules - 1) / BENCH_MANY_LOOKUPS);
	if (setup->daemon > 0)
		(void)fprintf(out, "socketmap: without the daemon itself\n");
	print_block(&grid, MEDIANS, "median, KB");
	for (t = 0; t < setup->n_tables; t++)
		print_not_run(&grid, setup->tables[t].name);
}

void
bench_report_build(FILE *out, const struct bench_setup *setup)
{
	struct grid grid = { .out = out, .setup = setup, .width = 13 };

	add_column(&grid, "build, ms", BENCH_BUILD_MS);
	add_column(&grid, "CPU, ms", BENCH_BUILD_CPU_MS);
	add_column(&grid, "file, bytes", BENCH_FILE_BYTES);
	print_title(&grid, "build", "postmap; the text itself where there is "
	    "nothing to build");
	print_block(&grid, MEDIANS, "median");
	print_block(&grid, MINIMA, "least");
	print_ratios(&grid);
}

void
bench_report_count(FILE *out, const struct bench_setup *setup)
{
	struct grid grid = { .out = out, .setup = setup, .width = NARROW };

	add_cases(&grid, BENCH_INSTRUCTIONS, "");
	print_title(&grid, "instructions", "per lookup, user space, by "
	    "callgrind");
	print_block(&grid, MEDIANS, "mean");
	print_ratios(&grid);
}
