/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * site.h - what main.cf says of TLS, for every rule.
 * Knows:    the settings' names. Not: rules, OpenSSL.
 * Feeds:    demand, tls.
 * Source:   postconf(5); Postfix smtp/smtp.c, smtp/smtp_tls_policy.c.
 */
#ifndef TLSP_CMD_SITE_H
#define TLSP_CMD_SITE_H

#include <stddef.h>

#include "../dict_tlspolicy/attr.h"
#include "conf.h"

struct demand_list {
	char **items;
	size_t n;
};

/*
 * Append a copy of a text; of each element of a text that stands between any
 * bytes of seps. 0: no memory.
 */
int site_list_add(struct demand_list *, const char *text, size_t len);
int site_list_split(struct demand_list *, const char *text, size_t len,
    const char *seps);

/* All zero may be cleared. */
void site_list_clear(struct demand_list *);

/* What main.cf says for every rule. Texts are borrowed from the conf. */
struct demand_site {
	enum tlsp_level_id level;	/* where no rule answers */
	const char *ca_file;			/* "": none */
	const char *ca_path;
	int has_default_ca;		/* those of OpenSSL, too */
	int depth;			/* of a chain, at most */
	struct demand_list chain_files;	/* client certificate */
	const char *cert_file, *key_file;	/* the same, RSA */
	const char *dcert_file, *dkey_file;	/* DSA */
	const char *eccert_file, *eckey_file;	/* ECDSA */
	const char *curves;
	const char *bug_tweaks, *ssl_options;
	const char *dane_digests;		/* "sha512 sha256" */
	const char *digest;		/* of fingerprints */
	struct demand_list pins;	/* smtp_tls_fingerprint_cert_match */
	struct demand_list verify_match, secure_match;
	struct demand_list tafiles;
	const char *servername;
	const char *protocols, *mandatory_protocols;
	const char *grade, *mandatory_grade;
	const char *exclude, *mandatory_exclude;
	const char *high, *medium, *low, *export_list, *null_list;
	int is_dnssec;			/* is DANE possible at all */
	enum tlsp_level_id insecure_mx;	/* MAY, ENCRYPT or DANE */
	int postfix;			/* TLSP_POSTFIX() */
};

/*
 * Read main.cf.
 * conf:     borrowed until demand_site_clear().
 * service:  "smtp" or "lmtp": whose settings.
 * errors:   TLSP_E_VALUE: a setting that smtp(8) would refuse;
 *           TLSP_E_NOMEM.
 */
enum tlsp_code demand_site_read(const struct conf *, const char *service,
    int postfix, struct demand_site *ret_site, struct tlsp_err *err)
    TLSP_MUST_USE;

/* All zero may be cleared. */
void demand_site_clear(struct demand_site *);

#endif
