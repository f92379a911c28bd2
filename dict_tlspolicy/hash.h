/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * hash.h - multiply and fold: one step of hashing, as short as it can be.
 * Knows:    numbers of 64 bits. Not: what they stand for.
 * Feeds:    frozen, words, keys, records, freeze, disk.
 * Source:   none to cite: the product of two words, its halves folded
 *           together. Good against damage and bad luck; no cryptography.
 */
#ifndef TLSP_HASH_H
#define TLSP_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Numbers without pattern: the binary digits of e behind the point, odd. */
#define TLSP_HASH_1	UINT64_C(0xb7e151628aed2a6b)
#define TLSP_HASH_2	UINT64_C(0xbf7158809cf4f3c7)
#define TLSP_HASH_3	UINT64_C(0x62e7160f38b4da57)
#define TLSP_HASH_4	UINT64_C(0xa784d9045190cfef)
#define TLSP_HASH_5	UINT64_C(0x324e7738926cfbe5)
#define TLSP_HASH_6	UINT64_C(0xf4bf8d8d8c31d763)
#define TLSP_HASH_7	UINT64_C(0xda06c80abb1185eb)

#ifdef __SIZEOF_INT128__

__extension__ typedef unsigned __int128 tlsp_hash_wide;

/* Both halves of a product, folded together. */
static inline uint64_t
tlsp_hash_fold(uint64_t a, uint64_t b)
{
	const tlsp_hash_wide product = (tlsp_hash_wide)a * b;

	return (uint64_t)(product >> 64) ^ (uint64_t)product;
}

/* A number below n, by the upper bits of a hash. */
static inline uint64_t
tlsp_hash_below(uint64_t hash, uint64_t n)
{
	return (uint64_t)((tlsp_hash_wide)hash * n >> 64);
}

#else

static inline uint64_t
tlsp_hash_product(uint64_t a, uint64_t b, uint64_t *ret_low)
{
	const uint64_t a0 = (uint32_t)a, a1 = a >> 32;
	const uint64_t b0 = (uint32_t)b, b1 = b >> 32;
	const uint64_t low = a0 * b0, mid = a1 * b0 + (low >> 32);
	const uint64_t more = a0 * b1 + (uint32_t)mid;

	*ret_low = more << 32 | (uint32_t)low;
	return a1 * b1 + (mid >> 32) + (more >> 32);
}

static inline uint64_t
tlsp_hash_fold(uint64_t a, uint64_t b)
{
	uint64_t low, high = tlsp_hash_product(a, b, &low);

	return high ^ low;
}

static inline uint64_t
tlsp_hash_below(uint64_t hash, uint64_t n)
{
	uint64_t low;

	return tlsp_hash_product(hash, n, &low);
}

#endif

/* Eight bytes at any address, as the machine orders them. */
static inline uint64_t
tlsp_hash_load(const void *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* A hash of any bytes, for a hash table that lives in memory only. */
static inline uint64_t
tlsp_hash_text(const char *text, size_t len)
{
	uint64_t sum = len ^ TLSP_HASH_1, word;

	for (; len >= 8; len -= 8, text += 8)
		sum = tlsp_hash_fold(sum ^ tlsp_hash_load(text), TLSP_HASH_2);
	word = 0;
	memcpy(&word, text, len);
	return tlsp_hash_fold(sum ^ word, TLSP_HASH_3);
}

#endif
