/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_tafile.h - can smtp(8) read the trust anchors of a rule?
 * Knows:    the chroot, the mail_owner, PEM. Not: certificates.
 * Feeds:    check.
 * Source:   Postfix tls/tls_dane.c: the file is read at each lookup.
 */
#ifndef TLSP_CMD_CHECK_TAFILE_H
#define TLSP_CMD_CHECK_TAFILE_H

#include "check.h"

/* word: tafile=... Adds what it finds. */
void check_tafile(const struct check *, const struct tlsp_rule *,
    const struct rule_word *);

#endif
