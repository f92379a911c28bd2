/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_trust.c - the room trust: which settings count, and what they are
 * where nobody set them.
 */
#include "check_tlsp.h"

#include "../dict_tlspolicy/trust.h"

/* A main.cf: names and values, NULL at the end. */
struct conf {
	const char *list[16];
	char borrowed[200];
};

/* What is borrowed is gone with the next question. */
static const char *
get(void *ctx, const char *name)
{
	struct conf *conf = ctx;
	size_t n;

	memset(conf->borrowed, '?', sizeof(conf->borrowed) - 1);
	for (n = 0; conf->list[n] != NULL; n += 2)
		if (strcmp(conf->list[n], name) == 0)
			return strcpy(conf->borrowed, conf->list[n + 1]);
	return NULL;
}

static struct tlsp_trust
trust_of(const char *service, int postfix, const char *name,
    const char *value)
{
	struct conf conf = { .list = { name, value } };
	struct tlsp_trust trust;

	tlsp_trust_read(service, postfix, get, &conf, &trust);
	return trust;
}

static const struct { const char *service, *name, *value; } DEFAULTS[] = {
	{ "smtp", "smtp_tls_CAfile", "" },
	{ "smtp", "smtp_tls_CApath", "" },
	{ "smtp", "smtp_tls_trust_anchor_file", "" },
	{ "smtp", "tls_append_default_CA", "no" },
	{ "smtp", "smtp_tls_secure_cert_match", "nexthop, dot-nexthop" },
	{ "smtp", "smtp_tls_verify_cert_match", "hostname" },
	{ "smtp", "smtp_tls_scert_verifydepth", "9" },
	{ "smtp", "smtp_tls_servername", "" },
	{ "lmtp", "lmtp_tls_CAfile", "" },
	{ "lmtp", "tls_append_default_CA", "no" },
	{ "lmtp", "lmtp_tls_secure_cert_match", "nexthop" },
	{ "lmtp", "lmtp_tls_verify_cert_match", "hostname" },
};

START_TEST(trust_read_takes_a_default_for_what_it_is)
{
	const char *service = DEFAULTS[_i].service, *name = DEFAULTS[_i].name;
	const uint64_t plain = trust_of(service, 307, NULL, NULL).sum;

	ck_assert_uint_eq(plain, trust_of(service, 307, name,
	    DEFAULTS[_i].value).sum);
	ck_assert_uint_ne(plain, trust_of(service, 307, name, "other").sum);
}
END_TEST

START_TEST(trust_read_asks_for_its_own_service)
{
	ck_assert_uint_eq(trust_of("smtp", 307, NULL, NULL).sum,
	    trust_of("smtp", 307, "lmtp_tls_CAfile", "/x").sum);
	ck_assert_uint_eq(trust_of("lmtp", 307, NULL, NULL).sum,
	    trust_of("lmtp", 307, "smtp_tls_CAfile", "/x").sum);
	ck_assert_uint_ne(trust_of("lmtp", 307, NULL, NULL).sum,
	    trust_of("lmtp", 307, "lmtp_tls_CAfile", "/x").sum);
}
END_TEST

START_TEST(trust_read_compares_word_by_word)
{
	static const char name[] = "smtp_tls_secure_cert_match";
	const uint64_t sum = trust_of("smtp", 307, name, "a b").sum;

	ck_assert_uint_eq(sum, trust_of("smtp", 307, name, " a,\t b ").sum);
	ck_assert_uint_ne(sum, trust_of("smtp", 307, name, "ab").sum);
	ck_assert_uint_ne(sum, trust_of("smtp", 307, name, "b a").sum);
	ck_assert_uint_ne(sum, trust_of("smtp", 307, name, "a").sum);
	ck_assert_uint_ne(sum, trust_of("smtp", 307, name, "a b b").sum);
}
END_TEST

START_TEST(trust_read_knows_whose_a_value_is)
{
	ck_assert_uint_ne(
	    trust_of("smtp", 307, "smtp_tls_CAfile", "/x").sum,
	    trust_of("smtp", 307, "smtp_tls_CApath", "/x").sum);
}
END_TEST

static const struct { int postfix; const char *name, *value, *want; }
DIGESTS[] = {
	{ 304, NULL, NULL, "" },
	{ 305, "compatibility_level", "3.6", "" },
	{ 306, NULL, NULL, "" },
	{ 307, "compatibility_level", "2", "" },
	{ 307, "compatibility_level", "3.5", "" },
	{ 307, "compatibility_level", "3.5.99", "" },
	{ 307, "compatibility_level", "3.6", "sha256" },
	{ 307, "compatibility_level", "3.6.0", "sha256" },
	{ 307, "compatibility_level", "3.10", "sha256" },
	{ 307, "compatibility_level", "4", "sha256" },
	{ 307, "compatibility_level", "9999", "sha256" },
	{ 307, "compatibility_level", "", "" },
	{ 307, "compatibility_level", "x", "" },
	{ 307, "compatibility_level", "3.", "" },
	{ 307, "compatibility_level", "3.6x", "" },
	{ 307, "compatibility_level", "3.6.", "" },
	{ TLSP_POSTFIX_ANY, "compatibility_level", "3.6", "" },
	{ 304, "smtp_tls_fingerprint_digest", "sha256", "sha256" },
	{ 307, "smtp_tls_fingerprint_digest", "SHA256", "sha256" },
	{ 307, "smtp_tls_fingerprint_digest", "sha384", "sha384" },
	{ 307, "smtp_tls_fingerprint_digest", "sha512", "sha512" },
	{ TLSP_POSTFIX_ANY, "smtp_tls_fingerprint_digest", "sha512",
	    "sha512" },
	{ 307, "smtp_tls_fingerprint_digest", "md5", "" },
	{ 307, "smtp_tls_fingerprint_digest", "sha1", "" },
	{ 307, "smtp_tls_fingerprint_digest", "sha2567", "" },
	{ 307, "smtp_tls_fingerprint_digest", "", "" },
};

START_TEST(trust_read_knows_the_digest_in_force)
{
	const struct tlsp_trust trust = trust_of("smtp", DIGESTS[_i].postfix,
	    DIGESTS[_i].name, DIGESTS[_i].value);

	EXPECT_STR("digest", DIGESTS[_i].want, trust.digest);
}
END_TEST

START_TEST(trust_read_keeps_the_digest_out_of_the_sum)
{
	ck_assert_uint_eq(trust_of("smtp", 307, NULL, NULL).sum,
	    trust_of("smtp", 307, "smtp_tls_fingerprint_digest",
	    "sha512").sum);
}
END_TEST

START_TEST(trust_read_survives_a_service_with_a_long_name)
{
	static const char name[] = "a-service-whose-name-is-longer-than-any-"
	    "that-master.cf-would-ever-have";

	ck_assert_uint_eq(trust_of(name, 307, NULL, NULL).sum,
	    trust_of("smtp", 307, NULL, NULL).sum);
}
END_TEST

Suite *
check_trust_suite(void)
{
	Suite *suite = suite_create("trust");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_trust_read");
	tcase_add_loop_test(tcase, trust_read_takes_a_default_for_what_it_is,
	    0, N_ITEMS(DEFAULTS));
	tcase_add_test(tcase, trust_read_asks_for_its_own_service);
	tcase_add_test(tcase, trust_read_compares_word_by_word);
	tcase_add_test(tcase, trust_read_knows_whose_a_value_is);
	tcase_add_loop_test(tcase, trust_read_knows_the_digest_in_force, 0,
	    N_ITEMS(DIGESTS));
	tcase_add_test(tcase, trust_read_keeps_the_digest_out_of_the_sum);
	tcase_add_test(tcase, trust_read_survives_a_service_with_a_long_name);
	return suite;
}
