/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_learner.c - the laws of learning, over certificates made here.
 */
#include "check_tlsp.h"

#include <stdlib.h>

#include "check_learner.h"

#define HOUR	3600L
#define DAY	(24 * HOUR)

static struct stage stage;
static struct demand demand;
static struct lesson_rule rule;
static struct learner_result *result;
static struct tlsp_pin_set *old;
static char *value;

static void
setup(void)
{
	stage_open(&stage);
	stage_demand(&stage, "encrypt", &demand);
	rule = (struct lesson_rule){ .pin = TLSP_PIN_PREFER,
	    .constraint = STAGE_CONSTRAINT, .demand = &demand };
	result = malloc(sizeof(*result));
	old = malloc(sizeof(*old));
	value = malloc(TLSP_PIN_RECORD_MAX);
	ck_assert(result != NULL && old != NULL && value != NULL);
}

static void
teardown(void)
{
	free(result);
	free(old);
	free(value);
	demand_clear(&demand);
	stage_close(&stage);
}

/* Learn; what can be stored is stored, and is what is known from then on. */
static void
learn(const struct tlsp_pin_set *known, const struct record *scan,
    const struct record *server)
{
	const struct record *servers[] = { server };
	struct tlsp_err err;
	char *record;
	size_t len;

	ck_assert_msg(learner_learn(stage.tls, &rule, known, scan, servers,
	    server != NULL, "sha256", stage.now, result, &err) == TLSP_OK,
	    "%s", err.text);
	if (!result->is_changed || result->is_empty)
		return;
	/* The new set borrows from the old one's record. */
	ck_assert_ptr_nonnull(record = malloc(TLSP_PIN_RECORD_MAX));
	ck_assert_msg(tlsp_pin_write("example.com", 11, &result->set, record,
	    &len, &err) == TLSP_OK, "%s", err.text);
	memcpy(value, record, len + 1);
	free(record);
	ck_assert_msg(tlsp_pin_read("example.com", 11, value, len, old,
	    &err) == TLSP_OK, "%s", err.text);
}

static void
expect(char sign, const char *why)
{
	size_t n;

	for (n = 0; n < result->n_changes; n++)
		if (result->changes[n].sign == sign &&
		    strstr(result->changes[n].why, why) != NULL)
			return;
	ck_abort_msg("no %c \"%s\" of %zu changes; the first: %c %s", sign,
	    why, result->n_changes, result->n_changes > 0 ?
	    result->changes[0].sign : ' ', result->n_changes > 0 ?
	    result->changes[0].why : "none");
}

/* A verified key of mx.example.com, learned. */
static void
learn_first(struct pki_cert *leaf)
{
	struct record scan, server;

	stage_leaf(&stage, &stage.issuing, "example.com", leaf);
	stage_record(&stage, "mx.example.com", leaf, &stage.issuing, &server);
	stage_scan(&stage, &scan, "mx.example.com", NULL);
	learn(NULL, &scan, &server);
	record_clear(&server);
	record_clear(&scan);
}

START_TEST(learner_adds_what_is_verified)
{
	struct x509_digests digests;
	struct pki_cert leaf;
	struct tlsp_err err;

	learn_first(&leaf);
	ck_assert_uint_eq(result->n_added, 1);
	ck_assert_uint_eq(result->n_refused, 0);
	ck_assert_uint_eq(old->n_pins, 1);
	ck_assert_int_eq(old->scanned, stage.now);
	ck_assert_int_eq(old->pins[0].verified, stage.now);
	ck_assert_int_eq(old->pins[0].first, stage.now);
	ck_assert_int_eq(old->pins[0].origin, TLSP_PIN_PKIX);
	ck_assert_int_eq(x509_digest(stage.root.der, stage.root.len, "sha256",
	    &digests, &err), TLSP_OK);
	ck_assert_mem_eq(old->pins[0].anchor.text, digests.cert,
	    strlen(digests.cert));
	pki_clear(&leaf);
}
END_TEST

START_TEST(learner_confirms_what_is_known)
{
	struct pki_cert leaf;
	struct record server;
	const int64_t first = stage.now;

	learn_first(&leaf);
	stage.now += HOUR;
	stage_record(&stage, "mx.example.com", &leaf, &stage.issuing, &server);
	learn(old, NULL, &server);
	ck_assert_uint_eq(result->n_confirmed, 1);
	ck_assert_uint_eq(result->n_added, 0);
	ck_assert_int_eq(old->pins[0].first, first);
	ck_assert_int_eq(old->pins[0].verified, stage.now);
	record_clear(&server);
	pki_clear(&leaf);
}
END_TEST

/* Rotation: both keys for a day, then the new one alone. */
START_TEST(learner_keeps_the_old_key_for_a_day)
{
	struct pki_cert leaf, next;
	struct record server;

	learn_first(&leaf);
	stage_leaf(&stage, &stage.issuing, "example.com", &next);
	stage.now += 23 * HOUR;
	stage_record(&stage, "mx.example.com", &next, &stage.issuing, &server);
	learn(old, NULL, &server);
	ck_assert_uint_eq(result->n_added, 1);
	ck_assert_uint_eq(old->n_pins, 2);
	stage.now += 2 * HOUR;
	server.time = stage.now;
	learn(old, NULL, &server);
	expect('-', "another key for a day");
	ck_assert_uint_eq(old->n_pins, 1);
	record_clear(&server);
	pki_clear(&leaf);
	pki_clear(&next);
}
END_TEST

START_TEST(learner_keeps_the_key_of_a_server_that_is_down)
{
	struct pki_cert leaf;
	struct record scan, server;

	learn_first(&leaf);
	stage.now += 6 * DAY;
	stage_scan(&stage, &scan, "mx.example.com", NULL);
	record_init(&server, RECORD_SERVER);
	stage_record(&stage, "mx.example.com", &leaf, NULL, &server);
	free(server.chain[0].bytes);
	server.chain[0].bytes = NULL;
	server.n_chain = 0;
	server.stage = RECORD_CONNECT;
	learn(old, &scan, &server);
	expect('!', "no certificate was seen (connect)");
	ck_assert_uint_eq(old->n_pins, 1);
	ck_assert_int_eq(old->scanned, stage.now);
	record_clear(&server);
	record_clear(&scan);
	pki_clear(&leaf);
}
END_TEST

START_TEST(learner_lets_the_pins_of_a_host_that_is_gone_fade)
{
	struct pki_cert leaf;
	struct record scan;

	learn_first(&leaf);
	stage.now += HOUR;
	stage_scan(&stage, &scan, "other.example.com", NULL);
	learn(old, &scan, NULL);
	ck_assert_uint_eq(old->n_hosts, 2);
	ck_assert(old->hosts[0].is_gone && !old->hosts[1].is_gone);
	ck_assert_uint_eq(old->n_pins, 1);
	stage.now += DAY;
	scan.time = stage.now;
	learn(old, &scan, NULL);
	expect('-', "no longer a mail server");
	ck_assert(result->is_empty);
	record_clear(&scan);
	pki_clear(&leaf);
}
END_TEST

START_TEST(learner_keeps_the_hosts_of_the_last_complete_scan)
{
	struct pki_cert leaf;
	struct record scan;

	learn_first(&leaf);
	stage_scan(&stage, &scan, "other.example.com", NULL);
	scan.complete = 0;
	learn(old, &scan, NULL);
	expect('!', "stay as they were");
	ck_assert(!result->is_changed);
	record_clear(&scan);
	pki_clear(&leaf);
}
END_TEST

START_TEST(learner_retires_what_another_rule_learned)
{
	struct pki_cert leaf;
	struct record server;

	learn_first(&leaf);
	rule.constraint++;
	stage_record(&stage, "mx.example.com", &leaf, &stage.issuing, &server);
	learn(old, NULL, &server);
	expect('!', "changed since the probe");
	ck_assert_msg(!result->is_changed, "nothing new, but it is changed");
	server.constraint = rule.constraint;
	learn(old, NULL, &server);
	expect('-', "another rule");
	ck_assert_uint_eq(result->n_added, 1);
	ck_assert_msg(result->set.scanned == 0, "a scan of another rule");
	record_clear(&server);
	pki_clear(&leaf);
}
END_TEST

START_TEST(learner_refuses_a_server_that_the_scan_does_not_name)
{
	struct pki_cert leaf;
	struct record scan, server;

	stage_leaf(&stage, &stage.issuing, "example.com", &leaf);
	stage_record(&stage, "evil.example", &leaf, &stage.issuing, &server);
	stage_scan(&stage, &scan, "mx.example.com", NULL);
	learn(NULL, &scan, &server);
	expect('!', "does not name it");
	ck_assert(result->is_empty);
	record_clear(&server);
	record_clear(&scan);
	pki_clear(&leaf);
}
END_TEST

START_TEST(learner_has_at_most_64_pins)
{
	struct pki_cert leaf;
	struct record server;
	int n;

	learn_first(&leaf);
	for (n = 0; n < TLSP_PINS_MAX + 6; n++) {
		pki_clear(&leaf);
		stage.now++;
		stage_leaf(&stage, &stage.issuing, "example.com", &leaf);
		stage_record(&stage, "mx.example.com", &leaf, &stage.issuing,
		    &server);
		learn(old, NULL, &server);
		ck_assert_uint_eq(result->n_added, 1);
		record_clear(&server);
	}
	expect('-', "the oldest");
	ck_assert_uint_eq(old->n_pins, TLSP_PINS_MAX);
	pki_clear(&leaf);
}
END_TEST

START_TEST(learner_learns_nothing_without_pin_or_digest)
{
	struct pki_cert leaf;
	struct record server;
	const struct record *servers[] = { &server };
	struct tlsp_err err;

	stage_leaf(&stage, &stage.issuing, "example.com", &leaf);
	stage_record(&stage, "mx.example.com", &leaf, &stage.issuing, &server);
	ck_assert_int_eq(learner_learn(stage.tls, &rule, NULL, NULL, servers,
	    1, "", stage.now, result, &err), TLSP_OK);
	expect('!', "smtp_tls_fingerprint_digest");
	rule.pin = TLSP_PIN_OFF;
	learn(NULL, NULL, &server);
	expect('!', "no pin=prefer");
	ck_assert(!result->is_changed);
	rule.pin = TLSP_PIN_PREFER;
	rule.fault = "a bad line";
	learn(NULL, NULL, &server);
	expect('!', "a bad line");
	ck_assert(!result->is_changed);
	record_clear(&server);
	pki_clear(&leaf);
}
END_TEST

Suite *
check_learner_suite(void)
{
	Suite *suite = suite_create("learner");
	TCase *tcase;

	ADD_CASE(suite, tcase, "learner_learn");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, learner_adds_what_is_verified);
	tcase_add_test(tcase, learner_confirms_what_is_known);
	tcase_add_test(tcase, learner_keeps_the_old_key_for_a_day);
	tcase_add_test(tcase, learner_keeps_the_key_of_a_server_that_is_down);
	tcase_add_test(tcase,
	    learner_lets_the_pins_of_a_host_that_is_gone_fade);
	tcase_add_test(tcase,
	    learner_keeps_the_hosts_of_the_last_complete_scan);
	tcase_add_test(tcase, learner_retires_what_another_rule_learned);
	tcase_add_test(tcase,
	    learner_refuses_a_server_that_the_scan_does_not_name);
	tcase_add_test(tcase, learner_has_at_most_64_pins);
	tcase_add_test(tcase, learner_learns_nothing_without_pin_or_digest);
	return suite;
}
