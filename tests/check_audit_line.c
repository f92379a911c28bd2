/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_audit_line.c - the rooms cmd/audit_line, audit_journal, audit_clock:
 * a line of any log gives its time, host, program and text.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../cmd/audit_clock.h"
#include "../cmd/audit_journal.h"

/* 2026-11-25T09:42:09Z */
#define WHEN	INT64_C(1795599729)

static const struct { const char *line; int64_t when; } LINES[] = {
	{ "Nov 25 09:42:09 mail postfix/smtp[101]: text", WHEN },
	{ "<22>Nov 25 09:42:09 mail postfix/smtp[101]: text", WHEN },
	{ "Nov 25 09:42:09.123 mail postfix/smtp[101]: text", WHEN },
	{ "2026-11-25T09:42:09Z mail postfix/smtp[101]: text", WHEN },
	{ "2026-11-25T10:42:09.003491+01:00 mail postfix/smtp[101]: text",
	    WHEN },
	{ "2026-11-25T04:12:09-0530 mail postfix/smtp[101]: text", WHEN },
	{ "2026-11-25 09:42:09,5 mail postfix/smtp[101]: text", WHEN },
	{ "<22>1 2026-11-25T09:42:09.003Z mail postfix/smtp 101 - - text",
	    WHEN },
	{ "1 2026-11-25T09:42:09Z mail postfix/smtp 101 ID47 [x@1 a=\"] \\\" "
	    "]\" b=\"\"][y@2] \xef\xbb\xbftext", WHEN },
	{ "<22>1 2026-11-25T09:42:09Z mail postfix/smtp 101 - -  text",
	    WHEN },
};

START_TEST(audit_line_read_knows_the_forms)
{
	struct audit_clock clock;
	struct audit_line line;

	ck_assert(audit_line_read(LINES[_i].line, strlen(LINES[_i].line),
	    &line));
	audit_clock_init(&clock, WHEN + 1000);
	ck_assert_int_eq(audit_clock_time(&clock, &line), LINES[_i].when);
	ck_assert(audit_span_is(line.host, "mail"));
	ck_assert(audit_span_is(line.program, "postfix/smtp"));
	ck_assert_uint_eq(line.pid, 101);
	ck_assert_msg(audit_span_is(line.text, "text"), "%.*s",
	    (int)line.text.len, line.text.at);
}
END_TEST

static const char *const ODD[] = {
	"", " ", "text", "Nov", "Nov 25", "Foo 25 09:42:09 mail x[1]: y",
	"Nov 32 09:42:09 mail x[1]: y", "Nov 25 24:42:09 mail x[1]: y",
	"Nov 25 09:60:09 mail x[1]: y", "2026-13-25T09:42:09Z mail x[1]: y",
	"2026-11-25T09:42Z mail x[1]: y", "1969-11-25T09:42:09Z mail x[1]: y",
	"<22>", "<22>1 ", "<999>Nov 25 09:42:09 mail x[1]: y",
	"2026-11-25T09:42:09+1 mail x[1]: y",
};

START_TEST(audit_line_read_takes_nothing_else_for_a_time)
{
	struct audit_line line;

	ck_assert_msg(!audit_line_read(ODD[_i], strlen(ODD[_i]), &line),
	    "\"%s\"", ODD[_i]);
}
END_TEST

/* A time, but no program with a process id. */
static const char *const BARE[] = {
	"Nov 25 09:42:09 mail kernel: text", "Nov 25 09:42:09 mail",
	"Nov 25 09:42:09 mail x[]: y", "Nov 25 09:42:09 mail x[1a]: y",
	"Nov 25 09:42:09 mail x[1] y", "Nov 25 09:42:09 mail x[12345678901]: y",
	"<22>1 2026-11-25T09:42:09Z mail postfix/smtp - - - text",
	"<22>1 2026-11-25T09:42:09Z mail postfix/smtp 101 -",
};

START_TEST(audit_line_read_leaves_empty_what_is_not_there)
{
	struct audit_line line;

	ck_assert(audit_line_read(BARE[_i], strlen(BARE[_i]), &line));
	ck_assert_uint_eq(line.program.len, 0);
	ck_assert_uint_eq(line.text.len, 0);
}
END_TEST

START_TEST(audit_line_is_asks_for_the_last_part)
{
	static const struct { const char *program; int is_smtp; } asked[] = {
		{ "postfix/smtp", 1 }, { "postfix/relay/smtp", 1 },
		{ "postfix-out/smtp", 1 }, { "smtp", 0 }, { "/smtp", 0 },
		{ "postfix/lsmtp", 0 }, { "postfix/smtpd", 0 },
		{ "postfix/smtp/x", 0 },
	};
	struct audit_line line = { .time = 0 };
	int n;

	for (n = 0; n < N_ITEMS(asked); n++) {
		line.program = (struct audit_span){ asked[n].program,
		    strlen(asked[n].program) };
		ck_assert_msg(audit_line_is(&line, "smtp") ==
		    asked[n].is_smtp, "%s", asked[n].program);
	}
}
END_TEST

START_TEST(audit_line_utc_agrees_with_timegm)
{
	struct tm tm;
	time_t when;

	for (when = 0; when < INT64_C(8000000000); when += 86399 * 7) {
		ck_assert(gmtime_r(&when, &tm) != NULL);
		EXPECT_TRUE(audit_line_utc(tm.tm_year + 1900, tm.tm_mon + 1,
		    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec) == when,
		    "%lld", (long long)when);
	}
}
END_TEST

static const struct { const char *line, *text; } JOURNAL[] = {
	{ "{\"MESSAGE\":\"text\",\"_HOSTNAME\":\"mail\",\"SYSLOG_PID\":\"101\","
	    "\"_PID\":\"7\",\"SYSLOG_IDENTIFIER\":\"postfix/smtp\","
	    "\"__REALTIME_TIMESTAMP\":\"1795599729003491\"}", "text" },
	{ "{ \"_PID\" : \"7\", \"SYSLOG_PID\":\"101\", \"x\":null,\"y\":[\"a\","
	    "\"}\"],\"z\":{\"MESSAGE\":\"no\"},\"n\":-1.5e3,"
	    "\"__REALTIME_TIMESTAMP\":\"1795599729003491\",\"_HOSTNAME\":"
	    "\"mail\",\"SYSLOG_IDENTIFIER\":\"postfix/smtp\",\"MESSAGE\":"
	    "\"a\\\"\\\\\\/\\n\\u00fc\\ud83d\\ude00\\ud800\"}",
	    "a\"\\/\n\xc3\xbc\xf0\x9f\x98\x80\xef\xbf\xbd" },
	{ "{\"MESSAGE\":[116, 255,0,116],\"_HOSTNAME\":\"mail\",\"_PID\":"
	    "\"101\",\"SYSLOG_IDENTIFIER\":\"postfix/smtp\","
	    "\"__REALTIME_TIMESTAMP\":\"1795599729003491\"}", NULL },
};

START_TEST(audit_journal_read_finds_what_is_wanted)
{
	const char *text = JOURNAL[_i].line;
	char *buf = malloc(strlen(text));
	struct audit_line line;

	ck_assert(buf != NULL);
	ck_assert(audit_journal_read(text, strlen(text), buf, &line));
	ck_assert_int_eq(line.time, WHEN);
	ck_assert(audit_span_is(line.host, "mail"));
	ck_assert(audit_span_is(line.program, "postfix/smtp"));
	ck_assert_uint_eq(line.pid, 101);
	if (JOURNAL[_i].text != NULL)
		ck_assert(audit_span_is(line.text, JOURNAL[_i].text));
	else
		ck_assert(line.text.len == 4 && memcmp(line.text.at,
		    "t\xff\0t", 4) == 0);
	free(buf);
}
END_TEST

/* However it is cut, it is no line; and nothing behind it is read. */
START_TEST(audit_journal_read_refuses_what_breaks_off)
{
	const char *text = JOURNAL[_i].line;
	struct audit_line line;
	size_t len;
	char *cut, *buf;

	for (len = 0; len < strlen(text); len++) {
		cut = malloc(len + 1);
		buf = malloc(len + 1);
		ck_assert(cut != NULL && buf != NULL);
		memcpy(cut, text, len);
		EXPECT_TRUE(!audit_journal_read(cut, len, buf, &line),
		    "%zu bytes", len);
		free(cut);
		free(buf);
	}
}
END_TEST

static int64_t
clocked(struct audit_clock *clock, const char *date)
{
	struct audit_line line;
	char text[100];

	(void)snprintf(text, sizeof(text), "%s mail postfix/smtp[1]: x", date);
	ck_assert(audit_line_read(text, strlen(text), &line));
	return audit_clock_time(clock, &line);
}

#define UTC(year, month, day) audit_line_utc((year), (month), (day), 1, 2, 3)

START_TEST(audit_clock_guesses_the_year_of_the_log)
{
	struct audit_clock clock;

	audit_clock_init(&clock, UTC(2026, 11, 25));
	ck_assert_int_eq(clocked(&clock, "Nov 25 01:02:03"),
	    UTC(2026, 11, 25));
	audit_clock_init(&clock, UTC(2026, 1, 5));
	ck_assert_int_eq(clocked(&clock, "Dec 30 01:02:03"),
	    UTC(2025, 12, 30));
	ck_assert_int_eq(clocked(&clock, "Jan  2 01:02:03"), UTC(2026, 1, 2));
	/* A straggler of the old year. */
	ck_assert_int_eq(clocked(&clock, "Dec 31 01:02:03"),
	    UTC(2025, 12, 31));
	ck_assert_int_eq(clocked(&clock, "Jan  3 01:02:03"), UTC(2026, 1, 3));
	/* The last year that had such a day. */
	audit_clock_init(&clock, UTC(2027, 6, 1));
	ck_assert_int_eq(clocked(&clock, "Feb 29 01:02:03"), UTC(2024, 2, 29));
	/* A clock that goes ahead by less than a day is no other year. */
	audit_clock_init(&clock, UTC(2026, 11, 25));
	ck_assert_int_eq(clocked(&clock, "Nov 26 01:02:00"),
	    UTC(2026, 11, 26) - 3);
}
END_TEST

START_TEST(audit_clock_refuses_days_that_never_were)
{
	struct audit_clock clock;

	audit_clock_init(&clock, UTC(2026, 11, 25));
	ck_assert_int_eq(clocked(&clock, "Feb 30 01:02:03"), -1);
	ck_assert_int_eq(clocked(&clock, "Nov 24 01:02:03"),
	    UTC(2026, 11, 24));
	ck_assert_int_eq(clocked(&clock, "Nov 31 01:02:03"), -1);
	ck_assert_int_eq(clocked(&clock, "Nov 25 01:02:03"),
	    UTC(2026, 11, 25));
}
END_TEST

static void
in_utc(void)
{
	ck_assert(setenv("TZ", "UTC0", 1) == 0);
	tzset();
}

static void
in_own_zone(void)
{
	ck_assert(unsetenv("TZ") == 0);
	tzset();
}

Suite *
check_audit_line_suite(void)
{
	Suite *suite = suite_create("audit_line");
	TCase *tcase;

	ADD_CASE(suite, tcase, "audit_line_read");
	tcase_add_checked_fixture(tcase, in_utc, in_own_zone);
	tcase_add_loop_test(tcase, audit_line_read_knows_the_forms, 0,
	    N_ITEMS(LINES));
	tcase_add_loop_test(tcase,
	    audit_line_read_takes_nothing_else_for_a_time, 0, N_ITEMS(ODD));
	tcase_add_loop_test(tcase,
	    audit_line_read_leaves_empty_what_is_not_there, 0, N_ITEMS(BARE));
	ADD_CASE(suite, tcase, "audit_line_is");
	tcase_add_test(tcase, audit_line_is_asks_for_the_last_part);
	ADD_CASE(suite, tcase, "audit_line_utc");
	tcase_add_test(tcase, audit_line_utc_agrees_with_timegm);
	ADD_CASE(suite, tcase, "audit_journal_read");
	tcase_add_loop_test(tcase, audit_journal_read_finds_what_is_wanted,
	    0, N_ITEMS(JOURNAL));
	tcase_add_loop_test(tcase, audit_journal_read_refuses_what_breaks_off,
	    0, N_ITEMS(JOURNAL));
	ADD_CASE(suite, tcase, "audit_clock_time");
	tcase_add_checked_fixture(tcase, in_utc, in_own_zone);
	tcase_add_test(tcase, audit_clock_guesses_the_year_of_the_log);
	tcase_add_test(tcase, audit_clock_refuses_days_that_never_were);
	return suite;
}
