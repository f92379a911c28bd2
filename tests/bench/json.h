/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * json.h - the figures, for programs.
 * Knows:    JSON; names stay as they are while "format" does. Not: how
 *           figures come about.
 * Feeds:    bench.
 */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include "figures.h"
#include "origin.h"

/* Ends the program if the file cannot be written. */
void bench_json_write(const char *path, const struct bench_origin *,
    const struct bench_figures *, int is_frozen);

#endif
