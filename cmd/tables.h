/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tables.h - the rules files in use, and which rule answers for a next-hop.
 * Knows:    in which order smtp(8) asks what. Not: fingerprints, printing.
 * Feeds:    the verbs.
 * Source:   Postfix smtp/smtp_tls_policy.c, global/maps.c.
 */
#ifndef TLSP_CMD_TABLES_H
#define TLSP_CMD_TABLES_H

#include "../dict_tlspolicy/table.h"
#include "../dict_tlspolicy/trust.h"
#include "conf.h"

/*
 * One table of smtp_tls_policy_maps.
 * spec:     as main.cf has it: "proxy:tlspolicy:/etc/postfix/partners".
 * path:     of a tlspolicy: table, the rules file; else NULL.
 * table:    open; NULL: another type, of which we know nothing.
 * how:      TLSP_QUERY_..., as the module is asked there.
 */
struct tables_map {
	char *spec;
	char *path;
	struct tlsp_table *table;
	unsigned how;
};

/*
 * All of them. Everything is owned here, conf is borrowed.
 * trust:    what main.cf trusts, for tlsp_policy_constraint().
 */
struct tables {
	const struct conf *conf;
	struct tlsp_host host;
	struct tlsp_trust trust;
	struct tables_map *maps;
	size_t n_maps;
};

/*
 * Open the tables. One that cannot be used is opened, too: tlsp_table_fault()
 * says why, and each question is answered by that.
 * conf:     borrowed until tables_close().
 * path:     of the rules file, -t; NULL: those of smtp_tls_policy_maps.
 * report:   told of everything that the reader finds.
 * errors:   TLSP_E_VALUE: main.cf names no tlspolicy: table; TLSP_E_IO;
 *           TLSP_E_NOMEM.
 */
enum tlsp_code tables_open(const struct conf *, const char *path,
    tlsp_report_fn report, void *ctx, struct tables *ret_tables,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * The same, as another program asks, or as another Postfix would read the
 * rules.
 * service:  "smtp" or "lmtp": whose ..._tls_policy_maps, and settings.
 * postfix:  TLSP_POSTFIX(); TLSP_POSTFIX_ANY: that of the configuration.
 */
enum tlsp_code tables_open_as(const struct conf *, const char *service,
    const char *path, int postfix, tlsp_report_fn report, void *ctx,
    struct tables *ret_tables, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * The same, but that none is opened: table is NULL, and trust is empty.
 */
enum tlsp_code tables_name(const struct conf *, const char *path,
    struct tables *ret_tables, struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be closed. */
void tables_close(struct tables *);

/* A tlsp_report_fn that says nothing. */
void tables_say_nothing(void *ctx, enum tlsp_severity,
    const struct tlsp_err *finding);

/*
 * The n-th table that is ours, from 0; NULL: there are no more.
 */
const struct tables_map *tables_ours(const struct tables *, size_t n);

/* Is it the file of an earlier one, too? So is one behind proxymap and not. */
int tables_is_again(const struct tables *, size_t n);

/*
 * A next-hop as Postfix asks it and as pins lie under it: case folded.
 * returns   borrowed from buf, or from the host until its next call; NULL:
 *           Postfix would not ask: not UTF-8, or longer than buf.
 */
const char *tables_fold(const struct tables *, const char *nexthop,
    char *buf, size_t len);

/* What became of one question. */
enum tables_said {
	TABLES_ANSWERS,		/* this is the answer */
	TABLES_FAULT,		/* an error: mail waits */
	TABLES_NOTHING,		/* no rule */
	TABLES_LEFT,		/* a wildcard, left to a later question */
	TABLES_FOREIGN		/* another type: not asked by us */
};

/* key: borrowed from the answer. */
struct tables_step {
	const char *key;
	const struct tables_map *map;
	enum tables_said said;
};

#define TABLES_KEY_MAX		1024
#define TABLES_STEPS_MAX	512

/*
 * How a next-hop is answered.
 * key:      as Postfix asks first, case folded: pins lie under it.
 * asked:    the key of the question that was answered: key, or one of its
 *           parents. Borrowed from key.
 * map:      the table that answers; NULL: none does.
 * rule:     borrowed from the table: its key, place, policy, fault. NULL: no
 *           rule; or the table has a fault.
 * code, err: TLSP_OK, TLSP_NONE, or what makes the mail wait, apart from
 *           fingerprints: they are not looked at.
 * n_foreign: steps before the answer that are not ours: they could answer.
 */
struct tables_answer {
	char key[TABLES_KEY_MAX];
	const char *asked;
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	enum tlsp_code code;
	struct tlsp_err err;
	struct tables_step steps[TABLES_STEPS_MAX];
	size_t n_steps;
	size_t n_foreign;
};

/*
 * Ask as smtp(8) does: each table for the name, then each for its nearest
 * parent, and so on; brackets, ports and paths verbatim.
 * returns   ret_answer->code.
 * errors:   TLSP_NONE: no rule of ours answers; TLSP_E_NOBODY: Postfix
 *           cannot ask for that; else the rule's or the table's fault.
 */
enum tlsp_code tables_find(const struct tables *, const char *nexthop,
    struct tables_answer *ret_answer) TLSP_MUST_USE;

/*
 * All rules of all our tables that can answer, in their order; bad ones too
 * (rule->fault), hidden ones (an earlier rule has the key) not, twins not.
 * cursor:   all zero at first.
 * errors:   TLSP_NONE: there are no more; the table's fault, once, with
 *           ret_map set: the next call goes on behind it.
 */
struct tables_cursor {
	size_t map;
	size_t rule;
};
enum tlsp_code tables_next(const struct tables *, struct tables_cursor *,
    const struct tables_map **ret_map, const struct tlsp_rule **ret_rule,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
