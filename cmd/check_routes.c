/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_routes.c - rules that no mail comes to, for it is sent elsewhere, or by
 *                 another program.
 * Knows:    that a policy is asked for the next-hop, by smtp(8) and lmtp(8).
 *           Not: how a next-hop is found.
 * Feeds:    check.
 * Source:   Postfix smtp/smtp_connect.c; transport(5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check.h"

#define BELOW		"tlspolicy-check"	/* a name below a wildcard */
#define NAME_SIZE	(TABLES_KEY_MAX + sizeof(BELOW))

/* What many rules have in common. way: of the first. */
struct common {
	struct check_shared shared;
	struct routes_way way;
};

/* The program behind a transport; NULL: not known, or mail waits for one. */
static const char *
program_of(const struct check *check, const char *transport)
{
	const struct master_service *service;

	if (check->master == NULL)
		return check->service;
	service = master_transport(check->master, transport);
	return service != NULL ? service->command : NULL;
}

/* What answers for the next-hops in the domain's place, in words. */
static const char *
other_rule(const struct check *check, const char *nexthops, char *buf,
    size_t size)
{
	struct tables_answer *answer = malloc(sizeof(*answer));
	char *list = strdup(nexthops), *rest = list, *nexthop;
	unsigned line = 0;

	(void)snprintf(buf, size, "; no rule is there for that");
	while (answer != NULL && rest != NULL &&
	    (nexthop = strsep(&rest, ", \t")) != NULL) {
		if (*nexthop == '\0')
			continue;
		if (tables_find(check->tables, nexthop, answer) != TLSP_OK ||
		    answer->rule == NULL) {
			/* Of several, one without a rule is what counts. */
			if (line != 0)
				(void)snprintf(buf, size, "; no rule is there "
				    "for \"%.80s\"", nexthop);
			line = 0;
			break;
		}
		if (line == 0)
			line = answer->rule->line;
	}
	if (line != 0)
		(void)snprintf(buf, size, "; the rule in line %u is asked",
		    line);
	free(list);
	free(answer);
	return buf;
}

static int
is_same_way(const struct routes_way *a, const struct routes_way *b)
{
	return strcmp(a->by, b->by) == 0 &&
	    strcmp(a->nexthop, b->nexthop) == 0 &&
	    strcmp(a->transport, b->transport) == 0;
}

/* 1: it is the way of all domains, and was counted with the others. */
static int
is_common(struct common *common, const struct routes_way *way,
    const struct tlsp_rule *rule, const struct tlsp_pos *at)
{
	static const char *const params[] = { "relayhost",
	    "default_transport" };
	size_t n;
	int is = way->key != NULL && strcmp(way->key, "*") == 0;

	for (n = 0; n < sizeof(params) / sizeof(params[0]); n++)
		is |= strcmp(way->by, params[n]) == 0;
	if (!is || (common->shared.n > 0 && !is_same_way(&common->way, way)))
		return 0;
	common->way = *way;
	check_share(&common->shared, rule, at);
	return 1;
}

/* "default_transport sends mail for X by smtp(8), which ..." */
static const char *
other_way(const struct check *check, const struct routes_way *way,
    const char *key, char *buf, size_t size)
{
	const char *program = program_of(check, way->transport);
	const int is_client = program != NULL && (strcmp(program, "smtp") ==
	    0 || strcmp(program, "lmtp") == 0);

	if (strcmp(way->by, "virtual_alias_domains") == 0)
		(void)snprintf(buf, size, "mail for \"%.80s\" is sent on to "
		    "other addresses: %.80s has the domain", key, way->by);
	else
		(void)snprintf(buf, size, "%.80s sends mail for \"%.80s\" "
		    "by the program %.40s, which asks %.10s%s", way->by, key,
		    program, is_client ? program : "no policy", is_client ?
		    "_tls_policy_maps: that does not name this table" : "");
	return buf;
}

/* Is it ours that asks, or one whose turn to be checked was, or comes? */
static int
is_asked(const struct check_table *table, const char *program)
{
	const struct check *check = table->check;

	return program == NULL || strcmp(program, check->service) == 0 ||
	    ((strcmp(program, "smtp") == 0 || strcmp(program, "lmtp") == 0) &&
	    check_is_named(check->tables->conf, program, table->map->path));
}

static const char *
elsewhere(const struct check *check, const struct routes_way *way,
    const char *key, char *buf, size_t size)
{
	char more[120];

	(void)snprintf(buf, size, "%.80s sends mail for \"%.80s\" to "
	    "\"%.80s\"%s", way->by, key, way->nexthop, other_rule(check,
	    way->nexthop, more, sizeof(more)));
	return buf;
}

/* The domain of a rule, or a name below it. NULL: it is none, or too long. */
static const char *
domain_of(const struct tlsp_rule *rule, char *buf, size_t size)
{
	const int is_parent = rule->kind == TLSP_NAME_PARENT;

	if (!is_parent && rule->kind != TLSP_NAME_DOMAIN)
		return NULL;
	return snprintf(buf, size, "%s%s", is_parent ? BELOW : "",
	    rule->key) < (int)size ? buf : NULL;
}

/* All at once, for each time costs a process a table. */
static void
expect_all(const struct check_table *table)
{
	const struct tlsp_rule *rule;
	struct tlsp_err err;
	char buf[NAME_SIZE];
	const char *domain;
	size_t cursor = 0;

	/* Who is not expected is asked for all the same. */
	while ((rule = check_next(table, &cursor)) != NULL)
		if ((domain = domain_of(rule, buf, sizeof(buf))) != NULL)
			(void)!routes_expect(table->check->routes, domain,
			    &err);
}

/* A domain, or the names below one. */
static void
look_at_domain(const struct check_table *table, const struct tlsp_rule *rule,
    struct common *to_other, struct common *by_other)
{
	const struct check *check = table->check;
	const struct tlsp_pos at = check_at(table, rule);
	char buf[NAME_SIZE], text[400];
	const char *program, *name = domain_of(rule, buf, sizeof(buf));
	struct routes_way way;
	int is_elsewhere;

	if (name == NULL || routes_use(check->routes, rule->key))
		return;
	is_elsewhere = routes_find(check->routes, name, &way) &&
	    strcasecmp(way.nexthop, name) != 0;
	program = program_of(check, way.transport);
	if (!is_asked(table, program)) {
		if (!is_common(by_other, &way, rule, &at))
			check_say(check, CHECK_OTHER_WAY, &at, rule->key,
			    "%s", other_way(check, &way, rule->key, text,
			    sizeof(text)));
	} else if (is_elsewhere && program != NULL &&
	    strcmp(program, check->service) == 0 &&
	    !is_common(to_other, &way, rule, &at))
		check_say(check, CHECK_ROUTED, &at, rule->key, "%s",
		    elsewhere(check, &way, rule->key, text, sizeof(text)));
}

/* Mail to user@[192.0.2.1] has such a next-hop, with no transport's help. */
static int
is_literal(const char *key)
{
	const size_t len = strlen(key);

	return key[0] == '[' && key[len - 1] == ']' &&
	    (strncasecmp(key + 1, "ipv6:", 5) == 0 ||
	    strspn(key + 1, "0123456789.") == len - 2);
}

/* A name without a port is also a recipient's domain, whatever it is. */
static int
is_nexthop_only(const char *key)
{
	return (key[0] == '[' && !is_literal(key)) ||
	    (key[0] != '/' && key[0] != '[' && strchr(key, ':') != NULL) ||
	    key[strlen(key) - 1] == '.';
}

void
check_routes(const struct check_table *table)
{
	const struct check *check = table->check;
	struct common to_other = { { .kind = CHECK_ROUTED }, { .by = "" } };
	struct common by_other = { { .kind = CHECK_OTHER_WAY },
	    { .by = "" } };
	const struct tlsp_rule *rule;
	struct tlsp_pos at;
	char text[400];
	size_t cursor = 0;

	expect_all(table);
	while ((rule = check_next(table, &cursor)) != NULL) {
		at = check_at(table, rule);
		if (rule->kind == TLSP_NAME_DOMAIN ||
		    rule->kind == TLSP_NAME_PARENT)
			look_at_domain(table, rule, &to_other, &by_other);
		else if (is_nexthop_only(rule->key) &&
		    routes_are_all(check->routes) &&
		    !routes_use(check->routes, rule->key))
			check_say(check, CHECK_NEXTHOP_UNUSED, &at, rule->key,
			    "neither transport_maps nor relayhost names "
			    "\"%.80s\"", rule->key);
	}
	if (to_other.shared.n > 0)
		check_say_shared(check, &to_other.shared, elsewhere(check,
		    &to_other.way, to_other.shared.first->key, text,
		    sizeof(text)));
	if (by_other.shared.n > 0)
		check_say_shared(check, &by_other.shared, other_way(check,
		    &by_other.way, by_other.shared.first->key, text,
		    sizeof(text)));
}

void
check_routes_end(const struct routes *routes, struct findings *findings)
{
	const char *why, *list;
	size_t n;

	for (n = 0; (why = routes_fault(routes, n, &list)) != NULL; n++)
		findings_say(findings, check_kind(CHECK_UNKNOWN_WAY), NULL,
		    NULL, "%.80s: %s", list, why);
}
