/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * table.h - the whole map as one object: open, look up, list, close, freeze.
 * Knows:    which room comes after which. Not: Postfix.
 * Feeds:    the adapter, and the command.
 */
#ifndef TLSP_TABLE_H
#define TLSP_TABLE_H

#include "file.h"
#include "keys.h"
#include "pinned.h"

struct tlsp_table;

/*
 * Open a rules file: by its index, in constant time, if one was made from
 * exactly these rules; else by reading them, and a warning says why if there
 * is one that does not serve. With it its store of pins, if a rule has one. A
 * file that cannot be used is a table too: it answers every key with its
 * fault, so that nothing looks like "not found".
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

/* What answers its rules with pin, or NULL: it has none. Borrowed. */
struct tlsp_pinned *tlsp_table_pinned(struct tlsp_table *);

/* Is it searched by the index that lies beside the rules? */
int tlsp_table_is_frozen(const struct tlsp_table *);

/* Has the file changed since it was read? One system call. */
enum tlsp_file_change tlsp_table_changed(const struct tlsp_table *);

/*
 * Find the answer for one key.
 * key, how, trace: as tlsp_resolve().
 * ret_answer: borrowed from the table until the next call.
 * cost:     one pass over the key; no allocation, no lock, no system call but
 *           for the first eight, and the one that maps, of a large index.
 *           Of a rule with pin, also one record of the store.
 * errors:   as tlsp_resolve(), or the table's fault.
 */
enum tlsp_code tlsp_table_lookup(struct tlsp_table *, const char *key,
    unsigned how, const char **ret_answer, struct tlsp_err *err,
    struct tlsp_trace *) TLSP_MUST_USE TLSP_HOT;

/* A shorter way for a key that begins with a dot: tlsp_resolve_missed(). */
const char *tlsp_table_missed(struct tlsp_table *) TLSP_HOT;

/*
 * The index beside the rules turned out to be damaged: read the rules, by
 * the open descriptor, in its place. 1: done, and lookups work again.
 */
int tlsp_table_recover(struct tlsp_table *);

/*
 * List the rules in the order of the file, without those that an earlier
 * rule hides. The first call reads the file, by its open descriptor.
 * cursor:   0 at first; moved on.
 * ret_key, ret_answer: borrowed from the table. The key is set unless
 *           nothing is left or the table has a fault.
 * errors:   TLSP_NONE: nothing left; a rule's fault, or TLSP_E_PENDING, and
 *           listing may go on; the table's fault.
 */
enum tlsp_code tlsp_table_next(struct tlsp_table *, size_t *cursor,
    const char **ret_key, const char **ret_answer, struct tlsp_err *err)
    TLSP_MUST_USE;

/*
 * The rules as they are written, for people: each with its place, its policy
 * or its fault. The first call reads the file, by its open descriptor.
 * ret_keys: borrowed from the table.
 * errors:   the table's fault; those of reading it again.
 */
enum tlsp_code tlsp_table_rules(struct tlsp_table *,
    const struct tlsp_keys **ret_keys, struct tlsp_err *err) TLSP_MUST_USE;

/* What tlsp_table_freeze() made. */
struct tlsp_frozen_size {
	size_t n_rules;
	size_t n_bytes;
};

/*
 * Read a rules file and publish its index, unless a line is bad. Waits, for
 * some seconds, for a file that is being written.
 * errors:   those of tlsp_file_open() and of reading the rules;
 *           TLSP_E_CONFLICT: lines are bad, each was reported as an error;
 *           TLSP_E_BUSY: the rules change faster than they are read. The
 *           old index is then as it was.
 */
enum tlsp_code tlsp_table_freeze(const char *path, uid_t caller,
    const struct tlsp_host *, tlsp_report_fn, void *ctx,
    struct tlsp_frozen_size *ret_size, struct tlsp_err *err) TLSP_MUST_USE;

#endif
