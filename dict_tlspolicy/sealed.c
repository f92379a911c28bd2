/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * sealed.c - one file of records, complete: its seal says how many.
 * Knows:    the seal; that each record is proved. Not: how files are laid
 *           out or published; what is in a record.
 * Feeds:    store.
 */
#include "sealed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pin.h"
#include "proof.h"

#define SEAL_KEY	"!tlspolicy"
#define SEAL_KEY_LEN	(sizeof(SEAL_KEY) - 1)
#define SEAL_HEAD	"1 "
#define SEAL_HEAD_LEN	(sizeof(SEAL_HEAD) - 1)
#define SEAL_WORD	"records="
#define SEAL_PROVED	(SEAL_HEAD_LEN + TLSP_PROOF_LEN + 1)
#define SEAL_SIZE	64

/* How often a file may be replaced while it is being opened. */
#define MANY_TIMES	20

struct tlsp_sealed {
	struct tlsp_btree *tree;
	uint64_t n_records;
};

int
tlsp_sealed_is_key(const char *key, size_t key_len)
{
	size_t n;

	if (key_len == 0 || key_len > TLSP_BTREE_KEY_MAX ||
	    key[0] == TLSP_SEALED_MARK)
		return 0;
	for (n = 0; n < key_len; n++)
		if ((unsigned char)key[n] <= ' ' || key[n] == 0x7f)
			return 0;
	return 1;
}

static size_t
write_seal(uint64_t n_records, char buf[static SEAL_SIZE])
{
	const int len = snprintf(buf + SEAL_PROVED, SEAL_SIZE - SEAL_PROVED,
	    SEAL_WORD "%" PRIu64, n_records);

	memcpy(buf, SEAL_HEAD, SEAL_HEAD_LEN);
	tlsp_proof_put(buf + SEAL_HEAD_LEN, tlsp_proof_sum(SEAL_KEY,
	    SEAL_KEY_LEN, buf + SEAL_PROVED, (size_t)len));
	buf[SEAL_PROVED - 1] = ' ';
	return SEAL_PROVED + (size_t)len;
}

/* It is what would be written for the number in it, or none. */
static enum tlsp_code
read_seal(const struct tlsp_btree_text *seal, uint64_t *ret_n,
    struct tlsp_err *err)
{
	static const size_t number_at = SEAL_PROVED + sizeof(SEAL_WORD) - 1;
	char again[SEAL_SIZE];
	uint64_t n = 0;
	size_t at;

	for (at = number_at; at < seal->len && at < SEAL_SIZE; at++)
		n = n * 10 + (uint64_t)(seal->text[at] - '0');
	if (seal->len != write_seal(n, again) ||
	    memcmp(seal->text, again, seal->len) != 0)
		return tlsp_err_set(err, TLSP_E_DAMAGED, NULL, "its seal is "
		    "not that of version 1");
	*ret_n = n;
	return TLSP_OK;
}

static enum tlsp_code
open_once(const char *name, uid_t caller, struct tlsp_sealed *sealed,
    struct tlsp_file *file, struct tlsp_err *err)
{
	struct tlsp_btree_text seal;
	enum tlsp_code code;

	if ((code = tlsp_file_look(name, caller, 1, file, err)) != TLSP_OK ||
	    (code = tlsp_btree_open(name, file->fd,
	    (uint64_t)file->st.st_size, &sealed->tree, err)) != TLSP_OK)
		return code;
	code = tlsp_btree_get(sealed->tree, SEAL_KEY, SEAL_KEY_LEN, &seal,
	    err);
	if (code == TLSP_NONE)
		return tlsp_err_set(err, TLSP_E_DAMAGED, NULL, "it has no "
		    "seal, and so may not be complete");
	return code != TLSP_OK ? code :
	    read_seal(&seal, &sealed->n_records, err);
}

enum tlsp_code
tlsp_sealed_open(const char *name, uid_t caller,
    struct tlsp_sealed **ret_sealed, struct tlsp_file *ret_file,
    struct tlsp_err *err)
{
	struct tlsp_sealed *sealed = calloc(1, sizeof(*sealed));
	enum tlsp_code code = TLSP_E_BUSY;
	int n;

	memset(ret_file, 0, sizeof(*ret_file));
	ret_file->fd = -1;
	if (sealed == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough "
		    "memory");
	for (n = 0; n < MANY_TIMES && code == TLSP_E_BUSY; n++) {
		tlsp_file_close(ret_file);
		code = open_once(name, caller, sealed, ret_file, err);
	}
	if (code != TLSP_OK) {
		tlsp_sealed_close(sealed);
		return code;
	}
	*ret_sealed = sealed;
	return TLSP_OK;
}

void
tlsp_sealed_close(struct tlsp_sealed *sealed)
{
	if (sealed == NULL)
		return;
	tlsp_btree_close(sealed->tree);
	free(sealed);
}

uint64_t
tlsp_sealed_count(const struct tlsp_sealed *sealed)
{
	return sealed->n_records;
}

enum tlsp_code
tlsp_sealed_get(struct tlsp_sealed *sealed, const char *key, size_t key_len,
    struct tlsp_btree_text *ret_value, struct tlsp_err *err)
{
	struct tlsp_btree_text value;
	enum tlsp_code code;

	if (!tlsp_sealed_is_key(key, key_len))
		return TLSP_NONE;
	if ((code = tlsp_btree_get(sealed->tree, key, key_len, &value, err)) !=
	    TLSP_OK || (code = tlsp_pin_prove(key, key_len, value.text,
	    value.len, err)) != TLSP_OK)
		return code;
	*ret_value = value;
	return TLSP_OK;
}

enum tlsp_code
tlsp_sealed_next(struct tlsp_sealed *sealed, const char *key, size_t key_len,
    struct tlsp_btree_text *ret_key, struct tlsp_btree_text *ret_value,
    struct tlsp_err *err)
{
	struct tlsp_btree_text at = { key, key_len }, value;
	enum tlsp_code code;

	do
		code = tlsp_btree_next(sealed->tree, at.text, at.len, &at,
		    &value, err);
	while (code == TLSP_OK && at.len == SEAL_KEY_LEN &&
	    memcmp(at.text, SEAL_KEY, SEAL_KEY_LEN) == 0);
	if (code != TLSP_OK)
		return code;
	if (!tlsp_sealed_is_key(at.text, at.len))
		return tlsp_err_set(err, TLSP_E_DAMAGED, NULL, "there is a "
		    "key that no next-hop has");
	if ((code = tlsp_pin_prove(at.text, at.len, value.text, value.len,
	    err)) != TLSP_OK)
		return code;
	*ret_key = at;
	*ret_value = value;
	return TLSP_OK;
}

enum tlsp_code
tlsp_sealed_prove(struct tlsp_sealed *sealed, struct tlsp_err *err)
{
	struct tlsp_btree_text key = { NULL, 0 }, value;
	enum tlsp_code code;
	uint64_t n = 0;

	while ((code = tlsp_sealed_next(sealed, key.text, key.len, &key,
	    &value, err)) == TLSP_OK)
		n++;
	if (code != TLSP_NONE)
		return code;
	if (n != sealed->n_records)
		return tlsp_err_set(err, TLSP_E_DAMAGED, NULL, "it holds %"
		    PRIu64 " records, its seal says %" PRIu64, n,
		    sealed->n_records);
	return TLSP_OK;
}

enum tlsp_code
tlsp_sealed_seal(struct tlsp_btree *tree, uint64_t n_records,
    struct tlsp_err *err)
{
	char seal[SEAL_SIZE];
	const size_t len = write_seal(n_records, seal);

	return tlsp_btree_put(tree, SEAL_KEY, SEAL_KEY_LEN, seal, len, err);
}
