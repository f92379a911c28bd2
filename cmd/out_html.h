/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_html.h - a page that needs nothing else: text, and bars.
 * Knows:    escaping, the look of the page. Not: what is said.
 * Feeds:    out_audit_html.
 * Source:   HTML Living Standard; SVG 2; WCAG 2.2.
 */
#ifndef TLSP_CMD_OUT_HTML_H
#define TLSP_CMD_OUT_HTML_H

#include <stddef.h>
#include <stdio.h>

/*
 * Text that strangers may have written, in an element or a quoted attribute.
 * What a browser or a terminal would obey becomes "?", what is no UTF-8
 * U+FFFD.
 */
void out_html_text(const char *text, FILE *);

/* The same in an element of its own, so that it cannot turn its neighbours. */
void out_html_alone(const char *text, FILE *);

/* title: of the page and its first heading. */
void out_html_begin(const char *title, FILE *);
void out_html_end(FILE *);

/* One part of a bar. name: also the class that colours it. */
struct out_html_part {
	const char *name;
	unsigned long n;
};

/*
 * A bar of parts, as long as its sum is to most; its numbers are told to who
 * does not see it.
 * most:     0: it fills its place, and bears no numbers.
 */
void out_html_bar(const char *label, const struct out_html_part *, size_t n,
    unsigned long most, FILE *);

/* What the colours mean. */
void out_html_legend(const struct out_html_part *, size_t n, FILE *);

#endif
