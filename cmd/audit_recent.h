/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_recent.h - a table of what was seen lately; the oldest goes.
 * Knows:    keys of any bytes. Not: what is stored.
 * Feeds:    audit_match, audit_silent, audit_sum, audit_who.
 */
#ifndef TLSP_CMD_AUDIT_RECENT_H
#define TLSP_CMD_AUDIT_RECENT_H

#include <stddef.h>
#include <stdint.h>

#include "../dict_tlspolicy/tlsp.h"

struct audit_recent;

/*
 * size:     of an item. max: so many items at most, then the one that was
 *           not asked for longest is given up; 0: no limit.
 * returns   NULL: no memory.
 */
struct audit_recent *audit_recent_new(size_t size, size_t max) TLSP_MUST_USE;

/* NULL may be freed. What items point to is their owner's. */
void audit_recent_free(struct audit_recent *);

/*
 * An item by its key. Hashes are seeded anew in each run: nobody can write
 * keys that all meet.
 * returns   borrowed until it is given up; NULL: there is none.
 */
void *audit_recent_find(struct audit_recent *, const void *key, size_t len);

/*
 * The same, made of zeros where there is none.
 * returns   NULL: no memory.
 */
void *audit_recent_get(struct audit_recent *, const void *key, size_t len)
    TLSP_MUST_USE;

size_t audit_recent_count(const struct audit_recent *);

#endif
