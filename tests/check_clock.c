/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_clock.c - the room cmd/clock: when a clock is known to be right.
 */
#include "check_tlsp.h"

#include <sys/timex.h>

#include "../cmd/clock.h"

static const struct {
	int answer;
	int status;
	long max_error_us;
	enum clock_state want;
} ANSWERS[] = {
	/* A daemon keeps it. */
	{ TIME_OK, STA_PLL, 2500, CLOCK_RIGHT },
	{ TIME_INS, STA_PLL | STA_INS, 500000, CLOCK_RIGHT },
	/* It does, and leaves the flag for the sake of the hardware's. */
	{ TIME_ERROR, STA_UNSYNC, 15999999, CLOCK_RIGHT },
	/* A pulse is missing, which is no matter to the time of day. */
	{ TIME_ERROR, STA_PPSFREQ, 2500, CLOCK_RIGHT },
	/* As it is when the machine starts, and after hours of silence. */
	{ TIME_ERROR, STA_UNSYNC, 16000000, CLOCK_LEFT },
	{ TIME_OK, STA_UNSYNC, 16000000, CLOCK_LEFT },
	{ TIME_ERROR, STA_CLOCKERR, 17000000, CLOCK_LEFT },
	/* Not to be asked, whatever else is there. */
	{ -1, STA_UNSYNC, 16000000, CLOCK_UNKNOWN },
	{ -1, 0, 0, CLOCK_UNKNOWN },
};

START_TEST(clock_judge_believes_who_says_how_wrong_it_can_be)
{
	ck_assert_int_eq(clock_judge(ANSWERS[_i].answer, ANSWERS[_i].status,
	    ANSWERS[_i].max_error_us), ANSWERS[_i].want);
}
END_TEST

Suite *
check_clock_suite(void)
{
	Suite *suite = suite_create("clock");
	TCase *tcase;

	ADD_CASE(suite, tcase, "clock_judge");
	tcase_add_loop_test(tcase,
	    clock_judge_believes_who_says_how_wrong_it_can_be, 0,
	    N_ITEMS(ANSWERS));
	return suite;
}
