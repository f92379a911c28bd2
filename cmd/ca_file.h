/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_file.h - a file of certificates on disk: read whole, replaced whole.
 * Knows:    limits, locks, owners and modes, rename. Not: what is in it.
 * Feeds:    pile, ca_add, ca_remove.
 */
#ifndef TLSP_CMD_CA_FILE_H
#define TLSP_CMD_CA_FILE_H

#include <stdint.h>
#include <sys/stat.h>

#include "../dict_tlspolicy/err.h"

#define CA_FILE_MAX	((size_t)16 << 20)

/*
 * Read a file or a pipe to its end.
 * ret_bytes: owned by the caller.
 * errors:   TLSP_E_IO; TLSP_E_VALUE: larger than CA_FILE_MAX; TLSP_E_NOMEM.
 *           Their place is path, borrowed.
 */
enum tlsp_code ca_file_read(const char *path, uint8_t **ret_bytes,
    size_t *ret_len, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * A file that is about to be replaced.
 * path:     behind all links. bytes: len of them, as they were when it was
 *           locked; NULL where there is no file yet.
 */
struct ca_file {
	char *path;
	uint8_t *bytes;
	size_t len;
	/* ca_file's own */
	char *temp;
	int fd;
	struct stat st;
};

/*
 * Lock a file and read it. Where there is none, one is going to be made.
 * errors:   as ca_file_read(); TLSP_E_BUSY: another one changes it, after
 *           some ten seconds; TLSP_E_CONFLICT: no file, or it has a second
 *           name, which would keep the old content.
 */
enum tlsp_code ca_file_edit(const char *path, struct ca_file *ret_file,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Write the new content beside the old one, down to the disk; with the same
 * owner and mode, or those of a new file.
 * errors:   TLSP_E_IO; nothing is left of it.
 */
enum tlsp_code ca_file_prepare(struct ca_file *, const char *text, size_t len,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Put it into the place of the old one.
 * errors:   TLSP_E_BUSY: who heeds no lock has changed it meanwhile;
 *           TLSP_E_IO. The old one is as it was; but where only the folder
 *           could not be written to the disk, the new one is there, and err
 *           says so.
 */
enum tlsp_code ca_file_publish(struct ca_file *, struct tlsp_err *err)
    TLSP_MUST_USE;

/* Let go of it; what was prepared and not published is removed. */
void ca_file_close(struct ca_file *);

#endif
