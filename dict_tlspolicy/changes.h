/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * changes.h - what is to be changed in a store, in the order of its keys.
 * Knows:    memory. Not: files; what is in a record.
 * Feeds:    store.
 * Source:   W. Pugh, "Skip Lists", CACM 33(6), 1990.
 */
#ifndef TLSP_CHANGES_H
#define TLSP_CHANGES_H

#include <stdint.h>

#include "mem.h"

#define TLSP_CHANGES_LEVELS	16

/* value: NULL: the record is to go. Both end in a NUL that is not counted. */
struct tlsp_change {
	const char *key;
	char *value;
	size_t key_len;
	size_t len;
	size_t room;			/* bytes of value, without its NUL */
	struct tlsp_change *next[];	/* on each level that it is on */
};

/* All zero is empty and valid. */
struct tlsp_changes {
	struct tlsp_arena arena;
	struct tlsp_change *first[TLSP_CHANGES_LEVELS];
	uint64_t dice;
	size_t n;
};

/* The change of this key, or NULL. */
const struct tlsp_change *tlsp_changes_find(struct tlsp_changes *,
    const char *key, size_t key_len);

/* The first change behind this key, or NULL. key_len 0: of all. */
const struct tlsp_change *tlsp_changes_after(struct tlsp_changes *,
    const char *key, size_t key_len);

/*
 * Note a change, in place of an earlier one of this key. Copied.
 * cost:     log n.
 * errors:   -1: no memory; nothing has changed.
 */
int tlsp_changes_put(struct tlsp_changes *, const char *key, size_t key_len,
    const char *value, size_t len) TLSP_MUST_USE;

/* Less than, equal to, or greater than 0: the order of bytes. */
int tlsp_changes_order(const char *a, size_t a_len, const char *b,
    size_t b_len);

void tlsp_changes_clear(struct tlsp_changes *);

#endif
