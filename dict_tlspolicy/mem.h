/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * mem.h - memory that is given back all at once.
 * Knows:    malloc. Not: what is stored.
 * Feeds:    rules, index, table.
 */
#ifndef TLSP_MEM_H
#define TLSP_MEM_H

#include <stddef.h>

#include "tlsp.h"

struct tlsp_chunk;

/* An arena. All zero is empty and valid. */
struct tlsp_arena {
	struct tlsp_chunk *chunks;
	size_t used;		/* in the first chunk, bytes */
	size_t total;		/* of all chunks, bytes */
};

/*
 * Memory for any type, not initialised, owned by the arena.
 * errors:   NULL: no memory.
 */
void *tlsp_arena_alloc(struct tlsp_arena *, size_t len) TLSP_MUST_USE;

/* len bytes and a final NUL, owned by the arena. NULL: no memory. */
char *tlsp_arena_dup(struct tlsp_arena *, const char *bytes, size_t len)
    TLSP_MUST_USE;

/* Give everything back; the arena is empty again. */
void tlsp_arena_clear(struct tlsp_arena *);

/*
 * Room for at least n items in an array that grows by doubling.
 * array:    taken; NULL for a new one. Freed by the caller with free().
 * errors:   NULL: no memory, or sizes overflow; the old array stays valid.
 */
void *tlsp_grow(void *array, size_t *cap, size_t n, size_t item_size)
    TLSP_MUST_USE;

#endif
