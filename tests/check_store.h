/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_store.h - what the suites of the room store begin with: a folder,
 *           rules in it, perhaps a store beside them. Each has its own.
 * Feeds:    check_page.c, check_sealed.c, check_store.c, check_store_edit.c.
 */
#ifndef CHECK_STORE_H
#define CHECK_STORE_H

#include "check_tlsp.h"
#include "helper_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;
static char *path;
static char *name;			/* of the store */
static struct tlsp_err err;
static struct tlsp_store *store;
static struct tlsp_file file;

static void
setup(void)
{
	dir = help_dir();
	ck_assert_ptr_nonnull(dir);
	path = strdup(help_path(dir, "partners"));
	name = strdup(help_path(dir, "partners" TLSP_STORE_SUFFIX));
	ck_assert_int_eq(help_write(path, "# rules\n", 60), 0);
	memset(&err, 0, sizeof(err));
	store = NULL;
}

static void
teardown(void)
{
	tlsp_store_close(store);
	help_dir_remove(dir);
	free(path);
	free(name);
}

/* A store of the first n records of this generation. */
static void __attribute__((unused))
publish(unsigned n, unsigned generation)
{
	struct help_record *records = help_records(n, generation);
	const enum tlsp_code code = help_store_publish(path, records, n, &err);

	ck_assert_msg(code == TLSP_OK, "%s", err.text);
	help_records_free(records, n);
}

static enum tlsp_code __attribute__((unused))
open_store(void)
{
	enum tlsp_code code;

	tlsp_store_close(store);
	store = NULL;
	memset(&err, 0, sizeof(err));
	code = tlsp_store_open(path, geteuid(), &store, &file, &err);
	if (code != TLSP_OK)
		tlsp_file_close(&file);
	return code;
}

static void __attribute__((unused))
expect_records(unsigned n, unsigned generation)
{
	struct help_record *records = help_records(n, generation);
	unsigned i;

	EXPECT_CODE("open", TLSP_OK, open_store());
	for (i = 0; i < n; i++)
		EXPECT_TRUE(help_store_expect(store, &records[i], &err) == 0,
		    "%s", err.text);
	help_records_free(records, n);
}

static unsigned __attribute__((unused))
count_in(const char *folder)
{
	DIR *open = opendir(folder);
	unsigned n = 0;

	ck_assert_ptr_nonnull(open);
	while (readdir(open) != NULL)
		n++;
	(void)closedir(open);
	return n - 2;
}

#endif
