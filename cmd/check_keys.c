/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_keys.c - traps in keys: domains beside wildcards, twins, registries.
 * Knows:    which of two levels is weaker. Not: attributes, other tables.
 * Feeds:    check.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"

/*
 * How little a level can end in: dane is may or encrypt where a partner has
 * no TLSA records, verify believes unsigned MX records.
 */
static int
strength(enum tlsp_level_id level)
{
	static const int strengths[] = {
		[TLSP_LEVEL_NONE] = 0, [TLSP_LEVEL_MAY] = 1,
		[TLSP_LEVEL_DANE] = 2, [TLSP_LEVEL_ENCRYPT] = 3,
		[TLSP_LEVEL_VERIFY] = 4, [TLSP_LEVEL_FINGERPRINT] = 5,
		[TLSP_LEVEL_DANE_ONLY] = 5, [TLSP_LEVEL_SECURE] = 5,
		[TLSP_LEVEL_UNKNOWN] = 6
	};

	return strengths[level];
}

/* A rule that somebody wrote for exactly this key, without a fault. */
static const struct tlsp_rule *
find(const struct check_table *table, const char *key)
{
	const struct tlsp_rule *rule = tlsp_keys_find(&table->keys, key,
	    strlen(key));

	return rule != NULL && rule->fault == NULL ? rule : NULL;
}

/* Does a table of ours answer for this name, rightly or wrongly? */
static int
is_answered(const struct check *check, const char *name)
{
	struct tables_answer *answer = malloc(sizeof(*answer));
	int is_answered;

	if (answer == NULL)
		return 1;
	is_answered = tables_find(check->tables, name, answer) != TLSP_NONE;
	free(answer);
	return is_answered;
}

static void
look_for_itself(const struct check_table *table, const struct tlsp_rule *rule)
{
	const struct tlsp_pos at = check_at(table, rule);

	if (!is_answered(table->check, rule->key + 1))
		check_say(table->check, CHECK_NOT_ITSELF, &at, rule->key,
		    "there is a rule for names below \"%.80s\", and none for "
		    "\"%.80s\"", rule->key + 1, rule->key + 1);
}

/* The nearest wildcard above. */
static void
look_above(const struct check_table *table, const struct tlsp_rule *rule)
{
	const struct tlsp_pos at = check_at(table, rule);
	const enum tlsp_level_id level = rule->policy.level;
	const struct tlsp_rule *above = NULL;
	const char *dot = rule->key;

	while (above == NULL && (dot = strchr(dot + 1, '.')) != NULL)
		above = find(table, dot);
	if (above != NULL && above->policy.level != TLSP_LEVEL_UNKNOWN &&
	    strength(level) < strength(above->policy.level))
		check_say(table->check, CHECK_WEAKER, &at, rule->key,
		    "\"%s\" is weaker than the \"%s\" that line %u demands "
		    "below \"%.80s\"", tlsp_level_name(level),
		    tlsp_level_name(above->policy.level), above->line,
		    above->key + 1);
}

static void
look_at_default(const struct check_table *table, const struct tlsp_rule *rule)
{
	const struct tlsp_pos at = check_at(table, rule);
	const enum tlsp_level_id usual = table->check->site->level;

	if (strength(rule->policy.level) < strength(usual))
		check_say(table->check, CHECK_WEAKER_DEFAULT, &at, rule->key,
		    "\"%s\" is weaker than the \"%s\" that "
		    "smtp_tls_security_level demands of everybody",
		    tlsp_level_name(rule->policy.level),
		    tlsp_level_name(usual));
}

/* Both forms of a name have rules, and they differ. */
static void
look_at_twin(const struct check_table *table, const struct tlsp_rule *rule)
{
	const struct tables *tables = table->check->tables;
	const struct tlsp_pos at = check_at(table, rule);
	const char *key = rule->raw != NULL ? rule->raw : rule->key;
	const char *twin = tlsp_name_twin(key, strlen(key), &tables->host);
	const struct tlsp_rule *other;
	char name[TABLES_KEY_MAX], folded[TABLES_KEY_MAX];

	if (twin == NULL || strlen(twin) + 2 > sizeof(name))
		return;
	(void)strcpy(stpcpy(name, key[0] == '.' ? "." : ""), twin);
	twin = tables_fold(tables, name, folded, sizeof(folded));
	if (twin != NULL && (other = find(table, twin)) != NULL &&
	    other->line < rule->line &&
	    strcmp(other->policy.text, rule->policy.text) != 0)
		check_say(table->check, CHECK_OTHER_TWIN, &at, rule->key,
		    "\"%.80s\" is another spelling of \"%.80s\", which has "
		    "another rule in line %u", rule->key, other->key,
		    other->line);
}

void
check_keys(const struct check_table *table)
{
	const struct check *check = table->check;
	const struct tlsp_rule *rule;
	struct tlsp_pos at;
	size_t cursor = 0;
	int is_parent;

	while ((rule = check_next(table, &cursor)) != NULL) {
		look_at_default(table, rule);
		is_parent = rule->kind == TLSP_NAME_PARENT;
		if (rule->kind != TLSP_NAME_DOMAIN && !is_parent)
			continue;
		look_above(table, rule);
		look_at_twin(table, rule);
		at = check_at(table, rule);
		if (psl_is_suffix(check->psl, rule->key + is_parent))
			check_say(check, CHECK_SUFFIX, &at, rule->key,
			    "\"%.80s\" is a public suffix: strangers register "
			    "their names below it", rule->key + is_parent);
		else if (is_parent)
			look_for_itself(table, rule);
	}
}
