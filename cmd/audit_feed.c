/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_feed.c - the way of a line: read, understood, matched, counted.
 * Knows:    which room comes after which. Not: options, printing.
 * Feeds:    audit.
 */
#include "audit_feed.h"

#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/mem.h"
#include "audit_silent.h"

#define TICK_LINES	20000

struct audit_feed {
	const struct audit_feed_options *options;
	struct audit_who *who;
	struct audit_sum *sum;
	struct audit_match *match;
	struct audit_silent *silent;
	struct audit_feed_state state;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

struct audit_feed *
audit_feed_new(const struct audit_feed_options *options,
    struct audit_who *who, struct audit_sum *sum)
{
	struct audit_feed *feed = calloc(1, sizeof(*feed));

	if (feed == NULL)
		return NULL;
	feed->options = options;
	feed->who = who;
	feed->sum = sum;
	feed->match = audit_match_new();
	feed->silent = audit_silent_new(sum);
	if (feed->match == NULL || feed->silent == NULL) {
		audit_feed_free(feed);
		return NULL;
	}
	return feed;
}

void
audit_feed_free(struct audit_feed *feed)
{
	if (feed == NULL)
		return;
	audit_match_free(feed->match);
	audit_silent_free(feed->silent);
	free(feed->state.logs);
	free(feed);
}

const struct audit_feed_state *
audit_feed_state(const struct audit_feed *feed)
{
	return &feed->state;
}

/* 0: no memory. */
static int
take_tls(struct audit_feed *feed, const struct audit_logged *logged,
    const struct audit_tls *tls, const struct audit_place *place)
{
	unsigned logger;

	feed->state.n_tls++;
	return audit_match_tls(feed->match, &logged->line, logged->when, tls,
	    place, &logger) && audit_silent_tls(feed->silent, logger,
	    logged->when);
}

static int
take_delivery(struct audit_feed *feed, const struct audit_logged *logged,
    const struct audit_delivery *delivery, const struct audit_place *place)
{
	struct audit_event event;

	memset(&event, 0, sizeof(event));
	feed->state.n_deliveries++;
	/* A TLS line is found, and spent, whoever the mail was for. */
	audit_match_delivery(feed->match, &logged->line, logged->when,
	    delivery, &event.found);
	if (logged->when < feed->options->since ||
	    logged->when >= feed->options->until || delivery->is_local)
		return 1;
	if (!audit_who_find(feed->who, audit_line_is(&logged->line, "lmtp"),
	    delivery->domain, delivery->relay, &event.partner, &event.demand))
		return 0;
	if (event.partner == NULL)
		return 1;
	event.when = logged->when;
	event.arrival = logged->when - delivery->delay_ms / 1000;
	audit_span_copy(delivery->qid, event.qid, sizeof(event.qid));
	event.status = delivery->status;
	event.reason = delivery->reason;
	event.place = *place;
	if (event.found.is_silent && event.status == AUDIT_SENT)
		return audit_silent_add(feed->silent, &event);
	return audit_sum_add(feed->sum, &event);
}

static int
take_line(struct audit_feed *feed, const char *path,
    const struct audit_logged *logged)
{
	const struct audit_place place = { path, logged->number,
	    logged->raw };
	const struct audit_line *line = &logged->line;
	struct audit_delivery delivery;
	struct audit_tls tls;
	const int is_client = audit_line_is(line, "smtp") ||
	    audit_line_is(line, "lmtp");

	audit_match_begin(feed->match, line, logged->when);
	if ((is_client || audit_line_is(line, "error")) &&
	    audit_said_delivery(line->text, &delivery))
		return take_delivery(feed, logged, &delivery, &place);
	if ((is_client || audit_line_is(line, "tlsproxy")) &&
	    audit_said_tls(line->text, &tls))
		return take_tls(feed, logged, &tls, &place);
	if (audit_line_is(line, "master"))
		audit_match_master(feed->match, line, logged->when);
	return 1;
}

/* Enter a log in the list of those that were read. */
static enum tlsp_code
note_log(struct audit_feed_state *state, const struct audit_log_state *log,
    struct tlsp_err *err)
{
	struct audit_log_state *grown = tlsp_grow(state->logs,
	    &state->cap_logs, state->n_logs + 1, sizeof(*grown));

	if (grown == NULL)
		return no_memory(err);
	state->logs = grown;
	grown[state->n_logs++] = *log;
	state->n_lines += log->n_lines;
	state->n_odd += log->n_odd;
	if (log->first != 0 && (state->first == 0 || log->first <
	    state->first))
		state->first = log->first;
	if (log->last > state->last)
		state->last = log->last;
	return TLSP_OK;
}

enum tlsp_code
audit_feed_log(struct audit_feed *feed, const char *path,
    struct tlsp_err *err)
{
	const struct audit_feed_options *options = feed->options;
	struct audit_log_state state;
	struct audit_logged logged;
	struct audit_log *log;
	enum tlsp_code code, noted;
	struct tlsp_err later;
	unsigned long n;

	if ((code = audit_log_open(path, &log, err)) != TLSP_OK)
		return code;
	state = audit_log_state(log);
	audit_match_log(feed->match);
	for (n = 1; (code = audit_log_next(log, &logged, err)) == TLSP_OK;
	    n++) {
		if (!take_line(feed, state.path, &logged)) {
			code = no_memory(err);
			break;
		}
		if (options->tick != NULL && n % TICK_LINES == 0) {
			state = audit_log_state(log);
			options->tick(options->ctx, &state);
		}
	}
	state = audit_log_state(log);
	noted = note_log(&feed->state, &state, &later);
	audit_log_close(log);
	if (code == TLSP_NONE && (code = noted) != TLSP_OK)
		*err = later;
	return code;
}

enum tlsp_code
audit_feed_end(struct audit_feed *feed, struct tlsp_err *err)
{
	return audit_silent_end(feed->silent) ? TLSP_OK : no_memory(err);
}
