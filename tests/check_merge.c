/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_merge.c - the room merge: what a rule answers with and without
 * fingerprints.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

#include "../dict_tlspolicy/merge.h"
#include "helper_pins.h"

/* A record with its bytes behind it. */
struct bytes {
	struct tlsp_record head;
	struct tlsp_frozen_place place;
	char text[16];
};

static struct bytes
record_with(enum tlsp_pin_mode pin)
{
	const struct bytes bytes = {
		.head = { .len = 6, .flags = TLSP_RECORD_PLACE,
		    .level = TLSP_LEVEL_SECURE, .pin = (uint8_t)pin },
		.place = { .line = 3, .col = 4 },
		.text = "secure",
	};

	return bytes;
}

static struct bytes
fault_with(int32_t code)
{
	struct bytes bytes = record_with(TLSP_PIN_OFF);

	bytes.head.flags |= TLSP_RECORD_FAULT;
	bytes.place.line = 7;
	bytes.place.col = 8;
	bytes.place.code = code;
	strcpy(bytes.text, "why %s");
	return bytes;
}

START_TEST(merge_none_answers_as_written)
{
	static const enum tlsp_pin_mode modes[] = {
		TLSP_PIN_OFF, TLSP_PIN_PREFER
	};
	const struct bytes bytes = record_with(modes[_i]);
	struct tlsp_err err;
	const char *answer = NULL;

	EXPECT_CODE("merge", TLSP_OK, tlsp_merge_none(HELP_FILE, &bytes.head,
	    &answer, &err));
	ck_assert_ptr_eq(answer, bytes.text);
}
END_TEST

START_TEST(merge_none_finds_a_text_without_a_place)
{
	static const struct { struct tlsp_record head; char text[16]; } bytes =
	{
		{ .len = 3 }, "may"
	};
	struct tlsp_err err;
	const char *answer = NULL;

	EXPECT_CODE("merge", TLSP_OK, tlsp_merge_none(HELP_FILE, &bytes.head,
	    &answer, &err));
	ck_assert_ptr_eq(answer, bytes.text);
}
END_TEST

START_TEST(merge_none_waits_for_pins_that_are_required)
{
	const struct bytes bytes = record_with(TLSP_PIN_REQUIRE);
	struct tlsp_err err;
	const char *answer = "untouched";

	EXPECT_CODE("merge", TLSP_E_PENDING, tlsp_merge_none(HELP_FILE,
	    &bytes.head, &answer, &err));
	EXPECT_ERR("merge", &err, TLSP_E_PENDING, 3, 4);
	EXPECT_STR("file", HELP_FILE, err.at.file);
	EXPECT_STR("answer", "untouched", answer);
}
END_TEST

START_TEST(merge_none_hands_a_fault_on)
{
	struct bytes bytes = fault_with(TLSP_E_VALUE);
	struct tlsp_err err;
	const char *answer = "untouched";
	int pin;

	for (pin = TLSP_PIN_OFF; pin <= TLSP_PIN_REQUIRE; pin++) {
		bytes.head.pin = (uint8_t)pin;
		EXPECT_CODE("merge", TLSP_E_VALUE, tlsp_merge_none(HELP_FILE,
		    &bytes.head, &answer, &err));
		EXPECT_ERR("merge", &err, TLSP_E_VALUE, 7, 8);
		EXPECT_STR("file", HELP_FILE, err.at.file);
		EXPECT_STR("text", "why %s", err.text);
		EXPECT_STR("answer", "untouched", answer);
	}
}
END_TEST

/* Whoever wrote the bytes: a fault is no answer, and not "not found". */
START_TEST(merge_none_takes_no_good_news_for_a_fault)
{
	static const int32_t codes[] = { TLSP_OK, TLSP_NONE, 2, INT32_MAX };
	const struct bytes bytes = fault_with(codes[_i]);
	struct tlsp_err err;
	const char *answer = "untouched";

	EXPECT_CODE("merge", TLSP_E_DAMAGED, tlsp_merge_none(HELP_FILE,
	    &bytes.head, &answer, &err));
	EXPECT_STR("answer", "untouched", answer);
}
END_TEST

#define NOW	INT64_C(1700000000)
#define DAY	INT64_C(86400)
#define SUM	UINT64_C(5)

static const struct tlsp_trust TRUST = { .sum = 0, .digest = "sha256" };

static const struct {
	int64_t verified;
	int64_t not_after;
	int is_gone;
	int64_t ttl_s;
	enum tlsp_pin_state want;
} PINS[] = {
	{ NOW, NOW + 1, 0, DAY, TLSP_PIN_USABLE },
	{ NOW, NOW, 0, DAY, TLSP_PIN_USABLE },
	{ NOW, NOW - 1, 0, DAY, TLSP_PIN_EXPIRED },
	{ NOW - DAY + 1, NOW, 0, DAY, TLSP_PIN_USABLE },
	{ NOW - DAY, NOW, 0, DAY, TLSP_PIN_TOO_OLD },
	{ NOW - DAY, NOW, 0, DAY + 1, TLSP_PIN_USABLE },
	{ NOW + 300, NOW, 0, DAY, TLSP_PIN_USABLE },
	{ NOW + 301, NOW, 0, DAY, TLSP_PIN_FUTURE },
	{ 0, TLSP_PIN_TIME_MAX, 0, 30 * DAY, TLSP_PIN_TOO_OLD },
	{ TLSP_PIN_TIME_MAX, TLSP_PIN_TIME_MAX, 0, DAY, TLSP_PIN_FUTURE },
	{ NOW - DAY + 1, NOW, 1, 7 * DAY, TLSP_PIN_USABLE },
	{ NOW - DAY, NOW, 1, 7 * DAY, TLSP_PIN_FADED },
	{ NOW - DAY, NOW, 0, 7 * DAY, TLSP_PIN_USABLE },
};

START_TEST(merge_judge_knows_when_a_pin_is_usable)
{
	static struct help_pins pins;
	struct tlsp_verdict verdict;

	help_pins_init(&pins, NOW, SUM, "sha256");
	help_pins_host(&pins, "mx.test", PINS[_i].is_gone);
	help_pins_pin(&pins, 1, PINS[_i].verified, PINS[_i].not_after);
	tlsp_merge_judge(&pins.set, SUM, PINS[_i].ttl_s, &TRUST, NOW,
	    &verdict);
	ck_assert_msg(verdict.pins[0] == PINS[_i].want, "%d: %s", _i,
	    tlsp_merge_pin_text(verdict.pins[0]));
	ck_assert_uint_eq(verdict.n_usable,
	    PINS[_i].want == TLSP_PIN_USABLE);
	ck_assert_int_eq(verdict.state, PINS[_i].is_gone ?
	    TLSP_PINS_NO_SCAN : PINS[_i].want == TLSP_PIN_USABLE ?
	    TLSP_PINS_USABLE : TLSP_PINS_LACKING);
}
END_TEST

/* Three hosts, the last of which is gone; one thing is different. */
static void
make_set(struct help_pins *pins, int how)
{
	help_pins_init(pins, how == 1 ? 0 : NOW, how == 2 ? SUM + 1 : SUM,
	    how == 3 ? "sha512" : "sha256");
	if (how == 4)
		return;
	help_pins_host(pins, "a.test", how == 5);
	help_pins_pin(pins, 9, how == 6 ? 0 : NOW, NOW);
	help_pins_host(pins, "b.test", how == 5);
	if (how != 7) {
		help_pins_pin(pins, 3, NOW, NOW);
		help_pins_pin(pins, 5, 0, NOW);
	}
	help_pins_host(pins, "c.test", 1);
	help_pins_pin(pins, 7, how == 8 ? 0 : NOW, NOW);
}

static const struct {
	enum tlsp_pins_state want;
	size_t lacking;
	size_t n_usable;
} SETS[] = {
	{ TLSP_PINS_USABLE, 0, 3 },
	{ TLSP_PINS_NO_SCAN, 0, 3 },
	{ TLSP_PINS_OTHER_RULE, 0, 0 },
	{ TLSP_PINS_OTHER_DIGEST, 0, 0 },
	{ TLSP_PINS_NO_SCAN, 0, 0 },
	{ TLSP_PINS_NO_SCAN, 0, 3 },
	{ TLSP_PINS_LACKING, 0, 2 },
	{ TLSP_PINS_LACKING, 1, 2 },
	{ TLSP_PINS_USABLE, 0, 2 },
};

START_TEST(merge_judge_wants_a_pin_of_each_host)
{
	static struct help_pins pins;
	struct tlsp_verdict verdict;

	make_set(&pins, _i);
	tlsp_merge_judge(&pins.set, SUM, DAY, &TRUST, NOW, &verdict);
	ck_assert_msg(verdict.state == SETS[_i].want, "%d: %s", _i,
	    tlsp_merge_set_text(verdict.state));
	ck_assert_uint_eq(verdict.lacking, SETS[_i].lacking);
	ck_assert_uint_eq(verdict.n_usable, SETS[_i].n_usable);
}
END_TEST

START_TEST(merge_judge_knows_no_pin_without_a_digest)
{
	static struct help_pins pins;
	const struct tlsp_trust none = { .sum = 0, .digest = "" };
	struct tlsp_verdict verdict;

	make_set(&pins, 0);
	tlsp_merge_judge(&pins.set, SUM, DAY, &none, NOW, &verdict);
	ck_assert_int_eq(verdict.state, TLSP_PINS_NO_DIGEST);
	ck_assert_uint_eq(verdict.n_usable, 0);
}
END_TEST

/* Merge a rule with a set as it is judged, or with no set. */
static enum tlsp_code
merge(const struct bytes *bytes, struct help_pins *pins,
    enum tlsp_pins_state state, const char **ret_answer, struct tlsp_err *err)
{
	static char buf[20000];
	struct tlsp_verdict verdict = { .state = state };
	const struct tlsp_err why = { .text = "it is torn" };
	const struct tlsp_merge in = { HELP_FILE, &bytes->head, "x.test", 6,
	    &pins->set, &verdict, &why, 1, buf, sizeof(buf) };

	if (state == TLSP_PINS_USABLE)
		tlsp_merge_judge(&pins->set, SUM, DAY, &TRUST, NOW, &verdict);
	return tlsp_merge(&in, ret_answer, err);
}

START_TEST(merge_answers_fingerprints_in_order)
{
	static struct help_pins pins;
	const struct bytes bytes = record_with((enum tlsp_pin_mode)_i);
	struct tlsp_err err;
	const char *answer;
	char want[400];

	make_set(&pins, 0);
	(void)snprintf(want, sizeof(want), "fingerprint match=%s|%s|%s",
	    help_pins_key(&pins, 3), help_pins_key(&pins, 7),
	    help_pins_key(&pins, 9));
	EXPECT_CODE("merge", TLSP_OK, merge(&bytes, &pins, TLSP_PINS_USABLE,
	    &answer, &err));
	EXPECT_STR("answer", want, answer);
}
END_TEST

static const struct { enum tlsp_pins_state state; const char *text; }
WHY_NOT[] = {
	{ TLSP_PINS_NO_STORE, "tlspolicy probe x.test | tlspolicy learn" },
	{ TLSP_PINS_UNREADABLE, "it is torn" },
	{ TLSP_PINS_NONE, "tlspolicy probe x.test | tlspolicy learn" },
	{ TLSP_PINS_NO_DIGEST, "main.cf" },
	{ TLSP_PINS_OTHER_DIGEST, "smtp_tls_fingerprint_digest" },
	{ TLSP_PINS_OTHER_RULE, "another rule" },
	{ TLSP_PINS_NO_SCAN, "MX hosts" },
};

START_TEST(merge_without_a_usable_set_is_as_written_or_waits)
{
	static struct help_pins pins;
	struct bytes bytes = record_with(TLSP_PIN_PREFER);
	struct tlsp_err err;
	const char *answer = NULL;

	EXPECT_CODE("prefer", TLSP_OK, merge(&bytes, &pins, WHY_NOT[_i].state,
	    &answer, &err));
	ck_assert_ptr_eq(answer, bytes.text);
	bytes = record_with(TLSP_PIN_REQUIRE);
	EXPECT_CODE("require", TLSP_E_PENDING, merge(&bytes, &pins,
	    WHY_NOT[_i].state, &answer, &err));
	EXPECT_ERR("require", &err, TLSP_E_PENDING, 3, 4);
	ck_assert_msg(strstr(err.text, WHY_NOT[_i].text) != NULL, "%s",
	    err.text);
}
END_TEST

START_TEST(merge_says_which_host_lacks_what)
{
	static struct help_pins pins;
	const struct bytes bytes = record_with(TLSP_PIN_REQUIRE);
	struct tlsp_err err;
	const char *answer;

	make_set(&pins, 6);
	EXPECT_CODE("old", TLSP_E_PENDING, merge(&bytes, &pins,
	    TLSP_PINS_USABLE, &answer, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "a.test:25 has no usable "
	    "fingerprint (not verified within pin_ttl)"));
	ck_assert_ptr_nonnull(strstr(err.text, "tlspolicy explain x.test"));
	make_set(&pins, 7);
	EXPECT_CODE("none", TLSP_E_PENDING, merge(&bytes, &pins,
	    TLSP_PINS_USABLE, &answer, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "b.test:25 has no usable "
	    "fingerprint (none has been verified yet)"));
}
END_TEST

/* Whatever bytes there are: the level itself may not be touched. */
START_TEST(merge_pins_no_level_that_has_no_pins)
{
	static struct help_pins pins;
	struct bytes bytes = record_with(TLSP_PIN_PREFER);
	struct tlsp_err err;
	const char *answer;
	int level;

	make_set(&pins, 0);
	for (level = 0; level < 256; level++) {
		if (level == TLSP_LEVEL_ENCRYPT ||
		    level == TLSP_LEVEL_VERIFY || level == TLSP_LEVEL_SECURE)
			continue;
		bytes.head.level = (uint8_t)level;
		EXPECT_CODE("level", TLSP_OK, merge(&bytes, &pins,
		    TLSP_PINS_USABLE, &answer, &err));
		ck_assert_ptr_eq(answer, bytes.text);
	}
}
END_TEST

START_TEST(merge_hands_a_fault_on_whatever_was_learned)
{
	static struct help_pins pins;
	struct bytes bytes = fault_with(TLSP_E_VALUE);
	struct tlsp_err err;
	const char *answer;

	make_set(&pins, 0);
	bytes.head.pin = TLSP_PIN_PREFER;
	EXPECT_CODE("fault", TLSP_E_VALUE, merge(&bytes, &pins,
	    TLSP_PINS_USABLE, &answer, &err));
}
END_TEST

START_TEST(merge_writes_no_answer_beyond_its_room)
{
	static struct help_pins pins;
	const struct bytes bytes = record_with(TLSP_PIN_PREFER);
	struct tlsp_verdict verdict;
	struct tlsp_merge in = { HELP_FILE, &bytes.head, "x.test", 6,
	    &pins.set, &verdict, NULL, 1, NULL, 0 };
	struct tlsp_err err;
	const char *answer;

	make_set(&pins, 0);
	tlsp_merge_judge(&pins.set, SUM, DAY, &TRUST, NOW, &verdict);
	in.size = tlsp_merge_size(bytes.head.len) - 1;
	EXPECT_CODE("room", TLSP_E_BUG, tlsp_merge(&in, &answer, &err));
}
END_TEST

/* The largest set there is, of the longest fingerprints. */
START_TEST(merge_size_is_enough)
{
	static struct help_pins pins;
	const struct bytes bytes = record_with(TLSP_PIN_PREFER);
	const struct tlsp_trust trust = { .sum = 0, .digest = "sha512" };
	struct tlsp_verdict verdict;
	struct tlsp_merge in = { HELP_FILE, &bytes.head, "x.test", 6,
	    &pins.set, &verdict, NULL, 1, NULL, 0 };
	struct tlsp_err err;
	const char *answer;
	int n;

	help_pins_init(&pins, NOW, SUM, "sha512");
	help_pins_host(&pins, "a.test", 0);
	for (n = 0; n < TLSP_PINS_MAX; n++)
		help_pins_pin(&pins, (unsigned char)(n * 4), NOW, NOW);
	tlsp_merge_judge(&pins.set, SUM, DAY, &trust, NOW, &verdict);
	in.size = tlsp_merge_size(bytes.head.len);
	in.buf = malloc(in.size);
	EXPECT_CODE("all", TLSP_OK, tlsp_merge(&in, &answer, &err));
	ck_assert_uint_eq(strlen(answer), 18 + 64 * 192 - 1);
	free(in.buf);
}
END_TEST

START_TEST(merge_has_words_for_each_state)
{
	int a, b;

	for (a = 0; a <= TLSP_PIN_EXPIRED; a++)
		for (b = 0; b <= a; b++)
			ck_assert((strcmp(tlsp_merge_pin_text(a),
			    tlsp_merge_pin_text(b)) == 0) == (a == b));
	for (a = 0; a <= TLSP_PINS_LACKING; a++)
		for (b = 0; b <= a; b++)
			ck_assert((strcmp(tlsp_merge_set_text(a),
			    tlsp_merge_set_text(b)) == 0) == (a == b));
}
END_TEST

Suite *
check_merge_suite(void)
{
	Suite *suite = suite_create("merge");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_merge_none");
	tcase_add_loop_test(tcase, merge_none_answers_as_written, 0, 2);
	tcase_add_test(tcase, merge_none_waits_for_pins_that_are_required);
	tcase_add_test(tcase, merge_none_finds_a_text_without_a_place);
	tcase_add_test(tcase, merge_none_hands_a_fault_on);
	tcase_add_loop_test(tcase, merge_none_takes_no_good_news_for_a_fault,
	    0, 4);
	ADD_CASE(suite, tcase, "tlsp_merge_judge");
	tcase_add_loop_test(tcase, merge_judge_knows_when_a_pin_is_usable, 0,
	    N_ITEMS(PINS));
	tcase_add_loop_test(tcase, merge_judge_wants_a_pin_of_each_host, 0,
	    N_ITEMS(SETS));
	tcase_add_test(tcase, merge_judge_knows_no_pin_without_a_digest);
	ADD_CASE(suite, tcase, "tlsp_merge");
	tcase_add_loop_test(tcase, merge_answers_fingerprints_in_order,
	    TLSP_PIN_PREFER, TLSP_PIN_REQUIRE + 1);
	tcase_add_loop_test(tcase,
	    merge_without_a_usable_set_is_as_written_or_waits, 0,
	    N_ITEMS(WHY_NOT));
	tcase_add_test(tcase, merge_says_which_host_lacks_what);
	tcase_add_test(tcase, merge_pins_no_level_that_has_no_pins);
	tcase_add_test(tcase, merge_hands_a_fault_on_whatever_was_learned);
	tcase_add_test(tcase, merge_writes_no_answer_beyond_its_room);
	tcase_add_test(tcase, merge_size_is_enough);
	tcase_add_test(tcase, merge_has_words_for_each_state);
	check_merge_add_laws(suite);
	return suite;
}
