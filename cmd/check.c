/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check.c - everything that is wrong with the rules, in one run.
 * Knows:    its options, and the order of calls. Not: any finding.
 * Feeds:    main.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../dict_tlspolicy/version.h"
#include "check.h"
#include "cmd.h"

static const char HELP[] =
"usage: tlspolicy check [option...] [TABLE...]\n"
"Read the rules as the table does, and say all that is wrong with them: each\n"
"finding with its place, what it means for mail, and what to do about it.\n"
"\n"
"  TABLE              rules file, each as if it were the only table; default:\n"
"                     those of smtp_tls_policy_maps, lmtp_tls_policy_maps\n"
"  --postfix VERSION  as that Postfix would read them: 3.4 to 3.12\n"
"  --dns              ask for the MX hosts of each domain, too\n"
"  --resolver ADDRESS[@PORT]\n"
"                     instead of those of /etc/resolv.conf; implies --dns\n"
"  --strict           exit with 1 for warnings, too\n"
"  -t, --table FILE   the same as TABLE\n"
"  -c, --config-dir DIR\n"
"                     folder of main.cf\n"
"  --json             one object a finding, one a line\n"
"\n"
"Servers are not asked: whether certificates match is for \"tlspolicy probe\"\n"
"to say. Each id, such as TLSP012, is explained in tlspolicy(1).\n"
"\n"
"Example: before a table is put into service, in a script\n"
"  tlspolicy check --strict partners.new && mv partners.new partners\n"
"\n"
"Exit status: 0: no error; 1: there is one, that makes mail wait or go out\n"
"weaker than was written; 64, 75, 78 and others: it could not be checked.\n";

#define DNS_WAIT_MS	15000	/* as long as no answer comes */

enum { POSTFIX = 256, STRICT, DNS, RESOLVER };

static const struct cmd_option OWN[] = {
	{ "postfix", POSTFIX, 1 },
	{ "strict", STRICT, 0 },
	{ "dns", DNS, 0 },
	{ "resolver", RESOLVER, 1 },
	{ NULL, 0, 0 }
};

/* What all tables share. */
struct run_of {
	int postfix;		/* TLSP_POSTFIX_ANY: the installed one */
	int is_strict;
	int has_dns;
	const char *resolver;	/* NULL: the system's */
	struct dns *dns;	/* NULL: not asked */
	struct conf *conf;
	struct master *master;
	struct routes *routes;
	struct psl *psl;
	struct findings *findings;
	size_t n_rules;
};

static int take(void *ctx, int letter, const char *arg);

static const struct cmd_verb VERB = { "check", HELP, OWN, take };

static int
take(void *ctx, int letter, const char *arg)
{
	struct run_of *run = ctx;

	if (letter == STRICT) {
		run->is_strict = 1;
		return 0;
	}
	if (letter == DNS || letter == RESOLVER) {
		run->has_dns = 1;
		run->resolver = letter == RESOLVER ? arg : run->resolver;
		return 0;
	}
	run->postfix = tlsp_version_parse(arg, TLSP_POSTFIX_OLDEST,
	    TLSP_POSTFIX(4, 0));
	return run->postfix != TLSP_POSTFIX_ANY ? 0 : cmd_usage(&VERB,
	    "--postfix %.20s: it can be 3.4 to 3.12", arg);
}

/* The traps, when all of a table was read. */
static enum tlsp_code
look_at_table(const struct run_of *run, struct check_table *table,
    int is_first, struct tlsp_err *err)
{
	check_order(table);
	check_keys(table);
	check_values(table);
	check_routes(table);
	check_pins(table);
	if (is_first)
		check_main(table);
	/* lmtp(8) looks for no MX records. */
	return run->dns == NULL || strcmp(table->check->service, "lmtp") ==
	    0 ? TLSP_OK :
	    check_mx(table, run->dns, DNS_WAIT_MS, err);
}

/* Tables that are asked together. */
static enum tlsp_code
look_at_tables(struct run_of *run, const struct check *check,
    struct tlsp_err *err)
{
	const struct tables_map *map;
	struct check_table table;
	enum tlsp_code code;
	size_t n;

	for (n = 0; (map = tables_ours(check->tables, n)) != NULL; n++) {
		if ((code = check_read(check, map, &table, err)) == TLSP_NONE)
			continue;
		if (code != TLSP_OK)
			return code;
		code = look_at_table(run, &table, n == 0, err);
		if (!check_is_again(check, map))
			run->n_rules += table.keys.rules.n_rules;
		check_read_clear(&table);
		if (code != TLSP_OK)
			return code;
	}
	return TLSP_OK;
}

/* path: NULL: those of main.cf. errors: TLSP_E_VALUE: there are none. */
static enum tlsp_code
check_as(struct run_of *run, const char *service, const char *path,
    struct tlsp_err *err)
{
	struct known_stores stores = { NULL, NULL };
	struct demand_site site = { .level = TLSP_LEVEL_NONE };
	struct tables tables;
	struct check check = { service, &tables, &site, run->master,
	    run->routes, run->psl, &stores, run->findings,
	    (int64_t)time(NULL), run->postfix != TLSP_POSTFIX_ANY };
	enum tlsp_code code;

	if ((code = tables_open_as(run->conf, service, path, run->postfix,
	    tables_say_nothing, NULL, &tables, err)) != TLSP_OK)
		return code;
	if ((code = demand_site_read(run->conf, service, tables.host.postfix,
	    &site, err)) == TLSP_OK &&
	    (code = known_open(&tables, &stores, err)) == TLSP_OK)
		code = look_at_tables(run, &check, err);
	known_close(&stores);
	demand_site_clear(&site);
	tables_close(&tables);
	return code;
}

/* As each program that asks them; as smtp(8), if none does. */
static enum tlsp_code
check_path(struct run_of *run, const char *path, struct tlsp_err *err)
{
	const int has_lmtp = check_is_named(run->conf, "lmtp", path);
	enum tlsp_code code = TLSP_OK;

	if (!has_lmtp || check_is_named(run->conf, "smtp", path))
		code = check_as(run, "smtp", path, err);
	if (code == TLSP_OK && has_lmtp)
		code = check_as(run, "lmtp", path, err);
	return code;
}

/* What Postfix says, and what is used to judge. */
static enum tlsp_code
prepare(struct run_of *run, const struct cmd_options *options,
    struct tlsp_err *err)
{
	const struct dns_options dns = { run->resolver, "none",
	    CHECK_MX_AT_ONCE };
	struct tlsp_err why;
	enum tlsp_code code;

	if ((run->findings = findings_new()) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	if ((code = conf_load(options->config_dir, &run->conf, err)) !=
	    TLSP_OK || (code = routes_load(run->conf, &run->routes, err)) !=
	    TLSP_OK)
		return code;
	if (master_load(options->config_dir, run->conf, &run->master, &why) !=
	    TLSP_OK) {
		run->master = NULL;
		cmd_warning(&why);
	}
	if ((run->psl = psl_open()) == NULL)
		findings_say(run->findings, check_kind(CHECK_NO_PSL), NULL,
		    NULL, "there is no public suffix list");
	return run->has_dns ? dns_new(&dns, &run->dns, err) : TLSP_OK;
}

static void
finish(struct run_of *run)
{
	dns_free(run->dns);
	findings_free(run->findings);
	psl_close(run->psl);
	routes_free(run->routes);
	master_free(run->master);
	conf_free(run->conf);
}

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* The sum, where it disturbs no program that reads. */
static int
conclude(const struct run_of *run)
{
	const size_t errors = findings_count(run->findings, FINDING_ERROR);
	const size_t warnings = findings_count(run->findings,
	    FINDING_WARNING);
	const size_t notes = findings_count(run->findings, FINDING_NOTE);

	(void)fprintf(stderr, "%zu rule%s: %zu error%s, %zu warning%s, %zu "
	    "note%s\n", run->n_rules, plural(run->n_rules), errors,
	    plural(errors), warnings, plural(warnings), notes, plural(notes));
	return errors > 0 || (run->is_strict && warnings > 0);
}

int
cmd_check(int argc, char **argv)
{
	struct run_of run = { .postfix = TLSP_POSTFIX_ANY };
	struct cmd_options options;
	struct tlsp_err err;
	enum tlsp_code code;
	int n, first, status;

	if ((status = cmd_options_read(&VERB, argc, argv, &run, &options,
	    &first)) != CMD_GO_ON)
		return status;
	code = prepare(&run, &options, &err);
	if (code == TLSP_OK && (options.table != NULL || first == argc))
		code = check_path(&run, options.table, &err);
	for (n = first; code == TLSP_OK && n < argc; n++)
		code = check_path(&run, argv[n], &err);
	if (code == TLSP_OK) {
		check_routes_end(run.routes, run.findings);
		findings_unite(run.findings);
		code = findings_print(run.findings, stdout, options.is_json,
		    &err);
	}
	if (code == TLSP_E_VALUE && run.resolver != NULL && run.dns == NULL)
		status = cmd_usage(&VERB, "%s", err.text);
	else if (code != TLSP_OK)
		status = cmd_error(&err);
	else if ((status = cmd_flush()) == 0)
		status = conclude(&run);
	finish(&run);
	return status;
}
