/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_table.c - rows of a table, for people.
 * Knows:    libsmartcols, and nobody else does. Not: what is said.
 * Feeds:    the verbs that list.
 */
#include "out_table.h"

#include <locale.h>
#include <stdlib.h>

#include <libsmartcols.h>

struct out_table {
	struct libscols_table *table;
	size_t n_columns;
	int is_broken;		/* no memory */
};

static void
free_table(struct out_table *table)
{
	if (table == NULL)
		return;
	scols_unref_table(table->table);
	free(table);
}

struct out_table *
out_table_new(size_t n_columns)
{
	struct out_table *table = calloc(1, sizeof(*table));
	size_t n;

	if (table == NULL || (table->table = scols_new_table()) == NULL) {
		free_table(table);
		return NULL;
	}
	table->n_columns = n_columns;
	/* The head is a row, too. */
	(void)scols_table_enable_noheadings(table->table, 1);
	(void)scols_table_set_termforce(table->table, SCOLS_TERMFORCE_NEVER);
	if (scols_table_set_column_separator(table->table, "  ") != 0)
		table->is_broken = 1;
	for (n = 0; n < n_columns; n++)
		if (scols_table_new_column(table->table, "", 0, 0) == NULL)
			table->is_broken = 1;
	return table;
}

void
out_table_row(struct out_table *table, const char *const *cells)
{
	struct libscols_line *line;
	size_t n;

	if (table == NULL || table->is_broken)
		return;
	if ((line = scols_table_new_line(table->table, NULL)) == NULL) {
		table->is_broken = 1;
		return;
	}
	for (n = 0; n < table->n_columns; n++)
		if (scols_line_set_data(line, n, cells[n] == NULL ||
		    cells[n][0] == '\0' ? "-" : cells[n]) != 0)
			table->is_broken = 1;
}

/* Names are in UTF-8, wherever the command was called. */
static int
print_utf8(struct libscols_table *table)
{
	const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	const locale_t before = utf8 == (locale_t)0 ? utf8 : uselocale(utf8);
	const int code = scols_print_table(table);

	if (utf8 != (locale_t)0) {
		(void)uselocale(before);
		freelocale(utf8);
	}
	return code;
}

enum tlsp_code
out_table_print(struct out_table *table, FILE *out, struct tlsp_err *err)
{
	const int is_done = table != NULL && !table->is_broken &&
	    scols_table_set_stream(table->table, out) == 0 &&
	    print_utf8(table->table) == 0;

	free_table(table);
	return is_done ? TLSP_OK : tlsp_err_set(err, TLSP_E_NOMEM, NULL,
	    "not enough memory");
}
