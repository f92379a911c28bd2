/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_scan.c - the room scan against a model that takes byte by byte; the
 * vectors, and what there is without them.
 */
#include "check_tlsp.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../dict_tlspolicy/scan.h"

void check_plain_init(struct tlsp_scan *);
void check_plain_key(struct tlsp_scan *, const char *, size_t, int);
void check_plain_long(struct tlsp_scan *, char *, const char *, size_t, int);
size_t check_plain_label_long(const struct tlsp_scan *, size_t);

static const struct way {
	const char *name;
	void (*init)(struct tlsp_scan *);
	void (*key)(struct tlsp_scan *, const char *, size_t, int);
	void (*longer)(struct tlsp_scan *, char *, const char *, size_t, int);
	size_t (*label_long)(const struct tlsp_scan *, size_t);
} WAYS[] = {
	{ "as built", tlsp_scan_init, tlsp_scan_key, tlsp_scan_long,
	    tlsp_scan_label_long },
	{ "plain", check_plain_init, check_plain_key, check_plain_long,
	    check_plain_label_long },
};

/* What kinds of bytes a key is made of. */
static const char *const KINDS[] = {
	"abcxyz", "ABCXYZ", "09", "._-", "a.", "a-.", "Az09_-.",
	"@[`{/:", "aZ.\xc3\xbc\xff\x80", "a.[]:/", " \t\x01\x7f",
	"\xe1\xc1" "aA", NULL	/* NULL: any byte but NUL */
};

static uint64_t state = 1;

static size_t
below(size_t n)
{
	state = help_random(state);
	return (size_t)(state % n);
}

static void
random_key(char *key, size_t len, const char *kind)
{
	size_t n;

	for (n = 0; n < len; n++)
		key[n] = kind != NULL ? kind[below(strlen(kind))] :
		    (char)(1 + below(255));
	key[len] = '\0';
	/* Mostly usual bytes, one of another kind. */
	if (len > 0 && below(3) == 0) {
		memset(key, 'm', len);
		key[below(len)] = kind != NULL ? kind[below(strlen(kind))] :
		    (char)(1 + below(255));
	}
}

static int
is_usual(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	    (ch >= '0' && ch <= '9') || ch == '-' || ch == '_' || ch == '.';
}

/* The card of struct tlsp_scan, word by word. */
static void
model(struct tlsp_scan *scan, char *room, const char *key, size_t len,
    int folds)
{
	size_t n;

	memset(scan, 0, sizeof(*scan));
	scan->key = room;
	scan->len = len;
	scan->is_ascii = 1;
	scan->is_odd = len == 0 || key[0] == '.';
	scan->is_whole = len > TLSP_HOSTNAME_MAX;
	for (n = 0; n < len; n++) {
		room[n] = folds && key[n] >= 'A' && key[n] <= 'Z' ?
		    (char)(key[n] + 'a' - 'A') : key[n];
		if (key[n] == '.' && n < 64)
			scan->dots |= UINT64_C(1) << n;
		if (key[n] == '-' && n < 64)
			scan->hyphens |= UINT64_C(1) << n;
		if ((unsigned char)key[n] > 0x7f)
			scan->is_ascii = 0;
		if (key[n] == ':' || (n == 0 && (key[n] == '[' ||
		    key[n] == '/')))
			scan->is_whole = 1;
		if (!is_usual(key[n]))
			scan->is_odd = 1;
	}
	if (len > TLSP_HOSTNAME_MAX)
		scan->is_odd = 1;
}

static size_t
model_label(const char *key, size_t end)
{
	while (end > 0 && key[end - 1] != '.')
		end--;
	return end;
}

static void
expect_same(const struct way *way, const struct tlsp_scan *want,
    const struct tlsp_scan *got)
{
	const char *key = want->key;
	size_t n;

	EXPECT_TRUE(got->len == want->len && memcmp(got->key, want->key,
	    want->len) == 0, "%s: other bytes: %s", way->name, key);
	EXPECT_TRUE(got->is_odd == want->is_odd, "%s: odd %d: %s",
	    way->name, got->is_odd, key);
	EXPECT_TRUE(got->is_ascii == want->is_ascii, "%s: ascii %d: %s",
	    way->name, got->is_ascii, key);
	EXPECT_TRUE(got->is_whole == want->is_whole, "%s: whole %d: %s",
	    way->name, got->is_whole, key);
	if (want->is_whole)	/* nobody asks for its labels */
		return;
	for (n = 0; n <= want->len; n++)
		EXPECT_TRUE((got->len <= TLSP_SCAN_MASK && way == WAYS ?
		    tlsp_scan_label(got, n) : way->label_long(got, n)) ==
		    model_label(key, n), "%s: label before %zu: %s",
		    way->name, n, key);
	n = model_label(key, want->len);
	EXPECT_TRUE(want->len == 0 || tlsp_scan_start(got) == (n > 0 ?
	    model_label(key, n - 1) : 0), "%s: start: %s", way->name, key);
	if (want->len > TLSP_SCAN_MASK)
		return;
	EXPECT_TRUE(got->dots == want->dots, "%s: dots: %s", way->name,
	    key);
	EXPECT_TRUE(got->hyphens == want->hyphens, "%s: hyphens: %s",
	    way->name, key);
}

/* One room for key after key: what an earlier one left must not show. */
START_TEST(scan_key_sees_what_the_model_sees)
{
	const struct way *way = &WAYS[_i];
	char key[TLSP_HOSTNAME_MAX + 2], room[TLSP_HOSTNAME_MAX + 2];
	struct tlsp_scan scan, want;
	size_t len, times;
	int folds, kind;

	way->init(&scan);
	for (times = 0; times < 10; times++)
	for (len = 0; len <= TLSP_HOSTNAME_MAX; len++)
	for (kind = 0; kind < N_ITEMS(KINDS); kind++)
	for (folds = 0; folds < 2; folds++) {
		random_key(key, len, KINDS[kind]);
		memset(room, 0, sizeof(room));
		model(&want, room, key, len, folds);
		way->key(&scan, key, len, folds);
		expect_same(way, &want, &scan);
	}
}
END_TEST

/* Each byte, at each place, in keys of the lengths where the code changes. */
START_TEST(scan_key_knows_each_byte_at_each_place)
{
	static const size_t lens[] = {
		1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 62, 63, 64, 65, 80
	};
	const struct way *way = &WAYS[_i];
	char key[100], room[100];
	struct tlsp_scan scan, want;
	size_t n, len, at;
	int ch, folds;

	way->init(&scan);
	for (n = 0; n < sizeof(lens) / sizeof(lens[0]); n++)
	for (len = lens[n], at = 0; at < len; at++)
	for (ch = 1; ch < 256; ch++)
	for (folds = 0; folds < 2; folds++) {
		memset(key, 'k', len);
		key[at] = (char)ch;
		key[len] = '\0';
		memset(room, 0, sizeof(room));
		model(&want, room, key, len, folds);
		way->key(&scan, key, len, folds);
		expect_same(way, &want, &scan);
	}
}
END_TEST

/* Likewise in brackets. */
START_TEST(scan_key_knows_each_byte_in_brackets)
{
	static const size_t lens[] = { 2, 3, 8, 15, 16, 17, 32, 33, 63, 64 };
	const struct way *way = &WAYS[_i];
	char key[100], room[100];
	struct tlsp_scan scan, want;
	size_t n, len, at;
	int ch, folds;

	way->init(&scan);
	for (n = 0; n < sizeof(lens) / sizeof(lens[0]); n++)
	for (len = lens[n], at = 1; at < len; at++)
	for (ch = 1; ch < 256; ch++)
	for (folds = 0; folds < 2; folds++) {
		memset(key, 'K', len);
		key[0] = '[';
		key[at] = (char)ch;
		key[len] = '\0';
		memset(room, 0, sizeof(room));
		model(&want, room, key, len, folds);
		way->key(&scan, key, len, folds);
		expect_same(way, &want, &scan);
	}
}
END_TEST

/* Not a byte is read that is not the key's: memory begins and ends there. */
START_TEST(scan_key_reads_no_more_than_the_key)
{
	static const char firsts[] = "K[.:_";
	const struct way *way = &WAYS[_i];
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct tlsp_scan scan;
	char *pages, *key;
	size_t len;
	int n;

	pages = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE |
	    MAP_ANONYMOUS, -1, 0);
	ck_assert(pages != MAP_FAILED);
	ck_assert_int_eq(mprotect(pages, page, PROT_NONE), 0);
	ck_assert_int_eq(mprotect(pages + 2 * page, page, PROT_NONE), 0);
	memset(pages + page, 'K', page);
	way->init(&scan);
	for (len = 1; len <= TLSP_HOSTNAME_MAX; len++)
	for (n = 0; n < 2 * (int)(sizeof(firsts) - 1); n++) {
		key = n % 2 == 0 ? pages + page : pages + 2 * page - len;
		key[0] = firsts[n / 2];
		way->key(&scan, key, len, 1);
		ck_assert_int_eq(scan.key[0], key[0] == 'K' ? 'k' : key[0]);
		ck_assert_int_eq(scan.key[len - 1], len > 1 ? 'k' :
		    scan.key[0]);
		key[0] = 'K';
	}
	(void)munmap(pages, 3 * page);
}
END_TEST

START_TEST(scan_long_takes_any_length)
{
	static const size_t lens[] = {
		0, 1, 15, 64, 65, 255, 256, 257, 1000, 100000
	};
	const struct way *way = &WAYS[_i / N_ITEMS(lens) % 2];
	const size_t len = lens[_i % N_ITEMS(lens)];
	char *key = malloc(len + 1), *want_room = calloc(1, len + 1);
	char *room = malloc(TLSP_SCAN_BEFORE + len + TLSP_SCAN_BEHIND);
	struct tlsp_scan scan, want;
	int folds, kind;

	way->init(&scan);
	for (kind = 0; kind < N_ITEMS(KINDS); kind++)
	for (folds = 0; folds < 2; folds++) {
		random_key(key, len, KINDS[kind]);
		model(&want, want_room, key, len, folds);
		memset(room, 0xff, TLSP_SCAN_BEFORE + len + TLSP_SCAN_BEHIND);
		way->longer(&scan, room, key, len, folds);
		ck_assert_ptr_eq(scan.key, room + TLSP_SCAN_BEFORE);
		if (len <= 1000)
			expect_same(way, &want, &scan);
		ck_assert_mem_eq(scan.key, want.key, len);
		ck_assert_int_eq(scan.is_whole, want.is_whole);
		ck_assert_int_eq(scan.is_odd, want.is_odd);
	}
	free(key);
	free(want_room);
	free(room);
}
END_TEST

/* Each name that a key ends in: the same words, from the tail or the key. */
static void
expect_tail(const struct tlsp_scan *scan, const struct tlsp_words *tail)
{
	const char *end = scan->key + scan->len;
	struct tlsp_words got, want;
	size_t len;

	ck_assert_int_eq(*end, '\0');
	for (len = 1; len <= scan->len; len++) {
		ck_assert_uint_eq(tlsp_words_hash_tail(tail, end, len, 1,
		    &got), tlsp_words_hash(end, len, 1, &want));
		ck_assert_mem_eq(&got, &want, sizeof(got));
	}
}

/* It takes nothing but names, and what it takes is as any other key is. */
START_TEST(scan_usual_takes_names_only)
{
	char key[TLSP_HOSTNAME_MAX + 2], room[TLSP_HOSTNAME_MAX + 2];
	struct tlsp_scan scan, want;
	struct tlsp_words tail;
	size_t len, n;
	int folds, kind, takes;

	tlsp_scan_init(&scan);
	for (len = 0; len <= TLSP_HOSTNAME_MAX; len++)
	for (kind = 0; kind < N_ITEMS(KINDS); kind++)
	for (folds = 0; folds < 2; folds++) {
		random_key(key, len, KINDS[kind]);
		takes = TLSP_SCAN_VECTORS && len > 0 &&
		    len <= TLSP_SCAN_MASK;
		for (n = 0; n < len; n++)
			takes &= is_usual(key[n]) && key[n] != '_' &&
			    (folds || key[n] < 'A' || key[n] > 'Z');
		EXPECT_TRUE(tlsp_scan_usual(&scan, key, len, folds,
		    &tail) == takes, "usual %d: %s", !takes, key);
		if (!takes)
			continue;
		memset(room, 0, sizeof(room));
		model(&want, room, key, len, folds);
		want.is_odd = 0;	/* it does not look for a first dot */
		expect_same(WAYS, &want, &scan);
		expect_tail(&scan, &tail);
	}
}
END_TEST

/* A name below a host name, or what looks like it. */
static void
random_below(char *key, size_t most)
{
	static const char bytes[] = "a-.9_b";
	static const char *const tops[] = {
		".x", ".example", ".a.b", ".9x", ".7.z", ".a-b.cc", "._"
	};
	const char *top = tops[below(N_ITEMS(tops))];
	size_t n, len = 1 + below(most - strlen(top));

	for (n = 0; n < len; n++)
		key[n] = below(4) == 0 ? bytes[below(6)] : 'a';
	if (below(20) == 0)
		key[below(len)] = "\x01:[/ @"[below(6)];
	strcpy(key + len, top);
}

START_TEST(scan_is_below_agrees_with_is_hostname)
{
	const struct way *way = &WAYS[_i];
	char key[400];
	struct tlsp_scan scan;
	int n, n_yes = 0;

	way->init(&scan);
	for (n = 0; n < 300000; n++) {
		random_below(key, n % 3 == 0 ? 250 : n % 3 == 1 ? 80 : 20);
		way->key(&scan, key, strlen(key), 0);
		EXPECT_TRUE(tlsp_scan_is_below(&scan) ==
		    tlsp_name_is_hostname(key, strlen(key)), "%s: %d: %s",
		    way->name, tlsp_scan_is_below(&scan), key);
		n_yes += tlsp_scan_is_below(&scan);
	}
	ck_assert_int_gt(n_yes, 30000);
	ck_assert_int_lt(n_yes, 270000);
}
END_TEST

/* A label of 63 bytes is one, of 64 is none; 255 bytes are, 256 are not. */
START_TEST(scan_is_below_knows_the_longest_names)
{
	const struct way *way = &WAYS[_i];
	char key[300];
	struct tlsp_scan scan;
	size_t len;

	way->init(&scan);
	for (len = 1; len < 250; len++) {
		memset(key, 'a', len);
		strcpy(key + len, ".x");
		way->key(&scan, key, len + 2, 0);
		ck_assert_int_eq(tlsp_scan_is_below(&scan),
		    len <= TLSP_LABEL_MAX);
	}
}
END_TEST

Suite *
check_scan_suite(void)
{
	Suite *suite = suite_create("scan");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_scan_key");
	tcase_add_loop_test(tcase, scan_key_sees_what_the_model_sees, 0, 2);
	tcase_add_loop_test(tcase, scan_key_knows_each_byte_at_each_place, 0,
	    2);
	tcase_add_loop_test(tcase, scan_key_knows_each_byte_in_brackets, 0, 2);
	tcase_add_loop_test(tcase, scan_key_reads_no_more_than_the_key, 0, 2);
	ADD_CASE(suite, tcase, "tlsp_scan_usual");
	tcase_add_test(tcase, scan_usual_takes_names_only);
	ADD_CASE(suite, tcase, "tlsp_scan_long");
	tcase_add_loop_test(tcase, scan_long_takes_any_length, 0, 20);
	ADD_CASE(suite, tcase, "tlsp_scan_is_below");
	tcase_add_loop_test(tcase, scan_is_below_agrees_with_is_hostname, 0,
	    2);
	tcase_add_loop_test(tcase, scan_is_below_knows_the_longest_names, 0,
	    2);
	return suite;
}
