/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * x509.c - a certificate as a plain struct.
 * Knows:    what is written in a certificate. Not: whom to trust.
 * Feeds:    tls, learner, and whoever prints one.
 * Source:   RFC 5280.
 */
#include "x509.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* What a terminal obeys: of ASCII, and U+0080 to U+009F, of two bytes. */
static int
is_control(const unsigned char *text, size_t len, size_t n)
{
	return text[n] < ' ' || text[n] == 0x7f ||
	    (text[n] == 0xc2 && n + 1 < len && text[n + 1] < 0xa0) ||
	    (text[n] < 0xa0 && n > 0 && text[n] >= 0x80 &&
	    text[n - 1] == 0xc2);
}

/* Of its own, printable, at most one line. Trailing NULs do not count. */
static char *
copy_text(const unsigned char *text, size_t len)
{
	char *copy;
	size_t n;

	while (len > 0 && text[len - 1] == '\0')
		len--;
	copy = malloc(len + 1);
	if (copy == NULL)
		return NULL;
	for (n = 0; n < len; n++)
		copy[n] = (char)(is_control(text, len, n) ? '?' : text[n]);
	copy[len] = '\0';
	return copy;
}

static char *
print_name(const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL, *copy = NULL;
	long len;

	if (bio == NULL)
		return NULL;
	if (X509_NAME_print_ex(bio, name, 0,
	    XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0 &&
	    (len = BIO_get_mem_data(bio, &text)) >= 0)
		copy = copy_text((const unsigned char *)text, (size_t)len);
	BIO_free(bio);
	return copy;
}

static int64_t
read_time(const ASN1_TIME *when)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(when, &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm);
}

static int
add_name(struct x509_cert *cert, const unsigned char *text, size_t len)
{
	char *copy;

	if (cert->n_names == X509_NAMES_MAX) {
		cert->n_more++;
		return 1;
	}
	copy = copy_text(text, len);
	if (copy == NULL)
		return 0;
	cert->names[cert->n_names++] = copy;
	return 1;
}

static int
read_alt_names(X509 *x, struct x509_cert *cert)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL,
	    NULL);
	const ASN1_STRING *text;
	int n, type, is_ok = 1;

	for (n = 0; is_ok && n < sk_GENERAL_NAME_num(names); n++) {
		text = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, n),
		    &type);
		if (type == GEN_DNS)
			is_ok = add_name(cert, ASN1_STRING_get0_data(text),
			    (size_t)ASN1_STRING_length(text));
	}
	GENERAL_NAMES_free(names);
	return is_ok;
}

static int
read_common_name(X509 *x, struct x509_cert *cert)
{
	const X509_NAME *subject = X509_get_subject_name(x);
	unsigned char *text = NULL;
	int len, is_ok, pos;

	pos = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	if (pos < 0)
		return 1;
	len = ASN1_STRING_to_UTF8(&text,
	    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, pos)));
	if (len < 0)
		return 1;
	is_ok = add_name(cert, text, (size_t)len);
	cert->is_common_name = 1;
	OPENSSL_free(text);
	return is_ok;
}

/* NULL: the bytes are no certificate, or more than one. */
static X509 *
read_der(const uint8_t *der, size_t len)
{
	const unsigned char *end = der;
	X509 *x;

	if (len == 0 || len > LONG_MAX)
		return NULL;
	x = d2i_X509(NULL, &end, (long)len);
	ERR_clear_error();
	if (x != NULL && end == der + len)
		return x;
	X509_free(x);
	return NULL;
}

enum tlsp_code
x509_read(const uint8_t *der, size_t len, struct x509_cert *ret_cert,
    struct tlsp_err *err)
{
	struct x509_cert cert = { .n_names = 0 };
	X509 *x = read_der(der, len);
	int is_ok;

	if (x == NULL)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "%zu bytes that are no certificate", len);
	cert.subject = print_name(X509_get_subject_name(x));
	cert.issuer = print_name(X509_get_issuer_name(x));
	cert.not_before = read_time(X509_get0_notBefore(x));
	cert.not_after = read_time(X509_get0_notAfter(x));
	cert.is_self_issued = X509_NAME_cmp(X509_get_subject_name(x),
	    X509_get_issuer_name(x)) == 0;
	is_ok = cert.subject != NULL && cert.issuer != NULL &&
	    read_alt_names(x, &cert) &&
	    (cert.n_names > 0 || read_common_name(x, &cert));
	X509_free(x);
	ERR_clear_error();
	if (!is_ok) {
		x509_clear(&cert);
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "out of memory");
	}
	*ret_cert = cert;
	return TLSP_OK;
}

void
x509_clear(struct x509_cert *cert)
{
	size_t n;

	free(cert->subject);
	free(cert->issuer);
	for (n = 0; n < cert->n_names; n++)
		free(cert->names[n]);
	memset(cert, 0, sizeof(*cert));
}

const char *
x509_print_names(const struct x509_cert *cert, char *buf, size_t len)
{
	size_t n, used = 0, n_left, room;

	if (cert->n_names == 0) {
		(void)snprintf(buf, len, "no name");
		return buf;
	}
	buf[0] = '\0';
	for (n = 0; n < cert->n_names; n++) {
		n_left = cert->n_names - n + cert->n_more;
		/* What is said of those for which there is no room. */
		room = n_left > 1 ? sizeof(" and 12345 more") : 1;
		if (used + strlen(cert->names[n]) + 2 + room > len) {
			if (used + sizeof(" and 12345 more") <= len)
				(void)snprintf(buf + used, len - used,
				    "%s%zu more", n > 0 ? " and " : "",
				    n_left);
			return buf;
		}
		used += (size_t)snprintf(buf + used, len - used, "%s%s",
		    n > 0 ? ", " : "", cert->names[n]);
	}
	if (cert->n_more > 0)
		(void)snprintf(buf + used, len - used, " and %zu more",
		    cert->n_more);
	return buf;
}

static void
print_hex(const unsigned char *bytes, size_t len, char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n;

	for (n = 0; n < len; n++) {
		*text++ = hex[bytes[n] >> 4];
		*text++ = hex[bytes[n] & 15];
		*text++ = ':';
	}
	text[-1] = '\0';
}

/* A stretch of a certificate, tag and length included. */
struct part {
	const unsigned char *at;
	size_t len;
};

/* The element at *at, and step behind it. 0: malformed. */
static int
next_part(const unsigned char **at, const unsigned char *end, int is_open,
    struct part *part)
{
	const unsigned char *content = *at;
	int tag, class;
	long len;

	if (*at >= end || ASN1_get_object(&content, &len, &tag, &class,
	    end - *at) & 0x81 || len > end - content)
		return 0;
	part->at = *at;
	part->len = (size_t)(content + len - *at);
	/* Into it, or over it. */
	*at = is_open ? content : content + len;
	return 1;
}

/*
 * Where validity and public key stand, without decoding the key: that takes
 * OpenSSL longer than all the rest.
 */
static int
find_parts(const uint8_t *der, size_t len, struct part *validity,
    struct part *key)
{
	const unsigned char *at = der, *end = der + len;
	struct part part;
	int n, is_ok;

	is_ok = next_part(&at, end, 1, &part) && part.len == len &&
	    next_part(&at, end, 1, &part) && at < end;
	/* Version, serial number, signature, issuer, validity, subject, key. */
	for (n = is_ok && *at != 0xa0 ? 1 : 0; is_ok && n < 7; n++) {
		is_ok = next_part(&at, end, 0, &part);
		if (n == 4)
			*validity = part;
	}
	*key = part;
	ERR_clear_error();
	return is_ok;
}

enum tlsp_code
x509_not_after(const uint8_t *der, size_t len, int64_t *ret_not_after,
    struct tlsp_err *err)
{
	const unsigned char *at, *end;
	struct part validity, key, part;
	ASN1_TIME *when;

	if (find_parts(der, len, &validity, &key)) {
		at = validity.at;
		end = at + validity.len;
		if (next_part(&at, end, 1, &part) &&
		    next_part(&at, end, 0, &part) &&
		    (when = d2i_ASN1_TIME(NULL, &at, end - at)) != NULL) {
			*ret_not_after = read_time(when);
			ASN1_TIME_free(when);
			return TLSP_OK;
		}
	}
	ERR_clear_error();
	return tlsp_err_set(err, TLSP_E_VALUE, NULL,
	    "%zu bytes that are no certificate", len);
}

enum tlsp_code
x509_digest(const uint8_t *der, size_t len, const char *digest,
    struct x509_digests *ret_digests, struct tlsp_err *err)
{
	const EVP_MD *md = EVP_get_digestbyname(digest);
	unsigned char sum[EVP_MAX_MD_SIZE];
	struct part validity, key;
	unsigned n_sum;

	if (md == NULL)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "OpenSSL has no digest \"%s\"", digest);
	if (!find_parts(der, len, &validity, &key))
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "%zu bytes that are no certificate", len);
	if (EVP_Digest(key.at, key.len, sum, &n_sum, md, NULL) != 1)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "OpenSSL cannot compute a digest");
	print_hex(sum, n_sum, ret_digests->key);
	if (EVP_Digest(der, len, sum, &n_sum, md, NULL) != 1)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "OpenSSL cannot compute a digest");
	print_hex(sum, n_sum, ret_digests->cert);
	return TLSP_OK;
}
