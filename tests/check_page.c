/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_page.c - the room page: what a reader would not survive is seen.
 */
#include "check_store.h"

#include "../dict_tlspolicy/page.h"

#define N_RECORDS	2500
#define VALUE_MAX	(48 << 10)

static unsigned char *bytes;
static size_t len;
static struct tlsp_pages pages;

static void
setup_pages(void)
{
	setup();
	publish(N_RECORDS, 1);
	bytes = (unsigned char *)help_read(name, &len);
	EXPECT_CODE("init", TLSP_OK, tlsp_pages_init(&pages, len, VALUE_MAX,
	    &err));
}

static void
teardown_pages(void)
{
	tlsp_pages_clear(&pages);
	free(bytes);
	teardown();
}

static int
is_sound(size_t number)
{
	return tlsp_page_is_sound(&pages, bytes + number * TLSP_PAGE_SIZE,
	    number);
}

/* The last page of this type, and level. */
static unsigned char *
page_of(unsigned type, unsigned level)
{
	size_t n;

	for (n = len / TLSP_PAGE_SIZE; n-- > 0; ) {
		unsigned char *page = bytes + n * TLSP_PAGE_SIZE;

		if (page[25] == type && (type == 7 || page[24] == level))
			return page;
	}
	ck_abort_msg("no page of type %u, level %u", type, level);
}

static uint32_t
number_of(const unsigned char *page)
{
	return (uint32_t)((size_t)(page - bytes) / TLSP_PAGE_SIZE);
}

START_TEST(page_accepts_what_the_library_writes)
{
	const size_t n_pages = len / TLSP_PAGE_SIZE;
	size_t n;

	/* Twice, and in any order. */
	for (n = 0; n < 2 * n_pages; n++)
		EXPECT_TRUE(is_sound(n * 7919 % n_pages), "page %zu",
		    n * 7919 % n_pages);
	ck_assert_ptr_nonnull(page_of(3, 3));
	ck_assert_ptr_nonnull(page_of(7, 0));
}
END_TEST

START_TEST(page_knows_its_number)
{
	size_t n;

	for (n = 1; n + 1 < len / TLSP_PAGE_SIZE; n++) {
		EXPECT_TRUE(!tlsp_page_is_sound(&pages, bytes +
		    n * TLSP_PAGE_SIZE, n + 1), "page %zu", n);
		EXPECT_TRUE(!tlsp_page_is_sound(&pages, bytes, n),
		    "head as %zu", n);
	}
	EXPECT_TRUE(!tlsp_page_is_sound(&pages, bytes + TLSP_PAGE_SIZE, 0),
	    "page 1 as the head");
}
END_TEST

/* Fields of the head. */
static const struct { size_t at; uint32_t value; const char *why; } HEADS[] = {
	{ 8, 1, "no B-tree" }, { 12, 0x61561, "no B-tree" },
	{ 12, 0x62310500, "order of bytes" }, { 16, 8, "another version" },
	{ 16, 10, "another version" }, { 20, 8192, "another size" },
	{ 24, 0x00010901, "not written as" }, { 24, 0x00000900, "checksums" },
	{ 24, 0x00010800, "no B-tree" }, { 28, 5, "not written as" },
	{ 32, 3, "as long as it says" }, { 36, 1, "not written as" },
	{ 48, 0x20, "not written as" }, { 88, 2, "not written as" },
};

START_TEST(page_sees_another_head)
{
	const char *why;

	ck_assert_ptr_null(tlsp_page_why_not(&pages, bytes));
	memcpy(bytes + HEADS[_i].at, &HEADS[_i].value, 4);
	why = tlsp_page_why_not(&pages, bytes);
	ck_assert_msg(why != NULL && strstr(why, HEADS[_i].why) != NULL,
	    "%zu: %s, not %s", HEADS[_i].at, why, HEADS[_i].why);
	ck_assert_int_eq(is_sound(0), 0);
}
END_TEST

/* Fields of other pages; -1: its own number. n: bytes of the field. */
static const struct {
	const char *name;
	unsigned type, level;
	size_t at;
	long value;
	size_t n;
} FIELDS[] = {
	{ "no items, leaf", 5, 1, 20, 0, 2 },
	{ "no items, inner", 3, 2, 20, 0, 2 },
	{ "odd items", 5, 1, 20, 3, 2 },
	{ "many items", 5, 1, 20, 2033, 2 },
	{ "too many items", 3, 2, 20, 65535, 2 },
	{ "leaf above", 5, 1, 24, 2, 1 },
	{ "inner as a leaf", 3, 2, 24, 1, 1 },
	{ "inner, level 0", 3, 2, 24, 0, 1 },
	{ "inner, level 15", 3, 2, 24, 15, 1 },
	{ "type 0", 5, 1, 25, 0, 1 }, { "type 13", 5, 1, 25, 13, 1 },
	{ "leaf says inner", 5, 1, 25, 3, 1 },
	{ "inner says leaf", 3, 2, 25, 5, 1 },
	{ "overflow says leaf", 7, 0, 25, 5, 1 },
	{ "item in the head", 5, 1, 32, 8, 2 },
	{ "item among the offsets", 5, 1, 32, 32, 2 },
	{ "item at the end", 5, 1, 32, 4095, 2 },
	{ "item behind the end", 3, 2, 34, 4090, 2 },
	{ "item far behind", 3, 2, 34, 65535, 2 },
	{ "next page is far", 5, 1, 16, 1L << 30, 4 },
	{ "next page is an inner one", 5, 1, 16, 1, 4 },
	{ "empty overflow", 7, 0, 22, 0, 2 },
	{ "long overflow", 7, 0, 22, 4065, 2 },
	{ "overflow far", 7, 0, 16, 1L << 31, 4 },
	{ "overflow goes to a leaf", 7, 0, 16, -2, 4 },
	{ "number", 7, 0, 8, 1, 4 },
};

START_TEST(page_sees_what_leads_astray)
{
	unsigned char *page = page_of(FIELDS[_i].type, FIELDS[_i].level);
	const uint32_t value = FIELDS[_i].value == -2 ?
	    number_of(page_of(5, 1)) : (uint32_t)FIELDS[_i].value;

	/* As it is once the tree above has been read. */
	(void)is_sound(1);
	ck_assert_int_eq(is_sound(number_of(page_of(5, 1))), 1);
	ck_assert_int_eq(is_sound(number_of(page)), 1);
	memcpy(page + FIELDS[_i].at, &value, FIELDS[_i].n);
	ck_assert_msg(!is_sound(number_of(page)), "%s", FIELDS[_i].name);
}
END_TEST

/* Item 0 of an inner page, and what it points to. */
static void
point_to(unsigned char *page, uint32_t number)
{
	uint16_t at;

	memcpy(&at, page + 32, sizeof(at));
	memcpy(page + at + 4, &number, sizeof(number));
}

START_TEST(page_lets_nothing_go_round)
{
	unsigned char *root = bytes + TLSP_PAGE_SIZE;
	unsigned char *inner = page_of(3, 2);

	ck_assert_uint_eq(root[24], 3);
	switch (_i) {
	case 0:			/* to itself */
		point_to(root, 1);
		ck_assert_int_eq(is_sound(1), 0);
		break;
	case 1:			/* back to the root, which has been seen */
		ck_assert_int_eq(is_sound(1), 1);
		point_to(inner, 1);
		ck_assert_int_eq(is_sound(number_of(inner)), 0);
		break;
	case 2:			/* below the root: first seen from below */
		point_to(inner, 1);
		ck_assert_int_eq(is_sound(number_of(inner)), 1);
		ck_assert_int_eq(is_sound(1), 0);
		break;
	case 3:			/* two of a level to each other */
		point_to(inner, number_of(root) + 1);
		point_to(root, number_of(inner));
		ck_assert_int_eq(is_sound(1), 1);
		root[24] = 2;
		ck_assert_int_eq(is_sound(1), 0);
		break;
	default:		/* out of the file */
		point_to(inner, pages.n_pages);
		ck_assert_int_eq(is_sound(number_of(inner)), 0);
		point_to(inner, 0);
		ck_assert_int_eq(is_sound(number_of(inner)), 0);
	}
}
END_TEST

/* An inner page, its children 7 apart. */
static void
make_inner(unsigned char *page, uint32_t number, unsigned level,
    uint16_t n_items)
{
	const uint16_t len_text = 0;
	uint32_t child;
	uint16_t n, at;

	memset(page, 0, TLSP_PAGE_SIZE);
	memcpy(page + 8, &number, sizeof(number));
	memcpy(page + 20, &n_items, sizeof(n_items));
	page[24] = (unsigned char)level;
	page[25] = 3;
	for (n = 0; n < n_items; n++) {
		at = (uint16_t)(1024 + 12 * n);
		child = 1000 + 7U * n;
		memcpy(page + 32 + 2 * n, &at, sizeof(at));
		memcpy(page + at, &len_text, sizeof(len_text));
		page[at + 2] = 1;
		memcpy(page + at + 4, &child, sizeof(child));
	}
}

/* More inner pages than there is room for at first: each on its level. */
START_TEST(page_remembers_each_inner_page)
{
	unsigned char page[TLSP_PAGE_SIZE] __attribute__((aligned(8)));
	const uint16_t n_items = 200;
	struct tlsp_pages many;
	uint32_t n;

	EXPECT_CODE("init", TLSP_OK, tlsp_pages_init(&many, UINT64_C(10000) *
	    TLSP_PAGE_SIZE, VALUE_MAX, &err));
	make_inner(page, 1, 5, n_items);
	ck_assert_int_eq(tlsp_page_is_sound(&many, page, 1), 1);
	ck_assert_int_eq(tlsp_page_is_sound(&many, page, 1), 1);
	for (n = 0; n < n_items; n++) {
		make_inner(page, 1000 + 7 * n, 3, 1);
		ck_assert_int_eq(tlsp_page_is_sound(&many, page, 1000 + 7 *
		    n), 0);
		make_inner(page, 1000 + 7 * n, 6, 1);
		ck_assert_int_eq(tlsp_page_is_sound(&many, page, 1000 + 7 *
		    n), 0);
		page[24] = 4;
		page[1024 + 4] = 1;	/* what is below is somewhere else */
		page[1024 + 5] = 0;
		ck_assert_int_eq(tlsp_page_is_sound(&many, page, 1000 + 7 *
		    n), 0);
		page[1024 + 4] = 2;
		ck_assert_int_eq(tlsp_page_is_sound(&many, page, 1000 + 7 *
		    n), 1);
	}
	tlsp_pages_clear(&many);
	/* No memory to remember one: it is not sound. */
	EXPECT_CODE("init", TLSP_OK, tlsp_pages_init(&many, UINT64_C(10000) *
	    TLSP_PAGE_SIZE, VALUE_MAX, &err));
	make_inner(page, 1, 5, n_items);
	check_alloc_fail_at(0);
	ck_assert_int_eq(tlsp_page_is_sound(&many, page, 1), 0);
	check_alloc_fail_at(-1);
	ck_assert_int_eq(tlsp_page_is_sound(&many, page, 1), 1);
	tlsp_pages_clear(&many);
}
END_TEST

START_TEST(page_refuses_a_length_that_no_store_has)
{
	static const uint64_t LENGTHS[] = {
		0, 1, 4095, 4096, 8191, 8193, 12287,
		UINT64_C(4096) << 32, UINT64_MAX,
	};
	struct tlsp_pages none;
	int n;

	for (n = 0; n < N_ITEMS(LENGTHS); n++) {
		EXPECT_CODE("length", TLSP_E_DAMAGED, tlsp_pages_init(&none,
		    LENGTHS[n], VALUE_MAX, &err));
		EXPECT_ERR("length", &err, TLSP_E_DAMAGED, 0, 0);
		tlsp_pages_clear(&none);
	}
	for (n = 0; n < 2; n++) {
		check_alloc_fail_at(n);
		EXPECT_CODE("memory", TLSP_E_NOMEM, tlsp_pages_init(&none,
		    8192, VALUE_MAX, &err));
	}
	check_alloc_fail_at(-1);
}
END_TEST

Suite *
check_page_suite(void)
{
	Suite *suite = suite_create("page");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_page_is_sound");
	tcase_add_checked_fixture(tcase, setup_pages, teardown_pages);
	tcase_add_test(tcase, page_accepts_what_the_library_writes);
	tcase_add_test(tcase, page_knows_its_number);
	tcase_add_loop_test(tcase, page_sees_another_head, 0, N_ITEMS(HEADS));
	tcase_add_loop_test(tcase, page_sees_what_leads_astray, 0,
	    N_ITEMS(FIELDS));
	tcase_add_loop_test(tcase, page_lets_nothing_go_round, 0, 5);
	tcase_add_test(tcase, page_remembers_each_inner_page);
	ADD_CASE(suite, tcase, "tlsp_pages_init");
	tcase_add_test(tcase, page_refuses_a_length_that_no_store_has);
	return suite;
}
