/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * rule_text.h - the attributes of a good rule, each with its place.
 * Knows:    where a rule's bytes stand in its file. Not: what they mean.
 * Feeds:    check.
 */
#ifndef TLSP_CMD_RULE_TEXT_H
#define TLSP_CMD_RULE_TEXT_H

#include "../dict_tlspolicy/rule.h"

/* A rules file in memory: len bytes at buf. All but starts is borrowed. */
struct rule_text {
	const char *file;
	const char *buf;
	size_t len;
	size_t *starts;		/* of its lines */
	size_t n_lines;
};

/* errors: TLSP_E_NOMEM. */
enum tlsp_code rule_text_init(struct rule_text *, const char *file,
    const char *buf, size_t len, struct tlsp_err *err) TLSP_MUST_USE;
void rule_text_clear(struct rule_text *);

/*
 * An attribute that Postfix gets to see.
 * at:       of value; of the rule where it cannot be told: the value is in
 *           two lines.
 */
struct rule_word {
	const struct tlsp_attr *attr;
	struct tlsp_tok value;
	struct tlsp_pos at;
};

/*
 * On the way through a rule. level: the place of its security level.
 * cost:     one pass over the rule in all.
 */
struct rule_words {
	const struct rule_text *text;
	struct tlsp_line line;
	struct tlsp_lex lex;
	struct tlsp_pos key;
	struct tlsp_pos level;
	size_t off, end;	/* in the file: what is still to be passed */
	unsigned number;	/* of the line at off */
};

/* rule: without a fault. postfix: whose grammar. */
void rule_words_init(struct rule_words *, const struct rule_text *,
    const struct tlsp_rule *, int postfix);

/* The next one: 1, or 0 at the end. Words of no table are passed over. */
int rule_words_next(struct rule_words *, struct rule_word *ret_word);

#endif
