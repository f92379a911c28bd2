/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_bundle.c - certificates in every form, and what only looks like one.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>

#include "../cmd/authority.h"
#include "../cmd/bundle.h"
#include "pki.h"

static void
make(const char *cn, int is_ca, const char *eku, struct pki_cert *cert)
{
	const struct pki_spec spec = { .cn = cn, .names = is_ca ? "" : cn,
	    .from_s = -100, .to_s = 1000, .is_ca = is_ca, .eku = eku };

	pki_make(&spec, cert);
}

/* Read, and count one kind. */
static size_t
count(const void *bytes, size_t len, enum bundle_kind kind,
    struct bundle *bundle)
{
	struct tlsp_err err;
	size_t n, found = 0;

	ck_assert_int_eq(bundle_read(bytes, len, bundle, &err), TLSP_OK);
	for (n = 0; n < bundle->n; n++)
		found += bundle->items[n].kind == kind;
	return found;
}

START_TEST(bundle_read_finds_each_block_and_its_place)
{
	struct pki_cert one, other;
	struct bundle bundle;
	char *first, *second, text[8000];
	size_t len;

	make("One", 1, "", &one);
	make("Other", 1, "", &other);
	first = bundle_pem(one.der, one.len);
	second = bundle_pem(other.der, other.len);
	len = (size_t)snprintf(text, sizeof(text), "\xef\xbb\xbf%s# a comment "
	    "-----BEGIN CERTIFICATE-----\n%s", first, second);
	ck_assert_uint_eq(count(text, len, BUNDLE_CERT, &bundle), 2);
	ck_assert_uint_eq(bundle.n, 2);
	ck_assert_uint_eq(bundle.items[0].line, 1);
	ck_assert_uint_eq(bundle.items[0].from, 3);
	ck_assert_uint_eq(bundle.items[0].to, 3 + strlen(first));
	ck_assert_uint_eq(bundle.items[1].to, len);
	ck_assert_int_eq(strncmp(text + bundle.items[1].from, second,
	    strlen(second)), 0);
	ck_assert(bundle.items[1].is_plain);
	ck_assert_uint_eq(bundle.items[1].len, other.len);
	ck_assert_int_eq(memcmp(bundle.items[1].der, other.der, other.len),
	    0);
	bundle_clear(&bundle);
	free(first);
	free(second);
	pki_clear(&one);
	pki_clear(&other);
}
END_TEST

START_TEST(bundle_read_takes_der_one_or_more)
{
	struct pki_cert cert;
	struct bundle bundle;
	unsigned char bytes[4000];

	make("One", 1, "", &cert);
	memcpy(bytes, cert.der, cert.len);
	memcpy(bytes + cert.len, cert.der, cert.len);
	ck_assert_uint_eq(count(bytes, cert.len, BUNDLE_CERT, &bundle), 1);
	ck_assert(bundle.items[0].line == 0 && !bundle.items[0].is_plain);
	bundle_clear(&bundle);
	ck_assert_uint_eq(count(bytes, 2 * cert.len, BUNDLE_CERT, &bundle),
	    2);
	bundle_clear(&bundle);
	/* What stands behind a certificate and is none. */
	ck_assert_uint_eq(count(bytes, 2 * cert.len - 1, BUNDLE_BROKEN,
	    &bundle), 1);
	bundle_clear(&bundle);
	ck_assert_uint_eq(count(bytes, cert.len - 1, BUNDLE_BROKEN, &bundle),
	    1);
	bundle_clear(&bundle);
	pki_clear(&cert);
}
END_TEST

/* PKCS#7 with n certificates; DER: owned. */
static int
make_pkcs7(const struct pki_cert *certs, int n, unsigned char **ret_der)
{
	PKCS7 *pkcs7 = PKCS7_new();
	int len, i;

	ck_assert(PKCS7_set_type(pkcs7, NID_pkcs7_signed) == 1);
	ck_assert(PKCS7_content_new(pkcs7, NID_pkcs7_data) == 1);
	for (i = 0; i < n; i++)
		ck_assert(PKCS7_add_certificate(pkcs7, certs[i].x509) == 1);
	len = i2d_PKCS7(pkcs7, ret_der);
	PKCS7_free(pkcs7);
	return len;
}

START_TEST(bundle_read_takes_pkcs7_in_either_form)
{
	struct pki_cert certs[2];
	struct bundle bundle;
	unsigned char *der = NULL;
	char *pem;
	BIO *bio = BIO_new(BIO_s_mem());
	int len;

	make("One", 1, "", &certs[0]);
	make("Other", 1, "", &certs[1]);
	len = make_pkcs7(certs, 2, &der);
	ck_assert_uint_eq(count(der, (size_t)len, BUNDLE_CERT, &bundle), 2);
	bundle_clear(&bundle);
	ck_assert(PEM_write_bio(bio, "PKCS7", "", der, len) > 0);
	len = (int)BIO_get_mem_data(bio, &pem);
	ck_assert_uint_eq(count(pem, (size_t)len, BUNDLE_CERT, &bundle), 2);
	ck_assert(bundle.items[0].line == 1 && !bundle.items[0].is_plain);
	bundle_clear(&bundle);
	OPENSSL_free(der);
	der = NULL;
	len = make_pkcs7(certs, 0, &der);
	ck_assert(BIO_reset(bio) == 1);
	ck_assert(PEM_write_bio(bio, "PKCS7", "", der, len) > 0);
	len = (int)BIO_get_mem_data(bio, &pem);
	ck_assert_uint_eq(count(pem, (size_t)len, BUNDLE_BROKEN, &bundle), 1);
	bundle_clear(&bundle);
	OPENSSL_free(der);
	BIO_free(bio);
	pki_clear(&certs[0]);
	pki_clear(&certs[1]);
}
END_TEST

START_TEST(bundle_read_knows_a_key_in_every_form)
{
	struct pki_cert cert;
	struct bundle bundle;
	unsigned char *der = NULL;
	BIO *bio = BIO_new(BIO_s_mem());
	PKCS12 *pkcs12;
	char *pem;
	long len;

	make("One", 0, "", &cert);
	ck_assert(PEM_write_bio_PrivateKey(bio, cert.key, NULL, NULL, 0, NULL,
	    NULL) == 1);
	len = BIO_get_mem_data(bio, &pem);
	ck_assert_uint_eq(count(pem, (size_t)len, BUNDLE_KEY, &bundle), 1);
	ck_assert(bundle.items[0].der == NULL);
	bundle_clear(&bundle);
	len = i2d_PrivateKey(cert.key, &der);
	/* The shorter ones are no longer than 127 bytes: any text. */
	if (der[1] > 0x80) {
		ck_assert_uint_eq(count(der, (size_t)len, BUNDLE_KEY,
		    &bundle), 1);
		bundle_clear(&bundle);
	}
	OPENSSL_free(der);
	der = NULL;
	pkcs12 = PKCS12_create("word", "one", cert.key, cert.x509, NULL, 0, 0,
	    0, 0, 0);
	ck_assert(pkcs12 != NULL);
	len = i2d_PKCS12(pkcs12, &der);
	ck_assert_uint_eq(count(der, (size_t)len, BUNDLE_KEY, &bundle), 1);
	bundle_clear(&bundle);
	OPENSSL_free(der);
	PKCS12_free(pkcs12);
	BIO_free(bio);
	pki_clear(&cert);
}
END_TEST

/* What OpenSSL cannot read: % stands for a good block, N for its middle. */
static const struct {
	const char *name, *text;
	size_t n_certs, n_broken;
	unsigned line;
} BAD[] = {
	{ "nothing", "", 0, 0, 0 },
	{ "words", "no certificate\n", 0, 0, 0 },
	{ "a begin alone", "-----BEGIN CERTIFICATE-----\n", 0, 1, 1 },
	{ "an end alone", "-----END CERTIFICATE-----\n", 0, 0, 0 },
	{ "half a block before a whole one",
	    "x\n-----BEGIN CERTIFICATE-----\nN\n%", 1, 1, 2 },
	{ "half a block behind a whole one",
	    "%-----BEGIN CERTIFICATE-----\nN", 1, 1, 0 },
	{ "another label at the end",
	    "-----BEGIN CERTIFICATE-----\nN\n-----END X509 CRL-----\n%", 1, 1,
	    1 },
	{ "no base64", "-----BEGIN CERTIFICATE-----\n!!!!\n"
	    "-----END CERTIFICATE-----\n", 0, 1, 1 },
	{ "base64 of nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n"
	    "-----END CERTIFICATE-----\n", 0, 1, 1 },
	{ "words behind the dashes",
	    "-----BEGIN CERTIFICATE----- here\nN\n", 0, 0, 0 },
	{ "a blank before the dashes",
	    " -----BEGIN CERTIFICATE-----\nN\n", 0, 0, 0 },
	{ "parameters", "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
	    "-----END EC PARAMETERS-----\n%", 1, 0, 0 },
};

/* The same text, with its certificate. Owned. */
static char *
fill(const char *pattern, const struct pki_cert *cert)
{
	char *pem = bundle_pem(cert->der, cert->len), *text, *to;
	const char *line = strchr(pem, '\n') + 1;

	ck_assert((text = to = calloc(1, 8000)) != NULL);
	for (; *pattern != '\0'; pattern++)
		if (*pattern == '%')
			to = stpcpy(to, pem);
		else if (*pattern == 'N' && pattern[-1] == '\n')
			to = mempcpy(to, line, 64);
		else
			*to++ = *pattern;
	free(pem);
	return text;
}

START_TEST(bundle_read_tells_broken_blocks_from_good_ones)
{
	struct pki_cert cert;
	struct bundle bundle;
	size_t n, n_broken = 0;
	char *text;

	make("One", 1, "", &cert);
	text = fill(BAD[_i].text, &cert);
	ck_assert_msg(count(text, strlen(text), BUNDLE_CERT, &bundle) ==
	    BAD[_i].n_certs, "%s", BAD[_i].name);
	for (n = 0; n < bundle.n; n++)
		if (bundle.items[n].kind == BUNDLE_BROKEN) {
			n_broken++;
			ck_assert(bundle.items[n].why != NULL);
			if (BAD[_i].line > 0)
				ck_assert_uint_eq(bundle.items[n].line,
				    BAD[_i].line);
		}
	ck_assert_msg(n_broken == BAD[_i].n_broken, "%s: %zu broken",
	    BAD[_i].name, n_broken);
	bundle_clear(&bundle);
	free(text);
	pki_clear(&cert);
}
END_TEST

/*
 * OpenSSL itself is the judge, of every cut through a bundle and of bytes
 * that were exchanged: where we see no fault, it reads the same number.
 */
static int
count_by_openssl(const char *text, size_t len)
{
	BIO *bio = BIO_new_mem_buf(text, (int)len);
	STACK_OF(X509_INFO) *infos = PEM_X509_INFO_read_bio(bio, NULL, NULL,
	    NULL);
	int n, found = 0;

	BIO_free(bio);
	if (infos == NULL)
		return -1;
	for (n = 0; n < sk_X509_INFO_num(infos); n++)
		found += sk_X509_INFO_value(infos, n)->x509 != NULL;
	sk_X509_INFO_pop_free(infos, X509_INFO_free);
	return found;
}

static void
compare_with_openssl(const char *text, size_t len)
{
	struct bundle bundle;
	const int wanted = count_by_openssl(text, len);
	size_t n, n_certs = 0, n_broken = 0;
	struct tlsp_err err;

	ck_assert_int_eq(bundle_read((const uint8_t *)text, len, &bundle,
	    &err), TLSP_OK);
	for (n = 0; n < bundle.n; n++) {
		n_certs += bundle.items[n].kind == BUNDLE_CERT;
		n_broken += bundle.items[n].kind == BUNDLE_BROKEN;
	}
	if (wanted < 0)
		EXPECT_TRUE(n_broken > 0, "OpenSSL cannot read this, we can:"
		    "\n%.*s", (int)len, text);
	else if (n_broken == 0)
		EXPECT_TRUE(n_certs == (size_t)wanted, "OpenSSL reads %d, we "
		    "%zu:\n%.*s", wanted, n_certs, (int)len, text);
	bundle_clear(&bundle);
}

START_TEST(bundle_read_agrees_with_openssl)
{
	static const char bytes[] = "\n\r -A=#:\0\xff";
	struct pki_cert one, other;
	char *text, *more, was;
	size_t len, at, n;

	make("One", 1, "", &one);
	make("Other", 1, "", &other);
	text = fill("# one\n%\n", &one);
	more = fill("other\r\n%", &other);
	len = strlen(text) + strlen(more);
	(void)strcat(text, more);
	free(more);
	ck_assert_int_eq(count_by_openssl(text, len), 2);
	for (at = 0; at <= len; at += help_stride(7))
		compare_with_openssl(text, at);
	for (at = 0; at < len; at += help_stride(23))
		for (n = 0; n < sizeof(bytes) - 1; n++) {
			was = text[at];
			text[at] = bytes[n];
			compare_with_openssl(text, len);
			text[at] = was;
		}
	free(text);
	pki_clear(&one);
	pki_clear(&other);
}
END_TEST

START_TEST(bundle_read_sees_lines_as_openssl_does)
{
	struct pki_cert cert;
	struct bundle bundle;
	char *pem, text[8000];

	/* The rest of a line longer than 254 bytes is a line to OpenSSL. */
	make("One", 1, "", &cert);
	pem = bundle_pem(cert.der, cert.len);
	memset(text, '#', 254);
	(void)strcpy(text + 254, pem);
	ck_assert_int_eq(count_by_openssl(text, strlen(text)), 1);
	ck_assert_uint_eq(count(text, strlen(text), BUNDLE_CERT, &bundle), 1);
	bundle_clear(&bundle);
	memset(text, '#', 253);
	(void)strcpy(text + 253, pem);
	ck_assert_int_eq(count_by_openssl(text, strlen(text)), 0);
	ck_assert_uint_eq(count(text, strlen(text), BUNDLE_CERT, &bundle), 0);
	bundle_clear(&bundle);
	free(pem);
	pki_clear(&cert);
}
END_TEST

START_TEST(bundle_read_has_a_limit)
{
	static const char line[] = "-----BEGIN X-----\n";
	const size_t n = BUNDLE_ITEMS_MAX + 1, len = strlen(line);
	char *text = malloc(n * len + 1), *to = text;
	struct bundle bundle;
	struct tlsp_err err;
	size_t k;

	ck_assert(text != NULL);
	for (k = 0; k < n; k++)
		to = stpcpy(to, line);
	EXPECT_CODE("at most", TLSP_OK, bundle_read((uint8_t *)text,
	    (n - 1) * len, &bundle, &err));
	bundle_clear(&bundle);
	EXPECT_CODE("more", TLSP_E_VALUE, bundle_read((uint8_t *)text,
	    n * len, &bundle, &err));
	free(text);
}
END_TEST

/* How many of whatever is found there can be described. */
static size_t
describe_all(const uint8_t *bytes, size_t len)
{
	struct authority authority;
	struct bundle bundle;
	struct tlsp_err err;
	size_t n, count = 0;

	if (bundle_read(bytes, len, &bundle, &err) != TLSP_OK)
		return 0;
	for (n = 0; n < bundle.n; n++) {
		if (bundle.items[n].der == NULL || authority_read(
		    bundle.items[n].der, bundle.items[n].len, &authority,
		    &err) != TLSP_OK)
			continue;
		count++;
		authority_clear(&authority);
	}
	bundle_clear(&bundle);
	return count;
}

/* Whatever it makes of them; a sanitizer is the judge. */
START_TEST(bundle_read_survives_any_bytes)
{
	static const unsigned char values[] = { 0, 0x01, 0x30, 0x7f, 0x80,
	    0x84, 0xa0, 0xff };
	struct pki_cert certs[2];
	unsigned char *der = NULL, was;
	size_t at, n, count = 0;
	int len;

	make("One", 1, "", &certs[0]);
	make("Other", 0, "serverAuth", &certs[1]);
	len = make_pkcs7(certs, 2, &der);
	for (at = 0; at < (size_t)len; at += help_stride(23))
		for (n = 0; n < sizeof(values); n++) {
			was = der[at];
			der[at] = values[n];
			count += describe_all(der, (size_t)len);
			der[at] = was;
		}
	ck_assert_uint_gt(count, 0);
	OPENSSL_free(der);
	pki_clear(&certs[0]);
	pki_clear(&certs[1]);
}
END_TEST

Suite *
check_bundle_suite(void)
{
	Suite *suite = suite_create("bundle");
	TCase *tcase;

	ADD_CASE(suite, tcase, "bundle_read");
	tcase_add_test(tcase, bundle_read_finds_each_block_and_its_place);
	tcase_add_test(tcase, bundle_read_takes_der_one_or_more);
	tcase_add_test(tcase, bundle_read_takes_pkcs7_in_either_form);
	tcase_add_test(tcase, bundle_read_knows_a_key_in_every_form);
	tcase_add_loop_test(tcase,
	    bundle_read_tells_broken_blocks_from_good_ones, 0, N_ITEMS(BAD));
	tcase_add_test(tcase, bundle_read_agrees_with_openssl);
	tcase_add_test(tcase, bundle_read_sees_lines_as_openssl_does);
	tcase_add_test(tcase, bundle_read_has_a_limit);
	tcase_add_test(tcase, bundle_read_survives_any_bytes);
	return suite;
}
