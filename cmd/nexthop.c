/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * nexthop.c - what a next-hop says of host and port.
 * Knows:    brackets, ports, address literals. Not: the DNS, rules.
 * Feeds:    prober, probe.
 * Source:   Postfix util/host_port.c, smtp/smtp_connect.c; transport(5).
 */
#include "nexthop.h"

#include <string.h>
#include <strings.h>

static enum tlsp_code
refuse(const char *text, const char *why, struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_VALUE, NULL,
	    "\"%.200s\" is no next-hop that can be asked: %s", text, why);
}

static int
copy(const char *text, size_t len, char *to, size_t room)
{
	if (len == 0 || len >= room)
		return 0;
	memcpy(to, text, len);
	to[len] = '\0';
	return 1;
}

enum tlsp_code
nexthop_read(const char *text, struct nexthop *ret_nexthop,
    struct tlsp_err *err)
{
	struct nexthop hop;
	const char *host = text, *host_end, *port = NULL;

	memset(&hop, 0, sizeof(hop));
	if (strpbrk(text, " \t\r\n,/") != NULL)
		return refuse(text, "a path, a list, or a blank in it", err);
	hop.has_mx = *text != '[';
	if (!hop.has_mx) {
		host++;
		if ((host_end = strchr(host, ']')) == NULL)
			return refuse(text, "\"]\" is missing", err);
		if (host_end[1] == ':')
			port = host_end + 2;
		else if (host_end[1] != '\0')
			return refuse(text, "something behind \"]\"", err);
	} else {
		host_end = strchrnul(host, ':');
		if (*host_end == ':' && strchr(host_end + 1, ':') == NULL)
			port = host_end + 1;
		else
			host_end = host + strlen(host);
	}
	if (!hop.has_mx && strncasecmp(host, "IPv6:", 5) == 0)
		host += 5;
	if (hop.has_mx && host_end > host && host_end[-1] == '.')
		host_end--;
	if (!copy(host, (size_t)(host_end - host), hop.host,
	    sizeof(hop.host)))
		return refuse(text, "no host, or too long a one", err);
	if (port != NULL && !copy(port, strlen(port), hop.port,
	    sizeof(hop.port)))
		return refuse(text, "no port, or too long a one", err);
	*ret_nexthop = hop;
	return TLSP_OK;
}

const char *
nexthop_of(const char *text)
{
	const char *at = strrchr(text, '@');

	return at != NULL ? at + 1 : text;
}
