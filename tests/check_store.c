/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_store.c - the room store: readers.
 */
#include "check_store.h"

#include "../dict_tlspolicy/page.h"

static enum tlsp_code
get(const char *key, size_t key_len)
{
	const char *value;
	size_t len;

	return tlsp_store_get(store, key, key_len, &value, &len, &err);
}

static const unsigned SIZES[] = { 0, 1, 2, 100, 3000 };

START_TEST(store_get_finds_each_record_and_no_other)
{
	const unsigned n = SIZES[_i];
	struct help_record record;

	publish(n, 3);
	expect_records(n, 3);
	help_record(&record, n, 3);
	EXPECT_CODE("absent", TLSP_NONE, get(record.key, record.key_len));
	EXPECT_CODE("shorter", TLSP_NONE, get(record.key,
	    record.key_len - 1));
	free(record.value);
	ck_assert_int_eq(help_store_verify(name), 0);
}
END_TEST

static const char *const STRANGE[] = {
	"", "!tlspolicy", "!", " ", "a b", "a\tb", "\x7f", "zzz", "\xff\xff",
};

START_TEST(store_get_has_nothing_under_strange_keys)
{
	char key[2000];

	publish(10, 1);
	EXPECT_CODE("open", TLSP_OK, open_store());
	EXPECT_CODE(STRANGE[_i], TLSP_NONE, get(STRANGE[_i],
	    strlen(STRANGE[_i])));
	memset(key, 'k', sizeof(key));
	EXPECT_CODE("long", TLSP_NONE, get(key, 512));
	EXPECT_CODE("too long", TLSP_NONE, get(key, 513));
	EXPECT_CODE("NUL", TLSP_NONE, get("d000001.example\0", 16));
}
END_TEST

START_TEST(store_next_goes_through_all_in_order)
{
	const unsigned n = SIZES[_i];
	struct help_record *records = help_records(n, 2);
	const char *key = NULL, *value;
	size_t key_len = 0, len;
	unsigned i;

	publish(n, 2);
	EXPECT_CODE("open", TLSP_OK, open_store());
	for (i = 0; tlsp_store_next(store, key, key_len, &key, &key_len,
	    &value, &len, &err) == TLSP_OK; i++) {
		EXPECT_TRUE(i < n && strcmp(key, records[i].key) == 0 &&
		    key_len == records[i].key_len && len == records[i].len &&
		    memcmp(value, records[i].value, len) == 0, "%u", i);
		/* What is asked in between must not matter. */
		if (i % 3 == 0) {
			EXPECT_CODE("get", TLSP_OK, get(records[i].key,
			    records[i].key_len));
			key = records[i].key;
		}
	}
	ck_assert_uint_eq(i, n);
	help_records_free(records, n);
}
END_TEST

START_TEST(store_next_begins_anywhere)
{
	const char *key, *value;
	size_t key_len, len;

	publish(100, 1);
	EXPECT_CODE("open", TLSP_OK, open_store());
	EXPECT_CODE("between", TLSP_OK, tlsp_store_next(store, "d000050.m",
	    9, &key, &key_len, &value, &len, &err));
	EXPECT_STR("between", "d000051.example", key);
	EXPECT_CODE("before", TLSP_OK, tlsp_store_next(store, "\x01", 1,
	    &key, &key_len, &value, &len, &err));
	EXPECT_STR("before", "d000000.example", key);
	EXPECT_CODE("last", TLSP_NONE, tlsp_store_next(store,
	    "d000099.example", 15, &key, &key_len, &value, &len, &err));
	EXPECT_CODE("behind", TLSP_NONE, tlsp_store_next(store, "e", 1, &key,
	    &key_len, &value, &len, &err));
}
END_TEST

START_TEST(store_open_says_that_there_is_none)
{
	char *long_path = malloc(5000);

	EXPECT_CODE("absent", TLSP_NONE, open_store());
	ck_assert_int_eq(file.fd, -1);
	memset(long_path, 'x', 4999);
	long_path[4999] = '\0';
	EXPECT_CODE("long", TLSP_NONE, tlsp_store_open(long_path, geteuid(),
	    &store, &file, &err));
	free(long_path);
}
END_TEST

START_TEST(store_open_shows_the_file_to_be_watched)
{
	struct stat st;

	publish(10, 1);
	EXPECT_CODE("open", TLSP_OK, open_store());
	ck_assert_int_eq(stat(name, &st), 0);
	ck_assert_uint_eq(st.st_ino, file.st.st_ino);
	ck_assert_int_eq(tlsp_file_changed(&file), TLSP_FILE_SAME);
	publish(10, 2);
	/* The new one is there; this one is as it was, and shows it. */
	ck_assert_int_eq(tlsp_file_changed(&file), TLSP_FILE_CHANGED);
	EXPECT_CODE("old", TLSP_OK, get("d000005.example", 15));
	expect_records(10, 2);
}
END_TEST

START_TEST(store_open_refuses_what_others_could_have_written)
{
	publish(10, 1);
	switch (_i) {
	case 0:
		ck_assert_int_eq(chmod(name, 0666), 0);
		break;
	case 1:
		ck_assert_int_eq(chmod(name, 0664), 0);
		break;
	default:
		if (geteuid() != 0)
			return;
		ck_assert_int_eq(chown(name, 12345, (gid_t)-1), 0);
	}
	EXPECT_CODE("unsafe", TLSP_E_UNSAFE, open_store());
	EXPECT_ERR("unsafe", &err, TLSP_E_UNSAFE, 0, 0);
	EXPECT_STR("unsafe", path, err.at.file);
}
END_TEST

START_TEST(store_open_takes_no_other_thing_in_its_place)
{
	const char *other = help_path(dir, "other");

	publish(10, 1);
	ck_assert_int_eq(rename(name, other), 0);
	switch (_i) {
	case 0:
		ck_assert_int_eq(symlink(other, name), 0);
		break;
	case 1:
		ck_assert_int_eq(mkdir(name, 0755), 0);
		break;
	default:
		ck_assert_int_eq(mkfifo(name, 0644), 0);
	}
	EXPECT_CODE("other", TLSP_E_IO, open_store());
	EXPECT_ERR("other", &err, TLSP_E_IO, 0, 0);
}
END_TEST

static int
highest_fd(void)
{
	const int fd = dup(0);

	(void)close(fd);
	return fd;
}

/* One leaf, zeroed: what it held is an error, and so is all that follows. */
START_TEST(store_get_says_damage_for_ever_and_nothing_else)
{
	static const char zero[TLSP_PAGE_SIZE];
	char *said = strdup(help_path(dir, "said"));
	const int fd = highest_fd(), saved = dup(2);
	size_t len;
	int n, db;

	publish(100, 1);
	ck_assert_ptr_nonnull(freopen(said, "w", stderr));
	db = open(name, O_WRONLY);
	ck_assert_int_eq(pwrite(db, zero, sizeof(zero), 3 * TLSP_PAGE_SIZE),
	    TLSP_PAGE_SIZE);
	(void)close(db);
	for (n = 0; n < 50; n++) {
		struct help_record record;
		int i, is_damaged = 0;

		EXPECT_CODE("open", TLSP_OK, open_store());
		for (i = 0; i < 100; i++) {
			help_record(&record, i, 1);
			if (get(record.key, record.key_len) != TLSP_OK ||
			    is_damaged) {
				EXPECT_TRUE(err.code == TLSP_E_DAMAGED,
				    "%d", err.code);
				is_damaged = 1;
			}
			free(record.value);
		}
		EXPECT_TRUE(is_damaged, "not seen");
		EXPECT_CODE("absent", TLSP_E_DAMAGED, get("absent", 6));
	}
	tlsp_store_close(store);
	store = NULL;
	(void)fflush(stderr);
	(void)dup2(saved, 2);
	(void)close(saved);
	free(help_read(said, &len));
	ck_assert_uint_eq(len, 0);
	ck_assert_int_eq(highest_fd(), fd);
	free(said);
}
END_TEST

/* Cut short after it was opened, as by cp over it. */
START_TEST(store_get_survives_a_file_that_is_cut_short)
{
	struct help_record record;
	enum tlsp_code code = TLSP_OK;
	int n;

	publish(1000, 1);
	EXPECT_CODE("open", TLSP_OK, open_store());
	ck_assert_int_eq(truncate(name, _i * TLSP_PAGE_SIZE / 2), 0);
	for (n = 0; n < 1000; n++) {
		help_record(&record, n, 1);
		if ((code = get(record.key, record.key_len)) != TLSP_OK)
			EXPECT_TRUE(code == TLSP_E_DAMAGED, "%d", code);
		free(record.value);
	}
	EXPECT_CODE("at last", TLSP_E_DAMAGED, code);
}
END_TEST

START_TEST(store_open_says_when_memory_runs_out)
{
	enum tlsp_code code = TLSP_E_NOMEM;
	long n;

	publish(100, 1);
	for (n = 0; code != TLSP_OK; n++) {
		check_alloc_fail_at(n);
		code = open_store();
		check_alloc_fail_at(-1);
		if (code != TLSP_OK)
			EXPECT_ERR("memory", &err, TLSP_E_NOMEM, 0, 0);
	}
	ck_assert_int_gt(n, 3);
}
END_TEST

/* The hook is the whole process's; other files must not meet it. */
START_TEST(store_leaves_other_readers_alone)
{
	const char *other = help_path(dir, "other");
	char key[20];

	publish(10, 1);
	EXPECT_CODE("open", TLSP_OK, open_store());
	EXPECT_CODE("get", TLSP_OK, get("d000005.example", 15));
	ck_assert_int_eq(help_store_other(other, 1000), 0);
	(void)sprintf(key, "d%06d.example", 7);
	EXPECT_CODE("get", TLSP_OK, get(key, 15));
	ck_assert_int_eq(help_store_verify(other), 0);
}
END_TEST

Suite *
check_store_suite(void)
{
	Suite *suite = suite_create("store");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_store_open");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, store_open_says_that_there_is_none);
	tcase_add_test(tcase, store_open_shows_the_file_to_be_watched);
	tcase_add_loop_test(tcase,
	    store_open_refuses_what_others_could_have_written, 0, 3);
	tcase_add_loop_test(tcase,
	    store_open_takes_no_other_thing_in_its_place, 0, 3);
	tcase_add_test(tcase, store_open_says_when_memory_runs_out);
	ADD_CASE(suite, tcase, "tlsp_store_get");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, store_get_finds_each_record_and_no_other,
	    0, N_ITEMS(SIZES));
	tcase_add_loop_test(tcase, store_get_has_nothing_under_strange_keys,
	    0, N_ITEMS(STRANGE));
	tcase_add_test(tcase,
	    store_get_says_damage_for_ever_and_nothing_else);
	tcase_add_loop_test(tcase,
	    store_get_survives_a_file_that_is_cut_short, 0, 8);
	tcase_add_test(tcase, store_leaves_other_readers_alone);
	ADD_CASE(suite, tcase, "tlsp_store_next");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, store_next_goes_through_all_in_order, 0,
	    N_ITEMS(SIZES));
	tcase_add_test(tcase, store_next_begins_anywhere);
	check_store_add_edit(suite);
	return suite;
}
