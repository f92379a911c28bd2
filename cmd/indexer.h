/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * indexer.h - the index of a rules file, made as postmap(1) makes it.
 * Knows:    as whom. Not: what is in an index, options.
 * Feeds:    compile, edit.
 */
#ifndef TLSP_CMD_INDEXER_H
#define TLSP_CMD_INDEXER_H

#include "../dict_tlspolicy/table.h"
#include "conf.h"
#include "report.h"

/*
 * Make the index: all that postmap tlspolicy:PATH would say and do.
 * report:   hears of everything that the reader finds.
 * errors:   as tlsp_table_freeze(), with the file's name; the old index is
 *           then as it was.
 */
enum tlsp_code indexer_make(const struct conf *, const struct tlsp_host *,
    const char *path, struct report *report,
    struct tlsp_frozen_size *ret_size, struct tlsp_err *err) TLSP_MUST_USE;

/* Is there an index beside a rules file, good or not? */
int indexer_has(const char *path);

#endif
