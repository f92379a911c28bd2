/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * uses.c - which partners a certificate of an authority is known to serve.
 * Knows:    tafiles of rules, anchors of verified fingerprints. Not:
 *           printing, bundles.
 * Feeds:    the verb ca.
 */
#include "uses.h"

#include <stdlib.h>
#include <string.h>

#include "demand.h"

/* A tafile and a rule that names it. Both owned. */
struct naming {
	char *path;
	char *who;
};

struct namings {
	struct naming *list;
	size_t n;
	size_t cap;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

/* by, who: len bytes of each. 0: no memory. */
static int
add(struct uses *uses, const char *by, size_t by_len, const char *who,
    size_t who_len, enum uses_how how)
{
	const size_t cap = uses->cap * 2 + 64;
	struct uses_one *one;

	if (by_len == 0 || by_len >= sizeof(one->by))
		return 1;
	if (uses->n == uses->cap) {
		one = reallocarray(uses->list, cap, sizeof(*one));
		if (one == NULL)
			return 0;
		uses->list = one;
		uses->cap = cap;
	}
	one = &uses->list[uses->n];
	if ((one->who = strndup(who, who_len)) == NULL)
		return 0;
	memcpy(one->by, by, by_len);
	one->by[by_len] = '\0';
	one->how = how;
	uses->n++;
	return 1;
}

static int
compare(const void *a, const void *b)
{
	const struct uses_one *one = a, *other = b;
	int order = strcmp(one->by, other->by);

	if (order == 0)
		order = strcmp(one->who, other->who);
	return order != 0 ? order : (int)one->how - (int)other->how;
}

/* Each authority that vouched for a next-hop's fingerprints. */
static int
add_set(struct uses *uses, const struct tlsp_pin_set *set, const char *key,
    size_t key_len)
{
	size_t n;

	for (n = 0; n < set->n_pins; n++)
		if (!add(uses, set->pins[n].anchor.text,
		    set->pins[n].anchor.len, key, key_len, USES_PINS))
			return 0;
	return 1;
}

static enum tlsp_code
add_store(struct uses *uses, struct tlsp_store *store, struct tlsp_err *err)
{
	struct tlsp_pin_set *set = malloc(sizeof(*set));
	const char *key = NULL, *value;
	struct tlsp_err why;
	size_t key_len = 0, len;
	int is_ok = set != NULL;

	while (is_ok && tlsp_store_next(store, key, key_len, &key, &key_len,
	    &value, &len, &why) == TLSP_OK)
		if (tlsp_pin_read(key, key_len, value, len, set, &why) ==
		    TLSP_OK)
			is_ok = add_set(uses, set, key, key_len);
	free(set);
	return is_ok ? TLSP_OK : no_memory(err);
}

static int
add_naming(struct namings *namings, const char *path, const char *who)
{
	const size_t cap = namings->cap * 2 + 16;
	struct naming *one;

	if (namings->n == namings->cap) {
		one = reallocarray(namings->list, cap, sizeof(*one));
		if (one == NULL)
			return 0;
		namings->list = one;
		namings->cap = cap;
	}
	one = &namings->list[namings->n];
	one->path = strdup(path);
	one->who = strdup(who);
	if (one->path != NULL && one->who != NULL) {
		namings->n++;
		return 1;
	}
	free(one->path);
	free(one->who);
	return 0;
}

/* Which files the rules name, and smtp_tls_trust_anchor_file with them. */
static int
find_namings(const struct tables *tables, const struct demand_site *site,
    struct namings *namings)
{
	struct tables_cursor cursor = { 0, 0 };
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	struct demand demand;
	struct tlsp_err err;
	enum tlsp_code code;
	int is_ok = 1;
	size_t n;

	while (is_ok && (code = tables_next(tables, &cursor, &map, &rule,
	    &err)) != TLSP_NONE) {
		if (code != TLSP_OK || rule->fault != NULL ||
		    (site->tafiles.n == 0 &&
		    strcasestr(rule->policy.text, "tafile") == NULL) ||
		    demand_read(site, &tables->host, rule->policy.text,
		    rule->policy.pin, &demand, &err) != TLSP_OK)
			continue;
		for (n = 0; is_ok && n < demand.tafiles.n; n++)
			is_ok = add_naming(namings, demand.tafiles.items[n],
			    rule->key);
		demand_clear(&demand);
	}
	return is_ok;
}

static int
compare_path(const void *a, const void *b)
{
	return strcmp(((const struct naming *)a)->path,
	    ((const struct naming *)b)->path);
}

/* All certificates of one file, for each of the rules that name it. */
static enum tlsp_code
add_tafile(struct uses *uses, const struct naming *namings, size_t n,
    struct tlsp_err *err)
{
	struct pile pile = { .n = 0 };
	struct tlsp_err why;
	enum tlsp_code code = TLSP_OK;
	size_t c, k;

	if (pile_add(&pile, namings[0].path, &why) == TLSP_OK)
		code = pile_sort(&pile, err);
	for (c = 0; code == TLSP_OK && c < pile.n; c++)
		for (k = 0; code == TLSP_OK && k < n; k++)
			if (!add(uses, pile.certs[c].authority.sha256,
			    strlen(pile.certs[c].authority.sha256),
			    namings[k].who, strlen(namings[k].who),
			    USES_TAFILE))
				code = no_memory(err);
	pile_clear(&pile);
	return code;
}

static enum tlsp_code
add_tafiles(struct uses *uses, const struct tables *tables,
    const struct demand_site *site, struct tlsp_err *err)
{
	struct namings namings = { NULL, 0, 0 };
	enum tlsp_code code = TLSP_OK;
	size_t n, next;

	if (!find_namings(tables, site, &namings))
		code = no_memory(err);
	if (namings.n > 0)
		qsort(namings.list, namings.n, sizeof(*namings.list),
		    compare_path);
	/* Each file is read once, however many rules name it. */
	for (n = 0; code == TLSP_OK && n < namings.n; n = next) {
		for (next = n + 1; next < namings.n && strcmp(
		    namings.list[n].path, namings.list[next].path) == 0;
		    next++)
			;
		code = add_tafile(uses, &namings.list[n], next - n, err);
	}
	for (n = 0; n < namings.n; n++) {
		free(namings.list[n].path);
		free(namings.list[n].who);
	}
	free(namings.list);
	return code;
}

enum tlsp_code
uses_read(const struct tables *tables, const struct demand_site *site,
    struct known_stores *stores, struct uses *ret_uses, struct tlsp_err *err)
{
	struct uses uses = { .n = 0 };
	const struct tables_map *map;
	const struct known_store *from;
	enum tlsp_code code;
	size_t n;

	if (tables->trust.digest[0] != '\0' &&
	    strcmp(tables->trust.digest, "sha256") != 0)
		uses.digest = tables->trust.digest;
	code = add_tafiles(&uses, tables, site, err);
	for (n = 0; code == TLSP_OK && (map = tables_ours(tables, n)) != NULL;
	    n++) {
		from = known_store(stores, map);
		if (from->code == TLSP_OK)
			code = add_store(&uses, from->store, err);
	}
	if (code != TLSP_OK) {
		uses_clear(&uses);
		return code;
	}
	if (uses.n > 0)
		qsort(uses.list, uses.n, sizeof(*uses.list), compare);
	*ret_uses = uses;
	return TLSP_OK;
}

/* Those of one fingerprint. */
static size_t
tell(const struct uses *uses, const char *by,
    void (*told)(void *ctx, const struct uses_one *), void *ctx)
{
	size_t low = 0, high = uses->n, middle, count = 0;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(uses->list[middle].by, by) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < uses->n && strcmp(uses->list[low].by, by) == 0; low++) {
		if (count > 0 && compare(&uses->list[low],
		    &uses->list[low - 1]) == 0)
			continue;
		told(ctx, &uses->list[low]);
		count++;
	}
	return count;
}

size_t
uses_tell(const struct uses *uses, const struct pile_cert *cert,
    void (*told)(void *ctx, const struct uses_one *), void *ctx)
{
	struct x509_digests digests;
	struct tlsp_err err;
	size_t count = tell(uses, cert->authority.sha256, told, ctx);

	if (uses->digest != NULL && x509_digest(cert->item->der,
	    cert->item->len, uses->digest, &digests, &err) == TLSP_OK)
		count += tell(uses, digests.cert, told, ctx);
	return count;
}

const char *
uses_how_word(enum uses_how how)
{
	return how == USES_TAFILE ? "tafile" : "pins";
}

void
uses_clear(struct uses *uses)
{
	size_t n;

	for (n = 0; n < uses->n; n++)
		free(uses->list[n].who);
	free(uses->list);
	memset(uses, 0, sizeof(*uses));
}
