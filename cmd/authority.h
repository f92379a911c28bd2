/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * authority.h - what a certificate says of itself as one of an authority.
 * Knows:    serial numbers, whether it may vouch for servers, where its
 *           issuer can be had. Not: files, whom to trust.
 * Feeds:    pile, and whoever prints one.
 * Source:   RFC 5280.
 */
#ifndef TLSP_CMD_AUTHORITY_H
#define TLSP_CMD_AUTHORITY_H

#include "x509.h"

/*
 * Owned by the struct, and printable.
 * serial:   in hexadecimal, as openssl(1) prints it.
 * sha256:   of the certificate, upper-case hexadecimal with colons.
 * why_not:  why it cannot vouch for the certificates of mail servers; NULL: it
 *           can. Static.
 * issuer_url: where it says that its issuer's certificate is; NULL: it does
 *           not. No quote, blank or backslash is in it.
 */
struct authority {
	struct x509_cert cert;
	char *serial;
	char sha256[X509_DIGEST_TEXT];
	const char *why_not;
	char *issuer_url;
};

/*
 * der:      exactly one certificate.
 * errors:   TLSP_E_VALUE: it is none; TLSP_E_NOMEM.
 */
enum tlsp_code authority_read(const uint8_t *der, size_t len,
    struct authority *ret_authority, struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be cleared. */
void authority_clear(struct authority *);

#endif
