/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_resolve.c - the room resolve: which rule may answer which key.
 * Source:   tlspolicy_table(5), "LOOKUP".
 */
#include "check_tlsp.h"

/* How an answer came about. */
enum how {
	EXACT,
	BELOW,		/* a wildcard answers for a name below it */
	LEFT,		/* it is left to the next question */
	NOTHING
};

static const char TEXT[] =
    "a.example may\n"				/* 1 */
    ".a.example encrypt\n"			/* 2 */
    ".f.a.example secure final=yes\n"		/* 3 */
    ".p.a.example secure pin=prefer\n"		/* 4 */
    ".r.a.example secure pin=require\n"		/* 5 */
    ".x.a.example encryptt\n"			/* 6 */
    "bad.x.a.example encryptt\n"		/* 7 */
    "good.x.a.example may\n"			/* 8 */
    ".n.a.example none final=no\n"		/* 9 */
    "[a.example]:25 verify\n"			/* 10 */
    ".f.b.example encrypt final=yes\n"		/* 11 */
    ".g.f.b.example may\n"			/* 12 */
    "req.example encrypt pin=require\n"		/* 13 */
    "pref.example encrypt pin=prefer ciphers=high\n";	/* 14 */

static const struct resolve_case {
	const char *key;
	int is_only;
	enum how how;
	enum tlsp_code code;
	unsigned line;		/* of the rule */
	const char *answer;	/* NULL: an error, at line and col */
	unsigned col;
} CASES[] = {
	{ "a.example", 0, EXACT, TLSP_OK, 1, "may", 0 },
	{ "a.example", 1, EXACT, TLSP_OK, 1, "may", 0 },
	{ ".a.example", 0, EXACT, TLSP_OK, 2, "encrypt", 0 },
	{ "w.a.example", 0, LEFT, TLSP_NONE, 2, NULL, 0 },
	{ "w.a.example", 1, BELOW, TLSP_OK, 2, "encrypt", 0 },
	{ "v.w.a.example", 0, LEFT, TLSP_NONE, 2, NULL, 0 },
	{ "v.w.a.example", 1, BELOW, TLSP_OK, 2, "encrypt", 0 },
	{ "f.a.example", 1, BELOW, TLSP_OK, 2, "encrypt", 0 },
	{ "w.f.a.example", 0, BELOW, TLSP_OK, 3, "secure", 0 },
	{ "w.f.a.example", 1, BELOW, TLSP_OK, 3, "secure", 0 },
	{ ".f.a.example", 0, EXACT, TLSP_OK, 3, "secure", 0 },
	{ "w.p.a.example", 0, BELOW, TLSP_OK, 4, "secure", 0 },
	{ ".p.a.example", 0, EXACT, TLSP_OK, 4, "secure", 0 },
	{ "w.r.a.example", 0, BELOW, TLSP_E_PENDING, 5, NULL, 1 },
	{ "w.r.a.example", 1, BELOW, TLSP_E_PENDING, 5, NULL, 1 },
	{ ".r.a.example", 0, EXACT, TLSP_E_PENDING, 5, NULL, 1 },
	{ "w.x.a.example", 0, BELOW, TLSP_E_VALUE, 6, NULL, 14 },
	{ "w.x.a.example", 1, BELOW, TLSP_E_VALUE, 6, NULL, 14 },
	{ ".x.a.example", 0, EXACT, TLSP_E_VALUE, 6, NULL, 14 },
	{ "bad.x.a.example", 0, EXACT, TLSP_E_VALUE, 7, NULL, 17 },
	{ "good.x.a.example", 0, EXACT, TLSP_OK, 8, "may", 0 },
	{ "w.n.a.example", 0, LEFT, TLSP_NONE, 9, NULL, 0 },
	{ "w.n.a.example", 1, BELOW, TLSP_OK, 9, "none", 0 },
	{ "[a.example]:25", 0, EXACT, TLSP_OK, 10, "verify", 0 },
	{ "[w.a.example]:25", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "[w.a.example]", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "w.a.example:25", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "w.a.example.", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "..a.example", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ ".w.a.example", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "-w.a.example", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "a b.a.example", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "/x.a.example", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "example", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "xa.example", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "", 1, NOTHING, TLSP_NONE, 0, NULL, 0 },
	{ "w.f.b.example", 0, BELOW, TLSP_OK, 11, "encrypt", 0 },
	{ "w.g.f.b.example", 0, LEFT, TLSP_NONE, 12, NULL, 0 },
	{ "w.g.f.b.example", 1, BELOW, TLSP_OK, 12, "may", 0 },
	{ "req.example", 0, EXACT, TLSP_E_PENDING, 13, NULL, 1 },
	{ "pref.example", 0, EXACT, TLSP_OK, 14, "encrypt ciphers=high", 0 },
};

static void
expect_trace(const struct resolve_case *c, const struct tlsp_trace *trace)
{
	ck_assert_msg((trace->rule == NULL) == (c->how == NOTHING) &&
	    (trace->rule == NULL || trace->rule->line == c->line),
	    "%s: another rule", c->key);
	ck_assert_msg(trace->is_parent == (c->how == BELOW ||
	    c->how == LEFT), "%s: parent %d", c->key, trace->is_parent);
	ck_assert_msg(trace->is_left == (c->how == LEFT), "%s: left %d",
	    c->key, trace->is_left);
}

START_TEST(resolve_answers_exact_before_nearest)
{
	const struct resolve_case *c = &CASES[_i];
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, TEXT,
	    strlen(TEXT)));
	EXPECT_CODE(c->key, c->code, help_ask(&help, c->key, c->is_only));
	expect_trace(c, &help.trace);
	if (c->answer != NULL) {
		EXPECT_STR(c->key, c->answer, help.answer);
	} else {
		ck_assert_msg(help.answer == NULL, "%s: answered", c->key);
		if (c->code != TLSP_NONE)
			EXPECT_ERR(c->key, &help.err, c->code, c->line,
			    c->col);
	}
	help_clear(&help);
}
END_TEST

START_TEST(resolve_needs_no_trace)
{
	const struct tlsp_query query = { "a.example", 0, 1 };
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, TEXT,
	    strlen(TEXT)));
	EXPECT_CODE("no trace", TLSP_OK, tlsp_resolve(&help.index, &help.host,
	    &query, NULL, &help.answer, &help.err));
	EXPECT_STR("no trace", "may", help.answer);
	help_clear(&help);
}
END_TEST

START_TEST(resolve_folds_where_the_host_has_not)
{
	struct help help;

	help_init(&help, 307, 0);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, TEXT,
	    strlen(TEXT)));
	EXPECT_CODE("exact", TLSP_OK, help_ask_folding(&help, "A.Example",
	    0));
	EXPECT_CODE("below", TLSP_OK, help_ask_folding(&help,
	    "W.F.A.EXAMPLE", 0));
	EXPECT_STR("below", "secure", help.answer);
	EXPECT_CODE("brackets", TLSP_OK, help_ask_folding(&help,
	    "[A.EXAMPLE]:25", 0));
	EXPECT_CODE("not told", TLSP_NONE, help_ask(&help, "A.Example", 0));
	help_clear(&help);
}
END_TEST

START_TEST(resolve_looks_for_parents_as_the_host_does)
{
	static const char text[] = "." BUECHER " encrypt final=yes\n";
	static const char below[] = "www." BUECHER;
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, text,
	    strlen(text)));
	EXPECT_CODE("utf8", TLSP_OK, help_ask(&help, below, 0));
	EXPECT_CODE("twin", TLSP_OK, help_ask(&help, "www." BUECHER_XN, 0));
	EXPECT_CODE("no utf8", TLSP_NONE, help_ask(&help,
	    "\xff." BUECHER, 0));
	help.host.is_utf8 = 0;
	EXPECT_CODE("utf8 off", TLSP_NONE, help_ask(&help, below, 0));
	help_clear(&help);
}
END_TEST

START_TEST(resolve_answers_a_poisoned_twin_with_the_fault)
{
	static const char text[] = "\n" BUECHER " encryptt\n";
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, text,
	    strlen(text)));
	EXPECT_CODE("twin", TLSP_E_VALUE, help_ask(&help, BUECHER_XN, 0));
	EXPECT_ERR("twin", &help.err, TLSP_E_VALUE, 2, 17);
	help_clear(&help);
}
END_TEST

Suite *
check_resolve_suite(void)
{
	Suite *suite = suite_create("resolve");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_resolve");
	tcase_add_loop_test(tcase, resolve_answers_exact_before_nearest, 0,
	    N_ITEMS(CASES));
	tcase_add_test(tcase, resolve_needs_no_trace);
	tcase_add_test(tcase, resolve_folds_where_the_host_has_not);
	tcase_add_test(tcase, resolve_looks_for_parents_as_the_host_does);
	tcase_add_test(tcase, resolve_answers_a_poisoned_twin_with_the_fault);
	return suite;
}
