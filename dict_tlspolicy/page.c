/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * page.c - is a page of a B-tree file one that its reader survives?
 * Knows:    how Berkeley DB lays out pages. Not: files, keys, records.
 * Feeds:    btree.
 */
#include "page.h"

#include <stdlib.h>
#include <string.h>

/* Page 0; offsets in bytes. */
#define META_MAGIC	12
#define META_VERSION	16
#define META_PAGE_SIZE	20
#define META_CIPHER	24	/* one byte */
#define META_FLAGS	26	/* one byte */
#define META_FREE	28
#define META_LAST	32
#define META_PARTS	36
#define META_TREE_FLAGS	48
#define META_ROOT	88

/* Every page. */
#define NUMBER		8
#define NEXT		16
#define N_ITEMS		20	/* two bytes; of an overflow page: uses */
#define HIGH_FREE	22	/* two bytes; of an overflow page: bytes */
#define LEVEL		24	/* one byte */
#define TYPE		25	/* one byte */
#define ITEMS		32	/* behind the checksum: offsets, two bytes each */

/* Items: two bytes of length, a type. */
#define ITEM_TYPE	2
#define KEY_TEXT	3
#define CHILD_PAGE	4	/* of an inner item, and of an overflow */
#define CHILD_LEN	8
#define CHILD_TEXT	12

#define MAGIC		UINT32_C(0x053162)
#define MAGIC_SWAPPED	UINT32_C(0x62310500)
#define VERSION		9
#define FLAG_CHECKSUM	1
#define ROOT		1
#define LEAF_LEVEL	1
#define LEVEL_MAX	14
#define OVERFLOW	15	/* takes the place of a level */
#define LEVEL_BITS	4	/* of a number that is kept */

#define INNER_FIRST	64
#define SPREAD		UINT32_C(0x9e3779b1)	/* of numbers in sequence */

/* What is kept of every page. */
enum kind {
	KIND_UNKNOWN,
	KIND_LEAF,
	KIND_OVERFLOW,
	KIND_INNER
};

enum page_type {
	TYPE_INNER = 3,
	TYPE_LEAF = 5,
	TYPE_OVERFLOW = 7,
	TYPE_META = 9
};

enum item_type {
	ITEM_TEXT = 1,
	ITEM_OVERFLOW = 3
};

static uint32_t
get32(const unsigned char *page, size_t at)
{
	uint32_t number;

	memcpy(&number, page + at, sizeof(number));
	return number;
}

static unsigned
get16(const unsigned char *page, size_t at)
{
	uint16_t number;

	memcpy(&number, page + at, sizeof(number));
	return number;
}

enum tlsp_code
tlsp_pages_init(struct tlsp_pages *pages, uint64_t len, uint32_t item_max,
    struct tlsp_err *err)
{
	memset(pages, 0, sizeof(*pages));
	if (len < (uint64_t)TLSP_PAGE_SIZE * (ROOT + 1) ||
	    len % TLSP_PAGE_SIZE != 0 ||
	    len / TLSP_PAGE_SIZE > UINT32_MAX >> LEVEL_BITS)
		return tlsp_err_set(err, TLSP_E_DAMAGED, NULL, "it is no "
		    "store, or was cut short");
	pages->n_pages = (uint32_t)(len / TLSP_PAGE_SIZE);
	pages->item_max = item_max;
	pages->cap_inner = INNER_FIRST;
	pages->kinds = calloc(pages->n_pages / 4 + 1, 1);
	pages->inner = calloc(pages->cap_inner, sizeof(*pages->inner));
	if (pages->kinds != NULL && pages->inner != NULL)
		return TLSP_OK;
	tlsp_pages_clear(pages);
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

void
tlsp_pages_clear(struct tlsp_pages *pages)
{
	free(pages->kinds);
	free(pages->inner);
	memset(pages, 0, sizeof(*pages));
}

const char *
tlsp_page_why_not(const struct tlsp_pages *pages,
    const unsigned char page[static TLSP_PAGE_SIZE])
{
	if (get32(page, META_MAGIC) == MAGIC_SWAPPED)
		return "it was made on a machine with another order of bytes";
	if (get32(page, META_MAGIC) != MAGIC || page[TYPE] != TYPE_META ||
	    get32(page, NUMBER) != 0)
		return "it is no B-tree of Berkeley DB, or damaged";
	if (get32(page, META_VERSION) != VERSION)
		return "it is of another version of Berkeley DB";
	if (page[META_FLAGS] != FLAG_CHECKSUM)
		return "its pages have no checksums";
	if (get32(page, META_PAGE_SIZE) != TLSP_PAGE_SIZE)
		return "its pages are of another size";
	if (get32(page, META_LAST) != pages->n_pages - 1)
		return "it is not as long as it says: cut short, or damaged";
	if (page[META_CIPHER] != 0 || get32(page, META_FREE) != 0 ||
	    get32(page, META_PARTS) != 0 ||
	    get32(page, META_TREE_FLAGS) != 0 ||
	    get32(page, META_ROOT) != ROOT)
		return "it was not written as a store is";
	return NULL;
}

/* Where an inner page is, or would be; 0: nowhere yet. */
static uint32_t *
find_inner(uint32_t *inner, size_t cap, uint32_t number)
{
	size_t n = (number * SPREAD) & (cap - 1);

	while (inner[n] != 0 && inner[n] >> LEVEL_BITS != number)
		n = (n + 1) & (cap - 1);
	return &inner[n];
}

/* Returns 0 if there is no memory. */
static int
add_inner(struct tlsp_pages *pages, uint32_t number, unsigned level)
{
	const size_t cap = pages->cap_inner;
	uint32_t *grown;
	size_t n;

	if (pages->n_inner >= cap / 4 * 3) {
		if ((grown = calloc(2 * cap, sizeof(*grown))) == NULL)
			return 0;
		for (n = 0; n < cap; n++)
			if (pages->inner[n] != 0)
				*find_inner(grown, 2 * cap, pages->inner[n] >>
				    LEVEL_BITS) = pages->inner[n];
		free(pages->inner);
		pages->inner = grown;
		pages->cap_inner = 2 * cap;
	}
	*find_inner(pages->inner, pages->cap_inner, number) = number <<
	    LEVEL_BITS | level;
	pages->n_inner++;
	return 1;
}

/* A page is, or is said to be, on this level: and nowhere else. */
static int
is_on_level(struct tlsp_pages *pages, uint64_t number, unsigned level)
{
	const unsigned kind = level == LEAF_LEVEL ? KIND_LEAF :
	    level == OVERFLOW ? KIND_OVERFLOW : KIND_INNER;
	const unsigned shift = number % 4 * 2;
	unsigned char *four;
	unsigned known;

	if (number < ROOT || number >= pages->n_pages || level == 0)
		return 0;
	four = &pages->kinds[number / 4];
	if ((known = *four >> shift & 3) != KIND_UNKNOWN)
		return known == kind && (kind != KIND_INNER ||
		    *find_inner(pages->inner, pages->cap_inner,
		    (uint32_t)number) == ((uint32_t)number << LEVEL_BITS |
		    level));
	if (kind == KIND_INNER && !add_inner(pages, (uint32_t)number, level))
		return 0;
	*four = (unsigned char)(*four | kind << shift);
	return 1;
}

/* Is there room for so many bytes at this offset, behind the items? */
static int
is_inside(unsigned at, unsigned len, unsigned n_items)
{
	return at >= ITEMS + 2 * n_items && at + len <= TLSP_PAGE_SIZE;
}

static int
is_inner(struct tlsp_pages *pages, const unsigned char *page,
    unsigned n_items)
{
	const unsigned level = page[LEVEL];
	unsigned n, at;

	for (n = 0; n < n_items; n++) {
		at = get16(page, ITEMS + 2 * n);
		if (!is_inside(at, CHILD_TEXT, n_items) ||
		    !is_inside(at, CHILD_TEXT + get16(page, at), n_items) ||
		    page[at + ITEM_TYPE] != ITEM_TEXT ||
		    !is_on_level(pages, get32(page, at + CHILD_PAGE),
		    level - 1))
			return 0;
	}
	return 1;
}

static int
is_value_elsewhere(struct tlsp_pages *pages, const unsigned char *page,
    unsigned at, unsigned n_items)
{
	return is_inside(at, CHILD_TEXT, n_items) &&
	    get32(page, at + CHILD_LEN) <= pages->item_max &&
	    is_on_level(pages, get32(page, at + CHILD_PAGE), OVERFLOW);
}

static int
is_leaf(struct tlsp_pages *pages, const unsigned char *page, unsigned n_items)
{
	const uint32_t next = get32(page, NEXT);
	unsigned n, at;

	/* Keys and values take turns. */
	if (page[LEVEL] != LEAF_LEVEL || n_items % 2 != 0 ||
	    (next != 0 && !is_on_level(pages, next, LEAF_LEVEL)))
		return 0;
	for (n = 0; n < n_items; n++) {
		at = get16(page, ITEMS + 2 * n);
		if (!is_inside(at, KEY_TEXT, n_items))
			return 0;
		if (page[at + ITEM_TYPE] == ITEM_TEXT ?
		    !is_inside(at, KEY_TEXT + get16(page, at), n_items) :
		    n % 2 == 0 || page[at + ITEM_TYPE] != ITEM_OVERFLOW ||
		    !is_value_elsewhere(pages, page, at, n_items))
			return 0;
	}
	return 1;
}

/* A part of a long value; an empty one would be no step forward. */
static int
is_overflow(struct tlsp_pages *pages, const unsigned char *page)
{
	const uint32_t next = get32(page, NEXT);
	const unsigned len = get16(page, HIGH_FREE);

	return len > 0 && len <= TLSP_PAGE_SIZE - ITEMS &&
	    (next == 0 || is_on_level(pages, next, OVERFLOW));
}

int
tlsp_page_is_sound(struct tlsp_pages *pages,
    const unsigned char page[static TLSP_PAGE_SIZE], uint64_t number)
{
	const unsigned n_items = get16(page, N_ITEMS);
	const int is_tree = n_items > 0 &&
	    n_items <= (TLSP_PAGE_SIZE - ITEMS) / 2;

	if (number == 0)
		return tlsp_page_why_not(pages, page) == NULL;
	if (get32(page, NUMBER) != number)
		return 0;
	switch (page[TYPE]) {
	case TYPE_INNER:
		return is_tree && page[LEVEL] > LEAF_LEVEL &&
		    page[LEVEL] <= LEVEL_MAX &&
		    is_on_level(pages, number, page[LEVEL]) &&
		    is_inner(pages, page, n_items);
	case TYPE_LEAF:
		return is_tree && is_on_level(pages, number, LEAF_LEVEL) &&
		    is_leaf(pages, page, n_items);
	case TYPE_OVERFLOW:
		return is_on_level(pages, number, OVERFLOW) &&
		    is_overflow(pages, page);
	default:
		return 0;
	}
}
