/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_merge.c - the room merge: what a rule answers without fingerprints.
 */
#include "check_tlsp.h"

#include "../dict_tlspolicy/merge.h"

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
	return suite;
}
