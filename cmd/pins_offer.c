/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pins_offer.c - which keys somebody wants to be accepted.
 * Knows:    where they are written: on the command line, in records. Not:
 *           whether they may be.
 * Feeds:    pins_accept.
 */
#include "pins_offer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "out_json.h"

#define FUTURE_S	(5 * 60)	/* clocks that differ */

/* want: length of a fingerprint. */
struct asked {
	struct pins *pins;
	const struct known *known;
	size_t want;
	struct offers *offers;
};

static void
copy_lower(char *to, const char *from, size_t len)
{
	size_t n;

	for (n = 0; n < len && n < TLSP_HOSTNAME_MAX; n++)
		to[n] = tlsp_name_lower(from[n]);
	to[n] = '\0';
}

/* The only MX host there is: of the set, or the next-hop itself. */
static int
guess_host(struct asked *asked, struct offer *offer)
{
	const struct tlsp_pin_set *set = &asked->known->set;
	const char *key = asked->known->answer.key, *end;
	size_t n, n_mx = 0, which = 0, len;
	struct tlsp_err err;

	for (n = 0; asked->known->has_set && n < set->n_hosts; n++)
		if (!set->hosts[n].is_gone) {
			n_mx++;
			which = n;
		}
	if (n_mx == 1) {
		copy_lower(offer->host, set->hosts[which].name.text,
		    set->hosts[which].name.len);
		offer->port = set->hosts[which].port;
		return 0;
	}
	if (n_mx > 1 || key[0] != '[' || (end = strchr(key, ']')) == NULL)
		return pins_usage("whose key is it? Say --host MX:PORT%s",
		    n_mx > 1 ? "; \"pins show\" names the hosts" : "");
	if (end[1] == '\0')
		offer->port = 25;
	else if (print_read_host(end[1] == ':' ? end : "", &len, &offer->port,
	    &err) != TLSP_OK)
		return pins_usage("%s", err.text);
	copy_lower(offer->host, key + 1, (size_t)(end - key - 1));
	/* What is named in brackets is all there is. */
	asked->offers->scan.time = asked->pins->now;
	asked->offers->scan.n_hosts = 1;
	memcpy(asked->offers->scan.hosts[0].name, offer->host, sizeof(offer->host));
	asked->offers->scan.hosts[0].port = offer->port;
	return 0;
}

/*
 * A fingerprint on the command line. Of its certificate nothing is known: the
 * key stands in for it, and no pin lasts longer than the longest pin_ttl.
 */
static int
offer_given(struct asked *asked, const char *text)
{
	struct offer *offer = &asked->offers->list[0];
	struct tlsp_err err;
	size_t len;

	if (print_read(text, asked->want, offer->key, &err) != TLSP_OK)
		return pins_usage("%s (smtp_tls_fingerprint_digest = %s)",
		    err.text, asked->pins->world.tables.trust.digest);
	memcpy(offer->cert, offer->key, sizeof(offer->cert));
	offer->not_after = asked->pins->now + TLSP_PIN_TTL_MAX;
	asked->offers->n_offers = 1;
	if (asked->pins->host == NULL)
		return guess_host(asked, offer);
	if (print_read_host(asked->pins->host, &len, &offer->port, &err) !=
	    TLSP_OK)
		return pins_usage("--host: %s", err.text);
	copy_lower(offer->host, asked->pins->host, len);
	return 0;
}

/* Is a record of the host that --host names, if it names one? */
static int
is_wanted(const struct asked *asked, const struct record *record)
{
	struct tlsp_err err;
	unsigned port;
	size_t len;

	if (asked->pins->host == NULL)
		return 1;
	return print_read_host(asked->pins->host, &len, &port, &err) ==
	    TLSP_OK && port == record->port && strlen(record->mx) == len &&
	    strncasecmp(record->mx, asked->pins->host, len) == 0;
}

/* One server: the key that it showed. */
static enum tlsp_code
offer_server(struct asked *asked, const struct record *record,
    struct tlsp_err *err)
{
	struct offer *offer = &asked->offers->list[asked->offers->n_offers];
	const char *digest = asked->pins->world.tables.trust.digest;
	size_t n;

	if (record->mx == NULL || record->key_digest == NULL ||
	    record->cert_digest == NULL || !is_wanted(asked, record))
		return TLSP_OK;
	if (record->digest == NULL || strcmp(record->digest, digest) != 0)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "a record by the "
		    "digest %.20s; main.cf has %s: probe again",
		    record->digest == NULL ? "(none)" : record->digest,
		    digest);
	if (record->not_after < asked->pins->now)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "the certificate "
		    "of %.100s has expired", record->mx);
	if (asked->offers->n_offers == TLSP_PINS_MAX)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "more than %d "
		    "keys", TLSP_PINS_MAX);
	if (print_read(record->key_digest, asked->want, offer->key, err) !=
	    TLSP_OK || print_read(record->cert_digest, asked->want,
	    offer->cert, err) != TLSP_OK)
		return err->code;
	copy_lower(offer->host, record->mx, strlen(record->mx));
	offer->port = record->port;
	offer->not_after = record->not_after;
	/* A host of several addresses shows the same key at each. */
	for (n = 0; n < asked->offers->n_offers; n++)
		if (asked->offers->list[n].port == offer->port &&
		    strcmp(asked->offers->list[n].host, offer->host) == 0 &&
		    strcmp(asked->offers->list[n].key, offer->key) == 0)
			return TLSP_OK;
	asked->offers->n_offers++;
	return TLSP_OK;
}

/* All hosts of the destination, if that is the whole truth, and not old. */
static void
take_scan(struct asked *asked, const struct record *record)
{
	struct scan *scan = &asked->offers->scan;
	size_t n;

	if (!record->complete || record->n_list == 0 ||
	    record->n_list > TLSP_PIN_HOSTS_MAX ||
	    record->time > asked->pins->now + FUTURE_S ||
	    (asked->known->has_set &&
	    record->time < asked->known->set.scanned))
		return;
	scan->time = record->time;
	scan->n_hosts = record->n_list;
	for (n = 0; n < record->n_list; n++) {
		copy_lower(scan->hosts[n].name, record->list[n].host,
		    strlen(record->list[n].host));
		scan->hosts[n].port = record->list[n].port;
	}
}

/* One line of standard input; what is no record is passed over. */
static enum tlsp_code
offer_line(struct asked *asked, const char *line, size_t len,
    struct tlsp_err *err)
{
	static const char word[] = "record ";
	char folded[TABLES_KEY_MAX];
	struct record record;
	enum tlsp_code code;
	const char *key;

	if (len > sizeof(word) && memcmp(line, word, sizeof(word) - 1) == 0) {
		line += sizeof(word) - 1;
		len -= sizeof(word) - 1;
	} else if (len == 0 || line[0] != '{') {
		return TLSP_OK;
	}
	if ((code = out_json_read_record(line, len, &record, err)) != TLSP_OK)
		return code;
	if ((code = record_check(&record, err)) == TLSP_OK &&
	    (key = tables_fold(&asked->pins->world.tables, record.nexthop,
	    folded, sizeof(folded))) != NULL &&
	    strcmp(key, asked->known->answer.key) == 0) {
		if (record.type == RECORD_DESTINATION)
			take_scan(asked, &record);
		else
			code = offer_server(asked, &record, err);
	}
	record_clear(&record);
	return code;
}

static int
offer_records(struct asked *asked)
{
	struct tlsp_pos at = { "(standard input)", 0, 1 };
	char *line = NULL;
	size_t cap = 0;
	struct tlsp_err err, why;
	ssize_t len;
	int code = 0;

	while (code == 0 && (len = getline(&line, &cap, stdin)) >= 0) {
		at.line++;
		if (offer_line(asked, line, (size_t)len, &why) == TLSP_OK)
			continue;
		if (why.at.col > 0)
			at.col = why.at.col;
		(void)tlsp_err_set(&err, why.code, &at, "%s", why.text);
		(void)cmd_error(&err);
		code = EX_DATAERR;
	}
	free(line);
	if (code == 0 && asked->offers->n_offers == 0) {
		(void)tlsp_err_set(&err, TLSP_E_VALUE, NULL, "no record of a "
		    "key of %.100s on standard input", asked->known->answer.key);
		(void)cmd_error(&err);
		code = EX_DATAERR;
	}
	return code;
}

static struct asked
ask_for(struct pins *pins, const struct known *known, struct offers *offers)
{
	const char *digest = pins->world.tables.trust.digest;
	const struct asked asked = { pins, known, tlsp_pin_digest_len(digest,
	    strlen(digest)), offers };

	return asked;
}

int
pins_offer_given(struct pins *pins, const struct known *known,
    const char *text, struct offers *offers)
{
	struct asked asked = ask_for(pins, known, offers);

	return offer_given(&asked, text);
}

int
pins_offer_records(struct pins *pins, const struct known *known,
    struct offers *offers)
{
	struct asked asked = ask_for(pins, known, offers);

	return offer_records(&asked);
}
