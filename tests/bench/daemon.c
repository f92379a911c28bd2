/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * daemon.c - a policy daemon as fast as one can be: socketmap over a UNIX
 *           socket, a thread that waits for each client.
 * Knows:    netstrings and the socketmap protocol. Not: Postfix, time.
 * Feeds:    setup.
 * Source:   socketmap_table(5).
 */
#include "daemon.h"

#include <ctype.h>
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define BACKLOG		512
#define STACK_SIZE	((size_t)128 << 10)
#define REQUEST_MAX	2048
#define REPLY_MAX	4096

struct client {
	int fd;
	struct bench_text *text;
};

/*
 * The payload of the netstring in the buffer, ended by '\0' in place.
 * returns   NULL: it is not complete yet, or not a netstring at all.
 */
static char *
open_netstring(char *buf, size_t len, int *ret_is_bad)
{
	char *payload;
	const unsigned long size = strtoul(buf, &payload, 10);

	*ret_is_bad = size > REQUEST_MAX || (*payload != ':' &&
	    *payload != '\0');
	if (*ret_is_bad || *payload++ == '\0' ||
	    (size_t)(payload - buf) + size + 1 > len)
		return NULL;
	*ret_is_bad = payload[size] != ',';
	payload[size] = '\0';
	return *ret_is_bad ? NULL : payload;
}

/* "policy example.com" to "OK encrypt" or "NOTFOUND ", as a netstring. */
static size_t
answer(struct bench_text *text, char *request, char reply[REPLY_MAX])
{
	const char *found = NULL;
	char *key = strchr(request, ' '), *p;
	size_t len;

	if (key != NULL) {
		for (p = ++key; *p != '\0'; p++)
			*p = (char)tolower((unsigned char)*p);
		found = bench_text_nearest(text, key,
		    bench_text_kind(key) != BENCH_VERBATIM);
	}
	len = strlen(found != NULL ? found : "");
	if (found == NULL || len > REPLY_MAX / 2)
		return (size_t)sprintf(reply, "9:NOTFOUND ,");
	return (size_t)sprintf(reply, "%zu:OK %s,", len + 3, found);
}

static void *
serve(void *context)
{
	struct client *client = context;
	char request[REQUEST_MAX + 1], reply[REPLY_MAX], *payload;
	size_t len = 0, n_reply;
	ssize_t n;
	int is_bad = 0;

	while (!is_bad && len < REQUEST_MAX && (n = read(client->fd,
	    request + len, REQUEST_MAX - len)) > 0) {
		len += (size_t)n;
		request[len] = '\0';
		if ((payload = open_netstring(request, len, &is_bad)) == NULL)
			continue;
		n_reply = answer(client->text, payload, reply);
		is_bad = write(client->fd, reply, n_reply) !=
		    (ssize_t)n_reply;
		len = 0;
	}
	(void)close(client->fd);
	free(client);
	return NULL;
}

static void
listen_for(int listener, struct bench_text *text)
{
	pthread_attr_t attr;
	pthread_t thread;
	struct client *client;

	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&attr, STACK_SIZE);
	for (;;) {
		if ((client = malloc(sizeof(*client))) == NULL)
			_exit(2);
		client->text = text;
		if ((client->fd = accept(listener, NULL, NULL)) < 0 ||
		    pthread_create(&thread, &attr, serve, client) != 0) {
			warn("the policy daemon");
			_exit(2);
		}
	}
}

pid_t
bench_daemon_start(const char *folder, struct bench_text *text)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const pid_t parent = getpid();
	int listener;
	pid_t pid;

	if (snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s",
	    folder, BENCH_DAEMON_SOCKET) >= (int)sizeof(address.sun_path))
		errx(2, "%s: too long for a socket; set TMPDIR", folder);
	if ((listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0 ||
	    bind(listener, (struct sockaddr *)&address,
	    sizeof(address)) < 0 || listen(listener, BACKLOG) < 0)
		err(2, "%s", address.sun_path);
	(void)fflush(NULL);
	if ((pid = fork()) < 0)
		err(2, "fork");
	if (pid == 0) {
		(void)signal(SIGPIPE, SIG_IGN);
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
		    getppid() != parent)
			_exit(2);
		listen_for(listener, text);
	}
	(void)close(listener);
	return pid;
}

void
bench_daemon_stop(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}
