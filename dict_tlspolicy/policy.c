/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * policy.c - a right-hand side as a value: level, attributes, answer.
 * Knows:    how levels and attributes go together. Not: keys, other rules,
 *           where the bytes came from.
 * Feeds:    rule, merge.
 * Source:   Postfix smtp/smtp_tls_policy.c, tls_policy_lookup_one().
 */
#include "policy.h"

#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "proof.h"

/* How much of a word is quoted in a message. */
#define SHOWN(tok)	(int)((tok)->len < 60 ? (tok)->len : 60), (tok)->text

/* A stretch of the line that Postfix does not get to see. */
struct cut {
	size_t from;
	size_t to;
};

struct parse {
	const struct tlsp_line *line;
	const struct tlsp_reader *reader;
	struct tlsp_attr_use use;
	struct tlsp_policy policy;
	unsigned seen;			/* 1 << enum tlsp_attr_id */
	size_t with_type_off;		/* the first that needs policy_type */
	size_t pin_ttl_off;
	size_t failure_off;
	size_t match_off;
	size_t n_match;			/* elements that can match */
	struct cut cuts[3];		/* each of ours stands once */
	size_t n_cuts;
	int is_warned;
	struct tlsp_err *first;		/* the first error */
};

#define SEEN(p, id)	(((p)->seen & (1U << (id))) != 0)

static void
warn(struct parse *p, enum tlsp_why why, size_t off, const char *what,
    const struct tlsp_tok *tok)
{
	const struct tlsp_pos at = tlsp_line_place(p->line, off);
	struct tlsp_err finding;

	(void)tlsp_err_set(&finding, TLSP_E_VALUE, &at, "\"%.*s\": %s",
	    SHOWN(tok), what);
	finding.why = why;
	p->is_warned = 1;
	p->reader->report(p->reader->ctx, TLSP_WARNING, &finding);
}

/* Report an error, and keep it if it is the first. */
#define FAIL(p, which, code, off, ...) do {				\
	const struct tlsp_pos at_ = tlsp_line_place((p)->line, (off));	\
	struct tlsp_err finding_;					\
	(void)tlsp_err_set(&finding_, (code), &at_, __VA_ARGS__);	\
	finding_.why = (which);						\
	keep(p, &finding_);						\
} while (0)

static void
keep(struct parse *p, const struct tlsp_err *finding)
{
	p->reader->report(p->reader->ctx, TLSP_ERROR, finding);
	if (p->first->code == TLSP_OK)
		*p->first = *finding;
}

/* Do we know all words of the Postfix we run in? */
static int
knows_all(const struct parse *p)
{
	return p->use.postfix != TLSP_POSTFIX_ANY &&
	    p->use.postfix <= TLSP_POSTFIX_NEWEST;
}

static void
read_level(struct parse *p, const struct tlsp_tok *tok)
{
	p->use.level = p->policy.level = tlsp_level_find(tok);
	if (p->use.level != TLSP_LEVEL_UNKNOWN)
		return;
	if (knows_all(p))
		FAIL(p, TLSP_WHY_LEVEL, TLSP_E_VALUE, tok->off, "\"%.*s\" is "
		    "no security level; there are none, may, encrypt, "
		    "fingerprint, dane, dane-only, verify, secure",
		    SHOWN(tok));
	else
		warn(p, TLSP_WHY_UNKNOWN, tok->off, "a security level we do "
		    "not know; Postfix will judge it", tok);
}

static void
fail_level(struct parse *p, const struct tlsp_attr *attr, size_t off)
{
	char levels[120] = "";
	size_t n, used = 0;

	for (n = 0; n < TLSP_LEVEL_UNKNOWN; n++)
		if ((attr->levels & (1U << n)) != 0)
			used += (size_t)snprintf(levels + used,
			    sizeof(levels) - used, " %s",
			    tlsp_level_name((enum tlsp_level_id)n));
	FAIL(p, TLSP_WHY_AT_LEVEL, TLSP_E_CONFLICT, off, "\"%s\" is not "
	    "allowed at level \"%s\", only at:%s", attr->name,
	    tlsp_level_name(p->use.level), levels);
}

static void
read_match(struct parse *p, const struct tlsp_pair *pair)
{
	size_t ignored;

	p->n_match += tlsp_attr_match_count(&pair->value, &p->use, &ignored);
	if (p->match_off == 0)
		p->match_off = pair->value.off;
	if (ignored > 0)
		warn(p, TLSP_WHY_PASSED_OVER, pair->value.off, "Postfix passes "
		    "over part of this, which can match nothing", &pair->value);
}

static void
read_ours(struct parse *p, const struct tlsp_attr *attr,
    const struct tlsp_pair *pair)
{
	switch (attr->id) {
	case TLSP_ATTR_PIN:
		p->policy.pin = tlsp_tok_is(&pair->value, "require") ?
		    TLSP_PIN_REQUIRE : TLSP_PIN_PREFER;
		break;
	case TLSP_ATTR_PIN_TTL:
		p->policy.pin_ttl_s = tlsp_attr_ttl(&pair->value);
		p->pin_ttl_off = pair->name.off;
		break;
	case TLSP_ATTR_FINAL:
		p->policy.is_final = tlsp_tok_is(&pair->value, "yes") != 0;
		break;
	default:
		break;
	}
}

/* Three values Postfix reads only when it connects. */
static void
fail_value(struct parse *p, const struct tlsp_attr *attr,
    const struct tlsp_pair *pair, const char *why)
{
	const int is_late = attr->id == TLSP_ATTR_CIPHERS ||
	    attr->id == TLSP_ATTR_PROTOCOLS || attr->id == TLSP_ATTR_EXCLUDE;

	FAIL(p, is_late ? TLSP_WHY_HANDSHAKE : TLSP_WHY_VALUE, TLSP_E_VALUE,
	    pair->value.off, "%s=%.*s: %s", attr->name, SHOWN(&pair->value),
	    why);
}

/* One attribute that is in the table. */
static void
read_known(struct parse *p, const struct tlsp_attr *attr,
    const struct tlsp_pair *pair)
{
	const size_t off = pair->name.off;
	const char *why = NULL;

	if (p->use.postfix != TLSP_POSTFIX_ANY &&
	    attr->since > p->use.postfix)
		FAIL(p, TLSP_WHY_NEWER, TLSP_E_VALUE, off, "\"%s\" needs "
		    "Postfix %d.%d", attr->name, attr->since / 100,
		    attr->since % 100);
	else if ((attr->levels & (1U << p->use.level)) == 0)
		fail_level(p, attr, off);
	else if ((attr->flags & TLSP_ATTR_ONCE) != 0 && SEEN(p, attr->id))
		FAIL(p, TLSP_WHY_TWICE, TLSP_E_CONFLICT, off, "\"%s\" is "
		    "given twice", attr->name);
	else if ((attr->flags & TLSP_ATTR_NONEMPTY) != 0 &&
	    pair->value.len == 0)
		FAIL(p, TLSP_WHY_VALUE, TLSP_E_VALUE, off, "\"%s\" has no "
		    "value", attr->name);
	else if (attr->check != NULL &&
	    (why = attr->check(&pair->value, &p->use)) != NULL)
		fail_value(p, attr, pair, why);
	else if (attr->id == TLSP_ATTR_MATCH)
		read_match(p, pair);
	else if ((attr->flags & TLSP_ATTR_OURS) != 0)
		read_ours(p, attr, pair);
	p->seen |= 1U << attr->id;
	if ((attr->flags & TLSP_ATTR_WITH_TYPE) != 0 && p->with_type_off == 0)
		p->with_type_off = off;
	if (attr->id == TLSP_ATTR_POLICY_FAILURE)
		p->failure_off = off;
	if (pair->value.len > 0 && pair->value.text[0] == '"')
		warn(p, TLSP_WHY_QUOTES, pair->value.off, "Postfix takes the "
		    "quotes as part of the value", &pair->value);
}

static void
fail_split(struct parse *p, const struct tlsp_tok *tok, const char *why)
{
	if (tok->text[0] == '#')
		why = "a comment needs a line of its own";
	else if (tok->text[0] == '{' && p->use.postfix != TLSP_POSTFIX_ANY &&
	    p->use.postfix < TLSP_POSTFIX(3, 10))
		why = "braces need Postfix 3.10";
	else if (tok->off > 0 && p->line->text[tok->off - 1] == ',')
		why = "a comma ends an attribute; parts of a list are "
		    "separated by ':', fingerprints by '|'";
	FAIL(p, TLSP_WHY_WORD, TLSP_E_SYNTAX, tok->off, "\"%.*s\": %s",
	    SHOWN(tok), why);
}

/* Cut a token of ours out, with the separators before it. */
static void
cut_out(struct parse *p, size_t from, size_t to)
{
	if (p->n_cuts == sizeof(p->cuts) / sizeof(p->cuts[0]))
		return;		/* one was given twice: already an error */
	p->cuts[p->n_cuts].from = from;
	p->cuts[p->n_cuts].to = to;
	p->n_cuts++;
}

/* before: where the token ahead of this one ends. */
static void
read_attr(struct parse *p, const struct tlsp_lex *lex,
    const struct tlsp_tok *tok, size_t before)
{
	const struct tlsp_attr *attr = NULL;
	struct tlsp_pair pair;
	const char *why;

	if ((why = tlsp_lex_split(lex, tok, &pair)) == NULL)
		attr = tlsp_attr_find(&pair.name);
	if (attr != NULL && (attr->flags & TLSP_ATTR_OURS) != 0) {
		read_known(p, attr, &pair);
		cut_out(p, before, tok->off + tok->len);
	} else if (p->use.level == TLSP_LEVEL_NONE) {
		warn(p, TLSP_WHY_NO_TLS, tok->off, "ignored by Postfix at "
		    "level none", tok);
	} else if (why != NULL) {
		fail_split(p, tok, why);
	} else if (attr != NULL) {
		read_known(p, attr, &pair);
	} else if (knows_all(p)) {
		FAIL(p, TLSP_WHY_ATTR, TLSP_E_VALUE, tok->off, "\"%.*s\" is "
		    "no attribute", SHOWN(&pair.name));
	} else {
		warn(p, TLSP_WHY_UNKNOWN, tok->off, "an attribute we do not "
		    "know; Postfix will judge it", &pair.name);
	}
}

/* What shows only when the whole line has been read. */
static void
check_whole(struct parse *p)
{
	if (p->with_type_off != 0 && !SEEN(p, TLSP_ATTR_POLICY_TYPE))
		FAIL(p, TLSP_WHY_TOGETHER, TLSP_E_CONFLICT, p->with_type_off,
		    "Postfix takes policy_... and mx_host_pattern only beside "
		    "policy_type");
	if (p->match_off != 0 && p->n_match == 0)
		FAIL(p, TLSP_WHY_MATCHLESS, TLSP_E_VALUE, p->match_off,
		    "nothing in match= can ever match at level \"%s\"",
		    tlsp_level_name(p->use.level));
	if (SEEN(p, TLSP_ATTR_PIN_TTL) && !SEEN(p, TLSP_ATTR_PIN))
		FAIL(p, TLSP_WHY_TOGETHER, TLSP_E_CONFLICT, p->pin_ttl_off,
		    "\"pin_ttl\" without \"pin\"");
	if (SEEN(p, TLSP_ATTR_POLICY_FAILURE) && SEEN(p, TLSP_ATTR_PIN))
		FAIL(p, TLSP_WHY_TOGETHER, TLSP_E_CONFLICT, p->failure_off,
		    "policy_failure stops all mail, and \"pin\" would let it "
		    "through");
}

/* The bytes from off to end, less what was cut out. */
static char *
answer_text(const struct parse *p, size_t off, size_t end)
{
	char *text, *to;
	size_t n;

	if ((text = tlsp_arena_dup(p->reader->arena, p->line->text + off,
	    end - off)) == NULL || p->n_cuts == 0)
		return text;
	for (to = text, n = 0; n < p->n_cuts; n++) {
		memcpy(to, p->line->text + off, p->cuts[n].from - off);
		to += p->cuts[n].from - off;
		off = p->cuts[n].to;
	}
	memcpy(to, p->line->text + off, end - off);
	to[end - off] = '\0';
	return text;
}

int
tlsp_policy_has_braces(int postfix)
{
	return postfix == TLSP_POSTFIX_ANY || postfix >= TLSP_POSTFIX(3, 10);
}

/* Where a right-hand side is, if it was read before; NULL: nobody knows. */
static struct tlsp_policy *
recent_of(const struct tlsp_reader *reader, const char *text, size_t len)
{
	return reader->recent == NULL ? NULL : &reader->recent->list[
	    tlsp_hash_below(tlsp_hash_text(text, len), TLSP_POLICY_RECENT)];
}

static int
is_text(const struct tlsp_policy *policy, const char *text, size_t len)
{
	return policy->text != NULL && strncmp(policy->text, text, len) == 0 &&
	    policy->text[len] == '\0';
}

enum tlsp_code
tlsp_policy_parse(const struct tlsp_line *line, size_t off, size_t end,
    const struct tlsp_reader *reader, struct tlsp_policy *ret_policy,
    struct tlsp_err *err)
{
	struct tlsp_policy *const recent = recent_of(reader, line->text + off,
	    end - off);
	struct parse p = { .line = line, .reader = reader, .first = err };
	struct tlsp_lex lex;
	struct tlsp_tok tok;
	size_t before;

	err->code = TLSP_OK;
	if (recent != NULL && is_text(recent, line->text + off, end - off)) {
		*ret_policy = *recent;
		return TLSP_OK;
	}
	p.use.postfix = reader->host->postfix;
	p.policy.pin_ttl_s = TLSP_PIN_TTL_DEFAULT;
	tlsp_lex_init(&lex, line, off, end,
	    tlsp_policy_has_braces(p.use.postfix));
	if (!tlsp_lex_next(&lex, &tok)) {
		FAIL(&p, TLSP_WHY_LEVEL, TLSP_E_SYNTAX, off, "there is no "
		    "security level");
		return err->code;
	}
	read_level(&p, &tok);
	for (before = lex.off; tlsp_lex_next(&lex, &tok); before = lex.off)
		read_attr(&p, &lex, &tok, before);
	check_whole(&p);
	if (err->code != TLSP_OK)
		return err->code;
	if ((p.policy.text = answer_text(&p, off, end)) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	if (recent != NULL && !p.is_warned && p.n_cuts == 0)
		*recent = p.policy;
	*ret_policy = p.policy;
	return TLSP_OK;
}

/* A good right-hand side once more, word by word. */
struct words {
	struct tlsp_line line;
	struct tlsp_lex lex;
	struct tlsp_tok level;
};

static void
begin_words(struct words *words, const char *text, int has_braces)
{
	words->line = (struct tlsp_line){ .text = text };
	tlsp_lex_init(&words->lex, &words->line, 0, strlen(text), has_braces);
	(void)tlsp_lex_next(&words->lex, &words->level);
}

/*
 * The next attribute: 1, or 0 at the end. Not ours.
 * ret_attr: NULL if it is a word we do not know.
 */
static int
next_attr(struct words *words, struct tlsp_tok *ret_tok,
    struct tlsp_pair *ret_pair, const struct tlsp_attr **ret_attr)
{
	while (tlsp_lex_next(&words->lex, ret_tok)) {
		*ret_attr = NULL;
		if (tlsp_lex_split(&words->lex, ret_tok, ret_pair) != NULL)
			ret_pair->name = ret_pair->value = *ret_tok;
		else
			*ret_attr = tlsp_attr_find(&ret_pair->name);
		if (*ret_attr == NULL ||
		    ((*ret_attr)->flags & TLSP_ATTR_OURS) == 0)
			return 1;
	}
	return 0;
}

static uint64_t
add_word(uint64_t sum, const char *name, size_t len, const char *value,
    size_t value_len)
{
	return tlsp_hash_fold(sum ^ TLSP_HASH_6, tlsp_proof_sum(name, len,
	    value, value_len) ^ TLSP_HASH_7);
}

uint64_t
tlsp_policy_constraint(const char *text, int has_braces,
    const struct tlsp_trust *trust)
{
	struct words words;
	struct tlsp_tok tok;
	struct tlsp_pair pair;
	const struct tlsp_attr *attr;
	const char *level;
	uint64_t sum;

	begin_words(&words, text, has_braces);
	level = tlsp_level_name(tlsp_level_find(&words.level));
	sum = add_word(trust->sum, "", 0, level, strlen(level));
	while (next_attr(&words, &tok, &pair, &attr)) {
		/* A word that we do not know may change everything. */
		if (attr == NULL)
			sum = add_word(sum, pair.name.text, pair.name.len,
			    pair.value.text, pair.value.len);
		else if ((attr->flags & TLSP_ATTR_PROVES) != 0)
			sum = add_word(sum, attr->name, strlen(attr->name),
			    pair.value.text, pair.value.len);
	}
	return sum;
}

size_t
tlsp_policy_rest(const char *text, int has_braces, char *to)
{
	const char *const from = to;
	struct words words;
	struct tlsp_tok tok;
	struct tlsp_pair pair;
	const struct tlsp_attr *attr;

	begin_words(&words, text, has_braces);
	while (next_attr(&words, &tok, &pair, &attr)) {
		if (attr != NULL && (attr->flags & TLSP_ATTR_NO_PIN) != 0)
			continue;
		*to++ = ' ';
		memcpy(to, tok.text, tok.len);
		to += tok.len;
	}
	return (size_t)(to - from);
}
