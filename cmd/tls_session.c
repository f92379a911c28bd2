/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tls_session.c - a TLS handshake as smtp(8) makes it, without waiting.
 * Knows:    OpenSSL's connections. Not: SMTP, DNS, pins.
 * Feeds:    prober.
 * Source:   Postfix tls/tls_client.c.
 */
#include "tls_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/err.h>

#include "../dict_tlspolicy/name.h"

struct tls_session {
	struct tls_context *context;	/* borrowed */
	const struct demand *demand;	/* borrowed */
	struct tls_peer peer;
	SSL *ssl;
	char *sni;
	struct tls_der chain[TLS_CHAIN_MAX];
	struct tls_result result;
	int is_done;
	int is_judged;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

static const struct {
	unsigned bit;
	uint64_t option;
} PROTOCOLS[] = {
	{ DEMAND_SSL3, SSL_OP_NO_SSLv3 },
	{ DEMAND_TLS1, SSL_OP_NO_TLSv1 },
	{ DEMAND_TLS1_1, SSL_OP_NO_TLSv1_1 },
	{ DEMAND_TLS1_2, SSL_OP_NO_TLSv1_2 },
	{ DEMAND_TLS1_3, SSL_OP_NO_TLSv1_3 }
};

static void
set_protocols(SSL *ssl, const struct demand *demand)
{
	uint64_t options = 0;
	size_t n;

	for (n = 0; n < sizeof(PROTOCOLS) / sizeof(PROTOCOLS[0]); n++)
		if (demand->no_protocols & PROTOCOLS[n].bit)
			options |= PROTOCOLS[n].option;
	SSL_set_options(ssl, options);
	/* A bound that OpenSSL does not know is none, for smtp(8) too. */
	(void)SSL_set_min_proto_version(ssl, demand->min_protocol);
	(void)SSL_set_max_proto_version(ssl, demand->max_protocol);
	ERR_clear_error();
}

/* The first list becomes that of all connections: parsing costs. */
static int
set_ciphers(struct tls_context *context, SSL *ssl, const char *list)
{
	if (context->ciphers != NULL && strcmp(context->ciphers, list) == 0)
		return 1;
	if (context->ciphers == NULL &&
	    SSL_CTX_set_cipher_list(context->ctx, list) == 1)
		context->ciphers = strdup(list);
	return SSL_set_cipher_list(ssl, list) == 1;
}

/* NULL: memory. "": none is sent. */
static char *
server_name(const struct tls_aim *aim, const struct tls_peer *peer)
{
	const struct tlsp_host *host = aim->demand->host;
	const char *name = aim->demand->servername, *ascii;
	char domain[TLSP_HOSTNAME_MAX + 1];

	if (aim->level == TLSP_LEVEL_DANE || aim->level ==
	    TLSP_LEVEL_DANE_ONLY)
		name = peer->tlsa_base != NULL ? peer->tlsa_base : peer->mx;
	else if (strcmp(name, "hostname") == 0)
		name = peer->mx;
	else if (strcmp(name, "nexthop") == 0)
		name = demand_domain(peer->nexthop, domain);
	if (!tlsp_name_is_ascii(name, strlen(name)) && host != NULL &&
	    host->to_ascii != NULL) {
		ascii = host->to_ascii(host->ctx, name);
		if (ascii != NULL)
			name = ascii;
	}
	return strdup(name);
}

static enum tlsp_code
set_up(struct tls_session *session, const struct tls_aim *aim,
    enum tls_manner manner, int fd, struct tlsp_err *err)
{
	const struct demand *demand = aim->demand;
	const int for_pins = manner == TLS_FOR_PINS &&
	    aim->level == TLSP_LEVEL_ENCRYPT;
	const char *ciphers = for_pins ? demand->pin_ciphers : demand->ciphers;
	char text[200];

	session->sni = server_name(aim, &session->peer);
	session->ssl = SSL_new(session->context->ctx);
	if (session->ssl == NULL || session->sni == NULL)
		return no_memory(err);
	if (!set_ciphers(session->context, session->ssl, ciphers))
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "no cipher is left of \"%.200s\": %s", ciphers,
		    tls_error_text(text, sizeof(text)));
	set_protocols(session->ssl, demand);
	if (session->sni[0] != '\0') {
		if (strlen(session->sni) > TLSEXT_MAXLEN_host_name)
			return tlsp_err_set(err, TLSP_E_VALUE, NULL,
			    "\"%.40s...\" is too long to be asked for",
			    session->sni);
		if (SSL_set_tlsext_host_name(session->ssl, session->sni) != 1)
			return no_memory(err);
		session->result.sni = session->sni;
	}
	if (for_pins || tls_must_match(aim))
		SSL_set_security_level(session->ssl, 1);
	if (SSL_set_fd(session->ssl, fd) != 1)
		return no_memory(err);
	SSL_set_connect_state(session->ssl);
	SSL_set_mode(session->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return TLSP_OK;
}

enum tlsp_code
tls_new(struct tls_context *context, const struct demand *demand,
    const struct tls_peer *peer, enum tls_manner manner, int fd,
    struct tls_session **ret_session, struct tlsp_err *err)
{
	struct tls_session *session;
	struct tls_aim aim;
	enum tlsp_code code = tls_aim_at(demand, peer, &aim, err);

	if (code != TLSP_OK)
		return code;
	if (aim.level == TLSP_LEVEL_NONE)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "the level is none: no TLS is asked for");
	session = calloc(1, sizeof(*session));
	if (session == NULL)
		return no_memory(err);
	session->context = context;
	session->demand = demand;
	session->peer = *peer;
	code = tls_prepare(context, demand, err);
	if (code == TLSP_OK)
		code = set_up(session, &aim, manner, fd, err);
	ERR_clear_error();
	if (code != TLSP_OK) {
		tls_free(session);
		return code;
	}
	*ret_session = session;
	return TLSP_OK;
}

void
tls_free(struct tls_session *session)
{
	size_t n;

	if (session == NULL)
		return;
	for (n = 0; n < session->result.n_chain; n++)
		OPENSSL_free((void *)(uintptr_t)session->chain[n].bytes);
	SSL_free(session->ssl);
	free(session->sni);
	free(session);
}

/* What became of a call of OpenSSL that did not succeed. */
static enum tls_step
not_yet(struct tls_session *session, int ret, const char *what,
    struct tlsp_err *err)
{
	const int saved = errno;
	char text[200];

	switch (SSL_get_error(session->ssl, ret)) {
	case SSL_ERROR_WANT_READ:
		return TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	default:
		errno = ret < 0 ? saved : 0;
		(void)tlsp_err_set(err, TLSP_E_IO, NULL, "%s: %s", what,
		    tls_error_text(text, sizeof(text)));
		return TLS_FAILED;
	}
}

static void
collect_chain(struct tls_session *session)
{
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(session->ssl);
	struct tls_result *result = &session->result;
	unsigned char *der;
	int n, len;

	result->chain = session->chain;
	for (n = 0; n < sk_X509_num(chain) &&
	    result->n_chain < TLS_CHAIN_MAX; n++) {
		der = NULL;
		len = i2d_X509(sk_X509_value(chain, n), &der);
		if (len <= 0)
			break;
		session->chain[result->n_chain].bytes = der;
		session->chain[result->n_chain].len = (size_t)len;
		result->n_chain++;
	}
}

enum tls_step
tls_step(struct tls_session *session, struct tlsp_err *err)
{
	const SSL_CIPHER *cipher;
	enum tls_step step;
	int ret;

	if (session->is_done)
		return TLS_DONE;
	ERR_clear_error();
	errno = 0;
	ret = SSL_do_handshake(session->ssl);
	if (ret != 1) {
		step = not_yet(session, ret, "TLS handshake", err);
		if (step == TLS_FAILED && session->result.n_chain == 0)
			collect_chain(session);
		return step;
	}
	session->is_done = 1;
	collect_chain(session);
	cipher = SSL_get_current_cipher(session->ssl);
	session->result.protocol = SSL_get_version(session->ssl);
	session->result.cipher = SSL_CIPHER_get_name(cipher);
	session->result.bits = SSL_CIPHER_get_bits(cipher, NULL);
	session->result.is_resumed = SSL_session_reused(session->ssl);
	return TLS_DONE;
}

enum tls_step
tls_read(struct tls_session *session, void *buf, size_t len, size_t *ret_n,
    struct tlsp_err *err)
{
	int ret;

	ERR_clear_error();
	errno = 0;
	ret = SSL_read(session->ssl, buf, len > INT_MAX ? INT_MAX : (int)len);
	if (ret > 0) {
		*ret_n = (size_t)ret;
		return TLS_DONE;
	}
	if (SSL_get_error(session->ssl, ret) == SSL_ERROR_ZERO_RETURN) {
		*ret_n = 0;
		return TLS_DONE;
	}
	return not_yet(session, ret, "reading through TLS", err);
}

enum tls_step
tls_write(struct tls_session *session, const void *buf, size_t len,
    size_t *ret_n, struct tlsp_err *err)
{
	int ret;

	ERR_clear_error();
	errno = 0;
	ret = SSL_write(session->ssl, buf, len > INT_MAX ? INT_MAX : (int)len);
	if (ret > 0) {
		*ret_n = (size_t)ret;
		return TLS_DONE;
	}
	return not_yet(session, ret, "writing through TLS", err);
}

void
tls_bye(struct tls_session *session)
{
	if (session->is_done)
		(void)SSL_shutdown(session->ssl);
	ERR_clear_error();
}

const struct tls_result *
tls_result(struct tls_session *session, int64_t now)
{
	struct tls_result *result = &session->result;
	struct tlsp_err err;

	if (!session->is_done || session->is_judged)
		return result;
	session->is_judged = 1;
	if (tls_verify_chain(session->context, session->demand,
	    &session->peer, session->chain, result->n_chain, now,
	    &result->verdict, &err) != TLSP_OK) {
		/* Not to be told is not to be trusted. */
		result->verdict.word = TLS_UNTRUSTED;
		(void)snprintf(result->verdict.why,
		    sizeof(result->verdict.why), "%.300s", err.text);
		(void)snprintf(result->verdict.lesson,
		    sizeof(result->verdict.lesson), "%.300s", err.text);
	}
	return result;
}
