/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_clock.h - the times of one log as seconds since the Epoch.
 * Knows:    the local time zone; how a year that is not written is guessed.
 * Feeds:    audit.
 */
#ifndef TLSP_CMD_AUDIT_CLOCK_H
#define TLSP_CMD_AUDIT_CLOCK_H

#include "audit_line.h"

/*
 * The clock of one log.
 * latest:   no line of it is younger: when it was written last.
 */
struct audit_clock {
	int64_t latest;
	/* audit_clock's own */
	int year;
	int64_t last;
	int key[4];
	int64_t hour;
};

void audit_clock_init(struct audit_clock *, int64_t latest);

/*
 * When a line was written; lines are asked for in their order.
 * A line without a year: the first one is of the youngest year in which it
 * is not later than the log itself; a date that falls back by more than half
 * a year begins another. Times without an offset are local (TZ).
 * returns   seconds since the Epoch; -1: there is no such time.
 * cost:     mktime(3) once for each hour of the log.
 */
int64_t audit_clock_time(struct audit_clock *, const struct audit_line *);

#endif
