/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pin.c - what was verified of one next-hop, as one line of text.
 * Knows:    the words of a record. Not: files, rules, X.509, the clock.
 * Feeds:    store, merge, and the command.
 * Source:   tlspolicy_pins(5).
 */
#include "pin.h"

#include <string.h>

#include "proof.h"

#define VERSION		"1 "
#define VERSION_LEN	(sizeof(VERSION) - 1)
#define HEAD_LEN	(VERSION_LEN + TLSP_PROOF_LEN + 1)
#define TIME_DIGITS	12
#define PORT_MAX	65535

static const struct {
	const char *name;
	size_t len;		/* of a fingerprint, in characters */
} DIGESTS[] = {
	{ "sha256", 32 * 3 - 1 },
	{ "sha384", 48 * 3 - 1 },
	{ "sha512", 64 * 3 - 1 },
};

size_t
tlsp_pin_digest_len(const char *digest, size_t len)
{
	size_t n;

	for (n = 0; n < sizeof(DIGESTS) / sizeof(DIGESTS[0]); n++)
		if (strlen(DIGESTS[n].name) == len &&
		    memcmp(DIGESTS[n].name, digest, len) == 0)
			return DIGESTS[n].len;
	return 0;
}

static int
text_order(const struct tlsp_pin_text *a, const struct tlsp_pin_text *b)
{
	const size_t len = a->len < b->len ? a->len : b->len;
	const int order = memcmp(a->text, b->text, len);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

int
tlsp_pin_host_order(const struct tlsp_pin_host *a,
    const struct tlsp_pin_host *b)
{
	const int order = text_order(&a->name, &b->name);

	return order != 0 ? order : (a->port > b->port) - (a->port < b->port);
}

/* Digits, and nothing else; most of a record is these. */
static const unsigned char IS_HEX[256] = {
	['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
	['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1,
	['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1,
};

/* What a word may be; reader and writer ask the same functions. */

static int
is_fingerprint(const struct tlsp_pin_text *word, size_t want)
{
	const unsigned char *at = (const unsigned char *)word->text;
	const unsigned char *last;

	if (word->len != want)
		return 0;
	for (last = at + want - 2; at < last; at += 3)
		if ((IS_HEX[at[0]] & IS_HEX[at[1]]) == 0 || at[2] != ':')
			return 0;
	return IS_HEX[at[0]] & IS_HEX[at[1]];
}

/* Printable ASCII, no blank. */
static int
is_word(const struct tlsp_pin_text *word, size_t max)
{
	size_t n;

	if (word->len == 0 || word->len > max)
		return 0;
	for (n = 0; n < word->len; n++)
		if (word->text[n] <= ' ' || word->text[n] > '~')
			return 0;
	return 1;
}

static int
is_host(const struct tlsp_pin_host *host)
{
	size_t n;

	if (!is_word(&host->name, TLSP_HOSTNAME_MAX) || host->port == 0 ||
	    host->port > PORT_MAX)
		return 0;
	for (n = 0; n < host->name.len; n++)
		if (host->name.text[n] >= 'A' && host->name.text[n] <= 'Z')
			return 0;
	return 1;
}

static int
is_time(int64_t time_s)
{
	return time_s >= 0 && time_s <= TLSP_PIN_TIME_MAX;
}

/* A person's decision has a name; what was proved has none. */
static int
is_origin(const struct tlsp_pin *pin)
{
	switch (pin->origin) {
	case TLSP_PIN_PKIX:
	case TLSP_PIN_DANE:
		return pin->who.len == 0;
	case TLSP_PIN_PERSON:
		return is_word(&pin->who, TLSP_PIN_WHO_MAX) &&
		    memchr(pin->who.text, ',', pin->who.len) == NULL &&
		    (pin->who.len != 1 || pin->who.text[0] != '-');
	default:
		return 0;
	}
}

/* len: of a fingerprint. */
static int
is_pin(const struct tlsp_pin *pin, size_t len)
{
	return is_fingerprint(&pin->key, len) &&
	    is_fingerprint(&pin->cert, len) && (pin->anchor.len == 0 ||
	    is_fingerprint(&pin->anchor, len)) && is_time(pin->verified) &&
	    is_time(pin->first) && is_time(pin->not_after) && is_origin(pin);
}

/* Cut the next word off the front: up to a separator, which goes, too. */
static struct tlsp_pin_text
next_word(struct tlsp_pin_text *rest, char separator)
{
	struct tlsp_pin_text word = *rest;
	const char *end = rest->len == 0 ? NULL :
	    memchr(rest->text, separator, rest->len);

	if (end == NULL) {
		rest->text += rest->len;
		rest->len = 0;
		return word;
	}
	word.len = (size_t)(end - word.text);
	rest->text += word.len + 1;
	rest->len -= word.len + 1;
	return word;
}

static int
begins(struct tlsp_pin_text *word, const char *with)
{
	const size_t len = strlen(with);

	if (word->len < len || memcmp(word->text, with, len) != 0)
		return 0;
	word->text += len;
	word->len -= len;
	return 1;
}

/* Decimal, as it is written: no sign, no zero in front. */
static int
read_number(const struct tlsp_pin_text *word, size_t max_digits,
    int64_t *ret_number)
{
	int64_t number = 0;
	size_t n;

	if (word->len == 0 || word->len > max_digits ||
	    (word->len > 1 && word->text[0] == '0'))
		return -1;
	for (n = 0; n < word->len; n++) {
		if (word->text[n] < '0' || word->text[n] > '9')
			return -1;
		number = number * 10 + (word->text[n] - '0');
	}
	*ret_number = number;
	return 0;
}

static int
read_time(struct tlsp_pin_text *rest, char separator, int64_t *ret_time)
{
	const struct tlsp_pin_text word = next_word(rest, separator);

	return read_number(&word, TIME_DIGITS, ret_time);
}

/* A word that may be missing, for which there is a dash. */
static struct tlsp_pin_text
next_optional(struct tlsp_pin_text *rest)
{
	struct tlsp_pin_text word = next_word(rest, ',');

	if (word.len == 1 && word.text[0] == '-')
		word.len = 0;
	else if (word.len == 0)
		word.len = 1;	/* nothing where something must be */
	return word;
}

static int
read_host(struct tlsp_pin_text word, int is_gone, struct tlsp_pin_set *set)
{
	struct tlsp_pin_host *host = &set->hosts[set->n_hosts];
	struct tlsp_pin_text port;
	const char *colon = word.len == 0 ? NULL :
	    memrchr(word.text, ':', word.len);
	int64_t number;

	if (colon == NULL || set->n_hosts == TLSP_PIN_HOSTS_MAX)
		return -1;
	host->name.text = word.text;
	host->name.len = (size_t)(colon - word.text);
	port.text = colon + 1;
	port.len = word.len - host->name.len - 1;
	if (read_number(&port, 5, &number) < 0)
		return -1;
	host->port = (unsigned)number;
	host->is_gone = is_gone;
	host->first_pin = set->n_pins;
	host->n_pins = 0;
	if (!is_host(host) || (set->n_hosts > 0 &&
	    tlsp_pin_host_order(host - 1, host) >= 0))
		return -1;
	set->n_hosts++;
	return 0;
}

static int
read_pin(struct tlsp_pin_text rest, size_t len, struct tlsp_pin_set *set)
{
	struct tlsp_pin *pin = &set->pins[set->n_pins];
	struct tlsp_pin_host *host;
	struct tlsp_pin_text origin;

	if (set->n_hosts == 0 || set->n_pins == TLSP_PINS_MAX)
		return -1;
	pin->key = next_word(&rest, ',');
	pin->cert = next_word(&rest, ',');
	if (read_time(&rest, ',', &pin->verified) < 0 ||
	    read_time(&rest, ',', &pin->first) < 0 ||
	    read_time(&rest, ',', &pin->not_after) < 0)
		return -1;
	origin = next_word(&rest, ',');
	pin->origin = (enum tlsp_pin_origin)(origin.len == 1 ?
	    origin.text[0] : '?');
	pin->anchor = next_optional(&rest);
	/* The name is all that is left, so that nothing can follow it. */
	pin->who = rest;
	if (pin->who.len == 0)
		return -1;
	if (pin->who.len == 1 && pin->who.text[0] == '-')
		pin->who.len = 0;
	host = &set->hosts[set->n_hosts - 1];
	if (!is_pin(pin, len) || (host->n_pins > 0 &&
	    text_order(&pin[-1].key, &pin->key) >= 0))
		return -1;
	host->n_pins++;
	set->n_pins++;
	return 0;
}

/* Everything behind the check. What is wrong with it, or NULL. */
static const char *
read_words(struct tlsp_pin_text rest, struct tlsp_pin_set *set)
{
	static const char bad_host[] = "a host is malformed, out of order or "
	    "one too many";
	struct tlsp_pin_text word;
	size_t len;

	set->n_hosts = set->n_pins = 0;
	if (rest.len == 0 || rest.text[rest.len - 1] == ' ')
		return "it ends in a blank";
	if (read_time(&rest, ' ', &set->scanned) < 0)
		return "the time of its scan is no number";
	word = next_word(&rest, ' ');
	if (word.len != TLSP_PROOF_LEN ||
	    tlsp_proof_read(word.text, &set->constraint) < 0)
		return "its constraint is no number";
	set->digest = next_word(&rest, ' ');
	if ((len = tlsp_pin_digest_len(set->digest.text, set->digest.len)) ==
	    0)
		return "its digest is none of sha256, sha384, sha512";
	while (rest.len > 0) {
		word = next_word(&rest, ' ');
		if (begins(&word, "pin=")) {
			if (read_pin(word, len, set) < 0)
				return "a fingerprint is malformed, out of "
				    "order or one too many";
		} else if (begins(&word, "mx=")) {
			if (read_host(word, 0, set) < 0)
				return bad_host;
		} else if (begins(&word, "gone=")) {
			if (read_host(word, 1, set) < 0)
				return bad_host;
		} else {
			return "it holds a word that version 1 does not have";
		}
	}
	return NULL;
}

static enum tlsp_code
damaged(const char *key, size_t key_len, const char *why, struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_DAMAGED, NULL, "the record of "
	    "\"%.*s\" is damaged: %s", (int)(key_len < 100 ? key_len : 100),
	    key, why);
}

enum tlsp_code
tlsp_pin_prove(const char *key, size_t key_len, const char *value, size_t len,
    struct tlsp_err *err)
{
	uint64_t check;

	if (len >= TLSP_PIN_RECORD_MAX)
		return damaged(key, key_len, "it is too long", err);
	if (len <= HEAD_LEN || value[0] != VERSION[0] ||
	    value[1] != VERSION[1] || value[HEAD_LEN - 1] != ' ' ||
	    tlsp_proof_read(value + VERSION_LEN, &check) < 0)
		return damaged(key, key_len, "it does not begin as version 1 "
		    "does", err);
	if (check != tlsp_proof_sum(key, key_len, value + HEAD_LEN,
	    len - HEAD_LEN))
		return damaged(key, key_len, "its check is wrong", err);
	return TLSP_OK;
}

enum tlsp_code
tlsp_pin_read(const char *key, size_t key_len, const char *value, size_t len,
    struct tlsp_pin_set *ret_set, struct tlsp_err *err)
{
	struct tlsp_pin_text rest;
	const char *why;
	enum tlsp_code code;

	if ((code = tlsp_pin_prove(key, key_len, value, len, err)) != TLSP_OK)
		return code;
	rest.text = value + HEAD_LEN;
	rest.len = len - HEAD_LEN;
	if ((why = read_words(rest, ret_set)) != NULL)
		return damaged(key, key_len, why, err);
	return TLSP_OK;
}

/* A record in the making; what no longer fits is only counted. */
struct writer {
	char *buf;
	size_t len;
};

static void
put(struct writer *to, const char *text, size_t len)
{
	if (len <= TLSP_PIN_RECORD_MAX && to->len + len < TLSP_PIN_RECORD_MAX)
		memcpy(to->buf + to->len, text, len);
	to->len += len;
}

static void
put_text(struct writer *to, const char *before,
    const struct tlsp_pin_text *text)
{
	put(to, before, strlen(before));
	if (text->len > 0)
		put(to, text->text, text->len);
	else
		put(to, "-", 1);
}

static void
put_number(struct writer *to, const char *before, int64_t number)
{
	char digits[20];
	size_t n = sizeof(digits);

	do
		digits[--n] = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	put(to, before, strlen(before));
	put(to, digits + n, sizeof(digits) - n);
}

static void
put_pin(struct writer *to, const struct tlsp_pin *pin)
{
	const char origin[] = { ',', (char)pin->origin };

	put_text(to, " pin=", &pin->key);
	put_text(to, ",", &pin->cert);
	put_number(to, ",", pin->verified);
	put_number(to, ",", pin->first);
	put_number(to, ",", pin->not_after);
	put(to, origin, sizeof(origin));
	put_text(to, ",", &pin->anchor);
	put_text(to, ",", &pin->who);
}

/* 0, or -1: they could not be read back. */
static int
put_hosts(struct writer *to, const struct tlsp_pin_set *set, size_t len)
{
	const struct tlsp_pin_host *host;
	size_t n, n_pins = 0, p;

	if (set->n_hosts > TLSP_PIN_HOSTS_MAX || set->n_pins > TLSP_PINS_MAX)
		return -1;
	for (n = 0; n < set->n_hosts; n++) {
		host = &set->hosts[n];
		if (!is_host(host) || host->first_pin != n_pins ||
		    host->n_pins > set->n_pins - n_pins || (n > 0 &&
		    tlsp_pin_host_order(host - 1, host) >= 0))
			return -1;
		put_text(to, host->is_gone ? " gone=" : " mx=", &host->name);
		put_number(to, ":", host->port);
		for (p = 0; p < host->n_pins; p++, n_pins++) {
			if (!is_pin(&set->pins[n_pins], len) || (p > 0 &&
			    text_order(&set->pins[n_pins - 1].key,
			    &set->pins[n_pins].key) >= 0))
				return -1;
			put_pin(to, &set->pins[n_pins]);
		}
	}
	return n_pins == set->n_pins ? 0 : -1;
}

enum tlsp_code
tlsp_pin_write(const char *key, size_t key_len, const struct tlsp_pin_set *set,
    char *buf, size_t *ret_len, struct tlsp_err *err)
{
	const size_t len = tlsp_pin_digest_len(set->digest.text,
	    set->digest.len);
	struct writer to = { buf, HEAD_LEN };
	char constraint[TLSP_PROOF_LEN];
	const struct tlsp_pin_text hex = { constraint, sizeof(constraint) };

	if (len == 0 || !is_time(set->scanned))
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "no record can "
		    "hold this digest or this time");
	tlsp_proof_put(constraint, set->constraint);
	put_number(&to, "", set->scanned);
	put_text(&to, " ", &hex);
	put_text(&to, " ", &set->digest);
	if (put_hosts(&to, set, len) < 0)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "hosts or "
		    "fingerprints are malformed, out of order or too many");
	if (to.len >= TLSP_PIN_RECORD_MAX)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "the record "
		    "would be longer than %zu bytes", TLSP_PIN_RECORD_MAX);
	memcpy(buf, VERSION, VERSION_LEN);
	tlsp_proof_put(buf + VERSION_LEN, tlsp_proof_sum(key, key_len,
	    buf + HEAD_LEN, to.len - HEAD_LEN));
	buf[HEAD_LEN - 1] = ' ';
	buf[to.len] = '\0';
	*ret_len = to.len;
	return TLSP_OK;
}
