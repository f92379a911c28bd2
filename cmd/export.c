/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * export.c - print the rules as a table for hosts without the module.
 * Knows:    its options, and how a table is laid out. Not: what is lost.
 * Feeds:    main.
 * Source:   postmap(1).
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../dict_tlspolicy/version.h"
#include "chosen.h"
#include "exported.h"
#include "host.h"
#include "out_json.h"
#include "out_text.h"

static const char HELP[] =
"usage: tlspolicy export [option...] [TABLE]\n"
"Print the rules as a table for hosts that cannot load the module. It answers\n"
"the same, but for what is said on standard error. A bad line: no output.\n"
"\n"
"  --for TYPE         hash (default), lmdb, cdb: input of postmap(1);\n"
"                     texthash: read by Postfix as it is\n"
"  --postfix VERSION  which Postfix will read it, as in 3.7; default: this one\n"
"  --pins             with the fingerprints of now, in place of pin=; until\n"
"                     when they are good is in the first lines\n"
"  TABLE              rules file; default: that of smtp_tls_policy_maps\n"
"  -t, --table FILE   the same\n"
"  -c, --config-dir DIR\n"
"                     folder of main.cf\n"
"  --json             one object a line: key, value, file, line, column, why,\n"
"                     lost, until\n"
"\n"
"Example: tlspolicy export --postfix 3.4 >p.new && mv p.new partners.hash &&\n"
"  postmap hash:partners.hash\n"
"\n"
"Exit status: 0: printed; 75: not now; 78: somebody must edit the rules first.\n";

enum { FOR = 256, POSTFIX, PINS };

static const struct cmd_option OWN[] = {
	{ "for", FOR, 1 },
	{ "postfix", POSTFIX, 1 },
	{ "pins", PINS, 0 },
	{ NULL, 0, 0 }
};

static int take(void *ctx, int letter, const char *arg);

static const struct cmd_verb VERB = { "export", HELP, OWN, take };

/* postfix: 0: this one. */
struct export {
	const char *type;
	int postfix;
	int is_pinned;
	int64_t now;
};

static int
take_type(struct export *export, const char *arg)
{
	static const char *const types[] = {
		"hash", "lmdb", "cdb", "texthash"
	};
	size_t n;

	for (n = 0; n < sizeof(types) / sizeof(types[0]); n++)
		if (strcmp(arg, types[n]) == 0) {
			export->type = types[n];
			return 0;
		}
	return cmd_usage(&VERB, "--for %.40s: it can be hash, lmdb, cdb or "
	    "texthash", arg);
}

static int
take(void *ctx, int letter, const char *arg)
{
	struct export *export = ctx;

	switch (letter) {
	case FOR:
		return take_type(export, arg);
	case POSTFIX:
		export->postfix = tlsp_version_parse(arg, TLSP_POSTFIX_OLDEST,
		    TLSP_POSTFIX(100, 0));
		return export->postfix != TLSP_POSTFIX_ANY ? 0 :
		    cmd_usage(&VERB, "--postfix %.40s: write 3.4 or newer",
		    arg);
	default:
		export->is_pinned = 1;
		return 0;
	}
}

/* As it is; to a terminal, without what that would obey. */
static void
put(const char *text)
{
	char safe[4096];

	(void)fputs(isatty(STDOUT_FILENO) ? out_text_safe(text, strlen(text),
	    safe, sizeof(safe)) : text, stdout);
}

static void
print_head(const struct export *export, const char *path,
    const struct exported *exported)
{
	const int is_text = strcmp(export->type, "texthash") == 0;
	char safe[4096], now[OUT_TEXT_TIME], until[OUT_TEXT_TIME];

	(void)printf("# Made by tlspolicy export from %s\n# for %s:",
	    out_text_safe(path, strlen(path), safe, sizeof(safe)),
	    export->type);
	if (export->postfix != TLSP_POSTFIX_ANY)
		(void)printf(" and Postfix %d.%d", export->postfix / 100,
		    export->postfix % 100);
	(void)printf(". Change the rules there, not here.\n"
	    "# When this file is new: ");
	if (is_text)
		(void)puts("postfix reload");
	else
		(void)printf("postmap %s:FILE\n", export->type);
	if (exported->until != 0)
		(void)printf("# With fingerprints as of %s, good until %s:\n"
		    "# export again before that, or mail waits when a partner "
		    "has renewed his key.\n", out_text_time(export->now, now),
		    out_text_time(exported->until, until));
}

static void
print_text(const struct export *export, const char *path,
    const struct exported *exported)
{
	const struct exported_line *line;
	char until[OUT_TEXT_TIME];
	int is_twin = 0, is_below = 0;
	size_t n;

	print_head(export, path, exported);
	for (n = 0; n < exported->n_lines; n++) {
		line = &exported->lines[n];
		if (line->is_twin && !is_twin)
			(void)puts("\n# The same names in their other form.");
		if (line->is_below && !is_below)
			(void)puts("\n# Names below wildcards with pin.");
		is_twin = line->is_twin;
		is_below = line->is_below;
		if (line->until != 0)
			(void)printf("# until %s\n", out_text_time(
			    line->until, until));
		put(line->key);
		(void)fputc('\t', stdout);
		put(line->value);
		(void)fputc('\n', stdout);
	}
}

static int
print_json(const char *path, const struct exported *exported)
{
	static const char *const lost[] = { "final", "pin", "waits" };
	const struct exported_line *line;
	struct out_json *json;
	struct tlsp_err err;
	size_t n, bit;

	for (n = 0; n < exported->n_lines; n++) {
		line = &exported->lines[n];
		json = out_json_new();
		out_json_text(json, "key", line->key);
		out_json_text(json, "value", line->value);
		out_json_text(json, "file", path);
		out_json_int(json, "line", line->line);
		out_json_int(json, "column", line->col);
		out_json_text(json, "why", line->is_twin ? "twin" :
		    line->is_below ? "below" : "rule");
		out_json_list(json, "lost");
		for (bit = 0; bit < sizeof(lost) / sizeof(lost[0]); bit++)
			if ((line->lost & 1U << bit) != 0)
				out_json_text(json, NULL, lost[bit]);
		out_json_end(json);
		out_json_time(json, "until", line->until);
		if (out_json_print(json, stdout, &err) != TLSP_OK)
			return cmd_error(&err);
	}
	return 0;
}

/* What was verified, of this table alone. returns 0, or an exit code. */
static int
add_pins(const struct export *export, const struct chosen *chosen,
    const char *path, struct exported *exported)
{
	struct known_stores stores;
	struct tables tables;
	struct tlsp_err err;
	int code = 0;

	if (tables_open(chosen->conf, path, tables_say_nothing, NULL, &tables,
	    &err) != TLSP_OK)
		return cmd_error(&err);
	if (known_open(&tables, &stores, &err) != TLSP_OK ||
	    exported_pins(exported, &stores, export->now, &err) != TLSP_OK)
		code = cmd_error(&err);
	known_close(&stores);
	tables_close(&tables);
	return code;
}

/* A key that this type of table cannot hold. */
static int
refuse_long(const struct export *export, const char *path,
    const struct exported *exported)
{
	const struct exported_line *line = strcmp(export->type, "lmdb") != 0 ?
	    NULL : exported_longer(exported, EXPORTED_LMDB_KEY);
	struct tlsp_pos at = { path, 0, 0 };
	struct tlsp_err err;

	if (line == NULL)
		return 0;
	at.line = line->line;
	at.col = line->col;
	(void)tlsp_err_set(&err, TLSP_E_VALUE, &at, "an lmdb: table has no "
	    "keys of more than %d bytes: remove the rule, or export for "
	    "another type", EXPORTED_LMDB_KEY);
	return cmd_error(&err);
}

static int
export_one(struct export *export, const struct chosen *chosen,
    const char *path, int is_json)
{
	struct tlsp_host host = chosen->tables.host;
	struct report report = { 0, 0 };
	struct exported exported;
	struct tlsp_err err;
	int code = 0;

	if (export->postfix == TLSP_POSTFIX_ANY)
		export->postfix = host.postfix;
	host.postfix = export->postfix;
	if (exported_read(path, host_caller(chosen->conf), &host, &report,
	    &exported, &err) != TLSP_OK) {
		report_end(&report);
		return cmd_error(&err);
	}
	if (export->is_pinned)
		code = add_pins(export, chosen, path, &exported);
	if (code == 0)
		code = refuse_long(export, path, &exported);
	if (code == 0) {
		exported_lost(&exported, path, export->is_pinned, &report);
		report_end(&report);
		if (is_json)
			code = print_json(path, &exported);
		else
			print_text(export, path, &exported);
	}
	exported_clear(&exported);
	return code;
}

int
cmd_export(int argc, char **argv)
{
	struct export export = { "hash", TLSP_POSTFIX_ANY, 0,
	    (int64_t)time(NULL) };
	struct cmd_options options;
	struct chosen chosen;
	const char *path;
	int first, code, flushed;

	if ((code = cmd_options_read(&VERB, argc, argv, &export, &options,
	    &first)) != CMD_GO_ON)
		return code;
	if ((code = chosen_open(&VERB, &options, argc - first, argv + first,
	    &chosen)) != 0)
		return code;
	if ((code = chosen_only(&VERB, &chosen, &path)) == 0)
		code = export_one(&export, &chosen, path, options.is_json);
	chosen_close(&chosen);
	flushed = cmd_flush();
	return flushed != 0 ? flushed : code;
}
