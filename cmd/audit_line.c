/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_line.c - one line of a log: when, which host, which program, what.
 * Knows:    the forms in which syslogs write. Not: what programs say, files.
 * Feeds:    audit_journal, audit_clock, audit_said, audit_match.
 * Source:   RFC 3164, RFC 5424, RFC 3339; rsyslogd(8), journalctl(1).
 */
#include "audit_line.h"

#include <string.h>

int
audit_span_is(struct audit_span span, const char *text)
{
	return span.len == strlen(text) && (span.len == 0 ||
	    memcmp(span.at, text, span.len) == 0);
}

size_t
audit_span_find(struct audit_span span, const char *text)
{
	const char *at = span.len == 0 ? NULL : memmem(span.at, span.len,
	    text, strlen(text));

	return at == NULL ? (size_t)-1 : (size_t)(at - span.at);
}

struct audit_span
audit_span_behind(struct audit_span span, size_t n)
{
	n = n < span.len ? n : span.len;
	return (struct audit_span){ span.at + n, span.len - n };
}

int
audit_span_skip(struct audit_span *span, const char *text)
{
	const size_t len = strlen(text);

	if (span->len < len || memcmp(span->at, text, len) != 0)
		return 0;
	*span = audit_span_behind(*span, len);
	return 1;
}

char *
audit_span_copy(struct audit_span span, char *buf, size_t size)
{
	const size_t len = span.len < size ? span.len : size - 1;

	if (len > 0)
		memcpy(buf, span.at, len);
	buf[len] = '\0';
	return buf;
}

static int
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/* A number of least to most digits, from low to high; -1: it is not there. */
static int
take_number(struct audit_span *span, size_t least, size_t most, int low,
    int high)
{
	int value = 0;
	size_t n;

	for (n = 0; n < most && n < span->len && is_digit(span->at[n]); n++)
		value = value * 10 + (span->at[n] - '0');
	if (n < least || value < low || value > high)
		return -1;
	*span = audit_span_behind(*span, n);
	return value;
}

/* Up to the next blank, which is cut off too. Empty: there was none. */
static struct audit_span
take_word(struct audit_span *span)
{
	const char *blank = span->len == 0 ? NULL : memchr(span->at, ' ',
	    span->len);
	struct audit_span word = { span->at, 0 };

	if (blank == NULL)
		return word;
	word.len = (size_t)(blank - span->at);
	*span = audit_span_behind(*span, word.len + 1);
	return word;
}

/* ".123456" or ",123"; seconds are enough. */
static void
skip_fraction(struct audit_span *span)
{
	size_t n;

	if (span->len < 2 || (span->at[0] != '.' && span->at[0] != ',') ||
	    !is_digit(span->at[1]))
		return;
	for (n = 1; n < span->len && is_digit(span->at[n]); n++)
		;
	*span = audit_span_behind(*span, n);
}

static int
take_clock(struct audit_span *span, struct audit_line *line)
{
	if ((line->hour = take_number(span, 2, 2, 0, 23)) < 0 ||
	    !audit_span_skip(span, ":") ||
	    (line->minute = take_number(span, 2, 2, 0, 59)) < 0 ||
	    !audit_span_skip(span, ":") ||
	    (line->second = take_number(span, 2, 2, 0, 60)) < 0)
		return 0;
	skip_fraction(span);
	return 1;
}

/* "Z", "+01:00", "+0100": seconds east. 0: there is none. */
static int
take_offset(struct audit_span *span, int *ret_east_s)
{
	const char sign = span->len > 0 ? span->at[0] : '\0';
	int hours, minutes;

	*ret_east_s = 0;
	if (audit_span_skip(span, "Z"))
		return 1;
	if (sign != '+' && sign != '-')
		return 0;
	*span = audit_span_behind(*span, 1);
	if ((hours = take_number(span, 2, 2, 0, 23)) < 0)
		return 0;
	(void)audit_span_skip(span, ":");
	if ((minutes = take_number(span, 2, 2, 0, 59)) < 0)
		return 0;
	*ret_east_s = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
	return 1;
}

int64_t
audit_line_utc(int year, int month, int day, int hour, int minute, int second)
{
	/* Years begin in March, so that leap days come last. */
	const int64_t y = year - (month <= 2), era = y / 400;
	const int64_t of_era = y - era * 400;
	const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 +
	    day - 1;
	const int64_t days = era * 146097 + of_era * 365 + of_era / 4 -
	    of_era / 100 + of_year - 719468;

	return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

/* "2026-11-25T09:42:09.003+01:00" */
static int
take_iso(struct audit_span *span, struct audit_line *line)
{
	int east_s;

	if ((line->year = take_number(span, 4, 4, 1970, 9999)) < 0 ||
	    !audit_span_skip(span, "-") ||
	    (line->month = take_number(span, 2, 2, 1, 12)) < 0 ||
	    !audit_span_skip(span, "-") ||
	    (line->day = take_number(span, 2, 2, 1, 31)) < 0 ||
	    (!audit_span_skip(span, "T") && !audit_span_skip(span, " ")) ||
	    !take_clock(span, line))
		return 0;
	if (take_offset(span, &east_s))
		line->time = audit_line_utc(line->year, line->month, line->day,
		    line->hour, line->minute, line->second) - east_s;
	else
		line->is_local = 1;
	return audit_span_skip(span, " ");
}

/* "Nov 25 09:42:09", "Nov  5 09:42:09" */
static int
take_traditional(struct audit_span *span, struct audit_line *line)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int month;

	for (month = 0; month < 12; month++)
		if (span->len > 3 && memcmp(span->at, names + 3 * month, 3) ==
		    0)
			break;
	if (month == 12)
		return 0;
	*span = audit_span_behind(*span, 3);
	if (!audit_span_skip(span, " "))
		return 0;
	(void)audit_span_skip(span, " ");
	line->year = 0;
	line->month = month + 1;
	line->is_local = 1;
	return (line->day = take_number(span, 1, 2, 1, 31)) > 0 &&
	    audit_span_skip(span, " ") && take_clock(span, line) &&
	    audit_span_skip(span, " ");
}

/* "postfix/smtp[1234]: text" */
static void
take_tag(struct audit_span span, struct audit_line *line)
{
	struct audit_span program = { span.at, 0 };
	size_t n;

	while (program.len < span.len && span.at[program.len] != '[' &&
	    span.at[program.len] != ' ' && span.at[program.len] != ':')
		program.len++;
	span = audit_span_behind(span, program.len);
	if (!audit_span_skip(&span, "["))
		return;
	for (n = 0; n < span.len && n < 10 && is_digit(span.at[n]); n++)
		line->pid = line->pid * 10 + (unsigned long)(span.at[n] - '0');
	span = audit_span_behind(span, n);
	if (n == 0 || !audit_span_skip(&span, "]:"))
		return;
	(void)audit_span_skip(&span, " ");
	line->program = program;
	line->text = span;
}

/* "-", or "[id name="value"]..." with "\]" inside the values. */
static int
skip_structured(struct audit_span *span)
{
	int is_quoted = 0;
	size_t n;

	if (audit_span_skip(span, "-"))
		return 1;
	if (span->len == 0 || span->at[0] != '[')
		return 0;
	for (n = 0; n < span->len && (is_quoted || span->at[n] != ' ' ||
	    span->at[n - 1] != ']'); n++) {
		if (span->at[n] == '"')
			is_quoted = !is_quoted;
		else if (span->at[n] == '\\' && is_quoted)
			n++;
	}
	*span = audit_span_behind(*span, n);
	return 1;
}

/* RFC 5424, behind the time and the host: APP-NAME PROCID MSGID DATA TEXT */
static void
take_5424(struct audit_span span, struct audit_line *line)
{
	struct audit_span program = take_word(&span), pid = take_word(&span);
	const size_t digits = pid.len;
	unsigned long number = 0;

	if (program.len == 0 || digits == 0 || digits > 10 ||
	    take_word(&span).len == 0 || !skip_structured(&span))
		return;
	for (; pid.len > 0; pid = audit_span_behind(pid, 1)) {
		if (!is_digit(*pid.at))
			return;
		number = number * 10 + (unsigned long)(*pid.at - '0');
	}
	while (audit_span_skip(&span, " "))
		;
	(void)audit_span_skip(&span, "\xef\xbb\xbf");
	line->program = program;
	line->pid = number;
	line->text = span;
}

/* "<22>"; nothing is cut off where it is not there. */
static void
skip_priority(struct audit_span *span)
{
	struct audit_span rest = *span;

	if (audit_span_skip(&rest, "<") && take_number(&rest, 1, 3, 0, 191) >=
	    0 && audit_span_skip(&rest, ">"))
		*span = rest;
}

int
audit_line_read(const char *text, size_t len, struct audit_line *line)
{
	struct audit_span span = { text, len };
	int is_5424;

	memset(line, 0, sizeof(*line));
	skip_priority(&span);
	is_5424 = audit_span_skip(&span, "1 ");
	if (span.len == 0 || (is_digit(span.at[0]) ? !take_iso(&span, line) :
	    !take_traditional(&span, line)))
		return 0;
	line->host = take_word(&span);
	if (is_5424)
		take_5424(span, line);
	else
		take_tag(span, line);
	return 1;
}

int
audit_line_is(const struct audit_line *line, const char *name)
{
	const size_t len = strlen(name);
	const struct audit_span program = line->program;

	return program.len > len + 1 &&
	    program.at[program.len - len - 1] == '/' &&
	    memcmp(program.at + program.len - len, name, len) == 0;
}
