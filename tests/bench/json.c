/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * json.c - the figures, for programs.
 * Knows:    JSON; names stay as they are while "format" does. Not: how
 *           figures come about.
 * Feeds:    bench.
 */
#include "json.h"

#include <err.h>
#include <stdio.h>

#include "goals.h"

#define FORMAT	2

/* "name":"text", */
static void
put_text(FILE *out, const char *name, const char *text)
{
	(void)fprintf(out, "\"%s\":\"", name);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			(void)fputc('\\', out);
		if ((unsigned char)*text >= ' ')
			(void)fputc(*text, out);
	}
	(void)fprintf(out, "\",");
}

static void
put_origin(FILE *out, const struct bench_origin *origin)
{
	put_text(out, "when", origin->when);
	put_text(out, "cpu", origin->cpu);
	put_text(out, "machine", origin->machine);
	put_text(out, "kernel", origin->kernel);
	put_text(out, "postfix", origin->postfix);
	put_text(out, "module", origin->module);
	put_text(out, "compiler", origin->compiler);
	(void)fprintf(out, "\"cpus\":%ld,\"load\":%.2f,", origin->n_cpus,
	    origin->load);
}

/* What it is a figure of; mode and case only where they apply. */
static void
put_place(FILE *out, const struct bench_figure *figure)
{
	put_text(out, "what", bench_what_name(figure->what));
	(void)fprintf(out, "\"rules\":%zu,", figure->n_rules);
	if (*figure->mode != '\0')
		put_text(out, "mode", figure->mode);
	if (*figure->c != '\0')
		put_text(out, "case", figure->c);
	put_text(out, "table", figure->table);
}

static void
put_verdict(FILE *out, const struct bench_verdict *verdict)
{
	put_text(out, "goal", verdict->goal);
	put_text(out, "limit", verdict->limit);
	if (verdict->state != BENCH_UNKNOWN) {
		(void)fprintf(out, "\"measured\":%.4g,\"worst\":{",
		    verdict->measured);
		put_place(out, &verdict->worst);
		put_text(out, "rival", verdict->rival);
		(void)fprintf(out, "\"median\":%.2f},",
		    verdict->worst.median);
	}
	(void)fprintf(out, "\"state\":\"%s\"",
	    bench_state_name(verdict->state));
}

void
bench_json_write(const char *path, const struct bench_origin *origin,
    const struct bench_figures *figures, int is_frozen)
{
	const struct bench_figure *figure;
	struct bench_verdict verdict;
	FILE *out = fopen(path, "w");
	size_t n;

	if (out == NULL)
		err(2, "%s", path);
	(void)fprintf(out, "{\"format\":%d,", FORMAT);
	put_origin(out, origin);
	(void)fprintf(out, "\"frozen\":%s,\n\"figures\":[",
	    is_frozen ? "true" : "false");
	for (n = 0; n < figures->n; n++) {
		figure = &figures->list[n];
		(void)fprintf(out, "%s\n{", n > 0 ? "," : "");
		put_place(out, figure);
		(void)fprintf(out, "\"median\":%.2f,\"min\":%.2f,\"n\":%zu}",
		    figure->median, figure->min, figure->n);
	}
	(void)fprintf(out, "\n],\n\"goals\":[");
	for (n = 0; bench_goals_next(figures, n, &verdict); n++) {
		(void)fprintf(out, "%s\n{", n > 0 ? "," : "");
		put_verdict(out, &verdict);
		(void)fputc('}', out);
	}
	(void)fprintf(out, "\n],\n\"answers\":%.0f,\"wrong\":%.0f}\n",
	    figures->n_answers, figures->n_wrong);
	if (fclose(out) != 0)
		err(2, "%s", path);
}
