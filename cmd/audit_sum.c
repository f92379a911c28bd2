/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_sum.c - what became of the mail to each partner.
 * Knows:    when it is counted, and when it was already. Not: logs, tables.
 * Feeds:    audit_silent, audit_who, audit_feed, out_audit.
 */
#include "audit_sum.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../dict_tlspolicy/mem.h"
#include "audit_recent.h"

/*
 * Messages that were seen lately, so that each counts once. One that waits is
 * tried again within hours (maximal_backoff_time); not more others than these
 * come between.
 */
#define MESSAGES_MAX	((size_t)1 << 18)

/* A queue id that came at another time is another message. */
#define SAME_S		60

/* Bits of message.seen, behind one for each column. */
#define SEEN_MET	(1U << (AUDIT_COUNTS + 0))
#define SEEN_BROKEN	(1U << (AUDIT_COUNTS + 1))
#define SEEN_UNTOLD	(1U << (AUDIT_COUNTS + 2))

struct message {
	int is_known;
	int64_t arrival;
	unsigned seen;
};

/* What makes a message to a partner another one than the next. */
struct message_key {
	const struct audit_partner *partner;
	unsigned source;
	char qid[36];
};

struct period_key {
	const struct audit_partner *partner;
	char name[16];
};

/* periods:  their places in a partner's list, from 1. */
struct audit_sum {
	struct audit_recent *names;
	struct audit_recent *periods;
	struct audit_recent *messages;
	struct audit_partner **list;
	size_t n, cap;
	int is_daily;
};

struct audit_sum *
audit_sum_new(int is_daily)
{
	struct audit_sum *sum = calloc(1, sizeof(*sum));

	if (sum == NULL)
		return NULL;
	sum->is_daily = is_daily;
	sum->names = audit_recent_new(sizeof(struct audit_partner *), 0);
	sum->messages = audit_recent_new(sizeof(struct message),
	    MESSAGES_MAX);
	sum->periods = audit_recent_new(sizeof(size_t), 0);
	if (sum->names == NULL || sum->messages == NULL ||
	    sum->periods == NULL) {
		audit_sum_free(sum);
		return NULL;
	}
	return sum;
}

void
audit_sum_free(struct audit_sum *sum)
{
	size_t n;

	if (sum == NULL)
		return;
	for (n = 0; n < sum->n; n++)
		audit_partner_free(sum->list[n]);
	free(sum->list);
	audit_recent_free(sum->names);
	audit_recent_free(sum->messages);
	audit_recent_free(sum->periods);
	free(sum);
}

struct audit_partner *
audit_sum_partner(struct audit_sum *sum, const char *name)
{
	struct audit_partner **known = audit_recent_get(sum->names, name,
	    strlen(name)), **list, *partner;

	if (known == NULL || *known != NULL)
		return known == NULL ? NULL : *known;
	list = tlsp_grow(sum->list, &sum->cap, sum->n + 1, sizeof(*list));
	if (list == NULL)
		return NULL;
	sum->list = list;
	if ((partner = audit_partner_new(name)) == NULL)
		return NULL;
	list[sum->n++] = partner;
	return *known = partner;
}

/* The period of a time; there may be very many, in any order. */
static struct audit_period *
period_at(struct audit_sum *sum, struct audit_partner *partner, int64_t when)
{
	const time_t seconds = (time_t)when;
	struct audit_period *grown;
	struct period_key key;
	struct tm tm;
	size_t *place;

	memset(&key, 0, sizeof(key));
	key.partner = partner;
	if (gmtime_r(&seconds, &tm) == NULL || strftime(key.name,
	    sizeof(key.name), sum->is_daily ? "%Y-%m-%d" : "%Y-%m", &tm) == 0)
		key.name[0] = '\0';
	if ((place = audit_recent_get(sum->periods, &key, sizeof(key))) ==
	    NULL)
		return NULL;
	if (*place != 0)
		return &partner->periods[*place - 1];
	grown = tlsp_grow(partner->periods, &partner->cap_periods,
	    partner->n_periods + 1, sizeof(*grown));
	if (grown == NULL)
		return NULL;
	partner->periods = grown;
	*place = ++partner->n_periods;
	memset(&grown[*place - 1], 0, sizeof(*grown));
	memcpy(grown[*place - 1].name, key.name, sizeof(key.name));
	return &grown[*place - 1];
}

/* The message itself, with what was counted of it already. */
static struct message *
message_of(struct audit_sum *sum, const struct audit_event *event)
{
	struct message_key key;
	struct message *message;
	int64_t apart;

	memset(&key, 0, sizeof(key));
	key.partner = event->partner;
	key.source = event->found.source;
	memcpy(key.qid, event->qid, strnlen(event->qid, sizeof(key.qid)));
	if ((message = audit_recent_get(sum->messages, &key, sizeof(key))) ==
	    NULL)
		return NULL;
	apart = event->arrival - message->arrival;
	if (!message->is_known || apart > SAME_S || apart < -SAME_S) {
		message->is_known = 1;
		message->arrival = event->arrival;
		message->seen = 0;
	}
	return message;
}

/* A thing that counts once for each message. */
static int
is_first(struct message *message, unsigned bit)
{
	if ((message->seen & bit) != 0)
		return 0;
	message->seen |= bit;
	return 1;
}

static void
count(struct audit_partner *partner, struct audit_period *period,
    struct message *message, enum audit_count what)
{
	if (!is_first(message, 1U << what))
		return;
	partner->counts[what]++;
	period->counts[what]++;
}

static int
count_suite(struct audit_partner *partner, const struct audit_found *found)
{
	struct audit_suite *suite, *grown;
	size_t n;

	if (found->protocol[0] == '\0')
		return 1;
	for (n = 0; n < partner->n_suites; n++) {
		suite = &partner->suites[n];
		if (strcmp(suite->cipher, found->cipher) == 0 &&
		    strcmp(suite->protocol, found->protocol) == 0) {
			suite->n++;
			return 1;
		}
	}
	if (n == AUDIT_SUITES_MAX) {
		partner->n_other_suites++;
		return 1;
	}
	if ((grown = tlsp_grow(partner->suites, &partner->cap_suites, n + 1,
	    sizeof(*grown))) == NULL)
		return 0;
	partner->suites = grown;
	suite = &grown[partner->n_suites++];
	(void)snprintf(suite->protocol, sizeof(suite->protocol), "%s",
	    found->protocol);
	(void)snprintf(suite->cipher, sizeof(suite->cipher), "%s",
	    found->cipher);
	suite->n = 1;
	return 1;
}

/* 1: as demanded; 0: weaker; -1: the log cannot tell. */
static int
is_met(enum audit_demand demand, const struct audit_found *found)
{
	if (demand == AUDIT_DEMAND_TLS)
		return found->is_encrypted;
	if (found->word == AUDIT_VERIFIED)
		return 1;
	/* Encrypted by a level that looks at no certificate. */
	return found->word == AUDIT_UNKNOWN && found->is_encrypted == -1 ?
	    -1 : 0;
}

static int
keep_evidence(const struct audit_event *event, enum audit_shows shows)
{
	return audit_partner_show(event->partner, shows, event->when,
	    event->found.word, event->found.tls, &event->place);
}

static int
judge(const struct audit_event *event, struct message *message)
{
	struct audit_partner *partner = event->partner;

	if (event->demand == AUDIT_DEMAND_NONE)
		return 1;
	switch (is_met(event->demand, &event->found)) {
	case 1:
		if (!is_first(message, SEEN_MET))
			return 1;
		partner->n_met++;
		return keep_evidence(event, AUDIT_SHOWS_KEPT);
	case 0:
		if (!is_first(message, SEEN_BROKEN))
			return 1;
		partner->n_broken++;
		return keep_evidence(event, AUDIT_SHOWS_BROKEN);
	default:
		if (!is_first(message, SEEN_UNTOLD))
			return 1;
		partner->n_untold++;
		return keep_evidence(event, AUDIT_SHOWS_UNKNOWN);
	}
}

static int
add_sent(const struct audit_event *event, struct audit_period *period,
    struct message *message)
{
	struct audit_partner *partner = event->partner;
	const enum audit_count word = (enum audit_count)event->found.word;

	/* Once for each message and word: what goes with the word, too. */
	if ((message->seen & 1U << word) == 0) {
		partner->by[event->found.how]++;
		if (!count_suite(partner, &event->found))
			return 0;
	}
	count(partner, period, message, word);
	count(partner, period, message, AUDIT_N_SENT);
	return judge(event, message);
}

static int
add_unsent(const struct audit_event *event, struct audit_period *period,
    struct message *message)
{
	struct audit_partner *partner = event->partner;

	if (event->status == AUDIT_BOUNCED) {
		count(partner, period, message, AUDIT_N_BOUNCED);
		return 1;
	}
	count(partner, period, message, AUDIT_N_DEFERRED);
	if (event->reason == AUDIT_NO_REASON || (message->seen & 1U <<
	    AUDIT_N_DEFERRED_POLICY) != 0)
		return 1;
	count(partner, period, message, AUDIT_N_DEFERRED_POLICY);
	partner->reasons[event->reason]++;
	return keep_evidence(event, AUDIT_SHOWS_DEFERRED);
}

int
audit_sum_add(struct audit_sum *sum, const struct audit_event *event)
{
	struct audit_partner *partner = event->partner;
	struct audit_period *period = period_at(sum, partner, event->when);
	struct message *message = message_of(sum, event);

	if (period == NULL || message == NULL)
		return 0;
	if (!partner->is_seen || event->when < partner->first)
		partner->first = event->when;
	partner->is_seen = 1;
	if (event->when > partner->last)
		partner->last = event->when;
	return event->status == AUDIT_SENT ?
	    add_sent(event, period, message) :
	    add_unsent(event, period, message);
}

static int
by_name(const void *a, const void *b)
{
	const struct audit_partner *const *one = a, *const *two = b;

	return strcmp((*one)->name, (*two)->name);
}

static int
by_period(const void *a, const void *b)
{
	const struct audit_period *one = a, *two = b;

	return strcmp(one->name, two->name);
}

struct audit_partner *const *
audit_sum_list(struct audit_sum *sum, size_t *ret_n)
{
	size_t n;

	for (n = 0; n < sum->n; n++)
		if (sum->list[n]->n_periods > 1)
			qsort(sum->list[n]->periods, sum->list[n]->n_periods,
			    sizeof(struct audit_period), by_period);
	if (sum->n > 0)
		qsort(sum->list, sum->n, sizeof(*sum->list), by_name);
	*ret_n = sum->n;
	return sum->list;
}
