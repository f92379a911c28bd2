/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_x509.c - certificates as plain structs, and their fingerprints.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../cmd/x509.h"
#include "pki.h"

static void
make(const char *cn, const char *names, struct pki_cert *cert)
{
	const struct pki_spec spec = { .cn = cn, .names = names,
	    .from_s = -100, .to_s = 1000 };

	pki_make(&spec, cert);
}

START_TEST(x509_read_tells_what_is_written)
{
	struct x509_cert read;
	struct pki_cert cert;
	struct tlsp_err err;
	const int64_t before = (int64_t)time(NULL);
	int64_t after;
	char text[80];

	make("Some Body", "a.example,*.b.example", &cert);
	after = (int64_t)time(NULL);
	ck_assert_int_eq(x509_read(cert.der, cert.len, &read, &err), TLSP_OK);
	EXPECT_STR("subject", "CN=Some Body", read.subject);
	EXPECT_STR("issuer", "CN=Some Body", read.issuer);
	ck_assert(read.is_self_issued && !read.is_common_name);
	ck_assert_uint_eq(read.n_names, 2);
	EXPECT_STR("names", "a.example, *.b.example",
	    x509_print_names(&read, text, sizeof(text)));
	ck_assert_int_ge(read.not_before, before - 100);
	ck_assert_int_le(read.not_before, after - 100);
	ck_assert_int_eq(read.not_after - read.not_before, 1100);
	x509_clear(&read);
	pki_clear(&cert);
}
END_TEST

START_TEST(x509_read_falls_back_to_the_common_name)
{
	struct x509_cert read;
	struct pki_cert cert;
	struct tlsp_err err;

	make("mx.example", "", &cert);
	ck_assert_int_eq(x509_read(cert.der, cert.len, &read, &err), TLSP_OK);
	ck_assert(read.is_common_name);
	EXPECT_STR("name", "mx.example", read.names[0]);
	x509_clear(&read);
	pki_clear(&cert);
}
END_TEST

START_TEST(x509_read_makes_names_printable)
{
	struct x509_cert read;
	struct pki_cert cert;
	struct tlsp_err err;

	make("a\nb\033[2J\xc2\x9b" "1m\xc3\xbc", "", &cert);
	ck_assert_int_eq(x509_read(cert.der, cert.len, &read, &err), TLSP_OK);
	EXPECT_STR("name", "a?b?[2J??1m\xc3\xbc", read.names[0]);
	ck_assert_ptr_null(strchr(read.subject, '\xc2'));
	ck_assert_ptr_null(strpbrk(read.subject, "\n\033"));
	x509_clear(&read);
	pki_clear(&cert);
}
END_TEST

START_TEST(x509_print_names_cuts_at_a_name)
{
	struct x509_cert read;
	struct pki_cert cert;
	struct tlsp_err err;
	char text[40];

	make("x", "one.example,two.example,three.example,four.example",
	    &cert);
	ck_assert_int_eq(x509_read(cert.der, cert.len, &read, &err), TLSP_OK);
	EXPECT_STR("names", "one.example, two.example and 2 more",
	    x509_print_names(&read, text, sizeof(text)));
	x509_clear(&read);
	pki_clear(&cert);
}
END_TEST

/* The parts are found as OpenSSL finds them. */
START_TEST(x509_digest_is_that_of_openssl)
{
	static const char *const digests[] = { "sha256", "sha384", "sha512" };
	unsigned char sum[EVP_MAX_MD_SIZE], *key = NULL;
	struct x509_digests read;
	struct pki_cert cert;
	struct tlsp_err err;
	char text[3 * EVP_MAX_MD_SIZE + 1];
	unsigned len, n;
	int key_len;

	make("mx.example", "mx.example", &cert);
	ck_assert_int_eq(x509_digest(cert.der, cert.len, digests[_i], &read,
	    &err), TLSP_OK);
	key_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert.x509), &key);
	ck_assert_int_gt(key_len, 0);
	ck_assert_int_eq(EVP_Digest(key, (size_t)key_len, sum, &len,
	    EVP_get_digestbyname(digests[_i]), NULL), 1);
	for (n = 0; n < len; n++)
		(void)sprintf(text + 3 * n, "%02X:", sum[n]);
	text[3 * len - 1] = '\0';
	EXPECT_STR(digests[_i], text, read.key);
	ck_assert_int_eq(X509_digest(cert.x509,
	    EVP_get_digestbyname(digests[_i]), sum, &len), 1);
	for (n = 0; n < len; n++)
		(void)sprintf(text + 3 * n, "%02X:", sum[n]);
	text[3 * len - 1] = '\0';
	EXPECT_STR(digests[_i], text, read.cert);
	OPENSSL_free(key);
	pki_clear(&cert);
}
END_TEST

START_TEST(x509_not_after_is_that_of_the_whole)
{
	struct x509_cert read;
	struct pki_cert cert;
	struct tlsp_err err;
	int64_t when;

	make("mx.example", "mx.example", &cert);
	ck_assert_int_eq(x509_read(cert.der, cert.len, &read, &err), TLSP_OK);
	ck_assert_int_eq(x509_not_after(cert.der, cert.len, &when, &err),
	    TLSP_OK);
	ck_assert_int_eq(when, read.not_after);
	x509_clear(&read);
	pki_clear(&cert);
}
END_TEST

/* Any bytes are survived, and a cut certificate is none. */
START_TEST(x509_survives_any_bytes)
{
	struct x509_digests digests;
	struct x509_cert read;
	struct pki_cert cert;
	struct tlsp_err err;
	unsigned char *copy;
	size_t n;
	int64_t when;

	make("mx.example", "mx.example", &cert);
	for (n = 0; n < cert.len; n++) {
		copy = malloc(n > 0 ? n : 1);
		memcpy(copy, cert.der, n);
		EXPECT_TRUE(x509_read(copy, n, &read, &err) == TLSP_E_VALUE,
		    "%zu bytes are a certificate", n);
		EXPECT_TRUE(x509_digest(copy, n, "sha256", &digests, &err) ==
		    TLSP_E_VALUE, "%zu bytes have a digest", n);
		EXPECT_TRUE(x509_not_after(copy, n, &when, &err) ==
		    TLSP_E_VALUE, "%zu bytes expire", n);
		free(copy);
	}
	for (n = 0; n < 8 * cert.len; n++) {
		cert.der[n / 8] ^= (unsigned char)(1 << n % 8);
		(void)!x509_digest(cert.der, cert.len, "sha256", &digests,
		    &err);
		(void)!x509_not_after(cert.der, cert.len, &when, &err);
		if (x509_read(cert.der, cert.len, &read, &err) == TLSP_OK)
			x509_clear(&read);
		cert.der[n / 8] ^= (unsigned char)(1 << n % 8);
	}
	ck_assert_int_eq(x509_digest(cert.der, cert.len, "nodigest", &digests,
	    &err), TLSP_E_VALUE);
	pki_clear(&cert);
}
END_TEST

Suite *
check_x509_suite(void)
{
	Suite *suite = suite_create("x509");
	TCase *tcase;

	ADD_CASE(suite, tcase, "x509_read");
	tcase_add_test(tcase, x509_read_tells_what_is_written);
	tcase_add_test(tcase, x509_read_falls_back_to_the_common_name);
	tcase_add_test(tcase, x509_read_makes_names_printable);
	tcase_add_test(tcase, x509_survives_any_bytes);
	ADD_CASE(suite, tcase, "x509_print_names");
	tcase_add_test(tcase, x509_print_names_cuts_at_a_name);
	ADD_CASE(suite, tcase, "x509_digest");
	tcase_add_loop_test(tcase, x509_digest_is_that_of_openssl, 0, 3);
	ADD_CASE(suite, tcase, "x509_not_after");
	tcase_add_test(tcase, x509_not_after_is_that_of_the_whole);
	return suite;
}
