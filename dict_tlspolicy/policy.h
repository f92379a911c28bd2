/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * policy.h - a right-hand side as a value: level, attributes, answer.
 * Knows:    how levels and attributes go together. Not: keys, other rules,
 *           where the bytes came from.
 * Feeds:    rule, merge.
 * Source:   Postfix smtp/smtp_tls_policy.c, tls_policy_lookup_one().
 */
#ifndef TLSP_POLICY_H
#define TLSP_POLICY_H

#include <stdint.h>

#include "attr.h"
#include "host.h"
#include "mem.h"
#include "trust.h"

enum tlsp_pin_mode {
	TLSP_PIN_OFF,
	TLSP_PIN_PREFER,	/* fingerprints where there are some */
	TLSP_PIN_REQUIRE	/* fingerprints, or mail waits */
};

/*
 * text:     what Postfix is to read: the bytes of the line, without the
 *           attributes of ours. Borrowed from the arena.
 */
struct tlsp_policy {
	const char *text;
	long pin_ttl_s;
	enum tlsp_level_id level : 8;
	enum tlsp_pin_mode pin : 8;
	unsigned is_final : 1;
};

/*
 * Right-hand sides that were read before, and of which there was nothing to
 * say: a list says the same over and over. All zero is empty.
 */
#define TLSP_POLICY_RECENT	64

struct tlsp_recent {
	struct tlsp_policy list[TLSP_POLICY_RECENT];
};

/*
 * Whom a reader tells of what it finds, and where it keeps what it made.
 * recent:   made with the same host and arena; NULL: each is read anew.
 */
struct tlsp_reader {
	const struct tlsp_host *host;
	struct tlsp_arena *arena;
	tlsp_report_fn report;
	void *ctx;
	struct tlsp_recent *recent;
};

/*
 * Read a right-hand side: bytes off to end of a line, already trimmed, not
 * empty. Every error and warning is reported with its place.
 * errors:   the first one: TLSP_E_SYNTAX, _VALUE, _CONFLICT, _NOMEM (which
 *           is not reported).
 */
enum tlsp_code tlsp_policy_parse(const struct tlsp_line *, size_t off,
    size_t end, const struct tlsp_reader *, struct tlsp_policy *ret_policy,
    struct tlsp_err *err) TLSP_MUST_USE;

/* Does this version of the grammar know "{ name = value }"? */
int tlsp_policy_has_braces(int postfix);

/*
 * What a pin is verified under: all of a right-hand side, and of main.cf,
 * that decides whom to believe. Spacing makes no difference, nor does what
 * has no part in it, such as ciphers.
 * text:     a good right-hand side; attributes of ours are passed over.
 */
uint64_t tlsp_policy_constraint(const char *text, int has_braces,
    const struct tlsp_trust *);

/*
 * Append what goes behind "fingerprint match=...": a blank and an attribute,
 * each as it was written, in that order.
 * text:     as above. to: room for as many bytes as text has.
 * returns   how many bytes; no NUL.
 */
size_t tlsp_policy_rest(const char *text, int has_braces, char *to);

#endif
