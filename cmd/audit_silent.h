/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_silent.h - deliveries without a TLS line: in clear text, or does
 *                  nobody log TLS there?
 * Knows:    how near to another line such a silence means something.
 * Feeds:    audit_feed.
 */
#ifndef TLSP_CMD_AUDIT_SILENT_H
#define TLSP_CMD_AUDIT_SILENT_H

#include "audit_sum.h"

struct audit_silent;

/*
 * sum:      borrowed; what is decided is added to it.
 * returns   NULL: no memory.
 */
struct audit_silent *audit_silent_new(struct audit_sum *sum) TLSP_MUST_USE;
void audit_silent_free(struct audit_silent *);

/* A logger named TLS. returns 0: no memory. */
int audit_silent_tls(struct audit_silent *, unsigned logger, int64_t when)
    TLSP_MUST_USE;

/*
 * A delivery that found no TLS line, where one would be if TLS had been used:
 * in clear text if its logger names TLS within a day of it, before or after.
 * event:    copied where it has to wait.
 * returns   0: no memory.
 */
int audit_silent_add(struct audit_silent *, const struct audit_event *)
    TLSP_MUST_USE;

/* The logs have ended: what is not decided is not known. 0: no memory. */
int audit_silent_end(struct audit_silent *) TLSP_MUST_USE;

#endif
