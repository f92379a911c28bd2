/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * line.h - bytes to logical lines: comments, blank lines, continuations.
 * Knows:    white space, '#', line ends. Not: what a line means.
 * Feeds:    lex, rule, rules.
 * Source:   postmap(1) "TABLE FORMAT"; Postfix util/readlline.c.
 */
#ifndef TLSP_LINE_H
#define TLSP_LINE_H

#include <stddef.h>

#include "err.h"

/*
 * A piece of a logical line: what one physical line gave, or what stands
 * behind a carriage return inside one.
 */
struct tlsp_piece {
	size_t off;		/* where it begins in the logical line */
	unsigned line;		/* its place in the file */
	unsigned col;
};

enum tlsp_line_kind {
	TLSP_LINE_TEXT,		/* an ordinary line */
	TLSP_LINE_ORPHAN,	/* begins with space, continues nothing */
	TLSP_LINE_COMMENT	/* a comment that holds a carriage return */
};

/* text is not NUL-terminated. All pointers: borrowed until the next line. */
struct tlsp_line {
	enum tlsp_line_kind kind;
	const char *file;
	const char *text;
	size_t len;
	const struct tlsp_piece *pieces;	/* at least one */
	size_t n_pieces;
};

struct tlsp_lines {
	const char *file;	/* borrowed */
	const char *buf;	/* borrowed */
	size_t len;
	size_t off;		/* next byte */
	unsigned n_comments;
	unsigned n_lines;	/* physical lines seen */
	size_t skipped;		/* bytes before the text of this one */
	unsigned bom_line;	/* first line with a byte order mark; 0: none */
	unsigned crlf_line;	/* first line that ends in CR LF; 0: none */
	/* the line being put together, owned */
	struct tlsp_piece *pieces;
	size_t n_pieces;
	size_t cap_pieces;
	char *join;
	size_t join_len;
	size_t cap_join;
};

/*
 * Begin to read. A byte order mark is passed over, at the beginning of each
 * line: files are put together from files.
 * file, buf: borrowed until tlsp_lines_clear().
 */
void tlsp_lines_init(struct tlsp_lines *, const char *file, const char *buf,
    size_t len);
void tlsp_lines_clear(struct tlsp_lines *);

/*
 * The next logical line, exactly as postmap joins it: comment and blank
 * lines dropped, also between continuation lines, line ends left out.
 * errors:   TLSP_NONE at the end; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_line_next(struct tlsp_lines *, struct tlsp_line *ret_line,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * The next comment that has text behind a carriage return, for a second
 * reading with a reader of its own: who ends lines the way old editors did
 * has hidden rules in there.
 * errors:   as tlsp_line_next().
 */
enum tlsp_code tlsp_line_next_comment(struct tlsp_lines *,
    struct tlsp_line *ret_line, struct tlsp_err *err) TLSP_MUST_USE;

/* The place in the file of byte off of a logical line. */
struct tlsp_pos tlsp_line_place(const struct tlsp_line *, size_t off);

/* One past the last byte of piece n. */
size_t tlsp_line_piece_end(const struct tlsp_line *, size_t n);

/* White space as postmap sees it: blank, \t \n \v \f \r. */
static inline int
tlsp_line_is_space(int ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

#endif
