/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * changes.c - what is to be changed in a store, in the order of its keys.
 * Knows:    memory. Not: files; what is in a record.
 * Feeds:    store.
 */
#include "changes.h"

#include <string.h>

#include "hash.h"

int
tlsp_changes_order(const char *a, size_t a_len, const char *b, size_t b_len)
{
	const size_t len = a_len < b_len ? a_len : b_len;
	const int order = len == 0 ? 0 : memcmp(a, b, len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

/*
 * What stands before a key, on each level: before[n] points to the pointer
 * that would have to change. Returns the first change not before the key.
 */
static struct tlsp_change *
search(struct tlsp_change **first, const char *key, size_t key_len,
    struct tlsp_change **before[static TLSP_CHANGES_LEVELS])
{
	struct tlsp_change **links = first;
	struct tlsp_change *at;
	size_t n;

	for (n = TLSP_CHANGES_LEVELS; n-- > 0; before[n] = &links[n])
		while ((at = links[n]) != NULL && tlsp_changes_order(at->key,
		    at->key_len, key, key_len) < 0)
			links = at->next;
	return *before[0];
}

static int
is_key(const struct tlsp_change *change, const char *key, size_t key_len)
{
	return change != NULL && tlsp_changes_order(change->key,
	    change->key_len, key, key_len) == 0;
}

const struct tlsp_change *
tlsp_changes_find(struct tlsp_changes *changes, const char *key,
    size_t key_len)
{
	struct tlsp_change **before[TLSP_CHANGES_LEVELS];
	const struct tlsp_change *at = search(changes->first, key, key_len,
	    before);

	return is_key(at, key, key_len) ? at : NULL;
}

const struct tlsp_change *
tlsp_changes_after(struct tlsp_changes *changes, const char *key,
    size_t key_len)
{
	struct tlsp_change **before[TLSP_CHANGES_LEVELS];
	const struct tlsp_change *at = search(changes->first, key, key_len,
	    before);

	return is_key(at, key, key_len) ? at->next[0] : at;
}

static int
set_value(struct tlsp_changes *changes, struct tlsp_change *change,
    const char *value, size_t len)
{
	char *room = change->value;

	if (value == NULL) {
		change->value = NULL;
		change->len = change->room = 0;
		return 0;
	}
	if (room == NULL || change->room < len) {
		if ((room = tlsp_arena_dup(&changes->arena, value, len)) ==
		    NULL)
			return -1;
		change->room = len;
	} else if (len > 0)
		memmove(room, value, len);
	room[len] = '\0';
	change->value = room;
	change->len = len;
	return 0;
}

/* Three of four are on the lowest level only, and so on. */
static size_t
throw_dice(struct tlsp_changes *changes)
{
	uint64_t dice = changes->dice = tlsp_hash_fold(changes->dice ^
	    TLSP_HASH_1, ++changes->n ^ TLSP_HASH_2);
	size_t levels = 1;

	for (; (dice & 3) == 0 && levels < TLSP_CHANGES_LEVELS; dice >>= 2)
		levels++;
	return levels;
}

int
tlsp_changes_put(struct tlsp_changes *changes, const char *key,
    size_t key_len, const char *value, size_t len)
{
	struct tlsp_change **before[TLSP_CHANGES_LEVELS];
	struct tlsp_change *at, *links;
	size_t n_levels, n;

	at = search(changes->first, key, key_len, before);
	if (is_key(at, key, key_len))
		return set_value(changes, at, value, len);
	n_levels = throw_dice(changes);
	at = tlsp_arena_alloc(&changes->arena, sizeof(*at) +
	    n_levels * sizeof(links));
	if (at == NULL)
		return -1;
	memset(at, 0, sizeof(*at));
	at->key_len = key_len;
	if ((at->key = tlsp_arena_dup(&changes->arena, key, key_len)) ==
	    NULL || set_value(changes, at, value, len) < 0)
		return -1;
	for (n = 0; n < n_levels; n++) {
		at->next[n] = *before[n];
		*before[n] = at;
	}
	return 0;
}

void
tlsp_changes_clear(struct tlsp_changes *changes)
{
	tlsp_arena_clear(&changes->arena);
	memset(changes, 0, sizeof(*changes));
}
