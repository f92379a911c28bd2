/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_who.h - which partner a delivery was for, and what was promised.
 * Knows:    which rule answers for a recipient, whom somebody asked about.
 *           Not: logs, counting.
 * Feeds:    audit_feed, audit.
 */
#ifndef TLSP_CMD_AUDIT_WHO_H
#define TLSP_CMD_AUDIT_WHO_H

#include "audit_sum.h"
#include "tables.h"

/*
 * Whom the audit is about. All borrowed.
 * names:    domains, ".domain" for all below it, or keys of rules; n_names
 *           is 0: everybody.
 * is_all:   also recipients for whom there is no rule.
 */
struct audit_who_options {
	char *const *names;
	size_t n_names;
	int is_all;
};

struct audit_who;

/*
 * All borrowed. lmtp: the tables that lmtp(8) asks; NULL: none.
 * returns   NULL: no memory.
 */
struct audit_who *audit_who_new(const struct tables *,
    const struct tables *lmtp, const struct audit_who_options *,
    struct audit_sum *) TLSP_MUST_USE;
void audit_who_free(struct audit_who *);

/*
 * The partner of a delivery, and what the rule demands that answers for the
 * recipient's domain; where none does, one for [server] or [server]:port,
 * for then transport(5) sent it there.
 * is_lmtp:  by lmtp(8), which looks for no MX records: the server is the
 *           next-hop, and its rule is the one that was asked.
 * ret_partner: borrowed; NULL: the audit is not about it.
 * returns   0: no memory.
 */
int audit_who_find(struct audit_who *, int is_lmtp, struct audit_span domain,
    struct audit_span relay, struct audit_partner **ret_partner,
    enum audit_demand *ret_demand) TLSP_MUST_USE;

/*
 * Make a partner of each rule under which nothing was seen.
 * returns   0: no memory.
 */
int audit_who_add_unseen(struct audit_who *) TLSP_MUST_USE;

#endif
