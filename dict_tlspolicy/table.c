/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * table.c - the whole map as one object: open, look up, list, close.
 * Knows:    which room comes after which. Not: Postfix.
 * Feeds:    the adapter, and the command.
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "merge.h"

#ifdef CLOCK_MONOTONIC_COARSE
#define TICK_CLOCK	CLOCK_MONOTONIC_COARSE
#else
#define TICK_CLOCK	CLOCK_MONOTONIC
#endif

struct tlsp_table {
	char *path;
	struct tlsp_host host;
	struct tlsp_file file;
	struct tlsp_index index;
	struct tlsp_err fault;		/* code TLSP_OK: none */
	struct timespec looked;		/* when the file was looked at */
	enum tlsp_file_change change;	/* what was seen then */
};

static enum tlsp_code
load(struct tlsp_table *table, uid_t caller, tlsp_report_fn report, void *ctx,
    struct tlsp_err *err)
{
	struct tlsp_rules rules;
	enum tlsp_code code;

	if ((code = tlsp_file_open(table->path, caller, &table->file, err)) !=
	    TLSP_OK ||
	    (code = tlsp_rules_load(table->path, table->file.buf,
	    table->file.len, &table->host, report, ctx, &rules, err)) !=
	    TLSP_OK)
		return code;
	tlsp_file_drop(&table->file);
	return tlsp_index_compile(&rules, &table->host, report, ctx,
	    &table->index, err);
}

struct tlsp_table *
tlsp_table_open(const char *path, uid_t caller, const struct tlsp_host *host,
    tlsp_report_fn report, void *ctx)
{
	struct tlsp_table *table;

	if ((table = calloc(1, sizeof(*table))) == NULL)
		return NULL;
	if ((table->path = strdup(path)) == NULL) {
		free(table);
		return NULL;
	}
	table->host = *host;
	table->file.fd = -1;
	if (load(table, caller, report, ctx, &table->fault) == TLSP_OK)
		table->fault.code = TLSP_OK;
	tlsp_file_drop(&table->file);
	return table;
}

void
tlsp_table_close(struct tlsp_table *table)
{
	if (table == NULL)
		return;
	tlsp_index_clear(&table->index);
	tlsp_file_close(&table->file);
	free(table->path);
	free(table);
}

const struct tlsp_err *
tlsp_table_fault(const struct tlsp_table *table)
{
	return table->fault.code == TLSP_OK ? NULL : &table->fault;
}

const struct tlsp_file *
tlsp_table_file(const struct tlsp_table *table)
{
	return &table->file;
}

enum tlsp_file_change
tlsp_table_changed(struct tlsp_table *table)
{
	struct timespec now;

	(void)clock_gettime(TICK_CLOCK, &now);
	if (table->file.fd < 0 || (now.tv_sec == table->looked.tv_sec &&
	    now.tv_nsec == table->looked.tv_nsec))
		return table->change;
	table->looked = now;
	return table->change = tlsp_file_changed(&table->file);
}

enum tlsp_code
tlsp_table_lookup(const struct tlsp_table *table,
    const struct tlsp_query *query, struct tlsp_trace *trace,
    const char **ret_answer, struct tlsp_err *err)
{
	if (table->fault.code != TLSP_OK) {
		*err = table->fault;
		return err->code;
	}
	return tlsp_resolve(&table->index, &table->host, query, trace,
	    ret_answer, err);
}

enum tlsp_code
tlsp_table_next(const struct tlsp_table *table, size_t *cursor,
    const struct tlsp_rule **ret_rule, const char **ret_answer,
    struct tlsp_err *err)
{
	const struct tlsp_rules *rules = &table->index.rules;

	if (table->fault.code != TLSP_OK) {
		*err = table->fault;
		return err->code;
	}
	while (*cursor < rules->n_rules && rules->list[*cursor].is_shadowed)
		(*cursor)++;
	if (*cursor == rules->n_rules)
		return TLSP_NONE;
	*ret_rule = &rules->list[(*cursor)++];
	return tlsp_merge_none(rules->file, *ret_rule, ret_answer, err);
}
