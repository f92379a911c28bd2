/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * store_edit.c - a new store in the place of the old one, all at once.
 * Knows:    the lock, the steps of a publication. Not: what is in a record.
 * Feeds:    the command.
 *
 * Nothing is changed but in memory until the last step, the rename.
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "changes.h"
#include "pin.h"
#include "sealed.h"

/*
 * old:      what is there; NULL: nothing, or nothing that counts.
 * ahead:    what of it follows after_key and all keys up to ahead.key; so
 *           that two lists are merged without a search for each record.
 * why:      a failure that the commit must not pass over.
 */
struct tlsp_store_edit {
	struct tlsp_sealed *old;
	int lock;
	uid_t caller;
	struct tlsp_changes changes;
	int is_ahead;
	struct tlsp_btree_text ahead_key;
	struct tlsp_btree_text ahead_value;
	size_t after_len;
	char after_key[TLSP_BTREE_KEY_MAX];
	struct tlsp_err why;
	const char *path;		/* of the rules; borrowed */
	char name[PATH_MAX];
	char lock_name[PATH_MAX];
	char new_name[PATH_MAX];
};

static enum tlsp_code
fail(const struct tlsp_store_edit *edit, enum tlsp_code code, const char *what,
    const char *why, struct tlsp_err *err)
{
	const struct tlsp_pos at = { edit->path, 0, 0 };

	return tlsp_err_set(err, code, &at, "its pins, " TLSP_STORE_SUFFIX
	    ": %s%s%s", what, why[0] != '\0' ? ": " : "", why);
}

/* The system's words, and what to do about it. */
static enum tlsp_code
fail_errno(const struct tlsp_store_edit *edit, const char *what,
    struct tlsp_err *err)
{
	const int number = errno;
	char why[200];

	(void)snprintf(why, sizeof(why), "%s%s", strerror(number),
	    number == EACCES || number == EPERM ? "; do it as root" :
	    number == EROFS ? "; mount the file system for writing" :
	    number == ENOSPC ? "; make room, and do it again" : "");
	return fail(edit, TLSP_E_IO, what, why, err);
}

static void
let_go(struct tlsp_store_edit *edit)
{
	if (edit == NULL)
		return;
	tlsp_sealed_close(edit->old);
	tlsp_changes_clear(&edit->changes);
	if (edit->lock >= 0)
		(void)close(edit->lock);
	free(edit);
}

void
tlsp_store_edit_abort(struct tlsp_store_edit *edit)
{
	let_go(edit);
}

/* Is the file that is locked the one that others will lock? */
static int
is_lock_there(const struct tlsp_store_edit *edit)
{
	struct stat own, there;

	return fstat(edit->lock, &own) == 0 &&
	    lstat(edit->lock_name, &there) == 0 &&
	    own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

/* The lock is a file of its own: the store is another one with each edit. */
static enum tlsp_code
take_lock(struct tlsp_store_edit *edit, unsigned wait_s, struct tlsp_err *err)
{
	const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
	    O_NONBLOCK | O_NOCTTY;
	const struct timespec nap = { 0, 5000000 };
	struct timespec now, end;

	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += wait_s;
	for (;;) {
		edit->lock = open(edit->lock_name, flags, 0600);
		if (edit->lock < 0)
			return fail_errno(edit, "cannot lock them", err);
		if (flock(edit->lock, LOCK_EX | LOCK_NB) == 0 &&
		    is_lock_there(edit))
			return TLSP_OK;
		(void)close(edit->lock);
		edit->lock = -1;
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec > end.tv_sec || (now.tv_sec == end.tv_sec &&
		    now.tv_nsec >= end.tv_nsec))
			return fail(edit, TLSP_E_BUSY, "another program "
			    "changes them just now; do it again when that is "
			    "done", "", err);
		(void)nanosleep(&nap, NULL);
	}
}

/* With a second name, the old file keeps a link, and readers keep it. */
static enum tlsp_code
check_links(const struct tlsp_store_edit *edit, struct tlsp_err *err)
{
	struct stat st;

	if (lstat(edit->name, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_nlink > 1)
		return fail(edit, TLSP_E_CONFLICT, "the file has a second "
		    "name (hard link), by which Postfix would keep it when "
		    "there is a new one; remove that, or make it a copy", "",
		    err);
	return TLSP_OK;
}

static enum tlsp_code
begin(struct tlsp_store_edit *edit, int is_fresh, unsigned wait_s,
    struct tlsp_err *err)
{
	struct tlsp_file file;
	struct tlsp_err why;
	enum tlsp_code code;

	/* Not for the rules, but for the folder, and to write beside them. */
	code = tlsp_file_look(edit->path, edit->caller, 0, &file, &why);
	tlsp_file_close(&file);
	if (code == TLSP_NONE)
		return fail(edit, TLSP_E_IO, "there are no rules that they "
		    "could be for", "", err);
	if (code != TLSP_OK)
		return fail(edit, code, "not beside these rules", why.text,
		    err);
	if ((code = take_lock(edit, wait_s, err)) != TLSP_OK ||
	    (code = check_links(edit, err)) != TLSP_OK || is_fresh)
		return code;
	code = tlsp_sealed_open(edit->name, edit->caller, &edit->old, &file,
	    &why);
	tlsp_file_close(&file);
	if (code == TLSP_OK)
		code = tlsp_sealed_prove(edit->old, &why);
	if (code == TLSP_NONE || code == TLSP_OK)
		return TLSP_OK;
	return fail(edit, code, code == TLSP_E_DAMAGED ? "they are not "
	    "passed on; move the file away, and learn again" :
	    "cannot use them", why.text, err);
}

enum tlsp_code
tlsp_store_edit_begin(const char *path, uid_t caller, int is_fresh,
    unsigned wait_s, struct tlsp_store_edit **ret_edit, struct tlsp_err *err)
{
	const struct tlsp_pos at = { path, 0, 0 };
	struct tlsp_store_edit *edit;
	enum tlsp_code code;

	if (strlen(path) + sizeof(TLSP_STORE_NEW_SUFFIX) > PATH_MAX)
		return tlsp_err_set(err, TLSP_E_IO, &at, "the path is too "
		    "long");
	if ((edit = calloc(1, sizeof(*edit))) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, &at, "not enough "
		    "memory");
	edit->lock = -1;
	edit->caller = caller;
	edit->path = path;
	(void)stpcpy(stpcpy(edit->name, path), TLSP_STORE_SUFFIX);
	(void)stpcpy(stpcpy(edit->lock_name, path), TLSP_STORE_LOCK_SUFFIX);
	(void)stpcpy(stpcpy(edit->new_name, path), TLSP_STORE_NEW_SUFFIX);
	if ((code = begin(edit, is_fresh, wait_s, err)) != TLSP_OK) {
		let_go(edit);
		return code;
	}
	*ret_edit = edit;
	return TLSP_OK;
}

/* Answers and failures of the old store; the first failure is kept. */
static enum tlsp_code
noted(struct tlsp_store_edit *edit, enum tlsp_code code,
    const struct tlsp_err *why)
{
	if (code < 0 && edit->why.code == TLSP_OK)
		edit->why = *why;
	return code;
}

static enum tlsp_code
get(struct tlsp_store_edit *edit, const char *key, size_t key_len,
    struct tlsp_btree_text *ret_value)
{
	const struct tlsp_change *change = tlsp_changes_find(&edit->changes,
	    key, key_len);
	struct tlsp_err why;

	if (change == NULL) {
		edit->is_ahead = 0;
		return edit->old == NULL ? TLSP_NONE :
		    noted(edit, tlsp_sealed_get(edit->old, key, key_len,
		    ret_value, &why), &why);
	}
	ret_value->text = change->value;
	ret_value->len = change->len;
	return change->value != NULL ? TLSP_OK : TLSP_NONE;
}

enum tlsp_code
tlsp_store_edit_get(struct tlsp_store_edit *edit, const char *key,
    size_t key_len, const char **ret_value, size_t *ret_len)
{
	struct tlsp_btree_text value;
	const enum tlsp_code code = get(edit, key, key_len, &value);

	if (code == TLSP_OK) {
		*ret_value = value.text;
		*ret_len = value.len;
	}
	return code;
}

/* The first record of the old store behind a key, into ahead. */
static enum tlsp_code
look_ahead(struct tlsp_store_edit *edit, const struct tlsp_btree_text *key)
{
	struct tlsp_err why;
	enum tlsp_code code;

	if (edit->old == NULL)
		return TLSP_NONE;
	if (edit->is_ahead && tlsp_changes_order(key->text, key->len,
	    edit->after_key, edit->after_len) >= 0 &&
	    tlsp_changes_order(key->text, key->len, edit->ahead_key.text,
	    edit->ahead_key.len) < 0)
		return TLSP_OK;
	edit->is_ahead = 0;
	if (key->len > sizeof(edit->after_key))
		return noted(edit, tlsp_err_set(&why, TLSP_E_BUG, NULL,
		    "a key of %zu bytes", key->len), &why);
	if ((edit->after_len = key->len) > 0)
		memmove(edit->after_key, key->text, key->len);
	code = noted(edit, tlsp_sealed_next(edit->old, key->text, key->len,
	    &edit->ahead_key, &edit->ahead_value, &why), &why);
	edit->is_ahead = code == TLSP_OK;
	return code;
}

static enum tlsp_code
next(struct tlsp_store_edit *edit, struct tlsp_btree_text *key,
    struct tlsp_btree_text *ret_value)
{
	const struct tlsp_change *change;
	enum tlsp_code code;
	int order;

	do {
		change = tlsp_changes_after(&edit->changes, key->text,
		    key->len);
		if ((code = look_ahead(edit, key)) < 0)
			return code;
		order = code == TLSP_NONE ? -1 : change == NULL ? 1 :
		    tlsp_changes_order(change->key, change->key_len,
		    edit->ahead_key.text, edit->ahead_key.len);
		if (code == TLSP_OK && order > 0) {
			*key = edit->ahead_key;
			*ret_value = edit->ahead_value;
			return TLSP_OK;
		}
		if (change == NULL)
			return TLSP_NONE;
		key->text = change->key;
		key->len = change->key_len;
	} while (change->value == NULL);
	ret_value->text = change->value;
	ret_value->len = change->len;
	return TLSP_OK;
}

enum tlsp_code
tlsp_store_edit_next(struct tlsp_store_edit *edit, const char *key,
    size_t key_len, const char **ret_key, size_t *ret_key_len,
    const char **ret_value, size_t *ret_len)
{
	struct tlsp_btree_text at = { key, key_len }, value;
	const enum tlsp_code code = next(edit, &at, &value);

	if (code == TLSP_OK) {
		*ret_key = at.text;
		*ret_key_len = at.len;
		*ret_value = value.text;
		*ret_len = value.len;
	}
	return code;
}

static enum tlsp_code
change(struct tlsp_store_edit *edit, const char *key, size_t key_len,
    const char *value, size_t len, struct tlsp_err *err)
{
	if (tlsp_changes_put(&edit->changes, key, key_len, value, len) < 0)
		return fail(edit, TLSP_E_NOMEM, "not enough memory", "", err);
	return TLSP_OK;
}

enum tlsp_code
tlsp_store_edit_put(struct tlsp_store_edit *edit, const char *key,
    size_t key_len, const char *value, size_t len, struct tlsp_err *err)
{
	struct tlsp_err why;

	if (!tlsp_sealed_is_key(key, key_len))
		return fail(edit, TLSP_E_VALUE, "no next-hop is called so",
		    "", err);
	if (tlsp_pin_prove(key, key_len, value, len, &why) != TLSP_OK)
		return fail(edit, TLSP_E_VALUE, "not taken", why.text, err);
	return change(edit, key, key_len, value, len, err);
}

enum tlsp_code
tlsp_store_edit_remove(struct tlsp_store_edit *edit, const char *key,
    size_t key_len, struct tlsp_err *err)
{
	struct tlsp_btree_text value;
	const enum tlsp_code code = get(edit, key, key_len, &value);

	if (code < 0)
		return fail(edit, code, edit->why.text, "", err);
	return code != TLSP_OK ? code :
	    change(edit, key, key_len, NULL, 0, err);
}

/* All records, in their order, then the seal. */
static enum tlsp_code
fill(struct tlsp_store_edit *edit, struct tlsp_btree *tree,
    struct tlsp_err *why)
{
	struct tlsp_btree_text key = { NULL, 0 }, value;
	enum tlsp_code code;
	uint64_t n = 0;

	while ((code = next(edit, &key, &value)) == TLSP_OK) {
		code = tlsp_btree_put(tree, key.text, key.len, value.text,
		    value.len, why);
		if (code != TLSP_OK)
			return code;
		n++;
	}
	if (code != TLSP_NONE) {
		*why = edit->why;
		return code;
	}
	return tlsp_sealed_seal(tree, n, why);
}

/*
 * Does the new file answer each key as it should, by the reader that will
 * be asked? And it holds nothing else: its seal is right.
 */
static enum tlsp_code
read_all(struct tlsp_store_edit *edit, struct tlsp_sealed *sealed,
    struct tlsp_err *why)
{
	struct tlsp_btree_text key = { NULL, 0 }, value, new_value;
	enum tlsp_code code;

	while (next(edit, &key, &value) == TLSP_OK) {
		code = tlsp_sealed_get(sealed, key.text, key.len, &new_value,
		    why);
		if (code < 0)
			return code;
		if (code != TLSP_OK || tlsp_changes_order(value.text,
		    value.len, new_value.text, new_value.len) != 0)
			return tlsp_err_set(why, TLSP_E_IO, NULL, "it reads "
			    "otherwise than it was written");
	}
	if (edit->why.code != TLSP_OK) {
		*why = edit->why;
		return why->code;
	}
	return tlsp_sealed_prove(sealed, why);
}

static enum tlsp_code
read_back(struct tlsp_store_edit *edit, struct tlsp_err *why)
{
	struct tlsp_sealed *sealed;
	struct tlsp_file file;
	enum tlsp_code code;

	code = tlsp_sealed_open(edit->new_name, edit->caller, &sealed, &file,
	    why);
	tlsp_file_close(&file);
	if (code != TLSP_OK)
		return code == TLSP_NONE ? tlsp_err_set(why, TLSP_E_IO, NULL,
		    "somebody took it away") : code;
	code = read_all(edit, sealed, why);
	tlsp_sealed_close(sealed);
	return code;
}

/* Open, as our own: no link is followed, nothing that was there is used. */
static int
new_file(const struct tlsp_store_edit *edit)
{
	/* Left over: whoever makes such files holds the lock. */
	(void)unlink(edit->new_name);
	return open(edit->new_name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
}

static enum tlsp_code
write_new(struct tlsp_store_edit *edit, int fd, struct tlsp_err *err)
{
	struct tlsp_btree *tree;
	struct tlsp_err why;
	enum tlsp_code code;

	code = tlsp_btree_create(edit->new_name, &tree, &why);
	if (code == TLSP_OK) {
		code = fill(edit, tree, &why);
		if (code == TLSP_OK)
			code = tlsp_btree_finish(tree, &why);
		else
			tlsp_btree_give_up(tree);
	}
	if (code == TLSP_OK)
		code = read_back(edit, &why);
	if (code != TLSP_OK)
		return fail(edit, code == TLSP_E_NOMEM ? code : TLSP_E_IO,
		    "nothing is changed, for the new file cannot be written",
		    why.text, err);
	if (fchmod(fd, 0644) < 0 || fsync(fd) < 0)
		return fail_errno(edit, "nothing is changed, for the new file "
		    "cannot be written", err);
	return TLSP_OK;
}

static enum tlsp_code
publish(struct tlsp_store_edit *edit, struct tlsp_err *err)
{
	enum tlsp_code code;
	int fd;

	if (edit->why.code != TLSP_OK)
		return fail(edit, edit->why.code, "nothing is changed, for "
		    "they could not be read", edit->why.text, err);
	if ((fd = new_file(edit)) < 0)
		return fail_errno(edit, "nothing is changed, for no file can "
		    "be made beside the rules", err);
	code = write_new(edit, fd, err);
	(void)close(fd);
	if (code == TLSP_OK)
		code = check_links(edit, err);
	if (code == TLSP_OK && rename(edit->new_name, edit->name) < 0)
		code = fail_errno(edit, "nothing is changed, for the new file "
		    "cannot take the place of the old one", err);
	if (code != TLSP_OK)
		(void)unlink(edit->new_name);
	else if (tlsp_file_sync_folder(edit->name) < 0)
		code = fail_errno(edit, "the new ones are in force, but may "
		    "not survive a loss of power", err);
	return code;
}

enum tlsp_code
tlsp_store_edit_commit(struct tlsp_store_edit *edit, struct tlsp_err *err)
{
	const enum tlsp_code code = publish(edit, err);

	let_go(edit);
	return code;
}
