/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_choose.c - which certificate of a bundle a person means.
 * Knows:    how people name one. Not: what becomes of it.
 * Feeds:    ca_remove.
 */
#include "ca_choose.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ca_show.h"
#include "print.h"

/* Hexadecimal digits without colons and leading zeros. */
static int
is_number(const char *serial, const char *text)
{
	if (strncasecmp(text, "0x", 2) == 0)
		text += 2;
	while (*text == '0' || *text == ':')
		text++;
	while (*serial == '0')
		serial++;
	for (; *text != '\0'; text++) {
		if (*text == ':')
			continue;
		if (strncasecmp(text, serial, 1) != 0)
			return 0;
		serial++;
	}
	return *serial == '\0';
}

/* "CN=Some Authority,O=Example", or its CN alone. Letters in any case. */
static int
is_subject(const char *subject, const char *text)
{
	const char *cn = strcasestr(subject, "CN=");
	const size_t len = strlen(text);

	if (strcasecmp(subject, text) == 0)
		return 1;
	return cn != NULL && (cn == subject || cn[-1] == ',') &&
	    strncasecmp(cn + 3, text, len) == 0 &&
	    (cn[3 + len] == '\0' || cn[3 + len] == ',');
}

static int
is_meant(const struct pile_cert *cert, const char *print, const char *text)
{
	if (print[0] != '\0')
		return strcmp(cert->authority.sha256, print) == 0;
	return is_number(cert->authority.serial, text) ||
	    is_subject(cert->authority.cert.subject, text);
}

int
ca_choose(const struct pile *pile, const char *text, char *gone)
{
	const char *path = pile->files[0]->path;
	const struct pile_cert *cert, *chosen = NULL;
	char print[PRINT_SIZE], name[CA_NAME];
	struct tlsp_err err;
	size_t n, n_others = 0;

	if (*text == '\0')
		return ca_usage("remove which certificate?");
	if (print_read(text, strlen("00:") * BUNDLE_SUM - 1, print, &err) !=
	    TLSP_OK)
		print[0] = '\0';
	for (n = 0; n < pile->n; n++) {
		cert = &pile->certs[n];
		if (!is_meant(cert, print, text))
			continue;
		if (chosen == NULL)
			chosen = cert;
		else if (cert->same != chosen)
			n_others++;
		gone[n] = 1;
	}
	if (chosen == NULL) {
		(void)fprintf(stderr, "%s: error: no certificate has the "
		    "SHA-256, serial number or subject \"%.100s\"; see: "
		    "tlspolicy ca list\n", path, text);
		return 1;
	}
	if (n_others == 0)
		return 0;
	(void)fprintf(stderr, "%s: error: \"%.100s\" means several; say which "
	    "by its SHA-256:\n", path, text);
	for (n = 0; n < pile->n; n++)
		if (is_meant(&pile->certs[n], print, text))
			(void)fprintf(stderr, "  %s %s\n",
			    pile->certs[n].authority.sha256, ca_name(
			    pile->certs[n].authority.cert.subject, name));
	return EX_USAGE;
}
