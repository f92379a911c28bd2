/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_nexthop.c - next-hops as transport(5) writes them.
 */
#include "check_tlsp.h"

#include "../cmd/nexthop.h"

static const struct {
	const char *text;
	const char *host;
	const char *port;
	int has_mx;
} GOOD[] = {
	{ "example.com", "example.com", "", 1 },
	{ "example.com.", "example.com", "", 1 },
	{ "example.com:587", "example.com", "587", 1 },
	{ "example.com:submission", "example.com", "submission", 1 },
	{ "[mx.example.com]", "mx.example.com", "", 0 },
	{ "[mx.example.com]:587", "mx.example.com", "587", 0 },
	{ "[192.0.2.1]", "192.0.2.1", "", 0 },
	{ "[IPv6:2001:db8::1]:25", "2001:db8::1", "25", 0 },
	{ "[ipv6:::1]", "::1", "", 0 },
	{ "[2001:db8::1]", "2001:db8::1", "", 0 },
	{ "2001:db8::1", "2001:db8::1", "", 1 },
};

START_TEST(nexthop_read_takes_them_apart)
{
	struct nexthop hop;
	struct tlsp_err err;

	ck_assert_msg(nexthop_read(GOOD[_i].text, &hop, &err) == TLSP_OK,
	    "%s: %s", GOOD[_i].text, err.text);
	EXPECT_STR(GOOD[_i].text, GOOD[_i].host, hop.host);
	EXPECT_STR(GOOD[_i].text, GOOD[_i].port, hop.port);
	ck_assert_msg(hop.has_mx == GOOD[_i].has_mx, "%s", GOOD[_i].text);
}
END_TEST

static const char *const BAD[] = {
	"", ".", ":25", "[", "[]", "[]:25", "[a", "[a]b", "[a]:", "a:", "a b",
	"a,b", "/var/run/socket", "unix:/run/x", "[IPv6:]",
	"a:12345678901234567890123456789012",
};

START_TEST(nexthop_read_refuses_what_cannot_be_asked)
{
	struct nexthop hop;
	struct tlsp_err err;

	ck_assert_msg(nexthop_read(BAD[_i], &hop, &err) == TLSP_E_VALUE,
	    "\"%s\" is read", BAD[_i]);
	ck_assert(err.text[0] != '\0');
}
END_TEST

START_TEST(nexthop_read_refuses_longer_names_than_the_dns_has)
{
	char text[TLSP_HOSTNAME_MAX + 2];
	struct nexthop hop;
	struct tlsp_err err;

	memset(text, 'a', sizeof(text));
	text[TLSP_HOSTNAME_MAX] = '\0';
	ck_assert_int_eq(nexthop_read(text, &hop, &err), TLSP_OK);
	text[TLSP_HOSTNAME_MAX] = 'a';
	text[TLSP_HOSTNAME_MAX + 1] = '\0';
	ck_assert_int_eq(nexthop_read(text, &hop, &err), TLSP_E_VALUE);
}
END_TEST

START_TEST(nexthop_of_is_the_domain_of_a_recipient)
{
	EXPECT_STR("recipient", "b.example", nexthop_of("a@b.example"));
	EXPECT_STR("quoted", "b.example", nexthop_of("\"x@y\"@b.example"));
	EXPECT_STR("domain", "b.example", nexthop_of("b.example"));
	EXPECT_STR("brackets", "[b]:25", nexthop_of("[b]:25"));
}
END_TEST

Suite *
check_nexthop_suite(void)
{
	Suite *suite = suite_create("nexthop");
	TCase *tcase;

	ADD_CASE(suite, tcase, "read");
	tcase_add_loop_test(tcase, nexthop_read_takes_them_apart, 0,
	    N_ITEMS(GOOD));
	tcase_add_loop_test(tcase, nexthop_read_refuses_what_cannot_be_asked,
	    0, N_ITEMS(BAD));
	tcase_add_test(tcase,
	    nexthop_read_refuses_longer_names_than_the_dns_has);
	ADD_CASE(suite, tcase, "of");
	tcase_add_test(tcase, nexthop_of_is_the_domain_of_a_recipient);
	return suite;
}
