/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_hash.c - the room hash: known answers, with and without 128 bits.
 * Source:   the answers are Python's, whose integers have no end.
 */
#include "check_tlsp.h"

#include "../dict_tlspolicy/hash.h"

/* check_hash_narrow.c: the same for a compiler that has 64 bits only. */
uint64_t check_hash_narrow_fold(uint64_t a, uint64_t b);
uint64_t check_hash_narrow_below(uint64_t hash, uint64_t n);

static const struct {
	uint64_t a;
	uint64_t b;
	uint64_t fold;
	uint64_t below;
} PRODUCTS[] = {
	{ UINT64_C(0x0), UINT64_C(0x0),
	    UINT64_C(0x0), UINT64_C(0x0) },
	{ UINT64_C(0x1), UINT64_C(0x1),
	    UINT64_C(0x1), UINT64_C(0x0) },
	{ UINT64_C(0xffffffffffffffff), UINT64_C(0xffffffffffffffff),
	    UINT64_C(0xffffffffffffffff), UINT64_C(0xfffffffffffffffe) },
	{ UINT64_C(0xffffffffffffffff), UINT64_C(0x1),
	    UINT64_C(0xffffffffffffffff), UINT64_C(0x0) },
	{ UINT64_C(0xffffffffffffffff), UINT64_C(0x2),
	    UINT64_C(0xffffffffffffffff), UINT64_C(0x1) },
	{ UINT64_C(0x100000000), UINT64_C(0x100000000),
	    UINT64_C(0x1), UINT64_C(0x1) },
	{ UINT64_C(0xffffffff), UINT64_C(0xffffffff),
	    UINT64_C(0xfffffffe00000001), UINT64_C(0x0) },
	{ UINT64_C(0x100000001), UINT64_C(0xffffffff00000001),
	    UINT64_C(0x100000001), UINT64_C(0x100000000) },
	{ UINT64_C(0xb7e151628aed2a6b), UINT64_C(0xbf7158809cf4f3c7),
	    UINT64_C(0x73e23f61f81d9fe2), UINT64_C(0x898285bf478615cf) },
	{ UINT64_C(0xbf7158809cf4f3c7), UINT64_C(0x62e7160f38b4da57),
	    UINT64_C(0x1e72de32e908e317), UINT64_C(0x49f633a737caadb6) },
	{ UINT64_C(0x123456789abcdef0), UINT64_C(0xfedcba9876543210),
	    UINT64_C(0x317228f48165bb22), UINT64_C(0x121fa00ad77d7422) },
	{ UINT64_C(0x8000000000000000), UINT64_C(0x8000000000000000),
	    UINT64_C(0x4000000000000000), UINT64_C(0x4000000000000000) },
	{ UINT64_C(0xffffffff00000000), UINT64_C(0xffffffff),
	    UINT64_C(0x1fffffffe), UINT64_C(0xfffffffe) },
	{ UINT64_C(0x3), UINT64_C(0x5555555555555556),
	    UINT64_C(0x3), UINT64_C(0x1) },
};

START_TEST(hash_fold_folds_the_whole_product)
{
	const uint64_t a = PRODUCTS[_i].a, b = PRODUCTS[_i].b;

	ck_assert_uint_eq(tlsp_hash_fold(a, b), PRODUCTS[_i].fold);
	ck_assert_uint_eq(tlsp_hash_fold(b, a), PRODUCTS[_i].fold);
	ck_assert_uint_eq(check_hash_narrow_fold(a, b), PRODUCTS[_i].fold);
	ck_assert_uint_eq(check_hash_narrow_fold(b, a), PRODUCTS[_i].fold);
}
END_TEST

START_TEST(hash_below_takes_the_upper_bits)
{
	const uint64_t a = PRODUCTS[_i].a, b = PRODUCTS[_i].b;

	ck_assert_uint_eq(tlsp_hash_below(a, b), PRODUCTS[_i].below);
	ck_assert_uint_eq(check_hash_narrow_below(a, b), PRODUCTS[_i].below);
	ck_assert(b == 0 || tlsp_hash_below(a, b) < b);
}
END_TEST

START_TEST(hash_is_the_same_with_64_bits_as_with_128)
{
	uint64_t a = TLSP_HASH_1, b = TLSP_HASH_2;
	long n;

	for (n = 0; n < 1000000; n++) {
		a = help_random(a);
		b = help_random(b ^ a);
		EXPECT_TRUE(tlsp_hash_fold(a, b) ==
		    check_hash_narrow_fold(a, b) && tlsp_hash_below(a, b) ==
		    check_hash_narrow_below(a, b), "%llx and %llx",
		    (unsigned long long)a, (unsigned long long)b);
	}
}
END_TEST

/* Where the machine orders bytes the other way, the numbers are others. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static const struct { const char *text; uint64_t hash; } TEXTS[] = {
	{ "", UINT64_C(0xa1afec4912f31c5e) },
	{ "a", UINT64_C(0x88f7b63451253463) },
	{ "example", UINT64_C(0x60aea8384b87e6ec) },
	{ "a.exampl", UINT64_C(0x1b69842a1d08a31a) },
	{ "a.example", UINT64_C(0x9ed2427430fe20c4) },
	{ "x.a.example.com", UINT64_C(0x8dcc03bc2362f4bc) },
	{ "xx.a.example.com", UINT64_C(0x9c2d4cc84ef13263) },
};

START_TEST(hash_text_reads_len_bytes)
{
	const size_t len = strlen(TEXTS[_i].text);
	char copy[40], at;

	for (at = 0; at < 8; at++) {
		memset(copy, 'x', sizeof(copy));
		memcpy(copy + at, TEXTS[_i].text, len);
		ck_assert_uint_eq(tlsp_hash_text(copy + at, len),
		    TEXTS[_i].hash);
	}
}
END_TEST

START_TEST(hash_load_takes_any_address)
{
	static const char bytes[] = "0123456789abcdef";
	size_t n;

	for (n = 0; n <= 8; n++)
		ck_assert_uint_eq(tlsp_hash_load(bytes + n) & 0xff,
		    (unsigned char)bytes[n]);
}
END_TEST
#endif

Suite *
check_hash_suite(void)
{
	Suite *suite = suite_create("hash");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_hash_fold");
	tcase_add_loop_test(tcase, hash_fold_folds_the_whole_product, 0,
	    N_ITEMS(PRODUCTS));
	tcase_add_test(tcase, hash_is_the_same_with_64_bits_as_with_128);
	ADD_CASE(suite, tcase, "tlsp_hash_below");
	tcase_add_loop_test(tcase, hash_below_takes_the_upper_bits, 0,
	    N_ITEMS(PRODUCTS));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	ADD_CASE(suite, tcase, "tlsp_hash_text");
	tcase_add_loop_test(tcase, hash_text_reads_len_bytes, 0,
	    N_ITEMS(TEXTS));
	ADD_CASE(suite, tcase, "tlsp_hash_load");
	tcase_add_test(tcase, hash_load_takes_any_address);
#endif
	return suite;
}
