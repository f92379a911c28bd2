/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * routes.h - where Postfix sends mail for a domain, as far as files tell.
 * Knows:    transport_maps, classes of domains, relayhost. Not: rules, the network.
 * Feeds:    check.
 * Source:   transport(5); Postfix trivial-rewrite/transport.c, resolve.c.
 */
#ifndef TLSP_CMD_ROUTES_H
#define TLSP_CMD_ROUTES_H

#include "conf.h"

struct routes;

/*
 * List the tables of transport_maps by postmap -s, and read what main.cf
 * says beside them. A table that cannot be listed, as of regular expressions
 * or behind a network, is left out.
 * conf:     borrowed until routes_free().
 * cost:     a process a table.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code routes_load(const struct conf *, struct routes **ret_routes,
    struct tlsp_err *err) TLSP_MUST_USE;
/* NULL may be freed. */
void routes_free(struct routes *);

/* Add what a table says: lines of "key<tab>value"; text: taken, from malloc. */
enum tlsp_code routes_add(struct routes *, const char *table, char *text,
    struct tlsp_err *err) TLSP_MUST_USE;
/* As routes_load(), of main.cf alone, for tests; routes_sort() ends adding. */
struct routes *routes_new(const struct conf *);
void routes_sort(struct routes *);

/* A domain that will be asked for, as of classes_expect(). */
enum tlsp_code routes_expect(const struct routes *, const char *domain,
    struct tlsp_err *err) TLSP_MUST_USE;

/* As classes_fault(): why it is not known where mail for a domain goes. */
const char *routes_fault(const struct routes *, size_t n,
    const char **ret_list);

/*
 * Where mail for a domain goes. Everything is borrowed.
 * transport: "": not known.
 * nexthop:  what Postfix then asks policies for, without lmtp(8)'s "inet:"
 *           and "unix:". "": the domain itself.
 * by:       the table or parameter that says so; key: its entry, or NULL.
 */
struct routes_way {
	char transport[64];
	const char *nexthop;
	const char *by;
	const char *key;
};

/*
 * returns   1, or 0: the domain is the next-hop.
 * cost:     a search for each label.
 */
int routes_find(const struct routes *, const char *domain,
    struct routes_way *ret_route);

/*
 * Is anything sent to exactly this next-hop, whatever its case; or to one
 * below ".example.com"?
 */
int routes_use(const struct routes *, const char *nexthop);

/* Was every table that could name a next-hop listed? */
int routes_are_all(const struct routes *);

#endif
