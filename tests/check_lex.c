/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_lex.c - the room lex: tokens, braces, name and value.
 */
#include "check_tlsp.h"

#include <stdlib.h>

static const struct {
	const char *text;
	const char *plain;	/* tokens, each behind a '|' */
	const char *braced;	/* the same where the grammar has braces */
} TOKENS[] = {
	{ "", "", "" },
	{ " ,\t\r\n, ", "", "" },
	{ "a", "|a", "|a" },
	{ ",a", "|a", "|a" },
	{ "a,b  c\td\re\nf,", "|a|b|c|d|e|f", "|a|b|c|d|e|f" },
	{ "a\vb\fc", "|a\vb\fc", "|a\vb\fc" },
	{ "a=b=c", "|a=b=c", "|a=b=c" },
	{ "\"a b\"", "|\"a|b\"", "|\"a|b\"" },
	{ "{a b}", "|{a|b}", "|{a b}" },
	{ "{ a = b } c", "|{|a|=|b|}|c", "|{ a = b }|c" },
	{ "x={a b} c", "|x={a|b}|c", "|x={a b}|c" },
	{ "{a {b c} d}e f", "|{a|{b|c}|d}e|f", "|{a {b c} d}e|f" },
	{ "a} b", "|a}|b", "|a}|b" },
	{ "}{a b} c", "|}{a|b}|c", "|}{a b}|c" },
	{ "{a b", "|{a|b", "|{a b" },
	{ "a;b", "|a;b", "|a;b" },
};

static void
expect_tokens(const char *text, int has_braces, const char *want)
{
	const struct tlsp_piece piece = { 0, 1, 1 };
	const struct tlsp_line line = {
		TLSP_LINE_TEXT, HELP_FILE, text, strlen(text), &piece, 1
	};
	struct tlsp_lex lex;
	struct tlsp_tok tok;
	char got[100] = "";

	tlsp_lex_init(&lex, &line, 0, line.len, has_braces);
	while (tlsp_lex_next(&lex, &tok)) {
		ck_assert_ptr_eq(tok.text, text + tok.off);
		(void)strcat(got, "|");
		(void)strncat(got, tok.text, tok.len);
	}
	EXPECT_STR(text, want, got);
	ck_assert_uint_eq(lex.off, line.len);
	ck_assert_int_eq(tlsp_lex_next(&lex, &tok), 0);
}

START_TEST(lex_next_parts_as_mystrtok)
{
	expect_tokens(TOKENS[_i].text, 0, TOKENS[_i].plain);
}
END_TEST

START_TEST(lex_next_parts_as_mystrtokq)
{
	expect_tokens(TOKENS[_i].text, 1, TOKENS[_i].braced);
}
END_TEST

START_TEST(lex_next_stays_between_off_and_end)
{
	static const char text[] = "key {a b} c";
	const struct tlsp_piece piece = { 0, 1, 1 };
	const struct tlsp_line line = {
		TLSP_LINE_TEXT, HELP_FILE, text, strlen(text), &piece, 1
	};
	struct tlsp_lex lex;
	struct tlsp_tok tok;

	tlsp_lex_init(&lex, &line, 4, 7, 1);
	ck_assert_int_eq(tlsp_lex_next(&lex, &tok), 1);
	ck_assert_uint_eq(tok.off, 4);
	ck_assert_uint_eq(tok.len, 3);
	ck_assert_int_eq(tlsp_lex_next(&lex, &tok), 0);
}
END_TEST

START_TEST(lex_next_parts_nothing_at_a_nul)
{
	const struct tlsp_piece piece = { 0, 1, 1 };
	const struct tlsp_line line = {
		TLSP_LINE_TEXT, HELP_FILE, "a\0b c", 5, &piece, 1
	};
	struct tlsp_lex lex;
	struct tlsp_tok tok;

	tlsp_lex_init(&lex, &line, 0, line.len, 0);
	ck_assert_int_eq(tlsp_lex_next(&lex, &tok), 1);
	ck_assert_uint_eq(tok.len, 3);
}
END_TEST

/* value NULL: it cannot be taken apart. */
static const struct {
	const char *text;
	int has_braces;
	const char *name;
	const char *value;
	size_t value_off;
} SPLITS[] = {
	{ "a=b", 0, "a", "b", 2 },
	{ "a=b", 1, "a", "b", 2 },
	{ "a=", 0, "a", "", 2 },
	{ "a==b", 0, "a", "=b", 2 },
	{ "a=>=TLSv1.2", 0, "a", ">=TLSv1.2", 2 },
	{ "a=\"b", 0, "a", "\"b", 2 },
	{ "a={b c}", 1, "a", "{b c}", 2 },
	{ "{a=b}", 0, "{a", "b}", 3 },
	{ "{a=b}", 1, "a", "b", 3 },
	{ "{ a = b c }", 1, "a", "b c", 6 },
	{ "{\ta\t=\tb\t}", 1, "a", "b", 6 },
	{ "{a=}", 1, "a", "", 3 },
	{ "{ a = {b} }", 1, "a", "{b}", 6 },
	{ "a", 0, NULL, NULL, 0 },
	{ "=b", 0, NULL, NULL, 0 },
	{ "#", 0, NULL, NULL, 0 },
	{ "{a=b", 1, NULL, NULL, 0 },
	{ "{a=b}c", 1, NULL, NULL, 0 },
	{ "{a=b}{c=d}", 1, NULL, NULL, 0 },
	{ "{}", 1, NULL, NULL, 0 },
	{ "{ }", 1, NULL, NULL, 0 },
	{ "{=b}", 1, NULL, NULL, 0 },
	{ "{ a b = c }", 1, NULL, NULL, 0 },
	{ "{{a=b}}", 1, "{a", "b}", 4 },
};

START_TEST(lex_split_reads_name_and_value)
{
	const char *text = SPLITS[_i].text;
	const struct tlsp_lex lex = { .has_braces = SPLITS[_i].has_braces };
	const struct tlsp_tok tok = { text, strlen(text), 0 };
	struct tlsp_pair pair;
	const char *why = tlsp_lex_split(&lex, &tok, &pair);

	if (SPLITS[_i].value == NULL) {
		ck_assert_msg(why != NULL && *why != '\0',
		    "\"%s\" was taken apart", text);
		return;
	}
	ck_assert_msg(why == NULL, "\"%s\": %s", text, why);
	ck_assert_msg(pair.name.len == strlen(SPLITS[_i].name) &&
	    memcmp(pair.name.text, SPLITS[_i].name, pair.name.len) == 0,
	    "\"%s\": name \"%.*s\"", text, (int)pair.name.len,
	    pair.name.text);
	ck_assert_msg(pair.value.len == strlen(SPLITS[_i].value) &&
	    memcmp(pair.value.text, SPLITS[_i].value, pair.value.len) == 0,
	    "\"%s\": value \"%.*s\"", text, (int)pair.value.len,
	    pair.value.text);
	ck_assert_msg(pair.value.off == SPLITS[_i].value_off &&
	    pair.value.text == text + pair.value.off,
	    "\"%s\": value at %zu", text, pair.value.off);
	ck_assert_ptr_eq(pair.name.text, text + pair.name.off);
}
END_TEST

START_TEST(tok_is_looks_at_every_byte_and_at_no_case)
{
	const struct tlsp_tok tok = { "EnCryptX", 7, 0 };

	ck_assert(tlsp_tok_is(&tok, "encrypt"));
	ck_assert(tlsp_tok_is(&tok, "ENCRYPT"));
	ck_assert(!tlsp_tok_is(&tok, "encryp"));
	ck_assert(!tlsp_tok_is(&tok, "encryptx"));
	ck_assert(!tlsp_tok_is(&tok, "encrypd"));
	ck_assert(!tlsp_tok_is(&tok, ""));
}
END_TEST

static const struct { const char *text; const char *want; } ELEMENTS[] = {
	{ "", "" },
	{ ":|:", "" },
	{ "a", ".a" },
	{ "a:b|c", ".a.b.c" },
	{ "::a:", ".a" },
	{ "a b", ".a b" },
};

START_TEST(tok_element_drops_empty_ones)
{
	struct tlsp_tok rest = { ELEMENTS[_i].text,
	    strlen(ELEMENTS[_i].text), 5 }, one;
	char got[50] = "";

	while (tlsp_tok_element(&rest, ":|", &one)) {
		ck_assert_ptr_eq(one.text, ELEMENTS[_i].text + one.off - 5);
		(void)strcat(got, ".");
		(void)strncat(got, one.text, one.len);
	}
	EXPECT_STR(ELEMENTS[_i].text, ELEMENTS[_i].want, got);
}
END_TEST

Suite *
check_lex_suite(void)
{
	Suite *suite = suite_create("lex");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_lex_next");
	tcase_add_loop_test(tcase, lex_next_parts_as_mystrtok, 0,
	    N_ITEMS(TOKENS));
	tcase_add_loop_test(tcase, lex_next_parts_as_mystrtokq, 0,
	    N_ITEMS(TOKENS));
	tcase_add_test(tcase, lex_next_stays_between_off_and_end);
	tcase_add_test(tcase, lex_next_parts_nothing_at_a_nul);
	ADD_CASE(suite, tcase, "tlsp_lex_split");
	tcase_add_loop_test(tcase, lex_split_reads_name_and_value, 0,
	    N_ITEMS(SPLITS));
	ADD_CASE(suite, tcase, "tlsp_tok_is");
	tcase_add_test(tcase, tok_is_looks_at_every_byte_and_at_no_case);
	ADD_CASE(suite, tcase, "tlsp_tok_element");
	tcase_add_loop_test(tcase, tok_element_drops_empty_ones, 0,
	    N_ITEMS(ELEMENTS));
	return suite;
}
