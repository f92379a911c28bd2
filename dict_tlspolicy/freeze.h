/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * freeze.h - rules to the bytes of an index.
 * Knows:    names and what stands above them, answers that many share. Not:
 *           files, how an index is searched.
 * Feeds:    disk, table.
 * Source:   tlspolicy_index(5).
 */
#ifndef TLSP_FREEZE_H
#define TLSP_FREEZE_H

#include "frozen.h"
#include "keys.h"

/* The bytes of an index, owned, and a copy of its head. All zero is empty. */
struct tlsp_image {
	struct tlsp_frozen head;
	unsigned char *bytes;
	size_t len;
	int is_mapped;		/* from a file; not to be written */
};

/* The head of an index for this host, without numbers; some seed. */
void tlsp_freeze_head(const struct tlsp_host *, struct tlsp_frozen *ret_head);

/*
 * Freeze rules.
 * head:     what goes into the head: host, text and seed.
 * ret_image: to be given to tlsp_freeze_clear(); aligned to 64.
 * errors:   TLSP_E_NOMEM; TLSP_E_VALUE: too large.
 */
enum tlsp_code tlsp_freeze(const struct tlsp_keys *,
    const struct tlsp_frozen *head, struct tlsp_image *ret_image,
    struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be cleared. */
void tlsp_freeze_clear(struct tlsp_image *);

#endif
