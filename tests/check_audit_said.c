/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_audit_said.c - the room cmd/audit_said: what smtp(8) says, by version.
 */
#include "check_tlsp.h"

#include <stdio.h>

#include "../cmd/audit_said.h"

static struct audit_span
span(const char *text)
{
	return (struct audit_span){ text, strlen(text) };
}

static const struct {
	const char *text;
	enum audit_word word;
	const char *qid, *relay, *protocol, *cipher;
} TLS[] = {
	{ "Verified TLS connection established to mx.example[192.0.2.1]:25: "
	    "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) "
	    "key-exchange X25519 server-signature ECDSA (P-256) server-digest "
	    "SHA256", AUDIT_VERIFIED, "", "mx.example[192.0.2.1]:25",
	    "TLSv1.3", "TLS_AES_256_GCM_SHA384" },
	{ "Trusted TLS connection reused to mx.example[2001:db8::1]:25: "
	    "TLSv1.2 with cipher AES256-SHA (256/256 bits)", AUDIT_TRUSTED,
	    "", "mx.example[2001:db8::1]:25", "TLSv1.2", "AES256-SHA" },
	{ "Untrusted TLS connection established to mx.example[192.0.2.1]: "
	    "TLSv1 with cipher X (1/2 bits)", AUDIT_UNTRUSTED, "",
	    "mx.example[192.0.2.1]", "TLSv1", "X" },
	{ "4fXyz12AbCz9: Anonymous TLS connection established to "
	    "mx.example[192.0.2.1]:25: TLSv1.2 with cipher ADH-X (1/2 bits)",
	    AUDIT_ANONYMOUS, "4fXyz12AbCz9", "mx.example[192.0.2.1]:25",
	    "TLSv1.2", "ADH-X" },
};

START_TEST(audit_said_tls_knows_each_word)
{
	struct audit_tls tls;

	ck_assert(audit_said_tls(span(TLS[_i].text), &tls));
	ck_assert_int_eq(tls.word, TLS[_i].word);
	ck_assert(audit_span_is(tls.qid, TLS[_i].qid));
	ck_assert(audit_span_is(tls.relay, TLS[_i].relay));
	ck_assert(audit_span_is(tls.protocol, TLS[_i].protocol));
	ck_assert(audit_span_is(tls.cipher, TLS[_i].cipher));
}
END_TEST

static const char *const NO_TLS[] = {
	"", "Verified", "Verified TLS connection established from x[1]: TLSv1 "
	    "with cipher X (1/2 bits)",
	"verified TLS connection established to x[1]:25: TLSv1 with cipher X "
	    "(1/2 bits)",
	"Verified TLS connection established to x[1]:25: TLSv1",
	"Verified TLS connection established to x[1]:25: TLSv1 with cipher X",
	"3F2A11234: to=<a@b>, relay=x[1]:25, delay=1, status=sent (Verified "
	    "TLS connection established to x[1]:25: TLSv1 with cipher X (1/2 "
	    "bits))",
};

START_TEST(audit_said_tls_takes_nothing_else)
{
	struct audit_tls tls;

	ck_assert_msg(!audit_said_tls(span(NO_TLS[_i]), &tls), "%s",
	    NO_TLS[_i]);
}
END_TEST

#define FIELDS	"delay=2.5, delays=0.5/0.5/1.25/0.25, "
#define MX	"relay=mx.example[192.0.2.1]:25, "

static const struct {
	const char *text;
	enum audit_status status;
	enum audit_reason reason;
	enum audit_level level;
	const char *domain, *relay;
	int is_doubtful;
} SAID[] = {
	{ "3F2A1123: to=<a@b.example>, " MX FIELDS "dsn=2.0.0, status=sent "
	    "(250 ok)", AUDIT_SENT, 0, 0, "b.example",
	    "mx.example[192.0.2.1]:25", 0 },
	{ "3F2A1123: to=<a@b.example>, orig_to=<c@d>, " MX "conn_use=2, "
	    FIELDS "dsn=2.0.0, status=sent (250 ok)", AUDIT_SENT, 0, 0,
	    "b.example", "mx.example[192.0.2.1]:25", 0 },
	{ "3F2A1123: to=<a@b@b.example>, " MX FIELDS "tls=secure, dsn=2.0.0, "
	    "status=sent (250 ok)", AUDIT_SENT, 0, AUDIT_LEVEL_VERIFIED,
	    "b.example", "mx.example[192.0.2.1]:25", 0 },
	{ "3F2A1123: to=<a@b.example>, " MX FIELDS "tls=may:none, dsn=2.0.0, "
	    "status=sent (250 ok)", AUDIT_SENT, 0, AUDIT_LEVEL_NONE,
	    "b.example", "mx.example[192.0.2.1]:25", 0 },
	{ "3F2A1123: to=<a@b.example>, " MX FIELDS "tls=dane:halfdane"
	    "/requiretls:none, dsn=2.0.0, status=sent (250 ok)", AUDIT_SENT,
	    0, AUDIT_LEVEL_ANY, "b.example", "mx.example[192.0.2.1]:25", 0 },
	{ "3F2A1123: to=<a@b.example>, " MX FIELDS "tls=!secure, dsn=4.7.5, "
	    "status=deferred (Server certificate not verified)",
	    AUDIT_DEFERRED, AUDIT_CERTIFICATE, 0, "b.example",
	    "mx.example[192.0.2.1]:25", 0 },
	{ "3F2A1123: to=<a@b.example>, " MX FIELDS "dsn=4.7.5, status="
	    "deferred (Server certificate not trusted)", AUDIT_DEFERRED,
	    AUDIT_CERTIFICATE, 0, "b.example", "mx.example[192.0.2.1]:25",
	    0 },
	{ "3F2A1123: to=<a@b.example>, " MX FIELDS "dsn=4.7.4, status="
	    "deferred (TLS is required, but was not offered by host "
	    "mx.example[192.0.2.1])", AUDIT_DEFERRED, AUDIT_NOT_OFFERED, 0,
	    "b.example", "mx.example[192.0.2.1]:25", 0 },
	{ "3F2A1123: to=<a@b.example>, " MX FIELDS "dsn=4.7.5, status="
	    "deferred (Cannot start TLS: handshake failure)", AUDIT_DEFERRED,
	    AUDIT_HANDSHAKE, 0, "b.example", "mx.example[192.0.2.1]:25", 0 },
	{ "3F2A1123: to=<a@b.example>, relay=none, " FIELDS "dsn=4.7.5, "
	    "status=deferred (delivery temporarily suspended: client TLS "
	    "configuration problem)", AUDIT_DEFERRED, AUDIT_CONFIGURATION, 0,
	    "b.example", "", 0 },
	{ "3F2A1123: to=<a@b.example>, relay=none, " FIELDS "dsn=4.7.5, "
	    "status=deferred (TLSA lookup error for mx.example:25)",
	    AUDIT_DEFERRED, AUDIT_OTHER_REASON, 0, "b.example", "", 0 },
	{ "3F2A1123: to=<a@b.example>, " MX FIELDS "dsn=4.7.5, status="
	    "deferred (host mx.example[192.0.2.1] said: 450 4.7.5 no)",
	    AUDIT_DEFERRED, AUDIT_NO_REASON, 0, "b.example",
	    "mx.example[192.0.2.1]:25", 0 },
	{ "3F2A1123: to=<a>, " MX FIELDS "dsn=5.1.1, status=bounced (no)",
	    AUDIT_BOUNCED, AUDIT_NO_REASON, 0, "",
	    "mx.example[192.0.2.1]:25", 0 },
	/* Who writes fields into an address or a reply makes it doubtful. */
	{ "3F2A1123: to=<x>, relay=none, delay=1, dsn=2.0.0, status=sent "
	    "(y@b.example>, " MX FIELDS "dsn=2.0.0, status=sent (250 ok)",
	    AUDIT_SENT, 0, 0, "", "", 1 },
	{ "3F2A1123: to=<a@b.example>, " MX FIELDS "dsn=2.0.0, status=sent "
	    "(250 to=<z@w>, relay=evil[1], status=sent)", AUDIT_SENT, 0, 0,
	    "b.example", "mx.example[192.0.2.1]:25", 1 },
	/* Its own fields stay what they are. */
	{ "3F2A1123: to=<a@b.example>, " MX FIELDS "dsn=2.0.0, status=sent "
	    "(250 tls=none, dsn=4.7.5, status=deferred (x)", AUDIT_SENT, 0,
	    0, "b.example", "mx.example[192.0.2.1]:25", 0 },
};

START_TEST(audit_said_delivery_knows_what_became_of_it)
{
	struct audit_delivery delivery;

	ck_assert(audit_said_delivery(span(SAID[_i].text), &delivery));
	ck_assert(audit_span_is(delivery.qid, "3F2A1123"));
	ck_assert_int_eq(delivery.status, SAID[_i].status);
	ck_assert_int_eq(delivery.reason, SAID[_i].reason);
	ck_assert_int_eq(delivery.level, SAID[_i].level);
	ck_assert(audit_span_is(delivery.domain, SAID[_i].domain));
	ck_assert(audit_span_is(delivery.relay, SAID[_i].relay));
	ck_assert_int_eq(!!delivery.is_doubtful, SAID[_i].is_doubtful);
	if (strstr(SAID[_i].text, FIELDS) != NULL &&
	    SAID[_i].relay[0] != '\0') {
		ck_assert_int_eq(delivery.delay_ms, 2500);
		ck_assert_int_eq(delivery.session_ms, 1500);
		ck_assert_uint_eq(delivery.conn_use, strstr(SAID[_i].text,
		    "conn_use") == NULL ? 0 : 2);
	}
}
END_TEST

START_TEST(audit_said_delivery_knows_a_content_filter)
{
	static const struct { const char *relay; int is_local; } relays[] = {
		{ "127.0.0.1[127.0.0.1]:10024", 1 },
		{ "localhost[127.0.0.1]:10026", 1 }, { "::1[::1]:10024", 1 },
		{ "localhost[::1]:10024", 1 },
		{ "mx.example[127.0.0.1]:25", 0 },
		{ "localhost.example[127.0.0.1]:25", 0 },
		{ "127.0.0.1[127.0.0.2]:25", 0 }, { "none", 0 },
		{ "mail.example[private/store]", 1 },
		{ "mail.example[/run/store]", 1 },
		{ "store.example[192.0.2.1]:24", 0 },
	};
	struct audit_delivery delivery;
	char text[300];
	int n;

	for (n = 0; n < N_ITEMS(relays); n++) {
		(void)snprintf(text, sizeof(text), "3F2A1123: to=<a@b>, "
		    "relay=%s, " FIELDS "dsn=2.0.0, status=sent (ok)",
		    relays[n].relay);
		ck_assert(audit_said_delivery(span(text), &delivery));
		ck_assert_msg(delivery.is_local == relays[n].is_local, "%s",
		    relays[n].relay);
	}
}
END_TEST

static const char *const NO_DELIVERY[] = {
	"", "3F2A1123: removed", "to=<a@b>, " MX FIELDS "status=sent (x)",
	"3F2A1123: to=<a@b>, delay=1, status=sent (x)",
	"3F2A1123: to=<a@b>, " MX FIELDS "dsn=2.0.0",
	"3F2A1123: to=<a@b>, " MX FIELDS "status=sent",
	"3F2A1123: to=<a@b>, " MX FIELDS "status=SENT (x)",
	"3F2A1123: to=<a@b>, " MX "status=sent (x)",
	"3F2: to=<a@b>, " MX FIELDS "status=sent (x)",
	"3F2A1123: host mx.example[192.0.2.1] said: to=<a@b>",
};

START_TEST(audit_said_delivery_takes_nothing_else)
{
	struct audit_delivery delivery;

	ck_assert_msg(!audit_said_delivery(span(NO_DELIVERY[_i]), &delivery),
	    "%s", NO_DELIVERY[_i]);
}
END_TEST

Suite *
check_audit_said_suite(void)
{
	Suite *suite = suite_create("audit_said");
	TCase *tcase;

	ADD_CASE(suite, tcase, "audit_said_tls");
	tcase_add_loop_test(tcase, audit_said_tls_knows_each_word, 0,
	    N_ITEMS(TLS));
	tcase_add_loop_test(tcase, audit_said_tls_takes_nothing_else, 0,
	    N_ITEMS(NO_TLS));
	ADD_CASE(suite, tcase, "audit_said_delivery");
	tcase_add_loop_test(tcase, audit_said_delivery_knows_what_became_of_it,
	    0, N_ITEMS(SAID));
	tcase_add_test(tcase, audit_said_delivery_knows_a_content_filter);
	tcase_add_loop_test(tcase, audit_said_delivery_takes_nothing_else, 0,
	    N_ITEMS(NO_DELIVERY));
	return suite;
}
