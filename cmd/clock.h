/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * clock.h - does the kernel know its clock to be right?
 * Knows:    adjtimex(2), and what its answer means. Not: what follows.
 * Feeds:    doctor.
 * Source:   adjtimex(2); Linux kernel/time/ntp.c, second_overflow().
 */
#ifndef TLSP_CMD_CLOCK_H
#define TLSP_CMD_CLOCK_H

enum clock_state {
	CLOCK_RIGHT,
	CLOCK_LEFT,		/* nobody sets it, or not for hours */
	CLOCK_UNKNOWN		/* the kernel does not tell */
};

/*
 * What an answer of adjtimex(2) means.
 * answer:   what it returned. status, max_error_us: members of struct timex.
 */
enum clock_state clock_judge(int answer, int status, long max_error_us);

/*
 * Ask; nothing is set.
 * returns   CLOCK_UNKNOWN: errno tells why.
 */
enum clock_state clock_ask(void);

#endif
