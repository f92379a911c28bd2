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

char *
place_line(const struct tlsp_pos *at)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len = -1;
	unsigned number;
	FILE *file;

	if (at->file == NULL || at->line == 0 ||
	    (file = fopen(at->file, "re")) == NULL)
		return NULL;
	for (number = 0; number < at->line; number++)
		if ((len = getline(&line, &cap, file)) < 0)
			break;
	(void)fclose(file);
	if (len < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

/* The caret stands below its character, which may have many bytes. */
void
place_show(const struct tlsp_pos *at, FILE *out)
{
	char *line = place_line(at), shown[LINE_MAX_SHOWN];
	const size_t len = line == NULL ? 0 : strlen(line);
	size_t n;

	if (len > 0 && at->col > 0 && at->col <= len + 1 &&
	    at->col < sizeof(shown)) {
		(void)fprintf(out, "    %s\n    ", out_text_safe(line,
		    len, shown, sizeof(shown)));
		for (n = 0; n + 1 < at->col; n++)
			if (((unsigned char)line[n] & 0xc0) != 0x80)
				(void)fputc(' ', out);
		(void)fputs("^\n", out);
	}
	free(line);
}
