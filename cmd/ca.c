/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca.c - certificates of authorities: list, add, remove, missing, verify.
 * Knows:    its options, and which part does what.
 * Feeds:    main.
 */
#include "ca.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_S		(24L * 60 * 60)
#define SOON_DAYS	30
#define SOON_DAYS_MAX	36500
#define FAULTS_SHOWN	10

static const char HELP[] =
"usage: tlspolicy ca list [--expiring] [--soon DAYS] [FILE|FOLDER...]\n"
"       tlspolicy ca add [--to BUNDLE] [--not-ca] [--yes] FILE...\n"
"       tlspolicy ca remove [--from BUNDLE] [--yes] WHICH...\n"
"       tlspolicy ca missing [--from-record] NEXT-HOP\n"
"       tlspolicy ca verify [--against BUNDLE] FILE [NEXT-HOP...]\n"
"The certificates of those whom smtp(8) believes. FILE: PEM, DER or PKCS#7.\n"
"BUNDLE: default smtp_tls_CAfile. WHICH: SHA-256, serial number, subject.\n"
"  --expiring         only what has expired or does soon; exit status 1\n"
"  --soon DAYS        what soon means (30)\n"
"  --not-ca           take also what is no certificate of an authority\n"
"  --yes              do not ask\n"
"  --from-record      read what tlspolicy probe prints, do not probe\n"
"  --resolver=, --trust-anchor=, --timeout=\n"
"                     as of tlspolicy probe, for missing\n"
"  -t, --table FILE   rules file; default: those of smtp_tls_policy_maps\n"
"  -c, --config-dir DIR\n"
"                     folder of main.cf\n"
"  --json             one object a line\n"
"Example: tlspolicy ca add VW-CA-ROOT-04.cer VW-CA-PROC-06.cer\n"
"Exit status: 0; 1: the answer is no; 65: a file that cannot be read.\n";

enum {
	BUNDLE = 256, EXPIRING, SOON, NOT_CA, YES, FROM_RECORD,
	RESOLVER, TRUST_ANCHOR, TIMEOUT
};

static const struct cmd_option OWN[] = {
	{ "to", BUNDLE, 1 },
	{ "from", BUNDLE, 1 },
	{ "against", BUNDLE, 1 },
	{ "expiring", EXPIRING, 0 },
	{ "soon", SOON, 1 },
	{ "not-ca", NOT_CA, 0 },
	{ "yes", YES, 0 },
	{ "from-record", FROM_RECORD, 0 },
	{ "resolver", RESOLVER, 1 },
	{ "trust-anchor", TRUST_ANCHOR, 1 },
	{ "timeout", TIMEOUT, 1 },
	{ NULL, 0, 0 }
};

static int take(void *ctx, int letter, const char *arg);

static const struct cmd_verb VERB = { "ca", HELP, OWN, take };

static int
take_soon(struct ca *ca, const char *arg)
{
	unsigned long days;
	char *end;

	days = strtoul(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end != '\0' || days > SOON_DAYS_MAX)
		return ca_usage("--soon takes days, 0 to %d", SOON_DAYS_MAX);
	ca->soon_s = (int64_t)days * DAY_S;
	return 0;
}

static int
hand_on(struct ca *ca, const char *option, const char *value)
{
	if (ca->n_probe + 1 >= CA_PROBE_ARGS ||
	    asprintf(&ca->probe[ca->n_probe], "%s%s", option, value) < 0)
		return ca_usage("too many options");
	ca->n_probe++;
	return 0;
}

static int
take(void *ctx, int letter, const char *arg)
{
	struct ca *ca = ctx;

	switch (letter) {
	case BUNDLE:
		ca->bundle = arg;
		break;
	case EXPIRING:
		ca->is_expiring = 1;
		break;
	case SOON:
		return take_soon(ca, arg);
	case NOT_CA:
		ca->is_not_ca = 1;
		break;
	case YES:
		ca->is_yes = 1;
		break;
	case FROM_RECORD:
		ca->is_from_record = 1;
		break;
	case RESOLVER:
		return hand_on(ca, "--resolver=", arg);
	case TRUST_ANCHOR:
		return hand_on(ca, "--trust-anchor=", arg);
	case TIMEOUT:
		return hand_on(ca, "--timeout=", arg);
	}
	return 0;
}

static const struct {
	const char *name;
	int (*main)(struct ca *);
} PARTS[] = {
	{ "list", ca_list }, { "add", ca_add }, { "remove", ca_remove },
	{ "missing", ca_missing }, { "verify", ca_verify },
};

int
ca_usage(const char *fmt, ...)
{
	va_list ap;
	int code;

	va_start(ap, fmt);
	code = cmd_usage_list(&VERB, fmt, ap);
	va_end(ap);
	return code;
}

int
ca_the_bundle(const struct ca *ca, const char *option, const char **ret_path)
{
	*ret_path = ca->bundle != NULL ? ca->bundle : ca->site.ca_file;
	if (**ret_path != '\0')
		return 0;
	return ca_usage("%s/main.cf has no smtp_tls_CAfile; say which file: "
	    "%s BUNDLE", conf_dir(ca->conf), option);
}

int
ca_ask(const struct ca *ca, const char *question)
{
	const int is_yes = ca->is_yes ? 1 : cmd_ask(question);

	if (is_yes < 0)
		return ca_usage("there is no terminal to ask on; if it is "
		    "right, say --yes");
	if (is_yes)
		return 0;
	(void)fputs("tlspolicy: nothing was changed\n", stderr);
	return 1;
}

int
ca_say_faults(const struct pile_file *file, const char *broken,
    const char *key)
{
	struct tlsp_pos at = { file->path, 0, 0 };
	const struct bundle_item *item;
	struct tlsp_err err;
	size_t n, count = 0;

	for (n = 0; n < file->bundle.n; n++) {
		item = &file->bundle.items[n];
		if (item->kind != BUNDLE_BROKEN && item->kind != BUNDLE_KEY)
			continue;
		if (++count > FAULTS_SHOWN)
			continue;
		at.line = item->line;
		at.col = item->line > 0;
		(void)tlsp_err_set(&err, TLSP_E_VALUE, &at, "%s: %s",
		    item->why, item->kind == BUNDLE_KEY ? key : broken);
		(void)cmd_error(&err);
	}
	if (count > FAULTS_SHOWN)
		(void)fprintf(stderr, "%s: error: and %zu more\n", file->path,
		    count - FAULTS_SHOWN);
	return count == 0 ? 0 : EX_DATAERR;
}

int
ca_read_trusted(const struct ca *ca, struct pile *pile)
{
	const char *path = ca->bundle != NULL ? ca->bundle :
	    ca->site.ca_file;
	struct tlsp_err err;
	int code;

	if (*path != '\0' && pile_add(pile, path, &err) != TLSP_OK) {
		code = cmd_error(&err);
		return ca->bundle != NULL && err.code == TLSP_E_IO ?
		    EX_NOINPUT : code;
	}
	if (pile_sort(pile, &err) != TLSP_OK)
		return cmd_error(&err);
	return pile->n_files == 0 ? 0 : ca_say_faults(pile->files[0],
	    CA_BROKEN_BUNDLE, CA_KEY_IN_BUNDLE);
}

int
ca_is_hash(const char *name)
{
	return strspn(name, "0123456789abcdef") == 8 && name[8] == '.' &&
	    isdigit((unsigned char)name[9]);
}

void
ca_say_reload(const struct ca *ca, const char *path)
{
	if (strcmp(path, ca->site.ca_file) == 0)
		(void)fprintf(stderr, "tlspolicy: note: smtp(8) reads %s when "
		    "it begins, and remembers sessions: postfix reload\n",
		    path);
}

/* Tables are for saying who uses what: there need be none. */
static int
open_tables(struct ca *ca)
{
	const struct tables_map *map;
	struct tlsp_err err;
	size_t n;

	if (tables_open(ca->conf, ca->options.table, tables_say_nothing, NULL,
	    &ca->tables, &err) != TLSP_OK) {
		memset(&ca->tables, 0, sizeof(ca->tables));
		if (err.code != TLSP_E_VALUE || ca->options.table != NULL)
			return cmd_error(&err);
	}
	for (n = 0; (map = tables_ours(&ca->tables, n)) != NULL; n++)
		if (tlsp_table_fault(map->table) != NULL)
			(void)cmd_error(tlsp_table_fault(map->table));
	return 0;
}

static int
run(struct ca *ca, int (*part)(struct ca *))
{
	struct tlsp_err err;
	int code = 0, flushed;

	if (conf_load(ca->options.config_dir, &ca->conf, &err) != TLSP_OK)
		return cmd_error(&err);
	if ((code = open_tables(ca)) == 0 && (demand_site_read(ca->conf,
	    "smtp", ca->tables.host.postfix, &ca->site, &err) != TLSP_OK ||
	    known_open(&ca->tables, &ca->stores, &err) != TLSP_OK))
		code = cmd_error(&err);
	if (code == 0)
		code = part(ca);
	known_close(&ca->stores);
	demand_site_clear(&ca->site);
	tables_close(&ca->tables);
	conf_free(ca->conf);
	flushed = cmd_flush();
	return flushed != 0 ? flushed : code;
}

int
cmd_ca(int argc, char **argv)
{
	struct ca ca = { .now = (int64_t)time(NULL),
	    .soon_s = SOON_DAYS * DAY_S };
	size_t n;
	int first, code;

	if ((code = cmd_options_read(&VERB, argc, argv, &ca, &ca.options,
	    &first)) != CMD_GO_ON)
		return code;
	if (first == argc)
		return ca_usage("list, add, remove, missing or verify?");
	ca.args = argv + first + 1;
	ca.n_args = argc - first - 1;
	for (n = 0; n < sizeof(PARTS) / sizeof(PARTS[0]); n++)
		if (strcmp(argv[first], PARTS[n].name) == 0)
			break;
	code = n < sizeof(PARTS) / sizeof(PARTS[0]) ?
	    run(&ca, PARTS[n].main) : ca_usage("\"%.40s\" is none of list, "
	    "add, remove, missing, verify", argv[first]);
	while (ca.n_probe > 0)
		free(ca.probe[--ca.n_probe]);
	return code;
}
