/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_ca_file.c - a bundle on disk: replaced whole, or not at all.
 */
#include "check_tlsp.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "../cmd/ca_file.h"

#define OLD	"old content\n"
#define NEW	"new content, longer\n"

static void
write_old(const char *path, mode_t mode)
{
	FILE *file = fopen(path, "w");

	ck_assert(file != NULL && fputs(OLD, file) >= 0 && fclose(file) == 0);
	ck_assert(chmod(path, mode) == 0);
}

static void
expect_content(const char *path, const char *wanted)
{
	struct tlsp_err err;
	uint8_t *bytes;
	size_t len;

	ck_assert_msg(ca_file_read(path, &bytes, &len, &err) == TLSP_OK, "%s",
	    err.text);
	ck_assert(len == strlen(wanted) && memcmp(bytes, wanted, len) == 0);
	free(bytes);
}

START_TEST(ca_file_keeps_the_mode_and_the_link)
{
	char *dir = help_dir(), path[300], link[300];
	struct ca_file file;
	struct tlsp_err err;
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/bundle", dir);
	(void)snprintf(link, sizeof(link), "%s/link", dir);
	write_old(path, 0640);
	ck_assert(symlink("bundle", link) == 0);
	EXPECT_CODE("edit", TLSP_OK, ca_file_edit(link, &file, &err));
	ck_assert(file.len == strlen(OLD));
	EXPECT_CODE("prepare", TLSP_OK, ca_file_prepare(&file, NEW,
	    strlen(NEW), &err));
	expect_content(path, OLD);
	EXPECT_CODE("publish", TLSP_OK, ca_file_publish(&file, &err));
	ca_file_close(&file);
	expect_content(path, NEW);
	ck_assert(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
	ck_assert(stat(path, &st) == 0 && (st.st_mode & 07777) == 0640);
	help_dir_remove(dir);
}
END_TEST

START_TEST(ca_file_is_as_it_was_if_nothing_is_published)
{
	char *dir = help_dir(), path[300], temp[330];
	struct ca_file file;
	struct tlsp_err err;

	(void)snprintf(path, sizeof(path), "%s/bundle", dir);
	(void)snprintf(temp, sizeof(temp), "%s/.bundle.tlspolicy.%ld", dir,
	    (long)getpid());
	write_old(path, 0644);
	EXPECT_CODE("edit", TLSP_OK, ca_file_edit(path, &file, &err));
	EXPECT_CODE("prepare", TLSP_OK, ca_file_prepare(&file, NEW,
	    strlen(NEW), &err));
	ck_assert(access(temp, F_OK) == 0);
	ca_file_close(&file);
	ck_assert(access(temp, F_OK) != 0);
	expect_content(path, OLD);
	help_dir_remove(dir);
}
END_TEST

START_TEST(ca_file_makes_one_where_there_is_none)
{
	char *dir = help_dir(), path[300];
	struct ca_file file;
	struct tlsp_err err;

	(void)snprintf(path, sizeof(path), "%s/bundle", dir);
	EXPECT_CODE("edit", TLSP_OK, ca_file_edit(path, &file, &err));
	ck_assert(file.bytes == NULL && file.len == 0);
	EXPECT_CODE("prepare", TLSP_OK, ca_file_prepare(&file, NEW,
	    strlen(NEW), &err));
	EXPECT_CODE("publish", TLSP_OK, ca_file_publish(&file, &err));
	ca_file_close(&file);
	expect_content(path, NEW);
	/* And not where one has come meanwhile. */
	ck_assert(unlink(path) == 0);
	EXPECT_CODE("edit", TLSP_OK, ca_file_edit(path, &file, &err));
	EXPECT_CODE("prepare", TLSP_OK, ca_file_prepare(&file, NEW,
	    strlen(NEW), &err));
	write_old(path, 0644);
	EXPECT_CODE("publish", TLSP_E_BUSY, ca_file_publish(&file, &err));
	ca_file_close(&file);
	expect_content(path, OLD);
	help_dir_remove(dir);
}
END_TEST

START_TEST(ca_file_sees_who_heeds_no_lock)
{
	char *dir = help_dir(), path[300];
	struct ca_file file;
	struct tlsp_err err;
	FILE *other;

	(void)snprintf(path, sizeof(path), "%s/bundle", dir);
	write_old(path, 0644);
	EXPECT_CODE("edit", TLSP_OK, ca_file_edit(path, &file, &err));
	EXPECT_CODE("prepare", TLSP_OK, ca_file_prepare(&file, NEW,
	    strlen(NEW), &err));
	other = fopen(path, "a");
	ck_assert(other != NULL && fputs("more\n", other) >= 0 &&
	    fclose(other) == 0);
	EXPECT_CODE("publish", TLSP_E_BUSY, ca_file_publish(&file, &err));
	ca_file_close(&file);
	expect_content(path, OLD "more\n");
	help_dir_remove(dir);
}
END_TEST

START_TEST(ca_file_waits_for_a_lock_and_gives_up)
{
	char *dir = help_dir(), path[300];
	struct ca_file file;
	struct tlsp_err err;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/bundle", dir);
	write_old(path, 0644);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert(fd >= 0 && flock(fd, LOCK_EX) == 0);
	EXPECT_CODE("edit", TLSP_E_BUSY, ca_file_edit(path, &file, &err));
	EXPECT_STR("place", path, err.at.file);
	(void)close(fd);
	help_dir_remove(dir);
}
END_TEST

START_TEST(ca_file_refuses_what_cannot_be_replaced)
{
	char *dir = help_dir(), path[300], other[300];
	struct ca_file file;
	struct tlsp_err err;
	uint8_t *bytes;
	size_t len;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/bundle", dir);
	(void)snprintf(other, sizeof(other), "%s/other", dir);
	EXPECT_CODE("folder", TLSP_E_CONFLICT, ca_file_edit(dir, &file,
	    &err));
	write_old(path, 0644);
	ck_assert(link(path, other) == 0);
	EXPECT_CODE("two names", TLSP_E_CONFLICT, ca_file_edit(path, &file,
	    &err));
	ck_assert(strstr(err.text, "second name") != NULL);
	ck_assert(unlink(other) == 0);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ck_assert(fd >= 0 && ftruncate(fd, (off_t)CA_FILE_MAX + 1) == 0);
	(void)close(fd);
	EXPECT_CODE("large", TLSP_E_VALUE, ca_file_edit(path, &file, &err));
	EXPECT_CODE("large", TLSP_E_VALUE, ca_file_read(path, &bytes, &len,
	    &err));
	EXPECT_CODE("none", TLSP_E_IO, ca_file_read(other, &bytes, &len,
	    &err));
	help_dir_remove(dir);
}
END_TEST

START_TEST(ca_file_reads_no_more_than_its_limit_of_what_has_no_end)
{
	struct tlsp_err err;
	uint8_t *bytes;
	size_t len;

	EXPECT_CODE("endless", TLSP_E_VALUE, ca_file_read("/dev/zero", &bytes,
	    &len, &err));
}
END_TEST

Suite *
check_ca_file_suite(void)
{
	Suite *suite = suite_create("ca_file");
	TCase *tcase;

	ADD_CASE(suite, tcase, "ca_file_publish");
	tcase_add_test(tcase, ca_file_keeps_the_mode_and_the_link);
	tcase_add_test(tcase, ca_file_is_as_it_was_if_nothing_is_published);
	tcase_add_test(tcase, ca_file_makes_one_where_there_is_none);
	tcase_add_test(tcase, ca_file_sees_who_heeds_no_lock);
	ADD_CASE(suite, tcase, "ca_file_edit");
	tcase_add_test(tcase, ca_file_waits_for_a_lock_and_gives_up);
	tcase_add_test(tcase, ca_file_refuses_what_cannot_be_replaced);
	ADD_CASE(suite, tcase, "ca_file_read");
	tcase_add_test(tcase,
	    ca_file_reads_no_more_than_its_limit_of_what_has_no_end);
	return suite;
}
