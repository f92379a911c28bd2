/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * smaps.h - how much memory a process has, and whose it is.
 * Knows:    /proc/PID/smaps, smaps_rollup, status. Not: tables.
 * Feeds:    memory.
 * Source:   proc_pid_smaps(5).
 */
#ifndef BENCH_SMAPS_H
#define BENCH_SMAPS_H

#include <sys/types.h>

/* In KB; of files: what is in memory of their mappings. */
struct bench_smaps {
	double private_kb;	/* anonymous: nobody else can use it */
	double mapped_kb;	/* files in the folder */
	double code_kb;		/* other files: programs and libraries */
	double all_kb;		/* all of the above, and what is ignored */
	double peak_kb;		/* the most that this ever was */
};

/*
 * This process. Allocates nothing, and touches no new memory but in its
 * first call.
 * ignored:  a file that is not counted at all.
 */
void bench_smaps_here(const char *folder, const char *ignored,
    struct bench_smaps *ret_smaps);

/* A process's fair share of all memory that it uses, in KB. */
double bench_smaps_share(pid_t);

/* What the system could still give to processes, in KB. */
double bench_smaps_available(void);

#endif
