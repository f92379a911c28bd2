/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * witness.c - what a handshake showed, in the words of a record.
 * Knows:    which word of TLS is which of the record. Not: connections.
 * Feeds:    server.
 */
#include "witness.h"

#include <string.h>

/* Memory is short: a record without its reason is still a record. */
void
witness_set(char **field, const char *text)
{
	struct tlsp_err err;

	(void)!record_set(field, text, &err);
}

/* DANE demands TLS of those alone who publish records for it. */
int
witness_clear_is_fine(const struct record *rec, enum tlsp_level_id level)
{
	switch (level) {
	case TLSP_LEVEL_NONE:
	case TLSP_LEVEL_MAY:
		return 1;
	case TLSP_LEVEL_DANE:
		return rec->n_tlsa == 0 || !rec->tlsa_secure;
	default:
		return 0;
	}
}

void
witness_verdict(struct record *rec, const struct tls_verdict *verdict)
{
	static const enum record_word WORDS[] = {
		[TLS_ANONYMOUS] = RECORD_ANONYMOUS,
		[TLS_UNTRUSTED] = RECORD_UNTRUSTED,
		[TLS_TRUSTED] = RECORD_TRUSTED,
		[TLS_VERIFIED] = RECORD_VERIFIED,
	};

	rec->word = WORDS[verdict->word];
	rec->verdict = verdict->origin == TLS_PKIX ? RECORD_PKIX :
	    verdict->origin == TLS_DANE ? RECORD_DANE : RECORD_NONE;
	rec->fate = verdict->is_met ? RECORD_DELIVERED : RECORD_WAITS;
	witness_set(&rec->why, verdict->why);
	witness_set(&rec->lesson, verdict->lesson);
	if (verdict->matched[0] != '\0')
		witness_set(&rec->matched, verdict->matched);
	if (verdict->anchor[0] != '\0')
		witness_set(&rec->anchor, verdict->anchor);
	if (!verdict->is_met)
		witness_set(&rec->error, verdict->why);
}

/* The chain, and what it is known by. */
static void
copy_chain(struct record *rec, const struct tls_result *result,
    const char *digest)
{
	struct x509_digests digests;
	struct x509_cert cert;
	struct tlsp_err err;
	size_t n;

	for (n = 0; n < result->n_chain; n++)
		if (record_add_der(rec, result->chain[n].bytes,
		    result->chain[n].len, &err) != TLSP_OK)
			break;
	if (result->n_chain == 0)
		return;
	witness_set(&rec->digest, digest);
	if (x509_digest(result->chain[0].bytes, result->chain[0].len, digest,
	    &digests, &err) == TLSP_OK) {
		witness_set(&rec->key_digest, digests.key);
		witness_set(&rec->cert_digest, digests.cert);
	}
	if (x509_read(result->chain[0].bytes, result->chain[0].len, &cert,
	    &err) == TLSP_OK) {
		rec->not_after = cert.not_after;
		x509_clear(&cert);
	}
}

void
witness_result(struct record *rec, const struct tls_result *result,
    const char *digest)
{
	witness_set(&rec->protocol, result->protocol);
	witness_set(&rec->cipher, result->cipher);
	witness_set(&rec->sni, result->sni);
	rec->bits = result->bits;
	rec->resumed = result->is_resumed;
	copy_chain(rec, result, digest);
}

void
witness_peer(const struct record *rec, struct tls_peer *ret_peer)
{
	memset(ret_peer, 0, sizeof(*ret_peer));
	ret_peer->nexthop = rec->nexthop;
	ret_peer->mx = rec->mx;
	ret_peer->has_mx = rec->preference >= 0;
	ret_peer->is_mx_secure = rec->mx_secure;
	ret_peer->tlsa = (const char *const *)rec->tlsa;
	ret_peer->n_tlsa = rec->n_tlsa;
	ret_peer->is_tlsa_secure = rec->tlsa_secure;
	ret_peer->tlsa_base = rec->tlsa_base;
}
