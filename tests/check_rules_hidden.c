/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_rules_hidden.c - the room rules: rules that stand where postmap
 * reads none, so that their mail would go out at the default level.
 */
#include "check_tlsp.h"

#include <stdio.h>

/*
 * want:     each rule as "key line:col" and, where it is poisoned,
 *           "!line:col" of its fault, in the order of the list.
 */
static const struct { const char *name; const char *text; const char *want; }
HIDDEN[] = {
	{ "a continuation that is none", "a may\n b encrypt\n",
	    "a 1:1 !2:2|b 2:2 !2:2|" },
	{ "attributes are no rule", "a secure\n match=b\n\tciphers=high\n",
	    "a 1:1|" },
	{ "key, level and attributes in three lines",
	    "a\n encrypt\n ciphers=high\n", "a 1:1|" },
	{ "level in capitals", "a may\n B ENCRYPT\n",
	    "a 1:1 !2:2|b 2:2 !2:2|" },
	{ "level and a comma", "a may\n b encrypt,ciphers=high\n",
	    "a 1:1 !2:2|b 2:2 !2:2|" },
	{ "a comma before the level", "a may\n b ,encrypt\n",
	    "a 1:1 !2:2|b 2:2 !2:2|" },
	{ "two of them", "a may\n b may\n\tc none x\n",
	    "a 1:1 !2:2|b 2:2 !2:2|c 3:2 !3:2|" },
	{ "behind a comment", "a may\n# x\n\n b may\n",
	    "a 1:1 !4:2|b 4:2 !4:2|" },
	{ "a wildcard", "a may\n .b.example may\n",
	    "a 1:1 !2:2|.b.example 2:2 !2:2|" },
	{ "a bracketed host", "a may\n [b]:25 secure match=x\n",
	    "a 1:1 !2:2|[b]:25 2:2 !2:2|" },
	{ "indented first line and one more", "  a may\n  b may\n",
	    "a 1:3 !2:3|b 2:3 !2:3|" },
	{ "indented line alone", "\n  a may\nb may\n",
	    "a 2:3 !2:3|b 3:1|" },
	{ "not a level", "a may\n b=c may\n", "a 1:1 !2:2|" },
	{ "an indented comment", "a may\n # b may\n", "a 1:1|" },
	{ "carriage returns for line ends", "a may\rb may\rc may\r",
	    "a 1:1 !1:7|b 1:7 !1:7|c 1:13 !1:13|" },
	{ "carriage returns, a comment first", "# x\ra may\rb may\r",
	    "a 1:5 !1:5|b 1:11 !1:11|" },
	{ "one carriage return among newlines",
	    "a may\nb may\rc may\nd may\n",
	    "a 1:1|b 2:1 !2:7|c 2:7 !2:7|d 3:1|" },
	{ "in a comment among newlines", "a may\n# x\rb may\nc may\n",
	    "a 1:1|c 3:1|b 2:5 !2:5|" },
	{ "in an indented comment", "a may\n  # x\rb may\n",
	    "a 1:1|b 2:7 !2:7|" },
	{ "in the second comment of a line", "# x\r# y\rb may\n",
	    "b 1:9 !1:9|" },
	{ "a comment behind a carriage return", "# x\r# b may\n", "" },
	{ "and one without a space", "# x\r#b may\n", "" },
	{ "a comment behind a rule", "a may\r#b may\n", "a 1:1 !1:7|" },
	{ "prose behind a carriage return", "# x\rthis is text\n", "" },
	{ "lines of Windows hide nothing",
	    "a may\r\n# x\r\nb secure\r\n match=c\r\n", "a 1:1|b 3:1|" },
	{ "lines of Windows, a hidden rule", "a may\r\n b may\r\n",
	    "a 1:1 !2:2|b 2:2 !2:2|" },
	{ "carriage return before newline twice", "a may\r\r\nb may\n",
	    "a 1:1|b 2:1|" },
	{ "carriage return, then attributes",
	    "a secure\rmatch=b ciphers=high\n", "a 1:1|" },
	{ "carriage return and spaces", "a may\r  b may\n",
	    "a 1:1 !1:9|b 1:9 !1:9|" },
	{ "a mark and carriage returns",
	    "\xef\xbb\xbf" "a may\rb may\r", "a 1:4 !1:10|b 1:10 !1:10|" },
	{ "a hidden key that nothing asks for", "a may\n *.b may\n",
	    "a 1:1 !2:2|*.b 2:2 !2:2|" },
};

static void
describe(const struct tlsp_rules *rules, char *to, size_t room)
{
	size_t n, used = 0;

	*to = '\0';
	for (n = 0; n < rules->n_rules; n++) {
		const struct tlsp_rule *rule = &rules->list[n];

		used += (size_t)snprintf(to + used, room - used, "%s %u:%u",
		    rule->key, rule->line, rule->col);
		if (rule->fault != NULL)
			used += (size_t)snprintf(to + used, room - used,
			    " !%u:%u", rule->fault->at.line,
			    rule->fault->at.col);
		used += (size_t)snprintf(to + used, room - used, "|");
	}
}

START_TEST(rules_load_poisons_hidden_rules)
{
	const char *text = HIDDEN[_i].text;
	struct help help;
	char got[500];
	size_t n;

	help_init(&help, 307, 1);
	EXPECT_CODE(HIDDEN[_i].name, TLSP_OK, help_rules(&help, text,
	    strlen(text)));
	describe(&help.rules, got, sizeof(got));
	EXPECT_STR(HIDDEN[_i].name, HIDDEN[_i].want, got);
	for (n = 0; n < help.rules.n_rules; n++)
		ck_assert_msg(help.rules.list[n].fault == NULL ||
		    help_count(&help, TLSP_ERROR,
		    help.rules.list[n].fault->code,
		    help.rules.list[n].fault->at.line,
		    help.rules.list[n].fault->at.col) > 0,
		    "%s: poisoned, but not reported", HIDDEN[_i].name);
	help_clear(&help);
}
END_TEST

START_TEST(rules_load_answers_hidden_keys_with_an_error)
{
	static const char text[] = "a.example encrypt\n  b.example encrypt\n"
	    "# x\rc.example encrypt\rd.example encrypt\n";
	static const char *const keys[] = {
		"a.example", "b.example", "c.example", "d.example"
	};
	struct help help;
	int n;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, text, strlen(text)));
	for (n = 0; n < N_ITEMS(keys); n++) {
		EXPECT_CODE(keys[n], TLSP_E_SYNTAX, help_ask(&help, keys[n],
		    1));
		ck_assert_uint_ge(help.err.at.line, n < 2 ? 2 : 3);
	}
	help_clear(&help);
}
END_TEST

START_TEST(rules_load_lets_an_earlier_rule_win_over_a_hidden_one)
{
	static const char text[] = "# x\rb may\nb secure\na may\n b may\n";
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, text, strlen(text)));
	EXPECT_CODE("b", TLSP_OK, help_ask(&help, "b", 1));
	EXPECT_STR("b", "secure", help.answer);
	help_clear(&help);
}
END_TEST

void
check_rules_add_hidden(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "hidden");
	tcase_add_loop_test(tcase, rules_load_poisons_hidden_rules, 0,
	    N_ITEMS(HIDDEN));
	tcase_add_test(tcase, rules_load_answers_hidden_keys_with_an_error);
	tcase_add_test(tcase,
	    rules_load_lets_an_earlier_rule_win_over_a_hidden_one);
}
