/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_proof.c - the room proof: sums that are the same on every machine.
 */
#include "check_tlsp.h"

#include "../dict_tlspolicy/proof.h"

/* By a program that was written from the header's words alone. */
START_TEST(proof_sum_is_as_described)
{
	static const char text[] = "0 0000000000000000 sha256";

	ck_assert_uint_eq(tlsp_proof_sum("x", 1, text, strlen(text)),
	    UINT64_C(0xf63db25423b045c2));
}
END_TEST

START_TEST(proof_sum_knows_where_the_key_ends)
{
	ck_assert_uint_ne(tlsp_proof_sum("ab", 2, "c", 1),
	    tlsp_proof_sum("a", 1, "bc", 2));
	ck_assert_uint_ne(tlsp_proof_sum("a", 1, "b\0", 2),
	    tlsp_proof_sum("a", 1, "b", 1));
	ck_assert_uint_ne(tlsp_proof_sum("a\0", 2, "b", 1),
	    tlsp_proof_sum("a", 1, "b", 1));
}
END_TEST

START_TEST(proof_read_reads_what_was_put)
{
	char text[TLSP_PROOF_LEN];
	uint64_t number = 1, again;
	int n;

	for (n = 0; n < 1000; n++) {
		tlsp_proof_put(text, number);
		ck_assert_int_eq(tlsp_proof_read(text, &again), 0);
		ck_assert_uint_eq(number, again);
		number = help_random(number);
	}
	tlsp_proof_put(text, UINT64_C(0x0123456789abcdef));
	ck_assert_mem_eq(text, "0123456789ABCDEF", TLSP_PROOF_LEN);
}
END_TEST

START_TEST(proof_read_takes_no_other_digit)
{
	char text[TLSP_PROOF_LEN];
	uint64_t number;
	int ch, is_digit;

	for (ch = 0; ch < 256; ch++) {
		tlsp_proof_put(text, 0);
		text[_i] = (char)ch;
		is_digit = (ch >= '0' && ch <= '9') ||
		    (ch >= 'A' && ch <= 'F');
		ck_assert_int_eq(tlsp_proof_read(text, &number),
		    is_digit ? 0 : -1);
	}
}
END_TEST

Suite *
check_proof_suite(void)
{
	Suite *suite = suite_create("proof");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_proof_sum");
	tcase_add_test(tcase, proof_sum_is_as_described);
	tcase_add_test(tcase, proof_sum_knows_where_the_key_ends);
	ADD_CASE(suite, tcase, "tlsp_proof_read");
	tcase_add_test(tcase, proof_read_reads_what_was_put);
	tcase_add_loop_test(tcase, proof_read_takes_no_other_digit, 0,
	    TLSP_PROOF_LEN);
	return suite;
}
