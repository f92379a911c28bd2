/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * study.c - records in, a store out.
 * Knows:    the order of it: read, find the rule, learn, publish, tell. Not:
 *           what is believed, how a store is written.
 * Feeds:    learn, refresh.
 */
#include "study.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../dict_tlspolicy/store.h"
#include "host.h"
#include "learner.h"
#include "out_json.h"
#include "out_text.h"

#define LOCK_WAIT_S	60
#define SPOOL_MAX	((size_t)2 << 30)	/* more is no probe */

/* A store beside a table, from the first record for it on. */
struct shelf {
	const struct tables_map *map;
	struct tlsp_store_edit *edit;
	struct tlsp_store *store;	/* in its place, when dry */
	int is_open;
	int is_changed;
};

/* Records of one next-hop, until its destination's comes. */
struct group {
	struct record *servers[RECORD_LIST_MAX * 4];
	size_t n_servers;
};

struct run {
	struct study *study;
	struct shelf *shelves;
	size_t n_shelves;
	struct group group;
	struct learner_result *result;
	struct tlsp_pin_set *old;
	struct tables_answer *answer;
	char *value;			/* TLSP_PIN_RECORD_MAX */
	int64_t now;
	size_t n_records;
	struct tlsp_err err;
};

int
study_open(const struct cmd_world *world, const struct study_options *options,
    struct study *study)
{
	struct tlsp_err err;

	memset(study, 0, sizeof(*study));
	study->world = world;
	study->options = *options;
	if (demand_site_read(world->conf, "smtp", world->tables.host.postfix,
	    &study->site, &err) != TLSP_OK ||
	    tls_context_new(&study->site, &study->tls, &err) != TLSP_OK) {
		study_close(study);
		return cmd_error(&err);
	}
	return 0;
}

void
study_close(struct study *study)
{
	tls_context_free(study->tls);
	demand_site_clear(&study->site);
	memset(study, 0, sizeof(*study));
}

FILE *
study_spool(FILE *in)
{
	struct tlsp_err err;
	char buf[65536];
	FILE *out = tmpfile();
	size_t len, all = 0;
	int is_ok = out != NULL;

	while (is_ok && (len = fread(buf, 1, sizeof(buf), in)) > 0)
		is_ok = (all += len) <= SPOOL_MAX &&
		    fwrite(buf, 1, len, out) == len;
	if (is_ok && !ferror(in) && fseek(out, 0, SEEK_SET) == 0)
		return out;
	if (out != NULL)
		(void)fclose(out);
	(void)tlsp_err_set(&err, TLSP_E_IO, NULL,
	    "records cannot be kept in a temporary file");
	(void)cmd_error(&err);
	return NULL;
}

static void
say(struct run *run, const char *nexthop, const struct learner_change *c)
{
	char why[500], host[TLSP_HOSTNAME_MAX + 16] = "-";
	const char sign[2] = { c->sign, '\0' };
	struct out_json *json;
	struct tlsp_err err;

	(void)out_text_safe(c->why, strlen(c->why), why, sizeof(why));
	if (!run->study->options.is_json) {
		if (c->host[0] != '\0')
			(void)snprintf(host, sizeof(host), "%s:%u", c->host,
			    c->port);
		(void)printf("%c %s %s %s %s\n", c->sign, nexthop, host,
		    c->key[0] != '\0' ? c->key : "-", why);
		return;
	}
	json = out_json_new();
	out_json_text(json, "change", sign);
	out_json_text(json, "nexthop", nexthop);
	out_json_text(json, "mx", c->host[0] != '\0' ? c->host : NULL);
	out_json_int(json, "port", (int64_t)c->port);
	out_json_text(json, "key", c->key[0] != '\0' ? c->key : NULL);
	out_json_text(json, "why", c->why);
	if (out_json_print(json, stdout, &err) != TLSP_OK)
		(void)cmd_error(&err);
}

static void TLSP_PRINTF(3, 4)
refuse(struct run *run, const char *nexthop, const char *fmt, ...)
{
	struct learner_change c = { .sign = '!' };
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(c.why, sizeof(c.why), fmt, ap);
	va_end(ap);
	run->study->sum.n_refused++;
	say(run, nexthop, &c);
}

/* Lock the store, or open it for reading when nothing is to be written. */
static enum tlsp_code
open_shelf(struct run *run, struct shelf *shelf)
{
	const uid_t caller = (uid_t)host_caller(run->study->world->conf);
	const char *path = shelf->map->path;
	struct tlsp_file file;
	enum tlsp_code code;

	shelf->is_open = 1;
	if (run->study->options.is_dry) {
		code = tlsp_store_open(path, caller, &shelf->store, &file,
		    &run->err);
		if (code != TLSP_OK)
			tlsp_file_close(&file);
		return code == TLSP_NONE ? TLSP_OK : code;
	}
	code = tlsp_store_edit_begin(path, caller, 0, LOCK_WAIT_S,
	    &shelf->edit, &run->err);
	if (code != TLSP_E_DAMAGED)
		return code;
	/* All of it can be verified again; nothing of it is passed on. */
	cmd_warning(&run->err);
	shelf->is_changed = 1;
	return tlsp_store_edit_begin(path, caller, 1, LOCK_WAIT_S,
	    &shelf->edit, &run->err);
}

static struct shelf *
find_shelf(struct run *run, const struct tables_map *map)
{
	struct shelf *shelf, *grown;
	size_t n;

	for (n = 0; n < run->n_shelves; n++)
		if (strcmp(run->shelves[n].map->path, map->path) == 0)
			return &run->shelves[n];
	grown = reallocarray(run->shelves, n + 1, sizeof(*grown));
	if (grown == NULL) {
		(void)tlsp_err_set(&run->err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
		return NULL;
	}
	run->shelves = grown;
	shelf = &grown[run->n_shelves++];
	memset(shelf, 0, sizeof(*shelf));
	shelf->map = map;
	return open_shelf(run, shelf) == TLSP_OK ? shelf : NULL;
}

/* What is known of a next-hop so far. NULL: nothing. */
static const struct tlsp_pin_set *
look_up(struct run *run, struct shelf *shelf, const char *key)
{
	enum tlsp_code code = TLSP_NONE;
	struct tlsp_err err;
	const char *value;
	size_t len;

	if (shelf->edit != NULL)
		code = tlsp_store_edit_get(shelf->edit, key, strlen(key),
		    &value, &len);
	else if (shelf->store != NULL)
		code = tlsp_store_get(shelf->store, key, strlen(key), &value,
		    &len, &err);
	if (code != TLSP_OK || len >= TLSP_PIN_RECORD_MAX)
		return NULL;
	/* The store may forget it when it is changed. */
	memcpy(run->value, value, len);
	if (tlsp_pin_read(key, strlen(key), run->value, len, run->old,
	    &err) != TLSP_OK)
		return NULL;
	return run->old;
}

static enum tlsp_code
keep(struct run *run, struct shelf *shelf, const char *key, int is_known)
{
	const struct learner_result *result = run->result;
	enum tlsp_code code;
	char *record;
	size_t len;

	if (!result->is_changed || (result->is_empty && !is_known) ||
	    shelf->edit == NULL)
		return TLSP_OK;
	shelf->is_changed = 1;
	if (result->is_empty)
		return tlsp_store_edit_remove(shelf->edit, key, strlen(key),
		    &run->err);
	record = malloc(TLSP_PIN_RECORD_MAX);
	if (record == NULL)
		return tlsp_err_set(&run->err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	code = tlsp_pin_write(key, strlen(key), &result->set, record, &len,
	    &run->err);
	if (code == TLSP_OK)
		code = tlsp_store_edit_put(shelf->edit, key, strlen(key),
		    record, len, &run->err);
	free(record);
	return code;
}

static enum tlsp_code
learn(struct run *run, struct shelf *shelf, const struct demand *demand,
    const struct record *destination)
{
	const struct tables *tables = &run->study->world->tables;
	const struct tlsp_rule *rule = run->answer->rule;
	const char *key = run->answer->key;
	const struct lesson_rule in_force = { .pin = rule->policy.pin,
	    .demand = demand,
	    .constraint = tlsp_policy_constraint(rule->policy.text,
	    tlsp_policy_has_braces(tables->host.postfix), &tables->trust) };
	const struct tlsp_pin_set *old = look_up(run, shelf, key);
	struct learner_result *result = run->result;
	struct study_sum *sum = &run->study->sum;
	enum tlsp_code code;
	size_t n;

	code = learner_learn(run->study->tls, &in_force, old, destination,
	    (const struct record *const *)run->group.servers,
	    run->group.n_servers, tables->trust.digest, run->now, result,
	    &run->err);
	if (code == TLSP_E_IO) {
		refuse(run, key, "%s", run->err.text);
		return TLSP_OK;
	}
	if (code != TLSP_OK)
		return code;
	for (n = 0; n < result->n_changes; n++)
		say(run, key, &result->changes[n]);
	sum->n_added += result->n_added;
	sum->n_confirmed += result->n_confirmed;
	sum->n_retired += result->n_retired;
	sum->n_refused += result->n_refused;
	return keep(run, shelf, key, old != NULL);
}

/* All that was said of one next-hop. destination: may be NULL. */
static enum tlsp_code
close_group(struct run *run, const struct record *destination)
{
	const struct tables *tables = &run->study->world->tables;
	const struct record *any = destination != NULL ? destination :
	    run->group.n_servers > 0 ? run->group.servers[0] : NULL;
	struct tables_answer *answer = run->answer;
	struct shelf *shelf;
	struct demand demand;
	enum tlsp_code code;

	if (any == NULL)
		return TLSP_OK;
	code = tables_find(tables, any->nexthop, answer);
	if (code != TLSP_OK || answer->rule == NULL) {
		refuse(run, any->nexthop, "%s", code < 0 ? answer->err.text :
		    "no rule answers for it");
		return TLSP_OK;
	}
	if (answer->rule->policy.pin == TLSP_PIN_OFF) {
		refuse(run, answer->key, "its rule has no pin=prefer or "
		    "pin=require");
		return TLSP_OK;
	}
	if (demand_read(&run->study->site, &tables->host,
	    answer->rule->policy.text, answer->rule->policy.pin, &demand,
	    &run->err) != TLSP_OK) {
		refuse(run, answer->key, "%s", run->err.text);
		return TLSP_OK;
	}
	shelf = find_shelf(run, answer->map);
	code = shelf == NULL ? run->err.code : learn(run, shelf, &demand,
	    destination);
	demand_clear(&demand);
	return code;
}

static void
clear_group(struct run *run)
{
	struct group *group = &run->group;

	while (group->n_servers > 0) {
		record_clear(group->servers[--group->n_servers]);
		free(group->servers[group->n_servers]);
	}
}

/* One record. Taken. */
static enum tlsp_code
take(struct run *run, struct record *record)
{
	struct group *group = &run->group;
	enum tlsp_code code = TLSP_OK;

	run->n_records++;
	if (group->n_servers > 0 && (strcmp(group->servers[0]->nexthop,
	    record->nexthop) != 0 || group->n_servers ==
	    sizeof(group->servers) / sizeof(group->servers[0]))) {
		code = close_group(run, NULL);
		clear_group(run);
	}
	if (code == TLSP_OK && record->type == RECORD_SERVER) {
		group->servers[group->n_servers++] = record;
		return TLSP_OK;
	}
	if (code == TLSP_OK) {
		run->study->sum.n_fates[record->fate]++;
		code = close_group(run, record);
		clear_group(run);
	}
	record_clear(record);
	free(record);
	return code;
}

/* A line that may be a record: JSON, or "record " and JSON. */
static enum tlsp_code
read_line(struct run *run, const char *line, size_t len, size_t number)
{
	struct record *record;
	struct tlsp_err err;
	enum tlsp_code code;

	if (len > 7 && memcmp(line, "record ", 7) == 0) {
		line += 7;
		len -= 7;
	}
	if (len == 0 || *line != '{')
		return TLSP_OK;
	record = malloc(sizeof(*record));
	if (record == NULL)
		return tlsp_err_set(&run->err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	code = out_json_read_record(line, len, record, &err);
	if (code == TLSP_OK && (code = record_check(record, &err)) != TLSP_OK)
		record_clear(record);
	if (code == TLSP_OK)
		return take(run, record);
	free(record);
	if (code == TLSP_E_NOMEM) {
		run->err = err;
		return code;
	}
	refuse(run, "-", "line %zu is no record: %s", number, err.text);
	return TLSP_OK;
}

/* A line may be of any length; one that is too long for a record is none. */
static enum tlsp_code
read_all(struct run *run, FILE *in)
{
	const size_t size = RECORD_LINE_MAX + 16;
	char *line = malloc(size);
	enum tlsp_code code = TLSP_OK;
	size_t len, number = 0;
	int is_cut = 0;

	if (line == NULL)
		return tlsp_err_set(&run->err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	while (code == TLSP_OK && fgets(line, (int)size, in) != NULL) {
		len = strlen(line);
		number += !is_cut;
		if (is_cut)
			is_cut = len == 0 || line[len - 1] != '\n';
		else if (len == size - 1 && line[len - 1] != '\n') {
			is_cut = 1;
			refuse(run, "-", "line %zu is too long for a record",
			    number);
		} else
			code = read_line(run, line, len, number);
	}
	free(line);
	if (code == TLSP_OK && ferror(in))
		code = tlsp_err_set(&run->err, TLSP_E_IO, NULL,
		    "the records cannot be read");
	if (code == TLSP_OK)
		code = close_group(run, NULL);
	clear_group(run);
	return code;
}

/* Each table at once; once one has failed, no other. */
static enum tlsp_code
publish(struct run *run, enum tlsp_code code)
{
	struct shelf *shelf;
	size_t n;

	for (n = 0; n < run->n_shelves; n++) {
		shelf = &run->shelves[n];
		tlsp_store_close(shelf->store);
		if (code == TLSP_OK && shelf->is_changed &&
		    shelf->edit != NULL)
			code = tlsp_store_edit_commit(shelf->edit, &run->err);
		else
			tlsp_store_edit_abort(shelf->edit);
	}
	free(run->shelves);
	return code;
}

static int
conclude(struct run *run, enum tlsp_code code)
{
	const struct study_sum *sum = &run->study->sum;
	const char *note = run->study->options.is_dry ?
	    " (nothing was written)" : "";

	if (code != TLSP_OK)
		return cmd_error(&run->err);
	if (run->n_records == 0 && sum->n_refused == 0) {
		(void)fputs("tlspolicy: no probe record on standard input; "
		    "try: tlspolicy probe --all | tlspolicy learn\n", stderr);
		return EX_DATAERR;
	}
	(void)fprintf(stderr, "tlspolicy: %zu added, %zu confirmed, "
	    "%zu retired, %zu refused%s\n", sum->n_added, sum->n_confirmed,
	    sum->n_retired, sum->n_refused, note);
	code = cmd_flush();
	return code != 0 ? (int)code : sum->n_refused > 0;
}

int
study_run(struct study *study, FILE *records)
{
	struct run run = { .study = study, .now = (int64_t)time(NULL) };
	enum tlsp_code code;

	run.result = malloc(sizeof(*run.result));
	run.old = malloc(sizeof(*run.old));
	run.answer = malloc(sizeof(*run.answer));
	run.value = malloc(TLSP_PIN_RECORD_MAX);
	if (run.result == NULL || run.old == NULL || run.answer == NULL ||
	    run.value == NULL)
		code = tlsp_err_set(&run.err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	else
		code = read_all(&run, records);
	code = publish(&run, code);
	free(run.result);
	free(run.old);
	free(run.answer);
	free(run.value);
	return conclude(&run, code);
}
