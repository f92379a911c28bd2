/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_file_beside.c - the room file: one that is looked at without being
 * read, read later, and still the same.
 */
#include "check_tlsp.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
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

static enum tlsp_code
look(int is_beside)
{
	tlsp_file_close(&file);
	return tlsp_file_look(path, geteuid(), is_beside, &file, &err);
}

/* Young, empty, it does not matter: it is only looked at. */
START_TEST(file_look_neither_waits_nor_reads)
{
	ck_assert_int_eq(help_write(path, _i == 0 ? "a may\n" : "", 0), 0);
	EXPECT_CODE("look", TLSP_OK, look(0));
	ck_assert_ptr_null(file.buf);
	ck_assert_int_eq(fcntl(file.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	ck_assert_int_eq(file.st.st_size, _i == 0 ? 6 : 0);
}
END_TEST

START_TEST(file_look_says_that_there_is_none)
{
	EXPECT_CODE("none", TLSP_NONE, look(0));
	EXPECT_CODE("none", TLSP_NONE, look(1));
	ck_assert_int_eq(file.fd, -1);
}
END_TEST

START_TEST(file_look_looks_at_the_mode)
{
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	ck_assert_int_eq(chmod(path, 0664), 0);
	EXPECT_CODE("mode", TLSP_E_UNSAFE, look(0));
	EXPECT_CODE("mode", TLSP_E_UNSAFE, look(1));
	ck_assert_int_eq(chmod(path, 0644), 0);
	ck_assert_int_eq(chmod(dir, 0777), 0);
	EXPECT_CODE("folder", TLSP_E_UNSAFE, look(0));
	EXPECT_CODE("folder, looked at before", TLSP_OK, look(1));
}
END_TEST

/* The rules may be a link, whose folders are looked at; an index may not. */
START_TEST(file_look_follows_a_link_for_the_rules_alone)
{
	ck_assert_int_eq(mkdir(help_path(dir, "real"), 0755), 0);
	ck_assert_int_eq(help_write(help_path(dir, "real/text"), "a may\n",
	    60), 0);
	ck_assert_int_eq(symlink("real/text", path), 0);
	EXPECT_CODE("rules", TLSP_OK, look(0));
	EXPECT_CODE("index", TLSP_E_IO, look(1));
	EXPECT_ERR("index", &err, TLSP_E_IO, 0, 0);
	ck_assert_int_eq(chmod(help_path(dir, "real"), 0777), 0);
	EXPECT_CODE("unsafe", TLSP_E_UNSAFE, look(0));
}
END_TEST

START_TEST(file_look_takes_no_folder_and_no_fifo)
{
	ck_assert_int_eq(mkdir(path, 0755), 0);
	EXPECT_CODE("folder", TLSP_E_IO, look(0));
	EXPECT_CODE("folder", TLSP_E_IO, look(1));
	ck_assert_int_eq(rmdir(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	EXPECT_CODE("fifo", TLSP_E_IO, look(0));
	EXPECT_CODE("fifo", TLSP_E_IO, look(1));
}
END_TEST

START_TEST(file_read_reads_what_was_opened)
{
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	EXPECT_CODE("look", TLSP_OK, look(0));
	EXPECT_CODE("read", TLSP_OK, tlsp_file_read(path, &file, &err));
	ck_assert_uint_eq(file.len, 6);
	ck_assert_mem_eq(file.buf, "a may\n", 6);
	tlsp_file_drop(&file);
	EXPECT_CODE("again", TLSP_OK, tlsp_file_read(path, &file, &err));
	ck_assert_mem_eq(file.buf, "a may\n", 6);
}
END_TEST

START_TEST(file_read_reads_nothing_that_was_not_opened)
{
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	EXPECT_CODE("look", TLSP_OK, look(0));
	ck_assert_int_eq(help_write(path, "b may\n", 50), 0);
	EXPECT_CODE("read", TLSP_E_BUSY, tlsp_file_read(path, &file, &err));
	EXPECT_ERR("read", &err, TLSP_E_BUSY, 0, 0);
	ck_assert_ptr_null(file.buf);
	ck_assert_int_eq(help_write(path, "b may\nc may\n", 60), 0);
	EXPECT_CODE("longer", TLSP_E_BUSY, tlsp_file_read(path, &file, &err));
	ck_assert_int_eq(truncate(path, 2), 0);
	EXPECT_CODE("shorter", TLSP_E_BUSY, tlsp_file_read(path, &file,
	    &err));
	ck_assert_ptr_null(file.buf);
}
END_TEST

START_TEST(file_read_says_when_memory_runs_out)
{
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	EXPECT_CODE("look", TLSP_OK, look(0));
	check_alloc_fail_at(0);
	EXPECT_CODE("read", TLSP_E_NOMEM, tlsp_file_read(path, &file, &err));
	check_alloc_fail_at(-1);
	ck_assert_ptr_null(file.buf);
}
END_TEST

START_TEST(file_is_at_sees_another_file)
{
	const char *other = help_path(dir, "other");

	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	EXPECT_CODE("look", TLSP_OK, look(0));
	ck_assert_int_eq(tlsp_file_is_at(&file, path), 1);
	ck_assert_int_eq(tlsp_file_is_at(&file, other), 0);
	ck_assert_int_eq(help_write(other, "a may\n", 60), 0);
	ck_assert_int_eq(tlsp_file_is_at(&file, other), 0);
	ck_assert_int_eq(rename(other, path), 0);
	ck_assert_int_eq(tlsp_file_is_at(&file, path), 0);
	EXPECT_CODE("look", TLSP_OK, look(0));
	ck_assert_int_eq(tlsp_file_is_at(&file, path), 1);
	ck_assert_int_eq(help_age(path, 50), 0);
	ck_assert_int_eq(tlsp_file_is_at(&file, path), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(tlsp_file_is_at(&file, path), 0);
}
END_TEST

/* A clock that was set back, long ago or a little. */
START_TEST(file_is_past_looks_at_the_clock)
{
	struct timespec now;

	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	EXPECT_CODE("look", TLSP_OK, look(0));
	(void)clock_gettime(CLOCK_REALTIME, &now);
	file.st.st_ctim = now;
	file.st.st_ctim.tv_sec -= 60;
	ck_assert_int_eq(tlsp_file_is_past(&file), 1);
	file.st.st_ctim.tv_nsec = 0;
	ck_assert_int_eq(tlsp_file_is_past(&file), 1);
	file.st.st_ctim = now;
	file.st.st_ctim.tv_sec++;
	ck_assert_int_eq(tlsp_file_is_past(&file), 0);
	/* Counted in whole seconds, the one that is running is not over. */
	file.st.st_ctim.tv_sec = now.tv_sec + 1;
	file.st.st_ctim.tv_nsec = 0;
	ck_assert_int_eq(tlsp_file_is_past(&file), 0);
	file.st.st_ctim.tv_sec = now.tv_sec + 3600;
	ck_assert_int_eq(tlsp_file_is_past(&file), 1);
}
END_TEST

/* What has become the past is, and stays so. */
START_TEST(file_doze_lets_a_change_become_the_past)
{
	int n;

	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	EXPECT_CODE("look", TLSP_OK, look(0));
	for (n = 0; n < 100 && !tlsp_file_is_past(&file); n++)
		tlsp_file_doze();
	ck_assert_int_eq(tlsp_file_is_past(&file), 1);
	ck_assert_int_eq(help_age(path, 60), 0);
	ck_assert_int_eq(tlsp_file_is_at(&file, path), 0);
}
END_TEST

void
check_file_add_beside(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_file_look");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, file_look_neither_waits_nor_reads, 0, 2);
	tcase_add_test(tcase, file_look_says_that_there_is_none);
	tcase_add_test(tcase, file_look_looks_at_the_mode);
	tcase_add_test(tcase, file_look_follows_a_link_for_the_rules_alone);
	tcase_add_test(tcase, file_look_takes_no_folder_and_no_fifo);
	ADD_CASE(suite, tcase, "tlsp_file_read");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, file_read_reads_what_was_opened);
	tcase_add_test(tcase, file_read_reads_nothing_that_was_not_opened);
	tcase_add_test(tcase, file_read_says_when_memory_runs_out);
	ADD_CASE(suite, tcase, "tlsp_file_is_at");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, file_is_at_sees_another_file);
	ADD_CASE(suite, tcase, "tlsp_file_is_past");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, file_is_past_looks_at_the_clock);
	tcase_add_test(tcase, file_doze_lets_a_change_become_the_past);
}
