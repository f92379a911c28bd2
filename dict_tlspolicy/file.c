/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * file.c - the rules file on disk: safe, settled, and still the same.
 * Knows:    owners, modes, time stamps, inodes. Not: what is in the file.
 * Feeds:    table.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* All times in milliseconds. */
#define PATIENCE_MS	3000	/* to wait for a file that is being written */
#define ABSENT_MS	300	/* for one between unlink and rename */
#define YOUNG_MS	1000	/* a younger text may not be whole yet */
#define STEADY_MS	500	/* but it is, if unchanged for so long */
#define POLL_MS		50
#define CLOCK_SLACK_MS	20	/* file time stamps lag behind the clock */

#define MAX_LINKS	40	/* as the kernel has it */

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
	const int saved_errno = errno;

	(void)tlsp_err_set(err, TLSP_E_IO, &at, "%s: %s", what,
	    strerror(saved_errno));
	errno = saved_errno;
	return TLSP_E_IO;
}

static int
is_trusted(uid_t owner, uid_t caller)
{
	return owner == 0 || (caller != (uid_t)-1 && owner == caller);
}

static enum tlsp_code
check_folder(const char *path, uid_t caller, struct tlsp_err *err)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	const struct tlsp_pos at = { path, 0, 0 };
	struct stat st;
	size_t len = slash == NULL || slash == path ? 1 :
	    (size_t)(slash - path);

	if (len >= sizeof(folder))
		return fail(err, TLSP_E_IO, path, "the path is too long");
	memcpy(folder, slash == NULL ? "." : path, len);
	folder[len] = '\0';
	if (stat(folder, &st) < 0)
		return fail_errno(err, folder, "cannot look at the folder");
	if (!is_trusted(st.st_uid, caller))
		return tlsp_err_set(err, TLSP_E_UNSAFE, &at, "the folder %s "
		    "belongs to uid %ld, who could replace the file; "
		    "chown root %s", folder, (long)st.st_uid, folder);
	/* In a sticky folder nobody can move another's file away. */
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0 &&
	    (st.st_mode & S_ISVTX) == 0)
		return tlsp_err_set(err, TLSP_E_UNSAFE, &at, "others can "
		    "write the folder %s and replace the file; chmod go-w %s",
		    folder, folder);
	return TLSP_OK;
}

/* Replace a path by what the link there says. -1: it cannot be. */
static int
follow(char path[static PATH_MAX])
{
	char target[PATH_MAX];
	const char *slash = strrchr(path, '/');
	ssize_t len;
	size_t folder;

	if ((len = readlink(path, target, sizeof(target) - 1)) <= 0)
		return -1;
	target[len] = '\0';
	folder = target[0] == '/' || slash == NULL ? 0 :
	    (size_t)(slash - path) + 1;
	if (folder + (size_t)len >= PATH_MAX)
		return -1;
	memcpy(path + folder, target, (size_t)len + 1);
	return 0;
}

/* The folder of the path, and where links lead, of each of them. */
static enum tlsp_code
check_folders(const char *path, uid_t caller, struct tlsp_err *err)
{
	char step[PATH_MAX];
	struct stat st;
	enum tlsp_code code;
	int n;

	if (strlen(path) >= sizeof(step))
		return fail(err, TLSP_E_IO, path, "the path is too long");
	strcpy(step, path);
	for (n = 0; n < MAX_LINKS; n++) {
		if ((code = check_folder(step, caller, err)) != TLSP_OK) {
			err->at.file = path;
			return code;
		}
		if (lstat(step, &st) < 0)
			return fail_errno(err, path, "cannot look at a link");
		if (!S_ISLNK(st.st_mode))
			return TLSP_OK;
		if (!is_trusted(st.st_uid, caller))
			return fail(err, TLSP_E_UNSAFE, path, "a symbolic link "
			    "on the way does not belong to root; make it anew "
			    "as root");
		if (follow(step) < 0)
			break;
	}
	return fail(err, TLSP_E_IO, path, "cannot follow the symbolic link");
}

static enum tlsp_code
check_file(const char *path, const struct stat *st, uid_t caller,
    struct tlsp_err *err)
{
	const struct tlsp_pos at = { path, 0, 0 };

	if (!S_ISREG(st->st_mode))
		return fail(err, TLSP_E_IO, path, "not a regular file");
	if (!is_trusted(st->st_uid, caller))
		return tlsp_err_set(err, TLSP_E_UNSAFE, &at, "the file "
		    "belongs to uid %ld; chown root %s", (long)st->st_uid,
		    path);
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return tlsp_err_set(err, TLSP_E_UNSAFE, &at, "others can "
		    "write the file; chmod go-w %s", path);
	return TLSP_OK;
}

static int
is_same_stat(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size && a->st_mode == b->st_mode &&
	    a->st_uid == b->st_uid &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	    a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	    a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/*
 * Read what fstat() promised; fewer or more bytes, or another time stamp
 * behind the last of them, and somebody is writing: *ret_torn.
 */
static enum tlsp_code
read_bytes(const char *path, struct tlsp_file *file, int *ret_torn,
    struct tlsp_err *err)
{
	const size_t want = (size_t)file->st.st_size;
	struct stat after;
	ssize_t got = 1;

	if (file->st.st_size < 0 || want > TLSP_TEXT_MAX)
		return fail(err, TLSP_E_IO, path, "the file is too large");
	if ((file->buf = malloc(want + 1)) == NULL)
		return fail(err, TLSP_E_NOMEM, path, "not enough memory");
	for (file->len = 0; got > 0 && file->len <= want;
	    file->len += (size_t)got) {
		got = pread(file->fd, file->buf + file->len,
		    want + 1 - file->len, (off_t)file->len);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got < 0)
			return fail_errno(err, path, "cannot read");
		else if (got == 0 || file->len + (size_t)got > want)
			break;
	}
	if (fstat(file->fd, &after) < 0)
		return fail_errno(err, path, "cannot look at the file");
	*ret_torn = got > 0 || file->len != want ||
	    !is_same_stat(&file->st, &after);
	return TLSP_OK;
}

static enum tlsp_code
read_once(const char *path, uid_t caller, struct tlsp_file *file,
    int *ret_torn, struct tlsp_err *err)
{
	enum tlsp_code code;

	/* O_NONBLOCK: a FIFO in the place of the file must not hold us. */
	file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (file->fd < 0)
		return fail_errno(err, path, "cannot open");
	if (fstat(file->fd, &file->st) < 0)
		return fail_errno(err, path, "cannot look at the file");
	if ((code = check_file(path, &file->st, caller, err)) != TLSP_OK ||
	    (code = check_folders(path, caller, err)) != TLSP_OK)
		return code;
	return read_bytes(path, file, ret_torn, err);
}

static long long
ms_of(const struct timespec *ts)
{
	return (long long)ts->tv_sec * 1000 + ts->tv_nsec / 1000000;
}

static long long
now_ms(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return ms_of(&ts);
}

static void
doze(void)
{
	const struct timespec nap = { 0, POLL_MS * 1000000L };

	(void)nanosleep(&nap, NULL);
}

/* Is a text old enough to be whole? A time in the future tells nothing. */
static int
is_old(const struct stat *st, long long clock_ms)
{
	const long long age_ms = clock_ms - ms_of(&st->st_mtim);

	return age_ms >= YOUNG_MS + CLOCK_SLACK_MS || age_ms < -YOUNG_MS;
}

/* Is the second of the mtime over, so that what is written bears another? */
static int
is_second_over(const struct stat *st, long long clock_ms)
{
	return clock_ms >= ((long long)st->st_mtim.tv_sec + 1) * 1000 +
	    CLOCK_SLACK_MS;
}

/* What the readings before this one have shown. */
struct wait {
	long long start_ms;	/* of the first reading, monotonic */
	long long steady_ms;	/* since when nothing has changed */
	struct stat last;
	int n_readings;
	int n_inodes;
};

/* May this reading be used? */
static int
is_settled(struct wait *wait, const struct tlsp_file *file, int torn,
    long long mono_ms, long long clock_ms)
{
	if (wait->n_readings++ == 0)
		wait->n_inodes = 1;
	else if (wait->last.st_ino != file->st.st_ino ||
	    wait->last.st_dev != file->st.st_dev)
		wait->n_inodes++;
	if (torn || wait->n_readings == 1 ||
	    !is_same_stat(&wait->last, &file->st))
		wait->steady_ms = mono_ms;
	wait->last = file->st;
	return !torn && (is_old(&file->st, clock_ms) ||
	    (mono_ms - wait->steady_ms >= STEADY_MS &&
	    (wait->n_inodes > 1 || is_second_over(&file->st, clock_ms))));
}

static enum tlsp_code
read_settled(const char *path, uid_t caller, struct tlsp_file *file,
    struct tlsp_err *err)
{
	struct wait wait = { .start_ms = now_ms(CLOCK_MONOTONIC) };
	enum tlsp_code code;
	long long mono_ms, clock_ms;
	int torn, is_absent;

	for (;;) {
		mono_ms = now_ms(CLOCK_MONOTONIC);
		clock_ms = now_ms(CLOCK_REALTIME);
		torn = 0;
		code = read_once(path, caller, file, &torn, err);
		is_absent = file->fd < 0 && errno == ENOENT;
		if (code != TLSP_OK && !is_absent)
			return code;
		if (is_absent ? mono_ms - wait.start_ms > ABSENT_MS :
		    is_settled(&wait, file, torn, mono_ms, clock_ms))
			return code;
		if (mono_ms - wait.start_ms > PATIENCE_MS) {
			if (!torn && wait.n_inodes > 1)
				return TLSP_OK;
			return fail(err, TLSP_E_BUSY, path, "somebody keeps "
			    "writing this file; replace it by rename");
		}
		tlsp_file_close(file);
		doze();
	}
}

enum tlsp_code
tlsp_file_open(const char *path, uid_t caller, struct tlsp_file *ret_file,
    struct tlsp_err *err)
{
	enum tlsp_code code;

	memset(ret_file, 0, sizeof(*ret_file));
	ret_file->fd = -1;
	if ((code = read_settled(path, caller, ret_file, err)) != TLSP_OK)
		tlsp_file_drop(ret_file);
	else if (ret_file->len == 0)
		return fail(err, TLSP_E_IO, path, "the file is empty; a table "
		    "without rules has at least a comment");
	return code;
}

enum tlsp_code
tlsp_file_look(const char *path, uid_t caller, int is_beside,
    struct tlsp_file *ret_file, struct tlsp_err *err)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int is_link = 0;
	enum tlsp_code code;

	memset(ret_file, 0, sizeof(*ret_file));
	ret_file->fd = open(path, flags | O_NOFOLLOW);
	if (ret_file->fd < 0 && errno == ELOOP && !is_beside) {
		is_link = 1;
		ret_file->fd = open(path, flags);
	}
	if (ret_file->fd < 0 && errno == ENOENT)
		return TLSP_NONE;
	if (ret_file->fd < 0)
		return fail_errno(err, path, "cannot open");
	if (fstat(ret_file->fd, &ret_file->st) < 0)
		return fail_errno(err, path, "cannot look at the file");
	if ((code = check_file(path, &ret_file->st, caller, err)) != TLSP_OK ||
	    is_beside)
		return code;
	return is_link ? check_folders(path, caller, err) :
	    check_folder(path, caller, err);
}

enum tlsp_code
tlsp_file_read(const char *path, struct tlsp_file *file, struct tlsp_err *err)
{
	enum tlsp_code code;
	int torn;

	if ((code = read_bytes(path, file, &torn, err)) == TLSP_OK && torn)
		code = fail(err, TLSP_E_BUSY, path, "the file was changed "
		    "while it was in use");
	if (code != TLSP_OK)
		tlsp_file_drop(file);
	return code;
}

int
tlsp_file_is_at(const struct tlsp_file *file, const char *path)
{
	struct stat open_st, path_st;

	return fstat(file->fd, &open_st) == 0 && stat(path, &path_st) == 0 &&
	    is_same_stat(&open_st, &file->st) &&
	    is_same_stat(&open_st, &path_st);
}

int
tlsp_file_is_past(const struct tlsp_file *file)
{
	const struct timespec *changed = &file->st.st_ctim;
	const long long now = now_ms(CLOCK_REALTIME);

	/* Some file systems count whole seconds. */
	if (changed->tv_nsec == 0)
		return now >= ((long long)changed->tv_sec + 1) * 1000 +
		    CLOCK_SLACK_MS || now < ms_of(changed) - YOUNG_MS;
	return now >= ms_of(changed) + CLOCK_SLACK_MS ||
	    now < ms_of(changed) - YOUNG_MS;
}

void
tlsp_file_doze(void)
{
	doze();
}

int
tlsp_file_sync_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL || slash == path ? 1 :
	    (size_t)(slash - path);
	int fd, result;

	if (len >= sizeof(folder))
		return -1;
	memcpy(folder, slash == NULL ? "." : path, len);
	folder[len] = '\0';
	if ((fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return -1;
	result = fsync(fd);
	(void)close(fd);
	return result;
}

void
tlsp_file_drop(struct tlsp_file *file)
{
	free(file->buf);
	file->buf = NULL;
}

void
tlsp_file_close(struct tlsp_file *file)
{
	tlsp_file_drop(file);
	if (file->fd >= 0)
		(void)close(file->fd);
	file->fd = -1;
}

enum tlsp_file_change
tlsp_file_changed(const struct tlsp_file *file)
{
	struct stat now;

	if (fstat(file->fd, &now) < 0)
		return TLSP_FILE_CHANGED_UNSEEN;
	if (is_same_stat(&file->st, &now))
		return TLSP_FILE_SAME;
	/* From 3.11 on a time stamp of zero is not compared. */
	return now.st_nlink == 0 || (now.st_mtime != file->st.st_mtime &&
	    file->st.st_mtime > 0) ?
	    TLSP_FILE_CHANGED : TLSP_FILE_CHANGED_UNSEEN;
}

int
tlsp_file_write_all(int fd, const void *bytes, size_t len)
{
	const char *from = bytes;
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, from, len)) < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		from += n;
		len -= (size_t)n;
	}
	return 0;
}
