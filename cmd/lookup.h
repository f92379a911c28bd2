/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * lookup.h - from a next-hop to its mail servers: hosts, addresses, TLSA.
 * Knows:    which question follows on which answer, as smtp(8) asks. Not:
 *           connections, rules.
 * Feeds:    prober.
 * Source:   Postfix smtp/smtp_addr.c, tls/tls_dane.c; RFC 5321 section 5.1,
 *           RFC 7505, RFC 7672 section 2.2.
 */
#ifndef TLSP_CMD_LOOKUP_H
#define TLSP_CMD_LOOKUP_H

#include "dns.h"
#include "net.h"
#include "nexthop.h"
#include "record.h"

#define LOOKUP_ADDRESSES_MAX	32	/* of one host */

struct lookup;

/*
 * One host. preference: of its MX record, -1: it has none.
 * why:      it has no address, or its TLSA records could not be asked for.
 * is_lame:  the answers of the DNS failed: it may have what we do not see.
 * tlsa:     owned; of tlsa_base, as far as they go with is_tlsa_secure.
 * has_tlsa_failed: then DANE makes mail wait.
 */
struct lookup_host {
	char name[TLSP_HOSTNAME_MAX + 1];
	int preference;
	struct net_address addresses[LOOKUP_ADDRESSES_MAX];
	size_t n_addresses;
	char why[400];
	int is_lame;
	char *tlsa[RECORD_LIST_MAX];
	size_t n_tlsa;
	char tlsa_base[TLSP_HOSTNAME_MAX + 1];
	int is_tlsa_secure;
	int has_tlsa_failed;
	/* lookup's own */
	struct lookup *lookup;
	unsigned port;
	int is_address_secure;
	int is_alias;
	char alias_of[TLSP_HOSTNAME_MAX + 1];
	size_t n_pending;
};

/*
 * All that is known of a next-hop. why: hosts is empty, or not the whole.
 * is_none:  nobody takes mail there: no such name, or null MX.
 * is_secure: the names of the hosts are proved, or take no DNS.
 */
struct lookup {
	struct dns *dns;
	int has_ipv4, has_ipv6;
	struct lookup_host *hosts;
	size_t n_hosts;
	int is_secure;
	int is_complete;
	int is_none;
	char why[400];
	void (*fn)(void *ctx);
	void *ctx;
	/* lookup's own */
	char domain[TLSP_HOSTNAME_MAX + 1];
	unsigned port;
	size_t n_pending;
};

/*
 * Ask. fn is told once, when all is known; it may be told from within.
 * domain:   in ASCII: what hop->host is to the DNS.
 * port:     for TLSA records.
 * lookup:   dns, has_ipv4, has_ipv6, fn and ctx are set, all else zero; stays
 *           where it is until lookup_clear().
 * errors:   TLSP_E_NOMEM, TLSP_E_IO: fn is not told.
 */
enum tlsp_code lookup_start(struct lookup *, const struct nexthop *hop,
    const char *domain, unsigned port, struct tlsp_err *err) TLSP_MUST_USE;

/* Also in the midst of it: what is still to come is not waited for. */
void lookup_clear(struct lookup *);

#endif
