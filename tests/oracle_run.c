/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * oracle_run.c - the index against the slow obvious matcher: every rule set
 *           and every key over a small alphabet of labels, then random ones.
 * Usage:    oracle_run [random keys, default 1000000] [seed]
 * Feeds:    make check.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/freeze.h"
#include "../dict_tlspolicy/resolve.h"
#include "oracle.h"

#define MAX_RULES	64
#define MAX_KEYS	512

static unsigned long n_compared;

static void
ignore(void *ctx, enum tlsp_severity severity, const struct tlsp_err *finding)
{
	(void)ctx;
	(void)severity;
	(void)finding;
}

static const struct tlsp_host host = { .postfix = TLSP_POSTFIX(3, 7) };

/* The text of the rules, each with an answer that shows its number. */
static size_t
write_rules(const struct oracle_rule *rules, size_t n_rules, char *text,
    size_t size)
{
	static const char *const extra[ORACLE_KINDS] = {
		[ORACLE_PLAIN] = "", [ORACLE_FINAL] = " final=yes",
		[ORACLE_PREFER] = " pin=prefer",
		[ORACLE_REQUIRE] = " pin=require", [ORACLE_BAD] = " oops",
	};
	size_t n, used = (size_t)snprintf(text, size, "# generated\n");

	for (n = 0; n < n_rules; n++)
		used += (size_t)snprintf(text + used, size - used,
		    "%s secure match=n%u%s\n", rules[n].key, rules[n].number,
		    extra[rules[n].kind]);
	return used;
}

/* An index, and what it was made from. */
struct frozen {
	struct tlsp_keys keys;
	struct tlsp_image image;
	struct tlsp_resolver resolver;
};

static void
compile(const struct oracle_rule *rules, size_t n_rules,
    struct frozen *frozen)
{
	static char text[MAX_RULES * 160];
	struct tlsp_rules loaded;
	struct tlsp_frozen head;
	struct tlsp_err err;
	size_t len = write_rules(rules, n_rules, text, sizeof(text));

	memset(&frozen->resolver, 0, sizeof(frozen->resolver));
	frozen->resolver.host = &host;
	frozen->resolver.file = "oracle";
	tlsp_freeze_head(&host, &head);
	if (tlsp_rules_load("oracle", text, len, &host, ignore, NULL, &loaded,
	    &err) != TLSP_OK || tlsp_keys_compile(&loaded, &host, ignore,
	    NULL, &frozen->keys, &err) != TLSP_OK ||
	    tlsp_freeze(&frozen->keys, &head, &frozen->image, &err) !=
	    TLSP_OK || tlsp_index_attach("oracle", &frozen->image.head,
	    frozen->image.bytes, frozen->image.len, &frozen->resolver.index,
	    &err) != TLSP_OK) {
		fprintf(stderr, "oracle: %s\n%s", err.text, text);
		exit(1);
	}
}

static void
discard(struct frozen *frozen)
{
	tlsp_freeze_clear(&frozen->image);
	tlsp_keys_clear(&frozen->keys);
}

static struct oracle_answer
module_lookup(struct frozen *frozen, const char *key, int is_only)
{
	const unsigned how = TLSP_QUERY_FOLD | (is_only ? TLSP_QUERY_ONLY :
	    0);
	struct oracle_answer answer = { 0, 0 };
	const char *missed, *text;
	struct tlsp_err err;
	enum tlsp_code code;

	code = key[0] == '.' && (missed = tlsp_resolve_missed(
	    &frozen->resolver)) != NULL && strcmp(missed, key) == 0 ?
	    TLSP_NONE :
	    tlsp_resolve(&frozen->resolver, key, how, &text, &err, NULL);
	if (code == TLSP_OK) {
		if (sscanf(text, "secure match=n%u", &answer.number) != 1)
			answer.number = ~0U;
	} else if (code != TLSP_NONE) {
		answer.is_error = 1;
		answer.number = err.at.line - 1;	/* one comment */
	}
	return answer;
}

/* As smtp(8): the destination, then each parent, until something is there. */
static struct oracle_answer
module_walk(struct frozen *frozen, const char *destination, int is_only)
{
	struct oracle_answer answer = module_lookup(frozen, destination,
	    is_only);
	const char *parent = destination;

	while (answer.number == 0 && oracle_is_hostname(destination) &&
	    (parent = strchr(parent + 1, '.')) != NULL)
		answer = module_lookup(frozen, parent, is_only);
	return answer;
}

static void
compare(const char *what, const struct oracle_rule *rules, size_t n_rules,
    const char *key, int is_only, struct oracle_answer want,
    struct oracle_answer have)
{
	char text[MAX_RULES * 160];

	n_compared++;
	if (want.number == have.number && want.is_error == have.is_error)
		return;
	(void)write_rules(rules, n_rules, text, sizeof(text));
	printf("FAIL: %s of \"%s\", last=%d: the oracle says rule %u%s, the "
	    "module rule %u%s\n%s", what, key, is_only, want.number,
	    want.is_error ? " (error)" : "", have.number,
	    have.is_error ? " (error)" : "", text);
	exit(1);
}

static void
compare_key(struct frozen *frozen, const struct oracle_rule *rules,
    size_t n_rules, const char *key)
{
	int is_only;

	for (is_only = 0; is_only < 2; is_only++) {
		compare("lookup", rules, n_rules, key, is_only,
		    oracle_lookup(rules, n_rules, key, is_only),
		    module_lookup(frozen, key, is_only));
		compare("walk", rules, n_rules, key, is_only,
		    oracle_stock(rules, n_rules, key),
		    module_walk(frozen, key, is_only));
	}
}

/* All names of one to depth labels over an alphabet. */
static size_t
all_names(const char *alphabet, int depth, char names[][80])
{
	size_t n = 0, from = 0, to, k;
	const char *ch;
	int d;

	for (ch = alphabet; *ch != '\0'; ch++)
		snprintf(names[n++], 80, "%c", *ch);
	for (d = 1; d < depth; d++) {
		for (to = n, k = from; k < to; k++)
			for (ch = alphabet; *ch != '\0'; ch++)
				snprintf(names[n++], 80, "%c.%.70s", *ch,
				    names[k]);
		from = to;
	}
	return n;
}

/*
 * Every set of up to three rules whose keys are names and wildcards of up
 * to three labels over two letters, in every kind for the first two, asked
 * for every name of up to five labels.
 */
static void
exhaustive(void)
{
	static char names[MAX_KEYS][80], keys[MAX_KEYS][80];
	struct oracle_rule rules[3];
	struct frozen frozen;
	size_t n_names, n_keys, a, b, c, k, n_rules;
	int kind;

	n_names = all_names("ab", 3, names);
	for (n_keys = 0; n_keys < n_names; n_keys++) {
		strcpy(keys[2 * n_keys], names[n_keys]);
		snprintf(keys[2 * n_keys + 1], 80, ".%.70s", names[n_keys]);
	}
	n_keys *= 2;
	n_names = all_names("ab", 5, names);
	for (a = 0; a < n_keys; a++)
	for (b = 0; b < n_keys; b++)
	for (c = 0; c <= b; c++)
	for (kind = 0; kind < ORACLE_KINDS * ORACLE_KINDS; kind++) {
		if (c > 0 && kind > 0 && (a + b + c) % 7 != 0)
			continue;	/* all kinds for each seventh triple */
		strcpy(rules[0].key, keys[a]);
		strcpy(rules[1].key, keys[b]);
		strcpy(rules[2].key, keys[c]);
		for (k = 0; k < 3; k++)
			rules[k].number = (unsigned)k + 1;
		rules[0].kind = (enum oracle_kind)(kind % ORACLE_KINDS);
		rules[1].kind = (enum oracle_kind)(kind / ORACLE_KINDS);
		rules[2].kind = ORACLE_PLAIN;
		n_rules = c == b ? 2 : 3;
		compile(rules, n_rules, &frozen);
		for (k = 0; k < n_names; k += 1 + (kind != 0))
			compare_key(&frozen, rules, n_rules, names[k]);
		discard(&frozen);
	}
}

static uint64_t state;

static unsigned
draw(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % below);
}

static void
random_key(char *key, int may_be_parent)
{
	static const char *const labels[] = {
		"a", "B", "c", "xn--a", "1", "22", "-x", "y-", "_z", "long",
		"", "a_b", "ccc", "[d]", "e:25", "W",
	};
	int n = 1 + (int)draw(6);

	key[0] = '\0';
	if (may_be_parent && draw(2) == 0)
		strcpy(key, ".");
	while (n-- > 0) {
		strcat(key, labels[draw(draw(3) == 0 ? 16 : 4)]);
		if (n > 0)
			strcat(key, ".");
	}
	if (key[0] == '\0')
		strcpy(key, "a");
}

static void
random_keys(unsigned long n_wanted)
{
	struct oracle_rule rules[MAX_RULES];
	struct frozen frozen;
	unsigned long asked = 0;
	char key[80];
	size_t n, n_rules;

	while (asked < n_wanted) {
		n_rules = 1 + draw(MAX_RULES);
		for (n = 0; n < n_rules; n++) {
			random_key(rules[n].key, 1);
			rules[n].kind = draw(2) == 0 ? ORACLE_PLAIN :
			    (enum oracle_kind)draw(ORACLE_KINDS);
			rules[n].number = (unsigned)n + 1;
		}
		compile(rules, n_rules, &frozen);
		for (n = 0; n < 500; n++, asked++) {
			random_key(key, 1);
			compare_key(&frozen, rules, n_rules, key);
		}
		discard(&frozen);
	}
}

int
main(int argc, char **argv)
{
	unsigned long n_random = argc > 1 ? strtoul(argv[1], NULL, 10) :
	    1000000;

	state = argc > 2 ? strtoul(argv[2], NULL, 10) : 20261123;
	exhaustive();
	printf("oracle: %lu answers compared, all rule sets over a small "
	    "alphabet\n", n_compared);
	random_keys(n_random);
	printf("oracle: %lu answers compared, %lu random keys\n", n_compared,
	    n_random);
	return 0;
}
