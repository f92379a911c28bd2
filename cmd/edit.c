/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * edit.c - edit the rules as visudo(8) edits its file: a copy, that is read as
 *          the module reads it before it takes the place of the table.
 * Knows:    its options, what is asked, the order of calls.
 * Feeds:    main.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/keys.h"
#include "chosen.h"
#include "draft.h"
#include "editor.h"
#include "host.h"
#include "indexer.h"
#include "out_json.h"

static const char HELP[] =
"usage: tlspolicy edit [option...] [TABLE]\n"
"Edit the rules with $VISUAL or $EDITOR, as visudo does: you edit a copy, and\n"
"it takes the place of the table when it has been read without findings; owner\n"
"and mode stay, an index beside it is made anew. On findings you are asked:\n"
"  e  edit again\n"
"  x  exit without saving\n"
"  Q  quit and save in spite of errors: mail that needs those lines waits\n"
"Nobody else can edit meanwhile. If anything fails, the table is as it was.\n"
"\n"
"  TABLE              rules file; default: that of smtp_tls_policy_maps\n"
"  -t, --table FILE   the same\n"
"  -c, --config-dir DIR\n"
"                     folder of main.cf\n"
"  --json             at the end, an object: table, saved, rules, errors,\n"
"                     warnings, index, copy, error\n"
"\n"
"Example: EDITOR=nano tlspolicy edit /etc/postfix/partners\n"
"\n"
"Exit status: 0: saved, or nothing was changed; 1: not saved; 75: somebody else\n"
"edits; 78: saved with errors.\n";

static const struct cmd_verb VERB = { "edit", HELP, NULL, NULL };

/*
 * text:     what was read last, of len bytes; owned.
 * index:    what became of it: NULL: there was none, or nothing was saved.
 * is_kept:  the copy, for it holds what is nowhere else.
 * error:    what failed, with has_failed.
 */
struct edit {
	const struct chosen *chosen;
	const char *path;
	struct draft draft;
	struct report report;
	size_t n_rules;
	char *text;
	size_t len;
	int is_saved;
	int is_checked;
	int is_kept;
	const char *index;
	int has_failed;
	struct tlsp_err error;
};

/* What a person wants. */
enum wish {
	WISH_EDIT,
	WISH_EXIT,
	WISH_SAVE
};

/* Say what failed, and keep it. returns an exit code. */
static int
fail(struct edit *edit, const struct tlsp_err *err)
{
	edit->has_failed = 1;
	edit->error = *err;
	return cmd_error(err);
}

/* Read the text as the module does; what is wrong is said. */
static void
check(struct edit *edit)
{
	const char *name = edit->draft.name;
	const struct tlsp_pos at = { name, 0, 0 };
	const struct tlsp_host *host = &edit->chosen->tables.host;
	struct tlsp_rules rules;
	struct tlsp_keys keys;
	struct tlsp_err err;
	enum tlsp_code code;

	memset(&edit->report, 0, sizeof(edit->report));
	edit->n_rules = 0;
	if (edit->len == 0)
		code = tlsp_err_set(&err, TLSP_E_IO, &at, "the file is empty; "
		    "a table without rules has at least a comment");
	else if ((code = tlsp_rules_load(name, edit->text, edit->len, host,
	    report_say, &edit->report, &rules, &err)) == TLSP_OK &&
	    (code = tlsp_keys_compile(&rules, host, report_say,
	    &edit->report, &keys, &err)) == TLSP_OK) {
		edit->n_rules = keys.rules.n_rules;
		tlsp_keys_clear(&keys);
	}
	if (code != TLSP_OK)
		report_say(&edit->report, TLSP_ERROR, &err);
	report_end(&edit->report);
}

/* What now? Who does not answer, wants nothing to be lost. */
static enum wish
ask(struct edit *edit)
{
	const int has_errors = edit->report.n_errors > 0;
	char line[80];

	for (;;) {
		(void)fprintf(stderr, "What now? (e)dit again, e(x)it without "
		    "saving, %s ", has_errors ? "(Q)uit and save in spite of "
		    "errors:" : "(s)ave:");
		if (fgets(line, sizeof(line), stdin) == NULL) {
			(void)fputc('\n', stderr);
			edit->is_kept = 1;
			return WISH_EXIT;
		}
		if (strcmp(line, "e\n") == 0)
			return WISH_EDIT;
		if (strcmp(line, "x\n") == 0)
			return WISH_EXIT;
		if (strcmp(line, "Q\n") == 0 ||
		    (!has_errors && strcmp(line, "s\n") == 0))
			return WISH_SAVE;
	}
}

/* The index, if there is one beside the table. returns an exit code. */
static int
make_index(struct edit *edit)
{
	struct report silent = { REPORT_SHOWN, REPORT_SHOWN };
	struct tlsp_frozen_size size;
	struct tlsp_err err;
	int code;

	if (!indexer_has(edit->path))
		return 0;
	if (edit->report.n_errors > 0) {
		edit->index = "stale";
		return 0;
	}
	if (indexer_make(edit->chosen->conf, &edit->chosen->tables.host,
	    edit->path, &silent, &size, &err) == TLSP_OK) {
		edit->index = "made";
		return 0;
	}
	edit->index = "failed";
	code = fail(edit, &err);
	(void)fprintf(stderr, "tlspolicy: the rules are saved; they are read "
	    "without an index until it is made: tlspolicy compile %s\n",
	    edit->path);
	return code;
}

static int
save(struct edit *edit)
{
	struct tlsp_err err;
	int code;

	if (draft_publish(&edit->draft, edit->text, edit->len, &err) !=
	    TLSP_OK) {
		edit->is_kept = 1;
		return fail(edit, &err);
	}
	edit->is_saved = 1;
	code = make_index(edit);
	return edit->report.n_errors > 0 ? EX_CONFIG : code;
}

/* Something went wrong; is there text that would be lost? */
static int
give_up(struct edit *edit, const struct tlsp_err *err)
{
	struct tlsp_err ignored;

	free(edit->text);
	edit->text = NULL;
	edit->is_kept = draft_read(&edit->draft, &edit->text, &edit->len,
	    &ignored) == TLSP_OK &&
	    !draft_is_same(&edit->draft, edit->text, edit->len);
	return fail(edit, err);
}

/* Edit, until it is saved or given up. returns an exit code. */
static int
run(struct edit *edit)
{
	struct tlsp_err err;

	for (;;) {
		if (editor_run(edit->draft.name, &err) != TLSP_OK)
			return give_up(edit, &err);
		free(edit->text);
		edit->text = NULL;
		if (draft_read(&edit->draft, &edit->text, &edit->len, &err) !=
		    TLSP_OK)
			return give_up(edit, &err);
		if (draft_is_same(&edit->draft, edit->text, edit->len))
			return 0;
		check(edit);
		edit->is_checked = 1;
		if (edit->report.n_errors + edit->report.n_warnings == 0)
			return save(edit);
		switch (ask(edit)) {
		case WISH_EDIT:
			break;
		case WISH_EXIT:
			return 1;
		case WISH_SAVE:
			return save(edit);
		}
	}
}

static void
tell(const struct edit *edit)
{
	if (edit->is_saved)
		(void)fprintf(stderr, "tlspolicy: %s: %zu rules saved%s\n",
		    edit->path, edit->n_rules, edit->index != NULL &&
		    strcmp(edit->index, "made") == 0 ? ", and its index made "
		    "anew" : "");
	else
		(void)fprintf(stderr, "tlspolicy: %s is unchanged\n",
		    edit->path);
	if (edit->is_saved && edit->report.n_errors > 0)
		(void)fprintf(stderr, "tlspolicy: mail that needs a bad line "
		    "waits, until somebody mends it\n");
	if (edit->is_kept)
		(void)fprintf(stderr, "tlspolicy: what you wrote is in %s\n",
		    edit->draft.name);
}

/* null: the text was not read, since nobody has changed it. */
static void
put_count(struct out_json *json, const struct edit *edit, const char *name,
    size_t n)
{
	if (edit->is_checked)
		out_json_int(json, name, (int64_t)n);
	else
		out_json_text(json, name, NULL);
}

static int
print_json(const struct edit *edit)
{
	struct out_json *json = out_json_new();
	struct tlsp_err err;

	out_json_text(json, "table", edit->path);
	out_json_bool(json, "saved", edit->is_saved);
	put_count(json, edit, "rules", edit->n_rules);
	put_count(json, edit, "errors", edit->report.n_errors);
	put_count(json, edit, "warnings", edit->report.n_warnings);
	out_json_text(json, "index", edit->index);
	out_json_text(json, "copy", edit->is_kept ? edit->draft.name : NULL);
	out_json_text(json, "error", edit->has_failed ? edit->error.text :
	    NULL);
	return out_json_print(json, stdout, &err) == TLSP_OK ? 0 :
	    cmd_error(&err);
}

static int
edit_one(const struct chosen *chosen, const char *path, int is_json)
{
	struct edit edit = { .chosen = chosen, .path = path };
	struct tlsp_file file;
	struct tlsp_err err;
	int code, printed = 0;

	/* Whatever is wrong with the file is better known before. */
	if (tlsp_file_look(path, host_caller(chosen->conf), 0, &file, &err) <
	    0)
		cmd_warning(&err);
	tlsp_file_close(&file);
	editor_prepare();
	if (draft_open(path, &edit.draft, &err) != TLSP_OK)
		code = fail(&edit, &err);
	else {
		code = run(&edit);
		tell(&edit);
	}
	if (is_json)
		printed = print_json(&edit);
	draft_close(&edit.draft, edit.is_kept);
	free(edit.text);
	return code != 0 ? code : printed;
}

int
cmd_edit(int argc, char **argv)
{
	struct cmd_options options;
	struct chosen chosen;
	const char *path;
	int first, code, flushed;

	if ((code = cmd_options_read(&VERB, argc, argv, NULL, &options,
	    &first)) != CMD_GO_ON)
		return code;
	if ((code = chosen_open(&VERB, &options, argc - first, argv + first,
	    &chosen)) != 0)
		return code;
	if ((code = chosen_only(&VERB, &chosen, &path)) == 0)
		code = edit_one(&chosen, path, options.is_json);
	chosen_close(&chosen);
	flushed = cmd_flush();
	return flushed != 0 ? flushed : code;
}
