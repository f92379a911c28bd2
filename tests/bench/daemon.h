/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * daemon.h - a policy daemon as fast as one can be: socketmap over a UNIX
 *           socket.
 * Knows:    netstrings and the socketmap protocol. Not: Postfix, time.
 * Feeds:    setup.
 */
#ifndef BENCH_DAEMON_H
#define BENCH_DAEMON_H

#include <sys/types.h>

#include "text.h"

#define BENCH_DAEMON_SOCKET	"socketmap"
#define BENCH_DAEMON		BENCH_DAEMON_SOCKET ":policy"

/*
 * Start one for this folder. It ends with this program at the latest.
 * text:     as it is now.
 * returns   its process; ends the program on failure.
 */
pid_t bench_daemon_start(const char *folder, struct bench_text *text);

void bench_daemon_stop(pid_t);

#endif
