/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * dns.h - questions to the DNS, many at once, each answer validated.
 * Knows:    libunbound, and nobody else does. Not: mail, sockets, epoll.
 * Feeds:    prober.
 * Source:   RFC 1035, RFC 4035, RFC 6698; libunbound(3).
 */
#ifndef TLSP_CMD_DNS_H
#define TLSP_CMD_DNS_H

#include <stddef.h>
#include <stdint.h>

#include "../dict_tlspolicy/err.h"

enum dns_type {
	DNS_A = 1,
	DNS_CNAME = 5,
	DNS_MX = 15,
	DNS_AAAA = 28,
	DNS_TLSA = 52
};

enum dns_state {
	DNS_FOUND,
	DNS_EMPTY,		/* the name is there, no such record */
	DNS_NO_NAME,
	DNS_FAILED		/* no answer, or one that is proved false */
};

/*
 * An answer. Borrowed until the function it is told to returns.
 * is_secure: proved by DNSSEC, all of it, aliases too; that there is nothing
 *           can be proved as well. is_bogus: DNS_FAILED: proved false.
 * name:     what the name asked for is an alias of, or itself.
 * why:      of DNS_FAILED, a sentence.
 */
struct dns_answer {
	enum dns_state state;
	int is_secure;
	int is_bogus;
	int is_alias;
	char name[TLSP_HOSTNAME_MAX + 1];
	const char *why;
	size_t n;
	char **data;
	const int *len;
};

typedef void (*dns_fn)(void *ctx, const struct dns_answer *);

/*
 * resolver: "ADDRESS" or "ADDRESS@PORT"; NULL: those of /etc/resolv.conf.
 * anchor:   file of the keys that all trust begins at; NULL: the system's;
 *           "none": nothing is proved.
 * n_at_once: questions under way; further ones wait for their turn.
 */
struct dns_options {
	const char *resolver;
	const char *anchor;
	size_t n_at_once;
};

struct dns;

/*
 * Begin. The first question is our own: whether the resolver lets proofs
 * pass. If not, all answers count as unproved, and dns_caveat() says so.
 * errors:   TLSP_E_IO: a file; TLSP_E_VALUE: an option; TLSP_E_NOMEM.
 */
enum tlsp_code dns_new(const struct dns_options *, struct dns **ret_dns,
    struct tlsp_err *err) TLSP_MUST_USE;

/* Questions under way get no answer. NULL may be freed. */
void dns_free(struct dns *);

/*
 * Readable when dns_process() is to be called; it tells answers to who asked.
 * ret_is_other: set where dns_fd() has become another one, even if its number
 *           is the same.
 * errors:   TLSP_E_IO.
 */
int dns_fd(const struct dns *);
enum tlsp_code dns_process(struct dns *, int *ret_is_other,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Ask. fn is told exactly once, never from within this function.
 * name:     copied; without a final dot.
 * errors:   TLSP_E_VALUE: longer than the DNS has names; TLSP_E_NOMEM,
 *           TLSP_E_IO. Then fn is not told.
 */
enum tlsp_code dns_ask(struct dns *, const char *name, enum dns_type, dns_fn,
    void *ctx, struct tlsp_err *err) TLSP_MUST_USE;

/* Whoever asked with this ctx is gone: nothing is told to it any more. */
void dns_forget(struct dns *, const void *ctx);

/* Why nothing is proved, though it was wanted; NULL: it is. Borrowed. */
const char *dns_caveat(const struct dns *);

/*
 * The n-th record.
 * host:     TLSP_HOSTNAME_MAX + 1 bytes: without a final dot; "": the root.
 * returns   1; 0: it is no host name, or no such record at all.
 */
int dns_read_mx(const struct dns_answer *, size_t n, int *ret_preference,
    char *host);
/* 4 or 16 bytes, or NULL. Borrowed. */
const uint8_t *dns_read_address(const struct dns_answer *, size_t n,
    size_t *ret_len);
/* "USAGE SELECTOR TYPE HEX": owned by the caller; NULL: none, no memory. */
char *dns_read_tlsa(const struct dns_answer *, size_t n);

/*
 * The text of a name in wire format.
 * name:     TLSP_HOSTNAME_MAX + 1 bytes, folded to lower case.
 * returns   1; 0: cut off, or other than letters, digits, "-" and "_".
 */
int dns_read_name(const uint8_t *wire, size_t len, char *name);

#endif
