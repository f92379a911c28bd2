/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * resolve.h - one key, one answer.
 * Knows:    exact before parent, when a parent may answer for its children,
 *           and what was asked last. Not: files, Postfix.
 * Feeds:    table.
 * Source:   tlspolicy_table(5), "LOOKUP".
 */
#ifndef TLSP_RESOLVE_H
#define TLSP_RESOLVE_H

#include "host.h"
#include "peek.h"
#include "search.h"

/*
 * How to look a key up.
 * FOLD:     letters match in any case (the host has not folded).
 * RAW:      the host has not looked whether the key is UTF-8 either.
 * ONLY:     no other table is asked beside this one, so that a wildcard may
 *           answer for a name below it at once. Where it may not, Postfix
 *           asks again with the wildcard itself.
 */
#define TLSP_QUERY_FOLD		1U
#define TLSP_QUERY_RAW		2U
#define TLSP_QUERY_ONLY		4U

struct tlsp_verdict;
struct tlsp_pin_set;

/*
 * How an answer came about, for a person. What was learned is borrowed from
 * the table until the next lookup; NULL: it was not looked for.
 */
struct tlsp_trace {
	struct tlsp_found found;
	int is_left;			/* left to Postfix's next question */
	uint64_t constraint;		/* of a rule with pin */
	const struct tlsp_verdict *verdict;	/* what was thought of */
	const struct tlsp_pin_set *set;		/* this, if there was any */
	const struct tlsp_err *why;		/* it cannot be told */
};

/*
 * What a rule with pin and what was learned of a name make together.
 * key:      len bytes, folded, as Postfix asks for it; no NUL.
 * trace:    may be NULL.
 */
struct tlsp_pinned;
typedef enum tlsp_code (*tlsp_pinned_fn)(struct tlsp_pinned *,
    const char *key, size_t len, const struct tlsp_record *,
    struct tlsp_trace *, const char **ret_answer, struct tlsp_err *err);

/*
 * All zero, then: index by tlsp_index_attach(); the others borrowed.
 * fault:    not NULL: the answer to every key.
 * peek:     not NULL: the index cannot be searched yet; tlsp_resolve_peek().
 * file:     the rules file, for messages.
 * scan:     the key asked for last.
 * answer, pinned: whom to ask for the answer of a rule with pin; NULL: it
 *           answers as if nothing had been learned.
 * parents:  of that key, nothing being there for it nor for any parent: the
 *           dots before those that Postfix did not ask for yet. A bit each.
 */
struct tlsp_resolver {
	struct tlsp_index index;
	const struct tlsp_err *fault;
	struct tlsp_peek *peek;
	uint64_t parents;
	const struct tlsp_host *host;
	const char *file;
	struct tlsp_scan scan;
	tlsp_pinned_fn answer;
	struct tlsp_pinned *pinned;
};

/*
 * Find the answer.
 * key:      NUL-terminated.
 * how:      TLSP_QUERY_...
 * trace:    may be NULL.
 * ret_answer: borrowed from the index.
 * errors:   TLSP_NONE: no rule answers; the resolver's, or a rule's, fault;
 *           TLSP_E_PENDING; TLSP_E_NOBODY: the key is not UTF-8, and
 *           nothing can answer it; TLSP_E_DAMAGED: the index is, and tells
 *           nothing of this key.
 */
enum tlsp_code tlsp_resolve(struct tlsp_resolver *, const char *key,
    unsigned how, const char **ret_answer, struct tlsp_err *err,
    struct tlsp_trace *) TLSP_MUST_USE TLSP_HOT;

/*
 * The same, by peeking.
 * ret_code: what tlsp_resolve() returns, err as there.
 * ret_answer: borrowed from peek until its next use.
 * errors:   0: it cannot be told so.
 */
int tlsp_resolve_peek(struct tlsp_resolver *, const char *key, unsigned how,
    enum tlsp_code *ret_code, const char **ret_answer, struct tlsp_err *err)
    TLSP_MUST_USE TLSP_COLD;

/*
 * After a key that was missed: the parent that is asked for next, if there
 * is nothing for it either; its parents follow, call by call. NULL: ask.
 * Borrowed until a key is asked for.
 */
TLSP_INLINE const char *
tlsp_resolve_missed(struct tlsp_resolver *resolver)
{
	const uint64_t parents = resolver->parents;

	if (parents == 0)
		return NULL;
	resolver->parents = parents & (parents - 1);
	return resolver->scan.key + __builtin_ctzll(parents);
}

#endif
