/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_disk.c - the room disk: which index is used for which rules file.
 * Knows:    owners and modes; what needs root is left out loudly without.
 */
#include "check_disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY_UID	65534

static int
is_root(const char *test)
{
	if (geteuid() == 0)
		return 1;
	(void)fprintf(stderr, "SKIPPED, it needs root: %s\n", test);
	return 0;
}

/* Refused, and the message has the reason, the file and what is done. */
static void
expect_refused(const char *what, enum tlsp_code code, const char *why)
{
	EXPECT_CODE(what, code, open_disk());
	EXPECT_ERR(what, &help.err, code, 0, 0);
	EXPECT_STR(what, path, help.err.at.file);
	ck_assert_msg(strstr(help.err.text, why) != NULL, "%s: %s", what,
	    help.err.text);
	ck_assert_ptr_null(image.bytes);
}

/* Whatever the file says of itself: is it used in the end? */
static int
is_used(void)
{
	struct tlsp_index idx;

	return open_disk() == TLSP_OK && tlsp_index_attach(path, &image.head,
	    image.bytes, image.len, &idx, &help.err) == TLSP_OK;
}

START_TEST(disk_open_takes_what_was_published)
{
	const int n_rules = _i == 0 ? 3 : 5000;

	begin(n_rules);
	EXPECT_CODE("open", TLSP_OK, open_disk());
	ck_assert_uint_eq(image.len, help.image.len);
	ck_assert_mem_eq(image.bytes, help.image.bytes, image.len);
	ck_assert_uint_eq((uintptr_t)image.bytes % 64, 0);
	ck_assert_int_eq(image.is_mapped, _i != 0);
	ck_assert_int_eq(is_used(), 1);
}
END_TEST

START_TEST(disk_open_finds_none)
{
	ck_assert_int_eq(help_write(path, "a.example may\n", 60), 0);
	look();
	EXPECT_CODE("none", TLSP_NONE, open_disk());
	ck_assert_ptr_null(image.bytes);
}
END_TEST

/* The rules file has changed since: in any of what is known of it. */
static void
other_inode(void)
{
	struct stat st;
	const char *other = help_path(dir, "other");
	struct timespec times[2];

	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(help_write(other, "a.example may\n", 60), 0);
	times[0] = times[1] = st.st_mtim;
	ck_assert_int_eq(utimensat(AT_FDCWD, other, times, 0), 0);
	ck_assert_int_eq(rename(other, path), 0);
}

static void
other_size(void)
{
	struct stat st;
	struct timespec times[2];

	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(help_write(path, "a.example may\n\n", 0), 0);
	times[0] = times[1] = st.st_mtim;
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void
other_mtime(void)
{
	struct timespec times[2] = { { 0, UTIME_OMIT }, { 1000, 1 } };

	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* The same bytes, the same mtime: only ctime tells. */
static void
other_ctime(void)
{
	struct stat st;
	struct timespec times[2];

	ck_assert_int_eq(stat(path, &st), 0);
	while (!tlsp_file_is_past(&text))
		tlsp_file_doze();
	ck_assert_int_eq(help_write(path, "b.example may\n", 0), 0);
	times[0] = times[1] = st.st_mtim;
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void (*const CHANGES[])(void) = {
	other_inode, other_size, other_mtime, other_ctime
};

START_TEST(disk_open_refuses_an_index_of_other_rules)
{
	begin(3);
	CHANGES[_i]();
	look();
	expect_refused("other rules", TLSP_E_CONFLICT, "before the rules file "
	    "was last changed");
}
END_TEST

/* Each number that says which file the rules were. */
START_TEST(disk_open_refuses_any_other_id)
{
	struct tlsp_frozen *head;
	size_t n;

	begin(3);
	for (n = 0; n < sizeof(head->text); n += 8) {
		head = (void *)help.image.bytes;
		((unsigned char *)&head->text)[n] ^= 1;
		head->check = tlsp_frozen_check(head);
		EXPECT_CODE("publish", TLSP_OK, publish());
		expect_refused("id", TLSP_E_CONFLICT, "before the rules file "
		    "was last changed");
		((unsigned char *)&head->text)[n] ^= 1;
	}
}
END_TEST

/* Made by, or for, another program, with a good check. */
static const struct { const char *name; size_t at; const char *why; } OTHERS[]
    = {
	{ "magic", offsetof(struct tlsp_frozen, magic), "not an index" },
	{ "order", offsetof(struct tlsp_frozen, order), "order of bytes" },
	{ "format", offsetof(struct tlsp_frozen, format),
	    "another version of tlspolicy" },
	{ "grammar", offsetof(struct tlsp_frozen, grammar),
	    "another version of tlspolicy" },
	{ "postfix", offsetof(struct tlsp_frozen, postfix),
	    "another version of Postfix" },
	{ "host", offsetof(struct tlsp_frozen, host), "smtputf8_enable" },
};

START_TEST(disk_open_refuses_an_index_of_another_program)
{
	struct tlsp_frozen *head;

	begin(3);
	head = (void *)help.image.bytes;
	help.image.bytes[OTHERS[_i].at] ^= 1;
	head->check = tlsp_frozen_check(head);
	EXPECT_CODE("publish", TLSP_OK, publish());
	expect_refused(OTHERS[_i].name, TLSP_E_CONFLICT, OTHERS[_i].why);
}
END_TEST

START_TEST(disk_open_refuses_an_index_for_another_host)
{
	begin(3);
	help.host.postfix = 308;
	expect_refused("postfix", TLSP_E_CONFLICT, "version of Postfix");
	help.host.postfix = 307;
	ck_assert_int_eq(is_used(), 1);
	help.host.is_utf8 = 0;
	expect_refused("utf8", TLSP_E_CONFLICT, "smtputf8_enable");
	help.host.is_utf8 = 1;
	help.host.to_utf8 = NULL;
	expect_refused("idn", TLSP_E_CONFLICT, "smtputf8_enable");
}
END_TEST

START_TEST(disk_open_refuses_what_others_can_write)
{
	static const mode_t modes[] = { 0664, 0646, 0666, 0620, 0602 };

	begin(3);
	ck_assert_int_eq(chmod(name, modes[_i]), 0);
	expect_refused("mode", TLSP_E_UNSAFE, "write");
	ck_assert_int_eq(chmod(name, 0644), 0);
	ck_assert_int_eq(is_used(), 1);
}
END_TEST

START_TEST(disk_open_refuses_what_belongs_to_another)
{
	if (!is_root("disk_open_refuses_what_belongs_to_another"))
		return;
	begin(3);
	ck_assert_int_eq(chown(name, NOBODY_UID, (gid_t)-1), 0);
	expect_refused("owner", TLSP_E_UNSAFE, "65534");
	EXPECT_CODE("his own", TLSP_OK, open_disk_as(NOBODY_UID));
	expect_refused("nobody is trusted", TLSP_E_UNSAFE, "65534");
}
END_TEST

START_TEST(disk_open_refuses_what_it_may_not_read)
{
	if (!is_root("disk_open_refuses_what_it_may_not_read"))
		return;
	begin(3);
	ck_assert_int_eq(chmod(name, 0600), 0);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(seteuid(NOBODY_UID), 0);
	expect_refused("unreadable", TLSP_E_IO, "ermission");
	ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

/* The time limit of the case is what fails where a FIFO holds it. */
START_TEST(disk_open_refuses_what_is_no_file)
{
	const char *away = help_path(dir, "away");

	begin(3);
	ck_assert_int_eq(rename(name, away), 0);
	ck_assert_int_eq(symlink(away, name), 0);
	expect_refused("link", TLSP_E_IO, "");
	ck_assert_int_eq(unlink(name), 0);
	ck_assert_int_eq(mkdir(name, 0755), 0);
	expect_refused("folder", TLSP_E_IO, "not a regular file");
	ck_assert_int_eq(rmdir(name), 0);
	ck_assert_int_eq(mkfifo(name, 0644), 0);
	expect_refused("fifo", TLSP_E_IO, "not a regular file");
	ck_assert_int_eq(unlink(name), 0);
	ck_assert_int_eq(link(away, name), 0);
	ck_assert_int_eq(is_used(), 1);
}
END_TEST

START_TEST(disk_open_refuses_a_file_cut_short)
{
	off_t len;

	begin(_i == 0 ? 3 : 5000);
	for (len = (off_t)help.image.len - 1; len >= 0;
	    len -= len <= 300 ? 1 : 97) {
		ck_assert_int_eq(truncate(name, len), 0);
		ck_assert_msg(!is_used(), "cut to %ld bytes, and used",
		    (long)len);
	}
	expect_refused("empty", TLSP_E_DAMAGED, "not an index");
}
END_TEST

START_TEST(disk_open_refuses_a_file_that_has_grown)
{
	begin(_i == 0 ? 3 : 5000);
	ck_assert_int_eq(truncate(name, (off_t)help.image.len + 1), 0);
	ck_assert_int_eq(is_used(), 0);
	ck_assert_int_eq(truncate(name, (off_t)help.image.len + 100000), 0);
	ck_assert_int_eq(is_used(), 0);
}
END_TEST

/* Any bit of the head but those that mean nothing. */
START_TEST(disk_open_sees_each_bit_of_the_head)
{
	const size_t n_bits = offsetof(struct tlsp_frozen, pad) * 8;
	unsigned char byte;
	size_t bit;
	int fd;

	begin(3);
	ck_assert_int_ge(fd = open(name, O_WRONLY), 0);
	for (bit = 0; bit < n_bits; bit++) {
		byte = (unsigned char)(help.image.bytes[bit / 8] ^
		    1U << bit % 8);
		ck_assert_int_eq(pwrite(fd, &byte, 1, (off_t)(bit / 8)), 1);
		ck_assert_msg(!is_used(), "bit %zu is not seen", bit);
		ck_assert_int_eq(pwrite(fd, &help.image.bytes[bit / 8], 1,
		    (off_t)(bit / 8)), 1);
	}
	ck_assert_int_eq(is_used(), 1);
	(void)close(fd);
}
END_TEST

START_TEST(disk_open_survives_a_lack_of_memory)
{
	begin(3);
	check_alloc_fail_at(0);
	(void)open_disk();
	check_alloc_fail_at(-1);
	EXPECT_CODE("enough", TLSP_OK, open_disk());
}
END_TEST

/* The seed is another one each time, or old bytes would fit in. */
START_TEST(disk_head_takes_another_seed_each_time)
{
	struct tlsp_frozen one, two;
	int n;

	ck_assert_int_eq(help_write(path, "a.example may\n", 60), 0);
	look();
	for (n = 0; n < 1000; n++) {
		tlsp_disk_head(&text, &help.host, &one);
		tlsp_disk_head(&text, &help.host, &two);
		ck_assert(one.seed != two.seed);
	}
	ck_assert_mem_eq(&one.text, &two.text, sizeof(one.text));
	ck_assert_uint_eq(one.text.ino, text.st.st_ino);
	ck_assert_uint_eq(one.text.size, text.st.st_size);
}
END_TEST

static void
add_open_tests(TCase *tcase)
{
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, disk_open_takes_what_was_published, 0, 2);
	tcase_add_test(tcase, disk_open_finds_none);
	tcase_add_loop_test(tcase, disk_open_refuses_an_index_of_other_rules,
	    0, N_ITEMS(CHANGES));
	tcase_add_test(tcase, disk_open_refuses_any_other_id);
	tcase_add_loop_test(tcase,
	    disk_open_refuses_an_index_of_another_program, 0,
	    N_ITEMS(OTHERS));
	tcase_add_test(tcase, disk_open_refuses_an_index_for_another_host);
	tcase_add_loop_test(tcase, disk_open_refuses_what_others_can_write, 0,
	    5);
	tcase_add_test(tcase, disk_open_refuses_what_belongs_to_another);
	tcase_add_test(tcase, disk_open_refuses_what_it_may_not_read);
	tcase_add_test(tcase, disk_open_refuses_what_is_no_file);
	tcase_add_loop_test(tcase, disk_open_refuses_a_file_cut_short, 0, 2);
	tcase_add_loop_test(tcase, disk_open_refuses_a_file_that_has_grown, 0,
	    2);
	tcase_add_test(tcase, disk_open_sees_each_bit_of_the_head);
	tcase_add_test(tcase, disk_open_survives_a_lack_of_memory);
}

Suite *
check_disk_suite(void)
{
	Suite *suite = suite_create("disk");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_disk_open");
	add_open_tests(tcase);
	ADD_CASE(suite, tcase, "tlsp_disk_head");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, disk_head_takes_another_seed_each_time);
	check_disk_add_publish(suite);
	return suite;
}
