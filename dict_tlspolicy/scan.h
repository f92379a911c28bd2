/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * scan.h - one pass over a key that is looked up: folded, copied, its dots
 * found.
 * Knows:    bytes, ASCII letters, dots. Not: rules, the index.
 * Feeds:    freeze, index, search, resolve.
 * Source:   the shape of a name: Postfix util/valid_hostname.c.
 */
#ifndef TLSP_SCAN_H
#define TLSP_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "tlsp.h"

/* Room before the key, and behind it: words are read and written across. */
#define TLSP_SCAN_BEFORE	32
#define TLSP_SCAN_BEHIND	16
#define TLSP_SCAN_MASK		63	/* bytes that the masks tell of */

/*
 * key:      folded; in room, behind TLSP_SCAN_BEFORE bytes. NUL-terminated
 *           if it is not ASCII.
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

/* As tlsp_scan_is_below(), byte by byte. */
int tlsp_scan_is_below_long(const struct tlsp_scan *);

/*
 * As tlsp_name_is_hostname(), for a key that is all ASCII and not all digits
 * and dots.
 */
static inline int
tlsp_scan_is_below(const struct tlsp_scan *scan)
{
	uint64_t last, borders;

	/* 64 bytes without a dot would be too long a label. */
	if (__builtin_expect(scan->is_odd || scan->len > TLSP_LABEL_MAX, 0))
		return tlsp_scan_is_below_long(scan);
	/* Next to a dot, and at either end, neither dot nor hyphen stands. */
	last = UINT64_C(1) << (scan->len - 1);
	borders = scan->dots << 1 | 1 | scan->dots >> 1 | last;
	return (borders & (scan->dots | scan->hyphens)) == 0;
}

#endif
