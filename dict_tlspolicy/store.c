/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * store.c - the records of verified fingerprints: partners.pins.db.
 * Knows:    which file is the store of which rules; that what is said of it
 *           is said of those. Not: what is in a record.
 * Feeds:    table, and the command.
 */
#include "store.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sealed.h"

struct tlsp_store {
	struct tlsp_sealed *sealed;
	struct tlsp_file file;
	const char *path;		/* of the rules; borrowed */
};

/* What is wrong with a store is said where a person looks: at the rules. */
static enum tlsp_code
blame(const char *path, enum tlsp_code code, const struct tlsp_err *why,
    struct tlsp_err *err)
{
	const struct tlsp_pos at = { path, 0, 0 };

	return tlsp_err_set(err, code, &at, "its pins, " TLSP_STORE_SUFFIX
	    ": %s", why->text);
}

enum tlsp_code
tlsp_store_open(const char *path, uid_t caller, struct tlsp_store **ret_store,
    struct tlsp_file *ret_file, struct tlsp_err *err)
{
	struct tlsp_err why = { .text = "not enough memory" };
	struct tlsp_store *store;
	enum tlsp_code code = TLSP_E_NOMEM;
	char name[PATH_MAX];

	memset(ret_file, 0, sizeof(*ret_file));
	ret_file->fd = -1;
	if (strlen(path) + sizeof(TLSP_STORE_SUFFIX) > sizeof(name))
		return TLSP_NONE;
	(void)stpcpy(stpcpy(name, path), TLSP_STORE_SUFFIX);
	store = malloc(sizeof(*store));
	if (store != NULL)
		code = tlsp_sealed_open(name, caller, &store->sealed, ret_file,
		    &why);
	if (code != TLSP_OK) {
		free(store);
		return code == TLSP_NONE ? code : blame(path, code, &why, err);
	}
	store->path = path;
	store->file = *ret_file;
	*ret_store = store;
	return TLSP_OK;
}

void
tlsp_store_close(struct tlsp_store *store)
{
	if (store == NULL)
		return;
	tlsp_sealed_close(store->sealed);
	tlsp_file_close(&store->file);
	free(store);
}

enum tlsp_code
tlsp_store_get(struct tlsp_store *store, const char *key, size_t key_len,
    const char **ret_value, size_t *ret_len, struct tlsp_err *err)
{
	struct tlsp_btree_text value;
	struct tlsp_err why;
	enum tlsp_code code;

	code = tlsp_sealed_get(store->sealed, key, key_len, &value, &why);
	if (code != TLSP_OK)
		return code == TLSP_NONE ? code :
		    blame(store->path, code, &why, err);
	*ret_value = value.text;
	*ret_len = value.len;
	return TLSP_OK;
}

enum tlsp_code
tlsp_store_next(struct tlsp_store *store, const char *key, size_t key_len,
    const char **ret_key, size_t *ret_key_len, const char **ret_value,
    size_t *ret_len, struct tlsp_err *err)
{
	struct tlsp_btree_text next, value;
	struct tlsp_err why;
	enum tlsp_code code;

	code = tlsp_sealed_next(store->sealed, key, key_len, &next, &value,
	    &why);
	if (code != TLSP_OK)
		return code == TLSP_NONE ? code :
		    blame(store->path, code, &why, err);
	*ret_key = next.text;
	*ret_key_len = next.len;
	*ret_value = value.text;
	*ret_len = value.len;
	return TLSP_OK;
}
