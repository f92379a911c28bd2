/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_index.c - the room index: which bytes are taken for one.
 */
#include "check_tlsp.h"

#include <stdlib.h>

static struct help help;

static void
setup(void)
{
	help_init(&help, 307, 1);
}

static void
teardown(void)
{
	help_clear(&help);
}

static void
compile(const char *text)
{
	EXPECT_CODE(text, TLSP_OK, help_compile(&help, text, strlen(text)));
}

static struct tlsp_frozen *
head(void)
{
	return (struct tlsp_frozen *)(void *)help.image.bytes;
}

/* Bytes that are no index: the head damaged, or made up with a good check. */
static const struct { const char *name; size_t at; uint64_t value; } HEADS[] =
{
#define AT(field)	#field, offsetof(struct tlsp_frozen, field)
	{ AT(n_filters), 0 }, { AT(n_filters), UINT64_MAX },
	{ AT(n_filters), UINT64_C(1) << 60 }, { AT(n_filters), 1 << 20 },
	{ AT(n_lines), 0 }, { AT(n_lines), UINT64_MAX },
	{ AT(n_lines), UINT64_C(1) << 58 }, { AT(n_lines), 1 << 20 },
	{ AT(filters_at), UINT64_MAX }, { AT(filters_at), 1 },
	{ AT(filters_at), UINT64_MAX - 63 }, { AT(filters_at), 1 << 20 },
	{ AT(lines_at), UINT64_MAX }, { AT(lines_at), 1 },
	{ AT(lines_at), UINT64_MAX - 63 }, { AT(lines_at), 1 << 20 },
	{ AT(lines_at), 16 }, { AT(size), 0 }, { AT(size), UINT64_MAX },
	{ AT(magic), 0 },
#undef AT
};

static enum tlsp_code
attach(size_t len)
{
	struct tlsp_index idx;

	memset(&help.err, 0, sizeof(help.err));
	return tlsp_index_attach(HELP_FILE, head(), help.image.bytes, len, &idx,
	    &help.err);
}

START_TEST(index_attach_refuses_heads_that_are_made_up)
{
	compile("a.example may\n");
	memcpy(help.image.bytes + HEADS[_i].at, &HEADS[_i].value,
	    sizeof(HEADS[_i].value));
	head()->check = tlsp_frozen_check(head());
	EXPECT_CODE(HEADS[_i].name, TLSP_E_DAMAGED, attach(help.image.len));
	EXPECT_ERR(HEADS[_i].name, &help.err, TLSP_E_DAMAGED, 0, 0);
}
END_TEST

START_TEST(index_attach_refuses_damaged_heads)
{
	const size_t n_bits = offsetof(struct tlsp_frozen, pad) * 8;
	size_t bit;

	compile("a.example may\n");
	for (bit = 0; bit < n_bits; bit++) {
		help.image.bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
		ck_assert_msg(attach(help.image.len) == TLSP_E_DAMAGED,
		    "bit %zu is not seen", bit);
		help.image.bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
	EXPECT_CODE("whole", TLSP_OK, attach(help.image.len));
}
END_TEST

START_TEST(index_attach_refuses_another_length)
{
	size_t len;

	compile("a.example may\n");
	for (len = 0; len < help.image.len; len++)
		EXPECT_CODE("shorter", TLSP_E_DAMAGED, attach(len));
	EXPECT_CODE("whole", TLSP_OK, attach(len));
	help.image.bytes = realloc(help.image.bytes, len + 64);
	EXPECT_CODE("longer", TLSP_E_DAMAGED, attach(len + 1));
	EXPECT_CODE("longer", TLSP_E_DAMAGED, attach(len + 64));
}
END_TEST

START_TEST(index_expect_takes_any_key)
{
	static const char *const keys[] = {
		"", ".", "..", "a", ".a", "a.b.c", "[a]:25", "\xff", "a."
	};
	struct tlsp_scan scan;
	int n;

	compile("a.example may\n");
	tlsp_scan_init(&scan);
	for (n = 0; n < N_ITEMS(keys); n++) {
		tlsp_scan_key(&scan, keys[n], strlen(keys[n]), 1);
		tlsp_index_expect(&help.resolver.index, &scan);
	}
}
END_TEST

Suite *
check_index_suite(void)
{
	Suite *suite = suite_create("index");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_index_attach");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, index_attach_refuses_heads_that_are_made_up,
	    0, N_ITEMS(HEADS));
	tcase_add_test(tcase, index_attach_refuses_damaged_heads);
	tcase_add_test(tcase, index_attach_refuses_another_length);
	ADD_CASE(suite, tcase, "tlsp_index_expect");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, index_expect_takes_any_key);
	return suite;
}
