/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * count.c - instructions per lookup: they repeat, nanoseconds do not.
 * Knows:    callgrind. Not: Postfix, reports.
 * Feeds:    report, bench.
 * Source:   callgrind's --toggle-collect, --dump-after, --combine-dumps: one
 *           part of the profile for each call of the function.
 */
#include "count.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spawn.h"

#define COUNTED		2048	/* lookups */
#define COUNTED_TEXT	"2048"
#define FUNCTION	"bench_tables_ask_many"
#define PROFILE		"callgrind.out"
#define LIST_SIZE	512
#define LINE_SIZE	512
#define NAME_SIZE	32
#define NAME_FORMAT	"%31s %31s%n"
#define SAID_SIZE	16384

void
bench_count_child(struct bench_setup *setup, size_t n_asked)
{
	const struct bench_case *c;
	size_t n, next = 0;

	for (n = 0; n < setup->n_cases * setup->n_tables; n++) {
		c = &setup->cases[n % setup->n_cases];
		if (!bench_tables_takes(&setup->tables[n / setup->n_cases],
		    c))
			continue;
		(void)printf("%s %s\n",
		    setup->tables[n / setup->n_cases].name, c->name);
		(void)bench_tables_ask_many(
		    &setup->tables[n / setup->n_cases], BENCH_BARE,
		    c->queries, c->n_queries, &next, n_asked);
	}
}

/* With commas: all but the daemon, which another process runs. */
static void
list_tables(const struct bench_setup *setup, char list[LIST_SIZE])
{
	size_t n, len = 0;

	list[0] = '\0';
	for (n = 0; n < setup->n_tables && len < LIST_SIZE; n++)
		if (strcmp(setup->tables[n].name, "socketmap") != 0)
			len += (size_t)snprintf(list + len, LIST_SIZE - len,
			    "%s%s", len > 0 ? "," : "",
			    setup->tables[n].name);
}

static void
list_cases(const struct bench_setup *setup, char list[LIST_SIZE])
{
	size_t n, len = 0;

	for (n = 0; n < setup->n_cases && len < LIST_SIZE; n++)
		len += (size_t)snprintf(list + len, LIST_SIZE - len, "%s%s",
		    n > 0 ? "," : "", setup->cases[n].name);
}

/* The number of the next part of the profile. Returns 0 at its end. */
static int
next_total(FILE *profile, double *ret_total)
{
	char line[LINE_SIZE];

	while (fgets(line, (int)sizeof(line), profile) != NULL)
		if (sscanf(line, "totals: %lf", ret_total) == 1)
			return 1;
	return 0;
}

static const char *
case_name(const struct bench_setup *setup, const char *name)
{
	size_t n;

	for (n = 0; n < setup->n_cases; n++)
		if (strcmp(setup->cases[n].name, name) == 0)
			return setup->cases[n].name;
	errx(2, "no such case: %s", name);
}

/* said: what each part of the profile is about, a line each. */
static void
read_profile(struct bench_setup *setup, const char *path, const char *said)
{
	struct bench_figure of = { .what = BENCH_INSTRUCTIONS,
	    .n_rules = setup->text.n_rules, .mode = "" };
	struct bench_samples samples = { .n = 0 };
	char table[NAME_SIZE], c[NAME_SIZE];
	FILE *profile = fopen(path, "r");
	double total;
	int len;

	if (profile == NULL)
		err(2, "%s", path);
	for (; sscanf(said, NAME_FORMAT, table, c, &len) == 2; said += len) {
		if (!next_total(profile, &total))
			errx(2, "%s: no total of %s %s", path, table, c);
		of.table = bench_setup_find(setup, table)->name;
		of.c = case_name(setup, c);
		bench_samples_add(&samples, total / COUNTED);
		bench_figures_add(setup->figures, &of, &samples);
	}
	(void)fclose(profile);
}

/* Run this program under callgrind. said: its standard output. */
static void
run(const struct bench_setup *setup, const char *option,
    char said[SAID_SIZE])
{
	char tables[LIST_SIZE], cases[LIST_SIZE], self[LINE_SIZE];
	const char *const argv[] = { "valgrind", "-q", "--tool=callgrind",
	    "--combine-dumps=yes", "--toggle-collect=" FUNCTION,
	    "--dump-after=" FUNCTION, option, self, "-t", tables, "-c",
	    cases, "-N", COUNTED_TEXT, setup->folder, NULL };
	struct bench_child child;
	ssize_t len;
	int status;

	if ((len = readlink("/proc/self/exe", self, sizeof(self) - 1)) < 0)
		err(2, "/proc/self/exe");
	self[len] = '\0';
	list_tables(setup, tables);
	list_cases(setup, cases);
	bench_spawn(argv, &child);
	said[fread(said, 1, SAID_SIZE - 1, child.from)] = '\0';
	if ((status = bench_spawn_end(&child)) != 0)
		errx(status == 1 ? 1 : 2, "the run under callgrind failed");
}

int
bench_count(struct bench_setup *setup)
{
	char said[SAID_SIZE], *path, *option;

	if (system("command -v valgrind >/dev/null") != 0) {
		warnx("no valgrind here: instructions are not counted");
		return 0;
	}
	if (asprintf(&path, "%s/" PROFILE, setup->folder) < 0 ||
	    asprintf(&option, "--callgrind-out-file=%s", path) < 0)
		err(2, "asprintf");
	run(setup, option, said);
	read_profile(setup, path, said);
	(void)unlink(path);
	free(path);
	free(option);
	return 1;
}
