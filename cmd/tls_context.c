/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tls_context.c - what is alike for all handshakes: CA files, the client's
 *	certificate, options.
 * Knows:    OpenSSL's contexts. Not: connections, verdicts.
 * Feeds:    tls, tls_verify.
 * Source:   Postfix tls/tls_client.c, tls/tls_certkey.c, tls/tls_misc.c.
 */
#include "tls_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#define BLANKS	", \t\r\n"

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

const char *
tls_error_text(char *buf, size_t len)
{
	const unsigned long code = ERR_peek_error();
	const char *reason = ERR_reason_error_string(code);

	if (code == 0)
		(void)snprintf(buf, len, "%s", errno != 0 ? strerror(errno) :
		    "the connection was lost");
	else if (ERR_GET_LIB(code) == ERR_LIB_SYS)
		(void)snprintf(buf, len, "%s", strerror(ERR_GET_REASON(code)));
	else if (reason != NULL)
		(void)snprintf(buf, len, "%s", reason);
	else
		(void)snprintf(buf, len, "error %lX of OpenSSL", code);
	ERR_clear_error();
	return buf;
}

static enum tlsp_code
cannot_use(const char *what, const char *path, struct tlsp_err *err)
{
	char text[200];

	return tlsp_err_set(err, TLSP_E_IO, NULL,
	    "%s %s: %s; smtp(8) would do without TLS, and mail that needs it "
	    "waits", what, path, tls_error_text(text, sizeof(text)));
}

/* The next word of a list. 0: the end. */
static int
next_word(const char **text, char *word, size_t len)
{
	size_t n;

	*text += strspn(*text, BLANKS);
	n = strcspn(*text, BLANKS);
	(void)snprintf(word, len, "%.*s", (int)n, *text);
	*text += n;
	return n > 0;
}

struct option {
	const char *name;
	uint64_t bit;
};

static const struct option WORKAROUNDS[] = {
	{ "CRYPTOPRO_TLSEXT_BUG", SSL_OP_CRYPTOPRO_TLSEXT_BUG },
	{ "DONT_INSERT_EMPTY_FRAGMENTS", SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS },
	{ "TLSEXT_PADDING", SSL_OP_TLSEXT_PADDING },
	{ "SAFARI_ECDHE_ECDSA_BUG", SSL_OP_SAFARI_ECDHE_ECDSA_BUG },
	{ "LEGACY_SERVER_CONNECT", SSL_OP_LEGACY_SERVER_CONNECT },
	{ NULL, 0 }
};

static const struct option OPTIONS[] = {
	{ "LEGACY_SERVER_CONNECT", SSL_OP_LEGACY_SERVER_CONNECT },
	{ "NO_TICKET", SSL_OP_NO_TICKET },
	{ "NO_COMPRESSION", SSL_OP_NO_COMPRESSION },
	{ "NO_RENEGOTIATION", SSL_OP_NO_RENEGOTIATION },
	{ "PRIORITIZE_CHACHA", SSL_OP_PRIORITIZE_CHACHA },
	{ "ENABLE_MIDDLEBOX_COMPAT", SSL_OP_ENABLE_MIDDLEBOX_COMPAT },
	{ NULL, 0 }
};

/* Names and hexadecimal numbers to bits; what is unknown counts nothing. */
static uint64_t
read_options(const char *text, const struct option *table)
{
	const struct option *o;
	uint64_t bits = 0;
	char word[80];

	while (next_word(&text, word, sizeof(word))) {
		if (strncasecmp(word, "0x", 2) == 0)
			bits |= strtoull(word, NULL, 16);
		for (o = table; o->name != NULL; o++)
			if (strcasecmp(word, o->name) == 0)
				bits |= o->bit;
	}
	return bits;
}

static void
set_options(SSL_CTX *ctx, const struct demand_site *site)
{
	uint64_t bits = SSL_OP_ALL;

	if (site->bug_tweaks[0] != '\0')
		bits &= ~read_options(site->bug_tweaks, WORKAROUNDS);
	bits |= read_options(site->ssl_options, OPTIONS) & ~(SSL_OP_ALL |
	    SSL_OP_NO_SSL_MASK | SSL_OP_CIPHER_SERVER_PREFERENCE);
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF		/* OpenSSL 3 minds it */
	bits |= SSL_OP_IGNORE_UNEXPECTED_EOF;
#endif
	SSL_CTX_set_options(ctx, bits);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
}

/* Those that this OpenSSL has, in their order. */
static void
set_curves(SSL_CTX *ctx, const char *text)
{
	char word[40], list[400];
	size_t used = 0;

	while (next_word(&text, word, sizeof(word)) &&
	    used + strlen(word) + 2 < sizeof(list))
		if (SSL_CTX_set1_groups_list(ctx, word) == 1)
			used += (size_t)snprintf(list + used,
			    sizeof(list) - used, "%s%s", used > 0 ? ":" : "",
			    word);
	if (used > 0)
		(void)SSL_CTX_set1_groups_list(ctx, list);
	ERR_clear_error();
}

static enum tlsp_code
load_authorities(SSL_CTX *ctx, const struct demand_site *site,
    struct tlsp_err *err)
{
	const char *file = site->ca_file[0] != '\0' ? site->ca_file : NULL;
	const char *path = site->ca_path[0] != '\0' ? site->ca_path : NULL;

	if (file == NULL && path == NULL)
		return TLSP_OK;
	if (SSL_CTX_load_verify_locations(ctx, file, path) != 1)
		return cannot_use("the CA certificates",
		    file != NULL ? file : path, err);
	if (site->has_default_ca && SSL_CTX_set_default_verify_paths(ctx) != 1)
		return cannot_use("the CA certificates", "of OpenSSL", err);
	return TLSP_OK;
}

/* A key, its certificate, and those that vouch for it, until the next key. */
struct pem {
	SSL_CTX *ctx;
	EVP_PKEY *key;
	X509 *cert;
	STACK_OF(X509) *chain;
};

static int
pem_flush(struct pem *pem)
{
	int is_ok = 1;

	if (pem->cert != NULL)
		is_ok = pem->key != NULL && SSL_CTX_use_cert_and_key(pem->ctx,
		    pem->cert, pem->key, pem->chain, 1) == 1;
	EVP_PKEY_free(pem->key);
	X509_free(pem->cert);
	sk_X509_pop_free(pem->chain, X509_free);
	pem->key = NULL;
	pem->cert = NULL;
	pem->chain = NULL;
	return is_ok;
}

static int
pem_object(struct pem *pem, const char *name, const unsigned char *data,
    long len)
{
	X509 *cert;

	if (strstr(name, "PRIVATE KEY") != NULL) {
		if (pem->cert != NULL && pem->key != NULL && !pem_flush(pem))
			return 0;
		pem->key = d2i_AutoPrivateKey(NULL, &data, len);
		return pem->key != NULL;
	}
	if (strcmp(name, PEM_STRING_X509) != 0)
		return 1;
	cert = d2i_X509(NULL, &data, len);
	if (cert == NULL)
		return 0;
	if (pem->cert == NULL) {
		pem->cert = cert;
		return 1;
	}
	if (pem->chain == NULL)
		pem->chain = sk_X509_new_null();
	return sk_X509_push(pem->chain, cert) > 0;
}

static int
load_pem(SSL_CTX *ctx, const char *path)
{
	struct pem pem = { .ctx = ctx };
	char *name, *header;
	unsigned char *data;
	long len;
	int is_ok = 1;
	BIO *bio = BIO_new_file(path, "r");

	if (bio == NULL)
		return 0;
	while (is_ok && PEM_read_bio(bio, &name, &header, &data, &len)) {
		is_ok = pem_object(&pem, name, data, len);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(data, (size_t)len);
	}
	BIO_free(bio);
	if (is_ok)
		ERR_clear_error();
	return pem_flush(&pem) && is_ok;
}

static int
load_pair(SSL_CTX *ctx, const char *cert, const char *key)
{
	return *cert == '\0' || (SSL_CTX_use_certificate_chain_file(ctx,
	    cert) == 1 && SSL_CTX_use_PrivateKey_file(ctx,
	    *key != '\0' ? key : cert, SSL_FILETYPE_PEM) == 1 &&
	    SSL_CTX_check_private_key(ctx) == 1);
}

static enum tlsp_code
load_client(SSL_CTX *ctx, const struct demand_site *site,
    struct tlsp_err *err)
{
	size_t n;

	for (n = 0; n < site->chain_files.n; n++)
		if (!load_pem(ctx, site->chain_files.items[n]))
			return cannot_use("our certificate",
			    site->chain_files.items[n], err);
	if (site->chain_files.n > 0)
		return TLSP_OK;
	if (!load_pair(ctx, site->cert_file, site->key_file))
		return cannot_use("our certificate", site->cert_file, err);
	if (!load_pair(ctx, site->dcert_file, site->dkey_file))
		return cannot_use("our certificate", site->dcert_file, err);
	if (!load_pair(ctx, site->eccert_file, site->eckey_file))
		return cannot_use("our certificate", site->eccert_file, err);
	return TLSP_OK;
}

/*
 * Which digests TLSA records may have, the first the best; and that of
 * fingerprints, whatever it is.
 */
static int
set_dane_digests(SSL_CTX *ctx, const struct demand_site *site)
{
	const char *text = site->dane_digests;
	const EVP_MD *md = EVP_get_digestbyname(site->digest);
	char word[80], *number;
	uint8_t mtype, ord = 100;

	if (SSL_CTX_dane_enable(ctx) <= 0)
		return 0;
	(void)SSL_CTX_dane_mtype_set(ctx, NULL, 1, 0);
	(void)SSL_CTX_dane_mtype_set(ctx, NULL, 2, 0);
	while (next_word(&text, word, sizeof(word)) && ord > 1) {
		number = strchr(word, '=');
		mtype = strcasecmp(word, "sha256") == 0 ? 1 :
		    strcasecmp(word, "sha512") == 0 ? 2 : 0;
		if (number != NULL) {
			*number++ = '\0';
			mtype = (uint8_t)atoi(number);
		}
		if (mtype > 0 && mtype < TLS_MTYPE_PIN)
			(void)SSL_CTX_dane_mtype_set(ctx,
			    EVP_get_digestbyname(word), mtype, --ord);
	}
	ERR_clear_error();
	return md == NULL ||
	    SSL_CTX_dane_mtype_set(ctx, md, TLS_MTYPE_PIN, 1) > 0;
}

/* Verdicts are made later, of the chain. */
static int
postpone(X509_STORE_CTX *store, void *arg)
{
	(void)store;
	(void)arg;
	return 1;
}

enum tlsp_code
tls_context_new(const struct demand_site *site,
    struct tls_context **ret_context, struct tlsp_err *err)
{
	struct tls_context *context = calloc(1, sizeof(*context));
	enum tlsp_code code;

	if (context == NULL)
		return no_memory(err);
	context->site = site;
	context->memos = calloc(TLS_MEMOS, sizeof(*context->memos));
	context->ctx = SSL_CTX_new(TLS_client_method());
	if (context->memos == NULL || context->ctx == NULL ||
	    !set_dane_digests(context->ctx, site)) {
		tls_context_free(context);
		return no_memory(err);
	}
	SSL_CTX_set_security_level(context->ctx, 0);
	SSL_CTX_set_verify_depth(context->ctx, site->depth + 1);
	SSL_CTX_set_verify(context->ctx, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_cert_verify_callback(context->ctx, postpone, NULL);
	set_options(context->ctx, site);
	set_curves(context->ctx, site->curves);
	code = load_authorities(context->ctx, site, err);
	if (code == TLSP_OK)
		code = load_client(context->ctx, site, err);
	if (code != TLSP_OK) {
		tls_context_free(context);
		return code;
	}
	*ret_context = context;
	return TLSP_OK;
}

void
tls_context_free(struct tls_context *context)
{
	struct tls_tafile *tafile;
	size_t n;

	if (context == NULL)
		return;
	for (n = 0; n < TLS_DECODED; n++) {
		X509_free(context->decoded[n].x509);
		free(context->decoded[n].der);
	}
	while ((tafile = context->tafiles) != NULL) {
		context->tafiles = tafile->next;
		tls_tlsas_clear(&tafile->tlsas);
		free(tafile->path);
		free(tafile);
	}
	SSL_CTX_free(context->ctx);
	free(context->ciphers);
	free(context->memos);
	free(context);
}

enum tlsp_code
tls_prepare(struct tls_context *context, const struct demand *demand,
    struct tlsp_err *err)
{
	const struct tls_tlsas *tlsas;
	enum tlsp_code code = TLSP_OK;
	size_t n;

	for (n = 0; code == TLSP_OK && n < demand->tafiles.n; n++)
		code = tls_tafile_read(context, demand->tafiles.items[n],
		    &tlsas, err);
	return code;
}
