/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * dns.c - questions to the DNS, many at once, each answer validated.
 * Knows:    libunbound, and nobody else does. Not: mail, sockets, epoll.
 * Feeds:    prober.
 * Source:   RFC 1035, RFC 4035, RFC 6698; libunbound(3).
 */
#include "dns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unbound.h>
#include <unistd.h>

#define CLASS_IN	1
#define TYPE_NS		2
#define RESOLV_CONF	"/etc/resolv.conf"

static const char *const ANCHORS[] = {
	"/usr/share/dns/root.key", "/var/lib/unbound/root.key",
	"/etc/unbound/root.key", NULL
};

struct question {
	struct dns *dns;
	struct question *next, *previous;	/* waiting, or under way */
	dns_fn fn;
	void *ctx;
	int type;
	char name[TLSP_HOSTNAME_MAX + 1];
};

enum proof {
	PROOF_ASKED,		/* does the resolver let proofs pass? */
	PROOF_PASSES,
	PROOF_REFUSED,		/* no: begin anew without */
	PROOF_NONE
};

struct dns {
	struct ub_ctx *ub;
	char *resolver;
	char *anchor;		/* NULL: none */
	enum proof proof;
	char caveat[TLSP_HOSTNAME_MAX + 256];
	size_t n_at_once;
	size_t n_open;
	struct question *open;
	struct question *first, **last;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "out of memory");
}

static int
set_options(const struct dns *dns, struct ub_ctx *ub)
{
	static const struct {
		const char *name, *value;
	} OPTIONS[] = {
		/* A resolver on this host is as good as any. */
		{ "do-not-query-localhost:", "no" },
		{ "outgoing-num-tcp:", "32" },
		{ "msg-cache-size:", "512k" },
		{ "rrset-cache-size:", "1m" },
		/* The resolver decides what these names are, not we. */
		{ "local-zone:", "test. nodefault" },
		{ "unblock-lan-zones:", "yes" },
	};
	char number[32];
	size_t n;

	for (n = 0; n < sizeof(OPTIONS) / sizeof(OPTIONS[0]); n++)
		if (ub_ctx_set_option(ub, OPTIONS[n].name,
		    OPTIONS[n].value) != 0)
			return 0;
	(void)snprintf(number, sizeof(number), "%zu", 2 * dns->n_at_once);
	return ub_ctx_set_option(ub, "num-queries-per-thread:", number) == 0 &&
	    ub_ctx_set_option(ub, "outgoing-range:", number) == 0 &&
	    (dns->anchor != NULL ||
	    ub_ctx_set_option(ub, "module-config:", "iterator") == 0);
}

static enum tlsp_code
open_context(struct dns *dns, struct tlsp_err *err)
{
	struct ub_ctx *ub;
	int status;

	if ((ub = ub_ctx_create()) == NULL)
		return no_memory(err);
	dns->ub = ub;
	(void)ub_ctx_debuglevel(ub, 0);
	if (!set_options(dns, ub))
		return tlsp_err_set(err, TLSP_E_BUG, NULL,
		    "libunbound does not know one of our options");
	if (dns->resolver != NULL) {
		if ((status = ub_ctx_set_fwd(ub, dns->resolver)) != 0)
			return tlsp_err_set(err, TLSP_E_VALUE, NULL,
			    "resolver \"%s\": %s", dns->resolver,
			    ub_strerror(status));
	} else if ((status = ub_ctx_resolvconf(ub, RESOLV_CONF)) != 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL,
		    "resolvers of " RESOLV_CONF ": %s", ub_strerror(status));
	if (dns->anchor != NULL &&
	    (status = ub_ctx_add_ta_file(ub, dns->anchor)) != 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL,
		    "trust anchor file %s: %s", dns->anchor,
		    ub_strerror(status));
	/* A thread: what is sent to our process group does not end it. */
	if ((status = ub_ctx_async(ub, 1)) != 0)
		return tlsp_err_set(err, TLSP_E_BUG, NULL, "libunbound: %s",
		    ub_strerror(status));
	return TLSP_OK;
}

/* Which keys to begin with; leaves NULL where there are none. */
static enum tlsp_code
find_anchor(struct dns *dns, const char *wanted, struct tlsp_err *err)
{
	const char *const *path;

	if (wanted != NULL && strcmp(wanted, "none") == 0)
		return TLSP_OK;
	if (wanted != NULL && access(wanted, R_OK) != 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL,
		    "trust anchor file %s: %s", wanted, strerror(errno));
	for (path = ANCHORS; wanted == NULL && *path != NULL; path++)
		if (access(*path, R_OK) == 0)
			wanted = *path;
	if (wanted == NULL) {
		(void)snprintf(dns->caveat, sizeof(dns->caveat), "no trust "
		    "anchor file (%s) is there: all DNS answers count as "
		    "unsigned; install dns-root-data or give --trust-anchor",
		    ANCHORS[0]);
		return TLSP_OK;
	}
	return (dns->anchor = strdup(wanted)) != NULL ? TLSP_OK :
	    no_memory(err);
}

static void
unlink_open(struct question *question)
{
	struct dns *dns = question->dns;

	if (question->previous != NULL)
		question->previous->next = question->next;
	else
		dns->open = question->next;
	if (question->next != NULL)
		question->next->previous = question->previous;
	dns->n_open--;
}

static void
link_open(struct question *question)
{
	struct dns *dns = question->dns;

	question->previous = NULL;
	question->next = dns->open;
	if (dns->open != NULL)
		dns->open->previous = question;
	dns->open = question;
	dns->n_open++;
}

/* A result in our words. name: what was asked. */
static void
fill_answer(const char *name, const struct ub_result *result, int status,
    struct dns_answer *answer, char *why, size_t why_len)
{
	size_t len;

	memset(answer, 0, sizeof(*answer));
	(void)snprintf(answer->name, sizeof(answer->name), "%s", name);
	answer->why = why;
	answer->state = DNS_FAILED;
	if (status != 0 || result == NULL) {
		(void)snprintf(why, why_len, "%s", ub_strerror(status));
		return;
	}
	if (result->bogus) {
		answer->is_bogus = 1;
		(void)snprintf(why, why_len, "DNSSEC validation failed: %s",
		    result->why_bogus != NULL ? result->why_bogus : "bogus");
		return;
	}
	if (result->rcode != 0 && !result->nxdomain) {
		(void)snprintf(why, why_len, "the resolver answers %s",
		    result->rcode == 2 ? "SERVFAIL" :
		    result->rcode == 5 ? "REFUSED" : "with an error");
		return;
	}
	answer->is_secure = result->secure;
	if (result->canonname != NULL && *result->canonname != '\0' &&
	    (len = strlen(result->canonname)) <= TLSP_HOSTNAME_MAX) {
		len -= result->canonname[len - 1] == '.';
		answer->is_alias = strlen(name) != len ||
		    strncasecmp(name, result->canonname, len) != 0;
		if (answer->is_alias)
			(void)snprintf(answer->name, sizeof(answer->name),
			    "%.*s", (int)len, result->canonname);
	}
	answer->state = result->nxdomain ? DNS_NO_NAME :
	    result->havedata ? DNS_FOUND : DNS_EMPTY;
	if (!result->havedata)
		return;
	answer->data = result->data;
	answer->len = result->len;
	while (answer->data[answer->n] != NULL)
		answer->n++;
}

static void
on_result(void *arg, int status, struct ub_result *result)
{
	struct question *question = arg;
	struct dns_answer answer;
	char why[300];

	unlink_open(question);
	fill_answer(question->name, result, status, &answer, why, sizeof(why));
	if (question->fn != NULL)
		question->fn(question->ctx, &answer);
	ub_resolve_free(result);
	free(question);
}

/* Does the resolver let proofs pass? */
static void
on_proof(void *ctx, const struct dns_answer *answer)
{
	struct dns *dns = ctx;

	if (answer->is_secure || !answer->is_bogus) {
		/* A resolver that does not answer at all will be seen. */
		dns->proof = PROOF_PASSES;
		return;
	}
	dns->proof = PROOF_REFUSED;
	(void)snprintf(dns->caveat, sizeof(dns->caveat), "the resolver %s "
	    "does not pass DNSSEC proofs on: all DNS answers count as unsigned"
	    " (%.150s)", dns->resolver != NULL ? dns->resolver :
	    "of " RESOLV_CONF, answer->why);
}

static enum tlsp_code
send_question(struct question *question, struct tlsp_err *err)
{
	int status;

	link_open(question);
	status = ub_resolve_async(question->dns->ub, question->name,
	    question->type, CLASS_IN, question, on_result, NULL);
	if (status == 0)
		return TLSP_OK;
	unlink_open(question);
	return tlsp_err_set(err, TLSP_E_IO, NULL, "DNS question for %s: %s",
	    question->name, ub_strerror(status));
}

static struct question *
new_question(struct dns *dns, const char *name, int type, dns_fn fn, void *ctx)
{
	struct question *question = calloc(1, sizeof(*question));

	if (question == NULL)
		return NULL;
	question->dns = dns;
	question->fn = fn;
	question->ctx = ctx;
	question->type = type;
	(void)snprintf(question->name, sizeof(question->name), "%s", name);
	return question;
}

static enum tlsp_code
ask_proof(struct dns *dns, struct tlsp_err *err)
{
	struct question *question;
	enum tlsp_code code;

	if (dns->anchor == NULL) {
		dns->proof = PROOF_NONE;
		return TLSP_OK;
	}
	question = new_question(dns, ".", TYPE_NS, on_proof, dns);
	if (question == NULL)
		return no_memory(err);
	if ((code = send_question(question, err)) != TLSP_OK)
		free(question);
	return code;
}

enum tlsp_code
dns_new(const struct dns_options *options, struct dns **ret_dns,
    struct tlsp_err *err)
{
	struct dns *dns = calloc(1, sizeof(*dns));
	enum tlsp_code code;

	if (dns == NULL)
		return no_memory(err);
	dns->last = &dns->first;
	dns->n_at_once = options->n_at_once;
	if ((code = find_anchor(dns, options->anchor, err)) == TLSP_OK &&
	    options->resolver != NULL &&
	    (dns->resolver = strdup(options->resolver)) == NULL)
		code = no_memory(err);
	if (code == TLSP_OK && (code = open_context(dns, err)) == TLSP_OK)
		code = ask_proof(dns, err);
	if (code != TLSP_OK) {
		dns_free(dns);
		return code;
	}
	*ret_dns = dns;
	return TLSP_OK;
}

void
dns_free(struct dns *dns)
{
	struct question *question;

	if (dns == NULL)
		return;
	ub_ctx_delete(dns->ub);
	while ((question = dns->open) != NULL) {
		dns->open = question->next;
		free(question);
	}
	while ((question = dns->first) != NULL) {
		dns->first = question->next;
		free(question);
	}
	free(dns->resolver);
	free(dns->anchor);
	free(dns);
}

int
dns_fd(const struct dns *dns)
{
	return ub_fd(dns->ub);
}

const char *
dns_caveat(const struct dns *dns)
{
	return dns->caveat[0] != '\0' ? dns->caveat : NULL;
}

/* Send those that wait, as many as may be under way. */
static enum tlsp_code
send_waiting(struct dns *dns, struct tlsp_err *err)
{
	struct question *question;
	enum tlsp_code code;

	while (dns->proof != PROOF_ASKED && dns->n_open < dns->n_at_once &&
	    (question = dns->first) != NULL) {
		if ((dns->first = question->next) == NULL)
			dns->last = &dns->first;
		if ((code = send_question(question, err)) != TLSP_OK) {
			free(question);
			return code;
		}
	}
	return TLSP_OK;
}

enum tlsp_code
dns_process(struct dns *dns, int *ret_is_other, struct tlsp_err *err)
{
	enum tlsp_code code;
	int status;

	if ((status = ub_process(dns->ub)) != 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "libunbound: %s",
		    ub_strerror(status));
	if (dns->proof == PROOF_REFUSED) {
		ub_ctx_delete(dns->ub);
		dns->ub = NULL;
		free(dns->anchor);
		dns->anchor = NULL;
		dns->proof = PROOF_NONE;
		*ret_is_other = 1;
		if ((code = open_context(dns, err)) != TLSP_OK)
			return code;
	}
	return send_waiting(dns, err);
}

enum tlsp_code
dns_ask(struct dns *dns, const char *name, enum dns_type type, dns_fn fn,
    void *ctx, struct tlsp_err *err)
{
	struct question *question;

	if (strlen(name) > TLSP_HOSTNAME_MAX)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL,
		    "a name too long for the DNS: %.200s", name);
	if ((question = new_question(dns, name, (int)type, fn, ctx)) == NULL)
		return no_memory(err);
	*dns->last = question;
	dns->last = &question->next;
	return send_waiting(dns, err);
}

void
dns_forget(struct dns *dns, const void *ctx)
{
	struct question *question;

	for (question = dns->open; question != NULL; question = question->next)
		if (question->ctx == ctx)
			question->fn = NULL;
	for (question = dns->first; question; question = question->next)
		if (question->ctx == ctx)
			question->fn = NULL;
}

int
dns_read_name(const uint8_t *wire, size_t len, char *name)
{
	size_t at = 0, used = 0, n;
	int c;

	while (at < len && wire[at] != 0) {
		n = wire[at++];
		if (n > TLSP_LABEL_MAX || n > len - at ||
		    used + n + 1 > TLSP_HOSTNAME_MAX)
			return 0;
		if (used > 0)
			name[used++] = '.';
		for (; n > 0; n--) {
			c = wire[at++];
			if (c >= 'A' && c <= 'Z')
				c += 'a' - 'A';
			if ((c < 'a' || c > 'z') && (c < '0' || c > '9') &&
			    c != '-' && c != '_')
				return 0;
			name[used++] = (char)c;
		}
	}
	name[used] = '\0';
	return at < len && at + 1 == len;
}

int
dns_read_mx(const struct dns_answer *answer, size_t n, int *ret_preference,
    char *host)
{
	const uint8_t *bytes;

	if (n >= answer->n || answer->len[n] < 3)
		return 0;
	bytes = (const uint8_t *)answer->data[n];
	*ret_preference = bytes[0] << 8 | bytes[1];
	return dns_read_name(bytes + 2, (size_t)answer->len[n] - 2, host);
}

const uint8_t *
dns_read_address(const struct dns_answer *answer, size_t n, size_t *ret_len)
{
	if (n >= answer->n || (answer->len[n] != 4 && answer->len[n] != 16))
		return NULL;
	*ret_len = (size_t)answer->len[n];
	return (const uint8_t *)answer->data[n];
}

char *
dns_read_tlsa(const struct dns_answer *answer, size_t n)
{
	const uint8_t *bytes;
	size_t len, i, room;
	char *text;
	int used;

	if (n >= answer->n || answer->len[n] < 4)
		return NULL;
	bytes = (const uint8_t *)answer->data[n];
	len = (size_t)answer->len[n];
	room = 3 * 4 + 2 * len + 1;
	if ((text = malloc(room)) == NULL)
		return NULL;
	used = snprintf(text, room, "%d %d %d ", bytes[0], bytes[1], bytes[2]);
	for (i = 3; i < len; i++)
		used += snprintf(text + used, room - (size_t)used, "%02X",
		    bytes[i]);
	return text;
}
