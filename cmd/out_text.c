/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_text.c - what is said to people, in lines that grep can find.
 * Knows:    times, ages, what a terminal must not be told. Not:
 *           what is said.
 * Feeds:    the verbs.
 */
#include "out_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MINUTE	INT64_C(60)
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

/* Years of four digits: what RFC 3339 can write. */
#define TIME_MAX	INT64_C(253402300799)

const char *
out_text_time(int64_t when, char buf[static OUT_TEXT_TIME])
{
	const time_t seconds = (time_t)when;
	struct tm tm;

	if (when <= 0)
		(void)snprintf(buf, OUT_TEXT_TIME, "never");
	else if (when > TIME_MAX || gmtime_r(&seconds, &tm) == NULL ||
	    strftime(buf, OUT_TEXT_TIME, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		(void)snprintf(buf, OUT_TEXT_TIME, "%lld", (long long)when);
	return buf;
}

const char *
out_text_span(int64_t span_s, char buf[static OUT_TEXT_TIME])
{
	static const struct { int64_t size; char name; } units[] = {
		{ DAY, 'd' }, { HOUR, 'h' }, { MINUTE, 'm' }, { 1, 's' },
	};
	const char *sign = span_s < 0 ? "-" : "";
	uint64_t span = span_s < 0 ? 0 - (uint64_t)span_s : (uint64_t)span_s;
	uint64_t first;
	unsigned second;
	size_t n;

	for (n = 0; n < 3 && span < (uint64_t)units[n].size; n++)
		;
	if (span == 0) {
		(void)snprintf(buf, OUT_TEXT_TIME, "now");
		return buf;
	}
	first = span / (uint64_t)units[n].size;
	second = n == 3 ? 0 : (unsigned)(span % (uint64_t)units[n].size /
	    (uint64_t)units[n + 1].size) % 60;
	if (second == 0)
		(void)snprintf(buf, OUT_TEXT_TIME, "%s%llu%c", sign,
		    (unsigned long long)first, units[n].name);
	else
		(void)snprintf(buf, OUT_TEXT_TIME, "%s%llu%c%u%c", sign,
		    (unsigned long long)first, units[n].name, second,
		    units[n + 1].name);
	return buf;
}

/* Exactly n digits. -1: they are not there. */
static int
digits(const char **text, int n)
{
	int value = 0;

	for (; n > 0; n--, (*text)++) {
		if (**text < '0' || **text > '9')
			return -1;
		value = value * 10 + (**text - '0');
	}
	return value;
}

/* One character, of those; 0: another. */
static int
skip(const char **text, const char *any)
{
	if (**text == '\0' || strchr(any, **text) == NULL)
		return 0;
	return *(*text)++;
}

/* "Z", "+01:00", "-0530", or nothing: the seconds east. 0: it is no offset. */
static int
read_offset(const char *text, int64_t *ret_east_s)
{
	int sign, hours, minutes;

	*ret_east_s = 0;
	if (*text == '\0' || strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
		return 1;
	if ((sign = skip(&text, "+-")) == 0 ||
	    (hours = digits(&text, 2)) < 0 || hours > 23)
		return 0;
	(void)skip(&text, ":");
	if ((minutes = digits(&text, 2)) < 0 || minutes > 59 || *text != '\0')
		return 0;
	*ret_east_s = (hours * HOUR + minutes * MINUTE) *
	    (sign == '-' ? -1 : 1);
	return 1;
}

/* "2026-11-25", "2026-11-25T09:42", "2026-11-25 09:42:09+01:00". */
static int
read_date(const char *text, int64_t *ret_when)
{
	struct tm tm, again;
	int64_t east_s = 0;
	time_t when;

	memset(&tm, 0, sizeof(tm));
	tm.tm_year = digits(&text, 4) - 1900;
	if (!skip(&text, "-") || (tm.tm_mon = digits(&text, 2) - 1) < 0 ||
	    !skip(&text, "-") || (tm.tm_mday = digits(&text, 2)) < 1)
		return 0;
	if (skip(&text, "Tt ")) {
		tm.tm_hour = digits(&text, 2);
		if (!skip(&text, ":") || tm.tm_hour < 0 ||
		    (tm.tm_min = digits(&text, 2)) < 0)
			return 0;
		if (skip(&text, ":") && (tm.tm_sec = digits(&text, 2)) < 0)
			return 0;
		if (!read_offset(text, &east_s))
			return 0;
	} else if (*text != '\0') {
		return 0;
	}
	again = tm;
	when = timegm(&again);
	/* The 30th of February would have become a day in March. */
	if (again.tm_mon != tm.tm_mon || again.tm_mday != tm.tm_mday ||
	    again.tm_hour != tm.tm_hour || again.tm_min != tm.tm_min)
		return 0;
	*ret_when = (int64_t)when - east_s;
	return 1;
}

enum tlsp_code
out_text_read_time(const char *text, int64_t *ret_when, struct tlsp_err *err)
{
	long long seconds;
	int64_t when;
	char *end;

	errno = 0;
	seconds = strtoll(text, &end, 10);
	if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 &&
	    seconds <= TIME_MAX) {
		*ret_when = seconds;
		return TLSP_OK;
	}
	if (read_date(text, &when)) {
		*ret_when = when;
		return TLSP_OK;
	}
	return tlsp_err_set(err, TLSP_E_VALUE, NULL, "\"%.60s\" is no time: "
	    "write 2026-11-25T09:42:09Z, 2026-11-25, or seconds since 1970",
	    text);
}

/* What a terminal obeys: of ASCII, and of U+0080 to U+009F the second byte. */
static int
is_control(const char *text, size_t n)
{
	const unsigned char ch = (unsigned char)text[n];

	return ch < ' ' || ch == 0x7f || (ch >= 0x80 && ch <= 0x9f && n > 0 &&
	    text[n - 1] == '\xc2');
}

const char *
out_text_safe(const char *text, size_t len, char *buf, size_t buf_len)
{
	size_t n;

	for (n = 0; n < len && n + 1 < buf_len; n++)
		buf[n] = text[n] == '\t' ? ' ' :
		    is_control(text, n) ? '?' : text[n];
	buf[n] = '\0';
	return buf;
}
