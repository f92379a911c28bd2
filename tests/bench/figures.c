/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * figures.c - everything that was measured, kept until it is reported.
 * Knows:    the quantities, their stable names and units. Not: how figures
 *           come about, nor what they look like.
 * Feeds:    measure, opens, memory, build, count; report, goals, json, chart.
 */
#include "figures.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[BENCH_N_WHATS] = {
	[BENCH_LOOKUP_NS] = "lookup_ns",
	[BENCH_INSTRUCTIONS] = "instructions",
	[BENCH_OPEN_US] = "open_us",
	[BENCH_FIRST_US] = "first_us",
	[BENCH_CLOSE_US] = "close_us",
	[BENCH_ALL_US] = "open_first_close_us",
	[BENCH_FRESH_OPEN_US] = "fresh_open_us",
	[BENCH_FRESH_FIRST_US] = "fresh_first_us",
	[BENCH_FRESH_US] = "fresh_open_first_us",
	[BENCH_PRIVATE_KB] = "private_kb",
	[BENCH_MAPPED_KB] = "mapped_kb",
	[BENCH_CODE_KB] = "code_kb",
	[BENCH_PEAK_KB] = "peak_kb",
	[BENCH_MANY_KB] = "processes_kb",
	[BENCH_BUILD_MS] = "build_ms",
	[BENCH_BUILD_CPU_MS] = "build_cpu_ms",
	[BENCH_FILE_BYTES] = "file_bytes",
};

const char *
bench_what_name(enum bench_what what)
{
	return names[what];
}

void
bench_figures_add(struct bench_figures *figures,
    const struct bench_figure *of, struct bench_samples *samples)
{
	struct bench_figure *figure;

	if (samples->n > 0) {
		if (figures->n == figures->room) {
			figures->room = figures->room * 2 + 256;
			figures->list = reallocarray(figures->list,
			    figures->room, sizeof(*figures->list));
			if (figures->list == NULL)
				err(2, "reallocarray");
		}
		figure = &figures->list[figures->n++];
		*figure = *of;
		figure->median = bench_samples_median(samples);
		figure->min = samples->list[0];
		figure->n = samples->n;
	}
	bench_samples_clear(samples);
}

const struct bench_figure *
bench_figures_get(const struct bench_figures *figures,
    const struct bench_figure *of)
{
	const struct bench_figure *figure;

	for (figure = figures->list; figure < figures->list + figures->n;
	    figure++)
		if (figure->what == of->what &&
		    figure->n_rules == of->n_rules &&
		    strcmp(figure->mode, of->mode) == 0 &&
		    strcmp(figure->c, of->c) == 0 &&
		    strcmp(figure->table, of->table) == 0)
			return figure;
	return NULL;
}

const struct bench_figure *
bench_figures_of(const struct bench_figures *figures,
    const struct bench_figure *of, const char *table)
{
	struct bench_figure other = *of;

	other.table = table;
	return bench_figures_get(figures, &other);
}

void
bench_figures_clear(struct bench_figures *figures)
{
	free(figures->list);
	memset(figures, 0, sizeof(*figures));
}

int
bench_is_listed(const char *list, const char *word)
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
