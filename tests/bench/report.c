/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * report.c - the figures, for people and for programs.
 * Knows:    columns, units, JSON. Not: Postfix, how figures come about.
 * Feeds:    bench.
 */
#include "report.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define FIRST_WIDTH	11
#define WIDTH		7
#define OURS		"tlspolicy"
#define N_RULES_TEXT	32

/* Ours is compared with these. */
static const char *const rivals[] = { "hash", "cdb" };

#define N_RIVALS	(sizeof(rivals) / sizeof(rivals[0]))

static const char *
cpu_model(void)
{
	static char line[256];
	FILE *in = fopen("/proc/cpuinfo", "r");
	char *colon = NULL;

	while (in != NULL && fgets(line, (int)sizeof(line), in) != NULL)
		if (strncmp(line, "model name", 10) == 0 &&
		    (colon = strchr(line, ':')) != NULL)
			break;
	if (in != NULL)
		(void)fclose(in);
	line[strcspn(line, "\n\"\\")] = '\0';
	return colon != NULL && strlen(colon) > 2 ? colon + 2 : "unknown CPU";
}

static void
print_legend(FILE *out, const struct bench_setup *setup)
{
	size_t n;

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

void
bench_report_begin(struct bench_report *report, const char *json_path,
    const struct bench_report_origin *origin, const struct bench_setup *setup)
{
	const long n_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	const time_t now = time(NULL);
	struct utsname host;
	double load[1] = { 0 };
	char when[64];

	memset(report, 0, sizeof(*report));
	report->text = stdout;
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	(void)uname(&host);
	(void)getloadavg(load, 1);
	(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ",
	    gmtime(&now));
	(void)fprintf(report->text, "%s x %ld, %s, Linux %s, load %.2f\n"
	    "Postfix %s, module %s, compiler %s, %s\n", cpu_model(), n_cpus,
	    host.machine, host.release, load[0], origin->postfix,
	    origin->module, __VERSION__, when);
	print_legend(report->text, setup);
	if (json_path == NULL)
		return;
	if ((report->json = fopen(json_path, "w")) == NULL)
		err(2, "%s", json_path);
	(void)fprintf(report->json, "{\"format\":1,\"when\":\"%s\","
	    "\"cpu\":\"%s\",\"cpus\":%ld,\"machine\":\"%s\","
	    "\"kernel\":\"%s\",\"load\":%.2f,\"postfix\":\"%s\","
	    "\"module\":\"%s\",\"compiler\":\"%s\",\n\"figures\":[", when,
	    cpu_model(), n_cpus, host.machine, host.release, load[0],
	    origin->postfix, origin->module, __VERSION__);
}

static const char *
comma(struct bench_report *report)
{
	return report->n_records++ == 0 ? "\n" : ",\n";
}

/* 23, 1,000, 100,000 */
static const char *
with_commas(size_t n, char text[N_RULES_TEXT])
{
	if (n >= 1000000)
		(void)snprintf(text, N_RULES_TEXT, "%zu,%03zu,%03zu",
		    n / 1000000, n / 1000 % 1000, n % 1000);
	else if (n >= 1000)
		(void)snprintf(text, N_RULES_TEXT, "%zu,%03zu", n / 1000,
		    n % 1000);
	else
		(void)snprintf(text, N_RULES_TEXT, "%zu", n);
	return text;
}

static void
print_ns(FILE *out, double ns)
{
	(void)fprintf(out, "%*.*f", WIDTH, ns < 9.995 ? 2 : ns < 99.95, ns);
}

/* 845, 12.3k, 4.56M: three digits */
static void
print_rate(FILE *out, double rate)
{
	const char *unit = rate >= 1e9 ? "G" : rate >= 1e6 ? "M" :
	    rate >= 1e3 ? "k" : "";
	const double n = rate / (rate >= 1e9 ? 1e9 : rate >= 1e6 ? 1e6 :
	    rate >= 1e3 ? 1e3 : 1);

	(void)fprintf(out, "%*.*f%s", WIDTH - (int)strlen(unit),
	    n < 9.995 ? 2 : n < 99.95, n, unit);
}

enum block {
	MEDIANS,
	MINIMA,
	RATES
};

static void
print_heads(FILE *out, const char *title, const struct bench_setup *setup)
{
	size_t c;

	(void)fprintf(out, "%-*s", FIRST_WIDTH, title);
	for (c = 0; c < setup->n_cases; c++)
		(void)fprintf(out, "%*s", WIDTH, setup->cases[c].name);
	(void)fputc('\n', out);
}

static void
print_block(FILE *out, enum block block, const char *title,
    const struct bench_setup *setup, const struct bench_figure *figures)
{
	const struct bench_figure *figure;
	size_t c, t;

	print_heads(out, title, setup);
	for (t = 0; t < setup->n_tables; t++) {
		(void)fprintf(out, "  %-*s", FIRST_WIDTH - 2,
		    setup->tables[t].name);
		for (c = 0; c < setup->n_cases; c++) {
			figure = &figures[c * setup->n_tables + t];
			if (figure->n_rounds == 0)
				(void)fprintf(out, "%*s", WIDTH, "-");
			else if (block == RATES)
				print_rate(out, 1e9 / figure->median);
			else
				print_ns(out, block == MEDIANS ?
				    figure->median : figure->min);
		}
		(void)fputc('\n', out);
	}
}

static size_t
find_table(const struct bench_setup *setup, const char *name)
{
	size_t t;

	for (t = 0; t < setup->n_tables; t++)
		if (strcmp(setup->tables[t].name, name) == 0)
			break;
	return t;
}

static void
print_ratios(FILE *out, const struct bench_setup *setup,
    const struct bench_figure *figures)
{
	const size_t ours = find_table(setup, OURS);
	const struct bench_figure *row;
	size_t c, n, rival;

	if (ours == setup->n_tables)
		return;
	print_heads(out, "faster than", setup);
	for (n = 0; n < N_RIVALS; n++) {
		if ((rival = find_table(setup, rivals[n])) == setup->n_tables)
			continue;
		(void)fprintf(out, "  %-*s", FIRST_WIDTH - 2, rivals[n]);
		for (c = 0; c < setup->n_cases; c++) {
			row = &figures[c * setup->n_tables];
			if (row[ours].n_rounds == 0)
				(void)fprintf(out, "%*s", WIDTH, "-");
			else
				(void)fprintf(out, "%*.2f", WIDTH,
				    row[rival].median / row[ours].median);
		}
		(void)fputc('\n', out);
	}
}

void
bench_report_lookups(struct bench_report *report, size_t n_rules,
    const struct bench_mode *mode, const struct bench_setup *setup,
    const struct bench_figure *figures)
{
	const struct bench_figure *figure;
	char text[N_RULES_TEXT];
	size_t c, t;

	(void)fprintf(report->text, "\n=== %s rules, %s: %s\n",
	    with_commas(n_rules, text), mode->name, mode->what);
	print_block(report->text, MEDIANS, "median, ns", setup, figures);
	print_block(report->text, MINIMA, "fastest, ns", setup, figures);
	print_block(report->text, RATES, "lookups/s", setup, figures);
	print_ratios(report->text, setup, figures);
	if (report->json == NULL)
		return;
	for (c = 0; c < setup->n_cases; c++)
		for (t = 0; t < setup->n_tables; t++) {
			figure = &figures[c * setup->n_tables + t];
			if (figure->n_rounds == 0)
				continue;
			(void)fprintf(report->json, "%s{\"kind\":\"lookup\","
			    "\"rules\":%zu,\"mode\":\"%s\",\"case\":\"%s\","
			    "\"table\":\"%s\",\"median_ns\":%.2f,"
			    "\"min_ns\":%.2f,\"per_s\":%.0f,\"rounds\":%zu}",
			    comma(report), n_rules, mode->name,
			    setup->cases[c].name, setup->tables[t].name,
			    figure->median, figure->min,
			    1e9 / figure->median, figure->n_rounds);
		}
}

/* In units of what a rival takes; without a table: the heads. */
static void
print_open_ratios(FILE *out, const struct bench_setup *setup,
    const struct bench_open *opens, const struct bench_open *one)
{
	size_t n, rival;

	for (n = 0; n < N_RIVALS; n++) {
		if ((rival = find_table(setup, rivals[n])) == setup->n_tables)
			continue;
		if (one == NULL)
			(void)fprintf(out, "%*s/%s", 8 - (int)strlen(
			    rivals[n]), "", rivals[n]);
		else
			(void)fprintf(out, "%9.2f",
			    one->total / opens[rival].total);
	}
	(void)fputc('\n', out);
}

void
bench_report_opens(struct bench_report *report, size_t n_rules,
    const struct bench_setup *setup, const struct bench_open *opens)
{
	const struct bench_open *one;
	char text[N_RULES_TEXT];
	size_t t;

	(void)fprintf(report->text, "\n=== %s rules: open, first lookup, "
	    "close; median microseconds\n%-*s%9s%9s%9s%9s%9s",
	    with_commas(n_rules, text), FIRST_WIDTH, "table", "open",
	    "first", "close", "all", "fastest");
	print_open_ratios(report->text, setup, opens, NULL);
	for (t = 0; t < setup->n_tables; t++) {
		one = &opens[t];
		if (one->n_rounds == 0)
			continue;
		(void)fprintf(report->text, "  %-*s%9.1f%9.2f%9.1f%9.1f%9.1f",
		    FIRST_WIDTH - 2, setup->tables[t].name, one->open,
		    one->first, one->close, one->total, one->min);
		print_open_ratios(report->text, setup, opens, one);
		if (report->json != NULL)
			(void)fprintf(report->json, "%s{\"kind\":\"open\","
			    "\"rules\":%zu,\"table\":\"%s\",\"open_us\":%.2f,"
			    "\"first_us\":%.2f,\"close_us\":%.2f,"
			    "\"total_us\":%.2f,\"min_us\":%.2f,"
			    "\"rounds\":%zu}", comma(report), n_rules,
			    setup->tables[t].name, one->open, one->first,
			    one->close, one->total, one->min, one->n_rounds);
	}
}

void
bench_report_end(struct bench_report *report, size_t n_answers,
    size_t n_wrong)
{
	(void)fprintf(report->text, "\n%zu answers compared with a reference "
	    "before timing: %zu wrong\n", n_answers, n_wrong);
	if (report->json == NULL)
		return;
	(void)fprintf(report->json, "\n],\n\"answers\":%zu,\"wrong\":%zu}\n",
	    n_answers, n_wrong);
	if (fclose(report->json) != 0)
		err(2, "the JSON file");
}
