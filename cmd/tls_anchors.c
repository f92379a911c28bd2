/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tls_anchors.c - TLSA records, from the DNS or from a file of certificates;
 *	and which level a server without them gets.
 * Knows:    usages, selectors, matching types. Not: connections, chains.
 * Feeds:    tls, tls_verify.
 * Source:   RFC 6698, RFC 7672; Postfix tls/tls_dane.c, and dane_init() of
 *           smtp/smtp_tls_policy.c.
 */
#include "tls_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/err.h>
#include <openssl/pem.h>

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

int
tls_tlsas_add(struct tls_tlsas *tlsas, uint8_t usage, uint8_t selector,
    uint8_t mtype, const unsigned char *data, size_t len)
{
	struct tls_tlsa *grown;

	grown = reallocarray(tlsas->items, tlsas->n + 1, sizeof(*grown));
	if (grown == NULL)
		return 0;
	tlsas->items = grown;
	grown += tlsas->n;
	grown->usage = usage;
	grown->selector = selector;
	grown->mtype = mtype;
	grown->len = len;
	grown->data = malloc(len > 0 ? len : 1);
	if (grown->data == NULL)
		return 0;
	if (len > 0)
		memcpy(grown->data, data, len);
	tlsas->n++;
	return 1;
}

void
tls_tlsas_clear(struct tls_tlsas *tlsas)
{
	size_t n;

	for (n = 0; n < tlsas->n; n++)
		free(tlsas->items[n].data);
	free(tlsas->items);
	memset(tlsas, 0, sizeof(*tlsas));
}

static int
digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	return -1;
}

size_t
tls_hex(const char *text, unsigned char *buf, size_t len)
{
	size_t n = 0;

	while (*text != '\0') {
		if (n > 0 && *text == ':')
			text++;
		if (n == len || digit(text[0]) < 0 || digit(text[1]) < 0)
			return 0;
		buf[n++] = (unsigned char)(digit(text[0]) << 4 |
		    digit(text[1]));
		text += 2;
	}
	return n;
}

enum tlsp_code
tls_tlsas_read(const struct tls_peer *peer, struct tls_tlsas *tlsas,
    struct tlsp_err *err)
{
	unsigned usage, selector, mtype;
	unsigned char *data;
	size_t n, len, room;
	int off, is_ok = 1;

	for (n = 0; is_ok && n < peer->n_tlsa; n++) {
		if (sscanf(peer->tlsa[n], "%3u %3u %3u %n", &usage, &selector,
		    &mtype, &off) != 3 || (usage != 2 && usage != 3) ||
		    selector > 255 || mtype >= TLS_MTYPE_PIN)
			continue;
		room = strlen(peer->tlsa[n] + off) / 2 + 1;
		data = malloc(room);
		if (data == NULL)
			return no_memory(err);
		len = tls_hex(peer->tlsa[n] + off, data, room);
		if (len > 0)
			is_ok = tls_tlsas_add(tlsas, (uint8_t)usage,
			    (uint8_t)selector, (uint8_t)mtype, data, len);
		free(data);
	}
	return is_ok ? TLSP_OK : no_memory(err);
}

/* Certificates and keys are anchors, and may be the leaf's own. */
static int
add_anchor(struct tls_tlsas *tlsas, const char *name,
    const unsigned char *data, size_t len)
{
	uint8_t selector;

	if (strcmp(name, PEM_STRING_X509) == 0 ||
	    strcmp(name, PEM_STRING_X509_OLD) == 0)
		selector = 0;
	else if (strcmp(name, PEM_STRING_PUBLIC) == 0)
		selector = 1;
	else
		return 1;
	return tls_tlsas_add(tlsas, 2, selector, 0, data, len) &&
	    tls_tlsas_add(tlsas, 3, selector, 0, data, len);
}

static enum tlsp_code
load_tafile(const char *path, struct tls_tlsas *tlsas, struct tlsp_err *err)
{
	BIO *bio = BIO_new_file(path, "r");
	char *name, *header, text[200];
	unsigned char *data;
	size_t n = 0;
	long len;
	int is_ok = 1, is_end;

	if (bio == NULL)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "%s: %s", path,
		    tls_error_text(text, sizeof(text)));
	ERR_clear_error();
	for (; is_ok && PEM_read_bio(bio, &name, &header, &data, &len); n++) {
		is_ok = add_anchor(tlsas, name, data, (size_t)len);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(data);
	}
	BIO_free(bio);
	is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	if (!is_ok)
		return no_memory(err);
	if (!is_end)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "%s: %s", path,
		    tls_error_text(text, sizeof(text)));
	ERR_clear_error();
	if (n == 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL,
		    "%s: no certificate or key in it", path);
	return TLSP_OK;
}

enum tlsp_code
tls_tafile_read(struct tls_context *context, const char *path,
    const struct tls_tlsas **ret_tlsas, struct tlsp_err *err)
{
	struct tls_tafile *tafile;
	enum tlsp_code code;

	for (tafile = context->tafiles; tafile != NULL; tafile = tafile->next)
		if (strcmp(tafile->path, path) == 0) {
			*ret_tlsas = &tafile->tlsas;
			return TLSP_OK;
		}
	tafile = calloc(1, sizeof(*tafile));
	if (tafile == NULL)
		return no_memory(err);
	tafile->path = strdup(path);
	code = tafile->path == NULL ? no_memory(err) :
	    load_tafile(path, &tafile->tlsas, err);
	if (code != TLSP_OK) {
		tls_tlsas_clear(&tafile->tlsas);
		free(tafile->path);
		free(tafile);
		return code;
	}
	tafile->next = context->tafiles;
	context->tafiles = tafile;
	*ret_tlsas = &tafile->tlsas;
	return TLSP_OK;
}

/* Without DANE: dane goes on at another level, dane-only waits. */
static enum tlsp_code
without_dane(const struct demand *demand, const struct demand *instead,
    const char *why, struct tls_aim *ret_aim, struct tlsp_err *err)
{
	if (demand->level == TLSP_LEVEL_DANE_ONLY)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "the level is dane-only, but %s: mail waits", why);
	*ret_aim = (struct tls_aim){ instead, instead->level, 0 };
	return TLSP_OK;
}

enum tlsp_code
tls_aim_at(const struct demand *demand, const struct tls_peer *peer,
    struct tls_aim *ret_aim, struct tlsp_err *err)
{
	const struct demand_site *site = demand->site;
	const int is_unsigned = peer->has_mx && !peer->is_mx_secure;
	struct tls_tlsas tlsas = { NULL, 0 };
	enum tlsp_code code;
	size_t n;

	if (demand->level != TLSP_LEVEL_DANE &&
	    demand->level != TLSP_LEVEL_DANE_ONLY) {
		*ret_aim = (struct tls_aim){ demand, demand->level, 0 };
		return TLSP_OK;
	}
	if (!site->is_dnssec)
		return without_dane(demand, demand->as_may,
		    "smtp_dns_support_level is not dnssec", ret_aim, err);
	if (is_unsigned && (demand->level == TLSP_LEVEL_DANE_ONLY ||
	    site->insecure_mx == TLSP_LEVEL_MAY))
		return without_dane(demand, demand->as_may,
		    "its MX records are not signed", ret_aim, err);
	if (peer->n_tlsa == 0 || !peer->is_tlsa_secure)
		return without_dane(demand, demand->as_may,
		    "the server has no TLSA records that are signed", ret_aim,
		    err);
	code = tls_tlsas_read(peer, &tlsas, err);
	n = tlsas.n;
	tls_tlsas_clear(&tlsas);
	if (code != TLSP_OK)
		return code;
	if (n == 0)
		return without_dane(demand, demand->as_encrypt,
		    "no TLSA record is usable", ret_aim, err);
	if (is_unsigned && site->insecure_mx == TLSP_LEVEL_ENCRYPT)
		return without_dane(demand, demand->as_encrypt,
		    "its MX records are not signed", ret_aim, err);
	*ret_aim = (struct tls_aim){ demand, demand->level, is_unsigned };
	return TLSP_OK;
}
