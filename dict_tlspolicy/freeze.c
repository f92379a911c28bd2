/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * freeze.c - rules to the bytes of an index.
 * Knows:    names and what stands above them. Not: files, how an index is
 *           searched.
 * Feeds:    disk, table.
 */
#include "freeze.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "records.h"
#include "scan.h"
#include "words.h"

/*
 * Where memory is at hand, be sure and find each name in its own line; where
 * it is far away, be short. So many names a filter, and so many in two lines.
 */
#define MANY_NAMES	2048
#define NAMES_A_FILTER	4
#define MANY_A_FILTER	12
#define NAMES_IN_LINES	2
#define MANY_IN_LINES	3
#define LINES_FOR_NAMES	2

#define AHEAD		16	/* entries; memory takes as long as these */
#define SEEDS		16	/* to try, should two long names collide */

/* A name, before it becomes a node. exact, wild: number of a rule plus 1. */
struct entry {
	struct tlsp_words words;
	uint64_t hash;
	const char *name;	/* borrowed from the rules */
	uint32_t len;
	uint32_t exact;
	uint32_t wild;
	uint32_t flags;		/* of the node */
};

/* A part of the hash is here, for an entry is seldom at hand. */
struct slot {
	uint32_t tag;
	uint32_t entry;		/* number of an entry plus 1; 0: free */
};

struct work {
	const struct tlsp_keys *keys;
	struct tlsp_frozen head;
	struct entry *entries;
	size_t n_entries;
	size_t cap_entries;
	struct slot *slots;
	size_t mask;
	struct tlsp_records records;
};

static uint32_t
tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

static void
put_slot(struct work *work, size_t number)
{
	const uint64_t hash = work->entries[number].hash;
	size_t n = hash & work->mask;

	while (work->slots[n].entry != 0)
		n = (n + 1) & work->mask;
	work->slots[n].tag = tag_of(hash);
	work->slots[n].entry = (uint32_t)number + 1;
}

static int
grow_slots(struct work *work)
{
	const struct tlsp_keys *keys = work->keys;
	size_t n_slots = (work->mask + 1) * 2, n;

	/* At first, for as many names as there are rules. */
	while (n_slots < (keys->rules.n_rules + keys->n_twins) * 2 + 64)
		n_slots *= 2;
	free(work->slots);
	if ((work->slots = calloc(n_slots, sizeof(*work->slots))) == NULL)
		return -1;
	work->mask = n_slots - 1;
	for (n = 0; n < work->n_entries; n++)
		put_slot(work, n);
	return 0;
}

/*
 * The entry of a name, made if need be.
 * errors:   NULL: no memory, or TLSP_NONE in *ret_code: another long name
 *           has the same hash.
 */
static struct entry *
get_entry(struct work *work, const struct tlsp_scan *scan, size_t start,
    const char *key, enum tlsp_code *ret_code)
{
	struct entry entry = { .name = key + start,
	    .len = (uint32_t)(scan->len - start) }, *other, *grown;
	size_t n;

	entry.hash = tlsp_words_hash(scan->key + scan->len, entry.len,
	    work->head.seed, &entry.words);
	*ret_code = TLSP_E_NOMEM;
	if (work->n_entries * 2 >= work->mask && grow_slots(work) < 0)
		return NULL;
	for (n = entry.hash & work->mask; work->slots[n].entry != 0;
	    n = (n + 1) & work->mask) {
		if (work->slots[n].tag != tag_of(entry.hash))
			continue;
		other = &work->entries[work->slots[n].entry - 1];
		if (memcmp(&other->words, &entry.words,
		    sizeof(entry.words)) != 0)
			continue;
		*ret_code = TLSP_NONE;
		return memcmp(other->name, entry.name, entry.len) == 0 ?
		    other : NULL;
	}
	if ((grown = tlsp_grow(work->entries, &work->cap_entries,
	    work->n_entries + 1, sizeof(*grown))) == NULL)
		return NULL;
	work->entries = grown;
	grown[work->n_entries] = entry;
	work->slots[n].tag = tag_of(entry.hash);
	work->slots[n].entry = (uint32_t)++work->n_entries;
	return &grown[work->n_entries - 1];
}

/* A node for each name of two labels and more above this one. */
static enum tlsp_code
link_above(struct work *work, const struct tlsp_scan *scan, size_t from,
    const char *key)
{
	size_t start = tlsp_scan_label(scan, scan->len), n_labels = 1;
	struct entry *entry;
	enum tlsp_code code;

	for (; start > from && n_labels <= TLSP_NAME_LINKED; n_labels++) {
		if (n_labels > 1) {
			if ((entry = get_entry(work, scan, start, key,
			    &code)) == NULL)
				return code;
			entry->flags |= TLSP_NODE_DEEPER;
		}
		start = tlsp_scan_label(scan, start - 1);
	}
	return TLSP_OK;
}

static enum tlsp_code
add_rule(struct work *work, uint32_t number, struct tlsp_scan *scan)
{
	const struct tlsp_rule *rule = &work->keys->rules.list[number];
	/* A wildcard's name begins behind its dot. */
	const size_t is_wild = !scan->is_whole && scan->len > 1 &&
	    scan->key[0] == '.';
	struct entry *entry;
	enum tlsp_code code;

	if (!scan->is_whole && (code = link_above(work, scan, is_wild,
	    rule->key)) != TLSP_OK)
		return code;
	if ((entry = get_entry(work, scan, is_wild, rule->key, &code)) == NULL)
		return code;
	if (scan->len > work->head.longest)
		work->head.longest = (uint32_t)scan->len;
	if (rule->fault == NULL && rule->policy.pin != TLSP_PIN_OFF &&
	    strlen(rule->policy.text) > work->head.pinned)
		work->head.pinned = strlen(rule->policy.text);
	if (!is_wild) {
		entry->exact = number + 1;
		entry->flags |= TLSP_NODE_EXACT;
		return TLSP_OK;
	}
	entry->wild = number + 1;
	entry->flags |= TLSP_NODE_WILD;
	if (rule->kind == TLSP_NAME_PARENT)
		entry->flags |= TLSP_NODE_COVERS;
	if (strspn(entry->name, "0123456789.") == entry->len)
		entry->flags |= TLSP_NODE_DIGITS;
	if (rule->fault != NULL || rule->policy.is_final ||
	    rule->policy.pin != TLSP_PIN_OFF)
		entry->flags |= TLSP_NODE_AT_ONCE;
	work->head.n_tops += memchr(entry->name, '.', entry->len) == NULL;
	return TLSP_OK;
}

/* Have the slot at hand that the name of a key will need. */
static void
expect_slot(const struct work *work, const char *key, struct tlsp_scan *scan)
{
	const size_t dot = key[0] == '.', len = strlen(key) - dot;
	struct tlsp_words words;

	if (len == 0 || len > TLSP_HOSTNAME_MAX)
		return;
	tlsp_scan_key(scan, key + dot, len, 0);
	__builtin_prefetch(&work->slots[tlsp_words_hash(scan->key + len, len,
	    work->head.seed, &words) & work->mask], 1);
}

static enum tlsp_code
add_rules(struct work *work)
{
	const struct tlsp_rules *rules = &work->keys->rules;
	const size_t n_rules = rules->n_rules + work->keys->n_twins;
	struct tlsp_scan scan;
	enum tlsp_code code = TLSP_OK;
	const char *key;
	char *room;
	size_t n, len;

	tlsp_scan_init(&scan);
	/* Mostly, that is all that is needed. */
	if ((work->entries = tlsp_grow(NULL, &work->cap_entries, n_rules,
	    sizeof(*work->entries))) == NULL)
		return TLSP_E_NOMEM;
	for (n = 0; code == TLSP_OK && n < n_rules; n++) {
		if (n + AHEAD < n_rules && work->slots != NULL)
			expect_slot(work, rules->list[n + AHEAD].key, &scan);
		if (rules->list[n].is_shadowed)
			continue;
		key = rules->list[n].key;
		if ((len = strlen(key)) <= TLSP_HOSTNAME_MAX) {
			tlsp_scan_key(&scan, key, len, 0);
			code = add_rule(work, (uint32_t)n, &scan);
		} else {
			if ((room = malloc(TLSP_SCAN_BEFORE + len +
			    TLSP_SCAN_BEHIND)) == NULL)
				return TLSP_E_NOMEM;
			tlsp_scan_long(&scan, room, key, len, 0);
			code = add_rule(work, (uint32_t)n, &scan);
			free(room);
		}
		work->head.n_rules++;
	}
	return code;
}

/* Where everything goes, as far as it is known without the records. */
static void
lay_out(struct work *work)
{
	struct tlsp_frozen *head = &work->head;
	const uint64_t line = sizeof(struct tlsp_line64);
	const int is_many = work->n_entries >= MANY_NAMES;

	head->n_names = work->n_entries;
	head->n_filters = work->n_entries / (is_many ? MANY_A_FILTER :
	    NAMES_A_FILTER) + 1;
	head->n_lines = work->n_entries / (is_many ? MANY_IN_LINES :
	    NAMES_IN_LINES) * LINES_FOR_NAMES + 2;
	head->filters_at = sizeof(*head);
	head->lines_at = (head->filters_at + head->n_filters *
	    sizeof(struct tlsp_filter) + line - 1) / line * line;
	head->records_at = head->lines_at + head->n_lines * line;
}

/* Have memory at hand that is about to be written. */
static void
expect(const struct work *work, unsigned char *bytes, uint64_t hash)
{
	const struct tlsp_frozen *head = &work->head;

	__builtin_prefetch(bytes + head->filters_at + tlsp_hash_below(
	    tlsp_words_spread(hash), head->n_filters) *
	    sizeof(struct tlsp_filter), 1);
	__builtin_prefetch(bytes + head->lines_at + tlsp_hash_below(hash,
	    head->n_lines) * sizeof(struct tlsp_line64), 1);
}

/* Into its filter, and its line or the next one that has room. */
static void
put_entry(const struct work *work, unsigned char *bytes,
    const struct entry *entry, uint32_t record)
{
	const struct tlsp_frozen *head = &work->head;
	const uint64_t spread = tlsp_words_spread(entry->hash);
	struct tlsp_filter *filters = (void *)(bytes + head->filters_at);
	struct tlsp_line64 *lines = (void *)(bytes + head->lines_at);
	uint64_t number = tlsp_hash_below(entry->hash, head->n_lines);
	struct tlsp_node *node;

	tlsp_words_into_filter(spread, &filters[tlsp_hash_below(spread,
	    head->n_filters)]);
	for (;;) {
		node = lines[number].nodes;
		if (node->len == 0 || (++node)->len == 0)
			break;
		lines[number].nodes[0].flags |= TLSP_NODE_FULL;
		if (++number == head->n_lines)
			number = 0;
	}
	/* Len comes with the words; flags, their last byte, is still 0. */
	memcpy(node->key, &entry->words, sizeof(entry->words));
	node->flags |= (uint8_t)entry->flags;
	node->record = record;
}

static void
seal(const struct work *work, unsigned char *bytes)
{
	const struct tlsp_frozen *head = &work->head;
	const uint64_t n_nodes = head->n_lines * TLSP_LINE_NODES;
	struct tlsp_filter *filters = (void *)(bytes + head->filters_at);
	struct tlsp_node *nodes = (void *)(bytes + head->lines_at);
	uint64_t n;

	for (n = 0; n < head->n_filters; n++)
		filters[n].check = tlsp_filter_check(&filters[n], n,
		    head->seed);
	for (n = 0; n < n_nodes; n++)
		nodes[n].check = tlsp_node_check(&nodes[n],
		    tlsp_words_of_node(&nodes[n], head->seed), n);
}

/* The record of what a node says; a long name, or two answers, need more. */
static enum tlsp_code
record_of(struct work *work, struct entry *entry, uint32_t *ret_record)
{
	const struct tlsp_rule *list = work->keys->rules.list;
	const int is_long = entry->len > TLSP_NODE_KEY;
	uint32_t exact = 0, wild = 0;
	enum tlsp_code code = TLSP_OK;

	if (entry->exact != 0)
		code = tlsp_records_rule(&work->records,
		    &list[entry->exact - 1], &exact);
	if (code == TLSP_OK && entry->wild != 0)
		code = tlsp_records_rule(&work->records,
		    &list[entry->wild - 1], &wild);
	*ret_record = exact != 0 ? exact : wild;
	if (code != TLSP_OK || (!is_long && (exact == 0 || wild == 0 ||
	    exact == wild)))
		return code;
	entry->flags |= TLSP_NODE_MORE;
	return tlsp_records_more(&work->records, exact, wild,
	    is_long ? entry->name : NULL, entry->len, ret_record);
}

static enum tlsp_code
write_image(struct work *work, struct tlsp_image *image)
{
	struct tlsp_frozen *head = &work->head;
	uint32_t *records;
	enum tlsp_code code = TLSP_OK;
	size_t n;
	void *bytes;

	/* All names are there. */
	free(work->slots);
	work->slots = NULL;
	if ((records = malloc((work->n_entries + 1) * sizeof(*records))) ==
	    NULL)
		return TLSP_E_NOMEM;
	tlsp_records_init(&work->records, head->records_at, head->seed);
	for (n = 0; code == TLSP_OK && n < work->n_entries; n++)
		code = record_of(work, &work->entries[n], &records[n]);
	head->size = head->records_at + work->records.len;
	if (code == TLSP_OK && posix_memalign(&bytes,
	    sizeof(struct tlsp_line64), (size_t)head->size) == 0) {
		image->bytes = bytes;
		image->len = (size_t)head->size;
		memset(bytes, 0, (size_t)head->records_at);
		if (work->records.len > 0)
			memcpy(image->bytes + head->records_at,
			    work->records.bytes, work->records.len);
		for (n = 0; n < work->n_entries; n++) {
			if (n + AHEAD < work->n_entries)
				expect(work, image->bytes,
				    work->entries[n + AHEAD].hash);
			put_entry(work, image->bytes, &work->entries[n],
			    records[n]);
		}
		seal(work, image->bytes);
		head->check = tlsp_frozen_check(head);
		memcpy(image->bytes, head, sizeof(*head));
		image->head = *head;
	} else if (code == TLSP_OK) {
		code = TLSP_E_NOMEM;
	}
	free(records);
	return code;
}

void
tlsp_freeze_head(const struct tlsp_host *host, struct tlsp_frozen *ret_head)
{
	memset(ret_head, 0, sizeof(*ret_head));
	memcpy(ret_head->magic, TLSP_FROZEN_MAGIC, sizeof(ret_head->magic));
	ret_head->order = TLSP_FROZEN_ORDER;
	ret_head->format = TLSP_FROZEN_FORMAT;
	ret_head->grammar = TLSP_GRAMMAR;
	ret_head->postfix = (uint32_t)host->postfix;
	ret_head->seed = TLSP_HASH_3;
	if (host->is_utf8)
		ret_head->host |= TLSP_FROZEN_UTF8;
	if (host->to_ascii != NULL && host->to_utf8 != NULL)
		ret_head->host |= TLSP_FROZEN_IDN;
}

enum tlsp_code
tlsp_freeze(const struct tlsp_keys *keys, const struct tlsp_frozen *head,
    struct tlsp_image *ret_image, struct tlsp_err *err)
{
	struct work work;
	enum tlsp_code code = TLSP_NONE;
	uint64_t tries;

	memset(ret_image, 0, sizeof(*ret_image));
	for (tries = 0; code == TLSP_NONE && tries < SEEDS; tries++) {
		work = (struct work){ .keys = keys, .head = *head };
		work.head.seed += tries;
		if ((code = add_rules(&work)) == TLSP_OK) {
			lay_out(&work);
			code = write_image(&work, ret_image);
		}
		free(work.entries);
		free(work.slots);
		tlsp_records_clear(&work.records);
	}
	if (code == TLSP_OK)
		return TLSP_OK;
	tlsp_freeze_clear(ret_image);
	if (code == TLSP_E_NOMEM)
		return tlsp_err_set(err, code, NULL, "not enough memory");
	return tlsp_err_set(err, TLSP_E_VALUE, NULL, "the table is too large "
	    "for an index");
}

void
tlsp_freeze_clear(struct tlsp_image *image)
{
	if (image->is_mapped)
		(void)munmap(image->bytes, image->len);
	else
		free(image->bytes);
	memset(image, 0, sizeof(*image));
}
