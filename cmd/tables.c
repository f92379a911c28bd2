/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tables.c - the rules files in use, and which rule answers for a next-hop.
 * Knows:    in which order smtp(8) asks what. Not: fingerprints, printing.
 * Feeds:    the verbs.
 * Source:   Postfix smtp/smtp_tls_policy.c, global/maps.c.
 */
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/maps.h"
#include "../dict_tlspolicy/version.h"
#include "host.h"

#define TYPE	"tlspolicy:"
#define PROXY	"proxy:"

void
tables_say_nothing(void *ctx, enum tlsp_severity severity,
    const struct tlsp_err *finding)
{
	(void)ctx;
	(void)severity;
	(void)finding;
}

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

/* The rules file that a table's name means; NULL: it is no table of ours. */
static const char *
path_of(const char *spec, int *ret_is_proxied)
{
	*ret_is_proxied = strncmp(spec, PROXY, strlen(PROXY)) == 0;
	if (*ret_is_proxied)
		spec += strlen(PROXY);
	return strncmp(spec, TYPE, strlen(TYPE)) == 0 ?
	    spec + strlen(TYPE) : NULL;
}

/* Add a table to the list, not open yet. spec: taken; NULL: no memory. */
static enum tlsp_code
add(struct tables *tables, char *spec, struct tlsp_err *err)
{
	struct tables_map *maps, *map;
	const char *path;
	int is_proxied;

	maps = spec == NULL ? NULL : realloc(tables->maps,
	    (tables->n_maps + 1) * sizeof(*maps));
	if (maps == NULL) {
		free(spec);
		return no_memory(err);
	}
	tables->maps = maps;
	map = memset(&maps[tables->n_maps++], 0, sizeof(*map));
	map->spec = spec;
	if ((path = path_of(spec, &is_proxied)) == NULL)
		return TLSP_OK;
	/* Whether another table is asked is not known behind proxymap(8). */
	map->how = TLSP_QUERY_FOLD |
	    (tables->host.is_utf8 ? TLSP_QUERY_RAW : 0) |
	    (is_proxied ? 0 : TLSP_QUERY_ONLY);
	return (map->path = strdup(path)) == NULL ? no_memory(err) : TLSP_OK;
}

/* The tables that main.cf names. */
static enum tlsp_code
add_all(struct tables *tables, struct tlsp_err *err)
{
	char param[40];
	const char *value, *list, *name;
	enum tlsp_code code = TLSP_OK;
	size_t len, n;

	(void)snprintf(param, sizeof(param), "%s_tls_policy_maps",
	    tables->host.service);
	if ((value = conf_get(tables->conf, param)) == NULL)
		value = "";
	list = value;
	while (code == TLSP_OK && (name = tlsp_maps_next(&list, &len)) != NULL)
		code = add(tables, strndup(name, len), err);
	if (code != TLSP_OK)
		return code;
	if (tables_ours(tables, 0) == NULL)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "%s of %s"
		    "/main.cf names no tlspolicy: table (it is \"%.100s\"); "
		    "say which one: -t FILE", param, conf_dir(tables->conf),
		    value);
	for (n = 0; tables->n_maps > 1 && n < tables->n_maps; n++)
		tables->maps[n].how &= ~TLSP_QUERY_ONLY;
	return TLSP_OK;
}

/* The one table that somebody names. */
static enum tlsp_code
add_given(struct tables *tables, const char *path, struct tlsp_err *err)
{
	char *spec = malloc(strlen(TYPE) + strlen(path) + 1);

	if (spec != NULL)
		(void)stpcpy(stpcpy(spec, TYPE), path);
	return add(tables, spec, err);
}

static enum tlsp_code
name_as(const struct conf *conf, const char *service, const char *path,
    struct tables *ret_tables, struct tlsp_err *err)
{
	struct tables tables = { .conf = conf };
	enum tlsp_code code;

	if ((code = host_open(conf, &tables.host, err)) == TLSP_OK) {
		tables.host.service = service;
		code = path != NULL ? add_given(&tables, path, err) :
		    add_all(&tables, err);
	}
	if (code != TLSP_OK) {
		tables_close(&tables);
		return code;
	}
	*ret_tables = tables;
	return TLSP_OK;
}

enum tlsp_code
tables_name(const struct conf *conf, const char *path,
    struct tables *ret_tables, struct tlsp_err *err)
{
	return name_as(conf, "smtp", path, ret_tables, err);
}

enum tlsp_code
tables_open_as(const struct conf *conf, const char *service, const char *path,
    int postfix, tlsp_report_fn report, void *ctx, struct tables *ret_tables,
    struct tlsp_err *err)
{
	struct tables tables;
	struct tables_map *map;
	enum tlsp_code code;
	size_t n;

	if ((code = name_as(conf, service, path, &tables, err)) != TLSP_OK)
		return code;
	if (postfix != TLSP_POSTFIX_ANY)
		tables.host.postfix = postfix;
	for (n = 0; code == TLSP_OK && n < tables.n_maps; n++) {
		map = &tables.maps[n];
		if (map->path != NULL && (map->table = tlsp_table_open(
		    map->path, host_caller(conf), &tables.host, report,
		    ctx)) == NULL)
			code = no_memory(err);
	}
	if (code != TLSP_OK) {
		tables_close(&tables);
		return code;
	}
	tlsp_trust_read(tables.host.service, tables.host.postfix,
	    tables.host.setting, tables.host.ctx, &tables.trust);
	*ret_tables = tables;
	return TLSP_OK;
}

enum tlsp_code
tables_open(const struct conf *conf, const char *path, tlsp_report_fn report,
    void *ctx, struct tables *ret_tables, struct tlsp_err *err)
{
	return tables_open_as(conf, "smtp", path, TLSP_POSTFIX_ANY, report,
	    ctx, ret_tables, err);
}

void
tables_close(struct tables *tables)
{
	size_t n;

	for (n = 0; n < tables->n_maps; n++) {
		tlsp_table_close(tables->maps[n].table);
		free(tables->maps[n].path);
		free(tables->maps[n].spec);
	}
	free(tables->maps);
	host_close(&tables->host);
	memset(tables, 0, sizeof(*tables));
}

const struct tables_map *
tables_ours(const struct tables *tables, size_t n)
{
	size_t map;

	for (map = 0; map < tables->n_maps; map++)
		if (tables->maps[map].path != NULL && n-- == 0)
			return &tables->maps[map];
	return NULL;
}

int
tables_is_again(const struct tables *tables, size_t n)
{
	const struct tables_map *map = tables_ours(tables, n);
	size_t k;

	for (k = 0; k < n; k++)
		if (strcmp(tables_ours(tables, k)->path, map->path) == 0)
			return 1;
	return 0;
}

const char *
tables_fold(const struct tables *tables, const char *nexthop, char *buf,
    size_t len)
{
	const struct tlsp_host *host = &tables->host;
	size_t n, nexthop_len = strlen(nexthop);

	if (host->is_utf8 && !tlsp_name_is_ascii(nexthop, nexthop_len)) {
		if (!host->valid_utf8(host->ctx, nexthop, nexthop_len))
			return NULL;
		nexthop = host->fold(host->ctx, nexthop);
		nexthop_len = strlen(nexthop);
	}
	if (nexthop_len == 0 || nexthop_len >= len)
		return NULL;
	for (n = 0; n <= nexthop_len; n++)
		buf[n] = tlsp_name_lower(nexthop[n]);
	return buf;
}

/* The rule that a lookup found, as it is written. */
static const struct tlsp_rule *
rule_found(const struct tables_map *map, const char *key,
    const struct tlsp_found *found, struct tlsp_err *err)
{
	const struct tlsp_keys *keys;
	const char *name = key;

	if (found->record == NULL ||
	    tlsp_table_rules(map->table, &keys, err) != TLSP_OK)
		return NULL;
	if (found->is_parent && found->name > 0)
		name = key + found->name - 1;
	return tlsp_keys_find(keys, name, strlen(name));
}

/* One question to a table of ours. */
static enum tables_said
ask(const struct tables_map *map, const char *key,
    struct tables_answer *answer)
{
	struct tlsp_trace trace;
	const char *text;
	enum tlsp_code code;

	code = tlsp_table_lookup(map->table, key, map->how, &text,
	    &answer->err, &trace);
	if (code == TLSP_E_DAMAGED && tlsp_table_recover(map->table))
		code = tlsp_table_lookup(map->table, key, map->how, &text,
		    &answer->err, &trace);
	if (code == TLSP_NONE)
		return trace.is_left ? TABLES_LEFT : TABLES_NOTHING;
	answer->map = map;
	answer->asked = key;
	answer->rule = rule_found(map, key, &trace.found, &answer->err);
	/* Fingerprints that are missing are not the rule's fault. */
	if (answer->rule != NULL)
		code = answer->rule->fault == NULL ? TLSP_OK :
		    answer->rule->fault->code;
	answer->code = code;
	return code == TLSP_OK ? TABLES_ANSWERS : TABLES_FAULT;
}

/* One question to all tables. 1: it was answered. */
static int
ask_all(const struct tables *tables, const char *key,
    struct tables_answer *answer)
{
	const struct tables_map *map;
	enum tables_said said;
	size_t n;

	for (n = 0; n < tables->n_maps; n++) {
		map = &tables->maps[n];
		said = map->table == NULL ? TABLES_FOREIGN :
		    ask(map, key, answer);
		answer->n_foreign += said == TABLES_FOREIGN;
		if (answer->n_steps < TABLES_STEPS_MAX)
			answer->steps[answer->n_steps++] =
			    (struct tables_step){ key, map, said };
		if (said == TABLES_ANSWERS || said == TABLES_FAULT)
			return 1;
	}
	return 0;
}

enum tlsp_code
tables_find(const struct tables *tables, const char *nexthop,
    struct tables_answer *answer)
{
	const char *key;

	memset(answer, 0, offsetof(struct tables_answer, steps));
	answer->n_steps = answer->n_foreign = 0;
	if ((key = tables_fold(tables, nexthop, answer->key,
	    sizeof(answer->key))) == NULL)
		return answer->code = tlsp_err_set(&answer->err, TLSP_E_NOBODY,
		    NULL, "Postfix never asks for \"%.100s\": %s", nexthop,
		    strlen(nexthop) == 0 ? "it is empty" :
		    strlen(nexthop) < sizeof(answer->key) ?
		    "it is not UTF-8" : "it is too long");
	answer->code = TLSP_NONE;
	if (ask_all(tables, key, answer) ||
	    !tlsp_name_has_parents(key, strlen(key), &tables->host))
		return answer->code;
	while ((key = strchr(key + 1, '.')) != NULL)
		if (ask_all(tables, key, answer))
			break;
	return answer->code;
}

enum tlsp_code
tables_next(const struct tables *tables, struct tables_cursor *cursor,
    const struct tables_map **ret_map, const struct tlsp_rule **ret_rule,
    struct tlsp_err *err)
{
	const struct tables_map *map;
	const struct tlsp_keys *keys;
	enum tlsp_code code;

	while ((map = tables_ours(tables, cursor->map)) != NULL) {
		if ((code = tlsp_table_rules(map->table, &keys, err)) !=
		    TLSP_OK) {
			cursor->map++;
			cursor->rule = 0;
			*ret_map = map;
			return code;
		}
		while (cursor->rule < keys->rules.n_rules) {
			*ret_rule = &keys->rules.list[cursor->rule++];
			*ret_map = map;
			if (!(*ret_rule)->is_shadowed)
				return TLSP_OK;
		}
		cursor->map++;
		cursor->rule = 0;
	}
	return TLSP_NONE;
}
