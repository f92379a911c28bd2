/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * btree_put.c - a new file of keys and values.
 * Knows:    Berkeley DB. Not: what is in it, how it is published.
 * Feeds:    sealed, store_edit.
 */
#include <malloc.h>
#include <string.h>

#include "btree.h"
#include "btree_in.h"

#define WRITE_CACHE	(8 << 20)

/*
 * What a page has no use for, the library writes as malloc() gave it: what
 * this process had there before, keys perhaps, in a file for everybody. With
 * this it gives zeros.
 */
static void
fill_memory(int is_on)
{
#ifdef M_PERTURB
	(void)mallopt(M_PERTURB, is_on ? 0xff : 0);
#endif
}

enum tlsp_code
tlsp_btree_create(const char *name, struct tlsp_btree **ret_tree,
    struct tlsp_err *err)
{
	struct tlsp_btree *tree;
	enum tlsp_code code;
	int status;

	if ((tree = tlsp_btree_new(err)) == NULL)
		return TLSP_E_NOMEM;
	fill_memory(1);
	if ((status = tlsp_btree_begin(tree, WRITE_CACHE)) != 0 ||
	    (status = tree->db->set_pagesize(tree->db, TLSP_PAGE_SIZE)) !=
	    0 || (status = tree->db->set_flags(tree->db, DB_CHKSUM)) != 0 ||
	    (status = tlsp_btree_open_named(tree, name, DB_CREATE)) != 0) {
		code = tlsp_btree_fail(tree, status, "cannot begin a new "
		    "file", err);
		tlsp_btree_give_up(tree);
		return code;
	}
	*ret_tree = tree;
	return TLSP_OK;
}

enum tlsp_code
tlsp_btree_put(struct tlsp_btree *tree, const char *key, size_t key_len,
    const char *value, size_t len, struct tlsp_err *err)
{
	DBT at = { 0 }, what = { 0 };
	int status;

	if (key_len == 0 || key_len > TLSP_BTREE_KEY_MAX ||
	    len > TLSP_BTREE_VALUE_MAX)
		return tlsp_err_set(err, TLSP_E_BUG, NULL, "a record of "
		    "%zu and %zu bytes", key_len, len);
	memcpy(tree->key, key, key_len);
	memcpy(tree->value, value, len);
	at.data = tree->key;
	at.size = (uint32_t)key_len;
	what.data = tree->value;
	what.size = (uint32_t)len;
	status = tree->db->put(tree->db, NULL, &at, &what, DB_NOOVERWRITE);
	return status == 0 ? TLSP_OK :
	    tlsp_btree_fail(tree, status, "cannot write a record", err);
}

void
tlsp_btree_give_up(struct tlsp_btree *tree)
{
	tlsp_btree_close(tree);
	fill_memory(0);
}

enum tlsp_code
tlsp_btree_finish(struct tlsp_btree *tree, struct tlsp_err *err)
{
	enum tlsp_code code = TLSP_OK;
	int status = tree->db->close(tree->db, 0);

	tree->db = NULL;
	if (status != 0)
		code = tlsp_btree_fail(tree, status, "cannot write", err);
	tlsp_btree_give_up(tree);
	return code;
}
