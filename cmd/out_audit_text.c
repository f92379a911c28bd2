/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_audit_text.c - an audit for people: a table, then lines that begin with
 *                    what they tell.
 * Knows:    the words and columns. Not: how it was found.
 * Feeds:    audit.
 */
#include "out_audit.h"

#include <string.h>

#include "out_table.h"
#include "out_text.h"

#define SAFE_SIZE	1200

/* The columns of counts, in the order in which people look for trouble. */
static const enum audit_count COLUMNS[] = {
	AUDIT_N_SENT, AUDIT_N_VERIFIED, AUDIT_N_TRUSTED, AUDIT_N_UNTRUSTED,
	AUDIT_N_ANONYMOUS, AUDIT_N_CLEAR, AUDIT_N_UNKNOWN,
	AUDIT_N_DEFERRED_POLICY,
};

#define N_COLUMNS	(sizeof(COLUMNS) / sizeof(COLUMNS[0]))

size_t
out_audit_count(const struct out_audit *audit, enum audit_promise promise)
{
	size_t n, count = 0;

	for (n = 0; n < audit->n_partners; n++)
		count += audit->partners[n]->is_seen &&
		    audit_partner_promise(audit->partners[n]) == promise;
	return count;
}

const char *
out_audit_promise_name(enum audit_promise promise)
{
	return promise == AUDIT_KEPT ? "kept" :
	    promise == AUDIT_BROKEN ? "broken" : NULL;
}

static const char *
safe(const char *text, char *buf)
{
	return out_text_safe(text, strlen(text), buf, SAFE_SIZE);
}

static void
add_row(struct out_table *table, const char *name, const char *period,
    const struct audit_partner *partner, const unsigned long *counts)
{
	const char *cells[4 + N_COLUMNS + 1];
	char numbers[N_COLUMNS][24], why[400], name_buf[SAFE_SIZE];
	char why_buf[SAFE_SIZE];
	size_t n;

	cells[0] = safe(name, name_buf);
	cells[1] = period;
	cells[2] = partner->level;
	cells[3] = strcmp(period, "all") != 0 ? NULL :
	    out_audit_promise_name(audit_partner_promise(partner));
	for (n = 0; n < N_COLUMNS; n++) {
		(void)snprintf(numbers[n], sizeof(numbers[n]), "%lu",
		    counts[COLUMNS[n]]);
		cells[4 + n] = numbers[n];
	}
	cells[4 + N_COLUMNS] = strcmp(period, "all") != 0 ? NULL :
	    safe(audit_partner_why(partner, why, sizeof(why)), why_buf);
	out_table_row(table, cells);
}

static enum tlsp_code
print_table(const struct out_audit *audit, FILE *out, struct tlsp_err *err)
{
	static const char *const head[] = { "PARTNER", "PERIOD", "LEVEL",
	    "PROMISE", "MESSAGES", "VERIFIED", "TRUSTED", "UNTRUSTED",
	    "ANONYMOUS", "CLEAR", "UNKNOWN", "WAITED", "WHY" };
	struct out_table *table = out_table_new(sizeof(head) /
	    sizeof(head[0]));
	const struct audit_partner *partner;
	size_t n, p;

	out_table_row(table, head);
	for (n = 0; n < audit->n_partners; n++) {
		partner = audit->partners[n];
		if (!partner->is_seen)
			continue;
		add_row(table, partner->name, "all", partner,
		    partner->counts);
		for (p = 0; partner->n_periods > 1 && p < partner->n_periods;
		    p++)
			add_row(table, partner->name,
			    partner->periods[p].name, partner,
			    partner->periods[p].counts);
	}
	return out_table_print(table, out, err);
}

static void
print_shown(FILE *out, const char *name, const char *shows,
    const struct audit_shown *shown)
{
	char file[SAFE_SIZE], text[SAFE_SIZE];

	if (shown->file == NULL)
		return;
	(void)fprintf(out, "evidence %s %s %s:%lu: %s\n", name, shows,
	    safe(shown->file, file), shown->line, safe(shown->text, text));
}

static void
print_evidence(FILE *out, const struct audit_partner *partner,
    const char *name, enum audit_shows shows)
{
	const struct audit_evidence *evidence;
	size_t n;

	for (n = 0; n < partner->n_evidence[shows]; n++) {
		evidence = partner->evidence[shows][n];
		print_shown(out, name, audit_shows_name(shows),
		    &evidence->tls);
		print_shown(out, name, audit_shows_name(shows),
		    &evidence->delivery);
	}
}

/* What the table has no room for. */
static void
print_details(FILE *out, const struct audit_partner *partner)
{
	char name[SAFE_SIZE], key[SAFE_SIZE], file[SAFE_SIZE];
	char protocol[SAFE_SIZE], cipher[SAFE_SIZE];
	size_t n;

	(void)safe(partner->name, name);
	if (partner->rule_key != NULL)
		(void)fprintf(out, "rule %s %s:%u: %s\n", name, safe(
		    partner->file, file), partner->line, safe(
		    partner->rule_key, key));
	for (n = 0; n < partner->n_suites; n++)
		(void)fprintf(out, "tls %s %lu %s %s\n", name,
		    partner->suites[n].n, safe(partner->suites[n].protocol,
		    protocol), safe(partner->suites[n].cipher, cipher));
	if (partner->n_other_suites > 0)
		(void)fprintf(out, "tls %s %lu other\n", name,
		    partner->n_other_suites);
	for (n = AUDIT_CERTIFICATE; n < AUDIT_REASONS; n++)
		if (partner->reasons[n] > 0)
			(void)fprintf(out, "waited %s %lu %s\n", name,
			    partner->reasons[n], audit_reason_name(
			    (enum audit_reason)n));
	for (n = 0; n < AUDIT_HOWS; n++)
		if (partner->by[n] > 0)
			(void)fprintf(out, "found %s %lu %s\n", name,
			    partner->by[n], audit_how_name(
			    (enum audit_how)n));
	print_evidence(out, partner, name, AUDIT_SHOWS_BROKEN);
	print_evidence(out, partner, name, AUDIT_SHOWS_DEFERRED);
	print_evidence(out, partner, name, AUDIT_SHOWS_UNKNOWN);
	print_evidence(out, partner, name, AUDIT_SHOWS_KEPT);
}

static void
print_read(const struct out_audit *audit, FILE *out)
{
	const struct audit_feed_state *read = audit->read;
	char first[OUT_TEXT_TIME], last[OUT_TEXT_TIME];

	(void)fprintf(out, "read %lu lines of %zu log%s, %s to %s: %lu "
	    "deliveries, %lu of TLS\n", read->n_lines, read->n_logs,
	    read->n_logs == 1 ? "" : "s", out_text_time(read->first, first),
	    out_text_time(read->last, last), read->n_deliveries,
	    read->n_tls);
}

enum tlsp_code
out_audit_text(const struct out_audit *audit, FILE *out, struct tlsp_err *err)
{
	const struct audit_partner *partner;
	char name[SAFE_SIZE], file[SAFE_SIZE];
	enum tlsp_code code;
	size_t n;

	if ((code = print_table(audit, out, err)) != TLSP_OK)
		return code;
	for (n = 0; n < audit->n_partners; n++)
		if (audit->partners[n]->is_seen)
			print_details(out, audit->partners[n]);
	for (n = 0; n < audit->n_partners; n++) {
		partner = audit->partners[n];
		if (!partner->is_seen)
			(void)fprintf(out, "unseen %s %s:%u\n", safe(
			    partner->name, name), safe(partner->file, file),
			    partner->line);
	}
	print_read(audit, out);
	return TLSP_OK;
}
