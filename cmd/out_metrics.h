/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_metrics.h - numbers for monitoring, in a file that is replaced whole.
 * Knows:    how Prometheus's node exporter reads a text file. Not: what is
 *           counted.
 * Feeds:    metrics.
 * Source:   Prometheus, text exposition format 0.0.4.
 */
#ifndef TLSP_CMD_OUT_METRICS_H
#define TLSP_CMD_OUT_METRICS_H

#include <stdint.h>
#include <stdio.h>

#include "../dict_tlspolicy/err.h"

/* value: any text without control characters. */
struct out_metrics_label {
	const char *name;
	const char *value;
};

/* What a metric is; its values follow. All are gauges. */
void out_metrics_begin(const char *name, const char *help, FILE *);

/* labels: end with one without a name; NULL: none. */
void out_metrics_value(const char *name, const struct out_metrics_label *,
    int64_t value, FILE *);

/*
 * Put a text into the place of a file, by rename: who reads it has the old
 * one or the new one. Everybody may read it.
 * errors:   TLSP_E_IO: the old file is as it was; TLSP_E_NOMEM. Their place
 *           is path, borrowed.
 */
enum tlsp_code out_metrics_publish(const char *path, const char *text,
    size_t len, struct tlsp_err *err) TLSP_MUST_USE;

#endif
