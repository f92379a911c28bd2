/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * chain.h - from a server's certificate to one that is trusted, or where the
 *           way breaks off.
 * Knows:    OpenSSL's verification. Not: names, rules, files' formats.
 * Feeds:    the verb ca.
 * Source:   RFC 5280; what smtp(8) asks at verify and secure.
 */
#ifndef TLSP_CMD_CHAIN_H
#define TLSP_CMD_CHAIN_H

#include "tls.h"

/* Certificates that are trusted. */
struct chain_trust;

/*
 * depth:    of a chain, at most: smtp_tls_scert_verifydepth.
 * is_any_end: a chain may end at any of them, as with a tafile; else at one
 *           that is its own issuer.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code chain_trust_new(int depth, int is_any_end,
    struct chain_trust **ret_trust, struct tlsp_err *err) TLSP_MUST_USE;
/* NULL may be freed. */
void chain_trust_free(struct chain_trust *);

/*
 * Trust one certificate; those that a folder has by their hashes; those of
 * OpenSSL.
 * errors:   TLSP_E_VALUE: none of them; TLSP_E_IO; TLSP_E_NOMEM.
 */
enum tlsp_code chain_trust_add(struct chain_trust *, const uint8_t *der,
    size_t len, struct tlsp_err *err) TLSP_MUST_USE;
enum tlsp_code chain_trust_add_folder(struct chain_trust *, const char *path,
    struct tlsp_err *err) TLSP_MUST_USE;
enum tlsp_code chain_trust_add_default(struct chain_trust *,
    struct tlsp_err *err) TLSP_MUST_USE;

enum chain_state {
	CHAIN_GOOD,
	CHAIN_NO_ISSUER,	/* neither shown nor trusted; at most another
				 * one of its name */
	CHAIN_NO_ROOT,		/* the root was shown, and is not trusted */
	CHAIN_SELF,		/* a certificate that nobody else signed */
	CHAIN_BAD		/* all links are there; one is no good */
};

/*
 * links:    as they were joined, the server's first; owned. With
 *           CHAIN_NO_ISSUER up to the one that lacks it.
 * depth:    where it broke, or which link is no good; -1: CHAIN_GOOD.
 * why:      in words; "" if it is good.
 */
struct chain {
	enum chain_state state;
	int depth;
	char why[300];
	struct tls_der links[TLS_CHAIN_MAX];
	size_t n;
};

/*
 * Verify a chain as smtp(8) does at verify and secure, but for the names.
 * shown:    the server's first; at least one.
 * now:      seconds since the Epoch.
 * errors:   TLSP_E_VALUE: a certificate that is none; TLSP_E_NOMEM.
 */
enum tlsp_code chain_verify(struct chain_trust *, const struct tls_der *shown,
    size_t n, int64_t now, struct chain *ret_chain, struct tlsp_err *err)
    TLSP_MUST_USE;
void chain_clear(struct chain *);

#endif
