/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_sum.h - what became of the mail to each partner.
 * Knows:    what is counted, and what keeps a promise. Not: logs, tables.
 * Feeds:    audit_silent, audit_who, audit_feed, out_audit.
 */
#ifndef TLSP_CMD_AUDIT_SUM_H
#define TLSP_CMD_AUDIT_SUM_H

#include "../dict_tlspolicy/err.h"
#include "audit_match.h"

/* What a rule demands of every message. */
enum audit_demand {
	AUDIT_DEMAND_NONE,	/* no rule, or one that is content with all */
	AUDIT_DEMAND_TLS,	/* any TLS */
	AUDIT_DEMAND_VERIFIED
};

/* "tls"; NULL: AUDIT_DEMAND_NONE. */
const char *audit_demand_name(enum audit_demand);

/* Columns: distinct messages in each. Words come first, in their order. */
enum audit_count {
	AUDIT_N_UNKNOWN = AUDIT_UNKNOWN,
	AUDIT_N_CLEAR = AUDIT_CLEAR,
	AUDIT_N_ANONYMOUS = AUDIT_ANONYMOUS,
	AUDIT_N_UNTRUSTED = AUDIT_UNTRUSTED,
	AUDIT_N_TRUSTED = AUDIT_TRUSTED,
	AUDIT_N_VERIFIED = AUDIT_VERIFIED,
	AUDIT_N_SENT,
	AUDIT_N_DEFERRED_POLICY,
	AUDIT_N_DEFERRED,	/* for any reason */
	AUDIT_N_BOUNCED,
	AUDIT_COUNTS
};

/* "deferred_policy" */
const char *audit_count_name(enum audit_count);

/* One month, or one day. name: "2026-11", "2026-11-25"; in UTC. */
struct audit_period {
	char name[16];
	unsigned long counts[AUDIT_COUNTS];
};

#define AUDIT_SUITES_MAX	24	/* then "other" */

struct audit_suite {
	char protocol[16];
	char cipher[64];
	unsigned long n;
};

/* Evidence: what it shows, and at most so many of each. */
enum audit_shows {
	AUDIT_SHOWS_BROKEN,
	AUDIT_SHOWS_DEFERRED,
	AUDIT_SHOWS_UNKNOWN,
	AUDIT_SHOWS_KEPT
};

#define AUDIT_SHOWS		4
#define AUDIT_EVIDENCE_MAX	5

/* "broken" */
const char *audit_shows_name(enum audit_shows);

/* lines: owned. tls.file: NULL: there is no such line. */
struct audit_evidence {
	int64_t when;
	enum audit_word word;
	struct audit_kept tls;
	struct audit_kept delivery;
};

enum audit_promise {
	AUDIT_NO_PROMISE,	/* nothing was demanded, or cannot be told */
	AUDIT_KEPT,
	AUDIT_BROKEN
};

/*
 * A partner: a recipient domain, or the key of a rule that nobody was written
 * to under.
 * rule_key, file: owned; NULL: no rule answers. level: static.
 * why:      the rule is a bad one, or cannot be asked; owned.
 * n_met, n_broken, n_untold: messages by what was demanded of each.
 * by:       messages by how their TLS line was found.
 */
struct audit_partner {
	char *name;
	char *rule_key;
	char *file;
	unsigned line;
	const char *level;
	char *why;
	enum audit_demand demand;
	int64_t first, last;
	unsigned long counts[AUDIT_COUNTS];
	unsigned long reasons[AUDIT_REASONS];
	unsigned long by[AUDIT_HOWS];
	unsigned long n_met, n_broken, n_untold;
	struct audit_period *periods;
	size_t n_periods, cap_periods;
	struct audit_suite suites[AUDIT_SUITES_MAX];
	size_t n_suites;
	unsigned long n_other_suites;
	struct audit_evidence *evidence[AUDIT_SHOWS][AUDIT_EVIDENCE_MAX];
	size_t n_evidence[AUDIT_SHOWS];
};

/* Was the promise kept? What is not known keeps none, and breaks none. */
enum audit_promise audit_partner_promise(const struct audit_partner *);

/*
 * How sure the weakest of what is counted is: "certain", the line of a message
 * names it; "high", found by process, server and time; "low", by less, or by
 * the lack of a line. NULL: nothing was delivered.
 */
const char *audit_partner_confidence(const struct audit_partner *);

/* The reason for that promise in a sentence. Returns buf. */
const char *audit_partner_why(const struct audit_partner *, char *buf,
    size_t size);

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

/* All partners by name, periods by time. Borrowed until the next call. */
struct audit_partner *const *audit_sum_list(struct audit_sum *, size_t *ret_n);

#endif
