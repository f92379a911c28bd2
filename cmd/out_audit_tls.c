/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_audit_tls.c - a part of the page: protocols and ciphers of all partners.
 * Knows:    what an auditor asks of them. Not: how it was found, escaping.
 * Feeds:    out_audit_html.
 */
#include "out_audit.h"

#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/mem.h"
#include "out_html.h"

struct suites {
	struct audit_suite *list;
	size_t n, cap;
};

static int
by_name(const void *a, const void *b)
{
	const struct audit_suite *one = a, *two = b;
	const int order = strcmp(two->protocol, one->protocol);

	return order != 0 ? order : strcmp(one->cipher, two->cipher);
}

/* All of all partners, sorted, equal ones made one. 0: no memory. */
static int
gather(const struct out_audit *audit, struct suites *suites)
{
	const struct audit_partner *partner;
	struct audit_suite *grown;
	size_t n, kept = 0;

	for (n = 0; n < audit->n_partners; n++) {
		partner = audit->partners[n];
		if (partner->n_suites == 0)
			continue;
		grown = tlsp_grow(suites->list, &suites->cap, suites->n +
		    partner->n_suites, sizeof(*grown));
		if (grown == NULL)
			return 0;
		suites->list = grown;
		memcpy(grown + suites->n, partner->suites,
		    partner->n_suites * sizeof(*grown));
		suites->n += partner->n_suites;
	}
	if (suites->n == 0)
		return 1;
	qsort(suites->list, suites->n, sizeof(*suites->list), by_name);
	for (n = 1; n < suites->n; n++)
		if (by_name(&suites->list[kept], &suites->list[n]) == 0)
			suites->list[kept].n += suites->list[n].n;
		else
			suites->list[++kept] = suites->list[n];
	suites->n = kept + 1;
	return 1;
}

static void
put_row(const struct audit_suite *suite, unsigned long most, FILE *out)
{
	const struct out_html_part part = { "tls", suite->n };

	(void)fputs("<tr><th scope=\"row\" class=\"period\">", out);
	out_html_alone(suite->protocol, out);
	(void)fputs("</th><td>", out);
	out_html_alone(suite->cipher, out);
	(void)fputs("</td><td>", out);
	out_html_bar(suite->cipher, &part, 1, most, out);
	(void)fprintf(out, "</td><td class=\"n\">%lu</td></tr>\n", suite->n);
}

int
out_audit_html_tls(const struct out_audit *audit, FILE *out)
{
	struct suites suites = { NULL, 0, 0 };
	unsigned long most = 0;
	size_t n;
	int is_done;

	if ((is_done = gather(audit, &suites)) && suites.n > 0) {
		for (n = 0; n < suites.n; n++)
			if (suites.list[n].n > most)
				most = suites.list[n].n;
		(void)fputs("<h2>Protocols and ciphers</h2>\n<table>\n<thead>"
		    "<tr><th scope=\"col\">protocol</th><th scope=\"col\">"
		    "cipher</th><th scope=\"col\" style=\"width:45%\">share"
		    "</th><th scope=\"col\" class=\"n\">messages</th></tr>"
		    "</thead>\n<tbody>\n", out);
		for (n = 0; n < suites.n; n++)
			put_row(&suites.list[n], most, out);
		(void)fputs("</tbody>\n</table>\n", out);
	}
	free(suites.list);
	return is_done;
}
