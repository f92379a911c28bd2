/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * anchor.h - fingerprints that go when their authority is trusted no more.
 * Knows:    which of a store were vouched for by whom. Not: certificates,
 *           printing.
 * Feeds:    the verbs pins and ca.
 * Source:   tlspolicy_pins(5).
 */
#ifndef TLSP_CMD_ANCHOR_H
#define TLSP_CMD_ANCHOR_H

#include "../dict_tlspolicy/pin.h"
#include "../dict_tlspolicy/store.h"

/* What went of one next-hop: n_gone of n_all. */
typedef void (*anchor_told_fn)(void *ctx, const char *key, size_t key_len,
    size_t n_gone, size_t n_all);

/*
 * Remove what any of these certificates vouched for, in memory.
 * anchors:  fingerprints as in records, n of them.
 * told:     of each next-hop that loses some.
 * ret_n_gone: how many fingerprints in all.
 * errors:   TLSP_E_DAMAGED: a record that does not prove itself; TLSP_E_NOMEM.
 */
enum tlsp_code anchor_forget(struct tlsp_store_edit *,
    const char *const *anchors, size_t n, anchor_told_fn told, void *ctx,
    size_t *ret_n_gone, struct tlsp_err *err) TLSP_MUST_USE;

#endif
