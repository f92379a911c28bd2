/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * rules.h - the rules of a text, in its order, good ones and bad ones.
 * Knows:    that a text holds many rules. Not: searching, files.
 * Feeds:    index.
 */
#ifndef TLSP_RULES_H
#define TLSP_RULES_H

#include "rule.h"

/* The arena owns what the rules point to; the list is owned here. */
struct tlsp_rules {
	const char *file;	/* borrowed; for messages */
	struct tlsp_arena arena;
	struct tlsp_rule *list;
	size_t n_rules;
	size_t cap;
};

/*
 * Read a whole text. Findings are reported in the order of the text, those
 * in comments last.
 * file:     borrowed for the life of the rules.
 * buf:      borrowed until the function returns.
 * shape:    at most TLSP_RULES_MAX rules; one more is an error.
 * errors:   TLSP_E_DAMAGED: what nobody could have meant to write (NUL
 *           bytes where text should be, another encoding); TLSP_E_NOMEM,
 *           TLSP_E_VALUE. ret_rules is then empty.
 */
enum tlsp_code tlsp_rules_load(const char *file, const char *buf, size_t len,
    const struct tlsp_host *, tlsp_report_fn, void *ctx,
    struct tlsp_rules *ret_rules, struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be cleared. */
void tlsp_rules_clear(struct tlsp_rules *);

#endif
