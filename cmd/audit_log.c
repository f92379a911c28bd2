/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_log.c - a log as lines with their times; several, in order of time.
 * Knows:    that each line is of one form or another. Not: what it says.
 * Feeds:    audit_feed, audit.
 */
#include "audit_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_clock.h"
#include "audit_journal.h"
#include "out_text.h"

#define SHOWN_MAX	2000

/*
 * buf:      what a line of a journal is unpacked into. shown: the same as a
 *           line that people can read.
 */
struct audit_log {
	struct audit_in *in;
	struct audit_clock clock;
	struct audit_log_state state;
	char buf[AUDIT_IN_LINE_MAX];
	char shown[SHOWN_MAX];
};

enum tlsp_code
audit_log_open(const char *path, struct audit_log **ret_log,
    struct tlsp_err *err)
{
	struct audit_log *log = malloc(sizeof(*log));
	enum tlsp_code code;

	if (log == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	memset(&log->state, 0, sizeof(log->state));
	log->state.path = strcmp(path, "-") == 0 ? "standard input" : path;
	if ((code = audit_in_open(path, &log->in, err)) != TLSP_OK) {
		free(log);
		return code;
	}
	audit_clock_init(&log->clock, audit_in_state(log->in)->written);
	*ret_log = log;
	return TLSP_OK;
}

void
audit_log_close(struct audit_log *log)
{
	if (log == NULL)
		return;
	audit_in_close(log->in);
	free(log);
}

/* A line that has no time, or whose time there never was: -1. */
static int64_t
read_line(struct audit_log *log, const char *text, size_t len,
    struct audit_line *line)
{
	const int is_read = len > 0 && text[0] == '{' ?
	    audit_journal_read(text, len, log->buf, line) :
	    audit_line_read(text, len, line);

	return is_read ? audit_clock_time(&log->clock, line) : -1;
}

static int
short_len(struct audit_span span)
{
	return span.len < 1000 ? (int)span.len : 1000;
}

/* Where the line is an object of fifty members: what a mail log would have. */
static struct audit_span
show(struct audit_log *log, const struct audit_line *line)
{
	char time[OUT_TEXT_TIME];
	int len;

	len = snprintf(log->shown, SHOWN_MAX, "%s %.*s %.*s[%lu]: %.*s",
	    out_text_time(line->time, time), short_len(line->host),
	    line->host.at, short_len(line->program), line->program.at,
	    line->pid, short_len(line->text), line->text.at);
	return (struct audit_span){ log->shown, len < 0 ? 0 :
	    (size_t)len < SHOWN_MAX ? (size_t)len : SHOWN_MAX - 1 };
}

static void
note_odd(struct audit_log *log, unsigned long number, unsigned long n)
{
	if (log->state.n_odd == 0)
		log->state.first_odd = number;
	log->state.n_odd += n;
}

enum tlsp_code
audit_log_next(struct audit_log *log, struct audit_logged *logged,
    struct tlsp_err *err)
{
	const struct audit_in_state *in = audit_in_state(log->in);
	unsigned long n_long;
	enum tlsp_code code;
	const char *text;
	size_t len;

	for (;;) {
		n_long = in->n_long;
		code = audit_in_line(log->in, &text, &len, err);
		if (in->n_long > n_long)
			note_odd(log, log->state.n_lines + 1, in->n_long -
			    n_long);
		log->state.n_lines = in->n_lines;
		if (code != TLSP_OK)
			return code;
		logged->when = read_line(log, text, len, &logged->line);
		if (logged->when >= 0)
			break;
		/* An empty line says nothing, and nothing is lost with it. */
		if (len > 0)
			note_odd(log, in->n_lines, 1);
	}
	logged->raw = text[0] == '{' ? show(log, &logged->line) :
	    (struct audit_span){ text, len };
	logged->number = in->n_lines;
	if (log->state.first == 0)
		log->state.first = logged->when;
	if (logged->when > log->state.last)
		log->state.last = logged->when;
	return TLSP_OK;
}

struct audit_log_state
audit_log_state(const struct audit_log *log)
{
	struct audit_log_state state = log->state;

	state.size = audit_in_state(log->in)->size;
	state.at = audit_in_state(log->in)->at;
	return state;
}

/* One of several logs. place: as it was named, for those of one time. */
struct peeked {
	char *path;
	int64_t first;
	size_t place;
	uint64_t device, inode;
};

static int
by_time(const void *a, const void *b)
{
	const struct peeked *one = a, *two = b;

	if (one->first != two->first)
		return one->first < two->first ? -1 : 1;
	return one->place < two->place ? -1 : 1;
}

/* When a log begins. A log without a line comes first, wherever it stands. */
static enum tlsp_code
peek(struct peeked *peeked, uint64_t *bytes, struct tlsp_err *err)
{
	const struct audit_in_state *in;
	struct audit_logged logged;
	struct audit_log *log;
	struct tlsp_err later;
	enum tlsp_code code;

	if (strcmp(peeked->path, "-") == 0) {
		peeked->first = INT64_MAX;
		return TLSP_OK;
	}
	if ((code = audit_log_open(peeked->path, &log, err)) != TLSP_OK)
		return code;
	in = audit_in_state(log->in);
	/* What is wrong with its lines is told when it is read. */
	if (in->inode != 0 && audit_log_next(log, &logged, &later) == TLSP_OK)
		peeked->first = logged.when;
	peeked->device = in->device;
	peeked->inode = in->inode;
	*bytes += in->size;
	audit_log_close(log);
	return TLSP_OK;
}

/* Is it the file that another one is, too? */
static int
is_again(const struct peeked *peeked, size_t n)
{
	size_t k;

	for (k = 0; k < n; k++)
		if (strcmp(peeked[k].path, peeked[n].path) == 0 ||
		    (peeked[n].inode != 0 &&
		    peeked[k].inode == peeked[n].inode &&
		    peeked[k].device == peeked[n].device))
			return 1;
	return 0;
}

enum tlsp_code
audit_log_sort(char **paths, size_t n, uint64_t *ret_bytes, size_t *ret_n,
    struct tlsp_err *err)
{
	struct peeked *peeked = calloc(n == 0 ? 1 : n, sizeof(*peeked));
	enum tlsp_code code = TLSP_OK;
	uint64_t bytes = 0;
	size_t at, kept = 0;

	if (peeked == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	for (at = 0; code == TLSP_OK && at < n; at++) {
		peeked[at].path = paths[at];
		peeked[at].place = at;
		code = peek(&peeked[at], &bytes, err);
	}
	if (code == TLSP_OK) {
		qsort(peeked, n, sizeof(*peeked), by_time);
		for (at = 0; at < n; at++)
			if (!is_again(peeked, at))
				paths[kept++] = peeked[at].path;
		*ret_bytes = bytes;
		*ret_n = kept;
	}
	free(peeked);
	return code;
}
