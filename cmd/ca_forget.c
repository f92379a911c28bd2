/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_forget.c - what was learned because of certificates, in all stores.
 * Knows:    which stores there are, what is told. Not: bundles, records.
 * Feeds:    ca_remove.
 */
#include "ca_forget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anchor.h"
#include "host.h"
#include "out_json.h"

#define WAIT_S	10	/* for another writer */

/* Of a file that is named twice, its first place. */
static int
is_first(const struct tables *tables, size_t n)
{
	size_t k;

	for (k = 0; k < n; k++)
		if (strcmp(tables_ours(tables, k)->path,
		    tables_ours(tables, n)->path) == 0)
			return 0;
	return 1;
}

int
ca_forget_begin(struct ca *ca, struct ca_forget *forget)
{
	const struct tables_map *map;
	enum tlsp_code code;
	struct tlsp_err err;
	size_t n;

	forget->ca = ca;
	forget->edits = calloc(ca->tables.n_maps + 1,
	    sizeof(struct tlsp_store_edit *));
	if (forget->edits == NULL)
		return cmd_no_memory();
	for (n = 0; (map = tables_ours(&ca->tables, n)) != NULL; n++) {
		if (!is_first(&ca->tables, n) ||
		    known_store(&ca->stores, map)->code == TLSP_NONE)
			continue;
		code = tlsp_store_edit_begin(map->path,
		    host_caller(ca->conf), 0, WAIT_S, &forget->edits[n],
		    &err);
		/* It vouches for nobody: it is no obstacle. */
		if (code == TLSP_E_DAMAGED) {
			forget->edits[n] = NULL;
			cmd_warning(&err);
		} else if (code != TLSP_OK)
			return cmd_error(&err);
	}
	return 0;
}

static void
say_gone(void *ctx, const char *key, size_t key_len, size_t n_gone,
    size_t n_all)
{
	const struct ca_forget *forget = ctx;
	struct out_json *json;
	struct tlsp_err err;

	if (!forget->ca->options.is_json) {
		(void)printf("- %.*s: %zu of %zu fingerprints\n",
		    (int)key_len, key, n_gone, n_all);
		return;
	}
	json = out_json_new();
	out_json_text(json, "change", "-");
	out_json_bytes(json, "nexthop", key, key_len);
	out_json_int(json, "n_pins", (int64_t)n_gone);
	if (out_json_print(json, stdout, &err) != TLSP_OK)
		(void)cmd_error(&err);
}

/* Whatever digest a record is by. */
static enum tlsp_code
forget_one(struct ca_forget *forget, struct tlsp_store_edit *edit,
    const struct bundle_item *item, size_t *n_gone, struct tlsp_err *err)
{
	static const char *const names[] = { "sha256", "sha384", "sha512" };
	struct x509_digests digests[3];
	const char *anchors[3];
	enum tlsp_code code;
	size_t n;

	for (n = 0; n < 3; n++) {
		code = x509_digest(item->der, item->len, names[n],
		    &digests[n], err);
		if (code != TLSP_OK)
			return code;
		anchors[n] = digests[n].cert;
	}
	return anchor_forget(edit, anchors, 3, say_gone, forget, n_gone, err);
}

enum tlsp_code
ca_forget_all(struct ca_forget *forget, const struct pile *pile,
    const char *gone, struct tlsp_err *err)
{
	enum tlsp_code code = TLSP_OK;
	size_t n, k, n_gone, total;

	for (n = 0; code == TLSP_OK && n < forget->ca->tables.n_maps; n++) {
		if (forget->edits[n] == NULL)
			continue;
		for (k = 0, total = 0; code == TLSP_OK && k < pile->n; k++) {
			if (!gone[k] || pile->certs[k].same != NULL)
				continue;
			code = forget_one(forget, forget->edits[n],
			    pile->certs[k].item, &n_gone, err);
			total += code == TLSP_OK ? n_gone : 0;
		}
		if (code != TLSP_OK)
			break;
		if (total > 0)
			code = tlsp_store_edit_commit(forget->edits[n], err);
		else
			tlsp_store_edit_abort(forget->edits[n]);
		forget->edits[n] = NULL;
	}
	return code;
}

void
ca_forget_end(struct ca_forget *forget)
{
	size_t n;

	for (n = 0; forget->edits != NULL && n < forget->ca->tables.n_maps;
	    n++)
		tlsp_store_edit_abort(forget->edits[n]);
	free(forget->edits);
	memset(forget, 0, sizeof(*forget));
}
