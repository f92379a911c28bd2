/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_table_frozen.c - the room table: with an index beside the rules, and
 * without, the answers are the same; a stale or damaged one is never used.
 * Knows:    tests/golden, by the folder that the tests are run in.
 */
#include "check_table_frozen.h"

#include <glob.h>
#include <sys/stat.h>

static char golden_files[4200];	/* absolute: other tests chdir() */
/* The same key, asked of both: the same in every respect. */
static void
compare(struct tlsp_table *read, const char *key)
{
	struct tlsp_trace trace;
	struct tlsp_err err;
	enum tlsp_code code;
	char *answer;
	unsigned how;

	for (how = 0; how < 8; how++) {
		code = ask(read, key, how);
		err = help.err;
		trace = help.trace;
		answer = help.answer != NULL ? strdup(help.answer) : NULL;
		ck_assert_msg(ask(table, key, how) == code, "%s: not %d", key,
		    (int)code);
		ck_assert_msg(answer == NULL ? help.answer == NULL :
		    help.answer != NULL && strcmp(answer, help.answer) == 0,
		    "%s: another answer", key);
		free(answer);
		ck_assert_msg(strcmp(err.text, help.err.text) == 0 &&
		    err.at.line == help.err.at.line &&
		    err.at.col == help.err.at.col, "%s: another error", key);
		ck_assert_msg(trace.is_left == help.trace.is_left &&
		    (trace.found.record == NULL) ==
		    (help.trace.found.record == NULL), "%s: another trace",
		    key);
		if (trace.found.record != NULL)
			ck_assert_msg(trace.found.name ==
			    help.trace.found.name && trace.found.is_parent ==
			    help.trace.found.is_parent, "%s: another rule",
			    key);
	}
}

/* What is asked of a golden table, and what is near it. */
static void
compare_near(struct tlsp_table *read, const char *key)
{
	static const char *const before[] = { "www.", "a.b.", "x", ".", "[" };
	static const char *const behind[] = { ".", "x", ":25", ".x", "]" };
	char near[1200];
	size_t n;

	compare(read, key);
	if (strlen(key) > 1000)
		return;
	for (n = 0; n < 5; n++) {
		(void)snprintf(near, sizeof(near), "%s%s", before[n], key);
		compare(read, near);
		(void)snprintf(near, sizeof(near), "%s%s", key, behind[n]);
		compare(read, near);
	}
	while ((key = strchr(key + (*key != '\0'), '.')) != NULL) {
		compare(read, key);
		compare(read, key + 1);
	}
}

static void
compare_golden(const char *in)
{
	char map_path[500], *text, *map, *rest, *key;
	struct tlsp_table *read;
	size_t len, map_len, n;

	text = help_read(in, &len);
	(void)snprintf(map_path, sizeof(map_path), "%.*s.map",
	    (int)strlen(in) - 3, in);
	ck_assert_ptr_nonnull(map = rest = help_read(map_path, &map_len));
	ck_assert_int_eq(help_write_bytes(path, text, len, 60), 0);
	(void)unlink(name);
	if (len == 0 || freeze_anyhow(text, len) != TLSP_OK) {
		free(text);
		free(map);
		return;		/* nothing in it can be read */
	}
	table = open_again();
	ck_assert_int_eq(unlink(name), 0);
	read = open_again();
	ck_assert_msg(tlsp_table_is_frozen(table) &&
	    !tlsp_table_is_frozen(read), "%s", in);
	while ((key = strsep(&rest, "\n")) != NULL)
		compare_near(read, key);
	for (n = 0; n < help.keys.rules.n_rules + help.keys.n_twins; n++)
		compare_near(read, help.keys.rules.list[n].key);
	tlsp_table_close(read);
	tlsp_table_close(table);
	table = NULL;
	free(text);
	free(map);
}

START_TEST(table_answers_alike_frozen_and_read)
{
	glob_t golden;
	size_t n;

	if (_i == 1) {
		help.host.is_utf8 = 0;
		help.host.postfix = TLSP_POSTFIX_ANY;
	}
	ck_assert_int_eq(glob(golden_files, 0, NULL, &golden), 0);
	ck_assert_uint_ge(golden.gl_pathc, 10);
	for (n = 0; n < golden.gl_pathc; n++)
		compare_golden(golden.gl_pathv[n]);
	globfree(&golden);
}
END_TEST

START_TEST(table_open_says_nothing_of_an_index_that_serves)
{
	begin("a.example may\na.example may\nb.example oops\n");
	ck_assert_int_eq(tlsp_table_is_frozen(table), 1);
	ck_assert_uint_eq(help.n_found, 0);
	EXPECT_CODE("a", TLSP_OK, ask(table, "a.example", 0));
	EXPECT_CODE("b", TLSP_E_VALUE, ask(table, "b.example", 0));
	EXPECT_ERR("b", &help.err, TLSP_E_VALUE, 3, 11);
	EXPECT_STR("b", path, help.err.at.file);
}
END_TEST

/* A forgotten postmap never keeps an old policy in force. */
START_TEST(table_open_warns_of_a_stale_index_and_reads)
{
	begin("a.example may\n");
	ck_assert_int_eq(help_write(path, "a.example secure\n", 50), 0);
	EXPECT_CODE("open one", TLSP_OK, ask(table, "a.example", 0));
	EXPECT_STR("open one", "may", help.answer);
	tlsp_table_close(table);
	table = open_again();
	ck_assert_int_eq(tlsp_table_is_frozen(table), 0);
	EXPECT_FOUND("stale", &help, TLSP_WARNING, TLSP_E_CONFLICT, 0, 0);
	ck_assert_uint_eq(help.n_found, 1);
	EXPECT_CODE("new", TLSP_OK, ask(table, "a.example", 0));
	EXPECT_STR("new", "secure", help.answer);
}
END_TEST

START_TEST(table_open_warns_of_an_unsafe_index_and_reads)
{
	begin("a.example may\n");
	tlsp_table_close(table);
	ck_assert_int_eq(chmod(name, 0666), 0);
	table = open_again();
	ck_assert_int_eq(tlsp_table_is_frozen(table), 0);
	EXPECT_FOUND("unsafe", &help, TLSP_WARNING, TLSP_E_UNSAFE, 0, 0);
	EXPECT_CODE("read", TLSP_OK, ask(table, "a.example", 0));
}
END_TEST

START_TEST(table_open_warns_of_an_index_cut_short_and_reads)
{
	struct stat st;

	begin("a.example may\n");
	tlsp_table_close(table);
	ck_assert_int_eq(stat(name, &st), 0);
	ck_assert_int_eq(truncate(name, _i == 0 ? 10 : st.st_size - 1), 0);
	table = open_again();
	ck_assert_int_eq(tlsp_table_is_frozen(table), 0);
	EXPECT_FOUND("short", &help, TLSP_WARNING, TLSP_E_DAMAGED, 0, 0);
	EXPECT_CODE("read", TLSP_OK, ask(table, "a.example", 0));
}
END_TEST

/* An index does not make an unsafe rules file a safe one. */
START_TEST(table_open_looks_at_the_rules_file_first)
{
	begin("a.example may\n");
	tlsp_table_close(table);
	ck_assert_int_eq(chmod(path, 0666), 0);
	table = open_again();
	ck_assert_ptr_nonnull(tlsp_table_fault(table));
	EXPECT_CODE("unsafe", TLSP_E_UNSAFE, ask(table, "a.example", 0));
	tlsp_table_close(table);
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert_int_eq(unlink(path), 0);
	table = open_again();
	EXPECT_CODE("absent", TLSP_E_IO, ask(table, "a.example", 0));
}
END_TEST

START_TEST(table_with_a_fault_is_not_frozen)
{
	table = open_again();
	ck_assert_ptr_nonnull(tlsp_table_fault(table));
	ck_assert_int_eq(tlsp_table_is_frozen(table), 0);
	ck_assert_int_eq(tlsp_table_recover(table), 0);
}
END_TEST

START_TEST(table_lookup_of_a_frozen_table_allocates_nothing)
{
	begin("a.example may\n.a.example may\nw.example may pin=require\n");
	ck_assert_int_eq(tlsp_table_is_frozen(table), 1);
	check_alloc_fail_at(0);
	(void)ask(table, "a.example", 0);
	(void)ask(table, "w.w.a.example", 7);
	(void)ask(table, "w.example", 3);
	(void)ask(table, "nowhere.test", 0);
	ck_assert_int_eq(check_alloc_calls(), 0);
	check_alloc_fail_at(-1);
}
END_TEST

START_TEST(table_next_lists_a_frozen_table)
{
	const char *key, *answer;
	size_t cursor = 0;

	begin("b.example may\n.a.example secure\nb.example none\n");
	EXPECT_CODE("1", TLSP_OK, tlsp_table_next(table, &cursor, &key,
	    &answer, &help.err));
	EXPECT_STR("1", "b.example", key);
	EXPECT_STR("1", "may", answer);
	EXPECT_CODE("2", TLSP_OK, tlsp_table_next(table, &cursor, &key,
	    &answer, &help.err));
	EXPECT_STR("2", ".a.example", key);
	EXPECT_STR("2", "secure", answer);
	EXPECT_CODE("3", TLSP_NONE, tlsp_table_next(table, &cursor, &key,
	    &answer, &help.err));
	ck_assert_uint_eq(help.n_found, 0);
}
END_TEST

/* Listing reads the file that was opened; if that was rewritten, it says. */
START_TEST(table_next_does_not_list_what_was_not_opened)
{
	const char *key, *answer;
	size_t cursor = 0;

	begin("b.example may\n");
	ck_assert_int_eq(help_write(path, "c.example may\n", 60), 0);
	EXPECT_CODE("changed", TLSP_E_BUSY, tlsp_table_next(table, &cursor,
	    &key, &answer, &help.err));
}
END_TEST

START_TEST(table_open_of_a_frozen_table_survives_any_lack_of_memory)
{
	long n;
	int n_read = 0;

	begin("a.example may\n");
	tlsp_table_close(table);
	for (n = 0;; n++) {
		check_alloc_fail_at(n);
		table = tlsp_table_open(path, geteuid(), &help.host,
		    say_nothing, NULL);
		check_alloc_fail_at(-1);
		if (table != NULL) {
			const enum tlsp_code code = ask(table, "a.example", 0);

			ck_assert(code == TLSP_OK || code == TLSP_E_NOMEM);
			n_read++;
			if (code == TLSP_OK)
				break;
		}
		tlsp_table_close(table);
	}
	ck_assert_int_ge(n, 2);
	ck_assert_int_ge(n_read, 1);
}
END_TEST

void
check_table_add_frozen(Suite *suite)
{
	char here[4096];
	TCase *tcase;

	(void)snprintf(golden_files, sizeof(golden_files),
	    "%s/tests/golden/*.in", getcwd(here, sizeof(here)) != NULL ?
	    here : ".");
	ADD_CASE(suite, tcase, "tlsp_table_open, frozen");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, table_open_says_nothing_of_an_index_that_serves);
	tcase_add_test(tcase, table_open_warns_of_a_stale_index_and_reads);
	tcase_add_test(tcase, table_open_warns_of_an_unsafe_index_and_reads);
	tcase_add_loop_test(tcase,
	    table_open_warns_of_an_index_cut_short_and_reads, 0, 2);
	tcase_add_test(tcase, table_open_looks_at_the_rules_file_first);
	tcase_add_test(tcase, table_with_a_fault_is_not_frozen);
	tcase_add_test(tcase,
	    table_open_of_a_frozen_table_survives_any_lack_of_memory);
	ADD_CASE(suite, tcase, "tlsp_table_lookup, frozen");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, table_answers_alike_frozen_and_read, 0, 2);
	tcase_add_test(tcase,
	    table_lookup_of_a_frozen_table_allocates_nothing);
	ADD_CASE(suite, tcase, "tlsp_table_next, frozen");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, table_next_lists_a_frozen_table);
	tcase_add_test(tcase, table_next_does_not_list_what_was_not_opened);
}
