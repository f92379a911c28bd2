/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * known.c - all that bears on a next-hop: its rule, its fingerprints, what
 *           they make together.
 * Knows:    in which order the core is asked. Not: printing, options.
 * Feeds:    the verbs.
 */
#include "known.h"

#include <stdlib.h>
#include <string.h>

#include "host.h"

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

enum tlsp_code
known_open(const struct tables *tables, struct known_stores *stores,
    struct tlsp_err *err)
{
	stores->tables = tables;
	stores->list = calloc(tables->n_maps + 1, sizeof(*stores->list));
	return stores->list == NULL ? no_memory(err) : TLSP_OK;
}

void
known_close(struct known_stores *stores)
{
	size_t n;

	for (n = 0; stores->list != NULL && n < stores->tables->n_maps; n++)
		tlsp_store_close(stores->list[n].store);
	free(stores->list);
	memset(stores, 0, sizeof(*stores));
}

struct known_store *
known_store(struct known_stores *stores, const struct tables_map *map)
{
	struct known_store *store = &stores->list[map - stores->tables->maps];
	struct tlsp_file file = { .fd = -1 };

	if (store->is_open)
		return store;
	store->is_open = 1;
	store->code = tlsp_store_open(map->path,
	    host_caller(stores->tables->conf), &store->store, &file,
	    &store->err);
	if (store->code != TLSP_OK) {
		store->store = NULL;
		tlsp_file_close(&file);
	}
	return store;
}

int64_t
known_ttl(const struct tlsp_rule *rule)
{
	return rule->policy.pin_ttl_s > 0 ? rule->policy.pin_ttl_s :
	    TLSP_PIN_TTL_DEFAULT;
}

int64_t
known_until(const struct tlsp_pin *pin, int is_gone, int64_t ttl_s)
{
	const int64_t lasts_s = is_gone && ttl_s > TLSP_MERGE_FADE ?
	    TLSP_MERGE_FADE : ttl_s;

	return pin->not_after < pin->verified + lasts_s ? pin->not_after :
	    pin->verified + lasts_s;
}

int64_t
known_lasts(const struct known *known)
{
	const int64_t ttl_s = known_ttl(known->answer.rule);
	const struct tlsp_pin_host *host;
	int64_t best, until, first = 0;
	size_t h, p;

	for (h = 0; h < known->set.n_hosts; h++) {
		host = &known->set.hosts[h];
		for (until = 0, p = host->first_pin;
		    p < host->first_pin + host->n_pins; p++) {
			best = known_until(&known->set.pins[p], host->is_gone,
			    ttl_s);
			if (known->verdict.pins[p] == TLSP_PIN_USABLE &&
			    best > until)
				until = best;
		}
		if (!host->is_gone && (first == 0 || until < first))
			first = until;
	}
	return first;
}

/* Say why there is no set. */
static void
without(struct known *known, enum tlsp_pins_state state,
    const struct tlsp_err *why)
{
	known->has_set = 0;
	known->verdict.state = state;
	if (why != NULL)
		known->why = *why;
}

/* What the store has of a next-hop, and what it is worth. */
static void
look_up(struct known_stores *stores, int64_t now, struct known *known)
{
	struct known_store *from = known_store(stores, known->answer.map);
	const char *key = known->answer.key, *value;
	struct tlsp_err why;
	enum tlsp_code code;
	size_t len;

	if (from->code != TLSP_OK) {
		without(known, from->code == TLSP_NONE ? TLSP_PINS_NO_STORE :
		    TLSP_PINS_UNREADABLE, &from->err);
		return;
	}
	if ((code = tlsp_store_get(from->store, key, strlen(key), &value,
	    &len, &why)) == TLSP_NONE) {
		without(known, TLSP_PINS_NONE, NULL);
		return;
	}
	/* What a set borrows from must last as long as it. */
	if (code == TLSP_OK && (known->value = malloc(len + 1)) == NULL)
		code = no_memory(&why);
	if (code == TLSP_OK) {
		memcpy(known->value, value, len);
		code = tlsp_pin_read(key, strlen(key), known->value, len,
		    &known->set, &why);
	}
	if (code != TLSP_OK) {
		without(known, TLSP_PINS_UNREADABLE, &why);
		return;
	}
	known->has_set = 1;
	tlsp_merge_judge(&known->set, known->constraint,
	    known_ttl(known->answer.rule), &stores->tables->trust, now,
	    &known->verdict);
}

/* The rule as a record of an index would have it, but for the pin mode. */
static struct tlsp_record *
make_record(const struct tlsp_rule *rule, enum tlsp_pin_mode pin, void *room)
{
	struct tlsp_frozen_place place = { rule->line, rule->col,
	    (uint32_t)known_ttl(rule), TLSP_OK };
	struct tlsp_record *record = room;

	memset(record, 0, sizeof(*record));
	record->len = (uint32_t)strlen(rule->policy.text);
	record->flags = TLSP_RECORD_PLACE;
	record->level = (uint8_t)rule->policy.level;
	record->pin = (uint8_t)pin;
	memcpy(record + 1, &place, sizeof(place));
	memcpy((char *)(record + 1) + sizeof(place), rule->policy.text,
	    record->len + 1);
	return record;
}

/* What the rule and the fingerprints make together. */
static enum tlsp_code
merge(struct known_stores *stores, struct known *known)
{
	const struct tlsp_rule *rule = known->answer.rule;
	const size_t len = strlen(rule->policy.text);
	const size_t record_size = sizeof(struct tlsp_record) +
	    sizeof(struct tlsp_frozen_place) + len + 1;
	struct tlsp_merge with = { .file = known->answer.map->path };

	if ((known->room = malloc(record_size + tlsp_merge_size(len))) == NULL)
		return no_memory(&known->err);
	with.record = make_record(rule, known->pin, known->room);
	with.key = known->answer.key;
	with.key_len = strlen(with.key);
	with.set = known->has_set ? &known->set : NULL;
	with.verdict = &known->verdict;
	with.why = &known->why;
	with.has_braces = tlsp_policy_has_braces(stores->tables->host.postfix);
	with.buf = known->room + record_size;
	with.size = tlsp_merge_size(len);
	return tlsp_merge(&with, &known->text, &known->err);
}

enum tlsp_code
known_look(struct known_stores *stores, const char *nexthop, int pin,
    int64_t now, struct known *known)
{
	const struct tables *tables = stores->tables;
	const struct tlsp_rule *rule;

	known->room = known->value = NULL;
	known->has_set = 0;
	known->text = NULL;
	known->pin = TLSP_PIN_OFF;
	known->constraint = 0;
	known->verdict.state = TLSP_PINS_NONE;
	known->code = tables_find(tables, nexthop, &known->answer);
	if ((rule = known->answer.rule) == NULL || known->code != TLSP_OK) {
		known->err = known->answer.err;
		return known->code;
	}
	known->pin = pin == KNOWN_AS_WRITTEN ? rule->policy.pin :
	    (enum tlsp_pin_mode)pin;
	known->constraint = tlsp_policy_constraint(rule->policy.text,
	    tlsp_policy_has_braces(tables->host.postfix), &tables->trust);
	if (known->pin != TLSP_PIN_OFF)
		look_up(stores, now, known);
	return known->code = merge(stores, known);
}

void
known_clear(struct known *known)
{
	free(known->room);
	free(known->value);
	known->room = known->value = NULL;
	known->text = NULL;
}

/* Each record of a store, in its order. */
static enum tlsp_code
each_stored(struct known_store *from, known_each_fn named, void *ctx,
    struct tlsp_err *err)
{
	char key[TABLES_KEY_MAX];
	const char *found, *value;
	size_t key_len = 0, found_len, len;
	enum tlsp_code code;

	/* A look at it may ask the same store, so that the key is kept. */
	while ((code = tlsp_store_next(from->store, key, key_len, &found,
	    &found_len, &value, &len, err)) == TLSP_OK &&
	    found_len < sizeof(key)) {
		key_len = found_len;
		memcpy(key, found, key_len);
		key[key_len] = '\0';
		named(ctx, key);
	}
	return code < 0 ? code : TLSP_OK;
}

/* Rules with pin of which nothing is stored. */
static void
each_lacking(struct known_stores *stores, const struct tables_map *map,
    known_each_fn named, void *ctx)
{
	struct known_store *from = known_store(stores, map);
	struct tables_cursor cursor = { 0, 0 };
	const struct tables_map *at;
	const struct tlsp_rule *rule;
	const char *value;
	struct tlsp_err err;
	enum tlsp_code code;
	size_t len;

	while ((code = tables_next(stores->tables, &cursor, &at, &rule,
	    &err)) != TLSP_NONE) {
		if (code != TLSP_OK || at != map || rule->fault != NULL ||
		    rule->policy.pin == TLSP_PIN_OFF ||
		    rule->kind == TLSP_NAME_PARENT)
			continue;
		if (from->code == TLSP_OK && tlsp_store_get(from->store,
		    rule->key, strlen(rule->key), &value, &len, &err) ==
		    TLSP_OK)
			continue;
		named(ctx, rule->key);
	}
}

enum tlsp_code
known_each(struct known_stores *stores, const struct tables_map *map,
    known_each_fn named, void *ctx, struct tlsp_err *err)
{
	struct known_store *from = known_store(stores, map);
	enum tlsp_code code = TLSP_OK;

	if (from->code == TLSP_OK)
		code = each_stored(from, named, ctx, err);
	else if (from->code != TLSP_NONE) {
		*err = from->err;
		code = from->code;
	}
	each_lacking(stores, map, named, ctx);
	return code;
}

const char *
known_pin_word(enum tlsp_pin_state state)
{
	switch (state) {
	case TLSP_PIN_USABLE:
		return "usable";
	case TLSP_PIN_OTHER_DIGEST:
		return "other_digest";
	case TLSP_PIN_OTHER_RULE:
		return "other_rule";
	case TLSP_PIN_FUTURE:
		return "future";
	case TLSP_PIN_TOO_OLD:
		return "too_old";
	case TLSP_PIN_FADED:
		return "faded";
	case TLSP_PIN_EXPIRED:
		return "expired";
	}
	return "unknown";
}

const char *
known_set_word(enum tlsp_pins_state state)
{
	switch (state) {
	case TLSP_PINS_USABLE:
		return "usable";
	case TLSP_PINS_NO_STORE:
		return "no_store";
	case TLSP_PINS_UNREADABLE:
		return "unreadable";
	case TLSP_PINS_NONE:
		return "none";
	case TLSP_PINS_NO_DIGEST:
		return "no_digest";
	case TLSP_PINS_OTHER_DIGEST:
		return "other_digest";
	case TLSP_PINS_OTHER_RULE:
		return "other_rule";
	case TLSP_PINS_NO_SCAN:
		return "no_scan";
	case TLSP_PINS_LACKING:
		return "lacking";
	}
	return "unknown";
}

const char *
known_mode_word(enum tlsp_pin_mode mode)
{
	return mode == TLSP_PIN_REQUIRE ? "require" :
	    mode == TLSP_PIN_PREFER ? "prefer" : "off";
}

const char *
known_origin_word(enum tlsp_pin_origin origin)
{
	return origin == TLSP_PIN_PKIX ? "PKIX" :
	    origin == TLSP_PIN_DANE ? "DANE" : "person";
}
