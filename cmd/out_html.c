/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_html.c - a page that needs nothing else: text, and bars.
 * Knows:    escaping, the look of the page. Not: what is said.
 * Feeds:    out_audit_html.
 * Source:   HTML Living Standard; SVG 2; WCAG 2.2.
 */
#include "out_html.h"

#include <string.h>

#define BAR_WIDTH	600
#define BAR_HEIGHT	20
#define DIGIT_WIDTH	9

/* Nothing is loaded from anywhere, and nothing runs: the page says so. */
static const char HEAD[] =
"<meta charset=\"utf-8\">\n"
"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
"style-src 'unsafe-inline'\">\n"
"<meta name=\"viewport\" content=\"width=device-width\">\n";

/* The colours are told apart by most colour-blind people, and in grey. */
static const char STYLE[] =
"<style>\n"
"body { font: 15px/1.45 system-ui, sans-serif; color: #1b1b1b;\n"
"  background: #fff; margin: 2em auto; max-width: 76em; padding: 0 1.5em; }\n"
"h1 { font-size: 1.7em; margin: 0 0 .3em; }\n"
"h2 { font-size: 1.25em; margin: 2em 0 .5em;\n"
"  border-bottom: 2px solid #1b1b1b; }\n"
"h3 { font-size: 1.05em; margin: 1.4em 0 .3em; }\n"
"table { border-collapse: collapse; width: 100%; }\n"
"caption { text-align: left; color: #444; padding-bottom: .4em; }\n"
"th, td { padding: .25em .5em; border-bottom: 1px solid #ccc;\n"
"  text-align: left; vertical-align: top; }\n"
"thead th { border-bottom: 2px solid #1b1b1b; }\n"
"thead th { font-size: .87em; }\n"
"th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }\n"
"td.zero { color: #767676; }\n"
"tbody th { font-weight: 600; overflow-wrap: break-word;\n"
"  max-width: 20em; }\n"
"tbody th.period { white-space: nowrap; }\n"
"dl { display: grid; grid-template-columns: max-content 1fr;\n"
"  gap: .15em 1em; margin: .5em 0; }\n"
"dt { color: #444; } dd { margin: 0; overflow-wrap: anywhere; }\n"
"pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f3f3;\n"
"  border-left: 4px solid #767676; padding: .4em .7em; margin: .3em 0;\n"
"  font: 12.5px/1.4 ui-monospace, monospace; }\n"
"pre b { color: #444; }\n"
"pre.broken { border-color: #a32a00; }\n"
".kept { color: #00603f; font-weight: 600; }\n"
"strong.broken, td.broken { color: #a32a00; }\n"
".untold { color: #444; }\n"
"svg.bar { display: block; width: 100%; height: 20px; }\n"
"svg text { font: 13px system-ui, sans-serif; fill: #000; }\n"
".verified { fill: #1b9e77; } .trusted { fill: #6fb7e9; }\n"
".untrusted { fill: #f0e060; } .anonymous { fill: #f2a73b; }\n"
".clear { fill: #e0633a; } .unknown { fill: #b8b8b8; }\n"
".tls { fill: #6fb7e9; }\n"
"svg.key { width: 14px; height: 14px; vertical-align: -2px; }\n"
"ul.legend { list-style: none; padding: 0; margin: .5em 0; }\n"
"ul.legend li { display: inline-block; margin-right: 1.2em; }\n"
"@page { size: A4 landscape; margin: 12mm; }\n"
"@media print { body { margin: 0; padding: 0; max-width: none;\n"
"    font-size: 10pt; }\n"
"  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }\n"
"  thead { display: table-header-group; }\n"
"  tr, pre, svg { break-inside: avoid; } h2, h3 { break-after: avoid; } }\n"
"</style>\n";

/* How many bytes a character of UTF-8 has; 0: it is none. */
static size_t
utf8_len(const unsigned char *at)
{
	static const unsigned char least[] = { 0, 0, 0x80, 0xa0, 0x90 };
	const size_t len = at[0] < 0x80 ? 1 : at[0] >= 0xf0 ? 4 :
	    at[0] >= 0xe0 ? 3 : 2;
	size_t n;

	if (len == 1)
		return 1;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	for (n = 1; n < len; n++)
		if ((at[n] & 0xc0) != 0x80)
			return 0;
	/* Too long for what they say, surrogates, beyond the last. */
	if ((at[0] == 0xe0 || at[0] == 0xf0) && at[1] < least[len])
		return 0;
	return (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf4 && at[1] > 0x8f) ? 0 : len;
}

/* C1 controls, and what turns the direction of text. */
static int
is_obeyed(const unsigned char *at, size_t len)
{
	if (len == 2)
		return at[0] == 0xc2 && at[1] < 0xa0;
	if (len == 3 && at[0] == 0xe2 && at[1] == 0x80)
		return at[2] == 0x8e || at[2] == 0x8f || at[2] >= 0xa8;
	return len == 3 && at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa6 &&
	    at[2] <= 0xa9;
}

static void
put_ascii(char ch, FILE *out)
{
	switch (ch) {
	case '&':
		(void)fputs("&amp;", out);
		break;
	case '<':
		(void)fputs("&lt;", out);
		break;
	case '>':
		(void)fputs("&gt;", out);
		break;
	case '"':
		(void)fputs("&quot;", out);
		break;
	case '\'':
		(void)fputs("&#39;", out);
		break;
	case '\t':
		(void)fputc(' ', out);
		break;
	default:
		(void)fputc(ch < ' ' || ch == 0x7f ? '?' : ch, out);
	}
}

void
out_html_text(const char *text, FILE *out)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t len;

	for (; *at != '\0'; at += len) {
		if ((len = utf8_len(at)) == 1) {
			put_ascii((char)*at, out);
		} else if (len == 0) {
			(void)fputs("\xef\xbf\xbd", out);
			len = 1;
		} else if (is_obeyed(at, len)) {
			(void)fputc('?', out);
		} else {
			(void)fwrite(at, 1, len, out);
		}
	}
}

void
out_html_alone(const char *text, FILE *out)
{
	(void)fputs("<bdi>", out);
	out_html_text(text, out);
	(void)fputs("</bdi>", out);
}

void
out_html_begin(const char *title, FILE *out)
{
	(void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n", out);
	(void)fputs(HEAD, out);
	(void)fputs("<title>", out);
	out_html_text(title, out);
	(void)fputs("</title>\n", out);
	(void)fputs(STYLE, out);
	(void)fputs("</head>\n<body>\n<main>\n<h1>", out);
	out_html_text(title, out);
	(void)fputs("</h1>\n", out);
}

void
out_html_end(FILE *out)
{
	(void)fputs("</main>\n</body>\n</html>\n", out);
}

/* "2026-11: 12 messages: 10 verified, 2 clear" */
static void
put_words(const char *label, const struct out_html_part *parts, size_t n,
    unsigned long sum, FILE *out)
{
	const char *comma = ": ";
	size_t k;

	out_html_text(label, out);
	(void)fprintf(out, ": %lu message%s", sum, sum == 1 ? "" : "s");
	for (k = 0; k < n; k++) {
		if (parts[k].n == 0)
			continue;
		(void)fprintf(out, "%s%lu ", comma, parts[k].n);
		out_html_text(parts[k].name, out);
		comma = ", ";
	}
}

/* One part; its number stands in it, if it should, where there is room. */
static double
put_part(const struct out_html_part *part, double x, double width,
    int has_number, FILE *out)
{
	char number[24];
	int len;

	if (part->n == 0)
		return x;
	(void)fprintf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"0\" "
	    "width=\"%.1f\" height=\"%d\"/>", part->name, x, width,
	    BAR_HEIGHT);
	len = snprintf(number, sizeof(number), "%lu", part->n);
	if (has_number && width >= (double)len * DIGIT_WIDTH + 4)
		(void)fprintf(out, "<text x=\"%.1f\" y=\"15\" "
		    "text-anchor=\"middle\">%s</text>", x + width / 2, number);
	return x + width;
}

void
out_html_bar(const char *label, const struct out_html_part *parts, size_t n,
    unsigned long most, FILE *out)
{
	unsigned long sum = 0;
	double x = 0;
	size_t k;

	for (k = 0; k < n; k++)
		sum += parts[k].n;
	(void)fprintf(out, "<svg class=\"bar\" role=\"img\" viewBox=\"0 0 %d "
	    "%d\" preserveAspectRatio=\"%s\" aria-label=\"", BAR_WIDTH,
	    BAR_HEIGHT, most == 0 ? "none" : "xMinYMid meet");
	put_words(label, parts, n, sum, out);
	(void)fputs("\"><title>", out);
	put_words(label, parts, n, sum, out);
	(void)fputs("</title>", out);
	for (k = 0; k < n; k++)
		x = put_part(&parts[k], x, (double)parts[k].n * BAR_WIDTH /
		    (double)(most == 0 ? sum : most), most != 0, out);
	(void)fputs("</svg>", out);
}

void
out_html_legend(const struct out_html_part *parts, size_t n, FILE *out)
{
	size_t k;

	(void)fputs("<ul class=\"legend\">\n", out);
	for (k = 0; k < n; k++)
		(void)fprintf(out, "<li><svg class=\"key\" aria-hidden="
		    "\"true\" viewBox=\"0 0 14 14\"><rect class=\"%s\" "
		    "width=\"14\" height=\"14\"/></svg> %s</li>\n",
		    parts[k].name, parts[k].name);
	(void)fputs("</ul>\n", out);
}
