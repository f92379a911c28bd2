/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_keys.c - the room keys: the first rule for a key, guesses, twins.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

static void
compile(struct help *help, const char *text)
{
	EXPECT_CODE(text, TLSP_OK, help_keys(help, text, strlen(text)));
	ck_assert_ptr_null(help->rules.list);
	ck_assert_uint_eq(help->rules.n_rules, 0);
}

/* The line of the rule for this key, 0: none. */
static unsigned
find(const struct help *help, const char *key)
{
	const struct tlsp_rule *rule = tlsp_keys_find(&help->keys, key,
	    strlen(key));

	return rule != NULL ? rule->line : 0;
}

START_TEST(keys_compile_lets_the_first_rule_win)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "A may\nb may\na secure\n\na mayy\n.c may\n.C may\n");
	ck_assert_uint_eq(find(&help, "a"), 1);
	ck_assert_uint_eq(find(&help, ".c"), 6);
	EXPECT_FOUND("3", &help, TLSP_WARNING, TLSP_E_CONFLICT, 3, 1);
	EXPECT_FOUND("5", &help, TLSP_WARNING, TLSP_E_CONFLICT, 5, 1);
	EXPECT_FOUND("7", &help, TLSP_WARNING, TLSP_E_CONFLICT, 7, 1);
	ck_assert_uint_eq(help.n_warnings, 3);
	ck_assert_ptr_nonnull(strstr(help.found[help.n_found - 1].text,
	    "line 6"));
	ck_assert_int_eq(help.keys.rules.list[0].is_shadowed, 0);
	ck_assert_int_eq(help.keys.rules.list[2].is_shadowed, 1);
	ck_assert_int_eq(help.keys.rules.list[3].is_shadowed, 1);
	help_clear(&help);
}
END_TEST

START_TEST(keys_compile_lets_a_poisoned_rule_win_too)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "a mayy\na secure\n");
	ck_assert_uint_eq(find(&help, "a"), 1);
	EXPECT_ERR("a", tlsp_keys_find(&help.keys, "a", 1)->fault,
	    TLSP_E_VALUE, 1, 3);
	help_clear(&help);
}
END_TEST

/* A line end was lost: what looks like a key there is only a guess. */
START_TEST(keys_compile_lets_what_is_written_go_before_guesses)
{
	static const char guess[] = "a.example may b.example may\n";
	static const char both[] = "a.example may b.example may\n"
	    "b.example secure\n";
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, guess);
	ck_assert_uint_eq(find(&help, "b.example"), 1);
	ck_assert_int_eq(tlsp_keys_find(&help.keys, "b.example",
	    9)->is_guess, 1);
	compile(&help, both);
	ck_assert_uint_eq(find(&help, "b.example"), 2);
	ck_assert_int_eq(tlsp_keys_find(&help.keys, "b.example",
	    9)->is_guess, 0);
	ck_assert_uint_eq(help.n_warnings, 0);
	help_clear(&help);
}
END_TEST

START_TEST(keys_compile_lets_a_written_twin_go_before_guesses)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "a.example may " BUECHER_XN " may\n" BUECHER
	    " secure\n");
	ck_assert_uint_eq(find(&help, BUECHER_XN), 2);
	ck_assert_int_eq(tlsp_keys_find(&help.keys, BUECHER_XN,
	    strlen(BUECHER_XN))->is_guess, 0);
	help_clear(&help);
}
END_TEST

/* A key may be asked for that ends before its string does. */
START_TEST(keys_find_looks_at_len_bytes)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "a.example may\n");
	ck_assert_ptr_nonnull(tlsp_keys_find(&help.keys, "a.examples", 9));
	ck_assert_ptr_null(tlsp_keys_find(&help.keys, "a.examples", 10));
	ck_assert_ptr_null(tlsp_keys_find(&help.keys, "a.example", 8));
	ck_assert_ptr_null(tlsp_keys_find(&help.keys, "a.example\0x", 11));
	help_clear(&help);
}
END_TEST

START_TEST(keys_find_finds_whole_keys_only)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "a.example may\n.a.example may\n[a.example]:25 may\n"
	    "/var/run/x may\n");
	ck_assert_uint_eq(find(&help, "a.example"), 1);
	ck_assert_uint_eq(find(&help, ".a.example"), 2);
	ck_assert_uint_eq(find(&help, "[a.example]:25"), 3);
	ck_assert_uint_eq(find(&help, "/var/run/x"), 4);
	ck_assert_uint_eq(find(&help, ""), 0);
	ck_assert_uint_eq(find(&help, "a.exampl"), 0);
	ck_assert_uint_eq(find(&help, "a.example."), 0);
	ck_assert_uint_eq(find(&help, "b.example"), 0);
	ck_assert_uint_eq(find(&help, "x.a.example"), 0);
	ck_assert_uint_eq(find(&help, "[a.example]"), 0);
	ck_assert_uint_eq(find(&help, "[a.example]:25 or what is longer "
	    "than any key there is"), 0);
	help_clear(&help);
}
END_TEST

/* A name that looks like chance; the same each time. */
static int
print_name(char *to, uint64_t n)
{
	n = (n + 1) * 0x9e3779b97f4a7c15U;
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9U;
	n = (n ^ n >> 27) * 0x94d049bb133111ebU;
	return sprintf(to, "%016llx", (unsigned long long)(n ^ n >> 31));
}

/* Among millions of other keys, some share all 32 bits of a hash. */
START_TEST(keys_settle_keeps_the_rules)
{
	struct help help;

	help_init(&help, 307, 1);
	EXPECT_CODE("a", TLSP_OK, help_keys(&help,
	    "a.example may\n", 14));
	tlsp_keys_settle(&help.keys);
	ck_assert_ptr_null(help.keys.slots);
	EXPECT_STR("a", "a.example", help.keys.rules.list[0].key);
	EXPECT_STR("a", "may", help.keys.rules.list[0].policy.text);
	tlsp_keys_settle(&help.keys);
	help_clear(&help);
}
END_TEST

START_TEST(keys_find_compares_more_than_hashes)
{
	enum { N = 60000, N_OTHERS = 600000 };
	char *text = malloc((size_t)N * 30), key[20];
	size_t used = 0;
	struct help help;
	unsigned n;
	int len;

	for (n = 0; n < N; n++) {
		used += (size_t)print_name(text + used, n);
		used += (size_t)sprintf(text + used, " may\n");
	}
	help_init(&help, 307, 1);
	EXPECT_CODE("many", TLSP_OK, help_keys(&help, text, used));
	for (n = N; n < N_OTHERS; n++) {
		len = print_name(key, n);
		ck_assert_msg(tlsp_keys_find(&help.keys, key,
		    (size_t)len) == NULL, "%s was found", key);
	}
	help_clear(&help);
	free(text);
}
END_TEST

/* found: the line whose rule answers for the key, 0: none. */
static const struct {
	const char *name;
	const char *text;
	const char *key;
	unsigned found;
	size_t n_twins;
} TWINS[] = {
	{ "ascii for utf8", BUECHER " may\n", BUECHER_XN, 1, 1 },
	{ "utf8 stays", BUECHER " may\n", BUECHER, 1, 1 },
	{ "utf8 for ascii", BUECHER_XN " may\n", BUECHER, 1, 1 },
	{ "ascii stays", BUECHER_XN " may\n", BUECHER_XN, 1, 1 },
	{ "capitals", "XN--BCHER-kva.Example may\n", BUECHER, 1, 1 },
	{ "capitals in utf8", BUECHER_UPPER " may\n", BUECHER_XN, 1, 1 },
	{ "whole key, parents too", "." BUECHER " may\n", "." BUECHER_XN, 1,
	    1 },
	{ "whole key, not the domain", "." BUECHER " may\n", BUECHER_XN, 0,
	    1 },
	{ "whole key, not the parent", BUECHER " may\n", "." BUECHER_XN, 0,
	    1 },
	{ "below", "www." BUECHER " may\n", "www." BUECHER_XN, 1, 1 },
	{ "a rule of its own behind", BUECHER " may\n" BUECHER_XN " none\n",
	    BUECHER_XN, 2, 0 },
	{ "a rule of its own before", BUECHER_XN " may\n" BUECHER " none\n",
	    BUECHER_XN, 1, 0 },
	{ "a poisoned rule of its own", BUECHER " may\n" BUECHER_XN " x\n",
	    BUECHER_XN, 2, 0 },
	{ "a poisoned rule has a twin", BUECHER " x\n", BUECHER_XN, 1, 1 },
	{ "not of a hidden duplicate",
	    BUECHER " may\n" BUECHER " none\n", BUECHER_XN, 1, 1 },
	{ "not of one that folds to another's key",
	    "strasse.example may\n" STRASSE " none\n", STRASSE_XN, 0, 0 },
	{ "not of brackets", "[" BUECHER "] may\n", "[" BUECHER_XN "]", 0,
	    0 },
	{ "not of a port", BUECHER_XN ":25 may\n", BUECHER ":25", 0, 0 },
	{ "what folds to ascii keeps its own name", STRASSE " may\n",
	    STRASSE_XN, 1, 1 },
	{ "and is asked for under the folded one", STRASSE " may\n",
	    "strasse.example", 1, 1 },
	{ "but is no twin of it", STRASSE_XN " may\n", "strasse.example", 0,
	    0 },
	{ "a label that is not ours", "xn--zz-zz.example may\n",
	    "xn--zz-zz.example", 1, 0 },
};

START_TEST(keys_compile_adds_idn_twins)
{
	struct help help;
	unsigned found;

	help_init(&help, 307, 1);
	compile(&help, TWINS[_i].text);
	found = find(&help, TWINS[_i].key);
	ck_assert_msg(found == TWINS[_i].found, "%s: line %u, not %u",
	    TWINS[_i].name, found, TWINS[_i].found);
	ck_assert_msg(help.keys.n_twins == TWINS[_i].n_twins,
	    "%s: %zu twins", TWINS[_i].name, help.keys.n_twins);
	help_clear(&help);
}
END_TEST

START_TEST(keys_compile_warns_of_a_twin_that_is_another_domain)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "a may\n" STRASSE_XN " may\n");
	EXPECT_FOUND("sharp s", &help, TLSP_WARNING, TLSP_E_CONFLICT, 2, 1);
	ck_assert_uint_eq(help.n_found, 1);
	help_clear(&help);
}
END_TEST

START_TEST(keys_compile_adds_twins_where_utf8_is_off)
{
	struct help help;

	help_init(&help, 307, 0);
	compile(&help, BUECHER " may\nwww." BUECHER_XN " may\n");
	ck_assert_uint_eq(find(&help, "xn--bcher-kva.example"), 1);
	ck_assert_uint_eq(find(&help, "www." BUECHER), 2);
	help_clear(&help);
}
END_TEST

START_TEST(keys_compile_has_room_for_a_twin_of_every_rule)
{
	enum { N = 3000 };
	char *text = malloc((size_t)N * 60), key[60];
	size_t used = 0;
	struct help help;
	unsigned n;

	for (n = 0; n < N; n++)
		used += (size_t)sprintf(text + used, "d%u.%s may\n", n,
		    n % 2 != 0 ? BUECHER : BUECHER_XN);
	help_init(&help, 307, 1);
	EXPECT_CODE("many", TLSP_OK, help_keys(&help, text, used));
	ck_assert_uint_eq(help.keys.n_twins, N);
	ck_assert_uint_eq(help.keys.rules.n_rules, N);
	for (n = 0; n < N; n++) {
		(void)sprintf(key, "d%u.%s", n, BUECHER);
		ck_assert_uint_eq(find(&help, key), n + 1);
		(void)sprintf(key, "d%u.%s", n, BUECHER_XN);
		ck_assert_uint_eq(find(&help, key), n + 1);
	}
	help_clear(&help);
	free(text);
}
END_TEST

START_TEST(keys_compile_takes_a_text_without_rules)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "# nothing\n");
	ck_assert_uint_eq(find(&help, ""), 0);
	ck_assert_uint_eq(find(&help, "a"), 0);
	help_clear(&help);
}
END_TEST

START_TEST(keys_compile_says_when_memory_runs_out)
{
	char text[300 * 40] = "";
	struct help help;
	enum tlsp_code code = TLSP_E_NOMEM;
	size_t used = 0;
	long n;

	/* So many twins that both the arena and the list must grow. */
	for (n = 0; n < 300; n++)
		used += (size_t)sprintf(text + used, "d%ld.%s may\n", n,
		    BUECHER);
	for (n = 0; code == TLSP_E_NOMEM; n++) {
		help_init(&help, 307, 1);
		EXPECT_CODE("rules", TLSP_OK, help_rules(&help, text,
		    strlen(text)));
		check_alloc_fail_at(n);
		code = tlsp_keys_compile(&help.rules, &help.host,
		    help_report, &help, &help.keys, &help.err);
		check_alloc_fail_at(-1);
		ck_assert_ptr_null(help.rules.list);
		if (code == TLSP_E_NOMEM) {
			EXPECT_ERR("memory", &help.err, TLSP_E_NOMEM, 0, 0);
			ck_assert_ptr_null(help.keys.slots);
		}
		help_clear(&help);
	}
	EXPECT_CODE("memory", TLSP_OK, code);
	ck_assert_int_ge(n, 4);
}
END_TEST

static void
add_twin_tests(TCase *tcase)
{
	tcase_add_loop_test(tcase, keys_compile_adds_idn_twins, 0,
	    N_ITEMS(TWINS));
	tcase_add_test(tcase,
	    keys_compile_warns_of_a_twin_that_is_another_domain);
	tcase_add_test(tcase, keys_compile_adds_twins_where_utf8_is_off);
	tcase_add_test(tcase, keys_compile_has_room_for_a_twin_of_every_rule);
}

Suite *
check_keys_suite(void)
{
	Suite *suite = suite_create("keys");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_keys_compile");
	tcase_add_test(tcase, keys_compile_lets_the_first_rule_win);
	tcase_add_test(tcase, keys_compile_lets_a_poisoned_rule_win_too);
	tcase_add_test(tcase,
	    keys_compile_lets_what_is_written_go_before_guesses);
	tcase_add_test(tcase,
	    keys_compile_lets_a_written_twin_go_before_guesses);
	tcase_add_test(tcase, keys_compile_takes_a_text_without_rules);
	tcase_add_test(tcase, keys_compile_says_when_memory_runs_out);
	add_twin_tests(tcase);
	ADD_CASE(suite, tcase, "tlsp_keys_find");
	tcase_add_test(tcase, keys_find_finds_whole_keys_only);
	tcase_add_test(tcase, keys_find_looks_at_len_bytes);
	tcase_add_test(tcase, keys_find_compares_more_than_hashes);
	ADD_CASE(suite, tcase, "tlsp_keys_settle");
	tcase_add_test(tcase, keys_settle_keeps_the_rules);
	return suite;
}
