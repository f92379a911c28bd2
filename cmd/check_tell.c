/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_tell.c - how a finding about rules is worded.
 * Knows:    keys in sentences, findings that many rules share. Not: any of
 *           them.
 * Feeds:    check_*.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

#define IT		"Mail to it "

/* lmtp(8) has a parameter of its own for each of smtp(8) that is named. */
static const char *
of_service(const struct check *check, char *text)
{
	static const char *const words[] = { "smtp(8)", "smtp_tls_",
	    "smtp_dns_" };
	const size_t len = strlen("smtp");
	char *at;
	size_t n;

	for (n = 0; n < sizeof(words) / sizeof(words[0]); n++)
		for (at = text; strlen(check->service) == len &&
		    (at = strstr(at, words[n])) != NULL; at += len)
			memcpy(at, check->service, len);
	return text;
}

/* What to do of another kind than in the catalogue. */
static const char *
remedy_of(const struct check *check, enum check_kind kind)
{
	if (strcmp(check->service, "lmtp") == 0 &&
	    (kind == CHECK_PINS_PREFER || kind == CHECK_PINS_REQUIRE))
		return "Leave pin= out where lmtp(8) asks: probe speaks no "
		    "LMTP, and so nothing is learned.";
	return check_kind(kind)->remedy;
}

void
check_say(const struct check *check, enum check_kind kind,
    const struct tlsp_pos *at, const char *key, const char *fmt, ...)
{
	struct finding finding = { .kind = check_kind(kind), .key = key };
	const char *means = finding.kind->means;
	char text[600], to[600], remedy[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Of another way, the program is named that takes it. */
	finding.text = kind == CHECK_OTHER_WAY ? text :
	    of_service(check, text);
	(void)snprintf(remedy, sizeof(remedy), "%s", remedy_of(check, kind));
	finding.remedy = of_service(check, remedy);
	if (at != NULL)
		finding.at = *at;
	if (key != NULL && strncmp(means, IT, strlen(IT)) == 0)
		(void)snprintf(to, sizeof(to), "Mail to %s%.160s %s",
		    key[0] == '.' ? "names below " : "",
		    key + (key[0] == '.'),
		    means + strlen(IT));
	else
		(void)snprintf(to, sizeof(to), "%s", means);
	finding.means = of_service(check, to);
	findings_add(check->findings, &finding);
}

void
check_share(struct check_shared *shared, const struct tlsp_rule *rule,
    const struct tlsp_pos *at)
{
	if (shared->n++ > 0)
		return;
	shared->first = rule;
	shared->at = *at;
}

void
check_say_shared(const struct check *check, const struct check_shared *shared,
    const char *what)
{
	if (shared->n == 1)
		check_say(check, shared->kind, &shared->at,
		    shared->first->key, "%s", what);
	else if (shared->n > 1)
		check_say(check, shared->kind, &shared->at,
		    shared->first->key, "%s; so it is with %zu more %s", what,
		    shared->n - 1, shared->n == 2 ? "rule" : "rules");
}

const struct tlsp_rule *
check_next(const struct check_table *table, size_t *cursor)
{
	const struct tlsp_rules *rules = &table->keys.rules;
	const struct tlsp_rule *rule;

	while (*cursor < rules->n_rules) {
		rule = &rules->list[(*cursor)++];
		if (!rule->is_shadowed && rule->fault == NULL &&
		    rule->kind != TLSP_NAME_NEVER)
			return rule;
	}
	return NULL;
}

struct tlsp_pos
check_at(const struct check_table *table, const struct tlsp_rule *rule)
{
	return (struct tlsp_pos){ table->map->path, rule->line, rule->col };
}
