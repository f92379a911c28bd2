/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_record.c - the probe record: its fields, base64, what is refused.
 */
#include "check_tlsp.h"

#include <stdlib.h>

#include "../cmd/record.h"

static const struct {
	const char *bytes;
	size_t len;
	const char *text;
} BASE64[] = {
	{ "f", 1, "Zg==" }, { "fo", 2, "Zm8=" }, { "foo", 3, "Zm9v" },
	{ "foob", 4, "Zm9vYg==" }, { "fooba", 5, "Zm9vYmE=" },
	{ "foobar", 6, "Zm9vYmFy" }, { "\0\xff\xfe", 3, "AP/+" },
};

START_TEST(record_base64_is_that_of_rfc4648)
{
	char *text = record_base64((const uint8_t *)BASE64[_i].bytes,
	    BASE64[_i].len);
	struct record_der der;
	struct tlsp_err err;

	EXPECT_STR("base64", BASE64[_i].text, text);
	ck_assert_int_eq(record_base64_read(text, &der, &err), TLSP_OK);
	ck_assert_uint_eq(der.len, BASE64[_i].len);
	ck_assert_mem_eq(der.bytes, BASE64[_i].bytes, der.len);
	free(der.bytes);
	free(text);
}
END_TEST

START_TEST(record_base64_read_refuses_what_is_none)
{
	static const char *const BAD[] = {
		"", "Z", "Zg", "Zg=", "Zg==Zg==", "Z===", "====", "Zh==",
		"Zm9=", "Zm 9", "Zm9v\n", "Zm\xc3\xbc", "=m9v", "Zg=v",
	};
	struct record_der der = { NULL, 7 };
	struct tlsp_err err;

	ck_assert_msg(record_base64_read(BAD[_i], &der, &err) ==
	    TLSP_E_VALUE, "\"%s\" is read", BAD[_i]);
	ck_assert(der.bytes == NULL && der.len == 7);
	ck_assert(err.text[0] != '\0');
}
END_TEST

/* A server's record that can be believed to be one. */
static void
fill(struct record *rec)
{
	struct tlsp_err err;

	record_init(rec, RECORD_SERVER);
	rec->time = 1;
	rec->port = 25;
	ck_assert(record_set(&rec->nexthop, "p.example", &err) == TLSP_OK &&
	    record_set(&rec->mx, "mx.p.example", &err) == TLSP_OK &&
	    record_set(&rec->key_digest, "0A:FF", &err) == TLSP_OK &&
	    record_add_tlsa(rec, "3 1 1 aB09", &err) == TLSP_OK);
}

static const struct {
	const char *field;
	const char *value;
} BAD_SERVER[] = {
	{ "nexthop", NULL }, { "nexthop", "" }, { "mx", NULL }, { "mx", "" },
	{ "mx", "a b" }, { "key_digest", "" }, { "key_digest", "AB:" },
	{ "key_digest", "AB:C" }, { "key_digest", "ab" },
	{ "key_digest", "AB CD" }, { "cert_digest", "ABCD" },
	{ "anchor", ":" },
};

static char **
string_of(struct record *rec, const char *name)
{
	const struct record_field *field;

	for (field = record_fields; strcmp(field->name, name) != 0; field++)
		;
	return (char **)(void *)((char *)rec + field->offset);
}

START_TEST(record_check_refuses_a_bad_field)
{
	struct tlsp_err err;
	struct record rec;

	fill(&rec);
	ck_assert_int_eq(record_check(&rec, &err), TLSP_OK);
	ck_assert_int_eq(record_set(string_of(&rec, BAD_SERVER[_i].field),
	    BAD_SERVER[_i].value, &err), TLSP_OK);
	ck_assert_msg(record_check(&rec, &err) == TLSP_E_VALUE &&
	    strstr(err.text, BAD_SERVER[_i].field) != NULL, "%s: %s",
	    BAD_SERVER[_i].field, err.text);
	record_clear(&rec);
}
END_TEST

START_TEST(record_check_refuses_bad_numbers_and_tlsa)
{
	static const char *const BAD[] = {
		"", "3 1 1", "3 1 1 ", "3 1 1 A", "3 1 1 AG", "x 1 1 AB",
		"3 1 AB", "3 1 1 AB ", " 3 1 1 AB",
	};
	struct tlsp_err err;
	struct record rec;
	int n;

	for (n = 0; n < N_ITEMS(BAD); n++) {
		fill(&rec);
		ck_assert_int_eq(record_add_tlsa(&rec, BAD[n], &err), TLSP_OK);
		ck_assert_msg(record_check(&rec, &err) == TLSP_E_VALUE &&
		    strstr(err.text, "tlsa") != NULL, "\"%s\"", BAD[n]);
		record_clear(&rec);
	}
	fill(&rec);
	rec.port = 0;
	ck_assert_int_eq(record_check(&rec, &err), TLSP_E_VALUE);
	rec.port = 65536;
	ck_assert_int_eq(record_check(&rec, &err), TLSP_E_VALUE);
	rec.port = 25;
	rec.time = 0;
	ck_assert_int_eq(record_check(&rec, &err), TLSP_E_VALUE);
	record_clear(&rec);
}
END_TEST

START_TEST(record_check_wants_hosts_of_a_complete_destination)
{
	struct tlsp_err err;
	struct record rec;

	record_init(&rec, RECORD_DESTINATION);
	rec.time = 1;
	ck_assert_int_eq(record_set(&rec.nexthop, "p", &err), TLSP_OK);
	ck_assert_int_eq(record_check(&rec, &err), TLSP_OK);
	rec.complete = 1;
	ck_assert_int_eq(record_check(&rec, &err), TLSP_E_VALUE);
	ck_assert_int_eq(record_add_mx(&rec, "mx.p", 25, 10, &err), TLSP_OK);
	ck_assert_int_eq(record_check(&rec, &err), TLSP_OK);
	rec.list[0].port = 0;
	ck_assert_int_eq(record_check(&rec, &err), TLSP_E_VALUE);
	record_clear(&rec);
}
END_TEST

START_TEST(record_add_keeps_to_its_limits)
{
	static const uint8_t byte = 1;
	struct tlsp_err err;
	struct record rec;
	int n;

	record_init(&rec, RECORD_SERVER);
	ck_assert_int_eq(record_add_der(&rec, &byte, 0, &err), TLSP_E_VALUE);
	ck_assert_int_eq(record_add_der(&rec, &byte, RECORD_DER_MAX + 1,
	    &err), TLSP_E_VALUE);
	for (n = 0; n < RECORD_LIST_MAX; n++)
		ck_assert(record_add_der(&rec, &byte, 1, &err) == TLSP_OK &&
		    record_add_tlsa(&rec, "3 1 1 AB", &err) == TLSP_OK &&
		    record_add_mx(&rec, "mx", 25, n, &err) == TLSP_OK);
	ck_assert_int_eq(record_add_der(&rec, &byte, 1, &err), TLSP_E_VALUE);
	ck_assert_int_eq(record_add_tlsa(&rec, "3 1 1 AB", &err),
	    TLSP_E_VALUE);
	ck_assert_int_eq(record_add_mx(&rec, "mx", 25, 1, &err), TLSP_E_VALUE);
	record_clear(&rec);
	ck_assert_uint_eq(rec.n_chain + rec.n_tlsa + rec.n_list, 0);
}
END_TEST

START_TEST(record_fields_have_one_name_per_type)
{
	const struct record_field *a, *b;

	for (a = record_fields; a->name != NULL; a++)
		for (b = a + 1; b->name != NULL; b++)
			ck_assert_msg((a->of & b->of) == 0 ||
			    strcmp(a->name, b->name) != 0, "%s", a->name);
	ck_assert_int_eq(record_type_find("server"), RECORD_SERVER);
	ck_assert_int_eq(record_type_find("destination"), RECORD_DESTINATION);
	ck_assert_int_eq(record_type_find("rule"), -1);
}
END_TEST

Suite *
check_record_suite(void)
{
	Suite *suite = suite_create("record");
	TCase *tcase;

	ADD_CASE(suite, tcase, "base64");
	tcase_add_loop_test(tcase, record_base64_is_that_of_rfc4648, 0,
	    N_ITEMS(BASE64));
	tcase_add_loop_test(tcase, record_base64_read_refuses_what_is_none, 0,
	    14);
	ADD_CASE(suite, tcase, "check");
	tcase_add_loop_test(tcase, record_check_refuses_a_bad_field, 0,
	    N_ITEMS(BAD_SERVER));
	tcase_add_test(tcase, record_check_refuses_bad_numbers_and_tlsa);
	tcase_add_test(tcase,
	    record_check_wants_hosts_of_a_complete_destination);
	ADD_CASE(suite, tcase, "add");
	tcase_add_test(tcase, record_add_keeps_to_its_limits);
	ADD_CASE(suite, tcase, "fields");
	tcase_add_test(tcase, record_fields_have_one_name_per_type);
	return suite;
}
