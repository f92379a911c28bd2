/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * mem.c - memory that is given back all at once.
 * Knows:    malloc. Not: what is stored.
 * Feeds:    rules, index, table.
 */
#include "mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Small tables should cost little, large ones few calls. */
#define CHUNK_FIRST	((size_t)4096)
#define CHUNK_MOST	((size_t)1 << 20)

struct tlsp_chunk {
	struct tlsp_chunk *next;
	size_t size;
	max_align_t data[];
};

static int
add_chunk(struct tlsp_arena *arena, size_t need)
{
	struct tlsp_chunk *chunk;
	size_t size;

	size = arena->total < CHUNK_FIRST ? CHUNK_FIRST : arena->total;
	if (size > CHUNK_MOST)
		size = CHUNK_MOST;
	if (size < need)
		size = need;
	if (size > SIZE_MAX - sizeof(*chunk) ||
	    (chunk = malloc(sizeof(*chunk) + size)) == NULL)
		return -1;
	chunk->next = arena->chunks;
	chunk->size = size;
	arena->chunks = chunk;
	arena->used = 0;
	arena->total += size;
	return 0;
}

static void *
take(struct tlsp_arena *arena, size_t len)
{
	void *result;

	if (arena->chunks == NULL ||
	    len > arena->chunks->size - arena->used) {
		if (add_chunk(arena, len) < 0)
			return NULL;
	}
	result = (char *)arena->chunks->data + arena->used;
	arena->used += len;
	return result;
}

void *
tlsp_arena_alloc(struct tlsp_arena *arena, size_t len)
{
	const size_t align = sizeof(max_align_t);
	size_t pad;

	if (len > SIZE_MAX - align)
		return NULL;
	pad = (align - arena->used % align) % align;
	if (arena->chunks != NULL &&
	    pad < arena->chunks->size - arena->used)
		arena->used += pad;
	else if (arena->chunks != NULL)
		arena->used = arena->chunks->size;
	return take(arena, len);
}

char *
tlsp_arena_dup(struct tlsp_arena *arena, const char *bytes, size_t len)
{
	char *copy;

	if (len == SIZE_MAX || (copy = take(arena, len + 1)) == NULL)
		return NULL;
	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

void
tlsp_arena_clear(struct tlsp_arena *arena)
{
	struct tlsp_chunk *chunk, *next;

	for (chunk = arena->chunks; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	memset(arena, 0, sizeof(*arena));
}

void *
tlsp_grow(void *array, size_t *cap, size_t n, size_t item_size)
{
	size_t want;
	void *grown;

	if (n <= *cap && array != NULL)
		return array;
	want = *cap < 8 ? 8 : *cap;
	while (want < n) {
		if (want > SIZE_MAX / 2)
			return NULL;
		want *= 2;
	}
	if (want > SIZE_MAX / item_size ||
	    (grown = realloc(array, want * item_size)) == NULL)
		return NULL;
	*cap = want;
	return grown;
}
