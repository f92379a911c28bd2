/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pins.c - the verified fingerprints: list, show, accept, forget, dump, load.
 * Knows:    its options, and which part does what.
 * Feeds:    main.
 */
#include "pins.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "host.h"

#define WAIT_S	10	/* for another writer */

static const char HELP[] =
"usage: tlspolicy pins list [NEXT-HOP...]\n"
"       tlspolicy pins show NEXT-HOP...\n"
"       tlspolicy pins accept NEXT-HOP [--host MX:PORT] FINGERPRINT\n"
"       tlspolicy pins accept NEXT-HOP [--host MX:PORT] --from-record <RECORDS\n"
"       tlspolicy pins forget NEXT-HOP... | --anchor FINGERPRINT\n"
"       tlspolicy pins dump >FILE\n"
"       tlspolicy pins load <FILE\n"
"The fingerprints that were verified, beside the rules in partners.pins.db.\n"
"accept is a person's decision: it shows the fingerprint, asks, and records\n"
"who and when. dump and load: one record a line; load replaces everything.\n"
"\n"
"  --host MX:PORT     the MX host whose key it is\n"
"  --from-record      take key and hosts from what tlspolicy probe prints\n"
"  --yes              do not ask\n"
"  --anchor FINGERPRINT\n"
"                     forget what this CA certificate vouched for\n"
"  -t, --table FILE   rules file; default: those of smtp_tls_policy_maps\n"
"  -c, --config-dir DIR\n"
"                     folder of main.cf\n"
"  --json             one object a line (list, show)\n"
"\n"
"Example: tlspolicy pins list | grep -v ' usable '\n";

enum { HOST = 256, ANCHOR, YES, FROM_RECORD };

static const struct cmd_option OWN[] = {
	{ "host", HOST, 1 },
	{ "anchor", ANCHOR, 1 },
	{ "yes", YES, 0 },
	{ "from-record", FROM_RECORD, 0 },
	{ NULL, 0, 0 }
};

static int
take(void *ctx, int letter, const char *arg)
{
	struct pins *pins = ctx;

	switch (letter) {
	case HOST:
		pins->host = arg;
		break;
	case ANCHOR:
		pins->anchor = arg;
		break;
	case YES:
		pins->is_yes = 1;
		break;
	case FROM_RECORD:
		pins->is_from_record = 1;
		break;
	}
	return 0;
}

static const struct cmd_verb VERB = { "pins", HELP, OWN, take };

static const struct {
	const char *name;
	int (*main)(struct pins *);
} PARTS[] = {
	{ "list", pins_list }, { "show", pins_show },
	{ "accept", pins_accept }, { "forget", pins_forget },
	{ "dump", pins_dump }, { "load", pins_load },
};

int
pins_usage(const char *fmt, ...)
{
	va_list ap;
	int code;

	va_start(ap, fmt);
	code = cmd_usage_list(&VERB, fmt, ap);
	va_end(ap);
	return code;
}

int
pins_the_table(struct pins *pins, const struct tables_map **ret_map)
{
	const struct tables_map *map = tables_ours(&pins->world.tables, 0);
	const struct tables_map *other;
	size_t n;

	for (n = 1; (other = tables_ours(&pins->world.tables, n)) != NULL; n++)
		if (strcmp(other->path, map->path) != 0)
			return pins_usage("smtp_tls_policy_maps names several "
			    "tables; say which: -t %.100s, or -t %.100s",
			    map->path, other->path);
	*ret_map = map;
	return 0;
}

int
pins_begin(struct pins *pins, const struct tables_map *map, int is_fresh,
    struct tlsp_store_edit **ret_edit)
{
	const struct tlsp_file *file = tlsp_table_file(map->table);
	const struct tlsp_err *fault = tlsp_table_fault(map->table);
	const uid_t caller = host_caller(pins->world.conf);
	struct tlsp_pos at = { map->path, 0, 0 };
	struct tlsp_err err;

	/* A table that cannot be used was told of when it was opened. */
	if (fault != NULL)
		return cmd_exit_code(fault->code);
	if (caller != 0 && file->st.st_uid != caller) {
		(void)tlsp_err_set(&err, TLSP_E_UNSAFE, &at, "only root, or "
		    "the owner of the rules, may change what was verified "
		    "for them");
		(void)cmd_error(&err);
		return EX_NOPERM;
	}
	if (tlsp_store_edit_begin(map->path, caller, is_fresh, WAIT_S,
	    ret_edit, &err) != TLSP_OK)
		return cmd_error(&err);
	return 0;
}

/* With everything opened that a part needs. */
static int
run(struct pins *pins, int (*part)(struct pins *))
{
	struct tlsp_err err;
	int code, flushed;

	if ((code = cmd_world_open(&pins->options, &pins->world)) != 0)
		return code;
	if (known_open(&pins->world.tables, &pins->stores, &err) != TLSP_OK)
		code = cmd_error(&err);
	else
		code = part(pins);
	known_close(&pins->stores);
	cmd_world_close(&pins->world);
	flushed = cmd_flush();
	return flushed != 0 ? flushed : code;
}

int
cmd_pins(int argc, char **argv)
{
	struct pins pins = { .now = (int64_t)time(NULL) };
	size_t n;
	int first, code;

	if ((code = cmd_options_read(&VERB, argc, argv, &pins, &pins.options,
	    &first)) != CMD_GO_ON)
		return code;
	if (first == argc)
		return pins_usage("list, show, accept, forget, dump or load?");
	pins.args = argv + first + 1;
	pins.n_args = argc - first - 1;
	for (n = 0; n < sizeof(PARTS) / sizeof(PARTS[0]); n++)
		if (strcmp(argv[first], PARTS[n].name) == 0)
			return run(&pins, PARTS[n].main);
	return pins_usage("\"%.40s\" is none of list, show, accept, forget, "
	    "dump, load", argv[first]);
}
