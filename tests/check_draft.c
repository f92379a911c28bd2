/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_draft.c - the room cmd/draft: a copy, and how it takes the place of a
 * rules file. The verb around it is tested elsewhere.
 */
#include "check_tlsp.h"

#include <stdlib.h>
#include <unistd.h>

#include "../cmd/draft.h"

#define BEFORE	"a.example encrypt\n"
#define AFTER	"b.example may\n"

static char *dir;
static const char *table;
static struct draft draft;
static struct tlsp_err err;

static void
set_up(void)
{
	ck_assert((dir = help_dir()) != NULL);
	table = help_path(dir, "p");
	ck_assert(help_write(table, BEFORE, 60) == 0);
	ck_assert(chmod(table, 0640) == 0);
}

static void
tear_down(void)
{
	help_dir_remove(dir);
}

static int
holds(const char *path, const char *want)
{
	size_t len;
	char *text = help_read(path, &len);
	const int is = text != NULL && strcmp(text, want) == 0;

	free(text);
	return is;
}

START_TEST(draft_open_copies_for_the_owner_alone)
{
	struct stat st;
	char *text;
	size_t len;

	ck_assert(draft_open(table, &draft, &err) == TLSP_OK);
	ck_assert(holds(draft.name, BEFORE));
	ck_assert(stat(draft.name, &st) == 0 && (st.st_mode & 0777) == 0600);
	ck_assert(draft_read(&draft, &text, &len, &err) == TLSP_OK);
	ck_assert(draft_is_same(&draft, text, len));
	ck_assert(!draft_is_same(&draft, text, len - 1));
	free(text);
	draft_close(&draft, 0);
	ck_assert(holds(table, BEFORE));
}
END_TEST

START_TEST(draft_open_lets_in_one_at_a_time)
{
	struct draft other;

	ck_assert(draft_open(table, &draft, &err) == TLSP_OK);
	EXPECT_CODE("second", TLSP_E_BUSY, draft_open(table, &other, &err));
	ck_assert_str_eq(err.at.file, table);
	draft_close(&draft, 0);
	ck_assert(draft_open(table, &other, &err) == TLSP_OK);
	draft_close(&other, 0);
}
END_TEST

START_TEST(draft_publish_keeps_the_mode)
{
	struct stat st;

	ck_assert(draft_open(table, &draft, &err) == TLSP_OK);
	ck_assert(draft_publish(&draft, AFTER, strlen(AFTER), &err) ==
	    TLSP_OK);
	draft_close(&draft, 0);
	ck_assert(holds(table, AFTER));
	ck_assert(stat(table, &st) == 0 && (st.st_mode & 07777) == 0640);
}
END_TEST

START_TEST(draft_publish_leaves_what_others_changed)
{
	ck_assert(draft_open(table, &draft, &err) == TLSP_OK);
	ck_assert(help_write(table, "c.example none\n", 0) == 0);
	EXPECT_CODE("changed", TLSP_E_BUSY, draft_publish(&draft, AFTER,
	    strlen(AFTER), &err));
	draft_close(&draft, 0);
	ck_assert(holds(table, "c.example none\n"));
}
END_TEST

START_TEST(draft_publish_makes_a_new_table_only_where_none_came)
{
	ck_assert(unlink(table) == 0);
	ck_assert(draft_open(table, &draft, &err) == TLSP_OK);
	ck_assert(draft.len == 0);
	ck_assert(help_write(table, BEFORE, 60) == 0);
	EXPECT_CODE("came", TLSP_E_BUSY, draft_publish(&draft, AFTER,
	    strlen(AFTER), &err));
	ck_assert(unlink(table) == 0);
	ck_assert(draft_publish(&draft, AFTER, strlen(AFTER), &err) ==
	    TLSP_OK);
	draft_close(&draft, 0);
	ck_assert(holds(table, AFTER));
}
END_TEST

START_TEST(draft_refuses_what_is_no_file)
{
	EXPECT_CODE("folder", TLSP_E_IO, draft_open(dir, &draft, &err));
	EXPECT_CODE("nowhere", TLSP_E_IO, draft_open(
	    "/nonexistent/folder/p", &draft, &err));
	ck_assert(draft_open(table, &draft, &err) == TLSP_OK);
	ck_assert(unlink(draft.name) == 0);
	ck_assert(symlink(table, draft.name) == 0);
	EXPECT_CODE("link", TLSP_E_IO, draft_read(&draft, &(char *){ NULL },
	    &(size_t){ 0 }, &err));
	draft_close(&draft, 0);
}
END_TEST

START_TEST(draft_close_keeps_the_copy_when_told)
{
	char *name;

	ck_assert(draft_open(table, &draft, &err) == TLSP_OK);
	name = strdup(draft.name);
	draft_close(&draft, 1);
	ck_assert(holds(name, BEFORE));
	free(name);
	draft_close(&draft, 0);
}
END_TEST

Suite *
check_draft_suite(void)
{
	Suite *suite = suite_create("draft");
	TCase *tcase;

	ADD_CASE(suite, tcase, "draft");
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, draft_open_copies_for_the_owner_alone);
	tcase_add_test(tcase, draft_open_lets_in_one_at_a_time);
	tcase_add_test(tcase, draft_publish_keeps_the_mode);
	tcase_add_test(tcase, draft_publish_leaves_what_others_changed);
	tcase_add_test(tcase,
	    draft_publish_makes_a_new_table_only_where_none_came);
	tcase_add_test(tcase, draft_refuses_what_is_no_file);
	tcase_add_test(tcase, draft_close_keeps_the_copy_when_told);
	return suite;
}
