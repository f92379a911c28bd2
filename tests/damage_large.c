/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * damage_large.c - a table of 100,000 rules, damaged at random places. Asked
 * are the names whose filters, lines and records lie there, and some others.
 * Knows:    which of them a lookup reads (words.h), only to ask for those.
 * Feeds:    damage.c.
 */
#include "damage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper_layout.h"

#define N_RULES		100000
#define MOST_BYTES	4096	/* of one damage */
#define MOST_ASKED	12	/* of those that lie there */
#define N_OTHERS	3
#define N_WAYS		6

/* A list of questions for each unit of 16 bytes. 0: none. */
struct link {
	uint32_t question;
	uint32_t next;
};

struct large {
	struct damage damage;
	struct layout layout;
	const struct tlsp_frozen *head;
	uint32_t *first;
	struct link *links;
	size_t n_links;
	size_t cap_links;
	struct tlsp_scan scan;
	uint64_t state;
	unsigned long n_there;	/* questions that were asked for a reason */
};

static size_t
below(struct large *large, size_t n)
{
	large->state = help_random(large->state);
	return (size_t)(large->state % n);
}

static void
link_at(struct large *large, uint64_t at, size_t question)
{
	uint32_t *first = &large->first[at / 16];

	if ((large->links = tlsp_grow(large->links, &large->cap_links,
	    large->n_links + 2, sizeof(*large->links))) == NULL)
		abort();
	large->n_links++;
	large->links[large->n_links].question = (uint32_t)question;
	large->links[large->n_links].next = *first;
	*first = (uint32_t)large->n_links;
}

/* Where a lookup of this name reads, as far as it is known beforehand. */
static void
link_name(struct large *large, size_t start, size_t question)
{
	const struct tlsp_scan *scan = &large->scan;
	const struct tlsp_image *image = &large->damage.help.image;
	const struct tlsp_frozen *head = large->head;
	const struct layout_name *name = layout_find(&large->layout,
	    scan->key + start, scan->len - start);
	const struct tlsp_line64 *lines = (const void *)(image->bytes +
	    head->lines_at);
	struct tlsp_words words;
	const uint64_t hash = tlsp_words_hash(scan->key + scan->len,
	    scan->len - start, head->seed, &words);
	uint64_t n = tlsp_hash_below(hash, head->n_lines);
	size_t half;

	link_at(large, head->filters_at + tlsp_hash_below(
	    tlsp_words_spread(hash), head->n_filters) *
	    sizeof(struct tlsp_filter), question);
	do {
		for (half = 0; half < sizeof(*lines); half += 16)
			link_at(large, head->lines_at + n * sizeof(*lines) +
			    half, question);
	} while ((lines[n].nodes[0].flags & TLSP_NODE_FULL) != 0 &&
	    ++n < head->n_lines);
	if (name == NULL)
		return;
	if ((name->node->flags & TLSP_NODE_MORE) != 0)
		link_at(large, (uint64_t)name->node->record *
		    TLSP_RECORD_UNIT, question);
	if (name->exact != 0)
		link_at(large, (uint64_t)name->exact * TLSP_RECORD_UNIT,
		    question);
	if (name->wild != 0)
		link_at(large, (uint64_t)name->wild * TLSP_RECORD_UNIT,
		    question);
}

/* The names of a key: itself, and those above it, of two labels and more. */
static void
link_question(struct large *large, size_t question)
{
	struct tlsp_scan *scan = &large->scan;
	const char *key = large->damage.questions[question].key;
	size_t start;

	tlsp_scan_key(scan, key, strlen(key), 0);
	if (scan->is_whole || key[0] == '.') {
		link_name(large, key[0] == '.', question);
		return;
	}
	for (start = tlsp_scan_label(scan, scan->len); start > 0;) {
		start = tlsp_scan_label(scan, start - 1);
		link_name(large, start, question);
	}
}

/* As damage_add(), without reading 100,000 rules for it. */
static void
add(struct large *large, const char *key, const struct tlsp_rule *rule,
    int is_parent)
{
	struct damage *damage = &large->damage;
	struct damage_question *question;

	if ((damage->questions = tlsp_grow(damage->questions,
	    &damage->cap_questions, damage->n_questions + 1,
	    sizeof(*question))) == NULL)
		abort();
	question = &damage->questions[damage->n_questions];
	if ((question->key = strdup(key)) == NULL)
		abort();
	question->want.rule = rule;
	question->want.code = rule == NULL ? TLSP_NONE :
	    rule->policy.pin == TLSP_PIN_REQUIRE ? TLSP_E_PENDING : TLSP_OK;
	question->want.is_parent = is_parent;
	question->want.is_left = 0;
	if (!damage_ask(damage, question)) {
		(void)printf("FAIL: \"%s\" in a whole index: %s\n", key,
		    damage->help.err.text);
		exit(EXIT_FAILURE);
	}
	link_question(large, damage->n_questions++);
}

static char *
write_text(size_t *ret_len)
{
	static const struct { const char *before, *behind; } forms[] = {
		{ "d", ".example" }, { ".d", ".test" }, { "mail.d", ".a.test" },
		{ "d", ".a-much-longer-name.of-some-host.test" },
		{ "[d", ".example]:25" }, { ".a.b.c.d", ".e.f.test" },
		{ "www.of.d", ".org" }, { ".of.d", ".org" },
	};
	char *text = malloc((size_t)N_RULES * 100);
	size_t used = 0, n;

	if (text == NULL)
		abort();
	for (n = 0; n < N_RULES; n++)
		used += (size_t)sprintf(text + used, "%s%zu%s secure match=%zu"
		    "%s\n", forms[n % 8].before, n / 8, forms[n % 8].behind,
		    n % 3 == 0 ? n % 100 : n, n % 50 == 1 ? " pin=require" :
		    n % 50 == 2 ? " pin=prefer" : "");
	*ret_len = used;
	return text;
}

/* Each rule; a name below each wildcard; a name that is not there. */
static void
add_questions(struct large *large)
{
	const struct tlsp_rules *rules = &large->damage.help.keys.rules;
	const struct tlsp_rule *rule;
	char key[300];
	size_t n;

	for (n = 0; n < rules->n_rules; n++) {
		rule = &rules->list[n];
		add(large, rule->key, rule, 0);
		if (rule->key[0] == '.') {
			(void)snprintf(key, sizeof(key), "w%s", rule->key);
			add(large, key, rule, 1);
		} else if (n % 8 != 6) {	/* they have wildcards above */
			(void)snprintf(key, sizeof(key), "x%s", rule->key);
			add(large, key, NULL, 0);
		}
	}
}

static void
init(struct large *large, uint64_t seed)
{
	size_t len;
	char *text = write_text(&len);
	const char *why;

	memset(large, 0, sizeof(*large));
	large->state = seed;
	damage_init(&large->damage, text, len);
	free(text);
	large->head = (const void *)large->damage.help.image.bytes;
	large->first = calloc(large->damage.len / 16 + 1,
	    sizeof(*large->first));
	tlsp_scan_init(&large->scan);
	if (large->first == NULL)
		abort();
	if ((why = layout_read(&large->damage.help.image, &large->layout)) !=
	    NULL) {
		(void)printf("FAIL: %s\n", why);
		exit(EXIT_FAILURE);
	}
	add_questions(large);
	(void)printf("damage: a table of %d rules, %zu bytes, %zu keys to "
	    "ask\n", N_RULES, large->damage.len, large->damage.n_questions);
}

/* Some of the questions that read what lies here. */
static void
ask_there(struct large *large, size_t at)
{
	struct damage *damage = &large->damage;
	uint32_t n = large->first[at / 16];
	int left = MOST_ASKED, back;

	/* In the middle of a record: go back to where it begins. */
	for (back = 0; n == 0 && back < 40 && at >= 16; back++, at -= 16)
		n = large->first[at / 16 - 1];
	for (; n != 0 && left > 0; n = large->links[n].next, left--) {
		(void)damage_ask(damage, &damage->questions[
		    large->links[n].question]);
		large->n_there++;
	}
}

/* Change len bytes from here on, ask, and mend them. */
static void
change(struct large *large, size_t at, size_t len,
    const unsigned char *new_bytes)
{
	struct damage *damage = &large->damage;
	const unsigned char *whole = damage->help.image.bytes;
	int n;

	damage->at = at;
	damage->with = len;
	memcpy(damage->bytes + at, new_bytes, len);
	if (damage_attach(damage, damage->bytes, damage->len)) {
		ask_there(large, at);
		if (len > 16) {
			ask_there(large, at + len - 1);
			ask_there(large, at + below(large, len));
		}
		for (n = 0; n < N_OTHERS; n++)
			(void)damage_ask(damage, &damage->questions[below(
			    large, damage->n_questions)]);
	}
	memcpy(damage->bytes + at, whole + at, len);
}

/* Several places at once. */
static void
change_many(struct large *large, size_t n_places)
{
	struct damage *damage = &large->damage;
	size_t at[8], n;

	for (n = 0; n < n_places; n++) {
		at[n] = below(large, damage->len);
		damage->bytes[at[n]] = (unsigned char)below(large, 256);
	}
	damage->at = at[0];
	damage->with = n_places;
	if (damage_attach(damage, damage->bytes, damage->len))
		for (n = 0; n < n_places; n++)
			ask_there(large, at[n]);
	for (n = 0; n < n_places; n++)
		damage->bytes[at[n]] = damage->help.image.bytes[at[n]];
}

static void
one_damage(struct large *large, int way)
{
	static const size_t units[] = { 16, 32, 64, 512 };
	struct damage *damage = &large->damage;
	const unsigned char *whole = damage->help.image.bytes;
	unsigned char bytes[MOST_BYTES];
	size_t at = below(large, damage->len), len = 1, unit, n;

	bytes[0] = (unsigned char)(whole[at] ^ 1U << below(large, 8));
	if (way == 1) {
		bytes[0] = (unsigned char)below(large, 256);
	} else if (way == 2) {
		len = 2 + below(large, 63);
		for (n = 0; n < len; n++)
			bytes[n] = (unsigned char)below(large, 256);
	} else if (way == 3) {
		change_many(large, 2 + below(large, 7));
		return;
	} else if (way == 4) {
		len = unit = units[below(large, 4)];
		at = at / unit * unit;
		memcpy(bytes, whole + below(large, damage->len / unit) * unit,
		    unit);
	} else if (way == 5) {
		len = below(large, 2) == 0 ? 512 : 4096;
		at = at / len * len;
		memset(bytes, below(large, 2) == 0 ? 0 : 0xff, len);
	}
	if (at + len > damage->len)
		len = damage->len - at;
	change(large, at, len, bytes);
}

void
damage_large(unsigned long n_damages, uint64_t seed)
{
	static const char *const ways[N_WAYS] = {
		"a random bit flipped", "a random byte changed",
		"2 to 64 random bytes in a row", "2 to 8 random bytes",
		"a block copied to another place", "a page of zeros or ones",
	};
	static struct large large;
	unsigned long n;
	int way;

	init(&large, seed);
	large.damage.n_right = 0;
	for (way = 0; way < N_WAYS; way++) {
		large.damage.what = ways[way];
		large.n_there = 0;
		for (n = 0; n < n_damages / N_WAYS; n++)
			one_damage(&large, way);
		damage_report(&large.damage, ways[way]);
		if (n > 100 && large.n_there < n) {
			(void)printf("FAIL: too little was asked of what was "
			    "damaged\n");
			exit(EXIT_FAILURE);
		}
	}
	free(large.first);
	free(large.links);
	layout_clear(&large.layout);
	damage_clear(&large.damage);
}
