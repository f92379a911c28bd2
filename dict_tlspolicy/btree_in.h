/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * btree_in.h - what reading and writing a B-tree share: the handle.
 * Knows:    Berkeley DB. For btree and btree_put, and nobody else.
 */
#ifndef TLSP_BTREE_IN_H
#define TLSP_BTREE_IN_H

#include "../compat/bdb.h"
#include "page.h"

/*
 * why:      OK, or what every call says from now on.
 * said:     what the library had to say of it.
 */
struct tlsp_btree {
	DB_ENV *env;
	DB *db;
	DBC *cursor;
	struct tlsp_pages pages;
	int read_errno;
	uint64_t bad_page;	/* the first that was not sound; 0: none */
	enum tlsp_code why;
	size_t last_len;	/* of the key the cursor stands on; 0: none */
	char said[160];
	char key[TLSP_BTREE_KEY_MAX + 1];
	char value[TLSP_BTREE_VALUE_MAX + 1];
};

/* A handle of nothing. NULL: no memory. */
struct tlsp_btree *tlsp_btree_new(struct tlsp_err *err) TLSP_MUST_USE;

/* The library's handles, in an environment of their own, in private memory.
 * 0, or the library's error. */
int tlsp_btree_begin(struct tlsp_btree *, uint32_t cache) TLSP_MUST_USE;

/* Open by whatever path the library wants. 0, or the library's error. */
int tlsp_btree_open_named(struct tlsp_btree *, const char *name,
    uint32_t flags) TLSP_MUST_USE;

/* The library's error, in words; kept for all later calls. */
enum tlsp_code tlsp_btree_fail(struct tlsp_btree *, int status,
    const char *what, struct tlsp_err *err);

#endif
