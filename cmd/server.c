/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * server.c - one address of one mail server: the talk, the handshake, and
 *          the record of both.
 * Knows:    what follows on what, and how long each may take. Not: the DNS,
 *           other servers, rules beyond a demand.
 * Feeds:    prober.
 * Source:   Postfix smtp/smtp_proto.c, smtp_helo() and smtp_start_tls().
 */
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "witness.h"

#define READ_AT_ONCE	4096

static void on_event(void *, int);

void
server_init(struct server *server, const struct server_settings *settings,
    const struct demand *demand, server_fn fn, void *ctx)
{
	memset(server, 0, sizeof(*server));
	record_init(&server->record, RECORD_SERVER);
	server->settings = settings;
	server->demand = demand;
	server->fn = fn;
	server->ctx = ctx;
	server->event.fd = -1;
	server->event.fn = on_event;
	server->event.ctx = server;
	/* What is to be learned must be shown as fingerprints will see it. */
	server->manner = demand->has_pin ? TLS_FOR_PINS : TLS_AS_WRITTEN;
}

static void
hang_up(struct server *server)
{
	tls_free(server->session);
	server->session = NULL;
	if (server->event.fd >= 0 || server->event.place != 0)
		net_remove(server->settings->net, &server->event, 1);
	free(server->smtp);
	server->smtp = NULL;
}

void
server_clear(struct server *server)
{
	hang_up(server);
	record_clear(&server->record);
}

static int
elapsed(const struct server *server)
{
	return (int)(net_now(server->settings->net) - server->began_ms);
}

/* The record is whole. */
static void
finish(struct server *server)
{
	server->record.time = (int64_t)time(NULL);
	server->record.ms.total = elapsed(server);
	hang_up(server);
	server->fn(server->ctx, server);
}

static void
fail(struct server *server, enum record_stage stage, enum record_fate fate,
    const char *why)
{
	server->record.stage = stage;
	server->record.fate = fate;
	witness_set(&server->record.error, why);
	finish(server);
}

enum tlsp_code
server_give_up(struct server *server, enum record_fate fate, const char *why,
    struct tlsp_err *err)
{
	server->record.stage = RECORD_DNS;
	server->record.fate = fate;
	server->record.time = (int64_t)time(NULL);
	return record_set(&server->record.error, why, err);
}

/* There is no TLS to be had from this server. */
static void
without_tls(struct server *server, enum record_stage stage, const char *why)
{
	struct record *rec = &server->record;
	char text[700];

	if (witness_clear_is_fine(&server->record,
	    server->demand->level)) {
		rec->word = RECORD_CLEAR;
		rec->fate = RECORD_DELIVERED;
		rec->stage = stage == RECORD_EHLO ? RECORD_DONE : stage;
		(void)snprintf(text, sizeof(text),
		    "%s: under this rule mail goes in clear text", why);
		witness_set(&rec->why, text);
		if (stage != RECORD_EHLO)
			witness_set(&rec->error, why);
		finish(server);
		return;
	}
	fail(server, stage, RECORD_WAITS, why);
}

static enum record_stage
stage_of(const struct smtp *smtp)
{
	switch (smtp->step) {
	case SMTP_GREETING:
		return RECORD_GREETING;
	case SMTP_STARTTLS:
		return RECORD_STARTTLS;
	case SMTP_HANDSHAKE:
		return RECORD_HANDSHAKE;
	default:
		return RECORD_EHLO;
	}
}

static void
copy_result(struct server *server, int is_done)
{
	const struct tls_result *result = tls_result(server->session,
	    (int64_t)time(NULL));

	if (result == NULL)
		return;
	witness_result(&server->record, result, server->settings->digest);
	if (is_done)
		witness_verdict(&server->record, &result->verdict);
}

/* Once more, as the rule is written: fingerprints would not do here. */
static void
try_as_written(struct server *server)
{
	struct tlsp_err err;

	server->is_retry = 1;
	server->manner = TLS_AS_WRITTEN;
	hang_up(server);
	if (server_start(server, &err) != TLSP_OK)
		fail(server, RECORD_CONNECT, RECORD_UNTOLD, err.text);
}

static void
handshake_failed(struct server *server, const char *why)
{
	if (server->manner == TLS_FOR_PINS && !server->is_retry &&
	    server->demand->level == TLSP_LEVEL_ENCRYPT) {
		try_as_written(server);
		return;
	}
	if (server->session != NULL)
		copy_result(server, 0);
	without_tls(server, RECORD_HANDSHAKE, why);
}

static void
lost(struct server *server, const char *why)
{
	const enum record_stage stage = stage_of(server->smtp);
	char text[200];

	if (server->smtp->step == SMTP_HANDSHAKE) {
		(void)snprintf(text, sizeof(text),
		    "%s while we waited for the TLS handshake", why);
		handshake_failed(server, text);
		return;
	}
	smtp_lost(server->smtp, why);
	fail(server, stage, RECORD_UNTOLD, server->smtp->error);
}

/* The next step has its own time. */
static int
begin_step(struct server *server, int want)
{
	struct net *net = server->settings->net;
	struct tlsp_err err;

	if (net_deadline(net, &server->event, server->settings->step_ms,
	    &err) == TLSP_OK &&
	    net_wait(net, &server->event, want, &err) == TLSP_OK)
		return 1;
	fail(server, RECORD_CONNECT, RECORD_UNTOLD, err.text);
	return 0;
}

static int
want(struct server *server, int what)
{
	struct tlsp_err err;

	if (net_wait(server->settings->net, &server->event, what, &err) ==
	    TLSP_OK)
		return 1;
	fail(server, RECORD_CONNECT, RECORD_UNTOLD, err.text);
	return 0;
}

static void
say_quit(struct server *server)
{
	static const char quit[] = "QUIT\r\n";
	struct tlsp_err err;
	size_t n;

	if (server->session != NULL) {
		if (tls_write(server->session, quit, sizeof(quit) - 1, &n,
		    &err) == TLS_DONE)
			tls_bye(server->session);
	} else
		(void)!net_write(&server->event, quit, sizeof(quit) - 1, &n,
		    &err);
}

/* The talk has ended, one way or the other. */
static void
talk_ended(struct server *server, enum record_stage stage)
{
	struct smtp *smtp = server->smtp;
	struct record *rec = &server->record;

	witness_set(&rec->reply, smtp_reply(smtp));
	switch (smtp->result) {
	case SMTP_SECURE:
		rec->ms.total = elapsed(server);
		rec->stage = rec->fate == RECORD_DELIVERED ? RECORD_DONE :
		    RECORD_VERIFY;
		say_quit(server);
		finish(server);
		break;
	case SMTP_CLEAR_ASKED:
		say_quit(server);
		without_tls(server, RECORD_EHLO, "TLS is not asked for");
		break;
	case SMTP_CLEAR_NOT_OFFERED:
		say_quit(server);
		without_tls(server, RECORD_EHLO, "it does not offer STARTTLS");
		break;
	case SMTP_CLEAR_REFUSED:
		say_quit(server);
		without_tls(server, RECORD_STARTTLS, smtp->error);
		break;
	default:
		/* What was injected is not the server's mood. */
		fail(server, stage, smtp->result == SMTP_HOSTILE &&
		    stage == RECORD_STARTTLS ? RECORD_WAITS : RECORD_UNTOLD,
		    smtp->error);
		break;
	}
}

static void step_handshake(struct server *);

static void
begin_handshake(struct server *server)
{
	struct tls_peer peer;
	struct tlsp_err err;

	server->record.ms.starttls = elapsed(server);
	witness_set(&server->record.reply, smtp_reply(server->smtp));
	witness_peer(&server->record, &peer);
	if (tls_new(server->settings->tls, server->demand, &peer,
	    server->manner, server->event.fd, &server->session, &err) !=
	    TLSP_OK) {
		fail(server, RECORD_HANDSHAKE, RECORD_WAITS, err.text);
		return;
	}
	if (begin_step(server, NET_WRITE))
		step_handshake(server);
}

/* Bytes for the server, in clear text or not: 1: all sent; 0: later, or over. */
static int
flush(struct server *server)
{
	enum tls_step step = TLS_DONE;
	struct tlsp_err err;
	const char *bytes;
	size_t len, n;

	while ((bytes = smtp_output(server->smtp, &len)) != NULL) {
		n = 0;
		if (server->session != NULL)
			step = tls_write(server->session, bytes, len, &n,
			    &err);
		else if (net_write(&server->event, bytes, len, &n, &err) !=
		    TLSP_OK)
			step = TLS_FAILED;
		if (step == TLS_FAILED) {
			lost(server, err.text);
			return 0;
		}
		if (step != TLS_DONE || n == 0) {
			(void)want(server, step == TLS_WANT_READ ? NET_READ :
			    NET_WRITE);
			return 0;
		}
		smtp_sent(server->smtp, n);
	}
	return want(server, NET_READ);
}

/* Note when a step was done, and give the next one its time. */
static int
stepped(struct server *server, enum smtp_step before)
{
	struct record *rec = &server->record;

	if (server->smtp->step == before)
		return 1;
	if (before == SMTP_GREETING)
		rec->ms.greeting = elapsed(server);
	else if (server->session == NULL &&
	    (before == SMTP_EHLO || before == SMTP_HELO))
		rec->ms.ehlo = elapsed(server);
	return begin_step(server, NET_READ);
}

/* Bytes of the server: 1: there may be more to do. */
static int
take(struct server *server, const char *bytes, size_t len)
{
	struct smtp *smtp = server->smtp;
	const enum record_stage stage = stage_of(smtp);
	const enum smtp_step before = smtp->step;

	smtp_input(smtp, bytes, len);
	if (smtp->step == SMTP_END) {
		if (server->session == NULL &&
		    (before == SMTP_EHLO || before == SMTP_HELO))
			server->record.ms.ehlo = elapsed(server);
		talk_ended(server, stage);
		return 0;
	}
	if (smtp->step == SMTP_HANDSHAKE) {
		begin_handshake(server);
		return 0;
	}
	return stepped(server, before) && flush(server);
}

static void
read_clear(struct server *server)
{
	char buf[READ_AT_ONCE];
	struct tlsp_err err;
	size_t n;

	for (;;) {
		if (net_read(&server->event, buf, sizeof(buf), &n, &err) !=
		    TLSP_OK) {
			lost(server, err.text);
			return;
		}
		if (n == 0 || !take(server, buf, n))
			return;
	}
}

static void
read_secure(struct server *server)
{
	char buf[READ_AT_ONCE];
	struct tlsp_err err;
	enum tls_step step;
	size_t n;

	for (;;) {
		step = tls_read(server->session, buf, sizeof(buf), &n, &err);
		if (step == TLS_FAILED || (step == TLS_DONE && n == 0)) {
			lost(server, step == TLS_FAILED ? err.text :
			    "it closed the connection");
			return;
		}
		if (step != TLS_DONE) {
			(void)want(server, step == TLS_WANT_WRITE ?
			    NET_WRITE : NET_READ);
			return;
		}
		if (!take(server, buf, n))
			return;
	}
}

static void
step_handshake(struct server *server)
{
	struct tlsp_err err;

	switch (tls_step(server->session, &err)) {
	case TLS_WANT_READ:
		(void)want(server, NET_READ);
		return;
	case TLS_WANT_WRITE:
		(void)want(server, NET_WRITE);
		return;
	case TLS_FAILED:
		handshake_failed(server, err.text);
		return;
	default:
		break;
	}
	server->record.ms.handshake = elapsed(server);
	copy_result(server, 1);
	smtp_secured(server->smtp);
	if (begin_step(server, NET_READ) && flush(server))
		read_secure(server);
}

static void
connected(struct server *server)
{
	struct tlsp_err err;

	if (net_connected(&server->event, &err) != TLSP_OK) {
		fail(server, RECORD_CONNECT, RECORD_UNTOLD, err.text);
		return;
	}
	server->record.ms.connect = elapsed(server);
	server->smtp = malloc(sizeof(*server->smtp));
	if (server->smtp == NULL) {
		fail(server, RECORD_CONNECT, RECORD_UNTOLD, "out of memory");
		return;
	}
	smtp_init(server->smtp, server->settings->helo,
	    server->demand->level != TLSP_LEVEL_NONE);
	(void)begin_step(server, NET_READ);
}

static void
on_event(void *ctx, int is_late)
{
	struct server *server = ctx;

	if (is_late && server->smtp == NULL)
		fail(server, RECORD_CONNECT, RECORD_UNTOLD,
		    "time is over: it did not answer at all");
	else if (is_late)
		lost(server, "time is over");
	else if (server->smtp == NULL)
		connected(server);
	else if (server->smtp->step == SMTP_HANDSHAKE)
		step_handshake(server);
	else if (smtp_output(server->smtp, &(size_t){ 0 }) != NULL &&
	    !flush(server))
		return;
	else if (server->session != NULL)
		read_secure(server);
	else
		read_clear(server);
}

enum tlsp_code
server_start(struct server *server, struct tlsp_err *err)
{
	const struct server_settings *settings = server->settings;
	enum tlsp_code code;

	if (!server->is_retry)
		server->began_ms = net_now(settings->net);
	code = net_connect(settings->net, &server->event, &server->address,
	    server->record.port, err);
	if (code == TLSP_E_IO) {
		fail(server, RECORD_CONNECT, RECORD_UNTOLD, err->text);
		return TLSP_OK;
	}
	return code != TLSP_OK ? code : net_deadline(settings->net,
	    &server->event, settings->step_ms, err);
}
