/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * nexthop.h - what a next-hop says of host and port.
 * Knows:    brackets, ports, address literals. Not: the DNS, rules.
 * Feeds:    prober, probe.
 * Source:   Postfix util/host_port.c, smtp/smtp_connect.c; transport(5).
 */
#ifndef TLSP_CMD_NEXTHOP_H
#define TLSP_CMD_NEXTHOP_H

#include "../dict_tlspolicy/err.h"

/*
 * host:     without brackets, "IPv6:" and a final dot.
 * port:     "": the default one. Else a number or the name of a service.
 * has_mx:   MX records decide; not so in brackets.
 */
struct nexthop {
	char host[TLSP_HOSTNAME_MAX + 1];
	char port[32];
	int has_mx;
};

/*
 * Read one: "example.com", "example.com:587", "[mx.example.com]:submission",
 * "[192.0.2.1]", "[IPv6:2001:db8::1]:25".
 * errors:   TLSP_E_VALUE: it is none; a path, a list, a blank in it.
 */
enum tlsp_code nexthop_read(const char *text, struct nexthop *ret_nexthop,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * The next-hop of what a person names: the domain of a recipient's address,
 * or the text itself. Borrowed from text.
 */
const char *nexthop_of(const char *text);

#endif
