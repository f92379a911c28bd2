/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz_postmap.c - a second reader of rules files, that shares no code with
 * the module: one byte at a time, as Postfix's readlline() does.
 * Source:   Postfix util/readlline.c, postmap/postmap.c.
 */
#include "fuzz_postmap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	const char *text;
	size_t len;
	size_t off;
	char *buf;
	size_t used;
};

static int
next_byte(struct reader *rd)
{
	return rd->off < rd->len ? (unsigned char)rd->text[rd->off++] : EOF;
}

static int
is_space(int ch)
{
	return ch != EOF && ch < 128 && isspace(ch);
}

/* One logical line into buf: 1, or 0 at the end. */
static int
read_line(struct reader *rd)
{
	size_t start, n;
	int ch;

	for (rd->used = 0;;) {
		start = rd->used;
		/* Not postmap's: a byte order mark is read through. */
		if (rd->len - rd->off >= 3 &&
		    memcmp(rd->text + rd->off, "\xef\xbb\xbf", 3) == 0)
			rd->off += 3;
		while ((ch = next_byte(rd)) != EOF && ch != '\n')
			rd->buf[rd->used++] = (char)ch;
		for (n = start; n < rd->used; n++)
			if (!is_space((unsigned char)rd->buf[n]))
				break;
		if (n == rd->used || rd->buf[n] == '#')
			rd->used = start;
		if (ch == EOF)
			break;
		if (rd->used > 0) {
			if ((ch = next_byte(rd)) != EOF)
				rd->off--;
			if (ch != '#' && !is_space(ch))
				break;
		}
	}
	return rd->used > 0;
}

static char *
fold(const char *key, const struct tlsp_host *host)
{
	char *copy = strdup(key), *cp;

	if (copy == NULL)
		abort();
	if (host->is_utf8 && host->valid_utf8(host->ctx, key, strlen(key))) {
		free(copy);
		if ((copy = strdup(host->fold(host->ctx, key))) == NULL)
			abort();
		return copy;
	}
	for (cp = copy; *cp != '\0'; cp++)
		if (*cp >= 'A' && *cp <= 'Z')
			*cp = (char)(*cp + 32);
	return copy;
}

/* Take the line in buf apart. 0: there is no key that anybody could ask. */
static int
parse(const struct reader *rd, const struct tlsp_host *host,
    struct postmap_rule *rule)
{
	char *key = rd->buf, *value, *end = rd->buf + rd->used;
	int in_quotes = 0, is_bad = is_space((unsigned char)*key);

	*end = '\0';
	while (is_space((unsigned char)*key))
		key++;
	for (value = key; value < end; value++) {
		if (*value == '\\') {
			if (++value == end)
				break;
		} else if (is_space((unsigned char)*value)) {
			if (!in_quotes)
				break;
		} else if (*value == '"') {
			in_quotes = !in_quotes;
		}
	}
	if (memchr(key, '\0', (size_t)(value - key)) != NULL ||
	    (host->is_utf8 && !host->valid_utf8(host->ctx, key,
	    (size_t)(value - key))))
		return 0;
	is_bad |= in_quotes || memchr(value, '\0', (size_t)(end - value)) !=
	    NULL;
	if (host->is_utf8 && !host->valid_utf8(host->ctx, rd->buf, rd->used))
		is_bad = 1;
	if (value < end)
		*value++ = '\0';
	while (value < end && is_space((unsigned char)*value))
		value++;
	while (end > value && is_space((unsigned char)end[-1]))
		*--end = '\0';
	rule->key = fold(key, host);
	rule->value = is_bad || value == end ? NULL : strdup(value);
	return 1;
}

size_t
postmap_read(const char *text, size_t len, const struct tlsp_host *host,
    struct postmap_rule **ret_list)
{
	struct reader rd = { .text = text, .len = len };
	struct postmap_rule *list = calloc(len / 2 + 2, sizeof(*list));
	size_t n = 0;

	if ((rd.buf = malloc(len + 1)) == NULL || list == NULL)
		abort();
	while (read_line(&rd))
		n += (size_t)parse(&rd, host, &list[n]);
	free(rd.buf);
	*ret_list = list;
	return n;
}

void
postmap_free(struct postmap_rule *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		free(list[i].key);
		free(list[i].value);
	}
	free(list);
}
