/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_policy.c - the room policy: levels, unknown words, whole lines.
 * Source:   Postfix smtp/smtp_tls_policy.c, 3.4 to 3.12.
 */
#include "check_tlsp.h"

#include <stdlib.h>

/*
 * A right-hand side that is good is answered byte for byte. col: of the
 * first error. errors, warnings: how many findings there are in all.
 */
struct policy_case {
	const char *rhs;
	int postfix;
	enum tlsp_code code;
	unsigned col;
	size_t errors;
	size_t warnings;
};

#define ANY	TLSP_POSTFIX_ANY
#define SYNTAX	TLSP_E_SYNTAX
#define VALUE	TLSP_E_VALUE
#define CONFL	TLSP_E_CONFLICT
#define FP	"AA:BB"

static const struct policy_case LEVELS[] = {
	{ "none", 307, TLSP_OK, 0, 0, 0 },
	{ "may", 304, TLSP_OK, 0, 0, 0 },
	{ "encrypt", 307, TLSP_OK, 0, 0, 0 },
	{ "fingerprint", 307, TLSP_OK, 0, 0, 0 },
	{ "dane", 307, TLSP_OK, 0, 0, 0 },
	{ "dane-only", 307, TLSP_OK, 0, 0, 0 },
	{ "verify", 307, TLSP_OK, 0, 0, 0 },
	{ "secure", 311, TLSP_OK, 0, 0, 0 },
	{ "EnCRYPT", 307, TLSP_OK, 0, 0, 0 },
	{ ",, encrypt ,", 307, TLSP_OK, 0, 0, 0 },
	{ "encrypted", 307, VALUE, 1, 1, 0 },
	{ ", encrypted", 307, VALUE, 3, 1, 0 },
	{ "half-dane", 311, VALUE, 1, 1, 0 },
	{ "halfdane", 304, VALUE, 1, 1, 0 },
	{ "dane_only", 307, VALUE, 1, 1, 0 },
	{ "{encrypt}", 311, VALUE, 1, 1, 0 },
	{ "\"encrypt\"", 307, VALUE, 1, 1, 0 },
	{ "encrypt\fciphers=high", 307, VALUE, 1, 1, 0 },
	{ "ciphers=high", 307, VALUE, 1, 1, 0 },
	{ "pin=prefer encrypt", 307, VALUE, 1, 2, 0 },
	{ "encrypted", ANY, TLSP_OK, 0, 0, 1 },
	{ "encrypted", 313, TLSP_OK, 0, 0, 1 },
	{ "newer match=a tafile=/b ciphers=high", 313, TLSP_OK, 0, 0, 1 },
	{ "newer ciphers=hihg", 313, VALUE, 15, 1, 1 },
	{ "newer pin=prefer", 313, CONFL, 7, 1, 1 },
	{ ",", 307, SYNTAX, 1, 1, 0 },
	{ ", ,", ANY, SYNTAX, 1, 1, 0 },
};

static const struct policy_case WORDS[] = {
	{ "encrypt foo=bar", 304, VALUE, 9, 1, 0 },
	{ "encrypt foo=bar", 311, VALUE, 9, 1, 0 },
	{ "encrypt foo=bar", 313, TLSP_OK, 0, 0, 1 },
	{ "encrypt foo=bar", ANY, TLSP_OK, 0, 0, 1 },
	{ "encrypt foo", 313, SYNTAX, 9, 1, 0 },
	{ "encrypt foo", ANY, SYNTAX, 9, 1, 0 },
	{ "encrypt =high", 307, SYNTAX, 9, 1, 0 },
	{ "encrypt ciphers = high", 307, SYNTAX, 9, 3, 0 },
	{ "encrypt # text", 307, SYNTAX, 9, 2, 0 },
	{ "encrypt ciphers=high # x=y", 307, SYNTAX, 22, 2, 0 },
	{ "encrypt ttl=3", 307, VALUE, 9, 1, 0 },
	{ "encrypt cafile=/x", 307, VALUE, 9, 1, 0 },
	{ "none foo bar= =x {", 307, TLSP_OK, 0, 0, 4 },
	{ "none foo bar= =x {", 311, TLSP_OK, 0, 0, 4 },
	{ "none ciphers=hihg", 307, TLSP_OK, 0, 0, 1 },
	{ "none ciphers=high ciphers=high", 307, TLSP_OK, 0, 0, 2 },
	{ "encrypt {", 311, SYNTAX, 9, 1, 0 },
	{ "encrypt {ciphers=high", 311, SYNTAX, 9, 1, 0 },
	{ "encrypt {ciphers=high}x", 311, SYNTAX, 9, 1, 0 },
	{ "encrypt {ciphers=high}", 309, VALUE, 9, 1, 0 },
	{ "encrypt {ciphers=high}", ANY, TLSP_OK, 0, 0, 0 },
	{ "encrypt {}", 310, SYNTAX, 9, 1, 0 },
	{ "encrypt ciphers={high}", 311, VALUE, 17, 1, 0 },
	{ "encrypt { protocols = >= TLSv1.2 }", 311, TLSP_OK, 0, 0, 0 },
	{ "encrypt { protocols = >= oops }", 311, VALUE, 23, 1, 0 },
	{ "encrypt {exclude = aNULL, MD5 : DES}", 310, TLSP_OK, 0, 0, 0 },
	{ "encrypt exclude=\"aNULL\"", 307, TLSP_OK, 0, 0, 1 },
	{ "encrypt ciphers=\"high\"", 307, VALUE, 17, 1, 1 },
	{ "secure match=\"www.example.com\"", 307, TLSP_OK, 0, 0, 1 },
	{ "encrypt ciphers=hihg protocols=TLSv9", 307, VALUE, 17, 2, 0 },
	{ "encrypt match=a ciphers=hihg", 307, CONFL, 9, 2, 0 },
	{ "encrypt ciphers=hihg ciphers=high", 307, VALUE, 17, 2, 0 },
	{ "encrypt enable_rpk=yes", 308, VALUE, 9, 1, 0 },
	{ "encrypt policy_type=sts", 309, VALUE, 9, 1, 0 },
	{ "encrypt protocols=>=TLSv1.2", 305, VALUE, 19, 1, 0 },
	{ "encrypt protocols=>=TLSv1.2", 306, TLSP_OK, 0, 0, 0 },
};

static const struct policy_case WHOLES[] = {
	{ "secure match=a", 307, TLSP_OK, 0, 0, 0 },
	{ "secure match=a:b match=c", 307, TLSP_OK, 0, 0, 0 },
	{ "secure match=:", 307, VALUE, 14, 1, 0 },
	{ "secure match=::", ANY, VALUE, 14, 1, 0 },
	{ "secure match=: match=a", 307, TLSP_OK, 0, 0, 0 },
	{ "secure match=a match=:", 307, TLSP_OK, 0, 0, 0 },
	{ "secure match=.", 307, VALUE, 14, 1, 1 },
	{ "secure match=.:a", 307, TLSP_OK, 0, 0, 1 },
	{ "verify match=: match=:", 307, VALUE, 14, 1, 0 },
	{ "fingerprint match=" FP, 307, TLSP_OK, 0, 0, 0 },
	{ "fingerprint match=AABB", 306, TLSP_OK, 0, 0, 0 },
	{ "fingerprint match=AABB", 304, VALUE, 19, 1, 1 },
	{ "fingerprint match=" FP "|AABB", 304, TLSP_OK, 0, 0, 1 },
	{ "fingerprint match=|", 307, VALUE, 19, 1, 0 },
	{ "fingerprint match=a.example", 307, VALUE, 19, 1, 1 },
	{ "fingerprint match=a.example match=" FP, 307, TLSP_OK, 0, 0, 1 },
	{ "newer match=:", 313, VALUE, 13, 1, 1 },
	{ "secure policy_domain=a", 310, CONFL, 8, 1, 0 },
	{ "secure policy_ttl=1 policy_type=sts", 310, TLSP_OK, 0, 0, 0 },
	{ "secure policy_string=x policy_string=y", 310, CONFL, 8, 1, 0 },
	{ "secure ciphers=high mx_host_pattern=x", 310, CONFL, 21, 1, 0 },
	{ "secure policy_failure=validation-failure", ANY, CONFL, 8, 1, 0 },
	{ "none policy_domain=a", 310, TLSP_OK, 0, 0, 1 },
	{ "secure policy_type=sts policy_domain=a.example policy_ttl=1 "
	    "policy_string=version:STSv1 policy_string=mode:enforce "
	    "mx_host_pattern=*.a.example mx_host_pattern=b.example "
	    "match=hostname servername=hostname "
	    "policy_failure=sts-webpki-invalid", 310, TLSP_OK, 0, 0, 0 },
	{ "may policy_type=no-policy-found policy_domain=a.example", 311,
	    TLSP_OK, 0, 0, 0 },
	{ "secure connection_reuse=yes connection_reuse=no", 307, TLSP_OK, 0,
	    0, 0 },
	{ "encrypt connection_reuse=yes connection_reuse=x", 307, VALUE, 47,
	    1, 0 },
};

static void
expect_case(const struct policy_case *c)
{
	struct help help;

	help_init(&help, c->postfix, 1);
	EXPECT_CODE(c->rhs, c->code, help_policy(&help, c->rhs));
	if (c->code == TLSP_OK)
		EXPECT_STR(c->rhs, c->rhs, help.policy.text);
	else
		EXPECT_ERR(c->rhs, &help.err, c->code, 1, c->col);
	ck_assert_msg(help.n_errors == c->errors &&
	    help.n_warnings == c->warnings, "%s at %d: %zu errors, %zu "
	    "warnings; the last: %s", c->rhs, c->postfix, help.n_errors,
	    help.n_warnings, help.n_found > 0 ?
	    help.found[help.n_found - 1].text : "");
	help_clear(&help);
}

START_TEST(policy_parse_reads_levels)
{
	expect_case(&LEVELS[_i]);
}
END_TEST

START_TEST(policy_parse_judges_words_it_does_not_know)
{
	expect_case(&WORDS[_i]);
}
END_TEST

START_TEST(policy_parse_judges_the_whole_line)
{
	expect_case(&WHOLES[_i]);
}
END_TEST

START_TEST(policy_parse_rejects_match_at_encrypt)
{
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("match", CONFL, help_policy(&help, "encrypt match=a"));
	EXPECT_ERR("match", &help.err, CONFL, 1, 9);
	ck_assert_ptr_nonnull(strstr(help.err.text, "fingerprint"));
	ck_assert_ptr_nonnull(strstr(help.err.text, "verify"));
	ck_assert_ptr_nonnull(strstr(help.err.text, "secure"));
	ck_assert_ptr_null(strstr(help.err.text, "dane"));
	help_clear(&help);
}
END_TEST

START_TEST(policy_parse_fills_in_what_is_not_said)
{
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("plain", TLSP_OK, help_policy(&help, "encrypt"));
	ck_assert_int_eq(help.policy.level, TLSP_LEVEL_ENCRYPT);
	ck_assert_int_eq(help.policy.pin, TLSP_PIN_OFF);
	ck_assert_int_eq(help.policy.is_final, 0);
	ck_assert_int_eq(help.policy.pin_ttl_s, TLSP_PIN_TTL_DEFAULT);
	help_clear(&help);
}
END_TEST

START_TEST(policy_parse_quotes_no_more_than_a_message_holds)
{
	char rhs[3000] = "encrypt ";
	struct help help;

	memset(rhs + 8, 'x', sizeof(rhs) - 9);
	help_init(&help, 307, 1);
	EXPECT_CODE("long", SYNTAX, help_policy(&help, rhs));
	EXPECT_ERR("long", &help.err, SYNTAX, 1, 9);
	ck_assert_uint_lt(strlen(help.err.text), 200);
	help_clear(&help);
}
END_TEST

START_TEST(policy_parse_says_when_memory_runs_out)
{
	struct help help;

	help_init(&help, 307, 1);
	check_alloc_fail_at(0);
	EXPECT_CODE("memory", TLSP_E_NOMEM, help_policy(&help, "encrypt"));
	check_alloc_fail_at(-1);
	ck_assert_uint_eq(help.n_found, 0);
	EXPECT_ERR("memory", &help.err, TLSP_E_NOMEM, 0, 0);
	help_clear(&help);
}
END_TEST

Suite *
check_policy_suite(void)
{
	Suite *suite = suite_create("policy");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_policy_parse");
	tcase_add_loop_test(tcase, policy_parse_reads_levels, 0,
	    N_ITEMS(LEVELS));
	tcase_add_loop_test(tcase, policy_parse_judges_words_it_does_not_know,
	    0, N_ITEMS(WORDS));
	tcase_add_loop_test(tcase, policy_parse_judges_the_whole_line, 0,
	    N_ITEMS(WHOLES));
	tcase_add_test(tcase, policy_parse_rejects_match_at_encrypt);
	tcase_add_test(tcase, policy_parse_fills_in_what_is_not_said);
	tcase_add_test(tcase, policy_parse_quotes_no_more_than_a_message_holds);
	tcase_add_test(tcase, policy_parse_says_when_memory_runs_out);
	check_policy_add_rows(suite);
	check_policy_add_ours(suite);
	check_policy_add_pinned(suite);
	return suite;
}
