/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * report.h - the figures, for people.
 * Knows:    columns, units. Not: Postfix, how figures come about.
 * Feeds:    bench.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdio.h>

#include "measure.h"
#include "origin.h"

void bench_report_begin(FILE *, const struct bench_origin *,
    const struct bench_setup *);

void bench_report_lookups(FILE *, const struct bench_setup *,
    const struct bench_mode *);

void bench_report_opens(FILE *, const struct bench_setup *);

void bench_report_memory(FILE *, const struct bench_setup *);

void bench_report_build(FILE *, const struct bench_setup *);

void bench_report_count(FILE *, const struct bench_setup *);

/* 23, 1,000, 100,000 */
#define BENCH_COMMAS_SIZE	32
const char *bench_report_commas(size_t n, char text[BENCH_COMMAS_SIZE]);

#endif
