/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_choose.h - which certificate of a bundle a person means.
 * Knows:    how people name one. Not: what becomes of it.
 * Feeds:    ca_remove.
 */
#ifndef TLSP_CMD_CA_CHOOSE_H
#define TLSP_CMD_CA_CHOOSE_H

#include "ca.h"

/*
 * Mark the certificate that has this SHA-256, serial number, whole subject or
 * common name; one that is there twice, twice.
 * pile:     of one file. gone: a mark for each of its certificates.
 * returns   0; 1: none has; EX_USAGE: several do. Either is said.
 */
int ca_choose(const struct pile *, const char *text, char *gone);

#endif
