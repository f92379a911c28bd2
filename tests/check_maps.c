/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_maps.c - the room maps: is a table the only one of a list in main.cf.
 */
#include "check_tlsp.h"

#include "../dict_tlspolicy/maps.h"

static const struct { const char *list; int is_only; } LISTS[] = {
	{ "tlspolicy:/p", 1 },
	{ "  tlspolicy:/p\t\r\n, ", 1 },
	{ ",tlspolicy:/p", 1 },
	{ "hash:/a, tlspolicy:/p", 0 },
	{ "hash:/a tlspolicy:/p", 0 },
	{ "hash:/a\n\ttlspolicy:/p", 0 },
	{ "tlspolicy:/q,tlspolicy:/p", 0 },
	{ "inline:{a=b, c=d}, tlspolicy:/p", 0 },
	{ "", 0 },
	{ " , ", 0 },
	{ "tlspolicy:/", 0 },
	{ "tlspolicy:/pp", 0 },
	{ "tlspolicy:/p/p", 0 },
	{ "TLSPOLICY:/p", 0 },
	{ "hash:/p", 0 },
	{ "tlspolicy:/p hash:/a", 0 },
	{ "tlspolicy:/p, tlspolicy:/q", 0 },
	{ "tlspolicy:/pp, tlspolicy:/p", 0 },
	{ "proxy:tlspolicy:/p", 0 },
	{ "xtlspolicy:/p", 0 },
	{ "unionmap:{hash:/a, tlspolicy:/p}", 0 },
	{ "unionmap:{hash:/a, tlspolicy:/p }", 0 },
	{ "unionmap:{tlspolicy:/p, hash:/a}, tlspolicy:/p", 0 },
	{ "tlspolicy:/p, tlspolicy:/p", 0 },
	{ "tlspolicy:/p, hash:/a, tlspolicy:/p", 0 },
};

START_TEST(maps_is_only_takes_no_company)
{
	ck_assert_msg(tlsp_maps_is_only(LISTS[_i].list, "tlspolicy", "/p") ==
	    LISTS[_i].is_only, "\"%s\": not %d", LISTS[_i].list,
	    LISTS[_i].is_only);
}
END_TEST

static const struct { const char *list; const char *names[4]; } WALKS[] = {
	{ "", { NULL } },
	{ " ,\t", { NULL } },
	{ "tlspolicy:/p", { "tlspolicy:/p" } },
	{ "hash:/a,tlspolicy:/p  proxy:tlspolicy:/q,",
	    { "hash:/a", "tlspolicy:/p", "proxy:tlspolicy:/q" } },
	{ "inline:{ {a = b}, c=d }, tlspolicy:/p",
	    { "inline:{ {a = b}, c=d }", "tlspolicy:/p" } },
	{ "unionmap:{hash:/a, tlspolicy:/p", {
	    "unionmap:{hash:/a, tlspolicy:/p" } },
	{ "a}, b", { "a}", "b" } },
};

START_TEST(maps_next_walks_over_the_tables)
{
	const char *list = WALKS[_i].list, *name;
	size_t len, n;

	for (n = 0; (name = tlsp_maps_next(&list, &len)) != NULL; n++)
		ck_assert_msg(n < 3 && WALKS[_i].names[n] != NULL &&
		    strlen(WALKS[_i].names[n]) == len &&
		    memcmp(WALKS[_i].names[n], name, len) == 0,
		    "\"%s\": \"%.*s\"", WALKS[_i].list, (int)len, name);
	ck_assert_msg(WALKS[_i].names[n] == NULL, "\"%s\": only %zu",
	    WALKS[_i].list, n);
}
END_TEST

Suite *
check_maps_suite(void)
{
	Suite *suite = suite_create("maps");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_maps_is_only");
	tcase_add_loop_test(tcase, maps_is_only_takes_no_company, 0,
	    N_ITEMS(LISTS));
	ADD_CASE(suite, tcase, "tlsp_maps_next");
	tcase_add_loop_test(tcase, maps_next_walks_over_the_tables, 0,
	    N_ITEMS(WALKS));
	return suite;
}
