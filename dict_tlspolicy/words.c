/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * words.c - a name as three words: what a node holds, what is hashed.
 * Knows:    nodes and filters, bit by bit. Not: keys, lines.
 * Feeds:    scan, freeze, index, search.
 */
#include "words.h"

#define ONE8	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff

const unsigned char tlsp_words_ones[48] __attribute__((aligned(64))) = {
	[24] = ONE8, ONE8, ONE8
};

uint64_t
tlsp_words_hash_long(const char *end, size_t len, uint64_t seed)
{
	const char *name = end - len;
	uint64_t sum = len ^ TLSP_HASH_5;

	/* From the end, by 16 bytes; the last 16 may have been seen. */
	for (; end >= name + 16; end -= 16)
		sum = tlsp_hash_fold(tlsp_hash_load(end - 16) ^ sum,
		    tlsp_hash_load(end - 8) ^ TLSP_HASH_6);
	return tlsp_hash_fold(tlsp_hash_load(name) ^ sum,
	    tlsp_hash_load(name + 8) ^ seed ^ TLSP_HASH_6);
}
