/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pins_list.c - what is stored, a line a next-hop, or all of one.
 * Knows:    the order of calls, the columns. Not: what makes a pin usable.
 * Feeds:    pins.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
add(struct list *list, const char *nexthop)
{
	struct row row = { .nexthop = nexthop };
	struct known *known = malloc(sizeof(*known));

	if (known == NULL) {
		list->code = EX_OSERR;
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

/* Each record of a store, in its order. */
static void
add_store(struct list *list, const struct tables_map *map)
{
	struct known_store *from = known_store(&list->pins->stores, map);
	char key[TABLES_KEY_MAX];
	const char *found, *value;
	size_t key_len = 0, found_len, len;
	enum tlsp_code code;
	struct tlsp_err err;

	if (from->code != TLSP_OK) {
		if (from->code != TLSP_NONE)
			list->code = cmd_error(&from->err);
		return;
	}
	/* A look at it may ask the same store, so that the key is kept. */
	while ((code = tlsp_store_next(from->store, key, key_len, &found,
	    &found_len, &value, &len, &err)) == TLSP_OK &&
	    found_len < sizeof(key)) {
		key_len = found_len;
		memcpy(key, found, key_len);
		key[key_len] = '\0';
		add(list, key);
	}
	if (code < 0)
		list->code = cmd_error(&err);
}

/* Rules with pin of which nothing is stored. */
static void
add_lacking(struct list *list, const struct tables_map *map)
{
	struct known_store *from = known_store(&list->pins->stores, map);
	struct tables_cursor cursor = { 0, 0 };
	const struct tables_map *at;
	const struct tlsp_rule *rule;
	const char *value;
	struct tlsp_err err;
	enum tlsp_code code;
	size_t len;

	while ((code = tables_next(&list->pins->world.tables, &cursor, &at,
	    &rule, &err)) != TLSP_NONE) {
		if (code != TLSP_OK || at != map || rule->fault != NULL ||
		    rule->policy.pin == TLSP_PIN_OFF ||
		    rule->kind == TLSP_NAME_PARENT)
			continue;
		if (from->code == TLSP_OK && tlsp_store_get(from->store,
		    rule->key, strlen(rule->key), &value, &len, &err) ==
		    TLSP_OK)
			continue;
		add(list, rule->key);
	}
}

/* A file that is named twice, behind proxymap and not, is one. */
static int
is_listed(const struct tables *tables, const struct tables_map *map, size_t n)
{
	size_t k;

	for (k = 0; k < n; k++)
		if (strcmp(tables_ours(tables, k)->path, map->path) == 0)
			return 1;
	return 0;
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
	    &pins->world.tables, k)) != NULL; k++) {
		if (is_listed(&pins->world.tables, map, k))
			continue;
		add_store(&list, map);
		add_lacking(&list, map);
	}
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
		return EX_OSERR;
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
