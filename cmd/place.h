/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * place.h - a place in a text file, shown to a person.
 * Knows:    lines, carets, what a terminal must not be told.
 * Feeds:    cmd, finding.
 */
#ifndef TLSP_CMD_PLACE_H
#define TLSP_CMD_PLACE_H

#include <stdio.h>

#include "../dict_tlspolicy/err.h"

/* The line of a file at a place, without its end: owned; NULL: none. */
char *place_line(const struct tlsp_pos *) TLSP_MUST_USE;

/*
 * That line, indented, and a caret below the column; nothing where there is
 * none. A tab is shown as a blank.
 */
void place_show(const struct tlsp_pos *, FILE *);

#endif
