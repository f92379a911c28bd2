/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_table_frozen.h - what both suites of tables with an index begin with:
 *           a folder, rules, an index of them, a table. Each has its own.
 * Feeds:    check_table_frozen.c, check_table_recover.c.
 */
#ifndef CHECK_TABLE_FROZEN_H
#define CHECK_TABLE_FROZEN_H

#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../dict_tlspolicy/table.h"

static char *dir;
static char *path;
static char *name;
static struct help help;
static struct tlsp_table *table;

static void
setup(void)
{
	dir = help_dir();
	ck_assert_ptr_nonnull(dir);
	path = strdup(help_path(dir, "partners"));
	name = strdup(help_path(dir, "partners" TLSP_DISK_SUFFIX));
	help_init(&help, 307, 1);
	table = NULL;
}

static void
teardown(void)
{
	tlsp_table_close(table);
	help_clear(&help);
	help_dir_remove(dir);
	free(path);
	free(name);
}

static void
say_nothing(void *ctx, enum tlsp_severity severity,
    const struct tlsp_err *finding)
{
	(void)ctx;
	(void)severity;
	(void)finding;
}

static struct tlsp_table *
open_again(void)
{
	struct tlsp_table *new = tlsp_table_open(path, geteuid(), &help.host,
	    help_report, &help);

	ck_assert_ptr_nonnull(new);
	return new;
}

/*
 * An index for the file that is there, also if rules in it are bad: postmap
 * would refuse, but what is frozen must answer as what is read.
 */
static enum tlsp_code
freeze_anyhow(const char *text, size_t len)
{
	struct tlsp_file file;
	enum tlsp_code code;

	EXPECT_CODE("look", TLSP_OK, tlsp_file_look(path, geteuid(), 0, &file,
	    &help.err));
	if ((code = help_keys(&help, text, len)) == TLSP_OK) {
		EXPECT_CODE("freeze", TLSP_OK, help_freeze_for(&help, &file));
		EXPECT_CODE("publish", TLSP_OK, tlsp_disk_publish(path,
		    &help.image, &help.err));
	}
	tlsp_file_close(&file);
	return code;
}

static void
begin(const char *text)
{
	ck_assert_int_eq(help_write(path, text, 60), 0);
	EXPECT_CODE("freeze", TLSP_OK, freeze_anyhow(text, strlen(text)));
	help.n_found = help.n_errors = help.n_warnings = 0;
	table = open_again();
}

static enum tlsp_code
ask(struct tlsp_table *asked, const char *key, unsigned how)
{
	help.answer = NULL;
	memset(&help.err, 0, sizeof(help.err));
	return tlsp_table_lookup(asked, key, how, &help.answer, &help.err,
	    &help.trace);
}

#endif
