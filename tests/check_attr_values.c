/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_attr_values.c - the room attr: which values each attribute takes.
 * Source:   Postfix smtp/smtp_tls_policy.c, tls/tls_misc.c.
 */
#include "check_tlsp.h"

#include <stdlib.h>

#define L10	"abcdefghij"
#define L63	L10 L10 L10 L10 L10 L10 "abc"

/* postfix: the version that judges; 307 where it does not matter. */
struct value_case {
	const char *name;
	int postfix;
	const char *value;
	int is_good;
};

static const struct value_case VALUES[] = {
	{ "ciphers", 307, "high", 1 },
	{ "ciphers", 307, "medium", 1 },
	{ "ciphers", 304, "low", 1 },
	{ "ciphers", 312, "export", 1 },
	{ "ciphers", 307, "null", 1 },	/* at secure; not so at encrypt */
	{ "ciphers", 307, "HiGH", 1 },
	{ "ciphers", 307, "hihg", 0 },
	{ "ciphers", 307, "highx", 0 },
	{ "ciphers", 307, "invalid", 0 },
	{ "ciphers", 307, "high:medium", 0 },
	{ "ciphers", 307, "\"high\"", 0 },

	{ "protocols", 307, "", 1 },
	{ "protocols", 307, ":", 1 },
	{ "protocols", 307, "TLSv1.2", 1 },
	{ "protocols", 307, "tlsv1.3", 1 },
	{ "protocols", 307, "SSLv2:SSLv3:TLSv1:TLSv1.1:TLSv1.2:TLSv1.3", 1 },
	{ "protocols", 304, "!SSLv2:!SSLv3", 1 },
	{ "protocols", 307, "!SSLv2, !SSLv3 !TLSv1", 1 },
	{ "protocols", 307, "TLSv1_2", 0 },
	{ "protocols", 307, "TLS1.2", 0 },
	{ "protocols", 307, "TLSv1.4", 0 },
	{ "protocols", 307, "TLSv1.2x", 0 },
	{ "protocols", 307, "!", 0 },
	{ "protocols", 307, "!!SSLv2", 0 },
	{ "protocols", 307, "TLSv1.2:oops", 0 },
	{ "protocols", 307, "=TLSv1.2", 0 },
	{ "protocols", 307, ">TLSv1.2", 0 },
	{ "protocols", 307, ">=TLSv1.2", 1 },
	{ "protocols", 306, "<=TLSv1.2", 1 },
	{ "protocols", 307, ">=TLSv1:<=tlsv1.2", 1 },
	{ "protocols", 312, ">=TLSv1.2", 1 },
	{ "protocols", 0, ">=TLSv1.2", 1 },
	{ "protocols", 305, ">=TLSv1.2", 0 },
	{ "protocols", 304, "<=TLSv1.3", 0 },
	{ "protocols", 304, ">=", 0 },
	{ "protocols", 307, ">=", 1 },
	{ "protocols", 307, ">=None", 1 },
	{ "protocols", 307, "None", 0 },
	{ "protocols", 307, ">=SSLv3", 1 },
	{ "protocols", 307, ">=SSLv2", 0 },
	{ "protocols", 307, ">=TLSv1_2", 0 },
	{ "protocols", 307, ">=303", 1 },
	{ "protocols", 307, ">=0303", 1 },
	{ "protocols", 307, "<=0x0304", 1 },
	{ "protocols", 307, "<=0X304", 1 },
	{ "protocols", 307, ">=0", 1 },
	{ "protocols", 307, ">=000", 1 },
	{ "protocols", 307, ">=0x", 0 },
	{ "protocols", 307, ">=305", 0 },
	{ "protocols", 307, ">=2", 0 },
	{ "protocols", 307, ">=0x303x", 0 },
	{ "protocols", 307, "303", 0 },
	{ "protocols", 307, "!>=TLSv1", 0 },

	{ "exclude", 307, "", 1 },
	{ "exclude", 307, "aNULL:MD5, DES", 1 },
	{ "exclude", 307, "no-such-cipher", 1 },
	{ "exclude", 307, "3DES+RSA", 1 },
	{ "exclude", 307, "!aNULL", 0 },
	{ "exclude", 307, "MD5:+DES", 0 },
	{ "exclude", 307, "-DES", 0 },
	{ "exclude", 307, "@STRENGTH", 0 },
	{ "exclude", 307, "aNULL:ALL", 0 },
	{ "exclude", 307, "ALLx", 1 },

	{ "servername", 307, "mail.example.com", 1 },
	{ "servername", 307, "hostname", 1 },
	{ "servername", 307, "nexthop", 1 },
	{ "servername", 307, "", 0 },
	{ "servername", 307, "mail.example.com.", 0 },
	{ "servername", 307, ".example.com", 0 },
	{ "servername", 307, "192.0.2.1", 0 },
	{ "servername", 307, BUECHER, 0 },
	{ "servername", 307, BUECHER_XN, 1 },
	{ "servername", 307, "a/b", 0 },
	{ "servername", 307, L63 "." L63 "." L63 "." L63, 1 },
	{ "servername", 307, L63 "." L63 "." L63 "." L63 ".x", 0 },

	{ "connection_reuse", 307, "yes", 1 },
	{ "connection_reuse", 307, "NO", 1 },
	{ "connection_reuse", 307, "true", 0 },
	{ "connection_reuse", 307, "", 0 },
	{ "connection_reuse", 307, "y", 0 },
	{ "enable_rpk", 309, "Yes", 1 },
	{ "enable_rpk", 309, "no", 1 },
	{ "enable_rpk", 309, "1", 0 },

	{ "policy_type", 310, "sts", 1 },
	{ "policy_type", 310, "STS", 1 },
	{ "policy_type", 310, "no-policy-found", 1 },
	{ "policy_type", 310, "tlsa", 0 },
	{ "policy_type", 310, "", 0 },
	{ "policy_domain", 310, "example.com", 1 },
	{ "policy_domain", 310, "", 0 },
	{ "policy_domain", 310, BUECHER, 0 },
	{ "policy_domain", 310, "10.1.2.3", 0 },
	{ "policy_ttl", 310, "86400", 1 },
	{ "policy_ttl", 310, "0", 1 },
	{ "policy_ttl", 310, "2147483647", 1 },
	{ "policy_ttl", 310, "2147483648", 0 },
	{ "policy_ttl", 310, "18446744073709551617", 0 },
	{ "policy_ttl", 310, "", 0 },
	{ "policy_ttl", 310, "-1", 0 },
	{ "policy_ttl", 310, "1d", 0 },
	{ "policy_failure", 310, "sts-policy-fetch-error", 1 },
	{ "policy_failure", 310, "sts-policy-invalid", 1 },
	{ "policy_failure", 310, "sts-webpki-invalid", 1 },
	{ "policy_failure", 310, "validation-failure", 1 },
	{ "policy_failure", 310, "Validation-Failure", 1 },
	{ "policy_failure", 310, "starttls-not-supported", 0 },
	{ "policy_failure", 310, "", 0 },

	{ "pin", 307, "prefer", 1 },
	{ "pin", 307, "REQUIRE", 1 },
	{ "pin", 307, "report", 0 },
	{ "pin", 307, "yes", 0 },
	{ "pin", 307, "off", 0 },
	{ "pin_ttl", 307, "7d", 1 },
	{ "pin_ttl", 307, "31d", 0 },
	{ "pin_ttl", 307, "0", 0 },
	{ "final", 307, "yes", 1 },
	{ "final", 307, "No", 1 },
	{ "final", 307, "maybe", 0 },
};

START_TEST(attr_check_judges_values_as_postfix)
{
	const struct value_case *c = &VALUES[_i];
	const struct tlsp_tok name = { c->name, strlen(c->name), 0 };
	const size_t len = strlen(c->value);
	const struct tlsp_attr_use use = { TLSP_LEVEL_SECURE, c->postfix };
	const struct tlsp_attr *attr = tlsp_attr_find(&name);
	char *copy = malloc(len > 0 ? len : 1);
	const struct tlsp_tok value = { copy, len, 0 };
	const char *why;

	ck_assert_ptr_nonnull(attr);
	ck_assert_msg(attr->check != NULL, "%s takes anything", c->name);
	/* Not NUL-terminated: a read behind the value shows under ASan. */
	memcpy(copy, c->value, len);
	why = attr->check(&value, &use);
	ck_assert_msg((why == NULL) == c->is_good, "%s=%s at %d: %s", c->name,
	    c->value, c->postfix, why != NULL ? why : "taken");
	ck_assert(why == NULL || *why != '\0');
	free(copy);
}
END_TEST

START_TEST(attr_check_takes_any_value_for_three_attributes)
{
	static const char *const names[] = {
		"tafile", "policy_string", "mx_host_pattern",
	};
	struct tlsp_tok name;
	int n;

	for (n = 0; n < N_ITEMS(names); n++) {
		name.text = names[n];
		name.len = strlen(names[n]);
		ck_assert_msg(tlsp_attr_find(&name)->check == NULL, "%s",
		    names[n]);
	}
}
END_TEST

void
check_attr_add_values(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_attr.check");
	tcase_add_loop_test(tcase, attr_check_judges_values_as_postfix, 0,
	    N_ITEMS(VALUES));
	tcase_add_test(tcase, attr_check_takes_any_value_for_three_attributes);
}
