/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_finding.c - the rooms cmd/finding and cmd/place: findings in order,
 * as text and as JSON, and the line that each is about.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

#include "../cmd/finding.h"
#include "../cmd/place.h"

static const struct finding_kind ONE = { "TLSP901", FINDING_ERROR,
    "Mail waits.", "Mend it.", "nowhere(5)" };
static const struct finding_kind TWO = { "TLSP902", FINDING_WARNING,
    "Nothing.", "Nothing.", "nowhere(5)" };
static const struct finding_kind THREE = { "TLSP903", FINDING_NOTE,
    "Nothing.", "Nothing.", "nowhere(5)" };

/* What is printed. Owned by the caller; findings: taken. */
static char *
print(struct findings *findings, int is_json)
{
	struct tlsp_err err;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	EXPECT_CODE("print", TLSP_OK, findings_print(findings, out, is_json,
	    &err));
	ck_assert(fclose(out) == 0);
	findings_free(findings);
	return text;
}

static void
expect_printed(const char *want, struct findings *findings, int is_json)
{
	char *text = print(findings, is_json);

	EXPECT_STR("printed", want, text);
	free(text);
}

/* The file stays where it was named first; what has none comes last. */
START_TEST(findings_print_sorts_by_file_line_column_and_id)
{
	static const struct {
		const struct finding_kind *kind;
		struct tlsp_pos at;
		const char *text;
	} added[] = {
		{ &ONE, { NULL, 0, 0 }, "k" }, { &ONE, { "z", 10, 1 }, "g" },
		{ &TWO, { "z", 9, 2 }, "e" }, { &ONE, { "a", 1, 1 }, "j" },
		{ &ONE, { "z", 9, 2 }, "c" }, { &TWO, { "z", 9, 2 }, "f" },
		{ &ONE, { "z", 9, 1 }, "b" }, { &ONE, { "z", 0, 0 }, "a" },
		{ &ONE, { "z", 9, 2 }, "d" }, { &THREE, { NULL, 0, 0 }, "l" },
		{ &ONE, { "z", 10, 2 }, "h" }, { &TWO, { "z", 10, 2 }, "i" },
	};
	struct findings *findings = findings_new();
	char order[N_ITEMS(added) + 1] = "", *text, *at;
	int n;

	for (n = 0; n < N_ITEMS(added); n++)
		findings_say(findings, added[n].kind, &added[n].at, NULL,
		    "%s", added[n].text);
	text = print(findings, 0);
	for (at = text, n = 0; (at = strstr(at, " [TLSP")) != NULL; at++)
		order[n++] = at[-1];
	EXPECT_STR("order", "abcdefghijkl", order);
	free(text);
}
END_TEST

START_TEST(findings_count_counts_each_severity)
{
	struct findings *findings = findings_new();

	findings_say(findings, &ONE, NULL, NULL, "x");
	findings_say(findings, &TWO, NULL, NULL, "x");
	findings_say(findings, &TWO, NULL, NULL, "x");
	ck_assert_uint_eq(findings_count(findings, FINDING_ERROR), 1);
	ck_assert_uint_eq(findings_count(findings, FINDING_WARNING), 2);
	ck_assert_uint_eq(findings_count(findings, FINDING_NOTE), 0);
	findings_free(findings);
}
END_TEST

/* The same again is left out, whoever stands between; what is nearly so not. */
START_TEST(findings_unite_leaves_one_of_a_kind)
{
	static const struct {
		const struct finding_kind *kind;
		struct tlsp_pos at;
		const char *text;
	} added[] = {
		{ &TWO, { "z", 9, 2 }, "b" }, { &ONE, { "z", 9, 2 }, "a" },
		{ &TWO, { "z", 9, 2 }, "c" }, { &TWO, { "z", 9, 2 }, "b" },
		{ &TWO, { "z", 9, 3 }, "d" }, { &ONE, { NULL, 0, 0 }, "e" },
		{ &ONE, { "z", 9, 2 }, "a" }, { &ONE, { NULL, 0, 0 }, "e" },
		{ &TWO, { NULL, 0, 0 }, "f" }, { &TWO, { "z", 9, 2 }, "b" },
	};
	struct findings *findings = findings_new();
	char order[N_ITEMS(added) + 1] = "", *text, *at;
	int n;

	findings_unite(findings);
	for (n = 0; n < N_ITEMS(added); n++)
		findings_say(findings, added[n].kind, &added[n].at, NULL,
		    "%s", added[n].text);
	findings_unite(findings);
	ck_assert_uint_eq(findings_count(findings, FINDING_ERROR), 2);
	ck_assert_uint_eq(findings_count(findings, FINDING_WARNING), 4);
	text = print(findings, 0);
	for (at = text, n = 0; (at = strstr(at, " [TLSP")) != NULL; at++)
		order[n++] = at[-1];
	EXPECT_STR("order", "abcdef", order);
	free(text);
}
END_TEST

START_TEST(findings_print_says_nothing_of_nothing)
{
	expect_printed("", findings_new(), 0);
	expect_printed("", findings_new(), 1);
}
END_TEST

/* A line with a tab and bytes that are no ASCII, and its caret. */
START_TEST(findings_print_shows_the_line_and_a_caret)
{
	char *dir = help_dir(), want[1200];
	const char *path = help_path(dir, "p");
	const struct tlsp_pos at = { path, 2, 17 };
	struct findings *findings = findings_new();

	ck_assert(help_write(path, "one\n" BUECHER "\tsecrue\r\n", 60) == 0);
	findings_say(findings, &ONE, &at, "k", "%s is no level", "secrue");
	(void)snprintf(want, sizeof(want), "%s:2:17: error: secrue is no "
	    "level [TLSP901]\n    " BUECHER " secrue\n                   ^\n"
	    "    Mail: Mail waits.\n    Do:   Mend it.\n", path);
	expect_printed(want, findings, 0);
	help_dir_remove(dir);
}
END_TEST

/* Once more in the same file, backwards by another reader, past its end. */
START_TEST(findings_print_survives_a_file_that_shrank)
{
	char *dir = help_dir();
	const char *path = help_path(dir, "p");
	const struct tlsp_pos gone = { path, 7, 1 }, there = { path, 1, 2 };
	struct place_reader reader = { .file = NULL };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert(help_write(path, "one\n", 60) == 0);
	place_show_next(&reader, &gone, out);
	place_show_next(&reader, &gone, out);
	place_show_next(&reader, &there, out);
	place_reader_clear(&reader);
	ck_assert(fclose(out) == 0);
	EXPECT_STR("shown", "    one\n     ^\n", text);
	free(text);
	help_dir_remove(dir);
}
END_TEST

/* Far to the right, the part round the place is shown. */
START_TEST(findings_print_shows_a_part_of_a_long_line)
{
	char *dir = help_dir(), *line = malloc(5001), *text, *caret, *shown;
	char *mark;
	const char *path = help_path(dir, "p");
	const struct tlsp_pos at = { path, 1, 3001 };
	struct findings *findings = findings_new();

	memset(line, 'x', 5000);
	line[3000] = 'Y';
	line[5000] = '\0';
	ck_assert(help_write(path, line, 60) == 0);
	findings_say(findings, &ONE, &at, NULL, "here");
	text = print(findings, 0);
	caret = strstr(text, "^\n");
	ck_assert(caret != NULL);
	/* The folder's name may have such a letter, too. */
	ck_assert((shown = strstr(text, "    ...x")) != NULL);
	ck_assert((mark = strchr(shown, 'Y')) != NULL);
	ck_assert_int_eq(mark - shown, caret - (strchr(mark, '\n') + 1));
	free(text);
	free(line);
	help_dir_remove(dir);
}
END_TEST

START_TEST(findings_print_gives_a_terminal_nothing_to_obey)
{
	const struct tlsp_pos at = { "a\033[2Jb", 1, 1 };
	struct findings *findings = findings_new();

	findings_say(findings, &ONE, &at, "k", "x\033]0;y\a\xc2\x9bz");
	expect_printed("a?[2Jb:1:1: error: x?]0;y?\xc2?z [TLSP901]\n"
	    "    Mail: Mail waits.\n    Do:   Mend it.\n", findings, 0);
}
END_TEST

START_TEST(findings_print_wraps_by_characters)
{
	struct finding finding = { .kind = &ONE, .text = "t",
	    .means = "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
	    "\xc3\xa4\xc3\xa4\xc3\xa4 bbbbbbbbbb cccccccccc dddddddddd "
	    "eeeeeeeeee ffffffffff gg hh", .remedy = "r" };
	struct findings *findings = findings_new();

	findings_add(findings, &finding);
	expect_printed("tlspolicy: error: t [TLSP901]\n"
	    "    Mail: \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
	    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 bbbbbbbbbb cccccccccc dddddddddd "
	    "eeeeeeeeee ffffffffff gg\n          hh\n    Do:   r\n",
	    findings, 0);
}
END_TEST

START_TEST(findings_print_json_has_every_member)
{
	const struct tlsp_pos at = { "p", 2, 3 };
	struct findings *findings = findings_new();

	findings_say(findings, &ONE, &at, BUECHER, "a \"b\"");
	findings_say(findings, &THREE, NULL, NULL, "c");
	expect_printed("{\"id\":\"TLSP901\",\"severity\":\"error\","
	    "\"file\":\"p\",\"line\":2,\"column\":3,\"key\":\"" BUECHER "\","
	    "\"message\":\"a \\\"b\\\"\",\"consequence\":\"Mail waits.\","
	    "\"remedy\":\"Mend it.\",\"manual\":\"nowhere(5)\"}\n"
	    "{\"id\":\"TLSP903\",\"severity\":\"note\",\"file\":null,"
	    "\"line\":null,\"column\":null,\"key\":null,\"message\":\"c\","
	    "\"consequence\":\"Nothing.\",\"remedy\":\"Nothing.\","
	    "\"manual\":\"nowhere(5)\"}\n", findings, 1);
}
END_TEST

/* Nobody takes a part of what was found for all of it. */
START_TEST(findings_print_tells_when_memory_ran_out)
{
	struct findings *findings = findings_new();
	char *text = NULL;
	struct tlsp_err err;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	enum tlsp_code code;
	long n;

	for (n = 0; n < 3; n++)
		findings_say(findings, &ONE, NULL, "key", "one");
	check_alloc_fail_at(0);
	for (n = 0; n < 2000; n++)
		findings_say(findings, &ONE, NULL, "key", "more");
	check_alloc_fail_at(-1);
	code = findings_print(findings, out, 0, &err);
	ck_assert(fclose(out) == 0);
	EXPECT_CODE("print", TLSP_E_NOMEM, code);
	EXPECT_STR("printed", "", text);
	free(text);
	findings_free(findings);
}
END_TEST

Suite *
check_finding_suite(void)
{
	Suite *suite = suite_create("finding");
	TCase *tcase;

	ADD_CASE(suite, tcase, "findings_unite");
	tcase_add_test(tcase, findings_unite_leaves_one_of_a_kind);
	ADD_CASE(suite, tcase, "findings_add");
	tcase_add_test(tcase, findings_count_counts_each_severity);
	ADD_CASE(suite, tcase, "findings_print");
	tcase_add_test(tcase,
	    findings_print_sorts_by_file_line_column_and_id);
	tcase_add_test(tcase, findings_print_says_nothing_of_nothing);
	tcase_add_test(tcase, findings_print_shows_the_line_and_a_caret);
	tcase_add_test(tcase, findings_print_survives_a_file_that_shrank);
	tcase_add_test(tcase, findings_print_shows_a_part_of_a_long_line);
	tcase_add_test(tcase,
	    findings_print_gives_a_terminal_nothing_to_obey);
	tcase_add_test(tcase, findings_print_wraps_by_characters);
	tcase_add_test(tcase, findings_print_json_has_every_member);
	tcase_add_test(tcase, findings_print_tells_when_memory_ran_out);
	return suite;
}
