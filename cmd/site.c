/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * site.c - what main.cf says of TLS, for every rule.
 * Knows:    the settings' names. Not: rules, OpenSSL.
 * Feeds:    demand, tls.
 * Source:   postconf(5); Postfix smtp/smtp.c, smtp/smtp_tls_policy.c.
 */
#include "site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../dict_tlspolicy/lex.h"

#define BLANKS		", \t\r\n"
#define BLANKS_COLON	BLANKS ":"

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

int
site_list_add(struct demand_list *list, const char *text, size_t len)
{
	char **grown, *copy;

	grown = reallocarray(list->items, list->n + 1, sizeof(*grown));
	if (grown == NULL)
		return 0;
	list->items = grown;
	copy = strndup(text, len);
	if (copy == NULL)
		return 0;
	list->items[list->n++] = copy;
	return 1;
}

int
site_list_split(struct demand_list *list, const char *text, size_t len,
    const char *seps)
{
	struct tlsp_tok rest = { text, len, 0 }, element;

	while (tlsp_tok_element(&rest, seps, &element))
		if (!site_list_add(list, element.text, element.len))
			return 0;
	return 1;
}

void
site_list_clear(struct demand_list *list)
{
	size_t n;

	for (n = 0; n < list->n; n++)
		free(list->items[n]);
	free(list->items);
	memset(list, 0, sizeof(*list));
}

/* What is read of main.cf for a service: "%s" stands for smtp or lmtp. */
struct setting {
	const char *name;
	size_t offset;
};

#define AT(field)	offsetof(struct demand_site, field)

static const struct setting SETTINGS[] = {
	{ "%s_tls_CAfile", AT(ca_file) },
	{ "%s_tls_CApath", AT(ca_path) },
	{ "%s_tls_cert_file", AT(cert_file) },
	{ "%s_tls_key_file", AT(key_file) },
	{ "%s_tls_dcert_file", AT(dcert_file) },
	{ "%s_tls_dkey_file", AT(dkey_file) },
	{ "%s_tls_eccert_file", AT(eccert_file) },
	{ "%s_tls_eckey_file", AT(eckey_file) },
	{ "tls_eecdh_auto_curves", AT(curves) },
	{ "tls_disable_workarounds", AT(bug_tweaks) },
	{ "tls_ssl_options", AT(ssl_options) },
	{ "tls_dane_digests", AT(dane_digests) },
	{ "%s_tls_fingerprint_digest", AT(digest) },
	{ "%s_tls_servername", AT(servername) },
	{ "%s_tls_protocols", AT(protocols) },
	{ "%s_tls_mandatory_protocols", AT(mandatory_protocols) },
	{ "%s_tls_ciphers", AT(grade) },
	{ "%s_tls_mandatory_ciphers", AT(mandatory_grade) },
	{ "%s_tls_exclude_ciphers", AT(exclude) },
	{ "%s_tls_mandatory_exclude_ciphers", AT(mandatory_exclude) },
	{ "tls_high_cipherlist", AT(high) },
	{ "tls_medium_cipherlist", AT(medium) },
	{ "tls_low_cipherlist", AT(low) },
	{ "tls_export_cipherlist", AT(export_list) },
	{ "tls_null_cipherlist", AT(null_list) },
	{ NULL, 0 }
};

static const struct setting LISTS[] = {
	{ "%s_tls_chain_files", AT(chain_files) },
	{ "%s_tls_fingerprint_cert_match", AT(pins) },
	{ "%s_tls_verify_cert_match", AT(verify_match) },
	{ "%s_tls_secure_cert_match", AT(secure_match) },
	{ "%s_tls_trust_anchor_file", AT(tafiles) },
	{ NULL, 0 }
};

/* The value of a setting of this service; "": not set. */
static const char *
setting(const struct conf *conf, const char *service, const char *pattern)
{
	char name[80];
	const char *value;

	if (strncmp(pattern, "%s", 2) == 0)
		(void)snprintf(name, sizeof(name), "%s%s", service,
		    pattern + 2);
	else
		(void)snprintf(name, sizeof(name), "%s", pattern);
	value = conf_get(conf, name);
	return value != NULL ? value : "";
}

static int
is_yes(const char *value)
{
	return strcasecmp(value, "yes") == 0;
}

static enum tlsp_level_id
level_of(const char *word)
{
	const struct tlsp_tok tok = { word, strlen(word), 0 };

	return tlsp_level_find(&tok);
}

static enum tlsp_level_id
site_level(const struct conf *conf, const char *service)
{
	const char *value = setting(conf, service, "%s_tls_security_level");

	if (*value != '\0')
		return level_of(value);
	if (is_yes(setting(conf, service, "%s_enforce_tls")))
		return is_yes(setting(conf, service,
		    "%s_tls_enforce_peername")) ? TLSP_LEVEL_VERIFY :
		    TLSP_LEVEL_ENCRYPT;
	return is_yes(setting(conf, service, "%s_use_tls")) ?
	    TLSP_LEVEL_MAY : TLSP_LEVEL_NONE;
}

/* May TLSA records be believed? What smtp(8) asks before it looks for them. */
static int
site_is_dnssec(const struct conf *conf, const char *service)
{
	return strcasecmp(setting(conf, service, "%s_dns_support_level"),
	    "dnssec") == 0 &&
	    strstr(setting(conf, service, "%s_host_lookup"), "dns") != NULL &&
	    !is_yes(setting(conf, service, "ignore_mx_lookup_error"));
}

enum tlsp_code
demand_site_read(const struct conf *conf, const char *service, int postfix,
    struct demand_site *ret_site, struct tlsp_err *err)
{
	struct demand_site site = { .postfix = postfix };
	const struct setting *s;
	const char *value;
	int depth;

	for (s = SETTINGS; s->name != NULL; s++)
		*(const char **)(void *)((char *)&site + s->offset) =
		    setting(conf, service, s->name);
	for (s = LISTS; s->name != NULL; s++) {
		value = setting(conf, service, s->name);
		if (!site_list_split((struct demand_list *)(void *)((char *)&site +
		    s->offset), value, strlen(value),
		    strstr(s->name, "_match") != NULL &&
		    strstr(s->name, "fingerprint") == NULL ? BLANKS_COLON :
		    BLANKS)) {
			demand_site_clear(&site);
			return no_memory(err);
		}
	}
	depth = atoi(setting(conf, service, "%s_tls_scert_verifydepth"));
	site.depth = depth > 0 ? depth : 9;
	site.has_default_ca = is_yes(setting(conf, service,
	    "tls_append_default_CA"));
	site.is_dnssec = site_is_dnssec(conf, service);
	site.insecure_mx = level_of(setting(conf, service,
	    "%s_tls_dane_insecure_mx_policy"));
	if (site.insecure_mx != TLSP_LEVEL_DANE &&
	    site.insecure_mx != TLSP_LEVEL_ENCRYPT)
		site.insecure_mx = TLSP_LEVEL_MAY;
	site.level = site_level(conf, service);
	if (site.level == TLSP_LEVEL_UNKNOWN) {
		demand_site_clear(&site);
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "main.cf: %s_tls_security_level is no security level",
		    service);
	}
	*ret_site = site;
	return TLSP_OK;
}

void
demand_site_clear(struct demand_site *site)
{
	const struct setting *s;

	for (s = LISTS; s->name != NULL; s++)
		site_list_clear((struct demand_list *)(void *)((char *)site +
		    s->offset));
	memset(site, 0, sizeof(*site));
}
