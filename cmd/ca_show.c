/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_show.c - a certificate of an authority, for people and for programs.
 * Knows:    the words, their order. Not: where it is from, what becomes of it.
 * Feeds:    the parts of ca.
 */
#include "ca_show.h"

#include <limits.h>
#include <string.h>

#include "out_text.h"
#include "show.h"

#define DAY_S		(24L * 60 * 60)
#define USES_SHOWN	10

static const struct { const char *text, *json; } STATES[] = {
	[CA_VALID] = { "valid", "valid" },
	[CA_EXPIRING] = { "EXPIRES-SOON", "expires_soon" },
	[CA_EXPIRED] = { "EXPIRED", "expired" },
	[CA_NOT_YET] = { "NOT-YET-VALID", "not_yet_valid" },
};

enum ca_state
ca_state(const struct ca *ca, const struct authority *authority)
{
	if (authority->cert.not_after < ca->now)
		return CA_EXPIRED;
	if (authority->cert.not_before > ca->now)
		return CA_NOT_YET;
	return authority->cert.not_after - ca->now < ca->soon_s ?
	    CA_EXPIRING : CA_VALID;
}

const char *
ca_name(const char *text, char buf[static CA_NAME])
{
	size_t len = strlen(text);

	(void)out_text_safe(text, len, buf, CA_NAME);
	if (len < CA_NAME)
		return buf;
	/* Not in the midst of a character. */
	for (len = CA_NAME - 1; len > 0 && ((unsigned char)text[len] & 0xc0) ==
	    0x80; len--)
		;
	buf[len] = '\0';
	return buf;
}

/* Days, rounded to the side that makes nobody feel safe. */
static long long
days(int64_t span_s)
{
	return (long long)(span_s >= 0 ? span_s / DAY_S :
	    -((-span_s + DAY_S - 1) / DAY_S));
}

static void
show_dates(FILE *out, const struct ca *ca, const struct x509_cert *cert)
{
	char from[OUT_TEXT_TIME], to[OUT_TEXT_TIME];
	const int64_t left_s = cert->not_after - ca->now;

	(void)fprintf(out, SHOW_LABEL "%s to %s, ", "dates",
	    out_text_time(cert->not_before, from),
	    out_text_time(cert->not_after, to));
	if (left_s < 0)
		(void)fprintf(out, "expired %lld days ago\n",
		    (long long)(-left_s / DAY_S));
	else if (cert->not_before > ca->now)
		(void)fprintf(out, "begins in %lld days\n",
		    days(cert->not_before - ca->now) + 1);
	else
		(void)fprintf(out, "%lld of %lld days left\n", days(left_s),
		    days(cert->not_after - cert->not_before));
}

/* One line: who uses it. */
struct line {
	FILE *out;
	size_t n;
};

static void
show_use(void *ctx, const struct uses_one *use)
{
	struct line *line = ctx;
	char who[CA_NAME];

	if (line->n == 0)
		(void)fprintf(line->out, SHOW_LABEL, "used");
	if (line->n < USES_SHOWN)
		(void)fprintf(line->out, "%s%s (%s)", line->n > 0 ? ", " : "",
		    ca_name(use->who, who), uses_how_word(use->how));
	line->n++;
}

static void
show_uses(FILE *out, const struct pile_cert *cert, const struct uses *uses)
{
	struct line line = { out, 0 };

	if (uses_tell(uses, cert, show_use, &line) == 0)
		return;
	if (line.n > USES_SHOWN)
		(void)fprintf(out, " and %zu more", line.n - USES_SHOWN);
	(void)fputc('\n', out);
}

/* A file of a folder may have any name. */
static const char *
safe_path(const struct pile_cert *cert, char buf[static PATH_MAX])
{
	return out_text_safe(cert->file->path, strlen(cert->file->path), buf,
	    PATH_MAX);
}

/* What is to be said of the place where it stands. */
static void
show_place(FILE *out, const struct pile_cert *cert)
{
	char path[PATH_MAX];

	if (!cert->has_issuer)
		(void)fprintf(out, SHOW_LABEL "its issuer is not there: "
		    "in smtp_tls_CAfile, nobody is believed because of it "
		    "alone\n", "note");
	if (!cert->item->is_plain)
		(void)fprintf(out, SHOW_LABEL "not in PEM: smtp(8) cannot "
		    "read it where it stands\n", "note");
	if (cert->same != NULL)
		(void)fprintf(out, SHOW_LABEL "the same as in %s, line %u\n",
		    "note", safe_path(cert->same, path),
		    cert->same->item->line);
}

/* "file:line: ", or "file: " of a binary one. */
static void
show_begin(FILE *out, const char *label, const struct pile_cert *cert)
{
	char path[PATH_MAX];

	(void)fprintf(out, SHOW_LABEL "%s:", label, safe_path(cert, path));
	if (cert->item->line > 0)
		(void)fprintf(out, "%u:", cert->item->line);
}

void
ca_show(FILE *out, const char *label, const struct ca *ca,
    const struct pile_cert *cert, const struct uses *uses)
{
	const struct authority *authority = &cert->authority;
	char name[CA_NAME];

	show_begin(out, label, cert);
	(void)fprintf(out, " %s %s\n", STATES[ca_state(ca, authority)].text,
	    ca_name(authority->cert.subject, name));
	(void)fprintf(out, SHOW_LABEL "%s\n" SHOW_LABEL "%.*s\n", "issuer",
	    authority->cert.is_self_issued ? "itself" :
	    ca_name(authority->cert.issuer, name), "serial", 100,
	    authority->serial);
	show_dates(out, ca, &authority->cert);
	(void)fprintf(out, SHOW_LABEL "%s\n", "sha256", authority->sha256);
	if (authority->why_not != NULL)
		(void)fprintf(out, SHOW_LABEL "%s\n", "note",
		    authority->why_not);
	if (uses != NULL) {
		show_uses(out, cert, uses);
		show_place(out, cert);
	}
	(void)fputc('\n', out);
}

static void
add_use(void *ctx, const struct uses_one *use)
{
	struct out_json *json = ctx;

	out_json_object(json, NULL);
	out_json_text(json, "who", use->who);
	out_json_text(json, "as", uses_how_word(use->how));
	out_json_end(json);
}

void
ca_show_json_cert(struct out_json *json, const struct ca *ca,
    const struct authority *authority)
{
	out_json_text(json, "state", STATES[ca_state(ca, authority)].json);
	out_json_text(json, "subject", authority->cert.subject);
	out_json_text(json, "issuer", authority->cert.issuer);
	out_json_text(json, "serial", authority->serial);
	out_json_time(json, "not_before", authority->cert.not_before);
	out_json_time(json, "not_after", authority->cert.not_after);
	out_json_int(json, "days_left", days(authority->cert.not_after -
	    ca->now));
	out_json_text(json, "sha256", authority->sha256);
}

void
ca_show_json(struct out_json *json, const struct ca *ca,
    const struct pile_cert *cert, const struct uses *uses)
{
	out_json_text(json, "file", cert->file->path);
	out_json_int(json, "line", cert->item->line);
	ca_show_json_cert(json, ca, &cert->authority);
	out_json_bool(json, "is_ca", cert->authority.why_not == NULL);
	if (uses == NULL)
		return;
	out_json_bool(json, "has_issuer", cert->has_issuer);
	out_json_bool(json, "is_read", cert->item->is_plain);
	out_json_bool(json, "is_twice", cert->same != NULL);
	out_json_list(json, "used_by");
	(void)uses_tell(uses, cert, add_use, json);
	out_json_end(json);
}
