/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * lesson.c - what one record of a server proves.
 * Knows:    when a record is believed. Not: what is known already.
 * Feeds:    learner.
 * Source:   tlspolicy_pins(5).
 */
#include "lesson.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "witness.h"

const char *
lesson_refusal(const struct lesson_rule *rule, const struct record *record,
    const char *digest, int64_t now)
{
	if (rule->fault != NULL)
		return rule->fault;
	if (rule->pin == TLSP_PIN_OFF)
		return "the rule has no pin=prefer or pin=require";
	if (*digest == '\0')
		return "smtp_tls_fingerprint_digest is none that fingerprints "
		    "can be kept in: set it to sha256";
	if (record->time > now + LESSON_SKEW_S)
		return "the record is from the future: mind the clocks";
	if (record->time < now - LESSON_AGE_S)
		return "the record is older than an hour: probe again";
	if (record->constraint != rule->constraint)
		return "the rule, or what main.cf trusts, changed since the "
		    "probe: probe again";
	return NULL;
}

static enum tlsp_code TLSP_PRINTF(2, 3)
refuse(struct lesson *lesson, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(lesson->why, sizeof(lesson->why), fmt, ap);
	va_end(ap);
	lesson->is_proved = 0;
	return TLSP_OK;
}

static int
is_same(const char *recorded, const char *computed)
{
	return recorded != NULL && strcmp(recorded, computed) == 0;
}

/* Fingerprints make smtp(8) ask for OpenSSL's security level 1. */
static int
is_old_protocol(const char *protocol)
{
	return protocol == NULL || strncmp(protocol, "SSL", 3) == 0 ||
	    strcmp(protocol, "TLSv1") == 0 || strcmp(protocol, "TLSv1.1") == 0;
}

/* Does the record say what its own chain says? */
static const char *
alteration(const struct record *record, const char *digest,
    const struct lesson *lesson)
{
	if (!is_same(record->digest, digest))
		return "its fingerprints are by another digest";
	if (!is_same(record->key_digest, lesson->key) ||
	    !is_same(record->cert_digest, lesson->cert))
		return "its fingerprints are not those of the certificate in "
		    "it: it was altered";
	if (record->not_after != lesson->not_after)
		return "its date of expiry is not that of the certificate in "
		    "it: it was altered";
	return NULL;
}

/* What is told of a chain by its own leaf. */
static enum tlsp_code
read_leaf(const struct record *record, const char *digest,
    struct lesson *lesson, struct tlsp_err *err)
{
	const struct record_der *leaf = &record->chain[0];
	struct x509_digests digests;
	enum tlsp_code code;

	code = x509_digest(leaf->bytes, leaf->len, digest, &digests, err);
	if (code == TLSP_OK)
		code = x509_not_after(leaf->bytes, leaf->len,
		    &lesson->not_after, err);
	if (code != TLSP_OK)
		return code;
	(void)snprintf(lesson->key, sizeof(lesson->key), "%s", digests.key);
	(void)snprintf(lesson->cert, sizeof(lesson->cert), "%s",
	    digests.cert);
	return TLSP_OK;
}

static enum tlsp_code
verify(struct tls_context *context, const struct lesson_rule *rule,
    const struct record *record, int64_t now, struct lesson *lesson,
    struct tlsp_err *err)
{
	struct tls_der chain[RECORD_LIST_MAX];
	struct tls_verdict verdict;
	struct tls_peer peer;
	enum tlsp_code code;
	size_t n;

	for (n = 0; n < record->n_chain; n++) {
		chain[n].bytes = record->chain[n].bytes;
		chain[n].len = record->chain[n].len;
	}
	witness_peer(record, &peer);
	code = tls_verify_chain(context, rule->demand, &peer, chain,
	    record->n_chain, now, &verdict, err);
	if (code == TLSP_E_VALUE)
		return refuse(lesson, "%.300s", err->text);
	if (code != TLSP_OK)
		return code;
	if (verdict.origin == TLS_NONE || !verdict.is_met)
		return refuse(lesson, "not verified: %.300s",
		    verdict.is_met ? verdict.lesson : verdict.why);
	lesson->is_proved = 1;
	lesson->origin = verdict.origin;
	(void)snprintf(lesson->anchor, sizeof(lesson->anchor), "%s",
	    verdict.anchor);
	(void)snprintf(lesson->why, sizeof(lesson->why), "%s",
	    verdict.lesson);
	return TLSP_OK;
}

enum tlsp_code
lesson_read(struct tls_context *context, const struct lesson_rule *rule,
    const struct record *record, const char *digest, int64_t now,
    struct lesson *ret_lesson, struct tlsp_err *err)
{
	const char *why = lesson_refusal(rule, record, digest, now);
	struct lesson *lesson = ret_lesson;
	enum tlsp_code code;

	memset(lesson, 0, sizeof(*lesson));
	if (why != NULL)
		return refuse(lesson, "%s", why);
	if (record->resumed)
		return refuse(lesson, "the session was resumed: the server "
		    "showed nothing");
	if (record->n_chain == 0)
		return refuse(lesson, "no certificate was seen (%s)%s%.200s",
		    record_stage_name(record->stage),
		    record->error != NULL ? ": " : "",
		    record->error != NULL ? record->error : "");
	if (record->stage != RECORD_DONE && record->stage != RECORD_VERIFY)
		return refuse(lesson, "the handshake did not end well (%s)",
		    record_stage_name(record->stage));
	if (is_old_protocol(record->protocol))
		return refuse(lesson, "%s: with fingerprints smtp(8) does not "
		    "talk to a server that has nothing newer",
		    record->protocol != NULL ? record->protocol : "no TLS");
	code = read_leaf(record, digest, lesson, err);
	if (code == TLSP_E_VALUE)
		return refuse(lesson, "%.300s", err->text);
	if (code != TLSP_OK)
		return code;
	why = alteration(record, digest, lesson);
	if (why != NULL)
		return refuse(lesson, "%s", why);
	if (lesson->not_after <= now)
		return refuse(lesson, "its certificate has expired");
	code = verify(context, rule, record, now, lesson, err);
	if (code == TLSP_OK && lesson->is_proved &&
	    record->verdict == RECORD_NONE)
		return refuse(lesson, "not verified by the probe");
	return code;
}
