/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_silent.c - deliveries without a TLS line: in clear text, or does
 *                  nobody log TLS there?
 * Knows:    how near to another line such a silence means something.
 * Feeds:    audit_feed.
 */
#include "audit_silent.h"

#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/mem.h"

#define NEAR_S		((int64_t)24 * 60 * 60)
#define WAITING_MAX	((size_t)1 << 14)

/* text: what event.place points to. */
struct waiting {
	struct waiting *next;
	struct audit_event event;
	char text[AUDIT_TEXT_MAX];
};

/* Who logs: smtp(8) of one name on one host; what waits for its next word. */
struct logger {
	int has_tls;
	int64_t last_tls;
	struct waiting *first;
	struct waiting *last;
};

/* loggers:  by their numbers; 0 is nobody. */
struct audit_silent {
	struct audit_sum *sum;
	struct logger *loggers;
	size_t n, cap;
	size_t n_waiting;
};

struct audit_silent *
audit_silent_new(struct audit_sum *sum)
{
	struct audit_silent *silent = calloc(1, sizeof(*silent));

	if (silent != NULL)
		silent->sum = sum;
	return silent;
}

void
audit_silent_free(struct audit_silent *silent)
{
	struct waiting *waiting, *next;
	size_t n;

	if (silent == NULL)
		return;
	for (n = 0; n < silent->n; n++)
		for (waiting = silent->loggers[n].first; waiting != NULL;
		    waiting = next) {
			next = waiting->next;
			free(waiting);
		}
	free(silent->loggers);
	free(silent);
}

static struct logger *
logger_at(struct audit_silent *silent, unsigned number)
{
	struct logger *grown;

	if (number < silent->n)
		return &silent->loggers[number];
	grown = tlsp_grow(silent->loggers, &silent->cap, number + 1,
	    sizeof(*grown));
	if (grown == NULL)
		return NULL;
	silent->loggers = grown;
	memset(grown + silent->n, 0, (number + 1 - silent->n) *
	    sizeof(*grown));
	silent->n = number + 1;
	return &grown[number];
}

static int
is_near(int64_t one, int64_t other)
{
	return one - other <= NEAR_S && other - one <= NEAR_S;
}

static int
decide(struct audit_silent *silent, const struct audit_event *event,
    int is_clear)
{
	struct audit_event decided = *event;

	if (is_clear) {
		decided.found.word = AUDIT_CLEAR;
		decided.found.is_encrypted = 0;
	}
	return audit_sum_add(silent->sum, &decided);
}

/* All that wait for a logger. when: of its TLS line; NULL: there is none. */
static int
decide_all(struct audit_silent *silent, struct logger *logger,
    const int64_t *when)
{
	struct waiting *waiting, *next;
	int is_done = 1;

	for (waiting = logger->first; waiting != NULL; waiting = next) {
		next = waiting->next;
		is_done &= decide(silent, &waiting->event, when != NULL &&
		    is_near(*when, waiting->event.when));
		free(waiting);
		silent->n_waiting--;
	}
	logger->first = logger->last = NULL;
	return is_done;
}

int
audit_silent_tls(struct audit_silent *silent, unsigned number, int64_t when)
{
	struct logger *logger = logger_at(silent, number);

	if (logger == NULL)
		return 0;
	if (number == 0)
		return 1;
	logger->has_tls = 1;
	logger->last_tls = when;
	return decide_all(silent, logger, &when);
}

int
audit_silent_add(struct audit_silent *silent, const struct audit_event *event)
{
	struct logger *logger = logger_at(silent, event->found.logger);
	struct waiting *waiting;

	if (logger == NULL)
		return 0;
	if (logger->has_tls && is_near(logger->last_tls, event->when))
		return decide(silent, event, 1);
	if (silent->n_waiting == WAITING_MAX && !decide_all(silent, logger,
	    NULL))
		return 0;
	if (event->found.logger == 0 || silent->n_waiting == WAITING_MAX)
		return decide(silent, event, 0);
	if ((waiting = malloc(sizeof(*waiting))) == NULL)
		return 0;
	waiting->next = NULL;
	waiting->event = *event;
	/* Without a TLS line nothing else of it is borrowed. */
	waiting->event.found.protocol = waiting->event.found.cipher = "";
	audit_span_copy(event->place.text, waiting->text,
	    sizeof(waiting->text));
	waiting->event.place.text = (struct audit_span){ waiting->text,
	    strlen(waiting->text) };
	if (logger->last == NULL)
		logger->first = waiting;
	else
		logger->last->next = waiting;
	logger->last = waiting;
	silent->n_waiting++;
	return 1;
}

int
audit_silent_end(struct audit_silent *silent)
{
	int is_done = 1;
	size_t n;

	for (n = 0; n < silent->n; n++)
		is_done &= decide_all(silent, &silent->loggers[n], NULL);
	return is_done;
}
