/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * draft.c - a copy of a rules file that somebody edits.
 * Knows:    locks, owners, modes, rename. Not: rules, editors.
 * Feeds:    edit.
 */
#include "draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define COPY_SUFFIX	".edit.XXXXXX"
#define NEW_SUFFIX	".new.XXXXXX"
#define READ_FLAGS	(O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static enum tlsp_code
fail(struct tlsp_err *err, enum tlsp_code code, const char *path,
    const char *what)
{
	const struct tlsp_pos at = { path, 0, 0 };

	return tlsp_err_set(err, code, &at, "%s", what);
}

static enum tlsp_code
fail_errno(struct tlsp_err *err, const char *path, const char *what)
{
	const struct tlsp_pos at = { path, 0, 0 };

	return tlsp_err_set(err, errno == ENOMEM ? TLSP_E_NOMEM : TLSP_E_IO,
	    &at, "%s: %s", what, strerror(errno));
}

/* All of an open file, and a NUL. */
static enum tlsp_code
read_all(const char *path, int fd, char **ret_text, size_t *ret_len,
    struct tlsp_err *err)
{
	struct stat st;
	size_t len = 0, room;
	ssize_t got = 1;
	char *text;

	if (fstat(fd, &st) < 0)
		return fail_errno(err, path, "cannot look at the file");
	if (!S_ISREG(st.st_mode))
		return fail(err, TLSP_E_IO, path, "not a regular file");
	if ((uintmax_t)st.st_size > TLSP_TEXT_MAX)
		return fail(err, TLSP_E_IO, path, "the file is too large");
	room = (size_t)st.st_size;
	if ((text = malloc(room + 1)) == NULL)
		return fail_errno(err, path, "cannot read");
	while (len < room && got > 0) {
		got = pread(fd, text + len, room - len, (off_t)len);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			len += (size_t)got;
	}
	if (got < 0) {
		free(text);
		return fail_errno(err, path, "cannot read");
	}
	text[len] = '\0';
	*ret_text = text;
	*ret_len = len;
	return TLSP_OK;
}

/* A new file beside the table. ret_name: owned. -1 and errno. */
static int
create(const char *table, const char *suffix, char **ret_name)
{
	char *name = malloc(strlen(table) + strlen(suffix) + 1);
	int fd;

	if (name == NULL)
		return -1;
	(void)stpcpy(stpcpy(name, table), suffix);
	if ((fd = mkostemp(name, O_CLOEXEC)) < 0)
		free(name);
	else
		*ret_name = name;
	return fd;
}

/* The table, whoever else edits it. */
static enum tlsp_code
open_table(struct draft *draft, struct tlsp_err *err)
{
	struct stat now;

	if ((draft->fd = open(draft->table, READ_FLAGS)) < 0)
		return fail_errno(err, draft->table, "cannot open");
	if (flock(draft->fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? fail(err, TLSP_E_BUSY,
		    draft->table, "somebody else is editing it") :
		    fail_errno(err, draft->table, "cannot lock it");
	if (fstat(draft->fd, &draft->st) < 0 || stat(draft->table, &now) < 0)
		return fail_errno(err, draft->table, "cannot look at it");
	/* Between open and lock another edit may have ended. */
	if (now.st_ino != draft->st.st_ino || now.st_dev != draft->st.st_dev)
		return fail(err, TLSP_E_BUSY, draft->table, "somebody else "
		    "has just edited it");
	return read_all(draft->table, draft->fd, &draft->text, &draft->len,
	    err);
}

static enum tlsp_code
copy_table(struct draft *draft, struct tlsp_err *err)
{
	const int fd = create(draft->table, COPY_SUFFIX, &draft->name);
	int result;

	if (fd < 0)
		return fail_errno(err, draft->table, "cannot create a copy "
		    "beside it");
	result = tlsp_file_write_all(fd, draft->text, draft->len);
	if (close(fd) < 0 || result < 0)
		return fail_errno(err, draft->name, "cannot write");
	return TLSP_OK;
}

enum tlsp_code
draft_open(const char *path, struct draft *ret_draft, struct tlsp_err *err)
{
	struct draft draft = { .fd = -1 };
	enum tlsp_code code = TLSP_OK;

	if ((draft.table = realpath(path, NULL)) != NULL) {
		code = open_table(&draft, err);
	} else {
		if (errno != ENOENT)
			return fail_errno(err, path, "cannot open");
		if (lstat(path, &draft.st) == 0)
			return fail(err, TLSP_E_CONFLICT, path, "a symbolic "
			    "link to a file that is not there; name the file "
			    "itself");
		if ((draft.table = strdup(path)) == NULL ||
		    (draft.text = strdup("")) == NULL)
			code = fail_errno(err, path, "cannot open");
	}
	if (code == TLSP_OK)
		code = copy_table(&draft, err);
	if (code != TLSP_OK) {
		/* The name that an error bears has to last. */
		if (err->at.file != NULL)
			err->at.file = path;
		draft_close(&draft, 0);
		return code;
	}
	*ret_draft = draft;
	return TLSP_OK;
}

enum tlsp_code
draft_read(const struct draft *draft, char **ret_text, size_t *ret_len,
    struct tlsp_err *err)
{
	const int fd = open(draft->name, READ_FLAGS | O_NOFOLLOW);
	enum tlsp_code code;

	if (fd < 0)
		return fail_errno(err, draft->name, "cannot open the copy");
	code = read_all(draft->name, fd, ret_text, ret_len, err);
	(void)close(fd);
	return code;
}

int
draft_is_same(const struct draft *draft, const char *text, size_t len)
{
	return len == draft->len && memcmp(text, draft->text, len) == 0;
}

/* Is the table still what was copied? */
static int
is_unchanged(const struct draft *draft)
{
	const struct tlsp_file file = { .fd = draft->fd, .st = draft->st };
	struct stat st;

	if (draft->fd < 0)
		return lstat(draft->table, &st) < 0 && errno == ENOENT;
	return tlsp_file_is_at(&file, draft->table);
}

/* With the owner and mode of the table; a new one is for all to read. */
static int
dress(const struct draft *draft, int fd)
{
	struct stat st;
	mode_t mask;

	if (draft->fd < 0) {
		(void)umask(mask = umask(0));
		return fchmod(fd, 0644 & ~mask);
	}
	if (fstat(fd, &st) < 0 || ((st.st_uid != draft->st.st_uid ||
	    st.st_gid != draft->st.st_gid) &&
	    fchown(fd, draft->st.st_uid, draft->st.st_gid) < 0))
		return -1;
	return fchmod(fd, draft->st.st_mode & 07777);
}

/* A new table must not take the place of one that came meanwhile. */
static int
take_place(const struct draft *draft, const char *name)
{
	if (draft->fd >= 0)
		return rename(name, draft->table);
	if (link(name, draft->table) < 0)
		return -1;
	(void)unlink(name);
	return 0;
}

enum tlsp_code
draft_publish(const struct draft *draft, const char *text, size_t len,
    struct tlsp_err *err)
{
	char *name;
	int fd, result;

	if (!is_unchanged(draft))
		return fail(err, TLSP_E_BUSY, draft->table, "it was changed "
		    "meanwhile, so it is left as it is");
	if ((fd = create(draft->table, NEW_SUFFIX, &name)) < 0)
		return fail_errno(err, draft->table, "cannot create a file "
		    "beside it");
	result = tlsp_file_write_all(fd, text, len);
	if (result == 0)
		result = dress(draft, fd);
	if (result == 0)
		result = fsync(fd);
	if (close(fd) < 0)
		result = -1;
	if (result == 0)
		result = take_place(draft, name);
	if (result < 0) {
		(void)fail_errno(err, draft->table, "cannot be written, and "
		    "is as it was");
		(void)unlink(name);
		free(name);
		return TLSP_E_IO;
	}
	free(name);
	/* It is there; what a loss of power would do now is not ours. */
	(void)tlsp_file_sync_folder(draft->table);
	return TLSP_OK;
}

void
draft_close(struct draft *draft, int is_kept)
{
	if (draft->name != NULL && !is_kept)
		(void)unlink(draft->name);
	if (draft->table != NULL && draft->fd >= 0)
		(void)close(draft->fd);
	free(draft->table);
	free(draft->name);
	free(draft->text);
	memset(draft, 0, sizeof(*draft));
	draft->fd = -1;
}
