/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_witness.c - the room cmd/witness: the words of TLS in a record.
 */
#include "check_tlsp.h"

#include <stdio.h>

#include "../cmd/witness.h"

static struct record rec;
static struct tlsp_err err;

static void
setup_witness(void)
{
	record_init(&rec, RECORD_SERVER);
}

static void
teardown_witness(void)
{
	record_clear(&rec);
}

/* DANE demands TLS of those alone who have records that are proved. */
static const struct {
	enum tlsp_level_id level;
	int n_tlsa, is_secure, is_fine;
} CLEAR[] = {
	{ TLSP_LEVEL_NONE, 0, 0, 1 }, { TLSP_LEVEL_NONE, 1, 1, 1 },
	{ TLSP_LEVEL_MAY, 1, 1, 1 },
	{ TLSP_LEVEL_DANE, 0, 0, 1 }, { TLSP_LEVEL_DANE, 0, 1, 1 },
	{ TLSP_LEVEL_DANE, 1, 0, 1 }, { TLSP_LEVEL_DANE, 1, 1, 0 },
	{ TLSP_LEVEL_DANE_ONLY, 0, 0, 0 }, { TLSP_LEVEL_ENCRYPT, 0, 0, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 0, 0, 0 }, { TLSP_LEVEL_VERIFY, 0, 0, 0 },
	{ TLSP_LEVEL_SECURE, 0, 0, 0 }, { TLSP_LEVEL_UNKNOWN, 0, 0, 0 },
};

START_TEST(witness_clear_is_fine_where_nothing_is_demanded)
{
	rec.n_tlsa = (size_t)CLEAR[_i].n_tlsa;
	rec.tlsa_secure = CLEAR[_i].is_secure;
	ck_assert_int_eq(witness_clear_is_fine(&rec, CLEAR[_i].level),
	    CLEAR[_i].is_fine);
	rec.n_tlsa = 0;
}
END_TEST

static const struct {
	enum tls_word word;
	enum tls_origin origin;
	int is_met;
	enum record_word want_word;
	enum record_verdict want_verdict;
	enum record_fate want_fate;
} VERDICTS[] = {
	{ TLS_ANONYMOUS, TLS_NONE, 1, RECORD_ANONYMOUS, RECORD_NONE,
	    RECORD_DELIVERED },
	{ TLS_UNTRUSTED, TLS_NONE, 0, RECORD_UNTRUSTED, RECORD_NONE,
	    RECORD_WAITS },
	{ TLS_UNTRUSTED, TLS_NONE, 1, RECORD_UNTRUSTED, RECORD_NONE,
	    RECORD_DELIVERED },
	{ TLS_TRUSTED, TLS_NONE, 0, RECORD_TRUSTED, RECORD_NONE,
	    RECORD_WAITS },
	{ TLS_VERIFIED, TLS_PKIX, 1, RECORD_VERIFIED, RECORD_PKIX,
	    RECORD_DELIVERED },
	{ TLS_VERIFIED, TLS_DANE, 1, RECORD_VERIFIED, RECORD_DANE,
	    RECORD_DELIVERED },
	/* Proved, and still not what the rule demands. */
	{ TLS_VERIFIED, TLS_PKIX, 0, RECORD_VERIFIED, RECORD_PKIX,
	    RECORD_WAITS },
};

START_TEST(witness_verdict_says_what_was_thought)
{
	struct tls_verdict verdict = { .word = VERDICTS[_i].word,
	    .origin = VERDICTS[_i].origin, .is_met = VERDICTS[_i].is_met };

	(void)snprintf(verdict.why, sizeof(verdict.why), "the why");
	(void)snprintf(verdict.lesson, sizeof(verdict.lesson), "no lesson");
	witness_verdict(&rec, &verdict);
	ck_assert_int_eq(rec.word, VERDICTS[_i].want_word);
	ck_assert_int_eq(rec.verdict, VERDICTS[_i].want_verdict);
	ck_assert_int_eq(rec.fate, VERDICTS[_i].want_fate);
	EXPECT_STR("why", "the why", rec.why);
	EXPECT_STR("lesson", "no lesson", rec.lesson);
	ck_assert(rec.matched == NULL && rec.anchor == NULL);
	ck_assert_int_eq(rec.error != NULL, !VERDICTS[_i].is_met);
}
END_TEST

/* Whom it is about: an address has no MX record, a domain may have one. */
START_TEST(witness_peer_borrows_from_the_record)
{
	struct tls_peer peer;

	witness_set(&rec.nexthop, "example.com");
	witness_set(&rec.mx, "mx.example.com");
	rec.preference = 0;
	rec.mx_secure = 1;
	witness_peer(&rec, &peer);
	ck_assert_ptr_eq(peer.nexthop, rec.nexthop);
	ck_assert_ptr_eq(peer.mx, rec.mx);
	ck_assert(peer.has_mx && peer.is_mx_secure);
	ck_assert_uint_eq(peer.n_tlsa, 0);
	rec.preference = -1;
	witness_peer(&rec, &peer);
	ck_assert(!peer.has_mx);
}
END_TEST

START_TEST(witness_result_of_no_chain_has_no_fingerprints)
{
	const struct tls_result result = { .protocol = "TLSv1.3",
	    .cipher = "TLS_AES_256_GCM_SHA384", .bits = 256,
	    .is_resumed = 1 };

	witness_result(&rec, &result, "sha256");
	EXPECT_STR("protocol", "TLSv1.3", rec.protocol);
	ck_assert_int_eq(rec.bits, 256);
	ck_assert(rec.resumed && rec.sni == NULL);
	ck_assert(rec.n_chain == 0 && rec.key_digest == NULL &&
	    rec.cert_digest == NULL);
	EXPECT_CODE("check", TLSP_OK, err.code);
}
END_TEST

Suite *
check_witness_suite(void)
{
	Suite *suite = suite_create("witness");
	TCase *tcase;

	ADD_CASE(suite, tcase, "witness");
	tcase_add_checked_fixture(tcase, setup_witness, teardown_witness);
	tcase_add_loop_test(tcase,
	    witness_clear_is_fine_where_nothing_is_demanded, 0,
	    N_ITEMS(CLEAR));
	tcase_add_loop_test(tcase, witness_verdict_says_what_was_thought, 0,
	    N_ITEMS(VERDICTS));
	tcase_add_test(tcase, witness_peer_borrows_from_the_record);
	tcase_add_test(tcase, witness_result_of_no_chain_has_no_fingerprints);
	return suite;
}
