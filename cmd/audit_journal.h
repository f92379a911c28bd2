/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_journal.h - one line of "journalctl -o json".
 * Knows:    as much of JSON as it takes. Not: what programs say, files.
 * Feeds:    audit.
 * Source:   RFC 8259; systemd.journal-fields(7), journalctl(1).
 */
#ifndef TLSP_CMD_AUDIT_JOURNAL_H
#define TLSP_CMD_AUDIT_JOURNAL_H

#include "audit_line.h"

/*
 * Read a line.
 * buf:      len bytes: what the spans of ret_line borrow from.
 * returns   1; 0: it is no object, or has no time.
 */
int audit_journal_read(const char *line, size_t len, char *buf,
    struct audit_line *ret_line);

#endif
