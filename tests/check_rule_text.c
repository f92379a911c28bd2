/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_rule_text.c - the room cmd/rule_text: each attribute at its place.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

#include "../cmd/rule_text.h"

/* words: "name=value@line:column" of each attribute, behind the level's. */
static const struct { const char *text, *words; int postfix; } PLACES[] = {
	{ "a may\n", "@1:3", 307 },
	{ "a may ciphers=high\n", "@1:3 ciphers=high@1:15", 307 },
	{ "# x\n\n a\na,b may\na  may ,ciphers=high, exclude=x\n", "@5:4 "
	    "ciphers=high@5:17 exclude=x@5:31", 307 },
	{ "a secure\n\tmatch=x\n# between\n match=y", "@1:3 match=x@2:8 "
	    "match=y@4:8", 307 },
	{ "a secure match=x match=x\n", "@1:3 match=x@1:16 match=x@1:24",
	    307 },
	{ "a encrypt pin=prefer ciphers=high pin_ttl=1d exclude=x\n",
	    "@1:3 ciphers=high@1:30 exclude=x@1:54", 307 },
	{ "a may { ciphers = high }\n", "@1:3 ciphers=high@1:19", 310 },
	{ "a may { ciphers =\n high } exclude=x\n", "@1:3 ciphers=high@1:1 "
	    "exclude=x@1:1", 310 },
	{ BUECHER " may exclude=x\n", "@1:17 exclude=x@1:29", 307 },
	{ "\xef\xbb\xbf" "a may exclude=x\n", "@1:6 exclude=x@1:18", 307 },
	{ "a newer other=1 exclude=x", "@1:3 exclude=x@1:25", 312 },
	{ "may.may may exclude=may", "@1:9 exclude=may@1:21", 307 },
};

START_TEST(rule_words_next_knows_each_place)
{
	struct help help;
	struct rule_text text;
	struct rule_words words;
	struct rule_word word;
	const struct tlsp_rule *rule;
	char found[400];
	int len;

	help_init(&help, PLACES[_i].postfix, 1);
	EXPECT_CODE(PLACES[_i].text, TLSP_OK, help_rules(&help,
	    PLACES[_i].text, strlen(PLACES[_i].text)));
	rule = &help.rules.list[help.rules.n_rules - 1];
	ck_assert_msg(rule->fault == NULL, "%s", PLACES[_i].text);
	EXPECT_CODE("text", TLSP_OK, rule_text_init(&text, HELP_FILE,
	    PLACES[_i].text, strlen(PLACES[_i].text), &help.err));
	rule_words_init(&words, &text, rule, PLACES[_i].postfix);
	len = sprintf(found, "@%u:%u", words.level.line, words.level.col);
	while (rule_words_next(&words, &word))
		len += sprintf(found + len, " %s=%.*s@%u:%u", word.attr->name,
		    (int)word.value.len, word.value.text, word.at.line,
		    word.at.col);
	EXPECT_STR(PLACES[_i].text, PLACES[_i].words, found);
	rule_text_clear(&text);
	help_clear(&help);
}
END_TEST

Suite *
check_rule_text_suite(void)
{
	Suite *suite = suite_create("rule_text");
	TCase *tcase;

	ADD_CASE(suite, tcase, "rule_words_next");
	tcase_add_loop_test(tcase, rule_words_next_knows_each_place, 0,
	    N_ITEMS(PLACES));
	return suite;
}
