/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * compile.c - make the index beside the rules.
 * Knows:    its options, and the order of calls.
 * Feeds:    main.
 * Source:   tlspolicy_index(5).
 */
#include <stdio.h>

#include "../dict_tlspolicy/disk.h"
#include "chosen.h"
#include "indexer.h"
#include "out_json.h"

static const char HELP[] =
"usage: tlspolicy compile [option...] [TABLE]\n"
"Make the index of the rules, TABLE.tlsp, by which large tables open at once.\n"
"The same as \"postmap tlspolicy:TABLE\": everything that is wrong is said, a\n"
"bad line means no new index, and the old one stays; owner and mode are those\n"
"of the rules. Without an index, or after an edit, the rules are read: the\n"
"answers are the same.\n"
"\n"
"  TABLE              rules file; default: those of smtp_tls_policy_maps\n"
"  -t, --table FILE   the same\n"
"  -c, --config-dir DIR\n"
"                     folder of main.cf\n"
"  --json             one object a table: table, index, rules, bytes, errors,\n"
"                     warnings, error\n"
"\n"
"Example: tlspolicy compile /etc/postfix/partners\n"
"\n"
"Exit status: 0: done; 75: not now; 78: somebody must edit a file first.\n";

static const struct cmd_verb VERB = { "compile", HELP, NULL, NULL };

static int
print_json(const char *path, const struct report *report,
    const struct tlsp_frozen_size *size, const struct tlsp_err *fault)
{
	struct out_json *json = out_json_new();
	char index[4096];
	struct tlsp_err err;

	(void)snprintf(index, sizeof(index), "%s%s", path, TLSP_DISK_SUFFIX);
	out_json_text(json, "table", path);
	out_json_text(json, "index", fault == NULL ? index : NULL);
	out_json_int(json, "rules", (int64_t)size->n_rules);
	out_json_int(json, "bytes", (int64_t)size->n_bytes);
	out_json_int(json, "errors", (int64_t)report->n_errors);
	out_json_int(json, "warnings", (int64_t)report->n_warnings);
	out_json_text(json, "error", fault == NULL ? NULL : fault->text);
	return out_json_print(json, stdout, &err) == TLSP_OK ? 0 :
	    cmd_error(&err);
}

static int
compile_one(const struct chosen *chosen, const char *path, int is_json)
{
	struct report report = { 0, 0 };
	struct tlsp_frozen_size size = { 0, 0 };
	struct tlsp_err err;
	int code = 0, printed = 0;

	if (indexer_make(chosen->conf, &chosen->tables.host, path, &report,
	    &size, &err) != TLSP_OK)
		code = cmd_exit_code(err.code);
	report_end(&report);
	if (code != 0)
		(void)cmd_error(&err);
	else if (!is_json)
		(void)printf("%s%s: %zu rules, %zu bytes\n", path,
		    TLSP_DISK_SUFFIX, size.n_rules, size.n_bytes);
	if (is_json)
		printed = print_json(path, &report, &size, code != 0 ? &err :
		    NULL);
	return code != 0 ? code : printed;
}

int
cmd_compile(int argc, char **argv)
{
	struct cmd_options options;
	struct chosen chosen;
	const char *path;
	size_t cursor = 0;
	int first, code, one, flushed;

	if ((code = cmd_options_read(&VERB, argc, argv, NULL, &options,
	    &first)) != CMD_GO_ON)
		return code;
	if ((code = chosen_open(&VERB, &options, argc - first, argv + first,
	    &chosen)) != 0)
		return code;
	while ((path = chosen_next(&chosen, &cursor)) != NULL) {
		one = compile_one(&chosen, path, options.is_json);
		code = one > code ? one : code;
	}
	chosen_close(&chosen);
	flushed = cmd_flush();
	return flushed != 0 ? flushed : code;
}
