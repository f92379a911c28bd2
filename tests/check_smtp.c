/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_smtp.c - the STARTTLS talk: each answer of a server, cut anywhere.
 */
#include "check_tlsp.h"

#include "../cmd/smtp.h"

#define HELO	"mail.supplier.example"

/*
 * Let a server say all of a script at once, a piece per command: pieces are
 * separated by "|". The commands we sent, "|" between them.
 */
static void
talk(struct smtp *smtp, int wants_tls, const char *script, size_t step,
    char *sent, size_t room)
{
	const char *output, *at, *piece_end;
	size_t len, n, used = 0;

	smtp_init(smtp, HELO, wants_tls);
	*sent = '\0';
	for (at = script; *at != '\0';) {
		piece_end = strchrnul(at, '|');
		for (; at < piece_end; at += n) {
			n = (size_t)(piece_end - at);
			n = step > 0 && step < n ? step : n;
			smtp_input(smtp, at, n);
		}
		if (*at == '|')
			at++;
		if (smtp->step == SMTP_HANDSHAKE && *at != '\0')
			smtp_secured(smtp);
		while ((output = smtp_output(smtp, &len)) != NULL) {
			n = len > 3 && step > 0 ? 3 : len;
			ck_assert_uint_lt(used + n, room);
			memcpy(sent + used, output, n);
			used += n;
			sent[used] = '\0';
			smtp_sent(smtp, n);
		}
	}
}

static const struct {
	const char *what;
	int wants_tls;
	const char *script;
	enum smtp_result result;
	const char *sent;
	const char *error;
} TALKS[] = {
	{ "one line each", 1,
	    "220 hi ESMTP\r\n|250-hi\r\n250 STARTTLS\r\n|220 go\r\n|250 hi\r\n",
	    SMTP_SECURE,
	    "EHLO " HELO "\r\nSTARTTLS\r\nEHLO " HELO "\r\n", "" },
	{ "a greeting of three lines, bare newlines", 1,
	    "220-hi\n220-no spam\n220 please\n|250-hi\n250-SIZE 10\n"
	    "250-starttls\n250 8BITMIME\n|220\n|250-hi\n250 STARTTLS\n",
	    SMTP_SECURE,
	    "EHLO " HELO "\r\nSTARTTLS\r\nEHLO " HELO "\r\n", "" },
	{ "no STARTTLS", 1, "220 hi\r\n|250-hi\r\n250 SIZE\r\n",
	    SMTP_CLEAR_NOT_OFFERED, "EHLO " HELO "\r\n", "" },
	{ "STARTTLS is not a name", 1, "220 hi\r\n|250 STARTTLS\r\n",
	    SMTP_CLEAR_NOT_OFFERED, "EHLO " HELO "\r\n", "" },
	{ "STARTTLS is not a part of a word", 1,
	    "220 hi\r\n|250-hi\r\n250-STARTTLSX\r\n250 XSTARTTLS\r\n",
	    SMTP_CLEAR_NOT_OFFERED, "EHLO " HELO "\r\n", "" },
	{ "TLS is not wanted", 0, "220 hi\r\n|250-hi\r\n250 STARTTLS\r\n",
	    SMTP_CLEAR_ASKED, "EHLO " HELO "\r\n", "" },
	{ "HELO where EHLO is unknown", 1,
	    "220 hi\r\n|502 what?\r\n|250 hi\r\n", SMTP_CLEAR_NOT_OFFERED,
	    "EHLO " HELO "\r\nHELO " HELO "\r\n", "" },
	{ "a greeting of 5xx", 1, "554-no\r\n554 go away\r\n", SMTP_FAILED,
	    "", "refused to talk to us: 554-no 554 go away" },
	{ "a greeting of 4xx", 1, "421 busy\r\n", SMTP_FAILED, "",
	    "refused to talk to us: 421 busy" },
	{ "a greeting of 1xx", 1, "120 soon\r\n", SMTP_FAILED, "", "120" },
	{ "EHLO and HELO refused", 1, "220 hi\r\n|550 no\r\n|550 no\r\n",
	    SMTP_FAILED, "EHLO " HELO "\r\nHELO " HELO "\r\n",
	    "refused our name " HELO },
	{ "EHLO answered with 421", 1, "220 hi\r\n|421 bye\r\n", SMTP_FAILED,
	    "EHLO " HELO "\r\n", "421 bye" },
	{ "STARTTLS refused for now", 1,
	    "220 hi\r\n|250-hi\r\n250 STARTTLS\r\n|454 no key\r\n",
	    SMTP_CLEAR_REFUSED, "EHLO " HELO "\r\nSTARTTLS\r\n",
	    "refused to start TLS: 454 no key" },
	{ "a command in clear text behind the consent", 1,
	    "220 hi\r\n|250-hi\r\n250 STARTTLS\r\n|220 go\r\n250 hi\r\n",
	    SMTP_HOSTILE, "EHLO " HELO "\r\nSTARTTLS\r\n",
	    "clear text came behind" },
	{ "one byte behind the consent", 1,
	    "220 hi\r\n|250-hi\r\n250 STARTTLS\r\n|220 go\r\n\n",
	    SMTP_HOSTILE, "EHLO " HELO "\r\nSTARTTLS\r\n", "clear text" },
	{ "lines that are no replies are passed over", 1,
	    "Welcome\r\n22\r\n2200 x\r\n220hi\r\n\r\n220 hi\r\n|"
	    "250-hi\r\nnoise\r\n250 STARTTLS\r\n|220 go\r\n|250 hi\r\n",
	    SMTP_SECURE,
	    "EHLO " HELO "\r\nSTARTTLS\r\nEHLO " HELO "\r\n", "" },
	{ "HELO behind TLS", 1,
	    "220 hi\r\n|250-hi\r\n250 STARTTLS\r\n|220 go\r\n|500 no\r\n|"
	    "250 hi\r\n", SMTP_SECURE,
	    "EHLO " HELO "\r\nSTARTTLS\r\nEHLO " HELO "\r\nHELO " HELO
	    "\r\n", "" },
	{ "refused behind TLS", 1,
	    "220 hi\r\n|250-hi\r\n250 STARTTLS\r\n|220 go\r\n|550 no\r\n|"
	    "550 no\r\n", SMTP_FAILED,
	    "EHLO " HELO "\r\nSTARTTLS\r\nEHLO " HELO "\r\nHELO " HELO
	    "\r\n", "refused our name" },
};

START_TEST(smtp_talk_ends_as_smtp8_has_it)
{
	struct smtp smtp;
	char sent[4096];
	size_t step;

	for (step = 0; step < 5; step++) {
		talk(&smtp, TALKS[_i].wants_tls, TALKS[_i].script, step, sent,
		    sizeof(sent));
		/* What is injected may be cut off: then TLS refuses it. */
		if (TALKS[_i].result == SMTP_HOSTILE && step > 0 &&
		    smtp.step == SMTP_HANDSHAKE)
			continue;
		ck_assert_msg(smtp.step == SMTP_END &&
		    smtp.result == TALKS[_i].result,
		    "%s, by %zu: result %d at step %d, not %d: %s",
		    TALKS[_i].what, step, (int)smtp.result, (int)smtp.step,
		    (int)TALKS[_i].result, smtp.error);
		EXPECT_STR(TALKS[_i].what, TALKS[_i].sent, sent);
		ck_assert_msg(strstr(smtp.error, TALKS[_i].error) != NULL &&
		    (*TALKS[_i].error != '\0' || smtp.error[0] == '\0'),
		    "%s: \"%s\" says nothing of \"%s\"", TALKS[_i].what,
		    smtp.error, TALKS[_i].error);
	}
}
END_TEST

START_TEST(smtp_input_waits_for_the_last_line)
{
	struct smtp smtp;

	smtp_init(&smtp, HELO, 1);
	smtp_input(&smtp, "220-hi\r\n220-", 12);
	ck_assert_int_eq(smtp.step, SMTP_GREETING);
	smtp_input(&smtp, "x\r\n220 ", 7);
	ck_assert_int_eq(smtp.step, SMTP_GREETING);
	smtp_input(&smtp, "\n", 1);
	ck_assert_int_eq(smtp.step, SMTP_EHLO);
}
END_TEST

START_TEST(smtp_input_ends_what_has_no_end)
{
	static const char *const PIECES[] = {
		"x", "220-more\r\n", "\n", "\r\n", "noise\r\n", "\xff\xfe",
		"220 ok", "SSH-2.0-OpenSSH_9.2\r\n", "220-",
	};
	const char *piece = PIECES[_i];
	struct smtp smtp;
	size_t n;

	smtp_init(&smtp, HELO, 1);
	for (n = 0; smtp.step == SMTP_GREETING; n += strlen(piece)) {
		ck_assert_uint_le(n, SMTP_REPLY_BYTES_MAX);
		smtp_input(&smtp, piece, strlen(piece));
	}
	ck_assert_int_eq(smtp.step, SMTP_END);
	ck_assert_int_eq(smtp.result, SMTP_HOSTILE);
	ck_assert_msg(strstr(smtp.error, "the greeting has more than") != NULL,
	    "%s", smtp.error);
}
END_TEST

START_TEST(smtp_input_reads_the_beginning_of_a_long_line)
{
	struct smtp smtp;
	size_t n;

	smtp_init(&smtp, HELO, 1);
	smtp_input(&smtp, "220 ", 4);
	for (n = 0; n < 10 * SMTP_LINE_MAX; n++)
		smtp_input(&smtp, "x", 1);
	smtp_input(&smtp, "\r\n", 2);
	ck_assert_int_eq(smtp.step, SMTP_EHLO);
	/* The limit is one reply's, not the talk's. */
	smtp_input(&smtp, "250-hi\r\n250-", 12);
	for (n = 0; n < SMTP_REPLY_BYTES_MAX - 100; n++)
		smtp_input(&smtp, "y", 1);
	smtp_input(&smtp, "\r\n250 STARTTLS\r\n", 16);
	ck_assert_int_eq(smtp.step, SMTP_STARTTLS);
}
END_TEST

START_TEST(smtp_reply_is_printable)
{
	static const char greeting[] = "554 \x1b[2J\0\t\x80 gone\x7f\r\n";
	struct smtp smtp;

	smtp_init(&smtp, HELO, 1);
	smtp_input(&smtp, greeting, sizeof(greeting) - 1);
	EXPECT_STR("reply", "554 ?[2J??? gone?", smtp_reply(&smtp));
	ck_assert(strstr(smtp.error, "554 ?[2J??? gone?") != NULL);
}
END_TEST

START_TEST(smtp_lost_says_at_which_step)
{
	struct smtp smtp;

	smtp_init(&smtp, HELO, 1);
	smtp_lost(&smtp, "it closed the connection");
	EXPECT_STR("nothing said",
	    "it closed the connection while we waited for the greeting",
	    smtp.error);
	smtp_init(&smtp, HELO, 1);
	smtp_input(&smtp, "HTTP/1.1 400 Bad", 16);
	smtp_lost(&smtp, "time is over");
	EXPECT_STR("half a line", "time is over while we waited for the "
	    "greeting; it had said: HTTP/1.1 400 Bad", smtp.error);
	ck_assert_int_eq(smtp.result, SMTP_FAILED);
	smtp_lost(&smtp, "again");
	ck_assert(strstr(smtp.error, "again") == NULL);
}
END_TEST

START_TEST(smtp_secured_counts_only_after_consent)
{
	struct smtp smtp;
	size_t len;

	smtp_init(&smtp, HELO, 1);
	smtp_secured(&smtp);
	ck_assert_int_eq(smtp.step, SMTP_GREETING);
	ck_assert(!smtp.is_secure);
	ck_assert(smtp_output(&smtp, &len) == NULL);
	/* What was offered in clear text is forgotten behind TLS. */
	smtp_input(&smtp, "220 hi\r\n", 8);
	smtp_input(&smtp, "250-hi\r\n250 STARTTLS\r\n", 22);
	smtp_input(&smtp, "220 go\r\n", 8);
	smtp_secured(&smtp);
	smtp_input(&smtp, "250-hi\r\n250 STARTTLS\r\n", 22);
	ck_assert_int_eq(smtp.result, SMTP_SECURE);
}
END_TEST

Suite *
check_smtp_suite(void)
{
	Suite *suite = suite_create("smtp");
	TCase *tcase;

	ADD_CASE(suite, tcase, "talk");
	tcase_add_loop_test(tcase, smtp_talk_ends_as_smtp8_has_it, 0,
	    N_ITEMS(TALKS));
	ADD_CASE(suite, tcase, "input");
	tcase_add_test(tcase, smtp_input_waits_for_the_last_line);
	tcase_add_loop_test(tcase, smtp_input_ends_what_has_no_end, 0, 9);
	tcase_add_test(tcase, smtp_input_reads_the_beginning_of_a_long_line);
	ADD_CASE(suite, tcase, "reply");
	tcase_add_test(tcase, smtp_reply_is_printable);
	ADD_CASE(suite, tcase, "lost");
	tcase_add_test(tcase, smtp_lost_says_at_which_step);
	ADD_CASE(suite, tcase, "secured");
	tcase_add_test(tcase, smtp_secured_counts_only_after_consent);
	return suite;
}
