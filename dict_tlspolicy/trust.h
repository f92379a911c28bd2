/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * trust.h - those settings of main.cf that decide what "verified" means.
 * Knows:    their names and defaults. Not: where they are read from, rules.
 * Feeds:    policy, merge, and the command.
 * Source:   postconf(5).
 */
#ifndef TLSP_TRUST_H
#define TLSP_TRUST_H

#include <stddef.h>
#include <stdint.h>

#define TLSP_TRUST_DIGEST_SIZE	16

/*
 * sum:      over the values; equal where the same is trusted.
 * digest:   smtp_tls_fingerprint_digest, in lower case; "": not known, or
 *           too weak for fingerprints to be kept in (md5, sha1).
 */
struct tlsp_trust {
	uint64_t sum;
	char digest[TLSP_TRUST_DIGEST_SIZE];
};

/*
 * Read them.
 * service:  "smtp" or "lmtp": whose settings.
 * get:      the value of a parameter with all $names replaced, borrowed until
 *           the next call; NULL: not set, its default holds.
 * postfix:  TLSP_POSTFIX(), for what depends on it.
 */
void tlsp_trust_read(const char *service, int postfix,
    const char *(*get)(void *ctx, const char *name), void *ctx,
    struct tlsp_trust *ret_trust);

/*
 * The name of the n-th setting that counts, from 0, for who shows them.
 * buf:      len bytes for it.
 * returns   buf, or NULL: there are no more.
 */
const char *tlsp_trust_name(const char *service, size_t n, char *buf,
    size_t len);

#endif
