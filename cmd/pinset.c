/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pinset.c - changes in what is known of a next-hop.
 * Knows:    how a set is kept in order. Not: why it changes, files, rules.
 * Feeds:    the verb pins.
 */
#include "pinset.h"

#include <string.h>
#include <strings.h>

static int
text_order(const struct tlsp_pin_text *a, const struct tlsp_pin_text *b)
{
	const size_t len = a->len < b->len ? a->len : b->len;
	const int order = memcmp(a->text, b->text, len);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/* The pins from at on belong to hosts that stand behind this one. */
static void
shift_hosts(struct tlsp_pin_set *set, size_t from, int by)
{
	for (; from < set->n_hosts; from++)
		set->hosts[from].first_pin += (size_t)by;
}

size_t
pinset_drop(struct tlsp_pin_set *set, pinset_is_fn is_it, const void *ctx)
{
	struct tlsp_pin_host *host;
	size_t h, p, end, to = 0, first;

	for (h = 0; h < set->n_hosts; h++) {
		host = &set->hosts[h];
		end = host->first_pin + host->n_pins;
		first = to;
		for (p = host->first_pin; p < end; p++)
			if (!is_it(ctx, &set->pins[p]))
				set->pins[to++] = set->pins[p];
		host->first_pin = first;
		host->n_pins = to - first;
	}
	p = set->n_pins - to;
	set->n_pins = to;
	return p;
}

struct tlsp_pin_host *
pinset_find(struct tlsp_pin_set *set, const char *name, size_t len,
    unsigned port)
{
	size_t n;

	for (n = 0; n < set->n_hosts; n++)
		if (set->hosts[n].port == port &&
		    set->hosts[n].name.len == len &&
		    strncasecmp(set->hosts[n].name.text, name, len) == 0)
			return &set->hosts[n];
	return NULL;
}

struct tlsp_pin *
pinset_find_pin(struct tlsp_pin_set *set, const struct tlsp_pin_host *host,
    const struct tlsp_pin_text *key)
{
	size_t n;

	for (n = host->first_pin; n < host->first_pin + host->n_pins; n++)
		if (text_order(&set->pins[n].key, key) == 0)
			return &set->pins[n];
	return NULL;
}

enum tlsp_code
pinset_add_host(struct tlsp_pin_set *set, const char *name, size_t len,
    unsigned port, struct tlsp_pin_host **ret_host, struct tlsp_err *err)
{
	struct tlsp_pin_host new = { .name = { name, len }, .port = port };
	struct tlsp_pin_host *host = pinset_find(set, name, len, port);
	size_t at;

	if (host == NULL) {
		if (set->n_hosts == TLSP_PIN_HOSTS_MAX)
			return tlsp_err_set(err, TLSP_E_VALUE, NULL, "more "
			    "than %d hosts", TLSP_PIN_HOSTS_MAX);
		for (at = 0; at < set->n_hosts && tlsp_pin_host_order(
		    &set->hosts[at], &new) < 0; at++)
			;
		new.first_pin = at < set->n_hosts ?
		    set->hosts[at].first_pin : set->n_pins;
		host = &set->hosts[at];
		memmove(host + 1, host, (set->n_hosts - at) * sizeof(*host));
		*host = new;
		set->n_hosts++;
	}
	host->is_gone = 0;
	*ret_host = host;
	return TLSP_OK;
}

enum tlsp_code
pinset_add(struct tlsp_pin_set *set, struct tlsp_pin_host *host,
    const struct tlsp_pin *pin, struct tlsp_err *err)
{
	struct tlsp_pin *old = pinset_find_pin(set, host, &pin->key);
	size_t at = host->first_pin;

	if (old != NULL) {
		*old = *pin;
		return TLSP_OK;
	}
	if (set->n_pins == TLSP_PINS_MAX)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "more than %d "
		    "fingerprints", TLSP_PINS_MAX);
	while (at < host->first_pin + host->n_pins &&
	    text_order(&set->pins[at].key, &pin->key) < 0)
		at++;
	memmove(&set->pins[at + 1], &set->pins[at], (set->n_pins - at) *
	    sizeof(*pin));
	set->pins[at] = *pin;
	set->n_pins++;
	host->n_pins++;
	shift_hosts(set, (size_t)(host - set->hosts) + 1, 1);
	return TLSP_OK;
}
