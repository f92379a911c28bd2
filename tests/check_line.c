/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_line.c - the room line: bytes to logical lines, and places.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

/* Each logical line as "line:col kind text|", pieces as "(line:col)". */
struct line_case {
	const char *name;
	const char *text;
	size_t len;		/* 0: up to the NUL */
	const char *want;
};

static const struct line_case LINES[] = {
	{ "nothing", "", 0, "" },
	{ "only a newline", "\n", 0, "" },
	{ "only white space", " \t\v\f\r\n  ", 0, "" },
	{ "one line", "a b\n", 0, "1:1 T a b|" },
	{ "missing final newline", "a b", 0, "1:1 T a b|" },
	{ "two lines", "a b\nc d\n", 0, "1:1 T a b|2:1 T c d|" },
	{ "comments", "#x\na b\n#y\nc d\n#z", 0, "2:1 T a b|4:1 T c d|" },
	{ "indented comment is none of a line", "a b\n  # c\nd e\n", 0,
	    "1:1 T a b|3:1 T d e|" },
	{ "a continuation", "a b\n c\n\td\n", 0,
	    "1:1 T a b c\td(2:1)(3:1)|" },
	{ "a continuation at the end", "a b\n c", 0, "1:1 T a b c(2:1)|" },
	{ "blank line between continuations", "a b\n\n c\n   \n d\n", 0,
	    "1:1 T a b c d(3:1)(5:1)|" },
	{ "comment between continuations", "a b\n# x\n c\n  # y\n d\n", 0,
	    "1:1 T a b c d(3:1)(5:1)|" },
	{ "comment, then a new line", "a b\n# x\nc d\n", 0,
	    "1:1 T a b|3:1 T c d|" },
	{ "indented first line", "  a b\nc d\n", 0,
	    "1:1 O   a b|2:1 T c d|" },
	{ "indented behind a comment", "# x\n\n  a b\n  c\nd e\n", 0,
	    "3:1 O   a b  c(4:1)|5:1 T d e|" },
	{ "line ends of Windows", "a b\r\n c\r\nd e\r\n", 0,
	    "1:1 T a b\r c\r(2:1)|3:1 T d e\r|" },
	{ "blank line of Windows continues", "a b\r\n\r\n c\r\n", 0,
	    "1:1 T a b\r c\r(3:1)|" },
	{ "carriage return alone", "a b\rc d\re f\r", 0,
	    "1:1 T a b\rc d\re f\r(1:5)(1:9)|" },
	{ "carriage return in a continuation", "a b\n c\rd\n", 0,
	    "1:1 T a b c\rd(2:1)(2:4)|" },
	{ "byte order mark", "\xef\xbb\xbf" "a b\nc d\n", 0,
	    "1:4 T a b|2:1 T c d|" },
	{ "byte order mark before a blank line", "\xef\xbb\xbf\na b\n", 0,
	    "2:1 T a b|" },
	{ "byte order mark before a comment", "\xef\xbb\xbf#x\na b\n", 0,
	    "2:1 T a b|" },
	{ "byte order mark, carriage return", "\xef\xbb\xbf" "a b\rc d\n", 0,
	    "1:4 T a b\rc d(1:8)|" },
	{ "half a byte order mark", "\xef\xbb" "a b\n", 0,
	    "1:1 T \xef\xbb" "a b|" },
	{ "byte order mark alone", "\xef\xbb\xbf", 0, "" },
	{ "NUL in a line", "a\0b\nc", 5, "1:1 T a?b|2:1 T c|" },
	{ "NUL is not white space", "\0\na", 3, "1:1 T ?|2:1 T a|" },
	{ "NUL begins a new line", "a\n\0 b\n", 6, "1:1 T a|2:1 T ? b|" },
	{ "vertical tab continues", "a\n\vb\n\fc\n", 0,
	    "1:1 T a\vb\fc(2:1)(3:1)|" },
	{ "a no-break space begins a line", "a\n\xc2\xa0" "b\n", 0,
	    "1:1 T a|2:1 T \xc2\xa0" "b|" },
	{ "hash inside a line", "a #b\n c#d\n", 0, "1:1 T a #b c#d(2:1)|" },
};

/* Write down what the reader made of a text. */
static void
describe(const struct tlsp_line *line, char *to, size_t room)
{
	static const char kinds[] = { 'T', 'O', 'C' };
	size_t n, used;

	used = (size_t)snprintf(to, room, "%u:%u %c ", line->pieces[0].line,
	    line->pieces[0].col, kinds[line->kind]);
	for (n = 0; n < line->len && used + 1 < room; n++)
		to[used++] = line->text[n] != '\0' ? line->text[n] : '?';
	to[used] = '\0';
	for (n = 1; n < line->n_pieces; n++)
		used += (size_t)snprintf(to + used, room - used, "(%u:%u)",
		    line->pieces[n].line, line->pieces[n].col);
	(void)snprintf(to + used, room - used, "|");
}

START_TEST(line_next_reads_as_postmap_does)
{
	const struct line_case *c = &LINES[_i];
	struct tlsp_lines lines;
	struct tlsp_line line;
	struct tlsp_err err;
	enum tlsp_code code;
	char got[500] = "";
	const size_t len = c->len != 0 ? c->len : strlen(c->text);
	char *copy = malloc(len + 1);

	memcpy(copy, c->text, len);
	copy = realloc(copy, len > 0 ? len : 1);
	tlsp_lines_init(&lines, HELP_FILE, copy, len);
	while ((code = tlsp_line_next(&lines, &line, &err)) == TLSP_OK) {
		describe(&line, got + strlen(got), sizeof(got) - strlen(got));
		ck_assert_uint_eq(line.pieces[0].off, 0);
		EXPECT_STR(c->name, HELP_FILE, line.file);
	}
	EXPECT_CODE(c->name, TLSP_NONE, code);
	EXPECT_STR(c->name, c->want, got);
	tlsp_lines_clear(&lines);
	free(copy);
}
END_TEST

START_TEST(lines_init_tells_of_a_byte_order_mark)
{
	static const struct { const char *text; size_t len; unsigned line; }
	    texts[] = {
		{ "\xef\xbb\xbf", 3, 1 }, { "\xef\xbb\xbf", 2, 0 },
		{ "a\xef\xbb\xbf", 4, 0 }, { "#\n\xef\xbb\xbf" "a b", 8, 2 },
		{ "a\n\xef\xbb\xbf" "b\n\xef\xbb\xbf" "c", 11, 2 },
	};
	struct tlsp_lines lines;
	struct tlsp_line line;
	struct tlsp_err err;
	size_t n;

	for (n = 0; n < sizeof(texts) / sizeof(texts[0]); n++) {
		tlsp_lines_init(&lines, HELP_FILE, texts[n].text,
		    texts[n].len);
		while (tlsp_line_next(&lines, &line, &err) == TLSP_OK)
			ck_assert(texts[n].line == 0 ||
			    line.text[0] != '\xef');
		ck_assert_uint_eq(lines.bom_line, texts[n].line);
		tlsp_lines_clear(&lines);
	}
}
END_TEST

static unsigned
first_crlf(const char *text)
{
	struct tlsp_lines lines;
	struct tlsp_line line;
	struct tlsp_err err;
	unsigned result;

	tlsp_lines_init(&lines, HELP_FILE, text, strlen(text));
	while (tlsp_line_next(&lines, &line, &err) == TLSP_OK)
		;
	result = lines.crlf_line;
	tlsp_lines_clear(&lines);
	return result;
}

START_TEST(line_next_notes_the_first_line_of_windows)
{
	ck_assert_uint_eq(first_crlf("a b\nc d\n"), 0);
	ck_assert_uint_eq(first_crlf("a b\rc d\n"), 0);
	ck_assert_uint_eq(first_crlf("a b\nc d\r\ne f\r\n"), 2);
	ck_assert_uint_eq(first_crlf("a b\n#c\r\n"), 2);
	ck_assert_uint_eq(first_crlf("\r\n"), 1);
}
END_TEST

/* One line of n bytes, in two physical ones. */
START_TEST(line_next_takes_lines_of_megabytes)
{
	const size_t half = (size_t)3 << 20;
	char *text = malloc(2 * half + 2);
	struct tlsp_lines lines;
	struct tlsp_line line;
	struct tlsp_pos at;
	struct tlsp_err err;

	memset(text, 'x', 2 * half + 2);
	text[half] = '\n';
	text[half + 1] = ' ';
	tlsp_lines_init(&lines, HELP_FILE, text, 2 * half + 2);
	ck_assert_int_eq(tlsp_line_next(&lines, &line, &err), TLSP_OK);
	ck_assert_uint_eq(line.len, 2 * half + 1);
	ck_assert_int_eq(line.text[half], ' ');
	at = tlsp_line_place(&line, half - 1);
	ck_assert_uint_eq(at.line, 1);
	ck_assert_uint_eq(at.col, half);
	at = tlsp_line_place(&line, 2 * half);
	ck_assert_uint_eq(at.line, 2);
	ck_assert_uint_eq(at.col, half + 1);
	ck_assert_int_eq(tlsp_line_next(&lines, &line, &err), TLSP_NONE);
	tlsp_lines_clear(&lines);
	free(text);
}
END_TEST

START_TEST(line_next_says_when_memory_runs_out)
{
	static const char text[] = "a b\n c\rd\re\n f\n g\n h\n i\n j\n k\n";
	struct tlsp_lines lines;
	struct tlsp_line line;
	struct tlsp_err err;
	enum tlsp_code code = TLSP_E_NOMEM;
	long n;

	for (n = 0; code == TLSP_E_NOMEM; n++) {
		ck_assert_int_lt(n, 20);
		tlsp_lines_init(&lines, HELP_FILE, text, strlen(text));
		check_alloc_fail_at(n);
		code = tlsp_line_next(&lines, &line, &err);
		check_alloc_fail_at(-1);
		if (code == TLSP_E_NOMEM)
			EXPECT_ERR("memory", &err, TLSP_E_NOMEM, 0, 0);
		tlsp_lines_clear(&lines);
	}
	ck_assert_int_eq(code, TLSP_OK);
	ck_assert_int_ge(n, 3);
}
END_TEST

static const struct line_case COMMENTS[] = {
	{ "no carriage return", "#a\nb c\n # d\n", 0, "" },
	{ "lines of Windows", "#a\r\n#b \r\n\r\n", 0, "" },
	{ "text behind one", "x y\n#a\rb c\n", 0, "2:1 C #a\rb c(2:4)|" },
	{ "text behind two", "#a\r\rb c\r\n", 0,
	    "1:1 C #a\r\rb c\r(1:4)(1:5)|" },
	{ "indented", " #a\rb c\n", 0, "1:1 C  #a\rb c(1:5)|" },
	{ "behind a byte order mark", "\xef\xbb\xbf#a\rb c\n", 0,
	    "1:4 C #a\rb c(1:7)|" },
	{ "between continuations", "x y\n#a\rb\n z\n#c\rd", 0,
	    "2:1 C #a\rb(2:4)|4:1 C #c\rd(4:4)|" },
	{ "a line that is no comment", "x\ry z\n", 0, "" },
};

START_TEST(line_next_comment_gives_those_that_hide_text)
{
	const struct line_case *c = &COMMENTS[_i];
	struct tlsp_lines lines;
	struct tlsp_line line;
	struct tlsp_err err;
	char got[500] = "";

	tlsp_lines_init(&lines, HELP_FILE, c->text, strlen(c->text));
	while (tlsp_line_next_comment(&lines, &line, &err) == TLSP_OK)
		describe(&line, got + strlen(got), sizeof(got) - strlen(got));
	EXPECT_STR(c->name, c->want, got);
	tlsp_lines_clear(&lines);
}
END_TEST

START_TEST(line_place_finds_each_byte_again)
{
	static const char text[] = "ab cd\n# x\n  ef\rgh\n\n\tij\n";
	struct tlsp_lines lines;
	struct tlsp_line line;
	struct tlsp_err err;
	struct tlsp_pos at;
	const char *start;
	unsigned n;
	size_t off;

	tlsp_lines_init(&lines, HELP_FILE, text, strlen(text));
	ck_assert_int_eq(tlsp_line_next(&lines, &line, &err), TLSP_OK);
	for (off = 0; off < line.len; off++) {
		at = tlsp_line_place(&line, off);
		for (start = text, n = 1; n < at.line; n++)
			start = strchr(start, '\n') + 1;
		ck_assert_msg(start[at.col - 1] == line.text[off],
		    "byte %zu is not at %u:%u", off, at.line, at.col);
	}
	ck_assert_uint_eq(tlsp_line_piece_end(&line, 0), 5);
	ck_assert_uint_eq(tlsp_line_piece_end(&line, 1), 10);
	ck_assert_uint_eq(tlsp_line_piece_end(&line, 3), line.len);
	tlsp_lines_clear(&lines);
}
END_TEST

START_TEST(line_is_space_knows_six_characters)
{
	int ch, n = 0;

	for (ch = 0; ch < 256; ch++)
		n += tlsp_line_is_space(ch) != 0;
	ck_assert_int_eq(n, 6);
	for (ch = 0; ch < 6; ch++)
		ck_assert(tlsp_line_is_space(" \t\n\v\f\r"[ch]));
}
END_TEST

Suite *
check_line_suite(void)
{
	Suite *suite = suite_create("line");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_lines_init");
	tcase_add_test(tcase, lines_init_tells_of_a_byte_order_mark);
	ADD_CASE(suite, tcase, "tlsp_line_next");
	tcase_add_loop_test(tcase, line_next_reads_as_postmap_does, 0,
	    N_ITEMS(LINES));
	tcase_add_test(tcase, line_next_notes_the_first_line_of_windows);
	tcase_add_test(tcase, line_next_takes_lines_of_megabytes);
	tcase_add_test(tcase, line_next_says_when_memory_runs_out);
	ADD_CASE(suite, tcase, "tlsp_line_next_comment");
	tcase_add_loop_test(tcase, line_next_comment_gives_those_that_hide_text,
	    0, N_ITEMS(COMMENTS));
	ADD_CASE(suite, tcase, "tlsp_line_place");
	tcase_add_test(tcase, line_place_finds_each_byte_again);
	ADD_CASE(suite, tcase, "tlsp_line_is_space");
	tcase_add_test(tcase, line_is_space_knows_six_characters);
	return suite;
}
