/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_line.h - one line of a log: when, which host, which program, what.
 * Knows:    the forms in which syslogs write. Not: what programs say, files.
 * Feeds:    audit_journal, audit_clock, audit_said, audit_match.
 * Source:   RFC 3164, RFC 5424, RFC 3339; rsyslogd(8), journalctl(1).
 */
#ifndef TLSP_CMD_AUDIT_LINE_H
#define TLSP_CMD_AUDIT_LINE_H

#include <stddef.h>
#include <stdint.h>

/* Some bytes of a line, borrowed from it; may hold anything. */
struct audit_span {
	const char *at;
	size_t len;
};

/*
 * A line. All spans are borrowed from it.
 * time:     seconds since the Epoch; not where is_local.
 * is_local: the line has no offset: year (0: none), month ... second are set.
 * program:  "postfix/smtp"; empty: none could be read, nor pid and text.
 */
struct audit_line {
	int64_t time;
	int is_local;
	int year, month, day, hour, minute, second;
	struct audit_span host;
	struct audit_span program;
	unsigned long pid;
	struct audit_span text;
};

/*
 * Read a line: traditional syslog, with or without <priority>; ISO times;
 * RFC 5424.
 * line:     without its newline.
 * returns   1; 0: it does not begin with a time.
 */
int audit_line_read(const char *line, size_t len, struct audit_line *ret_line);

/* Is it a Postfix program of that name: "postfix/smtp", "postfix/x/smtp"? */
int audit_line_is(const struct audit_line *, const char *name);

/* Seconds since the Epoch of a time in UTC; month from 1. */
int64_t audit_line_utc(int year, int month, int day, int hour, int minute,
    int second);

int audit_span_is(struct audit_span, const char *text);

/* Where a text begins in a span; (size_t)-1: nowhere. */
size_t audit_span_find(struct audit_span, const char *text);

/* Cut off so many bytes in front. */
struct audit_span audit_span_behind(struct audit_span, size_t n);

/* Cut a text off in front; 0: it does not begin with it. */
int audit_span_skip(struct audit_span *, const char *text);

/* Copy, cut where it is longer than size - 1 bytes. Returns buf. */
char *audit_span_copy(struct audit_span, char *buf, size_t size);

#endif
