/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * exported.h - the rules as a table that hosts without the module can read.
 * Knows:    what such a table cannot say. Not: options, printing.
 * Feeds:    export.
 * Source:   postmap(1), lmdb_table(5).
 */
#ifndef TLSP_CMD_EXPORTED_H
#define TLSP_CMD_EXPORTED_H

#include "../dict_tlspolicy/keys.h"
#include "known.h"
#include "report.h"

/* LMDB has no longer keys; Postfix may count a NUL. In bytes. */
#define EXPORTED_LMDB_KEY	510

/*
 * What became of attributes of ours.
 * FINAL:    a table behind this one can speak for a name below.
 * PIN:      pin=prefer: as written.
 * WAITS:    pin=require stays there: Postfix refuses it, and mail waits, as
 *           it does here while no fingerprint is known.
 */
enum {
	EXPORTED_FINAL = 1 << 0,
	EXPORTED_PIN = 1 << 1,
	EXPORTED_WAITS = 1 << 2
};

/*
 * One line.
 * value:    what Postfix gets.
 * line, col: of the rule, in the rules file.
 * is_twin:  added: the IDN form of the rule's key. is_below: added: a name
 *           below the rule's key, of which fingerprints are known.
 * until:    its fingerprints are good; 0: it has none.
 */
struct exported_line {
	const char *key;
	const char *value;
	unsigned line;
	unsigned col;
	int is_twin;
	int is_below;
	unsigned lost;
	int64_t until;
};

/* until: the first of all. Const after exported_read() and exported_pins(). */
struct exported {
	struct tlsp_keys keys;		/* owned, as what follows */
	struct tlsp_arena arena;
	struct exported_line *lines;
	size_t n_lines;
	size_t cap;
	int64_t until;
};

/*
 * Read the rules, for the Postfix that host says it is.
 * report:   hears of everything that the reader finds.
 * errors:   of opening and reading; TLSP_E_CONFLICT: lines are bad: a table
 *           without them would send mail in clear.
 */
enum tlsp_code exported_read(const char *path, uid_t caller,
    const struct tlsp_host *host, struct report *report,
    struct exported *ret_exported, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Where there are fingerprints, put them in the place of what was written;
 * names below a wildcard get lines of their own.
 * stores:   of this one table.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code exported_pins(struct exported *, struct known_stores *stores,
    int64_t now, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Say what was lost, as warnings.
 * is_pinned: exported_pins() was asked for.
 */
void exported_lost(const struct exported *, const char *path, int is_pinned,
    struct report *report);

/* The first key that is longer than so many bytes, or NULL. */
const struct exported_line *exported_longer(const struct exported *,
    size_t len);

/* All zero may be cleared. */
void exported_clear(struct exported *);

#endif
