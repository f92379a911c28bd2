/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * program.h - a small program that is run for what it says.
 * Knows:    processes. Not: which programs, what they say.
 * Feeds:    route.
 */
#ifndef TLSP_CMD_PROGRAM_H
#define TLSP_CMD_PROGRAM_H

#include "../dict_tlspolicy/err.h"

#define PROGRAM_SAID	8192	/* of each output; what is longer is cut */

/* status: as it exited; 128 and the number of the signal that ended it. */
struct program {
	int status;
	char out[PROGRAM_SAID];
	char errors[PROGRAM_SAID];
};

/*
 * Run it, with nothing to read, and wait until it has ended.
 * args:     ends with NULL; args[0] is its path.
 * errors:   TLSP_E_IO: it cannot be run.
 */
enum tlsp_code program_run(const char *const *args, struct program *ret_program,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
