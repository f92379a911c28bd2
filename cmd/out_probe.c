/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_probe.c - probe records for people.
 * Knows:    what a person wants to see of a server. Not: how it was found.
 * Feeds:    probe.
 */
#include "out_probe.h"

#include <string.h>

#include "out_text.h"
#include "x509.h"

/* "name: value", where there is a value. */
static void
line(FILE *out, const char *name, const char *value)
{
	char safe[2048];

	if (value == NULL || *value == '\0')
		return;
	(void)fprintf(out, "    %s: %s\n", name, out_text_safe(value,
	    strlen(value), safe, sizeof(safe)));
}

static const char *
or_dash(const char *text)
{
	return text != NULL && *text != '\0' ? text : "-";
}

/* Is it there, and not what was said before? */
static int
is_new(const char *text, const char *before, const char *also)
{
	return text != NULL && (before == NULL || strcmp(text, before) != 0) &&
	    (also == NULL || strcmp(text, also) != 0);
}

static void
put_certificate(const struct record_der *der, const char *digest, size_t n,
    int64_t now, FILE *out)
{
	char from[OUT_TEXT_TIME], until[OUT_TEXT_TIME], span[OUT_TEXT_TIME];
	struct x509_digests digests;
	struct x509_cert cert;
	struct tlsp_err err;
	char names[512];

	if (x509_read(der->bytes, der->len, &cert, &err) != TLSP_OK) {
		(void)fprintf(out, "    %zu: unreadable: %s\n", n, err.text);
		return;
	}
	(void)fprintf(out, "    %zu subject: %s\n", n, or_dash(cert.subject));
	(void)fprintf(out, "    %zu issuer: %s%s\n", n, or_dash(cert.issuer),
	    cert.is_self_issued ? " (itself)" : "");
	if (n == 0)
		(void)fprintf(out, "    %zu names: %s%s\n", n,
		    or_dash(x509_print_names(&cert, names, sizeof(names))),
		    cert.is_common_name ? " (common name)" : "");
	(void)fprintf(out, "    %zu valid: %s to %s (%s%s)\n", n,
	    out_text_time(cert.not_before, from),
	    out_text_time(cert.not_after, until),
	    cert.not_after < now ? "expired " :
	    cert.not_before > now ? "not yet; " : "",
	    out_text_span(cert.not_after < now ? now - cert.not_after :
	    cert.not_after - now, span));
	if (x509_digest(der->bytes, der->len, digest, &digests, &err) ==
	    TLSP_OK) {
		(void)fprintf(out, "    %zu key %s: %s\n", n, digest,
		    digests.key);
		(void)fprintf(out, "    %zu certificate %s: %s\n", n, digest,
		    digests.cert);
	}
	x509_clear(&cert);
}

/* The way to the server, and how far it was proved. */
static void
put_dns(const struct record *rec, FILE *out)
{
	size_t n;

	(void)fprintf(out, "    mx: preference %d, %s by DNSSEC\n",
	    rec->preference, rec->mx_secure ? "proved" : "not proved");
	for (n = 0; n < rec->n_tlsa; n++)
		(void)fprintf(out, "    tlsa: %s (_%u._tcp.%s, %s)\n",
		    rec->tlsa[n], rec->port, or_dash(rec->tlsa_base),
		    rec->tlsa_secure ? "proved" : "not proved");
}

static void
put_times(const struct record *rec, FILE *out)
{
	const struct record_ms *ms = &rec->ms;
	const struct {
		const char *name;
		int ms;
	} steps[] = {
		{ "dns", ms->dns }, { "connect", ms->connect },
		{ "greeting", ms->greeting }, { "ehlo", ms->ehlo },
		{ "starttls", ms->starttls }, { "handshake", ms->handshake },
		{ "total", ms->total },
	};
	const char *before = "    ms:";
	size_t n;

	for (n = 0; n < sizeof(steps) / sizeof(steps[0]); n++)
		if (steps[n].ms >= 0) {
			(void)fprintf(out, "%s %s %d", before, steps[n].name,
			    steps[n].ms);
			before = "";
		}
	if (*before == '\0')
		(void)fputc('\n', out);
}

void
out_probe_server(const struct record *rec, int64_t now, FILE *out)
{
	size_t n;

	(void)fprintf(out, "server %s %s[%s]:%u %s %s %s %s %d %s\n",
	    rec->nexthop, rec->mx, or_dash(rec->address), rec->port,
	    record_word_name(rec->word), record_fate_name(rec->fate),
	    or_dash(rec->protocol), or_dash(rec->cipher), rec->bits,
	    record_stage_name(rec->stage));
	line(out, "error", rec->error);
	if (is_new(rec->why, rec->error, NULL))
		line(out, "why", rec->why);
	if (is_new(rec->lesson, rec->error, rec->why))
		line(out, "learn", rec->lesson);
	if (rec->error != NULL && rec->chain[0].len == 0)
		line(out, "reply", rec->reply);
	if (rec->preference >= 0 || rec->n_tlsa > 0)
		put_dns(rec, out);
	line(out, "sni", rec->sni);
	line(out, "matched", rec->matched);
	line(out, "anchor", rec->anchor);
	for (n = 0; n < rec->n_chain; n++)
		put_certificate(&rec->chain[n], rec->digest != NULL ?
		    rec->digest : "sha256", n, now, out);
	if (rec->key_digest != NULL)
		(void)fprintf(out, "    rule for this key alone: "
		    "%s fingerprint match=%s\n", rec->nexthop,
		    rec->key_digest);
	put_times(rec, out);
}

void
out_probe_destination(const struct record *rec, size_t n_good,
    size_t n_servers, FILE *out)
{
	char rule[2048];

	(void)fprintf(out, "destination %s %s %zu %zu %s %s\n", rec->nexthop,
	    record_fate_name(rec->fate), n_good, n_servers,
	    rec->complete ? "complete" : "incomplete",
	    rec->mx_secure ? "signed" : "unsigned");
	line(out, "error", rec->error);
	if (rec->rule != NULL) {
		(void)snprintf(rule, sizeof(rule), "%s %s", rec->key,
		    rec->rule);
		line(out, "rule", rule);
	} else
		line(out, "rule", "none; main.cf decides");
}
