/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * witness.h - what a handshake showed, in the words of a record.
 * Knows:    which word of TLS is which of the record. Not: connections.
 * Feeds:    server.
 */
#ifndef TLSP_CMD_WITNESS_H
#define TLSP_CMD_WITNESS_H

#include "record.h"
#include "tls.h"

/*
 * Set a string of a record. Where memory is short it stays as it was: a
 * record without its reason is still a record.
 */
void witness_set(char **field, const char *text);

/* Would mail go in clear text where TLS cannot be had? */
int witness_clear_is_fine(const struct record *, enum tlsp_level_id);

/*
 * Protocol, cipher, chain; what the leaf is known by.
 * digest:   of the fingerprints.
 */
void witness_result(struct record *, const struct tls_result *,
    const char *digest);

/* The verdict on it, and the fate of mail by it. */
void witness_verdict(struct record *, const struct tls_verdict *);

/* Whom the record is about: borrows from the record. */
void witness_peer(const struct record *, struct tls_peer *ret_peer);

#endif
