/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_mem.c - the room mem: arenas, arrays that grow, and none left.
 */
#include "check_tlsp.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

START_TEST(arena_alloc_aligns_for_any_type)
{
	struct tlsp_arena arena = { .used = 0 };
	size_t n;

	for (n = 0; n < 3000; n++) {
		char *odd = tlsp_arena_dup(&arena, "abcdefghijklmnopq",
		    n % 18);
		char *any = tlsp_arena_alloc(&arena, 1 + n % 40);

		ck_assert_ptr_nonnull(odd);
		ck_assert_msg((uintptr_t)any % _Alignof(max_align_t) == 0,
		    "%zu: not aligned", n);
		memset(any, 0xee, 1 + n % 40);
		ck_assert_uint_eq(strlen(odd), n % 18);
	}
	tlsp_arena_clear(&arena);
}
END_TEST

START_TEST(arena_alloc_gives_each_its_own_bytes)
{
	enum { N = 2000 };
	struct tlsp_arena arena = { .used = 0 };
	unsigned char *block[N];
	size_t n, m;

	for (n = 0; n < N; n++) {
		block[n] = tlsp_arena_alloc(&arena, 1 + n % 100);
		ck_assert_ptr_nonnull(block[n]);
		memset(block[n], (int)(n & 0xff), 1 + n % 100);
	}
	for (n = 0; n < N; n++)
		for (m = 0; m < 1 + n % 100; m++)
			ck_assert_msg(block[n][m] == (n & 0xff),
			    "block %zu was overwritten", n);
	tlsp_arena_clear(&arena);
}
END_TEST

START_TEST(arena_alloc_takes_what_is_larger_than_a_chunk)
{
	struct tlsp_arena arena = { .used = 0 };
	char *small = tlsp_arena_dup(&arena, "small", 5);
	char *big = tlsp_arena_alloc(&arena, (size_t)5 << 20);

	ck_assert_ptr_nonnull(big);
	memset(big, 1, (size_t)5 << 20);
	EXPECT_STR("before", "small", small);
	ck_assert_uint_ge(arena.total, (size_t)5 << 20);
	tlsp_arena_clear(&arena);
}
END_TEST

START_TEST(arena_alloc_refuses_sizes_that_overflow)
{
	struct tlsp_arena arena = { .used = 0 };

	ck_assert_ptr_null(tlsp_arena_alloc(&arena, SIZE_MAX));
	ck_assert_ptr_null(tlsp_arena_alloc(&arena, SIZE_MAX - 20));
	ck_assert_ptr_null(tlsp_arena_dup(&arena, "", SIZE_MAX));
	ck_assert_ptr_nonnull(tlsp_arena_alloc(&arena, 10));
	tlsp_arena_clear(&arena);
}
END_TEST

START_TEST(arena_dup_copies_bytes_and_ends_them)
{
	struct tlsp_arena arena = { .used = 0 };
	char *copy = tlsp_arena_dup(&arena, "a\0bc", 3);

	ck_assert_mem_eq(copy, "a\0b\0", 4);
	copy = tlsp_arena_dup(&arena, NULL, 0);
	EXPECT_STR("nothing", "", copy);
	tlsp_arena_clear(&arena);
}
END_TEST

START_TEST(arena_clear_leaves_an_arena_that_works)
{
	struct tlsp_arena arena = { .used = 0 };

	tlsp_arena_clear(&arena);
	ck_assert_ptr_nonnull(tlsp_arena_alloc(&arena, 100));
	tlsp_arena_clear(&arena);
	ck_assert_ptr_null(arena.chunks);
	ck_assert_uint_eq(arena.total, 0);
	ck_assert_ptr_nonnull(tlsp_arena_dup(&arena, "x", 1));
	tlsp_arena_clear(&arena);
}
END_TEST

START_TEST(arena_says_when_memory_runs_out)
{
	struct tlsp_arena arena = { .used = 0 };

	check_alloc_fail_at(0);
	ck_assert_ptr_null(tlsp_arena_alloc(&arena, 10));
	ck_assert_ptr_null(tlsp_arena_dup(&arena, "x", 1));
	check_alloc_fail_at(-1);
	ck_assert_ptr_nonnull(tlsp_arena_dup(&arena, "x", 1));
	tlsp_arena_clear(&arena);
}
END_TEST

START_TEST(grow_keeps_what_is_there)
{
	size_t cap = 0, n;
	size_t *array = NULL;

	for (n = 0; n < 5000; n++) {
		array = tlsp_grow(array, &cap, n + 1, sizeof(*array));
		ck_assert_ptr_nonnull(array);
		ck_assert_uint_gt(cap, n);
		array[n] = n;
	}
	for (n = 0; n < 5000; n++)
		ck_assert_uint_eq(array[n], n);
	free(array);
}
END_TEST

START_TEST(grow_makes_an_array_even_for_nothing)
{
	size_t cap = 0;
	void *array = tlsp_grow(NULL, &cap, 0, 8);

	ck_assert_ptr_nonnull(array);
	ck_assert_uint_gt(cap, 0);
	free(array);
}
END_TEST

START_TEST(grow_refuses_sizes_that_overflow)
{
	size_t cap = 0;
	char *array = tlsp_grow(NULL, &cap, 3, 1);
	const size_t before = cap;

	ck_assert_ptr_nonnull(array);
	ck_assert_ptr_null(tlsp_grow(array, &cap, SIZE_MAX, 1));
	ck_assert_ptr_null(tlsp_grow(array, &cap, SIZE_MAX / 8 + 2, 16));
	ck_assert_uint_eq(cap, before);
	array[0] = 'x';
	free(array);
}
END_TEST

START_TEST(grow_leaves_the_old_array_when_memory_runs_out)
{
	size_t cap = 0;
	char *array = tlsp_grow(NULL, &cap, 8, 1);

	memcpy(array, "12345678", 8);
	check_alloc_fail_at(0);
	ck_assert_ptr_null(tlsp_grow(array, &cap, 9, 1));
	check_alloc_fail_at(-1);
	ck_assert_uint_eq(cap, 8);
	ck_assert_mem_eq(array, "12345678", 8);
	free(array);
}
END_TEST

Suite *
check_mem_suite(void)
{
	Suite *suite = suite_create("mem");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_arena_alloc");
	tcase_add_test(tcase, arena_alloc_aligns_for_any_type);
	tcase_add_test(tcase, arena_alloc_gives_each_its_own_bytes);
	tcase_add_test(tcase, arena_alloc_takes_what_is_larger_than_a_chunk);
	tcase_add_test(tcase, arena_alloc_refuses_sizes_that_overflow);
	tcase_add_test(tcase, arena_says_when_memory_runs_out);
	ADD_CASE(suite, tcase, "tlsp_arena_dup");
	tcase_add_test(tcase, arena_dup_copies_bytes_and_ends_them);
	ADD_CASE(suite, tcase, "tlsp_arena_clear");
	tcase_add_test(tcase, arena_clear_leaves_an_arena_that_works);
	ADD_CASE(suite, tcase, "tlsp_grow");
	tcase_add_test(tcase, grow_keeps_what_is_there);
	tcase_add_test(tcase, grow_makes_an_array_even_for_nothing);
	tcase_add_test(tcase, grow_refuses_sizes_that_overflow);
	tcase_add_test(tcase, grow_leaves_the_old_array_when_memory_runs_out);
	return suite;
}
