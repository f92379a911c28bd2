/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_file.c - a file of certificates on disk: read whole, replaced whole.
 * Knows:    limits, locks, owners and modes, rename. Not: what is in it.
 * Feeds:    pile, ca_add, ca_remove.
 */
#include "ca_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "../dict_tlspolicy/file.h"

#define TRIES	200		/* of tlsp_file_doze(): ten seconds */

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

	return tlsp_err_set(err, TLSP_E_IO, &at, "%s: %s", what,
	    strerror(errno));
}

static enum tlsp_code
too_large(struct tlsp_err *err, const char *path)
{
	const struct tlsp_pos at = { path, 0, 0 };

	return tlsp_err_set(err, TLSP_E_VALUE, &at, "larger than %zu MiB: no "
	    "file of certificates is so large", CA_FILE_MAX >> 20);
}

/* All of an open file, from where it stands. */
static enum tlsp_code
read_all(int fd, const char *path, uint8_t **ret_bytes, size_t *ret_len,
    struct tlsp_err *err)
{
	size_t len = 0, cap = 65536;
	uint8_t *bytes = malloc(cap), *grown;
	struct stat st;
	ssize_t n = 1;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size > (off_t)CA_FILE_MAX) {
		free(bytes);
		return too_large(err, path);
	}
	while (bytes != NULL && n > 0 && len <= CA_FILE_MAX) {
		if (len == cap) {
			cap *= 2;
			if ((grown = realloc(bytes, cap)) == NULL)
				break;
			bytes = grown;
		}
		n = read(fd, bytes + len, cap - len);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			len += (size_t)n;
	}
	if (n == 0 && len <= CA_FILE_MAX) {
		*ret_bytes = bytes;
		*ret_len = len;
		return TLSP_OK;
	}
	if (n < 0)
		(void)fail_errno(err, path, "cannot read");
	else if (len > CA_FILE_MAX)
		(void)too_large(err, path);
	else
		(void)fail(err, TLSP_E_NOMEM, path, "not enough memory");
	free(bytes);
	return err->code;
}

enum tlsp_code
ca_file_read(const char *path, uint8_t **ret_bytes, size_t *ret_len,
    struct tlsp_err *err)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum tlsp_code code;

	if (fd < 0)
		return fail_errno(err, path, "cannot open");
	code = read_all(fd, path, ret_bytes, ret_len, err);
	(void)close(fd);
	return code;
}

static int
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	    a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	    a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/*
 * Open and lock what is there. Who waited for the lock may hold that of a
 * file which was replaced meanwhile. TLSP_E_BUSY: try once more.
 */
static enum tlsp_code
lock(struct ca_file *file, struct tlsp_err *err)
{
	struct stat now;

	file->fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
	    O_NONBLOCK);
	if (file->fd < 0 && errno == ENOENT)
		return lstat(file->path, &now) < 0 ? TLSP_NONE : fail(err,
		    TLSP_E_CONFLICT, file->path, "a symbolic link to a file "
		    "that is not there; nothing was changed. Name the file "
		    "itself");
	if (file->fd < 0)
		return fail_errno(err, file->path, "cannot open");
	if (flock(file->fd, LOCK_EX | LOCK_NB) == 0) {
		if (fstat(file->fd, &file->st) == 0 &&
		    stat(file->path, &now) == 0 && is_same(&file->st, &now))
			return TLSP_OK;
	} else if (errno != EWOULDBLOCK && errno != EINTR)
		return fail_errno(err, file->path, "cannot lock");
	(void)close(file->fd);
	file->fd = -1;
	return fail(err, TLSP_E_BUSY, file->path, "somebody else is changing "
	    "it; nothing was changed");
}

enum tlsp_code
ca_file_edit(const char *path, struct ca_file *ret_file, struct tlsp_err *err)
{
	struct ca_file file = { .fd = -1 };
	enum tlsp_code code = TLSP_E_BUSY;
	int n;

	file.path = realpath(path, NULL);
	if (file.path == NULL && (file.path = strdup(path)) == NULL)
		return fail(err, TLSP_E_NOMEM, path, "not enough memory");
	for (n = 0; n < TRIES && code == TLSP_E_BUSY; n++) {
		if (n > 0)
			tlsp_file_doze();
		code = lock(&file, err);
	}
	if (code == TLSP_OK && !S_ISREG(file.st.st_mode))
		code = fail(err, TLSP_E_CONFLICT, path, "no file: it cannot "
		    "be replaced");
	else if (code == TLSP_OK && file.st.st_nlink > 1)
		code = fail(err, TLSP_E_CONFLICT, path, "it has a second name "
		    "(a hard link), which would keep the old content");
	else if (code == TLSP_OK)
		code = read_all(file.fd, path, &file.bytes, &file.len, err);
	if (code == TLSP_OK || code == TLSP_NONE) {
		*ret_file = file;
		return TLSP_OK;
	}
	err->at.file = path;
	ca_file_close(&file);
	return code;
}

/* The owner first: changing it takes bits of the mode away. */
static int
take_after(int fd, const struct ca_file *file)
{
	return file->fd < 0 ? 0 : fchown(fd, file->st.st_uid,
	    file->st.st_gid) == 0 ? fchmod(fd, file->st.st_mode & 07777) : -1;
}

/* ".NAME.tlspolicy.PID" in the same folder; nobody else has our number. */
static char *
name_temp(const char *path)
{
	const char *slash = strrchr(path, '/');
	const size_t len = slash == NULL ? 0 : (size_t)(slash + 1 - path);
	char *name;

	return asprintf(&name, "%.*s.%s.tlspolicy.%ld", (int)len, path,
	    path + len, (long)getpid()) < 0 ? NULL : name;
}

enum tlsp_code
ca_file_prepare(struct ca_file *file, const char *text, size_t len,
    struct tlsp_err *err)
{
	int fd, result;

	if ((file->temp = name_temp(file->path)) == NULL)
		return fail(err, TLSP_E_NOMEM, file->path,
		    "not enough memory");
	(void)unlink(file->temp);
	fd = open(file->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, file->fd < 0 ? 0644 : 0600);
	if (fd < 0) {
		(void)fail_errno(err, file->path, "cannot create a file "
		    "beside it; nothing was changed");
		free(file->temp);
		file->temp = NULL;
		return TLSP_E_IO;
	}
	result = take_after(fd, file);
	if (result == 0)
		result = tlsp_file_write_all(fd, text, len);
	if (result == 0)
		result = fsync(fd);
	if (result < 0)
		(void)fail_errno(err, file->path, "cannot write a file beside "
		    "it; nothing was changed");
	if (close(fd) < 0 && result == 0)
		result = fail_errno(err, file->path, "cannot write a file "
		    "beside it; nothing was changed");
	return result < 0 ? TLSP_E_IO : TLSP_OK;
}

enum tlsp_code
ca_file_publish(struct ca_file *file, struct tlsp_err *err)
{
	static const char changed[] = "somebody has changed it meanwhile; "
	    "nothing was changed by this";
	struct stat now;
	int result;

	if (file->fd < 0)
		result = link(file->temp, file->path);
	else if (stat(file->path, &now) != 0 || !is_same(&now, &file->st))
		return fail(err, TLSP_E_BUSY, file->path, changed);
	else
		result = rename(file->temp, file->path);
	if (result < 0 && errno == EEXIST)
		return fail(err, TLSP_E_BUSY, file->path, changed);
	if (result < 0)
		return fail_errno(err, file->path, "cannot replace it; "
		    "nothing was changed");
	if (file->fd < 0)
		(void)unlink(file->temp);
	free(file->temp);
	file->temp = NULL;
	if (tlsp_file_sync_folder(file->path) < 0)
		return fail_errno(err, file->path, "it is changed, but may "
		    "not survive a loss of power");
	return TLSP_OK;
}

void
ca_file_close(struct ca_file *file)
{
	if (file->temp != NULL)
		(void)unlink(file->temp);
	free(file->temp);
	free(file->path);
	free(file->bytes);
	if (file->fd >= 0)
		(void)close(file->fd);
	memset(file, 0, sizeof(*file));
	file->fd = -1;
}
