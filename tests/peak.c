/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * peak.c - peak FILE COMMAND [ARG...]: run it, write the peak of its memory
 *          (kB) into the file, and end as it did.
 * Knows:    wait4(2), which misses nothing, as looking now and then would.
 * Feeds:    t-probe-many.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct rusage usage;
	FILE *out;
	pid_t pid;
	int status;

	if (argc < 3 || (pid = fork()) < 0)
		return 64;
	if (pid == 0) {
		(void)execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &usage) != pid ||
	    (out = fopen(argv[1], "w")) == NULL)
		return 71;
	(void)fprintf(out, "%ld\n", usage.ru_maxrss);
	if (fclose(out) != 0)
		return 71;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 70;
}
