/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * reach.h - can a file be opened by a process in a jail, as another user?
 * Knows:    chroot(2), users. Not: what files are for.
 * Feeds:    doctor.
 */
#ifndef TLSP_CMD_REACH_H
#define TLSP_CMD_REACH_H

/* Only root can find out. */
#define REACH_UNKNOWN	(-1)

/*
 * Try, in a process of its own. Without root: only whether it is there.
 * jail:     root folder of the process; NULL: the system's.
 * user:     whose rights it has.
 * returns   0; errno; or REACH_UNKNOWN.
 */
int reach_open(const char *jail, const char *user, const char *path);

#endif
