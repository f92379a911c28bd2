/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * maps.c - a list of tables, as a parameter of main.cf names them.
 * Knows:    what parts the names. Not: which parameter, whose.
 * Feeds:    the adapter, and the command.
 * Source:   Postfix global/maps.c, maps_create().
 */
#include "maps.h"

#include <string.h>

static const char SEPARATORS[] = ", \t\r\n";

int
tlsp_maps_is_only(const char *list, const char *type, const char *name)
{
	const size_t type_len = strlen(type), name_len = strlen(name);
	size_t len;

	list += strspn(list, SEPARATORS);
	len = strlen(list);
	while (len > 0 && strchr(SEPARATORS, list[len - 1]) != NULL)
		len--;
	return len == type_len + 1 + name_len &&
	    memcmp(list, type, type_len) == 0 && list[type_len] == ':' &&
	    memcmp(list + type_len + 1, name, name_len) == 0;
}

const char *
tlsp_maps_next(const char **list, size_t *ret_len)
{
	const char *name = *list + strspn(*list, SEPARATORS), *cp;
	size_t depth = 0;

	for (cp = name; *cp != '\0'; cp++) {
		if (*cp == '{')
			depth++;
		else if (*cp == '}' && depth > 0)
			depth--;
		else if (depth == 0 && strchr(SEPARATORS, *cp) != NULL)
			break;
	}
	*list = cp;
	*ret_len = (size_t)(cp - name);
	return cp > name ? name : NULL;
}
