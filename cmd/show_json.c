/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * show_json.c - what is known of a next-hop, as members of an object.
 * Knows:    the names. Not: where it is known from, jansson.
 * Feeds:    explain, pins.
 */
#include "show.h"

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "place.h"

#define NAME_SIZE	64

static void
put(struct out_json *json, const char *name, const struct tlsp_pin_text *text)
{
	out_json_bytes(json, name, text->len > 0 ? text->text : NULL,
	    text->len);
}

static const char *
said_word(enum tables_said said)
{
	switch (said) {
	case TABLES_ANSWERS:
		return "answers";
	case TABLES_FAULT:
		return "error";
	case TABLES_NOTHING:
		return "nothing";
	case TABLES_LEFT:
		return "left";
	case TABLES_FOREIGN:
		return "not_asked";
	}
	return NULL;
}

void
show_json_asked(struct out_json *json, const struct known *known)
{
	const struct tables_step *step;
	size_t n;

	out_json_list(json, "asked");
	for (n = 0; n < known->answer.n_steps; n++) {
		step = &known->answer.steps[n];
		out_json_object(json, NULL);
		out_json_text(json, "key", step->key);
		out_json_text(json, "table", step->map->spec);
		out_json_text(json, "said", said_word(step->said));
		out_json_end(json);
	}
	out_json_end(json);
}

void
show_json_rule(struct out_json *json, const struct known *known)
{
	const struct tlsp_rule *rule = known->answer.rule;
	struct tlsp_pos at;
	char *line;

	if (rule == NULL) {
		out_json_text(json, "rule", NULL);
		return;
	}
	at = (struct tlsp_pos){ known->answer.map->path, rule->line,
	    rule->col };
	line = place_line(&at);
	out_json_object(json, "rule");
	out_json_text(json, "key", rule->key);
	out_json_text(json, "table", known->answer.map->spec);
	out_json_text(json, "file", at.file);
	out_json_int(json, "line", at.line);
	out_json_int(json, "column", at.col);
	out_json_text(json, "source", line);
	out_json_text(json, "written", rule->fault == NULL ?
	    rule->policy.text : NULL);
	out_json_end(json);
	free(line);
	if (rule->fault != NULL)
		return;
	out_json_text(json, "pin", known_mode_word(known->pin));
	out_json_int(json, "pin_ttl", known_ttl(rule));
}

void
show_json_trust(struct out_json *json, const struct tables *tables,
    const struct known *known)
{
	char buf[NAME_SIZE];
	const char *name;
	size_t n;

	if (known->pin == TLSP_PIN_OFF || known->answer.rule == NULL)
		return;
	out_json_object(json, "trust");
	for (n = 0; (name = tlsp_trust_name("smtp", n, buf, sizeof(buf))) !=
	    NULL; n++)
		out_json_text(json, name, conf_get(tables->conf, name));
	out_json_end(json);
	out_json_text(json, "digest", tables->trust.digest[0] == '\0' ? NULL :
	    tables->trust.digest);
	out_json_hex(json, "constraint", known->constraint);
}

static void
put_pin(struct out_json *json, const struct tlsp_pin *pin,
    enum tlsp_pin_state state, int is_gone, int64_t ttl_s)
{
	out_json_object(json, NULL);
	put(json, "key", &pin->key);
	put(json, "cert", &pin->cert);
	put(json, "anchor", &pin->anchor);
	out_json_text(json, "origin", known_origin_word(pin->origin));
	put(json, "who", &pin->who);
	out_json_time(json, "first", pin->first);
	out_json_time(json, "verified", pin->verified);
	out_json_time(json, "until", known_until(pin, is_gone, ttl_s));
	out_json_time(json, "not_after", pin->not_after);
	out_json_text(json, "state", known_pin_word(state));
	out_json_end(json);
}

void
show_json_set(struct out_json *json, const struct tlsp_pin_set *set,
    const struct tlsp_verdict *verdict, int64_t ttl_s)
{
	const struct tlsp_pin_host *host;
	size_t n, p;

	out_json_time(json, "scanned", set->scanned);
	out_json_list(json, "hosts");
	for (n = 0; n < set->n_hosts; n++) {
		host = &set->hosts[n];
		out_json_object(json, NULL);
		put(json, "host", &host->name);
		out_json_int(json, "port", host->port);
		out_json_bool(json, "gone", host->is_gone);
		out_json_list(json, "pins");
		for (p = host->first_pin; p < host->first_pin + host->n_pins;
		    p++)
			put_pin(json, &set->pins[p], verdict->pins[p],
			    host->is_gone, ttl_s);
		out_json_end(json);
		out_json_end(json);
	}
	out_json_end(json);
}

void
show_json_pins(struct out_json *json, const struct known *known)
{
	const struct tlsp_pin_host *host;
	char lacking[TLSP_HOSTNAME_MAX + 16];

	if (known->pin == TLSP_PIN_OFF || known->answer.rule == NULL)
		return;
	out_json_object(json, "pins");
	out_json_text(json, "state", known_set_word(known->verdict.state));
	out_json_text(json, "why", known->verdict.state ==
	    TLSP_PINS_UNREADABLE ? known->why.text :
	    tlsp_merge_set_text(known->verdict.state));
	if (known->verdict.state == TLSP_PINS_LACKING) {
		host = &known->set.hosts[known->verdict.lacking];
		(void)snprintf(lacking, sizeof(lacking), "%.*s:%u",
		    (int)host->name.len, host->name.text, host->port);
		out_json_text(json, "lacking", lacking);
	}
	if (known->has_set)
		show_json_set(json, &known->set, &known->verdict,
		    known_ttl(known->answer.rule));
	out_json_end(json);
}

void
show_json_answer(struct out_json *json, const struct known *known)
{
	out_json_text(json, "answer", known->code == TLSP_OK ? known->text :
	    NULL);
	if (known->code >= 0) {
		out_json_text(json, "error", NULL);
		return;
	}
	out_json_object(json, "error");
	out_json_text(json, "file", known->err.at.file);
	out_json_int(json, "line", known->err.at.line);
	out_json_int(json, "column", known->err.at.col);
	out_json_text(json, "text", known->err.text);
	out_json_end(json);
}
