/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * trust.c - those settings of main.cf that decide what "verified" means.
 * Knows:    their names and defaults. Not: where they are read from, rules.
 * Feeds:    policy, merge, and the command.
 * Source:   postconf(5), 3.4 to 3.12.
 */
#include "trust.h"

#include <string.h>
#include <strings.h>

#include "hash.h"
#include "proof.h"
#include "tlsp.h"

#define NAME_SIZE	64
#define BLANKS		" ,\t\r\n"

/* Where it is not set in main.cf; lmtp(8) has one of its own. */
struct setting {
	const char *name;		/* "_...": behind the service's name */
	const char *smtp;
	const char *lmtp;
};

static const struct setting SETTINGS[] = {
	{ "_tls_CAfile", "", "" },
	{ "_tls_CApath", "", "" },
	{ "_tls_trust_anchor_file", "", "" },
	{ "tls_append_default_CA", "no", "no" },
	{ "_tls_secure_cert_match", "nexthop, dot-nexthop", "nexthop" },
	{ "_tls_verify_cert_match", "hostname", "hostname" },
	{ "_tls_scert_verifydepth", "9", "9" },
	{ "_tls_servername", "", "" },
};

static const struct setting DIGEST = { "_tls_fingerprint_digest", NULL, NULL };

static const char *const STRONG[] = { "sha256", "sha384", "sha512" };

/* Who asks, and whom. */
struct source {
	const char *service;
	const char *(*get)(void *ctx, const char *name);
	void *ctx;
};

/* The whole name of a setting; NULL: it has no room. */
static const char *
whole_name(const char *service, const struct setting *setting, char *buf,
    size_t size)
{
	const size_t len = setting->name[0] == '_' ? strlen(service) : 0;
	const size_t more = strlen(setting->name);

	if (len + more >= size)
		return NULL;
	memcpy(buf, service, len);
	memcpy(buf + len, setting->name, more + 1);
	return buf;
}

/* The value of a setting, or its default. */
static const char *
get_value(const struct source *from, const struct setting *setting)
{
	const char *value = NULL, *name;
	char buf[NAME_SIZE];

	if ((name = whole_name(from->service, setting, buf, sizeof(buf))) !=
	    NULL)
		value = from->get(from->ctx, name);
	if (value != NULL)
		return value;
	return strcmp(from->service, "lmtp") == 0 ? setting->lmtp :
	    setting->smtp;
}

static uint64_t
add_word(uint64_t sum, const char *name, const char *word, size_t len)
{
	return tlsp_hash_fold(sum ^ TLSP_HASH_6, tlsp_proof_sum(name,
	    strlen(name), word, len) ^ TLSP_HASH_7);
}

/* How it is spaced makes no difference. */
static uint64_t
add_setting(uint64_t sum, const char *name, const char *value)
{
	size_t len;

	sum = add_word(sum, name, "", 0);
	for (; *(value += strspn(value, BLANKS)) != '\0'; value += len) {
		len = strcspn(value, BLANKS);
		sum = add_word(sum, name, value, len);
	}
	return sum;
}

/* One number of a level, "3.6" say. -1: none. */
static long
read_part(const char **at)
{
	long number = 0;
	const char *from = *at;

	for (; **at >= '0' && **at <= '9' && number < 1000000; (*at)++)
		number = number * 10 + (**at - '0');
	return *at > from ? number : -1;
}

/* compatibility_level, as TLSP_POSTFIX(). -1: Postfix would not start. */
static long
read_compatibility(const char *level)
{
	long major, minor = 0;

	if (level == NULL)
		return 0;
	if ((major = read_part(&level)) < 0)
		return -1;
	if (*level == '.' && (level++, (minor = read_part(&level)) < 0))
		return -1;
	if (*level == '.' && (level++, read_part(&level) < 0))
		return -1;
	if (*level != '\0')
		return -1;
	return TLSP_POSTFIX(major, minor < 100 ? minor : 99);
}

/* What the digest is where nobody has set it. */
static const char *
default_digest(const struct source *from, int postfix)
{
	long level;

	if (postfix == TLSP_POSTFIX_ANY)
		return "";
	if (postfix < TLSP_POSTFIX(3, 6))
		return "md5";
	level = read_compatibility(from->get(from->ctx,
	    "compatibility_level"));
	return level >= TLSP_POSTFIX(3, 6) ? "sha256" : "md5";
}

void
tlsp_trust_read(const char *service, int postfix,
    const char *(*get)(void *ctx, const char *name), void *ctx,
    struct tlsp_trust *ret_trust)
{
	const struct source from = { service, get, ctx };
	const char *value;
	size_t n;

	ret_trust->sum = TLSP_HASH_1;
	for (n = 0; n < sizeof(SETTINGS) / sizeof(SETTINGS[0]); n++) {
		value = get_value(&from, &SETTINGS[n]);
		ret_trust->sum = add_setting(ret_trust->sum, SETTINGS[n].name,
		    value);
	}
	memset(ret_trust->digest, 0, sizeof(ret_trust->digest));
	if ((value = get_value(&from, &DIGEST)) == NULL)
		value = default_digest(&from, postfix);
	for (n = 0; n < sizeof(STRONG) / sizeof(STRONG[0]); n++)
		if (strcasecmp(value, STRONG[n]) == 0)
			strcpy(ret_trust->digest, STRONG[n]);
}

const char *
tlsp_trust_name(const char *service, size_t n, char *buf, size_t len)
{
	if (n >= sizeof(SETTINGS) / sizeof(SETTINGS[0]))
		return NULL;
	return whole_name(service, &SETTINGS[n], buf, len);
}
