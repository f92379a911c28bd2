/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * scan.c - one pass over a key that is looked up: folded, copied, its dots
 * found.
 * Knows:    bytes, ASCII letters, dots. Not: rules, the index.
 * Feeds:    freeze, index, search, resolve.
 *
 * Keys of up to 63 bytes, which is all that mail sees, go 16 bytes at a time
 * where the processor can; byte by byte is what the rest, and the tests,
 * know.
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

static int
is_whole(const char *key, size_t len)
{
	return len > TLSP_HOSTNAME_MAX || (len > 0 && (key[0] == '[' ||
	    key[0] == '/' || memchr(key, ':', len) != NULL));
}

static void
scan_plain(struct tlsp_scan *scan, const char *key, size_t len, int folds)
{
	size_t n;
	char ch;

	scan->dots = scan->hyphens = 0;
	scan->is_odd = len == 0 || len > TLSP_HOSTNAME_MAX || key[0] == '.';
	for (n = 0; n < len; n++) {
		ch = tlsp_name_lower(key[n]);
		scan->key[n] = folds ? ch : key[n];
		if (ch == '.' && n < TLSP_SCAN_MASK)
			scan->dots |= UINT64_C(1) << n;
		else if (ch == '-' && n < TLSP_SCAN_MASK)
			scan->hyphens |= UINT64_C(1) << n;
		else if ((ch < 'a' || ch > 'z') && (ch < '0' || ch > '9') &&
		    ch != '_' && ch != '.' && ch != '-')
			scan->is_odd = 1;
	}
}

#if HAS_VECTORS

/* What a scan looks for. */
struct seen {
	__m128i ok;		/* the bytes that names consist of */
	uint64_t dots;		/* a bit a byte */
	uint64_t hyphens;
};

/* Fold 16 bytes, and find in them what a scan looks for. */
static inline __m128i
scan_16(__m128i bytes, __m128i case_bit, struct seen *ret_seen)
{
	const __m128i letter = _mm_sub_epi8(_mm_or_si128(bytes,
	    _mm_set1_epi8('a' - 'A')), _mm_set1_epi8('a'));
	const __m128i digit = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
	const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter,
	    _mm_set1_epi8('z' - 'a')), letter);
	const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit,
	    _mm_set1_epi8(9)), digit);
	const __m128i is_dot = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'));
	const __m128i is_hyphen = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'));

	ret_seen->ok = _mm_or_si128(_mm_or_si128(_mm_or_si128(is_letter,
	    is_digit), _mm_or_si128(is_dot, is_hyphen)),
	    _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')));
	ret_seen->dots = (unsigned)_mm_movemask_epi8(is_dot);
	ret_seen->hyphens = (unsigned)_mm_movemask_epi8(is_hyphen);
	return _mm_or_si128(bytes, _mm_and_si128(is_letter, case_bit));
}

/* 1 to 15 bytes, as two words: the last 8 bytes overlap the first. */
static inline void
scan_short(struct tlsp_scan *scan, const char *key, size_t len,
    __m128i case_bit)
{
	const unsigned all = (1U << len) - 1;
	uint64_t words[2] = { 0, 0 };
	struct seen seen;
	__m128i folded;
	size_t n;

	if (len >= 8) {
		n = len - 8;
		memcpy(&words[0], key, 8);
		memcpy(&words[1], key + n, 8);
		/* The second word without what the first has. */
		words[1] >>= 8 * (8 - n) & 63;
		if (n == 0)
			words[1] = 0;
	} else {
		for (n = 0; n < len; n++)
			words[0] |= (uint64_t)(unsigned char)key[n] << 8 * n;
	}
	folded = scan_16(_mm_set_epi64x((long long)words[1],
	    (long long)words[0]), case_bit, &seen);
	_mm_storeu_si128((__m128i *)(void *)scan->key, folded);
	scan->dots = seen.dots;
	scan->hyphens = seen.hyphens;
	scan->is_odd = key[0] == '.' ||
	    ((unsigned)_mm_movemask_epi8(seen.ok) & all) != all;
}

/* 16 to 63 bytes; the last 16 overlap those before. */
static inline void
scan_vectors(struct tlsp_scan *scan, const char *key, size_t len,
    __m128i case_bit)
{
	const size_t last = len - 16;
	char *to = scan->key;
	__m128i ok = _mm_set1_epi8(-1);
	uint64_t dots = 0, hyphens = 0;
	struct seen seen;
	size_t n = last, next = 0;

	for (;; n = next, next += 16) {
		_mm_storeu_si128((__m128i *)(void *)(to + n),
		    scan_16(_mm_loadu_si128((const __m128i *)(const void *)
		    (key + n)), case_bit, &seen));
		ok = _mm_and_si128(ok, seen.ok);
		dots |= seen.dots << n;
		hyphens |= seen.hyphens << n;
		if (next >= last)
			break;
	}
	scan->dots = dots;
	scan->hyphens = hyphens;
	scan->is_odd = key[0] == '.' || _mm_movemask_epi8(ok) != 0xffff;
}

#endif

/* What only a key with other bytes than those of names needs to know. */
static __attribute__((noinline)) void
scan_others(struct tlsp_scan *scan)
{
#if HAS_VECTORS
	int high = 0;
	size_t n;

	/* Behind the key there are zeros. */
	for (n = 0; n < scan->len; n += 16)
		high |= _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)
		    (const void *)(scan->key + n)));
	scan->is_ascii = high == 0;
#else
	scan->is_ascii = tlsp_name_is_ascii(scan->key, scan->len);
#endif
	scan->is_whole = is_whole(scan->key, scan->len);
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
	memset(room + TLSP_SCAN_BEFORE + len, 0, TLSP_SCAN_BEHIND);
	scan->key = room + TLSP_SCAN_BEFORE;
	scan->len = len;
	scan_plain(scan, key, len, folds);
	scan_others(scan);
}

#if HAS_VECTORS

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
	if (len < 16)
		scan_short(scan, key, len, case_bit);
	else
		scan_vectors(scan, key, len, case_bit);
	memset(scan->key + len, 0, TLSP_SCAN_BEHIND);
	scan->is_ascii = 1;
	scan->is_whole = 0;
	if (__builtin_expect(scan->is_odd, 0))
		scan_others(scan);
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
