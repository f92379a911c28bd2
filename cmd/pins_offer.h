/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pins_offer.h - which keys somebody wants to be accepted.
 * Knows:    where they are written: on the command line, in records. Not:
 *           whether they may be.
 * Feeds:    pins_accept.
 */
#ifndef TLSP_CMD_PINS_OFFER_H
#define TLSP_CMD_PINS_OFFER_H

#include "pins.h"
#include "print.h"

/* One key that is to be accepted. */
struct offer {
	char host[TLSP_HOSTNAME_MAX + 1];
	unsigned port;
	char key[PRINT_SIZE];
	char cert[PRINT_SIZE];
	int64_t not_after;
};

/* Which hosts there are, of a complete record. */
struct scan {
	int64_t time;		/* 0: it is not known */
	size_t n_hosts;
	struct { char name[TLSP_HOSTNAME_MAX + 1]; unsigned port; }
	hosts[TLSP_PIN_HOSTS_MAX];
};

struct offers {
	size_t n_offers;
	struct offer list[TLSP_PINS_MAX];
	struct scan scan;
};

/*
 * A fingerprint on the command line, of the host that --host names, or of
 * the only one there is.
 * returns   0, or an exit code; it was said.
 */
int pins_offer_given(struct pins *, const struct known *, const char *text,
    struct offers *ret_offers);

/*
 * The keys of a next-hop's records on standard input, of all its hosts, or
 * of that which --host names. A complete record says which hosts there are.
 */
int pins_offer_records(struct pins *, const struct known *,
    struct offers *ret_offers);

#endif
