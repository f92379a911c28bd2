/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * record.c - what a probe saw: one record a server, one a destination.
 * Knows:    the fields, their stable names, base64. Not: JSON's syntax,
 *           sockets, what a verdict needs.
 * Feeds:    prober, learner, out_json, out_text.
 * Source:   RFC 4648 section 4.
 */
#include "record.h"

#include <stdlib.h>
#include <string.h>

static const char *const TYPES[] = { "server", "destination" };
static const char *const STAGES[] = {
	"dns", "connect", "greeting", "ehlo", "starttls", "handshake",
	"verify", "done"
};
static const char *const VERDICTS[] = { "none", "pkix", "dane" };
static const char *const WORDS[] = {
	"unknown", "clear", "Anonymous", "Untrusted", "Trusted", "Verified"
};
static const char *const FATES[] = {
	"waits", "delivered", "bounces", "unknown"
};

#define S	RECORD_OF(RECORD_SERVER)
#define D	RECORD_OF(RECORD_DESTINATION)
#define FIELD(name, kind, of, member)					\
	{ (name), RECORD_F_##kind, (of), offsetof(struct record, member), \
	    0, NULL, 0 }
#define LIST(name, kind, of, member, n)					\
	{ (name), RECORD_F_##kind, (of), offsetof(struct record, member), \
	    offsetof(struct record, n), NULL, 0 }
#define ENUM(name, of, member, list)					\
	{ (name), RECORD_F_WORD, (of), offsetof(struct record, member),	\
	    0, (list), (int)(sizeof(list) / sizeof((list)[0])) }

const struct record_field record_fields[] = {
	FIELD("time", TIME, S | D, time),
	FIELD("nexthop", STRING, S | D, nexthop),
	FIELD("key", STRING, S | D, key),
	FIELD("rule", STRING, S | D, rule),
	FIELD("constraint", HEX64, S | D, constraint),
	FIELD("mx", STRING, S, mx),
	FIELD("port", PORT, S, port),
	FIELD("address", STRING, S, address),
	FIELD("preference", INT, S, preference),
	LIST("mx", LIST, D, list, n_list),
	FIELD("mx_secure", BOOL, S | D, mx_secure),
	LIST("tlsa", STRINGS, S, tlsa, n_tlsa),
	FIELD("tlsa_base", STRING, S, tlsa_base),
	FIELD("tlsa_secure", BOOL, S, tlsa_secure),
	ENUM("stage", S, stage, STAGES),
	FIELD("reply", STRING, S, reply),
	FIELD("complete", BOOL, D, complete),
	FIELD("error", STRING, S | D, error),
	ENUM("fate", S | D, fate, FATES),
	FIELD("protocol", STRING, S, protocol),
	FIELD("cipher", STRING, S, cipher),
	FIELD("bits", INT, S, bits),
	FIELD("resumed", BOOL, S, resumed),
	FIELD("sni", STRING, S, sni),
	LIST("chain", CHAIN, S, chain, n_chain),
	ENUM("verdict", S, verdict, VERDICTS),
	ENUM("word", S, word, WORDS),
	FIELD("matched", STRING, S, matched),
	FIELD("why", STRING, S, why),
	FIELD("lesson", STRING, S, lesson),
	FIELD("digest", STRING, S, digest),
	FIELD("anchor", STRING, S, anchor),
	FIELD("key_digest", STRING, S, key_digest),
	FIELD("cert_digest", STRING, S, cert_digest),
	FIELD("not_after", TIME, S, not_after),
	FIELD("ms.dns", INT, S, ms.dns),
	FIELD("ms.connect", INT, S, ms.connect),
	FIELD("ms.greeting", INT, S, ms.greeting),
	FIELD("ms.ehlo", INT, S, ms.ehlo),
	FIELD("ms.starttls", INT, S, ms.starttls),
	FIELD("ms.handshake", INT, S, ms.handshake),
	FIELD("ms.total", INT, S, ms.total),
	{ NULL, RECORD_F_STRING, 0, 0, 0, NULL, 0 }
};

const char *
record_type_name(enum record_type type)
{
	return TYPES[type];
}

int
record_type_find(const char *name)
{
	if (strcmp(name, TYPES[RECORD_SERVER]) == 0)
		return RECORD_SERVER;
	if (strcmp(name, TYPES[RECORD_DESTINATION]) == 0)
		return RECORD_DESTINATION;
	return -1;
}

const char *
record_stage_name(enum record_stage stage)
{
	return STAGES[stage];
}

const char *
record_verdict_name(enum record_verdict verdict)
{
	return VERDICTS[verdict];
}

const char *
record_word_name(enum record_word word)
{
	return WORDS[word];
}

const char *
record_fate_name(enum record_fate fate)
{
	return FATES[fate];
}

void
record_init(struct record *rec, enum record_type type)
{
	memset(rec, 0, sizeof(*rec));
	rec->type = type;
	rec->preference = -1;
	rec->fate = RECORD_UNTOLD;
	rec->ms.dns = rec->ms.connect = rec->ms.greeting = rec->ms.ehlo = -1;
	rec->ms.starttls = rec->ms.handshake = rec->ms.total = -1;
}

void
record_clear(struct record *rec)
{
	const struct record_field *field;
	size_t n;

	for (field = record_fields; field->name != NULL; field++)
		if (field->kind == RECORD_F_STRING)
			free(*(char **)((char *)rec + field->offset));
	for (n = 0; n < rec->n_tlsa; n++)
		free(rec->tlsa[n]);
	for (n = 0; n < rec->n_chain; n++)
		free(rec->chain[n].bytes);
	for (n = 0; n < rec->n_list; n++)
		free(rec->list[n].host);
	record_init(rec, rec->type);
}

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "out of memory");
}

static enum tlsp_code
no_room(const char *what, struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_VALUE, NULL,
	    "a record with too many or too large %s", what);
}

enum tlsp_code
record_set(char **field, const char *text, struct tlsp_err *err)
{
	char *copy = NULL;

	if (text != NULL && (copy = strdup(text)) == NULL)
		return no_memory(err);
	free(*field);
	*field = copy;
	return TLSP_OK;
}

enum tlsp_code
record_add_der(struct record *rec, const uint8_t *bytes, size_t len,
    struct tlsp_err *err)
{
	struct record_der *der = &rec->chain[rec->n_chain];

	if (rec->n_chain == RECORD_LIST_MAX || len == 0 ||
	    len > RECORD_DER_MAX)
		return no_room("certificates", err);
	if ((der->bytes = malloc(len)) == NULL)
		return no_memory(err);
	memcpy(der->bytes, bytes, len);
	der->len = len;
	rec->n_chain++;
	return TLSP_OK;
}

enum tlsp_code
record_add_tlsa(struct record *rec, const char *text, struct tlsp_err *err)
{
	if (rec->n_tlsa == RECORD_LIST_MAX)
		return no_room("TLSA records", err);
	if ((rec->tlsa[rec->n_tlsa] = strdup(text)) == NULL)
		return no_memory(err);
	rec->n_tlsa++;
	return TLSP_OK;
}

enum tlsp_code
record_add_mx(struct record *rec, const char *host, unsigned port,
    int preference, struct tlsp_err *err)
{
	struct record_mx *mx = &rec->list[rec->n_list];

	if (rec->n_list == RECORD_LIST_MAX)
		return no_room("MX hosts", err);
	if ((mx->host = strdup(host)) == NULL)
		return no_memory(err);
	mx->port = port;
	mx->preference = preference;
	rec->n_list++;
	return TLSP_OK;
}

static int
is_hex(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') ||
	    (c >= 'a' && c <= 'f');
}

/* "3 1 1 HEX" */
static int
is_tlsa(const char *text)
{
	size_t n, digits = 0;

	for (n = 0; n < 3; n++) {
		if (*text < '0' || *text > '9')
			return 0;
		while (*text >= '0' && *text <= '9')
			text++;
		if (*text++ != ' ')
			return 0;
	}
	for (; is_hex(*text); text++)
		digits++;
	return *text == '\0' && digits > 0 && digits % 2 == 0;
}

/* "AB:CD", or nothing */
static int
is_digest(const char *text)
{
	if (text == NULL)
		return 1;
	for (;; text += 3) {
		if (!is_hex(text[0]) || !is_hex(text[1]) ||
		    text[0] > 'F' || text[1] > 'F')
			return 0;
		if (text[2] == '\0')
			return 1;
		if (text[2] != ':')
			return 0;
	}
}

static int
is_name(const char *text)
{
	return text != NULL && *text != '\0' &&
	    strpbrk(text, " \t\r\n") == NULL;
}

static const char *
bad_server(const struct record *rec)
{
	size_t n;

	if (!is_name(rec->mx))
		return "mx";
	if (rec->port == 0 || rec->port > 65535)
		return "port";
	for (n = 0; n < rec->n_tlsa; n++)
		if (!is_tlsa(rec->tlsa[n]))
			return "tlsa";
	if (!is_digest(rec->anchor))
		return "anchor";
	if (!is_digest(rec->key_digest))
		return "key_digest";
	return is_digest(rec->cert_digest) ? NULL : "cert_digest";
}

static const char *
bad_destination(const struct record *rec)
{
	size_t n;

	for (n = 0; n < rec->n_list; n++)
		if (!is_name(rec->list[n].host) || rec->list[n].port == 0 ||
		    rec->list[n].port > 65535)
			return "mx";
	return rec->complete && rec->n_list == 0 ? "complete" : NULL;
}

enum tlsp_code
record_check(const struct record *rec, struct tlsp_err *err)
{
	const char *bad = NULL;

	if (rec->nexthop == NULL || *rec->nexthop == '\0')
		bad = "nexthop";
	else if (rec->time <= 0)
		bad = "time";
	else if (rec->type == RECORD_SERVER)
		bad = bad_server(rec);
	else
		bad = bad_destination(rec);
	if (bad == NULL)
		return TLSP_OK;
	return tlsp_err_set(err, TLSP_E_VALUE, NULL,
	    "no probe record: its field \"%s\" cannot be so", bad);
}

static const char ALPHABET[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *
record_base64(const uint8_t *bytes, size_t len)
{
	char *text = malloc((len + 2) / 3 * 4 + 1), *to = text;
	uint32_t bits;
	size_t n;

	if (text == NULL)
		return NULL;
	for (; len > 0; len -= n, bytes += n) {
		n = len < 3 ? len : 3;
		bits = (uint32_t)bytes[0] << 16;
		bits |= n > 1 ? (uint32_t)bytes[1] << 8 : 0;
		bits |= n > 2 ? bytes[2] : 0;
		*to++ = ALPHABET[bits >> 18];
		*to++ = ALPHABET[bits >> 12 & 63];
		*to++ = n > 1 ? ALPHABET[bits >> 6 & 63] : '=';
		*to++ = n > 2 ? ALPHABET[bits & 63] : '=';
	}
	*to = '\0';
	return text;
}

static int
sextet(int c)
{
	const char *at = c == '\0' ? NULL : strchr(ALPHABET, c);

	return at == NULL ? -1 : (int)(at - ALPHABET);
}

/* One group of four characters; 0: it is none. How many bytes it holds. */
static size_t
decode_group(const char *text, int is_last, uint8_t *to)
{
	int value[4], n;
	size_t len = 3;

	for (n = 0; n < 4; n++)
		value[n] = sextet(text[n]);
	if (is_last && text[3] == '=') {
		value[3] = 0;
		len = 2;
		if (text[2] == '=') {
			value[2] = 0;
			len = 1;
		}
	}
	if (value[0] < 0 || value[1] < 0 || value[2] < 0 || value[3] < 0 ||
	    (len == 1 && (value[1] & 15) != 0) ||
	    (len == 2 && (value[2] & 3) != 0))
		return 0;
	to[0] = (uint8_t)(value[0] << 2 | value[1] >> 4);
	if (len > 1)
		to[1] = (uint8_t)(value[1] << 4 | value[2] >> 2);
	if (len > 2)
		to[2] = (uint8_t)(value[2] << 6 | value[3]);
	return len;
}

enum tlsp_code
record_base64_read(const char *text, struct record_der *ret_der,
    struct tlsp_err *err)
{
	const size_t chars = strlen(text);
	uint8_t *bytes;
	size_t n, got, len = 0;

	if (chars == 0 || chars % 4 != 0 || chars / 4 * 3 > RECORD_DER_MAX)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "a certificate of %zu characters of base64", chars);
	if ((bytes = malloc(chars / 4 * 3)) == NULL)
		return no_memory(err);
	for (n = 0; n < chars; n += 4, len += got)
		if ((got = decode_group(text + n, n + 4 == chars,
		    bytes + len)) == 0) {
			free(bytes);
			return tlsp_err_set(err, TLSP_E_VALUE, NULL,
			    "a certificate that is not base64, at character "
			    "%zu", n + 1);
		}
	ret_der->bytes = bytes;
	ret_der->len = len;
	return TLSP_OK;
}
