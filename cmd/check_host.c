/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_host.c - what main.cf makes of rules with pin, and what was learned
 *                for them; what takes all rules out of force.
 * Knows:    which settings bear on that. Not: other attributes.
 * Feeds:    check.
 * Source:   postconf(5); Postfix smtp/smtp_tls_policy.c, policy_create().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static const struct { const char *name; size_t size; } DIGESTS[] = {
	{ "md5", 16 }, { "sha1", 20 }, { "sha224", 28 }, { "sha256", 32 },
	{ "sha384", 48 }, { "sha512", 64 }
};

size_t
check_digest_size(const char *name)
{
	const struct tlsp_tok tok = { name, strlen(name), 0 };
	size_t n;

	for (n = 0; n < sizeof(DIGESTS) / sizeof(DIGESTS[0]); n++)
		if (tlsp_tok_is(&tok, DIGESTS[n].name))
			return DIGESTS[n].size;
	return 0;
}

/* "lmtp_..." of "smtp_...", where that is who asks. */
static const char *
own_name(const struct check *check, const char *name, char *buf, size_t size)
{
	if (strncmp(name, "smtp_", strlen("smtp_")) != 0)
		return name;
	(void)snprintf(buf, size, "%s%s", check->service, strchr(name, '_'));
	return buf;
}

const char *
check_setting(const struct check *check, const char *name)
{
	char buf[80];
	const char *value = conf_get(check->tables->conf, own_name(check,
	    name, buf, sizeof(buf)));

	return value != NULL ? value : "";
}

int
check_is_overridden(const struct check *check, const char *name)
{
	const struct master_service *service;
	char buf[80];
	size_t n;

	name = own_name(check, name, buf, sizeof(buf));
	for (n = 0; check->master != NULL && (service = master_find(
	    check->master, check->service, n)) != NULL; n++)
		if (master_override(check->master, service, name) != NULL)
			return 1;
	return 0;
}

/* Fingerprints of one next-hop, if it has not what its rule asks for. */
static void
look_at_set(const struct check_table *table, const struct tlsp_rule *rule,
    struct check_shared *none)
{
	const struct check *check = table->check;
	const struct tlsp_pos at = check_at(table, rule);
	struct known *known = malloc(sizeof(*known));
	enum tlsp_pins_state state;

	if (known == NULL)
		return;
	(void)known_look(check->stores, rule->key, KNOWN_AS_WRITTEN,
	    check->now, known);
	state = known->verdict.state;
	if (known->answer.map != table->map || known->answer.rule == NULL ||
	    known->pin == TLSP_PIN_OFF || state == TLSP_PINS_USABLE)
		;
	else if (rule->policy.pin == TLSP_PIN_REQUIRE)
		check_say(check, CHECK_PINS_REQUIRE, &at, rule->key,
		    "pin=require, and %.200s", state == TLSP_PINS_UNREADABLE ?
		    known->why.text : tlsp_merge_set_text(state));
	else if (state == TLSP_PINS_NO_STORE || state == TLSP_PINS_NONE)
		check_share(none, rule, &at);
	else
		check_say(check, CHECK_PINS_PREFER, &at, rule->key,
		    "pin=prefer, and %.200s", state == TLSP_PINS_UNREADABLE ?
		    known->why.text : tlsp_merge_set_text(state));
	known_clear(known);
	free(known);
}

void
check_pins(const struct check_table *table)
{
	const struct check *check = table->check;
	const int has_digest = check->tables->trust.digest[0] != '\0';
	struct check_shared prefer = { .kind = CHECK_DIGEST_PREFER };
	struct check_shared require = { .kind = CHECK_DIGEST_REQUIRE };
	struct check_shared none = { .kind = CHECK_PINS_PREFER };
	const struct tlsp_rule *rule;
	struct tlsp_pos at;
	char what[200];
	size_t cursor = 0;

	while ((rule = check_next(table, &cursor)) != NULL) {
		if (rule->policy.pin == TLSP_PIN_OFF)
			continue;
		at = check_at(table, rule);
		if (!has_digest)
			check_share(rule->policy.pin == TLSP_PIN_REQUIRE ?
			    &require : &prefer, rule, &at);
		else if (rule->kind != TLSP_NAME_PARENT)
			look_at_set(table, rule, &none);
	}
	(void)snprintf(what, sizeof(what), "smtp_tls_fingerprint_digest is "
	    "\"%.40s\", and fingerprints are kept by sha256, sha384 or sha512 "
	    "only", check->site->digest);
	check_say_shared(check, &prefer, what);
	check_say_shared(check, &require, what);
	check_say_shared(check, &none, "pin=prefer, and nothing was learned "
	    "yet");
}

/* Does any rule demand TLS? */
static int
demands_tls(const struct check_table *table)
{
	const struct tlsp_rule *rule;
	size_t cursor = 0;

	while ((rule = check_next(table, &cursor)) != NULL)
		if (rule->policy.level > TLSP_LEVEL_MAY)
			return 1;
	return 0;
}

void
check_main(const struct check_table *table)
{
	const struct check *check = table->check;
	const struct conf *conf = check->tables->conf;
	const char *value = conf_get(conf, "tls_required_enable");
	struct tlsp_pos at = { NULL, 0, 0 };
	char *file;

	/* Where this Postfix does not have it, another would by default. */
	if (check->tables->host.postfix < TLSP_POSTFIX(3, 10) ||
	    (value != NULL && !conf_is_yes(conf, "tls_required_enable")) ||
	    !demands_tls(table))
		return;
	if (asprintf(&file, "%s/main.cf", conf_dir(conf)) < 0)
		return;
	at.file = file;
	check_say(check, CHECK_TLS_REQUIRED, &at, NULL,
	    "tls_required_enable is %s", value == NULL ? "yes by default" :
	    "yes");
	free(file);
}
