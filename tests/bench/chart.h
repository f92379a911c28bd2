/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * chart.h - the figures, as a picture.
 * Knows:    SVG. Not: how figures come about.
 * Feeds:    bench.
 */
#ifndef BENCH_CHART_H
#define BENCH_CHART_H

#include "origin.h"
#include "setup.h"

/*
 * Hot lookups, open and private memory of every table, at the largest
 * number of rules up to 100,000. Ends the program if the file cannot be
 * written; writes none without figures.
 */
void bench_chart_write(const char *path, const struct bench_origin *,
    const struct bench_setup *);

#endif
