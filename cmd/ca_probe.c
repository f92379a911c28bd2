/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_probe.c - the project's own prober, in a process without rights.
 * Knows:    how it is started and what it is told. Not: what its records say.
 * Feeds:    ca_missing.
 */
#include "ca_probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"

#define ARGS_MAX	(CA_PROBE_ARGS + 8)

/* What the probe does when all is open, and nobody was heard yet. */
static int
drop(void)
{
	struct tlsp_err err;

	return confine(&err) == TLSP_OK ? 0 : cmd_error(&err);
}

/* In the child: never returns. */
static void
probe(const struct ca *ca, const char *nexthop, int fd)
{
	char verb[] = "probe", json[] = "--json", dash_c[] = "-c",
	    dash_t[] = "-t", end[] = "--", *argv[ARGS_MAX];
	char *who = strdup(nexthop);
	char *dir = ca->options.config_dir == NULL ? NULL :
	    strdup(ca->options.config_dir);
	char *table = ca->options.table == NULL ? NULL :
	    strdup(ca->options.table);
	int n, n_args = 0;

	argv[n_args++] = verb;
	argv[n_args++] = json;
	for (n = 0; n < ca->n_probe; n++)
		argv[n_args++] = ca->probe[n];
	if (dir != NULL) {
		argv[n_args++] = dash_c;
		argv[n_args++] = dir;
	}
	if (table != NULL) {
		argv[n_args++] = dash_t;
		argv[n_args++] = table;
	}
	argv[n_args++] = end;
	argv[n_args++] = who;
	argv[n_args] = NULL;
	if (who == NULL || dup2(fd, STDOUT_FILENO) < 0)
		_exit(EX_OSERR);
	(void)close(fd);
	exit(cmd_probe_as(n_args, argv, drop, 1));
}

int
ca_probe(const struct ca *ca, const char *nexthop,
    int (*read_records)(void *ctx, FILE *), void *ctx)
{
	int fds[2], code, status = 0;
	pid_t pid;
	FILE *in;

	if (fflush(stdout) != 0 || pipe(fds) < 0 || (pid = fork()) < 0) {
		perror("tlspolicy: error");
		return EX_OSERR;
	}
	if (pid == 0) {
		(void)close(fds[0]);
		probe(ca, nexthop, fds[1]);
	}
	(void)close(fds[1]);
	in = fdopen(fds[0], "r");
	code = in == NULL ? cmd_no_memory() : read_records(ctx, in);
	if (in != NULL)
		(void)fclose(in);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (code != 0)
		return code;
	if (!WIFEXITED(status))
		return EX_SOFTWARE;
	/* What it thinks of mail is not asked here. */
	return WEXITSTATUS(status) == 1 || WEXITSTATUS(status) ==
	    EX_TEMPFAIL ? 0 : WEXITSTATUS(status);
}
