/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tables.c - what is asked of: Postfix's tables, ours, and the floors.
 * Knows:    how smtp(8) opens a table and asks it. Not: time.
 * Feeds:    measure, bench. A new table is a new row here.
 * Source:   Postfix smtp/smtp_tls_policy.c, master/single_server.c.
 */
#include "tables.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "postfix.h"

/* Exactly smtp(8)'s. */
#define OPEN_FLAGS	O_RDONLY
#define DICT_FLAGS \
	(DICT_FLAG_LOCK | DICT_FLAG_FOLD_FIX | DICT_FLAG_UTF8_REQUEST)
#define POLICY_MAPS	"smtp_tls_policy_maps"

/* Room for what later versions put behind DICT. */
#define FLOOR_SIZE	(sizeof(DICT) + 128)

#define MAX_REPORTS	10

static const struct bench_table rows[] = {
	{ "tlspolicy", "alone, or the last table of " POLICY_MAPS,
	    "tlspolicy", 1, 0, NULL },
	{ "tlspolicy2", "with another table named behind it",
	    "tlspolicy", 0, 0, NULL },
	{ "hash", "Berkeley DB", "hash", 1, 0, NULL },
	{ "btree", "Berkeley DB", "btree", 1, 0, NULL },
	{ "texthash", "the text, in memory", "texthash", 1, 0, NULL },
	{ "cdb", "constant database", "cdb", 1, 0, NULL },
	{ "lmdb", "OpenLDAP LMDB", "lmdb", 1, 0, NULL },
	{ "floor8", "floor, behind the UTF-8 wrapper that Postfix "
	    "puts before a table",
	    NULL, 1, 1, NULL },
	{ "floor", "one call that returns a constant", NULL, 1, 0, NULL },
};

#define N_ROWS	(sizeof(rows) / sizeof(rows[0]))

void
bench_tables_init(void)
{
	static char procname[] = "smtp";

	msg_vstream_init("bench", vstream_fdopen(STDERR_FILENO, O_WRONLY));
	/* The module reads smtp_tls_policy_maps for smtp(8) only. */
	var_procname = procname;
	mail_conf_read();
	mail_dict_init();
	/* A table that cannot be opened ends the program. */
	dict_allow_surrogate = 0;
	if (util_utf8_enable != 1)
		errx(2, "smtputf8_enable is off in the bench's main.cf");
}

const char *
bench_tables_version(void)
{
	return var_mail_version;
}

struct bench_table *
bench_tables_all(void)
{
	struct bench_table *list = calloc(N_ROWS + 1, sizeof(*list));

	if (list == NULL)
		err(2, "calloc");
	memcpy(list, rows, sizeof(rows));
	return list;
}

static const char *
floor_lookup(DICT *dict, const char *unused_key)
{
	(void)unused_key;
	dict->error = DICT_ERR_NONE;
	return "encrypt";
}

static void
floor_close(DICT *dict)
{
	/* The wrapper's; each table frees it itself. */
	if (dict->fold_buf != NULL)
		(void)vstring_free(dict->fold_buf);
	dict_free(dict);
}

static DICT *
floor_open(int is_wrapped)
{
	DICT *dict = dict_alloc("floor", "floor", (ssize_t)FLOOR_SIZE);

	dict->lookup = floor_lookup;
	dict->close = floor_close;
	dict->flags = DICT_FLAGS | DICT_FLAG_FIXED;
	dict->owner.status = DICT_OWNER_TRUSTED;
	return is_wrapped ? dict_utf8_activate(dict) : dict;
}

void
bench_tables_open(struct bench_table *table, const char *folder)
{
	char *spec, *maps;

	if (table->type == NULL) {
		table->dict = floor_open(table->is_wrapped);
		return;
	}
	if (asprintf(&spec, "%s:%s/%s", table->type, folder,
	    table->type) < 0 || asprintf(&maps, "%s%s", spec,
	    table->is_only ? "" : " texthash:/dev/null") < 0)
		err(2, "asprintf");
	/* As "-o smtp_tls_policy_maps=..." in master.cf does. */
	mail_conf_update(POLICY_MAPS, maps);
	table->dict = dict_open(spec, OPEN_FLAGS, DICT_FLAGS);
	free(spec);
	free(maps);
}

void
bench_tables_close(struct bench_table *table)
{
	table->dict->close(table->dict);
	table->dict = NULL;
}

static inline const char *
ask(DICT *dict, const struct bench_query *query)
{
	const char *key = query->key, *answer;

	while ((answer = dict->lookup(dict, key)) == NULL && query->walks &&
	    (key = strchr(key + 1, '.')) != NULL)
		continue;
	return answer;
}

const char *
bench_tables_ask(struct bench_table *table, const struct bench_query *query)
{
	return ask(table->dict, query);
}

/* Not inlined: callgrind counts by this name. */
__attribute__((noinline)) size_t
bench_tables_ask_many(struct bench_table *table,
    const struct bench_query *queries, size_t n_queries, size_t *ret_next,
    size_t n_asked)
{
	DICT *dict = table->dict;
	size_t next = *ret_next, n_found = 0;

	while (n_asked-- > 0) {
		if (next >= n_queries)
			next = 0;
		n_found += ask(dict, &queries[next++]) != NULL;
	}
	*ret_next = next;
	return n_found;
}

size_t
bench_tables_verify(struct bench_table *table, const struct bench_case *c)
{
	static int n_reports;
	const struct bench_query *query;
	const char *got;
	size_t n, n_wrong = 0;

	if (table->type == NULL)
		return 0;
	for (n = 0; n < c->n_queries; n++) {
		query = &c->queries[n];
		got = ask(table->dict, query);
		if (table->dict->error == 0 && (got == NULL ?
		    query->want == NULL : query->want != NULL &&
		    strcmp(got, query->want) == 0))
			continue;
		n_wrong++;
		if (n_reports++ < MAX_REPORTS)
			warnx("WRONG ANSWER: %s, %s: \"%s\": got \"%s\" "
			    "(error %d), not \"%s\"", table->name, c->name,
			    query->key, got ? got : "(not found)",
			    table->dict->error,
			    query->want ? query->want : "(not found)");
	}
	return n_wrong;
}
