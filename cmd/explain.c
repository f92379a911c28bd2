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
#include "route.h"
#include "show.h"
#include "show_route.h"

static const char HELP[] =
"usage: tlspolicy explain [option...] WHO...\n"
"Say which way mail takes, which rule answers for it, each key that Postfix asks\n"
"for, the fingerprints and why each is usable or not, what Postfix gets in the\n"
"end, and what the log will say.\n"
"\n"
"  WHO                user@domain or a domain: transport(5) and relayhost are\n"
"                     asked; or a next-hop: [host], [host]:port, host:port\n"
"  -n, --nexthop      WHO is a next-hop as it stands, also if it is a domain\n"
"  --as-of TIME       as if it were then: 2026-11-25T09:42:09Z, 2026-11-25,\n"
"                     or seconds since 1970\n"
"  --as-if pin=MODE   as if the rule said so: prefer, require, off\n"
"  -t, --table FILE   rules file; default: those of smtp_tls_policy_maps\n"
"  -c, --config-dir DIR\n"
"                     folder of main.cf\n"
"  --json             one object a line\n"
"Example: will mail to audi.fr still go out next week if nobody probes?\n"
"  tlspolicy explain --as-of 2026-12-02 anna@audi.fr\n"
"Exit status: 0: there is an answer; 1: no rule; 75: mail waits for something\n"
"that may come by itself; 78: mail waits for somebody to edit a file.\n";

enum { AS_OF = 256, AS_IF };

static const struct cmd_option OWN[] = {
	{ "as-of", AS_OF, 1 },
	{ "as-if", AS_IF, 1 },
	{ "nexthop", 'n', 0 },
	{ NULL, 0, 0 }
};

static int take(void *ctx, int letter, const char *arg);

static const struct cmd_verb VERB = { "explain", HELP, OWN, take };

/* What is asked for; what all of it is answered from: borrowed. */
struct explain {
	int64_t now;
	int pin;
	int is_nexthop;
	int is_json;
	struct known_stores *stores;
	const struct demand_site *site;
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

	if (letter == 'n') {
		explain->is_nexthop = 1;
		return 0;
	}
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
print_text(const struct explain *explain, const struct known *known,
    const char *nexthop)
{
	const struct tables *tables = explain->stores->tables;
	char safe[POSTFIX_VALUE];

	(void)printf(SHOW_LABEL "%s\n", "next-hop", out_text_safe(nexthop,
	    strlen(nexthop), safe, sizeof(safe)));
	show_asked(known);
	show_rule(known);
	show_trust(tables, known);
	show_pins(known, explain->now);
	show_answer(known);
	show_outlook(tables, explain->site, known);
	return 0;
}

/* known: NULL: no policy is asked for. */
static int
print_json(const struct explain *explain, const struct known *known,
    const char *nexthop, const char *who, const struct route *route)
{
	const struct tables *tables = explain->stores->tables;
	struct out_json *json = out_json_new();
	struct tlsp_err err;

	out_json_text(json, "nexthop", nexthop);
	if (known != NULL) {
		out_json_text(json, "key", known->answer.key);
		out_json_time(json, "as_of", explain->now);
		show_json_asked(json, known);
		show_json_rule(json, known);
		show_json_trust(json, tables, known);
		show_json_pins(json, known);
		show_json_answer(json, known);
		show_json_outlook(json, tables, explain->site, known);
	}
	if (route != NULL)
		show_json_route(json, who, route);
	else
		out_json_text(json, "route", NULL);
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

/* One next-hop. route: by which it was found, or NULL. */
static int
explain_nexthop(const struct explain *explain, const char *nexthop,
    const char *who, const struct route *route, int *ret_code)
{
	struct known *known;
	int failed;

	if ((known = malloc(sizeof(*known))) == NULL)
		return cmd_no_memory();
	*ret_code = cmd_exit_code(known_look(explain->stores, nexthop,
	    explain->pin, explain->now, known));
	if (is_senseless(explain, known))
		failed = cmd_usage(&VERB, "--as-if: \"pin\" goes with encrypt, "
		    "verify and secure, and the rule for %.100s has another "
		    "level", nexthop);
	else if (explain->is_json)
		failed = print_json(explain, known, nexthop, who, route);
	else
		failed = print_text(explain, known, nexthop);
	known_clear(known);
	free(known);
	return failed;
}

/* A recipient: his mail may have several next-hops, tried in turn. */
static int
explain_recipient(const struct explain *explain, const char *who,
    int *ret_code)
{
	char list[POSTFIX_VALUE], *rest = list, *nexthop;
	struct route route;
	struct tlsp_err err;
	int failed = 0, one;

	if (route_find(explain->stores->tables->conf, who, &route, &err) !=
	    TLSP_OK) {
		*ret_code = err.code == TLSP_E_SYNTAX ?
		    cmd_usage(&VERB, "%s", err.text) : cmd_error(&err);
		return 0;
	}
	if (!explain->is_json)
		show_route(who, &route);
	if (!show_route_is_smtp(&route)) {
		*ret_code = 1;
		return explain->is_json ? print_json(explain, NULL, NULL, who,
		    &route) : 0;
	}
	(void)snprintf(list, sizeof(list), "%s", route.nexthop);
	while (failed == 0 && (nexthop = strsep(&rest, ", \t")) != NULL) {
		if (*nexthop == '\0')
			continue;
		one = 0;
		failed = explain_nexthop(explain, nexthop, who, &route, &one);
		*ret_code = one > *ret_code ? one : *ret_code;
	}
	return failed;
}

static int
explain_all(const struct explain *explain, int n_who, char **who)
{
	int n, code = 0, one, worst = 0;

	for (n = 0; code == 0 && n < n_who; n++) {
		if (n > 0 && !explain->is_json)
			(void)fputs("\n", stdout);
		one = 0;
		code = !explain->is_nexthop && route_is_recipient(who[n]) ?
		    explain_recipient(explain, who[n], &one) :
		    explain_nexthop(explain, who[n], NULL, NULL, &one);
		worst = one > worst ? one : worst;
	}
	return code != 0 ? code : worst;
}

int
cmd_explain(int argc, char **argv)
{
	struct explain explain = { .now = (int64_t)time(NULL),
	    .pin = KNOWN_AS_WRITTEN };
	struct cmd_options options;
	struct known_stores stores;
	struct demand_site site = { .postfix = 0 };
	struct cmd_world world;
	struct tlsp_err err;
	int first, code, flushed;

	if ((code = cmd_options_read(&VERB, argc, argv, &explain, &options,
	    &first)) != CMD_GO_ON)
		return code;
	if (first == argc)
		return cmd_usage(&VERB, "which recipient, domain or next-hop?");
	if ((code = cmd_world_open(&options, &world)) != 0)
		return code;
	explain.is_json = options.is_json;
	explain.stores = &stores;
	explain.site = &site;
	if (known_open(&world.tables, &stores, &err) != TLSP_OK ||
	    demand_site_read(world.conf, "smtp", world.tables.host.postfix,
	    &site, &err) != TLSP_OK)
		code = cmd_error(&err);
	else
		code = explain_all(&explain, argc - first, argv + first);
	demand_site_clear(&site);
	known_close(&stores);
	cmd_world_close(&world);
	flushed = cmd_flush();
	return flushed != 0 ? flushed : code;
}
