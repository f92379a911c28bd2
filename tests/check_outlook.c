/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_outlook.c - the room cmd/outlook: the word of the log, by level and
 * version, as it was seen in the log of each.
 */
#include "check_tlsp.h"

#include "../cmd/outlook.h"

#define V(minor)	TLSP_POSTFIX(3, minor)

/*
 * words:    of good, wrong name, unknown, expired, no TLS. Small letter: mail
 *           waits; '+', '-': no such line, sent or waits.
 */
static const struct {
	enum tlsp_level_id level;
	int postfix, patch, has_ca;
	const char *words;
} ROWS[] = {
	{ TLSP_LEVEL_NONE, V(7), 0, 1, "+++++" },
	{ TLSP_LEVEL_MAY, V(7), 0, 1, "TTUU+" },
	{ TLSP_LEVEL_MAY, V(7), 0, 0, "UUUU+" },
	{ TLSP_LEVEL_ENCRYPT, V(12), 0, 1, "TTUU-" },
	{ TLSP_LEVEL_SECURE, V(4), 0, 1, "Vtuu-" },
	{ TLSP_LEVEL_SECURE, V(6), 0, 1, "Vuuu-" },
	{ TLSP_LEVEL_VERIFY, V(10), 3, 1, "Vuuu-" },
	{ TLSP_LEVEL_VERIFY, V(10), 4, 1, "Vtuu-" },
	{ TLSP_LEVEL_SECURE, V(11), 0, 1, "Vtuu-" },
	{ TLSP_LEVEL_SECURE, V(11), 0, 0, "uuuu-" },
	{ TLSP_LEVEL_FINGERPRINT, V(7), 0, 0, "VVuV-" },
	{ TLSP_LEVEL_DANE, V(7), 0, 1, "Vuuu-" },
	{ TLSP_LEVEL_DANE_ONLY, V(7), 0, 0, "Vuuu-" },
};

START_TEST(outlook_is_what_the_log_says)
{
	const struct outlook_of of = { ROWS[_i].level, ROWS[_i].postfix,
	    ROWS[_i].patch, ROWS[_i].has_ca };
	struct outlook outlook;
	char words[OUTLOOK_CASES + 1] = "";
	enum outlook_case which;

	for (which = 0; which < OUTLOOK_CASES; which++) {
		outlook = outlook_for(&of, which);
		words[which] = outlook.word == NULL ?
		    (outlook.is_sent ? '+' : '-') : outlook.is_sent ?
		    outlook.word[0] : (char)(outlook.word[0] | 0x20);
	}
	EXPECT_STR(tlsp_level_name(of.level), ROWS[_i].words, words);
}
END_TEST

START_TEST(outlook_names_each_case)
{
	enum outlook_case which;

	for (which = 0; which < OUTLOOK_CASES; which++) {
		ck_assert(outlook_case_text(which) != NULL);
		ck_assert(strchr(outlook_case_word(which), ' ') == NULL);
	}
}
END_TEST

Suite *
check_outlook_suite(void)
{
	Suite *suite = suite_create("outlook");
	TCase *tcase;

	ADD_CASE(suite, tcase, "outlook_for");
	tcase_add_loop_test(tcase, outlook_is_what_the_log_says, 0,
	    N_ITEMS(ROWS));
	tcase_add_test(tcase, outlook_names_each_case);
	return suite;
}
