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

/* What a node has no room for. NULL: damaged. */
static const struct tlsp_record *
get_more(const struct tlsp_index *idx, const struct tlsp_node *node)
{
	const struct tlsp_record *record = tlsp_search_record(idx,
	    node->record);

	return record == NULL || record->flags != TLSP_RECORD_MORE ||
	    record->len < sizeof(struct tlsp_more) ? NULL : record;
}

const struct tlsp_more *
tlsp_search_more(const struct tlsp_index *idx, const struct tlsp_node *node)
{
	/* A node with a long name has been through tlsp_search_long(). */
	const struct tlsp_record *record = node->len == TLSP_NODE_LONG ?
	    (const void *)(idx->bytes + (uint64_t)node->record *
	    TLSP_RECORD_UNIT) : get_more(idx, node);

	return record == NULL ? NULL : (const void *)(record + 1);
}

enum tlsp_code
tlsp_search_long(const struct tlsp_index *idx, const struct tlsp_node *node,
    const char *name, size_t len, struct tlsp_err *err)
{
	const struct tlsp_record *record = get_more(idx, node);

	/* No two names of a table have both hash and length in common. */
	if (record == NULL || record->len != sizeof(struct tlsp_more) + len ||
	    memcmp(tlsp_record_text(record) + sizeof(struct tlsp_more), name,
	    len) != 0)
		return tlsp_search_damaged(idx, "name", node, err);
	return TLSP_OK;
}

enum tlsp_code
tlsp_search_none(const struct tlsp_index *idx, uint64_t last,
    uint64_t n_lines, struct tlsp_err *err)
{
	const struct tlsp_node *node;
	uint64_t n;

	for (; n_lines > 0; n_lines--) {
		for (n = 0; n < TLSP_LINE_NODES; n++) {
			node = &idx->lines[last].nodes[n];
			if (node->check != tlsp_node_check(node,
			    tlsp_words_of_node(node, idx->seed),
			    last * TLSP_LINE_NODES + n))
				return tlsp_search_damaged(idx, "node", node,
				    err);
		}
		last = last == 0 ? idx->n_lines - 1 : last - 1;
	}
	return TLSP_NONE;
}

static enum tlsp_code
find_node(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    size_t start, const struct tlsp_node **ret_node, struct tlsp_err *err)
{
	*ret_node = NULL;
	return tlsp_search_node(idx, scan, start, ret_node, err);
}

/* The whole key, or what stands behind its leading dot; nothing above it. */
static enum tlsp_code
find_alone(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    struct tlsp_found *found, struct tlsp_err *err)
{
	const unsigned is_wild = !scan->is_whole && scan->key[0] == '.' &&
	    scan->len > 1;
	const struct tlsp_node *node;
	enum tlsp_code code;

	if ((code = find_node(idx, scan, is_wild, &node, err)) != TLSP_OK)
		return code;
	if ((node->flags & (is_wild ? TLSP_NODE_WILD : TLSP_NODE_EXACT)) == 0)
		return TLSP_NONE;
	found->name = is_wild;
	found->is_parent = 0;
	return tlsp_search_answer(idx, node, (int)is_wild, found, err);
}

enum tlsp_code
tlsp_search_down(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    size_t start, const struct tlsp_node *node, struct tlsp_found *found,
    struct tlsp_err *err)
{
	const size_t top = tlsp_scan_label(scan, scan->len);
	const struct tlsp_node *best = NULL;
	size_t n_labels = 2;
	enum tlsp_code code;

	for (;;) {
		if (node != NULL && (node->flags & (start == 0 ?
		    TLSP_NODE_EXACT : TLSP_NODE_COVERS)) != 0) {
			best = node;
			found->name = start;
		}
		if (start == 0 || (n_labels <= TLSP_NAME_LINKED &&
		    (node == NULL || (node->flags & TLSP_NODE_DEEPER) == 0)))
			break;
		start = tlsp_scan_label(scan, start - 1);
		n_labels++;
		if ((code = find_node(idx, scan, start, &node, err)) < 0)
			return code;
	}
	if (best == NULL && idx->has_tops && top > 0 && top < scan->len) {
		if ((code = find_node(idx, scan, top, &node, err)) != TLSP_OK)
			return code;
		if ((node->flags & TLSP_NODE_COVERS) != 0)
			best = node;
		found->name = top;
	}
	if (best == NULL)
		return TLSP_NONE;
	found->is_parent = found->name > 0;
	found->is_at_once = best->flags & TLSP_NODE_AT_ONCE;
	found->is_digits = best->flags & TLSP_NODE_DIGITS;
	return tlsp_search_answer(idx, best, found->is_parent, found, err);
}

enum tlsp_code
tlsp_search_odd(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    struct tlsp_found *found, struct tlsp_err *err)
{
	const struct tlsp_node *node;
	size_t start;

	if (scan->len == 0)
		return TLSP_NONE;
	if (scan->is_whole || (scan->key[0] == '.' && scan->len > 1))
		return find_alone(idx, scan, found, err);
	start = tlsp_scan_start(scan);
	return find_node(idx, scan, start, &node, err) < 0 ? TLSP_E_DAMAGED :
	    tlsp_search_down(idx, scan, start, node, found, err);
}

enum tlsp_code
tlsp_search_find(const struct tlsp_index *idx, const struct tlsp_scan *scan,
    struct tlsp_found *ret_found, struct tlsp_err *err)
{
	return tlsp_search(idx, scan, ret_found, err);
}
