/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * identity.c - certificates of ours with their keys, and CA files, as Postfix
 *              loads them.
 * Knows:    OpenSSL. Not: parameters, what is to be thought of them.
 * Feeds:    doctor.
 * Source:   Postfix tls/tls_certkey.c, tls/tls_verify.c; RFC 5280.
 */
#include "identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/* One identity on its way. */
struct builder {
	const struct identity_source *source;
	struct identities *list;
	X509_STORE *roots;
	const char *file;	/* of the certificate */
	const char *key_file;
	EVP_PKEY *key;
	int is_locked;
	X509 *certs[IDENTITY_CHAIN_MAX];
	size_t n;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

static enum tlsp_code
unfit(const char *file, const char *what, struct tlsp_err *err)
{
	const struct tlsp_pos at = { file, 0, 0 };

	ERR_clear_error();
	return tlsp_err_set(err, TLSP_E_VALUE, &at, "%s", what);
}

static enum tlsp_code
read_cert(X509 *x509, struct x509_cert *ret_cert, struct tlsp_err *err)
{
	unsigned char *der = NULL;
	const int len = i2d_X509(x509, &der);
	enum tlsp_code code;

	if (len < 0)
		return no_memory(err);
	code = x509_read(der, (size_t)len, ret_cert, err);
	OPENSSL_free(der);
	return code;
}

static int
is_issuer(X509 *issuer, X509 *subject)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	return key != NULL && X509_check_issued(issuer, subject) ==
	    X509_V_OK && X509_verify(subject, key) == 1;
}

static int
is_self_issued(X509 *x509)
{
	return (X509_get_extension_flags(x509) & EXFLAG_SI) != 0;
}

static void
read_usage(X509 *x509, struct identity_link *link)
{
	const uint32_t usage = X509_get_extended_key_usage(x509);

	/* Without that extension all bits are set. */
	link->may_serve = (usage & (XKU_SSL_SERVER | XKU_ANYEKU)) != 0;
	link->may_ask = (usage & (XKU_SSL_CLIENT | XKU_ANYEKU)) != 0;
}

/*
 * Who vouches for the last of a chain? Where a certificate stands alone,
 * OpenSSL completes its chain from the CA files; else it does not.
 */
static enum identity_end
find_end(const struct builder *b)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509 *last = b->certs[b->n - 1], *issuer = NULL;
	enum identity_end end = IDENTITY_UNKNOWN;
	int depth;

	X509_up_ref(last);
	if (is_self_issued(last))
		end = IDENTITY_ROOT;
	else if (ctx != NULL &&
	    X509_STORE_CTX_init(ctx, b->roots, last, NULL) == 1)
		for (depth = 0; end == IDENTITY_UNKNOWN &&
		    depth < IDENTITY_CHAIN_MAX && X509_STORE_CTX_get1_issuer(
		    &issuer, ctx, last) == 1; depth++) {
			if (is_self_issued(issuer))
				end = IDENTITY_KNOWN;
			X509_free(last);
			last = issuer;
			if (b->n > 1)
				break;
		}
	X509_free(last);
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	return end;
}

static enum identity_key
judge_key(const struct builder *b)
{
	int fits;

	if (b->is_locked)
		return IDENTITY_LOCKED;
	if (b->key == NULL)
		return IDENTITY_NO_KEY;
	fits = X509_check_private_key(b->certs[0], b->key) == 1;
	ERR_clear_error();
	return fits ? IDENTITY_FITS : IDENTITY_OTHER_KEY;
}

/* There is room for one of each kind, in Postfix and in OpenSSL. */
static int
is_second(const struct builder *b, int kind)
{
	size_t n;

	for (n = 0; b->source->key_file == NULL && n < b->list->n; n++)
		if (b->list->items[n]->kind == kind)
			return 1;
	return 0;
}

/* The certificates and the key that were read become an identity. */
static enum tlsp_code
add(struct builder *b, struct tlsp_err *err)
{
	struct identities *list = b->list;
	const EVP_PKEY *key = X509_get0_pubkey(b->certs[0]);
	struct identity *identity, **grown;
	enum tlsp_code code = TLSP_OK;
	size_t n;

	if (key == NULL)
		return unfit(b->file, "a certificate of a key that OpenSSL "
		    "does not know", err);
	if (is_second(b, EVP_PKEY_base_id(key)))
		return unfit(b->file, "a second certificate for the same kind "
		    "of key", err);
	identity = calloc(1, sizeof(*identity));
	grown = identity == NULL ? NULL : reallocarray(list->items,
	    list->n + 1, sizeof(*grown));
	if (grown == NULL) {
		free(identity);
		return no_memory(err);
	}
	list->items = grown;
	grown[list->n++] = identity;
	identity->file = b->file;
	identity->key_file = b->key_file;
	identity->key = judge_key(b);
	identity->kind = EVP_PKEY_base_id(key);
	identity->end = find_end(b);
	for (n = 0; code == TLSP_OK && n < b->n; n++) {
		code = read_cert(b->certs[n], &identity->links[n].cert, err);
		read_usage(b->certs[n], &identity->links[n]);
		identity->links[n].is_vouched = n + 1 < b->n &&
		    is_issuer(b->certs[n + 1], b->certs[n]);
		identity->n = n + 1;
	}
	ERR_clear_error();
	return code;
}

static void
begin(struct builder *b)
{
	EVP_PKEY_free(b->key);
	b->key = NULL;
	b->key_file = NULL;
	b->is_locked = 0;
	while (b->n > 0)
		X509_free(b->certs[--b->n]);
}

/* What one key and its certificates came to. */
static enum tlsp_code
finish(struct builder *b, const char *file, struct tlsp_err *err)
{
	enum tlsp_code code = TLSP_OK;

	if (b->n > 0)
		code = add(b, err);
	else if (b->key != NULL)
		code = unfit(file, "a private key stands there that no "
		    "certificate follows", err);
	begin(b);
	return code;
}

static int
is_cert(const char *name)
{
	return strcmp(name, PEM_STRING_X509) == 0 ||
	    strcmp(name, PEM_STRING_X509_OLD) == 0 ||
	    strcmp(name, PEM_STRING_X509_TRUSTED) == 0;
}

/* What an object of a file is for. */
enum want { WANT_ALL, WANT_CERTS, WANT_KEY };

static enum tlsp_code
take_key(struct builder *b, const char *file, enum want want,
    const char *name, const char *header, const unsigned char *der, long len,
    struct tlsp_err *err)
{
	enum tlsp_code code;

	if (want == WANT_CERTS || (want == WANT_KEY && b->key != NULL))
		return TLSP_OK;
	if (want == WANT_ALL && (code = finish(b, file, err)) != TLSP_OK)
		return code;
	b->key_file = file;
	b->is_locked = strstr(name, "ENCRYPTED") != NULL ||
	    strstr(header, "ENCRYPTED") != NULL;
	if (b->is_locked)
		return TLSP_OK;
	if ((b->key = d2i_AutoPrivateKey(NULL, &der, len)) == NULL)
		return unfit(file, "a private key that cannot be read", err);
	return TLSP_OK;
}

static enum tlsp_code
take(struct builder *b, const char *file, enum want want, const char *name,
    const char *header, const unsigned char *der, long len,
    struct tlsp_err *err)
{
	X509 *cert;

	if (strstr(name, "PRIVATE KEY") != NULL)
		return take_key(b, file, want, name, header, der, len, err);
	/* Others are passed over. */
	if (!is_cert(name) || want == WANT_KEY)
		return TLSP_OK;
	if (want == WANT_ALL && b->key == NULL && !b->is_locked)
		return unfit(file, "a certificate stands before its private "
		    "key", err);
	if (b->n == IDENTITY_CHAIN_MAX)
		return unfit(file, "more than 32 certificates behind one key",
		    err);
	if ((cert = d2i_X509_AUX(NULL, &der, len)) == NULL)
		return unfit(file, "a certificate that cannot be read", err);
	if (b->n == 0)
		b->file = file;
	b->certs[b->n++] = cert;
	return TLSP_OK;
}

static enum tlsp_code
read_file(struct builder *b, const char *file, enum want want,
    struct tlsp_err *err)
{
	const struct tlsp_pos at = { file, 0, 0 };
	enum tlsp_code code = TLSP_OK;
	char *name, *header;
	unsigned char *der;
	long len;
	FILE *in = fopen(file, "re");
	BIO *bio = in == NULL ? NULL : BIO_new_fp(in, BIO_CLOSE);

	if (bio == NULL)
		return tlsp_err_set(err, TLSP_E_IO, &at, "cannot open it: %s",
		    strerror(errno));
	while (code == TLSP_OK &&
	    PEM_read_bio(bio, &name, &header, &der, &len) == 1) {
		code = take(b, file, want, name, header, der, len, err);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(der, (size_t)len);
	}
	if (code == TLSP_OK && ERR_GET_REASON(ERR_peek_last_error()) !=
	    PEM_R_NO_START_LINE)
		code = unfit(file, "a PEM block that is broken", err);
	BIO_free(bio);
	ERR_clear_error();
	return code;
}

static enum tlsp_code
read_all(struct builder *b, struct tlsp_err *err)
{
	const struct identity_source *source = b->source;
	enum tlsp_code code = TLSP_OK;
	size_t n;

	for (n = 0; code == TLSP_OK && n < source->n_files; n++)
		code = read_file(b, source->files[n], source->key_file == NULL ?
		    WANT_ALL : WANT_CERTS, err);
	if (code == TLSP_OK && source->key_file != NULL)
		code = read_file(b, source->key_file, WANT_KEY, err);
	if (code == TLSP_OK && source->key_file != NULL && b->n == 0)
		return unfit(source->files[0], "no certificate in it", err);
	if (code == TLSP_OK)
		code = finish(b, source->files[source->n_files - 1], err);
	if (code == TLSP_OK && b->list->n == 0)
		return unfit(source->files[0], "no certificate in it", err);
	return code;
}

/* A pipe would keep us waiting. */
static int
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static X509_STORE *
open_roots(const struct identity_source *source)
{
	X509_STORE *roots = X509_STORE_new();

	if (roots == NULL)
		return NULL;
	/* Whether they can be loaded is asked elsewhere. */
	if (is_file(source->ca_file))
		(void)X509_STORE_load_locations(roots, source->ca_file,
		    NULL);
	if (source->ca_path[0] != '\0')
		(void)X509_STORE_load_locations(roots, NULL,
		    source->ca_path);
	(void)X509_STORE_set_default_paths(roots);
	ERR_clear_error();
	return roots;
}

enum tlsp_code
identities_read(const struct identity_source *source,
    struct identities *ret_identities, struct tlsp_err *err)
{
	struct identities list = { NULL, 0 };
	struct builder b = { .source = source, .list = &list };
	enum tlsp_code code;

	if ((b.roots = open_roots(source)) == NULL)
		return no_memory(err);
	code = read_all(&b, err);
	begin(&b);
	X509_STORE_free(b.roots);
	if (code == TLSP_OK)
		*ret_identities = list;
	else
		identities_clear(&list);
	return code;
}

void
identities_clear(struct identities *list)
{
	size_t n, link;

	for (n = 0; n < list->n; n++) {
		for (link = 0; link < list->items[n]->n; link++)
			x509_clear(&list->items[n]->links[link].cert);
		free(list->items[n]);
	}
	free(list->items);
	memset(list, 0, sizeof(*list));
}

static enum tlsp_code
count(X509_STORE *store, int64_t now, struct identity_bundle *bundle,
    struct tlsp_err *err)
{
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
	time_t when = (time_t)now;
	struct x509_cert cert;
	X509 *x509;
	int n;

	for (n = 0; n < sk_X509_OBJECT_num(objects); n++) {
		x509 = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, n));
		if (x509 == NULL)
			continue;
		bundle->n++;
		if (X509_cmp_time(X509_get0_notAfter(x509), &when) >= 0)
			continue;
		if (bundle->n_expired++ > 0)
			continue;
		if (read_cert(x509, &cert, err) != TLSP_OK)
			return err->code;
		bundle->subject = strdup(cert.subject);
		x509_clear(&cert);
		if (bundle->subject == NULL)
			return no_memory(err);
	}
	return TLSP_OK;
}

enum tlsp_code
identity_bundle_read(const char *path, int64_t now,
    struct identity_bundle *ret_bundle, struct tlsp_err *err)
{
	struct identity_bundle bundle = { 0, 0, NULL };
	X509_STORE *store = X509_STORE_new();
	enum tlsp_code code;

	if (store == NULL)
		return no_memory(err);
	if (X509_STORE_load_locations(store, path, NULL) != 1)
		code = unfit(path, "OpenSSL finds no certificate that it can "
		    "load in it", err);
	else
		code = count(store, now, &bundle, err);
	X509_STORE_free(store);
	ERR_clear_error();
	if (code == TLSP_OK && bundle.n == 0)
		code = unfit(path, "no certificate in it", err);
	if (code != TLSP_OK)
		identity_bundle_clear(&bundle);
	else
		*ret_bundle = bundle;
	return code;
}

void
identity_bundle_clear(struct identity_bundle *bundle)
{
	free(bundle->subject);
	memset(bundle, 0, sizeof(*bundle));
}
