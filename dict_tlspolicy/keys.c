/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * keys.c - the rules of a table by their keys: one rule a key, IDN twins.
 * Knows:    that the first of two rules holds. Not: parents, files, what a
 *           policy says.
 * Feeds:    freeze, table.
 */
#include "keys.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hash.h"

#define AHEAD	16	/* rules; memory takes as long as these */

static uint32_t
hash_key(const char *key, size_t len)
{
	return (uint32_t)(tlsp_hash_text(key, len) >> 32);
}

/* The slot that holds a key, or the free one where it would go. */
static struct tlsp_slot *
find_slot(const struct tlsp_keys *keys, uint32_t hash, const char *asked,
    size_t len)
{
	struct tlsp_slot *slot;
	const char *key;
	size_t n;

	for (n = hash & keys->mask;; n = (n + 1) & keys->mask) {
		slot = &keys->slots[n];
		if (slot->rule == 0)
			return slot;
		key = keys->rules.list[slot->rule - 1].key;
		if (slot->hash == hash && strncmp(key, asked, len) == 0 &&
		    key[len] == '\0')
			return slot;
	}
}

/* Have memory at hand that is about to be written. */
static void
expect(const struct tlsp_keys *keys, const char *key)
{
	__builtin_prefetch(&keys->slots[hash_key(key, strlen(key)) &
	    keys->mask], 1);
}

static const struct tlsp_rule *
rule_in(const struct tlsp_keys *keys, const struct tlsp_slot *slot)
{
	return slot->rule == 0 ? NULL : &keys->rules.list[slot->rule - 1];
}

const struct tlsp_rule *
tlsp_keys_find(const struct tlsp_keys *keys, const char *key, size_t len)
{
	return rule_in(keys, find_slot(keys, hash_key(key, len), key, len));
}

/* Place a rule under a key. TLSP_NONE: the key is taken by *ret_other. */
static enum tlsp_code
place(struct tlsp_keys *keys, size_t number, const char *key,
    const struct tlsp_rule **ret_other)
{
	const size_t len = strlen(key);
	const uint32_t hash = hash_key(key, len);
	struct tlsp_slot *slot = find_slot(keys, hash, key, len);

	if ((*ret_other = rule_in(keys, slot)) != NULL)
		return TLSP_NONE;
	slot->hash = hash;
	slot->rule = (uint32_t)number + 1;
	return TLSP_OK;
}

static void
report_twice(const struct tlsp_keys *keys, const struct tlsp_rule *rule,
    const struct tlsp_rule *other, tlsp_report_fn report, void *ctx)
{
	const struct tlsp_pos at = { keys->rules.file, rule->line, rule->col };
	struct tlsp_err finding;

	(void)tlsp_err_set(&finding, TLSP_E_CONFLICT, &at, "a second rule for "
	    "\"%.80s\"; the one in line %u holds, as with postmap", rule->key,
	    other->line);
	finding.why = TLSP_WHY_SECOND;
	report(ctx, TLSP_WARNING, &finding);
}

static void
report_folded(const struct tlsp_keys *keys, const struct tlsp_rule *rule,
    const char *folded, tlsp_report_fn report, void *ctx)
{
	const struct tlsp_pos at = { keys->rules.file, rule->line, rule->col };
	struct tlsp_err finding;

	(void)tlsp_err_set(&finding, TLSP_E_CONFLICT, &at, "Postfix looks up "
	    "the UTF-8 form of \"%.80s\" as \"%.80s\", which is another "
	    "domain; it needs a rule of its own", rule->key, folded);
	finding.why = TLSP_WHY_FOLDED;
	report(ctx, TLSP_WARNING, &finding);
}

/* Is a folded name still the one whose xn-- form is a_label? */
static int
is_name(const struct tlsp_host *host, const char *folded, const char *a_label)
{
	const char *ascii = tlsp_name_is_ascii(folded, strlen(folded)) ?
	    folded : host->to_ascii != NULL ?
	    host->to_ascii(host->ctx, folded) : NULL;

	return ascii != NULL && strcasecmp(ascii, a_label) == 0;
}

/*
 * Under which key will Postfix ask for the twin? Folding can make another
 * name of it (straße becomes strasse): then it is left to a rule of its own.
 */
static enum tlsp_code
twin_key(struct tlsp_keys *keys, const struct tlsp_rule *rule,
    const struct tlsp_host *host, tlsp_report_fn report, void *ctx,
    const char **ret_key, struct tlsp_err *err)
{
	const char *key = rule->raw != NULL ? rule->raw : rule->key;
	const char *twin = tlsp_name_twin(key, strlen(key), host);
	const size_t dot = key[0] == '.';
	int is_folded = 0;
	char *copy;

	*ret_key = NULL;
	if (twin == NULL)
		return TLSP_OK;
	if (host->is_utf8 && !tlsp_name_is_ascii(twin, strlen(twin))) {
		is_folded = 1;
		twin = host->fold(host->ctx, twin);
	}
	if ((copy = tlsp_arena_alloc(&keys->rules.arena, dot + strlen(twin) +
	    1)) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	copy[0] = '.';
	strcpy(copy + dot, twin);
	if (is_folded && !is_name(host, copy + dot, key + dot))
		report_folded(keys, rule, copy + dot, report, ctx);
	else
		*ret_key = copy;
	return TLSP_OK;
}

/* The twin is a rule like its twin, under the other key. */
static enum tlsp_code
place_twin(struct tlsp_keys *keys, size_t number, const struct tlsp_host *host,
    tlsp_report_fn report, void *ctx, struct tlsp_err *err)
{
	struct tlsp_rule *rule = &keys->rules.list[number], *list;
	const struct tlsp_rule *other;
	const char *key;
	enum tlsp_code code;

	if (rule->is_shadowed || (rule->kind != TLSP_NAME_DOMAIN &&
	    rule->kind != TLSP_NAME_PARENT))
		return TLSP_OK;
	if ((code = twin_key(keys, rule, host, report, ctx, &key, err)) != TLSP_OK ||
	    key == NULL || tlsp_keys_find(keys, key, strlen(key)) != NULL)
		return code;
	list = tlsp_grow(keys->rules.list, &keys->rules.cap,
	    keys->rules.n_rules + keys->n_twins + 1, sizeof(*list));
	if (list == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	keys->rules.list = list;
	list[keys->rules.n_rules + keys->n_twins] = list[number];
	list[keys->rules.n_rules + keys->n_twins].key = key;
	(void)place(keys, keys->rules.n_rules + keys->n_twins, key, &other);
	keys->n_twins++;
	return TLSP_OK;
}

/* Twice as many slots as there can be keys, each rule having a twin. */
static enum tlsp_code
make_slots(struct tlsp_keys *keys, struct tlsp_err *err)
{
	size_t n, n_slots = 16, n_keys = keys->rules.n_rules;

	for (n = 0; n < keys->rules.n_rules; n++)
		n_keys += keys->rules.list[n].raw != NULL ||
		    strstr(keys->rules.list[n].key, "xn--") != NULL;
	while (n_slots < n_keys * 2)
		n_slots *= 2;
	if ((keys->slots = calloc(n_slots, sizeof(*keys->slots))) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	keys->mask = n_slots - 1;
	return TLSP_OK;
}

static void
place_rules(struct tlsp_keys *keys, int guesses, tlsp_report_fn report,
    void *ctx)
{
	const struct tlsp_rule *other;
	struct tlsp_rule *rule;
	size_t n;

	for (n = 0; n < keys->rules.n_rules; n++) {
		rule = &keys->rules.list[n];
		if (n + AHEAD < keys->rules.n_rules)
			expect(keys, keys->rules.list[n + AHEAD].key);
		if (rule->is_guess != guesses ||
		    place(keys, n, rule->key, &other) == TLSP_OK)
			continue;
		rule->is_shadowed = 1;
		if (!guesses)
			report_twice(keys, rule, other, report, ctx);
	}
}

static enum tlsp_code
place_twins(struct tlsp_keys *keys, int guesses, const struct tlsp_host *host,
    tlsp_report_fn report, void *ctx, struct tlsp_err *err)
{
	enum tlsp_code code = TLSP_OK;
	size_t n;

	for (n = 0; code == TLSP_OK && n < keys->rules.n_rules; n++)
		if (keys->rules.list[n].is_guess == guesses)
			code = place_twin(keys, n, host, report, ctx, err);
	return code;
}

enum tlsp_code
tlsp_keys_compile(struct tlsp_rules *rules, const struct tlsp_host *host,
    tlsp_report_fn report, void *ctx, struct tlsp_keys *ret_keys,
    struct tlsp_err *err)
{
	struct tlsp_keys keys = { .rules = *rules };
	enum tlsp_code code;
	int guesses;

	memset(rules, 0, sizeof(*rules));
	memset(ret_keys, 0, sizeof(*ret_keys));
	code = make_slots(&keys, err);
	/* What is written, twins and all, goes before what is guessed. */
	for (guesses = 0; code == TLSP_OK && guesses < 2; guesses++) {
		place_rules(&keys, guesses, report, ctx);
		code = place_twins(&keys, guesses, host, report, ctx, err);
	}
	if (code != TLSP_OK) {
		tlsp_keys_clear(&keys);
		return code;
	}
	*ret_keys = keys;
	return TLSP_OK;
}

void
tlsp_keys_settle(struct tlsp_keys *keys)
{
	free(keys->slots);
	keys->slots = NULL;
}

void
tlsp_keys_clear(struct tlsp_keys *keys)
{
	tlsp_keys_settle(keys);
	tlsp_rules_clear(&keys->rules);
	memset(keys, 0, sizeof(*keys));
}
