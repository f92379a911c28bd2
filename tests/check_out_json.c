/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_out_json.c - the rooms cmd/out_json and out_json_record: a record
 * comes back as it went, and nothing else is one.
 */
#include "check_tlsp.h"

#include <stdlib.h>

#include "../cmd/out_json.h"

static char *
print(struct out_json *json)
{
	struct tlsp_err err;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert(out_json_print(json, out, &err) == TLSP_OK);
	ck_assert(fclose(out) == 0);
	return text;
}

START_TEST(out_json_keeps_the_order_and_says_what_is_odd)
{
	struct out_json *json = out_json_new();
	char *text;

	out_json_text(json, "z", "\"quoted\"\n");
	out_json_text(json, "none", NULL);
	out_json_text(json, "odd", "a\xff" "b\xc3\xbc");
	out_json_bytes(json, "part", "abcdef", 3);
	out_json_int(json, "n", INT64_MIN);
	out_json_bool(json, "b", 7);
	out_json_hex(json, "h", UINT64_C(0xab));
	out_json_time(json, "t", 1795599729);
	out_json_time(json, "t0", 0);
	out_json_object(json, "o");
	out_json_list(json, "l");
	out_json_int(json, NULL, 1);
	out_json_object(json, NULL);
	out_json_end(json);
	out_json_end(json);
	out_json_end(json);
	out_json_bool(json, "a", 0);
	text = print(json);
	EXPECT_STR("json", "{\"z\":\"\\\"quoted\\\"\\n\",\"none\":null,"
	    "\"odd\":\"a\xef\xbf\xbd" "b\xc3\xbc\",\"part\":\"abc\","
	    "\"n\":-9223372036854775808,\"b\":true,"
	    "\"h\":\"00000000000000AB\",\"t\":\"2026-11-25T09:42:09Z\","
	    "\"t0\":null,\"o\":{\"l\":[1,{}]},\"a\":false}\n", text);
	free(text);
}
END_TEST

/* A field of each kind, set to something. */
static void
fill(struct record *record)
{
	struct tlsp_err err;
	const uint8_t der[] = { 0x30, 0, 0xff };

	ck_assert(record_set(&record->nexthop, "example.com", &err) ==
	    TLSP_OK);
	ck_assert(record_set(&record->rule, "secure \"x\"", &err) == TLSP_OK);
	record->time = 1795599729;
	record->constraint = UINT64_C(0x0123456789abcdef);
	record->mx_secure = 1;
	if (record->type == RECORD_DESTINATION) {
		ck_assert(record_add_mx(record, "mx.example.com", 25, 10,
		    &err) == TLSP_OK);
		ck_assert(record_add_mx(record, "my.example.com", 2525, -1,
		    &err) == TLSP_OK);
		record->complete = 1;
		return;
	}
	ck_assert(record_set(&record->mx, "mx.example.com", &err) == TLSP_OK);
	record->port = 25;
	record->preference = 10;
	ck_assert(record_add_der(record, der, sizeof(der), &err) == TLSP_OK);
	ck_assert(record_add_tlsa(record, "3 1 1 AB", &err) == TLSP_OK);
	record->stage = RECORD_DONE;
	record->verdict = RECORD_PKIX;
	record->bits = 256;
	record->ms.handshake = 17;
	record->not_after = 1800000000;
}

static char *
write_record(const struct record *record)
{
	struct tlsp_err err;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert(out_json_record(record, out, &err) == TLSP_OK);
	ck_assert(fclose(out) == 0);
	return text;
}

START_TEST(out_json_record_is_read_back)
{
	struct record record, again;
	struct tlsp_err err;
	char *text, *text_again;

	record_init(&record, _i == 0 ? RECORD_SERVER : RECORD_DESTINATION);
	fill(&record);
	text = write_record(&record);
	ck_assert_msg(out_json_read_record(text, strlen(text), &again,
	    &err) == TLSP_OK, "%s: %s", err.text, text);
	text_again = write_record(&again);
	EXPECT_STR("again", text, text_again);
	ck_assert(again.constraint == record.constraint &&
	    again.type == record.type && again.time == record.time);
	if (_i == 0)
		ck_assert(again.n_chain == 1 && again.chain[0].len == 3 &&
		    again.chain[0].bytes[2] == 0xff &&
		    again.ms.handshake == 17 && again.ms.dns == -1 &&
		    again.stage == RECORD_DONE && again.n_tlsa == 1);
	else
		ck_assert(again.n_list == 2 && again.list[1].port == 2525 &&
		    again.list[1].preference == -1);
	record_clear(&record);
	record_clear(&again);
	free(text);
	free(text_again);
}
END_TEST

#define SERVER	"{\"record\":\"server\",\"version\":1"

static const struct { const char *line; enum tlsp_code code; unsigned col; }
LINES[] = {
	{ SERVER "}", TLSP_OK, 0 },
	{ SERVER ",\"later\":[1,{}]}\n", TLSP_OK, 0 },
	{ SERVER ",\"mx\":null}", TLSP_OK, 0 },
	{ "", TLSP_E_SYNTAX, 1 },
	{ "{\"record\":\"server\",}", TLSP_E_SYNTAX, 20 },
	{ SERVER "} x", TLSP_E_SYNTAX, 33 },
	{ SERVER ",\"mx\":\"a\",\"mx\":\"b\"}", TLSP_E_SYNTAX, 44 },
	{ SERVER ",\"mx\":\"\\u0000\"}", TLSP_E_SYNTAX, 44 },
	{ SERVER ",\"mx\":\"\xff\"}", TLSP_E_SYNTAX, 37 },
	{ "[]", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"mx\":7}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"port\":\"25\"}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"port\":65536}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"port\":-1}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"time\":1.5}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"time\":-1}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"bits\":99999999999}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"resumed\":0}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"constraint\":\"12\"}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"constraint\":\"0x3456789abcdef0\"}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"stage\":\"nowhere\"}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"chain\":\"AA==\"}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"chain\":[7]}", TLSP_E_SYNTAX, 0 },
	{ SERVER ",\"chain\":[\"A\"]}", TLSP_E_VALUE, 0 },
	{ SERVER ",\"tlsa\":[null]}", TLSP_E_SYNTAX, 0 },
	{ "{\"record\":\"destination\",\"version\":1,\"mx\":[{\"host\":\"a\"}]}",
	    TLSP_E_SYNTAX, 0 },
	{ "{}", TLSP_E_VALUE, 0 },
	{ "{\"record\":\"else\",\"version\":1}", TLSP_E_VALUE, 0 },
	{ "{\"record\":\"server\",\"version\":2}", TLSP_E_VALUE, 0 },
	{ "{\"record\":\"server\"}", TLSP_E_VALUE, 0 },
};

START_TEST(out_json_read_record_takes_records_only)
{
	struct record record;
	struct tlsp_err err = { .code = TLSP_OK };

	EXPECT_CODE(LINES[_i].line, LINES[_i].code, out_json_read_record(
	    LINES[_i].line, strlen(LINES[_i].line), &record, &err));
	if (LINES[_i].code == TLSP_OK)
		record_clear(&record);
	else
		EXPECT_ERR(LINES[_i].line, &err, LINES[_i].code, 0,
		    LINES[_i].col);
}
END_TEST

START_TEST(out_json_read_record_bears_any_bytes)
{
	struct record record, again;
	struct tlsp_err err;
	uint64_t random = 99;
	size_t len;
	char *text;
	int n;

	record_init(&record, RECORD_SERVER);
	fill(&record);
	text = write_record(&record);
	len = strlen(text);
	for (n = 0; n < 20000; n++) {
		random = help_random(random);
		text[random % len] ^= (char)(random >> 32);
		if (out_json_read_record(text, len, &again, &err) == TLSP_OK)
			record_clear(&again);
		if (n % 16 == 0) {
			free(text);
			text = write_record(&record);
		}
	}
	free(text);
	record_clear(&record);
}
END_TEST

Suite *
check_out_json_suite(void)
{
	Suite *suite = suite_create("out_json");
	TCase *tcase;

	ADD_CASE(suite, tcase, "out_json_print");
	tcase_add_test(tcase, out_json_keeps_the_order_and_says_what_is_odd);
	ADD_CASE(suite, tcase, "out_json_record");
	tcase_add_loop_test(tcase, out_json_record_is_read_back, 0, 2);
	ADD_CASE(suite, tcase, "out_json_read_record");
	tcase_add_loop_test(tcase, out_json_read_record_takes_records_only, 0,
	    N_ITEMS(LINES));
	tcase_add_test(tcase, out_json_read_record_bears_any_bytes);
	return suite;
}
