/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_disk.h - what both suites of the room disk begin with: a folder, a
 *           rules file in it, an index for that. Each has its own.
 * Feeds:    check_disk.c, check_disk_publish.c.
 */
#ifndef CHECK_DISK_H
#define CHECK_DISK_H

#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;
static char *path;
static char *name;		/* of the index */
static struct help help;
static struct tlsp_file text;
static struct tlsp_image image;	/* what was opened */

static void
setup(void)
{
	dir = help_dir();
	ck_assert_ptr_nonnull(dir);
	path = strdup(help_path(dir, "partners"));
	name = strdup(help_path(dir, "partners" TLSP_DISK_SUFFIX));
	help_init(&help, 307, 1);
	text.fd = -1;
	(void)umask(022);
	memset(&image, 0, sizeof(image));
}

static void
teardown(void)
{
	tlsp_freeze_clear(&image);
	tlsp_file_close(&text);
	help_clear(&help);
	help_dir_remove(dir);
	free(path);
	free(name);
}

static void
look(void)
{
	tlsp_file_close(&text);
	EXPECT_CODE("look", TLSP_OK, tlsp_file_look(path, geteuid(), 0, &text,
	    &help.err));
}

/* An index of so many rules for the file that is there. */
static void
freeze(int n_rules)
{
	char *rules = malloc((size_t)n_rules * 40 + 1);
	size_t used = 0;
	int n;

	for (n = 0; n < n_rules; n++)
		used += (size_t)sprintf(rules + used, "d%d.example may\n", n);
	EXPECT_CODE("keys", TLSP_OK, help_keys(&help, rules, used));
	free(rules);
	EXPECT_CODE("freeze", TLSP_OK, help_freeze_for(&help, &text));
}

static enum tlsp_code
publish(void)
{
	return tlsp_disk_publish(path, &help.image, &help.err);
}

/* A rules file, and an index of it that is good. */
static void
begin(int n_rules)
{
	ck_assert_int_eq(help_write(path, "a.example may\n", 60), 0);
	look();
	freeze(n_rules);
	EXPECT_CODE("publish", TLSP_OK, publish());
}

/* Open an index, and have all of it. */
static enum tlsp_code
open_disk_as(uid_t caller)
{
	enum tlsp_code code;
	int fd;

	tlsp_freeze_clear(&image);
	memset(&help.err, 0, sizeof(help.err));
	if ((code = tlsp_disk_open(path, &text, caller, &help.host, &image,
	    &fd, &help.err)) != TLSP_OK || fd < 0)
		return code;
	ck_assert_ptr_null(image.bytes);
	code = tlsp_disk_map(path, fd, &image, &help.err);
	ck_assert_int_eq(close(fd), 0);
	return code;
}

static enum tlsp_code
open_disk(void)
{
	return open_disk_as(geteuid());
}

#endif
