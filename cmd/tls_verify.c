/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tls_verify.c - the verdict on a chain: trust, names, and what a level
 *	makes of them.
 * Knows:    which level asks for which proof. Not: connections.
 * Feeds:    tls, learner.
 * Source:   Postfix tls/tls_client.c, verify_extract_name() and
 *           add_namechecks(); RFC 6125; RFC 7672.
 */
#include "tls_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

/* The names that are wanted, as one certificate is asked for them. */
#define NAMES_MAX	64

struct names {
	char items[NAMES_MAX][TLSP_HOSTNAME_MAX + 2];
	size_t n;
	const char *ip;			/* at most one counts */
};

/* All that one verdict is made of. */
struct trial {
	struct tls_context *context;
	const struct demand *demand;
	const struct tls_peer *peer;
	const struct tls_der *chain;
	size_t n_chain;
	int64_t now;
	struct tlsp_err *err;
};

/* What one proof came to. */
struct proof {
	int is_trusted;			/* the chain is */
	int is_named;			/* so is the name, or none is wanted */
	int is_unusable;
	int error;
	int depth;
	char matched[TLSP_HOSTNAME_MAX + 1];
	char anchor[X509_DIGEST_TEXT];
	char why[600];
};

/* Which proof: names NULL: none is wanted. */
struct question {
	const struct tls_tlsas *tlsas;
	const struct names *names;
	int auth_level;
	int is_leaf_nameless;		/* the leaf's own record needs none */
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

static int
is_address(const char *name)
{
	ASN1_OCTET_STRING *ip = a2i_IPADDRESS(name);

	ASN1_OCTET_STRING_free(ip);
	ERR_clear_error();
	return ip != NULL;
}

static void
add_name(struct names *names, const char *name)
{
	if (name == NULL || *name == '\0' || names->n == NAMES_MAX)
		return;
	if (is_address(name)) {
		if (names->ip == NULL)
			names->ip = names->items[NAMES_MAX - 1];
		else
			return;
		(void)snprintf(names->items[NAMES_MAX - 1],
		    sizeof(names->items[0]), "%s", name);
		return;
	}
	if (names->ip != NULL && names->n == NAMES_MAX - 1)
		return;
	(void)snprintf(names->items[names->n++], sizeof(names->items[0]),
	    "%s", name);
}

/*
 * The names of a match list.
 * is_signed: the way to the server's name is proved; else that name counts
 *           nothing.
 */
static void
read_names(const struct trial *t, const struct demand_list *match,
    int is_signed, struct names *names)
{
	char domain[TLSP_HOSTNAME_MAX + 1], buf[TLSP_HOSTNAME_MAX + 2];
	size_t n;

	(void)demand_domain(t->peer->nexthop, domain);
	for (n = 0; n < match->n; n++) {
		if (!is_signed && strcasecmp(match->items[n], "hostname") == 0)
			continue;
		add_name(names, demand_name(t->demand, match->items[n],
		    domain, t->peer->mx, buf));
	}
}

/* RFC 7672: the server's name, and by way of MX the partner's own. */
static void
read_dane_names(const struct trial *t, struct names *names)
{
	char domain[TLSP_HOSTNAME_MAX + 1];

	add_name(names, t->peer->tlsa_base != NULL ? t->peer->tlsa_base :
	    t->peer->mx);
	if (t->peer->has_mx)
		add_name(names, demand_domain(t->peer->nexthop, domain));
}

static void
say_names(const struct trial *t, const struct names *names, char *buf,
    size_t len)
{
	char wanted[200] = "", borne[160] = "no name";
	struct x509_cert cert;
	struct tlsp_err err;
	size_t n, used = 0;

	if (names->n == 0 && names->ip == NULL) {
		(void)snprintf(buf, len, "there is no name that could match");
		return;
	}
	for (n = 0; n < names->n && used + 20 < sizeof(wanted); n++)
		used += (size_t)snprintf(wanted + used, sizeof(wanted) - used,
		    "%s%.*s", n > 0 ? " or " : "", 80, names->items[n]);
	if (names->ip != NULL && used + 50 < sizeof(wanted))
		(void)snprintf(wanted + used, sizeof(wanted) - used, "%s%s",
		    n > 0 ? " and " : "", names->ip);
	if (x509_read(t->chain[0].bytes, t->chain[0].len, &cert, &err) ==
	    TLSP_OK) {
		(void)x509_print_names(&cert, borne, sizeof(borne));
		x509_clear(&cert);
	}
	(void)snprintf(buf, len, "wanted is %s, the certificate bears %s",
	    wanted, borne);
}

/* One of the names, and the address if one is wanted, as OpenSSL has it. */
static int
is_matched(const struct names *names, X509 *leaf, char *matched)
{
	char *peer;
	size_t n;

	if (names->n == 0 && names->ip == NULL)
		return 0;
	for (n = 0; n < names->n; n++) {
		peer = NULL;
		if (X509_check_host(leaf, names->items[n],
		    strlen(names->items[n]),
		    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, &peer) > 0) {
			(void)snprintf(matched, TLSP_HOSTNAME_MAX + 1, "%s",
			    peer != NULL ? peer : names->items[n]);
			OPENSSL_free(peer);
			break;
		}
	}
	if (n == names->n && n > 0)
		return 0;
	if (names->ip == NULL)
		return 1;
	if (X509_check_ip_asc(leaf, names->ip, 0) <= 0)
		return 0;
	if (names->n == 0)
		(void)snprintf(matched, TLSP_HOSTNAME_MAX + 1, "%s",
		    names->ip);
	return 1;
}

static enum tlsp_code
prove(const struct trial *t, const struct question *q, struct proof *proof)
{
	const struct tls_memo *memo;
	enum tlsp_code code;
	X509 *leaf;

	memset(proof, 0, sizeof(*proof));
	code = tls_trust(t->context, q->tlsas, q->auth_level, t->chain,
	    t->n_chain, t->now, &memo, t->err);
	if (code != TLSP_OK)
		return code;
	proof->is_trusted = memo->error == X509_V_OK;
	proof->is_unusable = memo->is_unusable;
	proof->error = memo->error;
	proof->depth = memo->depth;
	(void)snprintf(proof->anchor, sizeof(proof->anchor), "%s",
	    memo->anchor);
	(void)snprintf(proof->why, sizeof(proof->why), "%s", memo->why);
	proof->is_named = q->names == NULL ||
	    (q->is_leaf_nameless && memo->is_leaf);
	if (proof->is_named)
		return TLSP_OK;
	leaf = tls_decode(t->context, &t->chain[0]);
	if (leaf == NULL)
		return no_memory(t->err);
	proof->is_named = is_matched(q->names, leaf, proof->matched);
	X509_free(leaf);
	ERR_clear_error();
	if (!proof->is_named && proof->is_trusted) {
		proof->error = X509_V_ERR_HOSTNAME_MISMATCH;
		proof->depth = 0;
		say_names(t, q->names, proof->why, sizeof(proof->why));
	} else if (proof->is_trusted)
		(void)snprintf(proof->why, sizeof(proof->why),
		    "%s matches, and %s", proof->matched, memo->why);
	return TLSP_OK;
}

static enum tlsp_code
add_files(const struct trial *t, const struct demand *demand,
    struct tls_tlsas *tlsas)
{
	const struct tls_tlsas *file;
	const struct tls_tlsa *a;
	enum tlsp_code code;
	size_t n, i;

	for (n = 0; n < demand->tafiles.n; n++) {
		code = tls_tafile_read(t->context, demand->tafiles.items[n],
		    &file, t->err);
		if (code != TLSP_OK)
			return code;
		for (i = 0; i < file->n; i++) {
			a = &file->items[i];
			if (!tls_tlsas_add(tlsas, a->usage, a->selector,
			    a->mtype, a->data, a->len))
				return no_memory(t->err);
		}
	}
	return TLSP_OK;
}

static enum tlsp_code
add_pins(const struct trial *t, const struct demand *demand,
    struct tls_tlsas *tlsas)
{
	unsigned char pin[EVP_MAX_MD_SIZE];
	size_t n, len;

	for (n = 0; n < demand->match.n; n++) {
		len = tls_hex(demand->match.items[n], pin, sizeof(pin));
		if (len > 0 && (!tls_tlsas_add(tlsas, 3, 0, TLS_MTYPE_PIN,
		    pin, len) || !tls_tlsas_add(tlsas, 3, 1, TLS_MTYPE_PIN,
		    pin, len)))
			return no_memory(t->err);
	}
	return TLSP_OK;
}

/* What smtp(8) makes of it. */
static void
conclude(const struct tls_aim *aim, const struct proof *proof,
    struct tls_verdict *verdict)
{
	const int is_ok = proof->is_trusted && proof->is_named;
	const int postfix = aim->demand->site->postfix;

	verdict->word = TLS_UNTRUSTED;
	if (is_ok)
		verdict->word = tls_must_match(aim) && !aim->is_half ?
		    TLS_VERIFIED : TLS_TRUSTED;
	else if (proof->is_trusted && postfix >= TLSP_POSTFIX(3, 10) &&
	    tls_must_match(aim))
		verdict->word = TLS_TRUSTED;
	verdict->is_met = is_ok || !tls_must_match(aim);
	verdict->error = is_ok ? X509_V_OK : proof->error;
	verdict->depth = proof->depth;
	(void)snprintf(verdict->matched, sizeof(verdict->matched), "%s",
	    is_ok ? proof->matched : "");
	(void)snprintf(verdict->anchor, sizeof(verdict->anchor), "%s",
	    is_ok ? proof->anchor : "");
	(void)snprintf(verdict->why, sizeof(verdict->why), "%s", proof->why);
}

/* The proof that the rule asks for. */
static enum tlsp_code
judge_rule(const struct trial *t, struct tls_aim *aim,
    struct tls_verdict *verdict)
{
	static const struct tls_tlsas none = { NULL, 0 };
	struct tls_tlsas tlsas = { NULL, 0 };
	struct names names = { .n = 0 };
	struct question q = { &tlsas, NULL, tls_must_match(aim), 1 };
	struct proof proof;
	enum tlsp_code code = TLSP_OK;

	switch (aim->level) {
	case TLSP_LEVEL_FINGERPRINT:
		code = add_pins(t, aim->demand, &tlsas);
		break;
	case TLSP_LEVEL_DANE:
	case TLSP_LEVEL_DANE_ONLY:
		code = tls_tlsas_read(t->peer, &tlsas, t->err);
		read_dane_names(t, &names);
		q.names = &names;
		break;
	case TLSP_LEVEL_VERIFY:
	case TLSP_LEVEL_SECURE:
		code = add_files(t, aim->demand, &tlsas);
		read_names(t, &aim->demand->match, 1, &names);
		q.names = &names;
		q.is_leaf_nameless = 0;
		break;
	default:
		break;
	}
	if (code == TLSP_OK)
		code = prove(t, &q, &proof);
	if (code == TLSP_OK && proof.is_unusable &&
	    aim->level == TLSP_LEVEL_DANE) {
		/* As if there were none, and the level encrypt. */
		aim->level = TLSP_LEVEL_ENCRYPT;
		q.tlsas = &none;
		q.auth_level = 0;
		code = prove(t, &q, &proof);
	}
	if (code == TLSP_OK && aim->level == TLSP_LEVEL_FINGERPRINT &&
	    tlsas.n == 0) {
		proof.is_trusted = 0;
		proof.error = X509_V_ERR_UNSPECIFIED;
		(void)snprintf(proof.why, sizeof(proof.why),
		    "none of the fingerprints can be used");
	}
	tls_tlsas_clear(&tlsas);
	if (code == TLSP_OK)
		conclude(aim, &proof, verdict);
	return code;
}

static void TLSP_PRINTF(2, 3)
say_lesson(struct tls_verdict *verdict, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(verdict->lesson, sizeof(verdict->lesson), fmt, ap);
	va_end(ap);
}

static void
learn(struct tls_verdict *verdict, enum tls_origin origin,
    const struct proof *proof)
{
	verdict->origin = origin;
	(void)snprintf(verdict->matched, sizeof(verdict->matched), "%s",
	    proof->matched);
	(void)snprintf(verdict->anchor, sizeof(verdict->anchor), "%s",
	    proof->anchor);
	say_lesson(verdict, "%s", proof->why);
}

/* By TLSA records, where nothing on the way to them is unsigned. */
static enum tlsp_code
judge_dane_lesson(const struct trial *t, struct tls_verdict *verdict)
{
	struct tls_tlsas tlsas = { NULL, 0 };
	struct names names = { .n = 0 };
	const struct question q = { &tlsas, &names, 1, 1 };
	struct proof proof;
	enum tlsp_code code;

	if (!t->peer->is_mx_secure || !t->peer->is_tlsa_secure)
		return TLSP_OK;
	code = tls_tlsas_read(t->peer, &tlsas, t->err);
	read_dane_names(t, &names);
	if (code == TLSP_OK && tlsas.n > 0) {
		code = prove(t, &q, &proof);
		if (code == TLSP_OK && proof.is_trusted && proof.is_named)
			learn(verdict, TLS_DANE, &proof);
	}
	tls_tlsas_clear(&tlsas);
	return code;
}

/* By chain and name, at least as `secure` asks. */
static enum tlsp_code
judge_lesson(const struct trial *t, struct tls_verdict *verdict)
{
	const struct demand *demand = t->demand;
	struct tls_tlsas tlsas = { NULL, 0 };
	struct names names = { .n = 0 };
	const struct question q = { &tlsas, &names, 1, 0 };
	struct proof proof;
	enum tlsp_code code;

	read_names(t, demand_learn_match(demand), t->peer->is_mx_secure,
	    &names);
	code = add_files(t, demand, &tlsas);
	if (code == TLSP_OK)
		code = prove(t, &q, &proof);
	tls_tlsas_clear(&tlsas);
	if (code != TLSP_OK)
		return code;
	if (proof.is_trusted && proof.is_named) {
		learn(verdict, TLS_PKIX, &proof);
		return TLSP_OK;
	}
	say_lesson(verdict, "%.300s%s", proof.why, verdict->is_met &&
	    demand->level != TLSP_LEVEL_ENCRYPT ?
	    ": the server's name comes from unsigned MX records" : "");
	if (demand->level == TLSP_LEVEL_ENCRYPT)
		return judge_dane_lesson(t, verdict);
	return TLSP_OK;
}

static void
take_lesson(struct tls_verdict *verdict, const struct tls_verdict *lesson)
{
	verdict->origin = lesson->origin;
	memcpy(verdict->lesson, lesson->lesson, sizeof(verdict->lesson));
	if (lesson->origin == TLS_NONE)
		return;
	memcpy(verdict->matched, lesson->matched, sizeof(verdict->matched));
	memcpy(verdict->anchor, lesson->anchor, sizeof(verdict->anchor));
}

enum tlsp_code
tls_verify_chain(struct tls_context *context, const struct demand *demand,
    const struct tls_peer *peer, const struct tls_der *chain, size_t n,
    int64_t now, struct tls_verdict *ret_verdict, struct tlsp_err *err)
{
	const struct trial t = { context, demand, peer, chain, n, now, err };
	struct tls_verdict verdict = { .depth = -1 }, lesson = verdict;
	struct tls_aim aim;
	enum tlsp_code code = tls_aim_at(demand, peer, &aim, err);

	if (code != TLSP_OK)
		return code;
	if (n == 0) {
		verdict.word = TLS_ANONYMOUS;
		verdict.is_met = !tls_must_match(&aim);
		(void)snprintf(verdict.why, sizeof(verdict.why),
		    "the server showed no certificate");
		say_lesson(&verdict, "%s", verdict.why);
		*ret_verdict = verdict;
		return TLSP_OK;
	}
	/* The stricter proof first: it may spare the other. */
	if (demand->level == TLSP_LEVEL_ENCRYPT)
		code = judge_lesson(&t, &lesson);
	if (code == TLSP_OK)
		code = judge_rule(&t, &aim, &verdict);
	if (code != TLSP_OK)
		return code;
	switch (demand->level) {
	case TLSP_LEVEL_ENCRYPT:
		take_lesson(&verdict, &lesson);
		break;
	case TLSP_LEVEL_VERIFY:
	case TLSP_LEVEL_SECURE:
		code = judge_lesson(&t, &verdict);
		break;
	default:
		/* Nothing to learn; how it was proved is told nevertheless. */
		if (verdict.word == TLS_VERIFIED && (aim.level ==
		    TLSP_LEVEL_DANE || aim.level == TLSP_LEVEL_DANE_ONLY))
			verdict.origin = TLS_DANE;
		say_lesson(&verdict, "nothing is learned at level %s",
		    tlsp_level_name(demand->level));
	}
	if (code == TLSP_OK)
		*ret_verdict = verdict;
	return code;
}

const char *
tls_word_name(enum tls_word word)
{
	static const char *const names[] = { "Anonymous", "Untrusted",
	    "Trusted", "Verified" };

	return names[word];
}
