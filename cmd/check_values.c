/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_values.c - traps in right-hand sides: names that match too much or
 *                  nothing, fingerprints, weak ciphers, missing authorities.
 * Knows:    what values mean in smtp(8). Not: grammar, files of trust.
 * Feeds:    check.
 * Source:   Postfix tls/tls_client.c, tls/tls_fprint.c; postconf(5).
 */
#include <string.h>
#include <strings.h>

#include "check.h"
#include "check_tafile.h"

/* What one rule says, as far as it is read. */
struct sides {
	const struct check_table *table;
	const struct tlsp_rule *rule;
	struct rule_words words;
	int has_match, has_tafile, has_sts, has_pattern;
	int has_hostname;
	struct tlsp_pos hostname_at;
	size_t n_fitting, n_pins;	/* fingerprints of the right length */
	struct tlsp_pos pins_at;
};

/* What many rules share. */
struct shared {
	struct check_shared no_ca;
	struct check_shared dane_may;
	struct check_shared dane_waits;
	struct check_shared session;
};

/* Whose servers all bear one of these names, whomever they serve. */
static const char *const PROVIDERS[] = {
	"antispameurope.com", "antispamcloud.com", "barracudanetworks.com",
	"cloudflare.net", "emailsrvr.com", "exclaimer.net", "fastmail.com",
	"fireeyecloud.com", "gandi.net", "google.com", "googlemail.com",
	"hornetsecurity.com", "icloud.com", "iphmx.com", "ionos.com",
	"ionos.de", "kundenserver.de", "mailcontrol.com", "mailgun.org",
	"messagelabs.com", "messagingengine.com", "mimecast.com",
	"mtaroutes.com", "mx.cloudflare.net", "office365.us", "outlook.com",
	"ovh.net", "perfora.net", "pphosted.com", "ppe-hosted.com",
	"protonmail.ch", "registrar-servers.com", "retarus.com",
	"rzone.de", "secureserver.net", "sendgrid.net", "sophos.com",
	"spamexperts.com", "strato.de", "yahoodns.net", "yandex.net",
	"zoho.com", "zoho.eu"
};

/* Names of theirs that are for all customers, below those domains. */
static const char *const SHARED[] = {
	"mail.protection.outlook.com", "protection.outlook.com",
	"olc.protection.outlook.com", "mx.google.com", "smtp.google.com",
	"aspmx.l.google.com", "gmail-smtp-in.l.google.com",
	"mx.zoho.com", "mx.zoho.eu", "mx.yandex.net"
};

#define N(list)		(sizeof(list) / sizeof((list)[0]))

/* Is a name this domain, or below it? */
static int
is_within(const struct tlsp_tok *tok, const char *domain)
{
	const size_t len = strlen(domain);

	return tlsp_tok_is(tok, domain) || (tok->len > len &&
	    tok->text[tok->len - len - 1] == '.' &&
	    strncasecmp(tok->text + tok->len - len, domain, len) == 0);
}

/*
 * Not where the provider is the partner himself.
 * is_suffix: every name below it is meant.
 */
static int
is_provider(const struct tlsp_rule *rule, const struct tlsp_tok *name,
    int is_suffix)
{
	const struct tlsp_tok key = { rule->key, strlen(rule->key), 0 };
	size_t n;

	for (n = 0; n < N(PROVIDERS); n++)
		if (is_suffix ? is_within(name, PROVIDERS[n]) :
		    tlsp_tok_is(name, PROVIDERS[n]))
			return !is_within(&key, PROVIDERS[n]);
	for (n = 0; n < N(SHARED); n++)
		if (tlsp_tok_is(name, SHARED[n]))
			return 1;
	return 0;
}

static int
is_public(const struct check *check, const struct tlsp_tok *name)
{
	char text[TLSP_HOSTNAME_MAX + 1];
	size_t n;

	if (name->len >= sizeof(text))
		return 0;
	for (n = 0; n < name->len; n++)
		text[n] = tlsp_name_lower(name->text[n]);
	text[n] = '\0';
	return psl_is_suffix(check->psl, text);
}

/* One element of match= at verify and secure. */
static void
look_at_name(struct sides *sides, struct tlsp_tok one,
    const struct tlsp_pos *at)
{
	const struct check *check = sides->table->check;
	const char *key = sides->rule->key;
	const int is_suffix = one.text[0] == '.';
	const int shown = (int)(one.len < 80 ? one.len : 80);
	const char *const text = one.text;

	if (tlsp_tok_is(&one, "hostname")) {
		sides->has_hostname = 1;
		sides->hostname_at = *at;
		return;
	}
	if (memchr(one.text, '|', one.len) != NULL) {
		check_say(check, CHECK_BAR, at, key, "\"%.*s\" is one name to "
		    "Postfix", shown, text);
		return;
	}
	if (one.len > 2 && memcmp(one.text, "*.", 2) == 0) {
		check_say(check, CHECK_STAR, at, key, "\"%.*s\" is no pattern "
		    "in match=", shown, text);
		return;
	}
	one.text += is_suffix;
	one.len -= (size_t)is_suffix;
	if (is_suffix && is_public(check, &one))
		check_say(check, CHECK_MATCH_SUFFIX, at, key, "\"%.*s\" "
		    "matches every name below a public suffix", shown, text);
	else if (is_provider(sides->rule, &one, is_suffix))
		check_say(check, CHECK_PROVIDER, at, key, "\"%.*s\" matches "
		    "the servers of all customers of a provider", shown, text);
}

static void
look_at_match(struct sides *sides, const struct rule_word *word)
{
	const int pinned = sides->rule->policy.level == TLSP_LEVEL_FINGERPRINT;
	const size_t want = check_digest_size(
	    sides->table->check->site->digest);
	struct tlsp_tok rest = word->value, one;
	struct tlsp_pos at = word->at;
	size_t n, n_digits;

	sides->has_match = 1;
	while (tlsp_tok_element(&rest, pinned ? "|" : ":", &one)) {
		at.col = word->at.col + (unsigned)(one.text -
		    word->value.text);
		if (!pinned) {
			look_at_name(sides, one, &at);
			continue;
		}
		for (n = n_digits = 0; n < one.len; n++)
			n_digits += one.text[n] != ':';
		if (sides->n_pins++ == 0)
			sides->pins_at = at;
		sides->n_fitting += want == 0 || n_digits == 2 * want;
	}
}

static void
look_at_grade(const struct sides *sides, const struct rule_word *word)
{
	const struct tlsp_tok *grade = &word->value;
	const struct check *check = sides->table->check;

	/* Since 3.8 low and export mean medium. */
	if (tlsp_tok_is(grade, "high") || tlsp_tok_is(grade, "medium") ||
	    (check->tables->host.postfix >= TLSP_POSTFIX(3, 8) &&
	    !tlsp_tok_is(grade, "null")))
		return;
	check_say(check, CHECK_GRADE, &word->at, sides->rule->key,
	    "ciphers=%.*s is a weak grade", (int)grade->len, grade->text);
}

static void
look_at_word(struct sides *sides, const struct rule_word *word)
{
	const struct check *check = sides->table->check;

	switch (word->attr->id) {
	case TLSP_ATTR_MATCH:
		look_at_match(sides, word);
		break;
	case TLSP_ATTR_TAFILE:
		sides->has_tafile = 1;
		check_tafile(check, sides->rule, word);
		break;
	case TLSP_ATTR_CIPHERS:
		look_at_grade(sides, word);
		break;
	case TLSP_ATTR_POLICY_TYPE:
		sides->has_sts = tlsp_tok_is(&word->value, "sts");
		break;
	case TLSP_ATTR_MX_HOST_PATTERN:
		sides->has_pattern = 1;
		break;
	default:
		break;
	}
}

static int
has_hostname(const struct demand_list *list)
{
	size_t n;

	for (n = 0; n < list->n; n++)
		if (strcasecmp(list->items[n], "hostname") == 0)
			return 1;
	return 0;
}

/* Nobody vouches for a certificate, as far as main.cf and master.cf tell. */
static int
has_no_ca(const struct check *check)
{
	const struct demand_site *site = check->site;

	return site->tafiles.n == 0 && *site->ca_file == '\0' &&
	    *site->ca_path == '\0' && !site->has_default_ca &&
	    !check_is_overridden(check, "smtp_tls_CAfile") &&
	    !check_is_overridden(check, "smtp_tls_CApath") &&
	    !check_is_overridden(check, "smtp_tls_trust_anchor_file") &&
	    !check_is_overridden(check, "tls_append_default_CA");
}

static int
has_no_dnssec(const struct check *check)
{
	return !check->site->is_dnssec &&
	    !check_is_overridden(check, "smtp_dns_support_level");
}

static void
judge_pkix(struct sides *sides, struct shared *shared)
{
	const struct check *check = sides->table->check;
	const struct demand_site *site = check->site;
	const enum tlsp_level_id level = sides->rule->policy.level;
	const struct demand_list *usual = level == TLSP_LEVEL_VERIFY ?
	    &site->verify_match : &site->secure_match;
	const int has_cache = *check_setting(check,
	    "smtp_tls_session_cache_database") != '\0';

	if (!sides->has_tafile && has_no_ca(check))
		check_share(&shared->no_ca, sides->rule,
		    &sides->words.level);
	if (sides->has_match && has_cache)
		check_share(&shared->session, sides->rule,
		    &sides->words.level);
	/* lmtp(8) looks for no MX records. */
	if (strcmp(check->service, "lmtp") == 0)
		return;
	if (sides->has_hostname && !(sides->has_sts && sides->has_pattern))
		check_say(check, CHECK_MX_NAME, &sides->hostname_at,
		    sides->rule->key, "\"hostname\" is the name that MX "
		    "records give, and nobody vouches for them");
	else if (!sides->has_match && has_hostname(usual))
		check_say(check, CHECK_MX_NAME, &sides->words.level,
		    sides->rule->key, "without match=, \"%s\" compares with "
		    "the name that MX records give, and nobody vouches for "
		    "them", tlsp_level_name(level));
}

static void
judge(struct sides *sides, struct shared *shared)
{
	const struct check *check = sides->table->check;
	const struct tlsp_rule *rule = sides->rule;
	struct tlsp_pos *at = &sides->words.level;

	switch (rule->policy.level) {
	case TLSP_LEVEL_VERIFY:
	case TLSP_LEVEL_SECURE:
		judge_pkix(sides, shared);
		break;
	case TLSP_LEVEL_FINGERPRINT:
		if (!sides->has_match && check->site->pins.n == 0)
			check_say(check, CHECK_NO_PINS, at, rule->key,
			    "there is no match=, and "
			    "smtp_tls_fingerprint_cert_match is empty");
		else if (sides->n_pins > 0 && sides->n_fitting == 0)
			check_say(check, CHECK_PIN_LENGTH, &sides->pins_at,
			    rule->key, "no fingerprint here is as long as "
			    "those of %.20s, %zu digits", check->site->digest,
			    2 * check_digest_size(check->site->digest));
		break;
	case TLSP_LEVEL_DANE:
		if (has_no_dnssec(check))
			check_share(&shared->dane_may, rule, at);
		break;
	case TLSP_LEVEL_DANE_ONLY:
		if (has_no_dnssec(check))
			check_share(&shared->dane_waits, rule, at);
		break;
	default:
		break;
	}
}

void
check_values(const struct check_table *table)
{
	const struct check *check = table->check;
	struct shared shared = { { .kind = CHECK_NO_CA },
	    { .kind = CHECK_DANE_MAY }, { .kind = CHECK_DANE_WAITS },
	    { .kind = CHECK_SESSION } };
	const struct tlsp_rule *rule;
	struct rule_word word;
	struct sides sides;
	size_t cursor = 0;

	while ((rule = check_next(table, &cursor)) != NULL) {
		memset(&sides, 0, sizeof(sides));
		sides.table = table;
		sides.rule = rule;
		rule_words_init(&sides.words, &table->text, rule,
		    check->tables->host.postfix);
		while (rule->policy.level != TLSP_LEVEL_NONE &&
		    rule_words_next(&sides.words, &word))
			look_at_word(&sides, &word);
		judge(&sides, &shared);
	}
	check_say_shared(check, &shared.no_ca, "there is no certificate "
	    "authority: neither tafile= nor smtp_tls_CAfile, "
	    "smtp_tls_CApath, smtp_tls_trust_anchor_file");
	check_say_shared(check, &shared.dane_may, "\"dane\" without DNSSEC: "
	    "smtp_dns_support_level is not dnssec, or MX records are not "
	    "looked up by the DNS");
	check_say_shared(check, &shared.dane_waits, "\"dane-only\" without "
	    "DNSSEC: smtp_dns_support_level is not dnssec, or MX records are "
	    "not looked up by the DNS");
	if (check->tables->host.postfix >= TLSP_POSTFIX(3, 6))
		check_say_shared(check, &shared.session, "TLS sessions are "
		    "cached (smtp_tls_session_cache_database), and since "
		    "Postfix 3.6 the cache does not know match=");
}
