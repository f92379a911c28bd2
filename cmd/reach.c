/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * reach.c - can a file be opened by a process in a jail, as another user?
 * Knows:    chroot(2), users. Not: what files are for.
 * Feeds:    doctor.
 */
#include "reach.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's whole life. Its exit status: errno, or 0. */
static int
try(const char *jail, const struct passwd *user, const char *path)
{
	if (initgroups(user->pw_name, user->pw_gid) < 0 ||
	    (jail != NULL && (chroot(jail) < 0 || chdir("/") < 0)) ||
	    setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0)
		return UCHAR_MAX;
	return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) < 0 ? errno : 0;
}

/* Is it there at all? */
static int
look(const char *jail, const char *path)
{
	char inside[PATH_MAX];
	struct stat st;

	if (snprintf(inside, sizeof(inside), "%s%s", jail == NULL ? "" : jail,
	    path) >= (int)sizeof(inside))
		return ENAMETOOLONG;
	return stat(inside, &st) == 0 || errno == EACCES ? REACH_UNKNOWN :
	    errno;
}

int
reach_open(const char *jail, const char *user, const char *path)
{
	const struct passwd *pw;
	int status;
	pid_t child;

	if (geteuid() != 0)
		return look(jail, path);
	if ((pw = getpwnam(user)) == NULL || (child = fork()) < 0)
		return REACH_UNKNOWN;
	if (child == 0)
		_exit(try(jail, pw, path));
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return REACH_UNKNOWN;
	return !WIFEXITED(status) || WEXITSTATUS(status) == UCHAR_MAX ?
	    REACH_UNKNOWN : WEXITSTATUS(status);
}
