/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_pinned.c - the room pinned, through a table: rules with pin are
 * answered from the store that lies beside them, and no other rule is.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../dict_tlspolicy/merge.h"
#include "../dict_tlspolicy/policy.h"
#include "../dict_tlspolicy/table.h"
#include "helper_pins.h"

#define DAY	86400
#define RULES	"a.test encrypt ciphers=high pin=prefer\n" \
		"r.test secure match=x pin=require pin_ttl=2d\n" \
		".w.test verify pin=prefer\n" \
		"[h.test]:587 encrypt pin=prefer\n" \
		"plain.test secure match=y\n"

static char *dir;
static char *path;
static char *store;
static struct help help;
static struct tlsp_table *table;
static struct help_pins pins;
static struct tlsp_trace trace;
static struct tlsp_err err;
static const char *answer;
static const char *digest;
static const char *ca_file;
static size_t n_notes;
static enum tlsp_code noted;

static const char *
setting(void *ctx, const char *name)
{
	(void)ctx;
	if (strcmp(name, "smtp_tls_fingerprint_digest") == 0)
		return digest;
	return strcmp(name, "smtp_tls_CAfile") == 0 ? ca_file : NULL;
}

static void
setup(void)
{
	dir = help_dir();
	ck_assert_ptr_nonnull(dir);
	path = strdup(help_path(dir, "partners"));
	store = strdup(help_path(dir, "partners" TLSP_STORE_SUFFIX));
	help_init(&help, 307, 1);
	help.host.service = "smtp";
	help.host.setting = setting;
	digest = "sha256";
	ca_file = "/ca";
	table = NULL;
	n_notes = 0;
	ck_assert_int_eq(help_write(path, RULES, 100), 0);
}

static void
teardown(void)
{
	tlsp_table_close(table);
	help_clear(&help);
	help_dir_remove(dir);
	free(path);
	free(store);
}

static void
note(void *ctx, enum tlsp_code code, const struct tlsp_err *why)
{
	ck_assert_ptr_eq(ctx, &help);
	ck_assert((code == TLSP_NONE) == (why == NULL));
	noted = code;
	n_notes++;
}

static void
open_table(void)
{
	tlsp_table_close(table);
	table = tlsp_table_open(path, geteuid(), &help.host, help_report,
	    &help);
	ck_assert_ptr_nonnull(table);
	ck_assert_ptr_null(tlsp_table_fault(table));
	if (tlsp_table_pinned(table) != NULL)
		tlsp_pinned_on_trouble(tlsp_table_pinned(table), note, &help);
}

static enum tlsp_code
ask(const char *key)
{
	answer = NULL;
	return tlsp_table_lookup(table, key, TLSP_QUERY_FOLD, &answer, &err,
	    &trace);
}

static void
expect_state(const char *key, enum tlsp_code code, enum tlsp_pins_state state)
{
	EXPECT_CODE(key, code, ask(key));
	ck_assert_ptr_nonnull(trace.verdict);
	ck_assert_msg(trace.verdict->state == state, "%s: %s", key,
	    tlsp_merge_set_text(trace.verdict->state));
}

/* Publish a record of a key, verified age_s seconds ago under a rule. */
static void
publish(const char *key, const char *rule, long age_s)
{
	struct tlsp_store_edit *edit;
	struct tlsp_trust trust;

	tlsp_trust_read("smtp", 307, setting, NULL, &trust);
	help_pins_init(&pins, 1, tlsp_policy_constraint(rule, 0, &trust),
	    "sha256");
	help_pins_host(&pins, "mx.test", 0);
	help_pins_pin(&pins, 5, time(NULL) - age_s, time(NULL) + 90 * DAY);
	help_pins_write(&pins, key);
	EXPECT_CODE("begin", TLSP_OK, tlsp_store_edit_begin(path, geteuid(), 0,
	    1, &edit, &err));
	EXPECT_CODE("put", TLSP_OK, tlsp_store_edit_put(edit, key,
	    strlen(key), pins.record, pins.len, &err));
	EXPECT_CODE("commit", TLSP_OK, tlsp_store_edit_commit(edit, &err));
}

static void
expect_pinned(const char *key, const char *rest)
{
	char want[300];

	(void)snprintf(want, sizeof(want), "fingerprint match=%s%s",
	    help_pins_key(&pins, 5), rest);
	expect_state(key, TLSP_OK, TLSP_PINS_USABLE);
	EXPECT_STR(key, want, answer);
}

START_TEST(pinned_answers_what_was_published)
{
	publish("a.test", "encrypt ciphers=high", 10);
	open_table();
	expect_pinned("a.test", " ciphers=high");
	expect_pinned("A.Test", " ciphers=high");
	ck_assert_ptr_nonnull(trace.set);
	ck_assert_uint_eq(trace.constraint, trace.set->constraint);
	ck_assert_int_ge(tlsp_pinned_file(tlsp_table_pinned(table))->fd, 0);
	ck_assert_uint_eq(n_notes, 0);
	expect_state("[h.test]:587", TLSP_OK, TLSP_PINS_NONE);
	ck_assert_ptr_null(trace.set);
}
END_TEST

START_TEST(pinned_asks_for_the_name_and_not_its_wildcard)
{
	publish("x.w.test", "verify", 10);
	publish(".w.test", "verify", 10);
	publish("[h.test]:587", "encrypt", 10);
	open_table();
	expect_pinned("x.w.test", "");
	expect_pinned("[H.test]:587", "");
	expect_state("y.w.test", TLSP_OK, TLSP_PINS_NONE);
	EXPECT_STR("y", "verify", answer);
	EXPECT_CODE("itself", TLSP_OK, ask(".w.test"));
	EXPECT_STR("itself", "verify", answer);
	ck_assert_ptr_null(trace.verdict);
}
END_TEST

START_TEST(pinned_without_a_store_is_as_written_or_waits)
{
	open_table();
	expect_state("a.test", TLSP_OK, TLSP_PINS_NO_STORE);
	EXPECT_STR("prefer", "encrypt ciphers=high", answer);
	ck_assert(n_notes == 1 && noted == TLSP_NONE);
	expect_state("r.test", TLSP_E_PENDING, TLSP_PINS_NO_STORE);
	EXPECT_ERR("require", &err, TLSP_E_PENDING, 2, 1);
	ck_assert_uint_eq(n_notes, 2);
	ck_assert_int_eq(tlsp_pinned_file(tlsp_table_pinned(table))->fd, -1);
}
END_TEST

static void
spoil_store(int how)
{
	publish("a.test", "encrypt ciphers=high", 10);
	if (how == 0)
		ck_assert_int_eq(help_write(store, "no store at all", 0), 0);
	else if (how == 1)
		ck_assert_int_eq(chmod(store, 0666), 0);
	else if (how == 2)
		ck_assert_int_eq(truncate(store, 0), 0);
	else
		ck_assert_int_eq(truncate(store, 4096), 0);
}

START_TEST(pinned_with_a_bad_store_is_as_written_or_waits)
{
	spoil_store(_i);
	open_table();
	expect_state("a.test", TLSP_OK, TLSP_PINS_UNREADABLE);
	EXPECT_STR("prefer", "encrypt ciphers=high", answer);
	ck_assert_ptr_nonnull(trace.why);
	ck_assert(n_notes == 1 && noted < 0);
	expect_state("r.test", TLSP_E_PENDING, TLSP_PINS_UNREADABLE);
	EXPECT_CODE("plain", TLSP_OK, ask("plain.test"));
	EXPECT_STR("plain", "secure match=y", answer);
	ck_assert_uint_eq(n_notes, 2);
}
END_TEST

START_TEST(pinned_forgets_what_is_old)
{
	publish("a.test", "encrypt ciphers=high", 7 * DAY + 1);
	publish("r.test", "secure match=x", 2 * DAY + 1);
	open_table();
	expect_state("a.test", TLSP_OK, TLSP_PINS_LACKING);
	EXPECT_STR("a", "encrypt ciphers=high", answer);
	expect_state("r.test", TLSP_E_PENDING, TLSP_PINS_LACKING);
	tlsp_pinned_as_of(tlsp_table_pinned(table), time(NULL) - DAY);
	expect_pinned("a.test", " ciphers=high");
	expect_pinned("r.test", "");
	tlsp_pinned_as_of(tlsp_table_pinned(table), 0);
	expect_state("a.test", TLSP_OK, TLSP_PINS_LACKING);
}
END_TEST

START_TEST(pinned_sees_another_rule_and_other_settings)
{
	publish("a.test", "encrypt ciphers=high", 10);
	publish("r.test", "secure match=other", 10);
	open_table();
	expect_state("r.test", TLSP_E_PENDING, TLSP_PINS_OTHER_RULE);
	expect_pinned("a.test", " ciphers=high");
	ca_file = "/another";
	open_table();
	expect_state("a.test", TLSP_OK, TLSP_PINS_OTHER_RULE);
	ca_file = "/ca";
	digest = "sha512";
	open_table();
	expect_state("a.test", TLSP_OK, TLSP_PINS_OTHER_DIGEST);
	ck_assert_uint_eq(help.n_warnings, 0);
	digest = "md5";
	open_table();
	expect_state("a.test", TLSP_OK, TLSP_PINS_NO_DIGEST);
	ck_assert_uint_eq(help.n_warnings, 1);
	help.host.setting = NULL;
	open_table();
	expect_state("a.test", TLSP_OK, TLSP_PINS_NO_DIGEST);
}
END_TEST

/* Not even opened: that a file is there makes no difference. */
START_TEST(pinned_is_not_there_where_no_rule_has_a_pin)
{
	spoil_store(_i);
	ck_assert_int_eq(help_write(path, "plain.test secure\n", 100), 0);
	open_table();
	ck_assert_ptr_null(tlsp_table_pinned(table));
	EXPECT_CODE("plain", TLSP_OK, ask("plain.test"));
	ck_assert_ptr_null(trace.verdict);
}
END_TEST

START_TEST(pinned_keeps_the_store_that_was_opened)
{
	publish("a.test", "encrypt ciphers=high", 10);
	open_table();
	ck_assert_int_eq(unlink(store), 0);
	expect_pinned("a.test", " ciphers=high");
	open_table();
	expect_state("a.test", TLSP_OK, TLSP_PINS_NO_STORE);
}
END_TEST

START_TEST(pinned_works_with_an_index)
{
	struct tlsp_frozen_size size;

	publish("a.test", "encrypt ciphers=high", 10);
	EXPECT_CODE("freeze", TLSP_OK, tlsp_table_freeze(path, geteuid(),
	    &help.host, help_report, &help, &size, &err));
	open_table();
	ck_assert(tlsp_table_is_frozen(table));
	expect_pinned("a.test", " ciphers=high");
}
END_TEST

START_TEST(pinned_lists_what_a_lookup_answers)
{
	const char *key;
	size_t cursor = 0;

	publish("a.test", "encrypt ciphers=high", 10);
	open_table();
	EXPECT_CODE("first", TLSP_OK, tlsp_table_next(table, &cursor, &key,
	    &answer, &err));
	EXPECT_STR("key", "a.test", key);
	ck_assert_int_eq(strncmp(answer, "fingerprint match=", 18), 0);
	EXPECT_CODE("second", TLSP_E_PENDING, tlsp_table_next(table, &cursor,
	    &key, &answer, &err));
}
END_TEST

START_TEST(pinned_without_memory_is_a_fault_of_the_table)
{
	const struct tlsp_err *fault;
	long n, n_calls;

	publish("a.test", "encrypt ciphers=high", 10);
	check_alloc_fail_at(-1);
	open_table();
	n_calls = check_alloc_calls();
	tlsp_table_close(table);
	for (n = 0; n < n_calls; n++) {
		check_alloc_fail_at(n);
		table = tlsp_table_open(path, geteuid(), &help.host,
		    help_report, &help);
		check_alloc_fail_at(-1);
		if (table == NULL)
			continue;
		/* Without the store the line is as it was written. */
		if ((fault = tlsp_table_fault(table)) != NULL)
			EXPECT_CODE("fault", TLSP_E_NOMEM, fault->code);
		else
			EXPECT_CODE("lookup", TLSP_OK, ask("a.test"));
		tlsp_table_close(table);
	}
	table = NULL;
}
END_TEST

Suite *
check_pinned_suite(void)
{
	Suite *suite = suite_create("pinned");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_pinned_answer");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, pinned_answers_what_was_published);
	tcase_add_test(tcase, pinned_asks_for_the_name_and_not_its_wildcard);
	tcase_add_test(tcase, pinned_without_a_store_is_as_written_or_waits);
	tcase_add_loop_test(tcase,
	    pinned_with_a_bad_store_is_as_written_or_waits, 0, 4);
	tcase_add_test(tcase, pinned_forgets_what_is_old);
	tcase_add_test(tcase, pinned_sees_another_rule_and_other_settings);
	tcase_add_loop_test(tcase, pinned_is_not_there_where_no_rule_has_a_pin,
	    0, 4);
	tcase_add_test(tcase, pinned_keeps_the_store_that_was_opened);
	tcase_add_test(tcase, pinned_works_with_an_index);
	tcase_add_test(tcase, pinned_lists_what_a_lookup_answers);
	tcase_add_test(tcase, pinned_without_memory_is_a_fault_of_the_table);
	return suite;
}
