/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_name.c - the room name: kinds of keys, host names, IDN twins.
 */
#include "check_tlsp.h"

#define L10	"abcdefghij"
#define L63	L10 L10 L10 L10 L10 L10 "abc"
#define N256	L63 "." L63 "." L63 "." L10 L10 L10 L10 L10 L10 "a.bc"
#define N255	L63 "." L63 "." L63 "." L63

static const struct { const char *name; int is_hostname; } HOSTNAMES[] = {
	{ "example.com", 1 },
	{ "EXAMPLE.com", 1 },
	{ "a", 1 },
	{ "a-b.c--d", 1 },
	{ "_tcp.x_y", 1 },
	{ "1.2.3.4a", 1 },
	{ "3com.example", 1 },
	{ "1-2", 1 },
	{ L63, 1 },
	{ L63 "x", 0 },
	{ L10 "-" L10 L10 L10 L10 L10 "ab.y", 1 },
	{ N255, 1 },
	{ N256, 0 },
	{ N255 ".x", 0 },
	{ "x." N255, 0 },
	{ "", 0 },
	{ ".", 0 },
	{ ".a", 0 },
	{ "a.", 0 },
	{ "a..b", 0 },
	{ "-a", 0 },
	{ "a-", 0 },
	{ "a-.b", 0 },
	{ "a.-b", 0 },
	{ "1.2.3.4", 0 },
	{ "127", 0 },
	{ "a b", 0 },
	{ "a/b", 0 },
	{ "a:b", 0 },
	{ "a*b", 0 },
	{ "[a]", 0 },
	{ BUECHER, 0 },
};

START_TEST(name_is_hostname_judges_as_valid_hostname)
{
	const char *name = HOSTNAMES[_i].name;

	ck_assert_msg(tlsp_name_is_hostname(name, strlen(name)) ==
	    HOSTNAMES[_i].is_hostname, "\"%s\": not %d", name,
	    HOSTNAMES[_i].is_hostname);
}
END_TEST

START_TEST(name_lower_changes_only_ascii_capitals)
{
	int ch;

	for (ch = -128; ch < 128; ch++)
		ck_assert_int_eq(tlsp_name_lower((char)ch), ch >= 'A' &&
		    ch <= 'Z' ? (char)(ch + 32) : (char)ch);
}
END_TEST

START_TEST(name_is_ascii_looks_at_each_byte)
{
	ck_assert(tlsp_name_is_ascii("", 0));
	ck_assert(tlsp_name_is_ascii("a\0\x7f", 3));
	ck_assert(!tlsp_name_is_ascii("a\x80", 2));
	ck_assert(!tlsp_name_is_ascii("\xff" "a", 2));
	ck_assert(tlsp_name_is_ascii("a\x80", 1));
}
END_TEST

START_TEST(name_has_parents_asks_the_host_only_for_utf8)
{
	struct help help;

	help_init(&help, 307, 1);
	ck_assert(tlsp_name_has_parents("a.b", 3, &help.host));
	ck_assert(!tlsp_name_has_parents("1.2.3.4", 7, &help.host));
	ck_assert(!tlsp_name_has_parents("[a.b]", 5, &help.host));
	ck_assert(tlsp_name_has_parents(BUECHER, strlen(BUECHER),
	    &help.host));
	ck_assert(!tlsp_name_has_parents("\xff.a", 3, &help.host));
	help.host.is_utf8 = 0;
	ck_assert(!tlsp_name_has_parents(BUECHER, strlen(BUECHER),
	    &help.host));
	ck_assert(tlsp_name_has_parents("a.b", 3, &help.host));
	help_clear(&help);
}
END_TEST

#define DOM	TLSP_NAME_DOMAIN
#define PAR	TLSP_NAME_PARENT
#define VERB	TLSP_NAME_VERBATIM
#define NEVER	TLSP_NAME_NEVER

static const struct { const char *key; enum tlsp_name_kind kind; } KINDS[] = {
	{ "example.com", DOM },
	{ "localhost", DOM },
	{ BUECHER, DOM },
	{ N255, DOM },
	{ ".example.com", PAR },
	{ ".com", PAR },
	{ ".a-b", PAR },
	{ "." BUECHER, PAR },
	{ ".2.3", PAR },
	{ "[example.com]", VERB },
	{ "[example.com]:25", VERB },
	{ "[example.com]:smtp-x", VERB },
	{ "[192.0.2.1]", VERB },
	{ "[ipv6:2001:db8::1]:587", VERB },
	{ "example.com:25", VERB },
	{ "192.0.2.1", VERB },
	{ "example.com.", VERB },
	{ "/var/run/lmtp", VERB },
	{ "/a,b", VERB },
	{ "private/lmtp", VERB },
	{ "./lmtp", VERB },
	{ N255 "x", VERB },
	{ "*.example.com", NEVER },
	{ "*", NEVER },
	{ "user@example.com", NEVER },
	{ "@example.com", NEVER },
	{ "\"example.com\"", NEVER },
	{ "a,b", NEVER },
	{ "a;", NEVER },
	{ "a b", NEVER },
	{ "a\tb", NEVER },
	{ "a\x7f", NEVER },
	{ "example.com:", NEVER },
	{ "[example.com", NEVER },
	{ "[]", NEVER },
	{ "[a]25", NEVER },
	{ "[a]:", NEVER },
	{ "[a]:2 5", NEVER },
	{ "[a]:25:26", NEVER },
	{ "[a]]", NEVER },
	{ "unix:/lmtp", NEVER },
	{ "inet:host", NEVER },
	{ "smtp:host", NEVER },
	{ "smtp:[host]", NEVER },
	{ ".", NEVER },
	{ "..a", NEVER },
	{ ".a..b", NEVER },
	{ ".a.", NEVER },
	{ ".-a", NEVER },
	{ "." N255, NEVER },
	{ "." N255 N255 N255 N255 "x", NEVER },
	{ "\xff.example", NEVER },
	{ "/\xff", NEVER },
};

START_TEST(name_kind_tells_what_postfix_can_ask)
{
	struct help help;
	const char *why = "x", *key = KINDS[_i].key;
	enum tlsp_name_kind kind;

	help_init(&help, 307, 1);
	kind = tlsp_name_kind(key, strlen(key), &help.host, &why);
	ck_assert_msg(kind == KINDS[_i].kind, "\"%s\": kind %d, not %d", key,
	    (int)kind, (int)KINDS[_i].kind);
	ck_assert_msg((why != NULL) == (kind == TLSP_NAME_NEVER),
	    "\"%s\": reason %s", key, why != NULL ? why : "missing");
	help_clear(&help);
}
END_TEST

START_TEST(name_kind_keeps_a_domain_where_utf8_is_off)
{
	struct help help;
	const char *why;

	help_init(&help, 307, 0);
	ck_assert_int_eq(tlsp_name_kind(BUECHER, strlen(BUECHER), &help.host,
	    &why), TLSP_NAME_DOMAIN);
	ck_assert_int_ne(tlsp_name_kind("\xff.example", 9, &help.host, &why),
	    TLSP_NAME_DOMAIN);
	help_clear(&help);
}
END_TEST

static const struct { const char *key; const char *twin; } TWINS[] = {
	{ BUECHER, BUECHER_XN },
	{ BUECHER_UPPER, BUECHER_XN },
	{ BUECHER_XN, BUECHER },
	{ "." BUECHER, BUECHER_XN },
	{ "." BUECHER_XN, BUECHER },
	{ "www." BUECHER, "www." BUECHER_XN },
	{ "www." BUECHER_XN, "www." BUECHER },
	{ "XN--bcher-KVA.example", BUECHER },
	{ "example.com", NULL },
	{ "axn--b.example", NULL },
	{ "\xc3\xbc\xc3\xbc.example", NULL },
};

START_TEST(name_twin_is_the_other_form)
{
	struct help help;
	const char *key = TWINS[_i].key, *twin;

	help_init(&help, 307, 1);
	twin = tlsp_name_twin(key, strlen(key), &help.host);
	if (TWINS[_i].twin != NULL)
		EXPECT_STR(key, TWINS[_i].twin, twin);
	else
		ck_assert_msg(twin == NULL, "%s: %s", key, twin);
	help_clear(&help);
}
END_TEST

START_TEST(name_twin_needs_a_host_that_converts)
{
	struct help help;

	help_init(&help, 307, 1);
	help.host.to_ascii = NULL;
	help.host.to_utf8 = NULL;
	ck_assert_ptr_null(tlsp_name_twin(BUECHER, strlen(BUECHER),
	    &help.host));
	ck_assert_ptr_null(tlsp_name_twin(BUECHER_XN, strlen(BUECHER_XN),
	    &help.host));
	help_clear(&help);
}
END_TEST

Suite *
check_name_suite(void)
{
	Suite *suite = suite_create("name");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_name_is_hostname");
	tcase_add_loop_test(tcase, name_is_hostname_judges_as_valid_hostname,
	    0, N_ITEMS(HOSTNAMES));
	ADD_CASE(suite, tcase, "tlsp_name_lower");
	tcase_add_test(tcase, name_lower_changes_only_ascii_capitals);
	ADD_CASE(suite, tcase, "tlsp_name_is_ascii");
	tcase_add_test(tcase, name_is_ascii_looks_at_each_byte);
	ADD_CASE(suite, tcase, "tlsp_name_has_parents");
	tcase_add_test(tcase, name_has_parents_asks_the_host_only_for_utf8);
	ADD_CASE(suite, tcase, "tlsp_name_kind");
	tcase_add_loop_test(tcase, name_kind_tells_what_postfix_can_ask, 0,
	    N_ITEMS(KINDS));
	tcase_add_test(tcase, name_kind_keeps_a_domain_where_utf8_is_off);
	ADD_CASE(suite, tcase, "tlsp_name_twin");
	tcase_add_loop_test(tcase, name_twin_is_the_other_form, 0,
	    N_ITEMS(TWINS));
	tcase_add_test(tcase, name_twin_needs_a_host_that_converts);
	return suite;
}
