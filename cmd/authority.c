/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * authority.c - what a certificate says of itself as one of an authority.
 * Knows:    serial numbers, whether it may vouch for servers, where its
 *           issuer can be had. Not: files, whom to trust.
 * Feeds:    pile, and whoever prints one.
 * Source:   RFC 5280.
 */
#include "authority.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define URL_MAX	1000

/* NULL: no memory. */
static char *
serial_of(const X509 *x)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
	char *hex = number == NULL ? NULL : BN_bn2hex(number);
	char *copy = hex == NULL ? NULL : strdup(hex);

	OPENSSL_free(hex);
	BN_free(number);
	return copy;
}

static const char *
why_not(X509 *x)
{
	if (X509_check_ca(x) == 0)
		return "it is no certificate of an authority: it says so "
		    "itself";
	if (X509_check_purpose(x, X509_PURPOSE_SSL_SERVER, 1) == 0)
		return "its authority may not vouch for TLS servers: its "
		    "extended key usage says so";
	return NULL;
}

/* What a person may copy into a shell, in quotes. 0: no memory. */
static int
copy_url(const ASN1_STRING *text, char **ret_url)
{
	const unsigned char *from = ASN1_STRING_get0_data(text);
	size_t n, len = (size_t)ASN1_STRING_length(text);
	char *url;

	if (len > URL_MAX)
		len = URL_MAX;
	if ((url = malloc(len + 1)) == NULL)
		return 0;
	for (n = 0; n < len; n++)
		url[n] = from[n] <= ' ' || from[n] >= 0x7f ||
		    strchr("'\"`\\$", from[n]) != NULL ? '?' : (char)from[n];
	url[len] = '\0';
	free(*ret_url);
	*ret_url = url;
	return 1;
}

/* The first address of the issuer's certificate, by HTTP if there is one. */
static int
find_url(X509 *x, char **ret_url)
{
	AUTHORITY_INFO_ACCESS *list = X509_get_ext_d2i(x, NID_info_access,
	    NULL, NULL);
	const ACCESS_DESCRIPTION *item;
	int n, is_ok = 1;

	for (n = 0; is_ok && n < sk_ACCESS_DESCRIPTION_num(list); n++) {
		item = sk_ACCESS_DESCRIPTION_value(list, n);
		if (OBJ_obj2nid(item->method) != NID_ad_ca_issuers ||
		    item->location->type != GEN_URI)
			continue;
		if (*ret_url != NULL && strncasecmp(*ret_url, "http", 4) == 0)
			break;
		is_ok = copy_url(item->location->d.uniformResourceIdentifier,
		    ret_url);
	}
	AUTHORITY_INFO_ACCESS_free(list);
	return is_ok;
}

enum tlsp_code
authority_read(const uint8_t *der, size_t len,
    struct authority *ret_authority, struct tlsp_err *err)
{
	struct authority authority = { .serial = NULL };
	const unsigned char *at = der;
	struct x509_digests digests;
	enum tlsp_code code;
	X509 *x;
	int is_ok;

	if ((code = x509_read(der, len, &authority.cert, err)) != TLSP_OK)
		return code;
	if ((code = x509_digest(der, len, "sha256", &digests, err)) !=
	    TLSP_OK) {
		x509_clear(&authority.cert);
		return code;
	}
	memcpy(authority.sha256, digests.cert, sizeof(authority.sha256));
	x = d2i_X509(NULL, &at, (long)len);
	is_ok = x != NULL && (authority.serial = serial_of(x)) != NULL &&
	    find_url(x, &authority.issuer_url);
	if (is_ok)
		authority.why_not = why_not(x);
	X509_free(x);
	ERR_clear_error();
	if (!is_ok) {
		authority_clear(&authority);
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	}
	*ret_authority = authority;
	return TLSP_OK;
}

void
authority_clear(struct authority *authority)
{
	x509_clear(&authority->cert);
	free(authority->serial);
	free(authority->issuer_url);
	memset(authority, 0, sizeof(*authority));
}
