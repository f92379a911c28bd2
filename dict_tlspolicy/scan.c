/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * scan.c - one pass over a key that is looked up: folded, copied, its dots
 * found.
 * Knows:    bytes, ASCII letters, dots, words. Not: rules, the index.
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

static void
scan_plain(struct tlsp_scan *scan, const char *key, size_t len, int folds)
{
	const int is_long = len > TLSP_HOSTNAME_MAX;
	uint64_t dots = 0, hyphens = 0, bit = 1;
	int is_ascii = 1, has_colon = 0, is_odd = is_long || len == 0;
	char *to = scan->key, ch;
	size_t n;

	/* The bit is none any more where the masks end. */
	for (n = 0; n < len; n++, bit = n < TLSP_SCAN_MASK ? bit << 1 : 0) {
		ch = key[n] >= 'A' && key[n] <= 'Z' ?
		    (char)(key[n] + ('a' - 'A')) : key[n];
		to[n] = folds ? ch : key[n];
		if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') ||
		    ch == '_')
			continue;
		if (ch == '.') {
			dots |= bit;
		} else if (ch == '-') {
			hyphens |= bit;
		} else {
			is_odd = 1;
			has_colon |= ch == ':';
			is_ascii &= (unsigned char)ch < 0x80;
		}
	}
	scan->dots = dots;
	scan->hyphens = hyphens;
	scan->is_ascii = is_ascii;
	scan->is_whole = is_long || has_colon || (len > 0 && (key[0] == '[' ||
	    key[0] == '/'));
	scan->is_odd = is_odd || key[0] == '.';
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

#if TLSP_SCAN_VECTORS

/* Fold 16 bytes, whatever they are. */
static inline __m128i
fold_16(__m128i bytes, __m128i case_bit)
{
	return _mm_or_si128(bytes, _mm_and_si128(case_bit,
	    tlsp_scan_among(bytes, 'Z', 26)));
}

/* [host]:port of at most 63 bytes; nobody needs its dots and hyphens. */
static void
scan_whole(struct tlsp_scan *scan, const char *key, size_t len, int folds)
{
	const __m128i case_bit = folds ? _mm_set1_epi8('a' - 'A') :
	    _mm_setzero_si128();
	char *to = scan->room + TLSP_SCAN_BEFORE;
	__m128i bytes, high = _mm_setzero_si128();
	struct tlsp_words ignored;
	size_t n = 0;

	for (; n + 16 < len; n += 16) {
		bytes = tlsp_scan_load(key + n);
		high = _mm_or_si128(high, bytes);
		tlsp_scan_store(to + n, fold_16(bytes, case_bit));
	}
	n = len < 16 ? 0 : len - 16;
	bytes = len < 16 ? tlsp_scan_load_short(key, len, &ignored) :
	    tlsp_scan_load(key + n);
	high = _mm_or_si128(high, bytes);
	tlsp_scan_store(to + n, fold_16(bytes, case_bit));
	to[len] = '\0';
	scan->key = to;
	scan->len = len;
	scan->dots = scan->hyphens = 0;
	scan->is_whole = scan->is_odd = 1;
	scan->is_ascii = _mm_movemask_epi8(high) == 0;
}

#endif

void
tlsp_scan_key(struct tlsp_scan *scan, const char *key, size_t len, int folds)
{
	struct tlsp_words ignored;

#if TLSP_SCAN_VECTORS
	if (len > 0 && len <= TLSP_SCAN_MASK && key[0] == '[')
		scan_whole(scan, key, len, folds);
	else
#endif
	if (tlsp_scan_usual(scan, key, len, folds, &ignored))
		scan->is_odd = key[0] == '.';
	else
		tlsp_scan_long(scan, scan->room, key, len, folds);
}

size_t
tlsp_scan_label_long(const struct tlsp_scan *scan, size_t end)
{
	for (; end > 0; end--)
		if (scan->key[end - 1] == '.')
			break;
	return end;
}

int
tlsp_scan_is_below(const struct tlsp_scan *scan)
{
	return scan->is_odd || scan->len > TLSP_SCAN_MASK ?
	    tlsp_name_is_hostname(scan->key, scan->len) :
	    tlsp_scan_is_below_usual(scan);
}
