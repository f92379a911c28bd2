/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pinset.h - changes in what is known of a next-hop.
 * Knows:    how a set is kept in order. Not: why it changes, files, rules.
 * Feeds:    the verb pins.
 */
#ifndef TLSP_CMD_PINSET_H
#define TLSP_CMD_PINSET_H

#include "../dict_tlspolicy/pin.h"

/* Is it one of those? */
typedef int (*pinset_is_fn)(const void *ctx, const struct tlsp_pin *);

/* Remove pins; their hosts stay. How many it were. */
size_t pinset_drop(struct tlsp_pin_set *, pinset_is_fn, const void *ctx);

/* A host by name (any case) and port, or NULL. Borrowed from the set. */
struct tlsp_pin_host *pinset_find(struct tlsp_pin_set *, const char *name,
    size_t len, unsigned port);

/* The pin of a host with this key, or NULL. */
struct tlsp_pin *pinset_find_pin(struct tlsp_pin_set *,
    const struct tlsp_pin_host *, const struct tlsp_pin_text *key);

/*
 * Add a host without pins, or find it; it is an MX host from now on.
 * name:     len bytes, in lower case; borrowed by the set.
 * errors:   TLSP_E_VALUE: there are TLSP_PIN_HOSTS_MAX already.
 */
enum tlsp_code pinset_add_host(struct tlsp_pin_set *, const char *name,
    size_t len, unsigned port, struct tlsp_pin_host **ret_host,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Add a pin to a host of the set, or replace the one with the same key.
 * pin:      what it points to is borrowed by the set.
 * errors:   TLSP_E_VALUE: there are TLSP_PINS_MAX already.
 */
enum tlsp_code pinset_add(struct tlsp_pin_set *, struct tlsp_pin_host *,
    const struct tlsp_pin *, struct tlsp_err *err) TLSP_MUST_USE;

#endif
