/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * targets.c - who is to be probed, and what the rules demand of them.
 * Knows:    where names come from: arguments, a stream, all rules. Not:
 *           connections, printing.
 * Feeds:    probe, refresh.
 */
#include "targets.h"

#include <stdlib.h>
#include <string.h>

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "out of memory");
}

/* 1: it is set, or there is nothing to copy. */
static int
copy(const char *text, char **ret_copy)
{
	*ret_copy = text != NULL ? strdup(text) : NULL;
	return text == NULL || *ret_copy != NULL;
}

/* "file:line:col: text" of what makes mail wait. */
static int
set_fault(const struct tlsp_err *fault, struct prober_target *target)
{
	char text[1024];

	tlsp_err_print(fault, text, sizeof(text));
	return copy(text, &target->fault);
}

/* A rule's right-hand side, what is ours behind what is Postfix's. */
static int
copy_rule(const struct tlsp_rule *rule, char **ret_copy)
{
	static const char *const PINS[] = {
		[TLSP_PIN_OFF] = "",
		[TLSP_PIN_PREFER] = " pin=prefer",
		[TLSP_PIN_REQUIRE] = " pin=require",
	};
	size_t len;

	*ret_copy = NULL;
	if (rule == NULL || rule->fault != NULL)
		return 1;
	len = strlen(rule->policy.text) + 16;
	if ((*ret_copy = malloc(len)) == NULL)
		return 0;
	(void)snprintf(*ret_copy, len, "%s%s", rule->policy.text,
	    PINS[rule->policy.pin]);
	return 1;
}

/* Ask for TLS, and for a certificate, whatever else the rule says. */
static void
demand_cert(struct demand *demand)
{
	if (demand->level == TLSP_LEVEL_MAY)
		demand->level = TLSP_LEVEL_ENCRYPT;
	demand->has_pin = 1;
	if (demand->as_may != NULL)
		demand_cert(demand->as_may);
}

static enum tlsp_code
read_demand(const struct targets *targets, const struct tlsp_policy *policy,
    struct demand *demand, struct tlsp_err *err)
{
	const struct tlsp_host *host = &targets->tables->host;
	enum tlsp_code code;

	code = demand_read(targets->site, host, policy != NULL ?
	    policy->text : NULL, policy != NULL ? policy->pin : TLSP_PIN_OFF,
	    demand, err);
	if (code != TLSP_OK || !targets->is_for_cert)
		return code;
	if (demand->level == TLSP_LEVEL_NONE) {
		demand_clear(demand);
		code = demand_read(targets->site, host, "encrypt",
		    TLSP_PIN_OFF, demand, err);
	}
	if (code == TLSP_OK)
		demand_cert(demand);
	return code;
}

/* What the answer of the tables demands. */
static enum tlsp_code
fill(const struct targets *targets, const struct tables_answer *answer,
    struct prober_target *target, struct tlsp_err *err)
{
	const struct tables *tables = targets->tables;
	const struct tlsp_rule *rule = answer->rule;
	const struct tlsp_policy *policy = NULL;
	struct tlsp_err fault;
	enum tlsp_code code;

	if (answer->code != TLSP_OK && answer->code != TLSP_NONE) {
		if (!set_fault(&answer->err, target))
			return no_memory(err);
	} else if (rule != NULL)
		policy = &rule->policy;
	if (!copy(answer->key, &target->nexthop) ||
	    !copy(rule != NULL ? rule->key : NULL, &target->key) ||
	    !copy_rule(rule, &target->rule))
		return no_memory(err);
	if (target->fault != NULL)
		return TLSP_OK;
	if (policy != NULL)
		target->constraint = tlsp_policy_constraint(policy->text,
		    tlsp_policy_has_braces(tables->host.postfix),
		    &tables->trust);
	code = read_demand(targets, policy, &target->demand, &fault);
	if (code == TLSP_E_NOMEM)
		return no_memory(err);
	if (code != TLSP_OK && !set_fault(&fault, target))
		return no_memory(err);
	return TLSP_OK;
}

static void
clear(struct prober_target *target)
{
	free(target->nexthop);
	free(target->key);
	free(target->rule);
	free(target->fault);
	memset(target, 0, sizeof(*target));
}

static enum tlsp_code
make(const struct targets *targets, const char *nexthop,
    struct prober_target *ret_target, struct tlsp_err *err)
{
	struct tables_answer *answer = calloc(1, sizeof(*answer));
	struct prober_target target;
	enum tlsp_code code;

	if (answer == NULL)
		return no_memory(err);
	memset(&target, 0, sizeof(target));
	code = tables_find(targets->tables, nexthop, answer);
	if (code == TLSP_E_NOBODY)
		*err = answer->err;
	else
		code = fill(targets, answer, &target, err);
	free(answer);
	if (code != TLSP_OK)
		clear(&target);
	else
		*ret_target = target;
	return code;
}

static void
skip(struct targets *targets, const char *key, const char *why)
{
	targets->n_skipped++;
	if (targets->skipped != NULL)
		targets->skipped(targets->ctx, key, why);
}

/* The next line of the stream that names somebody; NULL: the end. */
static const char *
next_line(struct targets *targets)
{
	ssize_t len;

	while ((len = getline(&targets->line, &targets->line_size,
	    targets->stream)) > 0) {
		targets->line[strcspn(targets->line, " \t\r\n#")] = '\0';
		if (targets->line[0] != '\0')
			return targets->line;
	}
	return NULL;
}

/* The next name that was given; NULL: the end. */
static const char *
next_who(struct targets *targets)
{
	const char *line;

	for (; targets->at < targets->n_who; targets->at++) {
		if (strcmp(targets->who[targets->at], "-") != 0)
			return targets->who[targets->at++];
		if ((line = next_line(targets)) != NULL)
			return line;
	}
	return NULL;
}

/* Why a rule's key names nobody that could be asked; NULL: it does. */
static const char *
why_not(const char *key)
{
	struct nexthop hop;
	struct tlsp_err err;

	if (*key == '.')
		return "a wildcard: name a domain below it";
	if (nexthop_read(key, &hop, &err) != TLSP_OK)
		return "no host that can be asked";
	return NULL;
}

/* The key of the next rule; NULL: the end, or a table that has a fault. */
static const char *
next_rule(struct targets *targets, struct tlsp_err *err, enum tlsp_code *code)
{
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	const char *why;

	while ((*code = tables_next(targets->tables, &targets->cursor, &map,
	    &rule, err)) == TLSP_OK) {
		if (targets->is_pinned && rule->policy.pin == TLSP_PIN_OFF)
			continue;
		if ((why = why_not(rule->key)) == NULL)
			return rule->key;
		skip(targets, rule->key, why);
	}
	return NULL;
}

enum tlsp_code
targets_next(void *ctx, struct prober_target *ret_target,
    struct tlsp_err *err)
{
	struct targets *targets = ctx;
	enum tlsp_code code = TLSP_NONE;
	const char *who;

	do {
		who = next_who(targets);
		if (who != NULL)
			who = nexthop_of(who);
		else if (targets->is_all)
			who = next_rule(targets, err, &code);
		if (who == NULL)
			return code;
		code = make(targets, who, ret_target, err);
		if (code == TLSP_E_NOBODY)
			skip(targets, who, err->text);
	} while (code == TLSP_E_NOBODY);
	return code;
}

size_t
targets_count(const struct targets *targets)
{
	struct tables_cursor cursor;
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	struct tlsp_err err;
	size_t n, count = targets->n_who;

	for (n = 0; n < targets->n_who; n++)
		if (strcmp(targets->who[n], "-") == 0)
			return 0;
	memset(&cursor, 0, sizeof(cursor));
	while (targets->is_all && tables_next(targets->tables, &cursor, &map,
	    &rule, &err) == TLSP_OK)
		count += why_not(rule->key) == NULL && (!targets->is_pinned ||
		    rule->policy.pin != TLSP_PIN_OFF);
	return count;
}

void
targets_clear(struct targets *targets)
{
	free(targets->line);
	targets->line = NULL;
}
