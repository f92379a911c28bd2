/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tables.h - what is asked of: Postfix's tables, ours, and the floors.
 * Knows:    how smtp(8) opens a table and asks it. Not: time.
 * Feeds:    setup. A new table is a new row in tables.c.
 */
#ifndef BENCH_TABLES_H
#define BENCH_TABLES_H

#include "cases.h"

#define BENCH_OURS	"tlspolicy"	/* what all others are compared with */
#define BENCH_PINS	"pins"		/* each rule has pin=prefer, and pins */

struct DICT;
struct MAPS;
struct bench_limit;

struct bench_table {
	const char *name;
	const char *what;
	const char *type;	/* NULL: a floor */
	const char *file;	/* in the folder */
	const char *suffix;	/* of what postmap makes; "": the text itself */
	int is_pinned;		/* its answers are fingerprints */
	int is_only;		/* no table is named behind this one */
	int is_wrapped;		/* a floor, behind the UTF-8 wrapper */
	int is_limit;		/* a floor that knows the answers */
	struct bench_limit *limit;	/* those, or NULL; borrowed */
	char *spec;		/* owned: type:folder/file */
	char *handle;		/* owned: its name in maps */
	struct DICT *dict;	/* NULL: closed */
	struct MAPS *maps;	/* the table as smtp(8) holds it, or NULL */
};

/* How a table is asked. */
enum bench_path {
	BENCH_BARE,		/* the table, and the walk over parents */
	BENCH_CLIENT		/* with what smtp(8) does around it */
};

/* Set up Postfix's libraries as smtp(8) does. Environment: MAIL_CONFIG. */
void bench_tables_init(void);

/* The running Postfix's version. */
const char *bench_tables_version(void);

/* All tables there are, closed. Ends with a name of NULL. */
struct bench_table *bench_tables_all(void);

/* Make ready to open the one in this folder: what main.cf would say. */
void bench_tables_aim(struct bench_table *, const char *folder);

/* Open the one that was aimed at. Ends the program on failure. */
void bench_tables_open(struct bench_table *);

/* Open it in smtp(8)'s list of tables, too: needed for BENCH_CLIENT. */
void bench_tables_join(struct bench_table *);

void bench_tables_close(struct bench_table *);

/* The answer for one query; NULL: not found, or an error. */
const char *bench_tables_ask(struct bench_table *,
    const struct bench_query *);

/*
 * Ask n_asked queries, beginning anew behind the last one.
 * ret_next: where to begin; moved on.
 * returns   how many were found.
 */
size_t bench_tables_ask_many(struct bench_table *, enum bench_path,
    const struct bench_query *, size_t n_queries, size_t *ret_next,
    size_t n_asked);

/* Is it asked this? Not what a rule of a parent answers, if a limit. */
int bench_tables_takes(const struct bench_table *, const struct bench_case *);

/* Are there answers to be verified? A floor has none. */
int bench_tables_knows(const struct bench_table *);

/* Was the last answer an error? Not of a closed table. */
int bench_tables_error(const struct bench_table *);

/* Is this the right answer? got: NULL: not found. If not, says so. */
int bench_tables_is_right(const struct bench_table *,
    const struct bench_query *, const char *got);

/* Compare answers with the right ones. Returns how many are wrong. */
size_t bench_tables_verify(struct bench_table *, enum bench_path,
    const struct bench_query *, size_t n_queries);

#endif
