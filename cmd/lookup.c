/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * lookup.c - from a next-hop to its mail servers: hosts, addresses, TLSA.
 * Knows:    which question follows on which answer, as smtp(8) asks. Not:
 *           connections, rules.
 * Feeds:    prober.
 * Source:   Postfix smtp/smtp_addr.c, tls/tls_dane.c.
 */
#include "lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void on_address(void *, const struct dns_answer *);
static void on_tlsa(void *, const struct dns_answer *);
static void on_alias_tlsa(void *, const struct dns_answer *);
static void on_alias(void *, const struct dns_answer *);

/* One of the things waited for is there. */
static void
arrived(struct lookup *lookup)
{
	if (--lookup->n_pending == 0)
		lookup->fn(lookup->ctx);
}

/* A question about a host; 1: it is asked. */
static int
ask(struct lookup_host *host, const char *name, enum dns_type type, dns_fn fn)
{
	struct tlsp_err err;

	if (dns_ask(host->lookup->dns, name, type, fn, host, &err) ==
	    TLSP_OK) {
		host->n_pending++;
		return 1;
	}
	host->is_lame = 1;
	(void)snprintf(host->why, sizeof(host->why), "%.390s", err.text);
	return 0;
}

/* 1: it is asked. */
static int
ask_tlsa(struct lookup_host *host, const char *base, dns_fn fn)
{
	char name[TLSP_HOSTNAME_MAX + 32];

	(void)snprintf(name, sizeof(name), "_%u._tcp.%s", host->port, base);
	/* A name too long for the DNS has no records. */
	if (strlen(name) > TLSP_HOSTNAME_MAX)
		return 0;
	(void)snprintf(host->tlsa_base, sizeof(host->tlsa_base), "%s", base);
	if (ask(host, name, DNS_TLSA, fn))
		return 1;
	host->has_tlsa_failed = 1;
	return 0;
}

static void
keep_tlsa(struct lookup_host *host, const struct dns_answer *answer)
{
	size_t n;

	if (answer->state == DNS_FAILED) {
		host->has_tlsa_failed = 1;
		(void)snprintf(host->why, sizeof(host->why),
		    "TLSA lookup: %.380s", answer->why);
		return;
	}
	host->is_tlsa_secure = answer->state == DNS_FOUND &&
	    answer->is_secure;
	for (n = 0; n < answer->n && host->n_tlsa < RECORD_LIST_MAX; n++)
		if ((host->tlsa[host->n_tlsa] = dns_read_tlsa(answer, n)) !=
		    NULL)
			host->n_tlsa++;
}

static void
on_tlsa(void *ctx, const struct dns_answer *answer)
{
	struct lookup_host *host = ctx;

	keep_tlsa(host, answer);
	host->n_pending--;
	arrived(host->lookup);
}

/* Of what the host is an alias of; if there are none, of the host itself. */
static void
on_alias_tlsa(void *ctx, const struct dns_answer *answer)
{
	struct lookup_host *host = ctx;

	host->n_pending--;
	if ((answer->state == DNS_EMPTY || answer->state == DNS_NO_NAME ||
	    (answer->state == DNS_FOUND && !answer->is_secure)) &&
	    ask_tlsa(host, host->name, on_tlsa))
		return;
	keep_tlsa(host, answer);
	arrived(host->lookup);
}

/* Is at least the alias itself proved? */
static void
on_alias(void *ctx, const struct dns_answer *answer)
{
	struct lookup_host *host = ctx;

	host->n_pending--;
	if (answer->state == DNS_FAILED) {
		host->has_tlsa_failed = 1;
		(void)snprintf(host->why, sizeof(host->why),
		    "CNAME lookup: %.380s", answer->why);
	} else if (answer->is_secure && ask_tlsa(host, host->name, on_tlsa))
		return;
	arrived(host->lookup);
}

/* All addresses are there: is there anything to be asked for DANE? */
static void
addresses_known(struct lookup_host *host)
{
	if (host->n_addresses > 0) {
		if (host->is_address_secure &&
		    (host->is_alias ?
		    ask_tlsa(host, host->alias_of, on_alias_tlsa) :
		    ask_tlsa(host, host->name, on_tlsa)))
			return;
		if (!host->is_address_secure && host->is_alias &&
		    ask(host, host->name, DNS_CNAME, on_alias))
			return;
	}
	arrived(host->lookup);
}

static void
on_address(void *ctx, const struct dns_answer *answer)
{
	struct lookup_host *host = ctx;
	struct net_address *address;
	const uint8_t *bytes;
	size_t n, len;

	if (answer->state == DNS_FAILED) {
		host->is_lame = 1;
		(void)snprintf(host->why, sizeof(host->why),
		    "address lookup: %.380s", answer->why);
	} else if (answer->state != DNS_FOUND && host->n_addresses == 0 &&
	    !host->is_lame)
		(void)snprintf(host->why, sizeof(host->why), "%s",
		    answer->state == DNS_NO_NAME ? "no such name" :
		    "it has no address");
	if (answer->state == DNS_FOUND) {
		host->is_address_secure = answer->is_secure &&
		    (host->n_addresses == 0 || host->is_address_secure);
		host->is_alias = answer->is_alias;
		(void)snprintf(host->alias_of, sizeof(host->alias_of), "%s",
		    answer->name);
	}
	for (n = 0; (bytes = dns_read_address(answer, n, &len)) != NULL; n++) {
		if (host->n_addresses == LOOKUP_ADDRESSES_MAX)
			break;
		address = &host->addresses[host->n_addresses++];
		memcpy(address->bytes, bytes, len);
		address->len = len;
	}
	if (--host->n_pending == 0)
		addresses_known(host);
}

static void
ask_host(struct lookup_host *host)
{
	const struct lookup *lookup = host->lookup;

	/* Held, so that a first answer is not taken for the last. */
	host->n_pending = 1;
	if (net_address_read(host->name, &host->addresses[0])) {
		host->n_addresses = 1;
	} else {
		if (lookup->has_ipv4)
			(void)ask(host, host->name, DNS_A, on_address);
		if (lookup->has_ipv6)
			(void)ask(host, host->name, DNS_AAAA, on_address);
	}
	if (--host->n_pending == 0)
		addresses_known(host);
}

/* All hosts are known by name: ask for the rest. */
static void
ask_hosts(struct lookup *lookup)
{
	size_t n;

	lookup->n_pending += lookup->n_hosts;
	for (n = 0; n < lookup->n_hosts; n++)
		ask_host(&lookup->hosts[n]);
}

static struct lookup_host *
add_host(struct lookup *lookup, const char *name, int preference)
{
	struct lookup_host *host = &lookup->hosts[lookup->n_hosts++];

	(void)snprintf(host->name, sizeof(host->name), "%s", name);
	host->preference = preference;
	host->lookup = lookup;
	host->port = lookup->port;
	return host;
}

/* The next-hop is its own only host. */
static void
take_host(struct lookup *lookup, const char *name)
{
	if ((lookup->hosts = calloc(1, sizeof(*lookup->hosts))) == NULL) {
		(void)snprintf(lookup->why, sizeof(lookup->why),
		    "out of memory");
		return;
	}
	lookup->is_secure = lookup->is_complete = 1;
	(void)add_host(lookup, name, -1);
}

static void
take_mx(struct lookup *lookup, const struct dns_answer *answer)
{
	char name[TLSP_HOSTNAME_MAX + 1];
	size_t n, i;
	int preference;

	lookup->hosts = calloc(answer->n < TLSP_HOSTNAME_MAX ? answer->n :
	    RECORD_LIST_MAX, sizeof(*lookup->hosts));
	if (lookup->hosts == NULL) {
		(void)snprintf(lookup->why, sizeof(lookup->why),
		    "out of memory");
		return;
	}
	lookup->is_secure = answer->is_secure;
	lookup->is_complete = 1;
	for (n = 0; n < answer->n; n++) {
		if (lookup->n_hosts == RECORD_LIST_MAX ||
		    !dns_read_mx(answer, n, &preference, name) ||
		    *name == '\0') {
			lookup->is_complete = 0;
			(void)snprintf(lookup->why, sizeof(lookup->why),
			    "%s", lookup->n_hosts == RECORD_LIST_MAX ?
			    "too many MX records" :
			    "an MX record names what is no host name");
			continue;
		}
		for (i = 0; i < lookup->n_hosts; i++)
			if (strcasecmp(lookup->hosts[i].name, name) == 0)
				break;
		if (i == lookup->n_hosts)
			(void)add_host(lookup, name, preference);
		else if (lookup->hosts[i].preference > preference)
			lookup->hosts[i].preference = preference;
	}
}

static void
on_mx(void *ctx, const struct dns_answer *answer)
{
	char name[TLSP_HOSTNAME_MAX + 1];
	struct lookup *lookup = ctx;
	int preference;

	switch (answer->state) {
	case DNS_FAILED:
		(void)snprintf(lookup->why, sizeof(lookup->why),
		    "MX lookup: %.380s", answer->why);
		break;
	case DNS_FOUND:
		if (answer->n == 1 && dns_read_mx(answer, 0, &preference,
		    name) && *name == '\0') {
			lookup->is_none = 1;
			(void)snprintf(lookup->why, sizeof(lookup->why),
			    "null MX: this domain takes no mail (RFC 7505)");
		} else
			take_mx(lookup, answer);
		break;
	default:
		take_host(lookup, lookup->domain);
		break;
	}
	ask_hosts(lookup);
	arrived(lookup);
}

enum tlsp_code
lookup_start(struct lookup *lookup, const struct nexthop *hop,
    const char *domain, unsigned port, struct tlsp_err *err)
{
	lookup->port = port;
	lookup->n_pending = 1;
	(void)snprintf(lookup->domain, sizeof(lookup->domain), "%s", domain);
	if (hop->has_mx)
		return dns_ask(lookup->dns, domain, DNS_MX, on_mx, lookup,
		    err);
	take_host(lookup, domain);
	ask_hosts(lookup);
	arrived(lookup);
	return TLSP_OK;
}

void
lookup_clear(struct lookup *lookup)
{
	struct lookup_host *host;
	size_t n, i;

	dns_forget(lookup->dns, lookup);
	for (n = 0; n < lookup->n_hosts; n++) {
		host = &lookup->hosts[n];
		if (host->n_pending > 0)
			dns_forget(lookup->dns, host);
		for (i = 0; i < host->n_tlsa; i++)
			free(host->tlsa[i]);
	}
	free(lookup->hosts);
	lookup->hosts = NULL;
	lookup->n_hosts = 0;
}

