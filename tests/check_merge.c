/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_merge.c - the room merge: what a rule answers without fingerprints.
 */
#include "check_tlsp.h"

#include "../dict_tlspolicy/merge.h"

static struct tlsp_rule
rule_with(enum tlsp_pin_mode pin, const struct tlsp_err *fault)
{
	const struct tlsp_rule rule = {
		.key = "a", .fault = fault, .line = 3, .col = 4,
		.policy = { .level = TLSP_LEVEL_SECURE, .pin = pin,
		    .text = "secure" }
	};

	return rule;
}

START_TEST(merge_none_answers_as_written)
{
	static const enum tlsp_pin_mode modes[] = {
		TLSP_PIN_OFF, TLSP_PIN_PREFER
	};
	struct tlsp_rule rule;
	struct tlsp_err err;
	const char *answer = NULL;

	rule = rule_with(modes[_i], NULL);
	EXPECT_CODE("merge", TLSP_OK, tlsp_merge_none(HELP_FILE, &rule,
	    &answer, &err));
	ck_assert_ptr_eq(answer, rule.policy.text);
}
END_TEST

START_TEST(merge_none_waits_for_pins_that_are_required)
{
	const struct tlsp_rule rule = rule_with(TLSP_PIN_REQUIRE, NULL);
	struct tlsp_err err;
	const char *answer = "untouched";

	EXPECT_CODE("merge", TLSP_E_PENDING, tlsp_merge_none(HELP_FILE, &rule,
	    &answer, &err));
	EXPECT_ERR("merge", &err, TLSP_E_PENDING, 3, 4);
	EXPECT_STR("file", HELP_FILE, err.at.file);
	EXPECT_STR("answer", "untouched", answer);
}
END_TEST

START_TEST(merge_none_hands_a_fault_on)
{
	const struct tlsp_pos at = { "g", 7, 8 };
	struct tlsp_err fault, err;
	struct tlsp_rule rule;
	const char *answer = "untouched";
	int pin;

	(void)tlsp_err_set(&fault, TLSP_E_VALUE, &at, "why");
	for (pin = TLSP_PIN_OFF; pin <= TLSP_PIN_REQUIRE; pin++) {
		rule = rule_with((enum tlsp_pin_mode)pin, &fault);
		EXPECT_CODE("merge", TLSP_E_VALUE, tlsp_merge_none(HELP_FILE,
		    &rule, &answer, &err));
		EXPECT_ERR("merge", &err, TLSP_E_VALUE, 7, 8);
		EXPECT_STR("file", "g", err.at.file);
		EXPECT_STR("answer", "untouched", answer);
	}
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
	tcase_add_test(tcase, merge_none_hands_a_fault_on);
	return suite;
}
