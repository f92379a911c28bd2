/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_out_page.c - the rooms cmd/out_csv and cmd/out_html: what strangers
 * wrote stays text, in a cell and on a page.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

#include "../cmd/out_csv.h"
#include "../cmd/out_html.h"

static const struct { const char *cells[3]; const char *row; } ROWS[] = {
	{ { "a", "b c", NULL }, "a,b c,\n" },
	{ { "", "a,b", "say \"x\"" }, ",\"a,b\",\"say \"\"x\"\"\"\n" },
	{ { "=1+1", "@a", "-1" }, "'=1+1,'@a,'-1\n" },
	{ { "+1", "a=b", "\t=x" }, "'+1,a=b,'?=x\n" },
	{ { "a\nb", "a\rb", "\x1b[2J" }, "\"a?b\",\"a?b\",?[2J\n" },
	{ { "b\xc3\xbc" "cher", "=\"x\",y", "" },
	    "b\xc3\xbc" "cher,\"'=\"\"x\"\",y\",\n" },
};

START_TEST(out_csv_row_quotes_and_disarms)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert(out != NULL);
	out_csv_row(ROWS[_i].cells, 3, out);
	ck_assert(fclose(out) == 0);
	ck_assert_str_eq(text, ROWS[_i].row);
	free(text);
}
END_TEST

#define ODD	"\xef\xbf\xbd"	/* U+FFFD */

static const struct { const char *text, *page; } TEXTS[] = {
	{ "plain", "plain" },
	{ "<a href='x'>&\"</a>",
	    "&lt;a href=&#39;x&#39;&gt;&amp;&quot;&lt;/a&gt;" },
	{ "a\tb\x1b\n\x7f", "a b???" },
	{ "b\xc3\xbc" "cher \xe4\xbe\x8b \xf0\x9f\x94\x92",
	    "b\xc3\xbc" "cher \xe4\xbe\x8b \xf0\x9f\x94\x92" },
	/* No UTF-8: stray, cut off, too long, surrogates, beyond the last. */
	{ "\xff" "a\x80", ODD "a" ODD }, { "\xc3", ODD },
	{ "\xe4\xbe", ODD ODD },
	{ "\xc0\xbc", ODD ODD }, { "\xe0\x80\xbc", ODD ODD ODD },
	{ "\xed\xa0\x80", ODD ODD ODD }, { "\xf4\x90\x80\x80",
	    ODD ODD ODD ODD }, { "\xf0\x80\x80\xbc", ODD ODD ODD ODD },
	{ "\xc3<", ODD "&lt;" },
	/* What a terminal or a browser obeys: C1, directions, line ends. */
	{ "\xc2\x9b" "1m", "?1m" }, { "a\xe2\x80\xae" "b", "a?b" },
	{ "a\xe2\x81\xa6" "b", "a?b" }, { "a\xe2\x80\xa8" "b", "a?b" },
	{ "\xe2\x80\x93 \xe2\x82\xac", "\xe2\x80\x93 \xe2\x82\xac" },
};

START_TEST(out_html_text_is_text)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert(out != NULL);
	out_html_text(TEXTS[_i].text, out);
	ck_assert(fclose(out) == 0);
	ck_assert_str_eq(text, TEXTS[_i].page);
	free(text);
}
END_TEST

/* Its parts are as wide as their shares, and its numbers can be heard. */
START_TEST(out_html_bar_is_to_scale)
{
	static const struct out_html_part parts[] = {
		{ "verified", 30 }, { "clear", 0 }, { "unknown", 10 },
	};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert(out != NULL);
	out_html_bar("<x>", parts, 3, 80, out);
	ck_assert(fclose(out) == 0);
	ck_assert(strstr(text, "class=\"verified\" x=\"0.0\" y=\"0\" "
	    "width=\"225.0\"") != NULL);
	ck_assert(strstr(text, "class=\"unknown\" x=\"225.0\" y=\"0\" "
	    "width=\"75.0\"") != NULL);
	ck_assert(strstr(text, "class=\"clear\"") == NULL);
	ck_assert(strstr(text, "aria-label=\"&lt;x&gt;: 40 messages: 30 "
	    "verified, 10 unknown\"") != NULL);
	ck_assert(strstr(text, ">30</text>") != NULL);
	free(text);
}
END_TEST

Suite *
check_out_page_suite(void)
{
	Suite *suite = suite_create("out_page");
	TCase *tcase;

	ADD_CASE(suite, tcase, "out_csv_row");
	tcase_add_loop_test(tcase, out_csv_row_quotes_and_disarms, 0,
	    N_ITEMS(ROWS));
	ADD_CASE(suite, tcase, "out_html_text");
	tcase_add_loop_test(tcase, out_html_text_is_text, 0, N_ITEMS(TEXTS));
	ADD_CASE(suite, tcase, "out_html_bar");
	tcase_add_test(tcase, out_html_bar_is_to_scale);
	return suite;
}
