/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ad_dns.c - ad_dns ADDRESS UPSTREAM: pass questions on to a name server, and
 *	call its answers validated, as a resolver beyond all doubt would. Not
 *	those for names with "unsigned" in them.
 * Feeds:    tests/host/t-verdict-dane.sh.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AD	0x20		/* in the fourth byte of an answer */

static int
open_socket(const char *address, int is_server, struct sockaddr_in *sin)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	sin->sin_port = htons(53);
	if (inet_pton(AF_INET, address, &sin->sin_addr) != 1 || (is_server ?
	    bind(fd, (struct sockaddr *)sin, sizeof(*sin)) :
	    connect(fd, (struct sockaddr *)sin, sizeof(*sin))) < 0) {
		perror(address);
		return -1;
	}
	return fd;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in here, there, asker;
	unsigned char buf[4096];
	socklen_t asker_len;
	ssize_t len;
	int server, upstream;

	if (argc != 3)
		return 64;
	server = open_socket(argv[1], 1, &here);
	upstream = open_socket(argv[2], 0, &there);
	if (server < 0 || upstream < 0)
		return 1;
	for (;;) {
		asker_len = sizeof(asker);
		len = recvfrom(server, buf, sizeof(buf), 0,
		    (struct sockaddr *)&asker, &asker_len);
		if (len < 12 || send(upstream, buf, (size_t)len, 0) < 0)
			continue;
		len = recv(upstream, buf, sizeof(buf), 0);
		if (len < 12)
			continue;
		if (memmem(buf, (size_t)len, "unsigned", 8) == NULL)
			buf[3] |= AD;
		(void)!sendto(server, buf, (size_t)len, 0,
		    (struct sockaddr *)&asker, asker_len);
	}
}
