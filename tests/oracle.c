/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * oracle.c - the slow obvious matcher, written from the manual page.
 * Knows:    a list of keys and what each says. Not: the module's code.
 * Feeds:    oracle_run, which holds the module against it.
 */
#include "oracle.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Labels one by one: letters, digits, hyphens inside, underscores. */
int
oracle_is_hostname(const char *name)
{
	char copy[300], *label, *next;
	int only_digits = 1;
	size_t n, len;

	if (strlen(name) == 0 || strlen(name) > 255)
		return 0;
	strcpy(copy, name);
	for (label = copy; label != NULL; label = next) {
		if ((next = strchr(label, '.')) != NULL)
			*next++ = '\0';
		len = strlen(label);
		if (len == 0 || len > 63 || label[0] == '-' ||
		    label[len - 1] == '-')
			return 0;
		for (n = 0; n < len; n++) {
			if (!isalnum((unsigned char)label[n]) &&
			    label[n] != '_' && label[n] != '-')
				return 0;
			if (!isdigit((unsigned char)label[n]))
				only_digits = 0;
		}
	}
	return !only_digits;
}

static const struct oracle_rule *
first_with(const struct oracle_rule *rules, size_t n_rules, const char *key)
{
	size_t n;

	for (n = 0; n < n_rules; n++)
		if (strcasecmp(rules[n].key, key) == 0)
			return &rules[n];
	return NULL;
}

static struct oracle_answer
answer_of(const struct oracle_rule *rule)
{
	struct oracle_answer answer = { 0, 0 };

	if (rule != NULL) {
		answer.number = rule->number;
		answer.is_error = rule->kind == ORACLE_BAD ||
		    rule->kind == ORACLE_REQUIRE;
	}
	return answer;
}

struct oracle_answer
oracle_lookup(const struct oracle_rule *rules, size_t n_rules,
    const char *key, int is_only)
{
	const struct oracle_rule *rule = first_with(rules, n_rules, key);
	const char *parent;

	if (rule != NULL || !oracle_is_hostname(key))
		return answer_of(rule);
	for (parent = strchr(key, '.'); parent != NULL;
	    parent = strchr(parent + 1, '.')) {
		if ((rule = first_with(rules, n_rules, parent)) == NULL)
			continue;
		if (!is_only && rule->kind == ORACLE_PLAIN)
			rule = NULL;	/* Postfix will ask for it */
		break;
	}
	return answer_of(rule);
}

struct oracle_answer
oracle_stock(const struct oracle_rule *rules, size_t n_rules,
    const char *destination)
{
	const struct oracle_rule *rule = first_with(rules, n_rules,
	    destination);
	const char *parent = destination;

	while (rule == NULL && oracle_is_hostname(destination) &&
	    (parent = strchr(parent + 1, '.')) != NULL)
		rule = first_with(rules, n_rules, parent);
	return answer_of(rule);
}
