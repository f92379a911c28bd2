/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * keys.h - the rules of a table by their keys: one rule a key, IDN twins.
 * Knows:    that the first of two rules holds. Not: parents, files, what a
 *           policy says.
 * Feeds:    freeze, table.
 * Source:   postmap(1): which of two rules holds.
 */
#ifndef TLSP_KEYS_H
#define TLSP_KEYS_H

#include <stdint.h>

#include "rules.h"

struct tlsp_slot {
	uint32_t hash;
	uint32_t rule;		/* number of the rule plus 1; 0: free */
};

/* Const after tlsp_keys_compile(). */
struct tlsp_keys {
	struct tlsp_rules rules;	/* owned */
	size_t n_twins;			/* keys that twins added */
	struct tlsp_slot *slots;	/* owned */
	size_t mask;			/* number of slots less one */
};

/*
 * Sort rules out. From here on nothing can change. The first rule for a key
 * wins, a later one is reported as a warning. Then each domain gets its IDN
 * twin, unless a rule of its own is there; twins stand behind the others.
 * rules:    taken; cleared also on failure.
 * host:     borrowed until the function returns.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_keys_compile(struct tlsp_rules *,
    const struct tlsp_host *, tlsp_report_fn, void *ctx,
    struct tlsp_keys *ret_keys, struct tlsp_err *err) TLSP_MUST_USE;

/* No key is looked for any more: give back the memory that it takes. */
void tlsp_keys_settle(struct tlsp_keys *);

/* All zero may be cleared. */
void tlsp_keys_clear(struct tlsp_keys *);

/* The rule for exactly this key, or NULL. */
const struct tlsp_rule *tlsp_keys_find(const struct tlsp_keys *,
    const char *key, size_t len);

#endif
