/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * helper_layout.c - the bytes of an index, read from end to end as the manual
 * page has them: no hash is followed.
 * Knows:    frozen.h. Not: how an index is searched.
 * Source:   tlspolicy_index(5).
 * Feeds:    check_freeze.c, damage.c.
 */
#include "helper_layout.h"

#include <stdlib.h>
#include <string.h>

static const struct tlsp_frozen *
head_of(const struct tlsp_image *image)
{
	return (const void *)image->bytes;
}

static const char *
check_head(const struct tlsp_image *image)
{
	const struct tlsp_frozen *head = head_of(image);

	if (image->len < sizeof(*head) || head->size != image->len ||
	    memcmp(head->magic, TLSP_FROZEN_MAGIC, 8) != 0 ||
	    head->order != TLSP_FROZEN_ORDER ||
	    head->format != TLSP_FROZEN_FORMAT ||
	    head->grammar != TLSP_GRAMMAR)
		return "head";
	if (head->check != tlsp_frozen_check(head))
		return "check of the head";
	if (head->filters_at < sizeof(*head) || head->n_filters == 0 ||
	    head->lines_at % sizeof(struct tlsp_line64) != 0 ||
	    head->filters_at % sizeof(struct tlsp_filter) != 0 ||
	    head->lines_at < head->filters_at + head->n_filters *
	    sizeof(struct tlsp_filter))
		return "place of the filters";
	if (head->n_lines == 0 || head->records_at < head->lines_at +
	    head->n_lines * sizeof(struct tlsp_line64) ||
	    head->records_at % TLSP_RECORD_UNIT != 0 ||
	    head->records_at > head->size)
		return "place of the lines";
	if (head->n_names >= head->n_lines * TLSP_LINE_NODES)
		return "no place that is free";
	return NULL;
}

const struct tlsp_record *
layout_record(const struct tlsp_image *image, uint64_t number)
{
	const struct tlsp_frozen *head = head_of(image);
	const uint64_t at = number * TLSP_RECORD_UNIT;
	const struct tlsp_record *record;
	uint64_t body;

	if (at < head->records_at || at + sizeof(*record) > image->len)
		return NULL;
	record = (const void *)(image->bytes + at);
	body = tlsp_record_body(record);
	if (at + sizeof(*record) + body > image->len || record->check !=
	    tlsp_record_check(record, body, number, head->seed))
		return NULL;
	return record;
}

/* What a node has no room for; n_more: bytes behind the two numbers. */
static const struct tlsp_more *
more_of(const struct tlsp_image *image, const struct tlsp_node *node,
    uint64_t n_more)
{
	const struct tlsp_record *record;

	if ((node->flags & TLSP_NODE_MORE) == 0 ||
	    (record = layout_record(image, node->record)) == NULL ||
	    record->flags != TLSP_RECORD_MORE ||
	    record->len != sizeof(struct tlsp_more) + n_more)
		return NULL;
	return (const void *)tlsp_record_text(record);
}

/* The name of a node. The bytes are borrowed from the image. */
static const char *
read_name(const struct tlsp_image *image, const struct tlsp_node *node,
    struct layout_name *name)
{
	const struct tlsp_more *more;
	uint64_t len;
	size_t n;

	if (node->len <= TLSP_NODE_KEY) {
		name->len = node->len;
		name->bytes = (const char *)node->key + TLSP_NODE_KEY -
		    node->len;
		for (n = 0; n < TLSP_NODE_KEY - name->len; n++)
			if (node->key[n] != 0)
				return "no zeros before a name";
		return NULL;
	}
	memcpy(&len, node->key + 8, sizeof(len));
	if (node->len != TLSP_NODE_LONG || len <= TLSP_NODE_KEY)
		return "length of a long name";
	if ((more = more_of(image, node, len)) == NULL)
		return "record of a long name";
	name->len = (size_t)len;
	name->bytes = more->name;
	return NULL;
}

static int
is_answer(const struct tlsp_image *image, uint64_t number)
{
	const struct tlsp_record *record = layout_record(image, number);

	return record != NULL && (record->flags & TLSP_RECORD_MORE) == 0;
}

/* Which records answer for the name, and below it. */
static const char *
read_answers(const struct tlsp_image *image, const struct tlsp_node *node,
    struct layout_name *name)
{
	const struct tlsp_more *more = more_of(image, node,
	    node->len == TLSP_NODE_LONG ? name->len : 0);

	name->node = node;
	name->exact = name->wild = 0;
	if ((node->flags & TLSP_NODE_MORE) != 0 && more == NULL)
		return "record of two numbers";
	if ((node->flags & TLSP_NODE_EXACT) != 0)
		name->exact = more != NULL ? more->exact : node->record;
	if ((node->flags & TLSP_NODE_WILD) != 0)
		name->wild = more != NULL ? more->wild : node->record;
	if (((node->flags & TLSP_NODE_EXACT) != 0 &&
	    !is_answer(image, name->exact)) ||
	    ((node->flags & TLSP_NODE_WILD) != 0 &&
	    !is_answer(image, name->wild)))
		return "answer of a name";
	if ((node->flags & (TLSP_NODE_EXACT | TLSP_NODE_WILD |
	    TLSP_NODE_DEEPER)) == 0)
		return "a name that is there for nothing";
	if ((node->flags & TLSP_NODE_WILD) == 0 && (node->flags &
	    (TLSP_NODE_COVERS | TLSP_NODE_AT_ONCE)) != 0)
		return "flags of a wildcard that is none";
	return NULL;
}

static int
order_names(const void *a, const void *b)
{
	const struct layout_name *one = a, *two = b;
	const size_t len = one->len < two->len ? one->len : two->len;
	const int order = memcmp(one->bytes, two->bytes, len);

	return order != 0 ? order : one->len < two->len ? -1 :
	    one->len > two->len;
}

static const char *
check_filters(const struct tlsp_image *image)
{
	const struct tlsp_frozen *head = head_of(image);
	const struct tlsp_filter *filters = (const void *)(image->bytes +
	    head->filters_at);
	uint64_t n;

	for (n = 0; n < head->n_filters; n++)
		if (filters[n].check != tlsp_filter_check(&filters[n], n,
		    head->seed))
			return "check of a filter";
	return NULL;
}

static const char *
read_nodes(const struct tlsp_image *image, struct layout *layout)
{
	static const unsigned char nothing[TLSP_NODE_KEY];
	const struct tlsp_frozen *head = head_of(image);
	const struct tlsp_node *nodes = (const void *)(image->bytes +
	    head->lines_at), *node;
	const char *why;
	uint64_t n;

	for (n = 0; n < head->n_lines * TLSP_LINE_NODES; n++) {
		node = &nodes[n];
		if (node->check != tlsp_node_check(node,
		    tlsp_words_of_node(node, head->seed), n))
			return "check of a node";
		if (n % TLSP_LINE_NODES != 0 && (node->flags &
		    TLSP_NODE_FULL) != 0)
			return "FULL where a line does not begin";
		if (node->len == 0) {
			if (memcmp(node->key, nothing, sizeof(nothing)) != 0 ||
			    node->flags != 0 || node->record != 0)
				return "a free node that holds something";
			continue;
		}
		if (layout->n_names == head->n_names)
			return "more names than the head says";
		if ((why = read_name(image, node,
		    &layout->names[layout->n_names])) != NULL ||
		    (why = read_answers(image, node,
		    &layout->names[layout->n_names])) != NULL)
			return why;
		layout->n_names++;
	}
	return layout->n_names != head->n_names ? "fewer names than the head "
	    "says" : NULL;
}

/* Record behind record, to the last byte. */
static const char *
check_records(const struct tlsp_image *image)
{
	const struct tlsp_frozen *head = head_of(image);
	const struct tlsp_record *record;
	uint64_t at;

	for (at = head->records_at; at < image->len; at += sizeof(*record) +
	    tlsp_record_body(record))
		if ((record = layout_record(image, at / TLSP_RECORD_UNIT)) ==
		    NULL)
			return "check of a record";
	return NULL;
}

const char *
layout_read(const struct tlsp_image *image, struct layout *layout)
{
	const char *why;
	size_t n;

	memset(layout, 0, sizeof(*layout));
	if ((why = check_head(image)) != NULL)
		return why;
	layout->names = calloc((size_t)head_of(image)->n_names + 1,
	    sizeof(*layout->names));
	if (layout->names == NULL)
		abort();
	if ((why = check_filters(image)) != NULL ||
	    (why = read_nodes(image, layout)) != NULL ||
	    (why = check_records(image)) != NULL)
		return why;
	qsort(layout->names, layout->n_names, sizeof(*layout->names),
	    order_names);
	for (n = 1; n < layout->n_names; n++)
		if (order_names(&layout->names[n - 1], &layout->names[n]) >= 0)
			return "a name twice";
	return NULL;
}

const struct layout_name *
layout_find(const struct layout *layout, const char *bytes, size_t len)
{
	const struct layout_name name = { .bytes = bytes, .len = len };

	return bsearch(&name, layout->names, layout->n_names,
	    sizeof(*layout->names), order_names);
}

void
layout_clear(struct layout *layout)
{
	free(layout->names);
	memset(layout, 0, sizeof(*layout));
}
