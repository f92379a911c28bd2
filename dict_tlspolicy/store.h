/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * store.h - the records of verified fingerprints: partners.pins.db.
 * Knows:    which file is the store of which rules; locks, publication.
 *           Not: what is in a record; how a file is laid out (btree).
 * Feeds:    table, and the command.
 * Source:   tlspolicy_pins(5); Berkeley DB 5.3 reference.
 *
 * Reader and writer are two types. A reader takes no lock, writes nothing and
 * never opens a path after tlsp_store_open(). A writer publishes a whole new
 * file; nobody ever sees half of one.
 */
#ifndef TLSP_STORE_H
#define TLSP_STORE_H

#include "file.h"

/* The name of the store of a rules file is the file's name and this. */
#define TLSP_STORE_SUFFIX	".pins.db"
#define TLSP_STORE_LOCK_SUFFIX	".pins.lock"
#define TLSP_STORE_NEW_SUFFIX	".pins.db.new"	/* until it is published */

struct tlsp_store;
struct tlsp_store_edit;

/*
 * Open the store beside a rules file, for reading.
 * path:     of the rules file; borrowed until the store is closed. Its folder
 *           has been looked at. caller: as tlsp_file_open().
 * ret_file: as it was opened, for the host to watch. The descriptor belongs
 *           to the store; where there is no store to be had, but a file, to
 *           the caller. fd is -1 if there is none.
 * errors:   TLSP_NONE: there is none; TLSP_E_UNSAFE: others could have
 *           written it; TLSP_E_DAMAGED: no store, another format, torn;
 *           TLSP_E_IO; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_store_open(const char *path, uid_t caller,
    struct tlsp_store **ret_store, struct tlsp_file *ret_file,
    struct tlsp_err *err) TLSP_MUST_USE;

/* NULL may be closed. */
void tlsp_store_close(struct tlsp_store *);

/*
 * The record of a next-hop, proved.
 * ret_value: len bytes and a NUL, borrowed until the next call.
 * errors:   TLSP_NONE: there is none, for certain; TLSP_E_DAMAGED, TLSP_E_IO:
 *           cannot be told.
 */
enum tlsp_code tlsp_store_get(struct tlsp_store *, const char *key,
    size_t key_len, const char **ret_value, size_t *ret_len,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * The first record after a key, in the order of bytes; key_len 0: of all.
 * Everything is borrowed until the next call; a key given may be borrowed
 * from the last.
 * errors:   TLSP_NONE: there are no more; otherwise as tlsp_store_get().
 */
enum tlsp_code tlsp_store_next(struct tlsp_store *, const char *key,
    size_t key_len, const char **ret_key, size_t *ret_key_len,
    const char **ret_value, size_t *ret_len, struct tlsp_err *err)
    TLSP_MUST_USE;

/*
 * Begin to change the store: take its lock, read and prove all of it.
 * path:     of the rules file; borrowed until commit or abort, and by their
 *           errors. caller: as tlsp_file_open().
 * is_fresh: begin with an empty one, whatever is there.
 * errors:   TLSP_E_BUSY: another writer holds the lock after wait_s seconds;
 *           TLSP_E_DAMAGED: what is there must not be passed on;
 *           TLSP_E_CONFLICT: it has a second name, by which readers would
 *           keep it for ever; TLSP_E_UNSAFE: also of the rules and their
 *           folder; TLSP_E_IO: also where there are no rules; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_store_edit_begin(const char *path, uid_t caller,
    int is_fresh, unsigned wait_s, struct tlsp_store_edit **ret_edit,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * As tlsp_store_get() and tlsp_store_next(), of the store as changed. What
 * failed here is said by the commit, which then changes nothing.
 */
enum tlsp_code tlsp_store_edit_get(struct tlsp_store_edit *, const char *key,
    size_t key_len, const char **ret_value, size_t *ret_len);
enum tlsp_code tlsp_store_edit_next(struct tlsp_store_edit *, const char *key,
    size_t key_len, const char **ret_key, size_t *ret_key_len,
    const char **ret_value, size_t *ret_len);

/*
 * Put or replace, remove, in memory. Copied.
 * errors:   TLSP_E_VALUE: no key of a store, or no record that proves itself
 *           under it; TLSP_NONE: there was nothing to remove; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_store_edit_put(struct tlsp_store_edit *, const char *key,
    size_t key_len, const char *value, size_t len, struct tlsp_err *err)
    TLSP_MUST_USE;
enum tlsp_code tlsp_store_edit_remove(struct tlsp_store_edit *,
    const char *key, size_t key_len, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Publish all changes at once, and let go of the lock.
 * edit:     taken, also on failure.
 * errors:   TLSP_E_IO and others: the old store is as it was. But where only
 *           the folder could not be written to the disk, the new one is
 *           there, and err says so.
 */
enum tlsp_code tlsp_store_edit_commit(struct tlsp_store_edit *,
    struct tlsp_err *err) TLSP_MUST_USE;

/* Forget the changes. NULL may be given. */
void tlsp_store_edit_abort(struct tlsp_store_edit *);

#endif
