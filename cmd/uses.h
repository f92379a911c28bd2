/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * uses.h - which partners a certificate of an authority is known to serve.
 * Knows:    tafiles of rules, anchors of verified fingerprints. Not:
 *           printing, bundles.
 * Feeds:    the verb ca.
 *
 * That nobody is named here proves nothing: which authority vouches for a
 * partner without pin= is known only while mail is sent.
 */
#ifndef TLSP_CMD_USES_H
#define TLSP_CMD_USES_H

#include "known.h"
#include "pile.h"
#include "site.h"

enum uses_how {
	USES_TAFILE,		/* it stands in a tafile of the rule */
	USES_PINS		/* it vouched for verified fingerprints */
};

/* by: its fingerprint. who: the rule's key, or the next-hop; owned. */
struct uses_one {
	char by[X509_DIGEST_TEXT];
	char *who;
	enum uses_how how;
};

/* Sorted. digest: of the fingerprints, if they are not by SHA-256. */
struct uses {
	struct uses_one *list;
	size_t n;
	size_t cap;
	const char *digest;
};

/*
 * Read all rules and stores. Files that cannot be read count nothing.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code uses_read(const struct tables *, const struct demand_site *,
    struct known_stores *, struct uses *ret_uses, struct tlsp_err *err)
    TLSP_MUST_USE;

/* Tell all uses of a certificate, each once. How many it were. */
size_t uses_tell(const struct uses *, const struct pile_cert *,
    void (*told)(void *ctx, const struct uses_one *), void *ctx);

/* "tafile", "pins". */
const char *uses_how_word(enum uses_how);

/* All zero may be cleared. */
void uses_clear(struct uses *);

#endif
