/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_stage.c - a small PKI and a partner, for what is learned of it.
 */
#include "check_tlsp.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "check_learner.h"

#define DAY	86400L

static void
must(enum tlsp_code code, const struct tlsp_err *err)
{
	ck_assert_msg(code == TLSP_OK, "%s", err->text);
}

void
stage_open(struct stage *stage)
{
	const struct pki_spec root = { .cn = "Root", .from_s = -DAY,
	    .to_s = 900 * DAY, .is_ca = 1 };
	const struct pki_spec foreign = { .cn = "Foreign", .from_s = -DAY,
	    .to_s = 900 * DAY, .is_ca = 1 };
	struct pki_spec issuing = { .cn = "Issuing", .from_s = -DAY,
	    .to_s = 900 * DAY, .is_ca = 1, .issuer = &stage->root };
	struct tlsp_err err;
	FILE *file;
	char *text;
	int fd;

	memset(stage, 0, sizeof(*stage));
	stage->now = (int64_t)time(NULL);
	pki_make(&root, &stage->root);
	pki_make(&foreign, &stage->foreign);
	pki_make(&issuing, &stage->issuing);
	(void)strcpy(stage->ca_path, "/tmp/check_stage.XXXXXX");
	ck_assert_int_ge(fd = mkstemp(stage->ca_path), 0);
	ck_assert_ptr_nonnull(file = fdopen(fd, "w"));
	ck_assert_int_eq(PEM_write_X509(file, stage->root.x509), 1);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_gt(asprintf(&text,
	    "smtp_tls_CAfile = %s\n"
	    "smtp_tls_security_level = may\n"
	    "smtp_tls_secure_cert_match = nexthop, dot-nexthop\n"
	    "smtp_tls_verify_cert_match = hostname\n"
	    "smtp_tls_fingerprint_digest = sha256\n"
	    "smtp_tls_protocols = >=TLSv1\n"
	    "smtp_tls_mandatory_protocols = >=TLSv1\n"
	    "smtp_tls_ciphers = medium\n"
	    "smtp_tls_mandatory_ciphers = medium\n"
	    "smtp_tls_exclude_ciphers = RC4\n"
	    "smtp_tls_mandatory_exclude_ciphers = 3DES, MD5\n"
	    "tls_high_cipherlist = HIGH\n"
	    "tls_medium_cipherlist = HIGH:MEDIUM\n"
	    "tls_dane_digests = sha512 sha256\n"
	    "smtp_tls_scert_verifydepth = 9\n"
	    "smtp_dns_support_level = dnssec\n"
	    "smtp_host_lookup = dns\n", stage->ca_path), 0);
	must(conf_parse(text, &stage->conf, &err), &err);
	must(demand_site_read(stage->conf, "smtp", TLSP_POSTFIX(3, 7),
	    &stage->site, &err), &err);
	must(tls_context_new(&stage->site, &stage->tls, &err), &err);
}

void
stage_close(struct stage *stage)
{
	tls_context_free(stage->tls);
	demand_site_clear(&stage->site);
	conf_free(stage->conf);
	pki_clear(&stage->root);
	pki_clear(&stage->issuing);
	pki_clear(&stage->foreign);
	(void)unlink(stage->ca_path);
}

void
stage_demand(const struct stage *stage, const char *rule,
    struct demand *ret_demand)
{
	struct tlsp_err err;

	must(demand_read(&stage->site, NULL, rule, TLSP_PIN_PREFER,
	    ret_demand, &err), &err);
}

void
stage_leaf(const struct stage *stage, const struct pki_cert *issuer,
    const char *names, struct pki_cert *ret_cert)
{
	const struct pki_spec spec = { .cn = "leaf", .names = names,
	    .issuer = issuer, .from_s = -DAY, .to_s = 90 * DAY,
	    .eku = "serverAuth" };

	(void)stage;
	pki_make(&spec, ret_cert);
}

void
stage_record(const struct stage *stage, const char *mx,
    const struct pki_cert *leaf, const struct pki_cert *issuer,
    struct record *rec)
{
	struct x509_digests digests;
	struct tlsp_err err;

	record_init(rec, RECORD_SERVER);
	rec->time = stage->now;
	rec->constraint = STAGE_CONSTRAINT;
	must(record_set(&rec->nexthop, "example.com", &err), &err);
	must(record_set(&rec->mx, mx, &err), &err);
	rec->port = 25;
	rec->preference = 10;
	rec->stage = RECORD_DONE;
	must(record_set(&rec->protocol, "TLSv1.3", &err), &err);
	must(record_add_der(rec, leaf->der, leaf->len, &err), &err);
	if (issuer != NULL)
		must(record_add_der(rec, issuer->der, issuer->len, &err),
		    &err);
	rec->verdict = RECORD_PKIX;
	must(record_set(&rec->digest, "sha256", &err), &err);
	must(x509_digest(leaf->der, leaf->len, "sha256", &digests, &err),
	    &err);
	must(record_set(&rec->key_digest, digests.key, &err), &err);
	must(record_set(&rec->cert_digest, digests.cert, &err), &err);
	must(x509_not_after(leaf->der, leaf->len, &rec->not_after, &err),
	    &err);
}

void
stage_scan(const struct stage *stage, struct record *rec, ...)
{
	struct tlsp_err err;
	const char *host;
	va_list ap;

	record_init(rec, RECORD_DESTINATION);
	rec->time = stage->now;
	rec->constraint = STAGE_CONSTRAINT;
	must(record_set(&rec->nexthop, "example.com", &err), &err);
	rec->complete = 1;
	va_start(ap, rec);
	while ((host = va_arg(ap, const char *)) != NULL)
		must(record_add_mx(rec, host, 25, 10, &err), &err);
	va_end(ap);
}
