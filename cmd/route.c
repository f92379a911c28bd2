/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * route.c - from a recipient to transport and next-hop.
 * Knows:    address classes, relayhost, transport(5). Not: TLS, printing.
 * Feeds:    explain.
 */
#include "route.h"

#include <stdio.h>
#include <string.h>

#define ADDRESS_MAX	512

/* What is looked for. address: "": a domain alone. */
struct search {
	const struct conf *conf;
	const char *address;
	const char *domain;
	struct route *route;
};

int
route_is_recipient(const char *who)
{
	return strchr(who, '@') != NULL || strpbrk(who, "[]:/") == NULL;
}

static void
set(char *to, const char *text)
{
	(void)snprintf(to, POSTFIX_VALUE, "%s", text);
}

/* A parameter that names a transport, and perhaps a next-hop behind ":". */
static void
take_transport(struct search *search, const char *parameter)
{
	const char *value = conf_get(search->conf, parameter);
	struct route *route = search->route;
	char *colon;

	set(route->transport, value != NULL ? value : "smtp");
	if ((colon = strchr(route->transport, ':')) == NULL)
		return;
	*colon++ = '\0';
	if (*colon == '\0')
		return;
	set(route->nexthop, colon);
	(void)snprintf(route->nexthop_from, sizeof(route->nexthop_from), "%s",
	    parameter);
}

/* Which class, and what main.cf has for it. */
static enum tlsp_code
find_class(struct search *search, struct tlsp_err *err)
{
	static const struct {
		const char *list, *name, *transport;
		int has_parents;
	} classes[] = {
		{ "mydestination", "local", "local_transport", 0 },
		{ "virtual_alias_domains", "virtual alias", NULL, 0 },
		{ "virtual_mailbox_domains", "virtual mailbox",
		    "virtual_transport", 0 },
		{ "relay_domains", "relay", "relay_transport", 1 },
		{ "default_transport", "default", "default_transport", 0 },
	};
	struct route *route = search->route;
	const char *relayhost = conf_get(search->conf, "relayhost");
	enum tlsp_code code;
	int is = 0;
	size_t n;

	for (n = 0; !is && n + 1 < sizeof(classes) / sizeof(classes[0]); n++)
		if ((code = postfix_lists(search->conf, classes[n].list,
		    search->domain, classes[n].has_parents, &is, err)) !=
		    TLSP_OK)
			return code;
	n -= (size_t)is;
	route->class_name = classes[n].name;
	route->class_from = classes[n].list;
	set(route->nexthop, search->domain);
	(void)snprintf(route->nexthop_from, sizeof(route->nexthop_from),
	    "the recipient's domain");
	if (classes[n].transport == NULL) {
		set(route->transport, "error");
		set(route->nexthop, conf_is_yes(search->conf,
		    "show_user_unknown_table_name") ? "5.1.1 User unknown in "
		    "virtual alias table" : "5.1.1 User unknown");
		return TLSP_OK;
	}
	if (n >= 3 && relayhost != NULL && *relayhost != '\0') {
		set(route->nexthop, relayhost);
		(void)snprintf(route->nexthop_from,
		    sizeof(route->nexthop_from), "relayhost");
	}
	take_transport(search, classes[n].transport);
	return TLSP_OK;
}

/* What an entry of transport_maps changes. */
static void
take_entry(struct search *search, char *entry, const char *key,
    const char *table)
{
	struct route *route = search->route;
	char *nexthop = strchr(entry, ':');

	if (nexthop != NULL)
		*nexthop++ = '\0';
	if (*entry != '\0') {
		set(route->transport, entry);
		set(route->nexthop, strcmp(entry, "error") == 0 ||
		    strcmp(entry, "retry") == 0 ? "Address is undeliverable" :
		    search->domain);
	}
	if (nexthop != NULL && *nexthop != '\0')
		set(route->nexthop, nexthop);
	(void)snprintf(route->nexthop_from, sizeof(route->nexthop_from),
	    "%.*s in transport_maps, %s", ADDRESS_MAX, key, table);
}

/* One question to transport_maps. TLSP_NONE: there is nothing. */
static enum tlsp_code
try_key(struct search *search, const char *key, int is_partial,
    struct tlsp_err *err)
{
	char value[POSTFIX_VALUE], table[POSTFIX_VALUE];
	const enum tlsp_code code = postfix_ask(search->conf,
	    "transport_maps", key, is_partial, value, table, err);

	if (code == TLSP_OK)
		take_entry(search, value, key, table);
	return code;
}

/* "user" of "user+more@domain". 0: there is nothing to take off. */
static int
without_extension(const struct search *search, char buf[ADDRESS_MAX])
{
	const char *marks = conf_get(search->conf, "recipient_delimiter");
	const char *at = strrchr(search->address, '@');
	size_t len;

	if (marks == NULL || *marks == '\0' || *search->address == '\0')
		return 0;
	len = 1 + strcspn(search->address + 1, marks);
	if (len >= (size_t)(at - search->address))
		return 0;
	(void)snprintf(buf, ADDRESS_MAX, "%.*s%s", (int)len, search->address,
	    at);
	return 1;
}

/* As transport(5) says: the address, the domain, its parents, "*". */
static enum tlsp_code
find_transport(struct search *search, struct tlsp_err *err)
{
	const int is_parent_style = postfix_is_parent_style(search->conf,
	    "transport_maps");
	const char *name = search->domain;
	char bare[ADDRESS_MAX];
	enum tlsp_code code = TLSP_NONE;

	if (*search->address != '\0')
		code = try_key(search, search->address, 0, err);
	if (code == TLSP_NONE && without_extension(search, bare))
		code = try_key(search, bare, 1, err);
	while (code == TLSP_NONE && name != NULL && *name != '\0') {
		code = try_key(search, name, 1, err);
		if ((name = strchr(name + 1, '.')) != NULL && is_parent_style)
			name++;
	}
	if (code == TLSP_NONE)
		code = try_key(search, "*", 0, err);
	return code == TLSP_NONE ? TLSP_OK : code;
}

/* What master.cf runs: the eighth word, and options behind it. */
static enum tlsp_code
find_program(struct search *search, struct tlsp_err *err)
{
	struct route *route = search->route;
	char line[POSTFIX_VALUE];
	const char *word = line;
	enum tlsp_code code;
	int n;

	code = postfix_service(search->conf, route->transport, line, err);
	if (code != TLSP_OK)
		return code == TLSP_NONE ? tlsp_err_set(err, TLSP_E_VALUE,
		    NULL, "master.cf has no service \"%.100s\": mail waits",
		    route->transport) : code;
	for (n = 0; n < 7; n++) {
		word += strcspn(word, " \t");
		word += strspn(word, " \t");
	}
	(void)snprintf(route->program, sizeof(route->program), "%.*s",
	    (int)strcspn(word, " \t"), word);
	route->has_options = strstr(word, "smtp_tls_") != NULL ||
	    strstr(word, "lmtp_tls_") != NULL;
	return TLSP_OK;
}

static const char *
by_sender(const struct conf *conf)
{
	static const char *const names[] = {
		"sender_dependent_relayhost_maps",
		"sender_dependent_default_transport_maps"
	};
	const char *value;
	size_t n;

	for (n = 0; n < sizeof(names) / sizeof(names[0]); n++)
		if ((value = conf_get(conf, names[n])) != NULL &&
		    *value != '\0')
			return names[n];
	return NULL;
}

enum tlsp_code
route_find(const struct conf *conf, const char *who, struct route *route,
    struct tlsp_err *err)
{
	const char *at = strrchr(who, '@');
	char domain[ADDRESS_MAX];
	struct search search = { conf, at != NULL ? who : "", domain, route };
	const char *name = at != NULL ? at + 1 : who;
	const size_t len = strlen(name);
	enum tlsp_code code;

	memset(route, 0, sizeof(*route));
	if (len == 0 || strcmp(name, ".") == 0 || at == who ||
	    strlen(who) >= sizeof(domain))
		return tlsp_err_set(err, TLSP_E_SYNTAX, NULL, "\"%.100s\" is "
		    "no address and no domain", who);
	(void)snprintf(domain, sizeof(domain), "%s", name);
	if (domain[len - 1] == '.')
		domain[len - 1] = '\0';
	if ((code = find_class(&search, err)) != TLSP_OK)
		return code;
	if (strcmp(route->class_name, "virtual alias") != 0 &&
	    (code = find_transport(&search, err)) != TLSP_OK)
		return code;
	if (strcmp(route->class_name, "relay") == 0 ||
	    strcmp(route->class_name, "default") == 0)
		route->by_sender = by_sender(conf);
	return find_program(&search, err);
}
