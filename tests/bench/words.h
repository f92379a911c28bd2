/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * words.h - invented domain names and rules, the same in every run.
 * Knows:    syllables, and the share of each kind of rule. Not: Postfix.
 * Feeds:    cases, bench.
 */
#ifndef BENCH_WORDS_H
#define BENCH_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Rules are made of the names below this number, misses of those above. */
#define BENCH_RULES_MAX	((size_t)1 << 20)

#define BENCH_NAME_SIZE	128

/* xorshift64*; any start but 0. */
struct bench_rng {
	uint64_t state;
};

uint64_t bench_rng_next(struct bench_rng *);

/* A number below n, n > 0. */
size_t bench_rng_below(struct bench_rng *, size_t n);

/* Domain name number n, below 2 * BENCH_RULES_MAX. No two are the same. */
void bench_words_name(size_t n, char name[BENCH_NAME_SIZE]);

/* A label such as stands before a domain name. */
const char *bench_words_label(struct bench_rng *);

/*
 * Print a table of n_rules rules: 80 % exact, 15 % wildcards, 5 %
 * [host]:port; one answer in five is unlike all others.
 */
void bench_words_rules(FILE *, size_t n_rules);

#endif
