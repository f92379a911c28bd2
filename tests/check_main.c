/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_main.c - run the unit tests: a suite a room, from the lowest stair.
 * Knows:    the suites' names. CK_FORK, CK_RUN_SUITE and CK_RUN_CASE work
 *           as Check documents them.
 */
#include "check_tlsp.h"

#include <stdlib.h>

static Suite *(*const SUITES[])(void) = {
	check_hash_suite, check_err_suite, check_mem_suite, check_maps_suite,
	check_version_suite, check_words_suite, check_line_suite,
	check_name_suite, check_scan_suite, check_lex_suite, check_attr_suite,
	check_proof_suite, check_pin_suite, check_trust_suite,
	check_policy_suite, check_index_suite, check_search_suite,
	check_peek_suite,
	check_merge_suite, check_rule_suite, check_records_suite,
	check_rules_suite, check_resolve_suite, check_keys_suite,
	check_freeze_suite, check_file_suite, check_disk_suite,
	check_changes_suite, check_page_suite, check_sealed_suite,
	check_store_suite,
	check_pinned_suite, check_table_suite,
	check_record_suite, check_smtp_suite,
	check_nexthop_suite, check_net_suite, check_dns_suite,
	check_x509_suite, check_bundle_suite, check_authority_suite,
	check_ca_file_suite, check_chain_suite,
	check_demand_suite, check_lesson_suite,
	check_witness_suite, check_learner_suite,
	check_master_suite, check_identity_suite,
	check_conf_suite, check_tables_suite, check_targets_suite,
	check_out_text_suite, check_out_table_suite, check_out_json_suite,
	check_pinset_suite,
	check_finding_suite, check_check_kinds_suite, check_classes_suite,
	check_routes_suite,
	check_rule_text_suite,
	check_audit_line_suite, check_audit_said_suite,
	check_audit_in_suite, check_audit_match_suite, check_out_page_suite,
	check_out_metrics_suite,
	check_outlook_suite, check_draft_suite, check_clock_suite,
};

int
main(void)
{
	SRunner *runner = srunner_create(NULL);
	int n, n_failed;

	for (n = 0; n < N_ITEMS(SUITES); n++)
		srunner_add_suite(runner, SUITES[n]());
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
