/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_changes.c - the room changes: sorted, whatever the order of puts.
 */
#include "check_tlsp.h"

#include <stdio.h>

#include "../dict_tlspolicy/changes.h"

#define N_KEYS	500

static struct tlsp_changes changes;

static void
setup(void)
{
	memset(&changes, 0, sizeof(changes));
}

static void
teardown(void)
{
	tlsp_changes_clear(&changes);
}

/* Keys of 1 to 5 digits: the order of bytes is not that of numbers. */
static void
key_of(unsigned n, char key[static 16])
{
	(void)sprintf(key, "%u", n * n);
}

START_TEST(changes_are_those_of_an_array)
{
	char values[N_KEYS][16], key[16], value[16], last[16];
	const struct tlsp_change *at;
	uint64_t dice = (uint64_t)_i;
	unsigned n, step, seen;

	memset(values, 0, sizeof(values));
	for (step = 0; step < 4000; step++) {
		dice = help_random(dice);
		n = (unsigned)(dice >> 8) % N_KEYS;
		key_of(n, key);
		(void)sprintf(value, "%.*s", (int)(dice >> 40) % 12,
		    "abcdefghijkl");
		/* "-": it is to go. */
		(void)strcpy(values[n], dice % 4 == 0 ? "-" : value);
		ck_assert_int_eq(tlsp_changes_put(&changes, key, strlen(key),
		    dice % 4 == 0 ? NULL : value, strlen(value)), 0);
		if (dice % 4 != 0 && value[0] == '\0')
			(void)strcpy(values[n], "+");
	}
	for (n = seen = 0; n < N_KEYS; n++) {
		key_of(n, key);
		at = tlsp_changes_find(&changes, key, strlen(key));
		EXPECT_TRUE((at != NULL) == (values[n][0] != '\0'), "%s", key);
		if (at == NULL)
			continue;
		seen++;
		EXPECT_TRUE(values[n][0] == '-' ? at->value == NULL :
		    strcmp(values[n][0] == '+' ? "" : values[n], at->value) ==
		    0 && strlen(at->value) == at->len, "%s", key);
	}
	last[0] = '\0';
	for (n = 0; (at = tlsp_changes_after(&changes, last, strlen(last))) !=
	    NULL; n++) {
		EXPECT_TRUE(strcmp(last, at->key) < 0, "%s", at->key);
		(void)strcpy(last, at->key);
	}
	ck_assert_uint_eq(n, seen);
	ck_assert_uint_gt(n, N_KEYS / 2);
}
END_TEST

START_TEST(changes_begin_after_a_key_that_is_not_there)
{
	ck_assert_ptr_null(tlsp_changes_after(&changes, NULL, 0));
	ck_assert_int_eq(tlsp_changes_put(&changes, "b", 1, "x", 1), 0);
	EXPECT_STR("a", "b", tlsp_changes_after(&changes, "a", 1)->key);
	ck_assert_ptr_null(tlsp_changes_after(&changes, "b", 1));
	ck_assert_ptr_null(tlsp_changes_find(&changes, "ba", 2));
	ck_assert_ptr_null(tlsp_changes_after(&changes, "ba", 2));
}
END_TEST

START_TEST(changes_say_when_memory_runs_out)
{
	char value[20000];

	memset(value, 'x', sizeof(value));
	ck_assert_int_eq(tlsp_changes_put(&changes, "a", 1, "old", 3), 0);
	check_alloc_fail_at(0);
	ck_assert_int_eq(tlsp_changes_put(&changes, "a", 1, value,
	    sizeof(value)), -1);
	ck_assert_int_eq(tlsp_changes_put(&changes, "b", 1, value,
	    sizeof(value)), -1);
	check_alloc_fail_at(-1);
	EXPECT_STR("a", "old", tlsp_changes_find(&changes, "a", 1)->value);
	ck_assert_ptr_null(tlsp_changes_find(&changes, "b", 1));
}
END_TEST

Suite *
check_changes_suite(void)
{
	Suite *suite = suite_create("changes");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_changes_put");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, changes_are_those_of_an_array, 0, 10);
	tcase_add_test(tcase, changes_begin_after_a_key_that_is_not_there);
	tcase_add_test(tcase, changes_say_when_memory_runs_out);
	return suite;
}
