/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pins_accept.c - a person says whose key it is; shown, asked, recorded.
 * Knows:    what may be accepted, and what is asked. Not: how a set is kept
 *           in order, what a record looks like.
 * Feeds:    pins.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out_text.h"
#include "pins.h"
#include "pins_offer.h"
#include "pinset.h"
#include "show.h"

struct accept {
	struct pins *pins;
	const char *nexthop;
	struct known known;
	char who[TLSP_PIN_WHO_MAX + 1];
	struct offers offers;
	struct tlsp_pin_set set;
	char buf[TLSP_PIN_RECORD_MAX];
};

/* A word of a record: printable, no blank, no comma. */
static void
add_word(char *to, size_t size, const char *from)
{
	size_t len = strlen(to);

	for (; *from != '\0' && len + 1 < size; from++)
		to[len++] = *from > ' ' && *from <= '~' && *from != ',' ?
		    *from : '?';
	to[len] = '\0';
}

/* Who decides: behind sudo the person, not root. */
static void
find_who(char *who, size_t size)
{
	const char *name = getenv("SUDO_USER");
	const struct passwd *user;
	char host[256] = "";

	if (geteuid() != 0 || name == NULL || *name == '\0') {
		name = getlogin();
		if (name == NULL && (user = getpwuid(getuid())) != NULL)
			name = user->pw_name;
	}
	who[0] = '\0';
	add_word(who, size / 2, name == NULL ? "unknown" : name);
	add_word(who, size, "@");
	if (gethostname(host, sizeof(host) - 1) != 0 || host[0] == '\0')
		(void)strcpy(host, "localhost");
	add_word(who, size, host);
}

/* What cannot be accepted for anybody, whatever the fingerprint. */
static int
refuse(const struct accept *accept)
{
	const struct tlsp_rule *rule = accept->known.answer.rule;
	const struct tables *tables = &accept->pins->world.tables;
	struct tlsp_pos at = { NULL, 0, 0 };
	struct tlsp_err err;

	if (rule == NULL && accept->known.code != TLSP_NONE)
		return cmd_error(&accept->known.err);
	if (rule == NULL) {
		(void)tlsp_err_set(&err, TLSP_E_VALUE, NULL, "no rule answers "
		    "for %.100s: no fingerprint of it would ever be used",
		    accept->nexthop);
		return cmd_error(&err);
	}
	at = (struct tlsp_pos){ accept->known.answer.map->path, rule->line,
	    rule->col };
	if (rule->fault != NULL)
		return cmd_error(rule->fault);
	if (rule->policy.pin == TLSP_PIN_OFF)
		(void)tlsp_err_set(&err, TLSP_E_CONFLICT, &at, "this rule has "
		    "no pin: a fingerprint would not be used; write "
		    "pin=prefer or pin=require first");
	else if (accept->known.answer.key[0] == '.')
		(void)tlsp_err_set(&err, TLSP_E_VALUE, NULL, "%.100s is no "
		    "next-hop: fingerprints belong to a name",
		    accept->nexthop);
	else if (tables->trust.digest[0] == '\0')
		(void)tlsp_err_set(&err, TLSP_E_VALUE, NULL, "fingerprints "
		    "by smtp_tls_fingerprint_digest = %.40s are not used: set "
		    "it to sha256 in main.cf", conf_get(tables->conf,
		    "smtp_tls_fingerprint_digest"));
	else
		return 0;
	return cmd_error(&err);
}

static void
show_offers(const struct accept *accept)
{
	const struct offer *offer;
	char time[OUT_TEXT_TIME], span[OUT_TEXT_TIME];
	size_t n;

	(void)fprintf(stderr, SHOW_LABEL "%s\n", "next-hop",
	    accept->known.answer.key);
	(void)fprintf(stderr, SHOW_LABEL "%s:%u:%u: %s %s\n", "rule",
	    accept->known.answer.map->path, accept->known.answer.rule->line,
	    accept->known.answer.rule->col, accept->known.answer.rule->key,
	    accept->known.answer.rule->policy.text);
	for (n = 0; n < accept->offers.n_offers; n++) {
		offer = &accept->offers.list[n];
		(void)fprintf(stderr, SHOW_LABEL "%s:%u\n" SHOW_LABEL "%s\n",
		    "host", offer->host, offer->port, "key", offer->key);
		if (strcmp(offer->cert, offer->key) != 0)
			(void)fprintf(stderr, SHOW_LABEL "%s, expires %s\n",
			    "cert", offer->cert, out_text_time(
			    offer->not_after, time));
	}
	(void)fprintf(stderr, "Whoever holds %s will be taken for %s, for %s, "
	    "whatever its certificate says.\n", accept->offers.n_offers == 1 ?
	    "this key" : "one of these keys", accept->known.answer.key,
	    out_text_span(known_ttl(accept->known.answer.rule), span));
}

/* 0: yes. */
static int
ask(const struct accept *accept)
{
	int is_yes;

	show_offers(accept);
	is_yes = accept->pins->is_yes ? 1 : cmd_ask("Have you compared it "
	    "with what the partner told you himself? Accept");
	if (is_yes < 0)
		return pins_usage("there is no terminal to ask on; if it is "
		    "right, say --yes");
	if (is_yes)
		return 0;
	(void)fputs("tlspolicy: not accepted, nothing was changed\n", stderr);
	return 1;
}

static int
is_any(const void *ctx, const struct tlsp_pin *pin)
{
	(void)ctx;
	(void)pin;
	return 1;
}

/* The MX hosts that a scan found; all others are gone. */
static enum tlsp_code
apply_scan(struct accept *accept, struct tlsp_err *err)
{
	struct tlsp_pin_set *set = &accept->set;
	const struct scan *scan = &accept->offers.scan;
	struct tlsp_pin_host *host;
	enum tlsp_code code = TLSP_OK;
	size_t n;

	if (scan->time == 0)
		return TLSP_OK;
	for (n = 0; n < set->n_hosts; n++)
		set->hosts[n].is_gone = 1;
	for (n = 0; code == TLSP_OK && n < scan->n_hosts; n++)
		code = pinset_add_host(set, scan->hosts[n].name,
		    strlen(scan->hosts[n].name), scan->hosts[n].port, &host,
		    err);
	set->scanned = scan->time;
	return code;
}

static enum tlsp_code
apply_offer(struct accept *accept, const struct offer *offer,
    struct tlsp_err *err)
{
	struct tlsp_pin pin = {
		.key = { offer->key, strlen(offer->key) },
		.cert = { offer->cert, strlen(offer->cert) },
		.who = { accept->who, strlen(accept->who) },
		.verified = accept->pins->now,
		.first = accept->pins->now,
		.not_after = offer->not_after,
		.origin = TLSP_PIN_PERSON,
	};
	const struct tlsp_pin *old;
	struct tlsp_pin_host *host;
	enum tlsp_code code;

	if ((code = pinset_add_host(&accept->set, offer->host,
	    strlen(offer->host), offer->port, &host, err)) != TLSP_OK)
		return code;
	old = pinset_find_pin(&accept->set, host, &pin.key);
	if (old != NULL)
		pin.first = old->first;
	(void)printf("+ %s %s:%u %s by %s\n", accept->known.answer.key,
	    offer->host, offer->port, offer->key, accept->who);
	return pinset_add(&accept->set, host, &pin, err);
}

/*
 * The record anew, from what the store has now. What was verified under
 * another rule, other settings or by another digest does not come along: it
 * would gain by this what it has lost.
 */
static enum tlsp_code
apply(struct accept *accept, struct tlsp_store_edit *edit,
    struct tlsp_err *err)
{
	const struct tlsp_trust *trust = &accept->pins->world.tables.trust;
	struct tlsp_pin_set *set = &accept->set;
	const char *key = accept->known.answer.key, *value;
	enum tlsp_code code;
	size_t n, len;

	memset(set, 0, sizeof(*set));
	code = tlsp_store_edit_get(edit, key, strlen(key), &value, &len);
	if (code == TLSP_OK)
		code = tlsp_pin_read(key, strlen(key), value, len, set, err);
	if (code != TLSP_OK && code != TLSP_NONE)
		return code;
	if (set->constraint != accept->known.constraint ||
	    set->digest.len != strlen(trust->digest) ||
	    memcmp(set->digest.text, trust->digest, set->digest.len) != 0)
		(void)pinset_drop(set, is_any, NULL);
	set->constraint = accept->known.constraint;
	set->digest = (struct tlsp_pin_text){ trust->digest,
	    strlen(trust->digest) };
	code = apply_scan(accept, err);
	for (n = 0; code == TLSP_OK && n < accept->offers.n_offers; n++)
		code = apply_offer(accept, &accept->offers.list[n], err);
	if (code == TLSP_OK)
		code = tlsp_pin_write(key, strlen(key), set, accept->buf,
		    &len, err);
	if (code == TLSP_OK)
		code = tlsp_store_edit_put(edit, key, strlen(key), accept->buf,
		    len, err);
	return code;
}

static int
publish(struct accept *accept)
{
	struct tlsp_store_edit *edit;
	struct tlsp_verdict verdict;
	struct tlsp_err err;
	int code;

	if ((code = pins_begin(accept->pins, accept->known.answer.map, 0,
	    &edit)) != 0)
		return code;
	if (apply(accept, edit, &err) != TLSP_OK) {
		tlsp_store_edit_abort(edit);
		return cmd_error(&err);
	}
	tlsp_merge_judge(&accept->set, accept->known.constraint,
	    known_ttl(accept->known.answer.rule),
	    &accept->pins->world.tables.trust, accept->pins->now, &verdict);
	if (tlsp_store_edit_commit(edit, &err) != TLSP_OK)
		return cmd_error(&err);
	(void)fflush(stdout);
	if (verdict.state != TLSP_PINS_USABLE)
		(void)fprintf(stderr, "tlspolicy: warning: it is recorded, "
		    "but not used yet: %s; see: tlspolicy pins show %s\n",
		    tlsp_merge_set_text(verdict.state), accept->nexthop);
	return 0;
}

int
pins_accept(struct pins *pins)
{
	struct accept *accept;
	int code;

	if (pins->n_args != (pins->is_from_record ? 1 : 2))
		return pins_usage("accept takes a next-hop and %s",
		    pins->is_from_record ? "nothing else with --from-record" :
		    "a fingerprint, or --from-record");
	if ((accept = calloc(1, sizeof(*accept))) == NULL)
		return cmd_no_memory();
	accept->pins = pins;
	accept->nexthop = pins->args[0];
	find_who(accept->who, sizeof(accept->who));
	(void)known_look(&pins->stores, accept->nexthop, KNOWN_AS_WRITTEN,
	    pins->now, &accept->known);
	if ((code = refuse(accept)) == 0)
		code = pins->is_from_record ?
		    pins_offer_records(pins, &accept->known,
		    &accept->offers) :
		    pins_offer_given(pins, &accept->known, pins->args[1],
		    &accept->offers);
	if (code == 0 && (code = ask(accept)) == 0)
		code = publish(accept);
	known_clear(&accept->known);
	free(accept);
	return code;
}
