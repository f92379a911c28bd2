/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * frozen.h - the bytes of an index, in memory and in partners.tlsp.
 * Knows:    what stands where, and what proves that it is undamaged. Not:
 *           how it gets there (freeze) or is searched (index).
 * Feeds:    words, records, freeze, index, search, merge, disk.
 * Source:   tlspolicy_index(5), which describes every byte.
 *
 * head | filters | lines | records, without pointers, in the byte order and
 * alignment of the machine that wrote it. A name is a key without its
 * leading dot. Whatever is read is proved first: each filter, node and
 * record has a check over its content, its position and the seed, which is
 * another one each time a table is frozen.
 */
#ifndef TLSP_FROZEN_H
#define TLSP_FROZEN_H

#include <stddef.h>

#include "hash.h"
#include "tlsp.h"

#define TLSP_FROZEN_MAGIC	"TLSPidx\n"
#define TLSP_FROZEN_ORDER	UINT32_C(0x01020304)
#define TLSP_FROZEN_FORMAT	3

/* What the rules file looked like when it was frozen. */
struct tlsp_text_id {
	uint64_t dev;
	uint64_t ino;
	uint64_t size;
	int64_t mtime_s;
	int64_t mtime_ns;
	int64_t ctime_s;
	int64_t ctime_ns;
};

/*
 * grammar:  TLSP_GRAMMAR. postfix: tlsp_host.postfix.
 * host:     TLSP_FROZEN_UTF8, TLSP_FROZEN_IDN: what the host could do.
 * size:     of all, in bytes. *_at: offsets in bytes.
 * seed:     not 0.
 * n_tops:   wildcards over a single label (.com).
 * longest:  name, in bytes.
 * pinned:   longest right-hand side with pin, in bytes; 0: there is none.
 */
struct tlsp_frozen {
	char magic[8];
	uint32_t order;
	uint32_t format;
	uint32_t grammar;
	uint32_t postfix;
	uint32_t host;
	uint32_t longest;
	uint64_t size;
	uint64_t seed;
	uint64_t n_rules;
	uint64_t n_names;
	uint64_t n_tops;
	uint64_t n_filters;
	uint64_t n_lines;
	uint64_t filters_at;
	uint64_t lines_at;
	uint64_t records_at;
	struct tlsp_text_id text;
	uint64_t pinned;
	uint64_t check;
	uint64_t pad;		/* not looked at */
};

#define TLSP_FROZEN_UTF8	1
#define TLSP_FROZEN_IDN		2

/*
 * A set of names, to say "not there" at once. Each name sets two bits of low
 * and one of high; one that misses a bit is not there.
 */
struct tlsp_filter {
	uint64_t low;
	uint32_t high;
	uint32_t check;
};

/*
 * A name of at most TLSP_NODE_KEY bytes stands at the end of key, zeros
 * before it. A longer one, len being TLSP_NODE_LONG: key holds its hash (8
 * bytes), its length (8), zeros; it has TLSP_NODE_MORE.
 * len:      of the name; 0: no node here.
 * record:   number of a record (its offset by 16): the answer of the name,
 *           of the wildcard over it, or of both; if TLSP_NODE_MORE, a struct
 *           tlsp_more; 0: none.
 */
#define TLSP_NODE_KEY		22
#define TLSP_NODE_LONG		255

#define TLSP_NODE_EXACT		1	/* there is a rule for the name */
#define TLSP_NODE_WILD		2	/* and one for every name below it */
#define TLSP_NODE_MORE		4
#define TLSP_NODE_DEEPER	8	/* there are nodes below */
#define TLSP_NODE_AT_ONCE	16	/* wildcard: whoever else is asked */
#define TLSP_NODE_COVERS	32	/* wildcard: names below it exist */
#define TLSP_NODE_DIGITS	64	/* all digits: not so the names below */
#define TLSP_NODE_FULL		128	/* first in its line: see the next */

struct tlsp_node {
	unsigned char key[TLSP_NODE_KEY];
	uint8_t len;
	uint8_t flags;
	uint32_t record;
	uint32_t check;
};

/* What is read from memory in one go. */
#define TLSP_LINE_NODES		2

struct tlsp_line64 {
	struct tlsp_node nodes[TLSP_LINE_NODES];
};

/*
 * A record: this, tlsp_frozen_place if TLSP_RECORD_PLACE, len bytes, a NUL,
 * zeros to a multiple of 16.
 * level:    enum tlsp_level_id. pin: enum tlsp_pin_mode.
 */
#define TLSP_RECORD_FAULT	1	/* the rule is bad; bytes: why */
#define TLSP_RECORD_PLACE	2
#define TLSP_RECORD_FINAL	4
#define TLSP_RECORD_MORE	8	/* bytes: struct tlsp_more */

struct tlsp_record {
	uint64_t check;
	uint32_t len;
	uint8_t flags;
	uint8_t level;
	uint8_t pin;
	uint8_t spare;
};

struct tlsp_frozen_place {
	uint32_t line;
	uint32_t col;
	uint32_t pin_ttl_s;
	int32_t code;		/* enum tlsp_code of a fault */
};

/* Numbers of records: what a node has no room for. 0: none. */
struct tlsp_more {
	uint32_t exact;
	uint32_t wild;
	char name[];		/* of a node that is TLSP_NODE_LONG */
};

#define TLSP_RECORD_UNIT	16

/* Down to so many labels each name has a node for each name above it. */
#define TLSP_NAME_LINKED	8

_Static_assert(sizeof(struct tlsp_frozen) == 192, "head");
_Static_assert(sizeof(struct tlsp_filter) == 16, "filter");
_Static_assert(sizeof(struct tlsp_node) == 32, "node");
_Static_assert(sizeof(struct tlsp_line64) == 64, "line");
_Static_assert(sizeof(struct tlsp_record) == 16, "record");
_Static_assert(sizeof(struct tlsp_frozen_place) == 16, "place");

/* The bytes of a record behind its head, up to the final zeros. */
static inline uint64_t
tlsp_record_body(const struct tlsp_record *record)
{
	const uint64_t len = (uint64_t)record->len + 1 +
	    (record->flags & TLSP_RECORD_PLACE) / TLSP_RECORD_PLACE *
	    sizeof(struct tlsp_frozen_place);

	return (len + TLSP_RECORD_UNIT - 1) & ~(uint64_t)(TLSP_RECORD_UNIT -
	    1);
}

static inline const struct tlsp_frozen_place *
tlsp_record_place(const struct tlsp_record *record)
{
	return (const struct tlsp_frozen_place *)(const void *)(record + 1);
}

static inline const char *
tlsp_record_text(const struct tlsp_record *record)
{
	return (const char *)(record + 1) +
	    (record->flags & TLSP_RECORD_PLACE) / TLSP_RECORD_PLACE *
	    sizeof(struct tlsp_frozen_place);
}

/* number: of the filter, counted from 0. */
static inline uint32_t
tlsp_filter_check(const struct tlsp_filter *filter, uint64_t number,
    uint64_t seed)
{
	return (uint32_t)tlsp_hash_fold(filter->low ^ TLSP_HASH_1,
	    (filter->high | number << 32) ^ seed ^ TLSP_HASH_2);
}

/*
 * hash: of what the node holds, also if that is nothing. number: of the node,
 * counted from 0.
 */
static inline uint32_t
tlsp_node_check(const struct tlsp_node *node, uint64_t hash, uint64_t number)
{
	return (uint32_t)tlsp_hash_fold(hash ^ number,
	    (node->record | (uint64_t)node->flags << 32) ^ TLSP_HASH_7);
}

/*
 * Of bytes, a multiple of 16; sum: of what is bound to them, their place for
 * one.
 */
static inline uint64_t
tlsp_bytes_check(const void *bytes, uint64_t len, uint64_t sum)
{
	const unsigned char *end = (const unsigned char *)bytes + len;
	uint64_t step = sum;
	int64_t at;

	for (at = -(int64_t)len; at != 0; at += 16) {
		step += TLSP_HASH_3;
		sum ^= tlsp_hash_fold(tlsp_hash_load(end + at) ^ TLSP_HASH_1,
		    tlsp_hash_load(end + at + 8) ^ step);
	}
	return sum;
}

/* number: its offset by TLSP_RECORD_UNIT. body: tlsp_record_body(). */
static inline uint64_t
tlsp_record_check(const struct tlsp_record *record, uint64_t body,
    uint64_t number, uint64_t seed)
{
	return tlsp_bytes_check(record + 1, body, tlsp_hash_fold(
	    tlsp_hash_load(&record->len) ^ TLSP_HASH_2, number ^ seed));
}

static inline uint64_t
tlsp_frozen_check(const struct tlsp_frozen *head)
{
	return tlsp_bytes_check(head, offsetof(struct tlsp_frozen, check),
	    TLSP_HASH_5);
}

#endif
