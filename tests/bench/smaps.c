/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * smaps.c - how much memory a process has, and whose it is.
 * Knows:    /proc/PID/smaps, smaps_rollup, status. Not: tables.
 * Feeds:    memory.
 * Source:   proc_pid_smaps(5), proc_pid_status(5).
 */
#include "smaps.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char buf[(size_t)1 << 20];

/* All of a file into buf. Returns 0 if there is none. */
static int
slurp(const char *path)
{
	static int is_touched;
	size_t len = 0;
	ssize_t n;
	int fd;

	if (!is_touched)
		memset(buf, 1, sizeof(buf));
	is_touched = 1;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	while ((n = read(fd, buf + len, sizeof(buf) - 1 - len)) > 0)
		len += (size_t)n;
	(void)close(fd);
	if (n < 0 || len == sizeof(buf) - 1)
		errx(2, "%s: cannot be read", path);
	buf[len] = '\0';
	return 1;
}

/* The number of a line "Name:   12 kB"; 0 if it is another line. */
static double
kb_of(const char *line, const char *name)
{
	const size_t len = strlen(name);

	return strncmp(line, name, len) == 0 ? strtod(line + len, NULL) : 0;
}

/* The sum of all lines of this name; 0 if there is no such file. */
static double
sum_of(const char *path, const char *name)
{
	char *line, *rest = buf;
	double kb = 0;

	if (!slurp(path))
		return 0;
	while ((line = strsep(&rest, "\n")) != NULL)
		kb += kb_of(line, name);
	return kb;
}

/* A mapping's first line: "55d0-55d1 r-xp 0000 08:01 4711   /file". */
static const char *
path_of(const char *line)
{
	const char *path = strchr(line, '/');

	return path != NULL ? path : "";
}

void
bench_smaps_here(const char *folder, const char *ignored,
    struct bench_smaps *ret_smaps)
{
	const char *path = "";
	char *line, *rest = buf;
	double rss = 0, anonymous;
	int is_ignored = 0;

	memset(ret_smaps, 0, sizeof(*ret_smaps));
	ret_smaps->all_kb = sum_of("/proc/self/status", "VmRSS:");
	ret_smaps->peak_kb = sum_of("/proc/self/status", "VmHWM:");
	if (!slurp("/proc/self/smaps"))
		err(2, "/proc/self/smaps");
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (line[0] != '\0' && strchr("0123456789abcdef", line[0])) {
			path = path_of(line);
			is_ignored = strcmp(path, ignored) == 0;
		} else if (strncmp(line, "Rss:", 4) == 0) {
			rss = kb_of(line, "Rss:");
		} else if (strncmp(line, "Anonymous:", 10) == 0 &&
		    !is_ignored) {
			anonymous = kb_of(line, "Anonymous:");
			ret_smaps->private_kb += anonymous;
			if (strncmp(path, folder, strlen(folder)) == 0)
				ret_smaps->mapped_kb += rss - anonymous;
			else
				ret_smaps->code_kb += rss - anonymous;
		}
	}
}

double
bench_smaps_share(pid_t pid)
{
	char path[64];
	double kb;

	(void)snprintf(path, sizeof(path), "/proc/%ld/smaps_rollup",
	    (long)pid);
	if ((kb = sum_of(path, "Pss:")) > 0)
		return kb;
	/* Before Linux 4.14. */
	(void)snprintf(path, sizeof(path), "/proc/%ld/smaps", (long)pid);
	return sum_of(path, "Pss:");
}

double
bench_smaps_available(void)
{
	return sum_of("/proc/meminfo", "MemAvailable:");
}
