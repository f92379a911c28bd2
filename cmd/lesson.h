/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * lesson.h - what one record of a server proves.
 * Knows:    when a record is believed. Not: what is known already.
 * Feeds:    learner.
 * Source:   tlspolicy_pins(5).
 */
#ifndef TLSP_CMD_LESSON_H
#define TLSP_CMD_LESSON_H

#include "record.h"
#include "tls.h"

/* A record is good for so long; clocks differ by so much. */
#define LESSON_AGE_S		(60L * 60)
#define LESSON_SKEW_S		60L

/*
 * The rule in force for the records' next-hop.
 * fault:    not NULL: no rule, or none that could be read, in words.
 * pin:      TLSP_PIN_OFF: nothing may be learned for it.
 * constraint: tlsp_policy_constraint() of it.
 */
struct lesson_rule {
	const char *fault;
	enum tlsp_pin_mode pin;
	uint64_t constraint;
	const struct demand *demand;
};

/*
 * is_proved: the leaf's key is the partner's. why: how, or why not.
 * key, cert, anchor: by the digest asked for; anchor "": none.
 */
struct lesson {
	int is_proved;
	enum tls_origin origin;
	int64_t not_after;
	char key[X509_DIGEST_TEXT];
	char cert[X509_DIGEST_TEXT];
	char anchor[X509_DIGEST_TEXT];
	char why[600];
};

/* Why a record of either type does not count at all, or NULL. */
const char *lesson_refusal(const struct lesson_rule *, const struct record *,
    const char *digest, int64_t now);

/*
 * Verify the chain of a server's record once more.
 * digest:   tlsp_trust.digest; "": nothing can be learned.
 * errors:   TLSP_E_NOMEM; TLSP_E_IO: a tafile.
 */
enum tlsp_code lesson_read(struct tls_context *, const struct lesson_rule *,
    const struct record *, const char *digest, int64_t now,
    struct lesson *ret_lesson, struct tlsp_err *err) TLSP_MUST_USE;

#endif
