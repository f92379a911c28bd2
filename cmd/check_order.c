/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_order.c - which table is asked first, where there are several; and
 *                 whether this one is asked at all.
 * Knows:    ..._tls_policy_maps, in main.cf and master.cf. Not: what rules say.
 * Feeds:    check.
 * Source:   Postfix smtp/smtp_tls_policy.c, global/maps.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../dict_tlspolicy/maps.h"
#include "check.h"

#define PARAM		"_tls_policy_maps"
#define TYPE		"tlspolicy:"
#define PROXY		"proxy:"
#define BELOW		"tlspolicy-check"
#define NAME_SIZE	(TABLES_KEY_MAX + sizeof(BELOW))

/* Is it the same file, however it is spelled? */
static int
is_same(const char *path, const char *other)
{
	struct stat one, two;

	return strcmp(path, other) == 0 || (stat(path, &one) == 0 &&
	    stat(other, &two) == 0 && one.st_dev == two.st_dev &&
	    one.st_ino == two.st_ino);
}

/* Is the table in that list? path: NULL: any of ours. */
static int
is_in(const char *list, const char *path)
{
	const char *name;
	char *copy, *type;
	size_t len;
	int is_there = 0;

	while (!is_there && list != NULL &&
	    (name = tlsp_maps_next(&list, &len)) != NULL) {
		if ((copy = strndup(name, len)) == NULL)
			return 1;
		type = strncmp(copy, PROXY, strlen(PROXY)) == 0 ?
		    copy + strlen(PROXY) : copy;
		is_there = strncmp(type, TYPE, strlen(TYPE)) == 0 &&
		    (path == NULL || is_same(path, type + strlen(TYPE)));
		free(copy);
	}
	return is_there;
}

int
check_is_named(const struct conf *conf, const char *service, const char *path)
{
	char param[40];

	(void)snprintf(param, sizeof(param), "%s" PARAM, service);
	return is_in(conf_get(conf, param), path);
}

/* A table before this one answers for the same key. */
static void
look_at_rule(const struct check_table *table, const struct tlsp_rule *rule,
    struct tables_answer *answer)
{
	const struct tlsp_pos at = check_at(table, rule);
	char name[NAME_SIZE];

	if (snprintf(name, sizeof(name), "%s%s", rule->kind ==
	    TLSP_NAME_PARENT ? BELOW : "", rule->key) >= (int)sizeof(name))
		return;
	if (tables_find(table->check->tables, name, answer) == TLSP_NONE)
		return;
	if (answer->rule != NULL && answer->map < table->map)
		check_say(table->check, CHECK_HIDDEN_BY_TABLE, &at, rule->key,
		    "line %u of %.100s answers for \"%.80s\" first",
		    answer->rule->line, answer->map->path, rule->key);
}

static void
look_at_services(const struct check_table *table)
{
	const struct tlsp_pos at = { table->map->path, 0, 0 };
	const struct check *check = table->check;
	const struct master_service *service;
	const char *list;
	char param[40];
	size_t n;

	(void)snprintf(param, sizeof(param), "%s" PARAM, check->service);
	for (n = 0; check->master != NULL && (service = master_find(
	    check->master, check->service, n)) != NULL; n++)
		if ((list = master_override(check->master, service, param)) !=
		    NULL && !is_in(list, table->map->path))
			check_say(check, CHECK_OVERRIDE, &at, NULL, "service "
			    "%.40s/%.10s of master.cf has -o %s=%.80s",
			    service->name, service->type, param, list);
}

void
check_order(const struct check_table *table)
{
	const struct check *check = table->check;
	const struct tlsp_pos at = { table->map->path, 0, 0 };
	struct check_shared late = { .kind = CHECK_WILDCARD_LATE };
	struct tables_answer *answer = malloc(sizeof(*answer));
	const struct tlsp_rule *rule;
	struct tlsp_pos place;
	size_t cursor = 0;

	if (!check_is_named(check->tables->conf, check->service,
	    table->map->path))
		check_say(check, CHECK_UNUSED, &at, NULL, "neither "
		    "smtp_tls_policy_maps nor lmtp_tls_policy_maps of main.cf "
		    "names this table");
	else
		look_at_services(table);
	while (answer != NULL && check->tables->n_maps > 1 &&
	    (rule = check_next(table, &cursor)) != NULL) {
		look_at_rule(table, rule, answer);
		place = check_at(table, rule);
		if (rule->kind == TLSP_NAME_PARENT && !rule->policy.is_final &&
		    rule->policy.pin == TLSP_PIN_OFF)
			check_share(&late, rule, &place);
	}
	check_say_shared(check, &late, "with several tables in "
	    "smtp_tls_policy_maps, all are asked for the whole name before "
	    "any is asked for this wildcard");
	free(answer);
}
