/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_audit_html.c - an audit for an auditor: one page.
 * Knows:    what an auditor asks, in which order. Not: how it was found,
 *           escaping.
 * Feeds:    audit.
 */
#include "out_audit.h"

#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/mem.h"
#include "out_html.h"
#include "out_text.h"

/* From the best to what is not known, as people read bars. */
static const enum audit_count WORDS[] = {
	AUDIT_N_VERIFIED, AUDIT_N_TRUSTED, AUDIT_N_UNTRUSTED,
	AUDIT_N_ANONYMOUS, AUDIT_N_CLEAR, AUDIT_N_UNKNOWN,
};

#define N_WORDS		(sizeof(WORDS) / sizeof(WORDS[0]))

static void
parts_of(const unsigned long *counts, struct out_html_part *parts)
{
	size_t n;

	for (n = 0; n < N_WORDS; n++)
		parts[n] = (struct out_html_part){ audit_count_name(WORDS[n]),
		    counts == NULL ? 0 : counts[WORDS[n]] };
}

static unsigned long
sum_of(const unsigned long *counts)
{
	unsigned long sum = 0;
	size_t n;

	for (n = 0; n < N_WORDS; n++)
		sum += counts[WORDS[n]];
	return sum;
}

static void
put_term(const char *term, const char *text, FILE *out)
{
	(void)fprintf(out, "<dt>%s</dt><dd>", term);
	out_html_alone(text, out);
	(void)fputs("</dd>\n", out);
}

static void
put_number(const char *term, size_t n, const char *what, FILE *out)
{
	(void)fprintf(out, "<dt>%s</dt><dd><strong%s>%zu</strong> %s</dd>\n",
	    term, strcmp(term, "Broken") == 0 && n > 0 ? " class=\"broken\"" :
	    "", n, what);
}

static size_t
count_unseen(const struct out_audit *audit)
{
	size_t n, count = 0;

	for (n = 0; n < audit->n_partners; n++)
		count += !audit->partners[n]->is_seen;
	return count;
}

/* What, from when to when, by which rules; and the result in four numbers. */
static void
put_summary(const struct out_audit *audit, FILE *out)
{
	char time[OUT_TEXT_TIME], last[OUT_TEXT_TIME], text[120];

	(void)fputs("<dl>\n", out);
	put_term("Made", out_text_time(audit->now, time), out);
	(void)snprintf(text, sizeof(text), "%s to %s", out_text_time(
	    audit->read->first, time), out_text_time(audit->read->last, last));
	put_term("Logs from", text, out);
	if (audit->since != 0)
		put_term("Counted since", out_text_time(audit->since, time),
		    out);
	if (audit->until != INT64_MAX)
		put_term("Counted until", out_text_time(audit->until, time),
		    out);
	put_term("Rules", audit->tables, out);
	(void)fputs("</dl>\n<h2>Result</h2>\n<dl>\n", out);
	put_number("Kept", out_audit_count(audit, AUDIT_KEPT),
	    "partners: every message went as their rule demands", out);
	put_number("Broken", out_audit_count(audit, AUDIT_BROKEN),
	    "partners: messages went out weaker than their rule demands", out);
	put_number("Neither", out_audit_count(audit, AUDIT_NO_PROMISE),
	    "partners: nothing is demanded, nothing was delivered, or the "
	    "logs cannot tell", out);
	put_number("Never seen", count_unseen(audit),
	    "rules: these logs hold no mail under them", out);
	(void)fputs("</dl>\n", out);
}

/* Periods of all partners together. */
struct periods {
	struct audit_period *list;
	size_t n, cap;
};

static int
by_name(const void *a, const void *b)
{
	const struct audit_period *one = a, *two = b;

	return strcmp(one->name, two->name);
}

/* All that there are, sorted, then those of one name made one. 0: no memory. */
static int
gather(const struct out_audit *audit, struct periods *periods)
{
	const struct audit_partner *partner;
	struct audit_period *grown, *to;
	size_t n, k, kept = 0;

	for (n = 0; n < audit->n_partners; n++) {
		partner = audit->partners[n];
		if (partner->n_periods == 0)
			continue;
		grown = tlsp_grow(periods->list, &periods->cap, periods->n +
		    partner->n_periods, sizeof(*grown));
		if (grown == NULL)
			return 0;
		periods->list = grown;
		memcpy(grown + periods->n, partner->periods,
		    partner->n_periods * sizeof(*grown));
		periods->n += partner->n_periods;
	}
	if (periods->n == 0)
		return 1;
	qsort(periods->list, periods->n, sizeof(*periods->list), by_name);
	for (n = 1; n < periods->n; n++) {
		to = &periods->list[kept];
		if (strcmp(to->name, periods->list[n].name) != 0) {
			periods->list[++kept] = periods->list[n];
			continue;
		}
		for (k = 0; k < AUDIT_COUNTS; k++)
			to->counts[k] += periods->list[n].counts[k];
	}
	periods->n = kept + 1;
	return 1;
}

static void
put_counts(const unsigned long *counts, FILE *out)
{
	static const enum audit_count more[] = { AUDIT_N_DEFERRED_POLICY };
	unsigned long n;
	size_t k;

	(void)fprintf(out, "<td class=\"n\">%lu</td>", counts[AUDIT_N_SENT]);
	for (k = 0; k < N_WORDS + 1; k++) {
		n = counts[k < N_WORDS ? WORDS[k] : more[0]];
		(void)fprintf(out, "<td class=\"n%s\">%lu</td>", n == 0 ?
		    " zero" : "", n);
	}
}

static void
put_count_heads(FILE *out)
{
	size_t n;

	(void)fputs("<th scope=\"col\" class=\"n\">messages</th>", out);
	for (n = 0; n < N_WORDS; n++)
		(void)fprintf(out, "<th scope=\"col\" class=\"n\">%s</th>",
		    audit_count_name(WORDS[n]));
	(void)fputs("<th scope=\"col\" class=\"n\">waited</th>", out);
}

static void
put_periods(const struct periods *periods, FILE *out)
{
	struct out_html_part parts[N_WORDS];
	unsigned long most = 0, sum;
	size_t n;

	for (n = 0; n < periods->n; n++)
		if ((sum = sum_of(periods->list[n].counts)) > most)
			most = sum;
	(void)fputs("<h2>All partners, by period</h2>\n", out);
	parts_of(NULL, parts);
	out_html_legend(parts, N_WORDS, out);
	(void)fputs("<table>\n<thead><tr><th scope=\"col\">period</th>"
	    "<th scope=\"col\" style=\"width:35%\">share</th>", out);
	put_count_heads(out);
	(void)fputs("</tr></thead>\n<tbody>\n", out);
	for (n = 0; n < periods->n; n++) {
		(void)fprintf(out, "<tr><th scope=\"row\" class=\"period\">%s"
		    "</th><td>", periods->list[n].name);
		parts_of(periods->list[n].counts, parts);
		out_html_bar(periods->list[n].name, parts, N_WORDS, most, out);
		(void)fputs("</td>", out);
		put_counts(periods->list[n].counts, out);
		(void)fputs("</tr>\n", out);
	}
	(void)fputs("</tbody>\n</table>\n", out);
}

static void
put_promise(const struct audit_partner *partner, FILE *out)
{
	const enum audit_promise promise = audit_partner_promise(partner);
	char why[400];

	(void)fprintf(out, "<td%s><strong class=\"%s\">%s</strong><br>",
	    promise == AUDIT_BROKEN ? " class=\"broken\"" : "",
	    promise == AUDIT_KEPT ? "kept" : promise == AUDIT_BROKEN ?
	    "broken" : "untold", promise == AUDIT_KEPT ? "kept" :
	    promise == AUDIT_BROKEN ? "broken" : "none");
	out_html_text(audit_partner_why(partner, why, sizeof(why)), out);
	(void)fputs("</td>", out);
}

static void
put_partner_row(const struct audit_partner *partner, FILE *out)
{
	struct out_html_part parts[N_WORDS];

	(void)fputs("<tr><th scope=\"row\">", out);
	out_html_alone(partner->name, out);
	(void)fprintf(out, "</th><td>%s</td>", partner->level == NULL ? "-" :
	    partner->level);
	put_promise(partner, out);
	(void)fputs("<td>", out);
	parts_of(partner->counts, parts);
	out_html_bar(partner->name, parts, N_WORDS, 0, out);
	(void)fputs("</td>", out);
	put_counts(partner->counts, out);
	(void)fprintf(out, "<td>%s</td></tr>\n",
	    audit_partner_confidence(partner) == NULL ? "-" :
	    audit_partner_confidence(partner));
}

static void
put_partners(const struct out_audit *audit, FILE *out)
{
	size_t n;

	(void)fputs("<h2>Partners</h2>\n<table>\n<caption>Distinct messages; "
	    "one that waited and went later is in both columns.</caption>\n"
	    "<thead><tr><th scope=\"col\">partner</th><th scope=\"col\">rule"
	    "</th><th scope=\"col\" style=\"width:15%\">promise</th>"
	    "<th scope=\"col\" style=\"width:14%\">share</th>", out);
	put_count_heads(out);
	(void)fputs("<th scope=\"col\">confidence</th></tr></thead>\n"
	    "<tbody>\n", out);
	for (n = 0; n < audit->n_partners; n++)
		if (audit->partners[n]->is_seen)
			put_partner_row(audit->partners[n], out);
	(void)fputs("</tbody>\n</table>\n", out);
}

static void
put_unseen(const struct out_audit *audit, FILE *out)
{
	const struct audit_partner *partner;
	size_t n;

	if (count_unseen(audit) == 0)
		return;
	(void)fputs("<h2>Rules never seen</h2>\n<table>\n<thead><tr>"
	    "<th scope=\"col\">rule</th><th scope=\"col\">level</th>"
	    "<th scope=\"col\">place</th></tr></thead>\n<tbody>\n", out);
	for (n = 0; n < audit->n_partners; n++) {
		partner = audit->partners[n];
		if (partner->is_seen)
			continue;
		(void)fputs("<tr><th scope=\"row\">", out);
		out_html_alone(partner->name, out);
		(void)fprintf(out, "</th><td>%s</td><td>", partner->level ==
		    NULL ? "-" : partner->level);
		out_html_alone(partner->file, out);
		(void)fprintf(out, ":%u</td></tr>\n", partner->line);
	}
	(void)fputs("</tbody>\n</table>\n", out);
}

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

enum tlsp_code
out_audit_html(const struct out_audit *audit, FILE *out, struct tlsp_err *err)
{
	struct periods periods = { NULL, 0, 0 };
	int is_done;

	if (!gather(audit, &periods)) {
		free(periods.list);
		return no_memory(err);
	}
	out_html_begin("TLS audit of mail to partners", out);
	put_summary(audit, out);
	put_periods(&periods, out);
	put_partners(audit, out);
	is_done = out_audit_html_tls(audit, out);
	put_unseen(audit, out);
	out_audit_html_proof(audit, out);
	out_html_end(out);
	free(periods.list);
	if (!is_done)
		return no_memory(err);
	return ferror(out) ? tlsp_err_set(err, TLSP_E_IO, NULL,
	    "cannot write") : TLSP_OK;
}
