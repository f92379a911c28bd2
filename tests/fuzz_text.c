/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz_text.c - any bytes as a rules file, against the slow and obvious way.
 * Holds:    each listed rule answers for its key as it is listed; a lookup
 *           finds what a search from top to bottom finds; no key that
 *           postmap reads is "not found", nor gets another's policy.
 */
#include "fuzz.h"

#include <string.h>
#include <strings.h>

#include "../dict_tlspolicy/merge.h"
#include "fuzz_postmap.h"
#include "helper.h"

/* So many keys are asked for; more would only be slow. */
#define MOST_KEYS	((size_t)100)

static const struct tlsp_rule *
search(const struct tlsp_index *idx, const char *key)
{
	const struct tlsp_rule *rule;
	int guesses;
	size_t n;

	/* What is written, twins and all, goes before what is guessed. */
	for (guesses = 0; guesses < 2; guesses++)
		for (n = 0; n < idx->rules.n_rules + idx->n_twins; n++) {
			rule = &idx->rules.list[n];
			if (rule->is_guess == guesses &&
			    strcmp(rule->key, key) == 0)
				return rule;
		}
	return NULL;
}

static const struct tlsp_rule *
search_nearest(const struct tlsp_index *idx, const char *key)
{
	const struct tlsp_rule *rule = NULL;
	const char *dot = key;

	while (rule == NULL && *dot != '\0' &&
	    (dot = strchr(dot + 1, '.')) != NULL)
		rule = search(idx, dot);
	return rule;
}

/* What tlsp_resolve() should have come to. */
static void
check_key(struct help *help, const char *key, int is_only)
{
	const struct tlsp_index *idx = &help->index;
	const size_t len = strlen(key);
	const struct tlsp_rule *rule = search(idx, key);
	const char *answer = NULL;
	struct tlsp_err err;
	enum tlsp_code code, want = TLSP_NONE;
	int is_left = 0;

	FUZZ_REQUIRE(tlsp_index_exact(idx, key, len, 0) == rule);
	FUZZ_REQUIRE(len == 0 || tlsp_index_nearest(idx, key, len, 0) ==
	    search_nearest(idx, key));
	if (rule == NULL && tlsp_name_has_parents(key, len, &help->host) &&
	    (rule = search_nearest(idx, key)) != NULL)
		is_left = !is_only && rule->fault == NULL &&
		    !rule->policy.is_final &&
		    rule->policy.pin == TLSP_PIN_OFF;
	if (rule != NULL && !is_left)
		want = tlsp_merge_none(HELP_FILE, rule, &answer, &err);
	code = help_ask(help, key, is_only);
	FUZZ_REQUIRE(code == want);
	FUZZ_REQUIRE(help->trace.rule == rule);
	FUZZ_REQUIRE(help->trace.is_left == is_left);
	FUZZ_REQUIRE(help->answer == answer);
	if (code < 0)
		FUZZ_REQUIRE(help->err.code == code &&
		    help->err.at.line > 0 && help->err.at.col > 0);
}

/* Keys that are near to one: below it, above it, beside it. */
static void
check_near(struct help *help, const char *key)
{
	static const char *const before[] = { "", "www.", "a.b.", "x", "." };
	const size_t room = strlen(key) + 10;
	char *near = malloc(room);
	const char *dot;
	size_t n;
	int is_only;

	if (near == NULL)
		abort();
	for (n = 0; n < sizeof(before) / sizeof(before[0]); n++)
		for (is_only = 0; is_only < 2; is_only++) {
			(void)snprintf(near, room, "%s%s", before[n], key);
			check_key(help, near, is_only);
			(void)strcat(near, ".");
			check_key(help, near, is_only);
		}
	if ((dot = strchr(key, '.')) != NULL && dot[1] != '\0') {
		check_key(help, dot, 0);
		check_key(help, dot + 1, 1);
	}
	free(near);
}

/* The host has not folded: any case must find the same. */
static void
check_folding(struct help *help, const char *key)
{
	char *upper = strdup(key), *cp;
	enum tlsp_code code;
	const char *answer;

	if (upper == NULL)
		abort();
	for (cp = upper; *cp != '\0'; cp++)
		if (*cp >= 'a' && *cp <= 'z')
			*cp = (char)(*cp - 32);
	code = help_ask(help, key, 1);
	answer = help->answer;
	FUZZ_REQUIRE(help_ask_folding(help, upper, 1) == code);
	FUZZ_REQUIRE(help->answer == answer);
	free(upper);
}

static void
check_list(struct help *help)
{
	const struct tlsp_rules *rules = &help->index.rules;
	const size_t step = rules->n_rules / MOST_KEYS + 1;
	const struct tlsp_rule *rule;
	const char *listed;
	struct tlsp_err err;
	enum tlsp_code code;
	size_t n;

	for (n = 0; n < rules->n_rules + help->index.n_twins; n += step) {
		rule = &rules->list[n];
		FUZZ_REQUIRE(rule->line > 0 && rule->col > 0);
		FUZZ_REQUIRE(rule->is_shadowed ==
		    (search(&help->index, rule->key) != rule));
		if (rule->is_shadowed)
			continue;
		listed = NULL;
		code = tlsp_merge_none(HELP_FILE, rule, &listed, &err);
		FUZZ_REQUIRE(help_ask(help, rule->key, 0) == code);
		FUZZ_REQUIRE(help->answer == listed);
		check_near(help, rule->key);
		check_folding(help, rule->key);
	}
}

/* What postmap reads: never "not found", and never another's value. */
static void
check_postmap(struct help *help, const char *text, size_t len)
{
	struct postmap_rule *list;
	const size_t n_list = postmap_read(text, len, &help->host, &list);
	size_t n, first;
	enum tlsp_code code;

	for (n = 0; n < n_list && n < MOST_KEYS; n++) {
		for (first = 0; strcmp(list[first].key, list[n].key) != 0;)
			first++;
		code = help_ask(help, list[n].key, 0);
		FUZZ_REQUIRE(code != TLSP_NONE);
		if (code != TLSP_OK)
			continue;
		/* What other tables drop is never answered. */
		FUZZ_REQUIRE(list[first].value != NULL);
		if (strcasestr(list[first].value, "pin") == NULL &&
		    strcasestr(list[first].value, "final") == NULL)
			FUZZ_REQUIRE(strcmp(list[first].value,
			    help->answer) == 0);
	}
	postmap_free(list, n_list);
}

static void
check_text(int postfix, int is_utf8, const char *text, size_t len)
{
	struct help help;
	enum tlsp_code code;

	help_init(&help, postfix, is_utf8);
	code = help_compile(&help, text, len);
	if (code == TLSP_OK) {
		check_list(&help);
		check_postmap(&help, text, len);
		check_key(&help, "", 1);
		check_key(&help, "nowhere.test", 1);
	} else {
		FUZZ_REQUIRE(code == TLSP_E_DAMAGED);
		FUZZ_REQUIRE(help.err.at.line > 0 && help.err.at.col > 0);
		FUZZ_REQUIRE(help.rules.list == NULL);
	}
	help_clear(&help);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	check_text(307, 1, (const char *)data, len);
	check_text(TLSP_POSTFIX_ANY, 0, (const char *)data, len);
	return 0;
}
