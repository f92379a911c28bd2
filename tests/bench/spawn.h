/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * spawn.h - processes of our own, which end with us at the latest.
 * Knows:    fork, exec and pipes. Not: what they do.
 * Feeds:    opens, memory, build, count.
 */
#ifndef BENCH_SPAWN_H
#define BENCH_SPAWN_H

#include <stdio.h>
#include <sys/types.h>

struct bench_child {
	pid_t pid;
	FILE *to;		/* its standard input; owned */
	FILE *from;		/* its standard output; owned */
	double cpu_ms;		/* set by bench_spawn_end() */
};

/*
 * Start a program, found by PATH; "self" in argv[0]: this one. Costs the
 * same however large we are. Ends the program on failure.
 */
void bench_spawn(const char *const argv[], struct bench_child *ret_child);

/* Close both pipes and wait. Returns its exit code; 128 + signal. */
int bench_spawn_end(struct bench_child *);

/* Read one line. Returns 0 at its end. The line feed is removed. */
int bench_spawn_line(struct bench_child *, char *line, int size);


#endif
