/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * report.h - what a reader of the rules finds, said on standard error.
 * Knows:    how much of it is worth reading. Not: what is found.
 * Feeds:    the verbs.
 */
#ifndef TLSP_CMD_REPORT_H
#define TLSP_CMD_REPORT_H

#include "../dict_tlspolicy/err.h"

/* So many errors, and so many warnings, are shown; the rest is counted. */
#define REPORT_SHOWN	20

/* All zero, then to be given to report_say(). */
struct report {
	size_t n_errors;
	size_t n_warnings;
};

/* A tlsp_report_fn; ctx is the report. */
void report_say(void *ctx, enum tlsp_severity, const struct tlsp_err *);

/* Say how many were not shown, if any. */
void report_end(const struct report *);

#endif
