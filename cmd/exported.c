/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * exported.c - the rules as a table that hosts without the module can read.
 * Knows:    what such a table cannot say. Not: options, printing.
 * Feeds:    export.
 */
#include "exported.h"

#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/file.h"

/* Behind a right-hand side, so that no Postfix takes it. */
#define WAITS	" pin=require"

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

void
exported_clear(struct exported *exported)
{
	tlsp_keys_clear(&exported->keys);
	tlsp_arena_clear(&exported->arena);
	free(exported->lines);
	memset(exported, 0, sizeof(*exported));
}

static struct exported_line *
add(struct exported *exported)
{
	struct exported_line *lines = tlsp_grow(exported->lines,
	    &exported->cap, exported->n_lines + 1, sizeof(*lines));

	if (lines == NULL)
		return NULL;
	exported->lines = lines;
	return memset(&lines[exported->n_lines++], 0, sizeof(*lines));
}

/* A rule without fingerprints. */
static enum tlsp_code
add_rule(struct exported *exported, const struct tlsp_rule *rule,
    int is_twin, struct tlsp_err *err)
{
	struct exported_line *line = add(exported);
	const char *text = rule->policy.text;
	char *value;

	if (line == NULL)
		return no_memory(err);
	line->key = rule->key;
	line->value = text;
	line->line = rule->line;
	line->col = rule->col;
	line->is_twin = is_twin;
	if (rule->policy.is_final && rule->kind == TLSP_NAME_PARENT)
		line->lost |= EXPORTED_FINAL;
	if (rule->policy.pin == TLSP_PIN_PREFER)
		line->lost |= EXPORTED_PIN;
	if (rule->policy.pin != TLSP_PIN_REQUIRE)
		return TLSP_OK;
	line->lost |= EXPORTED_WAITS;
	if ((value = tlsp_arena_alloc(&exported->arena, strlen(text) +
	    sizeof(WAITS))) == NULL)
		return no_memory(err);
	(void)stpcpy(stpcpy(value, text), WAITS);
	line->value = value;
	return TLSP_OK;
}

/* All that can answer, twins behind the others. */
static enum tlsp_code
add_rules(struct exported *exported, struct tlsp_err *err)
{
	const struct tlsp_rules *rules = &exported->keys.rules;
	const size_t n_all = rules->n_rules + exported->keys.n_twins;
	enum tlsp_code code = TLSP_OK;
	size_t n;

	for (n = 0; code == TLSP_OK && n < n_all; n++)
		if (!rules->list[n].is_shadowed)
			code = add_rule(exported, &rules->list[n],
			    n >= rules->n_rules, err);
	return code;
}

enum tlsp_code
exported_read(const char *path, uid_t caller, const struct tlsp_host *host,
    struct report *report, struct exported *exported, struct tlsp_err *err)
{
	const struct tlsp_pos at = { path, 0, 0 };
	struct tlsp_rules rules;
	struct tlsp_file file;
	enum tlsp_code code;

	memset(exported, 0, sizeof(*exported));
	code = tlsp_file_open(path, caller, &file, err);
	if (code == TLSP_OK)
		code = tlsp_rules_load(path, file.buf, file.len, host,
		    report_say, report, &rules, err);
	tlsp_file_close(&file);
	if (code == TLSP_OK)
		code = tlsp_keys_compile(&rules, host, report_say, report,
		    &exported->keys, err);
	if (code == TLSP_OK && report->n_errors > 0)
		code = tlsp_err_set(err, TLSP_E_CONFLICT, &at, "%zu %s in the "
		    "rules: nothing is exported, for without these lines mail "
		    "could go out in clear", report->n_errors,
		    report->n_errors == 1 ? "error" : "errors");
	if (code == TLSP_OK)
		code = add_rules(exported, err);
	if (code != TLSP_OK)
		exported_clear(exported);
	return code;
}

/* What is known of a key replaces what is written. 0: no memory. */
static int
pin_line(struct exported *exported, struct exported_line *line,
    const struct known *known)
{
	const int64_t until = known_lasts(known);

	if ((line->value = tlsp_arena_dup(&exported->arena, known->text,
	    strlen(known->text))) == NULL)
		return 0;
	line->lost &= (unsigned)~(EXPORTED_PIN | EXPORTED_WAITS);
	line->until = until;
	if (exported->until == 0 || until < exported->until)
		exported->until = until;
	return 1;
}

static int
has_pins(const struct known *known)
{
	return known->code == TLSP_OK && known->pin != TLSP_PIN_OFF &&
	    known->verdict.state == TLSP_PINS_USABLE;
}

/* Keys that stand in the table. */
static enum tlsp_code
pin_keys(struct exported *exported, struct known_stores *stores, int64_t now,
    struct known *known, struct tlsp_err *err)
{
	struct exported_line *line;
	int is_done = 1;
	size_t n;

	for (n = 0; is_done && n < exported->n_lines; n++) {
		line = &exported->lines[n];
		if ((line->lost & (EXPORTED_PIN | EXPORTED_WAITS)) == 0 ||
		    line->key[0] == '.')
			continue;
		(void)known_look(stores, line->key, KNOWN_AS_WRITTEN, now,
		    known);
		if (has_pins(known))
			is_done = pin_line(exported, line, known);
		known_clear(known);
	}
	return is_done ? TLSP_OK : no_memory(err);
}

/* A name that is stored: does a wildcard with pin answer for it? */
static int
pin_below(struct exported *exported, const struct known *known)
{
	const struct tlsp_rule *rule = known->answer.rule;
	struct exported_line *line;

	if (!has_pins(known) || rule->kind != TLSP_NAME_PARENT)
		return 1;
	if ((line = add(exported)) == NULL ||
	    (line->key = tlsp_arena_dup(&exported->arena, known->answer.key,
	    strlen(known->answer.key))) == NULL)
		return 0;
	line->line = rule->line;
	line->col = rule->col;
	line->is_below = 1;
	return pin_line(exported, line, known);
}

static enum tlsp_code
pin_names(struct exported *exported, struct known_stores *stores, int64_t now,
    struct known *known, struct tlsp_err *err)
{
	struct known_store *from = known_store(stores,
	    tables_ours(stores->tables, 0));
	const char *found, *value;
	char key[TABLES_KEY_MAX];
	size_t key_len = 0, found_len, len;
	struct tlsp_err ignored;
	int is_done = 1;

	/* Without a store that can be read, no fingerprint is usable. */
	while (from->code == TLSP_OK && is_done && tlsp_store_next(
	    from->store, key, key_len, &found, &found_len, &value, &len,
	    &ignored) == TLSP_OK && found_len < sizeof(key)) {
		key_len = found_len;
		memcpy(key, found, key_len);
		key[key_len] = '\0';
		(void)known_look(stores, key, KNOWN_AS_WRITTEN, now, known);
		is_done = pin_below(exported, known);
		known_clear(known);
	}
	return is_done ? TLSP_OK : no_memory(err);
}

enum tlsp_code
exported_pins(struct exported *exported, struct known_stores *stores,
    int64_t now, struct tlsp_err *err)
{
	struct known *known = malloc(sizeof(*known));
	enum tlsp_code code;

	if (known == NULL)
		return no_memory(err);
	if ((code = pin_keys(exported, stores, now, known, err)) == TLSP_OK)
		code = pin_names(exported, stores, now, known, err);
	free(known);
	return code;
}

static void
warn(const struct exported_line *line, const char *path, const char *what,
    struct report *report)
{
	const struct tlsp_pos at = { path, line->line, line->col };
	struct tlsp_err err;

	(void)tlsp_err_set(&err, TLSP_E_CONFLICT, &at, "%s", what);
	report_say(report, TLSP_WARNING, &err);
}

void
exported_lost(const struct exported *exported, const char *path,
    int is_pinned, struct report *report)
{
	const struct exported_line *line;
	size_t n;

	for (n = 0; n < exported->n_lines; n++) {
		line = &exported->lines[n];
		if (line->is_twin)
			continue;
		if ((line->lost & EXPORTED_FINAL) != 0)
			warn(line, path, "final=yes is lost: if another table "
			    "stands behind the exported one, its rule for a "
			    "name below wins", report);
		if ((line->lost & EXPORTED_PIN) != 0)
			warn(line, path, is_pinned ? "no fingerprint is "
			    "usable: exported as written" : "pin=prefer is "
			    "lost: exported as written; --pins exports the "
			    "fingerprints of now", report);
		if ((line->lost & EXPORTED_WAITS) != 0)
			warn(line, path, is_pinned ? "pin=require, and no "
			    "fingerprint is usable: Postfix refuses the "
			    "exported line, and mail waits, as it does here" :
			    "pin=require stays in the exported line, which "
			    "Postfix refuses, so that mail waits; --pins "
			    "exports the fingerprints of now", report);
	}
}

const struct exported_line *
exported_longer(const struct exported *exported, size_t len)
{
	size_t n;

	for (n = 0; n < exported->n_lines; n++)
		if (strlen(exported->lines[n].key) > len)
			return &exported->lines[n];
	return NULL;
}
