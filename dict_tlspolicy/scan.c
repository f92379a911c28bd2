/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * scan.c - one pass over a key that is looked up: folded, copied, its dots
 * found.
 * Knows:    bytes, ASCII letters, dots. Not: rules, the index.
 * Feeds:    freeze, index, search, resolve.
 *
 * Keys of up to 63 bytes, which is all that mail sees, go 16 bytes at a time
 * where the processor can, as long as they are names of letters, digits, dots
 * and hyphens, or stand in brackets; byte by byte is what the rest, and the
 * tests, know.
 */
#include "scan.h"

#include <string.h>

#include "name.h"

#if defined(__SSE2__) && !defined(TLSP_SCAN_PLAIN)
#include <emmintrin.h>
#define HAS_VECTORS	1

/* What makes a letter small, and what leaves it alone. */
static const unsigned char CASE_BIT[2][16] __attribute__((aligned(16))) = {
	{ 0 },
	{ 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32 }
};
#else
#define HAS_VECTORS	0
#endif

static void
scan_plain(struct tlsp_scan *scan, const char *key, size_t len, int folds)
{
	size_t n;
	char ch;

	scan->dots = scan->hyphens = 0;
	scan->is_ascii = 1;
	scan->is_whole = len > TLSP_HOSTNAME_MAX ||
	    (len > 0 && (key[0] == '[' || key[0] == '/'));
	scan->is_odd = len == 0 || len > TLSP_HOSTNAME_MAX || key[0] == '.';
	for (n = 0; n < len; n++) {
		ch = tlsp_name_lower(key[n]);
		scan->key[n] = folds ? ch : key[n];
		if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') ||
		    ch == '_')
			continue;
		if (ch == '.' || ch == '-') {
			if (n < TLSP_SCAN_MASK)
				*(ch == '.' ? &scan->dots : &scan->hyphens) |=
				    UINT64_C(1) << n;
			continue;
		}
		scan->is_odd = 1;
		scan->is_whole |= ch == ':';
		scan->is_ascii &= (unsigned char)ch < 0x80;
	}
}

void
tlsp_scan_init(struct tlsp_scan *scan)
{
	memset(scan, 0, sizeof(*scan));
}

void
tlsp_scan_long(struct tlsp_scan *scan, char *room, const char *key,
    size_t len, int folds)
{
	memset(room, 0, TLSP_SCAN_BEFORE);
	scan->key = room + TLSP_SCAN_BEFORE;
	scan->len = len;
	scan_plain(scan, key, len, folds);
	scan->key[len] = '\0';
}

#if HAS_VECTORS

/* Where the bytes of one kind begin, for a comparison with signs. */
#define FROM(last)	_mm_set1_epi8((char)(0x7f - (last)))
#define LAST(n)		_mm_set1_epi8((char)(0x7f - (n)))

/* What a scan looks for. */
struct seen {
	__m128i usual;		/* letters, digits, dots and hyphens */
	uint64_t dots;		/* a bit a byte */
	uint64_t hyphens;
};

static inline __m128i
load_16(const char *from)
{
	return _mm_loadu_si128((const __m128i *)(const void *)from);
}

static inline void
store_16(char *to, __m128i bytes)
{
	_mm_storeu_si128((__m128i *)(void *)to, bytes);
}

/*
 * Fold 16 bytes, and find in them what a scan looks for. Of what is usual,
 * only letters change by the bit; a capital that may not change is unusual.
 */
static inline __m128i
scan_16(__m128i bytes, __m128i case_bit, struct seen *ret_seen)
{
	const __m128i folded = _mm_or_si128(bytes, case_bit);
	const __m128i is_letter = _mm_cmpgt_epi8(_mm_add_epi8(folded,
	    FROM('z')), LAST(26));
	const __m128i is_digit = _mm_cmpgt_epi8(_mm_add_epi8(bytes,
	    FROM('9')), LAST(10));
	const __m128i is_dot = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'));
	const __m128i is_hyphen = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'));

	ret_seen->usual = _mm_or_si128(is_letter, _mm_or_si128(is_digit,
	    _mm_or_si128(is_dot, is_hyphen)));
	ret_seen->dots = (unsigned)_mm_movemask_epi8(is_dot);
	ret_seen->hyphens = (unsigned)_mm_movemask_epi8(is_hyphen);
	return folded;
}

/* 1 to 15 bytes, zeros behind them. */
static inline __m128i
load_short(const char *from, size_t len)
{
	uint64_t low = 0, high = 0;
	uint32_t first, last;

	if (len >= 8) {
		memcpy(&low, from, 8);
		memcpy(&high, from + len - 8, 8);
		/* Without what low has; 64 at once cannot be shifted. */
		high = high >> 8 >> (120 - 8 * len);
	} else if (len >= 4) {
		memcpy(&first, from, 4);
		memcpy(&last, from + len - 4, 4);
		low = first | (uint64_t)last << (8 * len - 32);
	} else {
		/* Of 1 to 3 bytes, all are among these. */
		low = (unsigned char)from[0] |
		    (uint64_t)(unsigned char)from[len / 2] << len / 2 * 8 |
		    (uint64_t)(unsigned char)from[len - 1] << (len - 1) * 8;
	}
	return _mm_set_epi64x((long long)high, (long long)low);
}

/* Returns whether there are usual bytes only. */
static inline int
scan_short(struct tlsp_scan *scan, const char *key, size_t len,
    __m128i case_bit)
{
	struct seen seen;

	store_16(scan->key, scan_16(load_short(key, len), case_bit, &seen));
	scan->dots = seen.dots;
	scan->hyphens = seen.hyphens;
	return ~(unsigned)_mm_movemask_epi8(seen.usual) << (32 - len) == 0;
}

/* 16 to 63 bytes; the last 16 overlap those before. */
static inline int
scan_vectors(struct tlsp_scan *scan, const char *key, size_t len,
    __m128i case_bit)
{
	const size_t last = len - 16;
	char *to = scan->key;
	__m128i usual = _mm_set1_epi8(-1);
	uint64_t dots = 0, hyphens = 0;
	struct seen seen;
	size_t n;

	for (n = 0; n < last; n += 16) {
		store_16(to + n, scan_16(load_16(key + n), case_bit,
		    &seen));
		usual = _mm_and_si128(usual, seen.usual);
		dots |= seen.dots << n;
		hyphens |= seen.hyphens << n;
	}
	store_16(to + last, scan_16(load_16(key + last), case_bit,
	    &seen));
	scan->dots = dots | seen.dots << last;
	scan->hyphens = hyphens | seen.hyphens << last;
	return _mm_movemask_epi8(_mm_and_si128(usual, seen.usual)) == 0xffff;
}

/* Fold 16 bytes, whatever they are. */
static inline __m128i
fold_16(__m128i bytes, __m128i case_bit)
{
	return _mm_or_si128(bytes, _mm_and_si128(case_bit, _mm_cmpgt_epi8(
	    _mm_add_epi8(bytes, FROM('Z')), LAST(26))));
}

/* [host]:port, of which nobody needs dots and hyphens. */
static inline void
scan_whole(struct tlsp_scan *scan, const char *key, size_t len,
    __m128i case_bit)
{
	__m128i bytes, high;
	size_t n;

	if (len < 16) {
		high = load_short(key, len);
		store_16(scan->key, fold_16(high, case_bit));
	} else {
		high = load_16(key + len - 16);
		for (n = 0; n + 16 < len; n += 16) {
			bytes = load_16(key + n);
			high = _mm_or_si128(high, bytes);
			store_16(scan->key + n, fold_16(bytes, case_bit));
		}
		store_16(scan->key + len - 16, fold_16(load_16(key + len -
		    16), case_bit));
	}
	scan->dots = scan->hyphens = 0;
	scan->is_whole = scan->is_odd = 1;
	scan->is_ascii = _mm_movemask_epi8(high) == 0;
}

void
tlsp_scan_key(struct tlsp_scan *scan, const char *key, size_t len, int folds)
{
	const __m128i case_bit = _mm_load_si128((const __m128i *)(const void *)
	    CASE_BIT[folds != 0]);

	if (len == 0 || len > TLSP_SCAN_MASK) {
		tlsp_scan_long(scan, scan->room, key, len, folds);
		return;
	}
	scan->key = scan->room + TLSP_SCAN_BEFORE;
	scan->len = len;
	if (key[0] == '[') {
		scan_whole(scan, key, len, case_bit);
		return;
	}
	if (TLSP_UNLIKELY(!(len < 16 ? scan_short(scan, key, len, case_bit) :
	    scan_vectors(scan, key, len, case_bit)))) {
		tlsp_scan_long(scan, scan->room, key, len, folds);
		return;
	}
	scan->is_ascii = 1;
	scan->is_whole = 0;
	scan->is_odd = key[0] == '.';
}

#else

void
tlsp_scan_key(struct tlsp_scan *scan, const char *key, size_t len, int folds)
{
	tlsp_scan_long(scan, scan->room, key, len, folds);
}

#endif

size_t
tlsp_scan_label_long(const struct tlsp_scan *scan, size_t end)
{
	for (; end > 0; end--)
		if (scan->key[end - 1] == '.')
			break;
	return end;
}

int
tlsp_scan_is_below_long(const struct tlsp_scan *scan)
{
	return tlsp_name_is_hostname(scan->key, scan->len);
}
