/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check.h - what the parts of the verb check share.
 * Knows:    what is looked at together. Not: what is found.
 * Feeds:    check, check_*.
 */
#ifndef TLSP_CMD_CHECK_H
#define TLSP_CMD_CHECK_H

#include "check_kinds.h"
#include "dns.h"
#include "known.h"
#include "master.h"
#include "psl.h"
#include "routes.h"
#include "rule_text.h"
#include "site.h"

/*
 * A host and what its main.cf and master.cf say; all borrowed.
 * service:  who asks the tables: "smtp" or "lmtp".
 * master:   NULL: not known.
 * psl:      NULL: not known.
 * is_other: the rules are read as another Postfix would.
 */
struct check {
	const char *service;
	const struct tables *tables;
	const struct demand_site *site;
	const struct master *master;
	const struct routes *routes;
	const struct psl *psl;
	struct known_stores *stores;
	struct findings *findings;
	int64_t now;
	int is_other;
};

/* One table of it, as check_read() read it; the file is in memory. */
struct check_table {
	const struct check *check;
	const struct tables_map *map;
	struct tlsp_file file;
	struct tlsp_keys keys;
	struct rule_text text;
};

/*
 * Does a service's ..._tls_policy_maps name this table of ours, however it is
 * spelled? path: NULL: any of ours.
 */
int check_is_named(const struct conf *, const char *service,
    const char *path);

/*
 * A parameter of main.cf; of "smtp_...", that of the service.
 * returns   "" where it is not set.
 */
const char *check_setting(const struct check *, const char *name);

/*
 * Read a table as the module does, and add all that its reader finds; unless
 * check_is_again(): that was done for smtp(8), which asks it, too.
 * ret_table: to be cleared; cleared where nothing can be read.
 * errors:   TLSP_NONE: nothing can be read, which was added; TLSP_E_NOMEM.
 */
int check_is_again(const struct check *, const struct tables_map *);
enum tlsp_code check_read(const struct check *, const struct tables_map *,
    struct check_table *ret_table, struct tlsp_err *err) TLSP_MUST_USE;
void check_read_clear(struct check_table *);

/* The next rule that can answer, without a fault; NULL: no more. */
const struct tlsp_rule *check_next(const struct check_table *, size_t *cursor);

/* Where a rule stands. */
struct tlsp_pos check_at(const struct check_table *, const struct tlsp_rule *);

/*
 * Add a finding about a key: "Mail to it ..." becomes "Mail to KEY ...", and
 * smtp(8) and its parameters become those of the service.
 * at:       may be NULL.
 */
void check_say(const struct check *, enum check_kind, const struct tlsp_pos *at,
    const char *key, const char *fmt, ...) TLSP_PRINTF(5, 6);

/*
 * A finding that many rules share: the first is said, the others counted.
 * All zero at first, but kind.
 */
struct check_shared {
	enum check_kind kind;
	const struct tlsp_rule *first;
	struct tlsp_pos at;
	size_t n;
};
void check_share(struct check_shared *, const struct tlsp_rule *,
    const struct tlsp_pos *at);
/* what: the sentence, behind which the number of others is said. */
void check_say_shared(const struct check *, const struct check_shared *,
    const char *what);

/* Traps, each about one table: its keys; right-hand sides; with main.cf. */
void check_keys(const struct check_table *);
void check_order(const struct check_table *);
void check_routes(const struct check_table *);
void check_routes_end(const struct routes *, struct findings *);
void check_values(const struct check_table *);
void check_pins(const struct check_table *);
void check_main(const struct check_table *);

#define CHECK_MX_AT_ONCE	64	/* questions under way */

/*
 * Ask for the MX hosts of every domain with a rule, but those whose mail goes
 * elsewhere.
 * wait_ms:  how long no answer may come before the rest counts as unanswered.
 * cost:     a question a rule; blocks until all are answered.
 * errors:   TLSP_E_NOMEM, TLSP_E_IO.
 */
enum tlsp_code check_mx(const struct check_table *, struct dns *, int wait_ms,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Does a line of master.cf for the service set this in place of main.cf?
 * name:     as of check_setting().
 */
int check_is_overridden(const struct check *, const char *name);

/* How long the fingerprints of a digest are, in bytes; 0: not known. */
size_t check_digest_size(const char *name);

#endif
