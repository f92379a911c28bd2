/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_audit_json.c - an audit for programs: an object a partner.
 * Knows:    the names. Not: how it was found, jansson.
 * Feeds:    audit.
 */
#include "out_audit.h"

#include "out_json.h"

static void
put_counts(struct out_json *json, const unsigned long *counts)
{
	static const enum audit_count order[] = {
		AUDIT_N_SENT, AUDIT_N_VERIFIED, AUDIT_N_TRUSTED,
		AUDIT_N_UNTRUSTED, AUDIT_N_ANONYMOUS, AUDIT_N_CLEAR,
		AUDIT_N_UNKNOWN, AUDIT_N_DEFERRED_POLICY, AUDIT_N_DEFERRED,
		AUDIT_N_BOUNCED,
	};
	size_t n;

	for (n = 0; n < sizeof(order) / sizeof(order[0]); n++)
		out_json_int(json, audit_count_name(order[n]),
		    (int64_t)counts[order[n]]);
}

static void
put_rule(struct out_json *json, const struct audit_partner *partner)
{
	if (partner->rule_key == NULL) {
		out_json_text(json, "rule", NULL);
		return;
	}
	out_json_object(json, "rule");
	out_json_text(json, "key", partner->rule_key);
	out_json_text(json, "level", partner->level);
	out_json_text(json, "demand", audit_demand_name(partner->demand));
	out_json_text(json, "file", partner->file);
	out_json_int(json, "line", partner->line);
	out_json_end(json);
}

static void
put_periods(struct out_json *json, const struct audit_partner *partner)
{
	size_t n;

	out_json_list(json, "periods");
	for (n = 0; n < partner->n_periods; n++) {
		out_json_object(json, NULL);
		out_json_text(json, "period", partner->periods[n].name);
		put_counts(json, partner->periods[n].counts);
		out_json_end(json);
	}
	out_json_end(json);
}

static void
put_suite(struct out_json *json, const char *protocol, const char *cipher,
    unsigned long n)
{
	out_json_object(json, NULL);
	out_json_text(json, "protocol", protocol);
	out_json_text(json, "cipher", cipher);
	out_json_int(json, "messages", (int64_t)n);
	out_json_end(json);
}

static void
put_suites(struct out_json *json, const struct audit_partner *partner)
{
	size_t n;

	out_json_list(json, "tls");
	for (n = 0; n < partner->n_suites; n++)
		put_suite(json, partner->suites[n].protocol,
		    partner->suites[n].cipher, partner->suites[n].n);
	if (partner->n_other_suites > 0)
		put_suite(json, NULL, NULL, partner->n_other_suites);
	out_json_end(json);
}

static void
put_shown(struct out_json *json, const char *name,
    const struct audit_shown *shown)
{
	if (shown->file == NULL) {
		out_json_text(json, name, NULL);
		return;
	}
	out_json_object(json, name);
	out_json_text(json, "file", shown->file);
	out_json_int(json, "line", (int64_t)shown->line);
	out_json_text(json, "text", shown->text);
	out_json_end(json);
}

static void
put_evidence(struct out_json *json, const struct audit_partner *partner)
{
	const struct audit_evidence *evidence;
	size_t shows, n;

	out_json_list(json, "evidence");
	for (shows = 0; shows < AUDIT_SHOWS; shows++)
		for (n = 0; n < partner->n_evidence[shows]; n++) {
			evidence = partner->evidence[shows][n];
			out_json_object(json, NULL);
			out_json_text(json, "shows", audit_shows_name(
			    (enum audit_shows)shows));
			out_json_time(json, "time", evidence->when);
			out_json_text(json, "security", shows ==
			    AUDIT_SHOWS_DEFERRED ? NULL :
			    audit_word_name(evidence->word));
			put_shown(json, "tls", &evidence->tls);
			put_shown(json, "delivery", &evidence->delivery);
			out_json_end(json);
		}
	out_json_end(json);
}

static void
put_reasons(struct out_json *json, const struct audit_partner *partner)
{
	size_t n;

	out_json_object(json, "deferred_reasons");
	for (n = AUDIT_CERTIFICATE; n < AUDIT_REASONS; n++)
		out_json_int(json, audit_reason_name((enum audit_reason)n),
		    (int64_t)partner->reasons[n]);
	out_json_end(json);
	out_json_object(json, "found_by");
	for (n = 0; n < AUDIT_HOWS; n++)
		out_json_int(json, audit_how_name((enum audit_how)n),
		    (int64_t)partner->by[n]);
	out_json_end(json);
}

static enum tlsp_code
print_partner(const struct audit_partner *partner, FILE *out,
    struct tlsp_err *err)
{
	struct out_json *json = out_json_new();
	char why[400];

	out_json_text(json, "partner", partner->name);
	out_json_bool(json, "seen", partner->is_seen);
	out_json_text(json, "promise", out_audit_promise_name(
	    audit_partner_promise(partner)));
	out_json_text(json, "why", audit_partner_why(partner, why,
	    sizeof(why)));
	put_rule(json, partner);
	put_counts(json, partner->counts);
	out_json_int(json, "as_demanded", (int64_t)partner->n_met);
	out_json_int(json, "weaker", (int64_t)partner->n_broken);
	out_json_int(json, "untold", (int64_t)partner->n_untold);
	out_json_time(json, "first", partner->first);
	out_json_time(json, "last", partner->last);
	put_periods(json, partner);
	put_suites(json, partner);
	put_reasons(json, partner);
	out_json_text(json, "confidence", audit_partner_confidence(partner));
	put_evidence(json, partner);
	return out_json_print(json, out, err);
}

enum tlsp_code
out_audit_json(const struct out_audit *audit, FILE *out, struct tlsp_err *err)
{
	enum tlsp_code code = TLSP_OK;
	size_t n;

	for (n = 0; code == TLSP_OK && n < audit->n_partners; n++)
		code = print_partner(audit->partners[n], out, err);
	return code;
}
