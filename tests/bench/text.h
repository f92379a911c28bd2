/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * text.h - a rules file and what it means: the answer that is right.
 * Knows:    lines, keys, parents; by libc's hsearch(3), sharing no code
 *           with the module. Not: Postfix.
 * Feeds:    cases, daemon, memory.
 */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include <search.h>
#include <stddef.h>

enum bench_kind {
	BENCH_DOMAIN,		/* example.com */
	BENCH_PARENT,		/* .example.com */
	BENCH_VERBATIM		/* [host]:port and the like */
};

struct bench_rule {
	char *key;		/* in lower case */
	char *answer;
	enum bench_kind kind;
};

struct bench_text {
	char *buf;		/* owned */
	struct bench_rule *rules;	/* owned */
	size_t n_rules;
	struct hsearch_data by_key;	/* owned */
};

/*
 * Read a file without continuation lines, as postmap(1) would; the first of
 * two rules with one key holds. ASCII only. Ends the program on failure.
 */
void bench_text_load(const char *path, struct bench_text *ret_text);

void bench_text_clear(struct bench_text *);

/* The answer for one key, in lower case, or NULL. Borrowed from the text. */
const char *bench_text_get(struct bench_text *, const char *key);

/* The same; with walks, else the answer of the nearest parent. */
const char *bench_text_nearest(struct bench_text *, const char *key,
    int walks);

/* What a key, in lower case, stands for. */
enum bench_kind bench_text_kind(const char *key);

#endif
