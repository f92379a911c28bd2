/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_csv.h - rows for spreadsheets.
 * Knows:    quoting, and what a spreadsheet would take for a formula. Not:
 *           what is said.
 * Feeds:    out_audit_csv.
 * Source:   RFC 4180, but lines end as Unix's do.
 */
#ifndef TLSP_CMD_OUT_CSV_H
#define TLSP_CMD_OUT_CSV_H

#include <stdio.h>

/*
 * A row. A cell that begins as a formula does gets an apostrophe in front;
 * control characters become "?".
 * cells:    n of them; NULL: an empty one.
 */
void out_csv_row(const char *const *cells, size_t n, FILE *);

#endif
