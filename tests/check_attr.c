/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_attr.c - the room attr: words, fingerprints, times.
 * Source:   Postfix tls/tls_level.c, tls/tls_dane.c, util/hex_code.c.
 */
#include "check_tlsp.h"

static struct tlsp_tok
tok_of(const char *text)
{
	const struct tlsp_tok tok = { text, strlen(text), 0 };

	return tok;
}

static const struct { const char *word; enum tlsp_level_id level; } LEVELS[] =
{
	{ "none", TLSP_LEVEL_NONE },
	{ "may", TLSP_LEVEL_MAY },
	{ "encrypt", TLSP_LEVEL_ENCRYPT },
	{ "fingerprint", TLSP_LEVEL_FINGERPRINT },
	{ "dane", TLSP_LEVEL_DANE },
	{ "dane-only", TLSP_LEVEL_DANE_ONLY },
	{ "verify", TLSP_LEVEL_VERIFY },
	{ "secure", TLSP_LEVEL_SECURE },
	{ "halfdane", TLSP_LEVEL_UNKNOWN },
	{ "half-dane", TLSP_LEVEL_UNKNOWN },
	{ "dane_only", TLSP_LEVEL_UNKNOWN },
	{ "", TLSP_LEVEL_UNKNOWN },
	{ "encryp", TLSP_LEVEL_UNKNOWN },
	{ "encryptx", TLSP_LEVEL_UNKNOWN },
	{ "{encrypt}", TLSP_LEVEL_UNKNOWN },
};

START_TEST(level_find_knows_eight_words)
{
	const struct tlsp_tok tok = tok_of(LEVELS[_i].word);

	ck_assert_msg(tlsp_level_find(&tok) == LEVELS[_i].level, "\"%s\": %d",
	    LEVELS[_i].word, (int)tlsp_level_find(&tok));
	if (LEVELS[_i].level != TLSP_LEVEL_UNKNOWN)
		EXPECT_STR("name", LEVELS[_i].word,
		    tlsp_level_name(LEVELS[_i].level));
}
END_TEST

START_TEST(level_find_takes_any_case)
{
	const struct tlsp_tok tok = tok_of("DANE-Only");

	ck_assert_int_eq(tlsp_level_find(&tok), TLSP_LEVEL_DANE_ONLY);
	EXPECT_STR("unknown", "unknown", tlsp_level_name(TLSP_LEVEL_UNKNOWN));
}
END_TEST

START_TEST(attr_find_gives_the_row_of_a_name)
{
	static const struct { const char *name; enum tlsp_attr_id id; } rows[]
	    = {
		{ "ciphers", TLSP_ATTR_CIPHERS },
		{ "PROTOCOLS", TLSP_ATTR_PROTOCOLS },
		{ "exclude", TLSP_ATTR_EXCLUDE },
		{ "match", TLSP_ATTR_MATCH },
		{ "tafile", TLSP_ATTR_TAFILE },
		{ "ServerName", TLSP_ATTR_SERVERNAME },
		{ "connection_reuse", TLSP_ATTR_CONNECTION_REUSE },
		{ "enable_rpk", TLSP_ATTR_ENABLE_RPK },
		{ "policy_type", TLSP_ATTR_POLICY_TYPE },
		{ "policy_domain", TLSP_ATTR_POLICY_DOMAIN },
		{ "policy_ttl", TLSP_ATTR_POLICY_TTL },
		{ "policy_string", TLSP_ATTR_POLICY_STRING },
		{ "mx_host_pattern", TLSP_ATTR_MX_HOST_PATTERN },
		{ "policy_failure", TLSP_ATTR_POLICY_FAILURE },
		{ "pin", TLSP_ATTR_PIN },
		{ "pin_ttl", TLSP_ATTR_PIN_TTL },
		{ "final", TLSP_ATTR_FINAL },
	};
	struct tlsp_tok tok;
	int n;

	ck_assert_int_eq(N_ITEMS(rows), TLSP_ATTR_COUNT);
	for (n = 0; n < N_ITEMS(rows); n++) {
		tok = tok_of(rows[n].name);
		ck_assert_msg(tlsp_attr_find(&tok) != NULL &&
		    tlsp_attr_find(&tok)->id == rows[n].id, "%s",
		    rows[n].name);
	}
}
END_TEST

START_TEST(attr_find_knows_no_other_name)
{
	static const char *const names[] = {
		"", "cipher", "ciphersx", "ttl", "mx", "cafile", "cert",
		"key", "chain", "policy", "pin_", "tls",
	};
	struct tlsp_tok tok;
	int n;

	for (n = 0; n < N_ITEMS(names); n++) {
		tok = tok_of(names[n]);
		ck_assert_msg(tlsp_attr_find(&tok) == NULL, "%s", names[n]);
	}
}
END_TEST

#define FP20	"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:01:23:45:67"
#define FP20_BARE	"00112233445566778899aabbccddeeff01234567"
#define FP64	"00112233445566778899aabbccddeeff" \
		"00112233445566778899aabbccddeeff" \
		"00112233445566778899aabbccddeeff" \
		"00112233445566778899aabbccddeeff"

static const struct {
	enum tlsp_level_id level;
	int postfix;
	const char *value;
	size_t good;
	size_t ignored;
} MATCHES[] = {
	{ TLSP_LEVEL_SECURE, 307, "a", 1, 0 },
	{ TLSP_LEVEL_SECURE, 307, "a:.b:nexthop:dot-nexthop", 4, 0 },
	{ TLSP_LEVEL_VERIFY, 307, "hostname", 1, 0 },
	{ TLSP_LEVEL_SECURE, 307, "", 0, 0 },
	{ TLSP_LEVEL_SECURE, 307, ":", 0, 0 },
	{ TLSP_LEVEL_SECURE, 307, "::a::", 1, 0 },
	{ TLSP_LEVEL_SECURE, 307, ".", 0, 1 },
	{ TLSP_LEVEL_SECURE, 307, ".:a:.", 1, 2 },
	{ TLSP_LEVEL_SECURE, 307, "a|b", 1, 0 },
	{ TLSP_LEVEL_UNKNOWN, 313, "a:b", 2, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 307, FP20, 1, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 307, FP20 "|" FP20, 2, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "|" FP20 "||", 1, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 307, FP20_BARE, 1, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 306, FP20_BARE, 1, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 0, FP20_BARE, 1, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 304, FP20_BARE, 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 305, FP20_BARE, 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 304, FP20, 1, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 304, FP20 "|" FP20_BARE, 1, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "0011:22", 1, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "001", 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "0", 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "00:1", 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "00:11:", 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, ":00:11", 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "00::11", 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "0:01:1", 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "0g", 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "00:1g", 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, "www.example.com", 0, 1 },
	{ TLSP_LEVEL_FINGERPRINT, 307, FP64, 1, 0 },
	{ TLSP_LEVEL_FINGERPRINT, 307, FP64 FP64, 0, 1 },
};

START_TEST(attr_match_count_counts_what_can_match)
{
	const struct tlsp_tok value = tok_of(MATCHES[_i].value);
	const struct tlsp_attr_use use = {
		MATCHES[_i].level, MATCHES[_i].postfix
	};
	size_t ignored = 99, good;

	good = tlsp_attr_match_count(&value, &use, &ignored);
	ck_assert_msg(good == MATCHES[_i].good &&
	    ignored == MATCHES[_i].ignored,
	    "level %d, %d, \"%s\": %zu good and %zu ignored",
	    (int)MATCHES[_i].level, MATCHES[_i].postfix, MATCHES[_i].value,
	    good, ignored);
}
END_TEST

static const struct { const char *text; long ttl_s; } TTLS[] = {
	{ "1h", 3600 }, { "1H", 3600 }, { "12h", 43200 }, { "7d", 604800 },
	{ "30d", 2592000 }, { "30D", 2592000 }, { "720h", 2592000 },
	{ "90m", 5400 }, { "60m", 3600 }, { "3600", 3600 },
	{ "3600s", 3600 }, { "2592000", 2592000 }, { "007d", 604800 },
	{ "", -1 }, { "d", -1 }, { "0", -1 }, { "0d", -1 }, { "59m", -1 },
	{ "3599", -1 }, { "3599s", -1 }, { "31d", -1 }, { "721h", -1 },
	{ "2592001", -1 }, { "2592000m", -1 }, { "-1d", -1 }, { "+7d", -1 },
	{ "7 d", -1 }, { "7dd", -1 }, { "7days", -1 }, { "7x", -1 },
	{ "7y", -1 }, { "1.5d", -1 }, { "0x10", -1 }, { "d7", -1 },
	{ "99999999999999999999999999d", -1 },
	{ "18446744073709555216", -1 },
};

START_TEST(attr_ttl_takes_from_an_hour_to_thirty_days)
{
	const struct tlsp_tok value = tok_of(TTLS[_i].text);

	ck_assert_msg(tlsp_attr_ttl(&value) == TTLS[_i].ttl_s,
	    "\"%s\": %ld, not %ld", TTLS[_i].text, tlsp_attr_ttl(&value),
	    TTLS[_i].ttl_s);
}
END_TEST

Suite *
check_attr_suite(void)
{
	Suite *suite = suite_create("attr");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_level_find");
	tcase_add_loop_test(tcase, level_find_knows_eight_words, 0,
	    N_ITEMS(LEVELS));
	tcase_add_test(tcase, level_find_takes_any_case);
	ADD_CASE(suite, tcase, "tlsp_attr_find");
	tcase_add_test(tcase, attr_find_gives_the_row_of_a_name);
	tcase_add_test(tcase, attr_find_knows_no_other_name);
	ADD_CASE(suite, tcase, "tlsp_attr_match_count");
	tcase_add_loop_test(tcase, attr_match_count_counts_what_can_match, 0,
	    N_ITEMS(MATCHES));
	ADD_CASE(suite, tcase, "tlsp_attr_ttl");
	tcase_add_loop_test(tcase, attr_ttl_takes_from_an_hour_to_thirty_days,
	    0, N_ITEMS(TTLS));
	check_attr_add_values(suite);
	return suite;
}
