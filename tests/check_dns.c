/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_dns.c - records of the DNS, from the bytes of strangers. How
 * questions are asked is the matter of tests/host/t-probe-dns.sh.
 */
#include "check_tlsp.h"

#include <stdlib.h>

#include "../cmd/dns.h"

#define WIRE(bytes)	(bytes), sizeof(bytes) - 1

static const struct {
	const char *wire;
	size_t len;
	const char *name;	/* NULL: refused */
} NAMES[] = {
	{ WIRE("\2mx\7Example\3com\0"), "mx.example.com" },
	{ WIRE("\0"), "" },
	{ WIRE("\4_tcp\1a\0"), "_tcp.a" },
	{ WIRE(""), NULL },
	{ WIRE("\2mx"), NULL },			/* no end */
	{ WIRE("\2mx\0\0"), NULL },		/* something behind it */
	{ WIRE("\5mx\0"), NULL },		/* a label cut off */
	{ WIRE("\xc0\x0c"), NULL },		/* a pointer */
	{ WIRE("\3m.x\0"), NULL },		/* a dot in a label */
	{ WIRE("\3m\0x\0"), NULL },
	{ WIRE("\3m x\0"), NULL },
	{ WIRE("\2m\xfc\0"), NULL },
	{ WIRE("\3m\nx\0"), NULL },
};

START_TEST(dns_read_name_reads_host_names_alone)
{
	char name[TLSP_HOSTNAME_MAX + 1];
	const int is_read = dns_read_name((const uint8_t *)NAMES[_i].wire,
	    NAMES[_i].len, name);

	ck_assert_msg(is_read == (NAMES[_i].name != NULL), "row %d", _i);
	if (is_read)
		EXPECT_STR("name", NAMES[_i].name, name);
}
END_TEST

START_TEST(dns_read_name_keeps_to_its_room)
{
	char name[TLSP_HOSTNAME_MAX + 1];
	uint8_t wire[600];
	size_t n;

	for (n = 0; n < sizeof(wire); n++)
		wire[n] = n % 2 == 0 ? 1 : 'a';
	for (n = 0; n < sizeof(wire); n += 2) {
		wire[n] = 0;
		if (dns_read_name(wire, n + 1, name))
			ck_assert_uint_le(strlen(name), TLSP_HOSTNAME_MAX);
		else
			ck_assert_uint_gt(n, 250);
		wire[n] = 1;
	}
}
END_TEST

START_TEST(dns_read_record_refuses_other_lengths)
{
	char mx[] = "\0\12\2mx\0", tlsa[] = "\3\1\1\xab\xcd", four[] = "abcd";
	char *data[] = { mx, tlsa, four, NULL };
	int len[] = { 6, 5, 4 }, preference;
	struct dns_answer answer = { .data = data, .len = len, .n = 3 };
	char name[TLSP_HOSTNAME_MAX + 1], *text;
	size_t n;

	ck_assert(dns_read_mx(&answer, 0, &preference, name));
	ck_assert_int_eq(preference, 10);
	EXPECT_STR("mx", "mx", name);
	text = dns_read_tlsa(&answer, 1);
	EXPECT_STR("tlsa", "3 1 1 ABCD", text);
	free(text);
	ck_assert(dns_read_address(&answer, 2, &n) != NULL && n == 4);
	ck_assert(dns_read_address(&answer, 1, &n) == NULL);
	ck_assert(dns_read_address(&answer, 3, &n) == NULL);
	ck_assert(dns_read_tlsa(&answer, 3) == NULL);
	ck_assert(!dns_read_mx(&answer, 3, &preference, name));
	len[0] = 2;
	ck_assert(!dns_read_mx(&answer, 0, &preference, name));
	len[1] = 3;
	ck_assert(dns_read_tlsa(&answer, 1) == NULL);
}
END_TEST

START_TEST(dns_new_says_which_file_is_missing)
{
	struct dns_options options = { NULL, "/nowhere/root.key", 8 };
	struct tlsp_err err;
	struct dns *dns = NULL;

	ck_assert_int_eq(dns_new(&options, &dns, &err), TLSP_E_IO);
	ck_assert(strstr(err.text, "/nowhere/root.key") != NULL);
	ck_assert(dns == NULL);
	options.anchor = "none";
	options.resolver = "no address";
	ck_assert_int_eq(dns_new(&options, &dns, &err), TLSP_E_VALUE);
	ck_assert(strstr(err.text, "no address") != NULL);
}
END_TEST

Suite *
check_dns_suite(void)
{
	Suite *suite = suite_create("dns");
	TCase *tcase;

	ADD_CASE(suite, tcase, "read");
	tcase_add_loop_test(tcase, dns_read_name_reads_host_names_alone, 0,
	    N_ITEMS(NAMES));
	tcase_add_test(tcase, dns_read_name_keeps_to_its_room);
	tcase_add_test(tcase, dns_read_record_refuses_other_lengths);
	ADD_CASE(suite, tcase, "new");
	tcase_add_test(tcase, dns_new_says_which_file_is_missing);
	return suite;
}
