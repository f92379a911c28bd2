/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fake_clock.c - a kernel whose clock is as the test wants it, whatever that
 *	of this machine is.
 * Usage:    LD_PRELOAD=fake_clock.so FAKE_CLOCK=right|left|forbidden PROGRAM
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

int
adjtimex(struct timex *timex)
{
	const char *want = getenv("FAKE_CLOCK");

	/* Whoever would set the clock is no reader. */
	if (want == NULL || timex->modes != 0)
		abort();
	if (strcmp(want, "forbidden") == 0) {
		errno = EPERM;
		return -1;
	}
	if (strcmp(want, "left") == 0) {
		timex->status = STA_UNSYNC;
		timex->maxerror = 16000000;
		return TIME_ERROR;
	}
	timex->status = STA_PLL;
	timex->maxerror = 2500;
	return TIME_OK;
}
