/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_policy_pinned.c - the room policy: what a pin is verified under, and
 * what goes beside it.
 */
#include "check_tlsp.h"

#include <stdlib.h>

static const struct tlsp_trust TRUST = { .sum = 4, .digest = "sha256" };

static uint64_t
sum_of(const char *text)
{
	return tlsp_policy_constraint(text, 1, &TRUST);
}

/* All of these demand the same of a server. */
static const char *const SAME[] = {
	"secure match=a:b servername=x.test protocols=TLSv1.2",
	"SECURE  match=a:b,\tservername=x.test protocols=TLSv1.2 ",
	" ,secure MATCH=a:b ServerName=x.test protocols=TLSv1.2",
	"secure ciphers=high match=a:b servername=x.test protocols=TLSv1.2",
	"secure match=a:b servername=x.test protocols=TLSv1.2 exclude=aNULL",
	"secure match=a:b connection_reuse=yes servername=x.test "
	    "protocols=TLSv1.2 enable_rpk=no",
	"secure {match=a:b} { servername = x.test } protocols=TLSv1.2",
	"secure match=a:b servername=x.test protocols=TLSv1.2 pin=require",
	"secure pin=prefer match=a:b pin_ttl=1h servername=x.test "
	    "protocols=TLSv1.2 final=yes",
};

START_TEST(policy_constraint_sees_only_what_is_demanded)
{
	ck_assert_msg(sum_of(SAME[0]) == sum_of(SAME[_i]), "%s", SAME[_i]);
}
END_TEST

/* Each of these demands something else. */
static const char *const OTHER[] = {
	"secure", "verify", "encrypt", "secure match=a", "secure match=b",
	"secure match=A", "secure match=a:b", "secure match=a match=b",
	"secure match=b match=a", "verify match=a", "secure tafile=/x",
	"secure tafile=/y", "secure tafile=/x tafile=/y",
	"secure match=a tafile=/x", "secure servername=a",
	"encrypt servername=a", "encrypt servername=nexthop",
	"encrypt protocols=TLSv1.2", "encrypt protocols=TLSv1.3",
	"encrypt protocols=", "secure policy_type=sts",
	"secure policy_type=sts mx_host_pattern=a",
	"secure policy_type=sts mx_host_pattern=b",
	"secure newer=1", "secure newer=2", "secure newest=1",
};

START_TEST(policy_constraint_sees_all_that_is_demanded)
{
	struct tlsp_trust other = TRUST;
	int n;

	for (n = 0; n < N_ITEMS(OTHER); n++)
		ck_assert_msg(n == _i || sum_of(OTHER[n]) != sum_of(OTHER[_i]),
		    "%s: as %s", OTHER[n], OTHER[_i]);
	other.sum++;
	ck_assert_uint_ne(sum_of(OTHER[_i]), tlsp_policy_constraint(OTHER[_i],
	    1, &other));
}
END_TEST

START_TEST(policy_constraint_is_the_same_on_every_machine)
{
	ck_assert_uint_eq(sum_of("secure match=a:b tafile=/x"),
	    UINT64_C(0x6856ff9e4c221652));
}
END_TEST

static const struct { const char *text, *want; int has_braces; } REST[] = {
	{ "secure", "", 1 },
	{ "encrypt ciphers=high", " ciphers=high", 1 },
	{ "secure match=a ciphers=high tafile=/x exclude=b",
	    " ciphers=high exclude=b", 1 },
	{ " ,secure,,protocols=>=TLSv1.2\tservername=a ",
	    " protocols=>=TLSv1.2 servername=a", 1 },
	{ "secure connection_reuse=yes enable_rpk=yes",
	    " connection_reuse=yes enable_rpk=yes", 1 },
	{ "secure policy_type=sts policy_domain=a policy_ttl=1 "
	    "policy_string=x mx_host_pattern=y ciphers=high",
	    " ciphers=high", 1 },
	{ "secure { match = a } { ciphers = high }", " { ciphers = high }",
	    1 },
	{ "secure Match=a CIPHERS=high", " CIPHERS=high", 1 },
	{ "secure newer=a match=b", " newer=a", 1 },
	{ "secure ciphers=high pin=prefer final=no", " ciphers=high", 1 },
	{ "secure newer={a b} c=d", " newer={a b} c=d", 1 },
	{ "secure newer={a b} c=d", " newer={a b} c=d", 0 },
	{ "secure {ciphers=high match=a}", " {ciphers=high", 0 },
};

START_TEST(policy_rest_keeps_what_goes_beside_fingerprints)
{
	char *to = malloc(strlen(REST[_i].text) + 1);

	ck_assert_ptr_nonnull(to);
	to[tlsp_policy_rest(REST[_i].text, REST[_i].has_braces, to)] = '\0';
	EXPECT_STR(REST[_i].text, REST[_i].want, to);
	free(to);
}
END_TEST

START_TEST(policy_has_braces_from_3_10_on)
{
	ck_assert(!tlsp_policy_has_braces(304));
	ck_assert(!tlsp_policy_has_braces(309));
	ck_assert(tlsp_policy_has_braces(310));
	ck_assert(tlsp_policy_has_braces(312));
	ck_assert(tlsp_policy_has_braces(TLSP_POSTFIX_ANY));
}
END_TEST

void
check_policy_add_pinned(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_policy_constraint");
	tcase_add_loop_test(tcase, policy_constraint_sees_only_what_is_demanded,
	    0, N_ITEMS(SAME));
	tcase_add_loop_test(tcase, policy_constraint_sees_all_that_is_demanded,
	    0, N_ITEMS(OTHER));
	tcase_add_test(tcase, policy_constraint_is_the_same_on_every_machine);
	ADD_CASE(suite, tcase, "tlsp_policy_rest");
	tcase_add_loop_test(tcase,
	    policy_rest_keeps_what_goes_beside_fingerprints, 0,
	    N_ITEMS(REST));
	ADD_CASE(suite, tcase, "tlsp_policy_has_braces");
	tcase_add_test(tcase, policy_has_braces_from_3_10_on);
}
