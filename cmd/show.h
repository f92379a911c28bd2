/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * show.h - what is known of a next-hop, as lines and as JSON.
 * Knows:    the words, their order. Not: where it is known from, options.
 * Feeds:    explain, pins.
 */
#ifndef TLSP_CMD_SHOW_H
#define TLSP_CMD_SHOW_H

#include "known.h"
#include "out_json.h"

/* Lines begin with a label of this width, so that grep '^rule' finds it. */
#define SHOW_LABEL	"%-10s "

/*
 * Each key that was asked, in order, and what came of it.
 * The rule: its place, as it is written, what Postfix gets of it.
 * The settings that a fingerprint was verified under.
 * Each MX host and its fingerprints, usable or why not.
 * The end of it: the answer, or why mail waits.
 */
void show_asked(const struct known *);
void show_rule(const struct known *);
void show_trust(const struct tables *, const struct known *);
void show_pins(const struct known *, int64_t now);
void show_answer(const struct known *);

/* The same as members of an object that is open. */
void show_json_asked(struct out_json *, const struct known *);
void show_json_rule(struct out_json *, const struct known *);
void show_json_trust(struct out_json *, const struct tables *,
    const struct known *);
void show_json_pins(struct out_json *, const struct known *);
void show_json_answer(struct out_json *, const struct known *);

/* Of that, hosts and fingerprints alone. */
void show_set(const struct tlsp_pin_set *, const struct tlsp_verdict *,
    int64_t ttl_s, int64_t now);
void show_json_set(struct out_json *, const struct tlsp_pin_set *,
    const struct tlsp_verdict *, int64_t ttl_s);

#endif
