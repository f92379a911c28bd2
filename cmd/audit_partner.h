/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_partner.h - what is known of the mail to one partner, and whether the
 *                   promise was kept.
 * Knows:    what is counted, the names of it. Not: when it is counted.
 * Feeds:    audit_sum, audit_who, out_audit.
 */
#ifndef TLSP_CMD_AUDIT_PARTNER_H
#define TLSP_CMD_AUDIT_PARTNER_H

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

/* file: NULL: there is no such line. text: owned. */
struct audit_shown {
	const char *file;
	unsigned long line;
	char *text;
};

struct audit_evidence {
	int64_t when;
	enum audit_word word;
	struct audit_shown tls;
	struct audit_shown delivery;
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
 * is_seen:  the logs hold mail to it; first, last: when.
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
	int is_seen;
	int64_t first, last;
	unsigned long counts[AUDIT_COUNTS];
	unsigned long reasons[AUDIT_REASONS];
	unsigned long by[AUDIT_HOWS];
	unsigned long n_met, n_broken, n_untold;
	struct audit_period *periods;
	size_t n_periods, cap_periods;
	struct audit_suite *suites;
	size_t n_suites, cap_suites;
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

/* NULL: no memory. */
struct audit_partner *audit_partner_new(const char *name) TLSP_MUST_USE;
void audit_partner_free(struct audit_partner *);

/*
 * Keep a line as evidence, and its TLS line if there is one (tls: NULL).
 * returns   0: no memory. 1: also where there is enough of it.
 */
int audit_partner_show(struct audit_partner *, enum audit_shows, int64_t when,
    enum audit_word, const struct audit_kept *tls, const struct audit_place *)
    TLSP_MUST_USE;

#endif
