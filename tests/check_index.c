/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_index.c - the room index: first rule, exact, nearest, twins.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

static void
compile(struct help *help, const char *text)
{
	EXPECT_CODE(text, TLSP_OK, help_compile(help, text, strlen(text)));
	ck_assert_ptr_null(help->rules.list);
	ck_assert_uint_eq(help->rules.n_rules, 0);
}

/* The line of the rule that is found, 0: none. */
static unsigned
exact(const struct help *help, const char *key, int folds)
{
	const struct tlsp_rule *rule = tlsp_index_exact(&help->index, key,
	    strlen(key), folds);

	return rule != NULL ? rule->line : 0;
}

static unsigned
nearest(const struct help *help, const char *key, int folds)
{
	const struct tlsp_rule *rule = tlsp_index_nearest(&help->index, key,
	    strlen(key), folds);

	return rule != NULL ? rule->line : 0;
}

START_TEST(index_compile_lets_the_first_rule_win)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "A may\nb may\na secure\n\na mayy\n.c may\n.C may\n");
	ck_assert_uint_eq(exact(&help, "a", 0), 1);
	ck_assert_uint_eq(exact(&help, ".c", 0), 6);
	EXPECT_FOUND("3", &help, TLSP_WARNING, TLSP_E_CONFLICT, 3, 1);
	EXPECT_FOUND("5", &help, TLSP_WARNING, TLSP_E_CONFLICT, 5, 1);
	EXPECT_FOUND("7", &help, TLSP_WARNING, TLSP_E_CONFLICT, 7, 1);
	ck_assert_uint_eq(help.n_warnings, 3);
	ck_assert_ptr_nonnull(strstr(help.found[help.n_found - 1].text,
	    "line 6"));
	ck_assert_int_eq(help.index.rules.list[0].is_shadowed, 0);
	ck_assert_int_eq(help.index.rules.list[2].is_shadowed, 1);
	ck_assert_int_eq(help.index.rules.list[3].is_shadowed, 1);
	help_clear(&help);
}
END_TEST

START_TEST(index_compile_lets_a_poisoned_rule_win_too)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "a mayy\na secure\n");
	ck_assert_uint_eq(exact(&help, "a", 0), 1);
	EXPECT_CODE("a", TLSP_E_VALUE, help_ask(&help, "a", 1));
	EXPECT_ERR("a", &help.err, TLSP_E_VALUE, 1, 3);
	help_clear(&help);
}
END_TEST

START_TEST(index_exact_finds_whole_keys_only)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "a.example may\n.a.example may\n[a.example]:25 may\n"
	    "/var/run/x may\n");
	ck_assert_uint_eq(exact(&help, "a.example", 0), 1);
	ck_assert_uint_eq(exact(&help, ".a.example", 0), 2);
	ck_assert_uint_eq(exact(&help, "[a.example]:25", 0), 3);
	ck_assert_uint_eq(exact(&help, "/var/run/x", 0), 4);
	ck_assert_uint_eq(exact(&help, "", 0), 0);
	ck_assert_uint_eq(exact(&help, "a.exampl", 0), 0);
	ck_assert_uint_eq(exact(&help, "a.example.", 0), 0);
	ck_assert_uint_eq(exact(&help, "b.example", 0), 0);
	ck_assert_uint_eq(exact(&help, "x.a.example", 0), 0);
	ck_assert_uint_eq(exact(&help, "[a.example]", 0), 0);
	ck_assert_uint_eq(exact(&help, "[a.example]:25 or what is longer "
	    "than any key there is", 0), 0);
	help_clear(&help);
}
END_TEST

START_TEST(index_folds_only_where_it_is_told_to)
{
	struct help help;

	help_init(&help, 307, 0);
	compile(&help, "A.Example may\n.B.Example may\n" BUECHER " may\n");
	ck_assert_uint_eq(exact(&help, "A.eXAMPLE", 1), 1);
	ck_assert_uint_eq(exact(&help, "A.eXAMPLE", 0), 0);
	ck_assert_uint_eq(exact(&help, "a.example", 1), 1);
	ck_assert_uint_eq(nearest(&help, "x.B.Example", 1), 2);
	ck_assert_uint_eq(nearest(&help, "x.B.Example", 0), 0);
	ck_assert_uint_eq(exact(&help, "B\xc3\xbc" "CHER.example", 1), 3);
	ck_assert_uint_eq(exact(&help, "b\xc3\x9c" "cher.example", 1), 0);
	help_clear(&help);
}
END_TEST

START_TEST(index_nearest_finds_the_nearest_parent)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, ".example may\n.b.example may\n.c.b.example may\n"
	    "b.example may\nexample may\n");
	ck_assert_uint_eq(nearest(&help, "x.example", 0), 1);
	ck_assert_uint_eq(nearest(&help, "b.example", 0), 1);
	ck_assert_uint_eq(nearest(&help, "xb.example", 0), 1);
	ck_assert_uint_eq(nearest(&help, "a.b.example", 0), 2);
	ck_assert_uint_eq(nearest(&help, "c.b.example", 0), 2);
	ck_assert_uint_eq(nearest(&help, "x.y.z.b.example", 0), 2);
	ck_assert_uint_eq(nearest(&help, "x.c.b.example", 0), 3);
	ck_assert_uint_eq(nearest(&help, "x.y.c.b.example", 0), 3);
	ck_assert_uint_eq(nearest(&help, "example", 0), 0);
	ck_assert_uint_eq(nearest(&help, "example.com", 0), 0);
	ck_assert_uint_eq(nearest(&help, "x.examplee", 0), 0);
	ck_assert_uint_eq(nearest(&help, "", 0), 0);
	help_clear(&help);
}
END_TEST

/* A parent that has no rule right below the name asked for. */
START_TEST(index_nearest_jumps_over_labels)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, ".d.e.example may\n");
	ck_assert_uint_eq(nearest(&help, "a.b.c.d.e.example", 0), 1);
	ck_assert_uint_eq(nearest(&help, "a.e.example", 0), 0);
	ck_assert_uint_eq(nearest(&help, "d.e.example", 0), 0);
	ck_assert_uint_eq(nearest(&help, "a.xd.e.example", 0), 0);
	help_clear(&help);
}
END_TEST

START_TEST(index_keeps_thousands_of_keys_apart)
{
	enum { N = 20000 };
	char *text = malloc((size_t)N * 40), key[50];
	size_t used = 0;
	struct help help;
	unsigned n;

	for (n = 0; n < N; n++)
		used += (size_t)sprintf(text + used, "%sd%u.example may\n",
		    n % 2 != 0 ? "." : "", n / 2);
	help_init(&help, 307, 1);
	EXPECT_CODE("many", TLSP_OK, help_compile(&help, text, used));
	ck_assert_uint_eq(help.n_found, 0);
	for (n = 0; n < N / 2; n++) {
		(void)sprintf(key, "d%u.example", n);
		ck_assert_uint_eq(exact(&help, key, 0), 2 * n + 1);
		ck_assert_uint_eq(nearest(&help, key, 0), 0);
		(void)sprintf(key, "www.d%u.example", n);
		ck_assert_uint_eq(exact(&help, key, 0), 0);
		ck_assert_uint_eq(nearest(&help, key, 0), 2 * n + 2);
	}
	help_clear(&help);
	free(text);
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
START_TEST(index_exact_compares_more_than_hashes)
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
	EXPECT_CODE("many", TLSP_OK, help_compile(&help, text, used));
	for (n = N; n < N_OTHERS; n++) {
		len = print_name(key, n);
		ck_assert_msg(tlsp_index_exact(&help.index, key, (size_t)len,
		    n & 1) == NULL, "%s was found", key);
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

START_TEST(index_compile_adds_idn_twins)
{
	struct help help;
	unsigned found;

	help_init(&help, 307, 1);
	compile(&help, TWINS[_i].text);
	found = exact(&help, TWINS[_i].key, 0);
	ck_assert_msg(found == TWINS[_i].found, "%s: line %u, not %u",
	    TWINS[_i].name, found, TWINS[_i].found);
	ck_assert_msg(help.index.n_twins == TWINS[_i].n_twins,
	    "%s: %zu twins", TWINS[_i].name, help.index.n_twins);
	help_clear(&help);
}
END_TEST

START_TEST(index_compile_warns_of_a_twin_that_is_another_domain)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "a may\n" STRASSE_XN " may\n");
	EXPECT_FOUND("sharp s", &help, TLSP_WARNING, TLSP_E_CONFLICT, 2, 1);
	ck_assert_uint_eq(help.n_found, 1);
	help_clear(&help);
}
END_TEST

START_TEST(index_compile_adds_twins_where_utf8_is_off)
{
	struct help help;

	help_init(&help, 307, 0);
	compile(&help, BUECHER " may\nwww." BUECHER_XN " may\n");
	ck_assert_uint_eq(exact(&help, "XN--bcher-kva.EXAMPLE", 1), 1);
	ck_assert_uint_eq(exact(&help, "www." BUECHER, 1), 2);
	help_clear(&help);
}
END_TEST

START_TEST(index_nearest_finds_twins_of_parents)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "." BUECHER " may\n");
	ck_assert_uint_eq(nearest(&help, "a.b." BUECHER_XN, 0), 1);
	ck_assert_uint_eq(nearest(&help, "a." BUECHER, 0), 1);
	ck_assert_uint_eq(nearest(&help, BUECHER_XN, 0), 0);
	help_clear(&help);
}
END_TEST

START_TEST(index_compile_has_room_for_a_twin_of_every_rule)
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
	EXPECT_CODE("many", TLSP_OK, help_compile(&help, text, used));
	ck_assert_uint_eq(help.index.n_twins, N);
	ck_assert_uint_eq(help.index.rules.n_rules, N);
	for (n = 0; n < N; n++) {
		(void)sprintf(key, "d%u.%s", n, BUECHER);
		ck_assert_uint_eq(exact(&help, key, 0), n + 1);
		(void)sprintf(key, "d%u.%s", n, BUECHER_XN);
		ck_assert_uint_eq(exact(&help, key, 0), n + 1);
	}
	help_clear(&help);
	free(text);
}
END_TEST

START_TEST(index_compile_takes_a_text_without_rules)
{
	struct help help;

	help_init(&help, 307, 1);
	compile(&help, "# nothing\n");
	ck_assert_uint_eq(exact(&help, "", 0), 0);
	ck_assert_uint_eq(exact(&help, "a", 0), 0);
	ck_assert_uint_eq(nearest(&help, "a.b", 0), 0);
	help_clear(&help);
}
END_TEST

START_TEST(index_compile_says_when_memory_runs_out)
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
		code = tlsp_index_compile(&help.rules, &help.host,
		    help_report, &help, &help.index, &help.err);
		check_alloc_fail_at(-1);
		ck_assert_ptr_null(help.rules.list);
		if (code == TLSP_E_NOMEM) {
			EXPECT_ERR("memory", &help.err, TLSP_E_NOMEM, 0, 0);
			ck_assert_ptr_null(help.index.slots);
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
	tcase_add_loop_test(tcase, index_compile_adds_idn_twins, 0,
	    N_ITEMS(TWINS));
	tcase_add_test(tcase,
	    index_compile_warns_of_a_twin_that_is_another_domain);
	tcase_add_test(tcase, index_compile_adds_twins_where_utf8_is_off);
	tcase_add_test(tcase, index_compile_has_room_for_a_twin_of_every_rule);
}

Suite *
check_index_suite(void)
{
	Suite *suite = suite_create("index");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_index_compile");
	tcase_add_test(tcase, index_compile_lets_the_first_rule_win);
	tcase_add_test(tcase, index_compile_lets_a_poisoned_rule_win_too);
	tcase_add_test(tcase, index_compile_takes_a_text_without_rules);
	tcase_add_test(tcase, index_compile_says_when_memory_runs_out);
	add_twin_tests(tcase);
	ADD_CASE(suite, tcase, "tlsp_index_exact");
	tcase_add_test(tcase, index_exact_finds_whole_keys_only);
	tcase_add_test(tcase, index_folds_only_where_it_is_told_to);
	tcase_add_test(tcase, index_keeps_thousands_of_keys_apart);
	tcase_add_test(tcase, index_exact_compares_more_than_hashes);
	ADD_CASE(suite, tcase, "tlsp_index_nearest");
	tcase_add_test(tcase, index_nearest_finds_the_nearest_parent);
	tcase_add_test(tcase, index_nearest_jumps_over_labels);
	tcase_add_test(tcase, index_nearest_finds_twins_of_parents);
	return suite;
}
