/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * helper_slow.c - what a lookup must come to, by a search from top to bottom.
 * Knows:    the rules and their order. Not: hashes, the bytes of an index.
 * Feeds:    check_*.c, fuzz_*.c, damage.c.
 */
#include "helper.h"

#include <string.h>

const struct tlsp_rule *
help_search(const struct tlsp_keys *keys, const char *key)
{
	const struct tlsp_rule *rule;
	int guesses;
	size_t n;

	/* What is written, twins and all, goes before what is guessed. */
	for (guesses = 0; guesses < 2; guesses++)
		for (n = 0; n < keys->rules.n_rules + keys->n_twins; n++) {
			rule = &keys->rules.list[n];
			if (rule->is_guess == guesses &&
			    strcmp(rule->key, key) == 0)
				return rule;
		}
	return NULL;
}

static const struct tlsp_rule *
search_nearest(const struct tlsp_keys *keys, const char *key)
{
	const struct tlsp_rule *rule = NULL;
	const char *dot = key;

	while (rule == NULL && *dot != '\0' &&
	    (dot = strchr(dot + 1, '.')) != NULL)
		rule = help_search(keys, dot);
	return rule;
}

void
help_want(const struct help *help, const char *key, unsigned how,
    struct help_want *want)
{
	const struct tlsp_keys *keys = &help->keys;
	const struct tlsp_rule *rule = help_search(keys, key);

	want->is_parent = want->is_left = 0;
	if (rule == NULL && tlsp_name_has_parents(key, strlen(key),
	    &help->host) && (rule = search_nearest(keys, key)) != NULL) {
		want->is_parent = 1;
		want->is_left = (how & TLSP_QUERY_ONLY) == 0 &&
		    rule->fault == NULL && !rule->policy.is_final &&
		    rule->policy.pin == TLSP_PIN_OFF;
	}
	want->rule = rule;
	if (rule == NULL || want->is_left)
		want->code = TLSP_NONE;
	else if (rule->fault != NULL)
		want->code = rule->fault->code;
	else if (rule->policy.pin == TLSP_PIN_REQUIRE)
		want->code = TLSP_E_PENDING;
	else
		want->code = TLSP_OK;
}

int
help_is_wanted(const struct help *help, const struct help_want *want,
    enum tlsp_code code)
{
	const struct tlsp_rule *rule = want->rule;
	const struct tlsp_err *err = &help->err;

	if (code != want->code)
		return 0;
	if (code == TLSP_OK)
		return strcmp(help->answer, rule->policy.text) == 0;
	if (help->answer != NULL)
		return 0;
	if (code == TLSP_NONE)
		return 1;
	if (err->code != code || strcmp(err->at.file, HELP_FILE) != 0)
		return 0;
	if (rule->fault != NULL)
		return err->at.line == rule->fault->at.line &&
		    err->at.col == rule->fault->at.col &&
		    strcmp(err->text, rule->fault->text) == 0;
	return err->at.line == rule->line && err->at.col == rule->col;
}
