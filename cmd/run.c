/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * run.c - one of Postfix's programs is run, and what it says is kept.
 * Knows:    processes, pipes, where such programs lie. Not: what they say.
 * Feeds:    conf, master, routes, postfix, classes, doctor.
 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MORE_PATH	"/usr/sbin:/usr/local/sbin"
#define OUTPUT_MAX	((size_t)64 << 20)
#define ARGS_MAX	8

extern char **environ;

/*
 * What a program said on one of its two outputs.
 * is_cut: it was too much. error: of reading it, for that is no end of it.
 */
struct output {
	char *text;
	size_t len;
	size_t cap;
	int is_cut;
	int error;
};

/* The program's file, in one folder of a list. Owned by the caller. */
static char *
find_in(const char *list, const char *program)
{
	size_t len;
	char *path;

	for (;; list += len + 1) {
		len = strcspn(list, ":");
		if (len > 0 && asprintf(&path, "%.*s/%s", (int)len, list,
		    program) >= 0) {
			if (access(path, X_OK) == 0)
				return path;
			free(path);
		}
		if (list[len] == '\0')
			return NULL;
	}
}

static int
make_room(struct output *output)
{
	const size_t cap = output->cap * 2 + 65536;
	char *text;

	if (cap > OUTPUT_MAX || (text = realloc(output->text, cap)) == NULL)
		return 0;
	output->text = text;
	output->text[output->len] = '\0';
	output->cap = cap;
	return 1;
}

/* More of an output. 0: it ends. */
static int
take(int fd, struct output *output)
{
	ssize_t n;

	if (output->cap - output->len < 4096 && !make_room(output)) {
		/* The rest is read too, or the program never ends. */
		output->is_cut = 1;
		output->len = 0;
		if (output->cap < 4096) {
			output->error = ENOMEM;
			return 0;
		}
	}
	do
		n = read(fd, output->text + output->len,
		    output->cap - output->len - 1);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		output->error = errno;
	if (n <= 0)
		return 0;
	output->len += (size_t)n;
	output->text[output->len] = '\0';
	return 1;
}

/* Both outputs, to their ends. */
static void
listen_to(const int fds[2], struct output outputs[2])
{
	struct pollfd polls[2] = {
		{ .fd = fds[0], .events = POLLIN },
		{ .fd = fds[1], .events = POLLIN },
	};
	int n;

	while (polls[0].fd >= 0 || polls[1].fd >= 0) {
		if (poll(polls, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			outputs[0].error = errno;
			return;
		}
		for (n = 0; n < 2; n++)
			if (polls[n].fd >= 0 && polls[n].revents != 0 &&
			    !take(polls[n].fd, &outputs[n]))
				polls[n].fd = -1;
	}
}

/* Start it, with two pipes. in: -1: nothing to read. errno, or 0. */
static int
start(const char *path, const char *const *args, int in, const int out[2],
    const int errs[2], pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	char *argv[ARGS_MAX + 1] = { NULL };
	int n, error = 0;

	for (n = 0; error == 0 && n < ARGS_MAX && args[n] != NULL; n++)
		if ((argv[n] = strdup(args[n])) == NULL)
			error = ENOMEM;
	if (error == 0 &&
	    (error = posix_spawn_file_actions_init(&actions)) == 0) {
		error = posix_spawn_file_actions_adddup2(&actions, out[1], 1);
		if (error == 0)
			error = posix_spawn_file_actions_adddup2(&actions,
			    errs[1], 2);
		if (error == 0)
			error = in >= 0 ?
			    posix_spawn_file_actions_adddup2(&actions, in, 0) :
			    posix_spawn_file_actions_addopen(&actions, 0,
			    "/dev/null", O_RDONLY, 0);
		if (error == 0)
			error = posix_spawn(ret_pid, path, &actions, NULL,
			    argv, environ);
		(void)posix_spawn_file_actions_destroy(&actions);
	}
	for (n = 0; n < ARGS_MAX; n++)
		free(argv[n]);
	return error;
}

/* Run it, and have what it says. errno, or 0. */
static int
run(const char *path, const char *const *args, int in,
    struct output outputs[2], int *ret_status)
{
	int out[2], errs[2], error;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) != 0)
		return errno;
	if (pipe2(errs, O_CLOEXEC) != 0) {
		error = errno;
		(void)close(out[0]);
		(void)close(out[1]);
		return error;
	}
	error = start(path, args, in, out, errs, &pid);
	(void)close(out[1]);
	(void)close(errs[1]);
	if (error == 0)
		listen_to((const int[2]){ out[0], errs[0] }, outputs);
	(void)close(out[0]);
	(void)close(errs[0]);
	if (error == 0)
		while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
			;
	return error;
}

enum tlsp_code
run_program_from(const char *const *argv, int in, struct run *ret_run,
    struct tlsp_err *err)
{
	struct output outputs[2] = { { .text = NULL }, { .text = NULL } };
	const char *list = getenv("PATH");
	struct run done = { NULL, 0, NULL, 0, NULL };
	enum tlsp_code code = TLSP_OK;
	int error;

	if (list != NULL)
		done.path = find_in(list, argv[0]);
	if (done.path == NULL &&
	    (done.path = find_in(MORE_PATH, argv[0])) == NULL)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "there is no "
		    "%s program in PATH, /usr/sbin and /usr/local/sbin: "
		    "is Postfix installed?", argv[0]);
	error = run(done.path, argv, in, outputs, &done.status);
	done.out = outputs[0].text;
	done.n_out = outputs[0].len;
	done.errs = outputs[1].text;
	if (error != 0)
		code = tlsp_err_set(err, TLSP_E_IO, NULL, "cannot run %s: %s",
		    done.path, strerror(error));
	else if ((error = outputs[0].error) != 0 ||
	    (error = outputs[1].error) != 0)
		code = tlsp_err_set(err, TLSP_E_IO, NULL, "cannot read what "
		    "%s says: %s", done.path, strerror(error));
	else if (WIFSIGNALED(done.status))
		code = tlsp_err_set(err, TLSP_E_IO, NULL, "%s was killed by "
		    "signal %d", done.path, WTERMSIG(done.status));
	else if (outputs[0].is_cut || outputs[1].is_cut)
		code = tlsp_err_set(err, TLSP_E_IO, NULL, "%s says more than "
		    "%zu bytes", done.path, OUTPUT_MAX);
	if (code != TLSP_OK)
		run_clear(&done);
	else
		*ret_run = done;
	return code;
}

enum tlsp_code
run_program(const char *const *argv, struct run *ret_run,
    struct tlsp_err *err)
{
	return run_program_from(argv, -1, ret_run, err);
}

void
run_clear(struct run *done)
{
	free(done->path);
	free(done->out);
	free(done->errs);
	memset(done, 0, sizeof(*done));
}

int
run_status(const struct run *done)
{
	return WEXITSTATUS(done->status);
}

const char *
run_last_words(struct run *done)
{
	char *line, *next, *best = NULL;

	for (line = done->errs; line != NULL && *line != '\0'; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		if (best == NULL || strstr(best, "fatal: ") == NULL)
			best = line;
	}
	if (best == NULL)
		return "it says nothing";
	line = strstr(best, ": fatal: ");
	return line != NULL ? line + strlen(": fatal: ") : best;
}
