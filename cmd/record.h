/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * record.h - what a probe saw: one record a server, one a destination.
 * Knows:    the fields, their stable names, base64. Not: JSON's syntax,
 *           sockets, what a verdict needs.
 * Feeds:    prober, learner, out_json, out_text.
 */
#ifndef TLSP_RECORD_H
#define TLSP_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "../dict_tlspolicy/err.h"

#define RECORD_VERSION	1

/* More than this no record has; a reader refuses it. */
#define RECORD_LIST_MAX		64
#define RECORD_DER_MAX		((size_t)64 << 10)
#define RECORD_LINE_MAX		((size_t)1 << 20)

enum record_type {
	RECORD_SERVER,
	RECORD_DESTINATION
};

/* How far the talk with a server came: where it ended, or done. */
enum record_stage {
	RECORD_DNS, RECORD_CONNECT, RECORD_GREETING, RECORD_EHLO,
	RECORD_STARTTLS, RECORD_HANDSHAKE, RECORD_VERIFY, RECORD_DONE,
	RECORD_N_STAGES
};

/* How the certificate was proved: as the rule demands, or not at all. */
enum record_verdict {
	RECORD_NONE, RECORD_PKIX, RECORD_DANE,
	RECORD_N_VERDICTS
};

/* As smtp(8) would log it; clear: no TLS; unknown: it came to neither. */
enum record_word {
	RECORD_UNKNOWN, RECORD_CLEAR, RECORD_ANONYMOUS, RECORD_UNTRUSTED,
	RECORD_TRUSTED, RECORD_VERIFIED,
	RECORD_N_WORDS
};

/* What would become of mail under the rule. */
enum record_fate {
	RECORD_WAITS,		/* deferred: the rule is not met */
	RECORD_DELIVERED,
	RECORD_BOUNCES,		/* nobody takes mail there: null MX, no name */
	RECORD_UNTOLD,		/* the world was in the way: ask again */
	RECORD_N_FATES
};

struct record_der {
	uint8_t *bytes;
	size_t len;
};

struct record_mx {
	char *host;
	unsigned port;
	int preference;
};

/* Milliseconds until each step was done; -1: not reached. */
struct record_ms {
	int dns;
	int connect;
	int greeting;
	int ehlo;
	int starttls;
	int handshake;
	int total;
};

/*
 * One record; all it points to is its own. A string that is NULL is null in
 * JSON. Fields of the other type are empty.
 *
 * of both:
 * time:     when the probe ended, seconds since the Epoch.
 * nexthop:  as Postfix asks it. key: of the rule that answers, rule: its text
 *           (NULL: no rule, or a bad one). constraint:
 *           tlsp_policy_constraint() of it.
 * mx_secure: the way from next-hop to host names is proved by DNSSEC, or
 *           takes no DNS. error: why it ended at stage (NULL: it did not).
 *
 * of a server:
 * preference: of its MX record; -1: it has none (address record, [host]).
 * tlsa:     "USAGE SELECTOR TYPE HEX", records of the name tlsa_base, which
 *           is mx or what it is an alias of (RFC 7672 section 2.2.2).
 * reply:    the last SMTP reply, one line, printable.
 * chain:    as sent, leaf first. resumed: never so with our prober.
 * matched:  the name that matched. why: the verdict in words; lesson: what
 *           may be learned of it, or why nothing. anchor,
 *           key_digest, cert_digest: upper-case hex with colons, by the
 *           digest named. anchor: of the certificate that vouched.
 * not_after: of the leaf; 0: no leaf.
 *
 * of a destination:
 * list:     all MX hosts found. complete: the list is the whole truth at
 *           that time, and each host of it has its records before this one.
 */
struct record {
	enum record_type type;
	int64_t time;
	char *nexthop;
	char *key;
	char *rule;
	uint64_t constraint;
	int mx_secure;
	char *error;
	enum record_fate fate;

	char *mx;
	unsigned port;
	char *address;
	int preference;
	char *tlsa[RECORD_LIST_MAX];
	size_t n_tlsa;
	char *tlsa_base;
	int tlsa_secure;
	enum record_stage stage;
	char *reply;
	char *protocol;
	char *cipher;
	int bits;
	int resumed;
	char *sni;
	struct record_der chain[RECORD_LIST_MAX];
	size_t n_chain;
	enum record_verdict verdict;
	enum record_word word;
	char *matched;
	char *why;
	char *lesson;
	char *digest;
	char *anchor;
	char *key_digest;
	char *cert_digest;
	int64_t not_after;
	struct record_ms ms;

	struct record_mx list[RECORD_LIST_MAX];
	size_t n_list;
	int complete;
};

/*
 * The fields by name, for who writes and reads records. What a field holds
 * lies at offset; a list's length at count.
 */
enum record_kind {
	RECORD_F_STRING,	/* char * */
	RECORD_F_TIME,		/* int64_t */
	RECORD_F_HEX64,		/* uint64_t, as 16 hex digits */
	RECORD_F_BOOL,		/* int */
	RECORD_F_INT,		/* int */
	RECORD_F_PORT,		/* unsigned */
	RECORD_F_STRINGS,	/* char *[RECORD_LIST_MAX] */
	RECORD_F_CHAIN,		/* struct record_der[], as base64 */
	RECORD_F_LIST,		/* struct record_mx[], as objects */
	RECORD_F_WORD		/* an enum: names, n_names */
};

#define RECORD_OF(type)	(1U << (type))

struct record_field {
	const char *name;	/* "ms.connect": in the object "ms" */
	enum record_kind kind;
	unsigned of;		/* RECORD_OF() of each type that has it */
	size_t offset;
	size_t count;
	const char *const *names;
	int n_names;
};

/* Ends with a field without a name. */
extern const struct record_field record_fields[];

/* "server", "destination"; and back: -1 if it is neither. */
const char *record_type_name(enum record_type);
int record_type_find(const char *name);

const char *record_stage_name(enum record_stage);
const char *record_verdict_name(enum record_verdict);
/* "Verified" and so on, as the log has it, "clear", "unknown". */
const char *record_word_name(enum record_word);
const char *record_fate_name(enum record_fate);

void record_init(struct record *, enum record_type);
void record_clear(struct record *);

/*
 * Give a string or a certificate to a record.
 * text:     copied; what was there is freed. NULL: empty.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code record_set(char **field, const char *text,
    struct tlsp_err *err) TLSP_MUST_USE;
enum tlsp_code record_add_der(struct record *, const uint8_t *bytes,
    size_t len, struct tlsp_err *err) TLSP_MUST_USE;
enum tlsp_code record_add_tlsa(struct record *, const char *text,
    struct tlsp_err *err) TLSP_MUST_USE;
enum tlsp_code record_add_mx(struct record *, const char *host,
    unsigned port, int preference, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Whether what was read can be believed to be a record: names there, numbers
 * in their ranges, TLSA records and digests of their form. It says nothing
 * about truth.
 * errors:   TLSP_E_VALUE.
 */
enum tlsp_code record_check(const struct record *, struct tlsp_err *err)
    TLSP_MUST_USE;

/* Base64 (RFC 4648 section 4), no line breaks: owned by the caller, or NULL. */
char *record_base64(const uint8_t *bytes, size_t len);

/*
 * And back.
 * errors:   TLSP_E_VALUE: not base64, padding missing, bits left over;
 *           TLSP_E_NOMEM.
 */
enum tlsp_code record_base64_read(const char *text, struct record_der *ret_der,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
