/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * records.h - the answers of an index, each written once.
 * Knows:    a rule's answer as bytes. Not: names.
 * Feeds:    freeze.
 * Source:   tlspolicy_index(5).
 */
#ifndef TLSP_RECORDS_H
#define TLSP_RECORDS_H

#include "frozen.h"
#include "rule.h"

/* All zero is empty. */
struct tlsp_records {
	unsigned char *bytes;	/* owned */
	size_t len;
	size_t cap;
	uint64_t at;		/* where bytes will be in the index */
	uint64_t seed;
	uint32_t *slots;	/* numbers of records that may be shared */
	size_t n_slots;
	size_t n_shared;
};

/* at: a multiple of TLSP_RECORD_UNIT. */
void tlsp_records_init(struct tlsp_records *, uint64_t at, uint64_t seed);
void tlsp_records_clear(struct tlsp_records *);

/*
 * Write the answer of a rule; what a node has no room for.
 * name:     NULL: the node has room for it.
 * ret_number: of the record, written now or before.
 * errors:   TLSP_E_NOMEM; TLSP_E_VALUE: the index grows too large.
 */
enum tlsp_code tlsp_records_rule(struct tlsp_records *,
    const struct tlsp_rule *, uint32_t *ret_number) TLSP_MUST_USE;
enum tlsp_code tlsp_records_more(struct tlsp_records *, uint32_t exact,
    uint32_t wild, const char *name, size_t len, uint32_t *ret_number)
    TLSP_MUST_USE;

#endif
