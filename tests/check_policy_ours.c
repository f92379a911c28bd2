/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_policy_ours.c - the room policy: pin, pin_ttl and final, which
 * Postfix must never see.
 */
#include "check_tlsp.h"

#define OFF	TLSP_PIN_OFF
#define PREFER	TLSP_PIN_PREFER
#define REQUIRE	TLSP_PIN_REQUIRE
#define DAY	86400L
#define CONFL	TLSP_E_CONFLICT
#define VALUE	TLSP_E_VALUE

static const struct ours_case {
	const char *rhs;
	const char *answer;
	enum tlsp_pin_mode pin;
	long ttl_s;
	int is_final;
} GOOD[] = {
	{ "encrypt pin=prefer", "encrypt", PREFER, 7 * DAY, 0 },
	{ "encrypt pin=require", "encrypt", REQUIRE, 7 * DAY, 0 },
	{ "secure PIN=Require", "secure", REQUIRE, 7 * DAY, 0 },
	{ "verify\tpin=prefer\tpin_ttl=1h", "verify", PREFER, 3600, 0 },
	{ "encrypt pin_ttl=30d pin=prefer", "encrypt", PREFER, 30 * DAY, 0 },
	{ "encrypt final=yes", "encrypt", OFF, 7 * DAY, 1 },
	{ "encrypt final=no", "encrypt", OFF, 7 * DAY, 0 },
	{ "encrypt final=YES", "encrypt", OFF, 7 * DAY, 1 },
	{ "none final=yes", "none", OFF, 7 * DAY, 1 },
	{ "none x final=yes  y", "none x  y", OFF, 7 * DAY, 1 },
	{ "may final=yes ciphers=high", "may ciphers=high", OFF, 7 * DAY, 1 },
	{ "encrypt pin=prefer ciphers=high", "encrypt ciphers=high", PREFER,
	    7 * DAY, 0 },
	{ "encrypt ciphers=high pin=prefer", "encrypt ciphers=high", PREFER,
	    7 * DAY, 0 },
	{ "encrypt  ciphers=high ,pin=prefer,\tpin_ttl=2d  exclude=a",
	    "encrypt  ciphers=high  exclude=a", PREFER, 2 * DAY, 0 },
	{ " ,encrypt,pin=prefer,", " ,encrypt,", PREFER, 7 * DAY, 0 },
	{ "secure final=yes match=a pin=require ciphers=high pin_ttl=12h "
	    "tafile=/x", "secure match=a ciphers=high tafile=/x", REQUIRE,
	    DAY / 2, 1 },
	{ "secure match=pin=prefer", "secure match=pin=prefer", OFF, 7 * DAY,
	    0 },
	{ "encrypt\r\n pin=prefer\r\n ciphers=high",
	    "encrypt\r\n ciphers=high", PREFER, 7 * DAY, 0 },
	{ "encrypt {pin=prefer} { ciphers = high }",
	    "encrypt { ciphers = high }", PREFER, 7 * DAY, 0 },
	{ "encrypt {final = yes}", "encrypt", OFF, 7 * DAY, 1 },
};

START_TEST(policy_parse_removes_what_is_ours_and_no_other_byte)
{
	const struct ours_case *c = &GOOD[_i];
	struct help help;

	help_init(&help, 312, 1);
	EXPECT_CODE(c->rhs, TLSP_OK, help_policy(&help, c->rhs));
	EXPECT_STR(c->rhs, c->answer, help.policy.text);
	ck_assert_msg(help.policy.pin == c->pin, "%s: pin %d", c->rhs,
	    (int)help.policy.pin);
	ck_assert_msg(help.policy.pin_ttl_s == c->ttl_s, "%s: ttl %ld",
	    c->rhs, help.policy.pin_ttl_s);
	ck_assert_msg(help.policy.is_final == c->is_final, "%s: final %d",
	    c->rhs, help.policy.is_final);
	help_clear(&help);
}
END_TEST

static const struct {
	const char *rhs;
	enum tlsp_code code;
	unsigned col;
} BAD[] = {
	{ "none pin=prefer", CONFL, 6 },
	{ "may pin=prefer", CONFL, 5 },
	{ "may pin=require", CONFL, 5 },
	{ "fingerprint match=AA:BB pin=prefer", CONFL, 25 },
	{ "dane pin=prefer", CONFL, 6 },
	{ "secure policy_type=sts policy_failure=validation-failure "
	    "pin=prefer", CONFL, 24 },
	{ "secure pin=prefer policy_type=sts "
	    "policy_failure=validation-failure", CONFL, 35 },
	{ "dane-only pin=require", CONFL, 11 },
	{ "may pin_ttl=7d", CONFL, 5 },
	{ "none pin_ttl=7d", CONFL, 6 },
	{ "encrypt pin_ttl=7d", CONFL, 9 },
	{ "encrypt ciphers=high pin_ttl=7d", CONFL, 22 },
	{ "encrypt pin=prefer pin=prefer", CONFL, 20 },
	{ "encrypt pin=prefer pin=require", CONFL, 20 },
	{ "encrypt pin=prefer pin_ttl=7d pin_ttl=7d", CONFL, 31 },
	{ "encrypt final=yes final=yes final=no final=no", CONFL, 19 },
	{ "encrypt pin=prefer pin=prefer pin=prefer pin=prefer pin=prefer",
	    CONFL, 20 },
	{ "encrypt pin=", VALUE, 9 },
	{ "encrypt pin=report", VALUE, 13 },
	{ "encrypt pin=require pin_ttl=31d", VALUE, 29 },
	{ "encrypt pin=require pin_ttl=", VALUE, 21 },
	{ "encrypt final=", VALUE, 9 },
	{ "encrypt final=1", VALUE, 15 },
	{ "none final=1", VALUE, 12 },
	{ "encrypt pin", TLSP_E_SYNTAX, 9 },
	{ "encrypt pin =prefer", TLSP_E_SYNTAX, 9 },
	{ "encrypt { pin = prefer }{", TLSP_E_SYNTAX, 9 },
};

START_TEST(policy_parse_rejects_what_is_ours_and_wrong)
{
	struct help help;

	help_init(&help, 312, 1);
	EXPECT_CODE(BAD[_i].rhs, BAD[_i].code, help_policy(&help,
	    BAD[_i].rhs));
	EXPECT_ERR(BAD[_i].rhs, &help.err, BAD[_i].code, 1, BAD[_i].col);
	help_clear(&help);
}
END_TEST

void
check_policy_add_ours(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "ours");
	tcase_add_loop_test(tcase,
	    policy_parse_removes_what_is_ours_and_no_other_byte, 0,
	    N_ITEMS(GOOD));
	tcase_add_loop_test(tcase, policy_parse_rejects_what_is_ours_and_wrong,
	    0, N_ITEMS(BAD));
}
