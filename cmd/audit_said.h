/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_said.h - what smtp(8) and tlsproxy(8) say of TLS and of deliveries.
 * Knows:    their words, 3.4 to 3.12. Not: which belong together, files.
 * Feeds:    audit_match.
 * Source:   Postfix tls/tls_misc.c, global/log_adhoc.c, smtp/smtp_proto.c,
 *           smtp/smtp_connect.c; postconf(5), smtp_log_tls_feature_status.
 */
#ifndef TLSP_CMD_AUDIT_SAID_H
#define TLSP_CMD_AUDIT_SAID_H

#include "audit_line.h"

/* How a message went, from the weakest on. */
enum audit_word {
	AUDIT_UNKNOWN,		/* the log cannot tell */
	AUDIT_CLEAR,
	AUDIT_ANONYMOUS,
	AUDIT_UNTRUSTED,
	AUDIT_TRUSTED,
	AUDIT_VERIFIED
};

#define AUDIT_WORDS	6

/* "verified" */
const char *audit_word_name(enum audit_word);

/*
 * "Verified TLS connection established to NAME[ADDRESS]:PORT: TLSv1.3 with
 * cipher ..."
 * qid:      empty where Postfix does not say it.
 * relay:    NAME[ADDRESS]:PORT, or without a port.
 */
struct audit_tls {
	enum audit_word word;
	struct audit_span qid;
	struct audit_span relay;
	struct audit_span protocol;
	struct audit_span cipher;
};

/* returns 1; 0: it says something else. */
int audit_said_tls(struct audit_span text, struct audit_tls *ret_tls);

enum audit_status {
	AUDIT_SENT,
	AUDIT_DEFERRED,
	AUDIT_BOUNCED
};

/* Why mail waits under a policy. */
enum audit_reason {
	AUDIT_NO_REASON,	/* for something else */
	AUDIT_CERTIFICATE,	/* it was not verified */
	AUDIT_NOT_OFFERED,	/* no STARTTLS */
	AUDIT_HANDSHAKE,
	AUDIT_CONFIGURATION,	/* of the client's TLS, or the table's */
	AUDIT_OTHER_REASON
};

#define AUDIT_REASONS	6

/* "not_offered"; NULL: AUDIT_NO_REASON. */
const char *audit_reason_name(enum audit_reason);

/* What "tls=" says of a delivery, 3.11 and later. */
enum audit_level {
	AUDIT_LEVEL_NOT_SAID,
	AUDIT_LEVEL_NONE,	/* in clear text */
	AUDIT_LEVEL_ANY,	/* some TLS */
	AUDIT_LEVEL_VERIFIED	/* the certificate was what it must be */
};

/*
 * "QID: to=<user@example.com>, relay=NAME[ADDRESS]:PORT, delay=..., ..."
 * domain:   behind the last "@" of the recipient; may be empty.
 * relay:    empty: none.
 * delay_ms: since the message came. session_ms: since smtp(8) began with it;
 *           -1: not said.
 * is_local: the server is this machine by its own name, or a socket: a content
 *           filter or a mail store, not the partner.
 * is_doubtful: where the fields begin is not certain: somebody had text
 *           of this form in an address or in a reply.
 */
struct audit_delivery {
	struct audit_span qid;
	struct audit_span domain;
	struct audit_span relay;
	int64_t delay_ms;
	int64_t session_ms;
	unsigned conn_use;
	enum audit_level level;
	enum audit_status status;
	enum audit_reason reason;
	int is_local;
	int is_doubtful;
};

/* returns 1; 0: it says something else. */
int audit_said_delivery(struct audit_span text,
    struct audit_delivery *ret_delivery);

#endif
