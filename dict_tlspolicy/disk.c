/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * disk.c - the index beside the rules file: partners.tlsp.
 * Knows:    whether it was made from exactly the rules that are there; how
 *           a file is published. Not: what is in rules.
 * Feeds:    table.
 */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Room for .tlsp and a process number. */
#define NAME_SIZE	(PATH_MAX + 32)

static enum tlsp_code
fail(struct tlsp_err *err, enum tlsp_code code, const char *name,
    const char *what)
{
	const struct tlsp_pos at = { name, 0, 0 };

	return tlsp_err_set(err, code, &at, "%s", what);
}

static enum tlsp_code
fail_errno(struct tlsp_err *err, const char *name, const char *what)
{
	const struct tlsp_pos at = { name, 0, 0 };

	return tlsp_err_set(err, TLSP_E_IO, &at, "%s: %s", what,
	    strerror(errno));
}

static void
id_of(const struct stat *st, struct tlsp_text_id *ret_id)
{
	ret_id->dev = (uint64_t)st->st_dev;
	ret_id->ino = (uint64_t)st->st_ino;
	ret_id->size = (uint64_t)st->st_size;
	ret_id->mtime_s = st->st_mtim.tv_sec;
	ret_id->mtime_ns = st->st_mtim.tv_nsec;
	ret_id->ctime_s = st->st_ctim.tv_sec;
	ret_id->ctime_ns = st->st_ctim.tv_nsec;
}

/* Why a head is not the one that would be written now; NULL: it is. */
static const char *
why_other(const struct tlsp_frozen *head, const struct tlsp_frozen *want)
{
	if (memcmp(head->magic, want->magic, sizeof(head->magic)) != 0)
		return "not an index";
	if (head->order != want->order)
		return "made on a machine with another order of bytes";
	if (head->format != want->format || head->grammar != want->grammar)
		return "made by another version of tlspolicy";
	if (head->check != tlsp_frozen_check(head))
		return "damaged in its head";
	if (head->postfix != want->postfix)
		return "made under another version of Postfix";
	if (head->host != want->host)
		return "made under another smtputf8_enable";
	if (memcmp(&head->text, &want->text, sizeof(head->text)) != 0)
		return "made before the rules file was last changed";
	return NULL;
}

static enum tlsp_code
load_all(const char *name, const struct tlsp_file *file,
    struct tlsp_image *image, struct tlsp_err *err)
{
	void *bytes;

	if (posix_memalign(&bytes, 64, image->len) != 0)
		return fail(err, TLSP_E_NOMEM, name, "not enough memory");
	image->bytes = bytes;
	if (pread(file->fd, bytes, image->len, 0) != (ssize_t)image->len)
		return fail(err, TLSP_E_IO, name, "cannot read");
	return TLSP_OK;
}

static enum tlsp_code
load_head(const char *name, const struct tlsp_file *file,
    const struct tlsp_frozen *want, struct tlsp_frozen *ret_head,
    struct tlsp_err *err)
{
	const ssize_t len = pread(file->fd, ret_head, sizeof(*ret_head), 0);
	const char *why;

	if (len < 0)
		return fail_errno(err, name, "cannot read");
	if (len != sizeof(*ret_head))
		return fail(err, TLSP_E_DAMAGED, name, "not an index, or "
		    "damaged in its head");
	why = why_other(ret_head, want);
	return why == NULL ? TLSP_OK : fail(err, TLSP_E_CONFLICT, name, why);
}

static enum tlsp_code
open_named(const char *name, const struct tlsp_file *text, uid_t caller,
    const struct tlsp_host *host, struct tlsp_image *image, int *ret_fd,
    struct tlsp_err *err)
{
	struct tlsp_frozen want;
	struct tlsp_file file;
	enum tlsp_code code;

	tlsp_freeze_head(host, &want);
	id_of(&text->st, &want.text);
	code = tlsp_file_look(name, caller, 1, &file, err);
	if (code == TLSP_OK)
		code = load_head(name, &file, &want, &image->head, err);
	image->len = (size_t)file.st.st_size;
	if (code == TLSP_OK && image->len > TLSP_DISK_READ_MAX) {
		*ret_fd = file.fd;
		return code;
	}
	if (code == TLSP_OK)
		code = load_all(name, &file, image, err);
	tlsp_file_close(&file);
	return code;
}

enum tlsp_code
tlsp_disk_open(const char *path, const struct tlsp_file *text, uid_t caller,
    const struct tlsp_host *host, struct tlsp_image *ret_image, int *ret_fd,
    struct tlsp_err *err)
{
	const struct tlsp_pos at = { path, 0, 0 };
	struct tlsp_err why;
	char name[NAME_SIZE];
	enum tlsp_code code;

	memset(ret_image, 0, sizeof(*ret_image));
	*ret_fd = -1;
	if (strlen(path) >= PATH_MAX)
		return TLSP_NONE;
	strcpy(stpcpy(name, path), TLSP_DISK_SUFFIX);
	code = open_named(name, text, caller, host, ret_image, ret_fd, &why);
	if (code == TLSP_OK)
		return TLSP_OK;
	tlsp_freeze_clear(ret_image);
	if (code == TLSP_NONE)
		return TLSP_NONE;
	return tlsp_err_set(err, code, &at, TLSP_DISK_NOT_USED, why.text,
	    path);
}

enum tlsp_code
tlsp_disk_map(const char *path, int fd, struct tlsp_image *image,
    struct tlsp_err *err)
{
	struct stat st;
	void *bytes;

	/* Beyond the end of a file the kernel ends who looks there. */
	if (fstat(fd, &st) != 0 || st.st_size != (off_t)image->len)
		return fail(err, TLSP_E_DAMAGED, path, "the index was cut "
		    "short; make it anew with postmap");
	bytes = mmap(NULL, image->len, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED) {
		(void)fail_errno(err, path, "cannot map the index");
		return err->code = TLSP_E_DAMAGED;
	}
	image->is_mapped = 1;
	image->bytes = bytes;
	return TLSP_OK;
}

void
tlsp_disk_head(const struct tlsp_file *text, const struct tlsp_host *host,
    struct tlsp_frozen *ret_head)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	tlsp_freeze_head(host, ret_head);
	id_of(&text->st, &ret_head->text);
	/* Another one each time: a part of an older file must not fit in. */
	ret_head->seed = (tlsp_hash_text((const char *)&ret_head->text,
	    sizeof(ret_head->text)) ^ tlsp_hash_fold((uint64_t)now.tv_sec ^
	    TLSP_HASH_1, (uint64_t)now.tv_nsec ^ TLSP_HASH_2) ^
	    (uint64_t)getpid()) | 1;
}

enum tlsp_code
tlsp_disk_publish(const char *path, const struct tlsp_image *image,
    struct tlsp_err *err)
{
	char name[NAME_SIZE], temp[NAME_SIZE];
	int fd, result;

	if (strlen(path) >= PATH_MAX)
		return fail(err, TLSP_E_IO, path, "the path is too long");
	(void)snprintf(name, sizeof(name), "%s%s", path, TLSP_DISK_SUFFIX);
	(void)snprintf(temp, sizeof(temp), "%s%s.%ld", path, TLSP_DISK_SUFFIX,
	    (long)getpid());
	/* Nobody else has our number: one that is there is left over. */
	(void)unlink(temp);
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0644);
	if (fd < 0)
		return fail_errno(err, path, "cannot create a file beside it");
	result = tlsp_file_write_all(fd, image->bytes, image->len);
	if (result == 0)
		result = fsync(fd);
	if (close(fd) < 0)
		result = -1;
	if (result == 0)
		result = rename(temp, name);
	if (result < 0) {
		(void)fail_errno(err, path, "cannot write the index");
		(void)unlink(temp);
		return TLSP_E_IO;
	}
	if (tlsp_file_sync_folder(path) < 0)
		return fail_errno(err, path, "the index is written, but may "
		    "not survive a loss of power");
	return TLSP_OK;
}
