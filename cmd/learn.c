/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * learn.c - tlspolicy learn: probe records on standard input become pins.
 * Knows:    the order of calls. It opens no socket.
 * Feeds:    main.
 */
#include "study.h"

#include <unistd.h>

#define OPT_DRY	256

static const struct cmd_option OWN[] = {
	{ "dry-run", OPT_DRY, 0 },
	{ NULL, 0, 0 }
};

static int
take(void *ctx, int letter, const char *arg)
{
	struct study_options *options = ctx;

	(void)letter;
	(void)arg;
	options->is_dry = 1;
	return 0;
}

static const struct cmd_verb VERB = {
	.name = "learn",
	.help =
	    "usage: tlspolicy learn [-c DIR] [-t TABLE] [--dry-run] [--json]\n"
	    "Read probe records on standard input and remember what they "
	    "prove.\n\n"
	    "  -c DIR      folder of main.cf\n"
	    "  -t TABLE    rules file, if not those of smtp_tls_policy_maps\n"
	    "  --dry-run   say what would change, and write nothing\n"
	    "  --json      one JSON object a change\n\n"
	    "Each certificate is verified once more, offline, under the rule "
	    "in force. A line\neach: + added, = confirmed, - retired, "
	    "! refused and why.\n"
	    "Exit: 0; 1: something was refused; 65: no record; 75, 78: "
	    "nothing was written.\n\n"
	    "example: tlspolicy probe --all | tlspolicy learn\n",
	.own = OWN,
	.take = take
};

int
cmd_learn(int argc, char **argv)
{
	struct study_options own = { .is_dry = 0 };
	struct cmd_options options;
	struct cmd_world world;
	struct study study;
	FILE *records;
	int first, code;

	code = cmd_options_read(&VERB, argc, argv, &own, &options, &first);
	if (code != CMD_GO_ON)
		return code;
	if (first < argc)
		return cmd_usage(&VERB, "\"%s\": records are read from "
		    "standard input", argv[first]);
	own.is_json = options.is_json;
	if (isatty(STDIN_FILENO))
		return cmd_usage(&VERB, "standard input is a terminal, where "
		    "there ought to be probe records");
	code = cmd_world_open(&options, &world);
	if (code != 0)
		return code;
	code = study_open(&world, &own, &study);
	if (code == 0) {
		records = study_spool(stdin);
		code = EX_IOERR;
		if (records != NULL) {
			code = study_run(&study, records);
			(void)fclose(records);
		}
		study_close(&study);
	}
	cmd_world_close(&world);
	return code;
}
