/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * show_route.c - the way of mail and what the log will say.
 * Knows:    the words, their order. Not: where it is known from, options.
 * Feeds:    explain.
 */
#include "show_route.h"

#include <stdlib.h>
#include <string.h>

#include "outlook.h"
#include "out_text.h"
#include "show.h"

/* Text of main.cf and its tables, for a terminal. */
static const char *
safe(const char *text, char buf[POSTFIX_VALUE])
{
	return out_text_safe(text, strlen(text), buf, POSTFIX_VALUE);
}

int
show_route_is_smtp(const struct route *route)
{
	return strcmp(route->program, "smtp") == 0;
}

void
show_route(const char *who, const struct route *route)
{
	char buf[POSTFIX_VALUE];

	(void)printf(SHOW_LABEL "%s\n", "recipient", safe(who, buf));
	(void)printf(SHOW_LABEL "%s, by %s\n", "class", route->class_name,
	    route->class_from);
	(void)printf(SHOW_LABEL "%s, which is %s(8)\n", "transport",
	    safe(route->transport, buf), route->program);
	(void)printf(SHOW_LABEL "%s", "way", safe(route->nexthop, buf));
	(void)printf(", from %s\n", safe(route->nexthop_from, buf));
	if (route->by_sender != NULL)
		(void)printf(SHOW_LABEL "%s is set, and not asked: for some "
		    "senders it is otherwise\n", "note", route->by_sender);
	if (route->has_options)
		(void)printf(SHOW_LABEL "master.cf has TLS options for this "
		    "transport, and they are not looked at\n", "note");
	if (!show_route_is_smtp(route))
		(void)printf(SHOW_LABEL "none: %s(8) does not ask "
		    "smtp_tls_policy_maps%s\n", "answer", route->program,
		    strcmp(route->program, "lmtp") == 0 ? ", but "
		    "lmtp_tls_policy_maps" : "");
}

void
show_json_route(struct out_json *json, const char *who,
    const struct route *route)
{
	out_json_object(json, "route");
	out_json_text(json, "recipient", who);
	out_json_text(json, "class", route->class_name);
	out_json_text(json, "class_from", route->class_from);
	out_json_text(json, "transport", route->transport);
	out_json_text(json, "program", route->program);
	out_json_text(json, "nexthop", route->nexthop);
	out_json_text(json, "nexthop_from", route->nexthop_from);
	out_json_text(json, "by_sender", route->by_sender);
	out_json_bool(json, "master_options", route->has_options);
	out_json_end(json);
}

static int
is_set(const char *value)
{
	return value != NULL && *value != '\0';
}

/* A rule of its own trust anchors trusts those. */
static int
has_ca(const struct demand_site *site, const char *text)
{
	return site->has_default_ca || is_set(site->ca_file) ||
	    is_set(site->ca_path) || site->tafiles.n > 0 ||
	    (text != NULL && strstr(text, "tafile") != NULL);
}

/*
 * The level in force. 0: it cannot be told, or mail waits.
 * ret_why:  NULL: a rule; else which setting of main.cf.
 */
static int
find_level(const struct tables *tables, const struct demand_site *site,
    const struct known *known, struct outlook_of *of, const char **ret_why)
{
	const char *version = conf_get(tables->conf, "mail_version");
	struct tlsp_tok level = { known->text, 0, 0 };

	*ret_why = NULL;
	if (known->code == TLSP_OK) {
		level.len = strcspn(known->text, ", \t\r\n");
		of->level = tlsp_level_find(&level);
	} else if (known->code == TLSP_NONE && known->answer.n_foreign == 0) {
		of->level = site->level;
		*ret_why = "smtp_tls_security_level";
	} else {
		return 0;
	}
	if ((of->level == TLSP_LEVEL_DANE ||
	    of->level == TLSP_LEVEL_DANE_ONLY) && !site->is_dnssec) {
		of->level = of->level == TLSP_LEVEL_DANE ? TLSP_LEVEL_MAY :
		    of->level;
		*ret_why = "smtp_dns_support_level, which is not dnssec";
	}
	of->postfix = tables->host.postfix;
	of->has_ca = has_ca(site, known->text);
	of->patch = 0;
	if (version != NULL && (version = strchr(version, '.')) != NULL &&
	    (version = strchr(version + 1, '.')) != NULL)
		of->patch = atoi(version + 1);
	return of->level != TLSP_LEVEL_UNKNOWN;
}

/* From 3.10 on each sender can, unless main.cf says no (RFC 8689). */
static int
can_opt_out(const struct tables *tables, const struct outlook_of *of)
{
	return of->level != TLSP_LEVEL_NONE && of->level != TLSP_LEVEL_MAY &&
	    conf_is_yes(tables->conf, "tls_required_enable");
}

void
show_outlook(const struct tables *tables, const struct demand_site *site,
    const struct known *known)
{
	struct outlook_of of;
	struct outlook outlook;
	enum outlook_case which;
	const char *why;

	if (known->code < 0)
		(void)printf(SHOW_LABEL "status=deferred (client TLS "
		    "configuration problem)\n", "log");
	if (!find_level(tables, site, known, &of, &why))
		return;
	(void)printf(SHOW_LABEL "%s%s%s\n", "level",
	    tlsp_level_name(of.level), why == NULL ? "" : ", by ",
	    why == NULL ? "" : why);
	for (which = 0; which < OUTLOOK_CASES; which++) {
		outlook = outlook_for(&of, which);
		(void)printf(SHOW_LABEL "%s: %s%s%s%s\n", "log",
		    outlook_case_text(which), outlook.word != NULL ?
		    outlook.word : outlook.is_sent ? "no line of TLS" :
		    "no TLS", outlook.is_sent ? ", delivered" :
		    ", mail waits", outlook.note == NULL ? "" : "; ",
		    outlook.note == NULL ? "" : outlook.note);
	}
	if (can_opt_out(tables, &of))
		(void)printf(SHOW_LABEL "a message with the header "
		    "\"TLS-Required: no\" goes out at level may: "
		    "tls_required_enable = yes\n", "note");
}

void
show_json_outlook(struct out_json *json, const struct tables *tables,
    const struct demand_site *site, const struct known *known)
{
	struct outlook_of of;
	struct outlook outlook;
	enum outlook_case which;
	const char *why;
	const int is_known = find_level(tables, site, known, &of, &why);

	out_json_text(json, "level", is_known ? tlsp_level_name(of.level) :
	    NULL);
	out_json_text(json, "level_from", is_known ? why == NULL ? "rule" :
	    why : NULL);
	out_json_list(json, "log");
	for (which = 0; is_known && which < OUTLOOK_CASES; which++) {
		outlook = outlook_for(&of, which);
		out_json_object(json, NULL);
		out_json_text(json, "certificate", outlook_case_word(which));
		out_json_text(json, "word", outlook.word);
		out_json_text(json, "mail", outlook.is_sent ? "delivered" :
		    "waits");
		out_json_text(json, "note", outlook.note);
		out_json_end(json);
	}
	out_json_end(json);
	out_json_bool(json, "opt_out", is_known && can_opt_out(tables, &of));
}
