/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_out_text.c - the room cmd/out_text: times, spans.
 */
#include "check_tlsp.h"

#include <stdlib.h>

#include "../cmd/out_text.h"

static const struct { int64_t span_s; const char *text; } SPANS[] = {
	{ 0, "now" }, { 1, "1s" }, { 59, "59s" }, { 60, "1m" },
	{ 61, "1m1s" }, { 3599, "59m59s" }, { 3600, "1h" },
	{ 3660, "1h1m" }, { 3601, "1h" }, { 86399, "23h59m" },
	{ 86400, "1d" }, { 90000, "1d1h" }, { 86400 * 400, "400d" },
	{ -7200, "-2h" }, { -1, "-1s" },
};

START_TEST(out_text_span_has_two_units)
{
	char buf[OUT_TEXT_TIME];

	EXPECT_STR("span", SPANS[_i].text, out_text_span(SPANS[_i].span_s,
	    buf));
}
END_TEST

static const struct { const char *text; int64_t when; } TIMES[] = {
	{ "0", 0 }, { "1795599729", 1795599729 },
	{ "2026-11-25T09:42:09Z", 1795599729 },
	{ "2026-11-25t09:42:09z", 1795599729 },
	{ "2026-11-25 09:42:09", 1795599729 },
	{ "2026-11-25T10:42:09+01:00", 1795599729 },
	{ "2026-11-25T04:12:09-0530", 1795599729 },
	{ "2026-11-25T09:42", 1795599720 },
	{ "2026-11-25", 1795564800 },
	{ "2024-02-29", 1709164800 },
	{ "1970-01-01T00:00:00Z", 0 },
	{ "2023-02-29", -1 }, { "2026-13-01", -1 }, { "2026-00-10", -1 },
	{ "2026-11-31", -1 }, { "2026-11-25T24:00", -1 },
	{ "2026-11-25T09", -1 }, { "2026-11-25T09:42:09X", -1 },
	{ "2026-11-25T09:42:09+1", -1 }, { "2026-11-25T09:42:09+01:00x", -1 },
	{ "25.11.2026", -1 }, { "", -1 }, { "-1", -1 }, { "+1", -1 },
	{ "1e9", -1 }, { "99999999999999999999", -1 }, { "tomorrow", -1 },
};

START_TEST(out_text_read_time_reads_times_and_nothing_else)
{
	enum tlsp_code want = TIMES[_i].when < 0 ? TLSP_E_VALUE : TLSP_OK;
	struct tlsp_err err;
	int64_t when = -1;

	EXPECT_CODE(TIMES[_i].text, want, out_text_read_time(TIMES[_i].text,
	    &when, &err));
	ck_assert_msg(when == TIMES[_i].when, "%s: %lld", TIMES[_i].text,
	    (long long)when);
}
END_TEST

START_TEST(out_text_time_is_read_back)
{
	char buf[OUT_TEXT_TIME];
	uint64_t random = 1;
	struct tlsp_err err;
	int64_t when, again;
	int n;

	EXPECT_STR("zero", "never", out_text_time(0, buf));
	for (n = 0; n < 2000; n++) {
		random = help_random(random);
		when = (int64_t)(random % 253402300800) + 1;
		EXPECT_TRUE(out_text_read_time(out_text_time(when, buf),
		    &again, &err) == TLSP_OK && when == again, "%s", buf);
	}
}
END_TEST

static const struct { const char *text, *safe; } SAFES[] = {
	{ "plain", "plain" }, { "a\033[2Jb\tc\nd\x7f", "a?[2Jb c?d?" },
	{ "b\xc3\xbc" "cher", "b\xc3\xbc" "cher" },
	{ "x\xc2\x9b" "31m", "x\xc2?31m" }, { "\xc4\x80", "\xc4\x80" },
	{ "12345678901234567890123456789", "1234567890123456789" },
};

START_TEST(out_text_safe_gives_a_terminal_nothing_to_obey)
{
	char buf[20];

	EXPECT_STR("safe", SAFES[_i].safe, out_text_safe(SAFES[_i].text,
	    strlen(SAFES[_i].text), buf, sizeof(buf)));
}
END_TEST

Suite *
check_out_text_suite(void)
{
	Suite *suite = suite_create("out_text");
	TCase *tcase;

	ADD_CASE(suite, tcase, "out_text_span");
	tcase_add_loop_test(tcase, out_text_span_has_two_units, 0,
	    N_ITEMS(SPANS));
	ADD_CASE(suite, tcase, "out_text_time");
	tcase_add_loop_test(tcase,
	    out_text_read_time_reads_times_and_nothing_else, 0,
	    N_ITEMS(TIMES));
	tcase_add_test(tcase, out_text_time_is_read_back);
	ADD_CASE(suite, tcase, "out_text_safe");
	tcase_add_loop_test(tcase,
	    out_text_safe_gives_a_terminal_nothing_to_obey, 0,
	    N_ITEMS(SAFES));
	return suite;
}
