/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * limit.c - the least that a table can do which reads its key.
 * Knows:    the rules. Not: wildcards, Postfix, time.
 * Feeds:    tables.
 */
#include "limit.h"

#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MULTIPLIER	UINT64_C(0x9e3779b97f4a7c15)
#define CASE_BITS	UINT64_C(0x2020202020202020)

struct slot {
	uint64_t hash;			/* 0: empty */
	const char *answer;
};

struct bench_limit {
	struct slot *slots;
	uint64_t mask;
};

/* Letters without their case; what else may fall together does no harm. */
static inline uint64_t
hash_of(const char *key)
{
	size_t len = strlen(key);
	uint64_t sum = len, word = 0;

	for (; len > 8; len -= 8, key += 8) {
		memcpy(&word, key, 8);
		sum = (sum ^ (word | CASE_BITS)) * MULTIPLIER;
		sum ^= sum >> 32;
	}
	word = 0;
	memcpy(&word, key, len);
	sum = (sum ^ (word | CASE_BITS)) * MULTIPLIER;
	return (sum ^ sum >> 32) | 1;
}

static struct slot *
find(const struct bench_limit *limit, uint64_t hash)
{
	uint64_t n = hash >> 1 & limit->mask;

	while (limit->slots[n].hash != hash && limit->slots[n].hash != 0)
		n = (n + 1) & limit->mask;
	return &limit->slots[n];
}

struct bench_limit *
bench_limit_make(const struct bench_text *text)
{
	struct bench_limit *limit = malloc(sizeof(*limit));
	struct slot *slot;
	uint64_t hash;
	size_t n;

	if (limit == NULL)
		err(2, "malloc");
	for (limit->mask = 1; limit->mask < 2 * text->n_rules;)
		limit->mask = limit->mask << 1 | 1;
	if ((limit->slots = calloc(limit->mask + 1, sizeof(*slot))) == NULL)
		err(2, "calloc");
	for (n = 0; n < text->n_rules; n++) {
		hash = hash_of(text->rules[n].key);
		slot = find(limit, hash);
		if (slot->hash == 0)
			*slot = (struct slot){ hash, text->rules[n].answer };
	}
	return limit;
}

const char *
bench_limit_ask(const struct bench_limit *limit, const char *key)
{
	return key[0] == '.' ? NULL : find(limit, hash_of(key))->answer;
}

void
bench_limit_free(struct bench_limit *limit)
{
	if (limit == NULL)
		return;
	free(limit->slots);
	free(limit);
}
