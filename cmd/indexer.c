/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * indexer.c - the index of a rules file, made as postmap(1) makes it.
 * Knows:    as whom. Not: what is in an index, options.
 * Feeds:    compile, edit.
 */
#include "indexer.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "../dict_tlspolicy/disk.h"
#include "host.h"
#include "owner.h"

enum tlsp_code
indexer_make(const struct conf *conf, const struct tlsp_host *host,
    const char *path, struct report *report,
    struct tlsp_frozen_size *ret_size, struct tlsp_err *err)
{
	struct tlsp_err left;
	struct owner before;
	enum tlsp_code code;

	if ((code = owner_become(path, &before, err)) != TLSP_OK)
		return code;
	code = tlsp_table_freeze(path, host_caller(conf), host, report_say,
	    report, ret_size, err);
	if (code != TLSP_OK && err->at.file == NULL)
		err->at.file = path;
	if (owner_leave(&before, &left) != TLSP_OK) {
		*err = left;
		code = left.code;
	}
	return code;
}

int
indexer_has(const char *path)
{
	char name[PATH_MAX];
	struct stat st;

	return snprintf(name, sizeof(name), "%s%s", path, TLSP_DISK_SUFFIX) <
	    (int)sizeof(name) && lstat(name, &st) == 0;
}
