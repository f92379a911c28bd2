/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * rule.c - one logical line becomes a key, a policy and a place.
 * Knows:    "key whitespace value". Not: other rules.
 * Feeds:    rules, merge.
 * Source:   postmap(1) "TABLE FORMAT"; Postfix postmap/postmap.c.
 */
#include "rule.h"

#include <string.h>

/* Where the parts of a line lie. */
struct parts {
	size_t key;
	size_t key_end;
	size_t value;
	size_t value_end;
	int open_quote;		/* a quote in the key is not closed */
};

static int
space_at(const struct tlsp_line *line, size_t off)
{
	return tlsp_line_is_space((unsigned char)line->text[off]);
}

/* The key ends at white space outside quotes; a backslash escapes a byte. */
static void
split(const struct tlsp_line *line, size_t from, size_t to,
    struct parts *ret_parts)
{
	struct parts parts = { .open_quote = 0 };
	size_t off = from;

	while (off < to && space_at(line, off))
		off++;
	parts.key = off;
	for (; off < to; off++) {
		if (line->text[off] == '\\') {
			if (++off == to)
				break;
		} else if (line->text[off] == '"') {
			parts.open_quote = !parts.open_quote;
		} else if (!parts.open_quote && space_at(line, off)) {
			break;
		}
	}
	parts.key_end = off;
	while (off < to && space_at(line, off))
		off++;
	parts.value = off;
	while (to > off && space_at(line, to - 1))
		to--;
	parts.value_end = to;
	*ret_parts = parts;
}

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

/* Fill in key, raw, kind and place from the bytes of a key. */
static enum tlsp_code
set_key(const struct tlsp_line *line, size_t off, size_t len,
    const struct tlsp_reader *reader, struct tlsp_rule *rule,
    const char **ret_why, struct tlsp_err *err)
{
	const struct tlsp_host *host = reader->host;
	const struct tlsp_pos at = tlsp_line_place(line, off);
	const char *key;
	char *copy;
	size_t n;

	rule->line = at.line;
	rule->col = at.col;
	if ((copy = tlsp_arena_dup(reader->arena, line->text + off, len)) ==
	    NULL)
		return no_memory(err);
	if (tlsp_name_is_ascii(copy, len) || !host->is_utf8 ||
	    !host->valid_utf8(host->ctx, copy, len)) {
		if (!tlsp_name_is_ascii(copy, len) &&
		    (rule->raw = tlsp_arena_dup(reader->arena, copy, len)) ==
		    NULL)
			return no_memory(err);
		for (n = 0; n < len; n++)
			copy[n] = tlsp_name_lower(copy[n]);
		rule->key = copy;
	} else {
		rule->raw = copy;
		key = host->fold(host->ctx, copy);
		if ((rule->key = tlsp_arena_dup(reader->arena, key,
		    strlen(key))) == NULL)
			return no_memory(err);
	}
	rule->kind = tlsp_name_kind(rule->key, strlen(rule->key), host,
	    ret_why);
	return TLSP_OK;
}

/* Turn a rule into one that answers with an error. */
static enum tlsp_code
poison(const struct tlsp_reader *reader, struct tlsp_rule *rule,
    const struct tlsp_err *fault, struct tlsp_err *err)
{
	struct tlsp_err *copy;

	if ((copy = tlsp_arena_alloc(reader->arena, sizeof(*copy))) == NULL)
		return no_memory(err);
	*copy = *fault;
	rule->fault = copy;
	return TLSP_OK;
}

static enum tlsp_code
poison_new(const struct tlsp_reader *reader, struct tlsp_rule *rule,
    const struct tlsp_line *line, size_t off, enum tlsp_why which,
    const char *why, struct tlsp_err *err)
{
	const struct tlsp_pos at = tlsp_line_place(line, off);
	struct tlsp_err fault;

	(void)tlsp_err_set(&fault, TLSP_E_SYNTAX, &at, "%s", why);
	fault.why = which;
	reader->report(reader->ctx, TLSP_ERROR, &fault);
	return poison(reader, rule, &fault, err);
}

/* What makes a line bad before its words are looked at. */
static const char *
bad_form(const struct tlsp_line *line, const struct parts *parts,
    const struct tlsp_reader *reader, size_t *ret_off)
{
	const struct tlsp_host *host = reader->host;
	const char *value = line->text + parts->value, *nul;
	const size_t len = parts->value_end - parts->value;

	*ret_off = parts->key;
	if (line->kind == TLSP_LINE_ORPHAN)
		return "the line begins with white space but continues no "
		    "other; a rule begins in column 1";
	if (parts->open_quote)
		return "a quote in the key is not closed";
	if (len == 0)
		return "there is a key but no policy";
	*ret_off = parts->value;
	if ((nul = memchr(value, '\0', len)) != NULL) {
		*ret_off += (size_t)(nul - value);
		return "there is a NUL byte in the line";
	}
	if (host->is_utf8 && !tlsp_name_is_ascii(value, len) &&
	    !host->valid_utf8(host->ctx, value, len))
		return "the policy is not UTF-8";
	return NULL;
}

static void
report_nobody(const struct tlsp_reader *reader, const struct tlsp_line *line,
    const struct tlsp_rule *rule, size_t off, const char *why)
{
	const struct tlsp_pos at = tlsp_line_place(line, off);
	struct tlsp_err finding;

	(void)tlsp_err_set(&finding, TLSP_E_NOBODY, &at,
	    "no mail ever asks for \"%.80s\": %s", rule->key, why);
	finding.why = TLSP_WHY_NOBODY;
	reader->report(reader->ctx, TLSP_ERROR, &finding);
}

/* final=yes on a key that is asked first anyway. */
static void
report_final(const struct tlsp_reader *reader, const struct tlsp_line *line,
    size_t off)
{
	const struct tlsp_pos at = tlsp_line_place(line, off);
	struct tlsp_err finding;

	(void)tlsp_err_set(&finding, TLSP_E_CONFLICT, &at, "final=yes changes "
	    "nothing here; it is for keys that begin with a dot");
	finding.why = TLSP_WHY_FINAL;
	reader->report(reader->ctx, TLSP_WARNING, &finding);
}

enum tlsp_code
tlsp_rule_read(const struct tlsp_line *line, const struct tlsp_reader *reader,
    struct tlsp_rule *ret_rule, struct tlsp_err *err)
{
	struct tlsp_rule rule = { .fault = NULL };
	struct tlsp_err fault;
	struct tlsp_pos at;
	struct parts parts;
	const char *why;
	enum tlsp_code code;
	size_t off;

	split(line, 0, line->len, &parts);
	at = tlsp_line_place(line, parts.key);
	if (memchr(line->text + parts.key, '\0', parts.key_end - parts.key) !=
	    NULL)
		return tlsp_err_set(err, TLSP_E_DAMAGED, &at, "there is a NUL "
		    "byte in a key: the file is damaged, or is not text");
	if ((code = set_key(line, parts.key, parts.key_end - parts.key,
	    reader, &rule, &why, err)) != TLSP_OK)
		return code;
	if (rule.kind == TLSP_NAME_NEVER)
		report_nobody(reader, line, &rule, parts.key, why);
	if ((why = bad_form(line, &parts, reader, &off)) != NULL) {
		code = poison_new(reader, &rule, line, off, TLSP_WHY_LINE,
		    why, err);
	} else {
		code = tlsp_policy_parse(line, parts.value, parts.value_end,
		    reader, &rule.policy, &fault);
		if (code == TLSP_E_NOMEM)
			return no_memory(err);
		if (code != TLSP_OK)
			code = poison(reader, &rule, &fault, err);
		else if (rule.policy.is_final &&
		    rule.kind != TLSP_NAME_PARENT)
			report_final(reader, line, parts.key);
	}
	if (code == TLSP_OK)
		*ret_rule = rule;
	return code;
}

/* A key can be anything, but a word with a '=' in it is an attribute. */
static int
is_like_key(const struct tlsp_line *line, const struct parts *parts)
{
	const size_t len = parts->key_end - parts->key;
	const char *key = line->text + parts->key;

	return len > 0 && key[0] != '#' && memchr(key, '=', len) == NULL &&
	    memchr(key, '\0', len) == NULL;
}

/* A name or a bracketed host; not a word of a sentence, not a list. */
static int
looks_like_key(const struct tlsp_tok *tok)
{
	const char *dot = memchr(tok->text, '.', tok->len);

	return memchr(tok->text, '=', tok->len) == NULL &&
	    memchr(tok->text, '\0', tok->len) == NULL &&
	    (tok->text[0] == '[' ||
	    (dot != NULL && dot + 1 < tok->text + tok->len));
}

enum tlsp_code
tlsp_rule_hidden(const struct tlsp_line *line, size_t n,
    const struct tlsp_reader *reader, struct tlsp_rule *ret_rule,
    struct tlsp_err *err)
{
	struct tlsp_rule rule = { .fault = NULL };
	struct parts parts;
	struct tlsp_lex lex;
	struct tlsp_tok tok, first;
	const char *why;
	enum tlsp_code code;

	split(line, line->pieces[n].off, tlsp_line_piece_end(line, n), &parts);
	tlsp_lex_init(&lex, line, parts.value, parts.value_end, 0);
	if (!is_like_key(line, &parts))
		return TLSP_NONE;
	if (!tlsp_lex_next(&lex, &tok) ||
	    tlsp_level_find(&tok) == TLSP_LEVEL_UNKNOWN) {
		/* In a comment nothing else tells of a lost line end. */
		first.text = line->text + parts.key;
		first.len = parts.key_end - parts.key;
		if (line->kind != TLSP_LINE_COMMENT || !looks_like_key(&first))
			return TLSP_NONE;
		rule.is_guess = 1;
	}
	if ((code = set_key(line, parts.key, parts.key_end - parts.key,
	    reader, &rule, &why, err)) != TLSP_OK ||
	    (code = poison_new(reader, &rule, line, parts.key, TLSP_WHY_HIDDEN,
	    "this reads like a rule of its own, but to Postfix it is a part "
	    "of what stands before it; a rule begins in column 1 of a line",
	    err)) != TLSP_OK)
		return code;
	*ret_rule = rule;
	return TLSP_OK;
}

enum tlsp_code
tlsp_rule_lost(const struct tlsp_line *line, size_t *off,
    const struct tlsp_reader *reader, struct tlsp_rule *ret_rule,
    struct tlsp_err *err)
{
	struct tlsp_rule rule = { .is_guess = 1 };
	struct tlsp_err fault;
	struct tlsp_pos at;
	struct parts parts;
	struct tlsp_lex lex;
	struct tlsp_tok tok;
	const char *why;
	enum tlsp_code code;

	split(line, 0, line->len, &parts);
	tlsp_lex_init(&lex, line, *off > parts.key_end ? *off : parts.key_end,
	    line->len, 0);
	do {
		if (!tlsp_lex_next(&lex, &tok))
			return TLSP_NONE;
		*off = lex.off;
	} while (!looks_like_key(&tok));
	at = tlsp_line_place(line, tok.off);
	(void)tlsp_err_set(&fault, TLSP_E_SYNTAX, &at, "this may be the key "
	    "of a rule that lost its line");
	fault.why = TLSP_WHY_HIDDEN;
	if ((code = set_key(line, tok.off, tok.len, reader, &rule, &why,
	    err)) != TLSP_OK ||
	    (code = poison(reader, &rule, &fault, err)) != TLSP_OK)
		return code;
	*ret_rule = rule;
	return TLSP_OK;
}
