/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * resolve.c - one key, one answer.
 * Knows:    exact before parent, and when a parent may answer for its
 *           children. Not: files, Postfix.
 * Feeds:    table.
 */
#include "resolve.h"

#include <string.h>

#include "merge.h"

/*
 * A plain wildcard waits for Postfix to ask for it: a table behind this one
 * may have a rule for the name itself, one before it a nearer wildcard. Not
 * so one that says it is final, one with pins (they belong to the name,
 * which is known only now), and one that cannot be read: it may have said
 * either.
 */
static int
answers_below(const struct tlsp_rule *rule)
{
	return rule->fault != NULL || rule->policy.is_final ||
	    rule->policy.pin != TLSP_PIN_OFF;
}

enum tlsp_code
tlsp_resolve(const struct tlsp_index *idx, const struct tlsp_host *host,
    const struct tlsp_query *query, struct tlsp_trace *trace,
    const char **ret_answer, struct tlsp_err *err)
{
	const size_t len = strlen(query->key);
	struct tlsp_trace found = { NULL, 0, 0 };

	found.rule = tlsp_index_exact(idx, query->key, len, query->folds);
	if (found.rule == NULL && idx->n_parents > 0 &&
	    tlsp_name_has_parents(query->key, len, host)) {
		found.rule = tlsp_index_nearest(idx, query->key, len,
		    query->folds);
		found.is_parent = found.rule != NULL;
		found.is_left = found.rule != NULL && !query->is_only &&
		    !answers_below(found.rule);
	}
	if (trace != NULL)
		*trace = found;
	if (found.rule == NULL || found.is_left)
		return TLSP_NONE;
	return tlsp_merge_none(idx->rules.file, found.rule, ret_answer, err);
}
