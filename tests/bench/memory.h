/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * memory.h - what an open table costs, once every rule was looked up.
 * Knows:    new processes, one or many at once. Not: /proc, reports.
 * Feeds:    report, bench.
 */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include "setup.h"

/* More lookups than this say nothing new in each of many processes. */
#define BENCH_MANY_LOOKUPS	10000

/*
 * One process a table, then many at once, where they all fit into memory:
 * each opens the table and looks up every rule. Adds figures.
 */
void bench_memory(struct bench_setup *);

/*
 * Be such a process; begin when told to by a line on standard input.
 * step:     look up every step-th rule.
 * returns   an exit code.
 */
int bench_memory_child(struct bench_table *, const char *folder,
    size_t step);

#endif
