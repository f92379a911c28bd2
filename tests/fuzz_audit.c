/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz_audit.c - any bytes as lines of a mail log.
 * Holds:    what is found of a line lies within it, or within what it was
 *           unpacked into; a time is one that can be written; a line is the
 *           same whenever it is read.
 */
#include "fuzz.h"

#include <string.h>

#include "../cmd/audit_clock.h"
#include "../cmd/audit_journal.h"
#include "../cmd/audit_said.h"

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
check_line(const char *text, size_t len, struct audit_clock *clock)
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
	}
	if (audit_line_read(text, len, &line)) {
		check_inside(line.host, text, len);
		check_inside(line.program, text, len);
		check_inside(line.text, text, len);
		when = audit_clock_time(clock, &line);
		/* -86400 is the first of January 1970, east of Greenwich. */
		FUZZ_REQUIRE(when >= -86400 && when < INT64_C(253402387200));
		check_said(line.text);
	}
	free(room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *at = (const char *)data, *end = at + len, *newline;
	struct audit_clock clock;

	audit_clock_init(&clock, INT64_C(1795599729));
	while (at < end) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (newline == NULL)
			newline = end;
		check_line(at, (size_t)(newline - at), &clock);
		at = newline < end ? newline + 1 : end;
	}
	check_said((struct audit_span){ (const char *)data, len });
	return 0;
}
