/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * chain.c - from a server's certificate to one that is trusted, or where the
 *           way breaks off.
 * Knows:    OpenSSL's verification. Not: names, rules, files' formats.
 * Feeds:    the verb ca.
 * Source:   RFC 5280; what smtp(8) asks at verify and secure.
 */
#include "chain.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#define AUTH_LEVEL	1	/* of keys and signatures, as Postfix sets it */

struct chain_trust {
	X509_STORE *store;
	int depth;
	int is_any_end;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	ERR_clear_error();
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

enum tlsp_code
chain_trust_new(int depth, int is_any_end, struct chain_trust **ret_trust,
    struct tlsp_err *err)
{
	struct chain_trust *trust = calloc(1, sizeof(*trust));

	if (trust == NULL || (trust->store = X509_STORE_new()) == NULL) {
		free(trust);
		return no_memory(err);
	}
	trust->depth = depth;
	trust->is_any_end = is_any_end;
	*ret_trust = trust;
	return TLSP_OK;
}

void
chain_trust_free(struct chain_trust *trust)
{
	if (trust != NULL)
		X509_STORE_free(trust->store);
	free(trust);
}

static X509 *
decode(const struct tls_der *der)
{
	const unsigned char *at = der->bytes;

	return der->len > LONG_MAX ? NULL : d2i_X509(NULL, &at,
	    (long)der->len);
}

enum tlsp_code
chain_trust_add(struct chain_trust *trust, const uint8_t *der, size_t len,
    struct tlsp_err *err)
{
	const struct tls_der one = { der, len };
	X509 *x = decode(&one);
	int is_ok;

	if (x == NULL) {
		ERR_clear_error();
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "%zu bytes that are no certificate", len);
	}
	is_ok = X509_STORE_add_cert(trust->store, x);
	X509_free(x);
	return is_ok ? TLSP_OK : no_memory(err);
}

enum tlsp_code
chain_trust_add_folder(struct chain_trust *trust, const char *path,
    struct tlsp_err *err)
{
	if (X509_STORE_load_locations(trust->store, NULL, path) == 1)
		return TLSP_OK;
	ERR_clear_error();
	return tlsp_err_set(err, TLSP_E_IO, NULL, "%s: OpenSSL cannot use this "
	    "folder", path);
}

enum tlsp_code
chain_trust_add_default(struct chain_trust *trust, struct tlsp_err *err)
{
	if (X509_STORE_set_default_paths(trust->store) == 1)
		return TLSP_OK;
	ERR_clear_error();
	return tlsp_err_set(err, TLSP_E_IO, NULL, "the certificates of "
	    "OpenSSL itself cannot be used");
}

static STACK_OF(X509) *
decode_all(const struct tls_der *shown, size_t n)
{
	STACK_OF(X509) *stack = sk_X509_new_null();
	X509 *x;
	size_t i;

	for (i = 0; stack != NULL && i < n; i++) {
		x = decode(&shown[i]);
		if (x == NULL || sk_X509_push(stack, x) <= 0) {
			X509_free(x);
			sk_X509_pop_free(stack, X509_free);
			return NULL;
		}
	}
	return stack;
}

/* 0: no memory. */
static int
keep_links(STACK_OF(X509) *built, struct chain *chain)
{
	const int n_links = chain->state == CHAIN_NO_ISSUER ?
	    chain->depth + 1 : sk_X509_num(built);
	unsigned char *der;
	uint8_t *copy;
	int n, len;

	for (n = 0; n < n_links && n < sk_X509_num(built) &&
	    n < TLS_CHAIN_MAX; n++) {
		der = NULL;
		len = i2d_X509(sk_X509_value(built, n), &der);
		copy = len <= 0 ? NULL : malloc((size_t)len);
		if (copy != NULL) {
			memcpy(copy, der, (size_t)len);
			chain->links[chain->n++] = (struct tls_der){ copy,
			    (size_t)len };
		}
		OPENSSL_free(der);
		if (copy == NULL)
			return 0;
	}
	return 1;
}

static void
judge(X509_STORE_CTX *ctx, int is_good, struct chain *chain)
{
	const int error = X509_STORE_CTX_get_error(ctx);

	chain->depth = X509_STORE_CTX_get_error_depth(ctx);
	switch (error) {
	case X509_V_OK:
		chain->state = is_good ? CHAIN_GOOD : CHAIN_BAD;
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	/* One of the issuer's name was found, and is another. */
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
		chain->state = CHAIN_NO_ISSUER;
		break;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		chain->state = CHAIN_NO_ROOT;
		break;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		chain->state = CHAIN_SELF;
		break;
	default:
		chain->state = CHAIN_BAD;
	}
	if (chain->state == CHAIN_GOOD)
		chain->depth = -1;
	else
		(void)snprintf(chain->why, sizeof(chain->why), "%s",
		    X509_verify_cert_error_string(error));
}

/* 0: no memory. */
static int
ask_openssl(const struct chain_trust *trust, STACK_OF(X509) *shown,
    int64_t now, struct chain *chain)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	int is_ok;

	is_ok = ctx != NULL && X509_STORE_CTX_init(ctx, trust->store,
	    sk_X509_value(shown, 0), shown) == 1 &&
	    X509_STORE_CTX_set_default(ctx, "ssl_server") == 1;
	if (is_ok) {
		param = X509_STORE_CTX_get0_param(ctx);
		X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
		X509_VERIFY_PARAM_set_depth(param, trust->depth + 1);
		X509_VERIFY_PARAM_set_time(param, (time_t)now);
		if (trust->is_any_end)
			X509_VERIFY_PARAM_set_flags(param,
			    X509_V_FLAG_PARTIAL_CHAIN);
		judge(ctx, X509_verify_cert(ctx) == 1, chain);
		is_ok = keep_links(X509_STORE_CTX_get0_chain(ctx), chain);
	}
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	return is_ok;
}

enum tlsp_code
chain_verify(struct chain_trust *trust, const struct tls_der *shown, size_t n,
    int64_t now, struct chain *ret_chain, struct tlsp_err *err)
{
	STACK_OF(X509) *stack = n == 0 ? NULL : decode_all(shown, n);
	int is_ok;

	if (stack == NULL) {
		ERR_clear_error();
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "a certificate "
		    "of the chain cannot be read");
	}
	memset(ret_chain, 0, sizeof(*ret_chain));
	is_ok = ask_openssl(trust, stack, now, ret_chain);
	sk_X509_pop_free(stack, X509_free);
	if (is_ok)
		return TLSP_OK;
	chain_clear(ret_chain);
	return no_memory(err);
}

void
chain_clear(struct chain *chain)
{
	size_t n;

	for (n = 0; n < chain->n; n++)
		free((void *)(uintptr_t)chain->links[n].bytes);
	memset(chain, 0, sizeof(*chain));
}
