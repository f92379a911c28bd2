/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * owner.h - to act as the owner of a file, as postmap(1) does: what is made
 *           has the same owner, and no mode that the file has not.
 * Knows:    users, groups, the mask of new files. Not: what is made.
 * Feeds:    indexer.
 * Source:   Postfix postmap/postmap.c, util/set_eugid.c.
 */
#ifndef TLSP_CMD_OWNER_H
#define TLSP_CMD_OWNER_H

#include <sys/types.h>

#include "../dict_tlspolicy/err.h"

/* Who we are otherwise. groups: owned; NULL: there was no need to change. */
struct owner {
	mode_t mask;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int n_groups;
};

/*
 * Become the owner of a file: only root can, others stay who they are.
 * ret_before: to be given to owner_leave().
 * errors:   TLSP_E_IO: no such file; it cannot be; TLSP_E_NOMEM. Nothing has
 *           changed then.
 */
enum tlsp_code owner_become(const char *path, struct owner *ret_before,
    struct tlsp_err *err) TLSP_MUST_USE;

/* Be oneself again. errors: TLSP_E_BUG: the system does not let us. */
enum tlsp_code owner_leave(struct owner *before, struct tlsp_err *err)
    TLSP_MUST_USE;

#endif
