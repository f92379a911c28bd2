/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * rule.h - one logical line becomes a key, a policy and a place.
 * Knows:    "key whitespace value". Not: other rules.
 * Feeds:    rules, merge.
 * Source:   postmap(1) "TABLE FORMAT"; Postfix postmap/postmap.c.
 */
#ifndef TLSP_RULE_H
#define TLSP_RULE_H

#include "name.h"
#include "policy.h"

/*
 * A rule. Pointers: borrowed from the arena it was made in.
 * fault:    not NULL: the line is bad; who asks for the key gets this.
 * key:      folded. raw: as written, only where it is not all ASCII.
 * is_shadowed: an earlier rule has the same key; this one never answers.
 * is_guess: nobody wrote a rule for this key; any that is written holds.
 */
struct tlsp_rule {
	const char *key;
	const char *raw;
	const struct tlsp_err *fault;
	struct tlsp_policy policy;
	enum tlsp_name_kind kind : 8;
	unsigned is_shadowed : 1;
	unsigned is_guess : 1;
	unsigned line;
	unsigned col;
};

/*
 * Read a logical line. A bad line becomes a rule with a fault, reported;
 * so is a key that nothing can ask for (TLSP_E_NOBODY), which stays a rule.
 * errors:   TLSP_E_DAMAGED: the key cannot be read, so that nobody knows
 *           whom the line was for; TLSP_E_NOMEM. Neither is reported.
 */
enum tlsp_code tlsp_rule_read(const struct tlsp_line *,
    const struct tlsp_reader *, struct tlsp_rule *ret_rule,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Does piece n of a line read like a rule of its own: a key, white space, a
 * security level? Somebody indented it by accident, or lost a line end.
 * ret_rule: a rule with a fault for that key, reported.
 * errors:   TLSP_NONE: it does not; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_rule_hidden(const struct tlsp_line *, size_t n,
    const struct tlsp_reader *, struct tlsp_rule *ret_rule,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * The next word of a bad line, behind its key, that looks like the key of a
 * rule that lost its line end: a dot or a bracket in it, no '='.
 * off:      0 at first; moved on.
 * ret_rule: a rule with a fault and is_guess, not reported.
 * errors:   TLSP_NONE: there is no more; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_rule_lost(const struct tlsp_line *, size_t *off,
    const struct tlsp_reader *, struct tlsp_rule *ret_rule,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
