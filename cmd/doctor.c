/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor.c - the own side: what stands in the way of what partners demand.
 * Knows:    its options, and the order of calls.
 * Feeds:    main.
 */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "out_json.h"
#include "out_text.h"

#define DAYS	14

static const char HELP[] =
"usage: tlspolicy doctor [option...]\n"
"Look at the own side: is the module installed and loaded, are the files safe\n"
"and readable where smtp(8) reads them, do certificates, keys and chains fit,\n"
"until when, and are the settings of Postfix those that the rules need.\n"
"Nothing is changed, and nobody is asked over the network.\n"
"\n"
"  --days N           warn of certificates that end within N days; 14\n"
"  -v, --verbose      say what is fine, too\n"
"  -t, --table FILE   rules file; default: those of smtp_tls_policy_maps\n"
"  -c, --config-dir DIR\n"
"                     folder of main.cf\n"
"  --json             one object a line\n"
"\n"
"Example: what would be in the way of mutual TLS?\n"
"  sudo tlspolicy doctor --verbose\n"
"\n"
"Exit status, as monitoring wants it: 0: fine, or notes only; 1: warnings;\n"
"2: errors: mail waits. The first line says it in a word. 64 and above: it\n"
"could not be asked.\n";

enum { DAYS_AHEAD = 256 };

static const struct cmd_option OWN[] = {
	{ "days", DAYS_AHEAD, 1 },
	{ "verbose", 'v', 0 },
	{ NULL, 0, 0 }
};

struct options {
	int days;
	int is_verbose;
};

static int take(void *ctx, int letter, const char *arg);

static const struct cmd_verb VERB = { "doctor", HELP, OWN, take };

static int
take(void *ctx, int letter, const char *arg)
{
	struct options *own = ctx;
	char *end;
	long days;

	if (letter == 'v') {
		own->is_verbose = 1;
		return 0;
	}
	days = strtol(arg, &end, 10);
	if (end == arg || *end != '\0' || days < 0 || days > 10000)
		return cmd_usage(&VERB, "--days %.20s: a number of days, 0 to "
		    "10000", arg);
	own->days = (int)days;
	return 0;
}

/* What can be known without tables: none of ours is named. */
static enum tlsp_code
open_tables(struct doctor *doctor, const char *path, struct tlsp_err *err)
{
	enum tlsp_code code = tables_open(doctor->conf, path,
	    tables_say_nothing, NULL, &doctor->tables, err);

	return code == TLSP_E_VALUE ? TLSP_OK : code;
}

/* Look at everything. */
static enum tlsp_code
look(struct doctor *doctor, struct tlsp_err *err)
{
	struct demand_site site;
	enum tlsp_code code;

	if (master_load(doctor->dir, doctor->conf, &doctor->master, err) !=
	    TLSP_OK)
		doctor_say(doctor, DOCTOR_NOT_LOOKED, NULL, "the services of "
		    "master.cf, and what is chrooted: %s", err->text);
	doctor->owner = doctor_get(doctor, "mail_owner");
	code = demand_site_read(doctor->conf, "smtp",
	    doctor->tables.host.postfix, &site, err);
	if (code == TLSP_OK)
		doctor->site = &site;
	else if (code != TLSP_E_VALUE)
		return code;
	doctor_module(doctor);
	doctor_files(doctor);
	doctor_trust(doctor);
	doctor_rules(doctor);
	doctor_certs(doctor);
	doctor_server(doctor);
	doctor_settings(doctor);
	doctor->site = NULL;
	if (code == TLSP_OK)
		demand_site_clear(&site);
	if (doctor->is_short)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	return TLSP_OK;
}

/* "3 errors, ", and nothing of what there is not. */
static void
print_count(const struct doctor *doctor, enum finding_severity severity,
    const char *word)
{
	const size_t n = findings_count(doctor->findings, severity);

	if (n > 0)
		(void)printf("%zu %s%s, ", n, word, n == 1 ? "" : "s");
}

static void
print_summary(const struct doctor *doctor, int status)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL" };

	(void)printf("%s: ", words[status]);
	print_count(doctor, FINDING_ERROR, "error");
	print_count(doctor, FINDING_WARNING, "warning");
	print_count(doctor, FINDING_NOTE, "note");
	(void)printf("%zu point%s fine\n", doctor->n_fine,
	    doctor->n_fine == 1 ? " is" : "s are");
}

static enum tlsp_code
print_fine(const struct doctor *doctor, int is_json, struct tlsp_err *err)
{
	char safe[1024];
	struct out_json *json;
	enum tlsp_code code = TLSP_OK;
	size_t n;

	for (n = 0; code == TLSP_OK && n < doctor->n_fine; n++) {
		(void)out_text_safe(doctor->fine[n], strlen(doctor->fine[n]),
		    safe, sizeof(safe));
		if (!is_json) {
			(void)printf("fine: %s\n", safe);
			continue;
		}
		json = out_json_new();
		out_json_text(json, "fine", safe);
		code = out_json_print(json, stdout, err);
	}
	return code;
}

static int
status_of(const struct doctor *doctor)
{
	if (findings_count(doctor->findings, FINDING_ERROR) > 0)
		return 2;
	return findings_count(doctor->findings, FINDING_WARNING) > 0;
}

static int
print(struct doctor *doctor, int is_json, int is_verbose)
{
	const int status = status_of(doctor);
	struct tlsp_err err;
	int code;

	if (!is_json)
		print_summary(doctor, status);
	if (findings_print(doctor->findings, stdout, is_json, &err) !=
	    TLSP_OK || (is_verbose && print_fine(doctor, is_json, &err) !=
	    TLSP_OK))
		return cmd_error(&err);
	code = cmd_flush();
	return code != 0 ? code : status;
}

static void
clear(struct doctor *doctor)
{
	size_t n;

	for (n = 0; n < doctor->n_fine; n++)
		free(doctor->fine[n]);
	free(doctor->fine);
	findings_free(doctor->findings);
	master_free(doctor->master);
	tables_close(&doctor->tables);
	conf_free(doctor->conf);
}

int
cmd_doctor(int argc, char **argv)
{
	struct options own = { DAYS, 0 };
	struct doctor doctor = { .now = (int64_t)time(NULL) };
	struct cmd_options options;
	struct tlsp_err err;
	char *table = NULL;
	int first, code;

	if ((code = cmd_options_read(&VERB, argc, argv, &own, &options,
	    &first)) != CMD_GO_ON)
		return code;
	if (first < argc)
		return cmd_usage(&VERB, "\"%.100s\": it takes no operand",
		    argv[first]);
	doctor.dir = options.config_dir;
	doctor.days = own.days;
	/* Postfix is asked for it too, and does not know our folder. */
	if (options.table != NULL && options.table[0] != '/' &&
	    (table = realpath(options.table, NULL)) != NULL)
		options.table = table;
	if ((doctor.findings = findings_new()) == NULL) {
		free(table);
		return cmd_no_memory();
	}
	if (conf_load(options.config_dir, &doctor.conf, &err) != TLSP_OK ||
	    open_tables(&doctor, options.table, &err) != TLSP_OK ||
	    look(&doctor, &err) != TLSP_OK)
		code = cmd_error(&err);
	else
		code = print(&doctor, options.is_json, own.is_verbose);
	clear(&doctor);
	free(table);
	return code;
}
