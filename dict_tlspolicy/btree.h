/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * btree.h - one file of keys and values, as Berkeley DB keeps it.
 * Knows:    Berkeley DB, and nobody else does. Not: what is in it, who may
 *           read it, how it is published.
 * Feeds:    sealed, store.
 * Source:   Berkeley DB 5.3 reference.
 */
#ifndef TLSP_BTREE_H
#define TLSP_BTREE_H

#include "page.h"

struct tlsp_btree;

/* Bytes and a NUL that is not counted; borrowed until the next call. */
struct tlsp_btree_text {
	const char *text;
	size_t len;
};

/*
 * Open a file to read it: no lock, no write, no other file; nothing is
 * opened later.
 * fd:       of the same file, open for reading; not needed afterwards.
 * len:      of the file.
 * errors:   TLSP_E_BUSY: another file has taken the place of this one;
 *           TLSP_E_DAMAGED: not a B-tree with checksums of our kind;
 *           TLSP_E_IO; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_btree_open(const char *name, int fd, uint64_t len,
    struct tlsp_btree **ret_tree, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * A value. Every page is looked at before the library sees it. After damage
 * or a failure to read, all later calls say the same.
 * cost:     log n pages; some stay in a cache of 64 KiB.
 * errors:   TLSP_NONE: there is none; TLSP_E_DAMAGED, TLSP_E_IO: cannot be
 *           told; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_btree_get(struct tlsp_btree *, const char *key,
    size_t key_len, struct tlsp_btree_text *ret_value, struct tlsp_err *err)
    TLSP_MUST_USE;

/* What follows a key in the order of bytes; key_len 0: the first. Otherwise
 * as above; the key given may be borrowed from the last call. */
enum tlsp_code tlsp_btree_next(struct tlsp_btree *, const char *key,
    size_t key_len, struct tlsp_btree_text *ret_key,
    struct tlsp_btree_text *ret_value, struct tlsp_err *err) TLSP_MUST_USE;

/* NULL may be closed. */
void tlsp_btree_close(struct tlsp_btree *);

/*
 * Fill an empty file, which must be there already: where the library creates
 * one itself and is killed, it leaves another that blocks the next for
 * 100 seconds. Put in order; each key once.
 * Nothing of what this process has in memory gets into it but that.
 * errors:   TLSP_E_IO: no space, and others; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_btree_create(const char *name,
    struct tlsp_btree **ret_tree, struct tlsp_err *err) TLSP_MUST_USE;
enum tlsp_code tlsp_btree_put(struct tlsp_btree *, const char *key,
    size_t key_len, const char *value, size_t len, struct tlsp_err *err)
    TLSP_MUST_USE;

/* Write what is still in memory, and let go. tree: taken. */
enum tlsp_code tlsp_btree_finish(struct tlsp_btree *, struct tlsp_err *err)
    TLSP_MUST_USE;

/* Let go of a new file that nobody will have. */
void tlsp_btree_give_up(struct tlsp_btree *);

#endif
