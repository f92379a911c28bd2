/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_peek.c - the room peek: what it tells is what the search finds;
 * where it cannot tell, it does not.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define LONG_RULE	640	/* bytes: more than a peek reads */
#define SEED		UINT64_C(0x6a09e667f3bcc909)	/* as they are */

static struct help help;
static struct tlsp_peek peek;

static void
setup(void)
{
	help_init(&help, 307, 1);
	memset(&peek, 0, sizeof(peek));
	peek.fd = -1;
}

static void
teardown(void)
{
	if (peek.fd >= 0)
		(void)close(peek.fd);
	help_clear(&help);
}

static void
compile(const char *text)
{
	const struct tlsp_image *image = &help.image;

	EXPECT_CODE(text, TLSP_OK, help_keys(&help, text, strlen(text)));
	EXPECT_CODE(text, TLSP_OK, help_freeze(&help, SEED));
	if (peek.fd >= 0)
		(void)close(peek.fd);
	ck_assert_int_ge(peek.fd = memfd_create("index", 0), 0);
	ck_assert_int_eq(pwrite(peek.fd, image->bytes, image->len, 0),
	    (ssize_t)image->len);
	peek.head = &image->head;
}

/* Returns whether peek tells; if it does, what the search finds. */
static int
tells(const char *key)
{
	struct tlsp_found want, got;
	struct tlsp_scan scan;
	enum tlsp_code code, told;

	tlsp_scan_init(&scan);
	tlsp_scan_key(&scan, key, strlen(key), 1);
	code = tlsp_search_find(&help.resolver.index, &scan, &want,
	    &help.err);
	if (!tlsp_peek_find(&peek, &scan, &got, &told))
		return 0;
	EXPECT_CODE(key, code, told);
	if (code != TLSP_OK)
		return 1;
	ck_assert_msg(got.name == want.name && got.is_parent ==
	    want.is_parent && got.is_at_once == want.is_at_once &&
	    got.is_digits == want.is_digits, "%s", key);
	ck_assert_uint_eq(got.record->len, want.record->len);
	ck_assert_mem_eq(got.record, want.record, sizeof(*want.record) +
	    tlsp_record_body(want.record));
	return 1;
}

static void
expect(const char *key, int is_told)
{
	ck_assert_msg(tells(key) == is_told, "\"%s\": %s", key, is_told ?
	    "nothing is told" : "something is told");
}

/* Each name has a rule of its own, and wildcards. */
static void
compile_many(unsigned n_rules)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	unsigned n;

	for (n = 0; n < n_rules; n++)
		(void)fprintf(out, "n%u.example%u.test secure match=m%u\n"
		    ".e%u.test encrypt\n[mx%u.test]:25 may\n", n, n, n, n, n);
	(void)fclose(out);
	compile(text);
	free(text);
}

START_TEST(peek_tells_what_the_search_finds)
{
	compile("a.example may\n"
	    ".b.example secure final=yes\n"
	    "c.example encrypt\n.c.example encrypt\n"
	    "d.example encrypt pin=prefer\n"
	    "[e.example]:25 verify\n"
	    "two.test may\n"
	    "bad.test encryptt\n"
	    "1.2.3.4 may\n");
	expect("two.test", 1);
	expect("TWO.Test", 1);
	expect("bad.test", 1);
	expect("[e.example]:25", 1);
	expect("[e.example]:26", 1);
	expect("absent.invalid", 1);
	expect("a.b.c.absent.invalid", 1);
	expect("below.two.test", 1);
	expect("localhost", 1);
}
END_TEST

START_TEST(peek_leaves_to_the_search_what_takes_a_second_look)
{
	char text[LONG_RULE + 200] = "long.test secure match=";
	size_t n = strlen(text);

	for (; n < LONG_RULE; n++)
		text[n] = n % 50 != 0 ? 'a' : '.';
	memcpy(text + n, ".test\n", 7);
	(void)strcat(text, "a.b.example may\n"
	    "both.test may\n.both.test encrypt\n"
	    "a.name-of-more-than-22-bytes.test may\n"
	    "a-name-of-more-than-22-bytes.test may\n");
	compile(text);
	expect("", 0);
	expect(".", 0);
	expect(".example", 0);
	expect(".both.test", 0);
	expect("a.b.example", 0);
	expect("c.b.example", 0);
	expect("both.test", 0);
	expect("long.test", 0);
	expect("a-name-of-more-than-22-bytes.test", 0);
	expect("absent.invalid", 1);
	compile("two.test may\n.com encrypt\n");
	expect("two.test", 1);
	expect("absent.invalid", 0);
	expect("absent.com", 0);
	expect("[absent.com]", 1);
}
END_TEST

/* Also on names that a full line has sent on, which must not be missed. */
START_TEST(peek_agrees_with_the_search_on_many)
{
	const unsigned n_rules = 3000;
	const struct tlsp_line64 *lines;
	unsigned n, n_told = 0, n_asked = 0, n_full = 0;
	char key[64];

	compile_many(n_rules);
	lines = (const void *)(help.image.bytes + help.image.head.lines_at);
	for (n = 0; n < help.image.head.n_lines; n++)
		n_full += (lines[n].nodes[0].flags & TLSP_NODE_FULL) != 0;
	ck_assert_uint_gt(n_full, 100);
	for (n = 0; n < n_rules; n++) {
		(void)snprintf(key, sizeof(key), "[mx%u.test]:25", n);
		n_told += (unsigned)tells(key);
		(void)snprintf(key, sizeof(key), "a.b.e%u.test", n);
		n_told += (unsigned)tells(key);
		(void)snprintf(key, sizeof(key), "a.absent%u.test", n);
		n_told += (unsigned)tells(key);
		(void)snprintf(key, sizeof(key), "n%u.example%u.test", n, n);
		ck_assert_msg(!tells(key), "%s", key);
		n_asked += 3;
	}
	ck_assert_msg(n_told > n_asked / 4 * 3, "%u of %u told", n_told,
	    n_asked);
}
END_TEST

START_TEST(peek_tells_nothing_of_a_file_cut_short)
{
	static const char *const keys[] = { "two.test", "absent.invalid",
	    "[e.example]:25", "three.test" };
	size_t len, n, n_told = 0, n_left = 0;

	compile("two.test may\n[e.example]:25 verify\nthree.test encrypt\n");
	for (len = help.image.len; len-- > 0;) {
		ck_assert_int_eq(ftruncate(peek.fd, (off_t)len), 0);
		for (n = 0; n < N_ITEMS(keys); n++)
			if (tells(keys[n]))
				n_told++;
			else
				n_left++;
	}
	ck_assert_uint_gt(n_told, 0);
	ck_assert_uint_gt(n_left, n_told);
	ck_assert_int_eq(tells(keys[0]), 0);
}
END_TEST

START_TEST(peek_tells_nothing_of_what_cannot_be_read)
{
	const int fd = (compile("two.test may\n"), peek.fd);

	expect("two.test", 1);
	peek.fd = -1;
	expect("two.test", 0);
	expect("absent.invalid", 0);
	peek.fd = fd;
}
END_TEST

Suite *
check_peek_suite(void)
{
	Suite *suite = suite_create("peek");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_peek_find");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, peek_tells_what_the_search_finds);
	tcase_add_test(tcase,
	    peek_leaves_to_the_search_what_takes_a_second_look);
	tcase_add_test(tcase, peek_agrees_with_the_search_on_many);
	tcase_add_test(tcase, peek_tells_nothing_of_a_file_cut_short);
	tcase_add_test(tcase, peek_tells_nothing_of_what_cannot_be_read);
	return suite;
}
