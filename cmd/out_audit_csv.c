/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_audit_csv.c - an audit for spreadsheets: a row a partner and period.
 * Knows:    the columns. Not: how it was found, quoting.
 * Feeds:    audit.
 */
#include "out_audit.h"

#include "out_csv.h"

/* As JSON names them. */
static const enum audit_count COLUMNS[] = {
	AUDIT_N_SENT, AUDIT_N_VERIFIED, AUDIT_N_TRUSTED, AUDIT_N_UNTRUSTED,
	AUDIT_N_ANONYMOUS, AUDIT_N_CLEAR, AUDIT_N_UNKNOWN,
	AUDIT_N_DEFERRED_POLICY, AUDIT_N_DEFERRED, AUDIT_N_BOUNCED,
};

#define N_COUNTS	(sizeof(COLUMNS) / sizeof(COLUMNS[0]))
#define N_BEFORE	7
#define N_CELLS		(N_BEFORE + N_COUNTS)

static void
print_head(FILE *out)
{
	const char *cells[N_CELLS] = { "partner", "period", "rule", "level",
	    "demand", "promise", "confidence" };
	size_t n;

	for (n = 0; n < N_COUNTS; n++)
		cells[N_BEFORE + n] = audit_count_name(COLUMNS[n]);
	out_csv_row(cells, N_CELLS, out);
}

/* period: empty, counts all zero: nothing was seen. */
static void
print_row(const struct audit_partner *partner, const char *period,
    const unsigned long *counts, FILE *out)
{
	const char *cells[N_CELLS] = { partner->name, period,
	    partner->rule_key, partner->level,
	    audit_demand_name(partner->demand),
	    out_audit_promise_name(audit_partner_promise(partner)),
	    audit_partner_confidence(partner) };
	char numbers[N_COUNTS][24];
	size_t n;

	for (n = 0; n < N_COUNTS; n++) {
		(void)snprintf(numbers[n], sizeof(numbers[n]), "%lu",
		    counts[COLUMNS[n]]);
		cells[N_BEFORE + n] = numbers[n];
	}
	out_csv_row(cells, N_CELLS, out);
}

enum tlsp_code
out_audit_csv(const struct out_audit *audit, FILE *out, struct tlsp_err *err)
{
	const struct audit_partner *partner;
	size_t n, p;

	print_head(out);
	for (n = 0; n < audit->n_partners; n++) {
		partner = audit->partners[n];
		for (p = 0; p < partner->n_periods; p++)
			print_row(partner, partner->periods[p].name,
			    partner->periods[p].counts, out);
		if (partner->n_periods == 0)
			print_row(partner, NULL, partner->counts, out);
	}
	return ferror(out) ? tlsp_err_set(err, TLSP_E_IO, NULL,
	    "cannot write") : TLSP_OK;
}
