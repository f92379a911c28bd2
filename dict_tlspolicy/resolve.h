/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * resolve.h - one key, one answer.
 * Knows:    exact before parent, and when a parent may answer for its
 *           children. Not: files, Postfix.
 * Feeds:    table.
 * Source:   tlspolicy_table(5), "LOOKUP".
 */
#ifndef TLSP_RESOLVE_H
#define TLSP_RESOLVE_H

#include "index.h"

/*
 * key:      NUL-terminated.
 * folds:    ASCII letters match in any case (the host has not folded).
 * is_only:  no other table is asked beside this one, so that a wildcard may
 *           answer for a name below it at once. Where it may not, Postfix
 *           asks again with the wildcard itself.
 */
struct tlsp_query {
	const char *key;
	int folds;
	int is_only;
};

/* How an answer came about, for a person. */
struct tlsp_trace {
	const struct tlsp_rule *rule;	/* the nearest; NULL: none */
	int is_parent;			/* it is a wildcard above the key */
	int is_left;			/* left to Postfix's next question */
};

/*
 * Find the answer.
 * trace:    may be NULL.
 * ret_answer: borrowed from the index.
 * errors:   TLSP_NONE: no rule answers; a rule's fault; TLSP_E_PENDING.
 */
enum tlsp_code tlsp_resolve(const struct tlsp_index *,
    const struct tlsp_host *, const struct tlsp_query *, struct tlsp_trace *,
    const char **ret_answer, struct tlsp_err *err) TLSP_MUST_USE;

#endif
