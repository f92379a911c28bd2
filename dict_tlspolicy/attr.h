/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * attr.h - the vocabulary: security levels and attributes, as two tables.
 * Knows:    each word, since which Postfix, at which level, how often, and
 *           what its value may be. Not: lines, keys, the rest of a rule.
 * Feeds:    policy.
 * Source:   Postfix tls/tls_level.c, smtp/smtp_tls_policy.c, tls/tls_misc.c,
 *           3.4 to 3.12; the words pin, pin_ttl and final are ours.
 */
#ifndef TLSP_ATTR_H
#define TLSP_ATTR_H

#include "lex.h"

/* The order is Postfix's own and is not an order of strength. */
enum tlsp_level_id {
	TLSP_LEVEL_NONE,
	TLSP_LEVEL_MAY,
	TLSP_LEVEL_ENCRYPT,
	TLSP_LEVEL_FINGERPRINT,
	TLSP_LEVEL_DANE,
	TLSP_LEVEL_DANE_ONLY,
	TLSP_LEVEL_VERIFY,
	TLSP_LEVEL_SECURE,
	TLSP_LEVEL_UNKNOWN	/* a word we have never heard */
};

enum tlsp_attr_id {
	TLSP_ATTR_CIPHERS,
	TLSP_ATTR_PROTOCOLS,
	TLSP_ATTR_EXCLUDE,
	TLSP_ATTR_MATCH,
	TLSP_ATTR_TAFILE,
	TLSP_ATTR_SERVERNAME,
	TLSP_ATTR_CONNECTION_REUSE,
	TLSP_ATTR_ENABLE_RPK,
	TLSP_ATTR_POLICY_TYPE,
	TLSP_ATTR_POLICY_DOMAIN,
	TLSP_ATTR_POLICY_TTL,
	TLSP_ATTR_POLICY_STRING,
	TLSP_ATTR_MX_HOST_PATTERN,
	TLSP_ATTR_POLICY_FAILURE,
	TLSP_ATTR_PIN,
	TLSP_ATTR_PIN_TTL,
	TLSP_ATTR_FINAL,
	TLSP_ATTR_COUNT
};

enum {
	TLSP_ATTR_ONCE = 1 << 0,	/* a second one is an error */
	TLSP_ATTR_NONEMPTY = 1 << 1,	/* so is an empty value */
	TLSP_ATTR_WITH_TYPE = 1 << 2,	/* only beside policy_type */
	TLSP_ATTR_OURS = 1 << 3,	/* removed before Postfix sees it */
	TLSP_ATTR_PROVES = 1 << 4,	/* part of what a pin was verified
					   under */
	TLSP_ATTR_NO_PIN = 1 << 5	/* does not go beside fingerprints */
};

/* Under which circumstances a value is judged. */
struct tlsp_attr_use {
	enum tlsp_level_id level;
	int postfix;			/* TLSP_POSTFIX_ANY: union of all */
};

/*
 * levels:   bit 1 << TLSP_LEVEL_x set: legal there.
 * check:    NULL, or: what is wrong with a value, in words, else NULL.
 *           Also what Postfix finds wrong only in the handshake.
 */
struct tlsp_attr {
	enum tlsp_attr_id id;
	const char *name;
	int since;			/* TLSP_POSTFIX() */
	unsigned levels;
	unsigned flags;
	const char *(*check)(const struct tlsp_tok *value,
	    const struct tlsp_attr_use *);
};

/* The level a word names, or TLSP_LEVEL_UNKNOWN. Case does not matter. */
enum tlsp_level_id tlsp_level_find(const struct tlsp_tok *);
const char *tlsp_level_name(enum tlsp_level_id);

/* The row of an attribute, or NULL. Case does not matter. */
const struct tlsp_attr *tlsp_attr_find(const struct tlsp_tok *name);

/*
 * How many elements of a match= value can ever match: names at verify and
 * secure, well-formed fingerprints at fingerprint.
 * ret_ignored: how many others there are, that Postfix passes over.
 */
size_t tlsp_attr_match_count(const struct tlsp_tok *value,
    const struct tlsp_attr_use *, size_t *ret_ignored);

/*
 * "1w", "7d", "12h", "90m", "3600" or "3600s" to seconds. -1: none of these, or
 * not from TLSP_PIN_TTL_MIN to TLSP_PIN_TTL_MAX.
 */
long tlsp_attr_ttl(const struct tlsp_tok *value);

#endif
