/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_tables.c - the rooms cmd/tables and cmd/host: which rule answers, in
 * the order of smtp(8). The same is held against postmap(1) elsewhere.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../cmd/tables.h"

static const char RULES[] =
    "example.com encrypt\n"
    ".example.com may\n"
    ".final.example secure final=yes\n"
    "pinned.example secure pin=require pin_ttl=1d\n"
    BUECHER " encrypt\n"
    "[Relay.example]:587 verify\n"
    "bad.example secrue\n"
    "example.com may\n"
    ".10 may\n";

struct world {
	char *dir;
	struct conf *conf;
	struct tables tables;
};

/* maps: @ is the rules file. NULL: -t. */
static enum tlsp_code
build(struct world *world, const char *maps, const char *more,
    struct tlsp_err *err)
{
	const char *given = maps == NULL ? "" : NULL;
	char list[600], text[1200], *to;

	world->dir = help_dir();
	ck_assert(help_write(help_path(world->dir, "p"), RULES, 60) == 0);
	for (to = list; maps != NULL && *maps != '\0'; maps++)
		if (*maps == '@')
			to = stpcpy(to, help_path(world->dir, "p"));
		else
			*to++ = *maps;
	*to = '\0';
	(void)snprintf(text, sizeof(text), "mail_version = 3.7.11\n"
	    "smtputf8_enable = yes\nmail_owner = nobody\n"
	    "smtp_tls_fingerprint_digest = SHA256\n%s"
	    "smtp_tls_policy_maps = %s\n", more, list);
	ck_assert(conf_parse(strdup(text), &world->conf, err) == TLSP_OK);
	return tables_open(world->conf, given == NULL ? NULL :
	    help_path(world->dir, "p"), tables_say_nothing, NULL,
	    &world->tables, err);
}

static void
raze(struct world *world)
{
	tables_close(&world->tables);
	conf_free(world->conf);
	help_dir_remove(world->dir);
}

/* steps: "key=what" in order; a foreign, n nothing, l left, A, F. */
static const struct {
	const char *maps, *nexthop, *steps, *rule;
	enum tlsp_code code;
	unsigned line;
} ASKED[] = {
	{ "tlspolicy:@", "example.com", "example.com=A", "example.com",
	    TLSP_OK, 1 },
	{ "tlspolicy:@", "EXAMPLE.com", "example.com=A", "example.com",
	    TLSP_OK, 1 },
	{ "tlspolicy:@", "a.b.example.com", "a.b.example.com=A",
	    ".example.com", TLSP_OK, 2 },
	{ "proxy:tlspolicy:@", "a.b.example.com", "a.b.example.com=l "
	    ".b.example.com=n .example.com=A", ".example.com", TLSP_OK, 2 },
	{ "hash:/x tlspolicy:@", "a.example.com", "a.example.com=f "
	    "a.example.com=l .example.com=f .example.com=A", ".example.com",
	    TLSP_OK, 2 },
	{ "tlspolicy:@, hash:/x", "a.final.example", "a.final.example=A",
	    ".final.example", TLSP_OK, 3 },
	{ "tlspolicy:@ hash:/x", "b.a.c", "b.a.c=n b.a.c=f .a.c=n .a.c=f "
	    ".c=n .c=f", NULL, TLSP_NONE, 0 },
	{ "tlspolicy:@", "pinned.example", "pinned.example=A",
	    "pinned.example", TLSP_OK, 4 },
	{ "tlspolicy:@", BUECHER_UPPER, BUECHER "=A", BUECHER, TLSP_OK, 5 },
	{ "tlspolicy:@", BUECHER_XN, BUECHER_XN "=A", BUECHER_XN, TLSP_OK,
	    5 },
	{ "tlspolicy:@", "[relay.EXAMPLE]:587", "[relay.example]:587=A",
	    "[relay.example]:587", TLSP_OK, 6 },
	{ "tlspolicy:@", "[relay.example]", "[relay.example]=n", NULL,
	    TLSP_NONE, 0 },
	{ "tlspolicy:@", "bad.example", "bad.example=F", "bad.example",
	    TLSP_E_VALUE, 7 },
	{ "tlspolicy:@", "192.0.2.10", "192.0.2.10=n", NULL, TLSP_NONE, 0 },
	{ "tlspolicy:@", "a..example.com", "a..example.com=n", NULL,
	    TLSP_NONE, 0 },
	{ "tlspolicy:@", "\xff.example.com", "", NULL, TLSP_E_NOBODY, 0 },
	{ "tlspolicy:@", "", "", NULL, TLSP_E_NOBODY, 0 },
	{ NULL, "x.example.com", "x.example.com=A", ".example.com", TLSP_OK,
	    2 },
};

static void
steps_of(const struct tables_answer *answer, char *text, size_t size)
{
	static const char letters[] = "AFnlf";
	size_t n, len = 0;

	text[0] = '\0';
	for (n = 0; n < answer->n_steps; n++)
		len += (size_t)snprintf(text + len, size - len, "%s%s=%c",
		    n == 0 ? "" : " ", answer->steps[n].key,
		    letters[answer->steps[n].said]);
}

START_TEST(tables_find_asks_in_the_order_of_smtp)
{
	static struct tables_answer answer;
	struct world world;
	struct tlsp_err err;
	char steps[1000];

	ck_assert(build(&world, ASKED[_i].maps, "", &err) == TLSP_OK);
	EXPECT_CODE(ASKED[_i].nexthop, ASKED[_i].code,
	    tables_find(&world.tables, ASKED[_i].nexthop, &answer));
	steps_of(&answer, steps, sizeof(steps));
	EXPECT_STR(ASKED[_i].nexthop, ASKED[_i].steps, steps);
	ck_assert((ASKED[_i].rule == NULL) == (answer.rule == NULL));
	if (answer.rule != NULL) {
		EXPECT_STR("rule", ASKED[_i].rule, answer.rule->key);
		ck_assert_uint_eq(answer.rule->line, ASKED[_i].line);
	}
	raze(&world);
}
END_TEST

START_TEST(tables_next_lists_each_rule_that_can_answer)
{
	static const unsigned lines[] = { 1, 2, 3, 4, 5, 6, 7, 9 };
	struct tables_cursor cursor = { 0, 0 };
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	struct world world;
	struct tlsp_err err;
	size_t n;

	ck_assert(build(&world, "tlspolicy:@", "", &err) == TLSP_OK);
	for (n = 0; tables_next(&world.tables, &cursor, &map, &rule, &err) ==
	    TLSP_OK; n++)
		ck_assert_msg(n < sizeof(lines) / sizeof(lines[0]) &&
		    rule->line == lines[n], "rule %zu: line %u", n,
		    rule->line);
	ck_assert_uint_eq(n, sizeof(lines) / sizeof(lines[0]));
	ck_assert_str_eq(world.tables.trust.digest, "sha256");
	raze(&world);
}
END_TEST

START_TEST(tables_open_says_that_there_is_none)
{
	struct world world;
	struct tlsp_err err;

	EXPECT_CODE("hash", TLSP_E_VALUE, build(&world, "hash:@", "", &err));
	ck_assert(strstr(err.text, "names no tlspolicy: table") != NULL);
	conf_free(world.conf);
	help_dir_remove(world.dir);
}
END_TEST

START_TEST(tables_next_tells_a_fault_once)
{
	struct tables_cursor cursor = { 0, 0 };
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	struct world world;
	struct tlsp_err err;
	size_t n;

	ck_assert(build(&world, "tlspolicy:@.gone tlspolicy:/nowhere/p", "",
	    &err) == TLSP_OK);
	for (n = 0; n < 2; n++)
		EXPECT_CODE("fault", TLSP_E_IO, tables_next(&world.tables,
		    &cursor, &map, &rule, &err));
	EXPECT_CODE("end", TLSP_NONE, tables_next(&world.tables, &cursor,
	    &map, &rule, &err));
	raze(&world);
}
END_TEST

/* The version: what main.cf says, if a parameter of that time is there. */
static const struct { const char *more; int version; } VERSIONS[] = {
	{ "", TLSP_POSTFIX(3, 7) },
	{ "use_srv_lookup = \n", TLSP_POSTFIX_ANY },
};

START_TEST(host_open_believes_a_version_that_fits)
{
	struct world world;
	struct tlsp_err err;

	ck_assert(build(&world, "tlspolicy:@", VERSIONS[_i].more, &err) ==
	    TLSP_OK);
	ck_assert_int_eq(world.tables.host.postfix, VERSIONS[_i].version);
	raze(&world);
}
END_TEST

START_TEST(host_converts_as_uts46_has_it)
{
	struct world world;
	struct tlsp_err err;
	const struct tlsp_host *host = &world.tables.host;

	ck_assert(build(&world, "tlspolicy:@", "", &err) == TLSP_OK);
	EXPECT_STR("ascii", BUECHER_XN, host->to_ascii(host->ctx,
	    BUECHER_UPPER));
	EXPECT_STR("utf8", BUECHER, host->to_utf8(host->ctx, BUECHER_XN));
	EXPECT_STR("sharp s", STRASSE_XN, host->to_ascii(host->ctx, STRASSE));
	EXPECT_STR("folded", "strasse.example", host->fold(host->ctx,
	    "STRA\xe1\xba\x9e" "E.Example"));
	ck_assert(host->to_ascii(host->ctx, "a b") == NULL);
	ck_assert(host->to_ascii(host->ctx, "\xff") == NULL);
	ck_assert(host->to_utf8(host->ctx, "xn--a") == NULL);
	ck_assert(host->valid_name(host->ctx, STRASSE));
	ck_assert(!host->valid_name(host->ctx, ""));
	ck_assert(!host->valid_name(host->ctx, "1.2"));
	raze(&world);
	ck_assert(build(&world, "tlspolicy:@",
	    "enable_idna2003_compatibility = yes\n", &err) == TLSP_OK);
	EXPECT_STR("2003", "strasse.example", host->to_ascii(host->ctx,
	    STRASSE));
	raze(&world);
}
END_TEST

Suite *
check_tables_suite(void)
{
	Suite *suite = suite_create("tables");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tables_find");
	tcase_add_loop_test(tcase, tables_find_asks_in_the_order_of_smtp, 0,
	    N_ITEMS(ASKED));
	ADD_CASE(suite, tcase, "tables_open");
	tcase_add_test(tcase, tables_open_says_that_there_is_none);
	ADD_CASE(suite, tcase, "tables_next");
	tcase_add_test(tcase, tables_next_lists_each_rule_that_can_answer);
	tcase_add_test(tcase, tables_next_tells_a_fault_once);
	ADD_CASE(suite, tcase, "host_open");
	tcase_add_loop_test(tcase, host_open_believes_a_version_that_fits, 0,
	    N_ITEMS(VERSIONS));
	tcase_add_test(tcase, host_converts_as_uts46_has_it);
	return suite;
}
