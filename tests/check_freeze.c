/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_freeze.c - the room freeze: what stands in the bytes of an index, and
 * that each rule is found there.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

#include "helper_layout.h"

static struct help help;
static struct layout layout;
static char *text;
static size_t used, room;

static void
setup(void)
{
	help_init(&help, 307, 1);
	text = NULL;
	used = room = 0;
}

static void
teardown(void)
{
	layout_clear(&layout);
	help_clear(&help);
	free(text);
}

/* One more line of the text. */
static void
add(const char *key, const char *rhs)
{
	const size_t len = strlen(key) + strlen(rhs) + 2;

	if (used + len >= room) {
		room = (room + len) * 2;
		ck_assert_ptr_nonnull(text = realloc(text, room));
	}
	used += (size_t)sprintf(text + used, "%s %s\n", key, rhs);
}

static void
expect_layout(const char *name)
{
	const char *why = layout_read(&help.image, &layout);

	ck_assert_msg(why == NULL, "%s: %s", name, why);
	ck_assert_uint_eq((uintptr_t)help.image.bytes % 64, 0);
	ck_assert_int_eq(help.image.is_mapped, 0);
}

static void
freeze(const char *name)
{
	if (text == NULL)
		add("#", "");
	EXPECT_CODE(name, TLSP_OK, help_compile(&help, text, used));
	layout_clear(&layout);
	expect_layout(name);
}

static int
is_whole(const char *key)
{
	return strlen(key) > TLSP_HOSTNAME_MAX || key[0] == '[' ||
	    key[0] == '/' || strchr(key, ':') != NULL;
}

/* A name has a node for each name above it, down to TLSP_NAME_LINKED. */
static void
expect_linked(const char *name)
{
	const struct layout_name *above;
	const char *dot = name + strlen(name);
	int n_labels = 0;

	while (dot > name) {
		for (dot--; dot > name && dot[-1] != '.'; dot--)
			;
		n_labels++;
		if (dot == name || n_labels < 2 ||
		    n_labels > TLSP_NAME_LINKED)
			continue;
		above = layout_find(&layout, dot, strlen(dot));
		ck_assert_msg(above != NULL && (above->node->flags &
		    TLSP_NODE_DEEPER) != 0, "%s: not linked at %s", name,
		    dot);
	}
}

/* Each rule that holds stands there, with its own answer. */
static void
expect_rules(void)
{
	const struct tlsp_rules *rules = &help.keys.rules;
	const struct layout_name *name;
	const struct tlsp_rule *rule;
	const struct tlsp_record *record;
	size_t n, n_rules = 0, is_wild, longest = 0;

	for (n = 0; n < rules->n_rules + help.keys.n_twins; n++) {
		rule = &rules->list[n];
		if (rule->is_shadowed)
			continue;
		n_rules++;
		if (strlen(rule->key) > longest)
			longest = strlen(rule->key);
		is_wild = !is_whole(rule->key) && rule->key[0] == '.' &&
		    rule->key[1] != '\0';
		name = layout_find(&layout, rule->key + is_wild,
		    strlen(rule->key) - is_wild);
		ck_assert_msg(name != NULL, "%s: no node", rule->key);
		record = layout_record(&help.image, is_wild ? name->wild :
		    name->exact);
		ck_assert_msg(record != NULL, "%s: no record", rule->key);
		EXPECT_STR(rule->key, rule->fault != NULL ? rule->fault->text :
		    rule->policy.text, tlsp_record_text(record));
		ck_assert(!is_wild || ((name->node->flags &
		    TLSP_NODE_COVERS) != 0) == (rule->kind ==
		    TLSP_NAME_PARENT));
		if (!is_whole(rule->key))
			expect_linked(rule->key + is_wild);
	}
	ck_assert_uint_eq(((const struct tlsp_frozen *)(const void *)
	    help.image.bytes)->n_rules, n_rules);
	ck_assert_uint_eq(((const struct tlsp_frozen *)(const void *)
	    help.image.bytes)->longest, longest);
}

/* Each rule, and what is near it, gets what the slow way gives. */
static void
expect_answers(void)
{
	static const char *const before[] = { "", "w.", "a.b.", "x", "." };
	const struct tlsp_rules *rules = &help.keys.rules;
	struct help_want want;
	const char *key;
	char *near;
	size_t n, k;

	for (n = 0; n < rules->n_rules + help.keys.n_twins; n++) {
		key = rules->list[n].key;
		ck_assert_ptr_nonnull(near = malloc(strlen(key) + 10));
		for (k = 0; k < sizeof(before) / sizeof(before[0]); k++) {
			(void)sprintf(near, "%s%s", before[k], key);
			help_want(&help, near, TLSP_QUERY_ONLY, &want);
			ck_assert_msg(help_is_wanted(&help, &want,
			    help_ask(&help, near, 1)), "%s: %s", near,
			    help.answer != NULL ? help.answer : "(null)");
		}
		free(near);
	}
}

static void
expect_all(const char *name)
{
	freeze(name);
	expect_rules();
	expect_answers();
}

START_TEST(freeze_takes_no_rules)
{
	expect_all("none");
	ck_assert_uint_eq(layout.n_names, 0);
	EXPECT_CODE("none", TLSP_NONE, help_ask(&help, "a.example", 1));
	EXPECT_CODE("none", TLSP_NONE, help_ask(&help, "", 1));
	EXPECT_CODE("none", TLSP_NONE, help_ask(&help, ".", 1));
}
END_TEST

static const char *const KEYS[] = {
	"a", "a.b", "a.example", ".example", ".a.example", ".", "..", "...",
	".x", "..x", "a.", "a..", "a..b", ".a.", "a.b.", "[h]:p", "[h]",
	"[a.example]:25", "h:25", ".h:25", "..h:25", "/path", "/pa.th/x.y",
	"1", ".1", "1.2.3.4", ".3.4", "-a.example", ".-a.example", "a_b.x",
	".de", ".co.uk", "co.uk", BUECHER, "." BUECHER, "[" BUECHER "]",
	"twenty-two-bytes.22.xy", "twenty-three-bytes.23.x",
	".twenty-two-bytes.22.xy", ".twenty-three-bytes.23.x",
	"a.b.c.d.e.f.g.h.i.j.k", ".c.d.e.f.g.h.i.j.k", ".i.j.k",
};

START_TEST(freeze_takes_any_key_alone)
{
	add(KEYS[_i], "may");
	expect_all(KEYS[_i]);
}
END_TEST

START_TEST(freeze_takes_any_keys_together)
{
	char rhs[40];
	int n;

	for (n = 0; n < N_ITEMS(KEYS); n++) {
		(void)snprintf(rhs, sizeof(rhs), "secure match=n%d%s", n,
		    n % 4 == 1 ? " final=yes" : n % 4 == 2 ? " pin=require" :
		    n % 4 == 3 ? " oops" : "");
		add(KEYS[n], rhs);
	}
	expect_all("together");
}
END_TEST

/* The length of a name: what fits into a node, and what does not. */
START_TEST(freeze_takes_names_of_any_length)
{
	char key[400];
	int len;

	for (len = 1; len < 380; len++) {
		memset(key, 'a' + len % 26, (size_t)len + 1);
		key[0] = '.';
		key[len + 1] = '\0';
		if (len > 70)
			key[len / 2] = key[len / 3] = key[len - 3] = '.';
		add(key + 1, len % 2 != 0 ? "may" : "encrypt");
		if (len % 3 == 0)
			add(key, len % 2 != 0 ? "may" : "secure");
	}
	expect_all("lengths");
}
END_TEST

/* 1 to 130 labels, deeper than names are linked. */
START_TEST(freeze_takes_names_of_many_labels)
{
	char key[300] = "x", longer[303];
	int n;

	for (n = 1; n < 130; n++) {
		if (n % 5 < 2)
			add(key, "may");
		(void)snprintf(longer, sizeof(longer), ".%s", key);
		if (n % 7 < 2 && n > 1)
			add(longer, n % 2 != 0 ? "encrypt" : "secure");
		if (n > 126)
			continue;
		(void)snprintf(longer, sizeof(longer), "%c.%s", 'a' + n % 26,
		    key);
		strcpy(key, longer);
	}
	expect_all("labels");
}
END_TEST

START_TEST(freeze_links_what_one_deep_name_needs)
{
	add(".a.b.c.d.e.f.g.h.i.j.k.l", "may");
	expect_all("deep");
	ck_assert_uint_eq(layout.n_names, TLSP_NAME_LINKED);
	EXPECT_CODE("below", TLSP_OK, help_ask(&help,
	    "z.y.a.b.c.d.e.f.g.h.i.j.k.l", 1));
	EXPECT_CODE("itself", TLSP_NONE, help_ask(&help,
	    "a.b.c.d.e.f.g.h.i.j.k.l", 1));
	EXPECT_CODE("beside", TLSP_NONE, help_ask(&help,
	    "z.b.c.d.e.f.g.h.i.j.k.l", 1));
}
END_TEST

static const struct { const char *exact; const char *wild; } PAIRS[] = {
	{ "may", "may" }, { "may", "encrypt" }, { "may", "may final=yes" },
	{ "secure pin=prefer", "secure pin=prefer" },
	{ "secure", "secure pin=require" }, { "oops", "oops" },
	{ "may", "oops" },
};

START_TEST(freeze_keeps_a_name_and_its_wildcard_apart)
{
	static const char *const names[] = {
		"a.example", "a.name.of.more.than.22.bytes.example"
	};
	char key[100];
	int n;

	for (n = 0; n < 2; n++) {
		(void)snprintf(key, sizeof(key), ".%s", names[n]);
		add(names[n], PAIRS[_i].exact);
		add(key, PAIRS[_i].wild);
	}
	expect_all(PAIRS[_i].wild);
}
END_TEST

/* Answers that many rules share stand there once. */
START_TEST(freeze_writes_each_answer_once)
{
	char key[40];
	size_t len;
	int n;

	for (n = 0; n < 1000; n++) {
		(void)snprintf(key, sizeof(key), "d%d.example", n);
		add(key, "secure match=dot-nexthop");
	}
	expect_all("shared");
	len = help.image.len - (size_t)((const struct tlsp_frozen *)
	    (const void *)help.image.bytes)->records_at;
	ck_assert_uint_lt(len, 100);
}
END_TEST

START_TEST(freeze_fills_in_the_head)
{
	struct tlsp_frozen head, *got;

	add(".example", "may");
	add(".de", "may");
	add("a.b.example", "secure match=long.without.a.pin.example");
	add(".c.example", "secure pin_ttl=1h match=x pin=require");
	freeze("head");
	got = (void *)help.image.bytes;
	ck_assert_uint_eq(got->pinned, strlen("secure match=x"));
	ck_assert_uint_eq(got->n_tops, 2);
	ck_assert_uint_eq(got->seed, HELP_SEED);
	ck_assert_uint_eq(got->postfix, 307);
	ck_assert_uint_eq(got->host, TLSP_FROZEN_UTF8 | TLSP_FROZEN_IDN);
	ck_assert_uint_eq(got->text.size, 0);
	help.host.is_utf8 = 0;
	tlsp_freeze_head(&help.host, &head);
	ck_assert_uint_eq(head.host, TLSP_FROZEN_IDN);
	help.host.to_ascii = NULL;
	tlsp_freeze_head(&help.host, &head);
	ck_assert_uint_eq(head.host, 0);
}
END_TEST

/* What is in the head that is given goes into the index. */
START_TEST(freeze_keeps_the_head_it_is_given)
{
	struct tlsp_frozen head;
	const struct tlsp_frozen *got;

	add("a.example", "may");
	EXPECT_CODE("keys", TLSP_OK, help_keys(&help, text, used));
	tlsp_freeze_head(&help.host, &head);
	head.seed = 99;
	memset(&head.text, 7, sizeof(head.text));
	EXPECT_CODE("freeze", TLSP_OK, tlsp_freeze(&help.keys, &head,
	    &help.image, &help.err));
	expect_layout("head");
	got = (const void *)help.image.bytes;
	ck_assert_uint_eq(got->seed, 99);
	ck_assert_mem_eq(&got->text, &head.text, sizeof(head.text));
}
END_TEST

START_TEST(freeze_gives_the_same_bytes_for_the_same_seed)
{
	struct tlsp_image first;
	int n;

	for (n = 0; n < N_ITEMS(KEYS); n++)
		add(KEYS[n], n % 2 != 0 ? "may" : "encrypt");
	freeze("first");
	first = help.image;
	memset(&help.image, 0, sizeof(help.image));
	freeze("again");
	ck_assert_uint_eq(first.len, help.image.len);
	ck_assert_mem_eq(first.bytes, help.image.bytes, first.len);
	EXPECT_CODE("seed", TLSP_OK, help_freeze(&help, HELP_SEED + 1));
	ck_assert_uint_eq(first.len, help.image.len);
	ck_assert_mem_ne(first.bytes, help.image.bytes, first.len);
	tlsp_freeze_clear(&first);
}
END_TEST

/*
 * Two long names that collide under one seed, so that another is taken. By
 * words.c: bytes 8 to 15 of a name, against seed and constant, are a zero,
 * by which all the rest is multiplied.
 */
START_TEST(freeze_takes_another_seed_where_long_names_collide)
{
	const uint64_t seed = TLSP_HASH_6 ^ tlsp_hash_load("bbbbbbbb");
	const struct tlsp_frozen *head;

	add("aaaaaaaabbbbbbbb.one.long.name.example", "may");
	add("aaaaaaaabbbbbbbb.two.long.name.example", "encrypt");
	EXPECT_CODE("keys", TLSP_OK, help_keys(&help, text, used));
	EXPECT_CODE("freeze", TLSP_OK, help_freeze(&help, seed));
	head = (const void *)help.image.bytes;
	ck_assert_msg(head->seed != seed, "these names do not collide");
	expect_layout("collision");
	expect_rules();
	expect_answers();
}
END_TEST

START_TEST(freeze_takes_a_hundred_thousand_rules)
{
	enum { N = 100000 };
	static const struct { const char *before; const char *behind; } forms[] =
	{
		{ "d", ".example" }, { ".d", ".example" },
		{ "mail.d", ".a.test" }, { "[d", ".example]:25" },
		{ "d", ".a-much-longer-name.of-some-host.test" },
		{ ".a.b.c.d", ".e.f.test" }, { "", "" }, { ".t", "" },
	};
	const struct tlsp_rule *rule;
	char key[100], rhs[40];
	int n;

	for (n = 0; n < N; n++) {
		(void)snprintf(key, sizeof(key), "%s%d%s",
		    forms[n % 8].before, n / 8, forms[n % 8].behind);
		(void)snprintf(rhs, sizeof(rhs), "secure match=n%d", n % 1000);
		add(key, rhs);
	}
	freeze("many");
	expect_rules();
	ck_assert_uint_eq(help.keys.rules.n_rules, N);
	for (n = 0; n < N; n++) {
		rule = &help.keys.rules.list[n];
		EXPECT_CODE(rule->key, TLSP_OK, help_ask(&help, rule->key,
		    0));
		EXPECT_STR(rule->key, rule->policy.text, help.answer);
		(void)snprintf(key, sizeof(key), "no-%s", rule->key);
		EXPECT_CODE(key, TLSP_NONE, help_ask(&help, key, 1));
	}
}
END_TEST

START_TEST(freeze_says_when_memory_runs_out)
{
	enum tlsp_code code = TLSP_E_NOMEM;
	char key[400];
	long n;

	for (n = 0; n < 200; n++) {
		(void)snprintf(key, sizeof(key), "d%ld.a.name.of.some.length."
		    "example", n);
		add(key, "secure pin=prefer");
	}
	memset(key, 'p', 300);
	strcpy(key + 300, " ");
	key[0] = '/';
	add(key, "may");
	EXPECT_CODE("keys", TLSP_OK, help_keys(&help, text, used));
	for (n = 0; code == TLSP_E_NOMEM; n++) {
		check_alloc_fail_at(n);
		code = help_freeze(&help, n);
		check_alloc_fail_at(-1);
		if (code == TLSP_E_NOMEM) {
			EXPECT_ERR("memory", &help.err, TLSP_E_NOMEM, 0, 0);
			ck_assert_ptr_null(help.image.bytes);
		}
	}
	EXPECT_CODE("memory", TLSP_OK, code);
	ck_assert_int_ge(n, 10);
	expect_layout("enough");
}
END_TEST

START_TEST(freeze_clear_takes_nothing)
{
	struct tlsp_image image = { .bytes = NULL };

	tlsp_freeze_clear(&image);
	ck_assert_ptr_null(image.bytes);
}
END_TEST

Suite *
check_freeze_suite(void)
{
	Suite *suite = suite_create("freeze");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_freeze");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, freeze_takes_no_rules);
	tcase_add_loop_test(tcase, freeze_takes_any_key_alone, 0,
	    N_ITEMS(KEYS));
	tcase_add_test(tcase, freeze_takes_any_keys_together);
	tcase_add_test(tcase, freeze_takes_names_of_any_length);
	tcase_add_test(tcase, freeze_takes_names_of_many_labels);
	tcase_add_test(tcase, freeze_links_what_one_deep_name_needs);
	tcase_add_loop_test(tcase, freeze_keeps_a_name_and_its_wildcard_apart,
	    0, N_ITEMS(PAIRS));
	tcase_add_test(tcase, freeze_writes_each_answer_once);
	tcase_add_test(tcase, freeze_keeps_the_head_it_is_given);
	tcase_add_test(tcase, freeze_gives_the_same_bytes_for_the_same_seed);
	tcase_add_test(tcase,
	    freeze_takes_another_seed_where_long_names_collide);
	tcase_add_test(tcase, freeze_takes_a_hundred_thousand_rules);
	tcase_add_test(tcase, freeze_says_when_memory_runs_out);
	ADD_CASE(suite, tcase, "tlsp_freeze_head");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, freeze_fills_in_the_head);
	ADD_CASE(suite, tcase, "tlsp_freeze_clear");
	tcase_add_test(tcase, freeze_clear_takes_nothing);
	return suite;
}
