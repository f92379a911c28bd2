/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * merge.c - the precedence of what a person wrote and what was learned.
 * Knows:    that learned never weakens written. Not: where either is kept.
 * Feeds:    resolve, pinned, and the command.
 */
#include "merge.h"

#include <string.h>

#include "policy.h"

#define ANSWER		"fingerprint match="
#define KEY_MAX		(64 * 3 - 1)	/* a fingerprint by sha512 */

/* How much of a name is quoted in a message. */
#define SHOWN(text, len)	(int)((len) < 100 ? (len) : 100), (text)

const char *
tlsp_merge_pin_text(enum tlsp_pin_state state)
{
	switch (state) {
	case TLSP_PIN_USABLE:
		return "usable";
	case TLSP_PIN_OTHER_DIGEST:
		return "not of the digest in smtp_tls_fingerprint_digest";
	case TLSP_PIN_OTHER_RULE:
		return "verified under another rule or other TLS settings";
	case TLSP_PIN_FUTURE:
		return "verified in the future: a clock was or is wrong";
	case TLSP_PIN_TOO_OLD:
		return "not verified within pin_ttl";
	case TLSP_PIN_FADED:
		return "of a host that is no longer an MX host";
	case TLSP_PIN_EXPIRED:
		return "of a certificate that has expired";
	}
	return "unknown";
}

const char *
tlsp_merge_set_text(enum tlsp_pins_state state)
{
	switch (state) {
	case TLSP_PINS_USABLE:
		return "usable";
	case TLSP_PINS_NO_STORE:
		return "nothing has been learned yet";
	case TLSP_PINS_UNREADABLE:
		return "what was learned cannot be used";
	case TLSP_PINS_NONE:
		return "no fingerprint of it has been verified yet";
	case TLSP_PINS_NO_DIGEST:
		return "smtp_tls_fingerprint_digest is none of sha256, "
		    "sha384, sha512";
	case TLSP_PINS_OTHER_DIGEST:
		return "its fingerprints are not of the digest in "
		    "smtp_tls_fingerprint_digest";
	case TLSP_PINS_OTHER_RULE:
		return "its fingerprints were verified under another rule or "
		    "other TLS settings";
	case TLSP_PINS_NO_SCAN:
		return "not all of its MX hosts were ever known";
	case TLSP_PINS_LACKING:
		return "an MX host has no usable fingerprint";
	}
	return "unknown";
}

/* Of a pin in a set that is otherwise in order. */
static enum tlsp_pin_state
judge_pin(const struct tlsp_pin *pin, int is_gone, int64_t ttl_s, int64_t now)
{
	if (pin->verified > now + TLSP_MERGE_SKEW)
		return TLSP_PIN_FUTURE;
	if (pin->not_after < now)
		return TLSP_PIN_EXPIRED;
	if (now - pin->verified >= ttl_s)
		return TLSP_PIN_TOO_OLD;
	if (is_gone && now - pin->verified >= TLSP_MERGE_FADE)
		return TLSP_PIN_FADED;
	return TLSP_PIN_USABLE;
}

static int
has_digest(const struct tlsp_pin_set *set, const struct tlsp_trust *trust)
{
	return strlen(trust->digest) == set->digest.len &&
	    memcmp(trust->digest, set->digest.text, set->digest.len) == 0;
}

/* What makes a whole set unusable, or TLSP_PINS_USABLE. */
static enum tlsp_pins_state
judge_set(const struct tlsp_pin_set *set, uint64_t constraint,
    const struct tlsp_trust *trust)
{
	if (trust->digest[0] == '\0')
		return TLSP_PINS_NO_DIGEST;
	if (!has_digest(set, trust))
		return TLSP_PINS_OTHER_DIGEST;
	if (set->constraint != constraint)
		return TLSP_PINS_OTHER_RULE;
	return set->scanned == 0 ? TLSP_PINS_NO_SCAN : TLSP_PINS_USABLE;
}

void
tlsp_merge_judge(const struct tlsp_pin_set *set, uint64_t constraint,
    int64_t ttl_s, const struct tlsp_trust *trust, int64_t now,
    struct tlsp_verdict *verdict)
{
	const struct tlsp_pin_host *host;
	enum tlsp_pin_state *state;
	size_t n, p, n_here, n_mx = 0;

	verdict->state = judge_set(set, constraint, trust);
	verdict->lacking = verdict->n_usable = 0;
	for (n = 0; n < set->n_hosts; n++) {
		host = &set->hosts[n];
		n_here = 0;
		for (p = host->first_pin; p < host->first_pin + host->n_pins;
		    p++) {
			state = &verdict->pins[p];
			if (!has_digest(set, trust))
				*state = TLSP_PIN_OTHER_DIGEST;
			else if (set->constraint != constraint)
				*state = TLSP_PIN_OTHER_RULE;
			else
				*state = judge_pin(&set->pins[p],
				    host->is_gone, ttl_s, now);
			n_here += *state == TLSP_PIN_USABLE;
		}
		verdict->n_usable += n_here;
		if (host->is_gone)
			continue;
		n_mx++;
		if (n_here == 0 && verdict->state == TLSP_PINS_USABLE) {
			verdict->state = TLSP_PINS_LACKING;
			verdict->lacking = n;
		}
	}
	if (n_mx == 0 && verdict->state == TLSP_PINS_USABLE)
		verdict->state = TLSP_PINS_NO_SCAN;
}

static struct tlsp_pos
place_of(const char *file, const struct tlsp_record *record)
{
	struct tlsp_pos at = { file, 0, 0 };

	if ((record->flags & TLSP_RECORD_PLACE) != 0) {
		at.line = tlsp_record_place(record)->line;
		at.col = tlsp_record_place(record)->col;
	}
	return at;
}

static __attribute__((noinline)) enum tlsp_code
no_answer(const char *file, const struct tlsp_record *record,
    struct tlsp_err *err)
{
	const struct tlsp_pos at = place_of(file, record);
	int32_t code = TLSP_E_DAMAGED;

	if ((record->flags & TLSP_RECORD_PLACE) != 0)
		code = tlsp_record_place(record)->code;
	if ((record->flags & TLSP_RECORD_FAULT) == 0)
		return tlsp_err_set(err, TLSP_E_PENDING, &at, "pin=require, "
		    "and no fingerprint has been verified yet");
	/* Whatever the code says, it is no answer. */
	return tlsp_err_set(err, code < 0 ?
	    (enum tlsp_code)code : TLSP_E_DAMAGED, &at, "%s",
	    tlsp_record_text(record));
}

enum tlsp_code
tlsp_merge_none(const char *file, const struct tlsp_record *record,
    const char **ret_answer, struct tlsp_err *err)
{
	if ((record->flags & TLSP_RECORD_FAULT) != 0 ||
	    record->pin == TLSP_PIN_REQUIRE)
		return no_answer(file, record, err);
	*ret_answer = tlsp_record_text(record);
	return TLSP_OK;
}

size_t
tlsp_merge_size(size_t len)
{
	return sizeof(ANSWER) + TLSP_PINS_MAX * (KEY_MAX + 1) + len;
}

/* The key that is known best of a host, in words. */
static const char *
why_lacking(const struct tlsp_merge *merge, const struct tlsp_pin_host *host)
{
	const struct tlsp_pin *pins = merge->set->pins;
	size_t best = host->first_pin, n;

	if (host->n_pins == 0)
		return "none has been verified yet";
	for (n = best; n < host->first_pin + host->n_pins; n++)
		if (pins[n].verified > pins[best].verified)
			best = n;
	return tlsp_merge_pin_text(merge->verdict->pins[best]);
}

/* pin=require, and there is nothing to require. */
static enum tlsp_code
wait(const struct tlsp_merge *merge, struct tlsp_err *err)
{
	const enum tlsp_pins_state state = merge->verdict->state;
	const struct tlsp_pos at = place_of(merge->file, merge->record);
	const struct tlsp_pin_host *host;

	if (state == TLSP_PINS_LACKING) {
		host = &merge->set->hosts[merge->verdict->lacking];
		return tlsp_err_set(err, TLSP_E_PENDING, &at, "pin=require, "
		    "and %.*s:%u has no usable fingerprint (%s); see "
		    "\"tlspolicy explain %.*s\", verify with \"tlspolicy "
		    "probe %.*s | tlspolicy learn\"", SHOWN(host->name.text,
		    host->name.len), host->port, why_lacking(merge, host),
		    SHOWN(merge->key, merge->key_len), SHOWN(merge->key,
		    merge->key_len));
	}
	if (state == TLSP_PINS_UNREADABLE)
		return tlsp_err_set(err, TLSP_E_PENDING, &at, "pin=require, "
		    "and %s: %.200s; see \"tlspolicy pins list\"",
		    tlsp_merge_set_text(state), merge->why->text);
	if (state == TLSP_PINS_NO_DIGEST)
		return tlsp_err_set(err, TLSP_E_PENDING, &at, "pin=require, "
		    "and %s; set it in main.cf", tlsp_merge_set_text(state));
	return tlsp_err_set(err, TLSP_E_PENDING, &at, "pin=require, and %s; "
	    "verify with \"tlspolicy probe %.*s | tlspolicy learn\"",
	    tlsp_merge_set_text(state), SHOWN(merge->key, merge->key_len));
}

/* The usable pins in order, each once. */
static size_t
sort_keys(const struct tlsp_merge *merge, const struct tlsp_pin_text **keys)
{
	const struct tlsp_pin_text *key;
	size_t n, at, n_keys = 0;
	int order;

	for (n = 0; n < merge->set->n_pins; n++) {
		if (merge->verdict->pins[n] != TLSP_PIN_USABLE)
			continue;
		key = &merge->set->pins[n].key;
		/* All fingerprints of a digest are of one length. */
		for (at = n_keys, order = 1; at > 0; at--)
			if ((order = memcmp(key->text, keys[at - 1]->text,
			    key->len)) >= 0)
				break;
		if (at > 0 && order == 0)
			continue;
		memmove(&keys[at + 1], &keys[at], (n_keys - at) *
		    sizeof(*keys));
		keys[at] = key;
		n_keys++;
	}
	return n_keys;
}

static enum tlsp_code
write_answer(const struct tlsp_merge *merge, const char **ret_answer,
    struct tlsp_err *err)
{
	const struct tlsp_pos at = place_of(merge->file, merge->record);
	const struct tlsp_pin_text *keys[TLSP_PINS_MAX];
	const size_t n_keys = sort_keys(merge, keys);
	char *to = merge->buf;
	size_t n;

	/* Without a match, main.cf could fill in one of its own. */
	if (n_keys == 0 || merge->size < tlsp_merge_size(merge->record->len))
		return tlsp_err_set(err, TLSP_E_BUG, &at, "no room for an "
		    "answer with fingerprints");
	memcpy(to, ANSWER, sizeof(ANSWER) - 1);
	to += sizeof(ANSWER) - 1;
	for (n = 0; n < n_keys; n++) {
		if (n > 0)
			*to++ = '|';
		memcpy(to, keys[n]->text, keys[n]->len);
		to += keys[n]->len;
	}
	to += tlsp_policy_rest(tlsp_record_text(merge->record),
	    merge->has_braces, to);
	*to = '\0';
	*ret_answer = merge->buf;
	return TLSP_OK;
}

/* Fingerprints stand in for a check of certificates, or for none at all. */
static int
is_pinned(const struct tlsp_record *record)
{
	return record->pin != TLSP_PIN_OFF &&
	    (record->level == TLSP_LEVEL_ENCRYPT ||
	    record->level == TLSP_LEVEL_VERIFY ||
	    record->level == TLSP_LEVEL_SECURE);
}

enum tlsp_code
tlsp_merge(const struct tlsp_merge *merge, const char **ret_answer,
    struct tlsp_err *err)
{
	if ((merge->record->flags & TLSP_RECORD_FAULT) != 0 ||
	    !is_pinned(merge->record))
		return tlsp_merge_none(merge->file, merge->record, ret_answer,
		    err);
	if (merge->verdict->state == TLSP_PINS_USABLE)
		return write_answer(merge, ret_answer, err);
	if (merge->record->pin == TLSP_PIN_REQUIRE)
		return wait(merge, err);
	*ret_answer = tlsp_record_text(merge->record);
	return TLSP_OK;
}
