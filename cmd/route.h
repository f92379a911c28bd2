/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * route.h - from a recipient to the transport and the next-hop that Postfix
 *           gives his mail.
 * Knows:    address classes, relayhost, transport(5). Not: TLS, printing.
 * Feeds:    explain.
 * Source:   Postfix trivial-rewrite/resolve.c, trivial-rewrite/transport.c,
 *           global/mail_addr_find.c.
 */
#ifndef TLSP_CMD_ROUTE_H
#define TLSP_CMD_ROUTE_H

#include "postfix.h"

/*
 * class_name: "local", "virtual alias", "virtual mailbox", "relay", "default".
 * class_from: the parameter whose value put it there.
 * transport, nexthop: what comes of it, as in transport(5).
 * nexthop_from: what decided on the next-hop: a parameter, a table and its
 *           key, or "the recipient's domain".
 * program:  what master.cf runs for this transport: "smtp", "lmtp", "pipe".
 * has_options: with -o options of its own for TLS.
 * by_sender: parameters that may decide otherwise for some senders, or NULL.
 */
struct route {
	const char *class_name;
	const char *class_from;
	char transport[POSTFIX_VALUE];
	char nexthop[POSTFIX_VALUE];
	char nexthop_from[2 * POSTFIX_VALUE + 32];
	char program[64];
	int has_options;
	const char *by_sender;
};

/*
 * Find it.
 * who:      an address, or a domain: of any recipient there.
 * errors:   TLSP_E_SYNTAX: no address; TLSP_E_VALUE: no service in master.cf;
 *           TLSP_E_IO: a table cannot be asked, so that mail would wait.
 */
enum tlsp_code route_find(const struct conf *, const char *who,
    struct route *ret_route, struct tlsp_err *err) TLSP_MUST_USE;

/* Is this an address or a domain, rather than a next-hop or a path? */
int route_is_recipient(const char *who);

#endif
