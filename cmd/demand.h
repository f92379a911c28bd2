/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * demand.h - what a rule, and main.cf beside it, demand of a server.
 * Knows:    which setting holds where a rule is silent. Not: TLS, DNS, which
 *           rule answers.
 * Feeds:    tls, prober, learner.
 * Source:   Postfix smtp/smtp_tls_policy.c, tls/tls_misc.c; postconf(5).
 */
#ifndef TLSP_CMD_DEMAND_H
#define TLSP_CMD_DEMAND_H

#include <stddef.h>

#include "../dict_tlspolicy/policy.h"
#include "site.h"

/* Bits of demand.no_protocols. */
enum {
	DEMAND_SSL2 = 1 << 0,
	DEMAND_SSL3 = 1 << 1,
	DEMAND_TLS1 = 1 << 2,
	DEMAND_TLS1_1 = 1 << 3,
	DEMAND_TLS1_2 = 1 << 4,
	DEMAND_TLS1_3 = 1 << 5
};

/*
 * What one rule demands. Owned, may be moved; host and site are borrowed.
 * has_pin:  the line asks for fingerprints: what is shown must be fit to be
 *           learned.
 * match:    as written or by default: hostname, nexthop, dot-nexthop, names,
 *           .suffixes. At fingerprint: the fingerprints.
 * tafiles:  of the rule, or smtp_tls_trust_anchor_file. Empty: the CA files.
 * servername: "", "hostname", "nexthop", or a name.
 * no_protocols: DEMAND_...; min_protocol, max_protocol: as OpenSSL numbers
 *           them, 0: no bound.
 * ciphers:  an OpenSSL cipher list with all that is excluded at this level.
 *           pin_ciphers: the same at fingerprint.
 * as_may, as_encrypt: where level is dane: what is demanded of a server
 *           without usable TLSA records; else NULL.
 */
struct demand {
	const struct demand_site *site;
	const struct tlsp_host *host;
	enum tlsp_level_id level;
	int has_pin;
	struct demand_list match;
	struct demand_list tafiles;
	char *servername;
	unsigned no_protocols;
	int min_protocol;
	int max_protocol;
	char *ciphers;
	char *pin_ciphers;
	struct demand *as_may;
	struct demand *as_encrypt;
};

/*
 * Read what a rule demands.
 * text:     tlsp_policy.text; NULL: no rule, main.cf alone decides.
 * pin:      tlsp_policy.pin.
 * site, host: borrowed until demand_clear(). host converts names, may be NULL.
 * errors:   TLSP_E_VALUE: smtp(8) would not get as far as a connection:
 *           the why in words; TLSP_E_NOMEM.
 */
enum tlsp_code demand_read(const struct demand_site *, const struct tlsp_host *,
    const char *text, enum tlsp_pin_mode pin, struct demand *ret_demand,
    struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be cleared. */
void demand_clear(struct demand *);

/*
 * Whom what is learned must match: at encrypt smtp_tls_secure_cert_match, else
 * the same as match.
 */
const struct demand_list *demand_learn_match(const struct demand *);

/*
 * The bare domain of a next-hop, for names: "[mx.example.com]:587" is
 * "mx.example.com".
 * buf:      TLSP_HOSTNAME_MAX + 1 bytes; longer ones are cut. Returns buf.
 */
const char *demand_domain(const char *nexthop, char *buf);

/*
 * A name to compare with a certificate's, A-labels instead of U-labels; a
 * leading dot where every name below it is meant.
 * strategy: an item of match.
 * buf:      TLSP_HOSTNAME_MAX + 2 bytes.
 * returns   NULL: it can never match.
 */
const char *demand_name(const struct demand *, const char *strategy,
    const char *domain, const char *mx, char *buf);

#endif
