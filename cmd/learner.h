/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * learner.h - what may be remembered of what was seen.
 * Knows:    the laws of tlspolicy_pins(5). Not: files, printing, the clock.
 * Feeds:    learn, refresh.
 *
 * A record's verdict is not believed: the chain it carries is verified once
 * more. What is taken on trust: that the server at that name showed this
 * chain and has its key, and what the record says of DNSSEC.
 */
#ifndef TLSP_CMD_LEARNER_H
#define TLSP_CMD_LEARNER_H

#include "../dict_tlspolicy/pin.h"
#include "lesson.h"

/* So long is a key kept beside its successor. */
#define LEARNER_OVERLAP_S	(24L * 60 * 60)

/*
 * One line of what changed. All borrowed from the result.
 * sign:     '+' added, '=' confirmed, '-' retired, '!' refused.
 * host:     "": the whole next-hop. key: fingerprint, "": none.
 * why:      one sentence.
 */
struct learner_change {
	char sign;
	char host[TLSP_HOSTNAME_MAX + 1];
	unsigned port;
	char key[X509_DIGEST_TEXT];
	char why[500];
};

#define LEARNER_CHANGES_MAX	256

/*
 * set:      what is to be stored from now on; borrows from itself, from the
 *           old set and from the records. is_changed: it is another than the
 *           old one; is_empty: nothing is left to store.
 */
struct learner_result {
	struct tlsp_pin_set set;
	int is_changed;
	int is_empty;
	size_t n_added, n_confirmed, n_retired, n_refused;
	struct learner_change changes[LEARNER_CHANGES_MAX];
	size_t n_changes;
	struct {
		char key[X509_DIGEST_TEXT];
		char cert[X509_DIGEST_TEXT];
		char anchor[X509_DIGEST_TEXT];
	} text[TLSP_PINS_MAX];
	size_t n_text;
};

/*
 * Apply the laws to all that a probe has seen of one next-hop.
 * old:      what is known so far, or NULL.
 * destination: or NULL: then none of the hosts is gone, and a server that
 *           proves itself is one more.
 * servers:  of the same next-hop.
 * digest:   tlsp_trust.digest. "": nothing may be learned.
 * now:      seconds since the Epoch.
 * ret_result: set whatever the records are worth. Not to be copied.
 * errors:   TLSP_E_NOMEM, TLSP_E_IO.
 */
enum tlsp_code learner_learn(struct tls_context *, const struct lesson_rule *,
    const struct tlsp_pin_set *old, const struct record *destination,
    const struct record *const *servers, size_t n_servers, const char *digest,
    int64_t now, struct learner_result *ret_result, struct tlsp_err *err)
    TLSP_MUST_USE;

#endif
