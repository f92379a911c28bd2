/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * program.c - a small program that is run for what it says.
 * Knows:    processes. Not: which programs, what they say.
 * Feeds:    route.
 */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* errno, or 0. */
static int
start(const char *const *args, int out, int errors, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0)
		return error;
	error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null",
	    O_RDONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, out, 1);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, errors, 2);
	if (error == 0)
		error = posix_spawn(ret_pid, args[0], &actions, NULL,
		    (char *const *)(uintptr_t)args, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* What was written there. */
static void
take(int fd, char said[static PROGRAM_SAID])
{
	const ssize_t len = pread(fd, said, PROGRAM_SAID - 1, 0);

	said[len > 0 ? len : 0] = '\0';
}

enum tlsp_code
program_run(const char *const *args, struct program *program,
    struct tlsp_err *err)
{
	const int out = memfd_create("out", MFD_CLOEXEC);
	const int errors = memfd_create("errors", MFD_CLOEXEC);
	int error = out < 0 || errors < 0 ? errno : 0, status = 0;
	pid_t pid;

	if (error == 0)
		error = start(args, out, errors, &pid);
	if (error == 0) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		program->status = WIFEXITED(status) ? WEXITSTATUS(status) :
		    128 + WTERMSIG(status);
		take(out, program->out);
		take(errors, program->errors);
	}
	if (out >= 0)
		(void)close(out);
	if (errors >= 0)
		(void)close(errors);
	return error == 0 ? TLSP_OK : tlsp_err_set(err, TLSP_E_IO, NULL,
	    "cannot run %s: %s", args[0], strerror(error));
}
