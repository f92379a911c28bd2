/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pins_forget.c - fingerprints that are forgotten.
 * Knows:    the order of calls. Not: how a set is kept in order.
 * Feeds:    pins.
 */
#include <stdio.h>
#include <string.h>

#include "anchor.h"
#include "pins.h"
#include "print.h"

/* What a change came to: how many, and whether it may be published. */
struct forget {
	struct tlsp_store_edit *edit;
	const struct tables *tables;
	size_t n_gone;
};

static void
say_gone(void *ctx, const char *key, size_t key_len, size_t n_gone,
    size_t n_all)
{
	(void)ctx;
	(void)printf("- %.*s: %zu of %zu fingerprints\n", (int)key_len, key,
	    n_gone, n_all);
}

static enum tlsp_code
forget_name(struct forget *forget, const char *nexthop, struct tlsp_err *err)
{
	char buf[TABLES_KEY_MAX];
	const char *key = tables_fold(forget->tables, nexthop, buf,
	    sizeof(buf));
	enum tlsp_code code = key == NULL ? TLSP_NONE :
	    tlsp_store_edit_remove(forget->edit, key, strlen(key), err);

	if (code == TLSP_NONE) {
		(void)fprintf(stderr, "tlspolicy: nothing is stored of "
		    "%.100s\n", nexthop);
		return TLSP_OK;
	}
	if (code == TLSP_OK) {
		(void)printf("- %s\n", key);
		forget->n_gone++;
	}
	return code;
}

int
pins_forget(struct pins *pins)
{
	struct forget forget = { .tables = &pins->world.tables };
	const struct tables_map *map;
	enum tlsp_code code = TLSP_OK;
	char anchor[PRINT_SIZE];
	const char *vouched = anchor;
	struct tlsp_err err;
	int n, failed;

	if ((pins->anchor != NULL) == (pins->n_args > 0))
		return pins_usage("forget what? Name next-hops, or --anchor");
	if (pins->anchor != NULL && print_read(pins->anchor, 0, anchor,
	    &err) != TLSP_OK)
		return pins_usage("--anchor: %s", err.text);
	if ((failed = pins_the_table(pins, &map)) != 0 ||
	    (failed = pins_begin(pins, map, 0, &forget.edit)) != 0)
		return failed;
	if (pins->anchor != NULL)
		code = anchor_forget(forget.edit, &vouched, 1, say_gone, NULL,
		    &forget.n_gone, &err);
	for (n = 0; code == TLSP_OK && n < pins->n_args; n++)
		code = forget_name(&forget, pins->args[n], &err);
	if (code != TLSP_OK || forget.n_gone == 0) {
		tlsp_store_edit_abort(forget.edit);
		return code == TLSP_OK ? 1 : cmd_error(&err);
	}
	return tlsp_store_edit_commit(forget.edit, &err) == TLSP_OK ? 0 :
	    cmd_error(&err);
}
