/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * anchor.c - fingerprints that go when their authority is trusted no more.
 * Knows:    which of a store were vouched for by whom. Not: certificates,
 *           printing.
 * Feeds:    the verbs pins and ca.
 * Source:   tlspolicy_pins(5).
 */
#include "anchor.h"

#include <stdlib.h>
#include <string.h>

#include "pinset.h"
#include "tables.h"

struct anchors {
	const char *const *texts;
	size_t n;
};

static int
is_vouched_for(const void *ctx, const struct tlsp_pin *pin)
{
	const struct anchors *anchors = ctx;
	size_t n;

	for (n = 0; n < anchors->n; n++)
		if (pin->anchor.len == strlen(anchors->texts[n]) &&
		    memcmp(pin->anchor.text, anchors->texts[n],
		    pin->anchor.len) == 0)
			return 1;
	return 0;
}

/* Of one record: how many it had, and how many went. */
static enum tlsp_code
forget_of(struct tlsp_store_edit *edit, const struct anchors *anchors,
    const struct tlsp_pin_text *key, const char *value, size_t len,
    size_t *ret_n_gone, size_t *ret_n_all, struct tlsp_err *err)
{
	struct tlsp_pin_set *set = malloc(sizeof(*set));
	char *buf = malloc(TLSP_PIN_RECORD_MAX);
	enum tlsp_code code = TLSP_E_NOMEM;

	*ret_n_gone = *ret_n_all = 0;
	if (set == NULL || buf == NULL)
		(void)tlsp_err_set(err, code, NULL, "not enough memory");
	else if ((code = tlsp_pin_read(key->text, key->len, value, len, set,
	    err)) == TLSP_OK) {
		*ret_n_all = set->n_pins;
		*ret_n_gone = pinset_drop(set, is_vouched_for, anchors);
	}
	if (code == TLSP_OK && *ret_n_gone > 0) {
		code = tlsp_pin_write(key->text, key->len, set, buf, &len,
		    err);
		if (code == TLSP_OK)
			code = tlsp_store_edit_put(edit, key->text, key->len,
			    buf, len, err);
	}
	free(buf);
	free(set);
	return code;
}

enum tlsp_code
anchor_forget(struct tlsp_store_edit *edit, const char *const *texts,
    size_t n, anchor_told_fn told, void *ctx, size_t *ret_n_gone,
    struct tlsp_err *err)
{
	const struct anchors anchors = { texts, n };
	char key[TABLES_KEY_MAX];
	struct tlsp_pin_text at = { key, 0 };
	enum tlsp_code code = TLSP_OK;
	const char *found, *value;
	size_t found_len, len, n_gone, n_all;

	*ret_n_gone = 0;
	while (code == TLSP_OK && tlsp_store_edit_next(edit, key, at.len,
	    &found, &found_len, &value, &len) == TLSP_OK &&
	    found_len < sizeof(key)) {
		memcpy(key, found, found_len);
		at.len = found_len;
		code = forget_of(edit, &anchors, &at, value, len, &n_gone,
		    &n_all, err);
		if (code == TLSP_OK && n_gone > 0)
			told(ctx, key, at.len, n_gone, n_all);
		*ret_n_gone += n_gone;
	}
	return code;
}
