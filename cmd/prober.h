/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * prober.h - many destinations at once, every server of each, a record of
 *          all of it.
 * Knows:    how many may be under way, and when a destination is done. Not:
 *           tables, printing.
 * Feeds:    probe, refresh.
 */
#ifndef TLSP_CMD_PROBER_H
#define TLSP_CMD_PROBER_H

#include "dns.h"
#include "nexthop.h"
#include "server.h"

/*
 * One destination. All of it is taken by the prober.
 * nexthop:  as Postfix asks it. key, rule: of the rule that answers; NULL:
 *           none does. fault: why the rule makes mail wait: then nobody is
 *           asked, and demand is empty; else NULL.
 */
struct prober_target {
	char *nexthop;
	char *key;
	char *rule;
	char *fault;
	uint64_t constraint;
	struct demand demand;
};

/*
 * settings: of each connection. dns: answers are told by its descriptor.
 * host:     converts names for the DNS; may be NULL.
 * port:     where the next-hop names none.
 * n_destinations, n_connections: at once, at most.
 * next:     the next destination; TLSP_NONE: there are no more.
 * done:     all records of one destination, borrowed: its servers, then
 *           itself. Other than TLSP_OK ends the run.
 */
struct prober_options {
	struct server_settings settings;
	struct dns *dns;
	const struct tlsp_host *host;
	int has_ipv4, has_ipv6;
	unsigned port;
	size_t n_destinations;
	size_t n_connections;
	enum tlsp_code (*next)(void *ctx, struct prober_target *ret_target,
	    struct tlsp_err *err);
	enum tlsp_code (*done)(void *ctx, const struct record *const *servers,
	    size_t n_servers, const struct record *destination,
	    struct tlsp_err *err);
	void *ctx;
};

/*
 * Ask all of them.
 * ret_is_told: set if the program was told to end; what was not done by then
 *           has no record.
 * cost:     memory for what is under way, whatever the number in all.
 * errors:   those of next and done; TLSP_E_NOMEM, TLSP_E_IO.
 */
enum tlsp_code prober_run(const struct prober_options *, int *ret_is_told,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
