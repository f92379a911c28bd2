/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * page.h - is a page of a B-tree file one that its reader survives?
 * Knows:    how Berkeley DB lays out pages. Not: files, keys, records.
 * Feeds:    btree.
 * Source:   Berkeley DB 5.3, as its files show it; tlspolicy_pins(5).
 *
 * The library believes what a page says. A page that is not the one that was
 * asked for, is empty, points beyond itself or back up the tree would make
 * it lose keys, read at random or search for ever.
 */
#ifndef TLSP_PAGE_H
#define TLSP_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define TLSP_PAGE_SIZE		4096

/* The longest key, the longest value of a tree; in bytes. */
#define TLSP_BTREE_KEY_MAX	512
#define TLSP_BTREE_VALUE_MAX	((size_t)48 << 10)

/*
 * What has been seen of a file's pages so far. All zero is no file.
 * kinds:    two bits a page, for a store may have many.
 * inner:    a hash table, of the few pages above the leaves: number and level.
 */
struct tlsp_pages {
	uint32_t n_pages;
	uint32_t item_max;	/* bytes of a record */
	unsigned char *kinds;
	uint32_t *inner;
	size_t n_inner;
	size_t cap_inner;	/* a power of two */
};

/*
 * A file of so many bytes, whose records are at most item_max long.
 * errors:   TLSP_E_NOMEM; TLSP_E_DAMAGED: no file has so many.
 */
enum tlsp_code tlsp_pages_init(struct tlsp_pages *, uint64_t len,
    uint32_t item_max, struct tlsp_err *err) TLSP_MUST_USE;
void tlsp_pages_clear(struct tlsp_pages *);

/* Why page 0 is not that of a store; NULL: it is. */
const char *tlsp_page_why_not(const struct tlsp_pages *,
    const unsigned char page[static TLSP_PAGE_SIZE]);

/*
 * May these bytes be used as the page of this number? A search that sees
 * such pages only goes down with each step, and never out of a page.
 * page:     aligned for numbers of 4 bytes.
 */
int tlsp_page_is_sound(struct tlsp_pages *,
    const unsigned char page[static TLSP_PAGE_SIZE], uint64_t number);

#endif
