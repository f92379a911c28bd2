/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * net.h - descriptors and deadlines, waited for in one place.
 * Knows:    epoll, addresses, connections. Not: what is said on them.
 * Feeds:    prober.
 */
#ifndef TLSP_CMD_NET_H
#define TLSP_CMD_NET_H

#include <stddef.h>
#include <stdint.h>

#include "../dict_tlspolicy/err.h"

#define NET_ADDRESS_TEXT	48

/* An address of IPv4 (len 4) or IPv6 (len 16), in network order. */
struct net_address {
	size_t len;
	uint8_t bytes[16];
};

/* returns   1; 0: text is no address. */
int net_address_read(const char *text, struct net_address *ret_address);
/* buf:      NET_ADDRESS_TEXT bytes. Returns buf. */
const char *net_address_print(const struct net_address *, char *buf);

/* A port's number, or that of a service by name; 0: neither. */
unsigned net_port(const char *text);

enum net_want {
	NET_NOTHING = 0,
	NET_READ = 1,
	NET_WRITE = 2
};

/*
 * One descriptor that is waited for, or a deadline alone (fd -1). The struct
 * is the caller's, and stays where it is until net_remove().
 * fn:       told when fd is ready as wanted or broken (is_late 0), or when
 *           the deadline has passed (is_late 1; it is then no longer set).
 */
struct net_event {
	int fd;
	void (*fn)(void *ctx, int is_late);
	void *ctx;
	/* net's own */
	int want;
	int64_t deadline_ms;
	size_t place;		/* in the heap, from 1; 0: no deadline */
};

struct net;

/*
 * bind4, bind6: addresses to connect from, NULL or "": any.
 * errors:   TLSP_E_IO, TLSP_E_NOMEM; TLSP_E_VALUE: no addresses.
 */
enum tlsp_code net_new(const char *bind4, const char *bind6,
    struct net **ret_net, struct tlsp_err *err) TLSP_MUST_USE;
void net_free(struct net *);

/* Milliseconds of a clock that only goes forward. */
int64_t net_now(const struct net *);

/*
 * Begin a connection; event->fd is the new socket, waited for until it can be
 * written. Then net_connected() says what became of it.
 * errors:   TLSP_E_IO: it failed at once: nothing is to be closed.
 */
enum tlsp_code net_connect(struct net *, struct net_event *,
    const struct net_address *, unsigned port, struct tlsp_err *err)
    TLSP_MUST_USE;
enum tlsp_code net_connected(const struct net_event *, struct tlsp_err *err)
    TLSP_MUST_USE;

/*
 * Wait for a descriptor, or for something else of it.
 * want:     NET_READ, NET_WRITE, both or neither.
 */
enum tlsp_code net_wait(struct net *, struct net_event *, int want,
    struct tlsp_err *err) TLSP_MUST_USE;

/* Wait so long at most, from now on. Negative: for ever. */
enum tlsp_code net_deadline(struct net *, struct net_event *, int64_t ms,
    struct tlsp_err *err) TLSP_MUST_USE;

/* Wait for it no longer; close its descriptor if is_close. */
void net_remove(struct net *, struct net_event *, int is_close);

/*
 * Read or write what can be at once.
 * returns   how much; 0: nothing now. TLSP_E_IO: it is over, err says why.
 */
enum tlsp_code net_read(const struct net_event *, void *buf, size_t len,
    size_t *ret_n, struct tlsp_err *err) TLSP_MUST_USE;
enum tlsp_code net_write(const struct net_event *, const void *buf,
    size_t len, size_t *ret_n, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Let events happen until net_stop(), or until the program is told to end
 * (SIGINT, SIGTERM): then ret_is_told is set. Signals come only here. To be
 * called again to go on.
 */
enum tlsp_code net_run(struct net *, int *ret_is_told, struct tlsp_err *err)
    TLSP_MUST_USE;
void net_stop(struct net *);

/* How many connections this process may have open at once. */
size_t net_room(void);

#endif
