/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * read_index_proof.c - whether each byte of FILE.tlsp is as tlspolicy_index(5)
 *           says.
 * Knows:    the page. Not: a line of the module.
 * Feeds:    read_index.c.
 */
#include <sys/stat.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read_index.h"

char complaint[600];
static uint64_t n_nodes;
enum { STANDS = 1, USED };
static unsigned char *is_record, *passed, *has_below, *filters;

bool
wrong(uint64_t at, const char *fmt, ...)
{
	va_list ap;
	int n = snprintf(complaint, sizeof(complaint), "byte %llu: ",
	    (unsigned long long)at);

	va_start(ap, fmt);
	vsnprintf(complaint + n, sizeof(complaint) - (size_t)n, fmt, ap);
	va_end(ap);
	return false;
}

static bool
stands_record(uint64_t number)
{
	return number >= head.records_at / 16 && number < size / 16 &&
	    is_record[number];
}

/* Proof */

static bool
check_head(void)
{
	uint64_t end;

	if (size < HEAD || memcmp(head.magic, "TLSPidx\n", 8) != 0)
		return wrong(0, "no index");
	if (head.order != 0x01020304 || head.format != 3 || head.grammar != 3 ||
	    head.postfix < 300 || head.postfix > 499 || head.host > 3)
		return wrong(8, "another order, format, grammar or host");
	if (head.size != size)
		return wrong(32, "%llu bytes", (unsigned long long)size);
	if (bytes(file, file + 176, K5) != head.check)
		return wrong(176, "the check of the head");
	if (head.pad != 0)
		return wrong(184, "the spare bytes of the head");
	if (head.n_filters == 0 || head.n_filters > size / FILTER ||
	    head.n_lines == 0 || head.n_lines > size / (2 * NODE))
		return wrong(72, "how many filters and lines");
	if (head.n_filters != head.n_names / (head.n_names < 2048 ? 4 : 12) +
	    1 ||
	    head.n_lines != 2 * (head.n_names / (head.n_names < 2048 ? 2 : 3) + 1))
		return wrong(72, "not as many filters and lines as names want");
	if (head.filters_at != HEAD)
		return wrong(88, "filters_at");
	end = head.filters_at + head.n_filters * FILTER;
	if (head.lines_at % 64 != 0 || head.lines_at < end ||
	    head.lines_at - end > 63)
		return wrong(96, "lines_at");
	for (; end < head.lines_at; end++)
		if (end < size && file[end] != 0)
			return wrong(end, "not zero before the lines");
	if (head.records_at != head.lines_at + head.n_lines * 2 * NODE ||
	    head.records_at > size || size % 16 != 0)
		return wrong(104, "records_at, or the size");
	n_nodes = 2 * head.n_lines;
	return true;
}

static bool
check_identity(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return wrong(112, "%s: not there", path);
	if (head.dev != st.st_dev || head.ino != st.st_ino ||
	    head.text_size != (uint64_t)st.st_size ||
	    head.mtime != (uint64_t)st.st_mtim.tv_sec ||
	    head.mtime_ns != (uint64_t)st.st_mtim.tv_nsec ||
	    head.ctime != (uint64_t)st.st_ctim.tv_sec ||
	    head.ctime_ns != (uint64_t)st.st_ctim.tv_nsec)
		return wrong(112, "not the index of %s", path);
	return true;
}

/* What a record says of its answer is what the answer says. */
static bool
check_answer(uint64_t at, const struct record *r)
{
	static const char *const levels[] = { "none", "may", "encrypt",
		"fingerprint", "dane", "dane-only", "verify", "secure" };
	size_t n = strcspn(r->text, " \t\r,");

	if (r->level > 7 || strncmp(r->text, levels[r->level], n) != 0 ||
	    levels[r->level][n] != '\0')
		return wrong(at + 13, "the level is not %d", r->level);
	if (strlen(r->text) != r->len)
		return wrong(at + 8, "a NUL in the text");
	if (!(r->flags & PLACE) != !r->pin)
		return wrong(at + 12, "a place without pin, or none with it");
	if (r->pin && (r->line == 0 || r->column == 0 || r->fault != 0 ||
	    r->pin_ttl < 3600 || r->pin_ttl > 30 * 86400))
		return wrong(at + 16, "the place of an answer");
	return true;
}

static bool
check_record(uint64_t at, uint64_t *ret_end)
{
	struct record r;
	uint64_t end, i;

	get_record(at / 16, &r);
	end = at + (r.flags & PLACE ? 32 : 16);
	if (end > size || r.len >= size - end)
		return wrong(at, "a record beyond the end");
	i = end + r.len;
	end = (i + 1 + 15) / 16 * 16;
	if (bytes(file + at + 16, file + end, fold(word(file + at + 8) ^ K2,
	    at / 16 ^ head.seed)) != r.check)
		return wrong(at, "the check of a record");
	for (; i < end; i++)
		if (file[i] != 0)
			return wrong(i, "not zero behind the text");
	if (r.spare != 0 || r.pin > PIN_REQUIRE ||
	    (r.flags & ~(PLACE | FINAL | MORE)))
		return wrong(at + 12, "the bytes of a record");
	is_record[at / 16] = STANDS;
	*ret_end = end;
	if (!(r.flags & MORE))
		return check_answer(at, &r);
	if (r.len < 8 || r.level || r.pin || r.flags != MORE)
		return wrong(at, "a record that says more");
	return true;
}

static bool
check_records(void)
{
	struct record r;
	uint64_t at, pinned = 0;

	for (at = head.records_at; at < size; ) {
		get_record(at / 16, &r);
		if (!check_record(at, &at))
			return false;
		if (r.pin && r.len > pinned)
			pinned = r.len;
	}
	return pinned == head.pinned ? true : wrong(168, "the longest text "
	    "with a pin has %llu bytes", (unsigned long long)pinned);
}

static bool
check_long(uint64_t number, const struct node *node)
{
	struct record more;
	char key[24];

	get_record(node->record, &more);
	if (node->len != LONG)
		return more.len == 8 ? true : wrong(node_at(number),
		    "a short name in its record, too");
	if (more.len <= 8 + SHORT)
		return wrong(node_at(number), "a long name that is not long");
	make_key(key, more.text + 8, more.len - 8);
	return memcmp(key, node->key, SHORT + 1) == 0 ? true :
	    wrong(node_at(number), "the hash of a long name");
}

static bool
check_answers(uint64_t number, const struct node *node)
{
	uint32_t rule = node->record, wild = node->record;
	struct record r;
	bool at_once;

	get_record(node->record, &r);
	if (!!(r.flags & MORE) != !!(node->flags & SAYS_MORE))
		return wrong(node_at(number), "more, or not");
	if (r.flags & MORE) {
		rule = number_in(&r, 0);
		wild = number_in(&r, 4);
		if (!rule != !(node->flags & HAS_RULE) ||
		    !wild != !(node->flags & HAS_WILD) ||
		    (rule && !stands_record(rule)) ||
		    (wild && !stands_record(wild)))
			return wrong(node_at(number), "numbers of records");
		if (!check_long(number, node))
			return false;
	}
	get_record(rule, &r);
	if ((node->flags & HAS_RULE) && (r.flags & MORE))
		return wrong(node_at(number), "the answer of a rule");
	get_record(wild, &r);
	if ((node->flags & HAS_WILD) && (r.flags & MORE))
		return wrong(node_at(number), "the answer of a wildcard");
	is_record[node->record] = is_record[rule] = is_record[wild] = USED;
	at_once = (node->flags & HAS_WILD) && ((r.flags & FINAL) || r.pin);
	return at_once == !!(node->flags & AT_ONCE) ? true :
	    wrong(node_at(number), "flag 16");
}

static bool
check_name(uint64_t number, const struct node *node)
{
	struct name name;
	size_t i;

	for (i = 0; i < SHORT; i++)
		if (node->len != LONG &&
		    !node->key[i] != (i + node->len < SHORT))
			return wrong(node_at(number), "zeros before the name");
	name_of(node, &name);
	for (i = 0; i < name.len; i++)
		if (name.text[i] >= 'A' && name.text[i] <= 'Z')
			return wrong(node_at(number), "not in lower case");
	if (!!(node->flags & DIGITS) != (node->flags & HAS_WILD &&
	    strspn(name.text, "0123456789.") >= name.len))
		return wrong(node_at(number), "flag 64");
	if (!!(node->flags & VALID) != ((node->flags & HAS_WILD) &&
	    is_host_name(name.text, name.len, false)))
		return wrong(node_at(number), "flag 32 of %.*s", (int)name.len,
		    name.text);
	return true;
}

static bool
check_node(uint64_t number)
{
	static const char zeros[NODE];
	struct node node;

	get_node(number, &node);
	if (node.check != (uint32_t)node_check(number, &node))
		return wrong(node_at(number), "the check of a node");
	if (node.len == 0)
		return memcmp(&node, zeros, NODE - 4) == 0 ? true :
		    wrong(node_at(number), "an empty node that is not empty");
	if (node.len > SHORT && node.len != LONG)
		return wrong(node_at(number), "the length of a name");
	if ((node.flags & NEXT_LINE) && number % 2)
		return wrong(node_at(number), "flags");
	if ((node.flags & (HAS_RULE | HAS_WILD | SAYS_MORE)) == 0) {
		if (node.record || node.len == LONG ||
		    (node.flags & ~NEXT_LINE) != BELOW)
			return wrong(node_at(number), "a node for nothing");
	} else if (!stands_record(node.record))
		return wrong(node_at(number), "no record there");
	else if (!check_answers(number, &node))
		return false;
	if (node.len == LONG ? !(node.flags & SAYS_MORE) :
	    (node.flags & SAYS_MORE) && (~node.flags & (HAS_RULE | HAS_WILD)))
		return wrong(node_at(number), "more than is needed, or less");
	return check_name(number, &node);
}

/* A name stands on its line, or those from there on are full. */
static bool
check_standing(uint64_t number, const struct node *node)
{
	struct node first, second, found;
	uint64_t line = below(node_hash(node), head.n_lines);
	struct name name;

	for (; line != number / 2; line = (line + 1) % head.n_lines) {
		get_node(2 * line, &first);
		get_node(2 * line + 1, &second);
		if (!first.len || !second.len || !(first.flags & NEXT_LINE))
			return wrong(node_at(number), "not on its line");
		passed[line] = 1;
	}
	get_node(number & ~1ULL, &first);
	if (first.len == 0)
		return wrong(node_at(number), "behind an empty node");
	name_of(node, &name);
	return find(name.text, name.len, &found) == number ? true :
	    wrong(node_at(number), "not found");
}

static bool
check_parents(uint64_t number, const struct node *node)
{
	struct node parent;
	struct name name;
	const char *above;
	uint64_t found;
	size_t i, n;

	name_of(node, &name);
	if (as_it_stands(name.text, name.len))
		return true;
	n = n_labels(name.text, name.len);
	for (i = 2; i < n && i <= 8; i++) {
		above = last_labels(name.text, name.len, i);
		found = find(above, name.len - (size_t)(above - name.text),
		    &parent);
		if (found == NONE)
			return wrong(node_at(number), "%.*s: %zu labels of it "
			    "have no node", (int)name.len, name.text, i);
		has_below[found] = 1;
	}
	return true;
}

static void
add_to_filter(const struct node *node)
{
	uint64_t bits[2], low;
	uint32_t high;
	unsigned char *at;
	char key[24];

	memcpy(key, node, 24);
	key[23] = 0;
	at = filter_of(filters, key, bits);
	low = word(at) | bits[0];
	memcpy(&high, at + 8, sizeof(high));
	high |= (uint32_t)bits[1];
	memcpy(at, &low, sizeof(low));
	memcpy(at + 8, &high, sizeof(high));
}

static bool
check_filters(void)
{
	uint64_t number, at;
	uint32_t check;

	for (number = 0; number < head.n_filters; number++) {
		at = head.filters_at + number * FILTER;
		check = (uint32_t)filter_check(number, file + at);
		if (memcmp(file + at + 12, &check, 4) != 0)
			return wrong(at, "the check of a filter");
		if (memcmp(file + at, filters + number * FILTER, 12) != 0)
			return wrong(at, "the bits of a filter");
	}
	return true;
}

static bool
check_counts(void)
{
	uint64_t n, names = 0, tops = 0, rules = 0, longest = 0, key;
	struct node node;
	struct name name;
	bool wild;

	for (n = 0; n < n_nodes; n++) {
		get_node(n, &node);
		if (!!(node.flags & NEXT_LINE) != (n % 2 == 0 && passed[n / 2]))
			return wrong(node_at(n), "flag 128");
		if (!!(node.flags & BELOW) != has_below[n])
			return wrong(node_at(n), "flag 8");
		if (node.len == 0)
			continue;
		name_of(&node, &name);
		wild = node.flags & HAS_WILD;
		names++;
		rules += (node.flags & HAS_RULE) != 0;
		rules += wild;
		tops += wild && n_labels(name.text, name.len) == 1;
		key = name.len + wild;
		if (key > longest && (node.flags & (HAS_WILD | HAS_RULE)))
			longest = key;
	}
	if (names != head.n_names || tops != head.n_tops ||
	    rules != head.n_rules || longest != head.longest)
		return wrong(48, "%llu rules, %llu names, %llu tops, longest "
		    "%llu", (unsigned long long)rules, (unsigned long long)names,
		    (unsigned long long)tops, (unsigned long long)longest);
	return true;
}

static bool
check_used(void)
{
	uint64_t n;

	for (n = head.records_at / 16; n < size / 16; n++)
		if (is_record[n] == STANDS)
			return wrong(n * 16, "a record that no node names");
	return true;
}

/* Once for all proofs: the file does not grow. */
static void
make_room(void)
{
	if (is_record != NULL)
		return;
	is_record = calloc(4, size + 1);
	if (is_record == NULL)
		abort();
	passed = is_record + size + 1;
	has_below = passed + size + 1;
	filters = has_below + size + 1;
}

bool
prove(const char *text)
{
	struct node node;
	uint64_t n;

	make_room();
	memset(&head, 0, sizeof(head));
	memcpy(&head, file, size < HEAD ? size : HEAD);
	if (!check_head() || (text && !check_identity(text)))
		return false;
	memset(is_record, 0, size / 16 + 1);
	memset(passed, 0, head.n_lines);
	memset(has_below, 0, n_nodes);
	memset(filters, 0, head.n_filters * FILTER);
	if (!check_records())
		return false;
	for (n = 0; n < n_nodes; n++)
		if (!check_node(n))
			return false;
	for (n = 0; n < n_nodes; n++) {
		get_node(n, &node);
		if (node.len == 0)
			continue;
		if (!check_standing(n, &node) || !check_parents(n, &node))
			return false;
		add_to_filter(&node);
	}
	return check_counts() && check_filters() && check_used();
}
