/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_partner.c - what is known of the mail to one partner, and whether the
 *                   promise was kept.
 * Knows:    what is counted, the names of it. Not: when it is counted.
 * Feeds:    audit_sum, audit_who, out_audit.
 */
#include "audit_partner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct audit_partner *
audit_partner_new(const char *name)
{
	struct audit_partner *partner = calloc(1, sizeof(*partner));

	if (partner != NULL && (partner->name = strdup(name)) == NULL) {
		free(partner);
		return NULL;
	}
	return partner;
}

static void
evidence_free(struct audit_evidence *evidence)
{
	free(evidence->tls.text);
	free(evidence->delivery.text);
	free(evidence);
}

void
audit_partner_free(struct audit_partner *partner)
{
	size_t shows, n;

	for (shows = 0; shows < AUDIT_SHOWS; shows++)
		for (n = 0; n < partner->n_evidence[shows]; n++)
			evidence_free(partner->evidence[shows][n]);
	free(partner->periods);
	free(partner->suites);
	free(partner->name);
	free(partner->rule_key);
	free(partner->file);
	free(partner->why);
	free(partner);
}

/* 0: no memory. */
static int
show(struct audit_shown *shown, const char *file, unsigned long line,
    const char *text, size_t len)
{
	shown->file = file;
	shown->line = line;
	return (shown->text = strndup(text, len < AUDIT_TEXT_MAX ? len :
	    AUDIT_TEXT_MAX - 1)) != NULL;
}

int
audit_partner_show(struct audit_partner *partner, enum audit_shows shows,
    int64_t when, enum audit_word word, const struct audit_kept *tls,
    const struct audit_place *place)
{
	struct audit_evidence *evidence;

	if (partner->n_evidence[shows] == (shows == AUDIT_SHOWS_BROKEN ?
	    AUDIT_EVIDENCE_MAX : 2))
		return 1;
	if ((evidence = calloc(1, sizeof(*evidence))) == NULL)
		return 0;
	evidence->when = when;
	evidence->word = word;
	if ((tls != NULL && !show(&evidence->tls, tls->file, tls->line,
	    tls->text, strlen(tls->text))) || !show(&evidence->delivery,
	    place->file, place->line, place->text.at, place->text.len)) {
		evidence_free(evidence);
		return 0;
	}
	partner->evidence[shows][partner->n_evidence[shows]++] = evidence;
	return 1;
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
	else if (n == 0 && !partner->is_seen)
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
