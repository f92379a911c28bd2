/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_version.c - the room version: what a Postfix says it is, as far as
 *           it is to be believed.
 */
#include "check_tlsp.h"

#include "../dict_tlspolicy/version.h"

static const struct { const char *text; int from, to, want; } VERSIONS[] = {
	{ "3.7.11", 307, 308, 307 },
	{ "3.10.13", 308, 311, 310 },
	{ "3.8.0-RC1", 308, 311, 308 },
	{ "3.11-20250709", 311, 10000, 311 },
	{ "3.12-20260821-nonprod", 311, 10000, 312 },
	{ "3.13", 311, 10000, 313 },
	{ "4.0", 311, 10000, 400 },
	{ "3.4.29", 304, 307, 304 },
	{ "3.3.0", 304, 307, 0 },	/* older than its symbols */
	{ "3.7.11", 308, 311, 0 },
	{ "3.11.0", 308, 311, 0 },	/* newer */
	{ "3.8.0", 307, 308, 0 },
	{ "99.1", 307, 308, 0 },
	{ "100.1", 311, 10000, 0 },
	{ "3.100", 311, 10000, 0 },
	{ "3", 304, 10000, 0 },
	{ "3.", 304, 10000, 0 },
	{ ".7", 304, 10000, 0 },
	{ "Postfix 3.7", 304, 10000, 0 },
	{ " 3.7", 304, 10000, 0 },
	{ "-3.7", 304, 10000, 0 },
	{ "", 304, 10000, 0 },
	{ NULL, 304, 10000, 0 },
};

START_TEST(version_parse_believes_what_the_symbols_allow)
{
	ck_assert_msg(tlsp_version_parse(VERSIONS[_i].text, VERSIONS[_i].from,
	    VERSIONS[_i].to) == VERSIONS[_i].want, "\"%s\" in %d..%d: not %d",
	    VERSIONS[_i].text, VERSIONS[_i].from, VERSIONS[_i].to,
	    VERSIONS[_i].want);
}
END_TEST

Suite *
check_version_suite(void)
{
	Suite *suite = suite_create("version");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_version_parse");
	tcase_add_loop_test(tcase,
	    version_parse_believes_what_the_symbols_allow, 0,
	    N_ITEMS(VERSIONS));
	return suite;
}
