/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * show_route.h - the way of mail and what the log will say, as lines and as
 *                JSON.
 * Knows:    the words, their order. Not: where it is known from, options.
 * Feeds:    explain.
 */
#ifndef TLSP_CMD_SHOW_ROUTE_H
#define TLSP_CMD_SHOW_ROUTE_H

#include "known.h"
#include "out_json.h"
#include "route.h"
#include "site.h"

/* Does smtp(8) deliver it, by whose tables we ask? */
int show_route_is_smtp(const struct route *);

/* Class, transport, next-hop, and from where; what else could decide. */
void show_route(const char *who, const struct route *);
void show_json_route(struct out_json *, const char *who,
    const struct route *);

/*
 * The level in force, and for each thing that a server may show the word of
 * the log and what becomes of mail.
 * site:     what main.cf says where no rule answers.
 */
void show_outlook(const struct tables *, const struct demand_site *site,
    const struct known *);
void show_json_outlook(struct out_json *, const struct tables *,
    const struct demand_site *site, const struct known *);

#endif
