/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * report.c - what a reader of the rules finds, said on standard error.
 * Knows:    how much of it is worth reading. Not: what is found.
 * Feeds:    the verbs.
 */
#include "report.h"

#include <stdio.h>

#include "cmd.h"

void
report_say(void *ctx, enum tlsp_severity severity,
    const struct tlsp_err *finding)
{
	struct report *report = ctx;

	if (severity == TLSP_ERROR) {
		if (report->n_errors++ < REPORT_SHOWN)
			(void)cmd_error(finding);
	} else if (report->n_warnings++ < REPORT_SHOWN) {
		cmd_warning(finding);
	}
}

void
report_end(const struct report *report)
{
	if (report->n_errors > REPORT_SHOWN ||
	    report->n_warnings > REPORT_SHOWN)
		(void)fprintf(stderr, "tlspolicy: %zu errors and %zu warnings "
		    "in all; the first %d of each are above\n",
		    report->n_errors, report->n_warnings, REPORT_SHOWN);
}
