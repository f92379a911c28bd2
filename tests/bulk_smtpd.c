/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * bulk_smtpd.c - many partners' mail servers in one: on every address of
 * this host, each reply after a while, STARTTLS by OpenSSL.
 * bulk_smtpd PORT DELAY-MS CHAIN.pem: key, certificate, issuers in one file.
 * Knows: the four commands of a probe. One thread, epoll, no limits.
 */
#include <errno.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum next { NEXT_READ, NEXT_HANDSHAKE, NEXT_CLOSE };

struct client {
	int fd;
	SSL *ssl;
	int is_secure;
	enum next next;		/* behind the reply */
	const char *reply;	/* to be said at due_ms */
	long long due_ms;
	struct client *later;	/* whose reply is due next */
	char line[512];
	size_t len;
};

static int epoll_fd;
static long long delay_ms;
static SSL_CTX *tls;
/* All wait equally long: first come, first served. */
static struct client *first, **last = &first;

static long long
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void
answer(struct client *client, const char *reply, enum next next)
{
	client->reply = reply;
	client->next = next;
	client->due_ms = now_ms() + delay_ms;
	client->later = NULL;
	*last = client;
	last = &client->later;
}

static void
hang_up(struct client *client)
{
	SSL_free(client->ssl);
	(void)close(client->fd);
	free(client);
}

static void
command(struct client *client)
{
	if (strncasecmp(client->line, "EHLO", 4) == 0)
		answer(client, client->is_secure ?
		    "250-bulk\r\n250 SIZE 100\r\n" :
		    "250-bulk\r\n250 STARTTLS\r\n", NEXT_READ);
	else if (strncasecmp(client->line, "STARTTLS", 8) == 0)
		answer(client, "220 go ahead\r\n", NEXT_HANDSHAKE);
	else if (strncasecmp(client->line, "QUIT", 4) == 0)
		answer(client, "221 bye\r\n", NEXT_CLOSE);
	else
		answer(client, "502 what?\r\n", NEXT_READ);
}

/* 1: the handshake is over; 0: it is not; -1: it failed. */
static int
handshake(struct client *client)
{
	const int n = SSL_accept(client->ssl);

	if (n == 1) {
		client->is_secure = 1;
		client->next = NEXT_READ;
		return 1;
	}
	return SSL_get_error(client->ssl, n) == SSL_ERROR_WANT_READ ? 0 : -1;
}

static void
readable(struct client *client)
{
	char *at = client->line + client->len;
	const int room = (int)(sizeof(client->line) - client->len - 1);
	int n;

	if (client->next == NEXT_HANDSHAKE && client->reply == NULL) {
		if ((n = handshake(client)) < 0) {
			hang_up(client);
			return;
		}
		if (n == 0)
			return;
	}
	n = client->is_secure ? SSL_read(client->ssl, at, room) :
	    (int)recv(client->fd, at, (size_t)room, 0);
	if (n <= 0) {
		if (client->is_secure ? SSL_get_error(client->ssl, n) ==
		    SSL_ERROR_WANT_READ : n < 0 && errno == EAGAIN)
			return;
		/* A reply still to be said keeps the client. */
		if (client->reply == NULL)
			hang_up(client);
		else
			(void)epoll_ctl(epoll_fd, EPOLL_CTL_DEL, client->fd,
			    NULL);
		return;
	}
	client->len += (size_t)n;
	client->line[client->len] = '\0';
	if (client->reply == NULL && strchr(client->line, '\n') != NULL) {
		client->len = 0;
		command(client);
	}
}

static void
say(struct client *client)
{
	const char *reply = client->reply;
	const int len = (int)strlen(reply);

	client->reply = NULL;
	if ((client->is_secure ? SSL_write(client->ssl, reply, len) :
	    (int)send(client->fd, reply, (size_t)len, MSG_NOSIGNAL)) != len ||
	    client->next == NEXT_CLOSE) {
		hang_up(client);
		return;
	}
	if (client->next == NEXT_HANDSHAKE) {
		client->ssl = SSL_new(tls);
		(void)SSL_set_fd(client->ssl, client->fd);
	}
}

static void
take(int listener)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct client *client;
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		if ((client = calloc(1, sizeof(*client))) == NULL)
			abort();
		client->fd = fd;
		event.data.ptr = client;
		(void)epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
		answer(client, "220 bulk ESMTP\r\n", NEXT_READ);
	}
}

static int
listen_on(unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	const int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	to.sin_port = htons((uint16_t)port);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) != 0 ||
	    listen(fd, 4096) != 0) {
		perror("bulk_smtpd");
		exit(1);
	}
	return fd;
}

static void
say_due(void)
{
	struct client *client;

	while ((client = first) != NULL && client->due_ms <= now_ms()) {
		if ((first = client->later) == NULL)
			last = &first;
		say(client);
	}
}

int
main(int argc, char **argv)
{
	struct epoll_event events[64], event = { .events = EPOLLIN };
	struct rlimit limit = { 65536, 65536 };
	int listener, n;

	if (argc != 4)
		return 1;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	delay_ms = atoi(argv[2]);
	tls = SSL_CTX_new(TLS_server_method());
	if (SSL_CTX_use_certificate_chain_file(tls, argv[3]) != 1 ||
	    SSL_CTX_use_PrivateKey_file(tls, argv[3], SSL_FILETYPE_PEM) != 1)
		return 1;
	(void)SSL_CTX_set_num_tickets(tls, 0);
	listener = listen_on((unsigned)atoi(argv[1]));
	epoll_fd = epoll_create1(0);
	(void)epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
	for (;;) {
		n = epoll_wait(epoll_fd, events, 64, first == NULL ? -1 :
		    first->due_ms > now_ms() ? 1 : 0);
		while (n-- > 0)
			if (events[n].data.ptr == NULL)
				take(listener);
			else
				readable(events[n].data.ptr);
		say_due();
	}
}
