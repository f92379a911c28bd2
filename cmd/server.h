/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * server.h - one address of one mail server: the talk, the handshake, and
 *          the record of both.
 * Knows:    what follows on what, and how long each may take. Not: the DNS,
 *           other servers, rules beyond a demand.
 * Feeds:    prober.
 */
#ifndef TLSP_CMD_SERVER_H
#define TLSP_CMD_SERVER_H

#include "net.h"
#include "record.h"
#include "smtp.h"
#include "tls.h"

/*
 * What all servers share; borrowed as long as one of them runs.
 * helo:     smtp_helo_name. digest: of fingerprints, "": sha256.
 * step_ms:  how long each step may take.
 */
struct server_settings {
	struct net *net;
	struct tls_context *tls;
	const char *helo;
	const char *digest;
	int64_t step_ms;
};

struct server;
typedef void (*server_fn)(void *ctx, struct server *);

/*
 * record:   ours; what the caller has filled in (names, port, TLSA records)
 *           is read, the rest is written.
 * fn:       told once, when the record is whole.
 */
struct server {
	struct record record;
	struct net_address address;
	const struct server_settings *settings;
	const struct demand *demand;
	server_fn fn;
	void *ctx;
	/* server's own */
	struct net_event event;
	struct smtp *smtp;
	struct tls_session *session;
	enum tls_manner manner;
	int is_retry;
	int64_t began_ms;
};

/* Nothing known yet; the connection is not begun. */
void server_init(struct server *, const struct server_settings *,
    const struct demand *, server_fn fn, void *ctx);

/*
 * Connect, and do all the rest by events. fn may be told from within.
 * errors:   TLSP_E_NOMEM, TLSP_E_BUG: fn is not told.
 */
enum tlsp_code server_start(struct server *, struct tlsp_err *err)
    TLSP_MUST_USE;

/* Also in the midst of it: the connection is cut. */
void server_clear(struct server *);

/*
 * Without a connection: what would become of mail, and why.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code server_give_up(struct server *, enum record_fate,
    const char *why, struct tlsp_err *err) TLSP_MUST_USE;

#endif
