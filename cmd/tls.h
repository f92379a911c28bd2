/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tls.h - a TLS handshake as smtp(8) makes it, and what is to be thought of
 *         the certificate it brings.
 * Knows:    OpenSSL. Not: SMTP, DNS, sockets beyond one descriptor, pins.
 * Feeds:    prober, learner.
 * Source:   Postfix tls/tls_client.c, tls/tls_verify.c, tls/tls_dane.c;
 *           RFC 6125, RFC 7672.
 *
 * Verdicts are made of the chain alone, after the handshake, by one function
 * for both who was there and who reads a record of it.
 */
#ifndef TLSP_CMD_TLS_H
#define TLSP_CMD_TLS_H

#include <stdint.h>
#include <sys/types.h>

#include "demand.h"
#include "x509.h"

#define TLS_CHAIN_MAX	64

/* Everything that is alike for all servers: CA files, settings of main.cf. */
struct tls_context;

/*
 * Read the CA files and the client certificate. Nothing else is read later
 * but smtp_tls_CApath, and a tafile that tls_prepare() was not asked for.
 * site:     borrowed until tls_context_free().
 * errors:   TLSP_E_IO: a file that smtp(8) could not use either: it would
 *           do without TLS; TLSP_E_VALUE; TLSP_E_NOMEM.
 */
enum tlsp_code tls_context_new(const struct demand_site *,
    struct tls_context **ret_context, struct tlsp_err *err) TLSP_MUST_USE;

/* NULL may be freed. After all its sessions. */
void tls_context_free(struct tls_context *);

/*
 * Read the tafiles of a demand now, for who will have no right to later.
 * errors:   TLSP_E_IO: mail waits for the rule's partner: no such file, or
 *           nothing in it.
 */
enum tlsp_code tls_prepare(struct tls_context *, const struct demand *,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Whom we talk to. Borrowed during the call, by tls_new() until tls_free().
 * nexthop:  as Postfix asks it, brackets and all.
 * mx:       the name of the server, or its address: what "hostname" means.
 * has_mx:   it was found by an MX record.
 * is_mx_secure: the way from next-hop to the name is proved by DNSSEC, or
 *           takes no DNS.
 * tlsa:     "USAGE SELECTOR TYPE HEX", of tlsa_base (NULL: mx).
 * is_tlsa_secure: they are proved by DNSSEC.
 */
struct tls_peer {
	const char *nexthop;
	const char *mx;
	int has_mx;
	int is_mx_secure;
	const char *const *tlsa;
	size_t n_tlsa;
	int is_tlsa_secure;
	const char *tlsa_base;
};

/* As smtp(8) would log it. */
enum tls_word {
	TLS_ANONYMOUS,		/* no certificate was shown */
	TLS_UNTRUSTED,
	TLS_TRUSTED,
	TLS_VERIFIED
};

/* How a key was proved to be the partner's, so that it may be learned. */
enum tls_origin {
	TLS_NONE,		/* it was not */
	TLS_PKIX,		/* chain and name */
	TLS_DANE		/* TLSA records */
};

/*
 * word, is_met: what smtp(8) would log under the rule as written, and would
 *           it send. why: in words: what was wrong, or what matched.
 * error, depth: OpenSSL's, X509_V_OK (0): none.
 * origin:   as what the leaf's key may be learned; lesson: why, or why not.
 * matched:  the name of the certificate's that matched; "": none asked for.
 * anchor:   digest of the certificate that vouched for the leaf, by the
 *           site's digest; "": none did (a TLSA record of the key itself).
 */
struct tls_verdict {
	enum tls_word word;
	int is_met;
	int error;
	int depth;
	enum tls_origin origin;
	char matched[TLSP_HOSTNAME_MAX + 1];
	char anchor[X509_DIGEST_TEXT];
	char why[600];
	char lesson[600];
};

const char *tls_word_name(enum tls_word);	/* "Verified" */

/* Borrowed. */
struct tls_der {
	const uint8_t *bytes;
	size_t len;
};

/*
 * What a handshake showed. Strings and chain: borrowed until tls_free().
 * protocol: "TLSv1.3"; NULL: there was no handshake. sni: NULL: none sent.
 * chain:    as the server sent it, leaf first; also where the handshake
 *           failed later than that.
 */
struct tls_result {
	const char *protocol;
	const char *cipher;
	int bits;
	int is_resumed;
	const char *sni;
	const struct tls_der *chain;
	size_t n_chain;
	struct tls_verdict verdict;
};

struct tls_session;

/*
 * How the handshake is made at a level that demands no certificate. Where it
 * demands one, both are the same.
 */
enum tls_manner {
	TLS_AS_WRITTEN,		/* as smtp(8) under the rule */
	TLS_FOR_PINS		/* as smtp(8) with fingerprints: no anonymous
				 * ciphers, OpenSSL's security level 1 */
};

/*
 * Begin a handshake. It is always a full one.
 * context, demand: borrowed until tls_free(). peer: copied where needed, but
 *           its strings are borrowed until tls_free().
 * fd:       a non-blocking connection; the caller's, closed by nobody here.
 * errors:   TLSP_E_VALUE: smtp(8) would not even begin: mail waits, err says
 *           why; TLSP_E_NOMEM.
 */
enum tlsp_code tls_new(struct tls_context *, const struct demand *,
    const struct tls_peer *, enum tls_manner, int fd,
    struct tls_session **ret_session, struct tlsp_err *err) TLSP_MUST_USE;

/* NULL may be freed. Says nothing to the other side. */
void tls_free(struct tls_session *);

enum tls_step {
	TLS_WANT_READ,		/* call again when fd can be read */
	TLS_WANT_WRITE,
	TLS_DONE,
	TLS_FAILED		/* err is set: TLSP_E_IO; free the session */
};

/* Do what can be done of the handshake. */
enum tls_step tls_step(struct tls_session *, struct tlsp_err *err)
    TLSP_MUST_USE;

/*
 * Read or write through TLS, behind TLS_DONE.
 * ret_n:    set with TLS_DONE; at least 1; reading 0: the end.
 */
enum tls_step tls_read(struct tls_session *, void *buf, size_t len,
    size_t *ret_n, struct tlsp_err *err) TLSP_MUST_USE;
enum tls_step tls_write(struct tls_session *, const void *buf, size_t len,
    size_t *ret_n, struct tlsp_err *err) TLSP_MUST_USE;

/* Take leave of the other side (close_notify), if it can be said at once. */
void tls_bye(struct tls_session *);

/*
 * What was seen, after TLS_DONE or TLS_FAILED. The verdict is only made
 * after TLS_DONE.
 * now:      for the verdict, seconds since the Epoch.
 */
const struct tls_result *tls_result(struct tls_session *, int64_t now);

/*
 * The verdict on a chain that somebody recorded: the same as tls_result()
 * has, made of the same things.
 * chain:    leaf first; n is 0: none was shown.
 * cost:     the signatures of a chain seen lately are not computed again.
 * errors:   TLSP_E_VALUE: a certificate that is none; TLSP_E_IO: a tafile;
 *           TLSP_E_NOMEM.
 */
enum tlsp_code tls_verify_chain(struct tls_context *, const struct demand *,
    const struct tls_peer *, const struct tls_der *chain, size_t n,
    int64_t now, struct tls_verdict *ret_verdict, struct tlsp_err *err)
    TLSP_MUST_USE;

#endif
