/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * editor.c - the editor of whoever sits there.
 * Knows:    $VISUAL, $EDITOR, signals. Not: what is edited.
 * Feeds:    edit.
 */
#include "editor.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHELL	"/bin/sh"

extern char **environ;

void
editor_prepare(void)
{
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
}

static const char *
choose(void)
{
	static const char *const names[] = { "VISUAL", "EDITOR" };
	const char *value;
	size_t n;

	for (n = 0; n < sizeof(names) / sizeof(names[0]); n++)
		if ((value = getenv(names[n])) != NULL && *value != '\0')
			return value;
	return access("/usr/bin/editor", X_OK) == 0 ? "/usr/bin/editor" :
	    "vi";
}

/* The shell takes the options apart. errno, or 0. */
static int
start(const char *editor, const char *path, pid_t *ret_pid)
{
	char shell[] = "sh", dash_c[] = "-c";
	char *command, *file = strdup(path);
	posix_spawnattr_t attributes;
	sigset_t signals;
	int error = ENOMEM;

	if (file == NULL || asprintf(&command, "%s \"$@\"", editor) < 0) {
		free(file);
		return error;
	}
	if ((error = posix_spawnattr_init(&attributes)) == 0) {
		(void)sigemptyset(&signals);
		(void)sigaddset(&signals, SIGINT);
		(void)sigaddset(&signals, SIGQUIT);
		(void)sigaddset(&signals, SIGPIPE);
		(void)posix_spawnattr_setsigdefault(&attributes, &signals);
		(void)posix_spawnattr_setflags(&attributes,
		    POSIX_SPAWN_SETSIGDEF);
		error = posix_spawn(ret_pid, SHELL, NULL, &attributes,
		    (char *[]){ shell, dash_c, command, shell, file, NULL },
		    environ);
		(void)posix_spawnattr_destroy(&attributes);
	}
	free(command);
	free(file);
	return error;
}

enum tlsp_code
editor_run(const char *path, struct tlsp_err *err)
{
	const char *editor = choose();
	int error, status = 0;
	pid_t pid;

	if ((error = start(editor, path, &pid)) != 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "cannot run the "
		    "editor \"%.100s\": %s", editor, strerror(error));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return TLSP_OK;
	return tlsp_err_set(err, TLSP_E_IO, NULL, "the editor \"%.100s\" "
	    "failed (%s %d)", editor, WIFEXITED(status) ? "exit status" :
	    "signal", WIFEXITED(status) ? WEXITSTATUS(status) :
	    WTERMSIG(status));
}
