/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * main.c - tlspolicy(1): a table of verbs.
 * Knows:    their names. Nothing else.
 * Feeds:    nobody.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define VERSION	"0.1"

static const struct verb {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *what;
} verbs[] = {
	{ "check", cmd_check, "everything that is wrong with the rules" },
	{ "explain", cmd_explain, "which rule answers for a partner, and why" },
	{ "edit", cmd_edit, "change the rules, checked before they are used" },
	{ "probe", cmd_probe, "ask their servers, verify as smtp(8) would" },
	{ "learn", cmd_learn, "remember what probe records prove" },
	{ "refresh", cmd_refresh, "probe and learn in one, as the timer does" },
	{ "pins", cmd_pins, "the verified fingerprints: list, accept, forget" },
	{ "ca", cmd_ca, "certificates of authorities: list, add, remove" },
	{ "audit", cmd_audit, "what the mail log says of how mail was sent" },
	{ "doctor", cmd_doctor, "the own side: what would make mail wait" },
	{ "compile", cmd_compile, "make the index of the rules" },
	{ "export", cmd_export, "print the rules for hosts without the module" },
	{ NULL, NULL, NULL }
};

static int
usage(FILE *out)
{
	const struct verb *verb;

	(void)fputs("usage: tlspolicy VERB [option...] [argument...]\n"
	    "TLS policies towards mail partners: the tlspolicy: table of "
	    "Postfix.\n\n", out);
	for (verb = verbs; verb->name != NULL; verb++)
		(void)fprintf(out, "  %-10s %s\n", verb->name, verb->what);
	(void)fputs("\nEach verb takes --help. Manual: tlspolicy(1).\n", out);
	return out == stdout ? cmd_flush() : EX_USAGE;
}

int
main(int argc, char **argv)
{
	const struct verb *verb;

	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return usage(stdout);
	if (strcmp(argv[1], "--version") == 0) {
		(void)puts("tlspolicy " VERSION);
		return cmd_flush();
	}
	for (verb = verbs; verb->name != NULL; verb++)
		if (strcmp(argv[1], verb->name) == 0)
			return verb->main(argc - 1, argv + 1);
	(void)fprintf(stderr, "tlspolicy: no verb \"%.40s\"\n\n", argv[1]);
	return usage(stderr);
}
