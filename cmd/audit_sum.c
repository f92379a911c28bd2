/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_sum.c - what became of the mail to each partner.
 * Knows:    what is counted, and what keeps a promise. Not: logs, tables.
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
 * Messages that were seen lately, so that each counts once. Postfix tries the
 * same message again within hours; so many others come between at most.
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

struct audit_sum {
	struct audit_recent *names;
	struct audit_recent *messages;
	struct audit_partner **list;
	size_t n, cap;
	int is_daily;
};

const char *
audit_demand_name(enum audit_demand demand)
{
	static const char *const names[] = { NULL, "tls", "verified" };

	return names[demand];
}

const char *
audit_count_name(enum audit_count count)
{
	static const char *const names[] = { [AUDIT_N_SENT] = "messages",
	    [AUDIT_N_DEFERRED_POLICY] = "deferred_policy",
	    [AUDIT_N_DEFERRED] = "deferred", [AUDIT_N_BOUNCED] = "bounced" };

	return (int)count < AUDIT_WORDS ?
	    audit_word_name((enum audit_word)count) : names[count];
}

const char *
audit_shows_name(enum audit_shows shows)
{
	static const char *const names[AUDIT_SHOWS] = { "broken", "deferred",
	    "unknown", "kept" };

	return names[shows];
}

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
	if (sum->names == NULL || sum->messages == NULL) {
		audit_sum_free(sum);
		return NULL;
	}
	return sum;
}

static void
partner_free(struct audit_partner *partner)
{
	size_t shows, n;

	for (shows = 0; shows < AUDIT_SHOWS; shows++)
		for (n = 0; n < partner->n_evidence[shows]; n++)
			free(partner->evidence[shows][n]);
	free(partner->periods);
	free(partner->name);
	free(partner->rule_key);
	free(partner->file);
	free(partner->why);
	free(partner);
}

void
audit_sum_free(struct audit_sum *sum)
{
	size_t n;

	if (sum == NULL)
		return;
	for (n = 0; n < sum->n; n++)
		partner_free(sum->list[n]);
	free(sum->list);
	audit_recent_free(sum->names);
	audit_recent_free(sum->messages);
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
	if ((partner = calloc(1, sizeof(*partner))) == NULL ||
	    (partner->name = strdup(name)) == NULL) {
		free(partner);
		return NULL;
	}
	list[sum->n++] = partner;
	return *known = partner;
}

/* The period of a time: nearly always the last one, or near the end. */
static struct audit_period *
period_at(struct audit_partner *partner, int64_t when, int is_daily)
{
	const time_t seconds = (time_t)when;
	struct audit_period *grown;
	char name[16];
	struct tm tm;
	size_t n;

	if (gmtime_r(&seconds, &tm) == NULL || strftime(name, sizeof(name),
	    is_daily ? "%Y-%m-%d" : "%Y-%m", &tm) == 0)
		name[0] = '\0';
	for (n = partner->n_periods; n > 0 &&
	    strcmp(partner->periods[n - 1].name, name) > 0; n--)
		;
	if (n > 0 && strcmp(partner->periods[n - 1].name, name) == 0)
		return &partner->periods[n - 1];
	grown = tlsp_grow(partner->periods, &partner->cap_periods,
	    partner->n_periods + 1, sizeof(*grown));
	if (grown == NULL)
		return NULL;
	partner->periods = grown;
	memmove(grown + n + 1, grown + n, (partner->n_periods - n) *
	    sizeof(*grown));
	partner->n_periods++;
	memset(&grown[n], 0, sizeof(grown[n]));
	memcpy(grown[n].name, name, sizeof(name));
	return &grown[n];
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

static void
count_suite(struct audit_partner *partner, const struct audit_found *found)
{
	struct audit_suite *suite;
	size_t n;

	if (found->protocol[0] == '\0')
		return;
	for (n = 0; n < partner->n_suites; n++) {
		suite = &partner->suites[n];
		if (strcmp(suite->cipher, found->cipher) == 0 &&
		    strcmp(suite->protocol, found->protocol) == 0) {
			suite->n++;
			return;
		}
	}
	if (n == AUDIT_SUITES_MAX) {
		partner->n_other_suites++;
		return;
	}
	suite = &partner->suites[partner->n_suites++];
	(void)snprintf(suite->protocol, sizeof(suite->protocol), "%s",
	    found->protocol);
	(void)snprintf(suite->cipher, sizeof(suite->cipher), "%s",
	    found->cipher);
	suite->n = 1;
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
	struct audit_partner *partner = event->partner;
	struct audit_evidence *evidence;

	if (partner->n_evidence[shows] == (shows == AUDIT_SHOWS_BROKEN ?
	    AUDIT_EVIDENCE_MAX : 2))
		return 1;
	if ((evidence = calloc(1, sizeof(*evidence))) == NULL)
		return 0;
	evidence->when = event->when;
	evidence->word = event->found.word;
	if (event->found.tls != NULL)
		evidence->tls = *event->found.tls;
	evidence->delivery.file = event->place.file;
	evidence->delivery.line = event->place.line;
	audit_span_copy(event->place.text, evidence->delivery.text,
	    sizeof(evidence->delivery.text));
	partner->evidence[shows][partner->n_evidence[shows]++] = evidence;
	return 1;
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
		count_suite(partner, &event->found);
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
	struct audit_period *period = period_at(partner, event->when,
	    sum->is_daily);
	struct message *message = message_of(sum, event);

	if (period == NULL || message == NULL)
		return 0;
	if (partner->first == 0 || event->when < partner->first)
		partner->first = event->when;
	if (event->when > partner->last)
		partner->last = event->when;
	return event->status == AUDIT_SENT ?
	    add_sent(event, period, message) :
	    add_unsent(event, period, message);
}

enum audit_promise
audit_partner_promise(const struct audit_partner *partner)
{
	if (partner->n_broken > 0)
		return AUDIT_BROKEN;
	return partner->n_met > 0 && partner->n_untold == 0 ? AUDIT_KEPT :
	    AUDIT_NO_PROMISE;
}

const char *
audit_partner_confidence(const struct audit_partner *partner)
{
	static const char *const names[AUDIT_HOWS] = { "certain", "high",
	    "low", "low" };
	size_t n;

	for (n = AUDIT_HOWS; n > 0; n--)
		if (partner->by[n - 1] > 0)
			return names[n - 1];
	return NULL;
}

const char *
audit_partner_why(const struct audit_partner *partner, char *buf, size_t size)
{
	const char *demanded = partner->demand == AUDIT_DEMAND_TLS ? "by TLS" :
	    "Verified";
	const unsigned long n = partner->n_met + partner->n_broken +
	    partner->n_untold;

	if (n == 0 && partner->why != NULL)
		(void)snprintf(buf, size, "%s", partner->why);
	else if (n == 0 && partner->rule_key == NULL)
		(void)snprintf(buf, size, "no rule answers for it");
	else if (n == 0 && partner->demand == AUDIT_DEMAND_NONE)
		(void)snprintf(buf, size, "its rule demands nothing");
	else if (n == 0 && partner->first == 0)
		(void)snprintf(buf, size, "never seen in these logs");
	else if (n == 0)
		(void)snprintf(buf, size, "no message was delivered");
	else if (partner->n_broken > 0)
		(void)snprintf(buf, size, "%lu of %lu not %s",
		    partner->n_broken, n, demanded);
	else if (partner->n_untold > 0)
		(void)snprintf(buf, size, "the log does not tell of %lu "
		    "of %lu", partner->n_untold, n);
	else
		(void)snprintf(buf, size, "all %lu %s", n, demanded);
	return buf;
}

static int
by_name(const void *a, const void *b)
{
	const struct audit_partner *const *one = a, *const *two = b;

	return strcmp((*one)->name, (*two)->name);
}

struct audit_partner *const *
audit_sum_list(struct audit_sum *sum, size_t *ret_n)
{
	if (sum->n > 0)
		qsort(sum->list, sum->n, sizeof(*sum->list), by_name);
	*ret_n = sum->n;
	return sum->list;
}
