/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_journal.c - one line of "journalctl -o json".
 * Knows:    as much of JSON as it takes. Not: what programs say, files.
 * Feeds:    audit.
 * Source:   RFC 8259; systemd.journal-fields(7), journalctl(1).
 *
 * A whole parser would make a tree of fifty members, of which five are
 * wanted; most of the time of an audit would go there.
 */
#include "audit_journal.h"

#include <string.h>

/* to: where the next byte that was read goes; never overtakes at. */
struct reader {
	const char *at;
	const char *end;
	char *to;
};

static void
skip_blanks(struct reader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' ||
	    *reader->at == '\t' || *reader->at == '\r'))
		reader->at++;
}

/* One character, blanks before it; 0: another. */
static int
take(struct reader *reader, char ch)
{
	skip_blanks(reader);
	if (reader->at == reader->end || *reader->at != ch)
		return 0;
	reader->at++;
	return 1;
}

/* Four hexadecimal digits; -1: there are none. */
static long
take_hex(struct reader *reader)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *digit;
	long value = 0;
	int n;

	if (reader->end - reader->at < 4)
		return -1;
	for (n = 0; n < 4; n++) {
		if (reader->at[n] == '\0' ||
		    (digit = strchr(digits, reader->at[n])) == NULL)
			return -1;
		value = value * 16 + (digit - digits >= 16 ?
		    digit - digits - 6 : digit - digits);
	}
	reader->at += 4;
	return value;
}

/* A character in UTF-8: shorter than "\uXXXX" was. */
static void
put_utf8(struct reader *reader, long ch)
{
	if (ch < 0x80) {
		*reader->to++ = (char)ch;
		return;
	}
	if (ch < 0x800) {
		*reader->to++ = (char)(0xc0 | ch >> 6);
	} else {
		if (ch < 0x10000) {
			*reader->to++ = (char)(0xe0 | ch >> 12);
		} else {
			*reader->to++ = (char)(0xf0 | ch >> 18);
			*reader->to++ = (char)(0x80 | (ch >> 12 & 0x3f));
		}
		*reader->to++ = (char)(0x80 | (ch >> 6 & 0x3f));
	}
	*reader->to++ = (char)(0x80 | (ch & 0x3f));
}

/* Behind "\u". Half of a pair becomes U+FFFD. */
static int
take_escaped_utf16(struct reader *reader)
{
	long ch = take_hex(reader), low;
	const char *back = reader->at;

	if (ch < 0)
		return 0;
	if (ch >= 0xd800 && ch <= 0xdbff && reader->end - reader->at >= 6 &&
	    reader->at[0] == '\\' && reader->at[1] == 'u') {
		reader->at += 2;
		low = take_hex(reader);
		if (low >= 0xdc00 && low <= 0xdfff)
			ch = 0x10000 + ((ch - 0xd800) << 10) + (low - 0xdc00);
		else
			reader->at = back;
	}
	put_utf8(reader, ch >= 0xd800 && ch <= 0xdfff ? 0xfffd : ch);
	return 1;
}

static int
take_escape(struct reader *reader)
{
	static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	const char *name;
	const char ch = reader->at < reader->end ? *reader->at++ : '\0';

	if (ch == 'u')
		return take_escaped_utf16(reader);
	if (ch == '\0' || (name = strchr(names, ch)) == NULL)
		return 0;
	*reader->to++ = means[name - names];
	return 1;
}

/* A string, behind its quotation mark. 0: it does not end. */
static int
take_string(struct reader *reader, struct audit_span *ret_text)
{
	const char *start = reader->to;

	while (reader->at < reader->end && *reader->at != '"') {
		if (*reader->at != '\\') {
			*reader->to++ = *reader->at++;
			continue;
		}
		reader->at++;
		if (!take_escape(reader))
			return 0;
	}
	if (reader->at == reader->end)
		return 0;
	reader->at++;
	*ret_text = (struct audit_span){ start, (size_t)(reader->to - start) };
	return 1;
}

/* [78,111,...]: a text that is no UTF-8, byte by byte. */
static int
take_bytes(struct reader *reader, struct audit_span *ret_text)
{
	const char *start = reader->to;
	int value, n;

	do {
		skip_blanks(reader);
		value = 0;
		for (n = 0; n < 3 && reader->at < reader->end &&
		    *reader->at >= '0' && *reader->at <= '9'; n++)
			value = value * 10 + (*reader->at++ - '0');
		if (n == 0 || value > 255)
			return 0;
		*reader->to++ = (char)value;
	} while (take(reader, ','));
	*ret_text = (struct audit_span){ start, (size_t)(reader->to - start) };
	return take(reader, ']');
}

/* Anything else: numbers, null, lists of texts, objects. Not kept. */
static int
skip_value(struct reader *reader)
{
	struct audit_span text;
	char *const to = reader->to;
	size_t depth = 0;

	for (; reader->at < reader->end; reader->at++) {
		if (*reader->at == '"') {
			reader->at++;
			if (!take_string(reader, &text))
				return 0;
			reader->to = to;
			reader->at--;
		} else if (*reader->at == '[' || *reader->at == '{') {
			depth++;
		} else if (depth == 0 && (*reader->at == ',' ||
		    *reader->at == '}')) {
			return 1;
		} else if (*reader->at == ']' || *reader->at == '}') {
			if (depth == 0)
				return 0;
			depth--;
		}
	}
	return 0;
}

/* The value of a member; empty where it is of another kind. */
static int
take_value(struct reader *reader, struct audit_span *ret_text)
{
	const struct reader back = *reader;

	*ret_text = (struct audit_span){ NULL, 0 };
	if (take(reader, '"'))
		return take_string(reader, ret_text);
	if (take(reader, '[') && take_bytes(reader, ret_text))
		return 1;
	*reader = back;
	*ret_text = (struct audit_span){ NULL, 0 };
	return skip_value(reader);
}

/* Digits alone, at most 18 of them; -1: another text. */
static int64_t
number(struct audit_span text)
{
	int64_t value = 0;
	size_t n;

	if (text.len == 0 || text.len > 18)
		return -1;
	for (n = 0; n < text.len; n++) {
		if (text.at[n] < '0' || text.at[n] > '9')
			return -1;
		value = value * 10 + (text.at[n] - '0');
	}
	return value;
}

/* pid: of the program itself, which is better than that of the sender. */
static void
keep(struct audit_line *line, struct audit_span name, struct audit_span value,
    int *has_pid)
{
	if (audit_span_is(name, "__REALTIME_TIMESTAMP")) {
		line->time = number(value) / 1000000;
	} else if (audit_span_is(name, "MESSAGE")) {
		line->text = value;
	} else if (audit_span_is(name, "_HOSTNAME")) {
		line->host = value;
	} else if (audit_span_is(name, "SYSLOG_IDENTIFIER")) {
		line->program = value;
	} else if (audit_span_is(name, "SYSLOG_PID") && number(value) >= 0) {
		line->pid = (unsigned long)number(value);
		*has_pid = 1;
	} else if (audit_span_is(name, "_PID") && !*has_pid &&
	    number(value) >= 0) {
		line->pid = (unsigned long)number(value);
	}
}

int
audit_journal_read(const char *text, size_t len, char *buf,
    struct audit_line *line)
{
	struct reader reader = { text, text + len, buf };
	struct audit_span name, value;
	int has_pid = 0;

	memset(line, 0, sizeof(*line));
	if (!take(&reader, '{'))
		return 0;
	do {
		if (!take(&reader, '"') || !take_string(&reader, &name) ||
		    !take(&reader, ':') || !take_value(&reader, &value))
			return 0;
		keep(line, name, value, &has_pid);
	} while (take(&reader, ','));
	return take(&reader, '}') && line->time > 0;
}
