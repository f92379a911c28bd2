/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_table.c - the room table: open, look up, list, close; and tables
 * that can only say why they cannot.
 */
#include "check_tlsp.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../dict_tlspolicy/table.h"

static char *dir;
static char *path;
static struct help help;
static struct tlsp_table *table;

static void
setup(void)
{
	dir = help_dir();
	ck_assert_ptr_nonnull(dir);
	path = strdup(help_path(dir, "partners"));
	help_init(&help, 307, 1);
	table = NULL;
}

static void
teardown(void)
{
	tlsp_table_close(table);
	help_clear(&help);
	help_dir_remove(dir);
	free(path);
}

static void
open_table(const char *text)
{
	if (text != NULL)
		ck_assert_int_eq(help_write(path, text, 60), 0);
	table = tlsp_table_open(path, geteuid(), &help.host, help_report,
	    &help);
	ck_assert_ptr_nonnull(table);
}

static enum tlsp_code
ask(const char *key)
{
	help.answer = NULL;
	return tlsp_table_lookup(table, key, 0, &help.answer, &help.err,
	    &help.trace);
}

static const char TEXT[] =
    "a.example encrypt ciphers=high\n"
    ".a.example encrypt final=yes\n"
    "a.example none\n"
    "bad.example encryptt\n"
    "wait.example secure pin=require\n"
    BUECHER " verify match=x\n";

START_TEST(table_lookup_answers_from_the_file)
{
	open_table(TEXT);
	ck_assert_ptr_null(tlsp_table_fault(table));
	EXPECT_CODE("exact", TLSP_OK, ask("a.example"));
	EXPECT_STR("exact", "encrypt ciphers=high", help.answer);
	EXPECT_CODE("below", TLSP_OK, ask("w.a.example"));
	EXPECT_STR("below", "encrypt", help.answer);
	EXPECT_CODE("twin", TLSP_OK, ask(BUECHER_XN));
	EXPECT_STR("twin", "verify match=x", help.answer);
	EXPECT_CODE("none", TLSP_NONE, ask("example"));
	ck_assert_ptr_null(help.answer);
	EXPECT_CODE("bad", TLSP_E_VALUE, ask("bad.example"));
	EXPECT_ERR("bad", &help.err, TLSP_E_VALUE, 4, 13);
	EXPECT_STR("bad", path, help.err.at.file);
	EXPECT_CODE("wait", TLSP_E_PENDING, ask("wait.example"));
	EXPECT_ERR("wait", &help.err, TLSP_E_PENDING, 5, 1);
}
END_TEST

START_TEST(table_open_hands_findings_on)
{
	open_table(TEXT);
	EXPECT_FOUND("bad", &help, TLSP_ERROR, TLSP_E_VALUE, 4, 13);
	EXPECT_FOUND("twice", &help, TLSP_WARNING, TLSP_E_CONFLICT, 3, 1);
	ck_assert_uint_eq(help.n_found, 2);
	EXPECT_STR("file", path, help.found[0].at.file);
}
END_TEST

START_TEST(table_open_takes_comments_alone)
{
	open_table("# nothing yet\n");
	ck_assert_ptr_null(tlsp_table_fault(table));
	EXPECT_CODE("none", TLSP_NONE, ask("a.example"));
}
END_TEST

START_TEST(table_open_copies_path_and_host)
{
	struct tlsp_host host = help.host;
	char copy[300];

	ck_assert_int_eq(help_write(path, TEXT, 60), 0);
	(void)snprintf(copy, sizeof(copy), "%s", path);
	table = tlsp_table_open(copy, geteuid(), &host, help_report, &help);
	memset(copy, 'x', strlen(copy));
	memset(&host, 0, sizeof(host));
	EXPECT_CODE("bad", TLSP_E_VALUE, ask("bad.example"));
	EXPECT_STR("file", path, help.err.at.file);
	EXPECT_CODE("utf8", TLSP_NONE, ask("x." BUECHER));
}
END_TEST

START_TEST(table_lookup_allocates_nothing)
{
	open_table(TEXT);
	check_alloc_fail_at(0);
	(void)ask("a.example");
	(void)ask("w.w.a.example");
	(void)ask("bad.example");
	(void)ask("wait.example");
	(void)ask("x." BUECHER);
	(void)ask("nowhere.test");
	ck_assert_int_eq(check_alloc_calls(), 0);
	check_alloc_fail_at(-1);
}
END_TEST

/* A table that cannot be used says so to every key, and to a listing. */
static void
expect_fault(const char *name, enum tlsp_code code, unsigned line,
    unsigned col)
{
	static const char *const keys[] = {
		"a.example", "w.a.example", ".a.example", "[x]:25", ""
	};
	const char *listed_key = NULL;
	size_t cursor = 0;
	int n;

	ck_assert_msg(tlsp_table_fault(table) != NULL, "%s: no fault", name);
	EXPECT_ERR(name, tlsp_table_fault(table), code, line, col);
	EXPECT_STR(name, path, tlsp_table_fault(table)->at.file);
	for (n = 0; n < N_ITEMS(keys); n++) {
		EXPECT_CODE(name, code, ask(keys[n]));
		EXPECT_ERR(name, &help.err, code, line, col);
		ck_assert_ptr_null(help.answer);
	}
	for (n = 0; n < 2; n++)
		EXPECT_CODE(name, code, tlsp_table_next(table, &cursor,
		    &listed_key, &help.answer, &help.err));
	ck_assert_ptr_null(listed_key);
	ck_assert_ptr_null(help.answer);
}

START_TEST(table_open_of_an_absent_file_is_a_fault)
{
	open_table(NULL);
	expect_fault("absent", TLSP_E_IO, 0, 0);
	ck_assert_int_eq(tlsp_table_file(table)->fd, -1);
	ck_assert_int_eq(tlsp_table_changed(table), TLSP_FILE_SAME);
}
END_TEST

START_TEST(table_open_of_an_empty_file_is_a_fault)
{
	open_table("");
	expect_fault("empty", TLSP_E_IO, 0, 0);
	ck_assert_int_ge(tlsp_table_file(table)->fd, 0);
}
END_TEST

START_TEST(table_open_of_an_unsafe_file_is_a_fault)
{
	ck_assert_int_eq(help_write(path, TEXT, 60), 0);
	ck_assert_int_eq(chmod(path, 0666), 0);
	open_table(NULL);
	expect_fault("unsafe", TLSP_E_UNSAFE, 0, 0);
	ck_assert_uint_eq(help.n_found, 0);
}
END_TEST

START_TEST(table_open_of_a_damaged_file_is_a_fault)
{
	open_table("a.example may\n\xff.example may\n");
	ck_assert_ptr_null(tlsp_table_fault(table));
	tlsp_table_close(table);
	open_table("\xff\xfe" "a");
	expect_fault("utf-16", TLSP_E_DAMAGED, 1, 1);
}
END_TEST

START_TEST(table_open_survives_any_lack_of_memory)
{
	long n;
	int n_faults = 0;

	ck_assert_int_eq(help_write(path, TEXT, 60), 0);
	for (n = 0;; n++) {
		check_alloc_fail_at(n);
		table = tlsp_table_open(path, geteuid(), &help.host,
		    help_report, &help);
		check_alloc_fail_at(-1);
		ck_assert(n >= 2 || table == NULL);
		if (table != NULL && tlsp_table_fault(table) == NULL)
			break;
		if (table != NULL) {
			EXPECT_CODE("memory", TLSP_E_NOMEM,
			    ask("nowhere.test"));
			n_faults++;
		}
		tlsp_table_close(table);
	}
	ck_assert_int_ge(n_faults, 5);
	EXPECT_CODE("enough", TLSP_OK, ask("a.example"));
}
END_TEST

START_TEST(table_next_lists_each_rule_that_answers)
{
	static const struct { const char *key; enum tlsp_code code; } want[] =
	{
		{ "a.example", TLSP_OK },
		{ ".a.example", TLSP_OK },
		{ "bad.example", TLSP_E_VALUE },
		{ "wait.example", TLSP_E_PENDING },
		{ BUECHER, TLSP_OK },
	};
	const char *listed_key = NULL;
	const char *listed = NULL;
	size_t cursor = 0;
	int n;

	open_table(TEXT);
	for (n = 0; n < N_ITEMS(want); n++) {
		EXPECT_CODE(want[n].key, want[n].code, tlsp_table_next(table,
		    &cursor, &listed_key, &listed, &help.err));
		EXPECT_STR("key", want[n].key, listed_key);
		EXPECT_CODE(want[n].key, want[n].code, ask(want[n].key));
		if (want[n].code == TLSP_OK)
			ck_assert_ptr_eq(listed, help.answer);
	}
	EXPECT_CODE("end", TLSP_NONE, tlsp_table_next(table, &cursor, &listed_key,
	    &listed, &help.err));
	EXPECT_CODE("end", TLSP_NONE, tlsp_table_next(table, &cursor, &listed_key,
	    &listed, &help.err));
	cursor = 0;
	EXPECT_CODE("again", TLSP_OK, tlsp_table_next(table, &cursor, &listed_key,
	    &listed, &help.err));
	EXPECT_STR("again", "a.example", listed_key);
}
END_TEST

START_TEST(table_changed_sees_what_happens_to_the_file)
{
	open_table(TEXT);
	ck_assert_int_eq(tlsp_table_changed(table), TLSP_FILE_SAME);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(tlsp_table_changed(table), TLSP_FILE_CHANGED);
	ck_assert_int_eq(tlsp_table_file(table)->st.st_nlink, 1);
	EXPECT_CODE("still answers", TLSP_OK, ask("a.example"));
}
END_TEST

START_TEST(table_changed_sees_a_file_that_was_moved_away)
{
	open_table(TEXT);
	ck_assert_int_eq(rename(path, help_path(dir, "away")), 0);
	ck_assert_int_eq(tlsp_table_changed(table), TLSP_FILE_CHANGED_UNSEEN);
}
END_TEST

START_TEST(table_close_takes_null)
{
	tlsp_table_close(NULL);
}
END_TEST

Suite *
check_table_suite(void)
{
	Suite *suite = suite_create("table");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_table_open");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, table_open_hands_findings_on);
	tcase_add_test(tcase, table_open_takes_comments_alone);
	tcase_add_test(tcase, table_open_copies_path_and_host);
	tcase_add_test(tcase, table_open_of_an_absent_file_is_a_fault);
	tcase_add_test(tcase, table_open_of_an_empty_file_is_a_fault);
	tcase_add_test(tcase, table_open_of_an_unsafe_file_is_a_fault);
	tcase_add_test(tcase, table_open_of_a_damaged_file_is_a_fault);
	tcase_add_test(tcase, table_open_survives_any_lack_of_memory);
	ADD_CASE(suite, tcase, "tlsp_table_lookup");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, table_lookup_answers_from_the_file);
	tcase_add_test(tcase, table_lookup_allocates_nothing);
	ADD_CASE(suite, tcase, "tlsp_table_next");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, table_next_lists_each_rule_that_answers);
	ADD_CASE(suite, tcase, "tlsp_table_changed");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, table_changed_sees_what_happens_to_the_file);
	tcase_add_test(tcase, table_changed_sees_a_file_that_was_moved_away);
	ADD_CASE(suite, tcase, "tlsp_table_close");
	tcase_add_test(tcase, table_close_takes_null);
	check_table_add_frozen(suite);
	check_table_add_recover(suite);
	check_table_add_freeze(suite);
	return suite;
}
