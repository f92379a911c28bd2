/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * index.h - rules frozen for search.
 * Knows:    keys and their hashes; exact before nearest parent. Not: files,
 *           what a policy says, time.
 * Feeds:    resolve.
 * Source:   Postfix TLS_README, "TLS policy table".
 */
#ifndef TLSP_INDEX_H
#define TLSP_INDEX_H

#include <stdint.h>

#include "rules.h"

struct tlsp_slot {
	uint32_t hash;
	uint32_t rule;		/* number of the rule plus 1; 0: free */
};

/* Const after tlsp_index_compile(). */
struct tlsp_index {
	struct tlsp_rules rules;	/* owned */
	size_t n_twins;			/* keys that twins added */
	size_t n_parents;		/* keys that begin with a dot */
	size_t longest;			/* key, in bytes */
	struct tlsp_slot *slots;	/* owned */
	size_t mask;			/* number of slots less one */
};

/*
 * Freeze rules. From here on nothing can change. The first rule for a key
 * wins, a later one is reported as a warning. Then each domain gets its IDN
 * twin, unless a rule of its own is there.
 * rules:    taken; cleared also on failure.
 * host:     borrowed until the function returns.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_index_compile(struct tlsp_rules *,
    const struct tlsp_host *, tlsp_report_fn, void *ctx,
    struct tlsp_index *ret_index, struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be cleared. */
void tlsp_index_clear(struct tlsp_index *);

/*
 * The rule for exactly this key, or NULL.
 * folds:    compare without regard to the case of ASCII letters.
 */
const struct tlsp_rule *tlsp_index_exact(const struct tlsp_index *,
    const char *key, size_t len, int folds);

/*
 * The rule of the nearest parent, or NULL: for a.b.example the first there
 * is of .b.example and .example.
 * key:      a host name; whoever asks has seen to that.
 */
const struct tlsp_rule *tlsp_index_nearest(const struct tlsp_index *,
    const char *key, size_t len, int folds);

#endif
