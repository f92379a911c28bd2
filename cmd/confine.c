/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * confine.c - a process that may do little: what talks to strangers, or
 *           hears what they said.
 * Knows:    users, limits, namespaces. Not: what is done under them.
 * Feeds:    refresh.
 */
#include "confine.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static enum tlsp_code
cannot(const char *what, struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_IO, NULL,
	    "the network half cannot give up its rights: %s: %s", what,
	    strerror(errno));
}

static enum tlsp_code
give_up_root(struct tlsp_err *err)
{
	static const char *const users[] = { CONFINE_USERS };
	const struct passwd *pw = NULL;
	size_t n;

	for (n = 0; pw == NULL && n < sizeof(users) / sizeof(users[0]); n++)
		pw = getpwnam(users[n]);
	if (pw == NULL || pw->pw_uid == 0) {
		errno = ENOENT;
		return cannot("user nobody", err);
	}
	if (setgroups(0, NULL) < 0 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) < 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0)
		return cannot(pw->pw_name, err);
	/* Believe it only when it is seen. */
	if (setuid(0) == 0 || getuid() == 0 || geteuid() == 0) {
		errno = EPERM;
		return cannot("root came back", err);
	}
	return TLSP_OK;
}

enum tlsp_code
confine(struct tlsp_err *err)
{
	const struct rlimit none = { 0, 0 };
	enum tlsp_code code = TLSP_OK;

	if (geteuid() == 0)
		code = give_up_root(err);
	if (code != TLSP_OK)
		return code;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return cannot("no new privileges", err);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    setrlimit(RLIMIT_CORE, &none) < 0)
		return cannot("no core files", err);
	return TLSP_OK;
}

enum tlsp_code
confine_offline(struct tlsp_err *err)
{
	return unshare(CLONE_NEWNET) == 0 ? TLSP_OK : tlsp_err_set(err,
	    TLSP_E_IO, NULL, "the half that learns cannot give up the "
	    "network: %s; it goes on with it", strerror(errno));
}
