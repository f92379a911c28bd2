/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * spawn.c - processes of our own, which end with us at the latest.
 * Knows:    fork, exec and pipes. Not: what they do.
 * Feeds:    opens, memory, build, count.
 */
#include "spawn.h"

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child, which borrows our memory: calls of the system only. */
static void __attribute__((noreturn))
become(const char *path, char *const argv[], int in, int out)
{
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
		(void)execvp(path, argv);
	_exit(127);
}

void
bench_spawn(const char *const argv[], struct bench_child *ret_child)
{
	const char *path = strcmp(argv[0], "self") == 0 ? "/proc/self/exe" :
	    argv[0];
	union {
		const char *const *ours;
		char *const *its;	/* execvp(3) writes to none */
	} args = { argv };
	int in[2], out[2];
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		err(2, "pipe");
	/* No copy of our page tables: up to a gigabyte is mapped here. */
	if ((pid = vfork()) == 0)
		become(path, args.its, in[0], out[1]);
	if (pid < 0)
		err(2, "vfork");
	(void)close(in[0]);
	(void)close(out[1]);
	ret_child->pid = pid;
	if ((ret_child->to = fdopen(in[1], "w")) == NULL ||
	    (ret_child->from = fdopen(out[0], "r")) == NULL)
		err(2, "fdopen");
}

int
bench_spawn_end(struct bench_child *child)
{
	struct rusage usage;
	int status;

	(void)fclose(child->to);
	(void)fclose(child->from);
	if (wait4(child->pid, &status, 0, &usage) != child->pid)
		err(2, "wait4");
	child->cpu_ms = (double)(usage.ru_utime.tv_sec +
	    usage.ru_stime.tv_sec) * 1e3 + (double)(usage.ru_utime.tv_usec +
	    usage.ru_stime.tv_usec) / 1e3;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

int
bench_spawn_line(struct bench_child *child, char *line, int size)
{
	if (fgets(line, size, child->from) == NULL)
		return 0;
	line[strcspn(line, "\n")] = '\0';
	return 1;
}
