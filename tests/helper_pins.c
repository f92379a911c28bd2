/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * helper_pins.c - sets of pins for tests, and the records they make.
 * Knows:    pin. Not: Check.
 * Feeds:    check_*.c, fuzz_pin.c.
 */
#include "helper_pins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/proof.h"

void
help_pins_init(struct help_pins *pins, int64_t scanned, uint64_t constraint,
    const char *digest)
{
	memset(pins, 0, sizeof(*pins));
	pins->set.scanned = scanned;
	pins->set.constraint = constraint;
	pins->set.digest.text = digest;
	pins->set.digest.len = strlen(digest);
}

struct tlsp_pin_host *
help_pins_host(struct help_pins *pins, const char *name, int is_gone)
{
	struct tlsp_pin_host *host = &pins->set.hosts[pins->set.n_hosts++];

	host->name.text = name;
	host->name.len = strlen(name);
	host->port = 25;
	host->is_gone = is_gone;
	host->first_pin = pins->set.n_pins;
	host->n_pins = 0;
	return host;
}

static struct tlsp_pin_text
fingerprint(struct help_pins *pins, unsigned char first, unsigned what)
{
	const size_t len = tlsp_pin_digest_len(pins->set.digest.text,
	    pins->set.digest.len);
	const struct tlsp_pin_text none = { NULL, 0 };
	struct tlsp_pin_text text;
	char *to;
	size_t n;

	if (pins->n_texts == HELP_PIN_TEXTS || len == 0)
		return none;
	to = pins->texts[pins->n_texts++];
	for (n = 0; n < len; n += 3)
		(void)snprintf(to + n, 4, "%02X:", n == 0 ? first :
		    (unsigned)(first * 7 + n * 3 + what) & 0xff);
	to[len] = '\0';
	text.text = to;
	text.len = len;
	return text;
}

const char *
help_pins_key(struct help_pins *pins, unsigned char first)
{
	return fingerprint(pins, first, 0).text;
}

struct tlsp_pin *
help_pins_pin(struct help_pins *pins, unsigned char first, int64_t verified,
    int64_t not_after)
{
	struct tlsp_pin *pin = &pins->set.pins[pins->set.n_pins++];

	memset(pin, 0, sizeof(*pin));
	pin->key = fingerprint(pins, first, 0);
	pin->cert = fingerprint(pins, first, 1);
	pin->anchor = fingerprint(pins, first, 2);
	pin->verified = pin->first = verified;
	pin->not_after = not_after;
	pin->origin = TLSP_PIN_PKIX;
	pins->set.hosts[pins->set.n_hosts - 1].n_pins++;
	return pin;
}

void
help_pins_write(struct help_pins *pins, const char *key)
{
	struct tlsp_err err;

	if (tlsp_pin_write(key, strlen(key), &pins->set, pins->record,
	    &pins->len, &err) != TLSP_OK) {
		(void)fprintf(stderr, "%s\n", err.text);
		abort();
	}
}

size_t
help_pins_seal(const char *key, const char *content, size_t len, char *buf)
{
	memcpy(buf, "1 ", 2);
	tlsp_proof_put(buf + 2, tlsp_proof_sum(key, strlen(key), content,
	    len));
	buf[2 + TLSP_PROOF_LEN] = ' ';
	memcpy(buf + 3 + TLSP_PROOF_LEN, content, len);
	return len + 3 + TLSP_PROOF_LEN;
}

static int
is_same(const struct tlsp_pin_text *a, const struct tlsp_pin_text *b)
{
	return a->len == b->len && (a->len == 0 ||
	    memcmp(a->text, b->text, a->len) == 0);
}

int
help_pins_equal(const struct tlsp_pin_set *a, const struct tlsp_pin_set *b)
{
	const struct tlsp_pin_host *ah, *bh;
	const struct tlsp_pin *ap, *bp;
	size_t n;

	if (a->scanned != b->scanned || a->constraint != b->constraint ||
	    !is_same(&a->digest, &b->digest) || a->n_hosts != b->n_hosts ||
	    a->n_pins != b->n_pins)
		return 0;
	for (n = 0; n < a->n_hosts; n++) {
		ah = &a->hosts[n];
		bh = &b->hosts[n];
		if (!is_same(&ah->name, &bh->name) || ah->port != bh->port ||
		    ah->is_gone != bh->is_gone ||
		    ah->first_pin != bh->first_pin ||
		    ah->n_pins != bh->n_pins)
			return 0;
	}
	for (n = 0; n < a->n_pins; n++) {
		ap = &a->pins[n];
		bp = &b->pins[n];
		if (!is_same(&ap->key, &bp->key) ||
		    !is_same(&ap->cert, &bp->cert) ||
		    !is_same(&ap->anchor, &bp->anchor) ||
		    !is_same(&ap->who, &bp->who) ||
		    ap->verified != bp->verified || ap->first != bp->first ||
		    ap->not_after != bp->not_after ||
		    ap->origin != bp->origin)
			return 0;
	}
	return 1;
}
