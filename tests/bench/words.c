/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * words.c - invented domain names and rules, the same in every run.
 * Knows:    syllables, and the share of each kind of rule. Not: Postfix.
 * Feeds:    cases, bench.
 */
#include "words.h"

/* Each syllable begins with a consonant, so that names can be told apart. */
static const char ONSETS[] = "bdfghklmnprstvwz";
static const char *const RIMES[] = {
	"a", "e", "i", "o", "u", "an", "er", "in"
};
static const char *const TAILS[] = {
	"", "", "", "-ag", "-group", "-online", "tech", ""
};
static const char *const TLDS[] = {
	"com", "de", "fr", "it", "co.uk", "com.au", "eu", "net",
	"com", "de", "at", "pl", "nl", "ch", "com", "org"
};
static const char *const LABELS[] = {
	"mail", "mx1", "smtp", "edge", "out", "eu1", "relay", "gw"
};
static const char *const ANSWERS[] = {
	"encrypt ciphers=high", "encrypt", "encrypt protocols=>=TLSv1.2",
	"secure ciphers=high", "verify ciphers=high", "dane-only",
	"secure match=nexthop:dot-nexthop", "may"
};

#define PICK(list, n)	((list)[(n) % (sizeof(list) / sizeof((list)[0]))])

uint64_t
bench_rng_next(struct bench_rng *rng)
{
	rng->state ^= rng->state >> 12;
	rng->state ^= rng->state << 25;
	rng->state ^= rng->state >> 27;
	return rng->state * UINT64_C(0x2545f4914f6cdd1d);
}

size_t
bench_rng_below(struct bench_rng *rng, size_t n)
{
	return (size_t)(bench_rng_next(rng) >> 11) % n;
}

void
bench_words_name(size_t n, char name[BENCH_NAME_SIZE])
{
	/* An odd factor: neighbours in number are none in the alphabet. */
	const uint32_t seed = ((uint32_t)n * UINT32_C(0x9e3779b1)) &
	    (uint32_t)(2 * BENCH_RULES_MAX - 1);
	const uint32_t style = ((uint32_t)n * UINT32_C(0x85ebca6b)) >> 16;

	(void)snprintf(name, BENCH_NAME_SIZE, "%c%s%c%s%c%s%s.%s",
	    ONSETS[seed & 15], RIMES[seed >> 4 & 7],
	    ONSETS[seed >> 7 & 15], RIMES[seed >> 11 & 7],
	    ONSETS[seed >> 14 & 15], RIMES[seed >> 18 & 7],
	    PICK(TAILS, style), PICK(TLDS, style >> 4));
}

const char *
bench_words_label(struct bench_rng *rng)
{
	return PICK(LABELS, bench_rng_next(rng) >> 32);
}

void
bench_words_rules(FILE *out, size_t n_rules)
{
	struct bench_rng rng = { 1 };
	char name[BENCH_NAME_SIZE];
	size_t n, kind;

	for (n = 0; n < n_rules; n++) {
		bench_words_name(n, name);
		kind = n % 20;
		if (kind == 0)
			(void)fprintf(out, "[mx.%s]:%s\t", name,
			    n % 3 == 0 ? "25" : "587");
		else
			(void)fprintf(out, "%s%s\t", kind < 4 ? "." : "",
			    name);
		if (bench_rng_below(&rng, 5) == 0)
			(void)fprintf(out, "secure match=mx.%s "
			    "ciphers=high\n", name);
		else
			(void)fprintf(out, "%s\n",
			    PICK(ANSWERS, bench_rng_next(&rng) >> 32));
	}
}
