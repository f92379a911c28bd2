/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_authority.c - what certificates of authorities say of themselves.
 */
#include "check_tlsp.h"

#include <stdio.h>

#include <openssl/x509v3.h>

#include "../cmd/authority.h"
#include "pki.h"

static void
make(const char *cn, int is_ca, const char *eku, struct pki_cert *cert)
{
	const struct pki_spec spec = { .cn = cn, .names = is_ca ? "" : cn,
	    .from_s = -100, .to_s = 1000, .is_ca = is_ca, .eku = eku };

	pki_make(&spec, cert);
}

static const struct {
	const char *name;
	int is_ca;
	const char *eku;
	const char *why;
} AUTHORITIES[] = {
	{ "an authority", 1, "", NULL },
	{ "an authority for servers", 1, "serverAuth", NULL },
	{ "a server", 0, "serverAuth", "no certificate of an authority" },
	{ "an authority for mail only", 1, "emailProtection",
	    "may not vouch for TLS servers" },
};

START_TEST(authority_read_tells_who_may_vouch)
{
	struct authority read;
	struct pki_cert cert;
	struct tlsp_err err;
	char hex[40], *from;
	BIGNUM *number;

	make("One", AUTHORITIES[_i].is_ca, AUTHORITIES[_i].eku, &cert);
	ck_assert_int_eq(authority_read(cert.der, cert.len, &read, &err),
	    TLSP_OK);
	if (AUTHORITIES[_i].why == NULL)
		ck_assert_msg(read.why_not == NULL, "%s: %s",
		    AUTHORITIES[_i].name, read.why_not);
	else
		ck_assert_msg(read.why_not != NULL && strstr(read.why_not,
		    AUTHORITIES[_i].why) != NULL, "%s: %s",
		    AUTHORITIES[_i].name, read.why_not);
	number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert.x509), NULL);
	from = BN_bn2hex(number);
	(void)snprintf(hex, sizeof(hex), "%s", from);
	EXPECT_STR("serial", hex, read.serial);
	ck_assert(read.issuer_url == NULL);
	OPENSSL_free(from);
	BN_free(number);
	authority_clear(&read);
	pki_clear(&cert);
}
END_TEST

static const struct { const char *value, *url; } URLS[] = {
	{ "caIssuers;URI:http://ca.example/root.cer",
	    "http://ca.example/root.cer" },
	{ "OCSP;URI:http://ocsp.example/", NULL },
	{ "OCSP;URI:http://ocsp.example/,caIssuers;URI:ldap://a.example/,"
	    "caIssuers;URI:http://b.example/b", "http://b.example/b" },
	{ "caIssuers;URI:http://a.example/';$(x)`y`\"\\ z",
	    "http://a.example/?;?(x)?y????z" },
};

START_TEST(authority_read_finds_where_the_issuer_is)
{
	struct authority read;
	struct pki_cert cert;
	struct tlsp_err err;
	X509_EXTENSION *extension;
	unsigned char *der = NULL;
	int len;

	make("One", 1, "", &cert);
	extension = X509V3_EXT_conf_nid(NULL, NULL, NID_info_access,
	    URLS[_i].value);
	ck_assert(extension != NULL);
	ck_assert(X509_add_ext(cert.x509, extension, -1) == 1);
	ck_assert(X509_sign(cert.x509, cert.key, EVP_sha256()) > 0);
	len = i2d_X509(cert.x509, &der);
	ck_assert_int_eq(authority_read(der, (size_t)len, &read, &err),
	    TLSP_OK);
	if (URLS[_i].url == NULL)
		ck_assert(read.issuer_url == NULL);
	else
		EXPECT_STR("url", URLS[_i].url, read.issuer_url);
	authority_clear(&read);
	OPENSSL_free(der);
	X509_EXTENSION_free(extension);
	pki_clear(&cert);
}
END_TEST

Suite *
check_authority_suite(void)
{
	Suite *suite = suite_create("authority");
	TCase *tcase;

	ADD_CASE(suite, tcase, "authority_read");
	tcase_add_loop_test(tcase, authority_read_tells_who_may_vouch, 0,
	    N_ITEMS(AUTHORITIES));
	tcase_add_loop_test(tcase, authority_read_finds_where_the_issuer_is,
	    0, N_ITEMS(URLS));
	return suite;
}
