/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * origin.h - where figures come from: the machine, the time, the versions.
 * Knows:    /proc/cpuinfo, uname. Not: figures.
 * Feeds:    report, json, chart.
 */
#ifndef BENCH_ORIGIN_H
#define BENCH_ORIGIN_H

struct bench_origin {
	char cpu[128];
	long n_cpus;
	char machine[72];
	char kernel[72];
	double load;
	char when[32];		/* ISO 8601, UTC */
	const char *postfix;
	const char *module;	/* its commit, or whatever names it */
	const char *compiler;	/* of the bench */
};

void bench_origin_find(struct bench_origin *, const char *postfix,
    const char *module);

#endif
