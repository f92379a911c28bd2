/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_store_edit.c - the room store: writers.
 */
#include "check_store.h"

#include <sys/file.h>
#include <sys/wait.h>

static struct tlsp_store_edit *edit;

static enum tlsp_code
begin(int is_fresh, unsigned wait_s)
{
	memset(&err, 0, sizeof(err));
	edit = NULL;
	return tlsp_store_edit_begin(path, geteuid(), is_fresh, wait_s, &edit,
	    &err);
}

static enum tlsp_code
put(unsigned n, unsigned generation)
{
	struct help_record record;
	enum tlsp_code code;

	help_record(&record, n, generation);
	code = tlsp_store_edit_put(edit, record.key, record.key_len,
	    record.value, record.len, &err);
	free(record.value);
	return code;
}

static enum tlsp_code
remove_key(unsigned n)
{
	struct help_record record;

	help_record(&record, n, 0);
	free(record.value);
	return tlsp_store_edit_remove(edit, record.key, record.key_len, &err);
}

/* generations[n]: of the n-th record, or -1: it must not be there. */
static void
expect_edit(const int *generations, unsigned n_all)
{
	struct help_record record;
	const char *key = NULL, *value;
	size_t key_len = 0, len;
	enum tlsp_code code;
	unsigned n;

	for (n = 0; n < n_all; n++) {
		help_record(&record, n, (unsigned)generations[n]);
		code = tlsp_store_edit_get(edit, record.key, record.key_len,
		    &value, &len);
		EXPECT_TRUE(code == (generations[n] < 0 ? TLSP_NONE :
		    TLSP_OK), "%s: %d", record.key, (int)code);
		EXPECT_TRUE(code != TLSP_OK || (len == record.len &&
		    memcmp(value, record.value, len) == 0), "%s", record.key);
		free(record.value);
	}
	for (n = 0; n < n_all; n++) {
		if (generations[n] < 0)
			continue;
		help_record(&record, n, (unsigned)generations[n]);
		code = tlsp_store_edit_next(edit, key, key_len, &key,
		    &key_len, &value, &len);
		EXPECT_TRUE(code == TLSP_OK && strcmp(key, record.key) == 0 &&
		    len == record.len && memcmp(value, record.value, len) ==
		    0, "next: %s, not %s", key, record.key);
		free(record.value);
	}
	EXPECT_CODE("end", TLSP_NONE, tlsp_store_edit_next(edit, key, key_len,
	    &key, &key_len, &value, &len));
}

/* Any puts and removals, seen before the commit as after it. */
START_TEST(store_edit_is_what_becomes_of_an_array)
{
	int generations[200];
	uint64_t dice = (uint64_t)_i;
	unsigned n, round, step, n_there;

	for (n = 0; n < 200; n++)
		generations[n] = n < 150 && _i % 4 != 3 ? 0 : -1;
	if (_i % 4 != 3)
		publish(150, 0);
	for (round = 1; round < 5; round++) {
		EXPECT_CODE("begin", TLSP_OK, begin(0, 0));
		for (step = 0; step < 60; step++) {
			dice = help_random(dice);
			n = (unsigned)(dice >> 8) % 200;
			if (dice % 3 == 0) {
				EXPECT_CODE("remove", generations[n] < 0 ?
				    TLSP_NONE : TLSP_OK, remove_key(n));
				generations[n] = -1;
			} else {
				EXPECT_CODE("put", TLSP_OK, put(n, round));
				generations[n] = (int)round;
			}
		}
		expect_edit(generations, 200);
		EXPECT_CODE("commit", TLSP_OK, tlsp_store_edit_commit(edit,
		    &err));
		EXPECT_CODE("again", TLSP_OK, begin(0, 0));
		expect_edit(generations, 200);
		tlsp_store_edit_abort(edit);
		ck_assert_int_eq(help_store_verify(name), 0);
	}
	for (n = n_there = 0; n < 200; n++)
		n_there += generations[n] >= 0;
	ck_assert_uint_gt(n_there, 50);
	ck_assert_uint_eq(count_in(dir), 3);
}
END_TEST

/* What was in memory before: keys, perhaps. The file is for everybody. */
START_TEST(store_edit_writes_nothing_but_records)
{
	enum { N_BLOCKS = 2000, BLOCK = 5000 };
	static char *blocks[N_BLOCKS];
	unsigned char *bytes;
	size_t len, n, found = 0;

	for (n = 0; n < N_BLOCKS; n++) {
		ck_assert_ptr_nonnull(blocks[n] = malloc(BLOCK));
		memset(blocks[n], 0xee, BLOCK);
	}
	/* Every other one, so that they are not given back as a whole. */
	for (n = 0; n < N_BLOCKS; n += 2)
		free(blocks[n]);
	publish(2000, 1);
	for (n = 1; n < N_BLOCKS; n += 2)
		free(blocks[n]);
	bytes = (unsigned char *)help_read(name, &len);
	for (n = 0; n < len; n++)
		found += bytes[n] == 0xee;
	/* Checksums may hold some. */
	ck_assert_msg(found < len / 1000, "%zu bytes of %zu", found, len);
	free(bytes);
}
END_TEST

START_TEST(store_edit_abort_changes_nothing_and_lets_go)
{
	publish(10, 1);
	EXPECT_CODE("begin", TLSP_OK, begin(0, 0));
	EXPECT_CODE("put", TLSP_OK, put(3, 2));
	tlsp_store_edit_abort(edit);
	tlsp_store_edit_abort(NULL);
	expect_records(10, 1);
	EXPECT_CODE("begin", TLSP_OK, begin(0, 0));
	tlsp_store_edit_abort(edit);
}
END_TEST

START_TEST(store_edit_waits_for_the_lock_but_not_for_ever)
{
	struct tlsp_store_edit *first;

	publish(10, 1);
	EXPECT_CODE("begin", TLSP_OK, begin(0, 0));
	first = edit;
	EXPECT_CODE("at once", TLSP_E_BUSY, begin(0, 0));
	EXPECT_ERR("at once", &err, TLSP_E_BUSY, 0, 0);
	EXPECT_STR("at once", path, err.at.file);
	EXPECT_CODE("a second", TLSP_E_BUSY, begin(0, 1));
	EXPECT_CODE("commit", TLSP_OK, tlsp_store_edit_commit(first, &err));
	EXPECT_CODE("then", TLSP_OK, begin(0, 0));
	tlsp_store_edit_abort(edit);
}
END_TEST

/* Somebody removes the lock file: who holds the old one holds nothing. */
START_TEST(store_edit_locks_the_file_that_is_there)
{
	const char *lock = help_path(dir, "partners" TLSP_STORE_LOCK_SUFFIX);
	const int fd = open(lock, O_RDWR | O_CREAT, 0600);
	struct stat st;

	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	EXPECT_CODE("held", TLSP_E_BUSY, begin(1, 0));
	ck_assert_int_eq(unlink(lock), 0);
	EXPECT_CODE("gone", TLSP_OK, begin(1, 0));
	tlsp_store_edit_abort(edit);
	(void)close(fd);
	ck_assert_int_eq(stat(lock, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
}
END_TEST

static void
expect_refused(const char *what, enum tlsp_code code)
{
	EXPECT_CODE(what, code, begin(0, 0));
	EXPECT_ERR(what, &err, code, 0, 0);
	EXPECT_STR(what, path, err.at.file);
}

START_TEST(store_edit_passes_no_damage_on)
{
	static const char zero[512];
	int fd;

	publish(100, 1);
	fd = open(name, O_WRONLY);
	ck_assert_int_eq(pwrite(fd, zero, sizeof(zero), 4096 * 3 + 512), 512);
	(void)close(fd);
	expect_refused("damaged", TLSP_E_DAMAGED);
	/* But a new one can be made. */
	EXPECT_CODE("fresh", TLSP_OK, begin(1, 0));
	EXPECT_CODE("put", TLSP_OK, put(0, 2));
	EXPECT_CODE("commit", TLSP_OK, tlsp_store_edit_commit(edit, &err));
	expect_records(1, 2);
}
END_TEST

START_TEST(store_edit_refuses_a_second_name)
{
	publish(10, 1);
	ck_assert_int_eq(link(name, help_path(dir, "second")), 0);
	expect_refused("before", TLSP_E_CONFLICT);
	ck_assert_int_eq(unlink(help_path(dir, "second")), 0);
	EXPECT_CODE("begin", TLSP_OK, begin(0, 0));
	EXPECT_CODE("put", TLSP_OK, put(3, 2));
	ck_assert_int_eq(link(name, help_path(dir, "second")), 0);
	EXPECT_CODE("meanwhile", TLSP_E_CONFLICT, tlsp_store_edit_commit(edit,
	    &err));
	EXPECT_ERR("meanwhile", &err, TLSP_E_CONFLICT, 0, 0);
	expect_records(10, 1);
	ck_assert_uint_eq(count_in(dir), 4);
}
END_TEST

START_TEST(store_edit_wants_safe_rules_and_a_safe_store)
{
	publish(10, 1);
	switch (_i) {
	case 0:
		ck_assert_int_eq(chmod(name, 0666), 0);
		expect_refused("store", TLSP_E_UNSAFE);
		break;
	case 1:
		ck_assert_int_eq(chmod(path, 0666), 0);
		expect_refused("rules", TLSP_E_UNSAFE);
		break;
	case 2:
		ck_assert_int_eq(chmod(dir, 0777), 0);
		expect_refused("folder", TLSP_E_UNSAFE);
		break;
	case 3:
		ck_assert_int_eq(unlink(path), 0);
		expect_refused("no rules", TLSP_E_IO);
		break;
	case 4:
		ck_assert_int_eq(rename(name, help_path(dir, "real")), 0);
		ck_assert_int_eq(symlink("real", name), 0);
		expect_refused("link", TLSP_E_IO);
		break;
	default:
		ck_assert_int_eq(unlink(help_path(dir, "partners"
		    TLSP_STORE_LOCK_SUFFIX)), 0);
		ck_assert_int_eq(symlink("partners", help_path(dir, "partners"
		    TLSP_STORE_LOCK_SUFFIX)), 0);
		expect_refused("lock", TLSP_E_IO);
	}
}
END_TEST

static const char *const KEYS[] = { "", "!tlspolicy", "!x", "a b", "a\nb" };

START_TEST(store_edit_put_takes_proved_records_only)
{
	struct help_record record;
	int n;

	EXPECT_CODE("begin", TLSP_OK, begin(1, 0));
	help_record(&record, 1, 1);
	for (n = 0; n < N_ITEMS(KEYS); n++) {
		EXPECT_CODE(KEYS[n], TLSP_E_VALUE, tlsp_store_edit_put(edit,
		    KEYS[n], strlen(KEYS[n]), record.value, record.len,
		    &err));
		EXPECT_ERR(KEYS[n], &err, TLSP_E_VALUE, 0, 0);
	}
	EXPECT_CODE("another's", TLSP_E_VALUE, tlsp_store_edit_put(edit,
	    "other.example", 13, record.value, record.len, &err));
	EXPECT_CODE("cut", TLSP_E_VALUE, tlsp_store_edit_put(edit, record.key,
	    record.key_len, record.value, record.len - 1, &err));
	EXPECT_CODE("whole", TLSP_OK, tlsp_store_edit_put(edit, record.key,
	    record.key_len, record.value, record.len, &err));
	free(record.value);
	tlsp_store_edit_abort(edit);
}
END_TEST

/* From a writer that was killed, or from somebody who lays a trap. */
START_TEST(store_edit_commit_is_not_held_up_by_what_was_left)
{
	const char *left = help_path(dir, "partners" TLSP_STORE_NEW_SUFFIX);
	const char *victim = help_path(dir, "victim");
	struct stat st;
	char *got;
	size_t len;

	ck_assert_int_eq(help_write(victim, "whole", 60), 0);
	if (_i == 0)
		ck_assert_int_eq(help_write(left, "left over", 60), 0);
	else if (_i == 1)
		ck_assert_int_eq(symlink(victim, left), 0);
	else
		ck_assert_int_eq(link(victim, left), 0);
	(void)umask(_i == 0 ? 077 : 0);
	publish(10, 1);
	expect_records(10, 1);
	got = help_read(victim, &len);
	EXPECT_STR("victim", "whole", got);
	free(got);
	ck_assert_int_eq(stat(name, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0644);
	ck_assert_uint_eq(count_in(dir), 4);
}
END_TEST

START_TEST(store_edit_commit_says_why_it_cannot)
{
	EXPECT_CODE("begin", TLSP_OK, begin(1, 0));
	EXPECT_CODE("put", TLSP_OK, put(1, 1));
	ck_assert_int_eq(mkdir(_i == 0 ? name : help_path(dir, "partners"
	    TLSP_STORE_NEW_SUFFIX), 0755), 0);
	EXPECT_CODE("folder", TLSP_E_IO, tlsp_store_edit_commit(edit, &err));
	EXPECT_ERR("folder", &err, TLSP_E_IO, 0, 0);
	EXPECT_STR("folder", path, err.at.file);
	ck_assert_uint_eq(count_in(dir), 3);
}
END_TEST

/* The old store is damaged while it is edited: nothing of it is believed. */
START_TEST(store_edit_commit_fails_where_the_old_one_did)
{
	static const char zero[4096];
	const char *value;
	size_t len;
	int fd, n, is_damaged = 0;

	publish(1000, 1);
	EXPECT_CODE("begin", TLSP_OK, begin(0, 0));
	fd = open(name, O_WRONLY);
	for (n = 1; n < 20; n++)
		ck_assert_int_eq(pwrite(fd, zero, 4096, 4096 * n), 4096);
	(void)close(fd);
	for (n = 0; n < 100 && _i == 0; n++) {
		struct help_record record;

		help_record(&record, n, 1);
		is_damaged |= tlsp_store_edit_get(edit, record.key,
		    record.key_len, &value, &len) == TLSP_E_DAMAGED;
		free(record.value);
	}
	ck_assert_int_eq(is_damaged, _i == 0);
	EXPECT_CODE("put", TLSP_OK, put(5, 2));
	ck_assert_int_lt(tlsp_store_edit_commit(edit, &err), 0);
	ck_assert_uint_eq(count_in(dir), 3);
}
END_TEST

START_TEST(store_edit_of_two_writers_loses_nothing)
{
	enum { N_WRITERS = 4, N_EACH = 20 };
	struct help_record record;
	unsigned writer, n;
	int status;

	publish(0, 1);
	for (writer = 0; writer < N_WRITERS; writer++)
		if (fork() == 0) {
			for (n = 0; n < N_EACH; n++)
				if (begin(0, 50) != TLSP_OK ||
				    put(n * N_WRITERS + writer, 1) !=
				    TLSP_OK ||
				    tlsp_store_edit_commit(edit, &err) !=
				    TLSP_OK)
					_exit(1);
			_exit(0);
		}
	for (writer = 0; writer < N_WRITERS; writer++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	EXPECT_CODE("open", TLSP_OK, open_store());
	for (n = 0; n < N_WRITERS * N_EACH; n++) {
		help_record(&record, n, 1);
		EXPECT_TRUE(help_store_expect(store, &record, &err) == 0,
		    "%s", err.text);
		free(record.value);
	}
	ck_assert_uint_eq(count_in(dir), 3);
}
END_TEST

START_TEST(store_edit_says_when_memory_runs_out)
{
	enum tlsp_code code = TLSP_E_NOMEM;
	long n;

	publish(10, 1);
	for (n = 0; code != TLSP_OK; n++) {
		check_alloc_fail_at(n);
		if ((code = begin(0, 0)) == TLSP_OK) {
			if ((code = put(20, 1)) == TLSP_OK &&
			    (code = remove_key(3)) == TLSP_OK)
				code = tlsp_store_edit_commit(edit, &err);
			else
				tlsp_store_edit_abort(edit);
		}
		check_alloc_fail_at(-1);
		if (code == TLSP_OK)
			break;
		EXPECT_ERR("memory", &err, TLSP_E_NOMEM, 0, 0);
		expect_records(10, 1);
		ck_assert_uint_eq(count_in(dir), 3);
	}
	ck_assert_int_gt(n, 5);
}
END_TEST

void
check_store_add_edit(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_store_edit");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, store_edit_is_what_becomes_of_an_array, 0,
	    8);
	tcase_add_test(tcase, store_edit_writes_nothing_but_records);
	tcase_add_test(tcase, store_edit_abort_changes_nothing_and_lets_go);
	tcase_add_test(tcase, store_edit_waits_for_the_lock_but_not_for_ever);
	tcase_add_test(tcase, store_edit_locks_the_file_that_is_there);
	tcase_add_test(tcase, store_edit_passes_no_damage_on);
	tcase_add_test(tcase, store_edit_refuses_a_second_name);
	tcase_add_loop_test(tcase,
	    store_edit_wants_safe_rules_and_a_safe_store, 0, 6);
	tcase_add_test(tcase, store_edit_put_takes_proved_records_only);
	tcase_add_loop_test(tcase,
	    store_edit_commit_is_not_held_up_by_what_was_left, 0, 3);
	tcase_add_loop_test(tcase, store_edit_commit_says_why_it_cannot, 0,
	    2);
	tcase_add_loop_test(tcase,
	    store_edit_commit_fails_where_the_old_one_did, 0, 2);
	tcase_add_test(tcase, store_edit_of_two_writers_loses_nothing);
	tcase_add_test(tcase, store_edit_says_when_memory_runs_out);
}
