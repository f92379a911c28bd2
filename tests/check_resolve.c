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
expect_trace(const struct resolve_case *c, const struct help *help)
{
	const struct tlsp_trace *trace = &help->trace;
	const struct tlsp_rule *rule = help_traced(help, c->key);

	ck_assert_msg((rule == NULL) == (c->how == NOTHING) &&
	    (rule == NULL || rule->line == c->line), "%s: another rule",
	    c->key);
	ck_assert_msg(rule == NULL || trace->found.is_parent ==
	    (c->how == BELOW || c->how == LEFT), "%s: parent %d", c->key,
	    trace->found.is_parent);
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
	expect_trace(c, &help);
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
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, TEXT,
	    strlen(TEXT)));
	EXPECT_CODE("no trace", TLSP_OK, tlsp_resolve(&help.resolver,
	    "a.example", TLSP_QUERY_ONLY, &help.answer, &help.err, NULL));
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

START_TEST(resolve_lets_a_fault_answer_every_key)
{
	const struct tlsp_pos at = { "f", 7, 8 };
	struct tlsp_err fault;
	struct help help;

	help_init(&help, 307, 1);
	(void)tlsp_err_set(&fault, TLSP_E_BUSY, &at, "why");
	help.resolver.fault = &fault;
	EXPECT_CODE("fault", TLSP_E_BUSY, help_ask(&help, "a.example", 1));
	EXPECT_ERR("fault", &help.err, TLSP_E_BUSY, 7, 8);
	ck_assert_ptr_null(help.answer);
	ck_assert_ptr_null(help.trace.found.record);
	help_clear(&help);
}
END_TEST

/*
 * raw: the answer where the host has neither looked at the key nor folded
 * it; folded: where it has looked only.
 */
static const struct {
	const char *key;
	enum tlsp_code raw;
	enum tlsp_code folded;
} RAW_KEYS[] = {
	{ "a.example", TLSP_OK, TLSP_OK },
	{ "A.Example", TLSP_OK, TLSP_OK },
	{ "b.example", TLSP_NONE, TLSP_NONE },
	{ BUECHER, TLSP_OK, TLSP_OK },
	{ BUECHER_UPPER, TLSP_OK, TLSP_NONE },
	{ "W." BUECHER_UPPER, TLSP_OK, TLSP_NONE },
	{ "w." BUECHER, TLSP_OK, TLSP_OK },
	{ "." BUECHER_UPPER, TLSP_OK, TLSP_NONE },
	{ BUECHER_XN, TLSP_OK, TLSP_OK },
	{ "\xff", TLSP_E_NOBODY, TLSP_NONE },
	{ "\xff.a.example", TLSP_E_NOBODY, TLSP_NONE },
	{ "a.example\xc3", TLSP_E_NOBODY, TLSP_NONE },
	{ ".\xc3(.a.example", TLSP_E_NOBODY, TLSP_NONE },
	{ "\xed\xa0\x80.a.example", TLSP_E_NOBODY, TLSP_NONE },
};

START_TEST(resolve_looks_at_raw_keys_as_the_host_does)
{
	static const char text[] = "a.example may\n" BUECHER " may\n."
	    BUECHER " may\n";
	const char *key = RAW_KEYS[_i].key;
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, text,
	    strlen(text)));
	EXPECT_CODE(key, RAW_KEYS[_i].raw, help_query(&help, key,
	    TLSP_QUERY_RAW | TLSP_QUERY_FOLD | TLSP_QUERY_ONLY));
	EXPECT_CODE(key, RAW_KEYS[_i].folded, help_query(&help, key,
	    TLSP_QUERY_FOLD | TLSP_QUERY_ONLY));
	/* Not told to fold, it looks at the bytes only. */
	EXPECT_CODE(key, RAW_KEYS[_i].raw == TLSP_E_NOBODY ? TLSP_E_NOBODY :
	    help_query(&help, key, TLSP_QUERY_ONLY), help_query(&help, key,
	    TLSP_QUERY_RAW | TLSP_QUERY_ONLY));
	help_clear(&help);
}
END_TEST

/* Keys longer than a host name: a path, host:port. */
START_TEST(resolve_finds_keys_of_any_length)
{
	char text[20000] = "/", key[20000], *end;
	struct help help;
	size_t len;

	for (len = 250; len < 9000; len += len < 300 ? 1 : 997) {
		memset(text, 'p', len);
		text[0] = '/';
		strcpy(text + len, " may\n");
		help_init(&help, 307, 1);
		EXPECT_CODE("text", TLSP_OK, help_compile(&help, text,
		    len + 5));
		memset(key, 'P', len);
		end = key + len;
		strcpy(end, "");
		key[0] = '/';
		EXPECT_CODE("long", TLSP_OK, help_ask_folding(&help, key, 0));
		EXPECT_CODE("case", TLSP_NONE, help_ask(&help, key, 0));
		strcpy(end, "p");
		EXPECT_CODE("longer", TLSP_NONE, help_ask_folding(&help, key,
		    0));
		end[-1] = '\0';
		EXPECT_CODE("shorter", TLSP_NONE, help_ask_folding(&help, key,
		    0));
		end[-1] = 'q';
		end[0] = '\0';
		EXPECT_CODE("other", TLSP_NONE, help_ask_folding(&help, key,
		    0));
		help_clear(&help);
	}
}
END_TEST

START_TEST(resolve_says_when_there_is_no_memory_for_a_long_key)
{
	char text[500], key[500];
	struct help help;

	memset(text, 'p', 400);
	text[0] = '/';
	strcpy(text + 400, " may\n");
	memcpy(key, text, 400);
	key[400] = '\0';
	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, text,
	    strlen(text)));
	check_alloc_fail_at(0);
	EXPECT_CODE("memory", TLSP_E_NOMEM, help_ask(&help, key, 0));
	/* What is longer than any key of the table needs none. */
	key[400] = 'p';
	key[401] = '\0';
	EXPECT_CODE("longer", TLSP_NONE, help_ask(&help, key, 0));
	check_alloc_fail_at(-1);
	help_clear(&help);
}
END_TEST

/*
 * A miss is remembered, for Postfix asks for the parents next. What was
 * asked before must never show.
 */
static const char *const ORDER[] = {
	"a.example", "x.a.example", "y.x.a.example", ".a.example",
	".x.a.example", ".example", "b.example", "x.b.example", ".b.example",
	"-x.b.example", ".-x.b.example", "x.-x.b.example", "x.-n.example",
	".-n.example", "-n.example", "z.", "a.z.", ".z.", ".", "a.", "b.a.",
	"..", "a..", "a..n", "..n", ".n", "x.7", ".7", "4.7", "x.4.7",
	"c.example:25", ".c.example:25", "[x.a.example]", "A.EXAMPLE",
	".B.EXAMPLE", "X.B.EXAMPLE", "", "x." BUECHER, "." BUECHER,
	"xa.example", "x\xff.example", ".x\xff.example",
};

START_TEST(resolve_answers_alike_whatever_was_asked_before)
{
	static const char text[] = ".a.example may\n.-n.example may\n"
	    ".z. may\n. may\n..n may\n.7 may\n.c.example:25 may\n."
	    BUECHER " may\n.x\xff.example may\n";
	const unsigned how = (unsigned)_i;
	struct help help;
	enum tlsp_code alone;
	int n, k;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, text,
	    strlen(text)));
	for (n = 0; n < N_ITEMS(ORDER); n++) {
		alone = help_query(&help, ORDER[n], how);
		for (k = 0; k < N_ITEMS(ORDER); k++) {
			(void)help_mail(&help, ORDER[k], how);
			ck_assert_msg(help_mail(&help, ORDER[n], how) == alone, "\"%s\" after \"%s\": not %d as alone",
			    ORDER[n], ORDER[k], (int)alone);
		}
	}
	help_clear(&help);
}
END_TEST

/* Digits alone are an address, not a host name: nobody asks for parents. */
START_TEST(resolve_knows_no_parents_of_digits)
{
	static const char text[] = ".2.1 secure final=yes\n.7 may\n";
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("text", TLSP_OK, help_compile(&help, text,
	    strlen(text)));
	EXPECT_CODE("digits", TLSP_NONE, help_ask(&help, "192.0.2.1", 1));
	EXPECT_CODE("digits", TLSP_NONE, help_ask(&help, "4.7", 1));
	EXPECT_CODE("a letter", TLSP_OK, help_ask(&help, "x.0.2.1", 1));
	EXPECT_CODE("a hyphen", TLSP_OK, help_ask(&help, "1-2.0.2.1", 1));
	EXPECT_CODE("a letter", TLSP_OK, help_ask(&help, "_.7", 1));
	EXPECT_CODE("the wildcard", TLSP_OK, help_ask(&help, ".2.1", 1));
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
	tcase_add_test(tcase, resolve_lets_a_fault_answer_every_key);
	tcase_add_loop_test(tcase, resolve_looks_at_raw_keys_as_the_host_does,
	    0, N_ITEMS(RAW_KEYS));
	tcase_add_test(tcase, resolve_finds_keys_of_any_length);
	tcase_add_test(tcase,
	    resolve_says_when_there_is_no_memory_for_a_long_key);
	tcase_add_loop_test(tcase,
	    resolve_answers_alike_whatever_was_asked_before, 0, 8);
	tcase_add_test(tcase, resolve_knows_no_parents_of_digits);
	return suite;
}
