/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_csv.c - rows for spreadsheets.
 * Knows:    quoting, and what a spreadsheet would take for a formula. Not:
 *           what is said.
 * Feeds:    out_audit_csv.
 * Source:   RFC 4180, but lines end as Unix's do.
 */
#include "out_csv.h"

#include <string.h>

static int
is_control(unsigned char ch)
{
	return ch < ' ' || ch == 0x7f;
}

static void
put_cell(const char *cell, FILE *out)
{
	const int is_quoted = strpbrk(cell, ",\"\r\n") != NULL;

	if (is_quoted)
		(void)fputc('"', out);
	if (*cell != '\0' && strchr("=+-@\t\r", *cell) != NULL)
		(void)fputc('\'', out);
	for (; *cell != '\0'; cell++) {
		if (*cell == '"')
			(void)fputc('"', out);
		(void)fputc(is_control((unsigned char)*cell) ? '?' : *cell,
		    out);
	}
	if (is_quoted)
		(void)fputc('"', out);
}

void
out_csv_row(const char *const *cells, size_t n, FILE *out)
{
	size_t k;

	for (k = 0; k < n; k++) {
		if (k > 0)
			(void)fputc(',', out);
		if (cells[k] != NULL)
			put_cell(cells[k], out);
	}
	(void)fputc('\n', out);
}
