/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_rules.c - the room rules: whole texts, damaged and whole.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

START_TEST(rules_load_keeps_the_order_of_the_text)
{
	static const char text[] = "# c\nb may\na encrypt\n\nb secure\n c=d\n";
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("order", TLSP_OK, help_rules(&help, text, strlen(text)));
	ck_assert_uint_eq(help.rules.n_rules, 3);
	EXPECT_STR("file", HELP_FILE, help.rules.file);
	EXPECT_STR("1", "b", help.rules.list[0].key);
	EXPECT_STR("2", "a", help.rules.list[1].key);
	EXPECT_STR("3", "b", help.rules.list[2].key);
	ck_assert_uint_eq(help.rules.list[1].line, 3);
	ck_assert_ptr_null(help.rules.list[1].fault);
	EXPECT_ERR("3", help.rules.list[2].fault, TLSP_E_VALUE, 6, 2);
	help_clear(&help);
}
END_TEST

static const struct { const char *name; const char *text; size_t len; }
NOTHINGS[] = {
	{ "comments", "# a encrypt\n\n  # b encrypt\n", 27 },
	{ "a mark", "\xef\xbb\xbf# x\n", 7 },
	{ "one NUL in a comment", "# \0\n", 4 },
};

static const char *const BLANKS[] = {
	"", "\n", " \t\r\n\n", "\xef\xbb\xbf", "\xef\xbb\xbf\r\n"
};

/* A template that came out empty is not a table without rules. */
START_TEST(rules_load_rejects_a_blank_text)
{
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("blank", TLSP_E_DAMAGED, help_rules(&help, BLANKS[_i],
	    strlen(BLANKS[_i])));
	ck_assert_uint_eq(help.err.at.line, 1);
	help_clear(&help);
}
END_TEST

START_TEST(rules_load_takes_a_text_without_rules)
{
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE(NOTHINGS[_i].name, TLSP_OK, help_rules(&help,
	    NOTHINGS[_i].text, NOTHINGS[_i].len));
	ck_assert_uint_eq(help.rules.n_rules, 0);
	ck_assert_uint_eq(help.n_errors, 0);
	help_clear(&help);
}
END_TEST

static const struct {
	const char *name;
	const char *text;
	size_t len;
	unsigned line;
	unsigned col;
} DAMAGES[] = {
	{ "UTF-16, little end first", "\xff\xfe" "a\0 \0m\0a\0y\0", 12, 1,
	    1 },
	{ "UTF-16, big end first", "\xfe\xff\0a\0 \0m\0a\0y", 12, 1, 1 },
	{ "UTF-16 without a mark", "a\0 \0m\0a\0y\0", 10, 1, 1 },
	{ "UTF-16, a comment first", "#\0\n\0a\0 \0m\0a\0y\0", 14, 2, 1 },
	{ "UTF-32", "\xff\xfe\0\0a\0\0\0", 8, 1, 1 },
	{ "a run of NUL", "a may\nb m\0\0\0y\n", 14, 2, 4 },
	{ "two NUL", "\0\0", 2, 1, 1 },
	{ "two NUL at the end", "a may\n\0\0", 8, 2, 1 },
	{ "a run in a comment", "a may\n# x\0\0\n", 12, 2, 4 },
	{ "a run behind single ones", "a\0 may\n b\0c\n\0\0", 14, 3, 1 },
	{ "a NUL in a key", "a may\nb\0 may\n", 13, 2, 1 },
	{ "a NUL in a later key", "x may\n  y\nc\0d may", 17, 3, 1 },
	{ "one NUL alone", "\0", 1, 1, 1 },
};

START_TEST(rules_load_refuses_a_damaged_text)
{
	struct help help;
	const char *name = DAMAGES[_i].name;

	help_init(&help, 307, 1);
	EXPECT_CODE(name, TLSP_E_DAMAGED, help_rules(&help,
	    DAMAGES[_i].text, DAMAGES[_i].len));
	EXPECT_ERR(name, &help.err, TLSP_E_DAMAGED, DAMAGES[_i].line,
	    DAMAGES[_i].col);
	EXPECT_STR(name, HELP_FILE, help.err.at.file);
	ck_assert_uint_eq(help.rules.n_rules, 0);
	ck_assert_ptr_null(help.rules.list);
	help_clear(&help);
}
END_TEST

START_TEST(rules_load_survives_one_nul_in_a_policy)
{
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("nul", TLSP_OK, help_rules(&help,
	    "a m\0y\nb may\n", 12));
	ck_assert_uint_eq(help.rules.n_rules, 2);
	EXPECT_ERR("nul", help.rules.list[0].fault, TLSP_E_SYNTAX, 1, 4);
	ck_assert_ptr_null(help.rules.list[1].fault);
	help_clear(&help);
}
END_TEST

START_TEST(rules_load_reads_a_mark_and_windows_lines_with_a_warning)
{
	static const char text[] = "\xef\xbb\xbf" "a may\nb encrypt\r\n"
	    "c may\r\n";
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_rules(&help, text, strlen(text)));
	ck_assert_uint_eq(help.rules.n_rules, 3);
	EXPECT_STR("first", "a", help.rules.list[0].key);
	ck_assert_uint_eq(help.rules.list[0].col, 4);
	EXPECT_STR("second", "encrypt", help.rules.list[1].policy.text);
	EXPECT_FOUND("mark", &help, TLSP_WARNING, TLSP_E_SYNTAX, 1, 1);
	EXPECT_FOUND("windows", &help, TLSP_WARNING, TLSP_E_SYNTAX, 2, 1);
	ck_assert_uint_eq(help.n_found, 2);
	help_clear(&help);
}
END_TEST

START_TEST(rules_load_takes_a_rule_of_megabytes)
{
	const size_t len = (size_t)2 << 20;
	char *text = malloc(len + 1);
	struct help help;

	memset(text, 'x', len);
	memcpy(text, "a secure match=", 15);
	memcpy(text + len - 7, "\nb may\n", 7);
	help_init(&help, 307, 1);
	EXPECT_CODE("long", TLSP_OK, help_rules(&help, text, len));
	ck_assert_uint_eq(help.rules.n_rules, 2);
	ck_assert_ptr_null(help.rules.list[0].fault);
	ck_assert_uint_eq(strlen(help.rules.list[0].policy.text), len - 9);
	help_clear(&help);
	memset(text, 'y', len);
	help_init(&help, 307, 1);
	EXPECT_CODE("key", TLSP_OK, help_rules(&help, text, len));
	EXPECT_ERR("key", help.rules.list[0].fault, TLSP_E_SYNTAX, 1, 1);
	help_clear(&help);
	free(text);
}
END_TEST

START_TEST(rules_load_takes_thousands_of_carriage_returns)
{
	const size_t len = 200000;
	char *text = malloc(len);
	struct help help;

	memset(text, '\r', len);
	memcpy(text, "a may", 5);
	help_init(&help, 307, 1);
	EXPECT_CODE("returns", TLSP_OK, help_rules(&help, text, len));
	ck_assert_uint_eq(help.rules.n_rules, 1);
	ck_assert_ptr_null(help.rules.list[0].fault);
	text[0] = '#';
	EXPECT_CODE("comment", TLSP_OK, help_rules(&help, text, len));
	ck_assert_uint_eq(help.rules.n_rules, 0);
	help_clear(&help);
	free(text);
}
END_TEST

START_TEST(rules_load_reports_in_the_order_of_the_text)
{
	static const char text[] = "a mayy\r\n# x\rb may\nc mayy\n*.d may\n"
	    "e f\n";
	/* Comments are read last. */
	static const unsigned lines[] = { 1, 1, 3, 4, 5, 2 };
	struct help help;
	size_t n;

	help_init(&help, 307, 1);
	EXPECT_CODE("order", TLSP_OK, help_rules(&help, text, strlen(text)));
	ck_assert_uint_eq(help.n_found, N_ITEMS(lines));
	for (n = 0; n < help.n_found; n++)
		ck_assert_msg(help.found[n].at.line == lines[n],
		    "finding %zu is of line %u, not %u", n,
		    help.found[n].at.line, lines[n]);
	help_clear(&help);
}
END_TEST

static const char *const REPEATED[] = {
	"secure ciphers=high", "may", "encrypt", "secure pin=require",
	"encrypt final=yes", "secure match=mx.example:", "may match=a.example",
	"verify ciphers=tall", "secure", "secure ciphers=\"high\"", "none a=b"
};

/* What was said of a right-hand side is said wherever it stands. */
START_TEST(rules_load_judges_a_repeated_policy_as_before)
{
	char text[200];
	struct help once, twice;
	const struct tlsp_rule *rule, *again, *alone;
	int n;

	n = snprintf(text, sizeof(text), ".a.example %s\n.b.example %s\n"
	    "c.example may\n.d.example\t %s\n", REPEATED[_i], REPEATED[_i],
	    REPEATED[_i]);
	help_init(&once, 307, 1);
	help_init(&twice, 307, 1);
	EXPECT_CODE(text, TLSP_OK, help_rules(&twice, text, (size_t)n));
	EXPECT_CODE(text, TLSP_OK, help_rules(&once, text,
	    strcspn(text, "\n")));
	ck_assert_uint_eq(twice.rules.n_rules, 4);
	ck_assert_uint_eq(twice.n_errors, 3 * once.n_errors);
	ck_assert_uint_eq(twice.n_warnings, 3 * once.n_warnings);
	alone = once.rules.list;
	rule = twice.rules.list;
	for (again = rule; again < rule + 4; again++) {
		if (again == rule + 2)
			continue;
		ck_assert_int_eq(again->fault == NULL, alone->fault == NULL);
		if (alone->fault != NULL)
			continue;
		EXPECT_STR(again->key, alone->policy.text, again->policy.text);
		ck_assert_int_eq(again->policy.level, alone->policy.level);
		ck_assert_int_eq(again->policy.pin, alone->policy.pin);
		ck_assert_int_eq(again->policy.is_final,
		    alone->policy.is_final);
		ck_assert_int_eq(again->policy.pin_ttl_s,
		    alone->policy.pin_ttl_s);
	}
	help_clear(&once);
	help_clear(&twice);
}
END_TEST

/* And one that begins like another is another. */
START_TEST(rules_load_reads_thousands_of_policies)
{
	enum { N = 5000 };
	const size_t size = N * 80;
	char *text = malloc(size), wanted[80];
	struct help help;
	size_t len = 0, n;

	ck_assert_ptr_nonnull(text);
	for (n = 0; n < N; n++)
		len += (size_t)snprintf(text + len, size - len,
		    "n%zu.example secure match=m%zu\n", n, n % 700);
	help_init(&help, 307, 1);
	EXPECT_CODE("thousands", TLSP_OK, help_rules(&help, text, len));
	ck_assert_uint_eq(help.rules.n_rules, N);
	for (n = 0; n < N; n++) {
		(void)snprintf(wanted, sizeof(wanted), "secure match=m%zu",
		    n % 700);
		EXPECT_STR("policy", wanted, help.rules.list[n].policy.text);
	}
	free(text);
	help_clear(&help);
}
END_TEST

START_TEST(rules_load_says_when_memory_runs_out)
{
	char text[40 * 80] = "";
	struct help help;
	enum tlsp_code code = TLSP_E_NOMEM;
	size_t used = 0;
	long n;

	/* So many of each kind that each is where the memory runs out. */
	for (n = 0; n < 40; n++)
		used += (size_t)sprintf(text + used, "a mayy\n%s may\n"
		    "# x\rc may\nd encrypt\n e may\n", BUECHER);
	for (n = 0; code == TLSP_E_NOMEM; n++) {
		help_init(&help, 307, 1);
		check_alloc_fail_at(n);
		code = help_rules(&help, text, strlen(text));
		check_alloc_fail_at(-1);
		if (code == TLSP_E_NOMEM) {
			EXPECT_ERR("memory", &help.err, TLSP_E_NOMEM, 0, 0);
			ck_assert_ptr_null(help.rules.list);
		}
		help_clear(&help);
	}
	EXPECT_CODE("memory", TLSP_OK, code);
	ck_assert_int_gt(n, 10);
}
END_TEST

START_TEST(rules_clear_takes_what_is_all_zero)
{
	struct tlsp_rules rules;

	memset(&rules, 0, sizeof(rules));
	tlsp_rules_clear(&rules);
	tlsp_rules_clear(&rules);
	ck_assert_ptr_null(rules.list);
}
END_TEST

Suite *
check_rules_suite(void)
{
	Suite *suite = suite_create("rules");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_rules_load");
	tcase_add_test(tcase, rules_load_keeps_the_order_of_the_text);
	tcase_add_loop_test(tcase, rules_load_rejects_a_blank_text, 0,
	    N_ITEMS(BLANKS));
	tcase_add_loop_test(tcase, rules_load_takes_a_text_without_rules, 0,
	    N_ITEMS(NOTHINGS));
	tcase_add_loop_test(tcase, rules_load_refuses_a_damaged_text, 0,
	    N_ITEMS(DAMAGES));
	tcase_add_test(tcase, rules_load_survives_one_nul_in_a_policy);
	tcase_add_test(tcase,
	    rules_load_reads_a_mark_and_windows_lines_with_a_warning);
	tcase_add_test(tcase, rules_load_takes_a_rule_of_megabytes);
	tcase_add_test(tcase, rules_load_takes_thousands_of_carriage_returns);
	tcase_add_test(tcase, rules_load_reports_in_the_order_of_the_text);
	tcase_add_loop_test(tcase,
	    rules_load_judges_a_repeated_policy_as_before, 0,
	    N_ITEMS(REPEATED));
	tcase_add_test(tcase, rules_load_reads_thousands_of_policies);
	tcase_add_test(tcase, rules_load_says_when_memory_runs_out);
	ADD_CASE(suite, tcase, "tlsp_rules_clear");
	tcase_add_test(tcase, rules_clear_takes_what_is_all_zero);
	check_rules_add_hidden(suite);
	return suite;
}
