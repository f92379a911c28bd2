/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * explain.c - which rule answers for a partner, and why: the lookup with the
 *             light on.
 * Knows:    its options, and the order of calls.
 * Feeds:    main.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "known.h"
#include "out_json.h"
#include "out_text.h"
#include "show.h"

static const char HELP[] =
"usage: tlspolicy explain [option...] NEXT-HOP...\n"
"Say which rule answers for a next-hop, each key that Postfix asks for, the\n"
"fingerprints and why each is usable or not, and what Postfix gets in the end.\n"
"\n"
"  NEXT-HOP           a domain, or as transport(5) has it: [host], [host]:port\n"
"  --as-of TIME       as if it were then: 2026-11-25T09:42:09Z, 2026-11-25,\n"
"                     or seconds since 1970\n"
"  --as-if pin=MODE   as if the rule said so: prefer, require, off\n"
"  -t, --table FILE   rules file; default: those of smtp_tls_policy_maps\n"
"  -c, --config-dir DIR\n"
"                     folder of main.cf\n"
"  --json             one object a line\n"
"\n"
"Example: will mail to audi.fr still go out next week if nobody probes?\n"
"  tlspolicy explain --as-of 2026-12-02 audi.fr\n"
"\n"
"Exit status: 0: there is an answer; 1: no rule; 75: mail waits for something\n"
"that may come by itself; 78: mail waits for somebody to edit a file.\n";

enum { AS_OF = 256, AS_IF };

static const struct cmd_option OWN[] = {
	{ "as-of", AS_OF, 1 },
	{ "as-if", AS_IF, 1 },
	{ NULL, 0, 0 }
};

static int take(void *ctx, int letter, const char *arg);

static const struct cmd_verb VERB = { "explain", HELP, OWN, take };

struct explain {
	int64_t now;
	int pin;
};

static int
take(void *ctx, int letter, const char *arg)
{
	static const struct { const char *word; enum tlsp_pin_mode mode; }
	modes[] = {
		{ "pin=prefer", TLSP_PIN_PREFER },
		{ "pin=require", TLSP_PIN_REQUIRE },
		{ "pin=off", TLSP_PIN_OFF },
	};
	struct explain *explain = ctx;
	struct tlsp_err err;
	size_t n;

	if (letter == AS_OF)
		return out_text_read_time(arg, &explain->now, &err) ==
		    TLSP_OK ? 0 : cmd_usage(&VERB, "--as-of: %s", err.text);
	for (n = 0; n < sizeof(modes) / sizeof(modes[0]); n++)
		if (strcmp(arg, modes[n].word) == 0) {
			explain->pin = (int)modes[n].mode;
			return 0;
		}
	return cmd_usage(&VERB, "--as-if %.40s: it can be pin=prefer, "
	    "pin=require or pin=off", arg);
}

static int
print_text(const struct tables *tables, const struct known *known,
    const char *nexthop, int64_t now)
{
	(void)printf(SHOW_LABEL "%s\n", "next-hop", nexthop);
	show_asked(known);
	show_rule(known);
	show_trust(tables, known);
	show_pins(known, now);
	show_answer(known);
	return 0;
}

static int
print_json(const struct tables *tables, const struct known *known,
    const char *nexthop, int64_t now)
{
	struct out_json *json = out_json_new();
	struct tlsp_err err;

	out_json_text(json, "nexthop", nexthop);
	out_json_text(json, "key", known->answer.key);
	out_json_time(json, "as_of", now);
	show_json_asked(json, known);
	show_json_rule(json, known);
	show_json_trust(json, tables, known);
	show_json_pins(json, known);
	show_json_answer(json, known);
	return out_json_print(json, stdout, &err) == TLSP_OK ? 0 :
	    cmd_error(&err);
}

/* Modes that a level cannot have are not tried: the line would be bad. */
static int
is_senseless(const struct explain *explain, const struct known *known)
{
	const struct tlsp_rule *rule = known->answer.rule;

	return explain->pin > TLSP_PIN_OFF && rule != NULL &&
	    rule->fault == NULL && rule->policy.level != TLSP_LEVEL_ENCRYPT &&
	    rule->policy.level != TLSP_LEVEL_VERIFY &&
	    rule->policy.level != TLSP_LEVEL_SECURE;
}

static int
explain_one(const struct explain *explain, struct known_stores *stores,
    const char *nexthop, int is_json, int *ret_code)
{
	struct known *known;
	int failed;

	if (strchr(nexthop, '@') != NULL)
		return cmd_usage(&VERB, "\"%.100s\" is an address; name the "
		    "next-hop: its domain, or what transport(5) puts in the "
		    "place of it", nexthop);
	if ((known = malloc(sizeof(*known))) == NULL)
		return EX_OSERR;
	*ret_code = cmd_exit_code(known_look(stores, nexthop, explain->pin,
	    explain->now, known));
	if (is_senseless(explain, known))
		failed = cmd_usage(&VERB, "--as-if: \"pin\" goes with encrypt, "
		    "verify and secure, and the rule for %.100s has another "
		    "level", nexthop);
	else if (is_json)
		failed = print_json(stores->tables, known, nexthop,
		    explain->now);
	else
		failed = print_text(stores->tables, known, nexthop,
		    explain->now);
	known_clear(known);
	free(known);
	return failed;
}

int
cmd_explain(int argc, char **argv)
{
	struct explain explain = { (int64_t)time(NULL), KNOWN_AS_WRITTEN };
	struct cmd_options options;
	struct known_stores stores;
	struct cmd_world world;
	struct tlsp_err err;
	int n, first, code, one, worst = 0;

	if ((code = cmd_options_read(&VERB, argc, argv, &explain, &options,
	    &first)) != CMD_GO_ON)
		return code;
	if (first == argc)
		return cmd_usage(&VERB, "which next-hop?");
	if ((code = cmd_world_open(&options, &world)) != 0)
		return code;
	if (known_open(&world.tables, &stores, &err) != TLSP_OK)
		code = cmd_error(&err);
	for (n = first; code == 0 && n < argc; n++) {
		if (n > first && !options.is_json)
			(void)fputs("\n", stdout);
		one = 0;
		code = explain_one(&explain, &stores, argv[n],
		    options.is_json, &one);
		worst = one > worst ? one : worst;
	}
	known_close(&stores);
	cmd_world_close(&world);
	if (code == 0)
		code = cmd_flush();
	return code != 0 ? code : worst;
}
