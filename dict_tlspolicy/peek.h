/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * peek.h - the first lookups of a process: a few bytes of an index, read from
 * its file.
 * Knows:    where in an index the answer to most keys is. Not: what more
 *           there may be to it; files but for reading.
 * Feeds:    resolve.
 * Source:   tlspolicy_index(5).
 *
 * Mapping a file, the first faults in its pages and undoing it again take ten
 * times as long as the three reads that find an answer, and many a process
 * asks for one or two. What is read is proved as it is when mapped; whoever
 * gets no answer here maps the file and searches.
 */
#ifndef TLSP_PEEK_H
#define TLSP_PEEK_H

#include "search.h"

/* So many lookups cost about as much as mapping. */
#define TLSP_PEEK_MAX	8

/* A name is in its line, or mostly in the next. */
#define TLSP_PEEK_LINES	2

/*
 * fd:       the open file.
 * head:     its head; borrowed.
 * n_done:   lookups so far.
 * nodes, record: what was read last; what was found is in them.
 */
struct tlsp_peek {
	int fd;
	unsigned n_done;
	const struct tlsp_frozen *head;
	struct tlsp_node nodes[TLSP_PEEK_LINES * TLSP_LINE_NODES];
	_Alignas(struct tlsp_record) unsigned char record[512];
};

/*
 * fd:       taken over, also if it fails.
 * errors:   NULL: no memory.
 */
struct tlsp_peek *tlsp_peek_open(int fd, const struct tlsp_frozen *head)
    TLSP_MUST_USE;

/* NULL may be closed. */
void tlsp_peek_close(struct tlsp_peek *);

/*
 * What tlsp_search_find() would say: TLSP_OK or TLSP_NONE.
 * ret_found: borrowed from peek until the next call.
 * errors:   0: it cannot be told here, for whatever reason; map, and search.
 */
int tlsp_peek_find(struct tlsp_peek *peek, const struct tlsp_scan *,
    struct tlsp_found *ret_found, enum tlsp_code *ret_code) TLSP_MUST_USE;

#endif
