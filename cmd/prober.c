/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * prober.c - many destinations at once, every server of each, a record of
 *          all of it.
 * Knows:    how many may be under way, and when a destination is done. Not:
 *           tables, printing.
 * Feeds:    probe, refresh.
 */
#include "prober.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lookup.h"
#include "witness.h"

struct prober;

/* A server, and who waits for it. next: of those without a connection. */
struct member {
	struct server server;
	struct destination *of;
	struct member *next;
};

struct destination {
	struct prober *prober;
	struct destination *next, *previous;
	struct prober_target target;
	struct lookup lookup;
	struct net_event patience;	/* with the DNS */
	int64_t began_ms;
	unsigned port;
	struct member **members;
	size_t n_members;
	size_t n_pending;
	struct record record;
};

struct prober {
	const struct prober_options *options;
	struct net *net;
	struct net_event dns_event;
	struct destination *active;
	size_t n_active;
	size_t n_open;
	struct member *first, **last;	/* they wait for a connection */
	int has_more;
	int is_filling, is_connecting;	/* once is enough */
	enum tlsp_code code;
	struct tlsp_err *err;
};

/* Something that no record can tell: the run ends. */
static void
give_up(struct prober *prober, enum tlsp_code code)
{
	if (prober->code == TLSP_OK)
		prober->code = code;
	net_stop(prober->net);
}

static void
target_clear(struct prober_target *target)
{
	free(target->nexthop);
	free(target->key);
	free(target->rule);
	free(target->fault);
	demand_clear(&target->demand);
}

static void
destination_free(struct destination *dest)
{
	struct prober *prober = dest->prober;
	size_t n;

	if (dest->next != NULL)
		dest->next->previous = dest->previous;
	if (dest->previous != NULL)
		dest->previous->next = dest->next;
	else
		prober->active = dest->next;
	prober->n_active--;
	if (dest->lookup.dns != NULL)
		lookup_clear(&dest->lookup);
	net_remove(prober->net, &dest->patience, 0);
	for (n = 0; n < dest->n_members; n++) {
		server_clear(&dest->members[n]->server);
		free(dest->members[n]);
	}
	free(dest->members);
	record_clear(&dest->record);
	target_clear(&dest->target);
	free(dest);
}

/* The fate of mail for it: the worst of what its servers do. */
static enum record_fate
fate_of(const struct destination *dest)
{
	enum record_fate fate = RECORD_UNTOLD, one;
	size_t n;

	for (n = 0; n < dest->n_members; n++) {
		one = dest->members[n]->server.record.fate;
		if (one == RECORD_WAITS)
			return RECORD_WAITS;
		if (one == RECORD_DELIVERED)
			fate = RECORD_DELIVERED;
	}
	return fate;
}

static void fill(struct prober *);

/* All is known: hand it over, and make room for the next one. */
static void
destination_done(struct destination *dest)
{
	struct prober *prober = dest->prober;
	const struct record **servers;
	enum tlsp_code code;
	size_t n;

	dest->record.time = (int64_t)time(NULL);
	if (dest->n_members > 0)
		dest->record.fate = fate_of(dest);
	servers = calloc(dest->n_members + 1, sizeof(*servers));
	if (servers == NULL) {
		give_up(prober, tlsp_err_set(prober->err, TLSP_E_NOMEM, NULL,
		    "out of memory"));
		return;
	}
	for (n = 0; n < dest->n_members; n++)
		servers[n] = &dest->members[n]->server.record;
	code = prober->options->done(prober->options->ctx, servers,
	    dest->n_members, &dest->record, prober->err);
	free(servers);
	destination_free(dest);
	if (code != TLSP_OK)
		give_up(prober, code);
	else
		fill(prober);
}

static void
destination_failed(struct destination *dest, enum record_fate fate,
    const char *why)
{
	dest->record.fate = fate;
	witness_set(&dest->record.error, why);
	destination_done(dest);
}

/* Connect those that wait, as many as there is room for. */
static void
connect_waiting(struct prober *prober)
{
	struct member *member;
	enum tlsp_code code;

	if (prober->is_connecting)
		return;
	prober->is_connecting = 1;
	while (prober->code == TLSP_OK && (member = prober->first) != NULL &&
	    prober->n_open < prober->options->n_connections) {
		if ((prober->first = member->next) == NULL)
			prober->last = &prober->first;
		prober->n_open++;
		code = server_start(&member->server, prober->err);
		if (code != TLSP_OK)
			give_up(prober, code);
	}
	prober->is_connecting = 0;
}

static void
server_done(void *ctx, struct server *server)
{
	struct member *member = ctx;
	struct destination *dest = member->of;
	struct prober *prober = dest->prober;

	(void)server;
	prober->n_open--;
	if (--dest->n_pending == 0)
		destination_done(dest);
	connect_waiting(prober);
}

/* What is known of a server before it is asked. */
static enum tlsp_code
fill_record(const struct destination *dest, const struct lookup_host *host,
    struct record *rec, struct tlsp_err *err)
{
	const struct prober_target *target = &dest->target;
	enum tlsp_code code;
	size_t n;

	rec->constraint = target->constraint;
	rec->port = dest->port;
	rec->preference = host->preference;
	rec->mx_secure = dest->lookup.is_secure;
	rec->tlsa_secure = host->is_tlsa_secure;
	rec->ms.dns = (int)(net_now(dest->prober->net) - dest->began_ms);
	if ((code = record_set(&rec->nexthop, target->nexthop, err)) !=
	    TLSP_OK ||
	    (code = record_set(&rec->key, target->key, err)) != TLSP_OK ||
	    (code = record_set(&rec->rule, target->rule, err)) != TLSP_OK ||
	    (code = record_set(&rec->mx, host->name, err)) != TLSP_OK)
		return code;
	if (host->n_tlsa > 0 &&
	    (code = record_set(&rec->tlsa_base, host->tlsa_base, err)) !=
	    TLSP_OK)
		return code;
	for (n = 0; n < host->n_tlsa; n++)
		if ((code = record_add_tlsa(rec, host->tlsa[n], err)) !=
		    TLSP_OK)
			return code;
	return TLSP_OK;
}

static int
is_dane(const struct demand *demand)
{
	return demand->level == TLSP_LEVEL_DANE ||
	    demand->level == TLSP_LEVEL_DANE_ONLY;
}

/* One server of a host; address: NULL: it has none. */
static enum tlsp_code
add_member(struct destination *dest, const struct lookup_host *host,
    const struct net_address *address, struct tlsp_err *err)
{
	struct prober *prober = dest->prober;
	struct member *member = calloc(1, sizeof(*member));
	char text[NET_ADDRESS_TEXT];
	enum tlsp_code code;

	if (member == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "out of memory");
	member->of = dest;
	server_init(&member->server, &prober->options->settings,
	    &dest->target.demand, server_done, member);
	dest->members[dest->n_members++] = member;
	if ((code = fill_record(dest, host, &member->server.record, err)) !=
	    TLSP_OK)
		return code;
	if (address == NULL)
		return server_give_up(&member->server, RECORD_UNTOLD,
		    host->why, err);
	member->server.address = *address;
	code = record_set(&member->server.record.address,
	    net_address_print(address, text), err);
	if (code != TLSP_OK)
		return code;
	if (host->has_tlsa_failed && is_dane(&dest->target.demand))
		return server_give_up(&member->server, RECORD_UNTOLD,
		    host->why, err);
	dest->n_pending++;
	*prober->last = member;
	prober->last = &member->next;
	return TLSP_OK;
}

static enum tlsp_code
add_members(struct destination *dest, struct tlsp_err *err)
{
	const struct lookup *lookup = &dest->lookup;
	const struct lookup_host *host;
	enum tlsp_code code;
	size_t n, i, count = 0;

	for (n = 0; n < lookup->n_hosts; n++)
		count += lookup->hosts[n].n_addresses + 1;
	if ((dest->members = calloc(count, sizeof(struct member *))) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "out of memory");
	for (n = 0; n < lookup->n_hosts; n++) {
		host = &lookup->hosts[n];
		if ((code = record_add_mx(&dest->record, host->name,
		    dest->port, host->preference, err)) != TLSP_OK)
			return code;
		if (host->n_addresses == 0 &&
		    (code = add_member(dest, host, NULL, err)) != TLSP_OK)
			return code;
		for (i = 0; i < host->n_addresses; i++)
			if ((code = add_member(dest, host,
			    &host->addresses[i], err)) != TLSP_OK)
				return code;
	}
	return TLSP_OK;
}

/* The DNS has told all it knows. */
static void
on_lookup(void *ctx)
{
	struct destination *dest = ctx;
	struct prober *prober = dest->prober;
	const struct lookup *lookup = &dest->lookup;
	enum tlsp_code code;

	net_remove(prober->net, &dest->patience, 0);
	dest->record.mx_secure = lookup->is_secure;
	dest->record.complete = lookup->is_complete && lookup->n_hosts > 0;
	if (lookup->n_hosts == 0) {
		destination_failed(dest, lookup->is_none ? RECORD_BOUNCES :
		    RECORD_UNTOLD, lookup->why);
		return;
	}
	if (lookup->n_hosts == 1 && lookup->hosts[0].preference < 0 &&
	    lookup->hosts[0].n_addresses == 0 && !lookup->hosts[0].is_lame) {
		dest->record.complete = 0;
		destination_failed(dest, RECORD_BOUNCES, lookup->hosts[0].why);
		return;
	}
	if (!lookup->is_complete)
		witness_set(&dest->record.error, lookup->why);
	/* Held, until all of them wait. */
	dest->n_pending = 1;
	if ((code = add_members(dest, prober->err)) != TLSP_OK) {
		give_up(prober, code);
		return;
	}
	if (--dest->n_pending == 0)
		destination_done(dest);
	else
		connect_waiting(prober);
}

static void
on_patience(void *ctx, int is_late)
{
	struct destination *dest = ctx;

	(void)is_late;
	lookup_clear(&dest->lookup);
	destination_failed(dest, RECORD_UNTOLD,
	    "time is over: the DNS has not answered");
}

static enum tlsp_code
begin_lookup(struct destination *dest, struct tlsp_err *err)
{
	const struct prober_options *options = dest->prober->options;
	const struct tlsp_host *host = options->host;
	struct net *net = dest->prober->net;
	struct nexthop hop;
	const char *domain;
	enum tlsp_code code;

	if (nexthop_read(dest->target.nexthop, &hop, err) != TLSP_OK) {
		destination_failed(dest, RECORD_WAITS, err->text);
		return TLSP_OK;
	}
	dest->port = *hop.port == '\0' ? options->port : net_port(hop.port);
	if (dest->port == 0) {
		destination_failed(dest, RECORD_WAITS, "no such port");
		return TLSP_OK;
	}
	domain = host != NULL && host->to_ascii != NULL ?
	    host->to_ascii(host->ctx, hop.host) : NULL;
	code = net_deadline(net, &dest->patience, options->settings.step_ms,
	    err);
	if (code != TLSP_OK)
		return code;
	dest->lookup.dns = options->dns;
	dest->lookup.has_ipv4 = options->has_ipv4;
	dest->lookup.has_ipv6 = options->has_ipv6;
	dest->lookup.fn = on_lookup;
	dest->lookup.ctx = dest;
	return lookup_start(&dest->lookup, &hop, domain != NULL ? domain :
	    hop.host, dest->port, err);
}

/* target: taken. */
static enum tlsp_code
destination_start(struct prober *prober, struct prober_target *target,
    struct tlsp_err *err)
{
	struct destination *dest = calloc(1, sizeof(*dest));
	struct record *rec;
	enum tlsp_code code;

	if (dest == NULL) {
		target_clear(target);
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "out of memory");
	}
	dest->prober = prober;
	dest->target = *target;
	dest->began_ms = net_now(prober->net);
	dest->patience.fd = -1;
	dest->patience.fn = on_patience;
	dest->patience.ctx = dest;
	if ((dest->next = prober->active) != NULL)
		dest->next->previous = dest;
	prober->active = dest;
	prober->n_active++;
	rec = &dest->record;
	record_init(rec, RECORD_DESTINATION);
	rec->constraint = target->constraint;
	if ((code = record_set(&rec->nexthop, target->nexthop, err)) !=
	    TLSP_OK ||
	    (code = record_set(&rec->key, target->key, err)) != TLSP_OK ||
	    (code = record_set(&rec->rule, target->rule, err)) != TLSP_OK)
		return code;
	if (target->fault != NULL) {
		destination_failed(dest, RECORD_WAITS, target->fault);
		return TLSP_OK;
	}
	return begin_lookup(dest, err);
}

/* Begin with as many as may be under way. */
static void
fill(struct prober *prober)
{
	const struct prober_options *options = prober->options;
	struct prober_target target;
	enum tlsp_code code;

	/* What is done at once comes back here. */
	if (prober->is_filling)
		return;
	prober->is_filling = 1;
	while (prober->code == TLSP_OK && prober->has_more &&
	    prober->n_active < options->n_destinations) {
		memset(&target, 0, sizeof(target));
		code = options->next(options->ctx, &target, prober->err);
		if (code == TLSP_NONE)
			prober->has_more = 0;
		else if (code != TLSP_OK || (code = destination_start(prober,
		    &target, prober->err)) != TLSP_OK)
			give_up(prober, code);
	}
	prober->is_filling = 0;
	if (!prober->has_more && prober->n_active == 0)
		net_stop(prober->net);
}

/* The answers of the DNS. */
static void
on_dns(void *ctx, int is_late)
{
	struct prober *prober = ctx;
	struct dns *dns = prober->options->dns;
	enum tlsp_code code;
	int is_other = 0;

	(void)is_late;
	code = dns_process(dns, &is_other, prober->err);
	if (code == TLSP_OK && is_other) {
		net_remove(prober->net, &prober->dns_event, 0);
		prober->dns_event.fd = dns_fd(dns);
		code = net_wait(prober->net, &prober->dns_event, NET_READ,
		    prober->err);
	}
	if (code != TLSP_OK)
		give_up(prober, code);
}

enum tlsp_code
prober_run(const struct prober_options *options, int *ret_is_told,
    struct tlsp_err *err)
{
	struct prober prober;
	enum tlsp_code code;

	memset(&prober, 0, sizeof(prober));
	prober.options = options;
	prober.net = options->settings.net;
	prober.last = &prober.first;
	prober.has_more = 1;
	prober.err = err;
	prober.dns_event.fd = dns_fd(options->dns);
	prober.dns_event.fn = on_dns;
	prober.dns_event.ctx = &prober;
	code = net_wait(prober.net, &prober.dns_event, NET_READ, err);
	if (code != TLSP_OK)
		return code;
	fill(&prober);
	if (prober.code == TLSP_OK && prober.n_active > 0 &&
	    (code = net_run(prober.net, ret_is_told, err)) != TLSP_OK)
		prober.code = code;
	while (prober.active != NULL)
		destination_free(prober.active);
	net_remove(prober.net, &prober.dns_event, 0);
	return prober.code;
}
