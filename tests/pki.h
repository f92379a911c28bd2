/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pki.h - certificates of every kind, good and bad.
 * Knows:    libcrypto. Not: what is to be thought of them.
 * Feeds:    check_*.c of the command, make_cert.
 */
#ifndef TLSP_TESTS_PKI_H
#define TLSP_TESTS_PKI_H

#include <openssl/evp.h>
#include <openssl/x509.h>

/*
 * issuer:   NULL: signs itself. names: "a.example,b.example" as DNS names;
 *           "": none. from_s, to_s: validity, in seconds from now.
 * eku:      "serverAuth", "clientAuth", "": none.
 * digest:   of the signature: "SHA256", "SHA1".
 * key:      to be borrowed, NULL: a new one.
 */
struct pki_spec {
	const char *cn;
	const char *names;
	const struct pki_cert *issuer;
	long from_s;
	long to_s;
	int is_ca;
	const char *eku;
	const char *digest;
	EVP_PKEY *key;
};

struct pki_cert {
	X509 *x509;
	EVP_PKEY *key;
	unsigned char *der;
	size_t len;
};

/* Ends the program where libcrypto fails. */
void pki_make(const struct pki_spec *, struct pki_cert *ret_cert);
void pki_clear(struct pki_cert *);

#endif
