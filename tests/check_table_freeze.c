/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_table_freeze.c - the room table: an index is made of a rules file,
 * or the old one stays.
 */
#include "check_tlsp.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../dict_tlspolicy/table.h"

static char *dir;
static char *path;
static char *name;
static struct help help;
static struct tlsp_frozen_size size;
static int n_changes;		/* that happen while the rules are read */

static void
setup(void)
{
	dir = help_dir();
	ck_assert_ptr_nonnull(dir);
	path = strdup(help_path(dir, "partners"));
	name = strdup(help_path(dir, "partners" TLSP_DISK_SUFFIX));
	help_init(&help, 307, 1);
	n_changes = 0;
}

/* Where writing takes no time, so that a clock does not tick meanwhile. */
static void
setup_fast(void)
{
	char *tmp = getenv("TMPDIR");

	tmp = tmp != NULL ? strdup(tmp) : NULL;
	if (access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
	setup();
	if (tmp != NULL)
		(void)setenv("TMPDIR", tmp, 1);
	else
		(void)unsetenv("TMPDIR");
	free(tmp);
}

static void
teardown(void)
{
	help_clear(&help);
	help_dir_remove(dir);
	free(path);
	free(name);
}

/* Somebody writes the rules as soon as the first finding is reported. */
static void
change_rules(void *ctx, enum tlsp_severity severity,
    const struct tlsp_err *finding)
{
	static const char text[] = "a.example secure\na.example none\n";

	help_report(ctx, severity, finding);
	if (n_changes-- > 0)
		ck_assert_int_eq(help_write(path, text, 60 + n_changes), 0);
}

static enum tlsp_code
freeze(void)
{
	memset(&help.err, 0, sizeof(help.err));
	help.n_found = help.n_errors = help.n_warnings = 0;
	return tlsp_table_freeze(path, geteuid(), &help.host, change_rules,
	    &help, &size, &help.err);
}

/* The answer to a key, and whether it comes from the index. */
static void
expect_answer(const char *key, const char *answer, int is_frozen)
{
	struct tlsp_table *table = tlsp_table_open(path, geteuid(),
	    &help.host, help_report, &help);

	ck_assert_ptr_nonnull(table);
	ck_assert_int_eq(tlsp_table_is_frozen(table), is_frozen);
	EXPECT_CODE(key, TLSP_OK, tlsp_table_lookup(table, key, 0,
	    &help.answer, &help.err, NULL));
	EXPECT_STR(key, answer, help.answer);
	tlsp_table_close(table);
}

START_TEST(table_freeze_makes_an_index_that_is_used)
{
	struct stat st;

	ck_assert_int_eq(help_write(path, "a.example may\n" BUECHER
	    " secure\na.example none\n", 60), 0);
	EXPECT_CODE("freeze", TLSP_OK, freeze());
	EXPECT_FOUND("twice", &help, TLSP_WARNING, TLSP_E_CONFLICT, 3, 1);
	ck_assert_uint_eq(help.n_found, 1);
	ck_assert_uint_eq(size.n_rules, 3);
	ck_assert_int_eq(stat(name, &st), 0);
	ck_assert_uint_eq(size.n_bytes, st.st_size);
	expect_answer("a.example", "may", 1);
	expect_answer(BUECHER_XN, "secure", 1);
}
END_TEST

START_TEST(table_freeze_takes_comments_alone)
{
	ck_assert_int_eq(help_write(path, "# nothing yet\n", 60), 0);
	EXPECT_CODE("freeze", TLSP_OK, freeze());
	ck_assert_uint_eq(size.n_rules, 0);
}
END_TEST

/* Lines that are bad: each is reported, the old index is untouched. */
static const struct { const char *text; enum tlsp_code code; unsigned line;
    unsigned col; } BAD[] = {
	{ "a.example may\nb.example oops\n", TLSP_E_VALUE, 2, 11 },
	{ "*.example may\n", TLSP_E_NOBODY, 1, 1 },
	{ "a.example may b.example may\n", TLSP_E_SYNTAX, 0, 0 },
	{ "a.example\n", TLSP_E_SYNTAX, 0, 0 },
	{ ".-a.example may\n", TLSP_E_NOBODY, 1, 1 },
	{ "# x\n a.example may\n", TLSP_E_SYNTAX, 2, 2 },
};

START_TEST(table_freeze_of_bad_lines_leaves_the_old_index)
{
	struct stat one, two;
	char *old, *new;
	size_t old_len, new_len;

	ck_assert_int_eq(help_write(path, "a.example may\n", 60), 0);
	EXPECT_CODE("freeze", TLSP_OK, freeze());
	ck_assert_ptr_nonnull(old = help_read(name, &old_len));
	ck_assert_int_eq(stat(name, &one), 0);
	ck_assert_int_eq(help_write(path, BAD[_i].text, 60), 0);
	EXPECT_CODE(BAD[_i].text, TLSP_E_CONFLICT, freeze());
	ck_assert_msg(help.n_errors > 0, "%s: nothing reported",
	    BAD[_i].text);
	if (BAD[_i].line > 0)
		EXPECT_FOUND(BAD[_i].text, &help, TLSP_ERROR, BAD[_i].code,
		    BAD[_i].line, BAD[_i].col);
	ck_assert_ptr_nonnull(strstr(help.err.text, "error"));
	ck_assert_ptr_nonnull(new = help_read(name, &new_len));
	ck_assert_uint_eq(old_len, new_len);
	ck_assert_mem_eq(old, new, old_len);
	ck_assert_int_eq(stat(name, &two), 0);
	ck_assert_uint_eq(one.st_ino, two.st_ino);
	free(old);
	free(new);
}
END_TEST

START_TEST(table_freeze_reports_every_bad_line)
{
	ck_assert_int_eq(help_write(path, "a may\nb oops\nc.d\ne nein\n",
	    60), 0);
	EXPECT_CODE("bad", TLSP_E_CONFLICT, freeze());
	ck_assert_uint_eq(help.n_errors, 3);
	ck_assert_ptr_nonnull(strstr(help.err.text, "3 errors"));
	ck_assert_int_ne(access(name, F_OK), 0);
}
END_TEST

START_TEST(table_freeze_refuses_what_cannot_be_read)
{
	EXPECT_CODE("absent", TLSP_E_IO, freeze());
	ck_assert_int_eq(help_write(path, "", 60), 0);
	EXPECT_CODE("empty", TLSP_E_IO, freeze());
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	ck_assert_int_eq(chmod(path, 0666), 0);
	EXPECT_CODE("unsafe", TLSP_E_UNSAFE, freeze());
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert_int_eq(help_write(path, "\xff\xfe" "a", 60), 0);
	EXPECT_CODE("damaged", TLSP_E_DAMAGED, freeze());
	ck_assert_int_ne(access(name, F_OK), 0);
}
END_TEST

/* The other text, with all that can be set as it was. */
static void
swap_text(void)
{
	struct timespec times[2];
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(help_write(path, "b.example may\nb.example may\n",
	    0), 0);
	times[0] = times[1] = st.st_mtim;
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

/*
 * A text that is changed right behind the build, and given its old mtime,
 * must still look another one: the build waited until it would.
 */
START_TEST(table_freeze_waits_until_a_change_would_show)
{
	struct tlsp_file file;
	int n;

	for (n = 0; n < 20; n++) {
		ck_assert_int_eq(help_write(path, "a.example may\n"
		    "a.example may\n", 60), 0);
		EXPECT_CODE("look", TLSP_OK, tlsp_file_look(path, geteuid(),
		    0, &file, &help.err));
		EXPECT_CODE("freeze", TLSP_OK, freeze());
		ck_assert_int_eq(tlsp_file_is_past(&file), 1);
		tlsp_file_close(&file);
		swap_text();
		expect_answer("b.example", "may", 0);
	}
}
END_TEST

static void
swap_while_read(void *ctx, enum tlsp_severity severity,
    const struct tlsp_err *finding)
{
	help_report(ctx, severity, finding);
	if (n_changes-- > 0)
		swap_text();
}

/* And one that is changed during the build, as fast as clocks tick. */
START_TEST(table_freeze_sees_a_change_within_a_tick)
{
	int n;

	for (n = 0; n < 20; n++) {
		ck_assert_int_eq(help_write(path, "a.example may\n"
		    "a.example may\n", 60), 0);
		n_changes = 1;
		EXPECT_CODE("freeze", TLSP_OK, tlsp_table_freeze(path,
		    geteuid(), &help.host, swap_while_read, &help, &size,
		    &help.err));
		expect_answer("b.example", "may", 1);
	}
}
END_TEST

START_TEST(table_freeze_begins_again_if_the_rules_change)
{
	ck_assert_int_eq(help_write(path, "a.example may\na.example none\n",
	    60), 0);
	n_changes = 1;
	EXPECT_CODE("freeze", TLSP_OK, freeze());
	ck_assert_int_lt(n_changes, 0);
	expect_answer("a.example", "secure", 1);
}
END_TEST

START_TEST(table_freeze_gives_up_if_the_rules_change_on_and_on)
{
	struct stat one, two;

	ck_assert_int_eq(help_write(path, "a.example may\na.example none\n",
	    60), 0);
	EXPECT_CODE("freeze", TLSP_OK, freeze());
	ck_assert_int_eq(stat(name, &one), 0);
	n_changes = 1000;
	EXPECT_CODE("freeze", TLSP_E_BUSY, freeze());
	EXPECT_ERR("freeze", &help.err, TLSP_E_BUSY, 0, 0);
	n_changes = 0;
	ck_assert_int_eq(stat(name, &two), 0);
	ck_assert_uint_eq(one.st_ino, two.st_ino);
	expect_answer("a.example", "secure", 0);
}
END_TEST

START_TEST(table_freeze_says_when_memory_runs_out)
{
	enum tlsp_code code = TLSP_E_NOMEM;
	long n;

	ck_assert_int_eq(help_write(path, "a.example may\n.a.example none\n"
	    "a.name.that.is.long.example may\n", 60), 0);
	for (n = 0; code != TLSP_OK; n++) {
		check_alloc_fail_at(n);
		code = freeze();
		check_alloc_fail_at(-1);
		EXPECT_CODE("memory", code == TLSP_OK ? TLSP_OK :
		    TLSP_E_NOMEM, code);
		ck_assert_int_eq(access(name, F_OK) == 0, code == TLSP_OK);
	}
	ck_assert_int_ge(n, 8);
}
END_TEST

void
check_table_add_freeze(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_table_freeze");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, table_freeze_makes_an_index_that_is_used);
	tcase_add_test(tcase, table_freeze_takes_comments_alone);
	tcase_add_loop_test(tcase,
	    table_freeze_of_bad_lines_leaves_the_old_index, 0, N_ITEMS(BAD));
	tcase_add_test(tcase, table_freeze_reports_every_bad_line);
	tcase_add_test(tcase, table_freeze_refuses_what_cannot_be_read);
	tcase_add_test(tcase, table_freeze_begins_again_if_the_rules_change);
	tcase_add_test(tcase,
	    table_freeze_gives_up_if_the_rules_change_on_and_on);
	tcase_add_test(tcase, table_freeze_says_when_memory_runs_out);
	ADD_CASE(suite, tcase, "tlsp_table_freeze, within a tick");
	tcase_add_checked_fixture(tcase, setup_fast, teardown);
	tcase_add_test(tcase, table_freeze_waits_until_a_change_would_show);
	tcase_add_test(tcase, table_freeze_sees_a_change_within_a_tick);
}
