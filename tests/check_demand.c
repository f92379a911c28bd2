/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_demand.c - what a rule and main.cf demand; names to compare with.
 */
#include "check_tlsp.h"

#include <stdlib.h>

#include "../cmd/demand.h"

static const char MAIN_CF[] =
    "smtp_tls_security_level = may\n"
    "smtp_tls_secure_cert_match = nexthop, dot-nexthop\n"
    "smtp_tls_verify_cert_match = hostname\n"
    "smtp_tls_fingerprint_digest = sha256\n"
    "smtp_tls_fingerprint_cert_match = AA:BB CC:DD\n"
    "smtp_tls_protocols = !SSLv3\n"
    "smtp_tls_mandatory_protocols = >=TLSv1.2\n"
    "smtp_tls_ciphers = medium\n"
    "smtp_tls_mandatory_ciphers = high\n"
    "smtp_tls_exclude_ciphers = RC4\n"
    "smtp_tls_mandatory_exclude_ciphers = 3DES, MD5\n"
    "smtp_tls_servername = hostname\n"
    "tls_high_cipherlist = H\n"
    "tls_medium_cipherlist = M\n"
    "tls_low_cipherlist = L\n";

static struct conf *conf;
static struct demand_site site;

static void
setup(void)
{
	struct tlsp_err err;

	ck_assert_int_eq(conf_parse(strdup(MAIN_CF), &conf, &err), TLSP_OK);
	ck_assert_int_eq(demand_site_read(conf, "smtp", TLSP_POSTFIX(3, 7),
	    &site, &err), TLSP_OK);
}

static void
teardown(void)
{
	demand_site_clear(&site);
	conf_free(conf);
}

static const struct {
	const char *rule;
	enum tlsp_level_id level;
	const char *match;		/* joined by a blank */
	const char *ciphers;
	unsigned no_protocols;
	int min_protocol;
	int max_protocol;
} RULES[] = {
	{ NULL, TLSP_LEVEL_MAY, "", "M:!RC4", DEMAND_SSL3, 0, 0 },
	{ "may", TLSP_LEVEL_MAY, "", "M:!RC4", DEMAND_SSL3, 0, 0 },
	{ "encrypt", TLSP_LEVEL_ENCRYPT, "", "H:!RC4:!3DES:!MD5:!eNULL", 0,
	    0x303, 0 },
	{ "secure", TLSP_LEVEL_SECURE, "nexthop dot-nexthop",
	    "H:!RC4:!3DES:!MD5:!aNULL", 0, 0x303, 0 },
	{ "verify", TLSP_LEVEL_VERIFY, "hostname",
	    "H:!RC4:!3DES:!MD5:!aNULL", 0, 0x303, 0 },
	{ "SECURE MATCH=a.example:.b.example match=c", TLSP_LEVEL_SECURE,
	    "a.example .b.example c", "H:!RC4:!3DES:!MD5:!aNULL", 0, 0x303,
	    0 },
	{ "fingerprint", TLSP_LEVEL_FINGERPRINT, "AA:BB CC:DD",
	    "H:!RC4:!3DES:!MD5:!aNULL", 0, 0x303, 0 },
	{ "fingerprint match=EE:FF|00 ciphers=medium exclude=",
	    TLSP_LEVEL_FINGERPRINT, "EE:FF 00", "M:!aNULL", 0, 0x303, 0 },
	{ "secure ciphers=low exclude=A:B protocols=TLSv1.2:TLSv1.3",
	    TLSP_LEVEL_SECURE, "nexthop dot-nexthop", "L:!A:!B:!aNULL",
	    DEMAND_SSL2 | DEMAND_SSL3 | DEMAND_TLS1 | DEMAND_TLS1_1, 0, 0 },
	{ "encrypt protocols=>=TLSv1.1:<=0304:!TLSv1.2", TLSP_LEVEL_ENCRYPT,
	    "", "H:!RC4:!3DES:!MD5:!eNULL", DEMAND_TLS1_2, 0x302, 0x304 },
	{ "dane", TLSP_LEVEL_DANE, "", "H:!RC4:!3DES:!MD5:!aNULL",
	    DEMAND_SSL2 | DEMAND_SSL3, 0x303, 0 },
	{ "none", TLSP_LEVEL_NONE, "", NULL, 0, 0, 0 },
};

START_TEST(demand_read_fills_in_main_cf)
{
	struct demand demand;
	struct tlsp_err err;
	char match[200] = "";
	size_t n;

	ck_assert_msg(demand_read(&site, NULL, RULES[_i].rule, TLSP_PIN_OFF,
	    &demand, &err) == TLSP_OK, "%s", err.text);
	for (n = 0; n < demand.match.n; n++) {
		(void)strcat(match, n > 0 ? " " : "");
		(void)strcat(match, demand.match.items[n]);
	}
	ck_assert_int_eq(demand.level, RULES[_i].level);
	EXPECT_STR(RULES[_i].rule, RULES[_i].match, match);
	if (RULES[_i].ciphers != NULL)
		EXPECT_STR(RULES[_i].rule, RULES[_i].ciphers, demand.ciphers);
	ck_assert_uint_eq(demand.no_protocols, RULES[_i].no_protocols);
	ck_assert_int_eq(demand.min_protocol, RULES[_i].min_protocol);
	ck_assert_int_eq(demand.max_protocol, RULES[_i].max_protocol);
	demand_clear(&demand);
}
END_TEST

START_TEST(demand_read_knows_dane_without_records)
{
	struct demand demand;
	struct tlsp_err err;

	ck_assert_int_eq(demand_read(&site, NULL, "dane", TLSP_PIN_OFF,
	    &demand, &err), TLSP_OK);
	EXPECT_STR("may", "M:!RC4", demand.as_may->ciphers);
	ck_assert_uint_eq(demand.as_may->no_protocols, DEMAND_SSL3);
	EXPECT_STR("encrypt", "H:!RC4:!3DES:!MD5:!eNULL",
	    demand.as_encrypt->ciphers);
	demand_clear(&demand);
}
END_TEST

START_TEST(demand_read_at_encrypt_learns_as_secure)
{
	struct demand demand, moved;
	struct tlsp_err err;

	ck_assert_int_eq(demand_read(&site, NULL, "encrypt", TLSP_PIN_PREFER,
	    &demand, &err), TLSP_OK);
	EXPECT_STR("ciphers", "H:!RC4:!3DES:!MD5:!aNULL", demand.pin_ciphers);
	EXPECT_STR("match", "dot-nexthop",
	    demand_learn_match(&demand)->items[1]);
	ck_assert(demand.has_pin);
	demand_clear(&demand);
	ck_assert_int_eq(demand_read(&site, NULL, "secure match=a",
	    TLSP_PIN_PREFER, &demand, &err), TLSP_OK);
	moved = demand;
	ck_assert_ptr_eq(demand_learn_match(&moved), &moved.match);
	demand_clear(&moved);
}
END_TEST

static const char *const BAD[] = {
	"", "sure", "secure ciphers=hgih", "secure protocols=TLSv1_2",
	"secure protocols=>=TLSv1x", "secure nonsense=1", "secure match",
};

START_TEST(demand_read_says_what_is_wrong)
{
	struct demand demand;
	struct tlsp_err err;

	ck_assert_msg(demand_read(&site, NULL, BAD[_i], TLSP_PIN_OFF, &demand,
	    &err) == TLSP_E_VALUE, "\"%s\" is read", BAD[_i]);
	ck_assert(err.text[0] != '\0');
}
END_TEST

START_TEST(demand_read_wants_fingerprints_at_fingerprint)
{
	struct demand demand;
	struct tlsp_err err;

	site_list_clear(&site.pins);
	ck_assert_int_eq(demand_read(&site, NULL, "fingerprint", TLSP_PIN_OFF,
	    &demand, &err), TLSP_E_VALUE);
}
END_TEST

static const char *
to_ascii(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "b\xc3\xbc" "cher.example") == 0 ?
	    "xn--bcher-kva.example" : NULL;
}

static const struct {
	const char *strategy;
	const char *name;
} NAMES[] = {
	{ "nexthop", "example.com" }, { "NextHop", "example.com" },
	{ "dot-nexthop", ".example.com" }, { "hostname", "mx.example.net" },
	{ "a.example", "a.example" }, { ".a.example", ".a.example" },
	{ "*.a.example", "*.a.example" }, { ".", NULL },
	{ "b\xc3\xbc" "cher.example", "xn--bcher-kva.example" },
	{ ".b\xc3\xbc" "cher.example", ".xn--bcher-kva.example" },
	{ "\xe3\x80\x82" "b\xc3\xbc" "cher.example",
	    ".xn--bcher-kva.example" },
	{ "\xef\xbc\x8e" "a.example", ".a.example" },
	{ "\xef\xbd\xa1" "a.example", ".a.example" },
};

START_TEST(demand_name_is_what_postfix_compares)
{
	const struct tlsp_host host = { .to_ascii = to_ascii };
	const struct demand demand = { .site = &site, .host = &host };
	char buf[TLSP_HOSTNAME_MAX + 2];
	const char *name = demand_name(&demand, NAMES[_i].strategy,
	    "example.com", "mx.example.net", buf);

	if (NAMES[_i].name == NULL)
		ck_assert_ptr_null(name);
	else
		EXPECT_STR(NAMES[_i].strategy, NAMES[_i].name, name);
}
END_TEST

static const char *const DOMAINS[][2] = {
	{ "example.com", "example.com" }, { "[mx.example]", "mx.example" },
	{ "[mx.example]:587", "mx.example" }, { "mx.example:25", "mx.example" },
	{ "[192.0.2.1]:25", "192.0.2.1" }, { "[mx", "mx" },
};

START_TEST(demand_domain_has_no_brackets)
{
	char buf[TLSP_HOSTNAME_MAX + 1];

	EXPECT_STR(DOMAINS[_i][0], DOMAINS[_i][1],
	    demand_domain(DOMAINS[_i][0], buf));
}
END_TEST

Suite *
check_demand_suite(void)
{
	Suite *suite = suite_create("demand");
	TCase *tcase;

	ADD_CASE(suite, tcase, "demand_read");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, demand_read_fills_in_main_cf, 0,
	    N_ITEMS(RULES));
	tcase_add_test(tcase, demand_read_knows_dane_without_records);
	tcase_add_test(tcase, demand_read_at_encrypt_learns_as_secure);
	tcase_add_loop_test(tcase, demand_read_says_what_is_wrong, 0,
	    N_ITEMS(BAD));
	tcase_add_test(tcase, demand_read_wants_fingerprints_at_fingerprint);
	ADD_CASE(suite, tcase, "demand_name");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, demand_name_is_what_postfix_compares, 0,
	    N_ITEMS(NAMES));
	ADD_CASE(suite, tcase, "demand_domain");
	tcase_add_loop_test(tcase, demand_domain_has_no_brackets, 0,
	    N_ITEMS(DOMAINS));
	return suite;
}
