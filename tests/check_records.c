/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_records.c - the room records: answers as bytes, each written once.
 */
#include "check_tlsp.h"

#include <stdio.h>

#include "../dict_tlspolicy/records.h"

#define AT	4096
#define SEED	UINT64_C(0x5eed)

static struct tlsp_records records;

static void
setup(void)
{
	tlsp_records_init(&records, AT, SEED);
}

static void
teardown(void)
{
	tlsp_records_clear(&records);
	ck_assert_ptr_null(records.bytes);
}

static struct tlsp_rule
rule_with(const char *text, enum tlsp_pin_mode pin, int is_final)
{
	const struct tlsp_rule rule = {
		.key = "a", .line = 3, .col = 4,
		.policy = { .level = TLSP_LEVEL_SECURE, .pin = pin,
		    .pin_ttl_s = TLSP_PIN_TTL_DEFAULT,
		    .is_final = is_final, .text = text }
	};

	return rule;
}

/* The record of a number, found whole. */
static const struct tlsp_record *
whole(uint32_t number)
{
	const uint64_t at = (uint64_t)number * TLSP_RECORD_UNIT - AT;
	const struct tlsp_record *record;
	uint64_t body;

	ck_assert_uint_le(at + sizeof(*record), records.len);
	record = (const void *)(records.bytes + at);
	body = tlsp_record_body(record);
	ck_assert_uint_eq(body % TLSP_RECORD_UNIT, 0);
	ck_assert_uint_le(at + sizeof(*record) + body, records.len);
	ck_assert_uint_eq(record->check, tlsp_record_check(record, body,
	    number, SEED));
	ck_assert_int_eq(tlsp_record_text(record)[record->len], '\0');
	return record;
}

static uint32_t
add(const char *text, enum tlsp_pin_mode pin, int is_final)
{
	const struct tlsp_rule rule = rule_with(text, pin, is_final);
	uint32_t number = 0;

	EXPECT_CODE(text, TLSP_OK, tlsp_records_rule(&records, &rule,
	    &number));
	EXPECT_STR("text", text, tlsp_record_text(whole(number)));
	ck_assert_uint_eq(records.len % TLSP_RECORD_UNIT, 0);
	return number;
}

START_TEST(records_rule_writes_each_answer_once)
{
	const uint32_t may = add("may", TLSP_PIN_OFF, 0);
	const uint32_t secure = add("secure", TLSP_PIN_OFF, 0);
	const uint32_t final = add("may", TLSP_PIN_OFF, 1);
	size_t len;

	ck_assert_uint_eq(may, AT / TLSP_RECORD_UNIT);
	ck_assert_uint_ne(may, secure);
	ck_assert_uint_ne(may, final);
	len = records.len;
	ck_assert_uint_eq(add("may", TLSP_PIN_OFF, 0), may);
	ck_assert_uint_eq(add("secure", TLSP_PIN_OFF, 0), secure);
	ck_assert_uint_eq(add("may", TLSP_PIN_OFF, 1), final);
	ck_assert_uint_eq(records.len, len);
	ck_assert_uint_eq(whole(may)->flags, 0);
	ck_assert_uint_eq(whole(final)->flags, TLSP_RECORD_FINAL);
	ck_assert_uint_eq(whole(may)->level, TLSP_LEVEL_SECURE);
}
END_TEST

/* Each rule with pins has pins of its own. */
START_TEST(records_rule_keeps_pins_apart)
{
	const uint32_t one = add("secure", TLSP_PIN_PREFER, 0);
	const uint32_t two = add("secure", TLSP_PIN_PREFER, 0);
	const uint32_t three = add("secure", TLSP_PIN_REQUIRE, 1);
	const struct tlsp_record *record = whole(three);

	ck_assert_uint_ne(one, two);
	ck_assert_uint_ne(two, three);
	ck_assert_uint_ne(add("secure", TLSP_PIN_OFF, 0), one);
	ck_assert_uint_eq(record->pin, TLSP_PIN_REQUIRE);
	ck_assert_uint_eq(record->flags, TLSP_RECORD_PLACE |
	    TLSP_RECORD_FINAL);
	ck_assert_uint_eq(tlsp_record_place(record)->line, 3);
	ck_assert_uint_eq(tlsp_record_place(record)->col, 4);
	ck_assert_uint_eq(tlsp_record_place(record)->pin_ttl_s,
	    (uint32_t)TLSP_PIN_TTL_DEFAULT);
}
END_TEST

START_TEST(records_rule_writes_a_fault_with_its_place)
{
	const struct tlsp_pos at = { HELP_FILE, 7, 8 };
	struct tlsp_rule rule = rule_with("may", TLSP_PIN_REQUIRE, 1);
	const struct tlsp_record *record;
	struct tlsp_err fault;
	uint32_t number;

	(void)tlsp_err_set(&fault, TLSP_E_SYNTAX, &at, "why");
	rule.fault = &fault;
	EXPECT_CODE("fault", TLSP_OK, tlsp_records_rule(&records, &rule,
	    &number));
	record = whole(number);
	EXPECT_STR("text", "why", tlsp_record_text(record));
	ck_assert_uint_eq(record->flags, TLSP_RECORD_FAULT |
	    TLSP_RECORD_PLACE);
	ck_assert_uint_eq(tlsp_record_place(record)->line, 7);
	ck_assert_uint_eq(tlsp_record_place(record)->col, 8);
	ck_assert_int_eq(tlsp_record_place(record)->code, TLSP_E_SYNTAX);
}
END_TEST

START_TEST(records_take_texts_of_any_length)
{
	char text[5000];
	uint32_t numbers[100];
	size_t len;

	for (len = 1; len < 100; len++) {
		memset(text, 'x', len);
		text[len] = '\0';
		numbers[len] = add(text, len % 2 != 0 ? TLSP_PIN_OFF :
		    TLSP_PIN_PREFER, 0);
	}
	for (len = 1; len < 100; len++)
		ck_assert_uint_eq(whole(numbers[len])->len, len);
	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert_uint_eq(whole(add(text, TLSP_PIN_OFF, 0))->len,
	    sizeof(text) - 1);
}
END_TEST

START_TEST(records_keep_thousands_apart)
{
	enum { N = 10000 };
	static uint32_t numbers[N][2];
	char text[40];
	int n, final;

	for (n = 0; n < N; n++) {
		(void)snprintf(text, sizeof(text), "secure match=n%d", n);
		for (final = 0; final < 2; final++)
			numbers[n][final] = add(text, TLSP_PIN_OFF, final);
		ck_assert_uint_ne(numbers[n][0], numbers[n][1]);
	}
	for (n = 0; n < N; n++)
		for (final = 0; final < 2; final++) {
			(void)snprintf(text, sizeof(text), "secure match=n%d",
			    n);
			ck_assert_uint_eq(add(text, TLSP_PIN_OFF, final),
			    numbers[n][final]);
			ck_assert_uint_eq(whole(numbers[n][final])->flags,
			    final ? TLSP_RECORD_FINAL : 0);
		}
}
END_TEST

START_TEST(records_more_holds_two_numbers)
{
	const struct tlsp_more *more;
	uint32_t one, two, again;

	EXPECT_CODE("more", TLSP_OK, tlsp_records_more(&records, 1, 2, NULL,
	    5, &one));
	EXPECT_CODE("more", TLSP_OK, tlsp_records_more(&records, 1, 3, NULL,
	    5, &two));
	EXPECT_CODE("more", TLSP_OK, tlsp_records_more(&records, 1, 2, NULL,
	    9, &again));
	ck_assert_uint_eq(one, again);
	ck_assert_uint_ne(one, two);
	ck_assert_uint_eq(whole(one)->flags, TLSP_RECORD_MORE);
	ck_assert_uint_eq(whole(one)->len, sizeof(*more));
	more = (const void *)tlsp_record_text(whole(two));
	ck_assert_uint_eq(more->exact, 1);
	ck_assert_uint_eq(more->wild, 3);
}
END_TEST

START_TEST(records_more_holds_a_name)
{
	static const char name[] = "a.name.that.is.long.example, not this";
	const size_t len = strlen("a.name.that.is.long.example");
	const struct tlsp_more *more;
	uint32_t one, two;

	EXPECT_CODE("name", TLSP_OK, tlsp_records_more(&records, 0, 7, name,
	    len, &one));
	EXPECT_CODE("name", TLSP_OK, tlsp_records_more(&records, 0, 7, name,
	    len, &two));
	ck_assert_uint_ne(one, two);
	ck_assert_uint_eq(whole(one)->flags, TLSP_RECORD_MORE);
	ck_assert_uint_eq(whole(one)->len, sizeof(*more) + len);
	more = (const void *)tlsp_record_text(whole(one));
	ck_assert_uint_eq(more->exact, 0);
	ck_assert_uint_eq(more->wild, 7);
	ck_assert_mem_eq(more->name, name, len);
	ck_assert_int_eq(more->name[len], '\0');
}
END_TEST

/* Numbers have 32 bits. */
START_TEST(records_say_when_an_index_grows_too_large)
{
	const uint64_t last = (uint64_t)UINT32_MAX * TLSP_RECORD_UNIT;
	uint32_t number = 0;

	tlsp_records_clear(&records);
	tlsp_records_init(&records, last, SEED);
	EXPECT_CODE("last", TLSP_OK, tlsp_records_more(&records, 1, 0,
	    "a", 1, &number));
	ck_assert_uint_eq(number, UINT32_MAX);
	EXPECT_CODE("one more", TLSP_E_VALUE, tlsp_records_more(&records, 1,
	    0, "b", 1, &number));
	ck_assert_uint_eq(number, UINT32_MAX);
}
END_TEST

START_TEST(records_say_when_memory_runs_out)
{
	const struct tlsp_rule rule = rule_with("may", TLSP_PIN_OFF, 0);
	uint32_t number = 77;
	enum tlsp_code code = TLSP_E_NOMEM;
	long n;

	for (n = 0; code == TLSP_E_NOMEM; n++) {
		tlsp_records_clear(&records);
		tlsp_records_init(&records, AT, SEED);
		check_alloc_fail_at(n);
		code = tlsp_records_rule(&records, &rule, &number);
		check_alloc_fail_at(-1);
		ck_assert(code == TLSP_OK || number == 77);
	}
	EXPECT_CODE("memory", TLSP_OK, code);
	ck_assert_int_ge(n, 3);
}
END_TEST

/* What was written stays readable, however often memory runs out. */
START_TEST(records_stay_whole_when_memory_runs_out)
{
	enum { N = 500 };
	uint32_t numbers[N];
	char text[40];
	struct tlsp_rule rule;
	int n, n_failed = 0;

	for (n = 0; n < N; n++) {
		(void)snprintf(text, sizeof(text), "secure match=n%d", n);
		rule = rule_with(text, TLSP_PIN_OFF, 0);
		check_alloc_fail_at(0);
		n_failed += tlsp_records_rule(&records, &rule, &numbers[n]) ==
		    TLSP_E_NOMEM;
		check_alloc_fail_at(-1);
		numbers[n] = add(text, TLSP_PIN_OFF, 0);
	}
	ck_assert_int_gt(n_failed, 3);
	for (n = 0; n < N; n++) {
		(void)snprintf(text, sizeof(text), "secure match=n%d", n);
		EXPECT_STR("text", text, tlsp_record_text(whole(numbers[n])));
	}
}
END_TEST

Suite *
check_records_suite(void)
{
	Suite *suite = suite_create("records");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_records_rule");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, records_rule_writes_each_answer_once);
	tcase_add_test(tcase, records_rule_keeps_pins_apart);
	tcase_add_test(tcase, records_rule_writes_a_fault_with_its_place);
	tcase_add_test(tcase, records_take_texts_of_any_length);
	tcase_add_test(tcase, records_keep_thousands_apart);
	tcase_add_test(tcase, records_say_when_memory_runs_out);
	tcase_add_test(tcase, records_stay_whole_when_memory_runs_out);
	ADD_CASE(suite, tcase, "tlsp_records_more");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, records_more_holds_two_numbers);
	tcase_add_test(tcase, records_more_holds_a_name);
	tcase_add_test(tcase, records_say_when_an_index_grows_too_large);
	return suite;
}
