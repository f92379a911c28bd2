/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_err.c - the room err: codes, faults, what a person reads.
 */
#include "check_tlsp.h"

START_TEST(err_set_hands_its_code_back)
{
	const struct tlsp_pos at = { "f", 7, 9 };
	struct tlsp_err err;

	ck_assert_int_eq(tlsp_err_set(&err, TLSP_E_VALUE, &at, "%s=%d", "a",
	    5), TLSP_E_VALUE);
	EXPECT_ERR("set", &err, TLSP_E_VALUE, 7, 9);
	EXPECT_STR("file", "f", err.at.file);
	EXPECT_STR("text", "a=5", err.text);
}
END_TEST

START_TEST(err_set_without_a_place_has_none)
{
	struct tlsp_err err;

	memset(&err, 0x55, sizeof(err));
	(void)tlsp_err_set(&err, TLSP_E_NOMEM, NULL, "x");
	ck_assert_ptr_null(err.at.file);
	ck_assert_uint_eq(err.at.line, 0);
	ck_assert_uint_eq(err.at.col, 0);
}
END_TEST

START_TEST(err_set_makes_control_characters_printable)
{
	struct tlsp_err err;

	(void)tlsp_err_set(&err, TLSP_E_VALUE, NULL, "%s",
	    "a\nb\tc\r\x01\x7f\x1f d\xc3\xbc~");
	EXPECT_STR("text", "a?b?c???? d\xc3\xbc~", err.text);
}
END_TEST

START_TEST(err_set_cuts_what_is_too_long)
{
	struct tlsp_err err;
	char longer[2 * sizeof(err.text)];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	(void)tlsp_err_set(&err, TLSP_E_VALUE, NULL, "%s", longer);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
}
END_TEST

static const struct { enum tlsp_code code; enum tlsp_fault fault; } FAULTS[] =
{
	{ TLSP_OK, TLSP_FAULT_NONE },
	{ TLSP_NONE, TLSP_FAULT_NONE },
	{ TLSP_E_SYNTAX, TLSP_FAULT_CONFIG },
	{ TLSP_E_VALUE, TLSP_FAULT_CONFIG },
	{ TLSP_E_CONFLICT, TLSP_FAULT_CONFIG },
	{ TLSP_E_UNSAFE, TLSP_FAULT_CONFIG },
	{ TLSP_E_DAMAGED, TLSP_FAULT_CONFIG },
	{ TLSP_E_NOBODY, TLSP_FAULT_CONFIG },
	{ TLSP_E_NOMEM, TLSP_FAULT_RETRY },
	{ TLSP_E_IO, TLSP_FAULT_RETRY },
	{ TLSP_E_BUSY, TLSP_FAULT_RETRY },
	{ TLSP_E_PENDING, TLSP_FAULT_RETRY },
	{ TLSP_E_BUG, TLSP_FAULT_BUG },
};

START_TEST(err_fault_knows_whose_each_code_is)
{
	ck_assert_msg(tlsp_err_fault(FAULTS[_i].code) == FAULTS[_i].fault,
	    "code %d: fault %d", (int)FAULTS[_i].code,
	    (int)tlsp_err_fault(FAULTS[_i].code));
}
END_TEST

static const struct {
	struct tlsp_pos at;
	const char *want;
} PRINTS[] = {
	{ { NULL, 0, 0 }, "why" },
	{ { NULL, 3, 4 }, "why" },
	{ { "f", 0, 0 }, "f: why" },
	{ { "f", 3, 4 }, "f:3:4: why" },
	{ { "f", 4294967295U, 4294967295U }, "f:4294967295:4294967295: why" },
};

START_TEST(err_print_tells_as_much_as_is_known)
{
	struct tlsp_err err;
	char buf[100];

	(void)tlsp_err_set(&err, TLSP_E_IO, &PRINTS[_i].at, "why");
	tlsp_err_print(&err, buf, sizeof(buf));
	EXPECT_STR("print", PRINTS[_i].want, buf);
}
END_TEST

START_TEST(err_print_stays_inside_its_buffer)
{
	const struct tlsp_pos at = { "file", 12, 34 };
	struct tlsp_err err;
	char buf[16];

	memset(buf, '#', sizeof(buf));
	(void)tlsp_err_set(&err, TLSP_E_IO, &at, "why");
	tlsp_err_print(&err, buf, 8);
	EXPECT_STR("print", "file:12", buf);
	ck_assert_int_eq(buf[8], '#');
}
END_TEST

Suite *
check_err_suite(void)
{
	Suite *suite = suite_create("err");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_err_set");
	tcase_add_test(tcase, err_set_hands_its_code_back);
	tcase_add_test(tcase, err_set_without_a_place_has_none);
	tcase_add_test(tcase, err_set_makes_control_characters_printable);
	tcase_add_test(tcase, err_set_cuts_what_is_too_long);
	ADD_CASE(suite, tcase, "tlsp_err_fault");
	tcase_add_loop_test(tcase, err_fault_knows_whose_each_code_is, 0,
	    N_ITEMS(FAULTS));
	ADD_CASE(suite, tcase, "tlsp_err_print");
	tcase_add_loop_test(tcase, err_print_tells_as_much_as_is_known, 0,
	    N_ITEMS(PRINTS));
	tcase_add_test(tcase, err_print_stays_inside_its_buffer);
	return suite;
}
