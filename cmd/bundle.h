/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * bundle.h - the certificates in the bytes of a file: PEM, DER, PKCS#7.
 * Knows:    how they are written down. Not: files, whom to trust.
 * Feeds:    pile.
 * Source:   RFC 7468, RFC 2315; PEM_read_bio(3) for what OpenSSL takes for a
 *           line.
 */
#ifndef TLSP_CMD_BUNDLE_H
#define TLSP_CMD_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include "../dict_tlspolicy/err.h"

#define BUNDLE_SUM		32	/* SHA-256 */
#define BUNDLE_ITEMS_MAX	20000

enum bundle_kind {
	BUNDLE_CERT,
	BUNDLE_KEY,		/* a private key, or a file with one in it */
	BUNDLE_OTHER,		/* a revocation list, parameters */
	BUNDLE_BROKEN		/* OpenSSL cannot read it */
};

/*
 * One block of a text, or one certificate of a binary file.
 * line:     where it begins, from 1; 0: the file is binary.
 * from, to: its bytes in the file, from BEGIN to behind END; of a certificate
 *           out of PKCS#7, or a binary file: of all of that.
 * is_plain: smtp(8) reads it where it stands: a PEM block of its own.
 * der, len, sum: of BUNDLE_CERT; owned. sum: SHA-256 of it.
 * why:      of BUNDLE_BROKEN and BUNDLE_KEY, in words; static.
 */
struct bundle_item {
	enum bundle_kind kind;
	unsigned line;
	size_t from, to;
	int is_plain;
	uint8_t *der;
	size_t len;
	uint8_t sum[BUNDLE_SUM];
	const char *why;
};

struct bundle {
	struct bundle_item *items;
	size_t n;
	size_t cap;
};

/*
 * Find all that is in the bytes, whatever they are. That there is nothing is
 * no error.
 * cost:     one pass. The content of a private key is not looked at in PEM.
 * errors:   TLSP_E_VALUE: more than BUNDLE_ITEMS_MAX; TLSP_E_NOMEM.
 */
enum tlsp_code bundle_read(const uint8_t *bytes, size_t len,
    struct bundle *ret_bundle, struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be cleared. */
void bundle_clear(struct bundle *);

/* A certificate as a PEM block: owned by the caller; NULL: no memory. */
char *bundle_pem(const uint8_t *der, size_t len) TLSP_MUST_USE;

#endif
