/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * sealed.h - one file of records, complete: its seal says how many.
 * Knows:    the seal; that each record is proved. Not: how files are laid
 *           out or published; what is in a record.
 * Feeds:    store.
 * Source:   tlspolicy_pins(5).
 */
#ifndef TLSP_SEALED_H
#define TLSP_SEALED_H

#include "btree.h"
#include "file.h"

/* The seal's key is no next-hop; nor is anything that begins so. */
#define TLSP_SEALED_MARK	'!'

struct tlsp_sealed;

/* May there be a record under this key? */
int tlsp_sealed_is_key(const char *key, size_t key_len);

/*
 * Open a file that lies beside the rules. ret_file: as tlsp_file_look().
 * errors:   TLSP_NONE: there is none; TLSP_E_UNSAFE; TLSP_E_DAMAGED: torn,
 *           no seal, another format; TLSP_E_BUSY: always another one;
 *           TLSP_E_IO; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_sealed_open(const char *name, uid_t caller,
    struct tlsp_sealed **ret_sealed, struct tlsp_file *ret_file,
    struct tlsp_err *err) TLSP_MUST_USE;

/* NULL may be closed. */
void tlsp_sealed_close(struct tlsp_sealed *);

/* How many records there must be. */
uint64_t tlsp_sealed_count(const struct tlsp_sealed *);

/* As tlsp_btree_get() and tlsp_btree_next(), but for the seal; proved. */
enum tlsp_code tlsp_sealed_get(struct tlsp_sealed *, const char *key,
    size_t key_len, struct tlsp_btree_text *ret_value, struct tlsp_err *err)
    TLSP_MUST_USE;
enum tlsp_code tlsp_sealed_next(struct tlsp_sealed *, const char *key,
    size_t key_len, struct tlsp_btree_text *ret_key,
    struct tlsp_btree_text *ret_value, struct tlsp_err *err) TLSP_MUST_USE;

/* Read and prove all of it. TLSP_E_DAMAGED: not as many as sealed. */
enum tlsp_code tlsp_sealed_prove(struct tlsp_sealed *, struct tlsp_err *err)
    TLSP_MUST_USE;

/* Seal a new file of so many records. */
enum tlsp_code tlsp_sealed_seal(struct tlsp_btree *, uint64_t n_records,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
