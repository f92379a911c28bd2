/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_table_recover.c - the room table: an index that changes while it is
 * in use, before and after it is mapped.
 */
#include "check_table_frozen.h"

#include <fcntl.h>
#include <sys/stat.h>

/* Overwrite the index that is in use, from this byte on. */
static void
damage(off_t from)
{
	static const unsigned char bytes[65536];
	struct stat st;
	int fd;

	ck_assert_int_ge(fd = open(name, O_WRONLY), 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	while (from < st.st_size)
		from += pwrite(fd, bytes, st.st_size - from <
		    (off_t)sizeof(bytes) ? (size_t)(st.st_size - from) :
		    sizeof(bytes), from);
	(void)close(fd);
}

static void
begin_large(void)
{
	enum { N = 3000 };
	char *text = malloc((size_t)N * 40);
	size_t used = 0;
	int n;

	for (n = 0; n < N; n++)
		used += (size_t)sprintf(text + used, "%sd%d.example "
		    "secure match=n%d\n", n % 2 != 0 ? "." : "", n, n % 5);
	begin(text);
	free(text);
	ck_assert_int_eq(tlsp_table_is_frozen(table), 1);
}

static int
count_open(void)
{
	int fd, n_open = 0;

	for (fd = 0; fd < 256; fd++)
		n_open += fcntl(fd, F_GETFD) >= 0;
	return n_open;
}

static enum tlsp_code
ask_plainly(const char *key)
{
	return tlsp_table_lookup(table, key, TLSP_QUERY_FOLD, &help.answer,
	    &help.err, NULL);
}

/*
 * A key with a number in it that a peek tells of: with each seed, these are
 * others. The table is opened anew.
 */
static void
told(const char *before, int number, const char *behind, char key[static 40])
{
	int n_open;

	for (; number < 3000; number += 10) {
		(void)snprintf(key, 40, "%s%d%s", before, number, behind);
		tlsp_table_close(table);
		table = open_again();
		n_open = count_open();
		(void)ask_plainly(key);
		if (count_open() == n_open)
			return;
	}
	ck_abort_msg("no peek tells of any %s...%s", before, behind);
}

/* The same before and after the index is mapped; its file is then closed. */
START_TEST(table_lookup_peeks_and_then_maps)
{
	char key[40];
	int n, n_open;

	begin_large();
	told("d", 6, ".example", key);
	tlsp_table_close(table);
	table = open_again();
	n_open = count_open();
	for (n = 0; n < 2 * TLSP_PEEK_MAX; n++) {
		EXPECT_CODE("exact", TLSP_OK, ask_plainly(key));
		EXPECT_STR("exact", "secure match=n1", help.answer);
		ck_assert_int_eq(count_open(), n_open -
		    (n >= TLSP_PEEK_MAX));
	}
}
END_TEST

/* A name below a wildcard of ours, another table being asked, too. */
START_TEST(table_lookup_peeks_at_what_is_left_to_the_wildcard)
{
	char key[40];
	int n_open;

	begin_large();
	told("x.d", 7, ".example", key);
	n_open = count_open();
	EXPECT_CODE("left", TLSP_NONE, ask_plainly(key));
	ck_assert_int_eq(count_open(), n_open);
	EXPECT_CODE("wild", TLSP_OK, ask_plainly(key + 1));
	EXPECT_STR("wild", "secure match=n2", help.answer);
	ck_assert_int_eq(count_open(), n_open - 1);
}
END_TEST

START_TEST(table_lookup_that_peeks_knows_what_parents_were_missed)
{
	const char *missed;
	char key[40];

	begin_large();
	told("a.x", 0, ".test", key);
	EXPECT_CODE("missed", TLSP_NONE, ask_plainly(key));
	missed = tlsp_table_missed(table);
	EXPECT_STR("missed", key + 1, missed);
	missed = tlsp_table_missed(table);
	EXPECT_STR("missed", ".test", missed);
	ck_assert_ptr_null(tlsp_table_missed(table));
}
END_TEST

/* Beyond the end of a mapped file the kernel ends the process. */
START_TEST(table_lookup_maps_no_index_that_was_cut_short)
{
	int n;

	begin_large();
	ck_assert_int_eq(truncate(name, 4096), 0);
	for (n = 0; n < 2 * TLSP_PEEK_MAX; n++)
		EXPECT_CODE("short", TLSP_E_DAMAGED, ask(table, "d0.example",
		    0));
	ck_assert_ptr_nonnull(strstr(help.err.text, "cut short"));
	ck_assert_int_eq(tlsp_table_recover(table), 1);
	EXPECT_CODE("again", TLSP_OK, ask(table, "d0.example", 0));
	EXPECT_STR("again", "secure match=n0", help.answer);
	EXPECT_CODE("none", TLSP_NONE, ask(table, "x.test", 0));
}
END_TEST

START_TEST(table_recover_reads_the_rules_again)
{
	begin_large();
	EXPECT_CODE("whole", TLSP_OK, ask(table, "d0.example", 0));
	damage(sizeof(struct tlsp_frozen));
	EXPECT_CODE("damaged", TLSP_E_DAMAGED, ask(table, "d0.example", 0));
	EXPECT_CODE("damaged", TLSP_E_DAMAGED, ask(table, "x.test", 0));
	ck_assert_int_eq(tlsp_table_recover(table), 1);
	ck_assert_int_eq(tlsp_table_is_frozen(table), 0);
	ck_assert_ptr_null(tlsp_table_fault(table));
	EXPECT_CODE("again", TLSP_OK, ask(table, "d0.example", 0));
	EXPECT_STR("again", "secure match=n0", help.answer);
	EXPECT_CODE("wild", TLSP_OK, ask(table, "x.d7.example", 4));
	EXPECT_STR("wild", "secure match=n2", help.answer);
	EXPECT_CODE("none", TLSP_NONE, ask(table, "x.test", 0));
	ck_assert_int_eq(tlsp_table_recover(table), 0);
	ck_assert_int_eq(tlsp_table_changed(table), TLSP_FILE_SAME);
}
END_TEST

START_TEST(table_recover_takes_no_other_rules)
{
	begin_large();
	damage(sizeof(struct tlsp_frozen));
	ck_assert_int_eq(help_write(path, "d0.example none\n", 60), 0);
	ck_assert_int_eq(tlsp_table_recover(table), 0);
	EXPECT_CODE("damaged", TLSP_E_DAMAGED, ask(table, "d0.example", 0));
}
END_TEST

/* Replaced by rename: the rules that are open are still what they were. */
START_TEST(table_recover_reads_rules_that_were_replaced)
{
	begin_large();
	damage(sizeof(struct tlsp_frozen));
	ck_assert_int_eq(rename(path, help_path(dir, "away")), 0);
	(void)tlsp_table_recover(table);
	ck_assert(ask(table, "d0.example", 0) != TLSP_NONE);
}
END_TEST

START_TEST(table_recover_survives_any_lack_of_memory)
{
	long n;
	int is_done = 0;

	begin_large();
	damage(sizeof(struct tlsp_frozen));
	for (n = 0; !is_done; n++) {
		check_alloc_fail_at(n);
		is_done = tlsp_table_recover(table);
		check_alloc_fail_at(-1);
		EXPECT_CODE("memory", is_done ? TLSP_OK : TLSP_E_DAMAGED,
		    ask(table, "d0.example", 0));
	}
	ck_assert_int_ge(n, 5);
}
END_TEST

/* Without the memory to peek with, the rules are read; without that, none. */
START_TEST(table_open_of_a_large_index_survives_any_lack_of_memory)
{
	enum tlsp_code code = TLSP_NONE;
	long n;

	begin_large();
	for (n = 0; code != TLSP_OK; n++) {
		tlsp_table_close(table);
		check_alloc_fail_at(n);
		table = tlsp_table_open(path, geteuid(), &help.host,
		    say_nothing, NULL);
		check_alloc_fail_at(-1);
		if (table == NULL)
			continue;
		code = tlsp_table_lookup(table, "d0.example",
		    TLSP_QUERY_FOLD, &help.answer, &help.err, NULL);
		ck_assert(code == TLSP_OK || code == TLSP_E_NOMEM);
	}
	ck_assert_int_ge(n, 4);
}
END_TEST

void
check_table_add_recover(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_table_recover");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, table_lookup_peeks_and_then_maps);
	tcase_add_test(tcase,
	    table_lookup_peeks_at_what_is_left_to_the_wildcard);
	tcase_add_test(tcase,
	    table_lookup_that_peeks_knows_what_parents_were_missed);
	tcase_add_test(tcase, table_lookup_maps_no_index_that_was_cut_short);
	tcase_add_test(tcase, table_recover_reads_the_rules_again);
	tcase_add_test(tcase, table_recover_takes_no_other_rules);
	tcase_add_test(tcase, table_recover_reads_rules_that_were_replaced);
	tcase_add_test(tcase, table_recover_survives_any_lack_of_memory);
	tcase_add_test(tcase,
	    table_open_of_a_large_index_survives_any_lack_of_memory);
}
