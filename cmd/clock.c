/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * clock.c - does the kernel know its clock to be right?
 * Knows:    adjtimex(2), and what its answer means. Not: what follows.
 * Feeds:    doctor.
 */
#include "clock.h"

#include <string.h>
#include <sys/timex.h>

/* The kernel's own word for "nobody knows", in microseconds. */
#define ERROR_LIMIT	16000000L

/*
 * Not the flag alone: a daemon may leave it set so that the kernel does not
 * touch the hardware's clock. The error bound grows by 0.5 ms a second unless
 * somebody renews it: at its limit, nobody has for nine hours.
 */
enum clock_state
clock_judge(int answer, int status, long max_error_us)
{
	if (answer < 0)
		return CLOCK_UNKNOWN;
	if ((answer == TIME_ERROR || (status & STA_UNSYNC) != 0) &&
	    max_error_us >= ERROR_LIMIT)
		return CLOCK_LEFT;
	return CLOCK_RIGHT;
}

enum clock_state
clock_ask(void)
{
	struct timex timex;
	int answer;

	memset(&timex, 0, sizeof(timex));
	answer = adjtimex(&timex);
	return clock_judge(answer, timex.status, timex.maxerror);
}
