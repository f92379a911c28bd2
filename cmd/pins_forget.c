/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pins_forget.c - fingerprints that are forgotten.
 * Knows:    the order of calls. Not: how a set is kept in order.
 * Feeds:    pins.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pins.h"
#include "pinset.h"
#include "print.h"

/* What a change came to: how many, and whether it may be published. */
struct forget {
	struct tlsp_store_edit *edit;
	const struct tables *tables;
	struct tlsp_pin_text anchor;
	size_t n_gone;
};

static int
is_vouched_for(const void *ctx, const struct tlsp_pin *pin)
{
	const struct tlsp_pin_text *anchor = ctx;

	return pin->anchor.len == anchor->len &&
	    memcmp(pin->anchor.text, anchor->text, anchor->len) == 0;
}

/* All that a certificate vouched for, of one record. */
static enum tlsp_code
forget_anchored(struct forget *forget, const char *key, size_t key_len,
    const char *value, size_t len, struct tlsp_err *err)
{
	struct tlsp_pin_set *set = malloc(sizeof(*set));
	char *buf = malloc(TLSP_PIN_RECORD_MAX);
	enum tlsp_code code = TLSP_E_NOMEM;
	size_t n_gone = 0;

	if (set == NULL || buf == NULL)
		(void)tlsp_err_set(err, code, NULL, "not enough memory");
	else if ((code = tlsp_pin_read(key, key_len, value, len, set, err)) ==
	    TLSP_OK)
		n_gone = pinset_drop(set, is_vouched_for, &forget->anchor);
	if (code == TLSP_OK && n_gone > 0) {
		code = tlsp_pin_write(key, key_len, set, buf, &len, err);
		if (code == TLSP_OK)
			code = tlsp_store_edit_put(forget->edit, key, key_len,
			    buf, len, err);
		if (code == TLSP_OK)
			(void)printf("- %.*s: %zu of %zu fingerprints\n",
			    (int)key_len, key, n_gone, set->n_pins + n_gone);
	}
	forget->n_gone += n_gone;
	free(buf);
	free(set);
	return code;
}

static enum tlsp_code
forget_anchor(struct forget *forget, struct tlsp_err *err)
{
	char key[TABLES_KEY_MAX];
	enum tlsp_code code = TLSP_OK;
	const char *found, *value;
	size_t key_len = 0, found_len, len;

	while (code == TLSP_OK && tlsp_store_edit_next(forget->edit, key,
	    key_len, &found, &found_len, &value, &len) == TLSP_OK &&
	    found_len < sizeof(key)) {
		memcpy(key, found, found_len);
		key_len = found_len;
		code = forget_anchored(forget, key, key_len, value, len, err);
	}
	return code;
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
	if (pins->anchor != NULL) {
		forget.anchor = (struct tlsp_pin_text){ anchor,
		    strlen(anchor) };
		code = forget_anchor(&forget, &err);
	}
	for (n = 0; code == TLSP_OK && n < pins->n_args; n++)
		code = forget_name(&forget, pins->args[n], &err);
	if (code != TLSP_OK || forget.n_gone == 0) {
		tlsp_store_edit_abort(forget.edit);
		return code == TLSP_OK ? 1 : cmd_error(&err);
	}
	return tlsp_store_edit_commit(forget.edit, &err) == TLSP_OK ? 0 :
	    cmd_error(&err);
}
