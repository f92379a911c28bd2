/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * bundle.c - the certificates in the bytes of a file: PEM, DER, PKCS#7.
 * Knows:    how they are written down. Not: files, whom to trust.
 * Feeds:    pile.
 * Source:   RFC 7468, RFC 2315; PEM_read_bio(3) for what OpenSSL takes for a
 *           line.
 */
#include "bundle.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

/* OpenSSL takes a longer line for several. */
#define PIECE_MAX	254

#define BEGIN		"-----BEGIN "
#define END		"-----END "
#define TAIL		"-----"
#define MARK		"\xef\xbb\xbf"	/* of UTF-8 */

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

static enum tlsp_code
add(struct bundle *bundle, const struct bundle_item *item,
    struct tlsp_err *err)
{
	struct bundle_item *grown;
	const size_t cap = bundle->cap * 2 + 64;

	if (bundle->n == BUNDLE_ITEMS_MAX)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "more than %d "
		    "certificates: no bundle of authorities is so large",
		    BUNDLE_ITEMS_MAX);
	if (bundle->n == bundle->cap) {
		grown = reallocarray(bundle->items, cap, sizeof(*grown));
		if (grown == NULL)
			return no_memory(err);
		bundle->items = grown;
		bundle->cap = cap;
	}
	bundle->items[bundle->n++] = *item;
	return TLSP_OK;
}

/* A copy of an item, as something that is no certificate. */
static enum tlsp_code
add_as(struct bundle *bundle, const struct bundle_item *at,
    enum bundle_kind kind, const char *why, struct tlsp_err *err)
{
	struct bundle_item item = *at;

	item.kind = kind;
	item.why = why;
	return add(bundle, &item, err);
}

static enum tlsp_code
add_cert(struct bundle *bundle, const struct bundle_item *at,
    const unsigned char *der, size_t len, struct tlsp_err *err)
{
	struct bundle_item item = *at;
	enum tlsp_code code;

	item.kind = BUNDLE_CERT;
	item.len = len;
	if ((item.der = malloc(len)) == NULL || EVP_Digest(der, len, item.sum,
	    NULL, EVP_sha256(), NULL) != 1) {
		free(item.der);
		return no_memory(err);
	}
	memcpy(item.der, der, len);
	if ((code = add(bundle, &item, err)) != TLSP_OK)
		free(item.der);
	return code;
}

/* How many bytes of these are a certificate; 0: they are none. */
static size_t
cert_length(const unsigned char *der, size_t len)
{
	const unsigned char *end = der;
	X509 *x;

	if (len > LONG_MAX || (x = d2i_X509(NULL, &end, (long)len)) == NULL) {
		ERR_clear_error();
		return 0;
	}
	X509_free(x);
	return (size_t)(end - der);
}

/* All certificates of a PKCS#7 structure; TLSP_NONE: it is none. */
static enum tlsp_code
add_pkcs7(struct bundle *bundle, const struct bundle_item *at,
    const unsigned char *der, size_t len, struct tlsp_err *err)
{
	PKCS7 *pkcs7 = len > LONG_MAX ? NULL : d2i_PKCS7(NULL, &der,
	    (long)len);
	STACK_OF(X509) *certs = NULL;
	enum tlsp_code code = TLSP_OK;
	unsigned char *copy;
	int n, n_bytes;

	ERR_clear_error();
	if (pkcs7 == NULL)
		return TLSP_NONE;
	if (PKCS7_type_is_signed(pkcs7) && pkcs7->d.sign != NULL)
		certs = pkcs7->d.sign->cert;
	if (sk_X509_num(certs) <= 0)
		code = add_as(bundle, at, BUNDLE_BROKEN,
		    "PKCS#7 without a certificate", err);
	for (n = 0; code == TLSP_OK && n < sk_X509_num(certs); n++) {
		copy = NULL;
		n_bytes = i2d_X509(sk_X509_value(certs, n), &copy);
		code = n_bytes <= 0 ? no_memory(err) : add_cert(bundle, at,
		    copy, (size_t)n_bytes, err);
		OPENSSL_free(copy);
	}
	PKCS7_free(pkcs7);
	return code;
}

/* Does a binary file hold a key? */
static int
has_key(const unsigned char *der, size_t len)
{
	const unsigned char *at = der;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)len);
	PKCS12 *pkcs12 = NULL;
	int has;

	at = der;
	if (key == NULL)
		pkcs12 = d2i_PKCS12(NULL, &at, (long)len);
	has = key != NULL || pkcs12 != NULL;
	EVP_PKEY_free(key);
	PKCS12_free(pkcs12);
	ERR_clear_error();
	return has;
}

static enum tlsp_code
read_binary(struct bundle *bundle, const uint8_t *bytes, size_t len,
    struct tlsp_err *err)
{
	const struct bundle_item at = { .from = 0, .to = len };
	enum tlsp_code code;
	size_t done, n;

	for (done = 0; done < len; done += n) {
		if ((n = cert_length(bytes + done, len - done)) == 0)
			break;
		code = add_cert(bundle, &at, bytes + done, n, err);
		if (code != TLSP_OK)
			return code;
	}
	if (done == len)
		return TLSP_OK;
	if (done > 0)
		return add_as(bundle, &at, BUNDLE_BROKEN,
		    "bytes behind a certificate that are none", err);
	if ((code = add_pkcs7(bundle, &at, bytes, len, err)) != TLSP_NONE)
		return code;
	if (has_key(bytes, len))
		return add_as(bundle, &at, BUNDLE_KEY, "a private key, or a "
		    "PKCS#12 file with one in it", err);
	return add_as(bundle, &at, BUNDLE_BROKEN, "neither a certificate nor "
	    "PKCS#7", err);
}

/* Is a line without its end the first of a block? Blanks behind it are. */
static int
is_begin(const char *text, size_t len)
{
	while (len > 0 && (unsigned char)text[len - 1] <= ' ')
		len--;
	return len >= strlen(BEGIN) + strlen(TAIL) &&
	    memcmp(text, BEGIN, strlen(BEGIN)) == 0 &&
	    memcmp(text + len - strlen(TAIL), TAIL, strlen(TAIL)) == 0;
}

static int
is_end(const char *text, size_t len)
{
	return len >= strlen(END) && memcmp(text, END, strlen(END)) == 0;
}

/* What OpenSSL has made of a block: its label and its bytes. */
static enum tlsp_code
take_block(struct bundle *bundle, const struct bundle_item *at,
    const char *label, const unsigned char *data, size_t len,
    struct tlsp_err *err)
{
	struct bundle_item item = *at;
	enum tlsp_code code;
	size_t n;

	item.is_plain = 1;
	if (strcmp(label, PEM_STRING_X509) == 0 ||
	    strcmp(label, PEM_STRING_X509_OLD) == 0 ||
	    strcmp(label, PEM_STRING_X509_TRUSTED) == 0) {
		/* What stands behind it, OpenSSL passes over, too. */
		if ((n = cert_length(data, len)) > 0)
			return add_cert(bundle, &item, data, n, err);
		/* Some label PKCS#7 so; smtp(8) cannot read that. */
		code = add_pkcs7(bundle, at, data, len, err);
		return code != TLSP_NONE ? code : add_as(bundle, at,
		    BUNDLE_BROKEN, "a block that holds no certificate", err);
	}
	if (strcmp(label, PEM_STRING_PKCS7) == 0 ||
	    strcmp(label, PEM_STRING_PKCS7_SIGNED) == 0 ||
	    strcmp(label, PEM_STRING_CMS) == 0) {
		code = add_pkcs7(bundle, at, data, len, err);
		return code != TLSP_NONE ? code : add_as(bundle, at,
		    BUNDLE_BROKEN, "a block that holds no PKCS#7", err);
	}
	return add_as(bundle, &item, BUNDLE_OTHER, NULL, err);
}

/* A block from its BEGIN line to behind its END line. */
static enum tlsp_code
read_block(struct bundle *bundle, const uint8_t *bytes,
    const struct bundle_item *at, struct tlsp_err *err)
{
	const char *text = (const char *)bytes + at->from, *why;
	const char *end = memchr(text, '\n', at->to - at->from);
	char *label, *header;
	unsigned char *data;
	enum tlsp_code code;
	BIO *bio;
	long len;
	int is_read;

	if (end != NULL && memmem(text, (size_t)(end - text), "PRIVATE KEY",
	    strlen("PRIVATE KEY")) != NULL)
		return add_as(bundle, at, BUNDLE_KEY, "a private key", err);
	bio = BIO_new_mem_buf(text, (int)(at->to - at->from));
	if (bio == NULL)
		return no_memory(err);
	is_read = PEM_read_bio(bio, &label, &header, &data, &len);
	BIO_free(bio);
	if (!is_read) {
		why = ERR_reason_error_string(ERR_peek_last_error());
		ERR_clear_error();
		return add_as(bundle, at, BUNDLE_BROKEN, why != NULL ? why :
		    "a block that cannot be read", err);
	}
	code = take_block(bundle, at, label, data, (size_t)len, err);
	OPENSSL_free(label);
	OPENSSL_free(header);
	OPENSSL_free(data);
	return code;
}

/*
 * Block by block, so that what is behind a broken one is found as well, and
 * nothing is read twice.
 */
static enum tlsp_code
read_text(struct bundle *bundle, const uint8_t *bytes, size_t len,
    struct tlsp_err *err)
{
	static const char half[] = "half a block: its END line is missing";
	const char *text = (const char *)bytes, *end;
	struct bundle_item block = { .line = 0 };
	enum tlsp_code code = TLSP_OK;
	unsigned line = 1;
	size_t at, n;
	int is_open = 0;

	at = len >= strlen(MARK) && memcmp(text, MARK, strlen(MARK)) == 0 ?
	    strlen(MARK) : 0;
	for (; code == TLSP_OK && at < len; at += n) {
		n = len - at < PIECE_MAX ? len - at : PIECE_MAX;
		if ((end = memchr(text + at, '\n', n)) != NULL)
			n = (size_t)(end - text) + 1 - at;
		if (is_begin(text + at, n)) {
			block.to = at;
			if (is_open)
				code = add_as(bundle, &block, BUNDLE_BROKEN,
				    half, err);
			block.from = at;
			block.line = line;
			is_open = 1;
		} else if (is_open && is_end(text + at, n)) {
			block.to = at + n;
			code = read_block(bundle, bytes, &block, err);
			is_open = 0;
		}
		line += end != NULL;
	}
	block.to = len;
	if (code == TLSP_OK && is_open)
		code = add_as(bundle, &block, BUNDLE_BROKEN, half, err);
	return code;
}

enum tlsp_code
bundle_read(const uint8_t *bytes, size_t len, struct bundle *ret_bundle,
    struct tlsp_err *err)
{
	struct bundle bundle = { NULL, 0, 0 };
	enum tlsp_code code;

	/* A sequence longer than 127 bytes, as every certificate is one. */
	if (len > 2 && len <= INT_MAX && bytes[0] == 0x30 && bytes[1] > 0x80)
		code = read_binary(&bundle, bytes, len, err);
	else if (len <= INT_MAX)
		code = read_text(&bundle, bytes, len, err);
	else
		code = tlsp_err_set(err, TLSP_E_VALUE, NULL, "too large");
	if (code != TLSP_OK) {
		bundle_clear(&bundle);
		return code;
	}
	*ret_bundle = bundle;
	return TLSP_OK;
}

void
bundle_clear(struct bundle *bundle)
{
	size_t n;

	for (n = 0; n < bundle->n; n++)
		free(bundle->items[n].der);
	free(bundle->items);
	memset(bundle, 0, sizeof(*bundle));
}

char *
bundle_pem(const uint8_t *der, size_t len)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text, *copy = NULL;
	long n;

	if (bio != NULL && PEM_write_bio(bio, PEM_STRING_X509, "", der,
	    (long)len) > 0 && (n = BIO_get_mem_data(bio, &text)) > 0)
		copy = strndup(text, (size_t)n);
	BIO_free(bio);
	ERR_clear_error();
	return copy;
}
