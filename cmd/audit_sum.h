/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_sum.h - what became of the mail to each partner.
 * Knows:    when it is counted, and when it was already. Not: logs, tables.
 * Feeds:    audit_silent, audit_who, audit_feed, out_audit.
 */
#ifndef TLSP_CMD_AUDIT_SUM_H
#define TLSP_CMD_AUDIT_SUM_H

#include "audit_partner.h"

/*
 * What became of one message, for one recipient.
 * demand:   of the rule that this very delivery was under.
 * text:     its line; borrowed, as are protocol, cipher and tls.
 * arrival:  when the message came; queue ids are used again.
 */
struct audit_event {
	struct audit_partner *partner;
	enum audit_demand demand;
	int64_t when;
	int64_t arrival;
	char qid[36];
	enum audit_status status;
	enum audit_reason reason;
	struct audit_found found;
	struct audit_place place;
};

struct audit_sum;

/* is_daily: periods are days, not months. NULL: no memory. */
struct audit_sum *audit_sum_new(int is_daily) TLSP_MUST_USE;
void audit_sum_free(struct audit_sum *);

/* A partner by name, made if need be; borrowed. NULL: no memory. */
struct audit_partner *audit_sum_partner(struct audit_sum *, const char *name)
    TLSP_MUST_USE;

/* Count. returns 0: no memory. */
int audit_sum_add(struct audit_sum *, const struct audit_event *)
    TLSP_MUST_USE;

/*
 * All partners by name, periods by time. Nothing is added behind it.
 * returns   borrowed.
 */
struct audit_partner *const *audit_sum_list(struct audit_sum *, size_t *ret_n);

#endif
