/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_audit_match.c - the rooms cmd/audit_recent, audit_match, audit_silent,
 * audit_sum: whose TLS line it is, what silence means, what counts once.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

#include "../cmd/audit_clock.h"
#include "../cmd/audit_recent.h"
#include "../cmd/audit_silent.h"

START_TEST(audit_recent_gives_up_the_one_not_asked_for_longest)
{
	struct audit_recent *recent = audit_recent_new(sizeof(int), 3);
	int *item, n;

	for (n = 1; n <= 3; n++) {
		item = audit_recent_get(recent, &n, sizeof(n));
		ck_assert(item != NULL && *item == 0);
		*item = n;
	}
	n = 1;
	ck_assert(audit_recent_find(recent, &n, sizeof(n)) != NULL);
	n = 4;
	ck_assert(audit_recent_get(recent, &n, sizeof(n)) != NULL);
	n = 2;
	ck_assert(audit_recent_find(recent, &n, sizeof(n)) == NULL);
	for (n = 1; n <= 3; n += 2) {
		item = audit_recent_find(recent, &n, sizeof(n));
		ck_assert(item != NULL && *item == n);
	}
	ck_assert_uint_eq(audit_recent_count(recent), 3);
	audit_recent_free(recent);
}
END_TEST

START_TEST(audit_recent_keeps_all_where_there_is_no_limit)
{
	struct audit_recent *recent = audit_recent_new(sizeof(long), 0);
	long *item, n;
	char key[64];
	size_t len;

	for (n = 0; n < 100000; n++) {
		len = (size_t)snprintf(key, sizeof(key), "%*ld", (int)(n %
		    40), n);
		item = audit_recent_get(recent, key, len);
		EXPECT_TRUE(item != NULL && *item == 0, "%ld", n);
		*item = n + 1;
	}
	for (n = 0; n < 100000; n++) {
		len = (size_t)snprintf(key, sizeof(key), "%*ld", (int)(n %
		    40), n);
		item = audit_recent_find(recent, key, len);
		EXPECT_TRUE(item != NULL && *item == n + 1, "%ld", n);
	}
	audit_recent_free(recent);
}
END_TEST

/* A log of UTC times, one day of November 2026. */
struct log {
	struct audit_match *match;
	struct audit_sum *sum;
	struct audit_silent *silent;
	struct audit_partner *partner;
	enum audit_demand demand;
	struct audit_found found;
};

static void
begin(struct log *log, enum audit_demand demand)
{
	memset(log, 0, sizeof(*log));
	log->match = audit_match_new();
	log->sum = audit_sum_new(0);
	log->silent = audit_silent_new(log->sum);
	ck_assert(log->match != NULL && log->silent != NULL);
	log->partner = audit_sum_partner(log->sum, "partner.example");
	ck_assert(log->partner != NULL);
	log->partner->demand = log->demand = demand;
}

static void
end(struct log *log)
{
	audit_silent_free(log->silent);
	audit_sum_free(log->sum);
	audit_match_free(log->match);
}

/* Feed a line, as audit_feed does. */
static void
line(struct log *log, const char *text)
{
	const struct audit_place place = { "mail.log", 1, { text,
	    strlen(text) } };
	struct audit_delivery delivery;
	struct audit_event event;
	struct audit_clock clock;
	struct audit_line line;
	struct audit_tls tls;
	unsigned logger;
	int64_t when;

	ck_assert(audit_line_read(text, strlen(text), &line));
	audit_clock_init(&clock, 0);
	when = audit_clock_time(&clock, &line);
	audit_match_begin(log->match, &line, when);
	audit_match_master(log->match, &line, when);
	if (audit_said_tls(line.text, &tls)) {
		ck_assert(audit_match_tls(log->match, &line, when, &tls,
		    &place, &logger));
		ck_assert(audit_silent_tls(log->silent, logger, when));
	} else if (audit_said_delivery(line.text, &delivery)) {
		audit_match_delivery(log->match, &line, when, &delivery,
		    &log->found);
		memset(&event, 0, sizeof(event));
		event.partner = log->partner;
		event.demand = log->demand;
		event.when = when;
		event.arrival = when - delivery.delay_ms / 1000;
		audit_span_copy(delivery.qid, event.qid, sizeof(event.qid));
		event.status = delivery.status;
		event.reason = delivery.reason;
		event.found = log->found;
		event.place = place;
		ck_assert(log->found.is_silent && event.status == AUDIT_SENT ?
		    audit_silent_add(log->silent, &event) :
		    audit_sum_add(log->sum, &event));
	}
}

#define AT(time)	"2026-11-25T" time "Z mail postfix/smtp"
#define TLS_TO(word, relay) word " TLS connection established to " relay \
	": TLSv1.3 with cipher X (1/1 bits)"
#define TLS(word)	TLS_TO(word, "mx.example[192.0.2.1]:25")
#define SENT_BY(qid, relay, more) qid ": to=<a@partner.example>, relay=" \
	relay ", " more "delay=3, delays=0/0/2/1, dsn=2.0.0, status=sent (ok)"
#define SENT(qid)	SENT_BY(qid, "mx.example[192.0.2.1]:25", "")

/* The last delivery of some lines: by what its TLS line was found. */
static const struct {
	const char *lines[6];
	enum audit_word word;
	enum audit_how how;
	int is_silent;
} MATCHED[] = {
	/* The same process, server and time. */
	{ { AT("09:00:00") "[1]: " TLS("Verified"),
	    AT("09:00:01") "[1]: " SENT("3F2A1") }, AUDIT_VERIFIED,
	    AUDIT_BY_PROCESS, 0 },
	/* A second recipient, a minute later in the same session. */
	{ { AT("09:00:00") "[1]: " TLS("Verified"),
	    AT("09:00:01") "[1]: " SENT("3F2A1"),
	    AT("09:00:02") "[1]: " SENT("3F2A1") }, AUDIT_VERIFIED,
	    AUDIT_BY_PROCESS, 0 },
	/* Another message: the line is spent. */
	{ { AT("08:59:00") "[9]: " TLS("Verified"),
	    AT("09:00:00") "[1]: " TLS("Verified"),
	    AT("09:00:01") "[1]: " SENT("3F2A1"),
	    AT("09:00:02") "[1]: " SENT("3F2A2") }, AUDIT_UNKNOWN,
	    AUDIT_BY_NOTHING, 1 },
	/* The same message, tried again later: the line is too old. */
	{ { AT("09:00:00") "[1]: " TLS("Verified"),
	    AT("09:00:01") "[1]: " SENT("3F2A1"),
	    AT("09:00:30") "[1]: " SENT("3F2A1") }, AUDIT_UNKNOWN,
	    AUDIT_BY_NOTHING, 1 },
	/* Another process, another server, another port, another host. */
	{ { AT("09:00:00") "[1]: " TLS("Verified"),
	    AT("09:00:09") "[2]: " TLS("Trusted"),
	    AT("09:00:10") "[1]: " SENT("3F2A1") }, AUDIT_UNKNOWN,
	    AUDIT_BY_NOTHING, 1 },
	{ { AT("09:00:00") "[2]: " TLS("Verified"),
	    AT("09:00:09") "[1]: " TLS_TO("Trusted",
	    "my.example[192.0.2.1]:25"),
	    AT("09:00:10") "[1]: " SENT("3F2A1") }, AUDIT_UNKNOWN,
	    AUDIT_BY_NOTHING, 1 },
	{ { AT("09:00:00") "[2]: " TLS("Verified"),
	    AT("09:00:09") "[1]: " TLS_TO("Trusted",
	    "mx.example[192.0.2.1]:26"),
	    AT("09:00:10") "[1]: " SENT("3F2A1") }, AUDIT_UNKNOWN,
	    AUDIT_BY_NOTHING, 1 },
	{ { AT("09:00:00") "[2]: " TLS("Verified"),
	    "2026-11-25T09:00:09Z post postfix/smtp[1]: " TLS("Verified"),
	    AT("09:00:10") "[1]: " SENT("3F2A1") }, AUDIT_UNKNOWN,
	    AUDIT_BY_NOTHING, 1 },
	/* Letters in any case; a TLS line without a port. */
	{ { AT("09:00:00") "[1]: " TLS_TO("Trusted", "MX.example[192.0.2.1]"),
	    AT("09:00:01") "[1]: " SENT("3F2A1") }, AUDIT_TRUSTED,
	    AUDIT_BY_PROCESS, 0 },
	{ { AT("09:00:00") "[1]: " TLS_TO("Trusted", "mx.example[192.0.2.1"),
	    AT("09:00:01") "[1]: " SENT("3F2A1") }, AUDIT_UNKNOWN,
	    AUDIT_BY_NOTHING, 0 },
	/* The last of several servers. */
	{ { AT("09:00:00") "[1]: " TLS_TO("Untrusted", "m1[192.0.2.9]:25"),
	    AT("09:00:01") "[1]: " TLS("Verified"),
	    AT("09:00:02") "[1]: " SENT("3F2A1") }, AUDIT_VERIFIED,
	    AUDIT_BY_PROCESS, 0 },
	/* Where the line names the message. */
	{ { AT("09:00:00") "[1]: 3F2A1: " TLS("Verified"),
	    AT("09:00:01") "[1]: " SENT("3F2A1") }, AUDIT_VERIFIED,
	    AUDIT_BY_QUEUE_ID, 0 },
	{ { AT("08:00:00") "[1]: 3F2A1: " TLS("Verified"),
	    AT("09:00:01") "[1]: " SENT("3F2A2") }, AUDIT_UNKNOWN,
	    AUDIT_BY_NOTHING, 1 },
	/* Only tlsproxy(8) has it. */
	{ { "2026-11-25T09:00:00Z mail postfix/tlsproxy[7]: " TLS("Trusted"),
	    AT("09:00:01") "[1]: " SENT("3F2A1") }, AUDIT_TRUSTED,
	    AUDIT_BY_RELAY, 0 },
	/* What tls= says goes before a line that it contradicts. */
	{ { AT("09:00:00") "[1]: " TLS("Untrusted"),
	    AT("09:00:01") "[1]: " SENT_BY("3F2A1",
	    "mx.example[192.0.2.1]:25", "tls=secure, ") }, AUDIT_VERIFIED,
	    AUDIT_BY_QUEUE_ID, 0 },
	{ { AT("09:00:00") "[1]: " TLS("Untrusted"),
	    AT("09:00:01") "[1]: " SENT_BY("3F2A1",
	    "mx.example[192.0.2.1]:25", "tls=may:none, ") }, AUDIT_CLEAR,
	    AUDIT_BY_QUEUE_ID, 0 },
	{ { AT("09:00:00") "[1]: " TLS("Untrusted"),
	    AT("09:00:01") "[1]: " SENT_BY("3F2A1",
	    "mx.example[192.0.2.1]:25", "tls=may, ") }, AUDIT_UNTRUSTED,
	    AUDIT_BY_PROCESS, 0 },
	/* A connection of an earlier delivery; before the log begins. */
	{ { AT("09:00:00") "[2]: " TLS("Verified"),
	    AT("09:00:10") "[1]: " SENT_BY("3F2A1",
	    "mx.example[192.0.2.1]:25", "conn_use=2, ") }, AUDIT_UNKNOWN,
	    AUDIT_BY_NOTHING, 0 },
	{ { AT("09:00:00") "[2]: " TLS("Verified"),
	    AT("09:00:03") "[1]: " SENT("3F2A1") }, AUDIT_UNKNOWN,
	    AUDIT_BY_NOTHING, 0 },
	/* Text that could be anything. */
	{ { AT("09:00:00") "[1]: " TLS("Verified"),
	    AT("09:00:01") "[1]: " SENT("3F2A1") ">, relay=" },
	    AUDIT_UNKNOWN, AUDIT_BY_NOTHING, 0 },
};

START_TEST(audit_match_finds_the_line_of_a_delivery)
{
	struct log log;
	int n;

	begin(&log, AUDIT_DEMAND_NONE);
	for (n = 0; n < 6 && MATCHED[_i].lines[n] != NULL; n++)
		line(&log, MATCHED[_i].lines[n]);
	ck_assert_str_eq(audit_word_name(log.found.word),
	    audit_word_name(MATCHED[_i].word));
	ck_assert_str_eq(audit_how_name(log.found.how),
	    audit_how_name(MATCHED[_i].how));
	ck_assert_int_eq(log.found.is_silent, MATCHED[_i].is_silent);
	end(&log);
}
END_TEST

/* Between two logs a TLS line may be missing, but one is not forgotten. */
START_TEST(audit_match_knows_nothing_of_a_gap)
{
	struct log log;

	begin(&log, AUDIT_DEMAND_NONE);
	line(&log, AT("08:00:00") "[1]: " TLS("Verified"));
	line(&log, AT("08:59:59") "[1]: " TLS("Verified"));
	audit_match_log(log.match);
	line(&log, AT("09:00:00") "[2]: " SENT("3F2A1"));
	ck_assert_int_eq(log.found.is_silent, 0);
	line(&log, AT("09:00:01") "[1]: " SENT("3F2A2"));
	ck_assert_int_eq(log.found.word, AUDIT_VERIFIED);
	line(&log, AT("09:00:04") "[2]: " SENT("3F2A3"));
	ck_assert_int_eq(log.found.is_silent, 1);
	end(&log);
}
END_TEST

#define DAY(day, time)	"2026-11-" day "T" time "Z mail postfix/smtp"
#define BEGIN		DAY("01", "00:00:00") "d[1]: connect from x"

/* Silence: clear where its logger names TLS within a day, before or after. */
static const struct {
	const char *lines[5];
	unsigned long n_clear, n_unknown;
} SILENT[] = {
	{ { BEGIN, DAY("02", "09:00:00") "[1]: " TLS("Verified"),
	    DAY("02", "10:00:00") "[2]: " SENT("3F2A1") }, 1, 0 },
	{ { BEGIN, DAY("02", "10:00:00") "[2]: " SENT("3F2A1"),
	    DAY("02", "11:00:00") "[1]: " TLS("Verified") }, 1, 0 },
	{ { BEGIN, DAY("02", "10:00:00") "[2]: " SENT("3F2A1") }, 0, 1 },
	{ { BEGIN, DAY("02", "10:00:00") "[2]: " SENT("3F2A1"),
	    DAY("03", "10:00:01") "[1]: " TLS("Verified") }, 0, 1 },
	{ { BEGIN, DAY("02", "10:00:00") "[2]: " TLS("Verified"),
	    DAY("03", "10:00:01") "[1]: " SENT("3F2A1") }, 0, 1 },
	/* Another service, another host: their level is their own. */
	{ { BEGIN, "2026-11-02T10:00:00Z mail postfix/relay/smtp[2]: "
	    TLS("Verified"), DAY("02", "10:00:10") "[1]: " SENT("3F2A1") },
	    0, 1 },
	{ { BEGIN, "2026-11-02T10:00:00Z post postfix/smtp[2]: "
	    TLS("Verified"), DAY("02", "10:00:10") "[1]: " SENT("3F2A1") },
	    0, 1 },
	/* Behind a reload, or a start, another level may hold. */
	{ { BEGIN, DAY("02", "09:00:00") "[1]: " TLS("Verified"),
	    "2026-11-02T09:30:00Z mail postfix/master[3]: reload -- version "
	    "3.7.11, configuration /etc/postfix",
	    DAY("02", "10:00:00") "[2]: " SENT("3F2A1") }, 0, 1 },
	{ { BEGIN, DAY("02", "08:00:00") "[2]: " SENT("3F2A1"),
	    "2026-11-02T09:30:00Z mail postfix/master[3]: daemon started -- "
	    "version 3.7.11, configuration /etc/postfix",
	    DAY("02", "10:00:00") "[1]: " TLS("Verified") }, 0, 1 },
	/* Who began before it, went on as before. */
	{ { BEGIN, "2026-11-02T09:30:00Z mail postfix/master[3]: reload -- "
	    "version 3.7.11, configuration /etc/postfix",
	    DAY("02", "09:30:02") "[2]: " SENT("3F2A1"),
	    DAY("02", "10:00:00") "[1]: " TLS("Verified") }, 0, 1 },
	{ { BEGIN, "2026-11-02T09:30:00Z mail postfix/master[3]: reload -- "
	    "version 3.7.11, configuration /etc/postfix",
	    DAY("02", "09:30:03") "[2]: " SENT("3F2A1"),
	    DAY("02", "10:00:00") "[1]: " TLS("Verified") }, 1, 0 },
	{ { BEGIN, DAY("02", "09:00:00") "[1]: " TLS("Verified"),
	    "2026-11-02T09:30:00Z mail postfix-in/master[3]: reload -- version "
	    "3.7.11, configuration /etc/postfix-in",
	    DAY("02", "10:00:00") "[2]: " SENT("3F2A1") }, 1, 0 },
	/* tlsproxy(8) says nothing of whether smtp(8) would. */
	{ { BEGIN, "2026-11-02T10:00:00Z mail postfix/tlsproxy[2]: "
	    TLS("Verified"), DAY("02", "10:00:10") "[1]: " SENT("3F2A1") },
	    0, 1 },
};

START_TEST(audit_silent_calls_clear_what_would_have_been_named)
{
	struct log log;
	int n;

	begin(&log, AUDIT_DEMAND_TLS);
	for (n = 0; n < 5 && SILENT[_i].lines[n] != NULL; n++)
		line(&log, SILENT[_i].lines[n]);
	ck_assert(audit_silent_end(log.silent));
	ck_assert_uint_eq(log.partner->counts[AUDIT_N_CLEAR],
	    SILENT[_i].n_clear);
	ck_assert_uint_eq(log.partner->counts[AUDIT_N_UNKNOWN],
	    SILENT[_i].n_unknown);
	ck_assert_uint_eq(log.partner->n_broken, SILENT[_i].n_clear);
	ck_assert_uint_eq(log.partner->n_untold, SILENT[_i].n_unknown);
	end(&log);
}
END_TEST

START_TEST(audit_silent_waits_for_many_and_not_for_all)
{
	struct log log;
	char text[300];
	int n;

	begin(&log, AUDIT_DEMAND_TLS);
	line(&log, BEGIN);
	for (n = 0; n < 40000; n++) {
		(void)snprintf(text, sizeof(text), "2026-11-02T%02d:%02d:00Z "
		    "mail postfix/smtp[1]: %s", 1 + n / 10000, n / 200 % 60,
		    SENT("4aBcDeFgHiJk"));
		(void)snprintf(strstr(text, "4aBcDeFgHiJk"), 13, "4%011d", n);
		text[strlen(text)] = ':';
		line(&log, text);
	}
	ck_assert(audit_silent_end(log.silent));
	ck_assert_uint_eq(log.partner->counts[AUDIT_N_UNKNOWN], 40000);
	ck_assert_uint_eq(log.partner->n_evidence[AUDIT_SHOWS_UNKNOWN], 2);
	end(&log);
}
END_TEST

/* A message counts once in each column; a queue id of another time is new. */
START_TEST(audit_sum_counts_messages_once)
{
	struct log log;

	begin(&log, AUDIT_DEMAND_VERIFIED);
	line(&log, AT("09:00:00") "[1]: " TLS("Verified"));
	line(&log, AT("09:00:01") "[1]: " SENT("3F2A1"));
	line(&log, AT("09:00:01") "[1]: " SENT("3F2A1"));
	ck_assert_uint_eq(log.partner->counts[AUDIT_N_VERIFIED], 1);
	ck_assert_uint_eq(log.partner->suites[0].n, 1);
	ck_assert(audit_partner_promise(log.partner) == AUDIT_KEPT);
	line(&log, AT("10:00:00") "[1]: " TLS("Verified"));
	line(&log, AT("10:00:01") "[1]: " SENT("3F2A1"));
	ck_assert_uint_eq(log.partner->counts[AUDIT_N_VERIFIED], 2);
	line(&log, AT("11:00:00") "[1]: 3F2A7: to=<a@b>, relay=none, delay=1, "
	    "dsn=4.7.5, status=deferred (Server certificate not verified)");
	line(&log, AT("12:00:00") "[1]: 3F2A7: to=<a@b>, relay=none, "
	    "delay=3601, dsn=4.7.5, status=deferred (Server certificate not "
	    "verified)");
	ck_assert_uint_eq(log.partner->counts[AUDIT_N_DEFERRED_POLICY], 1);
	ck_assert_uint_eq(log.partner->reasons[AUDIT_CERTIFICATE], 1);
	ck_assert(audit_partner_promise(log.partner) == AUDIT_KEPT);
	line(&log, AT("13:00:00") "[1]: " TLS("Trusted"));
	line(&log, AT("13:00:01") "[1]: " SENT("3F2A8"));
	ck_assert(audit_partner_promise(log.partner) == AUDIT_BROKEN);
	ck_assert_uint_eq(log.partner->n_evidence[AUDIT_SHOWS_BROKEN], 1);
	end(&log);
}
END_TEST

/* Every day of many years, in no order: as quick as in order. */
START_TEST(audit_sum_takes_periods_in_any_order)
{
	struct audit_sum *sum = audit_sum_new(1);
	struct audit_event event = { .status = AUDIT_DEFERRED,
	    .place = { "mail.log", 1, { "", 0 } } };
	size_t n;
	int day;

	event.partner = audit_sum_partner(sum, "partner.example");
	ck_assert(event.partner != NULL);
	for (day = 0; day < 100003; day++) {
		/* 7919 has no part in 100003: each day comes once. */
		event.when = event.arrival = (int64_t)day * 7919 % 100003 *
		    86400;
		EXPECT_TRUE(audit_sum_add(sum, &event), "no memory");
	}
	(void)audit_sum_list(sum, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(event.partner->n_periods, 100003);
	ck_assert_str_eq(event.partner->periods[0].name, "1970-01-01");
	for (n = 1; n < event.partner->n_periods; n++)
		EXPECT_TRUE(strcmp(event.partner->periods[n - 1].name,
		    event.partner->periods[n].name) < 0, "%zu", n);
	audit_sum_free(sum);
}
END_TEST

START_TEST(audit_sum_promises_nothing_of_what_is_unknown)
{
	struct log log;

	begin(&log, AUDIT_DEMAND_TLS);
	line(&log, AT("09:00:00") "[1]: " TLS("Untrusted"));
	line(&log, AT("09:00:01") "[1]: " SENT("3F2A1"));
	ck_assert(audit_partner_promise(log.partner) == AUDIT_KEPT);
	ck_assert_str_eq(audit_partner_confidence(log.partner), "high");
	line(&log, AT("09:00:02") "[2]: " SENT("3F2A2"));
	ck_assert_uint_eq(log.partner->counts[AUDIT_N_UNKNOWN], 1);
	ck_assert(audit_partner_promise(log.partner) == AUDIT_NO_PROMISE);
	ck_assert_str_eq(audit_partner_confidence(log.partner), "low");
	end(&log);
}
END_TEST

Suite *
check_audit_match_suite(void)
{
	Suite *suite = suite_create("audit_match");
	TCase *tcase;

	ADD_CASE(suite, tcase, "audit_recent");
	tcase_add_test(tcase,
	    audit_recent_gives_up_the_one_not_asked_for_longest);
	tcase_add_test(tcase, audit_recent_keeps_all_where_there_is_no_limit);
	ADD_CASE(suite, tcase, "audit_match_delivery");
	tcase_add_loop_test(tcase, audit_match_finds_the_line_of_a_delivery,
	    0, N_ITEMS(MATCHED));
	tcase_add_test(tcase, audit_match_knows_nothing_of_a_gap);
	ADD_CASE(suite, tcase, "audit_silent_add");
	tcase_add_loop_test(tcase,
	    audit_silent_calls_clear_what_would_have_been_named, 0,
	    N_ITEMS(SILENT));
	tcase_add_test(tcase, audit_silent_waits_for_many_and_not_for_all);
	ADD_CASE(suite, tcase, "audit_sum_add");
	tcase_add_test(tcase, audit_sum_counts_messages_once);
	tcase_add_test(tcase, audit_sum_takes_periods_in_any_order);
	tcase_add_test(tcase, audit_sum_promises_nothing_of_what_is_unknown);
	return suite;
}
