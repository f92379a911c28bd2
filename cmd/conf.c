/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * conf.c - Postfix's configuration, as postconf(1) tells it.
 * Knows:    how postconf is run, and what it prints. Not: any parameter.
 * Feeds:    host, tables, demand, dns, the verbs.
 * Source:   postconf(1), options -c and -x.
 */
#include "conf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM		"postconf"
#define MORE_PATH	"/usr/sbin:/usr/local/sbin"
#define OUTPUT_MAX	((size_t)16 << 20)	/* more is no main.cf */
#define BLANKS		" \t\r\n"

struct param {
	const char *name;
	const char *value;
};

struct conf {
	char *text;
	struct param *params;
	size_t n_params;
};

extern char **environ;

/* What a program said on one of its two outputs. */
struct output {
	char *text;
	size_t len;
	size_t cap;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

static int
compare(const void *one, const void *other)
{
	return strcmp(((const struct param *)one)->name,
	    ((const struct param *)other)->name);
}

/* One line: "name = value". NULL: it is something else. */
static const char *
split(char *line)
{
	char *cp = line + strcspn(line, "= \t"), *end;

	if (cp == line || cp[strspn(cp, " \t")] != '=')
		return NULL;
	end = cp + strspn(cp, " \t") + 1;
	*cp = '\0';
	end += strspn(end, BLANKS);
	for (cp = end + strlen(end); cp > end && strchr(BLANKS, cp[-1]); )
		*--cp = '\0';
	return end;
}

enum tlsp_code
conf_parse(char *text, struct conf **ret_conf, struct tlsp_err *err)
{
	struct conf *conf;
	char *line, *next;
	size_t n_lines = 1;

	for (line = text; (line = strchr(line, '\n')) != NULL; line++)
		n_lines++;
	if ((conf = calloc(1, sizeof(*conf))) == NULL ||
	    (conf->params = calloc(n_lines, sizeof(*conf->params))) == NULL) {
		free(conf);
		free(text);
		return no_memory(err);
	}
	conf->text = text;
	for (line = text; line != NULL; line = next) {
		struct param *param = &conf->params[conf->n_params];

		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		param->name = line;
		if ((param->value = split(line)) != NULL)
			conf->n_params++;
	}
	qsort(conf->params, conf->n_params, sizeof(*conf->params), compare);
	*ret_conf = conf;
	return TLSP_OK;
}

void
conf_free(struct conf *conf)
{
	if (conf == NULL)
		return;
	free(conf->params);
	free(conf->text);
	free(conf);
}

const char *
conf_get(const struct conf *conf, const char *name)
{
	const struct param key = { name, NULL };
	const struct param *param = bsearch(&key, conf->params, conf->n_params,
	    sizeof(*conf->params), compare);

	return param == NULL ? NULL : param->value;
}

int
conf_is_yes(const struct conf *conf, const char *name)
{
	const char *value = conf_get(conf, name);

	return value != NULL && strcasecmp(value, "yes") == 0;
}

const char *
conf_dir(const struct conf *conf)
{
	const char *dir = conf_get(conf, "config_directory");

	return dir != NULL ? dir : "/etc/postfix";
}

/* The program's file, in one folder of a list. Owned by the caller. */
static char *
find_in(const char *list)
{
	size_t len;
	char *path;

	for (;; list += len + 1) {
		len = strcspn(list, ":");
		if (len > 0 && asprintf(&path, "%.*s/%s", (int)len, list,
		    PROGRAM) >= 0) {
			if (access(path, X_OK) == 0)
				return path;
			free(path);
		}
		if (list[len] == '\0')
			return NULL;
	}
}

/* More of an output. 0: it ends. */
static int
take(int fd, struct output *output)
{
	ssize_t n;
	char *text;

	if (output->cap - output->len < 4096) {
		output->cap = output->cap * 2 + 65536;
		if (output->cap > OUTPUT_MAX ||
		    (text = realloc(output->text, output->cap)) == NULL)
			return 0;
		output->text = text;
		output->text[output->len] = '\0';
	}
	do
		n = read(fd, output->text + output->len,
		    output->cap - output->len - 1);
	while (n < 0 && errno == EINTR);
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
		if (poll(polls, 2, -1) < 0 && errno != EINTR)
			return;
		for (n = 0; n < 2; n++)
			if (polls[n].fd >= 0 && polls[n].revents != 0 &&
			    !take(polls[n].fd, &outputs[n]))
				polls[n].fd = -1;
	}
}

/* Start it, with two pipes. errno, or 0. */
static int
start(const char *path, const char *dir, const int out[2], const int errs[2],
    pid_t *ret_pid)
{
	char name[] = PROGRAM, dash_c[] = "-c", dash_x[] = "-x";
	char *folder = dir != NULL ? strdup(dir) : NULL;
	char *with[] = { name, dash_c, folder, dash_x, NULL };
	char *without[] = { name, dash_x, NULL };
	posix_spawn_file_actions_t actions;
	int error;

	if (dir != NULL && folder == NULL)
		return ENOMEM;
	if ((error = posix_spawn_file_actions_init(&actions)) == 0) {
		error = posix_spawn_file_actions_adddup2(&actions, out[1], 1);
		if (error == 0)
			error = posix_spawn_file_actions_adddup2(&actions,
			    errs[1], 2);
		if (error == 0)
			error = posix_spawn_file_actions_addopen(&actions, 0,
			    "/dev/null", O_RDONLY, 0);
		if (error == 0)
			error = posix_spawn(ret_pid, path, &actions, NULL,
			    dir != NULL ? with : without, environ);
		(void)posix_spawn_file_actions_destroy(&actions);
	}
	free(folder);
	return error;
}

/* Run it, and have what it says. errno, or 0. */
static int
run(const char *path, const char *dir, struct output outputs[2],
    int *ret_status)
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
	error = start(path, dir, out, errs, &pid);
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

/* Of all that a program complained of, the sentence that counts. */
static const char *
last_words(struct output *errs)
{
	char *line, *next, *best = NULL;

	for (line = errs->text; line != NULL && *line != '\0'; line = next) {
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

/* What a run came to. The output: taken. */
static enum tlsp_code
judge(const char *path, int error, int status, struct output outputs[2],
    struct conf **ret_conf, struct tlsp_err *err)
{
	if (error != 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "cannot run %s: %s",
		    path, strerror(error));
	if (WIFSIGNALED(status))
		return tlsp_err_set(err, TLSP_E_IO, NULL, "%s was killed by "
		    "signal %d", path, WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "%s cannot read the "
		    "configuration of Postfix: %s", path,
		    last_words(&outputs[1]));
	if (outputs[0].len == 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "%s -x prints "
		    "nothing", path);
	if (strlen(outputs[0].text) != outputs[0].len)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "%s -x prints a NUL "
		    "byte", path);
	error = conf_parse(outputs[0].text, ret_conf, err);
	outputs[0].text = NULL;
	return (enum tlsp_code)error;
}

enum tlsp_code
conf_load(const char *dir, struct conf **ret_conf, struct tlsp_err *err)
{
	struct output outputs[2] = { { NULL, 0, 0 }, { NULL, 0, 0 } };
	const char *list = getenv("PATH");
	char *path = NULL;
	enum tlsp_code code;
	int error, status = 0;

	if (list != NULL)
		path = find_in(list);
	if (path == NULL && (path = find_in(MORE_PATH)) == NULL)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "there is no "
		    "postconf program in PATH, /usr/sbin and /usr/local/sbin: "
		    "is Postfix installed?");
	error = run(path, dir, outputs, &status);
	code = judge(path, error, status, outputs, ret_conf, err);
	free(path);
	free(outputs[0].text);
	free(outputs[1].text);
	return code;
}
