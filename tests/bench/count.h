/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * count.h - instructions per lookup: they repeat, nanoseconds do not.
 * Knows:    callgrind. Not: Postfix, reports.
 * Feeds:    report, bench.
 */
#ifndef BENCH_COUNT_H
#define BENCH_COUNT_H

#include "setup.h"

/*
 * Run this program under callgrind: every table but the daemon, every case,
 * user space only. Adds figures; says so and adds none without valgrind.
 * returns   0: there is no valgrind.
 */
int bench_count(struct bench_setup *);

/*
 * Be the counted one: ask each table n_asked times, nothing else, in one
 * call of bench_tables_ask_many() for each case, which the output names.
 * tables:   open.
 */
void bench_count_child(struct bench_setup *, size_t n_asked);

#endif
