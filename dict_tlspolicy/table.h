/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * table.h - the whole map as one object: open, look up, list, close.
 * Knows:    which room comes after which. Not: Postfix.
 * Feeds:    the adapter, and the command.
 */
#ifndef TLSP_TABLE_H
#define TLSP_TABLE_H

#include "file.h"
#include "resolve.h"

struct tlsp_table;

/*
 * Read a rules file. A file that cannot be used is a table too: it answers
 * every key with its fault, so that nothing looks like "not found".
 * path:     copied.
 * caller:   as tlsp_file_open().
 * host:     copied; what it points to is borrowed until the table is closed.
 * errors:   NULL: no memory even for that.
 */
struct tlsp_table *tlsp_table_open(const char *path, uid_t caller,
    const struct tlsp_host *host, tlsp_report_fn, void *ctx) TLSP_MUST_USE;

/* NULL may be closed. */
void tlsp_table_close(struct tlsp_table *);

/* Why the whole table cannot be used, or NULL. Borrowed from the table. */
const struct tlsp_err *tlsp_table_fault(const struct tlsp_table *);

/* The open file: its descriptor and state. Borrowed from the table. */
const struct tlsp_file *tlsp_table_file(const struct tlsp_table *);

/*
 * Has the file changed since it was read? Looked up at most once per tick of
 * the coarse clock (some milliseconds), so that it costs next to nothing.
 */
enum tlsp_file_change tlsp_table_changed(struct tlsp_table *);

/*
 * Find the answer for one key.
 * trace:    may be NULL.
 * ret_answer: borrowed from the table.
 * cost:     one pass over the key; no allocation, no lock, no system call.
 * errors:   as tlsp_resolve(), or the table's fault.
 */
enum tlsp_code tlsp_table_lookup(const struct tlsp_table *,
    const struct tlsp_query *, struct tlsp_trace *, const char **ret_answer,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * List the rules in the order of the file, without those that an earlier
 * rule hides.
 * cursor:   0 at first; moved on.
 * ret_rule: set unless nothing is left or the table has a fault.
 * errors:   TLSP_NONE: nothing left; a rule's fault, or TLSP_E_PENDING, and
 *           listing may go on; the table's fault.
 */
enum tlsp_code tlsp_table_next(const struct tlsp_table *, size_t *cursor,
    const struct tlsp_rule **ret_rule, const char **ret_answer,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
