/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_clock.c - the times of one log as seconds since the Epoch.
 * Knows:    the local time zone; how a year that is not written is guessed.
 * Feeds:    audit.
 */
#include "audit_clock.h"

#include <string.h>
#include <time.h>

#define DAY		((int64_t)24 * 60 * 60)
#define HALF_A_YEAR	(183 * DAY)

void
audit_clock_init(struct audit_clock *clock, int64_t latest)
{
	memset(clock, 0, sizeof(*clock));
	clock->latest = latest;
}

/* A local time, its hour kept for the lines that follow. */
static int64_t
local_time(struct audit_clock *clock, const struct audit_line *line, int year)
{
	const int key[4] = { year, line->month, line->day, line->hour };
	struct tm tm;

	if (memcmp(clock->key, key, sizeof(key)) != 0) {
		memset(&tm, 0, sizeof(tm));
		tm.tm_year = year - 1900;
		tm.tm_mon = line->month - 1;
		tm.tm_mday = line->day;
		tm.tm_hour = line->hour;
		tm.tm_isdst = -1;
		clock->hour = (int64_t)mktime(&tm);
		/* There is no 30th of February. */
		if (tm.tm_mon != line->month - 1)
			clock->hour = -1;
		memcpy(clock->key, key, sizeof(key));
	}
	return clock->hour < 0 ? -1 : clock->hour + line->minute * 60 +
	    line->second;
}

/*
 * The youngest year that does not make the line later than its log; not every
 * year has a 29th of February. 0: there is none.
 */
static int
first_year(struct audit_clock *clock, const struct audit_line *line)
{
	const time_t latest = (time_t)clock->latest;
	int64_t when;
	struct tm tm;
	int back;

	if (localtime_r(&latest, &tm) == NULL)
		return 0;
	for (back = -1; back < 8; back++) {
		when = local_time(clock, line, tm.tm_year + 1900 - back);
		if (when >= 0 && when <= clock->latest + DAY)
			return tm.tm_year + 1900 - back;
	}
	return 0;
}

int64_t
audit_clock_time(struct audit_clock *clock, const struct audit_line *line)
{
	int64_t when;

	if (!line->is_local)
		return line->time;
	if (line->year != 0)
		return local_time(clock, line, line->year);
	if (clock->year == 0 && (clock->year = first_year(clock, line)) == 0)
		return -1;
	when = local_time(clock, line, clock->year);
	if (when >= 0 && clock->last != 0 && when < clock->last -
	    HALF_A_YEAR) {
		clock->year++;
		when = local_time(clock, line, clock->year);
	} else if (when >= 0 && clock->last != 0 && when > clock->last +
	    HALF_A_YEAR) {
		/* A straggler of the old year, behind the first of the new. */
		return local_time(clock, line, clock->year - 1);
	}
	if (when >= 0)
		clock->last = when;
	return when;
}
