/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_tlsp.h - what the Check suites share: one suite a room, assertions.
 * Knows:    Check. Not: any room's inside.
 * Feeds:    check_main.c, check_*.c.
 */
#ifndef TLSP_CHECK_TLSP_H
#define TLSP_CHECK_TLSP_H

#include <check.h>
#include <string.h>

#include "helper.h"

Suite *check_hash_suite(void);
Suite *check_err_suite(void);
Suite *check_mem_suite(void);
Suite *check_maps_suite(void);
Suite *check_version_suite(void);
Suite *check_words_suite(void);
Suite *check_line_suite(void);
Suite *check_lex_suite(void);
Suite *check_name_suite(void);
Suite *check_scan_suite(void);
Suite *check_attr_suite(void);
Suite *check_proof_suite(void);
Suite *check_pin_suite(void);
Suite *check_trust_suite(void);
Suite *check_policy_suite(void);
Suite *check_rule_suite(void);
Suite *check_rules_suite(void);
Suite *check_keys_suite(void);
Suite *check_records_suite(void);
Suite *check_freeze_suite(void);
Suite *check_index_suite(void);
Suite *check_peek_suite(void);
Suite *check_search_suite(void);
Suite *check_merge_suite(void);
Suite *check_resolve_suite(void);
Suite *check_file_suite(void);
Suite *check_disk_suite(void);
Suite *check_pinned_suite(void);
Suite *check_changes_suite(void);
Suite *check_page_suite(void);
Suite *check_sealed_suite(void);
Suite *check_store_suite(void);
Suite *check_table_suite(void);

/* Rooms of the command. */
Suite *check_record_suite(void);
Suite *check_smtp_suite(void);
Suite *check_nexthop_suite(void);
Suite *check_net_suite(void);
Suite *check_dns_suite(void);
Suite *check_x509_suite(void);
Suite *check_bundle_suite(void);
Suite *check_authority_suite(void);
Suite *check_ca_file_suite(void);
Suite *check_chain_suite(void);
Suite *check_demand_suite(void);
Suite *check_lesson_suite(void);
Suite *check_learner_suite(void);
Suite *check_witness_suite(void);

Suite *check_master_suite(void);
Suite *check_identity_suite(void);

Suite *check_classes_suite(void);
Suite *check_clock_suite(void);
Suite *check_conf_suite(void);
Suite *check_tables_suite(void);
Suite *check_targets_suite(void);
Suite *check_out_table_suite(void);
Suite *check_out_text_suite(void);
Suite *check_out_json_suite(void);
Suite *check_pinset_suite(void);
Suite *check_finding_suite(void);
Suite *check_check_kinds_suite(void);
Suite *check_routes_suite(void);
Suite *check_rule_text_suite(void);
Suite *check_audit_line_suite(void);
Suite *check_audit_said_suite(void);
Suite *check_audit_in_suite(void);
Suite *check_audit_match_suite(void);
Suite *check_out_page_suite(void);
Suite *check_out_metrics_suite(void);
Suite *check_outlook_suite(void);
Suite *check_draft_suite(void);

/* Parts of a suite that have a file of their own. */
void check_attr_add_values(Suite *);
void check_policy_add_rows(Suite *);
void check_policy_add_ours(Suite *);
void check_policy_add_pinned(Suite *);
void check_merge_add_laws(Suite *);
void check_rules_add_hidden(Suite *);
void check_file_add_links(Suite *);
void check_file_add_writers(Suite *);
void check_file_add_beside(Suite *);
void check_disk_add_publish(Suite *);
void check_store_add_edit(Suite *);
void check_table_add_frozen(Suite *);
void check_table_add_recover(Suite *);
void check_table_add_freeze(Suite *);

#define N_ITEMS(array)	((int)(sizeof(array) / sizeof((array)[0])))

/*
 * One function, one case of Check, its tests added by name. The time limit
 * is for what hangs, not for what is slow on a busy machine.
 */
#define ADD_CASE(suite, tcase, name) do {				\
	(tcase) = tcase_create(name);					\
	tcase_set_timeout((tcase), 60);					\
	suite_add_tcase((suite), (tcase));				\
} while (0)

/*
 * As ck_assert_msg(), for what is asked a million times: Check makes a note
 * of each assertion that holds.
 */
#define EXPECT_TRUE(cond, ...) do {					\
	if (!(cond))							\
		ck_abort_msg(__VA_ARGS__);				\
} while (0)

#define EXPECT_CODE(name, want, got)					\
	ck_assert_msg((want) == (got), "%s: code %d, not %d", (name),	\
	    (int)(got), (int)(want))

/* An error with its place. */
#define EXPECT_ERR(name, err, want_code, want_line, want_col)		\
	ck_assert_msg((err)->code == (want_code) &&			\
	    (err)->at.line == (unsigned)(want_line) &&			\
	    (err)->at.col == (unsigned)(want_col) &&			\
	    (err)->text[0] != '\0',					\
	    "%s: code %d at %u:%u (%s), not %d at %u:%u", (name),	\
	    (int)(err)->code, (err)->at.line, (err)->at.col,		\
	    (err)->text, (int)(want_code), (unsigned)(want_line),	\
	    (unsigned)(want_col))

#define EXPECT_STR(name, want, got)					\
	ck_assert_msg((got) != NULL && strcmp((want), (got)) == 0,	\
	    "%s: \"%s\", not \"%s\"", (name),				\
	    (got) != NULL ? (got) : "(null)", (want))

#define EXPECT_FOUND(name, help, severity, code, line, col)		\
	ck_assert_msg(help_count((help), (severity), (code), (line),	\
	    (col)) == 1, "%s: %zu findings %d at %u:%u, not 1 "		\
	    "(%zu errors and %zu warnings in all)", (name),		\
	    help_count((help), (severity), (code), (line), (col)),	\
	    (int)(code), (unsigned)(line), (unsigned)(col),		\
	    (help)->n_errors, (help)->n_warnings)

/*
 * From the n-th call on (0: the next one), malloc and its kin fail in the
 * core; less than 0: they work. The number of calls since it was last set.
 */
void check_alloc_fail_at(long n);
long check_alloc_calls(void);

#endif
