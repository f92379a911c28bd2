/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_recent.c - a table of what was seen lately; the oldest goes.
 * Knows:    keys of any bytes. Not: what is stored.
 * Feeds:    audit_match, audit_silent, audit_sum, audit_who.
 */
#include "audit_recent.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../dict_tlspolicy/hash.h"

#define BUCKETS_FIRST	256

/* In a chain of its bucket, and in a ring by age. Item and key follow. */
struct node {
	struct node *chain;
	struct node *newer;
	struct node *older;
	uint64_t hash;
	size_t len;
};

#define ITEM_OFFSET	((sizeof(struct node) + _Alignof(max_align_t) - 1) / \
			 _Alignof(max_align_t) * _Alignof(max_align_t))

/* ring: newer of it is the oldest, older of it the newest. */
struct audit_recent {
	struct node ring;
	struct node **buckets;
	size_t n_buckets;
	size_t n;
	size_t size;
	size_t max;
	uint64_t seed[2];
};

struct audit_recent *
audit_recent_new(size_t size, size_t max)
{
	struct audit_recent *recent = calloc(1, sizeof(*recent));

	if (recent == NULL)
		return NULL;
	recent->buckets = calloc(BUCKETS_FIRST, sizeof(struct node *));
	if (recent->buckets == NULL ||
	    getentropy(recent->seed, sizeof(recent->seed)) != 0) {
		free(recent->buckets);
		free(recent);
		return NULL;
	}
	recent->n_buckets = BUCKETS_FIRST;
	recent->size = size;
	recent->max = max;
	recent->ring.newer = recent->ring.older = &recent->ring;
	return recent;
}

void
audit_recent_free(struct audit_recent *recent)
{
	struct node *node, *next;

	if (recent == NULL)
		return;
	for (node = recent->ring.newer; node != &recent->ring; node = next) {
		next = node->newer;
		free(node);
	}
	free(recent->buckets);
	free(recent);
}

size_t
audit_recent_count(const struct audit_recent *recent)
{
	return recent->n;
}

static uint64_t
hash_of(const struct audit_recent *recent, const char *key, size_t len)
{
	uint64_t sum = recent->seed[0] ^ len, word;

	for (; len >= 8; len -= 8, key += 8)
		sum = tlsp_hash_fold(sum ^ tlsp_hash_load(key),
		    TLSP_HASH_1 ^ recent->seed[1]);
	word = 0;
	memcpy(&word, key, len);
	return tlsp_hash_fold(sum ^ word, TLSP_HASH_2 ^ recent->seed[1]);
}

static char *
key_of(const struct audit_recent *recent, struct node *node)
{
	return (char *)node + ITEM_OFFSET + recent->size;
}

static void *
item_of(struct node *node)
{
	return (char *)node + ITEM_OFFSET;
}

static void
leave_ring(struct node *node)
{
	node->newer->older = node->older;
	node->older->newer = node->newer;
}

/* The newest stands between the ring's head and what was the newest. */
static void
join_ring(struct audit_recent *recent, struct node *node)
{
	node->newer = &recent->ring;
	node->older = recent->ring.older;
	node->older->newer = node;
	recent->ring.older = node;
}

static struct node **
bucket_of(struct audit_recent *recent, uint64_t hash)
{
	return &recent->buckets[hash & (recent->n_buckets - 1)];
}

static struct node *
find(struct audit_recent *recent, uint64_t hash, const void *key, size_t len)
{
	struct node *node;

	for (node = *bucket_of(recent, hash); node != NULL; node = node->chain)
		if (node->hash == hash && node->len == len &&
		    memcmp(key_of(recent, node), key, len) == 0)
			break;
	return node;
}

/* Twice as many buckets; without memory for them chains grow longer. */
static void
spread(struct audit_recent *recent)
{
	struct node **buckets = calloc(recent->n_buckets * 2,
	    sizeof(struct node *)), *node, **at;

	if (buckets == NULL)
		return;
	free(recent->buckets);
	recent->buckets = buckets;
	recent->n_buckets *= 2;
	for (node = recent->ring.newer; node != &recent->ring;
	    node = node->newer) {
		at = bucket_of(recent, node->hash);
		node->chain = *at;
		*at = node;
	}
}

static void
drop_oldest(struct audit_recent *recent)
{
	struct node *node = recent->ring.newer, **at;

	for (at = bucket_of(recent, node->hash); *at != node;
	    at = &(*at)->chain)
		;
	*at = node->chain;
	leave_ring(node);
	free(node);
	recent->n--;
}

void *
audit_recent_find(struct audit_recent *recent, const void *key, size_t len)
{
	struct node *node = find(recent, hash_of(recent, key, len), key, len);

	if (node == NULL)
		return NULL;
	leave_ring(node);
	join_ring(recent, node);
	return item_of(node);
}

void *
audit_recent_get(struct audit_recent *recent, const void *key, size_t len)
{
	const uint64_t hash = hash_of(recent, key, len);
	struct node *node = find(recent, hash, key, len), **at;

	if (node != NULL) {
		leave_ring(node);
		join_ring(recent, node);
		return item_of(node);
	}
	if (recent->max != 0 && recent->n == recent->max)
		drop_oldest(recent);
	else if (recent->n == recent->n_buckets)
		spread(recent);
	if ((node = calloc(1, ITEM_OFFSET + recent->size + len)) == NULL)
		return NULL;
	node->hash = hash;
	node->len = len;
	memcpy(key_of(recent, node), key, len);
	at = bucket_of(recent, hash);
	node->chain = *at;
	*at = node;
	join_ring(recent, node);
	recent->n++;
	return item_of(node);
}
