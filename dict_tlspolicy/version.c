/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * version.c - which Postfix this is, from what it says and what it has.
 * Knows:    "3.7.11" and "3.12-20260821". Not: what differs between them.
 * Feeds:    the adapter.
 */
#include "version.h"

#include <stddef.h>

/* One or two digits. NULL: there are none. */
static const char *
number(const char *text, int *ret_n)
{
	const char *cp = text;

	*ret_n = 0;
	while (*cp >= '0' && *cp <= '9' && cp < text + 2)
		*ret_n = *ret_n * 10 + (*cp++ - '0');
	return cp > text ? cp : NULL;
}

int
tlsp_version_parse(const char *text, int from, int to)
{
	int major, minor;

	if (text == NULL || (text = number(text, &major)) == NULL ||
	    *text != '.' || (text = number(text + 1, &minor)) == NULL ||
	    (*text >= '0' && *text <= '9'))
		return TLSP_POSTFIX_ANY;
	if (TLSP_POSTFIX(major, minor) < from ||
	    TLSP_POSTFIX(major, minor) >= to)
		return TLSP_POSTFIX_ANY;
	return TLSP_POSTFIX(major, minor);
}
