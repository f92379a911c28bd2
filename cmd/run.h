/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * run.h - one of Postfix's programs is run, and what it says is kept.
 * Knows:    processes, pipes, where such programs lie. Not: what they say.
 * Feeds:    conf, master, routes, postfix, classes, doctor.
 */
#ifndef TLSP_CMD_RUN_H
#define TLSP_CMD_RUN_H

#include <stddef.h>

#include "../dict_tlspolicy/err.h"

/*
 * What became of it. All is owned.
 * path:     of the program.
 * status:   as waitpid() has it.
 * out, errs: what it wrote on its two outputs, n_out bytes and a NUL; NULL:
 *           nothing.
 */
struct run {
	char *path;
	int status;
	char *out;
	size_t n_out;
	char *errs;
};

/*
 * Run a program to its end, with nothing to read.
 * argv:     its name, looked for in PATH, /usr/sbin and /usr/local/sbin; its
 *           arguments; NULL.
 * errors:   TLSP_E_IO: it is not there, or could not be started, or was
 *           killed; TLSP_E_NOMEM. What it ended with is no error here.
 */
enum tlsp_code run_program(const char *const *argv, struct run *ret_run,
    struct tlsp_err *err) TLSP_MUST_USE;

/* The same, with something to read: a file, from where in stands in it. */
enum tlsp_code run_program_from(const char *const *argv, int in,
    struct run *ret_run, struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be cleared. */
void run_clear(struct run *);

/* The exit status. */
int run_status(const struct run *);

/*
 * Of all that it complained of, the sentence that counts. Cuts what it
 * wrote into lines: to be asked once. Borrowed.
 */
const char *run_last_words(struct run *);

#endif
