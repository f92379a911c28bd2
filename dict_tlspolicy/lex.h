/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * lex.h - a right-hand side to tokens, each with its place.
 * Knows:    separators, braces, "name = value". Not: which names exist.
 * Feeds:    policy, rule.
 * Source:   Postfix util/mystrtok.c, util/extpar.c, util/split_nameval.c;
 *           braces since Postfix 3.10.
 */
#ifndef TLSP_LEX_H
#define TLSP_LEX_H

#include <stddef.h>

#include "err.h"
#include "line.h"

/* Borrowed from the line. */
struct tlsp_tok {
	const char *text;
	size_t len;
	size_t off;		/* in the logical line */
};

/* name and value: inside of tok, braces and blanks round them left out. */
struct tlsp_pair {
	struct tlsp_tok name;
	struct tlsp_tok value;
};

struct tlsp_lex {
	const struct tlsp_line *line;	/* borrowed */
	size_t off;			/* next byte in the logical line */
	size_t end;
	int has_braces;			/* does the grammar know them? */
};

/* Read the bytes from off to end of a line. */
void tlsp_lex_init(struct tlsp_lex *, const struct tlsp_line *, size_t off,
    size_t end, int has_braces);

/* The next token: 1, or 0 at the end. */
int tlsp_lex_next(struct tlsp_lex *, struct tlsp_tok *ret_tok);

/*
 * Take "name=value" or, where the grammar has braces, "{ name = value }"
 * apart. The value may be empty.
 * errors:   NULL, or in words what is missing; ret_pair is then not set.
 */
const char *tlsp_lex_split(const struct tlsp_lex *, const struct tlsp_tok *,
    struct tlsp_pair *ret_pair) TLSP_MUST_USE;

/* Is a token this word, whatever its case? */
int tlsp_tok_is(const struct tlsp_tok *, const char *word);

/*
 * Walk over the elements of a value that are parted by any byte of seps.
 * rest:     first the whole value, then what is left of it.
 * returns   1 and a non-empty element, or 0 at the end.
 */
int tlsp_tok_element(struct tlsp_tok *rest, const char *seps,
    struct tlsp_tok *ret_element);

#endif
