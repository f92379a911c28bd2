/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_file.c - the room file: what may be read, and what has changed.
 * Knows:    owners and modes; what needs root is left out loudly without.
 */
#include "check_tlsp.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../dict_tlspolicy/file.h"

#define NOBODY_UID	65534

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

static int
is_root(const char *test)
{
	if (geteuid() == 0)
		return 1;
	(void)fprintf(stderr, "SKIPPED, it needs root: %s\n", test);
	return 0;
}

static void
expect_open(const char *name, const char *text)
{
	EXPECT_CODE(name, TLSP_OK, tlsp_file_open(path, geteuid(), &file,
	    &err));
	ck_assert_uint_eq(file.len, strlen(text));
	ck_assert_mem_eq(file.buf, text, file.len);
	ck_assert_int_ge(file.fd, 0);
}

/* Errors of a file have no line; they name the file. */
static void
expect_fail(const char *name, enum tlsp_code code)
{
	EXPECT_CODE(name, code, tlsp_file_open(path, geteuid(), &file,
	    &err));
	EXPECT_ERR(name, &err, code, 0, 0);
	EXPECT_STR(name, path, err.at.file);
	tlsp_file_close(&file);
	ck_assert_int_eq(file.fd, -1);
}

START_TEST(file_open_reads_the_whole_file)
{
	struct stat st;

	ck_assert_int_eq(help_write(path, "a may\nb may", 60), 0);
	expect_open("whole", "a may\nb may");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(file.st.st_ino, st.st_ino);
	ck_assert_int_eq(fcntl(file.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	tlsp_file_drop(&file);
	ck_assert_ptr_null(file.buf);
	ck_assert_int_ge(file.fd, 0);
	ck_assert_int_eq(tlsp_file_changed(&file), TLSP_FILE_SAME);
}
END_TEST

START_TEST(file_open_reads_a_file_of_megabytes)
{
	const size_t len = (size_t)9 << 20;
	char *text = malloc(len + 1);

	memset(text, 'x', len);
	text[len] = '\0';
	ck_assert_int_eq(help_write(path, text, 60), 0);
	expect_open("megabytes", text);
	free(text);
}
END_TEST

START_TEST(file_open_takes_a_path_without_a_folder)
{
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	ck_assert_int_eq(chdir(dir), 0);
	EXPECT_CODE("relative", TLSP_OK, tlsp_file_open("partners", geteuid(),
	    &file, &err));
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(file_open_refuses_an_absent_file)
{
	expect_fail("absent", TLSP_E_IO);
}
END_TEST

START_TEST(file_open_refuses_an_empty_file)
{
	ck_assert_int_eq(help_write(path, "", 60), 0);
	expect_fail("empty", TLSP_E_IO);
}
END_TEST

START_TEST(file_open_refuses_a_folder)
{
	ck_assert_int_eq(mkdir(path, 0755), 0);
	expect_fail("folder", TLSP_E_IO);
}
END_TEST

/* The time limit of the case is what fails where this hangs. */
START_TEST(file_open_does_not_wait_for_a_fifo)
{
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	expect_fail("fifo", TLSP_E_IO);
}
END_TEST

START_TEST(file_open_refuses_a_device)
{
	ck_assert_int_eq(symlink("/dev/zero", path), 0);
	expect_fail("device", TLSP_E_IO);
}
END_TEST

START_TEST(file_open_refuses_links_in_a_circle)
{
	ck_assert_int_eq(symlink("partners", path), 0);
	expect_fail("circle", TLSP_E_IO);
}
END_TEST

START_TEST(file_open_refuses_a_file_that_is_too_large)
{
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	ck_assert_int_eq(truncate(path, (off_t)TLSP_TEXT_MAX + 1), 0);
	ck_assert_int_eq(help_age(path, 60), 0);
	expect_fail("large", TLSP_E_IO);
}
END_TEST

START_TEST(file_open_refuses_what_it_may_not_read)
{
	if (!is_root("file_open_refuses_what_it_may_not_read"))
		return;
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	ck_assert_int_eq(chown(dir, NOBODY_UID, (gid_t)-1), 0);
	ck_assert_int_eq(seteuid(NOBODY_UID), 0);
	expect_fail("unreadable", TLSP_E_IO);
	ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

static const struct { mode_t mode; int is_safe; } MODES[] = {
	{ 0400, 1 }, { 0600, 1 }, { 0644, 1 }, { 0755, 1 }, { 04755, 1 },
	{ 0660, 0 }, { 0664, 0 }, { 0620, 0 }, { 0602, 0 }, { 0666, 0 },
	{ 0777, 0 }, { 01666, 0 },
};

START_TEST(file_open_looks_at_the_mode_of_the_file)
{
	char name[20];

	(void)snprintf(name, sizeof(name), "mode %04o",
	    (unsigned)MODES[_i].mode);
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	ck_assert_int_eq(chmod(path, MODES[_i].mode), 0);
	if (MODES[_i].is_safe)
		expect_open(name, "a may\n");
	else
		expect_fail(name, TLSP_E_UNSAFE);
}
END_TEST

static const struct { mode_t mode; int is_safe; } FOLDERS[] = {
	{ 0700, 1 }, { 0755, 1 }, { 01777, 1 }, { 01775, 1 }, { 01700, 1 },
	{ 0775, 0 }, { 0757, 0 }, { 0777, 0 }, { 0720, 0 }, { 02775, 0 },
};

START_TEST(file_open_looks_at_the_mode_of_the_folder)
{
	char name[20];

	(void)snprintf(name, sizeof(name), "folder %04o",
	    (unsigned)FOLDERS[_i].mode);
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	ck_assert_int_eq(chmod(dir, FOLDERS[_i].mode), 0);
	if (FOLDERS[_i].is_safe)
		expect_open(name, "a may\n");
	else
		expect_fail(name, TLSP_E_UNSAFE);
}
END_TEST

START_TEST(file_open_refuses_a_file_of_another_owner)
{
	if (!is_root("file_open_refuses_a_file_of_another_owner"))
		return;
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	ck_assert_int_eq(chown(path, NOBODY_UID, (gid_t)-1), 0);
	expect_fail("owner", TLSP_E_UNSAFE);
	EXPECT_CODE("nobody is trusted", TLSP_E_UNSAFE, tlsp_file_open(path,
	    (uid_t)-1, &file, &err));
	tlsp_file_close(&file);
	EXPECT_CODE("his own", TLSP_OK, tlsp_file_open(path, NOBODY_UID,
	    &file, &err));
}
END_TEST

START_TEST(file_open_refuses_a_folder_of_another_owner)
{
	if (!is_root("file_open_refuses_a_folder_of_another_owner"))
		return;
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	ck_assert_int_eq(chown(dir, NOBODY_UID, (gid_t)-1), 0);
	expect_fail("folder", TLSP_E_UNSAFE);
	ck_assert_int_eq(chmod(dir, 01777), 0);
	expect_fail("his sticky folder", TLSP_E_UNSAFE);
	EXPECT_CODE("his own", TLSP_OK, tlsp_file_open(path, NOBODY_UID,
	    &file, &err));
}
END_TEST

START_TEST(file_open_trusts_root_whoever_calls)
{
	if (!is_root("file_open_trusts_root_whoever_calls"))
		return;
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	EXPECT_CODE("root's", TLSP_OK, tlsp_file_open(path, (uid_t)-1, &file,
	    &err));
	tlsp_file_close(&file);
	EXPECT_CODE("root's", TLSP_OK, tlsp_file_open(path, NOBODY_UID, &file,
	    &err));
}
END_TEST

/* Its first bytes are nobody's: reading gives an error, not an end. */
START_TEST(file_open_tells_of_a_read_that_fails)
{
	EXPECT_CODE("mem", TLSP_E_IO, tlsp_file_open("/proc/self/mem",
	    geteuid(), &file, &err));
	EXPECT_ERR("mem", &err, TLSP_E_IO, 0, 0);
	ck_assert_ptr_nonnull(strstr(err.text, "cannot read"));
	ck_assert_ptr_null(file.buf);
}
END_TEST

START_TEST(file_open_says_when_memory_runs_out)
{
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	check_alloc_fail_at(0);
	EXPECT_CODE("memory", TLSP_E_NOMEM, tlsp_file_open(path, geteuid(),
	    &file, &err));
	check_alloc_fail_at(-1);
	EXPECT_ERR("memory", &err, TLSP_E_NOMEM, 0, 0);
	ck_assert_ptr_null(file.buf);
}
END_TEST

START_TEST(file_close_may_be_repeated)
{
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	expect_open("open", "a may\n");
	tlsp_file_close(&file);
	ck_assert_int_eq(file.fd, -1);
	ck_assert_ptr_null(file.buf);
	tlsp_file_close(&file);
	tlsp_file_drop(&file);
}
END_TEST

static void
set_mtime(time_t sec, long nsec)
{
	const struct timespec times[2] = { { sec, nsec }, { sec, nsec } };

	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* What happens to an open file, and who can see it. */
static void
change_nothing(void)
{
	char byte;

	ck_assert_int_eq(pread(file.fd, &byte, 1, 0), 1);
	(void)access(path, R_OK);
}

static void
change_rewrite(void)
{
	ck_assert_int_eq(help_write(path, "a none\n", 0), 0);
}

static void
change_same_size(void)
{
	ck_assert_int_eq(help_write(path, "b may\n", 0), 0);
}

static void
change_mtime(void)
{
	set_mtime(file.st.st_mtim.tv_sec + 1, file.st.st_mtim.tv_nsec);
}

static void
change_within_the_second(void)
{
	set_mtime(file.st.st_mtim.tv_sec, (file.st.st_mtim.tv_nsec + 1) %
	    1000000000L);
}

static void
change_and_keep_mtime(void)
{
	change_same_size();
	set_mtime(file.st.st_mtim.tv_sec, file.st.st_mtim.tv_nsec);
}

static void
change_unlink(void)
{
	ck_assert_int_eq(unlink(path), 0);
}

static void
change_replace(void)
{
	const char *other = help_path(dir, "new");

	ck_assert_int_eq(help_write(other, "b may\n", 60), 0);
	ck_assert_int_eq(rename(other, path), 0);
}

static void
change_rename_away(void)
{
	ck_assert_int_eq(rename(path, help_path(dir, "old")), 0);
}

static void
change_keep_a_copy(void)
{
	ck_assert_int_eq(link(path, help_path(dir, "backup")), 0);
	change_replace();
}

static void
change_mode(void)
{
	ck_assert_int_eq(chmod(path, 0666), 0);
}

static const struct {
	const char *name;
	void (*change)(void);
	enum tlsp_file_change want;
} CHANGES[] = {
	{ "only read", change_nothing, TLSP_FILE_SAME },
	{ "rewritten", change_rewrite, TLSP_FILE_CHANGED },
	{ "rewritten, same size", change_same_size, TLSP_FILE_CHANGED },
	{ "another mtime", change_mtime, TLSP_FILE_CHANGED },
	{ "unlinked", change_unlink, TLSP_FILE_CHANGED },
	{ "replaced by rename", change_replace, TLSP_FILE_CHANGED },
	{ "within the second", change_within_the_second,
	    TLSP_FILE_CHANGED_UNSEEN },
	{ "rewritten, mtime kept", change_and_keep_mtime,
	    TLSP_FILE_CHANGED_UNSEEN },
	{ "renamed away", change_rename_away, TLSP_FILE_CHANGED_UNSEEN },
	{ "replaced, a link kept", change_keep_a_copy,
	    TLSP_FILE_CHANGED_UNSEEN },
	{ "another mode", change_mode, TLSP_FILE_CHANGED_UNSEEN },
};

START_TEST(file_changed_tells_what_the_host_sees)
{
	ck_assert_int_eq(help_write(path, "a may\n", 60), 0);
	expect_open(CHANGES[_i].name, "a may\n");
	CHANGES[_i].change();
	ck_assert_msg(tlsp_file_changed(&file) == CHANGES[_i].want,
	    "%s: %d, not %d", CHANGES[_i].name,
	    (int)tlsp_file_changed(&file), (int)CHANGES[_i].want);
}
END_TEST

START_TEST(file_changed_believes_no_broken_descriptor)
{
	struct tlsp_file none = { .fd = -1 };

	ck_assert_int_eq(tlsp_file_changed(&none), TLSP_FILE_CHANGED_UNSEEN);
}
END_TEST

static void
add_refusals(TCase *tcase)
{
	tcase_add_test(tcase, file_open_refuses_an_absent_file);
	tcase_add_test(tcase, file_open_refuses_an_empty_file);
	tcase_add_test(tcase, file_open_refuses_a_folder);
	tcase_add_test(tcase, file_open_does_not_wait_for_a_fifo);
	tcase_add_test(tcase, file_open_refuses_a_device);
	tcase_add_test(tcase, file_open_refuses_links_in_a_circle);
	tcase_add_test(tcase, file_open_refuses_a_file_that_is_too_large);
	tcase_add_test(tcase, file_open_refuses_what_it_may_not_read);
	tcase_add_loop_test(tcase, file_open_looks_at_the_mode_of_the_file, 0,
	    N_ITEMS(MODES));
	tcase_add_loop_test(tcase, file_open_looks_at_the_mode_of_the_folder,
	    0, N_ITEMS(FOLDERS));
	tcase_add_test(tcase, file_open_refuses_a_file_of_another_owner);
	tcase_add_test(tcase, file_open_refuses_a_folder_of_another_owner);
	tcase_add_test(tcase, file_open_trusts_root_whoever_calls);
}

Suite *
check_file_suite(void)
{
	Suite *suite = suite_create("file");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_file_open");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, file_open_reads_the_whole_file);
	tcase_add_test(tcase, file_open_reads_a_file_of_megabytes);
	tcase_add_test(tcase, file_open_takes_a_path_without_a_folder);
	tcase_add_test(tcase, file_open_says_when_memory_runs_out);
	tcase_add_test(tcase, file_open_tells_of_a_read_that_fails);
	add_refusals(tcase);
	ADD_CASE(suite, tcase, "tlsp_file_close");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, file_close_may_be_repeated);
	ADD_CASE(suite, tcase, "tlsp_file_changed");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, file_changed_tells_what_the_host_sees, 0,
	    N_ITEMS(CHANGES));
	tcase_add_test(tcase, file_changed_believes_no_broken_descriptor);
	check_file_add_beside(suite);
	check_file_add_links(suite);
	check_file_add_writers(suite);
	return suite;
}
