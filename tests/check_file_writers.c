/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_file_writers.c - the room file: somebody writes while it is read.
 * Knows:    clocks; a child process is the writer. No test asks how fast.
 */
#include "check_tlsp.h"

#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../dict_tlspolicy/file.h"

/* A text that is whole if it begins and ends so. */
#define HEAD	"head may\n"
#define TAIL	"tail may\n"

static char *dir;
static char *path;
static char *other;
static struct tlsp_file file;
static struct tlsp_err err;
static pid_t writer;
static sem_t *ready;

static void
setup(void)
{
	dir = help_dir();
	ck_assert_ptr_nonnull(dir);
	path = strdup(help_path(dir, "partners"));
	other = strdup(help_path(dir, "partners.new"));
	file.fd = -1;
	writer = 0;
}

static void
stop_writer(void)
{
	if (writer > 0) {
		(void)kill(writer, SIGKILL);
		(void)waitpid(writer, NULL, 0);
	}
	writer = 0;
}

static void
teardown(void)
{
	stop_writer();
	tlsp_file_close(&file);
	help_dir_remove(dir);
	free(path);
	free(other);
}

static void
nap_ms(long ms)
{
	const struct timespec nap = { ms / 1000, ms % 1000 * 1000000L };

	(void)nanosleep(&nap, NULL);
}

/* Run a writer beside the test, until it returns or is stopped. */
static void
start_writer(void (*run)(void))
{
	writer = fork();
	ck_assert_int_ge(writer, 0);
	if (writer == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		run();
		_exit(0);
	}
}

static void
append(const char *text)
{
	const int fd = open(path, O_WRONLY | O_APPEND);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		_exit(1);
	(void)close(fd);
}

static int
is_whole(void)
{
	const size_t head = strlen(HEAD), tail = strlen(TAIL);

	return file.len >= head + tail &&
	    memcmp(file.buf, HEAD, head) == 0 &&
	    memcmp(file.buf + file.len - tail, TAIL, tail) == 0;
}

/* Wait for the first tenth of a second, so that no test straddles two. */
static void
wait_for_a_second_to_begin(void)
{
	struct timespec now;

	do {
		nap_ms(10);
		(void)clock_gettime(CLOCK_REALTIME, &now);
	} while (now.tv_nsec < 20000000L || now.tv_nsec > 120000000L);
}

/* What is written from now on must bear another second than what was read. */
START_TEST(file_open_waits_until_the_second_of_a_file_is_over)
{
	struct timespec now;

	wait_for_a_second_to_begin();
	ck_assert_int_eq(help_write(path, HEAD TAIL, 0), 0);
	EXPECT_CODE("young", TLSP_OK, tlsp_file_open(path, geteuid(), &file,
	    &err));
	(void)clock_gettime(CLOCK_REALTIME, &now);
	ck_assert_int_gt(now.tv_sec, file.st.st_mtim.tv_sec);
	ck_assert(is_whole());
}
END_TEST

START_TEST(file_open_believes_a_time_in_the_future)
{
	ck_assert_int_eq(help_write(path, HEAD TAIL, -86400), 0);
	ck_assert_int_eq(help_age(path, -86400), 0);
	EXPECT_CODE("future", TLSP_OK, tlsp_file_open(path, geteuid(), &file,
	    &err));
	ck_assert(is_whole());
}
END_TEST

static void
finish_soon(void)
{
	int n;

	for (n = 0; n < 8; n++) {
		nap_ms(40);
		append("more may\n");
	}
	append(TAIL);
}

START_TEST(file_open_waits_for_the_end_of_a_text)
{
	wait_for_a_second_to_begin();
	ck_assert_int_eq(help_write(path, HEAD, 0), 0);
	start_writer(finish_soon);
	EXPECT_CODE("half", TLSP_OK, tlsp_file_open(path, geteuid(), &file,
	    &err));
	ck_assert_msg(is_whole(), "%zu bytes were taken for the whole",
	    file.len);
}
END_TEST

/*
 * The same, and the turn of the second lies between the last write and the
 * first reading: the file is 200 ms old, and being written.
 */
START_TEST(file_open_waits_for_the_end_of_a_text_of_the_last_second)
{
	struct timespec times[2];

	wait_for_a_second_to_begin();
	ck_assert_int_eq(help_write(path, HEAD, 0), 0);
	(void)clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec--;
	times[0].tv_nsec = 900000000L;
	times[1] = times[0];
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	start_writer(finish_soon);
	EXPECT_CODE("half", TLSP_OK, tlsp_file_open(path, geteuid(), &file,
	    &err));
	ck_assert_msg(is_whole(), "%zu bytes, younger than a second, were "
	    "taken for the whole", file.len);
}
END_TEST

static void
write_for_ever(void)
{
	for (;;) {
		append("more may\n");
		nap_ms(5);
	}
}

START_TEST(file_open_gives_up_on_a_file_that_never_settles)
{
	ck_assert_int_eq(help_write(path, HEAD, 0), 0);
	start_writer(write_for_ever);
	EXPECT_CODE("busy", TLSP_E_BUSY, tlsp_file_open(path, geteuid(),
	    &file, &err));
	EXPECT_ERR("busy", &err, TLSP_E_BUSY, 0, 0);
	EXPECT_STR("busy", path, err.at.file);
	ck_assert_ptr_null(file.buf);
}
END_TEST

/*
 * Each text is whole, and its time stamp nearly a second ahead, so that the
 * second of its mtime is not over before the next one comes.
 */
static void
publish(int n, long every_ms)
{
	struct timespec times[2];

	while (n-- != 0) {
		if (help_write(other, HEAD "more may\n" TAIL, 0) != 0)
			_exit(1);
		(void)clock_gettime(CLOCK_REALTIME, &times[0]);
		times[0].tv_sec += times[0].tv_nsec >= 100000000L;
		times[0].tv_nsec = (times[0].tv_nsec + 900000000L) %
		    1000000000L;
		times[1] = times[0];
		if (utimensat(AT_FDCWD, other, times, 0) != 0 ||
		    rename(other, path) != 0)
			_exit(1);
		nap_ms(every_ms);
	}
}

static void
publish_some(void)
{
	publish(5, 100);
}

static void
publish_for_ever(void)
{
	publish(-1, 800);
}

START_TEST(file_open_takes_a_file_that_was_replaced_by_rename)
{
	ck_assert_int_eq(help_write(path, HEAD TAIL, 0), 0);
	start_writer(publish_some);
	EXPECT_CODE("renamed", TLSP_OK, tlsp_file_open(path, geteuid(), &file,
	    &err));
	ck_assert(is_whole());
}
END_TEST

START_TEST(file_open_takes_a_file_that_is_replaced_again_and_again)
{
	ck_assert_int_eq(help_write(path, HEAD TAIL, 0), 0);
	start_writer(publish_for_ever);
	EXPECT_CODE("renamed", TLSP_OK, tlsp_file_open(path, geteuid(), &file,
	    &err));
	ck_assert(is_whole());
}
END_TEST

/* When the file is opened, a shorter text is written over it. */
static void
cut_when_opened(void)
{
	const int fd = inotify_init();
	char event[sizeof(struct inotify_event) + NAME_MAX + 1];

	if (inotify_add_watch(fd, path, IN_OPEN) < 0)
		_exit(1);
	(void)sem_post(ready);
	if (read(fd, event, sizeof(event)) < 0 ||
	    help_write(path, HEAD TAIL, 0) != 0)
		_exit(1);
}

START_TEST(file_open_never_returns_what_was_cut_while_it_read)
{
	/* Large, so that reading takes a while; the most of it is a hole. */
	ck_assert_int_eq(help_write(path, HEAD, 0), 0);
	ck_assert_int_eq(truncate(path, (off_t)128 << 20), 0);
	append(TAIL);
	ck_assert_int_eq(help_age(path, 60), 0);
	ready = mmap(NULL, sizeof(*ready), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_int_eq(sem_init(ready, 1, 0), 0);
	start_writer(cut_when_opened);
	ck_assert_int_eq(sem_wait(ready), 0);
	EXPECT_CODE("cut", TLSP_OK, tlsp_file_open(path, geteuid(), &file,
	    &err));
	ck_assert_msg(is_whole(), "%zu bytes", file.len);
	(void)munmap(ready, sizeof(*ready));
}
END_TEST

static void
rename_late(void)
{
	nap_ms(60);
	if (rename(other, path) != 0)
		_exit(1);
}

START_TEST(file_open_waits_between_unlink_and_rename)
{
	ck_assert_int_eq(help_write(other, HEAD TAIL, 60), 0);
	start_writer(rename_late);
	EXPECT_CODE("absent", TLSP_OK, tlsp_file_open(path, geteuid(), &file,
	    &err));
	ck_assert(is_whole());
}
END_TEST

/* cp(1) into the place, again and again: never half a text. */
static void
copy_for_a_while(void)
{
	int n;

	for (n = 0; n < 60; n++) {
		if (help_write(path, HEAD, 0) != 0)
			_exit(1);
		nap_ms(n % 7);
		append("more may\n");
		nap_ms(n % 5);
		append(TAIL);
		nap_ms(n % 3 * 10);
	}
}

START_TEST(file_open_never_returns_half_a_copy)
{
	enum tlsp_code code;

	ck_assert_int_eq(help_write(path, HEAD TAIL, 0), 0);
	start_writer(copy_for_a_while);
	code = tlsp_file_open(path, geteuid(), &file, &err);
	ck_assert_msg(code == TLSP_E_BUSY || (code == TLSP_OK && is_whole()),
	    "code %d, %zu bytes", (int)code, file.len);
}
END_TEST

void
check_file_add_writers(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "writers");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase,
	    file_open_waits_until_the_second_of_a_file_is_over);
	tcase_add_test(tcase, file_open_believes_a_time_in_the_future);
	tcase_add_test(tcase, file_open_waits_for_the_end_of_a_text);
	tcase_add_test(tcase,
	    file_open_waits_for_the_end_of_a_text_of_the_last_second);
	tcase_add_test(tcase,
	    file_open_gives_up_on_a_file_that_never_settles);
	tcase_add_test(tcase,
	    file_open_takes_a_file_that_was_replaced_by_rename);
	tcase_add_test(tcase,
	    file_open_takes_a_file_that_is_replaced_again_and_again);
	tcase_add_test(tcase, file_open_waits_between_unlink_and_rename);
	tcase_add_test(tcase, file_open_never_returns_half_a_copy);
	tcase_add_test(tcase,
	    file_open_never_returns_what_was_cut_while_it_read);
}
