/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * index.h - the bytes of an index, ready to be searched.
 * Knows:    where in the bytes everything is. Not: how it is searched,
 *           files.
 * Feeds:    search, resolve, table.
 * Source:   tlspolicy_index(5).
 */
#ifndef TLSP_INDEX_H
#define TLSP_INDEX_H

#include "err.h"
#include "frozen.h"
#include "scan.h"

/* Const while it is searched. */
struct tlsp_index {
	const unsigned char *bytes;		/* borrowed */
	const struct tlsp_filter *filters;
	const struct tlsp_line64 *lines;
	const struct tlsp_line64 *lines_end;
	uint64_t n_filters;
	uint64_t n_lines;
	uint64_t seed;
	uint64_t size;
	uint32_t longest;
	int has_tops;
	uint64_t pinned;
	const char *file;			/* borrowed; for messages */
};

/*
 * Take bytes for an index. Only the head is read.
 * file:     borrowed for the life of the index: whose bytes they are.
 * head:     theirs, or a copy.
 * bytes:    borrowed as file; aligned to 64. NULL: the head is judged, but
 *           nothing can be searched yet.
 * errors:   TLSP_E_DAMAGED.
 */
enum tlsp_code tlsp_index_attach(const char *file,
    const struct tlsp_frozen *head, const void *bytes, size_t len,
    struct tlsp_index *ret_index, struct tlsp_err *err) TLSP_MUST_USE;

/* Have the memory at hand that finding this key will need. */
void tlsp_index_expect(const struct tlsp_index *, const struct tlsp_scan *);

#endif
