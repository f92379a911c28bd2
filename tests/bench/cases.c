/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * cases.c - what is asked: the kinds of names that mail goes to.
 * Knows:    how each kind is made from a rules file, and its right answers.
 * Feeds:    tables, setup. A new case is a new row here.
 * Source:   Postfix smtp/smtp_tls_policy.c, tls_policy_lookup().
 */
#include "cases.h"

#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postfix.h"
#include "words.h"

#define TRIES	2000		/* to find a name that fits */
#define KEY_SIZE	512

enum origin {
	FROM_DOMAIN = BENCH_DOMAIN,
	FROM_PARENT = BENCH_PARENT,
	FROM_VERBATIM = BENCH_VERBATIM,
	FROM_NOWHERE,		/* a name that no rule has */
	FROM_OTHERS		/* by the shares of the other rows */
};

/* How a key is made, and whether it must be found. */
static const struct recipe {
	const char *name;
	const char *what;
	enum origin origin;
	size_t n_labels;	/* put before the name */
	int is_found;
	int is_mixed;		/* half of the letters in upper case */
	size_t share;		/* of "mix", in percent */
} recipes[] = {
	{ "exact", "a name with a rule", FROM_DOMAIN, 0, 1, 0, 20 },
	{ "wild1", "1 label below a wildcard", FROM_PARENT, 1, 1, 0, 8 },
	{ "wild3", "3 labels below a wildcard", FROM_PARENT, 3, 1, 0, 0 },
	{ "wild6", "6 labels below a wildcard", FROM_PARENT, 6, 1, 0, 0 },
	{ "near", "a label before a name with an exact rule only",
	    FROM_DOMAIN, 1, 0, 0, 0 },
	{ "miss", "a name of 2 or 3 labels that nothing matches",
	    FROM_NOWHERE, 0, 0, 0, 70 },
	{ "deep", "such a name of 8 or 9 labels", FROM_NOWHERE, 6, 0, 0, 0 },
	{ "port", "[host]:port with a rule", FROM_VERBATIM, 0, 1, 0, 2 },
	{ "CaSe", "a name with a rule, in mixed case",
	    FROM_DOMAIN, 0, 1, 1, 0 },
	{ "mix", "70 % miss, 20 % exact, 8 % wild1, 2 % port",
	    FROM_OTHERS, 0, 0, 0, 0 },
};

#define N_RECIPES	(sizeof(recipes) / sizeof(recipes[0]))

struct bench_case *
bench_cases_all(void)
{
	struct bench_case *list = calloc(N_RECIPES + 1, sizeof(*list));
	size_t n;

	if (list == NULL)
		err(2, "calloc");
	for (n = 0; n < N_RECIPES; n++) {
		list[n].name = recipes[n].name;
		list[n].what = recipes[n].what;
		list[n].is_below = recipes[n].origin == FROM_PARENT ||
		    recipes[n].origin == FROM_OTHERS;
	}
	return list;
}

static const struct recipe *
by_share(struct bench_rng *rng)
{
	size_t n, left = bench_rng_below(rng, 100);

	for (n = 0; left >= recipes[n].share; n++)
		left -= recipes[n].share;
	return &recipes[n];
}

static void
mix_case(char *key)
{
	const size_t len = strlen(key);
	size_t n;

	for (n = 0; n < len; n += 2)
		key[n] = (char)toupper((unsigned char)key[n]);
}

/*
 * A key of this recipe, perhaps. Returns 0 if the dice fell badly.
 * ret_rule: the rule that it is made from; NULL: none.
 */
static int
make_key(const struct recipe *recipe, const struct bench_text *text,
    struct bench_rng *rng, char key[KEY_SIZE],
    const struct bench_rule **ret_rule)
{
	const struct bench_rule *rule = NULL;
	char invented[BENCH_NAME_SIZE];
	const char *name = invented;
	size_t n, len = 0;

	if (recipe->origin == FROM_NOWHERE) {
		bench_words_name(BENCH_RULES_MAX +
		    bench_rng_below(rng, BENCH_RULES_MAX), invented);
	} else {
		rule = &text->rules[bench_rng_below(rng, text->n_rules)];
		if ((int)rule->kind != (int)recipe->origin)
			return 0;
		name = rule->key + (rule->kind == BENCH_PARENT);
	}
	for (n = 0; n < recipe->n_labels; n++)
		len += (size_t)snprintf(key + len, KEY_SIZE - len, "%s.",
		    bench_words_label(rng));
	if (len + strlen(name) >= KEY_SIZE)
		return 0;
	strcpy(key + len, name);
	*ret_rule = rule;
	return 1;
}

static int
make_query(const struct recipe *recipe, struct bench_text *text,
    struct bench_rng *rng, struct bench_query *query)
{
	const struct bench_rule *rule;
	char key[KEY_SIZE];
	size_t tries;

	for (tries = 0; tries < TRIES; tries++) {
		if (!make_key(recipe, text, rng, key, &rule))
			continue;
		query->walks = valid_utf8_hostname(1, key, 0);
		query->want = bench_text_nearest(text, key, query->walks);
		/* Found by this rule, not by a nearer one; or by none. */
		if (query->want != (recipe->is_found ? rule->answer : NULL))
			continue;
		if (recipe->is_mixed)
			mix_case(key);
		if ((query->key = strdup(key)) == NULL)
			err(2, "strdup");
		return 1;
	}
	return 0;
}

void
bench_cases_fill(struct bench_case *c, struct bench_text *text,
    size_t n_queries)
{
	const struct recipe *recipe = recipes, *one;
	struct bench_rng rng = { 0x7157 };

	while (recipe->name != c->name)
		recipe++;
	if ((c->queries = calloc(n_queries, sizeof(*c->queries))) == NULL)
		err(2, "calloc");
	for (c->n_queries = 0; c->n_queries < n_queries; c->n_queries++) {
		one = recipe->origin == FROM_OTHERS ? by_share(&rng) : recipe;
		if (!make_query(one, text, &rng, &c->queries[c->n_queries])) {
			bench_cases_clear(c);
			return;
		}
	}
}

void
bench_cases_clear(struct bench_case *c)
{
	while (c->n_queries > 0)
		free(c->queries[--c->n_queries].key);
	free(c->queries);
	c->queries = NULL;
}
