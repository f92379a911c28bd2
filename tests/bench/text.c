/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * text.c - a rules file and what it means: the answer that is right.
 * Knows:    lines, keys, parents; by libc's hsearch(3), sharing no code
 *           with the module. Not: Postfix.
 * Feeds:    cases, daemon, memory.
 */
#include "text.h"

#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char BLANKS[] = " \t\r";

static char *
slurp(const char *path)
{
	FILE *in = fopen(path, "r");
	char *buf;
	long size;

	if (in == NULL || fseek(in, 0, SEEK_END) < 0 ||
	    (size = ftell(in)) < 0)
		err(2, "%s", path);
	rewind(in);
	if ((buf = malloc((size_t)size + 1)) == NULL)
		err(2, "malloc");
	if (fread(buf, 1, (size_t)size, in) != (size_t)size)
		err(2, "%s", path);
	buf[size] = '\0';
	(void)fclose(in);
	return buf;
}

static void
trim(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
		text[--len] = '\0';
}

enum bench_kind
bench_text_kind(const char *key)
{
	if (strpbrk(key, "[]:/") != NULL)
		return BENCH_VERBATIM;
	return key[0] == '.' ? BENCH_PARENT : BENCH_DOMAIN;
}

/* Split a line in place. Returns 0 for one that holds no rule. */
static int
parse_line(const char *path, char *line, struct bench_rule *rule)
{
	char *p;

	trim(line);
	if (line[0] == '\0' || line[0] == '#')
		return 0;
	if (strchr(BLANKS, line[0]) != NULL)
		errx(2, "%s: the bench reads no continuation lines: %s", path,
		    line);
	rule->key = line;
	rule->answer = line + strcspn(line, BLANKS);
	if (*rule->answer == '\0')
		errx(2, "%s: a rule without a value: %s", path, line);
	*rule->answer++ = '\0';
	rule->answer += strspn(rule->answer, BLANKS);
	for (p = rule->key; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	rule->kind = bench_text_kind(rule->key);
	return 1;
}

static size_t
count_lines(const char *text)
{
	size_t n = 1;

	while ((text = strchr(text, '\n')) != NULL) {
		text++;
		n++;
	}
	return n;
}

void
bench_text_load(const char *path, struct bench_text *ret_text)
{
	struct bench_text text = { .buf = slurp(path) };
	const size_t n_lines = count_lines(text.buf);
	struct bench_rule rule;
	char *line, *rest = text.buf;
	ENTRY item, *found;

	if ((text.rules = calloc(n_lines, sizeof(*text.rules))) == NULL ||
	    hcreate_r(n_lines * 2, &text.by_key) == 0)
		err(2, "%s", path);
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (!parse_line(path, line, &rule))
			continue;
		text.rules[text.n_rules] = rule;
		item.key = rule.key;
		item.data = rule.answer;
		if (hsearch_r(item, ENTER, &found, &text.by_key) == 0)
			err(2, "%s", path);
		/* A key that was there already keeps its answer. */
		if (found->key == rule.key)
			text.n_rules++;
	}
	if (text.n_rules == 0)
		errx(2, "%s: no rules", path);
	*ret_text = text;
}

void
bench_text_clear(struct bench_text *text)
{
	hdestroy_r(&text->by_key);
	free(text->rules);
	free(text->buf);
	memset(text, 0, sizeof(*text));
}

const char *
bench_text_get(struct bench_text *text, const char *key)
{
	ENTRY item = { .data = NULL }, *found;

	item.key = strdupa(key);
	return hsearch_r(item, FIND, &found, &text->by_key) != 0 ?
	    found->data : NULL;
}

const char *
bench_text_nearest(struct bench_text *text, const char *key, int walks)
{
	const char *answer = bench_text_get(text, key);

	while (answer == NULL && walks &&
	    (key = strchr(key + 1, '.')) != NULL)
		answer = bench_text_get(text, key);
	return answer;
}
