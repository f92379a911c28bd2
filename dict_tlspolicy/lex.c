/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * lex.c - a right-hand side to tokens, each with its place.
 * Knows:    separators, braces, "name = value". Not: which names exist.
 * Feeds:    policy, rule.
 * Source:   Postfix util/mystrtok.c, util/extpar.c, util/split_nameval.c;
 *           braces since Postfix 3.10.
 */
#include "lex.h"

#include <string.h>
#include <strings.h>

/* What parts tokens: fewer bytes than what is white space in a line. */
static int
is_separator(char ch)
{
	switch (ch) {
	case ',':
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return 1;
	default:
		return 0;
	}
}

static int
is_one_of(char ch, const char *set)
{
	for (; *set != '\0'; set++)
		if (*set == ch)
			return 1;
	return 0;
}

void
tlsp_lex_init(struct tlsp_lex *lex, const struct tlsp_line *line, size_t off,
    size_t end, int has_braces)
{
	lex->line = line;
	lex->off = off;
	lex->end = end;
	lex->has_braces = has_braces;
}

int
tlsp_lex_next(struct tlsp_lex *lex, struct tlsp_tok *ret_tok)
{
	const char *text = lex->line->text;
	size_t off = lex->off, depth = 0;

	while (off < lex->end && is_separator(text[off]))
		off++;
	ret_tok->off = off;
	ret_tok->text = text + off;
	for (; off < lex->end; off++) {
		if (lex->has_braces && text[off] == '{')
			depth++;
		else if (depth > 0 && text[off] == '}')
			depth--;
		else if (depth == 0 && is_separator(text[off]))
			break;
	}
	lex->off = off;
	ret_tok->len = off - ret_tok->off;
	return ret_tok->len > 0;
}

static void
cut(struct tlsp_tok *tok, size_t front, size_t back)
{
	tok->text += front;
	tok->off += front;
	tok->len -= front + back;
}

static void
trim(struct tlsp_tok *tok)
{
	while (tok->len > 0 &&
	    tlsp_line_is_space((unsigned char)tok->text[0]))
		cut(tok, 1, 0);
	while (tok->len > 0 &&
	    tlsp_line_is_space((unsigned char)tok->text[tok->len - 1]))
		cut(tok, 0, 1);
}

/* Take the braces off a token that begins with one. */
static const char *
unbrace(struct tlsp_tok *tok)
{
	size_t depth = 0, n;

	for (n = 0; n < tok->len; n++) {
		if (tok->text[n] == '{')
			depth++;
		else if (tok->text[n] == '}' && --depth == 0)
			break;
	}
	if (n == tok->len)
		return "missing '}'";
	if (n + 1 != tok->len)
		return "text after '}'";
	cut(tok, 1, 1);
	return NULL;
}

const char *
tlsp_lex_split(const struct tlsp_lex *lex, const struct tlsp_tok *tok,
    struct tlsp_pair *ret_pair)
{
	struct tlsp_tok inner = *tok, name, value;
	const char *why;
	size_t n = 0;

	if (lex->has_braces && inner.text[0] == '{' &&
	    (why = unbrace(&inner)) != NULL)
		return why;
	trim(&inner);	/* \v and \f part no tokens, but are white space */
	while (n < inner.len && inner.text[n] != '=' &&
	    !tlsp_line_is_space((unsigned char)inner.text[n]))
		n++;
	name = inner;
	name.len = n;
	if (n == 0)
		return "missing attribute name before '='";
	while (n < inner.len && tlsp_line_is_space((unsigned char)
	    inner.text[n]))
		n++;
	if (n == inner.len || inner.text[n] != '=')
		return "missing '=' after the attribute name";
	value = inner;
	cut(&value, n + 1, 0);
	trim(&value);
	ret_pair->name = name;
	ret_pair->value = value;
	return NULL;
}

int
tlsp_tok_is(const struct tlsp_tok *tok, const char *word)
{
	/* Mostly it is another word, and the first letter shows it. */
	return tok->len > 0 && ((tok->text[0] ^ word[0]) & ~0x20) == 0 &&
	    strlen(word) == tok->len && strncasecmp(tok->text, word, tok->len) == 0;
}

int
tlsp_tok_element(struct tlsp_tok *rest, const char *seps,
    struct tlsp_tok *ret_element)
{
	size_t n = 0;

	while (rest->len > 0 && is_one_of(rest->text[0], seps))
		cut(rest, 1, 0);
	while (n < rest->len && !is_one_of(rest->text[n], seps))
		n++;
	*ret_element = *rest;
	ret_element->len = n;
	cut(rest, n, 0);
	return n > 0;
}
