/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_hash_narrow.c - hash.h as a compiler without 128 bits reads it.
 * Feeds:    check_hash.c.
 */
#undef __SIZEOF_INT128__
#include "../dict_tlspolicy/hash.h"

uint64_t check_hash_narrow_fold(uint64_t a, uint64_t b);
uint64_t check_hash_narrow_below(uint64_t hash, uint64_t n);

uint64_t
check_hash_narrow_fold(uint64_t a, uint64_t b)
{
	return tlsp_hash_fold(a, b);
}

uint64_t
check_hash_narrow_below(uint64_t hash, uint64_t n)
{
	return tlsp_hash_below(hash, n);
}
