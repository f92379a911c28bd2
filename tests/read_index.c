/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * read_index.c - a second reader of FILE.tlsp, written from the manual page
 *           tlspolicy_index(5) alone: whether that says all there is to say.
 * Knows:    the page. Not: a line of the module.
 *           read_index [-x] INDEX [TEXT] <KEYS proves every byte, prints
 *           "key<TAB>answer"; -x: and that it would see each flipped bit.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read_index.h"

unsigned char *file;
uint64_t size;
struct head head;

/* Arithmetic */

uint64_t
fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t
below(uint64_t a, uint64_t n)
{
	return (uint64_t)((unsigned __int128)a * n >> 64);
}

uint64_t
word(const void *at)
{
	uint64_t w;

	memcpy(&w, at, sizeof(w));
	return w;
}

static uint64_t
long_hash(const char *name, size_t len)
{
	uint64_t s = len ^ K5;
	size_t at;

	for (at = len; at >= 16; at -= 16)
		s = fold(word(name + at - 16) ^ s, word(name + at - 8) ^ K6);
	return fold(word(name) ^ s, word(name + 8) ^ head.seed ^ K6);
}

uint64_t
bytes(const unsigned char *from, const unsigned char *to, uint64_t s)
{
	uint64_t t = s;

	for (; from < to; from += 16) {
		t += K3;
		s ^= fold(word(from) ^ K1, word(from + 8) ^ t);
	}
	return s;
}

/* The 24 bytes of a name's node, the flags 0. */
void
make_key(char key[24], const char *name, size_t len)
{
	uint64_t words[2];

	memset(key, 0, 24);
	if (len <= SHORT) {
		memcpy(key + SHORT - len, name, len);
		key[SHORT] = (char)len;
		return;
	}
	words[0] = long_hash(name, len);
	words[1] = len;
	memcpy(key, words, sizeof(words));
	key[SHORT] = (char)LONG;
}

static uint64_t
hash(const char key[24])
{
	return fold(fold(word(key) ^ K1, word(key + 8) ^ K2) ^ word(key + 16),
	    head.seed);
}

/* Parts */

void
get_node(uint64_t number, struct node *node)
{
	memcpy(node, file + head.lines_at + number * NODE, NODE);
}

uint64_t
node_at(uint64_t number)
{
	return head.lines_at + number * NODE;
}

uint64_t
node_hash(const struct node *node)
{
	char key[24];

	memcpy(key, node, 24);
	key[23] = 0;
	return hash(key);
}

uint64_t
node_check(uint64_t number, const struct node *node)
{
	return fold(node_hash(node) ^ number,
	    (node->record | (uint64_t)node->flags << 32) ^ K7);
}

uint64_t
filter_check(uint64_t number, const unsigned char *filter)
{
	uint32_t high;

	memcpy(&high, filter + 8, sizeof(high));
	return fold(word(filter) ^ K1, (high | number << 32) ^ head.seed ^ K2);
}

/* Only for numbers where a record stands. */
void
get_record(uint64_t number, struct record *record)
{
	const unsigned char *at = file + number * 16;

	memset(record, 0, sizeof(*record));
	memcpy(record, at, 16);
	if (record->flags & PLACE)
		memcpy(record, at, 32);
	record->text = (const char *)at + (record->flags & PLACE ? 32 : 16);
}

uint32_t
number_in(const struct record *record, size_t at)
{
	uint32_t number;

	memcpy(&number, record->text + at, sizeof(number));
	return number;
}

void
name_of(const struct node *node, struct name *name)
{
	struct record record;

	if (node->len != LONG) {
		name->text = node->key + SHORT - node->len;
		name->len = node->len;
		return;
	}
	get_record(node->record, &record);
	name->text = record.text + 8;
	name->len = record.len - 8;
}

unsigned char *
filter_of(unsigned char *all, const char key[24], uint64_t ret_bits[2])
{
	uint64_t spread = hash(key) * K4;

	ret_bits[0] = 1ULL << (spread >> 16) % 64 | 1ULL << (spread >> 22) % 64;
	ret_bits[1] = 1ULL << (spread >> 28) % 32;
	return all + below(spread, head.n_filters) * FILTER;
}

/* The number of the name's node, or NONE. Believes nothing but the page. */
uint64_t
find(const char *text, size_t len, struct node *node)
{
	char key[24];
	uint64_t h, line, lines, n;
	struct name name;

	make_key(key, text, len);
	h = hash(key);
	line = below(h, head.n_lines);
	for (lines = 0; lines < head.n_lines; lines++) {
		for (n = 2 * line; n < 2 * line + 2; n++) {
			get_node(n, node);
			if (memcmp(node->key, key, SHORT + 1) != 0)
				continue;
			name_of(node, &name);
			if (name.len == len && memcmp(name.text, text, len) == 0)
				return n;
		}
		get_node(2 * line, node);
		if (!(node->flags & NEXT_LINE))
			return NONE;
		line = (line + 1) % head.n_lines;
	}
	return NONE;
}

/* Names */

size_t
n_labels(const char *name, size_t len)
{
	size_t i, n = 1;

	for (i = 0; i < len; i++)
		n += name[i] == '.';
	return n;
}

/* The last n labels of a name that has so many. */
const char *
last_labels(const char *name, size_t len, size_t n)
{
	const char *at = name + len;

	while (at > name && (at[-1] != '.' || --n > 0))
		at--;
	return at;
}

bool
as_it_stands(const char *key, size_t len)
{
	return len > 255 || key[0] == '[' || key[0] == '/' ||
	    memchr(key, ':', len) != NULL;
}

bool
is_host_name(const char *key, size_t len, bool digits)
{
	size_t i, label = 0;
	unsigned char c;

	if (len > 255)
		return false;
	for (i = 0; i < len; i++) {
		c = (unsigned char)key[i];
		if (c == '.') {
			if (label == 0 || key[i - 1] == '-')
				return false;
			label = 0;
			continue;
		}
		if (++label > 63 || (c == '-' && label == 1))
			return false;
		if (c >= '0' && c <= '9')
			continue;
		digits = false;
		if (!(c >= 'a' && c <= 'z') && c != '-' && c != '_' && c < 0x80)
			return false;
	}
	return label > 0 && key[len - 1] != '-' && !digits;
}

/* Lookup */

static bool
look(const char *text, size_t len, struct node *node)
{
	uint64_t bits[2];
	uint32_t high;
	unsigned char *at;
	char key[24];

	make_key(key, text, len);
	at = filter_of(file + head.filters_at, key, bits);
	memcpy(&high, at + 8, sizeof(high));
	if (bits[0] & ~word(at) || bits[1] & ~(uint64_t)high)
		return false;
	return find(text, len, node) != NONE;
}

static uint32_t
answer_of(const struct node *node, unsigned rule_or_wild)
{
	struct record r;

	if (!(node->flags & rule_or_wild))
		return 0;
	if (!(node->flags & SAYS_MORE))
		return node->record;
	get_record(node->record, &r);
	return number_in(&r, rule_or_wild == HAS_RULE ? 0 : 4);
}

/* The number of the record that answers; 0: not found. */
static uint32_t
look_up(const char *key, size_t len)
{
	bool host = is_host_name(key, len, true), wild = key[0] == '.';
	uint32_t best = 0, record;
	struct node node;
	const char *name;
	size_t i, n;

	if (as_it_stands(key, len))
		return look(key, len, &node) ? answer_of(&node, HAS_RULE) : 0;
	if (wild)
		key++, len--;
	n = n_labels(key, len);
	for (i = n < 2 ? 1 : 2; i <= n; i++) {
		name = last_labels(key, len, i);
		if (!look(name, len - (size_t)(name - key), &node)) {
			if (i <= 8)
				break;
			continue;
		}
		record = answer_of(&node, wild ? HAS_WILD : HAS_RULE);
		if (i == n && record != 0)
			return record;
		if (i < n && host && (node.flags & VALID))
			best = answer_of(&node, HAS_WILD);
		if (i <= 8 && !(node.flags & BELOW))
			break;
	}
	if (best != 0 || !host || n == 1)
		return best;
	name = last_labels(key, len, 1);
	if (head.n_tops > 0 && look(name, len - (size_t)(name - key), &node) &&
	    (node.flags & VALID))
		best = answer_of(&node, HAS_WILD);
	return best;
}

static void
answer(const char *shown, const char *key)
{
	uint32_t number = look_up(key, strlen(key));
	struct record r;

	if (number == 0)
		return;
	get_record(number, &r);
	printf("%s\t%s\n", shown, r.pin == PIN_REQUIRE ? "(error)" : r.text);
}

static void
answer_keys(void)
{
	char *line = NULL, *key, *c;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if ((key = strdup(line)) == NULL)
			err(2, NULL);
		for (c = key; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c + 'a' - 'A');
		answer(line, key);
		free(key);
	}
	free(line);
}

/* With some room behind it for whoever reads too far. */
static void
read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n, room = 1 << 20;

	if (f == NULL || (file = malloc(room)) == NULL)
		err(2, "%s", path);
	while ((n = fread(file + size, 1, room - 64 - size, f)) > 0) {
		size += n;
		if (size < room - 64)
			continue;
		room *= 2;
		if ((file = realloc(file, room)) == NULL)
			err(2, NULL);
	}
	if (ferror(f) || fclose(f) != 0)
		err(2, "%s", path);
	memset(file + size, 0, 64);
}

int
main(int argc, char **argv)
{
	bool damage = argc > 1 && strcmp(argv[1], "-x") == 0;

	argc -= damage;
	argv += damage;
	if (argc < 2 || argc > 3)
		errx(2, "usage: read_index [-x] INDEX [TEXT] <KEYS");
	read_file(argv[1]);
	if (!prove(argv[2]) || (damage && !prove_damage()))
		errx(1, "%s: %s", argv[1], complaint);
	answer_keys();
	return 0;
}
