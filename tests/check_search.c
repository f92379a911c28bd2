/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_search.c - the room search: which node answers for which key, and
 * what is said where something is damaged.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

static struct help help;
static struct tlsp_scan scan;
static struct tlsp_found found;

static void
setup(void)
{
	help_init(&help, 307, 1);
	tlsp_scan_init(&scan);
}

static void
teardown(void)
{
	help_clear(&help);
}

static void
compile(const char *text)
{
	EXPECT_CODE(text, TLSP_OK, help_compile(&help, text, strlen(text)));
}

static struct tlsp_frozen *
head(void)
{
	return (struct tlsp_frozen *)(void *)help.image.bytes;
}

static enum tlsp_code
find(const char *key)
{
	memset(&found, 0x55, sizeof(found));
	tlsp_scan_key(&scan, key, strlen(key), 0);
	return tlsp_search_find(&help.resolver.index, &scan, &found,
	    &help.err);
}

/* The answer to a key, and how the rule's name stands in it. */
static void
expect(const char *key, const char *answer, size_t name, int is_parent)
{
	EXPECT_CODE(key, TLSP_OK, find(key));
	EXPECT_STR(key, answer, tlsp_record_text(found.record));
	ck_assert_msg(found.name == name, "%s: the name begins at %zu", key,
	    found.name);
	ck_assert_msg(found.is_parent == is_parent, "%s: parent %d", key,
	    found.is_parent);
}

static void
expect_none(const char *key)
{
	EXPECT_CODE(key, TLSP_NONE, find(key));
	ck_assert_msg(found.record == NULL, "%s: a record", key);
}

static void
expect_damaged(const char *name, const char *key)
{
	EXPECT_CODE(name, TLSP_E_DAMAGED, find(key));
	EXPECT_ERR(name, &help.err, TLSP_E_DAMAGED, 0, 0);
	EXPECT_STR(name, HELP_FILE, help.err.at.file);
	ck_assert_msg(strstr(help.err.text, "damaged") != NULL &&
	    strstr(help.err.text, "postmap") != NULL, "%s: %s", name,
	    help.err.text);
	ck_assert_msg(found.record == NULL, "%s: a record", key);
}

START_TEST(search_find_finds_names)
{
	compile("a.example may\n.a.example encrypt\n[a.example]:25 verify\n"
	    "/var/run/x none\na secure\n");
	expect("a.example", "may", 0, 0);
	expect(".a.example", "encrypt", 1, 0);
	expect("[a.example]:25", "verify", 0, 0);
	expect("/var/run/x", "none", 0, 0);
	expect("a", "secure", 0, 0);
	expect("x.a.example", "encrypt", 2, 1);
	expect("x.y.z.a.example", "encrypt", 6, 1);
	expect_none("");
	expect_none(".");
	expect_none(".a");
	expect_none("a.exampl");
	expect_none("a.example.");
	expect_none("b.example");
	expect_none("xa.example");
	expect_none("example");
	expect_none(".x.a.example");
	expect_none("[a.example]");
	expect_none("[x.a.example]:25");
	expect_none("x.a.example:25");
}
END_TEST

START_TEST(search_find_finds_the_nearest_parent)
{
	compile(".example may\n.b.example encrypt\n.c.b.example secure\n"
	    "b.example none\nexample verify\n");
	expect("x.example", "may", 2, 1);
	expect("xb.example", "may", 3, 1);
	expect("b.example", "none", 0, 0);
	expect("c.b.example", "encrypt", 2, 1);
	expect("x.y.z.b.example", "encrypt", 6, 1);
	expect("x.c.b.example", "secure", 2, 1);
	expect("x.y.c.b.example", "secure", 4, 1);
	expect("x.xc.b.example", "encrypt", 5, 1);
	expect("example", "verify", 0, 0);
	expect_none("example.com");
	expect_none("x.examplee");
}
END_TEST

/* A wildcard with nothing right above it, nor right below the key. */
START_TEST(search_find_jumps_over_labels)
{
	compile(".d.e.example may\n");
	expect("a.b.c.d.e.example", "may", 6, 1);
	expect_none("a.e.example");
	expect_none("d.e.example");
	expect_none("a.xd.e.example");
	expect_none("e.example");
	expect_none("x.example");
}
END_TEST

/* Wildcards over a single label are looked for last. */
START_TEST(search_find_finds_top_level_wildcards)
{
	compile(".de may\n.a.de encrypt\nb.de secure\nx.c.de none\n"
	    ".com verify\n");
	expect("z.de", "may", 2, 1);
	expect("y.z.de", "may", 4, 1);
	expect("x.a.de", "encrypt", 2, 1);
	expect("a.de", "may", 2, 1);
	expect("b.de", "secure", 0, 0);
	expect("y.b.de", "may", 4, 1);
	expect("x.c.de", "none", 0, 0);
	expect("y.x.c.de", "may", 6, 1);
	expect("y.c.de", "may", 4, 1);
	expect("c.de", "may", 2, 1);
	expect("x.com", "verify", 2, 1);
	expect(".de", "may", 1, 0);
	expect_none("de");
	expect_none("xde");
	expect_none("x.org");
	expect_none("a.b.c.org");
	expect_none("de.");
	expect_none(".x.de");
}
END_TEST

START_TEST(search_find_goes_deeper_than_names_are_linked)
{
	compile(".a.b.c.d.e.f.g.h.i.j.k.l may\n"
	    ".g.h.i.j.k.l encrypt\nz.y.x.c.d.e.f.g.h.i.j.k.l secure\n");
	expect("q.a.b.c.d.e.f.g.h.i.j.k.l", "may", 2, 1);
	expect("q.b.c.d.e.f.g.h.i.j.k.l", "encrypt", 12, 1);
	expect("z.y.x.c.d.e.f.g.h.i.j.k.l", "secure", 0, 0);
	expect("y.x.c.d.e.f.g.h.i.j.k.l", "encrypt", 12, 1);
	expect("q.g.h.i.j.k.l", "encrypt", 2, 1);
	expect_none("g.h.i.j.k.l");
	expect_none("x.h.i.j.k.l");
}
END_TEST

START_TEST(search_find_says_who_answers_at_once)
{
	static const struct { const char *key; int is_at_once; } keys[] = {
		{ "x.p.example", 0 }, { "x.f.example", 1 },
		{ "x.r.example", 1 }, { "x.q.example", 1 },
		{ "x.b.example", 1 }, { "x.f.z.example", 1 },
	};
	int n;

	compile(".p.example may\n.f.example may final=yes\n"
	    ".r.example secure pin=require\n.q.example secure pin=prefer\n"
	    ".b.example oops\n.z.example may\n.f.z.example may "
	    "final=yes\n");
	for (n = 0; n < N_ITEMS(keys); n++) {
		EXPECT_CODE(keys[n].key, TLSP_OK, find(keys[n].key));
		ck_assert_msg(found.is_parent && !found.is_at_once ==
		    !keys[n].is_at_once, "%s: %d", keys[n].key,
		    found.is_at_once);
	}
}
END_TEST

/* What is written with a dot, but is no wildcard, covers nothing. */
START_TEST(search_find_takes_no_other_key_for_a_parent)
{
	compile(".-a.example may\n.b..example may\n. may\n.c.example:25 "
	    "may\n");
	expect(".-a.example", "may", 1, 0);
	expect(".b..example", "may", 1, 0);
	expect(".", "may", 0, 0);
	expect(".c.example:25", "may", 0, 0);
	expect_none("x.-a.example");
	expect_none("x.b..example");
	expect_none("x.");
	expect_none("x.c.example:25");
}
END_TEST

START_TEST(search_find_tells_long_names_apart)
{
	char text[4000] = "", key[80];
	int n;

	for (n = 0; n < 26; n++)
		(void)sprintf(text + strlen(text), "%c.a-name-of.more-than."
		    "some.twenty-two.bytes%c.example secure match=n%d\n",
		    'a' + n, 'z' - n, n);
	compile(text);
	for (n = 0; n < 26; n++) {
		(void)sprintf(key, "%c.a-name-of.more-than.some.twenty-two."
		    "bytes%c.example", 'a' + n, 'z' - n);
		EXPECT_CODE(key, TLSP_OK, find(key));
		(void)sprintf(text, "secure match=n%d", n);
		EXPECT_STR(key, text, tlsp_record_text(found.record));
		key[0] = (char)('a' + (n + 1) % 26);
		expect_none(key);
	}
}
END_TEST

/*
 * A name that is not there, with the hash and the length of one that is (see
 * check_freeze.c for how): it must not get the other's policy.
 */
START_TEST(search_find_tells_a_long_name_from_its_double)
{
	static const char text[] = "aaaaaaaabbbbbbbb-one-long-name.example "
	    "may\n.aaaaaaaabbbbbbbb-one-long-name.example encrypt\n";
	const uint64_t seed = TLSP_HASH_6 ^ tlsp_hash_load("bbbbbbbb");

	EXPECT_CODE("keys", TLSP_OK, help_keys(&help, text, strlen(text)));
	EXPECT_CODE("freeze", TLSP_OK, help_freeze(&help, seed));
	ck_assert_uint_eq(head()->seed, seed);
	expect("aaaaaaaabbbbbbbb-one-long-name.example", "may", 0, 0);
	expect_damaged("double", "aaaaaaaabbbbbbbb-two-long-name.example");
	expect_damaged("double", ".aaaaaaaabbbbbbbb-two-long-name.example");
	expect_damaged("below", "x.aaaaaaaabbbbbbbb-two-long-name.example");
}
END_TEST

/* Change each byte of one part of the index; a key must not be told wrong. */
static void
change_each(const char *name, uint64_t from, uint64_t to, const char *key,
    int is_there)
{
	unsigned n_seen = 0;
	enum tlsp_code code;
	uint64_t at;

	for (at = from; at < to; at++) {
		help.image.bytes[at] ^= 0x40;
		code = find(key);
		n_seen += code == TLSP_E_DAMAGED;
		if (code == TLSP_E_DAMAGED)
			expect_damaged(name, key);
		else
			ck_assert_msg(code == (is_there ? TLSP_OK :
			    TLSP_NONE), "%s: byte %llu: code %d", name,
			    (unsigned long long)at, (int)code);
		help.image.bytes[at] ^= 0x40;
	}
	ck_assert_msg(n_seen > 0, "%s: damage is never seen", name);
}

START_TEST(search_find_sees_damage_in_each_part)
{
	static const char there[] = "a-name.of-more.than-22.bytes.example";

	compile("b.example may\nc.example may\n"
	    "a-name.of-more.than-22.bytes.example may\n");
	change_each("filter", head()->filters_at, head()->lines_at,
	    "x.nowhere", 0);
	change_each("line, absent", head()->lines_at, head()->records_at,
	    "d.bytes.example", 0);
	change_each("line", head()->lines_at, head()->records_at,
	    "c.example", 1);
	change_each("line, long", head()->lines_at, head()->records_at,
	    there, 1);
	change_each("record", head()->records_at, head()->size, "c.example",
	    1);
	change_each("record, long", head()->records_at, head()->size, there,
	    1);
}
END_TEST

/* No line ends the search: all are looked at, once, and proved. */
START_TEST(search_find_ends_where_each_line_is_full)
{
	struct tlsp_filter *filters;
	struct tlsp_node *nodes;
	uint64_t n, seed, n_nodes;

	compile("b.example may\n.c.example may\nd.example may\n"
	    "e.example may\nf.example may\ng.example may\n");
	seed = head()->seed;
	n_nodes = head()->n_lines * TLSP_LINE_NODES;
	filters = (void *)(help.image.bytes + head()->filters_at);
	nodes = (void *)(help.image.bytes + head()->lines_at);
	for (n = 0; n < head()->n_filters; n++) {
		filters[n].low = UINT64_MAX;
		filters[n].high = UINT32_MAX;
		filters[n].check = tlsp_filter_check(&filters[n], n, seed);
	}
	for (n = 0; n < n_nodes; n++) {
		if (n % TLSP_LINE_NODES == 0)
			nodes[n].flags |= TLSP_NODE_FULL;
		nodes[n].check = tlsp_node_check(&nodes[n],
		    tlsp_words_of_node(&nodes[n], seed), n);
	}
	expect_none("x.nowhere");
	expect("x.c.example", "may", 2, 1);
	for (n = 0; n < n_nodes; n++) {
		nodes[n].check ^= 1;
		expect_damaged("one of all", "x.nowhere");
		nodes[n].check ^= 1;
	}
	expect_none("x.nowhere");
}
END_TEST

/* A name that is not there has no record: what is in them is not asked. */
START_TEST(search_find_reads_no_record_of_an_absent_name)
{
	compile("b.example may\n.c.example may\n");
	memset(help.image.bytes + head()->records_at, 0xff,
	    (size_t)(head()->size - head()->records_at));
	expect_none("x.nowhere");
	expect_none("c.example");
	expect_damaged("exact", "b.example");
	expect_damaged("wildcard", "x.c.example");
}
END_TEST

/* Another key's record, with a good check of its own, is another's policy. */
START_TEST(search_find_sees_records_that_changed_places)
{
	struct tlsp_record one, other, *records;

	compile("a.example may\nb.example encrypt\n");
	records = (void *)(help.image.bytes + head()->records_at);
	ck_assert_uint_eq(tlsp_record_body(records), 16);
	one = records[0];
	other = records[2];
	records[0] = other;
	records[2] = one;
	expect_damaged("heads alone", "a.example");
	one = records[1];
	records[1] = records[3];
	records[3] = one;
	expect_damaged("one", "a.example");
	expect_damaged("other", "b.example");
}
END_TEST

Suite *
check_search_suite(void)
{
	Suite *suite = suite_create("search");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_search_find");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, search_find_finds_names);
	tcase_add_test(tcase, search_find_finds_the_nearest_parent);
	tcase_add_test(tcase, search_find_jumps_over_labels);
	tcase_add_test(tcase, search_find_finds_top_level_wildcards);
	tcase_add_test(tcase, search_find_goes_deeper_than_names_are_linked);
	tcase_add_test(tcase, search_find_says_who_answers_at_once);
	tcase_add_test(tcase, search_find_takes_no_other_key_for_a_parent);
	tcase_add_test(tcase, search_find_tells_long_names_apart);
	tcase_add_test(tcase, search_find_tells_a_long_name_from_its_double);
	tcase_add_test(tcase, search_find_sees_damage_in_each_part);
	tcase_add_test(tcase, search_find_ends_where_each_line_is_full);
	tcase_add_test(tcase, search_find_reads_no_record_of_an_absent_name);
	tcase_add_test(tcase, search_find_sees_records_that_changed_places);
	return suite;
}
