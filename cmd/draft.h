/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * draft.h - a copy of a rules file that somebody edits, and how it takes the
 *           place of the file.
 * Knows:    locks, owners, modes, rename. Not: rules, editors.
 * Feeds:    edit.
 */
#ifndef TLSP_CMD_DRAFT_H
#define TLSP_CMD_DRAFT_H

#include "../dict_tlspolicy/file.h"

/*
 * table:    the file itself, behind all links; owned.
 * name:     of the copy, beside it; owned.
 * fd:       of the table, with the lock; -1: there is no table yet.
 * st:       of the table, as it was copied.
 * text:     what was copied: len bytes; owned.
 */
struct draft {
	char *table;
	char *name;
	int fd;
	struct stat st;
	char *text;
	size_t len;
};

/*
 * Lock a table and copy it; one that is not there is to be new.
 * errors:   TLSP_E_BUSY: somebody edits it; TLSP_E_IO; TLSP_E_NOMEM.
 */
enum tlsp_code draft_open(const char *path, struct draft *ret_draft,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * What the copy says now.
 * ret_text: ret_len bytes, owned by the caller.
 * errors:   TLSP_E_IO: also if it is gone; TLSP_E_NOMEM.
 */
enum tlsp_code draft_read(const struct draft *, char **ret_text,
    size_t *ret_len, struct tlsp_err *err) TLSP_MUST_USE;

/* Is a text what was copied? */
int draft_is_same(const struct draft *, const char *text, size_t len);

/*
 * Put a text in the place of the table: a new file with its owner and mode,
 * on the disk before it is renamed. It is what was read, not what the copy
 * holds meanwhile.
 * errors:   TLSP_E_BUSY: the table is no longer what was copied; TLSP_E_IO.
 *           The table is then as it was.
 */
enum tlsp_code draft_publish(const struct draft *, const char *text,
    size_t len, struct tlsp_err *err) TLSP_MUST_USE;

/* Let go of table and lock. is_kept: the copy stays. All zero is closed. */
void draft_close(struct draft *, int is_kept);

#endif
