/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_show.h - a certificate of an authority, for people and for programs.
 * Knows:    the words, their order. Not: where it is from, what becomes of it.
 * Feeds:    the parts of ca.
 */
#ifndef TLSP_CMD_CA_SHOW_H
#define TLSP_CMD_CA_SHOW_H

#include <stdio.h>

#include "ca.h"
#include "out_json.h"
#include "uses.h"

enum ca_state {
	CA_VALID,
	CA_EXPIRING,		/* within ca->soon_s */
	CA_EXPIRED,
	CA_NOT_YET
};

enum ca_state ca_state(const struct ca *, const struct authority *);

/* A name of strangers' making, printable, whole or cut at a character. */
#define CA_NAME		256
const char *ca_name(const char *text, char buf[static CA_NAME]);

/*
 * A block of lines "LABEL     FILE:LINE: STATE SUBJECT" and so on, closed by
 * a blank line.
 * uses:     NULL: it is not in a bundle: nothing is said of who uses it, and
 *           of its place there.
 */
void ca_show(FILE *, const char *label, const struct ca *,
    const struct pile_cert *, const struct uses *);

/* The same as members of an object that is open. */
void ca_show_json(struct out_json *, const struct ca *,
    const struct pile_cert *, const struct uses *);

/* Of it: subject, issuer, serial, dates, sha256. */
void ca_show_json_cert(struct out_json *, const struct ca *,
    const struct authority *);

#endif
