/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * helper_layout.h - the bytes of an index, read from end to end as the manual
 * page has them: no hash is followed.
 * Knows:    frozen.h. Not: how an index is searched.
 * Feeds:    check_freeze.c, damage.c.
 */
#ifndef TLSP_HELPER_LAYOUT_H
#define TLSP_HELPER_LAYOUT_H

#include "../dict_tlspolicy/freeze.h"
#include "../dict_tlspolicy/words.h"

/* exact, wild: numbers of records; 0: none. */
struct layout_name {
	const char *bytes;	/* borrowed from the image */
	size_t len;
	const struct tlsp_node *node;
	uint32_t exact;
	uint32_t wild;
};

/* All names, sorted. */
struct layout {
	struct layout_name *names;	/* owned */
	size_t n_names;
};

/*
 * Read an index. Whatever is returned, the layout is to be cleared.
 * returns   NULL, or what is not as it should be.
 */
const char *layout_read(const struct tlsp_image *, struct layout *ret_layout);
void layout_clear(struct layout *);

/* NULL: no such name. */
const struct layout_name *layout_find(const struct layout *,
    const char *bytes, size_t len);

/* NULL: there is none, or it is damaged. */
const struct tlsp_record *layout_record(const struct tlsp_image *,
    uint64_t number);

#endif
