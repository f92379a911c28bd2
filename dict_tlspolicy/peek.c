/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * peek.c - the first lookups of a process: a few bytes of an index, read from
 * its file.
 * Knows:    where in an index the answer to most keys is. Not: what more
 *           there may be to it; files but for reading.
 * Feeds:    resolve.
 */
#include "peek.h"

#include <stdlib.h>
#include <unistd.h>

/* The name of a key that is looked for first, and where it would be. */
struct place {
	struct tlsp_words words;
	uint64_t hash;
	uint64_t filter;	/* its number */
	uint64_t line;		/* likewise */
};

struct tlsp_peek *
tlsp_peek_open(int fd, const struct tlsp_frozen *head)
{
	struct tlsp_peek *peek = calloc(1, sizeof(*peek));

	if (peek == NULL) {
		(void)close(fd);
		return NULL;
	}
	peek->fd = fd;
	peek->head = head;
	return peek;
}

void
tlsp_peek_close(struct tlsp_peek *peek)
{
	if (peek == NULL)
		return;
	(void)close(peek->fd);
	free(peek);
}

static void
place_of(const struct tlsp_frozen *head, const struct tlsp_scan *scan,
    size_t start, struct place *ret_place)
{
	const uint64_t hash = tlsp_words_hash(scan->key + scan->len,
	    scan->len - start, head->seed, &ret_place->words);

	ret_place->hash = hash;
	ret_place->filter = tlsp_hash_below(tlsp_words_spread(hash),
	    head->n_filters);
	ret_place->line = tlsp_hash_below(hash, head->n_lines);
}

/*
 * May a name be there?
 * errors:   0: the filter cannot be read, or is damaged.
 */
static int
ask_filter(const struct tlsp_peek *peek, const struct place *place,
    enum tlsp_code *ret_code)
{
	struct tlsp_filter filter;

	if (pread(peek->fd, &filter, sizeof(filter),
	    (off_t)(peek->head->filters_at + place->filter *
	    sizeof(filter))) != (ssize_t)sizeof(filter) || filter.check !=
	    tlsp_filter_check(&filter, place->filter, peek->head->seed))
		return 0;
	*ret_code = tlsp_words_in_filter(tlsp_words_spread(place->hash),
	    &filter) ? TLSP_OK : TLSP_NONE;
	return 1;
}

/*
 * The node of a name, if it is in its line or, that being full, in the next.
 * ret_node: NULL: it is nowhere.
 * errors:   0: they cannot be read, are damaged, or it may be further on.
 */
static int
ask_lines(struct tlsp_peek *peek, const struct place *place,
    const struct tlsp_node **ret_node)
{
	const struct tlsp_node *node = peek->nodes;
	const ssize_t len = pread(peek->fd, peek->nodes, sizeof(peek->nodes),
	    (off_t)(peek->head->lines_at + place->line *
	    sizeof(struct tlsp_line64)));
	/* The first line follows the last one. */
	const uint64_t n_lines = peek->head->n_lines - place->line <
	    TLSP_PEEK_LINES ? 1 : TLSP_PEEK_LINES;
	uint64_t n;

	*ret_node = NULL;
	if (len < (ssize_t)(n_lines * sizeof(struct tlsp_line64)))
		return 0;
	for (n = 0; n < n_lines * TLSP_LINE_NODES; n++) {
		if (n > 0 && n % TLSP_LINE_NODES == 0 &&
		    (node[n - TLSP_LINE_NODES].flags & TLSP_NODE_FULL) == 0)
			return 1;
		if (node[n].check != tlsp_node_check(&node[n],
		    tlsp_words_of_node(&node[n], peek->head->seed),
		    place->line * TLSP_LINE_NODES + n))
			return 0;
		if (tlsp_words_is_node(&place->words, &node[n])) {
			*ret_node = &node[n];
			return 1;
		}
	}
	return (node[n - TLSP_LINE_NODES].flags & TLSP_NODE_FULL) == 0;
}

/* errors: NULL: it cannot be read, is damaged, or is too long. */
static const struct tlsp_record *
read_record(struct tlsp_peek *peek, uint64_t number)
{
	const ssize_t len = pread(peek->fd, peek->record,
	    sizeof(peek->record), (off_t)(number * TLSP_RECORD_UNIT));

	return len <= 0 ? NULL : tlsp_search_record_at(peek->record, 0,
	    (uint64_t)len, number, peek->head->seed);
}

/* Nothing at the last two labels: is that all, or may .com be a rule? */
static int
is_none(const struct tlsp_peek *peek, const struct tlsp_scan *scan,
    enum tlsp_code *ret_code)
{
	*ret_code = TLSP_NONE;
	return scan->is_whole || peek->head->n_tops == 0;
}

int
tlsp_peek_find(struct tlsp_peek *peek, const struct tlsp_scan *scan,
    struct tlsp_found *ret_found, enum tlsp_code *ret_code)
{
	struct place place;
	const struct tlsp_node *node;
	const struct tlsp_record *record;

	/* Of a wildcard itself, nothing is looked for above it. */
	if (scan->len == 0 || (scan->key[0] == '.' && !scan->is_whole))
		return 0;
	*ret_found = (struct tlsp_found){ .node = NULL };
	ret_found->name = scan->is_whole ? 0 : tlsp_scan_start(scan);
	place_of(peek->head, scan, ret_found->name, &place);
	if (!ask_filter(peek, &place, ret_code))
		return 0;
	if (*ret_code == TLSP_NONE)
		return is_none(peek, scan, ret_code);
	if (!ask_lines(peek, &place, &node))
		return 0;
	if (node == NULL)
		return is_none(peek, scan, ret_code);
	if (ret_found->name > 0 && (node->flags & TLSP_NODE_DEEPER) != 0)
		return 0;
	if (!tlsp_search_is_rule(node, ret_found->name))
		return is_none(peek, scan, ret_code);
	if ((node->flags & TLSP_NODE_MORE) != 0 || !tlsp_search_is_answer(
	    record = read_record(peek, node->record)))
		return 0;
	*ret_code = TLSP_OK;
	ret_found->node = node;
	tlsp_search_take(ret_found, record);
	return 1;
}
