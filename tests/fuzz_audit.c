/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz_audit.c - any bytes as lines of a mail log.
 * Holds:    what is found of a line lies within it, or within what it was
 *           unpacked into; a time is one that can be written; no message is
 *           in more columns than there were deliveries, and what is demanded
 *           of those that were sent is judged.
 */
#include "fuzz.h"

#include <string.h>

#include "../cmd/audit_clock.h"
#include "../cmd/audit_journal.h"
#include "../cmd/audit_silent.h"

/* All mail is to one partner. */
struct count {
	struct audit_match *match;
	struct audit_sum *sum;
	struct audit_silent *silent;
	struct audit_partner *partner;
	unsigned long n_deliveries;
};

static void
check_inside(struct audit_span span, const char *from, size_t len)
{
	FUZZ_REQUIRE(span.len == 0 || (span.at >= from &&
	    span.at + span.len <= from + len));
}

static void
check_said(struct audit_span text)
{
	struct audit_delivery delivery;
	struct audit_tls tls;

	if (audit_said_tls(text, &tls)) {
		FUZZ_REQUIRE(tls.word >= AUDIT_ANONYMOUS &&
		    tls.word < AUDIT_WORDS);
		check_inside(tls.qid, text.at, text.len);
		check_inside(tls.relay, text.at, text.len);
		check_inside(tls.protocol, text.at, text.len);
		check_inside(tls.cipher, text.at, text.len);
	}
	if (audit_said_delivery(text, &delivery)) {
		check_inside(delivery.qid, text.at, text.len);
		check_inside(delivery.domain, text.at, text.len);
		check_inside(delivery.relay, text.at, text.len);
		FUZZ_REQUIRE(delivery.qid.len >= 5);
		FUZZ_REQUIRE(delivery.delay_ms >= -1);
		FUZZ_REQUIRE(delivery.session_ms >= -1);
		FUZZ_REQUIRE(delivery.reason < AUDIT_REASONS);
		FUZZ_REQUIRE(delivery.status == AUDIT_SENT ?
		    delivery.reason == AUDIT_NO_REASON : 1);
	}
}

static void
count_delivery(struct count *count, const struct audit_line *line,
    int64_t when, const struct audit_delivery *delivery,
    const struct audit_place *place)
{
	struct audit_event event;

	memset(&event, 0, sizeof(event));
	audit_match_delivery(count->match, line, when, delivery,
	    &event.found);
	FUZZ_REQUIRE(event.found.how < AUDIT_HOWS);
	event.partner = count->partner;
	event.demand = AUDIT_DEMAND_VERIFIED;
	event.when = when;
	event.arrival = when - delivery->delay_ms / 1000;
	audit_span_copy(delivery->qid, event.qid, sizeof(event.qid));
	event.status = delivery->status;
	event.reason = delivery->reason;
	event.place = *place;
	FUZZ_REQUIRE(event.found.is_silent && event.status == AUDIT_SENT ?
	    audit_silent_add(count->silent, &event) :
	    audit_sum_add(count->sum, &event));
	count->n_deliveries++;
}

static void
count_line(struct count *count, const struct audit_line *line, int64_t when,
    const char *text, size_t len)
{
	const struct audit_place place = { "fuzz", 1, { text, len } };
	struct audit_delivery delivery;
	struct audit_tls tls;
	unsigned logger;

	if (when < 0)
		return;
	audit_match_begin(count->match, line, when);
	audit_match_master(count->match, line, when);
	if (audit_said_tls(line->text, &tls)) {
		FUZZ_REQUIRE(audit_match_tls(count->match, line, when, &tls,
		    &place, &logger));
		FUZZ_REQUIRE(audit_silent_tls(count->silent, logger, when));
	} else if (audit_said_delivery(line->text, &delivery)) {
		count_delivery(count, line, when, &delivery, &place);
	}
}

static void
check_count(const struct count *count)
{
	const struct audit_partner *partner = count->partner;
	unsigned long words = 0, by = 0;
	char why[400];
	size_t n;

	for (n = 0; n < AUDIT_COUNTS; n++)
		FUZZ_REQUIRE(partner->counts[n] <= count->n_deliveries);
	for (n = 0; n < AUDIT_WORDS; n++)
		words += partner->counts[n];
	for (n = 0; n < AUDIT_HOWS; n++)
		by += partner->by[n];
	FUZZ_REQUIRE(words == by);
	FUZZ_REQUIRE(words >= partner->counts[AUDIT_N_SENT]);
	FUZZ_REQUIRE(partner->n_met + partner->n_broken + partner->n_untold >=
	    partner->counts[AUDIT_N_SENT]);
	FUZZ_REQUIRE(partner->n_met == partner->counts[AUDIT_N_VERIFIED]);
	FUZZ_REQUIRE(audit_partner_promise(partner) != AUDIT_KEPT ||
	    words == partner->counts[AUDIT_N_VERIFIED]);
	FUZZ_REQUIRE(strlen(audit_partner_why(partner, why, sizeof(why))) > 0);
}

static void
check_line(const char *text, size_t len, struct audit_clock *clock,
    struct count *count)
{
	struct audit_line line;
	char *room = malloc(len + 1);
	int64_t when;

	FUZZ_REQUIRE(room != NULL);
	if (audit_journal_read(text, len, room, &line)) {
		check_inside(line.host, room, len);
		check_inside(line.text, room, len);
		FUZZ_REQUIRE(line.time > 0);
		check_said(line.text);
		count_line(count, &line, line.time, text, len);
	}
	if (audit_line_read(text, len, &line)) {
		check_inside(line.host, text, len);
		check_inside(line.program, text, len);
		check_inside(line.text, text, len);
		when = audit_clock_time(clock, &line);
		/* -86400 is the first of January 1970, east of Greenwich. */
		FUZZ_REQUIRE(when >= -86400 && when < INT64_C(253402387200));
		check_said(line.text);
		count_line(count, &line, when, text, len);
	}
	free(room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *at = (const char *)data, *end = at + len, *newline;
	struct audit_clock clock;
	struct count count = { audit_match_new(), audit_sum_new(1), NULL,
	    NULL, 0 };

	FUZZ_REQUIRE(count.match != NULL && count.sum != NULL);
	count.silent = audit_silent_new(count.sum);
	count.partner = audit_sum_partner(count.sum, "partner.example");
	FUZZ_REQUIRE(count.silent != NULL && count.partner != NULL);
	audit_clock_init(&clock, INT64_C(1795599729));
	while (at < end) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (newline == NULL)
			newline = end;
		check_line(at, (size_t)(newline - at), &clock, &count);
		at = newline < end ? newline + 1 : end;
	}
	check_said((struct audit_span){ (const char *)data, len });
	FUZZ_REQUIRE(audit_silent_end(count.silent));
	check_count(&count);
	audit_silent_free(count.silent);
	audit_sum_free(count.sum);
	audit_match_free(count.match);
	return 0;
}
