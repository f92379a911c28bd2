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

Suite *
check_maps_suite(void)
{
	Suite *suite = suite_create("maps");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_maps_is_only");
	tcase_add_loop_test(tcase, maps_is_only_takes_no_company, 0,
	    N_ITEMS(LISTS));
	return suite;
}
