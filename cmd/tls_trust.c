/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tls_trust.c - does anybody that we trust vouch for a chain?
 * Knows:    OpenSSL's verification. Not: names, levels, connections.
 * Feeds:    tls_verify.
 * Source:   Postfix tls/tls_verify.c; RFC 5280, RFC 6698. OpenSSL is asked
 *           what it asks itself in a handshake, in the same order.
 */
#include "tls_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

/* The fault nearest to the leaf, and the first of those. */
struct fault {
	int error;
	int depth;
	X509 *cert;			/* owned */
};

static int fault_ex_index = -1;

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

/* Note the fault, and let OpenSSL go on to the end of the chain. */
static int
note_fault(int is_ok, X509_STORE_CTX *ctx)
{
	struct fault *fault = X509_STORE_CTX_get_ex_data(ctx, fault_ex_index);
	X509 *cert = X509_STORE_CTX_get_current_cert(ctx);
	const int depth = X509_STORE_CTX_get_error_depth(ctx);

	if (is_ok || (fault->error != X509_V_OK && fault->depth <= depth))
		return 1;
	X509_free(fault->cert);
	if (cert != NULL)
		X509_up_ref(cert);
	fault->cert = cert;
	fault->error = X509_STORE_CTX_get_error(ctx);
	fault->depth = depth;
	return 1;
}

/*
 * What a verdict is remembered by. 0: OpenSSL is out of memory; no sum may
 * then be taken for one, or a chain would get the verdict on another.
 */
static int
sum_of(const struct tls_tlsas *tlsas, int auth_level,
    const struct tls_der *chain, size_t n, int64_t now, unsigned char *sum)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	const struct tls_tlsa *t;
	unsigned char head[3];
	int is_ok;
	size_t i;

	is_ok = md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(md, &now, sizeof(now)) == 1 &&
	    EVP_DigestUpdate(md, &auth_level, sizeof(auth_level)) == 1;
	for (i = 0; is_ok && i < tlsas->n; i++) {
		t = &tlsas->items[i];
		head[0] = t->usage;
		head[1] = t->selector;
		head[2] = t->mtype;
		is_ok = EVP_DigestUpdate(md, head, sizeof(head)) == 1 &&
		    EVP_DigestUpdate(md, &t->len, sizeof(t->len)) == 1 &&
		    EVP_DigestUpdate(md, t->data, t->len) == 1;
	}
	for (i = 0; is_ok && i < n; i++)
		is_ok = EVP_DigestUpdate(md, "chain", 5) == 1 &&
		    EVP_DigestUpdate(md, &chain[i].len,
		    sizeof(chain[i].len)) == 1 &&
		    EVP_DigestUpdate(md, chain[i].bytes, chain[i].len) == 1;
	is_ok = is_ok && EVP_DigestFinal_ex(md, sum, NULL) == 1;
	EVP_MD_CTX_free(md);
	return is_ok;
}

/* A certificate of a chain, in a few words. */
static const char *
subject(const X509 *cert, int is_issuer, char *buf, size_t len)
{
	const X509_NAME *name = cert == NULL ? NULL : is_issuer ?
	    X509_get_issuer_name(cert) : X509_get_subject_name(cert);
	char *text = name == NULL ? NULL : X509_NAME_oneline(name, NULL, 0);
	char *ch;

	(void)snprintf(buf, len, "%.*s", 100, text == NULL ? "?" :
	    *text == '/' ? text + 1 : text);
	for (ch = buf; *ch != '\0'; ch++)
		if ((unsigned char)*ch < ' ' || *ch == 0x7f)
			*ch = '?';
	OPENSSL_free(text);
	return buf;
}

static const char *
date(const ASN1_TIME *when, char *buf, size_t len)
{
	struct tm tm;

	if (when == NULL || ASN1_TIME_to_tm(when, &tm) != 1 ||
	    strftime(buf, len, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		(void)snprintf(buf, len, "an unreadable date");
	return buf;
}

static void
describe(const struct fault *f, const struct tls_tlsas *tlsas, char *buf,
    size_t len)
{
	char who[120], issuer[120], when[40];
	const char *what = f->depth > 0 ? "CA certificate" : "certificate";

	(void)subject(f->cert, 0, who, sizeof(who));
	switch (f->error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		(void)snprintf(buf, len, "the %s of %s (depth %d) expired on "
		    "%s", what, who, f->depth, date(f->cert != NULL ?
		    X509_get0_notAfter(f->cert) : NULL, when, sizeof(when)));
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		(void)snprintf(buf, len, "the %s of %s (depth %d) is not "
		    "valid before %s", what, who, f->depth, date(f->cert !=
		    NULL ? X509_get0_notBefore(f->cert) : NULL, when,
		    sizeof(when)));
		break;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		(void)snprintf(buf, len, "the certificate of %s is signed by "
		    "nobody but itself, and is not known here", who);
		break;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		(void)snprintf(buf, len, "the root %s (depth %d) is none of "
		    "those that are trusted here", who, f->depth);
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		(void)snprintf(buf, len, "unknown issuer %s of %s (depth %d): "
		    "neither sent by the server nor trusted here",
		    subject(f->cert, 1, issuer, sizeof(issuer)), who,
		    f->depth);
		break;
	case X509_V_ERR_CERT_UNTRUSTED:
		(void)snprintf(buf, len, "no trust anchor of the rule, nor a "
		    "TLSA record, vouches for %s (depth %d)", who, f->depth);
		break;
	case X509_V_ERR_INVALID_PURPOSE:
		(void)snprintf(buf, len, "the %s of %s (depth %d) is not meant "
		    "for TLS servers", what, who, f->depth);
		break;
	case X509_V_ERR_DANE_NO_MATCH:
		(void)snprintf(buf, len, tlsas->items[0].mtype ==
		    TLS_MTYPE_PIN ? "neither the certificate of %s nor its "
		    "key has a fingerprint that the rule gives" :
		    tlsas->items[0].mtype == 0 ? "no trust anchor of the "
		    "rule vouches for %s" : "no TLSA record is that of %s, "
		    "nor of an issuer", who);
		break;
	default:
		(void)snprintf(buf, len, "%s: %s of %s (depth %d)",
		    X509_verify_cert_error_string(f->error), what, who,
		    f->depth);
	}
}

/* Set by name of digest; "": none. */
static void
digest_of(X509 *cert, const char *digest, char *text)
{
	unsigned char *der = NULL;
	struct x509_digests digests;
	struct tlsp_err err;
	const int len = cert == NULL ? -1 : i2d_X509(cert, &der);

	text[0] = '\0';
	if (len > 0 && x509_digest(der, (size_t)len, digest, &digests,
	    &err) == TLSP_OK)
		(void)snprintf(text, X509_DIGEST_TEXT, "%s", digests.cert);
	OPENSSL_free(der);
}

/* Who vouched: by a record, or the last of the chain. */
static void
vouched(SSL *ssl, X509_STORE_CTX *ctx, const char *digest,
    struct tls_memo *memo)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	X509 *anchor = NULL;
	EVP_PKEY *key = NULL;
	uint8_t usage = 0, selector = 0, mtype = 0;
	const unsigned char *data;
	size_t len;
	char who[120];
	int depth = -1;

	if (ssl != NULL) {
		depth = SSL_get0_dane_authority(ssl, &anchor, &key);
		if (depth >= 0)
			(void)SSL_get0_dane_tlsa(ssl, &usage, &selector,
			    &mtype, &data, &len);
	}
	if (usage == 3) {
		memo->is_leaf = 1;
		if (mtype == TLS_MTYPE_PIN || mtype == 0)
			(void)snprintf(memo->why, sizeof(memo->why),
			    "the %s is one that the rule gives",
			    selector == 0 ? "certificate" : "key");
		else
			(void)snprintf(memo->why, sizeof(memo->why),
			    "the TLSA record 3 %u %u is that of the server's "
			    "%s", selector, mtype,
			    selector == 0 ? "certificate" : "key");
		return;
	}
	if (anchor == NULL && sk_X509_num(chain) > 0)
		anchor = sk_X509_value(chain, sk_X509_num(chain) - 1);
	digest_of(anchor, digest, memo->anchor);
	(void)snprintf(memo->why, sizeof(memo->why), "%s vouches for it",
	    subject(anchor, 0, who, sizeof(who)));
}

X509 *
tls_decode(struct tls_context *context, const struct tls_der *der)
{
	const unsigned char *at = der->bytes;
	struct tls_decoded *slot;
	uint32_t sum = 2166136261U;
	unsigned char *copy;
	size_t n;
	X509 *x;

	/* The signature is at the end, and is like no other. */
	for (n = der->len > 32 ? der->len - 32 : 0; n < der->len; n++)
		sum = (sum ^ der->bytes[n]) * 16777619U;
	slot = &context->decoded[(sum ^ sum >> 16) % TLS_DECODED];
	if (slot->x509 == NULL || slot->len != der->len ||
	    memcmp(slot->der, der->bytes, der->len) != 0) {
		x = d2i_X509(NULL, &at, (long)der->len);
		copy = malloc(der->len > 0 ? der->len : 1);
		if (x == NULL || copy == NULL || at != der->bytes + der->len) {
			X509_free(x);
			free(copy);
			return NULL;
		}
		X509_free(slot->x509);
		free(slot->der);
		memcpy(copy, der->bytes, der->len);
		*slot = (struct tls_decoded){ copy, der->len, x };
	}
	X509_up_ref(slot->x509);
	return slot->x509;
}

static STACK_OF(X509) *
read_chain(struct tls_context *context, const struct tls_der *chain, size_t n)
{
	STACK_OF(X509) *stack = sk_X509_new_null();
	X509 *cert;
	size_t i;

	for (i = 0; stack != NULL && i < n; i++) {
		cert = tls_decode(context, &chain[i]);
		if (cert == NULL || sk_X509_push(stack, cert) <= 0) {
			X509_free(cert);
			sk_X509_pop_free(stack, X509_free);
			return NULL;
		}
	}
	return stack;
}

/* 0: OpenSSL is out of memory. */
static int
ask_openssl(struct tls_context *context, SSL *ssl, int auth_level,
    const struct tls_tlsas *tlsas, STACK_OF(X509) *chain, int64_t now,
    struct tls_memo *memo)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	struct fault fault = { X509_V_OK, -1, NULL };
	X509_VERIFY_PARAM *param;
	int is_verified, is_done = 0;

	if (fault_ex_index < 0)
		fault_ex_index = X509_STORE_CTX_get_ex_new_index(0, NULL,
		    NULL, NULL, NULL);
	if (ctx == NULL || !X509_STORE_CTX_init(ctx,
	    SSL_CTX_get_cert_store(context->ctx), sk_X509_value(chain, 0),
	    chain) || !X509_STORE_CTX_set_ex_data(ctx, fault_ex_index, &fault))
		goto out;
	param = X509_STORE_CTX_get0_param(ctx);
	if (ssl != NULL)
		X509_STORE_CTX_set0_dane(ctx, SSL_get0_dane(ssl));
	X509_STORE_CTX_set_default(ctx, "ssl_server");
	X509_VERIFY_PARAM_set1(param, ssl != NULL ? SSL_get0_param(ssl) :
	    SSL_CTX_get0_param(context->ctx));
	X509_VERIFY_PARAM_set_auth_level(param, auth_level);
	X509_VERIFY_PARAM_set_time(param, (time_t)now);
	X509_STORE_CTX_set_verify_cb(ctx, note_fault);
	is_verified = X509_verify_cert(ctx) == 1;
	memo->error = X509_STORE_CTX_get_error(ctx);
	/* What it went past, because we said so, is a fault all the same. */
	if (memo->error == X509_V_OK && (!is_verified ||
	    fault.error != X509_V_OK))
		memo->error = X509_V_ERR_UNSPECIFIED;
	memo->depth = -1;
	if (memo->error == X509_V_OK)
		vouched(ssl, ctx, context->site->digest, memo);
	else {
		if (fault.error != X509_V_OK)
			memo->error = fault.error;
		fault.error = memo->error;
		memo->depth = fault.depth;
		describe(&fault, tlsas, memo->why, sizeof(memo->why));
	}
	is_done = 1;
out:
	X509_free(fault.cert);
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	return is_done;
}

/* NULL: no memory. How many of them OpenSSL takes is told. */
static SSL *
with_tlsas(struct tls_context *context, const struct tls_tlsas *tlsas,
    size_t *n_usable)
{
	SSL *ssl = SSL_new(context->ctx);
	const struct tls_tlsa *t;
	size_t n;

	if (ssl == NULL || SSL_dane_enable(ssl, NULL) <= 0) {
		SSL_free(ssl);
		return NULL;
	}
	for (n = 0, *n_usable = 0; n < tlsas->n; n++) {
		t = &tlsas->items[n];
		if (SSL_dane_tlsa_add(ssl, t->usage, t->selector, t->mtype,
		    t->data, t->len) > 0)
			++*n_usable;
	}
	ERR_clear_error();
	return ssl;
}

/* is_set: it was judged already. NULL: no memory. */
static struct tls_memo *
find_memo(struct tls_context *context, const struct tls_tlsas *tlsas,
    int auth_level, const struct tls_der *chain, size_t n, int64_t now,
    unsigned char *sum)
{
	struct tls_memo *memo;

	if (!sum_of(tlsas, auth_level, chain, n, now, sum))
		return NULL;
	memo = &context->memos[(sum[0] | sum[1] << 8) % TLS_MEMOS];
	if (!memo->is_set || memcmp(memo->sum, sum, 32) != 0)
		memo->is_set = 0;
	return memo;
}

enum tlsp_code
tls_trust(struct tls_context *context, const struct tls_tlsas *tlsas,
    int auth_level, const struct tls_der *chain, size_t n, int64_t now,
    const struct tls_memo **ret_memo, struct tlsp_err *err)
{
	unsigned char sum[32];
	STACK_OF(X509) *stack;
	struct tls_memo *memo;
	SSL *ssl = NULL;
	size_t n_usable = 0;
	int is_pin, is_done = 1;

	/* What is trusted at level 1 is at level 0, too. */
	if (auth_level == 0) {
		memo = find_memo(context, tlsas, 1, chain, n, now, sum);
		if ((*ret_memo = memo) == NULL)
			return no_memory(err);
		if (memo->is_set && memo->error == X509_V_OK)
			return TLSP_OK;
	}
	memo = find_memo(context, tlsas, auth_level, chain, n, now, sum);
	if ((*ret_memo = memo) == NULL)
		return no_memory(err);
	if (memo->is_set)
		return TLSP_OK;
	memset(memo, 0, sizeof(*memo));
	stack = read_chain(context, chain, n);
	if (stack == NULL) {
		ERR_clear_error();
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "a certificate of the chain cannot be read");
	}
	is_pin = tlsas->n > 0 && tlsas->items[0].mtype == TLS_MTYPE_PIN;
	if (tlsas->n > 0) {
		ssl = with_tlsas(context, tlsas, &n_usable);
		is_done = ssl != NULL;
	}
	if (is_done && tlsas->n > 0 && n_usable == 0) {
		memo->is_unusable = 1;
		memo->error = X509_V_ERR_UNSPECIFIED;
		(void)snprintf(memo->why, sizeof(memo->why),
		    "none of the %s can be used", is_pin ? "fingerprints" :
		    tlsas->items[0].mtype == 0 ? "trust anchors" :
		    "TLSA records");
	} else if (is_done)
		is_done = ask_openssl(context, ssl, auth_level, tlsas, stack,
		    now, memo);
	SSL_free(ssl);
	sk_X509_pop_free(stack, X509_free);
	if (!is_done)
		return no_memory(err);
	memcpy(memo->sum, sum, sizeof(sum));
	memo->is_set = 1;
	return TLSP_OK;
}
