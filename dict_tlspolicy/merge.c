/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * merge.c - the precedence of what a person wrote and what was learned.
 * Knows:    that learned never weakens written. Not: where either is kept.
 * Feeds:    resolve.
 */
#include "merge.h"

enum tlsp_code
tlsp_merge_none(const char *file, const struct tlsp_rule *rule,
    const char **ret_answer, struct tlsp_err *err)
{
	const struct tlsp_pos at = { file, rule->line, rule->col };

	if (rule->fault != NULL) {
		*err = *rule->fault;
		return err->code;
	}
	if (rule->policy.pin == TLSP_PIN_REQUIRE)
		return tlsp_err_set(err, TLSP_E_PENDING, &at, "pin=require, "
		    "and no fingerprint has been verified yet");
	*ret_answer = rule->policy.text;
	return TLSP_OK;
}
