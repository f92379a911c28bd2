/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * index.c - rules frozen for search.
 * Knows:    keys and their hashes; exact before nearest parent. Not: files,
 *           what a policy says, time.
 * Feeds:    resolve.
 */
#include "index.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * A hash that is made from the last byte to the first, so that one pass
 * over a name passes through the hash of each of its parents.
 */
#define HASH_START	((uint32_t)0x811c9dc5)

static uint32_t
hash_step(uint32_t hash, char ch)
{
	return (hash ^ (unsigned char)ch) * (uint32_t)0x01000193;
}

/* FNV leaves its best bits on top; the slots are chosen by the lowest. */
static uint32_t
hash_end(uint32_t hash)
{
	hash ^= hash >> 15;
	return hash * (uint32_t)0x2c1b3c6d;
}

static int
is_same(const char *key, const char *asked, size_t len, int folds)
{
	size_t n;

	if (strlen(key) != len)
		return 0;
	if (!folds)
		return memcmp(key, asked, len) == 0;
	for (n = 0; n < len; n++)
		if (key[n] != tlsp_name_lower(asked[n]))
			return 0;
	return 1;
}

/* The slot that holds a key, or the free one where it would go. */
static struct tlsp_slot *
find_slot(const struct tlsp_index *idx, uint32_t hash, const char *asked,
    size_t len, int folds)
{
	struct tlsp_slot *slot;
	size_t n;

	for (n = hash & idx->mask;; n = (n + 1) & idx->mask) {
		slot = &idx->slots[n];
		if (slot->rule == 0 || (slot->hash == hash && is_same(
		    idx->rules.list[slot->rule - 1].key, asked, len, folds)))
			return slot;
	}
}

static const struct tlsp_rule *
rule_in(const struct tlsp_index *idx, const struct tlsp_slot *slot)
{
	return slot->rule == 0 ? NULL : &idx->rules.list[slot->rule - 1];
}

static uint32_t
hash_key(const char *key, size_t len, int folds)
{
	uint32_t hash = HASH_START;

	while (len-- > 0)
		hash = hash_step(hash, folds ? tlsp_name_lower(key[len]) :
		    key[len]);
	return hash_end(hash);
}

const struct tlsp_rule *
tlsp_index_exact(const struct tlsp_index *idx, const char *key, size_t len,
    int folds)
{
	if (len > idx->longest)
		return NULL;
	return rule_in(idx, find_slot(idx, hash_key(key, len, folds), key,
	    len, folds));
}

const struct tlsp_rule *
tlsp_index_nearest(const struct tlsp_index *idx, const char *key, size_t len,
    int folds)
{
	const struct tlsp_rule *rule, *nearest = NULL;
	uint32_t hash = HASH_START;
	size_t n;

	if (idx->n_parents == 0)
		return NULL;
	/* From the end on: the last one found is the nearest. */
	for (n = len; n-- > 1;) {
		hash = hash_step(hash, folds ? tlsp_name_lower(key[n]) :
		    key[n]);
		if (key[n] == '.' && len - n <= idx->longest &&
		    (rule = rule_in(idx, find_slot(idx, hash_end(hash),
		    key + n, len - n, folds))) != NULL)
			nearest = rule;
	}
	return nearest;
}

/* Place a rule under a key. TLSP_NONE: the key is taken by *ret_other. */
static enum tlsp_code
place(struct tlsp_index *idx, size_t number, const char *key,
    const struct tlsp_rule **ret_other)
{
	const size_t len = strlen(key);
	const uint32_t hash = hash_key(key, len, 0);
	struct tlsp_slot *slot = find_slot(idx, hash, key, len, 0);

	if ((*ret_other = rule_in(idx, slot)) != NULL)
		return TLSP_NONE;
	slot->hash = hash;
	slot->rule = (uint32_t)number + 1;
	if (len > idx->longest)
		idx->longest = len;
	idx->n_parents += key[0] == '.';
	return TLSP_OK;
}

static void
report_twice(const struct tlsp_index *idx, const struct tlsp_rule *rule,
    const struct tlsp_rule *other, tlsp_report_fn report, void *ctx)
{
	const struct tlsp_pos at = { idx->rules.file, rule->line, rule->col };
	struct tlsp_err finding;

	(void)tlsp_err_set(&finding, TLSP_E_CONFLICT, &at, "a second rule for "
	    "\"%.80s\"; the one in line %u holds, as with postmap", rule->key,
	    other->line);
	report(ctx, TLSP_WARNING, &finding);
}

static void
report_folded(const struct tlsp_index *idx, const struct tlsp_rule *rule,
    const char *folded, tlsp_report_fn report, void *ctx)
{
	const struct tlsp_pos at = { idx->rules.file, rule->line, rule->col };
	struct tlsp_err finding;

	(void)tlsp_err_set(&finding, TLSP_E_CONFLICT, &at, "Postfix looks up "
	    "the UTF-8 form of \"%.80s\" as \"%.80s\", which is another "
	    "domain; it needs a rule of its own", rule->key, folded);
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
twin_key(struct tlsp_index *idx, const struct tlsp_rule *rule,
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
	if ((copy = tlsp_arena_alloc(&idx->rules.arena, dot + strlen(twin) +
	    1)) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	copy[0] = '.';
	strcpy(copy + dot, twin);
	if (is_folded && !is_name(host, copy + dot, key + dot))
		report_folded(idx, rule, copy + dot, report, ctx);
	else
		*ret_key = copy;
	return TLSP_OK;
}

/* The twin is a rule like its twin, under the other key. */
static enum tlsp_code
place_twin(struct tlsp_index *idx, size_t number, const struct tlsp_host *host,
    tlsp_report_fn report, void *ctx, struct tlsp_err *err)
{
	struct tlsp_rule *rule = &idx->rules.list[number], *list;
	const struct tlsp_rule *other;
	const char *key;
	enum tlsp_code code;

	if (rule->is_shadowed || (rule->kind != TLSP_NAME_DOMAIN &&
	    rule->kind != TLSP_NAME_PARENT))
		return TLSP_OK;
	if ((code = twin_key(idx, rule, host, report, ctx, &key, err)) != TLSP_OK ||
	    key == NULL || tlsp_index_exact(idx, key, strlen(key), 0) != NULL)
		return code;
	list = tlsp_grow(idx->rules.list, &idx->rules.cap,
	    idx->rules.n_rules + idx->n_twins + 1, sizeof(*list));
	if (list == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	idx->rules.list = list;
	list[idx->rules.n_rules + idx->n_twins] = list[number];
	list[idx->rules.n_rules + idx->n_twins].key = key;
	(void)place(idx, idx->rules.n_rules + idx->n_twins, key, &other);
	idx->n_twins++;
	return TLSP_OK;
}

/* Twice as many slots as there can be keys, each rule having a twin. */
static enum tlsp_code
make_slots(struct tlsp_index *idx, struct tlsp_err *err)
{
	size_t n, n_slots = 16, n_keys = idx->rules.n_rules;

	for (n = 0; n < idx->rules.n_rules; n++)
		n_keys += idx->rules.list[n].raw != NULL ||
		    strstr(idx->rules.list[n].key, "xn--") != NULL;
	while (n_slots < n_keys * 2)
		n_slots *= 2;
	if ((idx->slots = calloc(n_slots, sizeof(*idx->slots))) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	idx->mask = n_slots - 1;
	return TLSP_OK;
}

static void
place_rules(struct tlsp_index *idx, int guesses, tlsp_report_fn report,
    void *ctx)
{
	const struct tlsp_rule *other;
	struct tlsp_rule *rule;
	size_t n;

	for (n = 0; n < idx->rules.n_rules; n++) {
		rule = &idx->rules.list[n];
		if (rule->is_guess != guesses ||
		    place(idx, n, rule->key, &other) == TLSP_OK)
			continue;
		rule->is_shadowed = 1;
		if (!guesses)
			report_twice(idx, rule, other, report, ctx);
	}
}

static enum tlsp_code
place_twins(struct tlsp_index *idx, int guesses, const struct tlsp_host *host,
    tlsp_report_fn report, void *ctx, struct tlsp_err *err)
{
	enum tlsp_code code = TLSP_OK;
	size_t n;

	for (n = 0; code == TLSP_OK && n < idx->rules.n_rules; n++)
		if (idx->rules.list[n].is_guess == guesses)
			code = place_twin(idx, n, host, report, ctx, err);
	return code;
}

enum tlsp_code
tlsp_index_compile(struct tlsp_rules *rules, const struct tlsp_host *host,
    tlsp_report_fn report, void *ctx, struct tlsp_index *ret_index,
    struct tlsp_err *err)
{
	struct tlsp_index idx = { .rules = *rules };
	enum tlsp_code code;
	int guesses;

	memset(rules, 0, sizeof(*rules));
	memset(ret_index, 0, sizeof(*ret_index));
	code = make_slots(&idx, err);
	/* What is written, twins and all, goes before what is guessed. */
	for (guesses = 0; code == TLSP_OK && guesses < 2; guesses++) {
		place_rules(&idx, guesses, report, ctx);
		code = place_twins(&idx, guesses, host, report, ctx, err);
	}
	if (code != TLSP_OK) {
		tlsp_index_clear(&idx);
		return code;
	}
	*ret_index = idx;
	return TLSP_OK;
}

void
tlsp_index_clear(struct tlsp_index *idx)
{
	tlsp_rules_clear(&idx->rules);
	free(idx->slots);
	memset(idx, 0, sizeof(*idx));
}
