/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * print.c - fingerprints as people write them.
 * Knows:    hexadecimal, colons. Not: what they are of.
 * Feeds:    the verb pins.
 */
#include "print.h"

#include <stdlib.h>
#include <string.h>

static int
hex_upper(char ch)
{
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 'A';
	return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'F') ? ch : 0;
}

static int
is_length(size_t len, size_t want)
{
	static const char *const digests[] = { "sha256", "sha384", "sha512" };
	size_t n;

	if (want != 0)
		return len == want;
	for (n = 0; n < sizeof(digests) / sizeof(digests[0]); n++)
		if (tlsp_pin_digest_len(digests[n], strlen(digests[n])) == len)
			return 1;
	return 0;
}

enum tlsp_code
print_read(const char *text, size_t want, char ret_text[static PRINT_SIZE],
    struct tlsp_err *err)
{
	size_t len = 0, n_digits = 0;
	const char *cp;

	for (cp = text; *cp != '\0'; cp++) {
		if (*cp == ':' && n_digits > 0 && n_digits % 2 == 0 &&
		    cp[-1] != ':' && cp[1] != '\0')
			continue;
		if (hex_upper(*cp) == 0)
			return tlsp_err_set(err, TLSP_E_VALUE, NULL, "\"%.80s"
			    "\" is no fingerprint: write it in hexadecimal",
			    text);
		if (n_digits > 0 && n_digits % 2 == 0 && len + 1 < PRINT_SIZE)
			ret_text[len++] = ':';
		if (len + 1 < PRINT_SIZE)
			ret_text[len++] = (char)hex_upper(*cp);
		n_digits++;
	}
	ret_text[len] = '\0';
	if (n_digits % 2 != 0 || n_digits / 2 * 3 != len + 1 ||
	    !is_length(len, want))
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "\"%.80s\" has "
		    "%zu hexadecimal digits, and a fingerprint here has %zu",
		    text, n_digits, want == 0 ? (size_t)64 :
		    (want + 1) / 3 * 2);
	return TLSP_OK;
}

enum tlsp_code
print_read_host(const char *text, size_t *ret_len, unsigned *ret_port,
    struct tlsp_err *err)
{
	const char *colon = strrchr(text, ':');
	unsigned long port = 25;
	char *end;

	if (colon != NULL) {
		port = strtoul(colon + 1, &end, 10);
		if (colon[1] < '0' || colon[1] > '9' || *end != '\0' ||
		    port < 1 || port > 65535)
			return tlsp_err_set(err, TLSP_E_VALUE, NULL,
			    "\"%.80s\": the port is no number from 1 to 65535",
			    text);
	}
	*ret_len = colon == NULL ? strlen(text) : (size_t)(colon - text);
	*ret_port = (unsigned)port;
	if (*ret_len == 0 || *ret_len > TLSP_HOSTNAME_MAX)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "\"%.80s\" is no "
		    "MX host: write mx.example.com:25", text);
	return TLSP_OK;
}
