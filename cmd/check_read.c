/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_read.c - a table is read as the module reads it, and every finding
 *                of its reader is kept, under its id.
 * Knows:    in which order the module's rooms are called. Not: what is looked
 *           for beyond the reader's.
 * Feeds:    check.
 */
#include <string.h>
#include <sys/stat.h>

#include "../dict_tlspolicy/disk.h"
#include "check.h"
#include "host.h"

/* Whom the reader tells, and whose rules it tells of. */
struct listener {
	const struct check *check;
	const struct tlsp_rules *rules;
	size_t n_ordered;
};

/*
 * The rule that a place lies in or behind. Rules come in their order, but
 * for those in comments, which come last.
 */
static const struct tlsp_rule *
rule_at(const struct tlsp_rules *rules, size_t n_ordered, unsigned line)
{
	size_t low = 0, high = n_ordered, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (rules->list[mid].line <= line)
			low = mid + 1;
		else
			high = mid;
	}
	return low == 0 ? NULL : &rules->list[low - 1];
}

static size_t
count_ordered(const struct tlsp_rules *rules)
{
	size_t n;

	for (n = 1; n < rules->n_rules; n++)
		if (rules->list[n].line < rules->list[n - 1].line)
			return n;
	return rules->n_rules;
}

/* A tlsp_report_fn. */
static void
hear(void *ctx, enum tlsp_severity severity, const struct tlsp_err *finding)
{
	const struct listener *listener = ctx;
	const enum check_kind kind = check_kind_of_reader(finding);
	const struct tlsp_rule *rule = NULL;

	(void)severity;
	if (kind != CHECK_BOM && kind != CHECK_CRLF)
		rule = rule_at(listener->rules, listener->n_ordered,
		    finding->at.line);
	check_say(listener->check, kind, &finding->at, rule != NULL ?
	    rule->key : NULL, "%s", finding->text);
}

int
check_is_again(const struct check *check, const struct tables_map *map)
{
	return strcmp(check->service, "lmtp") == 0 &&
	    check_is_named(check->tables->conf, "smtp", map->path);
}

/* The file as a whole is not to be used. */
static void
tell_fault(const struct check *check, const struct tables_map *map,
    const struct tlsp_err *err)
{
	const struct tlsp_pos at = { map->path, 0, 0 };

	if (check_is_again(check, map))
		return;
	check_say(check, check_kind_of_reader(err), err->at.file != NULL ?
	    &err->at : &at, NULL, "%s", err->text);
}

/* Is the index beside it, if there is one, made from this text? */
static void
tell_index(const struct check_table *table)
{
	const struct check *check = table->check;
	const struct tlsp_pos at = { table->map->path, 0, 0 };
	struct tlsp_image image = { .bytes = NULL };
	struct tlsp_err err;
	enum tlsp_code code;
	int fd = -1;

	code = tlsp_disk_open(table->map->path, &table->file,
	    host_caller(check->tables->conf), &check->tables->host, &image,
	    &fd, &err);
	if (code < 0)
		check_say(check, CHECK_STALE, err.at.file != NULL ? &err.at :
		    &at, NULL, "%s", err.text);
	else if (code == TLSP_OK && fd >= 0)
		tlsp_file_close(&(struct tlsp_file){ .fd = fd });
	tlsp_freeze_clear(&image);
}

static enum tlsp_code
compile(const struct check_table *table, tlsp_report_fn report, void *ctx,
    struct tlsp_keys *ret_keys, struct tlsp_err *err)
{
	const struct tlsp_host *host = &table->check->tables->host;
	struct tlsp_rules rules;
	enum tlsp_code code;

	if ((code = tlsp_rules_load(table->map->path, table->file.buf,
	    table->file.len, host, report, ctx, &rules, err)) != TLSP_OK)
		return code;
	return tlsp_keys_compile(&rules, host, report, ctx, ret_keys, err);
}

/* Not so a link: who may write the folder could have us show any file. */
static int
is_own_name(const struct tlsp_file *file, const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == file->st.st_dev &&
	    st.st_ino == file->st.st_ino && st.st_nlink == 1;
}

/* A file that the module refuses is worth reading all the same. */
static enum tlsp_code
open_text(struct check_table *table, struct tlsp_err *err)
{
	const struct check *check = table->check;
	const char *path = table->map->path;
	const enum tlsp_code code = tlsp_file_open(path,
	    host_caller(check->tables->conf), &table->file, err);
	struct tlsp_err ignored;

	if (code != TLSP_E_UNSAFE || table->file.fd < 0 ||
	    !is_own_name(&table->file, path) ||
	    tlsp_file_read(path, &table->file, &ignored) != TLSP_OK ||
	    table->file.len == 0)
		return code;
	tell_fault(check, table->map, err);
	return TLSP_OK;
}

/*
 * Once for the rules, and once for what is said of them: by then their keys
 * are known.
 */
static enum tlsp_code
load(struct check_table *table, struct tlsp_err *err)
{
	struct listener listener = { table->check, &table->keys.rules, 0 };
	struct tlsp_keys again;
	struct tlsp_err ignored;
	enum tlsp_code code;

	if ((code = open_text(table, err)) != TLSP_OK)
		return code;
	code = compile(table, tables_say_nothing, NULL, &table->keys, err);
	if (code == TLSP_E_NOMEM)
		return code;
	listener.n_ordered = count_ordered(&table->keys.rules);
	if (!check_is_again(table->check, table->map) &&
	    compile(table, hear, &listener, &again, &ignored) == TLSP_OK)
		tlsp_keys_clear(&again);
	return code != TLSP_OK ? code : rule_text_init(&table->text,
	    table->map->path, table->file.buf, table->file.len, err);
}

enum tlsp_code
check_read(const struct check *check, const struct tables_map *map,
    struct check_table *ret_table, struct tlsp_err *err)
{
	enum tlsp_code code;

	*ret_table = (struct check_table){ .check = check, .map = map,
	    .file = { .fd = -1 } };
	code = load(ret_table, err);
	if (code == TLSP_OK) {
		/* An index is for one Postfix: the installed one. */
		if (!check->is_other && !check_is_again(check, map))
			tell_index(ret_table);
	} else if (code != TLSP_E_NOMEM) {
		tell_fault(check, map, err);
		code = TLSP_NONE;
	}
	if (code != TLSP_OK)
		check_read_clear(ret_table);
	return code;
}

void
check_read_clear(struct check_table *table)
{
	rule_text_clear(&table->text);
	tlsp_keys_clear(&table->keys);
	tlsp_file_close(&table->file);
	table->file.fd = -1;
}
