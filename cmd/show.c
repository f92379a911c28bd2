/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * show.c - what is known of a next-hop, as lines.
 * Knows:    the words, their order. Not: where it is known from, options.
 * Feeds:    explain, pins.
 */
#include "show.h"

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "out_text.h"
#include "place.h"

#define NAME_SIZE	64

static void
label(const char *word)
{
	(void)printf(SHOW_LABEL, word);
}

/* Text of a record, which is 7-bit and printable. */
static void
put(const struct tlsp_pin_text *text)
{
	(void)fwrite(text->text, 1, text->len, stdout);
}

/* A span since then, or until then. */
static void
put_span(int64_t when, int64_t now)
{
	char span[OUT_TEXT_TIME];

	if (when == now)
		(void)fputs("now", stdout);
	else if (when > now)
		(void)printf("in %s", out_text_span(when - now, span));
	else
		(void)printf("%s ago", out_text_span(now - when, span));
}

static void
put_time(const char *what, int64_t when, int64_t now)
{
	char time[OUT_TEXT_TIME];

	(void)printf("%s%s (", what, out_text_time(when, time));
	put_span(when, now);
	(void)fputs(")", stdout);
}

static const char *
said_text(enum tables_said said)
{
	switch (said) {
	case TABLES_ANSWERS:
		return "answers";
	case TABLES_FAULT:
		return "an error, so that mail waits";
	case TABLES_NOTHING:
		return "nothing";
	case TABLES_LEFT:
		return "a wildcard, that waits for its own turn";
	case TABLES_FOREIGN:
		return "another type of table, which this command does not "
		    "ask: what it says would go first";
	}
	return "";
}

void
show_asked(const struct known *known)
{
	const struct tables_step *step;
	char safe[TABLES_KEY_MAX];
	size_t n;

	for (n = 0; n < known->answer.n_steps; n++) {
		step = &known->answer.steps[n];
		label("asked");
		(void)printf("%s in %s: %s\n", out_text_safe(step->key,
		    strlen(step->key), safe, sizeof(safe)), step->map->spec,
		    said_text(step->said));
	}
}

void
show_rule(const struct known *known)
{
	const struct tlsp_rule *rule = known->answer.rule;
	char span[OUT_TEXT_TIME], safe[1024];
	struct tlsp_pos at;
	char *line;

	if (rule == NULL)
		return;
	at = (struct tlsp_pos){ known->answer.map->path, rule->line,
	    rule->col };
	line = place_line(&at);
	label("rule");
	(void)printf("%s:%u:%u: %s\n", at.file, at.line, at.col,
	    line == NULL ? rule->key : out_text_safe(line, strlen(line), safe,
	    sizeof(safe)));
	free(line);
	if (rule->fault != NULL)
		return;
	label("written");
	(void)printf("%s\n", rule->policy.text);
	label("pin");
	if (known->pin == TLSP_PIN_OFF)
		(void)puts("off: fingerprints are not looked at");
	else
		(void)printf("%s; a fingerprint is used for %s after it was "
		    "verified\n", known_mode_word(known->pin),
		    out_text_span(known_ttl(rule), span));
}

void
show_trust(const struct tables *tables, const struct known *known)
{
	char buf[NAME_SIZE];
	const char *name, *value;
	size_t n;

	if (known->pin == TLSP_PIN_OFF || known->answer.rule == NULL)
		return;
	for (n = 0; (name = tlsp_trust_name("smtp", n, buf, sizeof(buf))) !=
	    NULL; n++) {
		value = conf_get(tables->conf, name);
		if (value == NULL || *value == '\0')
			continue;
		label("trust");
		(void)printf("%s = %s\n", name, value);
	}
	label("digest");
	value = conf_get(tables->conf, "smtp_tls_fingerprint_digest");
	(void)printf("%s%s\n", value == NULL ? "unknown" : value,
	    tables->trust.digest[0] != '\0' ? "" :
	    ": too weak, no fingerprint is used; set "
	    "smtp_tls_fingerprint_digest = sha256");
	label("constraint");
	(void)printf("%016llX\n", (unsigned long long)known->constraint);
}

static void
show_pin(const struct tlsp_pin *pin, enum tlsp_pin_state state, int is_gone,
    int64_t ttl_s, int64_t now)
{
	label("pin");
	put(&pin->key);
	(void)printf(" %s", state == TLSP_PIN_USABLE ? "usable" :
	    "NOT USABLE: ");
	if (state != TLSP_PIN_USABLE)
		(void)fputs(tlsp_merge_pin_text(state), stdout);
	(void)printf("; %s", pin->origin == TLSP_PIN_PERSON ? "accepted by " :
	    known_origin_word(pin->origin));
	if (pin->origin == TLSP_PIN_PERSON)
		put(&pin->who);
	put_time(", verified ", pin->verified, now);
	put_time("; usable until ", known_until(pin, is_gone, ttl_s), now);
	/* Of a key that a person typed in, no certificate is known. */
	if (pin->cert.len == pin->key.len &&
	    memcmp(pin->cert.text, pin->key.text, pin->key.len) == 0) {
		(void)fputs("\n", stdout);
		return;
	}
	put_time("; certificate expires ", pin->not_after, now);
	(void)fputs("\n", stdout);
	label("cert");
	put(&pin->cert);
	if (pin->anchor.len > 0) {
		(void)fputs(" vouched for by ", stdout);
		put(&pin->anchor);
	}
	(void)fputs("\n", stdout);
}

void
show_set(const struct tlsp_pin_set *set, const struct tlsp_verdict *verdict,
    int64_t ttl_s, int64_t now)
{
	const struct tlsp_pin_host *host;
	size_t n, p;

	label("scanned");
	if (set->scanned == 0)
		(void)puts("never: not all MX hosts are known");
	else {
		put_time("", set->scanned, now);
		(void)fputs("\n", stdout);
	}
	for (n = 0; n < set->n_hosts; n++) {
		host = &set->hosts[n];
		label("host");
		put(&host->name);
		(void)printf(":%u%s%s\n", host->port, host->is_gone ?
		    " (no longer an MX host)" : "", host->n_pins == 0 ?
		    ": no fingerprint of it has been verified" : "");
		for (p = host->first_pin; p < host->first_pin + host->n_pins;
		    p++)
			show_pin(&set->pins[p], verdict->pins[p],
			    host->is_gone, ttl_s, now);
	}
}

void
show_pins(const struct known *known, int64_t now)
{
	const struct tlsp_pin_host *host;

	if (known->pin == TLSP_PIN_OFF || known->answer.rule == NULL)
		return;
	if (known->has_set)
		show_set(&known->set, &known->verdict,
		    known_ttl(known->answer.rule), now);
	label("pins");
	(void)fputs(tlsp_merge_set_text(known->verdict.state), stdout);
	if (known->verdict.state == TLSP_PINS_UNREADABLE) {
		(void)printf(": %s", known->why.text);
	} else if (known->verdict.state == TLSP_PINS_LACKING) {
		host = &known->set.hosts[known->verdict.lacking];
		(void)fputs(": ", stdout);
		put(&host->name);
		(void)printf(":%u", host->port);
	} else if (known->verdict.state == TLSP_PINS_USABLE) {
		(void)printf(": %zu, and each MX host has one",
		    known->verdict.n_usable);
	}
	(void)fputs("\n", stdout);
}

void
show_answer(const struct known *known)
{
	char text[1024];

	if (known->code == TLSP_OK) {
		label("answer");
		(void)printf("%s\n", known->text);
		return;
	}
	if (known->code == TLSP_NONE) {
		label("answer");
		(void)puts(known->answer.n_foreign > 0 ? "none of this "
		    "table; the other tables have not been asked" : "none: "
		    "smtp_tls_security_level of main.cf holds");
		return;
	}
	label("waits");
	tlsp_err_print(&known->err, text, sizeof(text));
	(void)printf("%s\n", text);
}
