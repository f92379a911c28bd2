/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * table.c - the whole map as one object: open, look up, list, close, freeze.
 * Knows:    which room comes after which. Not: Postfix.
 * Feeds:    the adapter, and the command.
 */
#include "table.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdlib.h>
#include <string.h>

#include "disk.h"

#define AHEAD		16	/* rules; memory takes as long as these */
#define CACHE_LINE	64
#define TRIM_MIN	16384	/* bytes of an index */
#define FREEZE_TRIES	3
#define FREEZE_WAITS	100	/* to let a clock tick, 50 ms each */

/* What each lookup needs stands first. The resolver's peek is the table's. */
struct tlsp_table {
	struct tlsp_resolver resolver;
	char *path;
	struct tlsp_host host;
	struct tlsp_image image;
	struct tlsp_file file;
	struct tlsp_keys keys;		/* to list them; empty at first */
	int is_listed;
	struct tlsp_pinned *pinned;	/* NULL: no rule has a pin */
	struct tlsp_err fault;
};

static void
say_nothing(void *ctx, enum tlsp_severity severity,
    const struct tlsp_err *finding)
{
	(void)ctx;
	(void)severity;
	(void)finding;
}

/* Everything that the bytes of a file say. */
static enum tlsp_code
compile(const char *path, const struct tlsp_file *file,
    const struct tlsp_host *host, tlsp_report_fn report, void *ctx,
    struct tlsp_keys *ret_keys, struct tlsp_err *err)
{
	struct tlsp_rules rules;
	enum tlsp_code code;

	if ((code = tlsp_rules_load(path, file->buf, file->len, host, report,
	    ctx, &rules, err)) != TLSP_OK)
		return code;
	return tlsp_keys_compile(&rules, host, report, ctx, ret_keys, err);
}

/*
 * Reading rules takes several times the memory that they need afterwards.
 * Give it back, once: a process that reads them again wants it again.
 */
static void
trim(size_t len)
{
#ifdef __GLIBC__
	static int is_done;

	if (!is_done && len >= TRIM_MIN)
		is_done = malloc_trim(0) >= 0;
#else
	(void)len;
#endif
}

static void
end_peek(struct tlsp_table *table)
{
	tlsp_peek_close(table->resolver.peek);
	table->resolver.peek = NULL;
}

static enum tlsp_code
attach(struct tlsp_table *table, struct tlsp_err *err)
{
	return tlsp_index_attach(table->path, &table->image.head,
	    table->image.bytes, table->image.len, &table->resolver.index,
	    err);
}

/* Search by what the file says, as it was read. */
static enum tlsp_code
use_rules(struct tlsp_table *table, tlsp_report_fn report, void *ctx,
    struct tlsp_err *err)
{
	struct tlsp_image image;
	struct tlsp_frozen head;
	struct tlsp_keys keys;
	enum tlsp_code code;

	if ((code = compile(table->path, &table->file, &table->host, report,
	    ctx, &keys, err)) != TLSP_OK)
		return code;
	tlsp_file_drop(&table->file);
	tlsp_keys_settle(&keys);
	tlsp_freeze_head(&table->host, &head);
	code = tlsp_freeze(&keys, &head, &image, err);
	tlsp_keys_clear(&keys);
	if (code != TLSP_OK)
		return code;
	trim(image.len);
	end_peek(table);
	tlsp_freeze_clear(&table->image);
	table->image = image;
	return attach(table, err);
}

/*
 * Search by the index beside the file.
 * errors:   TLSP_NONE: there is none, or no file; otherwise why not.
 */
static enum tlsp_code
use_index(struct tlsp_table *table, uid_t caller, struct tlsp_err *err)
{
	struct tlsp_err why;
	enum tlsp_code code;
	int fd;

	/* What is wrong with the file itself is found when it is read. */
	if (tlsp_file_look(table->path, caller, 0, &table->file, err) !=
	    TLSP_OK)
		return TLSP_NONE;
	if ((code = tlsp_disk_open(table->path, &table->file, caller,
	    &table->host, &table->image, &fd, err)) != TLSP_OK)
		return code;
	if (fd >= 0 && (table->resolver.peek = tlsp_peek_open(fd,
	    &table->image.head)) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	if ((code = attach(table, &why)) == TLSP_OK)
		return TLSP_OK;
	return tlsp_err_set(err, code, &why.at, TLSP_DISK_NOT_USED, why.text,
	    table->path);
}

static enum tlsp_code
load(struct tlsp_table *table, uid_t caller, tlsp_report_fn report, void *ctx,
    struct tlsp_err *err)
{
	enum tlsp_code code;

	if ((code = use_index(table, caller, err)) == TLSP_OK)
		return TLSP_OK;
	if (code != TLSP_NONE)
		report(ctx, TLSP_WARNING, err);
	end_peek(table);
	tlsp_freeze_clear(&table->image);
	tlsp_file_close(&table->file);
	if ((code = tlsp_file_open(table->path, caller, &table->file, err)) !=
	    TLSP_OK)
		return code;
	return use_rules(table, report, ctx, err);
}

/* What answers rules with pin, if there are any. */
static enum tlsp_code
load_pinned(struct tlsp_table *table, uid_t caller, tlsp_report_fn report,
    void *ctx, struct tlsp_err *err)
{
	struct tlsp_resolver *resolver = &table->resolver;

	if (resolver->index.pinned == 0)
		return TLSP_OK;
	if ((table->pinned = tlsp_pinned_open(table->path, caller,
	    &table->host, (size_t)resolver->index.pinned, report, ctx)) ==
	    NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	resolver->answer = tlsp_pinned_answer;
	resolver->pinned = table->pinned;
	return TLSP_OK;
}

struct tlsp_table *
tlsp_table_open(const char *path, uid_t caller, const struct tlsp_host *host,
    tlsp_report_fn report, void *ctx)
{
	struct tlsp_table *table;
	void *memory;

	if (posix_memalign(&memory, CACHE_LINE, sizeof(*table)) != 0)
		return NULL;
	table = memset(memory, 0, sizeof(*table));
	if ((table->path = strdup(path)) == NULL) {
		free(table);
		return NULL;
	}
	table->host = *host;
	table->resolver.host = &table->host;
	table->resolver.file = table->path;
	table->file.fd = -1;
	if (load(table, caller, report, ctx, &table->fault) != TLSP_OK ||
	    load_pinned(table, caller, report, ctx, &table->fault) != TLSP_OK)
		table->resolver.fault = &table->fault;
	tlsp_file_drop(&table->file);
	return table;
}

void
tlsp_table_close(struct tlsp_table *table)
{
	if (table == NULL)
		return;
	tlsp_pinned_close(table->pinned);
	tlsp_keys_clear(&table->keys);
	end_peek(table);
	tlsp_freeze_clear(&table->image);
	tlsp_file_close(&table->file);
	free(table->path);
	free(table);
}

const struct tlsp_err *
tlsp_table_fault(const struct tlsp_table *table)
{
	return table->resolver.fault;
}

const struct tlsp_file *
tlsp_table_file(const struct tlsp_table *table)
{
	return &table->file;
}

struct tlsp_pinned *
tlsp_table_pinned(struct tlsp_table *table)
{
	return table->pinned;
}

int
tlsp_table_is_frozen(const struct tlsp_table *table)
{
	return table->image.head.text.size != 0;
}

enum tlsp_file_change
tlsp_table_changed(const struct tlsp_table *table)
{
	return table->file.fd < 0 ? TLSP_FILE_SAME :
	    tlsp_file_changed(&table->file);
}

int
tlsp_table_recover(struct tlsp_table *table)
{
	struct tlsp_err ignored;
	enum tlsp_code code;

	if (table->resolver.fault != NULL || !tlsp_table_is_frozen(table) ||
	    tlsp_file_read(table->path,
	    &table->file, &ignored) != TLSP_OK)
		return 0;
	code = use_rules(table, say_nothing, NULL, &ignored);
	tlsp_file_drop(&table->file);
	return code == TLSP_OK;
}

/* Peek while that is cheaper than mapping, and tells. */
static __attribute__((noinline)) enum tlsp_code
lookup_first(struct tlsp_table *table, const char *key, unsigned how,
    const char **ret_answer, struct tlsp_err *err, struct tlsp_trace *trace)
{
	struct tlsp_peek *peek = table->resolver.peek;
	enum tlsp_code code;

	if (trace == NULL && peek->n_done++ < TLSP_PEEK_MAX &&
	    tlsp_resolve_peek(&table->resolver, key, how, &code, ret_answer,
	    err))
		return code;
	if ((code = tlsp_disk_map(table->path, peek->fd, &table->image,
	    err)) != TLSP_OK || (code = attach(table, err)) != TLSP_OK)
		return code;
	end_peek(table);
	return tlsp_resolve(&table->resolver, key, how, ret_answer, err,
	    trace);
}

enum tlsp_code
tlsp_table_lookup(struct tlsp_table *table, const char *key, unsigned how,
    const char **ret_answer, struct tlsp_err *err, struct tlsp_trace *trace)
{
	if (TLSP_UNLIKELY(table->resolver.peek != NULL))
		return lookup_first(table, key, how, ret_answer, err, trace);
	return tlsp_resolve(&table->resolver, key, how, ret_answer, err,
	    trace);
}

const char *
tlsp_table_missed(struct tlsp_table *table)
{
	return tlsp_resolve_missed(&table->resolver);
}

enum tlsp_code
tlsp_table_rules(struct tlsp_table *table, const struct tlsp_keys **ret_keys,
    struct tlsp_err *err)
{
	enum tlsp_code code;

	if (table->resolver.fault != NULL) {
		*err = table->fault;
		return err->code;
	}
	if (!table->is_listed) {
		if ((code = tlsp_file_read(table->path, &table->file, err)) ==
		    TLSP_OK)
			code = compile(table->path, &table->file,
			    &table->host, say_nothing, NULL, &table->keys,
			    err);
		tlsp_file_drop(&table->file);
		if (code != TLSP_OK)
			return code;
		table->is_listed = 1;
	}
	*ret_keys = &table->keys;
	return TLSP_OK;
}

enum tlsp_code
tlsp_table_next(struct tlsp_table *table, size_t *cursor,
    const char **ret_key, const char **ret_answer, struct tlsp_err *err)
{
	const struct tlsp_keys *keys = NULL;
	const struct tlsp_rules *rules;
	enum tlsp_code code;

	if ((code = tlsp_table_rules(table, &keys, err)) != TLSP_OK)
		return code;
	rules = &keys->rules;
	while (*cursor < rules->n_rules && rules->list[*cursor].is_shadowed)
		(*cursor)++;
	if (*cursor >= rules->n_rules)
		return TLSP_NONE;
	*ret_key = rules->list[(*cursor)++].key;
	code = tlsp_table_lookup(table, *ret_key, TLSP_QUERY_ONLY,
	    ret_answer, err, NULL);
	if (code == TLSP_E_DAMAGED && tlsp_table_recover(table))
		code = tlsp_table_lookup(table, *ret_key, TLSP_QUERY_ONLY,
		    ret_answer, err, NULL);
	if (code == TLSP_NONE)
		code = tlsp_err_set(err, TLSP_E_BUG, NULL, "\"%.80s\" is in "
		    "the rules, but not in their index", *ret_key);
	return code;
}

/* Findings on their way through, counted. */
struct counter {
	tlsp_report_fn report;
	void *ctx;
	size_t n_errors;
};

static void
count(void *ctx, enum tlsp_severity severity, const struct tlsp_err *finding)
{
	struct counter *counter = ctx;

	counter->n_errors += severity == TLSP_ERROR;
	counter->report(counter->ctx, severity, finding);
}

/* Ask an index for every key that it was made from. */
static enum tlsp_code
verify(const char *path, const struct tlsp_keys *keys,
    const struct tlsp_image *image, const struct tlsp_host *host,
    struct tlsp_err *err)
{
	const size_t n_rules = keys->rules.n_rules + keys->n_twins;
	const struct tlsp_rule *rule;
	struct tlsp_resolver resolver = { .host = host, .file = path };
	struct tlsp_trace trace;
	struct tlsp_scan scan;
	const char *answer;
	enum tlsp_code code;
	size_t n, len;

	tlsp_scan_init(&scan);
	if ((code = tlsp_index_attach(path, &image->head, image->bytes,
	    image->len, &resolver.index, err)) != TLSP_OK)
		return code;
	for (n = 0; n < n_rules; n++) {
		rule = &keys->rules.list[n];
		if (n + AHEAD < n_rules) {
			len = strlen(rule[AHEAD].key);
			if (len <= TLSP_HOSTNAME_MAX) {
				tlsp_scan_key(&scan, rule[AHEAD].key, len, 0);
				tlsp_index_expect(&resolver.index, &scan);
			}
		}
		if (rule->is_shadowed)
			continue;
		code = tlsp_resolve(&resolver, rule->key, TLSP_QUERY_ONLY,
		    &answer, err, &trace);
		if (code != (rule->policy.pin == TLSP_PIN_REQUIRE ?
		    TLSP_E_PENDING : TLSP_OK) || trace.found.is_parent ||
		    strcmp(tlsp_record_text(trace.found.record),
		    rule->policy.text) != 0)
			return tlsp_err_set(err, TLSP_E_BUG, NULL, "the index "
			    "gives another answer for \"%.80s\" than the "
			    "rules", rule->key);
	}
	return TLSP_OK;
}

/*
 * What is changed after it was read must look different: read it once more
 * when the clock has gone on. TLSP_NONE: it was changed meanwhile.
 */
static enum tlsp_code
await_past(const char *path, struct tlsp_file *file, struct tlsp_err *err)
{
	enum tlsp_code code;
	int n;

	if (tlsp_file_is_past(file))
		return TLSP_OK;
	for (n = 0; !tlsp_file_is_past(file) && n < FREEZE_WAITS; n++)
		tlsp_file_doze();
	tlsp_file_drop(file);
	code = tlsp_file_read(path, file, err);
	return code == TLSP_E_BUSY ? TLSP_NONE : code;
}

/* One try. TLSP_NONE: the file was changed meanwhile. */
static enum tlsp_code
freeze_once(const char *path, struct tlsp_file *file,
    const struct tlsp_host *host, struct counter *counter,
    struct tlsp_frozen_size *size, struct tlsp_err *err)
{
	struct tlsp_image image = { .bytes = NULL };
	struct tlsp_frozen head;
	struct tlsp_keys keys;
	enum tlsp_code code;

	if ((code = await_past(path, file, err)) != TLSP_OK ||
	    (code = compile(path, file, host, count, counter, &keys, err)) !=
	    TLSP_OK)
		return code;
	tlsp_file_drop(file);
	tlsp_keys_settle(&keys);
	if (counter->n_errors > 0)
		code = tlsp_err_set(err, TLSP_E_CONFLICT, NULL, "%zu %s in "
		    "the rules", counter->n_errors, counter->n_errors == 1 ?
		    "error" : "errors");
	tlsp_disk_head(file, host, &head);
	if (code == TLSP_OK)
		code = tlsp_freeze(&keys, &head, &image, err);
	if (code == TLSP_OK)
		code = verify(path, &keys, &image, host, err);
	if (code == TLSP_OK && !tlsp_file_is_at(file, path))
		code = TLSP_NONE;
	if (code == TLSP_OK)
		code = tlsp_disk_publish(path, &image, err);
	size->n_rules = keys.rules.n_rules;
	size->n_bytes = image.len;
	tlsp_freeze_clear(&image);
	tlsp_keys_clear(&keys);
	return code;
}

enum tlsp_code
tlsp_table_freeze(const char *path, uid_t caller,
    const struct tlsp_host *host, tlsp_report_fn report, void *ctx,
    struct tlsp_frozen_size *ret_size, struct tlsp_err *err)
{
	struct counter counter = { report, ctx, 0 };
	struct tlsp_file file;
	enum tlsp_code code = TLSP_NONE;
	int tries;

	memset(ret_size, 0, sizeof(*ret_size));
	for (tries = 0; code == TLSP_NONE && tries < FREEZE_TRIES; tries++) {
		code = tlsp_file_open(path, caller, &file, err);
		if (code == TLSP_OK)
			code = freeze_once(path, &file, host, &counter,
			    ret_size, err);
		tlsp_file_close(&file);
	}
	if (code == TLSP_NONE)
		code = tlsp_err_set(err, TLSP_E_BUSY, NULL, "the rules change "
		    "while they are read");
	return code;
}
