/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * version.h - which Postfix this is, from what it says and what it has.
 * Knows:    "3.7.11" and "3.12-20260821". Not: what differs between them.
 * Feeds:    the adapter.
 */
#ifndef TLSP_VERSION_H
#define TLSP_VERSION_H

#include "tlsp.h"

/*
 * The version a text names, if it lies in the range that other evidence
 * leaves open; anybody can set mail_version in main.cf.
 * text:     may be NULL.
 * from, to: TLSP_POSTFIX(); from is in the range, to no longer.
 * returns   TLSP_POSTFIX(), or TLSP_POSTFIX_ANY: not to be believed.
 */
int tlsp_version_parse(const char *text, int from, int to);

#endif
