/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * maps.c - a list of tables, as a parameter of main.cf names them.
 * Knows:    what parts the names. Not: which parameter, whose.
 * Feeds:    the adapter.
 * Source:   Postfix global/maps.c, maps_create().
 */
#include "maps.h"

#include <string.h>

static const char SEPARATORS[] = ", \t\r\n";

/* Does the text of len bytes read "type:name"? */
static int
is_table(const char *text, size_t len, const char *type, const char *name)
{
	const size_t type_len = strlen(type), name_len = strlen(name);

	return len == type_len + 1 + name_len &&
	    memcmp(text, type, type_len) == 0 && text[type_len] == ':' &&
	    memcmp(text + type_len + 1, name, name_len) == 0;
}

int
tlsp_maps_is_last(const char *list, const char *type, const char *name)
{
	const size_t want = strlen(type) + 1 + strlen(name);
	size_t len = strlen(list), n;

	while (len > 0 && strchr(SEPARATORS, list[len - 1]) != NULL)
		len--;
	if (len < want || !is_table(list + len - want, want, type, name) ||
	    (len > want && strchr(SEPARATORS, list[len - want - 1]) == NULL))
		return 0;
	/* Named before, even as a part of another name: do not guess. */
	for (n = 0; n + want < len; n++)
		if (is_table(list + n, want, type, name))
			return 0;
	return 1;
}
