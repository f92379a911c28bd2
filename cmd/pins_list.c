/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pins_list.c - what is stored, a line a next-hop, or all of one.
 * Knows:    the order of calls, the columns. Not: what makes a pin usable.
 * Feeds:    pins.
 */
#include <stdio.h>
#include <stdlib.h>

#include "out_json.h"
#include "out_table.h"
#include "out_text.h"
#include "pins.h"
#include "show.h"

/* One line of the list. until, due: 0: there is no such time. */
struct row {
	const char *nexthop;
	const char *state;
	const char *why;
	int64_t verified;
	int64_t until;
	int64_t due;
};

struct list {
	struct pins *pins;
	struct out_table *table;
	size_t n_rows;
	int code;
};

/*
 * When the set ceases to be usable: with the first MX host that has no
 * usable pin left. It should be probed again when half the time is over.
 */
static void
measure(const struct known *known, int64_t now, struct row *row)
{
	const int64_t ttl_s = known_ttl(known->answer.rule);
	const struct tlsp_pin_host *host;
	int64_t verified;
	size_t h, p;

	for (h = 0; h < known->set.n_hosts; h++) {
		host = &known->set.hosts[h];
		verified = 0;
		for (p = host->first_pin; p < host->first_pin + host->n_pins;
		    p++)
			if (known->set.pins[p].verified > verified)
				verified = known->set.pins[p].verified;
		if (!host->is_gone && (row->verified == 0 ||
		    verified < row->verified))
			row->verified = verified;
	}
	row->due = now;
	if (known->verdict.state != TLSP_PINS_USABLE)
		return;
	row->until = known_lasts(known);
	row->due = now + (row->until - now) / 2;
	if (row->verified + ttl_s / 2 < row->due)
		row->due = row->verified + ttl_s / 2;
	if (row->due < now)
		row->due = now;
}

static void
add_text(struct list *list, const struct row *row, const struct known *known)
{
	const int64_t now = list->pins->now;
	char age[OUT_TEXT_TIME], until[OUT_TEXT_TIME], due[OUT_TEXT_TIME];
	char hosts[24] = "", n_pins[24] = "";
	const char *cells[8];

	if (known->has_set) {
		(void)snprintf(hosts, sizeof(hosts), "%zu",
		    known->set.n_hosts);
		(void)snprintf(n_pins, sizeof(n_pins), "%zu",
		    known->set.n_pins);
	}
	cells[0] = row->nexthop;
	cells[1] = row->state;
	cells[2] = hosts;
	cells[3] = n_pins;
	cells[4] = row->verified == 0 ? "" :
	    out_text_span(now - row->verified, age);
	cells[5] = row->until == 0 ? "" :
	    out_text_span(row->until - now, until);
	cells[6] = row->due == 0 ? "" : out_text_span(row->due - now, due);
	cells[7] = row->why;
	out_table_row(list->table, cells);
}

static void
add_json(struct list *list, const struct row *row, const struct known *known)
{
	struct out_json *json = out_json_new();
	struct tlsp_err err;

	out_json_text(json, "nexthop", row->nexthop);
	out_json_text(json, "state", row->state);
	out_json_text(json, "why", row->why);
	out_json_time(json, "verified", row->verified);
	out_json_time(json, "until", row->until);
	out_json_time(json, "probe_due", row->due);
	show_json_rule(json, known);
	show_json_pins(json, known);
	if (out_json_print(json, stdout, &err) != TLSP_OK)
		list->code = cmd_error(&err);
}

/* A next-hop that has a record, or a rule with pin that lacks one. */
static void
add(void *ctx, const char *nexthop)
{
	struct list *list = ctx;
	struct row row = { .nexthop = nexthop };
	struct known *known = malloc(sizeof(*known));

	if (known == NULL) {
		list->code = cmd_no_memory();
		return;
	}
	(void)known_look(&list->pins->stores, nexthop, KNOWN_AS_WRITTEN,
	    list->pins->now, known);
	if (known->answer.rule == NULL && known->code < 0) {
		row.state = "error";
		row.why = known->err.text;
		list->code = cmd_exit_code(known->code);
	} else if (known->answer.rule == NULL) {
		row.state = "no_rule";
		row.why = "no rule asks for it";
	} else if (known->answer.rule->fault != NULL) {
		row.state = "bad_rule";
		row.why = known->err.text;
	} else if (known->pin == TLSP_PIN_OFF) {
		row.state = "off";
		row.why = "its rule has no pin";
	} else {
		row.state = known_set_word(known->verdict.state);
		row.why = known->verdict.state == TLSP_PINS_USABLE ? "" :
		    known->verdict.state == TLSP_PINS_UNREADABLE ?
		    known->why.text : tlsp_merge_set_text(
		    known->verdict.state);
		row.due = list->pins->now;
		if (known->has_set)
			measure(known, list->pins->now, &row);
	}
	if (list->pins->options.is_json)
		add_json(list, &row, known);
	else
		add_text(list, &row, known);
	list->n_rows++;
	known_clear(known);
	free(known);
}

int
pins_list(struct pins *pins)
{
	static const char *const head[] = { "NEXT-HOP", "STATE", "HOSTS",
	    "PINS", "VERIFIED", "LASTS", "PROBE-IN", "WHY" };
	struct list list = { .pins = pins };
	const struct tables_map *map;
	struct tlsp_err err;
	size_t k;
	int n;

	if (!pins->options.is_json) {
		list.table = out_table_new(8);
		out_table_row(list.table, head);
	}
	for (n = 0; n < pins->n_args; n++)
		add(&list, pins->args[n]);
	for (k = 0; pins->n_args == 0 && (map = tables_ours(
	    &pins->world.tables, k)) != NULL; k++)
		if (!tables_is_again(&pins->world.tables, k) &&
		    known_each(&pins->stores, map, add, &list, &err) !=
		    TLSP_OK)
			list.code = cmd_error(&err);
	if (!pins->options.is_json && out_table_print(list.table, stdout,
	    &err) != TLSP_OK)
		return cmd_error(&err);
	return list.code != 0 ? list.code : list.n_rows == 0;
}

static int
show_text(struct pins *pins, const struct known *known, const char *nexthop)
{
	(void)printf(SHOW_LABEL "%s\n", "next-hop", nexthop);
	show_rule(known);
	show_trust(&pins->world.tables, known);
	show_pins(known, pins->now);
	if (known->answer.rule == NULL)
		(void)printf(SHOW_LABEL "none asks for it\n", "rule");
	return 0;
}

static int
show_json(struct pins *pins, const struct known *known, const char *nexthop)
{
	struct out_json *json = out_json_new();
	struct tlsp_err err;

	out_json_text(json, "nexthop", nexthop);
	show_json_rule(json, known);
	show_json_trust(json, &pins->world.tables, known);
	show_json_pins(json, known);
	return out_json_print(json, stdout, &err) == TLSP_OK ? 0 :
	    cmd_error(&err);
}

int
pins_show(struct pins *pins)
{
	struct known *known;
	int n, code = 0, worst = 0;

	if (pins->n_args == 0)
		return pins_usage("show what? Name a next-hop");
	if ((known = malloc(sizeof(*known))) == NULL)
		return cmd_no_memory();
	for (n = 0; code == 0 && n < pins->n_args; n++) {
		if (n > 0 && !pins->options.is_json)
			(void)fputs("\n", stdout);
		(void)known_look(&pins->stores, pins->args[n],
		    KNOWN_AS_WRITTEN, pins->now, known);
		code = pins->options.is_json ? show_json(pins, known,
		    pins->args[n]) : show_text(pins, known, pins->args[n]);
		if (!known->has_set)
			worst = 1;
		known_clear(known);
	}
	free(known);
	return code != 0 ? code : worst;
}
