/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * learner.c - what may be remembered of what was seen.
 * Knows:    the laws of tlspolicy_pins(5). Not: files, printing, the clock.
 * Feeds:    learn, refresh.
 */
#include "learner.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * The set while it is changed: pins in any order, each with its host.
 * is_seen:  of a pin: proved by these records; of a host: one of its pins
 *           was.
 */
struct work_pin {
	struct tlsp_pin pin;
	size_t host;
	int is_seen;
	int is_retired;
};

struct work_host {
	struct tlsp_pin_host host;
	int is_seen;
};

struct work {
	const struct lesson_rule *rule;
	const char *digest;
	int64_t now;
	int64_t scanned;
	struct work_host hosts[TLSP_PIN_HOSTS_MAX];
	size_t n_hosts;
	struct work_pin pins[2 * TLSP_PINS_MAX];
	size_t n_pins;
	struct learner_result *result;
};

static struct tlsp_pin_text
text_of(const char *text)
{
	const struct tlsp_pin_text t = { text, strlen(text) };

	return t;
}

static int
is_text(const struct tlsp_pin_text *t, const char *text)
{
	return t->len == strlen(text) && memcmp(t->text, text, t->len) == 0;
}

static void TLSP_PRINTF(5, 6)
change(struct learner_result *result, char sign,
    const struct tlsp_pin_host *host, const struct tlsp_pin_text *key,
    const char *fmt, ...)
{
	struct learner_change *c;
	va_list ap;

	result->n_added += sign == '+';
	result->n_confirmed += sign == '=';
	result->n_retired += sign == '-';
	result->n_refused += sign == '!';
	if (result->n_changes == LEARNER_CHANGES_MAX)
		return;
	c = &result->changes[result->n_changes++];
	memset(c, 0, sizeof(*c));
	c->sign = sign;
	if (host != NULL) {
		(void)snprintf(c->host, sizeof(c->host), "%.*s",
		    (int)host->name.len, host->name.text);
		c->port = host->port;
	}
	if (key != NULL)
		(void)snprintf(c->key, sizeof(c->key), "%.*s", (int)key->len,
		    key->text);
	va_start(ap, fmt);
	(void)vsnprintf(c->why, sizeof(c->why), fmt, ap);
	va_end(ap);
}

static struct tlsp_pin_host
host_of(const struct record *record)
{
	const struct tlsp_pin_host host = {
	    .name = text_of(record->mx), .port = record->port };

	return host;
}

/* Was it verified under the rule in force? */
static int
is_ours(const struct work *work, const struct tlsp_pin_set *old)
{
	return old->constraint == work->rule->constraint &&
	    is_text(&old->digest, work->digest);
}

/* What was verified under another rule has a successor. */
static void
drop(struct learner_result *result, const struct tlsp_pin_set *old)
{
	size_t h, p;

	for (h = 0; h < old->n_hosts; h++)
		for (p = 0; p < old->hosts[h].n_pins; p++)
			change(result, '-', &old->hosts[h],
			    &old->pins[old->hosts[h].first_pin + p].key,
			    "verified under another rule or other settings");
}

/* The old set. */
static void
begin(struct work *work, const struct tlsp_pin_set *old)
{
	size_t h, p;

	work->scanned = old->scanned;
	for (h = 0; h < old->n_hosts; h++) {
		work->hosts[h].host = old->hosts[h];
		for (p = 0; p < old->hosts[h].n_pins; p++) {
			work->pins[work->n_pins].pin =
			    old->pins[old->hosts[h].first_pin + p];
			work->pins[work->n_pins++].host = h;
		}
	}
	work->n_hosts = old->n_hosts;
}

/* The host's place, made if there is room. -1: none is left. */
static int
find_host(struct work *work, const struct tlsp_pin_host *host, int is_new_ok)
{
	size_t h;

	for (h = 0; h < work->n_hosts; h++)
		if (tlsp_pin_host_order(&work->hosts[h].host, host) == 0)
			return (int)h;
	if (!is_new_ok || work->n_hosts == TLSP_PIN_HOSTS_MAX)
		return -1;
	memset(&work->hosts[h], 0, sizeof(work->hosts[h]));
	work->hosts[h].host.name = host->name;
	work->hosts[h].host.port = host->port;
	work->n_hosts++;
	return (int)h;
}

static struct work_pin *
find_pin(struct work *work, size_t host, const char *key)
{
	size_t p;

	for (p = 0; p < work->n_pins; p++)
		if (work->pins[p].host == host &&
		    is_text(&work->pins[p].pin.key, key))
			return &work->pins[p];
	return NULL;
}

/* The MX hosts of a complete scan are the hosts from now on. */
static void
apply_scan(struct work *work, const struct record *scan)
{
	struct tlsp_pin_host host;
	const char *why = lesson_refusal(work->rule, scan, work->digest,
	    work->now);
	size_t n;
	int h;

	if (why == NULL && !scan->complete)
		why = scan->error != NULL ? scan->error :
		    "not all its mail servers are known";
	if (why == NULL && scan->n_list == 0)
		why = "it has no mail server";
	if (why == NULL && scan->time < work->scanned)
		why = "a later scan is known already";
	if (why != NULL) {
		change(work->result, '!', NULL, NULL,
		    "its mail servers stay as they were known: %.300s", why);
		return;
	}
	work->scanned = scan->time;
	for (n = 0; n < work->n_hosts; n++)
		work->hosts[n].host.is_gone = 1;
	for (n = 0; n < scan->n_list; n++) {
		memset(&host, 0, sizeof(host));
		host.name = text_of(scan->list[n].host);
		host.port = scan->list[n].port;
		h = find_host(work, &host, 1);
		if (h >= 0) {
			work->hosts[h].host.is_gone = 0;
			continue;
		}
		/* What cannot be told apart cannot be complete. */
		work->scanned = 0;
		change(work->result, '!', &host, NULL,
		    "more than %d mail servers", TLSP_PIN_HOSTS_MAX);
	}
}

/* Room for what a new pin says. NULL: none is left. */
static int
keep_text(struct learner_result *result, const struct lesson *lesson,
    struct tlsp_pin *pin)
{
	size_t n = result->n_text;

	if (n == TLSP_PINS_MAX)
		return 0;
	result->n_text++;
	(void)snprintf(result->text[n].key, X509_DIGEST_TEXT, "%s",
	    lesson->key);
	(void)snprintf(result->text[n].cert, X509_DIGEST_TEXT, "%s",
	    lesson->cert);
	(void)snprintf(result->text[n].anchor, X509_DIGEST_TEXT, "%s",
	    lesson->anchor);
	pin->key = text_of(result->text[n].key);
	pin->cert = text_of(result->text[n].cert);
	pin->anchor = text_of(result->text[n].anchor);
	return 1;
}

static void
confirm(struct work *work, struct work_pin *w, const struct record *record,
    const struct lesson *lesson)
{
	struct tlsp_pin *pin = &w->pin;
	const int is_first = !w->is_seen;

	w->is_seen = 1;
	work->hosts[w->host].is_seen = 1;
	if (record->time > pin->verified)
		pin->verified = record->time;
	if ((lesson->not_after > pin->not_after ||
	    !is_text(&pin->anchor, lesson->anchor)) &&
	    keep_text(work->result, lesson, pin))
		pin->not_after = lesson->not_after;
	pin->origin = lesson->origin == TLS_DANE ? TLSP_PIN_DANE :
	    TLSP_PIN_PKIX;
	pin->who.len = 0;
	if (is_first)
		change(work->result, '=', &work->hosts[w->host].host,
		    &pin->key, "%.300s", lesson->why);
}

static void
add(struct work *work, size_t host, const struct record *record,
    const struct lesson *lesson)
{
	struct work_pin *w = &work->pins[work->n_pins];
	const struct tlsp_pin_text key = text_of(lesson->key);

	if (work->n_pins == 2 * TLSP_PINS_MAX) {
		change(work->result, '!', &work->hosts[host].host, &key,
		    "more than %d fingerprints", TLSP_PINS_MAX);
		return;
	}
	memset(w, 0, sizeof(*w));
	if (!keep_text(work->result, lesson, &w->pin)) {
		change(work->result, '!', &work->hosts[host].host, &key,
		    "more than %d new fingerprints", TLSP_PINS_MAX);
		return;
	}
	w->host = host;
	w->is_seen = 1;
	w->pin.verified = record->time;
	w->pin.first = record->time;
	w->pin.not_after = lesson->not_after;
	w->pin.origin = lesson->origin == TLS_DANE ? TLSP_PIN_DANE :
	    TLSP_PIN_PKIX;
	work->hosts[host].is_seen = 1;
	work->n_pins++;
	change(work->result, '+', &work->hosts[host].host, &w->pin.key,
	    "%.300s", lesson->why);
}

static enum tlsp_code
apply_server(struct work *work, struct tls_context *context,
    const struct record *record, int is_listed, struct tlsp_err *err)
{
	const struct tlsp_pin_host host = host_of(record);
	struct lesson lesson;
	struct work_pin *pin;
	enum tlsp_code code;
	int h;

	code = lesson_read(context, work->rule, record, work->digest,
	    work->now, &lesson, err);
	if (code != TLSP_OK)
		return code;
	if (!lesson.is_proved) {
		const struct tlsp_pin_text key = text_of(lesson.key);

		change(work->result, '!', &host, &key, "%s%s%.350s",
		    record->address != NULL ? record->address : "",
		    record->address != NULL ? ": " : "", lesson.why);
		return TLSP_OK;
	}
	h = find_host(work, &host, !is_listed);
	if (h < 0) {
		change(work->result, '!', &host, NULL, is_listed ?
		    "the scan does not name it among the mail servers" :
		    "too many mail servers");
		return TLSP_OK;
	}
	pin = find_pin(work, (size_t)h, lesson.key);
	if (pin != NULL)
		confirm(work, pin, record, &lesson);
	else
		add(work, (size_t)h, record, &lesson);
	return TLSP_OK;
}

/* Why a pin is to go, or NULL. */
static const char *
retirement(const struct work *work, const struct work_pin *w)
{
	const int64_t age = work->now - w->pin.verified;
	const struct work_host *host = &work->hosts[w->host];

	if (w->is_seen)
		return NULL;
	if (age > TLSP_PIN_TTL_MAX)
		return "not verified for 30 days";
	if (age <= LEARNER_OVERLAP_S)
		return NULL;
	if (host->host.is_gone)
		return "no longer a mail server of it, not verified for a day";
	if (host->is_seen)
		return "the server has shown another key for a day";
	return NULL;
}

static void
retire(struct work *work, struct work_pin *w, const char *why)
{
	w->is_retired = 1;
	change(work->result, '-', &work->hosts[w->host].host, &w->pin.key,
	    "%s", why);
}

/* Those verified longest ago go first, where there are too many. */
static void
retire_all(struct work *work)
{
	struct work_pin *oldest;
	const char *why;
	size_t p, n;

	for (p = 0, n = 0; p < work->n_pins; p++) {
		why = retirement(work, &work->pins[p]);
		if (why != NULL)
			retire(work, &work->pins[p], why);
		else
			n++;
	}
	for (; n > TLSP_PINS_MAX; n--) {
		oldest = NULL;
		for (p = 0; p < work->n_pins; p++)
			if (!work->pins[p].is_retired && (oldest == NULL ||
			    work->pins[p].pin.verified <
			    oldest->pin.verified))
				oldest = &work->pins[p];
		retire(work, oldest, "more than 64 fingerprints, and this "
		    "one is the oldest");
	}
}

static int
pin_order(const void *one, const void *other)
{
	const struct tlsp_pin *a = one, *b = other;
	const size_t len = a->key.len < b->key.len ? a->key.len : b->key.len;

	return memcmp(a->key.text, b->key.text, len);
}

static int
host_order(const void *one, const void *other)
{
	return tlsp_pin_host_order(&(*(const struct work_host *const *)
	    one)->host, &(*(const struct work_host *const *)other)->host);
}

/* In the order that a record has. */
static void
finish(struct work *work)
{
	struct work_host *sorted[TLSP_PIN_HOSTS_MAX];
	struct tlsp_pin_set *set = &work->result->set;
	struct tlsp_pin_host *host;
	size_t h, p;

	for (h = 0; h < work->n_hosts; h++)
		sorted[h] = &work->hosts[h];
	qsort(sorted, work->n_hosts, sizeof(sorted[0]), host_order);
	set->scanned = work->scanned;
	set->constraint = work->rule->constraint;
	set->digest = text_of(work->digest);
	for (h = 0; h < work->n_hosts; h++) {
		host = &set->hosts[set->n_hosts];
		*host = sorted[h]->host;
		host->first_pin = set->n_pins;
		for (p = 0; p < work->n_pins; p++)
			if (!work->pins[p].is_retired &&
			    &work->hosts[work->pins[p].host] == sorted[h])
				set->pins[set->n_pins++] = work->pins[p].pin;
		host->n_pins = set->n_pins - host->first_pin;
		qsort(&set->pins[host->first_pin], host->n_pins,
		    sizeof(set->pins[0]), pin_order);
		/* A host that is gone stays as long as its pins. */
		if (!host->is_gone || host->n_pins > 0)
			set->n_hosts++;
	}
}

/* Is there anything at all that may be applied? */
static int
is_news(const struct work *work)
{
	const struct learner_result *result = work->result;

	return result->n_added + result->n_confirmed > 0;
}

enum tlsp_code
learner_learn(struct tls_context *context, const struct lesson_rule *rule,
    const struct tlsp_pin_set *old, const struct record *destination,
    const struct record *const *servers, size_t n_servers, const char *digest,
    int64_t now, struct learner_result *ret_result, struct tlsp_err *err)
{
	const char *why = rule->fault != NULL || rule->pin == TLSP_PIN_OFF ||
	    *digest == '\0' ? lesson_refusal(rule, destination, digest, now) :
	    NULL;
	enum tlsp_code code = TLSP_OK;
	int is_listed = 0;
	struct work work = { .rule = rule, .digest = digest, .now = now,
	    .result = ret_result };
	size_t n;

	ret_result->n_added = ret_result->n_confirmed = 0;
	ret_result->n_retired = ret_result->n_refused = 0;
	ret_result->n_changes = ret_result->n_text = 0;
	ret_result->is_changed = ret_result->is_empty = 0;
	ret_result->set.n_hosts = ret_result->set.n_pins = 0;
	if (why != NULL) {
		change(ret_result, '!', NULL, NULL, "%.400s", why);
		return TLSP_OK;
	}
	if (old != NULL && is_ours(&work, old))
		begin(&work, old);
	if (destination != NULL) {
		apply_scan(&work, destination);
		is_listed = work.scanned == destination->time;
	}
	for (n = 0; code == TLSP_OK && n < n_servers; n++)
		code = apply_server(&work, context, servers[n], is_listed,
		    err);
	if (code != TLSP_OK)
		return code;
	if (old != NULL && !is_ours(&work, old)) {
		/* It counts no longer; it goes once there is another. */
		if (!is_news(&work))
			return TLSP_OK;
		drop(ret_result, old);
	}
	retire_all(&work);
	finish(&work);
	ret_result->is_changed = is_news(&work) || ret_result->n_retired > 0 ||
	    (old != NULL && work.scanned != old->scanned);
	ret_result->is_empty = ret_result->set.n_pins == 0;
	return TLSP_OK;
}
