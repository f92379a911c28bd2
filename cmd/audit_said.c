/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_said.c - what smtp(8) and tlsproxy(8) say of TLS and of deliveries.
 * Knows:    their words, 3.4 to 3.12. Not: which belong together, files.
 * Feeds:    audit_match.
 * Source:   Postfix tls/tls_misc.c, global/log_adhoc.c, smtp/smtp_proto.c,
 *           smtp/smtp_connect.c; postconf(5), smtp_log_tls_feature_status.
 */
#include "audit_said.h"

#include <string.h>

#define NOWHERE		((size_t)-1)

static const struct { const char *name, *said; } WORDS[AUDIT_WORDS] = {
	[AUDIT_UNKNOWN] = { "unknown", NULL },
	[AUDIT_CLEAR] = { "clear", NULL },
	[AUDIT_ANONYMOUS] = { "anonymous", "Anonymous" },
	[AUDIT_UNTRUSTED] = { "untrusted", "Untrusted" },
	[AUDIT_TRUSTED] = { "trusted", "Trusted" },
	[AUDIT_VERIFIED] = { "verified", "Verified" },
};

const char *
audit_word_name(enum audit_word word)
{
	return WORDS[word].name;
}

const char *
audit_reason_name(enum audit_reason reason)
{
	static const char *const names[AUDIT_REASONS] = { NULL, "certificate",
	    "not_offered", "handshake", "configuration", "other" };

	return names[reason];
}

/* Up to a text, which is cut off too; 0: it is not there. */
static int
take_until(struct audit_span *span, const char *text,
    struct audit_span *ret_before)
{
	const size_t n = audit_span_find(*span, text);

	if (n == NOWHERE)
		return 0;
	*ret_before = (struct audit_span){ span->at, n };
	*span = audit_span_behind(*span, n + strlen(text));
	return 1;
}

static int
is_word_char(char ch)
{
	return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') ||
	    (ch >= 'a' && ch <= 'z');
}

/* "4bCdEf12345: "; 0: none stands in front, and nothing is cut off. */
static int
take_qid(struct audit_span *text, struct audit_span *ret_qid)
{
	struct audit_span rest;
	size_t n;

	for (n = 0; n < text->len && n < 32 && is_word_char(text->at[n]); n++)
		;
	rest = audit_span_behind(*text, n);
	if (n < 5 || !audit_span_skip(&rest, ": "))
		return 0;
	*ret_qid = (struct audit_span){ text->at, n };
	*text = rest;
	return 1;
}

int
audit_said_tls(struct audit_span text, struct audit_tls *tls)
{
	int word;

	memset(tls, 0, sizeof(*tls));
	(void)take_qid(&text, &tls->qid);
	for (word = AUDIT_ANONYMOUS; word < AUDIT_WORDS; word++)
		if (audit_span_skip(&text, WORDS[word].said))
			break;
	if (word == AUDIT_WORDS || !audit_span_skip(&text, " TLS connection "))
		return 0;
	if (!audit_span_skip(&text, "established to ") &&
	    !audit_span_skip(&text, "reused to "))
		return 0;
	tls->word = (enum audit_word)word;
	/* An address in brackets may have colons, but no blank behind one. */
	return take_until(&text, ": ", &tls->relay) &&
	    take_until(&text, " with cipher ", &tls->protocol) &&
	    take_until(&text, " (", &tls->cipher);
}

/* "0.06", "12": thousandths. -1: it is no number. */
static int64_t
milliseconds(struct audit_span span)
{
	int64_t value = 0, scale = 1000;
	int has_dot = 0;
	size_t n;

	if (span.len == 0 || span.len > 16)
		return -1;
	for (n = 0; n < span.len; n++) {
		if (span.at[n] == '.' && !has_dot) {
			has_dot = 1;
			continue;
		}
		if (span.at[n] < '0' || span.at[n] > '9')
			return -1;
		if (has_dot && (scale /= 10) == 0)
			break;
		value = has_dot ? value + (span.at[n] - '0') * scale :
		    value * 10 + (span.at[n] - '0') * 1000;
	}
	return value;
}

/* "a/b/c/d": before the queue manager, in it, connecting, sending. */
static int64_t
session_of(struct audit_span delays)
{
	struct audit_span part;
	int64_t connecting, sending;

	if (!take_until(&delays, "/", &part) ||
	    !take_until(&delays, "/", &part) ||
	    !take_until(&delays, "/", &part))
		return -1;
	connecting = milliseconds(part);
	sending = milliseconds(delays);
	return connecting < 0 || sending < 0 ? -1 : connecting + sending;
}

static const struct { const char *name; enum audit_level level; }
LEVELS[] = {
	{ "none", AUDIT_LEVEL_NONE }, { "may", AUDIT_LEVEL_ANY },
	{ "encrypt", AUDIT_LEVEL_ANY }, { "half-dane", AUDIT_LEVEL_ANY },
	{ "halfdane", AUDIT_LEVEL_ANY },
	{ "fingerprint", AUDIT_LEVEL_VERIFIED },
	{ "dane", AUDIT_LEVEL_VERIFIED }, { "dane-only",
	    AUDIT_LEVEL_VERIFIED },
	{ "verify", AUDIT_LEVEL_VERIFIED }, { "secure",
	    AUDIT_LEVEL_VERIFIED },
};

/* "secure", "may:none", "encrypt/(requiretls)"; "!secure", "secure?". */
static enum audit_level
level_of(struct audit_span said)
{
	const char *slash = said.len == 0 ? NULL : memchr(said.at, '/',
	    said.len);
	struct audit_span before;
	size_t n;

	if (slash != NULL)
		said.len = (size_t)(slash - said.at);
	/* Behind the colon stands what it came to. */
	(void)take_until(&said, ":", &before);
	for (n = 0; n < sizeof(LEVELS) / sizeof(LEVELS[0]); n++)
		if (audit_span_is(said, LEVELS[n].name))
			return LEVELS[n].level;
	return AUDIT_LEVEL_NOT_SAID;
}

static int
begins(struct audit_span span, const char *text)
{
	return audit_span_skip(&span, text);
}

/* In our own words, not in those of the server's reply. */
static enum audit_reason
reason_of(struct audit_span dsn, struct audit_span why)
{
	static const struct {
		const char *text;
		enum audit_reason reason;
	} reasons[] = {
		{ "Server certificate not ", AUDIT_CERTIFICATE },
		{ "TLS is required, but was not offered",
		    AUDIT_NOT_OFFERED },
		{ "TLS is required, but host ", AUDIT_NOT_OFFERED },
		{ "Cannot start TLS", AUDIT_HANDSHAKE },
		{ "client TLS configuration problem", AUDIT_CONFIGURATION },
		{ "TLS is required, but ", AUDIT_CONFIGURATION },
	};
	size_t n;

	(void)audit_span_skip(&why, "delivery temporarily suspended: ");
	for (n = 0; n < sizeof(reasons) / sizeof(reasons[0]); n++)
		if (begins(why, reasons[n].text))
			return reasons[n].reason;
	if ((audit_span_is(dsn, "4.7.4") || audit_span_is(dsn, "4.7.5") ||
	    audit_span_is(dsn, "4.7.10") || audit_span_is(dsn, "4.7.30")) &&
	    audit_span_find(why, " said: ") == NOWHERE)
		return AUDIT_OTHER_REASON;
	return AUDIT_NO_REASON;
}

/* "status=sent (text)", up to the end. */
static int
take_status(struct audit_span rest, struct audit_span dsn,
    struct audit_delivery *delivery)
{
	struct audit_span word;

	if (!take_until(&rest, " (", &word))
		return 0;
	if (audit_span_is(word, "sent"))
		delivery->status = AUDIT_SENT;
	else if (audit_span_is(word, "deferred"))
		delivery->status = AUDIT_DEFERRED;
	else if (audit_span_is(word, "bounced"))
		delivery->status = AUDIT_BOUNCED;
	else
		return 0;
	if (delivery->status != AUDIT_SENT)
		delivery->reason = reason_of(dsn, rest);
	return 1;
}

static void
keep_field(struct audit_delivery *delivery, struct audit_span name,
    struct audit_span value, struct audit_span *dsn)
{
	int64_t number;

	if (audit_span_is(name, "conn_use")) {
		number = milliseconds(value) / 1000;
		delivery->conn_use = number < 0 || number > 1000000 ? 0 :
		    (unsigned)number;
	} else if (audit_span_is(name, "delay")) {
		delivery->delay_ms = milliseconds(value);
	} else if (audit_span_is(name, "delays")) {
		delivery->session_ms = session_of(value);
	} else if (audit_span_is(name, "tls")) {
		delivery->level = level_of(value);
	} else if (audit_span_is(name, "dsn")) {
		*dsn = value;
	}
}

/* ", name=value" again and again, up to the status. */
static int
take_fields(struct audit_span rest, struct audit_delivery *delivery)
{
	struct audit_span name, value, dsn = { NULL, 0 };
	int has_delay = 0;

	for (;;) {
		(void)audit_span_skip(&rest, " ");
		if (!take_until(&rest, "=", &name))
			return 0;
		if (audit_span_is(name, "status"))
			return has_delay && take_status(rest, dsn, delivery);
		if (name.len > 32 || !take_until(&rest, ",", &value))
			return 0;
		has_delay |= audit_span_is(name, "delay");
		keep_field(delivery, name, value, &dsn);
	}
}

/* "127.0.0.1[127.0.0.1]:10024", "localhost[::1]:10026"; a socket. */
static int
is_own(struct audit_span relay)
{
	static const char *const own[] = { "127.0.0.1[127.0.0.1]:",
	    "localhost[127.0.0.1]:", "localhost.localdomain[127.0.0.1]:",
	    "::1[::1]:", "localhost[::1]:", "localhost.localdomain[::1]:" };
	size_t n;

	for (n = 0; n < sizeof(own) / sizeof(own[0]); n++)
		if (begins(relay, own[n]))
			return 1;
	/* "mail.example.com[private/store]", by lmtp(8) */
	return audit_span_find(relay, "/") != NOWHERE;
}

/* Behind the last "@"; nothing where there is none. */
static struct audit_span
domain_of(struct audit_span recipient)
{
	const char *at = recipient.len == 0 ? NULL : memrchr(recipient.at,
	    '@', recipient.len);

	return at == NULL ? (struct audit_span){ recipient.at, 0 } :
	    audit_span_behind(recipient, (size_t)(at + 1 - recipient.at));
}

int
audit_said_delivery(struct audit_span text, struct audit_delivery *delivery)
{
	struct audit_span recipient, original, rest;

	memset(delivery, 0, sizeof(*delivery));
	delivery->delay_ms = delivery->session_ms = -1;
	if (!take_qid(&text, &delivery->qid) ||
	    !audit_span_skip(&text, "to=<") ||
	    !take_until(&text, ">, relay=", &recipient))
		return 0;
	/* The first ends the recipient, wherever the second stands. */
	rest = recipient;
	if (take_until(&rest, ">, orig_to=<", &original)) {
		delivery->is_doubtful = audit_span_find(rest,
		    ">, orig_to=<") != NOWHERE;
		recipient = original;
	}
	delivery->is_doubtful |= audit_span_find(text, ">, relay=") != NOWHERE;
	delivery->domain = domain_of(recipient);
	if (!take_until(&text, ",", &delivery->relay))
		return 0;
	delivery->is_local = is_own(delivery->relay);
	if (audit_span_is(delivery->relay, "none"))
		delivery->relay.len = 0;
	return take_fields(text, delivery);
}
