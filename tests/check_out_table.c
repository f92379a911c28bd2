/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_out_table.c - the room cmd/out_table: columns.
 */
#include "check_tlsp.h"

#include <stdlib.h>

#include "../cmd/out_table.h"

START_TEST(out_table_stands_in_columns)
{
	static const char *const rows[][3] = {
		{ "NAME", "N", "WHY" },
		{ "b\xc3\xbc" "cher", "", NULL },
		{ "\xe9\x9f\xb3\xe5\xa3\xb0", "3", "two cells a character" },
		{ "a.long.name", "12", "so it is" },
		{ "\x1b[2J", "\xff", "never as it stands" },
	};
	struct out_table *table = out_table_new(3);
	struct tlsp_err err;
	char *text = NULL;
	size_t len, n;
	FILE *out = open_memstream(&text, &len);

	for (n = 0; n < N_ITEMS(rows); n++)
		out_table_row(table, rows[n]);
	ck_assert(out_table_print(table, out, &err) == TLSP_OK);
	ck_assert(fclose(out) == 0);
	EXPECT_STR("table",
	    "NAME         N     WHY\n"
	    "b\xc3\xbc" "cher       -     -\n"
	    "\xe9\x9f\xb3\xe5\xa3\xb0         3     two cells a character\n"
	    "a.long.name  12    so it is\n"
	    "\\x1b[2J      \\xff  never as it stands\n", text);
	free(text);
}
END_TEST

START_TEST(out_table_without_memory_says_so)
{
	static const char *const row[] = { "a" };
	struct tlsp_err err;

	out_table_row(NULL, row);
	EXPECT_CODE("NULL", TLSP_E_NOMEM, out_table_print(NULL, stdout, &err));
}
END_TEST

Suite *
check_out_table_suite(void)
{
	Suite *suite = suite_create("out_table");
	TCase *tcase;

	ADD_CASE(suite, tcase, "out_table");
	tcase_add_test(tcase, out_table_stands_in_columns);
	tcase_add_test(tcase, out_table_without_memory_says_so);
	return suite;
}
