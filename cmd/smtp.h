/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * smtp.h - the talk with a mail server up to TLS and behind it: bytes in,
 *          bytes out.
 * Knows:    SMTP replies, as smtp(8) reads them. Not: sockets, clocks, TLS.
 * Feeds:    prober.
 * Source:   RFC 5321 section 4.2, RFC 3207; Postfix smtp/smtp_proto.c,
 *           smtp_chat.c.
 */
#ifndef TLSP_SMTP_H
#define TLSP_SMTP_H

#include <stddef.h>

/*
 * What is read of a line; the rest of it is passed over, as line_length_limit
 * has it. A reply of more lines or bytes ends the talk.
 */
#define SMTP_LINE_MAX		2048
#define SMTP_REPLY_LINES_MAX	200
#define SMTP_REPLY_BYTES_MAX	((size_t)64 << 10)
#define SMTP_TEXT_MAX		512	/* what is kept of a reply */

/* What is waited for. */
enum smtp_step {
	SMTP_GREETING,
	SMTP_EHLO,
	SMTP_HELO,
	SMTP_STARTTLS,
	SMTP_HANDSHAKE,		/* the caller's: smtp_secured() */
	SMTP_END		/* done, or failed */
};

/* How it ended. Below SMTP_FAILED there is a usable session. */
enum smtp_result {
	SMTP_TALKING,
	SMTP_SECURE,		/* TLS, and EHLO again behind it */
	SMTP_CLEAR_ASKED,	/* without TLS: it was not wanted */
	SMTP_CLEAR_NOT_OFFERED,	/* without TLS: there is none */
	SMTP_CLEAR_REFUSED,	/* without TLS: offered, then refused */
	SMTP_FAILED,		/* no session: told to go away */
	SMTP_HOSTILE		/* no session: this is not SMTP */
};

struct smtp {
	const char *helo;	/* borrowed */
	int wants_tls;
	enum smtp_step step;
	enum smtp_result result;
	int is_secure;		/* behind the handshake */
	int offers_starttls;
	int code;		/* of the last whole reply */
	unsigned n_lines;
	size_t n_bytes;
	size_t line_len;
	char line[SMTP_LINE_MAX];
	char text[SMTP_TEXT_MAX];
	size_t text_len;
	char out[SMTP_TEXT_MAX];
	size_t out_len;
	char error[SMTP_TEXT_MAX + 128];
};

/*
 * Wait for the greeting.
 * helo:     our name, borrowed; wants_tls: ask for TLS if it is offered.
 */
void smtp_init(struct smtp *, const char *helo, int wants_tls);

/*
 * Bytes that came, however they are cut. Behind the reply to STARTTLS there
 * may be none: what came in clear text must not pass for secured.
 * shape:    any bytes, any number.
 */
void smtp_input(struct smtp *, const char *bytes, size_t len);

/* The server has closed, or time is over; why: "it closed the connection". */
void smtp_lost(struct smtp *, const char *why);

/* The handshake succeeded: greet again. */
void smtp_secured(struct smtp *);

/*
 * What is to be sent, borrowed until the next call; how much of it has been.
 * returns   NULL: nothing.
 */
const char *smtp_output(const struct smtp *, size_t *ret_len);
void smtp_sent(struct smtp *, size_t len);

/* "the greeting", "the reply to EHLO": for a sentence about a step. */
const char *smtp_step_name(const struct smtp *);

/* The last reply, its lines one behind the other, printable. */
const char *smtp_reply(const struct smtp *);

#endif
