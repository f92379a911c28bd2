/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * file.h - the rules file on disk: safe, settled, and still the same.
 * Knows:    owners, modes, time stamps, inodes. Not: what is in the file.
 * Feeds:    table.
 * Source:   Postfix util/dict.c, dict_changed_name(), for what the host
 *           notices by itself.
 */
#ifndef TLSP_FILE_H
#define TLSP_FILE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "err.h"

/*
 * fd:       open for the life of the file; -1: nothing could be opened.
 * st:       as it was when the bytes were read.
 * buf:      len bytes, owned; NULL after tlsp_file_drop().
 */
struct tlsp_file {
	int fd;
	struct stat st;
	char *buf;
	size_t len;
};

enum tlsp_file_change {
	TLSP_FILE_SAME,
	TLSP_FILE_CHANGED,	/* and the host will see it too: another
				   second in mtime, or no link left */
	TLSP_FILE_CHANGED_UNSEEN	/* the host will not */
};

/*
 * Read a whole file that only root, or the caller himself, can have written,
 * and that nobody is writing just now. A file younger than a second is read
 * again, for at most 3 s: until it is a second old; or was seen unchanged
 * for half a second, and the second of its mtime is over, so that a later
 * change shows, or several files have replaced each other by rename. If they
 * do so without end, the last one read is used.
 * caller:   owner that is trusted beside root; (uid_t)-1: nobody is.
 * ret_file: set also on failure, as far as it was opened.
 * errors:   TLSP_E_IO: absent, unreadable, empty, too large;
 *           TLSP_E_UNSAFE; TLSP_E_BUSY; TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_file_open(const char *path, uid_t caller,
    struct tlsp_file *ret_file, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Open a file and look at it, as above, without waiting and without reading.
 * is_beside: it lies beside one that was looked at: it may be no link, and
 *           its folder is not looked at again.
 * ret_file: set also on failure, as far as it was opened.
 * errors:   TLSP_NONE: there is none; TLSP_E_IO; TLSP_E_UNSAFE.
 */
enum tlsp_code tlsp_file_look(const char *path, uid_t caller, int is_beside,
    struct tlsp_file *ret_file, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Read an open file from its beginning.
 * errors:   TLSP_E_IO; TLSP_E_NOMEM; TLSP_E_BUSY: it is no longer what it
 *           was when it was opened.
 */
enum tlsp_code tlsp_file_read(const char *path, struct tlsp_file *,
    struct tlsp_err *err) TLSP_MUST_USE;

/* Is the file at this path still the open one, unchanged? */
int tlsp_file_is_at(const struct tlsp_file *, const char *path);

/* Would a change made from now on bear another time stamp? */
int tlsp_file_is_past(const struct tlsp_file *);

/* A rename is on the disk once its folder is. 0, or -1 and errno. */
int tlsp_file_sync_folder(const char *path);

/* Some 50 ms. */
void tlsp_file_doze(void);

/* The bytes are no longer needed. */
void tlsp_file_drop(struct tlsp_file *);

void tlsp_file_close(struct tlsp_file *);

/* Is the open file still what was read? One system call. */
enum tlsp_file_change tlsp_file_changed(const struct tlsp_file *);

/* Write all of it, whatever interrupts. -1 and errno: not all. */
int tlsp_file_write_all(int fd, const void *bytes, size_t len) TLSP_MUST_USE;

#endif
