/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pinned.h - the rules with pin of one table, and what answers them.
 * Knows:    the store, the settings of main.cf, the clock, and that they are
 *           asked for nothing else. Not: how they go together.
 * Feeds:    table.
 */
#ifndef TLSP_PINNED_H
#define TLSP_PINNED_H

#include "host.h"
#include "resolve.h"
#include "store.h"

/*
 * A rule with pin was looked up, and there is no store that could answer:
 * none yet (TLSP_NONE), or one that is damaged or unsafe.
 * why:      borrowed until the function returns; NULL if there is none.
 */
typedef void (*tlsp_pinned_note_fn)(void *ctx, enum tlsp_code,
    const struct tlsp_err *why);

/*
 * Open what answers rules with pin. A store that cannot be opened is no
 * error here: it answers nothing.
 * path:     of the rules; borrowed until it is closed. caller: as
 *           tlsp_file_open(). host: borrowed until the function returns.
 * longest:  right-hand side with pin, in bytes.
 * report:   hears of settings under which nothing can be answered.
 * errors:   NULL: no memory.
 */
struct tlsp_pinned *tlsp_pinned_open(const char *path, uid_t caller,
    const struct tlsp_host *host, size_t longest, tlsp_report_fn report,
    void *ctx) TLSP_MUST_USE;

/* NULL may be closed. */
void tlsp_pinned_close(struct tlsp_pinned *);

/* The open store; fd is -1 if there is none. Borrowed. */
const struct tlsp_file *tlsp_pinned_file(const struct tlsp_pinned *);

/* What pins are verified under, as main.cf has it. Borrowed. */
const struct tlsp_trust *tlsp_pinned_trust(const struct tlsp_pinned *);

/* Whom to tell that there is no store. */
void tlsp_pinned_on_trouble(struct tlsp_pinned *, tlsp_pinned_note_fn,
    void *ctx);

/* Answer as of this time, in seconds since the Epoch. 0: of now. */
void tlsp_pinned_as_of(struct tlsp_pinned *, int64_t now);

/*
 * A tlsp_pinned_fn.
 * cost:     one record of the store; no allocation, no lock.
 * errors:   as tlsp_merge().
 */
enum tlsp_code tlsp_pinned_answer(struct tlsp_pinned *, const char *key,
    size_t len, const struct tlsp_record *, struct tlsp_trace *,
    const char **ret_answer, struct tlsp_err *err) TLSP_MUST_USE;

#endif
