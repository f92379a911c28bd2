/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pki.c - certificates of every kind, good and bad.
 * Knows:    libcrypto. Not: what is to be thought of them.
 * Feeds:    check_*.c of the command, make_cert.
 */
#include "pki.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#define MUST(what) do {							\
	if (!(what)) {							\
		(void)fprintf(stderr, "pki: %s fails\n", #what);	\
		ERR_print_errors_fp(stderr);				\
		abort();						\
	}								\
} while (0)

static void
add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	MUST((extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value)) !=
	    NULL);
	MUST(X509_add_ext(x, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

static void
add_names(X509 *x, X509 *issuer, const char *names)
{
	char *value = calloc(1, 8 * strlen(names) + 8), *copy, *name, *save;

	MUST(value != NULL && (copy = strdup(names)) != NULL);
	for (name = strtok_r(copy, ",", &save); name != NULL;
	    name = strtok_r(NULL, ",", &save)) {
		(void)strcat(value, *value != '\0' ? ",DNS:" : "DNS:");
		(void)strcat(value, name);
	}
	add_extension(x, issuer, NID_subject_alt_name, value);
	free(copy);
	free(value);
}

static EVP_PKEY *
make_key(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
	EVP_PKEY *key = NULL;

	MUST(ctx != NULL && EVP_PKEY_keygen_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx,
	    NID_X9_62_prime256v1) == 1 && EVP_PKEY_keygen(ctx, &key) == 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

void
pki_make(const struct pki_spec *spec, struct pki_cert *ret_cert)
{
	struct pki_cert cert = { NULL, NULL, NULL, 0 };
	unsigned char serial[8];
	X509 *x, *issuer;
	X509_NAME *name;
	int len;

	if (spec->key != NULL) {
		cert.key = spec->key;
		EVP_PKEY_up_ref(cert.key);
	} else
		cert.key = make_key();
	MUST((x = cert.x509 = X509_new()) != NULL);
	issuer = spec->issuer != NULL ? spec->issuer->x509 : x;
	MUST(RAND_bytes(serial, sizeof(serial)) == 1);
	serial[0] &= 0x7f;
	serial[0] |= 0x40;
	MUST(X509_set_version(x, 2) == 1);	/* 3, that is */
	MUST(ASN1_STRING_set(X509_get_serialNumber(x), serial,
	    sizeof(serial)) == 1);
	MUST(X509_gmtime_adj(X509_getm_notBefore(x), spec->from_s) != NULL);
	MUST(X509_gmtime_adj(X509_getm_notAfter(x), spec->to_s) != NULL);
	name = X509_get_subject_name(x);
	MUST(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const unsigned char *)spec->cn, -1, -1, 0) == 1);
	MUST(X509_set_issuer_name(x, X509_get_subject_name(issuer)) == 1);
	MUST(X509_set_pubkey(x, cert.key) == 1);
	add_extension(x, issuer, NID_basic_constraints,
	    spec->is_ca ? "critical,CA:TRUE" : "CA:FALSE");
	if (spec->is_ca)
		add_extension(x, issuer, NID_key_usage,
		    "critical,keyCertSign,cRLSign");
	if (spec->eku != NULL && *spec->eku != '\0')
		add_extension(x, issuer, NID_ext_key_usage, spec->eku);
	if (spec->names != NULL && *spec->names != '\0')
		add_names(x, issuer, spec->names);
	MUST(X509_sign(x, spec->issuer != NULL ? spec->issuer->key : cert.key,
	    EVP_get_digestbyname(spec->digest != NULL ? spec->digest :
	    "SHA256")) > 0);
	MUST((len = i2d_X509(x, &cert.der)) > 0);
	cert.len = (size_t)len;
	*ret_cert = cert;
}

void
pki_clear(struct pki_cert *cert)
{
	X509_free(cert->x509);
	EVP_PKEY_free(cert->key);
	OPENSSL_free(cert->der);
	memset(cert, 0, sizeof(*cert));
}
