/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * attr.c - the vocabulary: security levels and attributes, as two tables.
 * Knows:    each word, since which Postfix, at which level, how often, and
 *           what its value may be. Not: lines, keys, the rest of a rule.
 * Feeds:    policy.
 * Source:   Postfix tls/tls_level.c, smtp/smtp_tls_policy.c, tls/tls_misc.c,
 *           3.4 to 3.12; the words pin, pin_ttl and final are ours.
 */
#include "attr.h"

#include <string.h>
#include <strings.h>

#include "name.h"

/* What parts the elements of protocols= and exclude=. */
static const char LIST_SEPS[] = " ,\t\r\n:";

static const char *const LEVELS[] = {
	[TLSP_LEVEL_NONE] = "none",
	[TLSP_LEVEL_MAY] = "may",
	[TLSP_LEVEL_ENCRYPT] = "encrypt",
	[TLSP_LEVEL_FINGERPRINT] = "fingerprint",
	[TLSP_LEVEL_DANE] = "dane",
	[TLSP_LEVEL_DANE_ONLY] = "dane-only",
	[TLSP_LEVEL_VERIFY] = "verify",
	[TLSP_LEVEL_SECURE] = "secure",
};
#define N_LEVELS	(sizeof(LEVELS) / sizeof(LEVELS[0]))

enum tlsp_level_id
tlsp_level_find(const struct tlsp_tok *tok)
{
	size_t n;

	for (n = 0; n < N_LEVELS; n++)
		if (tlsp_tok_is(tok, LEVELS[n]))
			return (enum tlsp_level_id)n;
	return TLSP_LEVEL_UNKNOWN;
}

const char *
tlsp_level_name(enum tlsp_level_id level)
{
	return level < N_LEVELS ? LEVELS[level] : "unknown";
}

static int
is_one_of(const struct tlsp_tok *tok, const char *const *words)
{
	for (; *words != NULL; words++)
		if (tlsp_tok_is(tok, *words))
			return 1;
	return 0;
}

static const char *
check_ciphers(const struct tlsp_tok *value, const struct tlsp_attr_use *use)
{
	static const char *const grades[] = {
		"high", "medium", "low", "export", "null", NULL
	};

	if (!is_one_of(value, grades))
		return "no such cipher grade; there are high, medium, low, "
		    "export, null";
	/*
	 * At encrypt Postfix excludes those without encryption, and nothing is
	 * left; above, those without authentication.
	 */
	return use->level == TLSP_LEVEL_ENCRYPT && tlsp_tok_is(value, "null") ?
	    "at this level there are no null ciphers" : NULL;
}

/*
 * A fingerprint of one character: Postfix makes no buffer of no bytes, and
 * smtp(8) panics (tls/tls_dane.c, 3.6 to 3.12).
 */
static const char *
check_match(const struct tlsp_tok *value, const struct tlsp_attr_use *use)
{
	struct tlsp_tok rest = *value, one;

	if (use->level != TLSP_LEVEL_FINGERPRINT)
		return NULL;
	while (tlsp_tok_element(&rest, "|", &one))
		if (one.len == 1)
			return "a fingerprint of one character would crash "
			    "smtp(8)";
	return NULL;
}

/* Oldest first; the number of a protocol is its place here. */
static const char *const PROTOCOLS[] = {
	"SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"
};
#define N_PROTOCOLS	(sizeof(PROTOCOLS) / sizeof(PROTOCOLS[0]))
#define ALL_PROTOCOLS	((1U << N_PROTOCOLS) - 1)
#define SSLV2		(1U << 0)	/* no OpenSSL has it any more */

/* The protocol as a bit, or 0. */
static unsigned
find_protocol(const struct tlsp_tok *tok)
{
	size_t n;

	for (n = 0; n < N_PROTOCOLS; n++)
		if (tlsp_tok_is(tok, PROTOCOLS[n]))
			return 1U << n;
	return 0;
}

/* Hexadecimal, as Postfix reads it, of a version that OpenSSL knows. */
static unsigned
find_hex(const struct tlsp_tok *tok)
{
	static const char *const known[N_PROTOCOLS] = {
		"0", "300", "301", "302", "303", "304"
	};
	struct tlsp_tok digits = *tok;
	size_t n;

	if (digits.len > 2 && digits.text[0] == '0' &&
	    tlsp_name_lower(digits.text[1]) == 'x') {
		digits.text += 2;
		digits.len -= 2;
	}
	while (digits.len > 1 && digits.text[0] == '0') {
		digits.text++;
		digits.len--;
	}
	for (n = 0; n < N_PROTOCOLS; n++)
		if (tlsp_tok_is(&digits, known[n]))
			return 1U << n;
	return 0;
}

/*
 * What follows ">=" or "<=", as a bit; SSLV2 stands for no bound, which is
 * also what nothing at all means. 0: no such version.
 */
static unsigned
find_bound(const struct tlsp_tok *tok)
{
	unsigned bit;

	if (tok->len == 0 || tlsp_tok_is(tok, "None"))
		return SSLV2;
	bit = find_protocol(tok);
	return bit != 0 ? (bit == SSLV2 ? 0 : bit) : find_hex(tok);
}

/* What one list of protocols says; a later bound replaces an earlier. */
struct protocols {
	unsigned include;
	unsigned exclude;
	unsigned floor;		/* the bounds' own bits */
	unsigned ceiling;
};

static const char *
read_protocol(struct tlsp_tok one, const struct tlsp_attr_use *use,
    struct protocols *set)
{
	const char first = one.text[0];
	unsigned bit;

	if (one.len >= 2 && one.text[1] == '=' &&
	    (first == '>' || first == '<')) {
		if (use->postfix != TLSP_POSTFIX_ANY &&
		    use->postfix < TLSP_POSTFIX(3, 6))
			return "'>=' and '<=' need Postfix 3.6";
		one.text += 2;
		one.len -= 2;
		if ((bit = find_bound(&one)) == 0)
			return "no such protocol version";
		*(first == '>' ? &set->floor : &set->ceiling) = bit;
		return NULL;
	}
	if (first == '!') {
		one.text++;
		one.len--;
	}
	if ((bit = find_protocol(&one)) == 0)
		return "no such protocol; there are SSLv3, TLSv1, TLSv1.1, "
		    "TLSv1.2, TLSv1.3";
	*(first == '!' ? &set->exclude : &set->include) |= bit;
	return NULL;
}

static const char *
check_protocols(const struct tlsp_tok *value, const struct tlsp_attr_use *use)
{
	struct protocols set = { 0, 0, SSLV2, SSLV2 };
	struct tlsp_tok rest = *value, one;
	unsigned left = ALL_PROTOCOLS;
	const char *why;

	while (tlsp_tok_element(&rest, LIST_SEPS, &one))
		if ((why = read_protocol(one, use, &set)) != NULL)
			return why;
	if (set.include != 0)
		left &= set.include;
	left &= ~set.exclude & ~(set.floor - 1) & ~SSLV2;
	if (set.ceiling != SSLV2)
		left &= set.ceiling | (set.ceiling - 1);
	return left != 0 ? NULL : "this leaves no protocol";
}

static const char *
check_exclude(const struct tlsp_tok *value, const struct tlsp_attr_use *use)
{
	struct tlsp_tok rest = *value, one;

	(void)use;
	while (tlsp_tok_element(&rest, LIST_SEPS, &one)) {
		if (memchr("!+-@", one.text[0], 4) != NULL)
			return "a cipher to exclude cannot begin with one "
			    "of ! + - @";
		if (one.len == 3 && memcmp(one.text, "ALL", 3) == 0)
			return "this excludes every cipher";
	}
	return NULL;
}

static const char *
check_hostname(const struct tlsp_tok *value, const struct tlsp_attr_use *use)
{
	(void)use;
	if (tlsp_name_is_hostname(value->text, value->len))
		return NULL;
	return tlsp_name_is_ascii(value->text, value->len) ?
	    "not a valid host name" :
	    "not a valid host name; write it in its xn-- form";
}

static const char *
check_yes_no(const struct tlsp_tok *value, const struct tlsp_attr_use *use)
{
	(void)use;
	return tlsp_tok_is(value, "yes") || tlsp_tok_is(value, "no") ? NULL :
	    "neither yes nor no";
}

static const char *
check_policy_type(const struct tlsp_tok *value,
    const struct tlsp_attr_use *use)
{
	static const char *const types[] = { "sts", "no-policy-found", NULL };

	(void)use;
	return is_one_of(value, types) ? NULL :
	    "no such type; there are sts and no-policy-found";
}

static const char *
check_policy_ttl(const struct tlsp_tok *value, const struct tlsp_attr_use *use)
{
	size_t n;
	long ttl = 0;

	(void)use;
	for (n = 0; n < value->len; n++) {
		if (value->text[n] < '0' || value->text[n] > '9')
			return "not a number of seconds";
		ttl = ttl * 10 + (value->text[n] - '0');
		if (ttl > 2147483647L)
			return "more than 2147483647 seconds";
	}
	return value->len > 0 ? NULL : "not a number of seconds";
}

static const char *
check_policy_failure(const struct tlsp_tok *value,
    const struct tlsp_attr_use *use)
{
	static const char *const failures[] = {
		"sts-policy-fetch-error", "sts-policy-invalid",
		"sts-webpki-invalid", "validation-failure", NULL
	};

	(void)use;
	return is_one_of(value, failures) ? NULL : "no such failure";
}

static const char *
check_pin(const struct tlsp_tok *value, const struct tlsp_attr_use *use)
{
	(void)use;
	return tlsp_tok_is(value, "prefer") || tlsp_tok_is(value, "require") ?
	    NULL : "neither prefer nor require";
}

static const char *
check_pin_ttl(const struct tlsp_tok *value, const struct tlsp_attr_use *use)
{
	(void)use;
	return tlsp_attr_ttl(value) > 0 ? NULL :
	    "not a time from 1h to 30d, such as 12h or 7d";
}

/* Sets of levels. A level that is newer than we are takes everything. */
#define AT(level)	(1U << TLSP_LEVEL_##level)
#define PKIX		(AT(VERIFY) | AT(SECURE) | AT(UNKNOWN))
#define MATCHED		(PKIX | AT(FINGERPRINT))
#define PINNED		(AT(ENCRYPT) | AT(VERIFY) | AT(SECURE))
#define ANY		(~0U)
#define WITH_TLS	(ANY & ~AT(NONE))

#define ONCE		TLSP_ATTR_ONCE
#define NONEMPTY	TLSP_ATTR_NONEMPTY
#define WITH_TYPE	TLSP_ATTR_WITH_TYPE
#define OURS		TLSP_ATTR_OURS
#define PROVES		TLSP_ATTR_PROVES
#define NO_PIN		TLSP_ATTR_NO_PIN
#define V(minor)	TLSP_POSTFIX(3, minor)

static const struct tlsp_attr ATTRS[] = {
	{ TLSP_ATTR_CIPHERS, "ciphers", V(4), WITH_TLS, ONCE | NONEMPTY,
	    check_ciphers },
	{ TLSP_ATTR_PROTOCOLS, "protocols", V(4), WITH_TLS,
	    ONCE | PROVES, check_protocols },
	{ TLSP_ATTR_EXCLUDE, "exclude", V(4), WITH_TLS, ONCE, check_exclude },
	{ TLSP_ATTR_MATCH, "match", V(4), MATCHED,
	    NONEMPTY | PROVES | NO_PIN, check_match },
	{ TLSP_ATTR_TAFILE, "tafile", V(4), PKIX,
	    NONEMPTY | PROVES | NO_PIN, NULL },
	{ TLSP_ATTR_SERVERNAME, "servername", V(4), WITH_TLS,
	    ONCE | PROVES, check_hostname },
	{ TLSP_ATTR_CONNECTION_REUSE, "connection_reuse", V(4), WITH_TLS, 0,
	    check_yes_no },
	{ TLSP_ATTR_ENABLE_RPK, "enable_rpk", V(9), WITH_TLS, 0,
	    check_yes_no },
	{ TLSP_ATTR_POLICY_TYPE, "policy_type", V(10), WITH_TLS,
	    ONCE | PROVES | NO_PIN, check_policy_type },
	{ TLSP_ATTR_POLICY_DOMAIN, "policy_domain", V(10), WITH_TLS,
	    ONCE | WITH_TYPE | NO_PIN, check_hostname },
	{ TLSP_ATTR_POLICY_TTL, "policy_ttl", V(10), WITH_TLS,
	    ONCE | WITH_TYPE | NO_PIN, check_policy_ttl },
	{ TLSP_ATTR_POLICY_STRING, "policy_string", V(10), WITH_TLS,
	    WITH_TYPE | NO_PIN, NULL },
	{ TLSP_ATTR_MX_HOST_PATTERN, "mx_host_pattern", V(10), WITH_TLS,
	    WITH_TYPE | PROVES | NO_PIN, NULL },
	{ TLSP_ATTR_POLICY_FAILURE, "policy_failure", V(10), WITH_TLS,
	    ONCE | WITH_TYPE | NO_PIN, check_policy_failure },
	{ TLSP_ATTR_PIN, "pin", V(4), PINNED, ONCE | NONEMPTY | OURS,
	    check_pin },
	{ TLSP_ATTR_PIN_TTL, "pin_ttl", V(4), PINNED, ONCE | NONEMPTY | OURS,
	    check_pin_ttl },
	{ TLSP_ATTR_FINAL, "final", V(4), ANY, ONCE | NONEMPTY | OURS,
	    check_yes_no },
};

const struct tlsp_attr *
tlsp_attr_find(const struct tlsp_tok *name)
{
	size_t n;

	for (n = 0; n < sizeof(ATTRS) / sizeof(ATTRS[0]); n++)
		if (tlsp_tok_is(name, ATTRS[n].name))
			return &ATTRS[n];
	return NULL;
}

static int
is_hex_digit(char ch)
{
	ch = tlsp_name_lower(ch);
	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f');
}

/*
 * A fingerprint that Postfix can compare: pairs of hexadecimal digits. From
 * 3.6 on the colons between them are optional, before they are compared as
 * they stand and the digest's text form has them all.
 */
static int
is_fingerprint(const struct tlsp_tok *tok, const struct tlsp_attr_use *use)
{
	size_t n = 0;

	if (tok->len > 3 * 64)
		return 0;
	while (n + 1 < tok->len && is_hex_digit(tok->text[n]) &&
	    is_hex_digit(tok->text[n + 1])) {
		n += 2;
		if (n == tok->len)
			return 1;
		if (tok->text[n] == ':')
			n++;
		else if (use->postfix != TLSP_POSTFIX_ANY &&
		    use->postfix < TLSP_POSTFIX(3, 6))
			return 0;
	}
	return 0;
}

size_t
tlsp_attr_match_count(const struct tlsp_tok *value,
    const struct tlsp_attr_use *use, size_t *ret_ignored)
{
	const int pinned = use->level == TLSP_LEVEL_FINGERPRINT;
	struct tlsp_tok rest = *value, one;
	size_t good = 0, ignored = 0;

	while (tlsp_tok_element(&rest, pinned ? "|" : ":", &one)) {
		if (pinned ? is_fingerprint(&one, use) :
		    one.len != 1 || one.text[0] != '.')
			good++;
		else
			ignored++;
	}
	*ret_ignored = ignored;
	return good;
}

long
tlsp_attr_ttl(const struct tlsp_tok *value)
{
	static const struct { char unit; long seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 'w', 604800 },
	};
	size_t n, u;
	long ttl = 0;

	for (n = 0; n < value->len && value->text[n] >= '0' &&
	    value->text[n] <= '9'; n++)
		if ((ttl = ttl * 10 + (value->text[n] - '0')) >
		    TLSP_PIN_TTL_MAX)
			return -1;
	if (n == 0 || value->len > n + 1)
		return -1;
	if (n < value->len) {
		for (u = 0; u < sizeof(units) / sizeof(units[0]); u++)
			if (units[u].unit == tlsp_name_lower(value->text[n]))
				break;
		if (u == sizeof(units) / sizeof(units[0]))
			return -1;
		ttl *= units[u].seconds;
	}
	return ttl >= TLSP_PIN_TTL_MIN && ttl <= TLSP_PIN_TTL_MAX ? ttl : -1;
}
