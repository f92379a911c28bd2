/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_check_kinds.c - the room cmd/check_kinds: a whole catalogue, and the
 * reader's findings under their ids; what is nearly one is none.
 */
#include "check_tlsp.h"

#include "../cmd/check_kinds.h"

START_TEST(check_kind_rows_are_whole_and_in_order)
{
	const struct finding_kind *kind = check_kind((enum check_kind)_i);

	ck_assert_msg(kind->id != NULL, "kind %d has no row", _i);
	ck_assert_msg(strlen(kind->id) == 7 && strncmp(kind->id, "TLSP0",
	    5) == 0, "%s", kind->id);
	ck_assert_msg(kind->means[strlen(kind->means) - 1] == '.',
	    "%s: its consequence is no sentence", kind->id);
	ck_assert_msg(kind->remedy[strlen(kind->remedy) - 1] == '.',
	    "%s: its remedy is no sentence", kind->id);
	ck_assert_msg(kind->manual[0] != '\0', "%s", kind->id);
	if (_i > 0)
		ck_assert_msg(strcmp(check_kind((enum check_kind)(_i -
		    1))->id, kind->id) < 0, "%s is not behind its "
		    "predecessor", kind->id);
}
END_TEST

START_TEST(check_kind_of_reader_knows_every_reason)
{
	const struct tlsp_err err = { .code = TLSP_E_VALUE,
	    .why = (enum tlsp_why)_i };
	int other;

	for (other = TLSP_WHY_NONE + 1; other < _i; other++)
		ck_assert_msg(check_kind_of_reader(&err) !=
		    check_kind_of_reader(&(struct tlsp_err){
		    .code = TLSP_E_VALUE, .why = (enum tlsp_why)other }),
		    "%d and %d have one kind", _i, other);
}
END_TEST

#define V(minor)	TLSP_POSTFIX(3, minor)
#define FP		"AA:BB:CC:DD"

/*
 * near: the same, nearly, that is no such finding.
 * line, col: where it is.
 */
static const struct {
	enum check_kind kind;
	int postfix;
	unsigned line, col;
	const char *text, *near;
} READ[] = {
	{ CHECK_LEVEL, V(7), 1, 3, "a secrue\n", "a SECURE\n" },
	{ CHECK_LEVEL, V(7), 1, 3, "a ,,\n", "a ,may\n" },
	{ CHECK_ATTR, V(7), 1, 7, "a may foo=1\n", "a may ciphers=high\n" },
	{ CHECK_NEWER, V(7), 1, 7, "a may enable_rpk=yes\n",
	    "a may connection_reuse=yes\n" },
	{ CHECK_NEWER, V(9), 1, 7, "a may policy_type=sts\n",
	    "a may enable_rpk=yes\n" },
	{ CHECK_AT_LEVEL, V(7), 1, 11, "a encrypt match=x\n",
	    "a verify match=x\n" },
	{ CHECK_TWICE, V(7), 1, 20, "a may ciphers=high ciphers=high\n",
	    "a secure match=x match=y\n" },
	{ CHECK_VALUE, V(7), 1, 18, "a may servername=x..y\n",
	    "a may servername=x.y\n" },
	{ CHECK_VALUE, V(7), 1, 10, "a secure match=\n",
	    "a may protocols=\n" },
	{ CHECK_HANDSHAKE, V(7), 1, 15, "a may ciphers=hihg\n",
	    "a may ciphers=HIGH\n" },
	{ CHECK_HANDSHAKE, V(5), 1, 17, "a may protocols=>=TLSv1.2\n",
	    "a may protocols=!SSLv3\n" },
	{ CHECK_HANDSHAKE, V(7), 1, 19, "a encrypt ciphers=null\n",
	    "a secure ciphers=null\n" },
	{ CHECK_HANDSHAKE, V(7), 1, 15, "a may exclude=!RC4\n",
	    "a may exclude=RC4\n" },
	{ CHECK_MATCHLESS, V(7), 1, 16, "a secure match=:\n",
	    "a secure match=x:\n" },
	{ CHECK_WORD, V(7), 1, 7, "a may ciphers\n", "a may ciphers=low\n" },
	{ CHECK_WORD, V(7), 1, 7, "a may # no comment\n",
	    "a may\n# a comment\n" },
	{ CHECK_WORD, V(9), 1, 7, "a may { ciphers=high }\n",
	    "a may ciphers=high\n" },
	{ CHECK_TOGETHER, V(10), 1, 7, "a may policy_ttl=5\n",
	    "a may policy_ttl=5 policy_type=sts\n" },
	{ CHECK_TOGETHER, V(7), 1, 11, "a encrypt pin_ttl=1d\n",
	    "a encrypt pin=prefer pin_ttl=1d\n" },
	{ CHECK_LINE, V(7), 1, 1, "a\n", "a may\n" },
	{ CHECK_LINE, V(7), 1, 2, " a may\n", "#\na may\n" },
	{ CHECK_HIDDEN, V(7), 2, 2, "a may\n b.example may\n",
	    "a may\n ciphers=high\n" },
	{ CHECK_HIDDEN, V(7), 1, 15, "a may foo=1 # b.example\n",
	    "a may ciphers=high\n" },
	{ CHECK_NOBODY, V(7), 1, 1, "x@a.example may\n", "a.example may\n" },
	{ CHECK_NOBODY, V(7), 1, 1, "*.a.example may\n", ".a.example may\n" },
	{ CHECK_UNKNOWN, V(12), 1, 3, "a newer\n", "a may\n" },
	{ CHECK_UNKNOWN, V(12), 1, 7, "a may newer=1\n",
	    "a may ciphers=high\n" },
	{ CHECK_PASSED_OVER, V(7), 1, 21, "a fingerprint match=x1|" FP "\n",
	    "a fingerprint match=" FP "|" FP "\n" },
	{ CHECK_QUOTES, V(7), 1, 16, "a secure match=\"x\"\n",
	    "a secure match=x\n" },
	{ CHECK_NO_TLS, V(7), 1, 8, "a none ciphers=high\n",
	    "a may ciphers=high\n" },
	{ CHECK_FINAL, V(7), 1, 1, "a may final=yes\n", ".a may final=yes\n" },
	{ CHECK_SECOND, V(7), 2, 1, "a may\nA may\n", "a may\n.a may\n" },
	{ CHECK_FOLDED, V(7), 1, 1, STRASSE_XN " may\n", BUECHER_XN " may\n" },
	{ CHECK_BOM, V(7), 1, 1, "\xef\xbb\xbf" "a may\n", "a may\n" },
	{ CHECK_CRLF, V(7), 1, 1, "a may\r\n", "a may\n" },
};

/* How many findings of a kind a text has; and one at that place. */
static size_t
count(const char *text, int postfix, enum check_kind kind, unsigned line,
    unsigned col, int *ret_is_there)
{
	struct help help;
	size_t n, n_found = 0;

	*ret_is_there = 0;
	help_init(&help, postfix, 1);
	EXPECT_CODE(text, TLSP_OK, help_keys(&help, text, strlen(text)));
	for (n = 0; n < help.n_found; n++) {
		ck_assert_msg(help.found[n].why != TLSP_WHY_NONE, "%s: \"%s\" "
		    "has no reason", text, help.found[n].text);
		ck_assert_msg((help.severity[n] == TLSP_ERROR) ==
		    (check_kind(check_kind_of_reader(&help.found[n]))->
		    severity == FINDING_ERROR), "%s: \"%s\" has another "
		    "severity", text, help.found[n].text);
		if (check_kind_of_reader(&help.found[n]) != kind)
			continue;
		n_found++;
		*ret_is_there |= help.found[n].at.line == line &&
		    help.found[n].at.col == col;
	}
	help_clear(&help);
	return n_found;
}

START_TEST(check_kind_of_reader_names_what_was_read)
{
	const char *id = check_kind(READ[_i].kind)->id;
	int is_there;

	ck_assert_msg(count(READ[_i].text, READ[_i].postfix, READ[_i].kind,
	    READ[_i].line, READ[_i].col, &is_there) > 0, "%s: no %s",
	    READ[_i].text, id);
	ck_assert_msg(is_there, "%s: no %s at its place", READ[_i].text, id);
	ck_assert_msg(count(READ[_i].near, READ[_i].postfix, READ[_i].kind, 0,
	    0, &is_there) == 0, "%s: has %s", READ[_i].near, id);
}
END_TEST

/* Each id that a reader can come to stands in the table above. */
START_TEST(check_kind_of_reader_is_tested_whole)
{
	int n;

	for (n = 0; n < N_ITEMS(READ); n++)
		if ((int)READ[n].kind == _i)
			return;
	ck_abort_msg("%s is not provoked", check_kind((enum check_kind)_i)->
	    id);
}
END_TEST

static const struct { enum tlsp_code code; enum check_kind kind; } FILES[] = {
	{ TLSP_E_DAMAGED, CHECK_DAMAGED }, { TLSP_E_UNSAFE, CHECK_UNSAFE },
	{ TLSP_E_IO, CHECK_UNREADABLE }, { TLSP_E_BUSY, CHECK_UNREADABLE },
	{ TLSP_E_VALUE, CHECK_DAMAGED },
};

START_TEST(check_kind_of_reader_names_what_is_wrong_with_a_file)
{
	const struct tlsp_err err = { .code = FILES[_i].code };

	ck_assert(check_kind_of_reader(&err) == FILES[_i].kind);
}
END_TEST

Suite *
check_check_kinds_suite(void)
{
	Suite *suite = suite_create("check_kinds");
	TCase *tcase;

	ADD_CASE(suite, tcase, "check_kind");
	tcase_add_loop_test(tcase, check_kind_rows_are_whole_and_in_order, 0,
	    CHECK_KIND_COUNT);
	ADD_CASE(suite, tcase, "check_kind_of_reader");
	tcase_add_loop_test(tcase, check_kind_of_reader_knows_every_reason,
	    TLSP_WHY_NONE + 1, TLSP_WHY_COUNT);
	tcase_add_loop_test(tcase, check_kind_of_reader_names_what_was_read,
	    0, N_ITEMS(READ));
	tcase_add_loop_test(tcase, check_kind_of_reader_is_tested_whole,
	    CHECK_LEVEL, CHECK_DAMAGED);
	tcase_add_loop_test(tcase,
	    check_kind_of_reader_names_what_is_wrong_with_a_file, 0,
	    N_ITEMS(FILES));
	return suite;
}
