/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * editor.h - the editor of whoever sits there.
 * Knows:    $VISUAL, $EDITOR, signals. Not: what is edited.
 * Feeds:    edit.
 * Source:   visudo(8).
 */
#ifndef TLSP_CMD_EDITOR_H
#define TLSP_CMD_EDITOR_H

#include "../dict_tlspolicy/err.h"

/*
 * Interrupts of the terminal are the editor's business from here on: they do
 * not end this program, nor does a reader of its words who has gone.
 */
void editor_prepare(void);

/*
 * Edit a file: $VISUAL, else $EDITOR, else what the system has; each with
 * options, if any. Waits until the editor has ended.
 * errors:   TLSP_E_IO: it cannot be run, or it says that it failed.
 */
enum tlsp_code editor_run(const char *path, struct tlsp_err *err)
    TLSP_MUST_USE;

#endif
