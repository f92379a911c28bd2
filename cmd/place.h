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
 * none. A tab is shown as a blank, of a long line the part round the place.
 */
void place_show(const struct tlsp_pos *, FILE *);

/*
 * The same for many places: who shows them in the order of files and lines
 * reads each file once. All zero at first; to be cleared.
 */
struct place_reader {
	FILE *file;
	char *name;
	char *line;
	size_t cap;
	size_t len;
	unsigned number;	/* of the line; 0: none was read */
};
void place_show_next(struct place_reader *, const struct tlsp_pos *, FILE *);
void place_reader_clear(struct place_reader *);

#endif
