/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * known.h - all that bears on a next-hop: its rule, its fingerprints, what
 *           they make together.
 * Knows:    in which order the core is asked. Not: printing, options.
 * Feeds:    the verbs.
 */
#ifndef TLSP_CMD_KNOWN_H
#define TLSP_CMD_KNOWN_H

#include "../dict_tlspolicy/merge.h"
#include "../dict_tlspolicy/store.h"
#include "tables.h"

/*
 * The stores beside the tables, opened when they are needed; a table's own
 * at the table's place.
 * code:     of tlsp_store_open(), and err.
 */
struct known_store {
	struct tlsp_store *store;
	int is_open;
	enum tlsp_code code;
	struct tlsp_err err;
};

struct known_stores {
	const struct tables *tables;
	struct known_store *list;
};

/* tables: borrowed. errors: TLSP_E_NOMEM. */
enum tlsp_code known_open(const struct tables *, struct known_stores *,
    struct tlsp_err *err) TLSP_MUST_USE;
void known_close(struct known_stores *);

/* The store of a table of ours, opened if it was not yet. Borrowed. */
struct known_store *known_store(struct known_stores *,
    const struct tables_map *);

/*
 * What is known.
 * answer:   the rule and where it stands. Without a rule, or with a bad one,
 *           only code and err are set beside.
 * pin:      the mode in force. constraint: of the rule and main.cf.
 * has_set:  set holds what the store has, and verdict what it is worth;
 *           otherwise only verdict.state is set, and says why not.
 * why:      if that is TLSP_PINS_UNREADABLE.
 * text:     what Postfix gets if code is TLSP_OK. Borrowed.
 * code:     TLSP_OK, TLSP_NONE: no rule; else mail waits, and err says why.
 */
struct known {
	struct tables_answer answer;
	enum tlsp_pin_mode pin;
	uint64_t constraint;
	int has_set;
	struct tlsp_pin_set set;
	struct tlsp_verdict verdict;
	struct tlsp_err why;
	const char *text;
	enum tlsp_code code;
	struct tlsp_err err;
	char *room;		/* owned: a record, and the answer */
	char *value;		/* owned: what set borrows from */
};

/* To look at each rule as it is written. */
#define KNOWN_AS_WRITTEN	(-1)

/*
 * Look at a next-hop.
 * pin:      enum tlsp_pin_mode: as if the rule said so; or KNOWN_AS_WRITTEN.
 * now:      seconds since the Epoch.
 * ret_known: to be cleared, whatever is returned.
 * returns   known->code.
 */
enum tlsp_code known_look(struct known_stores *, const char *nexthop, int pin,
    int64_t now, struct known *ret_known);
void known_clear(struct known *);

/*
 * Name each next-hop of a table that has a record in its store, then each
 * that has none but a rule with pin.
 * nexthop:  borrowed until the function returns.
 * errors:   those of tlsp_store_open() and tlsp_store_next(): what has no
 *           record was named all the same.
 */
typedef void (*known_each_fn)(void *ctx, const char *nexthop);
enum tlsp_code known_each(struct known_stores *, const struct tables_map *,
    known_each_fn, void *ctx, struct tlsp_err *err) TLSP_MUST_USE;

/* How long a rule's pins last: pin_ttl, or its default. */
int64_t known_ttl(const struct tlsp_rule *);

/*
 * When a pin ceases to be usable by itself: pin_ttl, its certificate, its
 * host's fading. ttl_s: known_ttl().
 */
int64_t known_until(const struct tlsp_pin *, int is_gone, int64_t ttl_s);

/*
 * When a usable set ceases to be so by itself: with the first MX host that
 * has no usable pin left. 0: it has no host.
 */
int64_t known_lasts(const struct known *);

/* One word each, for programs that read: "usable", "too_old"; "lacking". */
const char *known_pin_word(enum tlsp_pin_state);
const char *known_set_word(enum tlsp_pins_state);
const char *known_mode_word(enum tlsp_pin_mode);
const char *known_origin_word(enum tlsp_pin_origin);

#endif
