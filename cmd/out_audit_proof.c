/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_audit_proof.c - the second half of the page: the lines that prove it,
 *                     what was read, how it was judged.
 * Knows:    what an auditor asks next. Not: how it was found, escaping.
 * Feeds:    out_audit_html.
 */
#include "out_audit.h"

#include "out_html.h"
#include "out_text.h"

static void
put_shown(const struct audit_shown *shown, FILE *out)
{
	if (shown->file == NULL)
		return;
	(void)fputs("<b>", out);
	out_html_alone(shown->file, out);
	(void)fprintf(out, ":%lu</b> ", shown->line);
	out_html_alone(shown->text, out);
	(void)fputs("\n", out);
}

static void
put_evidence(const struct audit_partner *partner, enum audit_shows shows,
    const char *what, FILE *out)
{
	size_t n;

	if (partner->n_evidence[shows] == 0)
		return;
	(void)fprintf(out, "<p>%s:</p>\n", what);
	for (n = 0; n < partner->n_evidence[shows]; n++) {
		(void)fprintf(out, "<pre%s>", shows == AUDIT_SHOWS_BROKEN ?
		    " class=\"broken\"" : "");
		put_shown(&partner->evidence[shows][n]->tls, out);
		put_shown(&partner->evidence[shows][n]->delivery, out);
		(void)fputs("</pre>\n", out);
	}
}

static void
put_suites(const struct audit_partner *partner, FILE *out)
{
	size_t n;

	if (partner->n_suites == 0)
		return;
	(void)fputs("<dt>TLS</dt><dd>", out);
	for (n = 0; n < partner->n_suites; n++) {
		(void)fprintf(out, "%s%lu by ", n > 0 ? ", " : "",
		    partner->suites[n].n);
		out_html_alone(partner->suites[n].protocol, out);
		(void)fputs(" ", out);
		out_html_alone(partner->suites[n].cipher, out);
	}
	if (partner->n_other_suites > 0)
		(void)fprintf(out, ", %lu by others",
		    partner->n_other_suites);
	(void)fputs("</dd>\n", out);
}

/* As an auditor reads it. */
static const char *
reason_text(enum audit_reason reason)
{
	static const char *const texts[AUDIT_REASONS] = { "",
	    "a certificate that is verified", "a server that offers TLS",
	    "a TLS handshake that succeeds",
	    "a TLS configuration of our own that works",
	    "something else that the policy demands" };

	return texts[reason];
}

static void
put_facts(const struct audit_partner *partner, FILE *out)
{
	char first[OUT_TEXT_TIME], last[OUT_TEXT_TIME];
	const char *comma = "<dt>Waited for</dt><dd>";
	size_t n;

	(void)fputs("<dl>\n", out);
	if (partner->rule_key != NULL) {
		(void)fputs("<dt>Rule</dt><dd>", out);
		out_html_alone(partner->rule_key, out);
		(void)fprintf(out, " %s, ", partner->level == NULL ? "" :
		    partner->level);
		out_html_alone(partner->file, out);
		(void)fprintf(out, ":%u</dd>\n", partner->line);
	}
	(void)fprintf(out, "<dt>Seen</dt><dd>%s to %s</dd>\n", out_text_time(
	    partner->first, first), out_text_time(partner->last, last));
	put_suites(partner, out);
	for (n = AUDIT_CERTIFICATE; n < AUDIT_REASONS; n++)
		if (partner->reasons[n] > 0) {
			(void)fprintf(out, "%s%s (%lu)", comma,
			    reason_text((enum audit_reason)n),
			    partner->reasons[n]);
			comma = ", ";
		}
	(void)fprintf(out, "%s</dl>\n", comma[0] == ',' ? "</dd>\n" : "");
}

static void
put_partner(const struct audit_partner *partner, FILE *out)
{
	(void)fputs("<h3>", out);
	out_html_alone(partner->name, out);
	(void)fputs("</h3>\n", out);
	put_facts(partner, out);
	put_evidence(partner, AUDIT_SHOWS_BROKEN, "Weaker than demanded", out);
	put_evidence(partner, AUDIT_SHOWS_DEFERRED, "Held back by the policy",
	    out);
	put_evidence(partner, AUDIT_SHOWS_UNKNOWN, "The log does not tell",
	    out);
	put_evidence(partner, AUDIT_SHOWS_KEPT, "As demanded, for example",
	    out);
}

static void
put_log(const struct audit_log_state *log, FILE *out)
{
	char first[OUT_TEXT_TIME], last[OUT_TEXT_TIME];

	(void)fputs("<tr><th scope=\"row\">", out);
	out_html_alone(log->path, out);
	(void)fprintf(out, "</th><td>%s</td><td>%s</td>"
	    "<td class=\"n\">%lu</td><td class=\"n\">%lu</td></tr>\n",
	    out_text_time(log->first, first), out_text_time(log->last, last),
	    log->n_lines, log->n_odd);
}

static void
put_logs(const struct audit_feed_state *read, FILE *out)
{
	size_t n;

	(void)fputs("<h2>What was read</h2>\n<table>\n<thead><tr>"
	    "<th scope=\"col\">log</th><th scope=\"col\">first line</th>"
	    "<th scope=\"col\">last line</th><th scope=\"col\" class=\"n\">"
	    "lines</th><th scope=\"col\" class=\"n\">not readable</th></tr>"
	    "</thead>\n<tbody>\n", out);
	for (n = 0; n < read->n_logs; n++)
		put_log(&read->logs[n], out);
	(void)fputs("</tbody>\n</table>\n", out);
}

static const char METHOD[] =
"<h2>How it was judged</h2>\n"
"<p>A rule of level <em>encrypt</em> demands TLS for each message. One of "
"level <em>verify</em>, <em>secure</em>, <em>fingerprint</em>, <em>dane</em> "
"or <em>dane-only</em>, or with <em>pin=require</em>, demands a server "
"certificate that was <em>Verified</em>. Rules are those in force when this "
"page was made.</p>\n"
"<p>Verified, Trusted, Untrusted and Anonymous are the words of Postfix: "
"certificate and name as demanded; a certificate of a known authority, its "
"name not compared; encrypted with a certificate that proves nothing; "
"encrypted without one. A message counts as <em>clear</em> only where "
"Postfix says so, or where it names no TLS for it although the same program "
"names TLS for other mail within a day, without a reload between; else it is "
"<em>unknown</em>.</p>\n"
"<p>Confidence: <em>certain</em>: the log names the security with the "
"message (Postfix 3.11 and later); <em>high</em>: it was found by process, "
"server and time, for older versions do not name the message with it; "
"<em>low</em>: by less than that, or by the lack of a line.</p>\n"
"<p>A log proves what Postfix wrote into it. Whoever may write to the log "
"can write this, too.</p>\n";

void
out_audit_html_proof(const struct out_audit *audit, FILE *out)
{
	size_t n;

	(void)fputs("<h2>Evidence</h2>\n", out);
	for (n = 0; n < audit->n_partners; n++)
		if (audit->partners[n]->is_seen)
			put_partner(audit->partners[n], out);
	put_logs(audit->read, out);
	(void)fputs(METHOD, out);
}
