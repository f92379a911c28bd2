/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_audit.h - an audit for people, for programs, for spreadsheets, for an
 *               auditor: each in a file of its own.
 * Knows:    what each wants to see. Not: how it was found.
 * Feeds:    audit.
 */
#ifndef TLSP_CMD_OUT_AUDIT_H
#define TLSP_CMD_OUT_AUDIT_H

#include <stdio.h>

#include "audit_feed.h"

/*
 * All that is told. Borrowed.
 * partners: in the order of their names.
 * since, until: what was asked for; 0, INT64_MAX: all.
 * tables:   the rules files, for people.
 */
struct out_audit {
	struct audit_partner *const *partners;
	size_t n_partners;
	const struct audit_feed_state *read;
	int64_t since;
	int64_t until;
	int64_t now;
	const char *tables;
};

/* How many partners there are with that promise; unseen ones not. */
size_t out_audit_count(const struct out_audit *, enum audit_promise);

/* "kept", "broken"; NULL */
const char *out_audit_promise_name(enum audit_promise);

/*
 * Print it.
 * text:     a table, then lines that begin with what they tell.
 * json:     an object a partner, one a line.
 * csv:      a row a partner and period.
 * html:     one page that needs nothing else.
 * errors:   TLSP_E_NOMEM, TLSP_E_IO.
 */
enum tlsp_code out_audit_text(const struct out_audit *, FILE *,
    struct tlsp_err *err) TLSP_MUST_USE;
enum tlsp_code out_audit_json(const struct out_audit *, FILE *,
    struct tlsp_err *err) TLSP_MUST_USE;
enum tlsp_code out_audit_csv(const struct out_audit *, FILE *,
    struct tlsp_err *err) TLSP_MUST_USE;
enum tlsp_code out_audit_html(const struct out_audit *, FILE *,
    struct tlsp_err *err) TLSP_MUST_USE;

/* Parts of the page. The first returns 0: no memory. */
int out_audit_html_tls(const struct out_audit *, FILE *) TLSP_MUST_USE;
void out_audit_html_proof(const struct out_audit *, FILE *);

#endif
