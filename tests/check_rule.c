/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_rule.c - the room rule: key, policy and place of one line.
 * Source:   postmap(1) "TABLE FORMAT".
 */
#include "check_tlsp.h"

#include <stdlib.h>

#define SYNTAX	TLSP_E_SYNTAX
#define VALUE	TLSP_E_VALUE
#define NOBODY	TLSP_E_NOBODY
#define DAMAGED	TLSP_E_DAMAGED

/* Read the first logical line of a text. */
static enum tlsp_code
read_rule(struct help *help, const char *text, size_t len,
    struct tlsp_rule *rule)
{
	const struct tlsp_reader reader = {
		&help->host, &help->arena, help_report, help, NULL
	};
	struct tlsp_lines lines;
	struct tlsp_line line;
	enum tlsp_code code;
	char *copy = malloc(len);

	memcpy(copy, text, len);
	help->n_found = help->n_errors = help->n_warnings = 0;
	memset(&help->err, 0, sizeof(help->err));
	tlsp_lines_init(&lines, HELP_FILE, copy, len);
	ck_assert_int_eq(tlsp_line_next(&lines, &line, &help->err), TLSP_OK);
	code = tlsp_rule_read(&line, &reader, rule, &help->err);
	tlsp_lines_clear(&lines);
	free(copy);
	return code;
}

static const struct {
	const char *text;
	const char *key;
	const char *answer;
	enum tlsp_name_kind kind;
	unsigned line;
} GOOD[] = {
	{ "example.com encrypt", "example.com", "encrypt", TLSP_NAME_DOMAIN,
	    1 },
	{ "EXAMPLE.com\tEncrypt\n", "example.com", "Encrypt",
	    TLSP_NAME_DOMAIN, 1 },
	{ "a   encrypt  ciphers=high \t\n", "a", "encrypt  ciphers=high",
	    TLSP_NAME_DOMAIN, 1 },
	{ "a\n\tencrypt\n  ciphers=high\n", "a", "encrypt  ciphers=high",
	    TLSP_NAME_DOMAIN, 1 },
	{ "# c\n\na encrypt\n", "a", "encrypt", TLSP_NAME_DOMAIN, 3 },
	{ "a encrypt\r\n", "a", "encrypt", TLSP_NAME_DOMAIN, 1 },
	{ "a encrypt\r\n\tciphers=high\r\n", "a", "encrypt\r\tciphers=high",
	    TLSP_NAME_DOMAIN, 1 },
	{ ".example.com secure", ".example.com", "secure", TLSP_NAME_PARENT,
	    1 },
	{ "[Mail.Example]:25 may", "[mail.example]:25", "may",
	    TLSP_NAME_VERBATIM, 1 },
	{ BUECHER_UPPER " may", BUECHER, "may", TLSP_NAME_DOMAIN, 1 },
};

START_TEST(rule_read_finds_key_and_policy)
{
	struct help help;
	struct tlsp_rule rule;

	help_init(&help, 307, 1);
	EXPECT_CODE(GOOD[_i].text, TLSP_OK, read_rule(&help, GOOD[_i].text,
	    strlen(GOOD[_i].text), &rule));
	ck_assert_msg(rule.fault == NULL && help.n_found == 0, "%s",
	    GOOD[_i].text);
	EXPECT_STR(GOOD[_i].text, GOOD[_i].key, rule.key);
	EXPECT_STR(GOOD[_i].text, GOOD[_i].answer, rule.policy.text);
	ck_assert_int_eq(rule.kind, GOOD[_i].kind);
	ck_assert_uint_eq(rule.line, GOOD[_i].line);
	ck_assert_uint_eq(rule.col, 1);
	ck_assert_int_eq(rule.is_shadowed, 0);
	help_clear(&help);
}
END_TEST

/* len 0: up to the NUL. key NULL: the line is nobody's at all. */
static const struct {
	const char *text;
	size_t len;
	const char *key;
	enum tlsp_code code;
	unsigned line;
	unsigned col;
} BAD[] = {
	{ "a", 0, "a", SYNTAX, 1, 1 },
	{ "a\\", 0, "a\\", SYNTAX, 1, 1 },
	{ "a \t\r\n", 0, "a", SYNTAX, 1, 1 },
	{ "a\n# c\n \n", 0, "a", SYNTAX, 1, 1 },
	{ "A encryptt", 0, "a", VALUE, 1, 3 },
	{ "a encrypt\n  ciphers=hihg\n", 0, "a", VALUE, 2, 11 },
	{ "a encrypt\n# c\n\n  foo\n", 0, "a", SYNTAX, 4, 3 },
	{ " a encrypt", 0, "a", SYNTAX, 1, 2 },
	{ "\t\ta encrypt", 0, "a", SYNTAX, 1, 3 },
	{ "\n\n  a\n", 0, "a", SYNTAX, 3, 3 },
	{ "\"a encrypt", 0, "\"a encrypt", SYNTAX, 1, 1 },
	{ "a\" encrypt\n b\n", 0, "a\" encrypt b", SYNTAX, 1, 1 },
	{ "a encrypt\0 ciphers=high", 23, "a", SYNTAX, 1, 10 },
	{ "a encrypt\n \0", 12, "a", SYNTAX, 2, 2 },
	{ "a encrypt \xff", 0, "a", SYNTAX, 1, 3 },
	{ "a\0b encrypt", 11, NULL, DAMAGED, 1, 1 },
	{ "\0 encrypt", 9, NULL, DAMAGED, 1, 1 },
	{ " \0 encrypt", 10, NULL, DAMAGED, 1, 2 },
};

START_TEST(rule_read_poisons_the_key_of_a_bad_line)
{
	struct help help;
	struct tlsp_rule rule;
	const char *text = BAD[_i].text;
	const size_t len = BAD[_i].len != 0 ? BAD[_i].len : strlen(text);
	enum tlsp_code code;

	help_init(&help, 307, 1);
	code = read_rule(&help, text, len, &rule);
	if (BAD[_i].key == NULL) {
		EXPECT_CODE(text, BAD[_i].code, code);
		EXPECT_ERR(text, &help.err, BAD[_i].code, BAD[_i].line,
		    BAD[_i].col);
		ck_assert_uint_eq(help.n_found, 0);
	} else {
		EXPECT_CODE(text, TLSP_OK, code);
		EXPECT_STR(text, BAD[_i].key, rule.key);
		ck_assert_msg(rule.fault != NULL, "%s: taken", text);
		EXPECT_ERR(text, rule.fault, BAD[_i].code, BAD[_i].line,
		    BAD[_i].col);
		EXPECT_FOUND(text, &help, TLSP_ERROR, BAD[_i].code,
		    BAD[_i].line, BAD[_i].col);
	}
	help_clear(&help);
}
END_TEST

START_TEST(rule_read_takes_any_value_byte_where_utf8_is_off)
{
	struct help help;
	struct tlsp_rule rule;
	static const char text[] = "B\xdc secure match=\xff";

	help_init(&help, 307, 0);
	EXPECT_CODE("latin1", TLSP_OK, read_rule(&help, text, strlen(text),
	    &rule));
	ck_assert_ptr_null(rule.fault);
	EXPECT_STR("key", "b\xdc", rule.key);
	EXPECT_STR("raw", "B\xdc", rule.raw);
	EXPECT_STR("text", "secure match=\xff", rule.policy.text);
	help_clear(&help);
}
END_TEST

START_TEST(rule_read_keeps_what_was_written_beside_the_folded_key)
{
	struct help help;
	struct tlsp_rule rule;
	static const char text[] = STRASSE " encrypt";

	help_init(&help, 307, 1);
	EXPECT_CODE("sharp s", TLSP_OK, read_rule(&help, text, strlen(text),
	    &rule));
	EXPECT_STR("key", "strasse.example", rule.key);
	EXPECT_STR("raw", STRASSE, rule.raw);
	EXPECT_CODE("ascii", TLSP_OK, read_rule(&help, "A may", 5, &rule));
	ck_assert_ptr_null(rule.raw);
	help_clear(&help);
}
END_TEST

static const struct { const char *text; unsigned col; } NOBODYS[] = {
	{ "*.example.com encrypt", 1 },
	{ "user@example.com encrypt", 1 },
	{ "example.com: encrypt", 1 },
	{ "\"example.com\" encrypt", 1 },
	{ "[example.com encrypt", 1 },
	{ "smtp:example.com encrypt", 1 },
	{ "a\\ b encrypt", 1 },
	{ ". encrypt", 1 },
	{ "\xff.example encrypt", 1 },
};

START_TEST(rule_read_reports_a_key_that_nothing_asks_for)
{
	struct help help;
	struct tlsp_rule rule;
	const char *text = NOBODYS[_i].text;

	help_init(&help, 307, 1);
	EXPECT_CODE(text, TLSP_OK, read_rule(&help, text, strlen(text),
	    &rule));
	EXPECT_FOUND(text, &help, TLSP_ERROR, NOBODY, 1, NOBODYS[_i].col);
	ck_assert_uint_eq(help.n_found, 1);
	ck_assert_int_eq(rule.kind, TLSP_NAME_NEVER);
	ck_assert_ptr_null(rule.fault);
	help_clear(&help);
}
END_TEST

START_TEST(rule_read_warns_of_final_on_what_is_no_wildcard)
{
	struct help help;
	struct tlsp_rule rule;

	help_init(&help, 307, 1);
	EXPECT_CODE("domain", TLSP_OK, read_rule(&help,
	    "a.example encrypt final=yes", 27, &rule));
	EXPECT_FOUND("domain", &help, TLSP_WARNING, TLSP_E_CONFLICT, 1, 1);
	ck_assert_ptr_null(rule.fault);
	EXPECT_CODE("no", TLSP_OK, read_rule(&help,
	    "a.example encrypt final=no", 26, &rule));
	ck_assert_uint_eq(help.n_found, 0);
	EXPECT_CODE("parent", TLSP_OK, read_rule(&help,
	    ".a.example encrypt final=yes", 28, &rule));
	ck_assert_uint_eq(help.n_found, 0);
	ck_assert_int_eq(rule.policy.is_final, 1);
	help_clear(&help);
}
END_TEST

START_TEST(rule_read_says_when_memory_runs_out)
{
	struct help help;
	struct tlsp_rule rule;
	long n;
	enum tlsp_code code = TLSP_E_NOMEM;
	char text[6000] = "";

	/* A key that fills a chunk of the arena, each time it is copied. */
	memset(text, 'x', 5000);
	(void)strcat(text, BUECHER " encrypt ciphers=hihg");
	/* The first is for the reader of lines. */
	for (n = 1; code == TLSP_E_NOMEM; n++) {
		help_init(&help, 307, 1);
		check_alloc_fail_at(n);
		code = read_rule(&help, text, strlen(text), &rule);
		check_alloc_fail_at(-1);
		if (code == TLSP_E_NOMEM)
			EXPECT_ERR("memory", &help.err, TLSP_E_NOMEM, 0, 0);
		help_clear(&help);
	}
	EXPECT_CODE("memory", TLSP_OK, code);
	ck_assert_int_gt(n, 4);
}
END_TEST

Suite *
check_rule_suite(void)
{
	Suite *suite = suite_create("rule");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_rule_read");
	tcase_add_loop_test(tcase, rule_read_finds_key_and_policy, 0,
	    N_ITEMS(GOOD));
	tcase_add_loop_test(tcase, rule_read_poisons_the_key_of_a_bad_line, 0,
	    N_ITEMS(BAD));
	tcase_add_test(tcase,
	    rule_read_takes_any_value_byte_where_utf8_is_off);
	tcase_add_test(tcase,
	    rule_read_keeps_what_was_written_beside_the_folded_key);
	tcase_add_loop_test(tcase,
	    rule_read_reports_a_key_that_nothing_asks_for, 0,
	    N_ITEMS(NOBODYS));
	tcase_add_test(tcase,
	    rule_read_warns_of_final_on_what_is_no_wildcard);
	tcase_add_test(tcase, rule_read_says_when_memory_runs_out);
	return suite;
}
