/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_forget.h - what was learned because of certificates, in all stores.
 * Knows:    which stores there are, what is told. Not: bundles, records.
 * Feeds:    ca_remove.
 */
#ifndef TLSP_CMD_CA_FORGET_H
#define TLSP_CMD_CA_FORGET_H

#include "ca.h"

/* edits: of each table of ours, NULL where nothing is stored. */
struct ca_forget {
	struct ca *ca;
	struct tlsp_store_edit **edits;
};

/*
 * Take the locks of all stores, and read them.
 * returns   0, or an exit code: it was said. ca_forget_end() in either case.
 */
int ca_forget_begin(struct ca *, struct ca_forget *ret_forget);

/*
 * Publish them without what those certificates vouched for, and tell a line
 * for each next-hop that loses some. A store that loses nothing stays as it
 * is.
 * gone:     a mark for each certificate of the pile.
 * errors:   as tlsp_store_edit_commit().
 */
enum tlsp_code ca_forget_all(struct ca_forget *, const struct pile *,
    const char *gone, struct tlsp_err *err) TLSP_MUST_USE;

/* Let go of what was not published. All zero may be ended. */
void ca_forget_end(struct ca_forget *);

#endif
