/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * place.c - a place in a text file, shown to a person.
 * Knows:    lines, carets, what a terminal must not be told.
 * Feeds:    cmd, finding.
 */
#include "place.h"

#include <stdlib.h>
#include <string.h>

#include "out_text.h"

#define LINE_MAX_SHOWN	400	/* bytes of a line, before it is cut */
#define BEFORE		100	/* bytes before a place far to the right */

static int
is_inside(char ch)
{
	return ((unsigned char)ch & 0xc0) == 0x80;
}

/* Be in a file, before its first line. */
static int
enter(struct place_reader *reader, const char *file)
{
	place_reader_clear(reader);
	if ((reader->name = strdup(file)) == NULL)
		return 0;
	reader->file = fopen(file, "re");
	return reader->file != NULL;
}

/* Have the line of a place. 0: there is none. */
static int
go_to(struct place_reader *reader, const struct tlsp_pos *at)
{
	ssize_t len;

	if (at->file == NULL || at->line == 0)
		return 0;
	if ((reader->name == NULL || strcmp(reader->name, at->file) != 0 ||
	    at->line < reader->number) && !enter(reader, at->file))
		return 0;
	while (reader->file != NULL && reader->number < at->line) {
		if ((len = getline(&reader->line, &reader->cap,
		    reader->file)) < 0) {
			(void)fclose(reader->file);
			reader->file = NULL;
			break;
		}
		reader->number++;
		reader->len = strcspn(reader->line, "\r\n");
		reader->line[reader->len] = '\0';
	}
	return reader->number == at->line && reader->line != NULL;
}

char *
place_line(const struct tlsp_pos *at)
{
	struct place_reader reader = { .file = NULL };
	char *line = NULL;

	if (go_to(&reader, at)) {
		line = reader.line;
		reader.line = NULL;
	}
	place_reader_clear(&reader);
	return line;
}

/* The caret stands below its character, which may have many bytes. */
void
place_show_next(struct place_reader *reader, const struct tlsp_pos *at,
    FILE *out)
{
	char shown[LINE_MAX_SHOWN];
	size_t from = 0, n;

	if (!go_to(reader, at) || reader->len == 0 || at->col == 0 ||
	    at->col > reader->len + 1)
		return;
	if (at->col + BEFORE > sizeof(shown)) {
		from = at->col - BEFORE;
		while (from > 0 && is_inside(reader->line[from]))
			from--;
	}
	(void)fprintf(out, "    %s%s\n    %s", from > 0 ? "..." : "",
	    out_text_safe(reader->line + from, reader->len - from, shown,
	    sizeof(shown)), from > 0 ? "   " : "");
	for (n = from; n + 1 < at->col; n++)
		if (!is_inside(reader->line[n]))
			(void)fputc(' ', out);
	(void)fputs("^\n", out);
}

void
place_reader_clear(struct place_reader *reader)
{
	if (reader->file != NULL)
		(void)fclose(reader->file);
	free(reader->name);
	free(reader->line);
	memset(reader, 0, sizeof(*reader));
}

void
place_show(const struct tlsp_pos *at, FILE *out)
{
	struct place_reader reader = { .file = NULL };

	place_show_next(&reader, at, out);
	place_reader_clear(&reader);
}
