/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_lesson.c - which records are believed, and which proofs count.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

#include "check_learner.h"

static struct stage stage;

static void
setup(void)
{
	stage_open(&stage);
}

static void
teardown(void)
{
	stage_close(&stage);
}

static void
read_lesson(const char *text, const struct record *rec, struct lesson *lesson)
{
	struct lesson_rule rule = { .pin = TLSP_PIN_PREFER,
	    .constraint = STAGE_CONSTRAINT };
	struct demand demand;
	struct tlsp_err err;

	stage_demand(&stage, text, &demand);
	rule.demand = &demand;
	ck_assert_msg(lesson_read(stage.tls, &rule, rec, "sha256", stage.now,
	    lesson, &err) == TLSP_OK, "%s", err.text);
	demand_clear(&demand);
}

/* Each turns a good record into one that must not be believed. */
enum spoil {
	OLD, FUTURE, CONSTRAINT, RESUMED, EMPTY, STAGE, PROTOCOL, NO_PROTOCOL,
	DIGEST, KEY, CERT, NOT_AFTER, LEAF, VERDICT
};

static const struct {
	enum spoil spoil;
	const char *why;
} SPOILT[] = {
	{ OLD, "older than an hour" }, { FUTURE, "from the future" },
	{ CONSTRAINT, "changed since" }, { RESUMED, "resumed" },
	{ EMPTY, "no certificate was seen" },
	{ STAGE, "handshake did not end well" },
	{ PROTOCOL, "TLSv1.1: with fingerprints" },
	{ NO_PROTOCOL, "no TLS" }, { DIGEST, "another digest" },
	{ KEY, "altered" }, { CERT, "altered" }, { NOT_AFTER, "altered" },
	{ LEAF, "altered" }, { VERDICT, "not verified by the probe" },
};

static void
spoil(struct record *rec, enum spoil how, const struct pki_cert *other)
{
	struct tlsp_err err;
	enum tlsp_code code = TLSP_OK;

	switch (how) {
	case OLD:
		rec->time -= 3601;
		break;
	case FUTURE:
		rec->time += 61;
		break;
	case CONSTRAINT:
		rec->constraint ^= 1;
		break;
	case RESUMED:
		rec->resumed = 1;
		break;
	case EMPTY:
		while (rec->n_chain > 0)
			free(rec->chain[--rec->n_chain].bytes);
		break;
	case STAGE:
		rec->stage = RECORD_HANDSHAKE;
		break;
	case PROTOCOL:
		code = record_set(&rec->protocol, "TLSv1.1", &err);
		break;
	case NO_PROTOCOL:
		code = record_set(&rec->protocol, NULL, &err);
		break;
	case DIGEST:
		code = record_set(&rec->digest, "sha512", &err);
		break;
	case KEY:
		rec->key_digest[0] = rec->key_digest[0] == 'A' ? 'B' : 'A';
		break;
	case CERT:
		rec->cert_digest[0] = rec->cert_digest[0] == 'A' ? 'B' : 'A';
		break;
	case NOT_AFTER:
		rec->not_after++;
		break;
	case LEAF:
		rec->chain[0].bytes = realloc(rec->chain[0].bytes,
		    other->len);
		memcpy(rec->chain[0].bytes, other->der, other->len);
		rec->chain[0].len = other->len;
		break;
	case VERDICT:
		rec->verdict = RECORD_NONE;
		break;
	}
	ck_assert_int_eq(code, TLSP_OK);
}

START_TEST(lesson_read_refuses_what_is_spoilt)
{
	struct pki_cert leaf, other;
	struct lesson lesson;
	struct record rec;

	stage_leaf(&stage, &stage.issuing, "example.com", &leaf);
	stage_leaf(&stage, &stage.issuing, "example.com", &other);
	stage_record(&stage, "mx.example.com", &leaf, &stage.issuing, &rec);
	read_lesson("encrypt", &rec, &lesson);
	ck_assert_msg(lesson.is_proved, "%s", lesson.why);
	spoil(&rec, SPOILT[_i].spoil, &other);
	read_lesson("encrypt", &rec, &lesson);
	ck_assert_msg(!lesson.is_proved, "%s: believed", SPOILT[_i].why);
	ck_assert_msg(strstr(lesson.why, SPOILT[_i].why) != NULL,
	    "%s, not %s", lesson.why, SPOILT[_i].why);
	record_clear(&rec);
	pki_clear(&leaf);
	pki_clear(&other);
}
END_TEST

/* Whether any one changed bit of the chain is noticed. */
START_TEST(lesson_read_refuses_each_changed_bit_of_a_leaf)
{
	struct pki_cert leaf;
	struct lesson lesson;
	struct record rec;
	size_t n;

	stage_leaf(&stage, &stage.issuing, "example.com", &leaf);
	stage_record(&stage, "mx.example.com", &leaf, &stage.issuing, &rec);
	for (n = 0; n < 8 * leaf.len; n += 3) {
		rec.chain[0].bytes[n / 8] ^= (uint8_t)(1 << n % 8);
		read_lesson("encrypt", &rec, &lesson);
		EXPECT_TRUE(!lesson.is_proved, "bit %zu: believed", n);
		rec.chain[0].bytes[n / 8] ^= (uint8_t)(1 << n % 8);
	}
	record_clear(&rec);
	pki_clear(&leaf);
}
END_TEST

/* What counts as a proof, rule by rule. Issuing, Root, Foreign, Self. */
static const struct {
	const char *rule;
	const char *names;
	char issuer;
	int mx_secure;
	int is_proved;
	const char *why;
} PROOFS[] = {
	{ "encrypt", "example.com", 'I', 0, 1, "example.com matches" },
	{ "encrypt", "example.com", 'R', 0, 1, "Root vouches" },
	{ "encrypt", "www.example.com", 'I', 0, 1, "www.example.com" },
	{ "encrypt", "*.example.com", 'I', 0, 1, "" },
	{ "encrypt", "mx.example.com", 'I', 0, 1, "" },
	{ "encrypt", "other.example", 'I', 0, 0, "bears other.example" },
	{ "encrypt", "mx.hoster.example", 'I', 1, 0, "wanted is" },
	{ "encrypt", "example.com", 'F', 0, 0, "none of those" },
	{ "encrypt", "example.com", 'S', 0, 0, "nobody but itself" },
	{ "verify", "mx.hoster.example", 'I', 0, 0, "unsigned MX" },
	{ "verify", "mx.hoster.example", 'I', 1, 1, "" },
	{ "verify match=nexthop", "example.com", 'I', 0, 1, "" },
	{ "verify match=hostname:nexthop", "mx.hoster.example", 'I', 0, 0,
	    "unsigned MX" },
	{ "secure", "example.com", 'I', 0, 1, "" },
	{ "secure match=a.example", "a.example", 'I', 0, 1, "" },
	{ "secure match=a.example", "example.com", 'I', 0, 0, "a.example" },
	{ "secure match=.example.com", "example.com", 'I', 0, 0, "" },
	{ "secure match=.example.com", "a.b.example.com", 'I', 0, 1, "" },
	{ "secure match=hostname", "mx.hoster.example", 'I', 0, 0,
	    "unsigned MX" },
	{ "secure match=hostname", "mx.hoster.example", 'I', 1, 1, "" },
};

START_TEST(lesson_read_asks_for_the_proof_of_the_rule)
{
	const struct pki_cert *issuer = PROOFS[_i].issuer == 'I' ?
	    &stage.issuing : PROOFS[_i].issuer == 'R' ? &stage.root :
	    PROOFS[_i].issuer == 'F' ? &stage.foreign : NULL;
	struct pki_cert leaf;
	struct lesson lesson;
	struct record rec;

	stage_leaf(&stage, issuer, PROOFS[_i].names, &leaf);
	stage_record(&stage, "mx.hoster.example", &leaf, issuer, &rec);
	rec.mx_secure = PROOFS[_i].mx_secure;
	read_lesson(PROOFS[_i].rule, &rec, &lesson);
	ck_assert_msg(lesson.is_proved == PROOFS[_i].is_proved,
	    "%s of %s: %s", PROOFS[_i].rule, PROOFS[_i].names, lesson.why);
	ck_assert_msg(strstr(lesson.why, PROOFS[_i].why) != NULL,
	    "%s, not %s", lesson.why, PROOFS[_i].why);
	record_clear(&rec);
	pki_clear(&leaf);
}
END_TEST

/* DANE: by the key, by an issuer; only where all the way is signed. */
static const struct {
	const char *rule;
	int usage;		/* 3: of the leaf, 2: of its issuer, 0: wrong */
	int mx_secure, tlsa_secure;
	int is_proved;
} DANE[] = {
	{ "encrypt", 3, 1, 1, 1 }, { "encrypt", 2, 1, 1, 1 },
	{ "encrypt", 0, 1, 1, 0 }, { "encrypt", 3, 0, 1, 0 },
	{ "encrypt", 3, 1, 0, 0 }, { "encrypt", 2, 0, 1, 0 },
	{ "secure match=a.example", 3, 1, 1, 0 },
	{ "verify match=a.example", 2, 1, 1, 0 },
};

START_TEST(lesson_read_believes_dane_where_all_is_signed)
{
	struct x509_digests digests;
	struct pki_cert leaf;
	struct lesson lesson;
	struct record rec;
	struct tlsp_err err;
	char tlsa[300], *ch, *to;
	const struct pki_cert *of;

	stage_leaf(&stage, &stage.foreign, DANE[_i].usage == 2 ?
	    "mx.example.com" : "no.such.name", &leaf);
	stage_record(&stage, "mx.example.com", &leaf, &stage.foreign, &rec);
	of = DANE[_i].usage == 3 ? &leaf : DANE[_i].usage == 2 ?
	    &stage.foreign : &stage.root;
	ck_assert_int_eq(x509_digest(of->der, of->len, "sha256", &digests,
	    &err), TLSP_OK);
	for (ch = to = digests.key; *ch != '\0'; ch++)
		if (*ch != ':')
			*to++ = *ch;
	*to = '\0';
	(void)snprintf(tlsa, sizeof(tlsa), "%d 1 1 %s",
	    DANE[_i].usage == 2 ? 2 : 3, digests.key);
	ck_assert_int_eq(record_add_tlsa(&rec, tlsa, &err), TLSP_OK);
	rec.mx_secure = DANE[_i].mx_secure;
	rec.tlsa_secure = DANE[_i].tlsa_secure;
	read_lesson(DANE[_i].rule, &rec, &lesson);
	ck_assert_msg(lesson.is_proved == DANE[_i].is_proved, "%d: %s", _i,
	    lesson.why);
	if (lesson.is_proved)
		ck_assert_int_eq(lesson.origin, TLS_DANE);
	record_clear(&rec);
	pki_clear(&leaf);
}
END_TEST

Suite *
check_lesson_suite(void)
{
	Suite *suite = suite_create("lesson");
	TCase *tcase;

	ADD_CASE(suite, tcase, "lesson_read");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, lesson_read_refuses_what_is_spoilt, 0,
	    N_ITEMS(SPOILT));
	tcase_add_test(tcase,
	    lesson_read_refuses_each_changed_bit_of_a_leaf);
	tcase_add_loop_test(tcase,
	    lesson_read_asks_for_the_proof_of_the_rule, 0, N_ITEMS(PROOFS));
	tcase_add_loop_test(tcase,
	    lesson_read_believes_dane_where_all_is_signed, 0, N_ITEMS(DANE));
	return suite;
}
