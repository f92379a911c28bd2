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

/* record: NULL: there is no such rule, and the rest is not to be looked at. */
struct tlsp_found {
	const struct tlsp_record *record;
	const struct tlsp_node *node;
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
 * More than a first look, in search.c: for a key that may have more below its
 * last two labels, which begin at start and have that node, or none.
 */
enum tlsp_code tlsp_search_down(const struct tlsp_index *,
    const struct tlsp_scan *, size_t start, const struct tlsp_node *,
    struct tlsp_found *ret_found, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * A record by its number, proved. NULL: it is damaged. In search.c: its loop
 * wants the registers to itself.
 */
const struct tlsp_record *tlsp_search_record(const struct tlsp_index *,
    uint64_t number) TLSP_HOT;

/*
 * Seldom needed, in search.c. They return TLSP_E_DAMAGED, or TLSP_NONE: the
 * lines from the first to the last one, perhaps all of them, are undamaged.
 */
enum tlsp_code tlsp_search_damaged(const struct tlsp_index *,
    const char *what, const void *at, struct tlsp_err *) TLSP_COLD;
enum tlsp_code tlsp_search_none(const struct tlsp_index *,
    const struct tlsp_node *first, const struct tlsp_node *last,
    struct tlsp_err *) TLSP_COLD;

/*
 * A record, proved; NULL: it is damaged, or not whole.
 * at:       where it begins in the bytes that there are.
 */
TLSP_INLINE const struct tlsp_record *
tlsp_search_record_at(const unsigned char *bytes, uint64_t at, uint64_t size,
    uint64_t number, uint64_t seed)
{
	const struct tlsp_record *record = (const void *)(bytes + at);
	uint64_t body;

	/* Its end: most take a part of the next line of the cache, too. */
	__builtin_prefetch(bytes + at + 47);
	if (at + sizeof(*record) > size)
		return NULL;
	body = tlsp_record_body(record);
	if (at + sizeof(*record) + body > size ||
	    tlsp_record_text(record)[record->len] != '\0')
		return NULL;
	return tlsp_record_check(record, body, number, seed) ==
	    record->check ? record : NULL;
}

/*
 * What the node of a name has no room for, be it the name itself, proved.
 * NULL: it is damaged, or the name is another one than the node's that has
 * length and hash in common: no two names of a table have.
 */
TLSP_INLINE const struct tlsp_more *
tlsp_search_more(const struct tlsp_index *idx, const struct tlsp_node *node,
    const char *name, size_t len)
{
	const struct tlsp_record *record = tlsp_search_record(idx,
	    node->record);
	const struct tlsp_more *more = (const void *)(record + 1);

	if (record == NULL || record->flags != TLSP_RECORD_MORE ||
	    record->len < sizeof(*more))
		return NULL;
	if (node->len == TLSP_NODE_LONG && (record->len != sizeof(*more) +
	    len || !tlsp_words_same_long(more->name, name, len)))
		return NULL;
	return more;
}

/*
 * The node of a name: the key's bytes from start on.
 * tail:     the key's.
 * errors:   TLSP_NONE: there is none; TLSP_E_DAMAGED.
 */
TLSP_INLINE enum tlsp_code
tlsp_search_node(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    const struct tlsp_words *tail, size_t start,
    const struct tlsp_node **ret_node, struct tlsp_err *err)
{
	const struct tlsp_filter *filter;
	const struct tlsp_node *node, *line, *first;
	struct tlsp_words words;
	const uint64_t hash = tlsp_words_hash_tail(tail, scan->key + scan->len,
	    scan->len - start, idx->seed, &words);
	const uint64_t spread = tlsp_words_spread(hash);
	const uint64_t number = tlsp_hash_below(spread, idx->n_filters);
	int n_ends = 0;

	filter = &idx->filters[number];
	if (!tlsp_words_in_filter(spread, filter)) {
		if (TLSP_UNLIKELY(tlsp_filter_check(filter, number,
		    idx->seed) != filter->check))
			return tlsp_search_damaged(idx, "filter", filter, err);
		return TLSP_NONE;
	}
	first = idx->lines[tlsp_hash_below(hash, idx->n_lines)].nodes;
	for (line = first;;) {
		/* Either one, as often: a branch would be a wrong guess. */
		node = line + !tlsp_words_is_like(&words, line);
		if (TLSP_LIKELY(tlsp_words_is_node(&words, node)))
			break;
		if (TLSP_UNLIKELY(node == line && tlsp_words_is_node(&words,
		    line + 1))) {
			node++;
			break;
		}
		if (TLSP_UNLIKELY((line->flags & TLSP_NODE_FULL) == 0))
			return tlsp_search_none(idx, first, line, err);
		line += TLSP_LINE_NODES;
		if (TLSP_UNLIKELY(line == idx->lines_end->nodes)) {
			/* Twice at the end: at each line, too. */
			if (n_ends++ > 0)
				return tlsp_search_none(idx, idx->lines->nodes,
				    line - TLSP_LINE_NODES, err);
			line = idx->lines->nodes;
		}
	}
	/* The name is the right one; prove the rest, for this place. */
	if (TLSP_UNLIKELY(tlsp_node_check(node, hash, (uint64_t)(node -
	    idx->lines->nodes)) != node->check))
		return tlsp_search_damaged(idx, "node", node, err);
	*ret_node = node;
	return TLSP_OK;
}

/*
 * A first look: the node of the last two labels, or of a key that is whole.
 * errors:   as tlsp_search_node(); the node is then NULL.
 */
TLSP_INLINE enum tlsp_code
tlsp_search_first(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    const struct tlsp_words *tail, struct tlsp_found *found,
    struct tlsp_err *err)
{
	*found = (struct tlsp_found){ .node = NULL };
	found->name = scan->is_whole ? 0 : tlsp_scan_start(scan);
	return tlsp_search_node(idx, scan, tail, found->name, &found->node,
	    err);
}

/* May there be more than what the first look, which ended so, has found? */
TLSP_INLINE int
tlsp_search_is_deep(const struct tlsp_index *idx,
    const struct tlsp_scan *scan, const struct tlsp_found *found,
    enum tlsp_code code)
{
	return TLSP_UNLIKELY(idx->has_tops && code >= 0 && !scan->is_whole) ||
	    (code == TLSP_OK && found->name > 0 &&
	    (found->node->flags & TLSP_NODE_DEEPER) != 0);
}

/* Does a node, whose name begins at start, say anything of the key? */
TLSP_INLINE int
tlsp_search_is_rule(const struct tlsp_node *node, size_t start)
{
	return (node->flags & (start == 0 ? TLSP_NODE_EXACT :
	    TLSP_NODE_COVERS)) != 0;
}

/* May a record be an answer? NULL: it is damaged. */
TLSP_INLINE int
tlsp_search_is_answer(const struct tlsp_record *record)
{
	return TLSP_LIKELY(record != NULL &&
	    (record->flags & TLSP_RECORD_MORE) == 0);
}

/* The node that was found has this answer. */
TLSP_INLINE void
tlsp_search_take(struct tlsp_found *found, const struct tlsp_record *record)
{
	found->record = record;
	found->is_parent = found->name > 0;
	found->is_at_once = found->node->flags & TLSP_NODE_AT_ONCE;
	found->is_digits = found->node->flags & TLSP_NODE_DIGITS;
}

/* What the node that was found says. */
TLSP_INLINE enum tlsp_code
tlsp_search_answer(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    struct tlsp_found *found, struct tlsp_err *err)
{
	const struct tlsp_node *node = found->node;
	const struct tlsp_record *record;
	const struct tlsp_more *more;
	uint32_t number = node->record;

	if (TLSP_UNLIKELY(node->flags & TLSP_NODE_MORE)) {
		if ((more = tlsp_search_more(idx, node, scan->key +
		    found->name, scan->len - found->name)) == NULL)
			return tlsp_search_damaged(idx, "name", node, err);
		number = found->name == 0 ? more->exact : more->wild;
	}
	record = tlsp_search_record(idx, number);
	if (!tlsp_search_is_answer(record))
		return tlsp_search_damaged(idx, "answer", node, err);
	tlsp_search_take(found, record);
	return TLSP_OK;
}

#endif
