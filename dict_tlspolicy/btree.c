/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * btree.c - one file of keys and values, as Berkeley DB keeps it.
 * Knows:    Berkeley DB, and nobody else does. Not: what is in it, who may
 *           read it, how it is published.
 * Feeds:    sealed, store.
 */
#include "btree.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "btree_in.h"

/*
 * Where all of a file may fit, that is worth some memory; where of a large
 * one only the upper levels do, less is enough. In bytes, and pages.
 */
#define READ_CACHE	(112 << 10)
#define READ_CACHE_LARGE	(64 << 10)
#define LARGE_PAGES	(UINT32_C(1) << 14)

/*
 * The library reads a file DB_CONFIG in its home, or where it has none, in
 * the current folder, and looks for a folder for temporary files. Nothing
 * can be below this one.
 */
#define NOWHERE		"/dev/null"
#define SPINS		1	/* or it asks for the number of processors */

/* A page that the library finds damaged, whatever was there. */
#define SPOILT		0xa5

/*
 * Whose pages the library is reading. The library's hook has no argument,
 * and is one for the whole process: it is set only around our own calls, so
 * that the host's other tables never meet it.
 */
static struct tlsp_btree *reading;

static ssize_t
read_page(int fd, void *bytes, size_t len, off_t at)
{
	const uint64_t number = (uint64_t)at / TLSP_PAGE_SIZE;
	size_t done = 0;
	ssize_t got;

	while (done < len) {
		got = pread(fd, (char *)bytes + done, len - done,
		    at + (off_t)done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			reading->read_errno = errno;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	/* Told of a failure, the library would read again, without us. */
	if (done < len || len != TLSP_PAGE_SIZE || at % TLSP_PAGE_SIZE != 0 ||
	    !tlsp_page_is_sound(&reading->pages, bytes, number)) {
		memset(bytes, SPOILT, len);
		if (reading->bad_page == 0)
			reading->bad_page = number;
	}
	return (ssize_t)len;
}

static void
guard_on(struct tlsp_btree *tree)
{
	reading = tree;
	(void)db_env_set_func_pread(read_page);
}

static void
guard_off(void)
{
	(void)db_env_set_func_pread(NULL);
	reading = NULL;
}

/* The library would write it to standard error. */
static void
listen_to(const DB_ENV *env, const char *prefix, const char *text)
{
	struct tlsp_btree *tree = env->app_private;
	size_t len = strlen(text);

	(void)prefix;
	/* What comes first is the cause. */
	if (tree == NULL || tree->said[0] != '\0')
		return;
	if (len >= sizeof(tree->said))
		len = sizeof(tree->said) - 1;
	memcpy(tree->said, text, len);
	tree->said[len] = '\0';
}

static void
ignore(const DB_ENV *env, const char *text)
{
	(void)env;
	(void)text;
}

static enum tlsp_code
code_of(int status)
{
	switch (status) {
	case 0:
		return TLSP_OK;
	case DB_NOTFOUND:
		return TLSP_NONE;
	case ENOMEM:
		return TLSP_E_NOMEM;
	case EINVAL:
		return TLSP_E_DAMAGED;
	default:
		return status < 0 ? TLSP_E_DAMAGED : TLSP_E_IO;
	}
}

enum tlsp_code
tlsp_btree_fail(struct tlsp_btree *tree, int status, const char *what,
    struct tlsp_err *err)
{
	enum tlsp_code code = code_of(status);
	const char *said = tree->said;

	if (tree->read_errno != 0) {
		code = TLSP_E_IO;
		said = strerror(tree->read_errno);
	} else if (said[0] == '\0' || code == TLSP_E_IO)
		said = db_strerror(status);
	if (code >= TLSP_OK)
		code = TLSP_E_DAMAGED;
	tree->why = code;
	if (tree->bad_page != 0 && code == TLSP_E_DAMAGED)
		return tlsp_err_set(err, code, NULL, "%s: page %llu is not "
		    "what was written", what,
		    (unsigned long long)tree->bad_page);
	return tlsp_err_set(err, code, NULL, "%s: %s%s", what, said,
	    status == ENOSPC ? "; make room, and do it again" : "");
}

int
tlsp_btree_begin(struct tlsp_btree *tree, uint32_t cache)
{
	int status;

	if ((status = db_env_create(&tree->env, 0)) != 0)
		return status;
	tree->env->app_private = tree;
	tree->env->set_errcall(tree->env, listen_to);
	tree->env->set_msgcall(tree->env, ignore);
	if ((status = tree->env->set_cachesize(tree->env, 0, cache, 1)) != 0 ||
	    (status = tree->env->set_tmp_dir(tree->env, NOWHERE)) != 0 ||
	    (status = tree->env->mutex_set_tas_spins(tree->env, SPINS)) !=
	    0 ||
	    (status = tree->env->open(tree->env, NOWHERE,
	    DB_CREATE | DB_INIT_MPOOL | DB_PRIVATE, 0)) != 0)
		return status;
	return db_create(&tree->db, tree->env, 0);
}

struct tlsp_btree *
tlsp_btree_new(struct tlsp_err *err)
{
	struct tlsp_btree *tree = calloc(1, sizeof(*tree));

	if (tree == NULL)
		(void)tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough "
		    "memory");
	return tree;
}

/* What is still in memory is lost. */
void
tlsp_btree_close(struct tlsp_btree *tree)
{
	if (tree == NULL)
		return;
	guard_on(tree);
	/* After damage the library would keep all memory, for a post mortem. */
	if (tree->env != NULL)
		(void)tree->env->set_flags(tree->env, DB_NOPANIC, 1);
	if (tree->cursor != NULL)
		(void)tree->cursor->close(tree->cursor);
	if (tree->db != NULL)
		(void)tree->db->close(tree->db, DB_NOSYNC);
	if (tree->env != NULL)
		(void)tree->env->close(tree->env, 0);
	guard_off();
	tlsp_pages_clear(&tree->pages);
	free(tree);
}

/* For the library, other paths begin at its home. 0, or an error number. */
static int
absolute(const char *name, char path[static PATH_MAX])
{
	size_t len = 0;

	if (name[0] != '/') {
		if (getcwd(path, PATH_MAX - 1) == NULL)
			return errno;
		len = strlen(path);
		path[len++] = '/';
	}
	if (len + strlen(name) >= PATH_MAX)
		return ENAMETOOLONG;
	strcpy(path + len, name);
	return 0;
}

int
tlsp_btree_open_named(struct tlsp_btree *tree, const char *name, uint32_t flags)
{
	char path[PATH_MAX];
	const int status = absolute(name, path);

	return status != 0 ? status : tree->db->open(tree->db, NULL, path,
	    NULL, DB_BTREE, flags, 0);
}

/* Whatever page 0 says, the library is told only if it is ours. */
static enum tlsp_code
look_at_head(struct tlsp_btree *tree, int fd, uint64_t len,
    struct tlsp_err *err)
{
	unsigned char page[TLSP_PAGE_SIZE];
	const char *why;
	enum tlsp_code code;
	ssize_t got;

	if ((got = pread(fd, page, sizeof(page), 0)) < 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "cannot read: %s",
		    strerror(errno));
	if ((code = tlsp_pages_init(&tree->pages, len, TLSP_BTREE_VALUE_MAX,
	    err)) != TLSP_OK)
		return code;
	why = got == (ssize_t)sizeof(page) ?
	    tlsp_page_why_not(&tree->pages, page) : "it was cut short";
	return why == NULL ? TLSP_OK :
	    tlsp_err_set(err, TLSP_E_DAMAGED, NULL, "%s", why);
}

/* The library opens by name: is it the file that was looked at? */
static enum tlsp_code
check_opened(struct tlsp_btree *tree, int fd, struct tlsp_err *err)
{
	struct stat wanted, opened;
	uint32_t flags = 0;
	int own, status;

	if ((status = tree->db->fd(tree->db, &own)) != 0 ||
	    (status = tree->db->get_flags(tree->db, &flags)) != 0)
		return tlsp_btree_fail(tree, status, "cannot open", err);
	if (fstat(fd, &wanted) < 0 || fstat(own, &opened) < 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "cannot look at "
		    "the file: %s", strerror(errno));
	if (wanted.st_dev != opened.st_dev || wanted.st_ino != opened.st_ino)
		return tlsp_err_set(err, TLSP_E_BUSY, NULL, "it was replaced "
		    "while it was opened");
	if ((flags & DB_CHKSUM) == 0)
		return tlsp_err_set(err, TLSP_E_DAMAGED, NULL, "its pages "
		    "have no checksums");
	return TLSP_OK;
}

enum tlsp_code
tlsp_btree_open(const char *name, int fd, uint64_t len,
    struct tlsp_btree **ret_tree, struct tlsp_err *err)
{
	struct tlsp_btree *tree;
	enum tlsp_code code;
	int status;

	if ((tree = tlsp_btree_new(err)) == NULL)
		return TLSP_E_NOMEM;
	if ((code = look_at_head(tree, fd, len, err)) == TLSP_OK) {
		guard_on(tree);
		status = tlsp_btree_begin(tree, tree->pages.n_pages <
		    LARGE_PAGES ? READ_CACHE : READ_CACHE_LARGE);
		if (status == 0)
			status = tlsp_btree_open_named(tree, name,
			    DB_RDONLY | DB_NOMMAP);
		guard_off();
		code = status == 0 ? check_opened(tree, fd, err) :
		    tlsp_btree_fail(tree, status, "cannot open", err);
	}
	if (code != TLSP_OK) {
		tlsp_btree_close(tree);
		return code;
	}
	*ret_tree = tree;
	return TLSP_OK;
}

static enum tlsp_code
say_again(const struct tlsp_btree *tree, struct tlsp_err *err)
{
	return tlsp_err_set(err, tree->why, NULL, "it could not be read "
	    "before: %s", tree->said[0] != '\0' ? tree->said :
	    "see what was said then");
}

enum tlsp_code
tlsp_btree_get(struct tlsp_btree *tree, const char *key, size_t key_len,
    struct tlsp_btree_text *ret_value, struct tlsp_err *err)
{
	DBT want = { 0 }, got = { 0 };
	int status;

	if (tree->why != TLSP_OK)
		return say_again(tree, err);
	if (key_len == 0 || key_len > TLSP_BTREE_KEY_MAX)
		return TLSP_NONE;
	memcpy(tree->key, key, key_len);
	want.data = tree->key;
	want.size = (uint32_t)key_len;
	tree->last_len = 0;
	got.data = tree->value;
	got.ulen = TLSP_BTREE_VALUE_MAX;
	got.flags = DB_DBT_USERMEM;
	guard_on(tree);
	status = tree->db->get(tree->db, NULL, &want, &got, 0);
	guard_off();
	if (status == DB_NOTFOUND)
		return TLSP_NONE;
	if (status != 0)
		return tlsp_btree_fail(tree, status, "cannot read a record",
		    err);
	tree->value[got.size] = '\0';
	ret_value->text = tree->value;
	ret_value->len = got.size;
	return TLSP_OK;
}

/* Move the cursor; what it comes to is in both buffers. */
static int
move(struct tlsp_btree *tree, size_t key_len, uint32_t how, DBT *key,
    DBT *value)
{
	int status = 0;

	memset(key, 0, sizeof(*key));
	memset(value, 0, sizeof(*value));
	key->data = tree->key;
	key->size = (uint32_t)key_len;
	key->ulen = TLSP_BTREE_KEY_MAX;
	value->data = tree->value;
	value->ulen = TLSP_BTREE_VALUE_MAX;
	key->flags = value->flags = DB_DBT_USERMEM;
	guard_on(tree);
	if (tree->cursor == NULL)
		status = tree->db->cursor(tree->db, NULL, &tree->cursor, 0);
	if (status == 0)
		status = tree->cursor->get(tree->cursor, key, value, how);
	guard_off();
	return status;
}

/* Is a key of the file one that follows this one? */
static int
is_after(const DBT *key, const char *last, size_t last_len)
{
	const size_t len = key->size < last_len ? key->size : last_len;
	const int order = memcmp(key->data, last, len);

	return order > 0 || (order == 0 && key->size > last_len);
}

enum tlsp_code
tlsp_btree_next(struct tlsp_btree *tree, const char *key, size_t key_len,
    struct tlsp_btree_text *ret_key, struct tlsp_btree_text *ret_value,
    struct tlsp_err *err)
{
	char last[TLSP_BTREE_KEY_MAX];
	DBT at, value;
	int status, is_there;

	if (tree->why != TLSP_OK)
		return say_again(tree, err);
	if (key_len > sizeof(last))
		return tlsp_err_set(err, TLSP_E_BUG, NULL, "a key of %zu "
		    "bytes", key_len);
	if (key_len > 0)
		memcpy(last, key, key_len);
	is_there = key_len > 0 && key_len == tree->last_len &&
	    memcmp(last, tree->key, key_len) == 0;
	if (key_len > 0)
		memcpy(tree->key, last, key_len);
	tree->last_len = 0;
	status = move(tree, key_len, is_there ? DB_NEXT : key_len == 0 ?
	    DB_FIRST : DB_SET_RANGE, &at, &value);
	if (status == 0 && !is_there && at.size == key_len &&
	    memcmp(at.data, last, key_len) == 0)
		status = move(tree, key_len, DB_NEXT, &at, &value);
	if (status == DB_NOTFOUND)
		return TLSP_NONE;
	if (status != 0)
		return tlsp_btree_fail(tree, status, "cannot read a record",
		    err);
	if (!is_after(&at, last, key_len)) {
		tree->why = TLSP_E_DAMAGED;
		return tlsp_err_set(err, TLSP_E_DAMAGED, NULL, "its records "
		    "are not in order");
	}
	tree->last_len = at.size;
	tree->key[at.size] = '\0';
	tree->value[value.size] = '\0';
	ret_key->text = tree->key;
	ret_key->len = at.size;
	ret_value->text = tree->value;
	ret_value->len = value.size;
	return TLSP_OK;
}
