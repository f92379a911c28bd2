/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_words.c - the room words: a name in a node, its hash, its filter.
 */
#include "check_tlsp.h"

#include <stdlib.h>

#include "../dict_tlspolicy/words.h"

#define BEFORE	24	/* what may be read on either side of a name */
#define BEHIND	2

static uint64_t state = 7;

/* A name between bytes that are not its own. Owned by the caller. */
static char *
name_between(const char *name, size_t len, char other)
{
	char *room = malloc(BEFORE + len + BEHIND);

	ck_assert_ptr_nonnull(room);
	memset(room, other, BEFORE + len + BEHIND);
	memcpy(room + BEFORE, name, len);
	return room;
}

static uint64_t
hash_of(const char *name, size_t len, char other, uint64_t seed,
    struct tlsp_words *words)
{
	char *room = name_between(name, len, other);
	const uint64_t hash = tlsp_words_hash(room + BEFORE + len, len, seed,
	    words);

	free(room);
	return hash;
}

static void
random_name(char *name, size_t len)
{
	size_t n;

	for (n = 0; n < len; n++) {
		state = help_random(state);
		name[n] = "abcdefghij-.0123"[state % 16];
	}
}

START_TEST(words_hash_looks_at_the_name_alone)
{
	struct tlsp_words one, other;
	char name[400];
	uint64_t hash;
	size_t len;

	for (len = 1; len <= sizeof(name); len++) {
		random_name(name, len);
		hash = hash_of(name, len, '\0', 5, &one);
		ck_assert(hash == hash_of(name, len, '\xff', 5, &other));
		ck_assert_mem_eq(&one, &other, sizeof(one));
	}
}
END_TEST

START_TEST(words_hash_changes_with_each_byte)
{
	struct tlsp_words words, changed;
	char name[400];
	uint64_t hash;
	size_t len, n;

	for (len = 1; len <= 300; len += len < 70 ? 1 : 23) {
		random_name(name, len);
		hash = hash_of(name, len, 'x', 5, &words);
		ck_assert(hash != hash_of(name, len, 'x', 6, &changed));
		ck_assert(len == 1 || hash != hash_of(name + 1, len - 1, 'x',
		    5, &changed));
		for (n = 0; n < len; n++) {
			name[n] ^= 1;
			ck_assert(hash != hash_of(name, len, 'x', 5,
			    &changed));
			ck_assert_mem_ne(&words, &changed, sizeof(words));
			name[n] ^= 1;
		}
	}
}
END_TEST

/* Zeros are bytes too: a name is not what it looks like without them. */
START_TEST(words_hash_counts_leading_zeros)
{
	static const char zeros[30] = "";
	uint64_t hashes[sizeof(zeros)];
	struct tlsp_words words;
	size_t len, n;

	for (len = 1; len < sizeof(zeros); len++) {
		hashes[len] = hash_of(zeros, len, 'x', 5, &words);
		for (n = 1; n < len; n++)
			ck_assert(hashes[n] != hashes[len]);
	}
}
END_TEST

START_TEST(words_are_the_first_bytes_of_a_node)
{
	static const char name[] = "a-name-of-just-22.byte";
	struct tlsp_words words;
	struct tlsp_node node;
	size_t len, n;
	int flags;

	for (len = 1; len <= TLSP_NODE_KEY; len++) {
		(void)hash_of(name, len, 'x', 5, &words);
		memset(&node, 0, sizeof(node));
		memcpy(node.key, &words, sizeof(words));
		ck_assert_uint_eq(node.len, len);
		ck_assert_uint_eq(node.flags, 0);
		ck_assert_mem_eq(node.key + TLSP_NODE_KEY - len, name, len);
		for (n = 0; n < TLSP_NODE_KEY - len; n++)
			ck_assert_uint_eq(node.key[n], 0);
		for (flags = 0; flags < 256; flags++) {
			node.flags = (uint8_t)flags;
			ck_assert(tlsp_words_is_node(&words, &node));
			ck_assert(tlsp_words_of_node(&node, 5) ==
			    tlsp_words_mix(&words, 5));
		}
	}
}
END_TEST

START_TEST(words_of_a_long_name_say_how_long)
{
	struct tlsp_words words;
	struct tlsp_node node;
	char name[300];
	uint64_t len;

	random_name(name, sizeof(name));
	for (len = TLSP_NODE_KEY + 1; len <= sizeof(name); len++) {
		(void)hash_of(name, len, 'x', 5, &words);
		memset(&node, 0, sizeof(node));
		memcpy(node.key, &words, sizeof(words));
		ck_assert_uint_eq(node.len, TLSP_NODE_LONG);
		ck_assert_uint_eq(node.flags, 0);
		ck_assert_mem_eq(node.key + 8, &len, sizeof(len));
		ck_assert(tlsp_words_is_node(&words, &node));
	}
}
END_TEST

START_TEST(words_same_long_sees_each_byte)
{
	char name[300], *other;
	size_t len, n;

	random_name(name, sizeof(name));
	for (len = TLSP_NODE_KEY + 1; len <= sizeof(name); len++) {
		/* Memory ends where the names do. */
		other = malloc(len);
		ck_assert_ptr_nonnull(other);
		memcpy(other, name, len);
		ck_assert(tlsp_words_same_long(other, name, len));
		for (n = 0; n < len; n++) {
			other[n] ^= 1;
			ck_assert(!tlsp_words_same_long(other, name, len));
			other[n] ^= 1;
		}
		free(other);
	}
}
END_TEST

/* Any bit of a node but those of its flags, its record and its check. */
START_TEST(words_are_no_other_node)
{
	struct tlsp_words words;
	struct tlsp_node node;
	size_t bit;

	(void)hash_of("www.example.com", 15, 'x', 5, &words);
	memset(&node, 0, sizeof(node));
	memcpy(node.key, &words, sizeof(words));
	for (bit = 0; bit < 23 * 8; bit++) {
		((unsigned char *)&node)[bit / 8] ^= 1U << bit % 8;
		ck_assert(!tlsp_words_is_node(&words, &node));
		ck_assert(tlsp_words_of_node(&node, 5) !=
		    tlsp_words_mix(&words, 5));
		((unsigned char *)&node)[bit / 8] ^= 1U << bit % 8;
	}
}
END_TEST

START_TEST(words_in_filter_finds_what_was_put_there)
{
	enum { N = 8, ROUNDS = 20000, ABSENT = 8 };
	uint64_t spreads[N], n, k;
	struct tlsp_filter filter;
	unsigned long wrong = 0;

	for (n = 0; n < ROUNDS; n++) {
		memset(&filter, 0, sizeof(filter));
		for (k = 0; k < N; k++) {
			spreads[k] = tlsp_words_spread(help_random(n * 100 +
			    k));
			tlsp_words_into_filter(spreads[k], &filter);
		}
		for (k = 0; k < N; k++)
			ck_assert(tlsp_words_in_filter(spreads[k], &filter));
		for (k = 0; k < ABSENT; k++)
			wrong += (unsigned long)tlsp_words_in_filter(
			    tlsp_words_spread(help_random(n * 100 + 50 + k)),
			    &filter);
		memset(&filter, 0, sizeof(filter));
		ck_assert(!tlsp_words_in_filter(spreads[0], &filter));
	}
	/* It may be wrong, but a filter that passes a tenth is none. */
	ck_assert_uint_lt(wrong, (unsigned long)ROUNDS * ABSENT / 10);
}
END_TEST

/* One bit less, and a name that needs it is not there any more. */
START_TEST(words_in_filter_needs_each_bit)
{
	const uint64_t spread = tlsp_words_spread(help_random(1));
	struct tlsp_filter filter, full;
	int bit, n_needed = 0;

	memset(&full, 0, sizeof(full));
	tlsp_words_into_filter(spread, &full);
	for (bit = 0; bit < 96; bit++) {
		filter = full;
		if (bit < 64)
			filter.low &= ~(UINT64_C(1) << bit);
		else
			filter.high &= ~(UINT32_C(1) << (bit - 64));
		if (filter.low == full.low && filter.high == full.high)
			continue;
		ck_assert(!tlsp_words_in_filter(spread, &filter));
		n_needed++;
	}
	ck_assert_int_ge(n_needed, 2);
}
END_TEST

Suite *
check_words_suite(void)
{
	Suite *suite = suite_create("words");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_words_hash");
	tcase_add_test(tcase, words_hash_looks_at_the_name_alone);
	tcase_add_test(tcase, words_hash_changes_with_each_byte);
	tcase_add_test(tcase, words_hash_counts_leading_zeros);
	ADD_CASE(suite, tcase, "tlsp_words_is_node");
	tcase_add_test(tcase, words_are_the_first_bytes_of_a_node);
	tcase_add_test(tcase, words_of_a_long_name_say_how_long);
	tcase_add_test(tcase, words_are_no_other_node);
	ADD_CASE(suite, tcase, "tlsp_words_same_long");
	tcase_add_test(tcase, words_same_long_sees_each_byte);
	ADD_CASE(suite, tcase, "tlsp_words_in_filter");
	tcase_add_test(tcase, words_in_filter_finds_what_was_put_there);
	tcase_add_test(tcase, words_in_filter_needs_each_bit);
	return suite;
}
