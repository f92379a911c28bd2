/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * rule_text.c - the attributes of a good rule, each with its place.
 * Knows:    where a rule's bytes stand in its file. Not: what they mean.
 * Feeds:    check.
 */
#include "rule_text.h"

#include <stdlib.h>
#include <string.h>

enum tlsp_code
rule_text_init(struct rule_text *text, const char *file, const char *buf,
    size_t len, struct tlsp_err *err)
{
	const char *at = buf, *end = buf + len;
	size_t n = 1;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		at++;
		n++;
	}
	*text = (struct rule_text){ .file = file, .buf = buf, .len = len };
	if ((text->starts = calloc(n, sizeof(*text->starts))) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	for (at = buf; text->n_lines < n; at++) {
		text->starts[text->n_lines++] = (size_t)(at - buf);
		if ((at = memchr(at, '\n', (size_t)(end - at))) == NULL)
			break;
	}
	return TLSP_OK;
}

void
rule_text_clear(struct rule_text *text)
{
	free(text->starts);
	memset(text, 0, sizeof(*text));
}

/* Where the lines end that a rule's line goes on in. */
static size_t
end_of(const struct rule_text *text, size_t line)
{
	const char *buf = text->buf;

	for (; line < text->n_lines && text->starts[line] < text->len; line++)
		if (buf[text->starts[line]] != '#' &&
		    !tlsp_line_is_space((unsigned char)
		    buf[text->starts[line]]))
			return text->starts[line];
	return text->len;
}

/*
 * Go to where these bytes stand next. 0: they are in two lines; no more is
 * looked for then, or a long rule would be read again and again.
 */
static int
pass(struct rule_words *words, const char *bytes, size_t len,
    struct tlsp_pos *ret_at)
{
	const struct rule_text *text = words->text;
	const char *found = memmem(text->buf + words->off,
	    words->end - words->off, bytes, len);
	size_t off;

	if (found == NULL) {
		words->off = words->end;
		return 0;
	}
	off = (size_t)(found - text->buf);
	while (words->number < text->n_lines &&
	    text->starts[words->number] <= off)
		words->number++;
	*ret_at = (struct tlsp_pos){ text->file, words->number,
	    (unsigned)(off - text->starts[words->number - 1]) + 1 };
	words->off = off + len;
	return 1;
}

void
rule_words_init(struct rule_words *words, const struct rule_text *text,
    const struct tlsp_rule *rule, int postfix)
{
	const char *key = rule->raw != NULL ? rule->raw : rule->key;
	const struct tlsp_pos at = { text->file, rule->line, rule->col };
	struct tlsp_tok level;

	memset(words, 0, sizeof(*words));
	words->text = text;
	words->key = words->level = at;
	words->line = (struct tlsp_line){ .text = rule->policy.text };
	tlsp_lex_init(&words->lex, &words->line, 0,
	    strlen(rule->policy.text), tlsp_policy_has_braces(postfix));
	words->number = rule->line;
	words->off = words->end = text->len;
	if (rule->line >= 1 && rule->line <= text->n_lines) {
		words->off = text->starts[rule->line - 1] + rule->col - 1 +
		    strlen(key);
		words->end = end_of(text, rule->line);
	}
	if (words->off > words->end)
		words->off = words->end;
	if (tlsp_lex_next(&words->lex, &level))
		(void)pass(words, level.text, level.len, &words->level);
}

int
rule_words_next(struct rule_words *words, struct rule_word *ret_word)
{
	struct tlsp_tok tok;
	struct tlsp_pair pair;

	while (tlsp_lex_next(&words->lex, &tok)) {
		if (tlsp_lex_split(&words->lex, &tok, &pair) != NULL ||
		    (ret_word->attr = tlsp_attr_find(&pair.name)) == NULL)
			continue;
		ret_word->value = pair.value;
		ret_word->at = words->key;
		if (pass(words, tok.text, tok.len, &ret_word->at))
			ret_word->at.col += (unsigned)(pair.value.text -
			    tok.text);
		return 1;
	}
	return 0;
}
