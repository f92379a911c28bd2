/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * read_index_damage.c - whether the proof of FILE.tlsp can fail: each bit is
 *           flipped, and where possible the check over it made anew.
 * Knows:    the page tlspolicy_index(5). Not: a line of the module.
 * Feeds:    read_index.c -x.
 */
#include <string.h>

#include "read_index.h"

/* With its part's check made anew: would the rest of the proof see it? */
static void
forge(uint64_t at)
{
	struct node node;
	uint64_t number, head_sum;
	uint32_t check;

	if (at < HEAD) {
		head_sum = bytes(file, file + 176, K5);
		memcpy(file + 176, &head_sum, sizeof(head_sum));
	} else if (at < head.lines_at) {
		number = (at - head.filters_at) / FILTER;
		at = head.filters_at + number * FILTER;
		check = (uint32_t)filter_check(number, file + at);
		memcpy(file + at + 12, &check, sizeof(check));
	} else {
		number = (at - head.lines_at) / NODE;
		get_node(number, &node);
		check = (uint32_t)node_check(number, &node);
		memcpy(file + node_at(number) + 28, &check, sizeof(check));
	}
}

/* What can be told from the rest of the file: of the head, all but versions and
 * the text; filters; of nodes, lengths and flags. */
static bool
can_be_forged(uint64_t at)
{
	if (at < HEAD)
		return at < 20 || (at >= 28 && at < 112) || (at >= 168 && at < 176);
	if (at < head.filters_at + head.n_filters * FILTER)
		return (at - head.filters_at) % FILTER < 12;
	return at >= head.lines_at && at < head.records_at &&
	    (at - head.lines_at) % NODE >= 22 &&
	    (at - head.lines_at) % NODE <= 23;
}

static bool
prove_flip(uint64_t at, int bit)
{
	unsigned char saved[HEAD];
	uint64_t from = at < HEAD ? 0 : at / NODE * NODE;
	uint64_t n = at < HEAD ? HEAD : size - from < NODE ? size - from : NODE;
	bool seen;

	memcpy(saved, file + from, n);
	file[at] ^= (unsigned char)(1 << bit);
	seen = !prove(NULL);
	if (seen && can_be_forged(at)) {
		forge(at);
		seen = !prove(NULL);
	}
	memcpy(file + from, saved, n);
	return seen ? true : wrong(at, "bit %d flipped, not seen", bit);
}

bool
prove_damage(void)
{
	uint64_t whole = size, at;
	int bit;

	for (at = 0; at < whole; at++)
		for (bit = 0; bit < 8; bit++)
			if (!prove_flip(at, bit))
				return false;
	for (size = 0; size < whole; size++)
		if (prove(NULL))
			return wrong(size, "cut short, not seen");
	return prove(NULL);
}
