/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * hostile_smtpd.c - servers that do what no server should: one a port.
 * hostile_smtpd PORT: listens on 127.0.0.1, ports PORT, PORT + 1, ...; each
 * way is a row of WAYS, in this order; prints their names, then serves.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define OFFER	"250-mx\r\n250 STARTTLS\r\n"

/*
 * replies: to nothing, EHLO, STARTTLS, and so on; the last one is said for
 * ever if is_endless, byte by byte if is_slow. NULL: no reply, no end.
 */
static const struct way {
	const char *name;
	const char *replies[4];
	int is_endless;
	int is_slow;
} WAYS[] = {
	{ "silence", { NULL }, 0, 0 },
	{ "endless-line", { "x" }, 1, 0 },
	{ "endless-reply", { "220-more\r\n" }, 1, 0 },
	{ "binary", { "\x80\xff\x01\x1b[2J\n" }, 1, 0 },
	{ "drip", { "220-slow\r\n" }, 1, 1 },
	{ "refusal", { "554 no\r\n" }, 0, 0 },
	{ "injection", { "220 hi\r\n", OFFER, "220 go\r\n250 done\r\n" }, 0,
	    0 },
	{ "no-tls-behind", { "220 hi\r\n", OFFER, "220 go\r\n",
	    "500 what is that\r\n" }, 0, 0 },
	{ "silence-behind", { "220 hi\r\n", OFFER, "220 go\r\n" }, 0, 0 },
	{ "busy", { "220 hi\r\n", OFFER, "454 no key\r\n" }, 0, 0 },
	{ "hang-up", { "" }, 0, 0 },
	{ "split", { "220-hi\r\n220 there\r\n", "502 no\r\n",
	    "250 hello\r\n" }, 0, 1 },
};
#define N_WAYS	((int)(sizeof(WAYS) / sizeof(WAYS[0])))

static int
say(int fd, const char *text, int is_slow)
{
	size_t n;

	if (!is_slow)
		return send(fd, text, strlen(text), MSG_NOSIGNAL) > 0;
	for (n = 0; text[n] != '\0'; n++) {
		if (send(fd, text + n, 1, MSG_NOSIGNAL) != 1)
			return 0;
		(void)usleep(5000);
	}
	return 1;
}

static void
serve(int fd, const struct way *way)
{
	char buf[4096];
	int n;

	for (n = 0; n < 4 && way->replies[n] != NULL; n++) {
		if (n > 0 && recv(fd, buf, sizeof(buf), 0) <= 0)
			return;
		if (way->replies[n][0] == '\0')
			return;
		while (say(fd, way->replies[n], way->is_slow) &&
		    way->is_endless)
			;
	}
	/* No more to say; the other side may tire first. */
	while (recv(fd, buf, sizeof(buf), 0) > 0)
		;
}

static int
listen_on(unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	const int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_port = htons((uint16_t)port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) != 0 ||
	    listen(fd, 16) != 0) {
		perror("hostile_smtpd");
		exit(1);
	}
	return fd;
}

int
main(int argc, char **argv)
{
	struct pollfd polls[N_WAYS];
	int n, fd;

	if (argc != 2)
		return 1;
	(void)signal(SIGCHLD, SIG_IGN);
	for (n = 0; n < N_WAYS; n++) {
		polls[n].fd = listen_on((unsigned)(atoi(argv[1]) + n));
		polls[n].events = POLLIN;
		(void)printf("%d %s\n", atoi(argv[1]) + n, WAYS[n].name);
	}
	(void)fflush(stdout);
	while (poll(polls, N_WAYS, -1) > 0)
		for (n = 0; n < N_WAYS; n++) {
			if (!(polls[n].revents & POLLIN) ||
			    (fd = accept(polls[n].fd, NULL, NULL)) < 0)
				continue;
			if (fork() == 0) {
				serve(fd, &WAYS[n]);
				_exit(0);
			}
			(void)close(fd);
		}
	return 0;
}
