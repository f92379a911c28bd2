/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * disk.h - the index beside the rules file: partners.tlsp.
 * Knows:    whether it was made from exactly the rules that are there; how
 *           a file is published. Not: what is in rules.
 * Feeds:    table.
 * Source:   tlspolicy_index(5).
 */
#ifndef TLSP_DISK_H
#define TLSP_DISK_H

#include "file.h"
#include "freeze.h"

/* The name of the index of a rules file is the file's name and this. */
#define TLSP_DISK_SUFFIX	".tlsp"

/* Why, and the path of the rules file. */
#define TLSP_DISK_NOT_USED \
	"its index " TLSP_DISK_SUFFIX " is not used, the rules are read " \
	"instead: %s; postmap tlspolicy:%s makes it anew"

/* Up to so many bytes are read at once; more are mapped, when needed. */
#define TLSP_DISK_READ_MAX	8192

/*
 * Open the index of a rules file, in constant time.
 * text:     the open rules file.
 * caller:   as tlsp_file_open().
 * ret_image: to be given to tlsp_freeze_clear(). A large index has a head and
 *           no bytes yet.
 * ret_fd:   whose tlsp_disk_map() will have them, to be closed then; -1: not
 *           needed.
 * errors:   TLSP_NONE: there is none; otherwise it cannot be used, and err
 *           says why: TLSP_E_CONFLICT: made from other rules, or by another
 *           program; TLSP_E_UNSAFE, TLSP_E_DAMAGED, TLSP_E_IO, TLSP_E_NOMEM.
 */
enum tlsp_code tlsp_disk_open(const char *path, const struct tlsp_file *text,
    uid_t caller, const struct tlsp_host *, struct tlsp_image *ret_image,
    int *ret_fd, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Map the bytes of an index that has none yet.
 * errors:   TLSP_E_DAMAGED: it was cut short meanwhile, or there is no room.
 */
enum tlsp_code tlsp_disk_map(const char *path, int fd, struct tlsp_image *,
    struct tlsp_err *err) TLSP_MUST_USE;

/* The head of an index for a rules file that is made now. */
void tlsp_disk_head(const struct tlsp_file *text, const struct tlsp_host *,
    struct tlsp_frozen *ret_head);

/*
 * Publish an index: a new file, on the disk before it takes the place of the
 * old one. Mode: that of other new files, at most 0644.
 * errors:   TLSP_E_IO; the old file is then as it was.
 */
enum tlsp_code tlsp_disk_publish(const char *path, const struct tlsp_image *,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
