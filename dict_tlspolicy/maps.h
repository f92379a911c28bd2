/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * maps.h - a list of tables, as a parameter of main.cf names them.
 * Knows:    what parts the names. Not: which parameter, whose.
 * Feeds:    the adapter, and the command.
 * Source:   Postfix global/maps.c, maps_create().
 */
#ifndef TLSP_MAPS_H
#define TLSP_MAPS_H

#include <stddef.h>

/* Is the table "type:name" the only one in the list? */
int tlsp_maps_is_only(const char *list, const char *type, const char *name);

/*
 * The next table of a list. What stands in braces is held together.
 * list:     moved on behind it.
 * returns   where its name begins, len bytes; NULL: there are no more.
 */
const char *tlsp_maps_next(const char **list, size_t *ret_len);

#endif
