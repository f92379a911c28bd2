/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * identity.h - certificates of ours with their keys, and CA files, as Postfix
 *              loads them.
 * Knows:    OpenSSL. Not: parameters, what is to be thought of them.
 * Feeds:    doctor.
 * Source:   Postfix tls/tls_certkey.c, tls/tls_verify.c; RFC 5280.
 */
#ifndef TLSP_CMD_IDENTITY_H
#define TLSP_CMD_IDENTITY_H

#include "x509.h"

#define IDENTITY_CHAIN_MAX	32

enum identity_key {
	IDENTITY_FITS,
	IDENTITY_NO_KEY,	/* there is none */
	IDENTITY_OTHER_KEY,	/* of another certificate */
	IDENTITY_LOCKED		/* behind a pass phrase */
};

/*
 * A certificate of a chain.
 * is_vouched: the next one of the chain signed it.
 * may_serve, may_ask: by its extended key usage as a server, as a client.
 */
struct identity_link {
	struct x509_cert cert;
	int is_vouched;
	int may_serve;
	int may_ask;
};

/* Who issued the last certificate of a chain, as it stands. */
enum identity_end {
	IDENTITY_ROOT,		/* itself */
	IDENTITY_KNOWN,		/* a root of the CA files */
	IDENTITY_UNKNOWN	/* nobody that is known here */
};

/*
 * A certificate with its key and chain.
 * file, key_file: where the certificate is, and the key; NULL: nowhere.
 *           Borrowed from the source.
 * kind:     of the key: RSA, EC, as OpenSSL numbers them.
 * links:    its own first, then as they stand in the file.
 */
struct identity {
	const char *file;
	const char *key_file;
	enum identity_key key;
	int kind;
	struct identity_link links[IDENTITY_CHAIN_MAX];
	size_t n;
	enum identity_end end;
};

struct identities {
	struct identity **items;
	size_t n;
};

/*
 * Where they are.
 * files:    one with a certificate and its chain, and its key in key_file;
 *           or, where key_file is NULL, files that hold each key, followed
 *           by its certificate and chain.
 * ca_file, ca_path: roots, beside those of the system; "": none.
 */
struct identity_source {
	char *const *files;
	size_t n_files;
	const char *key_file;
	const char *ca_file;
	const char *ca_path;
};

/*
 * errors:   TLSP_E_IO, TLSP_E_VALUE: a file that cannot be used, err->at.file
 *           says which, borrowed from the source; TLSP_E_NOMEM.
 */
enum tlsp_code identities_read(const struct identity_source *,
    struct identities *ret_identities, struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be cleared. */
void identities_clear(struct identities *);

/*
 * What a CA file holds.
 * subject:  of one that has expired, owned; NULL: none has.
 */
struct identity_bundle {
	size_t n;
	size_t n_expired;
	char *subject;
};

/*
 * Load a CA file as OpenSSL does for Postfix.
 * errors:   TLSP_E_IO, TLSP_E_VALUE; TLSP_E_NOMEM.
 */
enum tlsp_code identity_bundle_read(const char *path, int64_t now,
    struct identity_bundle *ret_bundle, struct tlsp_err *err) TLSP_MUST_USE;
void identity_bundle_clear(struct identity_bundle *);

#endif
