/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * chosen.h - which rules files a verb works on: the one that is named, or
 *            those of main.cf. They are not opened.
 * Knows:    options and operands. Not: what is done with them.
 * Feeds:    compile, edit, export.
 */
#ifndef TLSP_CMD_CHOSEN_H
#define TLSP_CMD_CHOSEN_H

#include "cmd.h"

/* As struct cmd_world, but that no table is open. */
struct chosen {
	struct conf *conf;
	struct tables tables;
};

/*
 * Read the configuration. What is wrong is said.
 * args:     n_args operands: none, or the table.
 * returns   0, or an exit code.
 */
int chosen_open(const struct cmd_verb *, const struct cmd_options *,
    int n_args, char **args, struct chosen *ret_chosen);
void chosen_close(struct chosen *);

/*
 * The paths, each once, from *cursor on, which is 0 at first. NULL: there are
 * no more. Borrowed.
 */
const char *chosen_next(const struct chosen *, size_t *cursor);

/* The only one. returns 0, or an exit code: there are several; it is said. */
int chosen_only(const struct cmd_verb *, const struct chosen *,
    const char **ret_path);

#endif
