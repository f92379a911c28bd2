/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pins_dump.c - all records as lines, and back: key, tab, record.
 * Knows:    the order of calls. Not: what is in a record.
 * Feeds:    pins.
 * Source:   tlspolicy_pins(5).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/pin.h"
#include "pins.h"

#define INPUT	"(standard input)"

int
pins_dump(struct pins *pins)
{
	const char *key = NULL, *value;
	const struct tables_map *map;
	struct known_store *from;
	enum tlsp_code code;
	size_t key_len = 0, len;
	struct tlsp_err err;
	int failed;

	if (pins->n_args > 0)
		return pins_usage("dump takes no next-hop: it prints all");
	if ((failed = pins_the_table(pins, &map)) != 0)
		return failed;
	from = known_store(&pins->stores, map);
	if (from->code == TLSP_NONE)
		return 0;
	if (from->code != TLSP_OK)
		return cmd_error(&from->err);
	while ((code = tlsp_store_next(from->store, key, key_len, &key,
	    &key_len, &value, &len, &err)) == TLSP_OK) {
		(void)fwrite(key, 1, key_len, stdout);
		(void)fputc('\t', stdout);
		(void)fwrite(value, 1, len, stdout);
		(void)fputc('\n', stdout);
	}
	return code == TLSP_NONE ? 0 : cmd_error(&err);
}

/* One line into the store. */
static enum tlsp_code
load_line(struct tlsp_store_edit *edit, const char *line, size_t len,
    unsigned number, struct tlsp_err *err)
{
	struct tlsp_pos at = { INPUT, number, 1 };
	const char *tab = memchr(line, '\t', len), *value;
	struct tlsp_err why;
	size_t key_len, old_len;

	if (tab == NULL || tab == line)
		return tlsp_err_set(err, TLSP_E_SYNTAX, &at, "a line is: "
		    "next-hop, tab, record");
	key_len = (size_t)(tab - line);
	value = tab + 1;
	len -= key_len + 1;
	if (tlsp_store_edit_get(edit, line, key_len, &value, &old_len) ==
	    TLSP_OK)
		return tlsp_err_set(err, TLSP_E_CONFLICT, &at, "a second "
		    "record of \"%.*s\"", (int)(key_len < 100 ? key_len :
		    100), line);
	at.col = (unsigned)key_len + 2;
	value = tab + 1;
	if (tlsp_pin_prove(line, key_len, value, len, &why) != TLSP_OK)
		return tlsp_err_set(err, TLSP_E_SYNTAX, &at, "%s", why.text);
	if (tlsp_store_edit_put(edit, line, key_len, value, len, &why) !=
	    TLSP_OK)
		return tlsp_err_set(err, why.code, &at, "%s", why.text);
	return TLSP_OK;
}

/* All lines; each bad one is told of. How many there were, good and bad. */
static int
load_lines(struct tlsp_store_edit *edit, size_t *ret_good, size_t *ret_bad)
{
	char *line = NULL;
	size_t cap = 0;
	struct tlsp_err err;
	unsigned number = 0;
	ssize_t len;
	int code = 0;

	*ret_good = *ret_bad = 0;
	while ((len = getline(&line, &cap, stdin)) >= 0) {
		number++;
		if (len > 0 && line[len - 1] == '\n')
			len--;
		if (load_line(edit, line, (size_t)len, number, &err) ==
		    TLSP_OK) {
			(*ret_good)++;
			continue;
		}
		code = cmd_error(&err);
		(*ret_bad)++;
	}
	free(line);
	if (ferror(stdin)) {
		(void)tlsp_err_set(&err, TLSP_E_IO, NULL, "standard input: "
		    "%s", strerror(errno));
		return cmd_error(&err);
	}
	return code != 0 ? EX_DATAERR : 0;
}

int
pins_load(struct pins *pins)
{
	struct tlsp_store_edit *edit;
	const struct tables_map *map;
	size_t n_good, n_bad;
	struct tlsp_err err;
	int code;

	if (pins->n_args > 0)
		return pins_usage("load reads standard input, and takes no "
		    "next-hop");
	if ((code = pins_the_table(pins, &map)) != 0 ||
	    (code = pins_begin(pins, map, 1, &edit)) != 0)
		return code;
	if ((code = load_lines(edit, &n_good, &n_bad)) != 0) {
		tlsp_store_edit_abort(edit);
		(void)fprintf(stderr, "tlspolicy: error: nothing was changed: "
		    "%zu of %zu lines cannot be read\n", n_bad,
		    n_good + n_bad);
		return code;
	}
	/* A dump that failed upstream looks like this, too. */
	if (n_good == 0) {
		tlsp_store_edit_abort(edit);
		(void)fputs("tlspolicy: error: nothing was changed: there is "
		    "no record on standard input; what is stored is forgotten "
		    "by pins forget\n", stderr);
		return EX_DATAERR;
	}
	if (tlsp_store_edit_commit(edit, &err) != TLSP_OK)
		return cmd_error(&err);
	(void)fprintf(stderr, "tlspolicy: %zu records in %s%s\n", n_good,
	    map->path, TLSP_STORE_SUFFIX);
	return 0;
}
