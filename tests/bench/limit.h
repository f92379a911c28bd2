/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * limit.h - the least that a table can do which reads its key.
 * Knows:    the rules. Not: wildcards, Postfix, time.
 * Feeds:    tables. No table: it takes a hash of 64 bits for the key, proves
 *           nothing, and never looks at a file. What it cannot do, none can.
 */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include "text.h"

struct bench_limit;

/* Of all rules but wildcards. Answers are borrowed from the text. */
struct bench_limit *bench_limit_make(const struct bench_text *text);

/* Parents are not there. */
const char *bench_limit_ask(const struct bench_limit *, const char *key);

/* Or NULL. */
void bench_limit_free(struct bench_limit *);

#endif
