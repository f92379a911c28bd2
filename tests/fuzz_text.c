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

#include "fuzz_postmap.h"
#include "helper.h"

/* So many keys are asked for; more would only be slow. */
#define MOST_KEYS	((size_t)100)

static void
check_key(struct help *help, const char *key, int is_only)
{
	const unsigned how = is_only ? TLSP_QUERY_ONLY : 0;
	struct help_want want;
	enum tlsp_code code;

	FUZZ_REQUIRE(tlsp_keys_find(&help->keys, key, strlen(key)) ==
	    help_search(&help->keys, key));
	help_want(help, key, how, &want);
	code = help_query(help, key, how);
	FUZZ_REQUIRE(help_is_wanted(help, &want, code));
	FUZZ_REQUIRE(help_traced(help, key) == want.rule);
	FUZZ_REQUIRE(want.rule == NULL ||
	    help->trace.found.is_parent == want.is_parent);
	FUZZ_REQUIRE(help->trace.is_left == want.is_left);
	/* Mail asks without a trace, and for the parents of what it misses. */
	FUZZ_REQUIRE(help_mail(help, key, how) == code &&
	    help_mail(help, key, how | TLSP_QUERY_FOLD) == code);
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
	const struct tlsp_rules *rules = &help->keys.rules;
	const size_t step = rules->n_rules / MOST_KEYS + 1;
	const struct tlsp_rule *rule;
	size_t n;

	for (n = 0; n < rules->n_rules + help->keys.n_twins; n += step) {
		rule = &rules->list[n];
		FUZZ_REQUIRE(rule->line > 0 && rule->col > 0);
		FUZZ_REQUIRE(rule->is_shadowed ==
		    (help_search(&help->keys, rule->key) != rule));
		if (rule->is_shadowed)
			continue;
		check_key(help, rule->key, 0);
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
