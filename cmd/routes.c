/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * routes.c - where Postfix sends mail for a domain, as far as files tell.
 * Knows:    transport_maps, classes of domains, relayhost. Not: rules, the network.
 * Feeds:    check.
 * Source:   transport(5); Postfix trivial-rewrite/transport.c, resolve.c.
 */
#include "routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../dict_tlspolicy/maps.h"
#include "../dict_tlspolicy/mem.h"
#include "classes.h"
#include "run.h"

#define PROXY	"proxy:"
#define BLANKS	", \t\r\n"
#define EVERY	"*"

/* table: its number; value: "transport:nexthop". */
struct entry {
	const char *key;
	const char *value;
	size_t table;
};

struct text {
	char *name;
	char *bytes;
};

struct routes {
	const struct conf *conf;
	struct classes *classes;
	struct text *tables;
	size_t n_tables, cap_tables;
	struct entry *list;	/* by key, then by table */
	size_t n, cap;
	const char **nexthops;	/* of entries, each by itself, sorted */
	size_t n_nexthops, cap_nexthops;
	struct tlsp_arena arena;	/* of nexthops */
	int is_dotless;		/* "example.com" is for names below it, too */
	int is_part;		/* a table was not listed */
};

/* Next-hops that have no table; with a transport before them, or without. */
static const char *const TRANSPORTS[] = {
	"default_transport", "relay_transport", "content_filter",
	"virtual_transport", "local_transport"
};
static const char *const NEXTHOPS[] = {
	"relayhost", "smtp_fallback_relay", "fallback_relay",
	"lmtp_fallback_relay", "default_filter_nexthop"
};
#define N_ITEMS(array)	(sizeof(array) / sizeof((array)[0]))

/* Tables of next-hops that are not listed: they depend on the sender. */
static const char *const OTHERS[] = {
	"sender_dependent_relayhost_maps",
	"sender_dependent_default_transport_maps"
};

static const char *
setting(const struct routes *routes, const char *name)
{
	const char *value = conf_get(routes->conf, name);

	return value != NULL ? value : "";
}

/* Is transport_maps in that list? Then keys need no dot. */
static int
has_word(const char *list, const char *word)
{
	const size_t len = strlen(word);
	size_t one;

	for (; *(list += strspn(list, BLANKS)) != '\0'; list += one) {
		one = strcspn(list, BLANKS);
		if (one == len && strncmp(list, word, len) == 0)
			return 1;
	}
	return 0;
}

struct routes *
routes_new(const struct conf *conf)
{
	struct routes *routes = calloc(1, sizeof(*routes));
	size_t n;

	if (routes == NULL)
		return NULL;
	routes->conf = conf;
	if ((routes->classes = classes_new(conf)) == NULL) {
		free(routes);
		return NULL;
	}
	routes->is_dotless = has_word(setting(routes,
	    "parent_domain_matches_subdomains"), "transport_maps");
	for (n = 0; n < N_ITEMS(OTHERS); n++)
		routes->is_part |= *setting(routes, OTHERS[n]) != '\0';
	return routes;
}

void
routes_free(struct routes *routes)
{
	size_t n;

	if (routes == NULL)
		return;
	for (n = 0; n < routes->n_tables; n++) {
		free(routes->tables[n].name);
		free(routes->tables[n].bytes);
	}
	free(routes->tables);
	free(routes->list);
	free(routes->nexthops);
	tlsp_arena_clear(&routes->arena);
	classes_free(routes->classes);
	free(routes);
}

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

/* What is behind the transport's name, as policies are asked for it. */
static const char *
nexthop_of_value(const char *value)
{
	static const char *const kinds[] = { "inet:", "unix:" };
	const char *nexthop = strchr(value, ':');
	size_t n;

	if (nexthop++ == NULL)
		return "";
	for (n = 0; n < N_ITEMS(kinds); n++)
		if (strncmp(nexthop, kinds[n], strlen(kinds[n])) == 0)
			return nexthop + strlen(kinds[n]);
	return nexthop;
}

enum tlsp_code
routes_add(struct routes *routes, const char *table, char *text,
    struct tlsp_err *err)
{
	struct text *tables = tlsp_grow(routes->tables, &routes->cap_tables,
	    routes->n_tables + 1, sizeof(*tables));
	struct entry *grown;
	char *line, *next, *tab;

	if (tables == NULL || (tables[routes->n_tables].name =
	    strdup(table)) == NULL) {
		routes->tables = tables != NULL ? tables : routes->tables;
		free(text);
		return no_memory(err);
	}
	routes->tables = tables;
	tables[routes->n_tables++].bytes = text;
	for (line = text; line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		if ((tab = strchr(line, '\t')) == NULL)
			continue;
		*tab = '\0';
		grown = tlsp_grow(routes->list, &routes->cap, routes->n + 1,
		    sizeof(*grown));
		if (grown == NULL)
			return no_memory(err);
		routes->list = grown;
		grown[routes->n++] = (struct entry){ line, tab + 1,
		    routes->n_tables - 1 };
	}
	return TLSP_OK;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *one = a, *two = b;
	const int order = strcasecmp(one->key, two->key);

	if (order != 0)
		return order;
	return one->table < two->table ? -1 : one->table > two->table;
}

static int
compare_texts(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each next-hop of an entry: since Postfix 3.5 there can be several. */
static void
add_nexthops(struct routes *routes, const char *list)
{
	const char **grown;
	size_t len;

	for (; *(list += strspn(list, BLANKS)) != '\0'; list += len) {
		len = strcspn(list, BLANKS);
		grown = tlsp_grow(routes->nexthops, &routes->cap_nexthops,
		    routes->n_nexthops + 1, sizeof(*grown));
		if (grown != NULL)
			routes->nexthops = grown;
		if (grown == NULL || (grown[routes->n_nexthops] =
		    tlsp_arena_dup(&routes->arena, list, len)) == NULL) {
			routes->is_part = 1;
			return;
		}
		routes->n_nexthops++;
	}
}

void
routes_sort(struct routes *routes)
{
	size_t n;

	if (routes->n > 0)
		qsort(routes->list, routes->n, sizeof(*routes->list),
		    compare_entries);
	for (n = 0; n < routes->n; n++)
		add_nexthops(routes, nexthop_of_value(routes->list[n].value));
	for (n = 0; n < N_ITEMS(TRANSPORTS); n++)
		add_nexthops(routes, nexthop_of_value(setting(routes,
		    TRANSPORTS[n])));
	for (n = 0; n < N_ITEMS(NEXTHOPS); n++)
		add_nexthops(routes, setting(routes, NEXTHOPS[n]));
	if (routes->n_nexthops > 0)
		qsort(routes->nexthops, routes->n_nexthops,
		    sizeof(*routes->nexthops), compare_texts);
}

/* One table of transport_maps. TLSP_NONE: it cannot be listed. */
static enum tlsp_code
list(struct routes *routes, const char *name, struct tlsp_err *err)
{
	const char *spec = strncmp(name, PROXY, strlen(PROXY)) == 0 ?
	    name + strlen(PROXY) : name;
	const char *const argv[] = { "postmap", "-c",
	    conf_dir(routes->conf), "-s", spec, NULL };
	struct run done;
	enum tlsp_code code;
	char *text;

	if ((code = run_program(argv, &done, err)) != TLSP_OK)
		return code == TLSP_E_NOMEM ? code : TLSP_NONE;
	text = done.out;
	done.out = NULL;
	code = run_status(&done) == 0 ? TLSP_OK : TLSP_NONE;
	run_clear(&done);
	if (code != TLSP_OK || text == NULL) {
		free(text);
		return code;
	}
	return routes_add(routes, name, text, err);
}

enum tlsp_code
routes_load(const struct conf *conf, struct routes **ret_routes,
    struct tlsp_err *err)
{
	struct routes *routes = routes_new(conf);
	enum tlsp_code code = TLSP_OK;
	const char *maps, *name;
	char *copy;
	size_t len;

	if (routes == NULL)
		return no_memory(err);
	maps = setting(routes, "transport_maps");
	while (code >= 0 && (name = tlsp_maps_next(&maps, &len)) != NULL) {
		if ((copy = strndup(name, len)) == NULL)
			code = no_memory(err);
		else if ((code = list(routes, copy, err)) == TLSP_NONE)
			routes->is_part = 1;
		free(copy);
	}
	if (code < 0) {
		routes_free(routes);
		return code;
	}
	routes_sort(routes);
	*ret_routes = routes;
	return TLSP_OK;
}

/* The entry for a key in the first table that has one, or NULL. */
static const struct entry *
look_up(const struct routes *routes, const char *key)
{
	size_t low = 0, high = routes->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (strcasecmp(routes->list[mid].key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < routes->n && strcasecmp(routes->list[low].key, key) ==
	    0 ? &routes->list[low] : NULL;
}

/* In the order of trivial-rewrite(8): the name, its parents, "*". */
static const struct entry *
look_around(const struct routes *routes, const char *domain)
{
	const struct entry *entry = look_up(routes, domain);
	const char *dot = domain;

	while (entry == NULL && *dot != '\0' &&
	    (dot = strchr(dot + 1, '.')) != NULL)
		entry = look_up(routes, routes->is_dotless ? dot + 1 : dot);
	return entry != NULL ? entry : look_up(routes, EVERY);
}

/* A parameter, or the value of an entry: "transport:nexthop". */
static void
take_value(struct routes_way *way, const char *value)
{
	const size_t len = strcspn(value, ":");

	if (len > 0 && len < sizeof(way->transport)) {
		memcpy(way->transport, value, len);
		way->transport[len] = '\0';
	}
	way->nexthop = nexthop_of_value(value);
}

/* A domain that no entry sends elsewhere: by its class. */
static void
find_by_class(const struct routes *routes, const char *domain,
    struct routes_way *way)
{
	static const struct {
		const char *list, *transport;
		int has_parents, is_ours;
	} classes[] = {
		{ "mydestination", "local_transport", 0, 1 },
		{ "virtual_alias_domains", NULL, 0, 1 },
		{ "virtual_mailbox_domains", "virtual_transport", 0, 1 },
		{ "relay_domains", "relay_transport", 1, 0 },
	};
	const char *transport = "default_transport", *list = NULL;
	int is = 0;
	size_t n;

	(void)strcpy(way->transport, "smtp");
	for (n = 0; is == 0 && n < N_ITEMS(classes); n++) {
		if ((is = classes_has(routes->classes, classes[n].list,
		    domain, classes[n].has_parents)) == 0)
			continue;
		transport = classes[n].transport;
		list = classes[n].is_ours ? classes[n].list : NULL;
	}
	if (is < 0) {
		way->transport[0] = '\0';
		way->by = "";
		return;
	}
	way->by = list != NULL ? list : transport;
	/* The addresses there are others', or nobody's. */
	take_value(way, transport == NULL ? "error" : setting(routes,
	    transport));
	if (*way->nexthop == '\0' && list == NULL &&
	    *setting(routes, "relayhost") != '\0') {
		way->by = "relayhost";
		way->nexthop = setting(routes, way->by);
	}
}

enum tlsp_code
routes_expect(const struct routes *routes, const char *domain,
    struct tlsp_err *err)
{
	return classes_expect(routes->classes, domain, err);
}

const char *
routes_fault(const struct routes *routes, size_t n, const char **ret_list)
{
	return classes_fault(routes->classes, n, ret_list);
}

int
routes_find(const struct routes *routes, const char *domain,
    struct routes_way *ret_route)
{
	const struct entry *entry = look_around(routes, domain);
	const char *value = entry != NULL ? entry->value : "";

	/* Who names a transport says all; who names none, the next-hop. */
	*ret_route = (struct routes_way){ .nexthop = "" };
	if (*value == ':' || *value == '\0')
		find_by_class(routes, domain, ret_route);
	if (*value != '\0' && strcmp(value, ":") != 0) {
		take_value(ret_route, value);
		ret_route->by = routes->tables[entry->table].name;
		ret_route->key = entry->key;
	}
	return *ret_route->nexthop != '\0';
}

/* Is one of the next-hops a name below this one? */
static int
use_below(const struct routes *routes, const char *parent)
{
	const size_t len = strlen(parent);
	size_t n, all;

	for (n = 0; n < routes->n_nexthops; n++) {
		all = strlen(routes->nexthops[n]);
		if (all > len && strcasecmp(routes->nexthops[n] + all - len,
		    parent) == 0)
			return 1;
	}
	return 0;
}

int
routes_use(const struct routes *routes, const char *nexthop)
{
	if (*nexthop == '.')
		return use_below(routes, nexthop);
	return routes->n_nexthops > 0 && bsearch(&nexthop, routes->nexthops,
	    routes->n_nexthops, sizeof(*routes->nexthops), compare_texts) !=
	    NULL;
}

int
routes_are_all(const struct routes *routes)
{
	return !routes->is_part;
}
