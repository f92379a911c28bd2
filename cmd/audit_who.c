/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_who.c - which partner a delivery was for, and what was promised.
 * Knows:    which rule answers for a recipient, whom somebody asked about.
 *           Not: logs, counting.
 * Feeds:    audit_feed, audit.
 */
#include "audit_who.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_recent.h"

#define CACHED_MAX	((size_t)1 << 16)
#define NAME_MAX_LEN	1000

/* What was found for a domain and a server. partner: NULL: nobody's. */
struct cached {
	int is_known;
	struct audit_partner *partner;
	enum audit_demand demand;
};

/* A rule: its table and its line. */
struct rule_key {
	const char *path;
	unsigned line;
};

struct audit_who {
	const struct tables *tables;
	const struct tables *lmtp;
	const struct audit_who_options *options;
	struct audit_sum *sum;
	struct audit_recent *cache;
	struct audit_recent *seen;	/* rules under which mail went */
	struct tables_answer answer;
};

struct audit_who *
audit_who_new(const struct tables *tables, const struct tables *lmtp,
    const struct audit_who_options *options, struct audit_sum *sum)
{
	struct audit_who *who = calloc(1, sizeof(*who));

	if (who == NULL)
		return NULL;
	who->tables = tables;
	who->lmtp = lmtp;
	who->options = options;
	who->sum = sum;
	who->cache = audit_recent_new(sizeof(struct cached), CACHED_MAX);
	who->seen = audit_recent_new(sizeof(int), 0);
	if (who->cache == NULL || who->seen == NULL) {
		audit_who_free(who);
		return NULL;
	}
	return who;
}

void
audit_who_free(struct audit_who *who)
{
	if (who == NULL)
		return;
	audit_recent_free(who->cache);
	audit_recent_free(who->seen);
	free(who);
}

/* A domain as people read it: folded, "xn--" as what it stands for. */
static const char *
name_of(const struct tables *tables, const char *domain, char *buf,
    size_t size)
{
	const struct tlsp_host *host = &tables->host;
	const char *name = tables_fold(tables, domain, buf, size);

	if (name == NULL)
		return domain;
	if (strstr(name, "xn--") == NULL || host->to_utf8 == NULL)
		return name;
	domain = host->to_utf8(host->ctx, name);
	return domain != NULL ? domain : name;
}

static enum audit_demand
demand_of(const struct tlsp_rule *rule)
{
	if (rule == NULL || rule->fault != NULL)
		return AUDIT_DEMAND_NONE;
	switch (rule->policy.level) {
	case TLSP_LEVEL_ENCRYPT:
		/* Mail without a fingerprint would have waited. */
		return rule->policy.pin == TLSP_PIN_REQUIRE ?
		    AUDIT_DEMAND_VERIFIED : AUDIT_DEMAND_TLS;
	case TLSP_LEVEL_FINGERPRINT:
	case TLSP_LEVEL_DANE:
	case TLSP_LEVEL_DANE_ONLY:
	case TLSP_LEVEL_VERIFY:
	case TLSP_LEVEL_SECURE:
		return AUDIT_DEMAND_VERIFIED;
	default:
		return AUDIT_DEMAND_NONE;
	}
}

/* Note at the partner which rule answers. 0: no memory. */
static int
note_rule(struct audit_partner *partner, const struct tables_map *map,
    const struct tlsp_rule *rule)
{
	if (partner->rule_key != NULL)
		return 1;
	partner->rule_key = strdup(rule->key);
	partner->file = strdup(map->path);
	partner->line = rule->line;
	partner->level = rule->fault == NULL ?
	    tlsp_level_name(rule->policy.level) : NULL;
	partner->demand = demand_of(rule);
	if (rule->fault != NULL && (partner->why = strdup(
	    rule->fault->text)) == NULL)
		return 0;
	return partner->rule_key != NULL && partner->file != NULL;
}

static int
note_seen(struct audit_who *who, const struct tables_map *map,
    const struct tlsp_rule *rule)
{
	struct rule_key key;

	memset(&key, 0, sizeof(key));
	key.path = map->path;
	key.line = rule->line;
	return audit_recent_get(who->seen, &key, sizeof(key)) != NULL;
}

/*
 * Ask for "[host]:port", and "[host]" where that is the usual port; by
 * lmtp(8) for the same without brackets, too.
 * relay:    host[address]:port
 */
static enum tlsp_code
ask_relay(struct audit_who *who, int is_lmtp, struct audit_span relay)
{
	const struct tables *tables = is_lmtp ? who->lmtp : who->tables;
	const size_t host = audit_span_find(relay, "[");
	const size_t end = audit_span_find(relay, "]:");
	char bare[TLSP_HOSTNAME_MAX + 1], port[8], key[sizeof(bare) + 16];
	enum tlsp_code code = TLSP_NONE;
	int n, has_port, has_brackets;

	if (tables == NULL || host == (size_t)-1 || end == (size_t)-1 ||
	    host > TLSP_HOSTNAME_MAX)
		return TLSP_NONE;
	audit_span_copy((struct audit_span){ relay.at, host }, bare,
	    sizeof(bare));
	audit_span_copy(audit_span_behind(relay, end + 2), port, sizeof(port));
	for (n = 0; code == TLSP_NONE && n < (is_lmtp ? 4 : 2); n++) {
		has_port = n % 2 == 0;
		has_brackets = n < 2;
		if (!has_port && strcmp(port, is_lmtp ? "24" : "25") != 0)
			continue;
		(void)snprintf(key, sizeof(key), "%s%s%s%s%s",
		    has_brackets ? "[" : "", bare, has_brackets ? "]" : "",
		    has_port ? ":" : "", has_port ? port : "");
		code = tables_find(tables, key, &who->answer);
	}
	return code;
}

/* Does a name stand for this partner? */
static int
is_meant(const char *name, const char *partner, const char *rule_key)
{
	const size_t len = strlen(name), partner_len = strlen(partner);

	if (strcmp(name, partner) == 0 ||
	    (rule_key != NULL && strcmp(name, rule_key) == 0))
		return 1;
	return name[0] == '.' && partner_len > len &&
	    strcmp(partner + partner_len - len, name) == 0;
}

static int
is_wanted(const struct audit_who *who, const char *partner,
    const char *rule_key)
{
	char buf[TABLES_KEY_MAX];
	size_t n;

	if (who->options->n_names == 0)
		return 1;
	for (n = 0; n < who->options->n_names; n++)
		if (is_meant(name_of(who->tables, who->options->names[n], buf,
		    sizeof(buf)), partner, rule_key))
			return 1;
	return 0;
}

/* Not asked before: ask the tables. 0: no memory. */
static int
resolve(struct audit_who *who, int is_lmtp, const char *domain,
    struct audit_span relay, struct cached *cached)
{
	char buf[TABLES_KEY_MAX], name[TABLES_KEY_MAX];
	struct tables_answer *answer = &who->answer;
	const struct tlsp_rule *rule;
	enum tlsp_code code = TLSP_NONE;

	(void)snprintf(name, sizeof(name), "%s", name_of(who->tables, domain,
	    buf, sizeof(buf)));
	if (!is_lmtp)
		code = tables_find(who->tables, domain, answer);
	else if (relay.len == 0 && who->lmtp != NULL)
		code = tables_find(who->lmtp, domain, answer);
	if (code == TLSP_NONE)
		code = ask_relay(who, is_lmtp, relay);
	/* A bad rule is one, too; what is said of no rule is of no use. */
	rule = code == TLSP_NONE ? NULL : answer->rule;
	if (rule != NULL && !note_seen(who, answer->map, rule))
		return 0;
	cached->is_known = 1;
	cached->demand = demand_of(rule);
	if ((rule == NULL && !who->options->is_all) || !is_wanted(who, name,
	    rule == NULL ? NULL : rule->key))
		return 1;
	if ((cached->partner = audit_sum_partner(who->sum, name)) == NULL)
		return 0;
	return rule == NULL || note_rule(cached->partner, answer->map, rule);
}

int
audit_who_find(struct audit_who *who, int is_lmtp, struct audit_span domain,
    struct audit_span relay, struct audit_partner **ret_partner,
    enum audit_demand *ret_demand)
{
	char key[NAME_MAX_LEN * 2 + 3];
	struct cached *cached;
	size_t len;

	*ret_partner = NULL;
	if (domain.len == 0)
		return 1;
	audit_span_copy(domain, key, NAME_MAX_LEN);
	len = strlen(key) + 1;
	audit_span_copy(relay, key + len, NAME_MAX_LEN);
	len += strlen(key + len);
	key[len++] = is_lmtp ? 'l' : 's';
	if ((cached = audit_recent_get(who->cache, key, len)) == NULL ||
	    (!cached->is_known && !resolve(who, is_lmtp, key, relay,
	    cached)))
		return 0;
	*ret_partner = cached->partner;
	*ret_demand = cached->demand;
	return 1;
}

static int
add_unseen(struct audit_who *who, const struct tables *tables)
{
	struct tables_cursor cursor = { 0, 0 };
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	struct audit_partner *partner;
	struct rule_key key;
	char buf[TABLES_KEY_MAX], name[TABLES_KEY_MAX];
	enum tlsp_code code;
	struct tlsp_err err;

	while ((code = tables_next(tables, &cursor, &map, &rule, &err)) !=
	    TLSP_NONE) {
		/* A table with a fault was told of when it was opened. */
		if (code != TLSP_OK)
			continue;
		memset(&key, 0, sizeof(key));
		key.path = map->path;
		key.line = rule->line;
		(void)snprintf(name, sizeof(name), "%s", name_of(tables,
		    rule->key, buf, sizeof(buf)));
		if (audit_recent_find(who->seen, &key, sizeof(key)) != NULL ||
		    !is_wanted(who, name, rule->key))
			continue;
		if ((partner = audit_sum_partner(who->sum, name)) ==
		    NULL || !note_rule(partner, map, rule))
			return 0;
	}
	return 1;
}

int
audit_who_add_unseen(struct audit_who *who)
{
	return add_unseen(who, who->tables) &&
	    (who->lmtp == NULL || add_unseen(who, who->lmtp));
}
