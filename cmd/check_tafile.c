/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_tafile.c - can smtp(8) read the trust anchors of a rule?
 * Knows:    the chroot, the mail_owner, PEM. Not: certificates.
 * Feeds:    check.
 * Source:   Postfix tls/tls_dane.c: the file is read at each lookup.
 */
#include "check_tafile.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_MAX	((size_t)1 << 20)	/* far into any bundle */
#define BEGIN		"-----BEGIN "

/* Does its beginning hold anything in PEM form? */
static int
holds_pem(int fd)
{
	char buf[16384];
	size_t kept = 0, done = 0;
	ssize_t n;

	while (done < READ_MAX && (n = read(fd, buf + kept,
	    sizeof(buf) - kept)) > 0) {
		if (memmem(buf, kept + (size_t)n, BEGIN, strlen(BEGIN)) !=
		    NULL)
			return 1;
		done += (size_t)n;
		kept += (size_t)n;
		if (kept > strlen(BEGIN)) {
			memmove(buf, buf + kept - strlen(BEGIN),
			    strlen(BEGIN));
			kept = strlen(BEGIN);
		}
	}
	return 0;
}

/* May a user read it, by its mode alone? Nobody known: yes. */
static int
may_read(const struct stat *st, const struct passwd *user)
{
	if (user == NULL || user->pw_uid == 0)
		return 1;
	if (st->st_uid == user->pw_uid)
		return (st->st_mode & S_IRUSR) != 0;
	if (st->st_gid == user->pw_gid)
		return (st->st_mode & S_IRGRP) != 0;
	return (st->st_mode & S_IROTH) != 0;
}

/* Why it cannot be used, in words; NULL: it can, or that cannot be told. */
static const char *
fault_of(const struct check *check, const char *path)
{
	const char *owner = conf_get(check->tables->conf, "mail_owner");
	const struct passwd *user = owner == NULL ? NULL : getpwnam(owner);
	const char *why = NULL;
	struct stat st;
	int fd;

	if (stat(path, &st) != 0)
		return errno == EACCES ? NULL : strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "it is no file";
	if (!may_read(&st, user))
		return "its mode does not let the mail_owner read it";
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0)
		return NULL;
	if (!holds_pem(fd))
		why = "there is no certificate in PEM form in it";
	(void)close(fd);
	return why;
}

/* Is a program of this name there that is chrooted; and one that is not? */
static void
find_services(const struct check *check, int *ret_inside, int *ret_outside)
{
	const struct master_service *service;
	size_t n;

	*ret_inside = *ret_outside = 0;
	for (n = 0; check->master != NULL && (service = master_find(
	    check->master, check->service, n)) != NULL; n++)
		*(service->is_chrooted ? ret_inside : ret_outside) = 1;
	if (!*ret_inside)
		*ret_outside = 1;
}

void
check_tafile(const struct check *check, const struct tlsp_rule *rule,
    const struct rule_word *word)
{
	const char *queue = conf_get(check->tables->conf, "queue_directory");
	const int len = (int)word->value.len;
	const char *file = word->value.text, *why;
	char outside[4200], inside[4200];
	int is_inside, is_outside;

	if (queue == NULL || word->value.len > 4000)
		return;
	/* A process of Postfix works in its queue. */
	(void)snprintf(inside, sizeof(inside), "%s%s%.*s", queue,
	    file[0] == '/' ? "" : "/", len, file);
	(void)snprintf(outside, sizeof(outside), "%s%s%.*s",
	    file[0] == '/' ? "" : queue, file[0] == '/' ? "" : "/", len, file);
	find_services(check, &is_inside, &is_outside);
	if (is_outside && (why = fault_of(check, outside)) != NULL)
		check_say(check, CHECK_TAFILE, &word->at, rule->key,
		    "%.200s: %s", outside, why);
	if (is_inside && (why = fault_of(check, inside)) != NULL)
		check_say(check, CHECK_TAFILE_CHROOT, &word->at, rule->key,
		    "smtp(8) is chrooted, and for %.200s: %s", inside, why);
}
