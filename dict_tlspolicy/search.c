/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * search.c - searching an index: what only few lookups come to.
 * Knows:    names, their wildcards, damage. Not: files, what a policy says,
 *           who asks next.
 * Feeds:    resolve.
 *
 * The last two labels of a name are looked for first: if nothing is there,
 * nothing is anywhere below, and mostly everything is there. Each node says
 * whether there is more below it.
 */
#include "search.h"

enum tlsp_code
tlsp_search_damaged(const struct tlsp_index *idx, const char *what,
    const void *at, struct tlsp_err *err)
{
	const struct tlsp_pos pos = { idx->file, 0, 0 };

	return tlsp_err_set(err, TLSP_E_DAMAGED, &pos, "the index is damaged "
	    "(%s at byte %zu); make it anew with postmap, and check the disk",
	    what, (size_t)((const unsigned char *)at - idx->bytes));
}

const struct tlsp_record *
tlsp_search_record(const struct tlsp_index *idx, uint64_t number)
{
	return tlsp_search_record_at(idx->bytes, number * TLSP_RECORD_UNIT,
	    idx->size, number, idx->seed);
}

enum tlsp_code
tlsp_search_none(const struct tlsp_index *idx, const struct tlsp_node *first,
    const struct tlsp_node *last, struct tlsp_err *err)
{
	const struct tlsp_node *const nodes = idx->lines->nodes;
	uint64_t line = (uint64_t)(first - nodes) / TLSP_LINE_NODES, n;

	for (;; line = line + 1 == idx->n_lines ? 0 : line + 1) {
		for (n = line * TLSP_LINE_NODES; n < (line + 1) *
		    TLSP_LINE_NODES; n++)
			if (nodes[n].check != tlsp_node_check(&nodes[n],
			    tlsp_words_of_node(&nodes[n], idx->seed), n))
				return tlsp_search_damaged(idx, "node",
				    &nodes[n], err);
		if (&nodes[line * TLSP_LINE_NODES] == last)
			return TLSP_NONE;
	}
}

static enum tlsp_code
find_node(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    size_t start, const struct tlsp_node **ret_node, struct tlsp_err *err)
{
	struct tlsp_words tail;

	tlsp_words_tail(scan->key + scan->len, &tail);
	*ret_node = NULL;
	return tlsp_search_node(idx, scan, &tail, start, ret_node, err);
}

/* A wildcard itself: what stands behind its dot; nothing above it. */
static enum tlsp_code
find_wildcard(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    struct tlsp_found *found, struct tlsp_err *err)
{
	enum tlsp_code code;

	found->name = 1;
	if ((code = find_node(idx, scan, 1, &found->node, err)) != TLSP_OK)
		return code;
	if ((found->node->flags & TLSP_NODE_WILD) == 0)
		return TLSP_NONE;
	code = tlsp_search_answer(idx, scan, found, err);
	found->is_parent = 0;
	return code;
}

enum tlsp_code
tlsp_search_down(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    size_t start, const struct tlsp_node *node, struct tlsp_found *ret_found,
    struct tlsp_err *err)
{
	const size_t top = tlsp_scan_label(scan, scan->len);
	size_t n_labels = 2;
	enum tlsp_code code;

	ret_found->record = NULL;
	ret_found->node = NULL;
	for (;;) {
		if (node != NULL && tlsp_search_is_rule(node, start)) {
			ret_found->node = node;
			ret_found->name = start;
		}
		if (start == 0 || (n_labels <= TLSP_NAME_LINKED &&
		    (node == NULL || (node->flags & TLSP_NODE_DEEPER) == 0)))
			break;
		start = tlsp_scan_label(scan, start - 1);
		n_labels++;
		if ((code = find_node(idx, scan, start, &node, err)) < 0)
			return code;
	}
	if (ret_found->node == NULL && idx->has_tops && top > 0 &&
	    top < scan->len) {
		if ((code = find_node(idx, scan, top, &node, err)) != TLSP_OK)
			return code;
		if (tlsp_search_is_rule(node, top))
			ret_found->node = node;
		ret_found->name = top;
	}
	return ret_found->node == NULL ? TLSP_NONE :
	    tlsp_search_answer(idx, scan, ret_found, err);
}

enum tlsp_code
tlsp_search_find(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    struct tlsp_found *ret_found, struct tlsp_err *err)
{
	struct tlsp_words tail;
	enum tlsp_code code;

	ret_found->record = NULL;
	if (scan->len == 0)
		return TLSP_NONE;
	if (!scan->is_whole && scan->key[0] == '.' && scan->len > 1)
		return find_wildcard(idx, scan, ret_found, err);
	tlsp_words_tail(scan->key + scan->len, &tail);
	code = tlsp_search_first(idx, scan, &tail, ret_found, err);
	if (tlsp_search_is_deep(idx, scan, ret_found, code))
		return tlsp_search_down(idx, scan, ret_found->name,
		    ret_found->node, ret_found, err);
	if (code != TLSP_OK)
		return code;
	return tlsp_search_is_rule(ret_found->node, ret_found->name) ?
	    tlsp_search_answer(idx, scan, ret_found, err) : TLSP_NONE;
}
