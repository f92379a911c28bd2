/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * net.c - descriptors and deadlines, waited for in one place.
 * Knows:    epoll, addresses, connections. Not: what is said on them.
 * Feeds:    prober.
 * Source:   epoll(7), connect(2).
 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_AT_ONCE	64
#define ROOM_MOST	((size_t)4096)
#define ROOM_FOR_OTHERS	((size_t)600)	/* descriptors of the DNS */

struct net {
	int epoll_fd;
	int is_stopped;
	sigset_t before;	/* signals blocked by who started us */
	sigset_t outside;	/* and while we wait */
	struct net_address bind4, bind6;
	struct net_event **heap;	/* from 1; the next deadline first */
	size_t n_heap;
	size_t n_room;
	struct epoll_event ready[EVENTS_AT_ONCE];
	int n_ready;
};

/* Signals know no other place. */
static volatile sig_atomic_t is_told;

static void
on_signal(int sig)
{
	(void)sig;
	is_told = 1;
}

static enum tlsp_code
system_error(const char *what, struct tlsp_err *err)
{
	return tlsp_err_set(err, errno == ENOMEM ? TLSP_E_NOMEM : TLSP_E_IO,
	    NULL, "%s: %s", what, strerror(errno));
}

int
net_address_read(const char *text, struct net_address *ret_address)
{
	if (inet_pton(AF_INET, text, ret_address->bytes) == 1) {
		ret_address->len = 4;
		return 1;
	}
	if (inet_pton(AF_INET6, text, ret_address->bytes) == 1) {
		ret_address->len = 16;
		return 1;
	}
	return 0;
}

const char *
net_address_print(const struct net_address *address, char *buf)
{
	if (inet_ntop(address->len == 4 ? AF_INET : AF_INET6, address->bytes,
	    buf, NET_ADDRESS_TEXT) == NULL)
		buf[0] = '\0';
	return buf;
}

unsigned
net_port(const char *text)
{
	const struct servent *service;
	unsigned long port;
	char *end_of;

	if (*text >= '0' && *text <= '9') {
		port = strtoul(text, &end_of, 10);
		return *end_of == '\0' && port <= 65535 ? (unsigned)port : 0;
	}
	service = getservbyname(text, "tcp");
	return service != NULL ? ntohs((uint16_t)service->s_port) : 0;
}

/* What is ignored (nohup, a shell's background job) stays so. */
static void
take_signal(int sig, const struct sigaction *action)
{
	struct sigaction old;

	if (sigaction(sig, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		(void)sigaction(sig, action, NULL);
}

static void
take_signals(struct net *net)
{
	struct sigaction action;
	sigset_t ours;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	take_signal(SIGINT, &action);
	take_signal(SIGTERM, &action);
	action.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &action, NULL);
	(void)sigemptyset(&ours);
	(void)sigaddset(&ours, SIGINT);
	(void)sigaddset(&ours, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &ours, &net->before);
	/* Whoever started us may have blocked them. */
	net->outside = net->before;
	(void)sigdelset(&net->outside, SIGINT);
	(void)sigdelset(&net->outside, SIGTERM);
}

enum tlsp_code
net_new(const char *bind4, const char *bind6, struct net **ret_net,
    struct tlsp_err *err)
{
	struct net *net = calloc(1, sizeof(*net));

	if (net == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "out of memory");
	if ((bind4 != NULL && *bind4 != '\0' &&
	    (!net_address_read(bind4, &net->bind4) || net->bind4.len != 4)) ||
	    (bind6 != NULL && *bind6 != '\0' &&
	    (!net_address_read(bind6, &net->bind6) ||
	    net->bind6.len != 16))) {
		free(net);
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "an address to "
		    "connect from that is none (smtp_bind_address, "
		    "smtp_bind_address6)");
	}
	if ((net->epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0) {
		free(net);
		return system_error("epoll", err);
	}
	take_signals(net);
	*ret_net = net;
	return TLSP_OK;
}

void
net_free(struct net *net)
{
	if (net == NULL)
		return;
	(void)sigprocmask(SIG_SETMASK, &net->before, NULL);
	(void)close(net->epoll_fd);
	free(net->heap);
	free(net);
}

int64_t
net_now(const struct net *net)
{
	struct timespec now;

	(void)net;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Put an event at a place of the heap. */
static void
put(struct net *net, struct net_event *event, size_t place)
{
	net->heap[place] = event;
	event->place = place;
}

/* Move an event to where its deadline belongs. */
static void
settle(struct net *net, struct net_event *event)
{
	size_t at = event->place, child;

	for (; at > 1 && net->heap[at / 2]->deadline_ms > event->deadline_ms;
	    at /= 2)
		put(net, net->heap[at / 2], at);
	while ((child = 2 * at) <= net->n_heap) {
		if (child < net->n_heap && net->heap[child + 1]->deadline_ms <
		    net->heap[child]->deadline_ms)
			child++;
		if (net->heap[child]->deadline_ms >= event->deadline_ms)
			break;
		put(net, net->heap[child], at);
		at = child;
	}
	put(net, event, at);
}

static void
forget_deadline(struct net *net, struct net_event *event)
{
	struct net_event *last;
	const size_t place = event->place;

	if (place == 0)
		return;
	event->place = 0;
	last = net->heap[net->n_heap--];
	if (last != event) {
		put(net, last, place);
		settle(net, last);
	}
}

static enum tlsp_code
grow_heap(struct net *net, struct tlsp_err *err)
{
	const size_t n_room = net->n_room == 0 ? 256 : 2 * net->n_room;
	struct net_event **heap;

	heap = realloc(net->heap, (n_room + 1) * sizeof(struct net_event *));
	if (heap == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "out of memory");
	net->heap = heap;
	net->n_room = n_room;
	return TLSP_OK;
}

enum tlsp_code
net_deadline(struct net *net, struct net_event *event, int64_t ms,
    struct tlsp_err *err)
{
	enum tlsp_code code;

	if (ms < 0) {
		forget_deadline(net, event);
		return TLSP_OK;
	}
	event->deadline_ms = net_now(net) + ms;
	if (event->place == 0) {
		if (net->n_heap == net->n_room &&
		    (code = grow_heap(net, err)) != TLSP_OK)
			return code;
		put(net, event, ++net->n_heap);
	}
	settle(net, event);
	return TLSP_OK;
}

enum tlsp_code
net_wait(struct net *net, struct net_event *event, int want,
    struct tlsp_err *err)
{
	struct epoll_event interest;
	int how = EPOLL_CTL_MOD;

	if (event->want == want)
		return TLSP_OK;
	memset(&interest, 0, sizeof(interest));
	interest.data.ptr = event;
	interest.events = (want & NET_READ ? (uint32_t)EPOLLIN : 0) |
	    (want & NET_WRITE ? (uint32_t)EPOLLOUT : 0);
	if (event->want == NET_NOTHING)
		how = EPOLL_CTL_ADD;
	else if (want == NET_NOTHING)
		how = EPOLL_CTL_DEL;
	if (epoll_ctl(net->epoll_fd, how, event->fd, &interest) != 0)
		return system_error("epoll", err);
	event->want = want;
	return TLSP_OK;
}

void
net_remove(struct net *net, struct net_event *event, int is_close)
{
	int n;

	forget_deadline(net, event);
	if (event->want != NET_NOTHING)
		(void)epoll_ctl(net->epoll_fd, EPOLL_CTL_DEL, event->fd, NULL);
	event->want = NET_NOTHING;
	/* It may have happened already, and is not to be told any more. */
	for (n = 0; n < net->n_ready; n++)
		if (net->ready[n].data.ptr == event)
			net->ready[n].data.ptr = NULL;
	if (is_close && event->fd >= 0)
		(void)close(event->fd);
	event->fd = -1;
}

/* A socket address; its length. */
static socklen_t
to_sockaddr(const struct net_address *address, unsigned port,
    struct sockaddr_storage *to)
{
	struct sockaddr_in6 six;
	struct sockaddr_in four;

	memset(to, 0, sizeof(*to));
	if (address->len == 4) {
		memset(&four, 0, sizeof(four));
		four.sin_family = AF_INET;
		four.sin_port = htons((uint16_t)port);
		memcpy(&four.sin_addr, address->bytes, 4);
		memcpy(to, &four, sizeof(four));
		return sizeof(four);
	}
	memset(&six, 0, sizeof(six));
	six.sin6_family = AF_INET6;
	six.sin6_port = htons((uint16_t)port);
	memcpy(&six.sin6_addr, address->bytes, 16);
	memcpy(to, &six, sizeof(six));
	return sizeof(six);
}

enum tlsp_code
net_connect(struct net *net, struct net_event *event,
    const struct net_address *address, unsigned port, struct tlsp_err *err)
{
	const struct net_address *from = address->len == 4 ? &net->bind4 :
	    &net->bind6;
	struct sockaddr_storage to;
	socklen_t len;
	enum tlsp_code code;

	event->want = NET_NOTHING;
	event->place = 0;
	event->fd = socket(address->len == 4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (event->fd < 0)
		return system_error("no socket", err);
	if (from->len > 0) {
		len = to_sockaddr(from, 0, &to);
		if (bind(event->fd, (struct sockaddr *)&to, len) != 0) {
			code = system_error("smtp_bind_address", err);
			goto fail;
		}
	}
	len = to_sockaddr(address, port, &to);
	if (connect(event->fd, (struct sockaddr *)&to, len) != 0 &&
	    errno != EINPROGRESS) {
		code = tlsp_err_set(err, TLSP_E_IO, NULL, "%s",
		    strerror(errno));
		goto fail;
	}
	if ((code = net_wait(net, event, NET_WRITE, err)) == TLSP_OK)
		return TLSP_OK;
fail:
	(void)close(event->fd);
	event->fd = -1;
	return code;
}

enum tlsp_code
net_connected(const struct net_event *event, struct tlsp_err *err)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(event->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error == 0)
		return TLSP_OK;
	return tlsp_err_set(err, TLSP_E_IO, NULL, "%s", strerror(error));
}

enum tlsp_code
net_read(const struct net_event *event, void *buf, size_t len, size_t *ret_n,
    struct tlsp_err *err)
{
	const ssize_t n = recv(event->fd, buf, len, 0);

	*ret_n = n > 0 ? (size_t)n : 0;
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return TLSP_OK;
	if (n == 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL,
		    "it closed the connection");
	return tlsp_err_set(err, TLSP_E_IO, NULL,
	    "the connection broke (%s)", strerror(errno));
}

enum tlsp_code
net_write(const struct net_event *event, const void *buf, size_t len,
    size_t *ret_n, struct tlsp_err *err)
{
	const ssize_t n = send(event->fd, buf, len, MSG_NOSIGNAL);

	*ret_n = n > 0 ? (size_t)n : 0;
	if (n >= 0 || errno == EAGAIN || errno == EINTR)
		return TLSP_OK;
	return tlsp_err_set(err, TLSP_E_IO, NULL,
	    "the connection broke (%s)", strerror(errno));
}

/* Tell those whose deadline has passed; how long until the next one. */
static int
tell_late(struct net *net)
{
	const int64_t now = net_now(net);
	struct net_event *event;
	int64_t wait;

	while (!net->is_stopped && net->n_heap > 0) {
		event = net->heap[1];
		if ((wait = event->deadline_ms - now) > 0)
			return wait > 60000 ? 60000 : (int)wait;
		forget_deadline(net, event);
		event->fn(event->ctx, 1);
	}
	return -1;
}

enum tlsp_code
net_run(struct net *net, int *ret_is_told, struct tlsp_err *err)
{
	struct net_event *event;
	int n, timeout;

	net->is_stopped = 0;
	while (!net->is_stopped) {
		timeout = tell_late(net);
		if (net->is_stopped)
			break;
		n = epoll_pwait(net->epoll_fd, net->ready, EVENTS_AT_ONCE,
		    timeout, &net->outside);
		if (is_told) {
			is_told = 0;
			*ret_is_told = 1;
			return TLSP_OK;
		}
		if (n < 0 && errno != EINTR)
			return system_error("epoll", err);
		net->n_ready = n > 0 ? n : 0;
		for (n = 0; n < net->n_ready; n++)
			if ((event = net->ready[n].data.ptr) != NULL)
				event->fn(event->ctx, 0);
		net->n_ready = 0;
	}
	return TLSP_OK;
}

void
net_stop(struct net *net)
{
	net->is_stopped = 1;
}

size_t
net_room(void)
{
	struct rlimit limit;
	size_t room;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 64;
	if (limit.rlim_cur < limit.rlim_max && limit.rlim_cur < 8192) {
		limit.rlim_cur = limit.rlim_max < 8192 ? limit.rlim_max : 8192;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	room = limit.rlim_cur > ROOM_MOST + ROOM_FOR_OTHERS ? ROOM_MOST :
	    limit.rlim_cur > 2 * ROOM_FOR_OTHERS ?
	    (size_t)limit.rlim_cur - ROOM_FOR_OTHERS : ROOM_FOR_OTHERS / 2;
	return room;
}
