/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tables.c - what is asked of: Postfix's tables, ours, and the floors.
 * Knows:    how smtp(8) opens a table and asks it. Not: time.
 * Feeds:    setup. A new table is a new row here.
 * Source:   Postfix smtp/smtp_tls_policy.c, master/single_server.c.
 */
#include "tables.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "limit.h"
#include "postfix.h"

/* Exactly smtp(8)'s. */
#define OPEN_FLAGS	O_RDONLY
#define DICT_FLAGS \
	(DICT_FLAG_LOCK | DICT_FLAG_FOLD_FIX | DICT_FLAG_UTF8_REQUEST)
#define POLICY_MAPS	"smtp_tls_policy_maps"

/* Room for what later versions put behind DICT. */
#define FLOOR_ROOM	128

#define MAX_REPORTS	10

/*
 * Postfix looks each table up by its name, in a time by the name's length:
 * let all be as long, but for the type. More than any file's name.
 */
#define SLASHES		"////////////"

static const struct bench_table rows[] = {
	{ .name = BENCH_OURS, .what = "its frozen index; alone, or the last "
	    "table of " POLICY_MAPS, .type = "tlspolicy",
	    .file = "tlspolicy", .suffix = ".tlsp", .is_only = 1 },
	{ .name = "tlspolicy2", .what = "the same with another table named "
	    "behind it", .type = "tlspolicy", .file = "tlspolicy2" },
	{ .name = "beside", .what = "the same, with one rule more that has "
	    "pin, and its pins", .type = "tlspolicy", .file = "beside",
	    .suffix = ".tlsp", .is_only = 1 },
	{ .name = BENCH_PINS, .what = "the same, each rule with pin=prefer "
	    "and two fingerprints", .type = "tlspolicy", .file = "pins",
	    .suffix = ".tlsp", .is_only = 1, .is_pinned = 1 },
	{ .name = "text", .what = "tlspolicy without an index: reads the text",
	    .type = "tlspolicy", .file = "text", .suffix = "", .is_only = 1 },
	{ .name = "hash", .what = "Berkeley DB", .type = "hash",
	    .file = "hash", .suffix = ".db" },
	{ .name = "btree", .what = "Berkeley DB", .type = "btree",
	    .file = "btree", .suffix = ".db" },
	{ .name = "texthash", .what = "the text, in memory",
	    .type = "texthash", .file = "texthash", .suffix = "" },
	{ .name = "cdb", .what = "constant database", .type = "cdb",
	    .file = "cdb", .suffix = ".cdb" },
	{ .name = "lmdb", .what = "OpenLDAP LMDB", .type = "lmdb",
	    .file = "lmdb", .suffix = ".lmdb" },
	{ .name = "socketmap", .what = "a policy daemon at its best: on the "
	    "same CPU, the nearest rule in one round trip",
	    .type = "socketmap:unix", .file = BENCH_DAEMON },
	{ .name = "limit", .what = "the least that can be done with a key: a "
	    "hash of it, one look, no checks", .is_limit = 1 },
	{ .name = "floor8", .what = "floor, behind the UTF-8 wrapper that "
	    "Postfix puts before a table", .is_wrapped = 1 },
	{ .name = "floor", .what = "one call that returns a constant" },
};

/* A floor as Postfix sees it. */
typedef struct {
	DICT dict;
	char room[FLOOR_ROOM];
	const struct bench_limit *limit;
} DICT_FLOOR;

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

static const char *
limit_lookup(DICT *dict, const char *key)
{
	const DICT_FLOOR *floor = (DICT_FLOOR *)dict;

	dict->error = DICT_ERR_NONE;
	return floor->limit == NULL ? NULL :
	    bench_limit_ask(floor->limit, key);
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
floor_open(const struct bench_table *table)
{
	DICT *dict = dict_alloc("floor", "floor",
	    (ssize_t)sizeof(DICT_FLOOR));

	((DICT_FLOOR *)dict)->limit = table->limit;
	dict->lookup = table->is_limit ? limit_lookup : floor_lookup;
	dict->close = floor_close;
	dict->flags = DICT_FLAGS | DICT_FLAG_FIXED;
	dict->owner.status = DICT_OWNER_TRUSTED;
	return table->is_wrapped ? dict_utf8_activate(dict) : dict;
}

void
bench_tables_aim(struct bench_table *table, const char *folder)
{
	const char *type = table->type != NULL ? table->type : table->name;
	const char *file = table->type != NULL ? table->file : table->name;
	char *maps;

	free(table->spec);
	if (asprintf(&table->spec, "%s:%s%.*s%s", type, folder,
	    (int)(sizeof(SLASHES) - 1 - strlen(file)), SLASHES, file) < 0 ||
	    asprintf(&maps, "%s%s", table->spec,
	    table->is_only ? "" : " texthash:/dev/null") < 0)
		err(2, "asprintf");
	/* As "-o smtp_tls_policy_maps=..." in master.cf does. */
	mail_conf_update(POLICY_MAPS, maps);
	free(maps);
}

void
bench_tables_open(struct bench_table *table)
{
	table->dict = table->type == NULL ? floor_open(table) :
	    dict_open(table->spec, OPEN_FLAGS, DICT_FLAGS);
}

void
bench_tables_join(struct bench_table *table)
{
	/* Under this name maps_create() finds it open. */
	if (asprintf(&table->handle, "%s(%o,%s)", table->spec, OPEN_FLAGS,
	    dict_flags_str(DICT_FLAGS)) < 0)
		err(2, "asprintf");
	dict_register(table->handle, table->dict);
	table->maps = maps_create(POLICY_MAPS, table->spec, DICT_FLAGS);
}

void
bench_tables_close(struct bench_table *table)
{
	if (table->maps != NULL) {
		(void)maps_free(table->maps);
		/* The last one closes it. */
		dict_unregister(table->handle);
		free(table->handle);
		table->handle = NULL;
	} else {
		table->dict->close(table->dict);
	}
	table->maps = NULL;
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

static inline const char *
ask_client(MAPS *maps, const struct bench_query *query)
{
	const char *key = query->key, *answer;
	char *copy;

	if (!valid_utf8_hostname(1, key, 0))
		answer = maps_find(maps, key, 0);
	else
		while ((answer = maps_find(maps, key, 0)) == NULL &&
		    (key = strchr(key + 1, '.')) != NULL)
			continue;
	if (answer != NULL) {
		copy = mystrdup(answer);
		__asm__ volatile("" : : "r"(copy) : "memory");
		myfree(copy);
	}
	return answer;
}

const char *
bench_tables_ask(struct bench_table *table, const struct bench_query *query)
{
	return ask(table->dict, query);
}

/* Not inlined: callgrind counts by this name. */
__attribute__((noinline)) size_t
bench_tables_ask_many(struct bench_table *table, enum bench_path path,
    const struct bench_query *queries, size_t n_queries, size_t *ret_next,
    size_t n_asked)
{
	DICT *dict = table->dict;
	MAPS *maps = table->maps;
	size_t next = *ret_next, n_found = 0;

	if (path == BENCH_CLIENT)
		for (; n_asked > 0; n_asked--) {
			if (next >= n_queries)
				next = 0;
			n_found += ask_client(maps, &queries[next++]) != NULL;
		}
	for (; n_asked > 0; n_asked--) {
		if (next >= n_queries)
			next = 0;
		n_found += ask(dict, &queries[next++]) != NULL;
	}
	*ret_next = next;
	return n_found;
}

int
bench_tables_takes(const struct bench_table *table,
    const struct bench_case *c)
{
	return c->n_queries > 0 && !(table->is_limit && c->is_below);
}

int
bench_tables_knows(const struct bench_table *table)
{
	return table->type != NULL || table->limit != NULL;
}

int
bench_tables_error(const struct bench_table *table)
{
	return table->dict != NULL ? table->dict->error : 0;
}

/* Two fingerprints, and the attributes that stay. */
static int
is_pinned_answer(const char *got, const char *want)
{
	static const char prefix[] = "fingerprint match=";
	const size_t key_len = 32 * 3 - 1;
	const char *ciphers = strstr(want, " ciphers=high");

	if (strncmp(got, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	got += sizeof(prefix) - 1;
	return strcspn(got, "|") == key_len && strcspn(got, " ") ==
	    2 * key_len + 1 && (ciphers == NULL ||
	    strstr(got, ciphers) != NULL);
}

int
bench_tables_is_right(const struct bench_table *table,
    const struct bench_query *query, const char *got)
{
	static int n_reports;
	const int error = bench_tables_error(table);

	if (!bench_tables_knows(table) || (error == 0 && (got == NULL ?
	    query->want == NULL : query->want != NULL && (table->is_pinned ?
	    is_pinned_answer(got, query->want) :
	    strcmp(got, query->want) == 0))))
		return 1;
	if (n_reports++ < MAX_REPORTS)
		warnx("WRONG ANSWER: %s: \"%s\": got \"%s\" (error %d), "
		    "not \"%s\"", table->name, query->key,
		    got ? got : "(not found)", error,
		    query->want ? query->want : "(not found)");
	return 0;
}

size_t
bench_tables_verify(struct bench_table *table, enum bench_path path,
    const struct bench_query *queries, size_t n_queries)
{
	const struct bench_query *query;
	const char *got;
	size_t n_wrong = 0;

	for (query = queries; query < queries + n_queries; query++) {
		got = path == BENCH_BARE ? ask(table->dict, query) :
		    ask_client(table->maps, query);
		n_wrong += !bench_tables_is_right(table, query, got);
	}
	return n_wrong;
}
