/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * chart.c - the figures, as a picture.
 * Knows:    SVG. Not: how figures come about.
 * Feeds:    bench.
 */
#include "chart.h"

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

#define MAX_RULES	100000
#define WIDTH		860
#define MARGIN		20
#define HEAD		92		/* above the first panel */
#define LABEL		84		/* left of the bars */
#define VALUE		62		/* right of the longest bar */
#define BAR		10
#define ROW_GAP		7
#define PANEL_HEAD	48
#define PANEL_GAP	26
#define FOOT		30
#define MAX_BARS	3
#define LABEL_SIZE	32

struct unit {
	const char *name;
	double factor;		/* of the next larger one */
};

static const struct unit ns_units[] = {
	{ "ns", 1000 }, { "\302\265s", 1000 }, { "ms", 1000 }, { "s", 0 }
};
static const struct unit kb_units[] = {
	{ "KB", 1024 }, { "MB", 1024 }, { "GB", 0 }
};

/* One bar of each table. */
struct bar {
	const char *what;	/* for people */
	enum bench_what figure;
	const char *mode;
	const char *c;
};

struct panel {
	const char *title;
	const struct unit *units;
	int base;		/* from one line of the scale to the next */
	int x, width;
	struct bar bars[MAX_BARS];
	int n_bars;
};

static const struct panel panels[] = {
	{ "One lookup, everything in the caches", ns_units, 10, MARGIN,
	    WIDTH - 2 * MARGIN, {
		{ "exact", BENCH_LOOKUP_NS, "hot", "exact" },
		{ "6 labels below a wildcard", BENCH_LOOKUP_NS, "hot",
		    "wild6" },
		{ "not listed", BENCH_LOOKUP_NS, "hot", "miss" } }, 3 },
	{ "Open, first lookup, close", ns_units + 1, 100, MARGIN,
	    WIDTH / 2 - 3 * MARGIN / 2, {
		{ "open", BENCH_ALL_US, "", "" } }, 1 },
	{ "Private memory of a process", kb_units, 16,
	    WIDTH / 2 + MARGIN / 2, WIDTH / 2 - 3 * MARGIN / 2, {
		{ "private memory", BENCH_PRIVATE_KB, "", "" } }, 1 },
};

struct chart {
	FILE *out;
	const struct bench_setup *setup;
	size_t n_rules;
};

static const char STYLE[] =
	"<style>"
	"text{font-family:system-ui,sans-serif;font-size:12px;fill:#1f2328}"
	".h{font-size:18px;font-weight:600}.p{font-size:14px;font-weight:600}"
	".o{font-weight:700}.m,.m tspan{fill:#59636e}.e{text-anchor:end}"
	".c{text-anchor:middle}"
	".bg{fill:#fff}.g{stroke:#d1d9e0}"
	".b0{fill:#0072b2}.b1{fill:#d98c00}.b2{fill:#5e9c76}"
	"@media(prefers-color-scheme:dark){"
	"text{fill:#f0f6fc}.m,.m tspan{fill:#9198a1}.bg{fill:#0d1117}"
	".g{stroke:#3d444d}"
	".b0{fill:#56b4e9}.b1{fill:#e69f00}.b2{fill:#7fc29b}}"
	"</style>\n";

static const struct bench_figure *
find(const struct chart *chart, const struct bar *bar, const char *table)
{
	const struct bench_figure of = { .what = bar->figure,
	    .n_rules = chart->n_rules, .mode = bar->mode, .c = bar->c,
	    .table = table };

	return bench_figures_get(chart->setup->figures, &of);
}

/* 36 ns, 1.2 us, 17 MB: at most three digits */
static const char *
label(double value, const struct unit *unit, char text[LABEL_SIZE])
{
	while (unit->factor > 0 && value >= 999.5) {
		value /= unit->factor;
		unit++;
	}
	(void)snprintf(text, LABEL_SIZE, "%.*f %s", value < 9.95 &&
	    fabs(value - round(value)) > 0.04, value, unit->name);
	return text;
}

static int
is_in(const struct chart *chart, const struct panel *panel,
    const char *table)
{
	int b;

	/* A floor has nothing to open. */
	if (panel->n_bars == 1 &&
	    bench_setup_find(chart->setup, table)->type == NULL)
		return 0;
	for (b = 0; b < panel->n_bars; b++)
		if (find(chart, &panel->bars[b], table) != NULL)
			return 1;
	return 0;
}

/* The scale begins at 1. How many times its base does it need? */
static int
count_steps(const struct chart *chart, const struct panel *panel)
{
	const struct bench_figure *figure;
	double most = panel->base;
	size_t t;
	int b;

	for (t = 0; t < chart->setup->n_tables; t++)
		for (b = 0; b < panel->n_bars; b++) {
			figure = find(chart, &panel->bars[b],
			    chart->setup->tables[t].name);
			if (figure != NULL && figure->median > most)
				most = figure->median;
		}
	return (int)ceil(log(most) / log(panel->base));
}

static int
panel_height(const struct chart *chart, const struct panel *panel)
{
	int n_rows = 0;
	size_t t;

	for (t = 0; t < chart->setup->n_tables; t++)
		n_rows += is_in(chart, panel, chart->setup->tables[t].name);
	return PANEL_HEAD + n_rows * (panel->n_bars * BAR + ROW_GAP);
}

static void
draw_scale(const struct chart *chart, const struct panel *panel, int y,
    int n_steps)
{
	const int left = panel->x + LABEL;
	const double step = (double)(panel->width - LABEL - VALUE) /
	    n_steps;
	char text[LABEL_SIZE];
	double value = 1;
	int n;

	for (n = 0; n <= n_steps; n++, value *= panel->base)
		(void)fprintf(chart->out, "<path class=\"g\" d=\"M%.1f "
		    "%dV%d\"/><text class=\"m c\" x=\"%.1f\" y=\"%d\">%s"
		    "</text>\n", left + n * step, y + PANEL_HEAD - 6,
		    y + panel_height(chart, panel), left + n * step,
		    y + PANEL_HEAD - 12, label(value, panel->units, text));
}

static void
draw_row(const struct chart *chart, const struct panel *panel, int y,
    int n_steps, const char *table)
{
	const double width = panel->width - LABEL - VALUE;
	const struct bench_figure *figure;
	char text[LABEL_SIZE];
	double length;
	int b;

	(void)fprintf(chart->out, "<text class=\"e%s\" x=\"%d\" y=\"%d\">%s"
	    "</text>\n", strcmp(table, BENCH_OURS) == 0 ? " o" : "",
	    panel->x + LABEL - 6, y + panel->n_bars * BAR / 2 + 4, table);
	for (b = 0; b < panel->n_bars; b++, y += BAR) {
		figure = find(chart, &panel->bars[b], table);
		if (figure == NULL)
			continue;
		length = figure->median <= 1 ? 1 : width *
		    log(figure->median) / log(panel->base) / n_steps;
		(void)label(figure->median, panel->units, text);
		(void)fprintf(chart->out, "<rect class=\"b%d\" x=\"%d\" "
		    "y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s, %s: %s"
		    "</title></rect><text x=\"%.1f\" y=\"%d\" "
		    "style=\"font-size:10px\">%s</text>\n", b,
		    panel->x + LABEL, y, length, BAR - 1, table,
		    panel->bars[b].what, text,
		    panel->x + LABEL + length + 4, y + BAR - 1, text);
	}
}

static void
draw_panel(const struct chart *chart, const struct panel *panel, int y)
{
	const int n_steps = count_steps(chart, panel);
	size_t t;
	int b, x = panel->x + panel->width;

	(void)fprintf(chart->out, "<text class=\"p\" x=\"%d\" y=\"%d\">%s"
	    "</text>\n", panel->x, y + 14, panel->title);
	for (b = panel->n_bars - 1; b >= 0 && panel->n_bars > 1; b--) {
		x -= 13 * (int)strlen(panel->bars[b].what) / 2 + 32;
		(void)fprintf(chart->out, "<rect class=\"b%d\" x=\"%d\" "
		    "y=\"%d\" width=\"10\" height=\"10\"/><text x=\"%d\" "
		    "y=\"%d\">%s</text>\n", b, x, y + 4, x + 15, y + 13,
		    panel->bars[b].what);
	}
	draw_scale(chart, panel, y, n_steps);
	y += PANEL_HEAD;
	for (t = 0; t < chart->setup->n_tables; t++) {
		if (!is_in(chart, panel, chart->setup->tables[t].name))
			continue;
		draw_row(chart, panel, y, n_steps,
		    chart->setup->tables[t].name);
		y += panel->n_bars * BAR + ROW_GAP;
	}
}

/* For those who cannot see it. */
static void
describe(const struct chart *chart)
{
	const struct bench_figure *figure;
	char text[LABEL_SIZE];
	const char *separator;
	size_t t, p;
	int b;

	(void)fprintf(chart->out, "<desc id=\"d\">Bar charts with a "
	    "logarithmic scale; shorter is better.");
	for (t = 0; t < chart->setup->n_tables; t++) {
		(void)fprintf(chart->out, " %s:",
		    chart->setup->tables[t].name);
		separator = " ";
		for (p = 0; p < sizeof(panels) / sizeof(panels[0]); p++)
			for (b = 0; b < panels[p].n_bars; b++) {
				figure = find(chart, &panels[p].bars[b],
				    chart->setup->tables[t].name);
				if (figure == NULL)
					continue;
				(void)fprintf(chart->out, "%s%s %s",
				    separator, panels[p].bars[b].what,
				    label(figure->median, panels[p].units,
				    text));
				separator = ", ";
			}
		(void)fputc('.', chart->out);
	}
	(void)fprintf(chart->out, "</desc>\n");
}

/* The largest number of rules that a README should speak of. */
static size_t
pick_rules(const struct bench_figures *figures)
{
	const struct bench_figure *figure;
	size_t n_rules = 0;

	for (figure = figures->list; figure < figures->list + figures->n;
	    figure++)
		if (n_rules == 0 || (figure->n_rules > n_rules &&
		    figure->n_rules <= MAX_RULES))
			n_rules = figure->n_rules;
	return n_rules;
}

void
bench_chart_write(const char *path, const struct bench_origin *origin,
    const struct bench_setup *setup)
{
	struct chart chart = { .setup = setup,
	    .n_rules = pick_rules(setup->figures) };
	const int second = HEAD + panel_height(&chart, &panels[0]) +
	    PANEL_GAP;
	const int left = panel_height(&chart, &panels[1]);
	const int right = panel_height(&chart, &panels[2]);
	const int height = second + (left > right ? left : right) + FOOT;
	char rules[BENCH_COMMAS_SIZE];

	if (chart.n_rules == 0)
		return;
	if ((chart.out = fopen(path, "w")) == NULL)
		err(2, "%s", path);
	(void)bench_report_commas(chart.n_rules, rules);
	(void)fprintf(chart.out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
	    "aria-labelledby=\"t d\">\n<title id=\"t\">TLS policy lookups in "
	    "Postfix, %s rules</title>\n", WIDTH, height, WIDTH, height,
	    rules);
	describe(&chart);
	(void)fprintf(chart.out, "%s<rect class=\"bg\" width=\"%d\" "
	    "height=\"%d\" rx=\"8\"/>\n<text class=\"h\" x=\"%d\" y=\"36\">"
	    "TLS policy lookups in Postfix, %s rules</text>\n"
	    "<text class=\"m\" x=\"%d\" y=\"58\">Median of one run, "
	    "logarithmic scale, shorter is better. &#8220;floor&#8221;: a "
	    "table that returns a constant; &#8220;floor8&#8221;: behind "
	    "Postfix&#8217;s UTF-8 layer.</text>\n", STYLE, WIDTH, height,
	    MARGIN, rules, MARGIN);
	draw_panel(&chart, &panels[0], HEAD - 10);
	draw_panel(&chart, &panels[1], second - 10);
	draw_panel(&chart, &panels[2], second - 10);
	(void)fprintf(chart.out, "<text class=\"m\" x=\"%d\" y=\"%d\">%s, "
	    "Postfix %s, module %s, %.10s; make bench SVG=FILE</text>\n"
	    "</svg>\n", MARGIN, height - 12, origin->cpu, origin->postfix,
	    origin->module, origin->when);
	if (fclose(chart.out) != 0)
		err(2, "%s", path);
}
