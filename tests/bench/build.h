/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * build.h - how long postmap(1) takes, and how large its file is.
 * Knows:    postmap. Not: tables' formats, reports.
 * Feeds:    report, bench.
 */
#ifndef BENCH_BUILD_H
#define BENCH_BUILD_H

#include "setup.h"

#define BENCH_BUILD_FOLDER	"build"

/*
 * Run postmap in folder/build on a copy of the rules for each table that it
 * makes files for. Adds figures.
 */
void bench_build(struct bench_setup *);

#endif
