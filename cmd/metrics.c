/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * metrics.c - how a run went, and what is known after it, in numbers.
 * Knows:    what is counted, and the names of it. Not: how it is written.
 * Feeds:    refresh.
 */
#include "metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "known.h"
#include "out_metrics.h"

#define NEXT_HOPS	"tlspolicy_next_hops"
#define N_PIN_MODES	(TLSP_PIN_REQUIRE + 1)
#define N_STATES	(TLSP_PINS_LACKING + 1)

/*
 * n:        next-hops of a table whose rules have pin.
 * until:    when the first usable one, of any table, ceases to be so; 0:
 *           there is none.
 */
struct census {
	struct known_stores stores;
	struct known known;
	int64_t now;
	int64_t n[N_PIN_MODES][N_STATES];
	int64_t until;
};

static void
put_one(const char *name, const char *help, int64_t value, FILE *out)
{
	out_metrics_begin(name, help, out);
	out_metrics_value(name, NULL, value, out);
}

static void
put_run(const struct metrics *metrics, FILE *out)
{
	put_one("tlspolicy_refresh_end_timestamp_seconds",
	    "When the last run ended.", metrics->ended, out);
	put_one("tlspolicy_refresh_duration_seconds",
	    "How long it took.", metrics->ended - metrics->began, out);
	put_one("tlspolicy_refresh_exit_status",
	    "Its exit status: 0 well, 1 something was refused, from 64 on "
	    "it failed.", metrics->exit_status, out);
}

static void
put_sum(const struct study_sum *sum, FILE *out)
{
	static const char changes[] = "tlspolicy_refresh_changes";
	static const char fates[] = "tlspolicy_refresh_destinations";
	const struct { const char *name; size_t n; } learned[] = {
		{ "added", sum->n_added }, { "confirmed", sum->n_confirmed },
		{ "retired", sum->n_retired }, { "refused", sum->n_refused }
	};
	struct out_metrics_label labels[] = { { "change", "" },
	    { NULL, NULL } };
	size_t n;

	out_metrics_begin(changes, "What the last run learned.", out);
	for (n = 0; n < sizeof(learned) / sizeof(learned[0]); n++) {
		labels[0].value = learned[n].name;
		out_metrics_value(changes, labels, (int64_t)learned[n].n, out);
	}
	out_metrics_begin(fates, "Next-hops that were probed, by what would "
	    "have become of mail.", out);
	labels[0].name = "fate";
	for (n = 0; n < RECORD_N_FATES; n++) {
		labels[0].value = record_fate_name((enum record_fate)n);
		out_metrics_value(fates, labels, (int64_t)sum->n_fates[n],
		    out);
	}
}

static void
count(void *ctx, const char *nexthop)
{
	struct census *census = ctx;
	struct known *known = &census->known;
	int64_t until;

	/* The code tells of mail; here it is in the state. */
	(void)known_look(&census->stores, nexthop, KNOWN_AS_WRITTEN,
	    census->now, known);
	if (known->answer.rule != NULL && known->answer.rule->fault == NULL &&
	    known->pin != TLSP_PIN_OFF) {
		census->n[known->pin][known->verdict.state]++;
		until = known->verdict.state == TLSP_PINS_USABLE ?
		    known_lasts(known) : 0;
		if (until != 0 && (census->until == 0 ||
		    until < census->until))
			census->until = until;
	}
	known_clear(known);
}

static void
put_table(struct census *census, const struct tables_map *map, FILE *out)
{
	struct out_metrics_label labels[] = { { "table", map->path },
	    { "pin", "" }, { "state", "" }, { NULL, NULL } };
	struct tlsp_err err;
	int pin, state;

	memset(census->n, 0, sizeof(census->n));
	/* What is wrong with a store is a state, too. */
	(void)!known_each(&census->stores, map, count, census, &err);
	for (pin = TLSP_PIN_PREFER; pin < N_PIN_MODES; pin++)
		for (state = 0; state < N_STATES; state++) {
			labels[1].value = known_mode_word(
			    (enum tlsp_pin_mode)pin);
			labels[2].value = known_set_word(
			    (enum tlsp_pins_state)state);
			out_metrics_value(NEXT_HOPS, labels,
			    census->n[pin][state], out);
		}
}

static enum tlsp_code
put_known(const struct tables *tables, int64_t now, FILE *out,
    struct tlsp_err *err)
{
	struct census *census = calloc(1, sizeof(*census));
	const struct tables_map *map;
	enum tlsp_code code;
	size_t n;

	if (census == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	census->now = now;
	code = known_open(tables, &census->stores, err);
	if (code == TLSP_OK) {
		out_metrics_begin(NEXT_HOPS, "Next-hops whose rule has pin, "
		    "by what is known of them.", out);
		for (n = 0; (map = tables_ours(tables, n)) != NULL; n++)
			if (!tables_is_again(tables, n))
				put_table(census, map, out);
		if (census->until != 0)
			put_one(NEXT_HOPS "_end_timestamp_seconds", "When the "
			    "first that is usable ceases to be so, unless "
			    "verified again.", census->until, out);
		known_close(&census->stores);
	}
	free(census);
	return code;
}

enum tlsp_code
metrics_write(const struct metrics *metrics, const char *path,
    struct tlsp_err *err)
{
	enum tlsp_code code = TLSP_OK;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	put_run(metrics, out);
	if (metrics->sum != NULL)
		put_sum(metrics->sum, out);
	if (metrics->tables != NULL)
		code = put_known(metrics->tables, metrics->ended, out, err);
	if (fclose(out) != 0 && code == TLSP_OK)
		code = tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	if (code == TLSP_OK)
		code = out_metrics_publish(path, text, len, err);
	free(text);
	return code;
}
