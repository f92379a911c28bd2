/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * words.h - a name as three words: what a node holds, what is hashed.
 * Knows:    nodes and filters, bit by bit. Not: keys, lines.
 * Feeds:    scan, freeze, index, search.
 * Source:   tlspolicy_index(5).
 */
#ifndef TLSP_WORDS_H
#define TLSP_WORDS_H

#include "frozen.h"

/*
 * The first 24 bytes of a node, flags left out. Bytes 22 and 23 (len and
 * flags) are the last of the last word, whatever the order of bytes.
 */
struct tlsp_words {
	uint64_t word[3];
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define TLSP_WORDS_LEN		48
#define TLSP_WORDS_LAST6(word)	((word) >> 16)	/* its last 6 bytes first */
#define TLSP_WORDS_SAME7(x)	((x) << 8 == 0)	/* but for the last byte */
#define TLSP_WORDS_FLAGS	(UINT64_C(0xff) << 56)
#else
#define TLSP_WORDS_LEN		8
#define TLSP_WORDS_LAST6(word)	((word) << 16)
#define TLSP_WORDS_SAME7(x)	((x) >> 8 == 0)
#define TLSP_WORDS_FLAGS	UINT64_C(0xff)
#endif

/* Zeros, then ones: the mask of a name's last n bytes begins at n. */
extern const unsigned char tlsp_words_ones[48];

/* The hash of a name too long for a node; end: one past its last byte. */
uint64_t tlsp_words_hash_long(const char *end, size_t len, uint64_t seed);

/* Of three words as they stand in a node. */
static inline uint64_t
tlsp_words_mix(const struct tlsp_words *words, uint64_t seed)
{
	return tlsp_hash_fold(tlsp_hash_fold(words->word[0] ^ TLSP_HASH_1,
	    words->word[1] ^ TLSP_HASH_2) ^ words->word[2], seed);
}

/*
 * The last 22 bytes of a key, as they would stand in a node; len and flags
 * are zero. Whatever name it ends in, its words are among these.
 * end:      one past the last byte of the key. 24 bytes before it may be
 *           read.
 */
static inline void
tlsp_words_tail(const char *end, struct tlsp_words *ret_tail)
{
	ret_tail->word[0] = tlsp_hash_load(end - 22);
	ret_tail->word[1] = tlsp_hash_load(end - 14);
	ret_tail->word[2] = TLSP_WORDS_LAST6(tlsp_hash_load(end - 8));
}

/*
 * Three words, and their hash, of the name that a key ends in.
 * tail:     of the key. end: one past its last byte.
 * len:      of the name; at least 1.
 */
static inline uint64_t
tlsp_words_hash_tail(const struct tlsp_words *tail, const char *end,
    size_t len, uint64_t seed, struct tlsp_words *ret_words)
{
	const unsigned char *ones;

	if (__builtin_expect(len > TLSP_NODE_KEY, 0)) {
		ret_words->word[0] = tlsp_words_hash_long(end, len, seed);
		ret_words->word[1] = len;
		ret_words->word[2] = (uint64_t)TLSP_NODE_LONG <<
		    TLSP_WORDS_LEN;
	} else {
		ones = tlsp_words_ones + 2 + len;
		ret_words->word[0] = tail->word[0] & tlsp_hash_load(ones);
		ret_words->word[1] = tail->word[1] & tlsp_hash_load(ones + 8);
		ret_words->word[2] = (tail->word[2] & tlsp_hash_load(ones +
		    16)) | (uint64_t)len << TLSP_WORDS_LEN;
	}
	return tlsp_words_mix(ret_words, seed);
}

/* The same, where the tail is not known. */
static inline uint64_t
tlsp_words_hash(const char *end, size_t len, uint64_t seed,
    struct tlsp_words *ret_words)
{
	struct tlsp_words tail;

	tlsp_words_tail(end, &tail);
	return tlsp_words_hash_tail(&tail, end, len, seed, ret_words);
}

/* The words of a node, whatever it holds. */
static inline uint64_t
tlsp_words_of_node(const struct tlsp_node *node, uint64_t seed)
{
	struct tlsp_words words;

	memcpy(&words, node->key, sizeof(words));
	words.word[2] &= ~TLSP_WORDS_FLAGS;
	return tlsp_words_mix(&words, seed);
}

/* The middle alone: there names differ most. */
static inline int
tlsp_words_is_like(const struct tlsp_words *words,
    const struct tlsp_node *node)
{
	return tlsp_hash_load(node->key + 8) == words->word[1];
}

static inline int
tlsp_words_is_node(const struct tlsp_words *words,
    const struct tlsp_node *node)
{
	return tlsp_words_is_like(words, node) &&
	    tlsp_hash_load(node->key) == words->word[0] &&
	    TLSP_WORDS_SAME7(tlsp_hash_load(node->key + 16) ^ words->word[2]);
}

/* Are two names the same that are too long for a node? */
static inline int
tlsp_words_same_long(const char *a, const char *b, size_t len)
{
	size_t n;

	for (n = 8; n < len; n += 8)
		if (tlsp_hash_load(a + n - 8) != tlsp_hash_load(b + n - 8))
			return 0;
	return tlsp_hash_load(a + len - 8) == tlsp_hash_load(b + len - 8);
}

/* The hash once more, for the filter: its number, and the three bits. */
static inline uint64_t
tlsp_words_spread(uint64_t hash)
{
	return hash * TLSP_HASH_4;
}

static inline void
tlsp_words_into_filter(uint64_t spread, struct tlsp_filter *filter)
{
	filter->low |= UINT64_C(1) << (spread >> 16 & 63);
	filter->low |= UINT64_C(1) << (spread >> 22 & 63);
	filter->high |= UINT32_C(1) << (spread >> 28 & 31);
}

/* 0: a name that spreads so is not there. 1: it may be. */
static inline int
tlsp_words_in_filter(uint64_t spread, const struct tlsp_filter *filter)
{
	const uint64_t wanted = UINT64_C(1) << (spread >> 16 & 63) |
	    UINT64_C(1) << (spread >> 22 & 63);

	return (~filter->low & wanted) == 0 &&
	    (filter->high & UINT32_C(1) << (spread >> 28 & 31)) != 0;
}

#endif
