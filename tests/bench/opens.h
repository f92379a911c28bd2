/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * opens.h - what a process pays before its first answer.
 * Knows:    open, first lookup, close; here, and in a new process.
 * Feeds:    report, bench.
 */
#ifndef BENCH_OPENS_H
#define BENCH_OPENS_H

#include "setup.h"

/* Open each table, ask once, close it, in random order. Adds figures. */
void bench_opens_here(struct bench_setup *);

/*
 * Each time in a new process, which loads the table's plug-in, too, and
 * touches all code for the first time. Adds figures.
 */
void bench_opens_fresh(struct bench_setup *);

/*
 * Be such a process: open a table, ask for one key, say how long it took.
 * returns   an exit code.
 */
int bench_opens_child(struct bench_table *, const char *folder,
    const char *key);

#endif
