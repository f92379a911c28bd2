/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * metrics.h - how a run went, and what is known after it, in numbers.
 * Knows:    what is counted, and the names of it. Not: how it is written.
 * Feeds:    refresh.
 */
#ifndef TLSP_CMD_METRICS_H
#define TLSP_CMD_METRICS_H

#include "study.h"

/*
 * began, ended: seconds since the Epoch.
 * tables, sum: NULL: it did not come so far.
 */
struct metrics {
	int64_t began;
	int64_t ended;
	int exit_status;
	const struct tables *tables;
	const struct study_sum *sum;
};

/*
 * Replace the file.
 * errors:   those of out_metrics_publish() and known_open().
 */
enum tlsp_code metrics_write(const struct metrics *, const char *path,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
