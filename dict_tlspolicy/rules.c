/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * rules.c - the rules of a text, in its order, good ones and bad ones.
 * Knows:    that a text holds many rules. Not: searching, files.
 * Feeds:    index.
 */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

static enum tlsp_code
add(struct tlsp_rules *rules, const struct tlsp_rule *rule,
    struct tlsp_err *err)
{
	const struct tlsp_pos at = { rules->file, rule->line, rule->col };
	struct tlsp_rule *grown;

	if (rules->n_rules == TLSP_RULES_MAX)
		return tlsp_err_set(err, TLSP_E_VALUE, &at,
		    "more than %zu rules", TLSP_RULES_MAX);
	grown = tlsp_grow(rules->list, &rules->cap, rules->n_rules + 1,
	    sizeof(*grown));
	if (grown == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	rules->list = grown;
	grown[rules->n_rules++] = *rule;
	return TLSP_OK;
}

/*
 * What no editor writes: two NUL bytes in a row are a block that a crash
 * left unwritten, and rules are missing there.
 */
static enum tlsp_code
check_bytes(const char *file, const char *buf, size_t len,
    struct tlsp_err *err)
{
	const char *nul;
	struct tlsp_pos at = { file, 1, 1 };

	if (len >= 2 && (memcmp(buf, "\xff\xfe", 2) == 0 ||
	    memcmp(buf, "\xfe\xff", 2) == 0))
		return tlsp_err_set(err, TLSP_E_DAMAGED, &at,
		    "the file is UTF-16; save it as UTF-8");
	for (nul = buf; (nul = memchr(nul, '\0', len - (size_t)(nul - buf))) !=
	    NULL; nul++) {
		if (nul + 1 == buf + len || nul[1] != '\0')
			continue;
		for (; buf < nul; buf++, at.col++)
			if (*buf == '\n') {
				at.line++;
				at.col = 0;
			}
		return tlsp_err_set(err, TLSP_E_DAMAGED, &at, "a run of NUL "
		    "bytes: the file is damaged, and rules may be missing");
	}
	return TLSP_OK;
}

static void
warn(const struct tlsp_reader *reader, const char *file, unsigned line,
    enum tlsp_why why, const char *what)
{
	const struct tlsp_pos at = { file, line, 1 };
	struct tlsp_err finding;

	(void)tlsp_err_set(&finding, TLSP_E_SYNTAX, &at, "%s", what);
	finding.why = why;
	reader->report(reader->ctx, TLSP_WARNING, &finding);
}

/* Add a poisoned rule for each piece from first on that hides one. */
static enum tlsp_code
add_hidden(struct tlsp_rules *rules, const struct tlsp_line *line,
    const struct tlsp_reader *reader, struct tlsp_err *err)
{
	struct tlsp_rule rule;
	enum tlsp_code code;
	size_t n;

	for (n = 1; n < line->n_pieces; n++) {
		code = tlsp_rule_hidden(line, n, reader, &rule, err);
		if (code == TLSP_OK)
			code = add(rules, &rule, err);
		if (code < 0)
			return code;
	}
	return TLSP_OK;
}

static int
is_before(const struct tlsp_rule *a, const struct tlsp_rule *b)
{
	return a->line < b->line || (a->line == b->line && a->col < b->col);
}

/*
 * In a line that is bad anyway, each word that looks like a key may be one
 * that somebody lost there.
 */
static enum tlsp_code
add_lost(struct tlsp_rules *rules, const struct tlsp_line *line, size_t mine,
    const struct tlsp_reader *reader, struct tlsp_err *err)
{
	const size_t end = rules->n_rules;
	struct tlsp_rule rule;
	enum tlsp_code code;
	size_t off = 0, n = mine + 1;

	while ((code = tlsp_rule_lost(line, &off, reader, &rule, err)) ==
	    TLSP_OK) {
		/* Both come in the order of the line. */
		while (n < end && is_before(&rules->list[n], &rule))
			n++;
		if (n < end && !is_before(&rule, &rules->list[n]))
			continue;	/* found as a hidden rule */
		reader->report(reader->ctx, TLSP_ERROR, rule.fault);
		if ((code = add(rules, &rule, err)) != TLSP_OK)
			return code;
	}
	return code == TLSP_NONE ? TLSP_OK : code;
}

static void
say_nothing(void *ctx, enum tlsp_severity severity,
    const struct tlsp_err *finding)
{
	(void)ctx;
	(void)severity;
	(void)finding;
}

/*
 * A rule that has another inside is not to be trusted either; that is the
 * reason then, and what else is wrong with the line only follows from it.
 */
static enum tlsp_code
add_line(struct tlsp_rules *rules, const struct tlsp_line *line,
    const struct tlsp_reader *reader, struct tlsp_err *err)
{
	const struct tlsp_reader mute = { reader->host, reader->arena,
	    say_nothing, NULL, NULL };
	const struct tlsp_rule place = { .line = 0 };
	const size_t mine = rules->n_rules;
	struct tlsp_rule rule;
	enum tlsp_code code;
	int has_hidden;

	if ((code = add(rules, &place, err)) != TLSP_OK ||
	    (code = add_hidden(rules, line, reader, err)) != TLSP_OK)
		return code;
	has_hidden = rules->n_rules > mine + 1;
	if ((code = tlsp_rule_read(line, has_hidden ? &mute : reader, &rule,
	    err)) != TLSP_OK)
		return code;
	if (has_hidden)
		rule.fault = rules->list[mine + 1].fault;
	rules->list[mine] = rule;
	if (rules->list[mine].fault != NULL)
		return add_lost(rules, line, mine, reader, err);
	return TLSP_OK;
}

static enum tlsp_code
read_lines(struct tlsp_rules *rules, struct tlsp_lines *lines,
    const struct tlsp_reader *reader, struct tlsp_err *err)
{
	const struct tlsp_pos whole = { rules->file, 1, 1 };
	struct tlsp_line line;
	enum tlsp_code code;
	unsigned bom_line = 0, crlf_line = 0;

	while ((code = tlsp_line_next(lines, &line, err)) == TLSP_OK) {
		if (lines->bom_line != bom_line) {
			bom_line = lines->bom_line;
			warn(reader, rules->file, bom_line, TLSP_WHY_BOM,
			    "a byte order mark is passed over; other table "
			    "types would lose the rule behind it");
		}
		if (lines->crlf_line != crlf_line) {
			crlf_line = lines->crlf_line;
			warn(reader, rules->file, crlf_line, TLSP_WHY_CRLF,
			    "lines end in CR LF; Postfix expects LF alone");
		}
		if ((code = add_line(rules, &line, reader, err)) != TLSP_OK)
			return code;
	}
	if (code == TLSP_NONE && rules->n_rules == 0 && lines->n_comments == 0)
		return tlsp_err_set(err, TLSP_E_DAMAGED, &whole, "the file is "
		    "blank; a table without rules has at least a comment");
	return code == TLSP_NONE ? TLSP_OK : code;
}

/* Rules that hide in comments whose line ends somebody lost. */
static enum tlsp_code
read_comments(struct tlsp_rules *rules, struct tlsp_lines *lines,
    const struct tlsp_reader *reader, struct tlsp_err *err)
{
	struct tlsp_line line;
	enum tlsp_code code;

	while ((code = tlsp_line_next_comment(lines, &line, err)) == TLSP_OK)
		if ((code = add_hidden(rules, &line, reader, err)) != TLSP_OK)
			return code;
	return code == TLSP_NONE ? TLSP_OK : code;
}

/* About as many rules as there will be. */
static size_t
count_lines(const char *buf, size_t len)
{
	const char *end = buf + len;
	size_t n = 1;

	while ((buf = memchr(buf, '\n', (size_t)(end - buf))) != NULL &&
	    n < TLSP_RULES_MAX) {
		buf++;
		n++;
	}
	return n;
}

enum tlsp_code
tlsp_rules_load(const char *file, const char *buf, size_t len,
    const struct tlsp_host *host, tlsp_report_fn report, void *ctx,
    struct tlsp_rules *ret_rules, struct tlsp_err *err)
{
	struct tlsp_rules rules = { .file = file };
	struct tlsp_recent recent = { 0 };
	const struct tlsp_reader reader = { host, &rules.arena, report, ctx,
	    &recent };
	struct tlsp_lines lines;
	enum tlsp_code code;

	memset(ret_rules, 0, sizeof(*ret_rules));
	if ((code = check_bytes(file, buf, len, err)) != TLSP_OK)
		return code;
	if ((rules.list = tlsp_grow(NULL, &rules.cap, count_lines(buf, len),
	    sizeof(*rules.list))) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	tlsp_lines_init(&lines, file, buf, len);
	code = read_lines(&rules, &lines, &reader, err);
	tlsp_lines_clear(&lines);
	if (code == TLSP_OK && memchr(buf, '\r', len) != NULL) {
		tlsp_lines_init(&lines, file, buf, len);
		code = read_comments(&rules, &lines, &reader, err);
		tlsp_lines_clear(&lines);
	}
	if (code != TLSP_OK) {
		tlsp_rules_clear(&rules);
		return code;
	}
	*ret_rules = rules;
	return TLSP_OK;
}

void
tlsp_rules_clear(struct tlsp_rules *rules)
{
	free(rules->list);
	tlsp_arena_clear(&rules->arena);
	memset(rules, 0, sizeof(*rules));
}
