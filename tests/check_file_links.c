/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_file_links.c - the room file: the path leads over symbolic links.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../dict_tlspolicy/file.h"

static char *dir;
static char *path;
static struct tlsp_file file;
static struct tlsp_err err;

static void
setup(void)
{
	dir = help_dir();
	ck_assert_ptr_nonnull(dir);
	path = strdup(help_path(dir, "partners"));
	file.fd = -1;
	(void)umask(022);
}

static void
teardown(void)
{
	tlsp_file_close(&file);
	help_dir_remove(dir);
	free(path);
}

static void
expect(const char *name, enum tlsp_code code)
{
	EXPECT_CODE(name, code, tlsp_file_open(path, geteuid(), &file, &err));
	if (code != TLSP_OK)
		EXPECT_STR(name, path, err.at.file);
	tlsp_file_close(&file);
}

/* A link "partners" to real/text, both folders safe at first. */
static void
make_link(void)
{
	const char *real = help_path(dir, "real");
	const char *text = help_path(dir, "real/text");

	ck_assert_int_eq(mkdir(real, 0755), 0);
	ck_assert_int_eq(help_write(text, "a may\n", 60), 0);
	ck_assert_int_eq(symlink("real/text", path), 0);
}

START_TEST(file_open_follows_a_link)
{
	make_link();
	expect("link", TLSP_OK);
	ck_assert_int_eq(chmod(help_path(dir, "real/text"), 0666), 0);
	expect("file behind the link", TLSP_E_UNSAFE);
}
END_TEST

/* partners -> middle/link -> ../real/text */
START_TEST(file_open_looks_at_each_link_of_a_chain)
{
	const char *middle = help_path(dir, "middle");
	const char *link = help_path(dir, "middle/link");

	make_link();
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(middle, 0755), 0);
	ck_assert_int_eq(symlink("../real/text", link), 0);
	ck_assert_int_eq(symlink("middle/link", path), 0);
	expect("chain", TLSP_OK);
	ck_assert_int_eq(chmod(middle, 0777), 0);
	expect("a folder on the way", TLSP_E_UNSAFE);
}
END_TEST

START_TEST(file_open_looks_at_the_folder_behind_a_link)
{
	make_link();
	ck_assert_int_eq(chmod(help_path(dir, "real"), 0777), 0);
	expect("folder behind the link", TLSP_E_UNSAFE);
	ck_assert_int_eq(chmod(help_path(dir, "real"), 0755), 0);
	ck_assert_int_eq(chmod(dir, 0777), 0);
	expect("folder before the link", TLSP_E_UNSAFE);
}
END_TEST

START_TEST(file_open_looks_at_the_owner_of_a_link)
{
	if (geteuid() != 0) {
		(void)fprintf(stderr, "SKIPPED, it needs root: "
		    "file_open_looks_at_the_owner_of_a_link\n");
		return;
	}
	make_link();
	ck_assert_int_eq(lchown(path, 65534, 65534), 0);
	expect("owner of the link", TLSP_E_UNSAFE);
}
END_TEST

void
check_file_add_links(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "links");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, file_open_follows_a_link);
	tcase_add_test(tcase, file_open_looks_at_the_folder_behind_a_link);
	tcase_add_test(tcase, file_open_looks_at_each_link_of_a_chain);
	tcase_add_test(tcase, file_open_looks_at_the_owner_of_a_link);
}
