/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_routes.c - rules that no mail comes to, for it is sent elsewhere.
 * Knows:    that a policy is asked for the next-hop. Not: how a next-hop is
 *           found.
 * Feeds:    check.
 * Source:   Postfix smtp/smtp_connect.c; transport(5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check.h"

#define SMTP		"smtp"
#define BELOW		"tlspolicy-check"	/* a name below a wildcard */
#define NAME_SIZE	(TABLES_KEY_MAX + sizeof(BELOW))

/* Does a transport's program ask policies? "": the default one. */
static int
is_smtp(const struct check *check, const char *transport)
{
	const struct master_service *service;
	size_t n;

	if (*transport == '\0' || check->master == NULL)
		return 1;
	for (n = 0; (service = master_find(check->master, SMTP, n)) != NULL;
	    n++)
		if (strcmp(service->name, transport) == 0)
			return 1;
	return 0;
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
	return strcmp(a->by, b->by) == 0 && strcmp(a->nexthop, b->nexthop) ==
	    0;
}

/* A domain, or the names below one. shared: where all domains go one way. */
static void
look_at_domain(const struct check_table *table, const struct tlsp_rule *rule,
    struct check_shared *shared, struct routes_way *all)
{
	const struct tlsp_pos at = check_at(table, rule);
	char name[NAME_SIZE], more[120];
	struct routes_way route;

	if (snprintf(name, sizeof(name), "%s%s", rule->kind ==
	    TLSP_NAME_PARENT ? BELOW : "", rule->key) >= (int)sizeof(name) ||
	    !routes_find(table->check->routes, name, &route) ||
	    strcasecmp(route.nexthop, name) == 0 ||
	    !is_smtp(table->check, route.transport))
		return;
	if ((route.key == NULL || strcmp(route.key, "*") == 0) &&
	    (shared->n == 0 || is_same_way(all, &route))) {
		*all = route;
		check_share(shared, rule, &at);
		return;
	}
	check_say(table->check, CHECK_ROUTED, &at, rule->key, "%.80s sends "
	    "mail for \"%.80s\" to \"%.80s\"%s", route.by, rule->key,
	    route.nexthop, other_rule(table->check, route.nexthop, more,
	    sizeof(more)));
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
	struct check_shared shared = { .kind = CHECK_ROUTED };
	struct routes_way all = { .nexthop = "" };
	const struct tlsp_rule *rule;
	struct tlsp_pos at;
	char what[400], more[120];
	size_t cursor = 0;

	while ((rule = check_next(table, &cursor)) != NULL) {
		at = check_at(table, rule);
		if (rule->kind == TLSP_NAME_DOMAIN ||
		    rule->kind == TLSP_NAME_PARENT)
			look_at_domain(table, rule, &shared, &all);
		else if (is_nexthop_only(rule->key) &&
		    routes_are_all(check->routes) &&
		    !routes_use(check->routes, rule->key))
			check_say(check, CHECK_NEXTHOP_UNUSED, &at, rule->key,
			    "neither transport_maps nor relayhost names "
			    "\"%.80s\"", rule->key);
	}
	if (shared.n == 0)
		return;
	(void)snprintf(what, sizeof(what), "%.80s sends mail for \"%.80s\" "
	    "to \"%.80s\"%s", all.by, shared.first->key, all.nexthop,
	    other_rule(check, all.nexthop, more, sizeof(more)));
	check_say_shared(check, &shared, what);
}
