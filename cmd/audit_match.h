/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_match.h - which TLS line belongs to which delivery.
 * Knows:    how long a process's word holds. Not: partners, promises, files.
 * Feeds:    audit_feed.
 * Source:   Postfix smtp/smtp_connect.c: a process delivers one message at a
 *           time, and says its TLS line before its deliveries.
 */
#ifndef TLSP_CMD_AUDIT_MATCH_H
#define TLSP_CMD_AUDIT_MATCH_H

#include "../dict_tlspolicy/tlsp.h"
#include "audit_said.h"

#define AUDIT_TEXT_MAX	600	/* of a line that is kept as evidence */

/* A line as evidence. file: borrowed for ever; NULL: there is none. */
struct audit_kept {
	const char *file;
	unsigned long line;
	char text[AUDIT_TEXT_MAX];
};

/* text: the line itself, not yet kept. */
struct audit_place {
	const char *file;
	unsigned long line;
	struct audit_span text;
};

/* By what a TLS line was found to belong to a delivery: the best first. */
enum audit_how {
	AUDIT_BY_QUEUE_ID,	/* both name the message, or tls= says it */
	AUDIT_BY_PROCESS,	/* the same process, server and time */
	AUDIT_BY_RELAY,		/* tlsproxy(8), the same server and time */
	AUDIT_BY_NOTHING
};

#define AUDIT_HOWS	4

/* "queue_id"; "none" */
const char *audit_how_name(enum audit_how);

/*
 * What is known of a delivery that was sent.
 * is_encrypted: 1, 0; -1: not known.
 * is_silent: there is no TLS line, though one would be in this log if TLS
 *           had been used and this logger said so.
 * source:   a number for host and instance: queue ids are its own.
 * logger:   a number for host, program and the time since Postfix was started
 *           or reloaded: one log level holds. 0: there are too many of them,
 *           nothing is known of it.
 * protocol, cipher: empty where not known. tls: NULL: no line. All borrowed
 *           until the next call.
 */
struct audit_found {
	enum audit_word word;
	int is_encrypted;
	int is_silent;
	enum audit_how how;
	unsigned source;
	unsigned logger;
	const char *protocol;
	const char *cipher;
	const struct audit_kept *tls;
};

/* NULL: no memory. */
struct audit_match;
struct audit_match *audit_match_new(void) TLSP_MUST_USE;
void audit_match_free(struct audit_match *);

/* Another log begins: what lies between it and the last one is not known. */
void audit_match_log(struct audit_match *);

/* Any line with a time: from then on the log of its host is known. */
void audit_match_begin(struct audit_match *, const struct audit_line *,
    int64_t when);

/* What master(8) says: behind a reload, another log level may hold. */
void audit_match_master(struct audit_match *, const struct audit_line *,
    int64_t when);

/*
 * A TLS line.
 * ret_logger: as above; 0: it is of tlsproxy(8).
 * returns   0: no memory.
 */
int audit_match_tls(struct audit_match *, const struct audit_line *,
    int64_t when, const struct audit_tls *, const struct audit_place *,
    unsigned *ret_logger) TLSP_MUST_USE;

/* A delivery by smtp(8), or what error(8) says of one. */
void audit_match_delivery(struct audit_match *, const struct audit_line *,
    int64_t when, const struct audit_delivery *,
    struct audit_found *ret_found);

#endif
