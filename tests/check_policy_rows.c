/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_policy_rows.c - the room policy: each attribute, at each level, in
 * each version of Postfix, against a table written down a second time.
 * Source:   Postfix smtp/smtp_tls_policy.c, 3.4 to 3.12.
 */
#include "check_tlsp.h"

#include <stdio.h>

static const int VERSIONS[] = {
	304, 306, 307, 309, 310, 311, TLSP_POSTFIX_ANY, 313
};

static const char *const LEVELS[] = {
	"none", "may", "encrypt", "fingerprint", "dane", "dane-only",
	"verify", "secure"
};

/*
 * levels:   a letter each: none may encrypt fingerprint dane Only verify
 *           secure.
 * is_once:  a second one is an error. empty: 'y' taken, 'n' refused at the
 *           name, 'v' refused at the value.
 */
static const struct row {
	const char *name;
	const char *good;
	const char *bad;	/* NULL: there is no bad value */
	int since;
	const char *levels;
	int is_once;
	char empty;
	int needs_type;
	int is_ours;
} ROWS[] = {
	{ "ciphers", "high", "hihg", 304, "mefdOvs", 1, 'n', 0, 0 },
	{ "protocols", "!SSLv2:TLSv1.2", "TLSv9", 304, "mefdOvs", 1, 'y', 0,
	    0 },
	{ "exclude", "aNULL:MD5", "!aNULL", 304, "mefdOvs", 1, 'y', 0, 0 },
	{ "match", "AA:BB", NULL, 304, "fvs", 0, 'n', 0, 0 },
	{ "tafile", "/no/such/file", NULL, 304, "vs", 0, 'n', 0, 0 },
	{ "servername", "hostname", "10.0.0.1", 304, "mefdOvs", 1, 'v', 0,
	    0 },
	{ "connection_reuse", "yes", "maybe", 304, "mefdOvs", 0, 'v', 0, 0 },
	{ "enable_rpk", "no", "maybe", 309, "mefdOvs", 0, 'v', 0, 0 },
	{ "policy_type", "sts", "dane", 310, "mefdOvs", 1, 'v', 0, 0 },
	{ "policy_domain", "a.example", "a..b", 310, "mefdOvs", 1, 'v', 1, 0 },
	{ "policy_ttl", "86400", "1d", 310, "mefdOvs", 1, 'v', 1, 0 },
	{ "policy_string", "mode:enforce", NULL, 310, "mefdOvs", 0, 'y', 1,
	    0 },
	{ "mx_host_pattern", "*.example.com", NULL, 310, "mefdOvs", 0, 'y', 1,
	    0 },
	{ "policy_failure", "validation-failure", "x", 310, "mefdOvs", 1, 'v',
	    1, 0 },
	{ "pin", "prefer", "yes", 304, "evs", 1, 'n', 0, 1 },
	{ "pin_ttl", "7d", "7y", 304, "evs", 1, 'n', 0, 1 },
	{ "final", "yes", "2", 304, "nmefdOvs", 1, 'n', 0, 1 },
};


static const struct row *row;
static int version;
static const char *level;
static int level_id;
static char rhs[300];

/* What else an attribute wants on its line. */
static const char *
rest_of_line(void)
{
	return row->needs_type ? " policy_type=sts" :
	    strcmp(row->name, "pin_ttl") == 0 ? " pin=prefer" : "";
}

static int
allowed_here(void)
{
	const size_t n = strcmp(level, "dane-only") == 0;

	return strchr(row->levels, n ? 'O' : level[0]) != NULL;
}

static int
known_here(void)
{
	return version == TLSP_POSTFIX_ANY || version >= row->since;
}

/* Where both version and level are wrong, the version is told of. */
static void
expect(enum tlsp_code code, size_t col)
{
	struct help help;

	help_init(&help, version, 1);
	EXPECT_CODE(rhs, code, help_policy(&help, rhs));
	if (code == TLSP_OK)
		ck_assert_msg(help.n_errors == 0, "%s: %zu errors at %d", rhs,
		    help.n_errors, version);
	else
		EXPECT_ERR(rhs, &help.err, code, 1, col);
	help_clear(&help);
}

static void
expect_answer(const char *answer)
{
	struct help help;

	help_init(&help, version, 1);
	EXPECT_CODE(rhs, TLSP_OK, help_policy(&help, rhs));
	EXPECT_STR(rhs, answer, help.policy.text);
	ck_assert_int_eq((int)help.policy.level, level_id);
	ck_assert_uint_eq(help.n_errors, 0);
	help_clear(&help);
}

static void
judge(void)
{
	const size_t col = strlen(level) + 2;
	struct help help;

	(void)snprintf(rhs, sizeof(rhs), "%s %s=%s%s", level, row->name,
	    row->good, rest_of_line());
	if (level_id == TLSP_LEVEL_NONE && !row->is_ours) {
		expect_answer(rhs);
		help_init(&help, version, 1);
		(void)help_policy(&help, rhs);
		EXPECT_FOUND(rhs, &help, TLSP_WARNING, TLSP_E_VALUE, 1, col);
		help_clear(&help);
	} else if (!known_here()) {
		expect(TLSP_E_VALUE, col);
	} else if (!allowed_here()) {
		expect(TLSP_E_CONFLICT, col);
	} else {
		expect_answer(row->is_ours ? level : rhs);
	}
}

static void
judge_twice(void)
{
	(void)snprintf(rhs, sizeof(rhs), "%s %s=%s %s=%s%s", level, row->name,
	    row->good, row->name, row->good, rest_of_line());
	if (row->is_once)
		expect(TLSP_E_CONFLICT, strlen(level) + strlen(row->name) +
		    strlen(row->good) + 4);
	else
		expect_answer(rhs);
}

static void
judge_empty(void)
{
	const size_t col = strlen(level) + 2;

	(void)snprintf(rhs, sizeof(rhs), "%s %s=%s", level, row->name,
	    rest_of_line());
	if (row->empty == 'y')
		expect_answer(rhs);
	else
		expect(TLSP_E_VALUE, row->empty == 'n' ? col :
		    col + strlen(row->name) + 1);
}

static void
judge_bad(void)
{
	if (row->bad == NULL)
		return;
	(void)snprintf(rhs, sizeof(rhs), "%s %s=%s%s", level, row->name,
	    row->bad, rest_of_line());
	expect(TLSP_E_VALUE, strlen(level) + strlen(row->name) + 3);
}

static void
judge_capitals(void)
{
	char *cp;

	(void)snprintf(rhs, sizeof(rhs), "%s %s=%s%s", level, row->name,
	    row->good, rest_of_line());
	for (cp = rhs; *cp != '='; cp++)
		if (*cp >= 'a' && *cp <= 'z')
			*cp = (char)(*cp - 32);
	expect(TLSP_OK, 0);
}

/* At level none Postfix looks at nothing. */
static void
judge_word(void)
{
	(void)snprintf(rhs, sizeof(rhs), "%s %s", level, row->name);
	if (level_id == TLSP_LEVEL_NONE)
		expect_answer(rhs);
	else
		expect(TLSP_E_SYNTAX, strlen(level) + 2);
}

static void
judge_braces(void)
{
	(void)snprintf(rhs, sizeof(rhs), "%s { %s = %s }%s", level, row->name,
	    row->good, rest_of_line());
	if (version == TLSP_POSTFIX_ANY || version >= 310)
		expect_answer(row->is_ours ? level : rhs);
	else if (level_id == TLSP_LEVEL_NONE)
		expect_answer(rhs);
	else
		expect(TLSP_E_SYNTAX, strlen(level) + 2);
}

/* A row a test; versions and levels are gone through here. */
static void
at_each_level(int n, int only_legal, void (*one)(void))
{
	int n_judged = 0, v;

	row = &ROWS[n];
	for (v = 0; v < N_ITEMS(VERSIONS); v++)
		for (level_id = 0; level_id < N_ITEMS(LEVELS); level_id++) {
			version = VERSIONS[v];
			level = LEVELS[level_id];
			if (only_legal && !(known_here() && allowed_here()))
				continue;
			one();
			n_judged++;
		}
	ck_assert_int_gt(n_judged, 5);
}

START_TEST(policy_parse_takes_an_attribute_where_it_belongs)
{
	at_each_level(_i, 0, judge);
}
END_TEST

START_TEST(policy_parse_counts_how_often_an_attribute_stands)
{
	at_each_level(_i, 1, judge_twice);
}
END_TEST

START_TEST(policy_parse_judges_empty_values)
{
	at_each_level(_i, 1, judge_empty);
}
END_TEST

START_TEST(policy_parse_rejects_bad_values)
{
	at_each_level(_i, 1, judge_bad);
}
END_TEST

START_TEST(policy_parse_takes_names_in_any_case)
{
	at_each_level(_i, 1, judge_capitals);
}
END_TEST

START_TEST(policy_parse_rejects_an_attribute_without_equals_sign)
{
	at_each_level(_i, 1, judge_word);
}
END_TEST

START_TEST(policy_parse_takes_braces_from_3_10_on)
{
	at_each_level(_i, 1, judge_braces);
}
END_TEST

void
check_policy_add_rows(Suite *suite)
{
	const int n = N_ITEMS(ROWS);
	TCase *tcase;

	ADD_CASE(suite, tcase, "rows");
	tcase_add_loop_test(tcase,
	    policy_parse_takes_an_attribute_where_it_belongs, 0, n);
	tcase_add_loop_test(tcase,
	    policy_parse_counts_how_often_an_attribute_stands, 0, n);
	tcase_add_loop_test(tcase, policy_parse_judges_empty_values, 0, n);
	tcase_add_loop_test(tcase, policy_parse_rejects_bad_values, 0, n);
	tcase_add_loop_test(tcase, policy_parse_takes_names_in_any_case, 0, n);
	tcase_add_loop_test(tcase,
	    policy_parse_rejects_an_attribute_without_equals_sign, 0, n);
	tcase_add_loop_test(tcase, policy_parse_takes_braces_from_3_10_on, 0,
	    n);
}
