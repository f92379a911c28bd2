/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * merge.h - the precedence of what a person wrote and what was learned.
 * Knows:    that learned never weakens written. Not: where either is kept.
 * Feeds:    resolve, pinned, and the command.
 */
#ifndef TLSP_MERGE_H
#define TLSP_MERGE_H

#include "err.h"
#include "frozen.h"
#include "pin.h"
#include "trust.h"

/* How far a clock may be behind that of who verified, in seconds. */
#define TLSP_MERGE_SKEW		(5 * 60)

/* How long a pin outlives that its host was in the last scan, in seconds. */
#define TLSP_MERGE_FADE		(24L * 60 * 60)

/* Of a pin: why not. */
enum tlsp_pin_state {
	TLSP_PIN_USABLE,
	TLSP_PIN_OTHER_DIGEST,	/* not that of main.cf */
	TLSP_PIN_OTHER_RULE,	/* the rule, or main.cf, was another one */
	TLSP_PIN_FUTURE,	/* verified at a time that is still to come */
	TLSP_PIN_TOO_OLD,	/* not verified within pin_ttl */
	TLSP_PIN_FADED,		/* its host is gone, and so is its day */
	TLSP_PIN_EXPIRED	/* its certificate has */
};

/* Of a set: why not. */
enum tlsp_pins_state {
	TLSP_PINS_USABLE,
	TLSP_PINS_NO_STORE,	/* nothing was ever learned here */
	TLSP_PINS_UNREADABLE,	/* the store is damaged or unsafe */
	TLSP_PINS_NONE,		/* nothing of this next-hop */
	TLSP_PINS_NO_DIGEST,	/* main.cf has none that pins may have */
	TLSP_PINS_OTHER_DIGEST,
	TLSP_PINS_OTHER_RULE,
	TLSP_PINS_NO_SCAN,	/* its MX hosts were never all known */
	TLSP_PINS_LACKING	/* an MX host has no usable pin */
};

/*
 * What is to be thought of a set.
 * lacking:  the first host without a usable pin, if TLSP_PINS_LACKING.
 * pins:     of each of the set's.
 */
struct tlsp_verdict {
	enum tlsp_pins_state state;
	size_t lacking;
	size_t n_usable;
	enum tlsp_pin_state pins[TLSP_PINS_MAX];
};

/*
 * Judge a set: the one place where that is done, for lookup, explain and
 * list.
 * constraint: tlsp_policy_constraint() of the rule in force.
 * ttl_s:    its pin_ttl. now: seconds since the Epoch.
 */
void tlsp_merge_judge(const struct tlsp_pin_set *, uint64_t constraint,
    int64_t ttl_s, const struct tlsp_trust *, int64_t now,
    struct tlsp_verdict *ret_verdict);

/* A state in words that go behind "it is" or a name and a colon. */
const char *tlsp_merge_pin_text(enum tlsp_pin_state);
const char *tlsp_merge_set_text(enum tlsp_pins_state);

/*
 * The answer of a rule where fingerprints cannot be asked for.
 * file:     borrowed; the rules file, for the place of a fault.
 * ret_answer: borrowed from the record.
 * errors:   the rule's own fault; TLSP_E_PENDING: the rule has pin=require.
 */
enum tlsp_code tlsp_merge_none(const char *file, const struct tlsp_record *,
    const char **ret_answer, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * What a rule with pin and what was learned make together.
 * file:     as above. key: the next-hop, len bytes; for messages.
 * set:      if the verdict is TLSP_PINS_USABLE or TLSP_PINS_LACKING.
 * why:      if the verdict is TLSP_PINS_UNREADABLE: the reason.
 * buf:      size bytes, for an answer that is not the record's.
 */
struct tlsp_merge {
	const char *file;
	const struct tlsp_record *record;
	const char *key;
	size_t key_len;
	const struct tlsp_pin_set *set;
	const struct tlsp_verdict *verdict;
	const struct tlsp_err *why;
	int has_braces;
	char *buf;
	size_t size;
};

/* How large buf must be for a right-hand side of len bytes. */
size_t tlsp_merge_size(size_t len);

/*
 * ret_answer: borrowed from the record or from buf.
 * errors:   TLSP_E_PENDING: the rule has pin=require, no set is usable: what
 *           is missing, and what to do; TLSP_E_BUG: buf is too small.
 */
enum tlsp_code tlsp_merge(const struct tlsp_merge *, const char **ret_answer,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
