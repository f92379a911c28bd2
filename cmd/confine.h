/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * confine.h - a process that may do little: what talks to strangers, or
 *           hears what they said.
 * Knows:    users, limits, namespaces. Not: what is done under them.
 * Feeds:    refresh.
 */
#ifndef TLSP_CMD_CONFINE_H
#define TLSP_CMD_CONFINE_H

#include "../dict_tlspolicy/err.h"

/* Whose rights are taken, the first that there is. */
#define CONFINE_USERS	"_tlspolicy", "nobody"

/*
 * Give up root for good, if we are root; and for anybody new rights by
 * programs that have them, and being looked into. What is open stays open.
 * errors:   TLSP_E_IO: it cannot be done; nothing may be done then.
 */
enum tlsp_code confine(struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Give up the network for good: a network namespace of our own, without an
 * interface. Sockets of the file system stay. Only root can.
 * errors:   TLSP_E_IO: the system does not let us; nothing has changed.
 */
enum tlsp_code confine_offline(struct tlsp_err *err) TLSP_MUST_USE;

#endif
