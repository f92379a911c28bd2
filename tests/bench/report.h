/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * report.h - the figures, for people and for programs.
 * Knows:    columns, units, JSON. Not: Postfix, how figures come about.
 * Feeds:    bench.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdio.h>

#include "measure.h"

/* Where figures go. */
struct bench_report {
	FILE *text;
	FILE *json;		/* NULL: none */
	size_t n_records;	/* in the JSON list that is open */
};

/* The machine, and the versions of everything. */
struct bench_report_origin {
	const char *postfix;
	const char *module;	/* its commit, or whatever names it */
};

/* Ends the program if the JSON file cannot be written. */
void bench_report_begin(struct bench_report *, const char *json_path,
    const struct bench_report_origin *, const struct bench_setup *);

void bench_report_lookups(struct bench_report *, size_t n_rules,
    const struct bench_mode *, const struct bench_setup *,
    const struct bench_figure *);

void bench_report_opens(struct bench_report *, size_t n_rules,
    const struct bench_setup *, const struct bench_open *);

void bench_report_end(struct bench_report *, size_t n_answers,
    size_t n_wrong);

#endif
