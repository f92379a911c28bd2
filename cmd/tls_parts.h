/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tls_parts.h - what the files of the room tls share.
 * Knows:    OpenSSL's types. Nobody else includes it.
 * Feeds:    tls_anchors, tls_context, tls_session, tls_trust, tls_verify.
 */
#ifndef TLSP_CMD_TLS_PARTS_H
#define TLSP_CMD_TLS_PARTS_H

#include <openssl/ssl.h>

#include "tls.h"

/* The matching type of fingerprints; never accepted from the DNS. */
#define TLS_MTYPE_PIN	255

/* A TLSA record, found in the DNS or made of a fingerprint or a file. */
struct tls_tlsa {
	uint8_t usage;
	uint8_t selector;
	uint8_t mtype;
	unsigned char *data;
	size_t len;
};

struct tls_tlsas {
	struct tls_tlsa *items;
	size_t n;
};

/* A file of trust anchors that was read. */
struct tls_tafile {
	struct tls_tafile *next;
	char *path;
	struct tls_tlsas tlsas;
};

/*
 * How the trust in one chain was judged: names not yet looked at.
 * sum:      of everything that went into it. is_leaf: a record of the leaf
 *           itself vouches. is_unusable: OpenSSL takes none of the records.
 * why:      what was wrong, or who vouches.
 */
struct tls_memo {
	unsigned char sum[32];
	int is_set;
	int error;
	int depth;
	int is_leaf;
	int is_unusable;
	char anchor[X509_DIGEST_TEXT];
	char why[300];
};

#define TLS_MEMOS	2048

/* A certificate that was decoded: to do so takes OpenSSL long. */
struct tls_decoded {
	unsigned char *der;
	size_t len;
	X509 *x509;
};

#define TLS_DECODED	256

struct tls_context {
	const struct demand_site *site;
	SSL_CTX *ctx;
	char *ciphers;			/* the context's own list, once set */
	struct tls_tafile *tafiles;
	struct tls_memo *memos;
	struct tls_decoded decoded[TLS_DECODED];
};

/*
 * What smtp(8) is really about to do for a peer: the level may turn out to
 * be another than the rule's where TLSA records are missing.
 * demand:   whose settings hold. is_half: DANE by way of unsigned MX records.
 */
struct tls_aim {
	const struct demand *demand;
	enum tlsp_level_id level;
	int is_half;
};

/* errors: TLSP_E_VALUE: mail waits, no connection is made. */
enum tlsp_code tls_aim_at(const struct demand *, const struct tls_peer *,
    struct tls_aim *ret_aim, struct tlsp_err *err) TLSP_MUST_USE;

/* Must the certificate match? */
static inline int
tls_must_match(const struct tls_aim *aim)
{
	return aim->level > TLSP_LEVEL_ENCRYPT;
}

int tls_tlsas_add(struct tls_tlsas *, uint8_t usage, uint8_t selector,
    uint8_t mtype, const unsigned char *data, size_t len) TLSP_MUST_USE;
void tls_tlsas_clear(struct tls_tlsas *);

/*
 * The records that smtp(8) takes out of the DNS: usage 2 and 3.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code tls_tlsas_read(const struct tls_peer *, struct tls_tlsas *,
    struct tlsp_err *err) TLSP_MUST_USE;

/* Two digits a byte, colons between bytes passed over. 0: malformed. */
size_t tls_hex(const char *text, unsigned char *buf, size_t len);

/*
 * Trust anchors of a file, read once.
 * ret_tlsas: borrowed from the context.
 * errors:   TLSP_E_IO; TLSP_E_NOMEM.
 */
enum tlsp_code tls_tafile_read(struct tls_context *, const char *path,
    const struct tls_tlsas **ret_tlsas, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Is a chain to be trusted? By the records, or where there are none by the
 * CA files; names are not looked at.
 * auth_level: OpenSSL's security level for keys and signatures.
 * ret_memo: borrowed from the context until the next call.
 */
enum tlsp_code tls_trust(struct tls_context *, const struct tls_tlsas *,
    int auth_level, const struct tls_der *chain, size_t n, int64_t now,
    const struct tls_memo **ret_memo, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Decode a certificate, unless it was lately.
 * returns   to be freed; NULL: it is none, or there is no memory.
 */
X509 *tls_decode(struct tls_context *, const struct tls_der *) TLSP_MUST_USE;

/* What OpenSSL says went wrong last, in words; its queue is then empty. */
const char *tls_error_text(char *buf, size_t len);

#endif
