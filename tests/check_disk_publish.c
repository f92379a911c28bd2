/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_disk_publish.c - the room disk: how an index is published.
 */
#include "check_disk.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whatever the file says of itself: is it used in the end? */
static int
is_used(void)
{
	struct tlsp_index idx;

	return open_disk() == TLSP_OK && tlsp_index_attach(path, &image.head,
	    image.bytes, image.len, &idx, &help.err) == TLSP_OK;
}

static size_t
count_files(void)
{
	DIR *folder = opendir(dir);
	size_t n = 0;

	ck_assert_ptr_nonnull(folder);
	while (readdir(folder) != NULL)
		n++;
	(void)closedir(folder);
	return n - 2;
}

static const struct { mode_t mask; mode_t mode; } MASKS[] = {
	{ 022, 0644 }, { 077, 0600 }, { 0, 0644 }, { 027, 0640 },
	{ 02, 0644 },
};

START_TEST(disk_publish_makes_a_file_like_other_new_files)
{
	struct stat st;

	(void)umask(MASKS[_i].mask);
	begin(3);
	ck_assert_int_eq(stat(name, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, MASKS[_i].mode);
	ck_assert_uint_eq(st.st_uid, geteuid());
	ck_assert_uint_eq(st.st_nlink, 1);
	ck_assert_uint_eq(count_files(), 2);
}
END_TEST

/* What was mapped stays as it was: another file takes its place. */
START_TEST(disk_publish_replaces_the_file)
{
	struct stat one, two;

	begin(5000);
	EXPECT_CODE("open", TLSP_OK, open_disk());
	ck_assert_int_eq(stat(name, &one), 0);
	freeze(6000);
	EXPECT_CODE("publish", TLSP_OK, publish());
	ck_assert_int_eq(stat(name, &two), 0);
	ck_assert_uint_ne(one.st_ino, two.st_ino);
	ck_assert_uint_eq(((const struct tlsp_frozen *)(const void *)
	    image.bytes)->n_rules, 5000);
	ck_assert_uint_eq(count_files(), 2);
}
END_TEST

/* From a process that had our number, and ended in the middle. */
START_TEST(disk_publish_is_not_held_up_by_what_was_left)
{
	const char *victim = help_path(dir, "victim");
	char temp[300], *got;
	size_t len;

	ck_assert_int_eq(help_write(path, "a.example may\n", 60), 0);
	ck_assert_int_eq(help_write(victim, "whole", 60), 0);
	look();
	freeze(3);
	(void)snprintf(temp, sizeof(temp), "%s.%ld", name, (long)getpid());
	if (_i == 0)
		ck_assert_int_eq(help_write(temp, "left over", 60), 0);
	else
		ck_assert_int_eq(symlink(victim, temp), 0);
	EXPECT_CODE("publish", TLSP_OK, publish());
	ck_assert_int_eq(is_used(), 1);
	ck_assert_int_ne(access(temp, F_OK), 0);
	got = help_read(victim, &len);
	EXPECT_STR("victim", "whole", got);
	free(got);
	ck_assert_uint_eq(count_files(), 3);
}
END_TEST

static void
expect_failure(const char *what)
{
	EXPECT_CODE(what, TLSP_E_IO, publish());
	EXPECT_ERR(what, &help.err, TLSP_E_IO, 0, 0);
	EXPECT_STR(what, path, help.err.at.file);
}

/* No room on the disk, as it were: the old one stays, nothing is left. */
START_TEST(disk_publish_leaves_the_old_file_where_it_fails)
{
	const struct rlimit most = { 1000, RLIM_INFINITY };
	const struct rlimit any = { RLIM_INFINITY, RLIM_INFINITY };
	struct stat one, two;

	begin(3);
	ck_assert_int_eq(stat(name, &one), 0);
	freeze(5000);
	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &most), 0);
	expect_failure("full");
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &any), 0);
	ck_assert_int_eq(stat(name, &two), 0);
	ck_assert_uint_eq(one.st_ino, two.st_ino);
	ck_assert_uint_eq(one.st_size, two.st_size);
	ck_assert_uint_eq(count_files(), 2);
	ck_assert_int_eq(is_used(), 1);
}
END_TEST

START_TEST(disk_publish_says_when_it_cannot_rename)
{
	ck_assert_int_eq(help_write(path, "a.example may\n", 60), 0);
	look();
	freeze(3);
	ck_assert_int_eq(mkdir(name, 0755), 0);
	expect_failure("folder");
	ck_assert_uint_eq(count_files(), 2);
}
END_TEST

START_TEST(disk_publish_says_when_it_cannot_create)
{
	begin(3);
	free(path);
	path = strdup(help_path(dir, "absent/partners"));
	expect_failure("absent");
	ck_assert_uint_eq(count_files(), 2);
	path = realloc(path, 10000);
	memset(path, 'x', 9999);
	path[9999] = '\0';
	expect_failure("long");
	EXPECT_CODE("long", TLSP_NONE, open_disk());
}
END_TEST

void
check_disk_add_publish(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_disk_publish");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase,
	    disk_publish_makes_a_file_like_other_new_files, 0,
	    N_ITEMS(MASKS));
	tcase_add_test(tcase, disk_publish_replaces_the_file);
	tcase_add_loop_test(tcase,
	    disk_publish_is_not_held_up_by_what_was_left, 0, 2);
	tcase_add_test(tcase, disk_publish_leaves_the_old_file_where_it_fails);
	tcase_add_test(tcase, disk_publish_says_when_it_cannot_rename);
	tcase_add_test(tcase, disk_publish_says_when_it_cannot_create);
}
