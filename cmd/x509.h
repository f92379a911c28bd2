/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * x509.h - a certificate as a plain struct.
 * Knows:    what is written in a certificate. Not: whom to trust.
 * Feeds:    tls, learner, and whoever prints one.
 * Source:   RFC 5280.
 */
#ifndef TLSP_CMD_X509_H
#define TLSP_CMD_X509_H

#include <stddef.h>
#include <stdint.h>

#include "../dict_tlspolicy/err.h"

/* SHA-512 in upper-case hexadecimal with colons, and a NUL. */
#define X509_DIGEST_TEXT	192
#define X509_NAMES_MAX		128

/*
 * All of it is owned by the struct, and printable: what is not, is "?".
 * subject, issuer: one line, "CN=mx.example.com,O=Example", RFC 2253.
 * names:    the DNS names it bears; where it has none of them, the common
 *           name of its subject (is_common_name). At most X509_NAMES_MAX.
 * n_more:   how many names there are beyond.
 * not_before, not_after: seconds since the Epoch.
 */
struct x509_cert {
	char *subject;
	char *issuer;
	char *names[X509_NAMES_MAX];
	size_t n_names;
	size_t n_more;
	int is_common_name;
	int is_self_issued;
	int64_t not_before;
	int64_t not_after;
};

/*
 * Read a certificate.
 * der:      exactly one certificate.
 * errors:   TLSP_E_VALUE: it is none; TLSP_E_NOMEM.
 */
enum tlsp_code x509_read(const uint8_t *der, size_t len,
    struct x509_cert *ret_cert, struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be cleared. */
void x509_clear(struct x509_cert *);

/*
 * The names as a person reads them: "a.example, b.example and 3 more".
 * shape:    at most len bytes with the NUL; cut at a name. Returns buf.
 */
const char *x509_print_names(const struct x509_cert *, char *buf, size_t len);

/*
 * When it expires, and nothing else: cheaper. The rest of it may be anything.
 * errors:   TLSP_E_VALUE: it is no certificate.
 */
enum tlsp_code x509_not_after(const uint8_t *der, size_t len,
    int64_t *ret_not_after, struct tlsp_err *err) TLSP_MUST_USE;

/* By one digest, as the mail log prints them. */
struct x509_digests {
	char key[X509_DIGEST_TEXT];	/* of the SubjectPublicKeyInfo */
	char cert[X509_DIGEST_TEXT];	/* of the certificate */
};

/*
 * Both fingerprints of a certificate, in upper-case hexadecimal with colons.
 * digest:   "sha256", "sha384", "sha512".
 *           What is neither may be anything: the bytes are not read.
 * errors:   TLSP_E_VALUE: no certificate, or no such digest.
 */
enum tlsp_code x509_digest(const uint8_t *der, size_t len, const char *digest,
    struct x509_digests *ret_digests, struct tlsp_err *err) TLSP_MUST_USE;

#endif
