/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * index.c - the bytes of an index, ready to be searched.
 * Knows:    where in the bytes everything is. Not: how it is searched,
 *           files.
 * Feeds:    search, resolve, table.
 */
#include "index.h"

#include "words.h"

static enum tlsp_code
bad_head(const char *file, struct tlsp_err *err)
{
	const struct tlsp_pos at = { file, 0, 0 };

	return tlsp_err_set(err, TLSP_E_DAMAGED, &at, "the head of the index "
	    "is damaged");
}

enum tlsp_code
tlsp_index_attach(const char *file, const struct tlsp_frozen *head,
    const void *bytes, size_t len, struct tlsp_index *ret_index,
    struct tlsp_err *err)
{
	struct tlsp_index idx = { .bytes = bytes, .file = file };
	uint64_t filters, lines;

	memset(ret_index, 0, sizeof(*ret_index));
	if (len < sizeof(*head) || memcmp(head->magic, TLSP_FROZEN_MAGIC,
	    sizeof(head->magic)) != 0 || head->check !=
	    tlsp_frozen_check(head) || head->size != len)
		return bad_head(file, err);
	/* Whoever made the check may have made the rest up. */
	filters = head->n_filters;
	lines = head->n_lines;
	if (filters == 0 || filters > len / sizeof(*idx.filters) ||
	    lines == 0 || lines > len / sizeof(*idx.lines) ||
	    head->filters_at % sizeof(*idx.lines) != 0 ||
	    head->lines_at % sizeof(*idx.lines) != 0 ||
	    head->filters_at > len - filters * sizeof(*idx.filters) ||
	    head->lines_at > len - lines * sizeof(*idx.lines) ||
	    head->pinned > len)
		return bad_head(file, err);
	if (bytes != NULL) {
		idx.filters = (const void *)(idx.bytes + head->filters_at);
		idx.lines = (const void *)(idx.bytes + head->lines_at);
		idx.lines_end = idx.lines + lines;
	}
	idx.n_filters = filters;
	idx.n_lines = lines;
	idx.seed = head->seed;
	idx.size = len;
	idx.longest = head->longest;
	idx.has_tops = head->n_tops > 0;
	idx.pinned = head->pinned;
	*ret_index = idx;
	return TLSP_OK;
}

void
tlsp_index_expect(const struct tlsp_index *idx, const struct tlsp_scan *scan)
{
	struct tlsp_words words;
	size_t start = scan->is_odd ? 0 : tlsp_scan_start(scan);
	uint64_t hash;

	if (!scan->is_whole && scan->len > 1 && scan->key[0] == '.')
		start = 1;
	if (scan->len == 0)
		return;
	hash = tlsp_words_hash(scan->key + scan->len, scan->len - start,
	    idx->seed, &words);
	__builtin_prefetch(&idx->filters[tlsp_hash_below(
	    tlsp_words_spread(hash), idx->n_filters)]);
	__builtin_prefetch(&idx->lines[tlsp_hash_below(hash, idx->n_lines)]);
}
