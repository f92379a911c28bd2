/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_table.h - rows of a table, for people.
 * Knows:    libsmartcols, and nobody else does. Not: what is said.
 * Feeds:    the verbs that list.
 */
#ifndef TLSP_CMD_OUT_TABLE_H
#define TLSP_CMD_OUT_TABLE_H

#include <stdio.h>

#include "../dict_tlspolicy/err.h"

/*
 * Cells in columns, all but the last as wide as the widest, two blanks
 * between them; an empty cell is "-". Never cut to a terminal's width. What
 * no terminal should be told is shown as "\x1b".
 */
struct out_table;

/* NULL: no memory; what follows may be called with it all the same. */
struct out_table *out_table_new(size_t n_columns) TLSP_MUST_USE;

/* cells: as many as there are columns, copied. NULL is empty. */
void out_table_row(struct out_table *, const char *const *cells);

/* table: taken. errors: TLSP_E_NOMEM. */
enum tlsp_code out_table_print(struct out_table *, FILE *,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
