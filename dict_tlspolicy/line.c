/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * line.c - bytes to logical lines: comments, blank lines, continuations.
 * Knows:    white space, '#', line ends. Not: what a line means.
 * Feeds:    lex, rule, rules.
 * Source:   postmap(1) "TABLE FORMAT"; Postfix util/readlline.c.
 */
#include "line.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static const char BOM[] = "\xef\xbb\xbf";

void
tlsp_lines_init(struct tlsp_lines *lines, const char *file, const char *buf,
    size_t len)
{
	memset(lines, 0, sizeof(*lines));
	lines->file = file;
	lines->buf = buf;
	lines->len = len;
}

void
tlsp_lines_clear(struct tlsp_lines *lines)
{
	free(lines->pieces);
	free(lines->join);
	memset(lines, 0, sizeof(*lines));
}

/* One physical line, without its newline. NULL: there is none. */
static const char *
physical(struct tlsp_lines *lines, size_t *ret_len)
{
	const char *start = lines->buf + lines->off;
	const char *nl;
	size_t len = lines->len - lines->off;

	if (len == 0)
		return NULL;
	if ((nl = memchr(start, '\n', len)) != NULL)
		len = (size_t)(nl - start);
	lines->off += len + (nl != NULL);
	lines->n_lines++;
	if (nl != NULL && len > 0 && start[len - 1] == '\r' &&
	    lines->crlf_line == 0)
		lines->crlf_line = lines->n_lines;
	lines->skipped = 0;
	if (len >= sizeof(BOM) - 1 && memcmp(start, BOM, sizeof(BOM) - 1) ==
	    0) {
		lines->skipped = sizeof(BOM) - 1;
		if (lines->bom_line == 0)
			lines->bom_line = lines->n_lines;
	}
	*ret_len = len - lines->skipped;
	return start + lines->skipped;
}

static int
add_piece(struct tlsp_lines *lines, size_t off, size_t col)
{
	struct tlsp_piece *grown, *piece;

	grown = tlsp_grow(lines->pieces, &lines->cap_pieces,
	    lines->n_pieces + 1, sizeof(*grown));
	if (grown == NULL)
		return -1;
	lines->pieces = grown;
	piece = &grown[lines->n_pieces++];
	piece->off = off;
	piece->line = lines->n_lines;
	piece->col = (unsigned)col;
	return 0;
}

/*
 * Note where the text of a physical line begins, and where more begins
 * behind a carriage return that ends no line: an editor of another age
 * may have meant it to end one.
 */
static int
add_pieces(struct tlsp_lines *lines, const char *text, size_t len, size_t off)
{
	const char *cr = text, *end = text + len;
	const size_t col = lines->skipped + 1;

	if (add_piece(lines, off, col) < 0)
		return -1;
	while ((cr = memchr(cr, '\r', (size_t)(end - cr))) != NULL &&
	    ++cr < end)
		if (add_piece(lines, off + (size_t)(cr - text),
		    col + (size_t)(cr - text)) < 0)
			return -1;
	return 0;
}

/* Append a physical line to the one being put together. */
static int
add_text(struct tlsp_lines *lines, const char *text, size_t len)
{
	char *grown;

	grown = tlsp_grow(lines->join, &lines->cap_join,
	    lines->join_len + len + 1, 1);
	if (grown == NULL)
		return -1;
	lines->join = grown;
	if (len > 0)
		memcpy(grown + lines->join_len, text, len);
	lines->join_len += len;
	return 0;
}

static int
is_comment_or_blank(struct tlsp_lines *lines, const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && tlsp_line_is_space((unsigned char)text[n]))
		n++;
	if (n < len && text[n] == '#')
		lines->n_comments++;
	return n == len || text[n] == '#';
}

/* Is there more than white space behind a carriage return? */
static int
holds_more(const char *text, size_t len)
{
	while (len > 0 && tlsp_line_is_space((unsigned char)text[len - 1]))
		len--;
	return len > 0 && memchr(text, '\r', len) != NULL;
}

static int
next_continues(const struct tlsp_lines *lines)
{
	int ch;

	if (lines->off == lines->len)
		return 0;
	ch = (unsigned char)lines->buf[lines->off];
	return ch == '#' || tlsp_line_is_space(ch);
}

static enum tlsp_code
finish(struct tlsp_lines *lines, enum tlsp_line_kind kind, const char *text,
    size_t len, struct tlsp_line *ret_line)
{
	ret_line->kind = kind;
	ret_line->file = lines->file;
	ret_line->text = text;
	ret_line->len = len;
	ret_line->pieces = lines->pieces;
	ret_line->n_pieces = lines->n_pieces;
	return TLSP_OK;
}

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

/* Gather the continuations of a line that began with text. */
static enum tlsp_code
join_rest(struct tlsp_lines *lines, const char *text, size_t len,
    struct tlsp_line *ret_line, struct tlsp_err *err)
{
	enum tlsp_line_kind kind;
	const char *more;
	size_t more_len;

	kind = tlsp_line_is_space((unsigned char)text[0]) ?
	    TLSP_LINE_ORPHAN : TLSP_LINE_TEXT;
	if (add_pieces(lines, text, len, 0) < 0)
		return no_memory(err);
	if (!next_continues(lines))
		return finish(lines, kind, text, len, ret_line);
	lines->join_len = 0;
	if (add_text(lines, text, len) < 0)
		return no_memory(err);
	while (next_continues(lines)) {
		more = physical(lines, &more_len);
		if (is_comment_or_blank(lines, more, more_len))
			continue;
		if (add_pieces(lines, more, more_len, lines->join_len) < 0 ||
		    add_text(lines, more, more_len) < 0)
			return no_memory(err);
	}
	return finish(lines, kind, lines->join, lines->join_len, ret_line);
}

enum tlsp_code
tlsp_line_next(struct tlsp_lines *lines, struct tlsp_line *ret_line,
    struct tlsp_err *err)
{
	const char *text;
	size_t len;

	lines->n_pieces = 0;
	while ((text = physical(lines, &len)) != NULL)
		if (!is_comment_or_blank(lines, text, len))
			return join_rest(lines, text, len, ret_line, err);
	return TLSP_NONE;
}

enum tlsp_code
tlsp_line_next_comment(struct tlsp_lines *lines, struct tlsp_line *ret_line,
    struct tlsp_err *err)
{
	const char *text;
	size_t len;

	lines->n_pieces = 0;
	while ((text = physical(lines, &len)) != NULL) {
		if (!is_comment_or_blank(lines, text, len) || !holds_more(text, len))
			continue;
		if (add_pieces(lines, text, len, 0) < 0)
			return no_memory(err);
		return finish(lines, TLSP_LINE_COMMENT, text, len, ret_line);
	}
	return TLSP_NONE;
}

struct tlsp_pos
tlsp_line_place(const struct tlsp_line *line, size_t off)
{
	struct tlsp_pos pos;
	size_t low = 0, high = line->n_pieces, mid;

	/* The last piece that begins at or before off. */
	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (line->pieces[mid].off <= off)
			low = mid;
		else
			high = mid;
	}
	pos.file = line->file;
	pos.line = line->pieces[low].line;
	pos.col = line->pieces[low].col +
	    (unsigned)(off - line->pieces[low].off);
	return pos;
}

size_t
tlsp_line_piece_end(const struct tlsp_line *line, size_t n)
{
	return n + 1 < line->n_pieces ? line->pieces[n + 1].off : line->len;
}
