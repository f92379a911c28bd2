/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_classes.c - the room cmd/classes: which domains stand in a list, asked
 * of a postmap of our own, which notes how often.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../cmd/classes.h"

/* A table is a file of keys; "broken:" cannot be asked. */
static const char POSTMAP[] =
    "#!/bin/sh\n"
    "echo \"$5\" >>\"$0.asked\"\n"
    "case $5 in broken:*) echo 'postmap: fatal: no such table' >&2\n"
    "	exit 1 ;; esac\n"
    "found=1\n"
    "while read -r key; do\n"
    "	grep -qixF \"$key\" \"${5#*:}\" && printf '%s\\tx\\n' \"$key\" && "
    "found=0\n"
    "done\n"
    "exit $found\n";

static char *dir, *old_path;
static struct conf *conf;
static struct classes *classes;

static void
setup(void)
{
	char text[1200], path[600];

	dir = help_dir();
	old_path = strdup(getenv("PATH"));
	ck_assert(help_write(help_path(dir, "postmap"), POSTMAP, 60) == 0);
	ck_assert(chmod(help_path(dir, "postmap"), 0755) == 0);
	ck_assert(help_write(help_path(dir, "keys"), "a.example\n"
	    ".dotted.example\nplain.example\n", 60) == 0);
	(void)snprintf(path, sizeof(path), "%s:%s", dir, old_path);
	ck_assert(setenv("PATH", path, 1) == 0);
	(void)snprintf(text, sizeof(text), "names = n.example, m.example\n"
	    "tables = first.example, hash:%1$s/keys\n"
	    "proxied = proxy:hash:%1$s/keys\n"
	    "dotless = hash:%1$s/keys\n"
	    "parent_domain_matches_subdomains = dotless\n"
	    "negated = !hash:%1$s/keys, static.example\n"
	    "broken = first.example, broken:table\n"
	    "no_file = /no/such/file\n", dir);
	ck_assert(conf_parse(strdup(text), &conf, &(struct tlsp_err){ .code =
	    TLSP_OK }) == TLSP_OK);
	ck_assert((classes = classes_new(conf)) != NULL);
}

static void
teardown(void)
{
	classes_free(classes);
	conf_free(conf);
	ck_assert(setenv("PATH", old_path, 1) == 0);
	free(old_path);
	help_dir_remove(dir);
}

/* How often a table was asked. */
static int
n_asked(void)
{
	FILE *file = fopen(help_path(dir, "postmap.asked"), "r");
	int n = 0, ch;

	while (file != NULL && (ch = getc(file)) != EOF)
		n += ch == '\n';
	if (file != NULL)
		(void)fclose(file);
	return n;
}

static const struct {
	const char *list, *domain;
	int has_parents, want;
} HELD[] = {
	{ "names", "n.example", 0, 1 }, { "names", "N.Example", 0, 1 },
	{ "names", "x.n.example", 0, 0 }, { "nowhere", "n.example", 0, 0 },
	{ "tables", "first.example", 0, 1 }, { "tables", "a.example", 0, 1 },
	{ "tables", "A.Example", 0, 1 }, { "tables", "x.a.example", 0, 0 },
	{ "tables", "x.a.example", 1, 0 },
	{ "tables", "x.dotted.example", 1, 1 },
	{ "tables", "x.dotted.example", 0, 0 },
	{ "tables", "dotted.example", 1, 0 },
	{ "dotless", "x.y.plain.example", 1, 1 },
	{ "dotless", "x.dotted.example", 1, 0 },
	{ "proxied", "a.example", 0, 1 }, { "proxied", "b.example", 0, 0 },
	{ "negated", "a.example", 0, 0 }, { "negated", "static.example", 0, 1 },
	{ "broken", "first.example", 0, 1 }, { "broken", "z.example", 0, -1 },
	{ "no_file", "z.example", 0, -1 },
	{ "tables", "", 0, 0 }, { "tables", "a.example\nb", 0, 0 },
};

START_TEST(classes_have_what_the_list_and_its_tables_say)
{
	ck_assert_int_eq(classes_has(classes, HELD[_i].list, HELD[_i].domain,
	    HELD[_i].has_parents), HELD[_i].want);
}
END_TEST

/* Whoever is expected costs nothing more; who is not, one question more. */
START_TEST(classes_ask_each_table_once)
{
	static const char *const expected[] = { "a.example", "b.example",
	    "x.y.plain.example", "a.example" };
	struct tlsp_err err;
	size_t n;

	for (n = 0; n < N_ITEMS(expected); n++)
		EXPECT_CODE(expected[n], TLSP_OK, classes_expect(classes,
		    expected[n], &err));
	for (n = 0; n < N_ITEMS(expected); n++) {
		(void)classes_has(classes, "tables", expected[n], 0);
		(void)classes_has(classes, "dotless", expected[n], 1);
	}
	ck_assert_int_eq(n_asked(), 1);
	ck_assert_int_eq(classes_has(classes, "tables", "plain.example", 0),
	    1);
	ck_assert_int_eq(n_asked(), 1);
	ck_assert_int_eq(classes_has(classes, "tables", "new.example", 0), 0);
	ck_assert_int_eq(classes_has(classes, "tables", "a.example", 0), 1);
	ck_assert_int_eq(n_asked(), 2);
}
END_TEST

START_TEST(classes_tell_each_fault_once)
{
	const char *list, *why;

	ck_assert_ptr_null(classes_fault(classes, 0, &list));
	ck_assert_int_eq(classes_has(classes, "broken", "y.example", 0), -1);
	ck_assert_int_eq(classes_has(classes, "broken", "z.example", 0), -1);
	ck_assert_int_eq(classes_has(classes, "no_file", "z.example", 0), -1);
	why = classes_fault(classes, 0, &list);
	ck_assert(why != NULL && strstr(why, "broken:table cannot be asked: "
	    "no such table") != NULL);
	EXPECT_STR("list", "broken", list);
	why = classes_fault(classes, 1, &list);
	ck_assert(why != NULL && strstr(why, "/no/such/file") != NULL);
	ck_assert_ptr_null(classes_fault(classes, 2, &list));
}
END_TEST

Suite *
check_classes_suite(void)
{
	Suite *suite = suite_create("classes");
	TCase *tcase;

	ADD_CASE(suite, tcase, "classes_has");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase,
	    classes_have_what_the_list_and_its_tables_say, 0, N_ITEMS(HELD));
	tcase_add_test(tcase, classes_ask_each_table_once);
	tcase_add_test(tcase, classes_tell_each_fault_once);
	return suite;
}
