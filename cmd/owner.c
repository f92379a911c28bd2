/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * owner.c - to act as the owner of a file, as postmap(1) does.
 * Knows:    users, groups, the mask of new files. Not: what is made.
 * Feeds:    indexer.
 * Source:   Postfix postmap/postmap.c, util/set_eugid.c.
 */
#include "owner.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum tlsp_code
fail(const char *path, const char *what, struct tlsp_err *err)
{
	const struct tlsp_pos at = { path, 0, 0 };

	return tlsp_err_set(err, TLSP_E_IO, &at, "%s: %s", what,
	    strerror(errno));
}

/* Who we are now. */
static int
remember(struct owner *before)
{
	int n = getgroups(0, NULL);

	before->uid = geteuid();
	before->gid = getegid();
	/* One more, so that none is no NULL. */
	if (n < 0 || (before->groups = calloc((size_t)n + 1,
	    sizeof(*before->groups))) == NULL)
		return -1;
	before->n_groups = getgroups(n, before->groups);
	return before->n_groups;
}

static int
become(uid_t uid, gid_t gid, const gid_t *groups, int n_groups)
{
	/* Only root may change the rest. */
	if (seteuid(0) < 0 || setegid(gid) < 0 ||
	    setgroups((size_t)n_groups, groups) < 0 || seteuid(uid) < 0)
		return -1;
	return 0;
}

enum tlsp_code
owner_become(const char *path, struct owner *ret_before, struct tlsp_err *err)
{
	struct owner before = { .groups = NULL };
	struct tlsp_err left;
	struct stat st;

	if (stat(path, &st) < 0)
		return fail(path, "cannot look at the file", err);
	before.mask = umask(022 | (~st.st_mode & 077));
	if (getuid() == 0 &&
	    (st.st_uid != geteuid() || st.st_gid != getegid()) &&
	    (remember(&before) < 0 ||
	    become(st.st_uid, st.st_gid, &st.st_gid, 1) < 0)) {
		(void)fail(path, "cannot act as its owner", err);
		if (owner_leave(&before, &left) == TLSP_OK)
			return TLSP_E_IO;
		*err = left;
		return left.code;
	}
	*ret_before = before;
	return TLSP_OK;
}

enum tlsp_code
owner_leave(struct owner *before, struct tlsp_err *err)
{
	int failed = 0;

	(void)umask(before->mask);
	if (before->groups != NULL)
		failed = become(before->uid, before->gid, before->groups,
		    before->n_groups) < 0;
	free(before->groups);
	before->groups = NULL;
	return failed ? tlsp_err_set(err, TLSP_E_BUG, NULL, "cannot be root "
	    "again: %s", strerror(errno)) : TLSP_OK;
}
