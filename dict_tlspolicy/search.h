/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * search.h - searching an index, wherever its bytes are.
 * Knows:    names, their wildcards, damage. Not: files, what a policy says,
 *           who asks next.
 * Feeds:    resolve.
 * Source:   tlspolicy_index(5); Postfix TLS_README, "TLS policy table".
 *
 * The way that nearly every lookup goes is here, for the compiler to put it
 * into the one function that a lookup is: calls, and what they save and
 * restore, would be a fifth of it.
 */
#ifndef TLSP_SEARCH_H
#define TLSP_SEARCH_H

#include "index.h"
#include "words.h"

#define TLSP_LIKELY(x)		__builtin_expect(!!(x), 1)
#define TLSP_UNLIKELY(x)	__builtin_expect(!!(x), 0)
#define TLSP_INLINE		static inline __attribute__((always_inline))
#define TLSP_COLD		__attribute__((cold, noinline))

/* record: NULL: there is no such rule, and the rest is not set. */
struct tlsp_found {
	const struct tlsp_record *record;
	size_t name;		/* where in the key the rule's name begins */
	int is_parent;		/* it is a wildcard above the key */
	unsigned is_at_once;	/* it answers whoever else is asked */
	unsigned is_digits;	/* its name is all digits and dots */
};

/*
 * The rule for a key, else that of its nearest parent: for a.b.example the
 * first there is of a.b.example, .b.example, .example. The key may turn out
 * not to be a host name, which has no parents; whoever asks looks.
 * cost:     a name and a wildcard above it: one line of memory, and the
 *           answer.
 * errors:   TLSP_NONE: neither; TLSP_E_DAMAGED: cannot be told.
 */
enum tlsp_code tlsp_search_find(const struct tlsp_index *,
    const struct tlsp_scan *, struct tlsp_found *ret_found,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Seldom needed, in search.c: a key that is odd; one that may have more below
 * its last two labels, which begin at start and have that node, or none.
 */
enum tlsp_code tlsp_search_odd(const struct tlsp_index *,
    const struct tlsp_scan *, struct tlsp_found *, struct tlsp_err *);
enum tlsp_code tlsp_search_down(const struct tlsp_index *,
    const struct tlsp_scan *, size_t start, const struct tlsp_node *,
    struct tlsp_found *, struct tlsp_err *);

/*
 * Seldom needed, in search.c. They return TLSP_E_DAMAGED, or: nothing was
 * found in n_lines lines up to the last one, and they are whole (TLSP_NONE);
 * a node with the hash and length of a long name is that name's (TLSP_OK).
 */
enum tlsp_code tlsp_search_damaged(const struct tlsp_index *,
    const char *what, const void *at, struct tlsp_err *) TLSP_COLD;
enum tlsp_code tlsp_search_none(const struct tlsp_index *, uint64_t last,
    uint64_t n_lines, struct tlsp_err *) TLSP_COLD;
enum tlsp_code tlsp_search_long(const struct tlsp_index *,
    const struct tlsp_node *, const char *name, size_t len,
    struct tlsp_err *) TLSP_COLD;
const struct tlsp_more *tlsp_search_more(const struct tlsp_index *,
    const struct tlsp_node *) TLSP_COLD;

/* A record by its number, proved. NULL: it is damaged. */
TLSP_INLINE const struct tlsp_record *
tlsp_search_record(const struct tlsp_index *idx, uint64_t number)
{
	const uint64_t at = number * TLSP_RECORD_UNIT;
	const struct tlsp_record *record;
	uint64_t body;

	if (TLSP_UNLIKELY(at + sizeof(*record) > idx->size))
		return NULL;
	record = (const void *)(idx->bytes + at);
	body = tlsp_record_body(record);
	if (TLSP_UNLIKELY(at + sizeof(*record) + body > idx->size ||
	    tlsp_record_check(record, body, number, idx->seed) !=
	    record->check || tlsp_record_text(record)[record->len] != '\0'))
		return NULL;
	return record;
}

/*
 * The node of a name: the key's bytes from start on.
 * errors:   TLSP_NONE: there is none; TLSP_E_DAMAGED.
 */
TLSP_INLINE enum tlsp_code
tlsp_search_node(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    size_t start, const struct tlsp_node **ret_node, struct tlsp_err *err)
{
	const struct tlsp_filter *filter;
	const struct tlsp_node *node;
	struct tlsp_words words;
	const uint64_t hash = tlsp_words_hash(scan->key + scan->len,
	    scan->len - start, idx->seed, &words);
	const uint64_t spread = tlsp_words_spread(hash);
	uint64_t number = tlsp_hash_below(spread, idx->n_filters), n = 0;

	filter = &idx->filters[number];
	if (!tlsp_words_in_filter(spread, filter)) {
		if (TLSP_UNLIKELY(tlsp_filter_check(filter, number,
		    idx->seed) != filter->check))
			return tlsp_search_damaged(idx, "filter", filter, err);
		return TLSP_NONE;
	}
	number = tlsp_hash_below(hash, idx->n_lines);
	for (;;) {
		node = idx->lines[number].nodes;
		if (tlsp_words_is_node(&words, node))
			break;
		if (tlsp_words_is_node(&words, node + 1)) {
			node++;
			break;
		}
		if ((node->flags & TLSP_NODE_FULL) == 0 || ++n ==
		    idx->n_lines)
			return tlsp_search_none(idx, number, n + 1, err);
		if (++number == idx->n_lines)
			number = 0;
	}
	/* The name is the right one; prove the rest, for this place. */
	if (TLSP_UNLIKELY(tlsp_node_check(node, hash, (uint64_t)(node -
	    idx->lines->nodes)) != node->check))
		return tlsp_search_damaged(idx, "node", node, err);
	*ret_node = node;
	if (TLSP_UNLIKELY(node->len == TLSP_NODE_LONG))
		return tlsp_search_long(idx, node, scan->key + start,
		    scan->len - start, err);
	return TLSP_OK;
}

/* What a node says, of the name itself or of those below. */
TLSP_INLINE enum tlsp_code
tlsp_search_answer(const struct tlsp_index *idx, const struct tlsp_node *node,
    int is_wild, struct tlsp_found *found, struct tlsp_err *err)
{
	const struct tlsp_record *record;
	const struct tlsp_more *more;
	uint32_t number = node->record;

	if (TLSP_UNLIKELY(node->flags & TLSP_NODE_MORE))
		number = (more = tlsp_search_more(idx, node)) == NULL ? 0 :
		    is_wild ? more->wild : more->exact;
	record = tlsp_search_record(idx, number);
	if (TLSP_UNLIKELY(record == NULL ||
	    (record->flags & TLSP_RECORD_MORE) != 0))
		return tlsp_search_damaged(idx, "answer", node, err);
	found->record = record;
	return TLSP_OK;
}

/* As tlsp_search_find(). */
TLSP_INLINE enum tlsp_code
tlsp_search(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    struct tlsp_found *found, struct tlsp_err *err)
{
	const struct tlsp_node *node = NULL;
	enum tlsp_code code;
	size_t start;

	found->record = NULL;
	if (TLSP_UNLIKELY(scan->is_odd))
		return tlsp_search_odd(idx, scan, found, err);
	start = tlsp_scan_start(scan);
	code = tlsp_search_node(idx, scan, start, &node, err);
	if (TLSP_UNLIKELY(idx->has_tops) && code >= 0)
		return tlsp_search_down(idx, scan, start,
		    code == TLSP_OK ? node : NULL, found, err);
	if (code != TLSP_OK)
		return code;
	found->name = start;
	if (start == 0) {
		if ((node->flags & TLSP_NODE_EXACT) == 0)
			return TLSP_NONE;
		found->is_parent = 0;
		return tlsp_search_answer(idx, node, 0, found, err);
	}
	if (TLSP_UNLIKELY(node->flags & TLSP_NODE_DEEPER))
		return tlsp_search_down(idx, scan, start, node, found, err);
	if ((node->flags & TLSP_NODE_COVERS) == 0)
		return TLSP_NONE;
	found->is_parent = 1;
	found->is_at_once = node->flags & TLSP_NODE_AT_ONCE;
	found->is_digits = node->flags & TLSP_NODE_DIGITS;
	return tlsp_search_answer(idx, node, 1, found, err);
}

#endif
