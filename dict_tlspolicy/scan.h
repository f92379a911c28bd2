/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * scan.h - one pass over a key that is looked up: folded, copied, its dots
 * found.
 * Knows:    bytes, ASCII letters, dots, words. Not: rules, the index.
 * Feeds:    freeze, index, search, resolve.
 * Source:   the shape of a name: Postfix util/valid_hostname.c.
 */
#ifndef TLSP_SCAN_H
#define TLSP_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "words.h"

#if defined(__SSE2__) && !defined(TLSP_SCAN_PLAIN)
#include <emmintrin.h>
#define TLSP_SCAN_VECTORS	1
#else
#define TLSP_SCAN_VECTORS	0
#endif

/* Room before the key, and behind it: words are read and written across. */
#define TLSP_SCAN_BEFORE	32
#define TLSP_SCAN_BEHIND	16
#define TLSP_SCAN_MASK		63	/* bytes that the masks tell of */

/*
 * key:      folded, NUL-terminated; in room, behind TLSP_SCAN_BEFORE bytes.
 * dots, hyphens: bit n: byte n is one. Only of a key of at most 63 bytes that
 *           is not whole.
 * is_whole: nobody looks for parents of it: [host], host:port, a path, or
 *           longer than any host name.
 * is_odd:   it is empty, begins with a dot, or holds something else than
 *           letters, digits, '-', '_' and '.'. Few keys are and do.
 */
struct tlsp_scan {
	char *key;
	size_t len;
	uint64_t dots;
	uint64_t hyphens;
	int is_ascii;
	int is_whole;
	int is_odd;
	char room[TLSP_SCAN_BEFORE + TLSP_HOSTNAME_MAX + 1 +
	    TLSP_SCAN_BEHIND];
};

/* All zero, ready for keys. */
void tlsp_scan_init(struct tlsp_scan *);

/*
 * Read a key.
 * scan:     ready, or used before.
 * len:      at most TLSP_HOSTNAME_MAX: with more it must be told where.
 * folds:    ASCII letters to lower case.
 */
void tlsp_scan_key(struct tlsp_scan *, const char *key, size_t len,
    int folds) TLSP_HOT;

/*
 * The same for a key of any length.
 * room:     TLSP_SCAN_BEFORE + len + TLSP_SCAN_BEHIND bytes; borrowed until
 *           the next key is read.
 */
void tlsp_scan_long(struct tlsp_scan *, char *room, const char *key,
    size_t len, int folds);

#if TLSP_SCAN_VECTORS

/* What a scan looks for. */
struct tlsp_seen {
	__m128i usual;		/* letters, digits, dots and hyphens */
	uint64_t dots;		/* a bit a byte */
	uint64_t hyphens;
};

TLSP_INLINE __m128i
tlsp_scan_load(const char *from)
{
	return _mm_loadu_si128((const __m128i *)(const void *)from);
}

TLSP_INLINE void
tlsp_scan_store(char *to, __m128i bytes)
{
	_mm_storeu_si128((__m128i *)(void *)to, bytes);
}

/* Which bytes are among the n up to the last? One comparison, with signs. */
TLSP_INLINE __m128i
tlsp_scan_among(__m128i bytes, char last, char n)
{
	return _mm_cmpgt_epi8(_mm_add_epi8(bytes, _mm_set1_epi8((char)(0x7f -
	    last))), _mm_set1_epi8((char)(0x7f - n)));
}

/*
 * Fold 16 bytes, and find in them what a scan looks for. Of what is usual,
 * the bit changes letters only. A capital that may not change is not usual.
 */
TLSP_INLINE __m128i
tlsp_scan_16(__m128i bytes, __m128i case_bit, struct tlsp_seen *ret_seen)
{
	const __m128i folded = _mm_or_si128(bytes, case_bit);
	const __m128i is_dot = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'));
	const __m128i is_hyphen = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'));

	ret_seen->dots = (unsigned)_mm_movemask_epi8(is_dot);
	ret_seen->hyphens = (unsigned)_mm_movemask_epi8(is_hyphen);
	ret_seen->usual = _mm_or_si128(_mm_or_si128(is_dot, is_hyphen),
	    _mm_or_si128(tlsp_scan_among(folded, 'z', 26),
	    tlsp_scan_among(bytes, '9', 10)));
	return folded;
}

/* 1 to 15 bytes, zeros behind them. ret_tail: and zeros before them. */
TLSP_INLINE __m128i
tlsp_scan_load_short(const char *from, size_t len,
    struct tlsp_words *ret_tail)
{
	uint64_t low, high = 0, before = 0, last;
	uint32_t first4, last4;

	if (len >= 8) {
		low = tlsp_hash_load(from);
		last = tlsp_hash_load(from + len - 8);
		/* Without what low has; 64 at once cannot be shifted. */
		high = last >> 8 >> (120 - 8 * len);
		before = low << 8 << (120 - 8 * len);
	} else {
		if (len >= 4) {
			memcpy(&first4, from, 4);
			memcpy(&last4, from + len - 4, 4);
			low = first4 | (uint64_t)last4 << (8 * len - 32);
		} else {
			/* Of 1 to 3 bytes, all are among these. */
			low = (unsigned char)from[0] |
			    (unsigned)(unsigned char)from[len / 2] <<
			    len / 2 * 8 |
			    (unsigned)(unsigned char)from[len - 1] <<
			    (len - 1) * 8;
		}
		last = low << (64 - 8 * len);
	}
	ret_tail->word[0] = before << 48;
	ret_tail->word[1] = before >> 16 | last << 48;
	ret_tail->word[2] = last >> 16;
	return _mm_set_epi64x((long long)high, (long long)low);
}

/* Of 1 to 15 bytes. Returns whether there are usual ones only. */
TLSP_INLINE int
tlsp_scan_short(struct tlsp_scan *scan, const char *key, size_t len,
    __m128i case_bit, struct tlsp_words *ret_tail)
{
	struct tlsp_seen seen;

	tlsp_scan_store(scan->room + TLSP_SCAN_BEFORE, tlsp_scan_16(
	    tlsp_scan_load_short(key, len, ret_tail), case_bit, &seen));
	scan->dots = seen.dots;
	scan->hyphens = seen.hyphens;
	return ~(unsigned)_mm_movemask_epi8(seen.usual) << (32 - len) == 0;
}

/* Of 16 to 63 bytes; the last 16 overlap those before. */
TLSP_INLINE int
tlsp_scan_vectors(struct tlsp_scan *scan, const char *key, size_t len,
    __m128i case_bit, struct tlsp_words *ret_tail)
{
	char *to = scan->room + TLSP_SCAN_BEFORE;
	const size_t last = len - 16;
	const size_t n_missing = len < TLSP_NODE_KEY ? TLSP_NODE_KEY - len : 0;
	__m128i usual = _mm_set1_epi8(-1);
	uint64_t dots = 0, hyphens = 0;
	struct tlsp_seen seen;
	size_t n;

	/* Not of the copy: it is stored in other pieces, so would be late. */
	ret_tail->word[0] = tlsp_hash_load(key + len - TLSP_NODE_KEY +
	    n_missing) << 8 * n_missing;
	ret_tail->word[1] = tlsp_hash_load(key + len - 14);
	ret_tail->word[2] = tlsp_hash_load(key + len - 8) >> 16;
	/* Of 16 bytes, twice the same. */
	n = 0;
	do {
		tlsp_scan_store(to + n, tlsp_scan_16(tlsp_scan_load(key + n),
		    case_bit, &seen));
		usual = _mm_and_si128(usual, seen.usual);
		dots |= seen.dots << n;
		hyphens |= seen.hyphens << n;
	} while ((n += 16) < last);
	tlsp_scan_store(to + last, tlsp_scan_16(tlsp_scan_load(key + last),
	    case_bit, &seen));
	scan->dots = dots | seen.dots << last;
	scan->hyphens = hyphens | seen.hyphens << last;
	return _mm_movemask_epi8(_mm_and_si128(usual, seen.usual)) == 0xffff;
}

#endif

/*
 * As tlsp_scan_key(), for the names that mail sees, to be a part of the one
 * function that a lookup is. Returns 0 if this is none of them: it has not
 * been read then. A dot at its beginning is not looked for.
 * ret_tail: as tlsp_words_tail(); what is before the key is undefined.
 */
TLSP_INLINE int
tlsp_scan_usual(struct tlsp_scan *scan, const char *key, size_t len,
    int folds, struct tlsp_words *ret_tail)
{
#if TLSP_SCAN_VECTORS
	const __m128i case_bit = folds ? _mm_set1_epi8('a' - 'A') :
	    _mm_setzero_si128();
	const uint64_t case_bits = folds ? UINT64_C(0x2020202020202020) : 0;

	if (len - 1 >= TLSP_SCAN_MASK || !(len < 16 ?
	    tlsp_scan_short(scan, key, len, case_bit, ret_tail) :
	    tlsp_scan_vectors(scan, key, len, case_bit, ret_tail)))
		return 0;
	ret_tail->word[0] |= case_bits;
	ret_tail->word[1] |= case_bits;
	ret_tail->word[2] |= case_bits >> 16;
	scan->key = scan->room + TLSP_SCAN_BEFORE;
	scan->key[len] = '\0';
	scan->len = len;
	scan->is_ascii = 1;
	scan->is_whole = 0;
	scan->is_odd = 0;
	return 1;
#else
	(void)scan;
	(void)key;
	(void)len;
	(void)folds;
	(void)ret_tail;
	return 0;
#endif
}

/* As tlsp_scan_label(), for a key that has no masks. */
size_t tlsp_scan_label_long(const struct tlsp_scan *, size_t end);

/*
 * Where the label begins that ends before byte `end`: behind the last dot
 * before it, or at 0.
 * end:      not beyond the key.
 */
static inline size_t
tlsp_scan_label(const struct tlsp_scan *scan, size_t end)
{
	uint64_t dots;

	if (__builtin_expect(scan->len > TLSP_SCAN_MASK, 0))
		return tlsp_scan_label_long(scan, end);
	/* Shifted by one and by the rest, for 64 at once cannot be shifted. */
	dots = scan->dots << 1 << (63 - end);
	return dots == 0 ? 0 : end - (size_t)__builtin_clzll(dots);
}

/* Where the last two labels of a key begin. */
static inline size_t
tlsp_scan_start(const struct tlsp_scan *scan)
{
	uint64_t labels;
	size_t top;

	if (__builtin_expect(scan->len > TLSP_SCAN_MASK, 0)) {
		top = tlsp_scan_label_long(scan, scan->len);
		return top > 0 ? tlsp_scan_label_long(scan, top - 1) : 0;
	}
	/* Behind each dot begins a label, and the first one at 0. */
	labels = scan->dots << 1 | 1;
	labels ^= UINT64_C(1) << (63 ^ __builtin_clzll(labels));
	return 63 ^ (size_t)__builtin_clzll(labels | 1);
}

/*
 * As tlsp_scan_is_below(), for a key that is not odd and of 1 to 63 bytes:
 * next to a dot, and at either end, stands neither dot nor hyphen. No label
 * is too long then.
 */
static inline int
tlsp_scan_is_below_usual(const struct tlsp_scan *scan)
{
	const uint64_t borders = scan->dots << 1 | 1 | scan->dots >> 1 |
	    UINT64_C(1) << (scan->len - 1);

	return (borders & (scan->dots | scan->hyphens)) == 0;
}

/*
 * As tlsp_name_is_hostname(), for a key that is all ASCII and not all digits
 * and dots.
 */
int tlsp_scan_is_below(const struct tlsp_scan *);

#endif
