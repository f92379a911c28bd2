/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_missing.c - which authority's certificate a partner's servers need, and
 *	where it is said to be. Nothing is ever fetched.
 * Knows:    the order of calls, what is said. Not: how servers are probed,
 *           how chains are verified.
 * Feeds:    ca.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca.h"
#include "ca_probe.h"
#include "ca_show.h"
#include "chain.h"
#include "demand.h"
#include "nexthop.h"
#include "show.h"

#define WORD		"record "	/* beside text */
#define LINE_SIZE	((int)(RECORD_LINE_MAX + sizeof(WORD) + 2))

/* pile: what is trusted for this partner. */
struct missing {
	struct ca *ca;
	const char *nexthop;
	char key[TABLES_KEY_MAX];
	struct demand demand;
	struct pile pile;
	struct chain_trust *trust;
	size_t n_seen, n_silent, n_missing;
};


/* What the rule that answers demands; without a rule, main.cf. */
static int
read_demand(struct missing *missing)
{
	struct tables_answer *answer = calloc(1, sizeof(*answer));
	const struct tlsp_policy *policy = NULL;
	const struct ca *ca = missing->ca;
	enum tlsp_code code = TLSP_NONE;
	struct tlsp_err err;

	if (answer == NULL)
		return cmd_no_memory();
	if (ca->tables.n_maps > 0) {
		code = tables_find(&ca->tables, missing->nexthop, answer);
		err = answer->err;
	}
	else
		(void)tables_fold(&ca->tables, missing->nexthop, answer->key,
		    sizeof(answer->key));
	memcpy(missing->key, answer->key, sizeof(missing->key));
	if (code == TLSP_OK && answer->rule != NULL)
		policy = &answer->rule->policy;
	if (code == TLSP_OK || code == TLSP_NONE)
		code = demand_read(&ca->site, &ca->tables.host,
		    policy != NULL ? policy->text : NULL, policy != NULL ?
		    policy->pin : TLSP_PIN_OFF, &missing->demand, &err);
	free(answer);
	return code == TLSP_OK ? 0 : cmd_error(&err);
}

/* The rule's trust anchors take the place of the bundle. */
static int
read_anchors(struct missing *missing)
{
	const struct demand_list *files = &missing->demand.tafiles;
	struct tlsp_err err;
	size_t n;

	if (files->n == 0)
		return ca_read_trusted(missing->ca, &missing->pile);
	for (n = 0; n < files->n; n++)
		if (pile_add(&missing->pile, files->items[n], &err) != TLSP_OK)
			return cmd_error(&err);
	return pile_sort(&missing->pile, &err) == TLSP_OK ? 0 :
	    cmd_error(&err);
}

static int
read_trust(struct missing *missing)
{
	const struct demand_site *site = &missing->ca->site;
	struct tlsp_err err;
	enum tlsp_code code;
	size_t n;
	int failed;

	if ((failed = read_demand(missing)) != 0 ||
	    (failed = read_anchors(missing)) != 0)
		return failed;
	code = chain_trust_new(site->depth, missing->demand.tafiles.n > 0,
	    &missing->trust, &err);
	for (n = 0; code == TLSP_OK && n < missing->pile.n; n++)
		code = chain_trust_add(missing->trust,
		    missing->pile.certs[n].item->der,
		    missing->pile.certs[n].item->len, &err);
	if (code == TLSP_OK && missing->demand.tafiles.n == 0 &&
	    missing->ca->bundle == NULL) {
		if (site->ca_path[0] != '\0')
			code = chain_trust_add_folder(missing->trust,
			    site->ca_path, &err);
		if (code == TLSP_OK && site->has_default_ca)
			code = chain_trust_add_default(missing->trust, &err);
	}
	return code == TLSP_OK ? 0 : cmd_error(&err);
}

static const char *
state_word(enum chain_state state)
{
	static const char *const words[] = {
		[CHAIN_GOOD] = "complete",
		[CHAIN_NO_ISSUER] = "no_issuer",
		[CHAIN_NO_ROOT] = "no_root",
		[CHAIN_SELF] = "self_signed",
		[CHAIN_BAD] = "not_valid",
	};

	return words[state];
}

/* Where the missing one can be had, and what to do with it. */
static void
say_remedy(const struct missing *missing, const struct chain *chain,
    const struct authority *last)
{
	const char *issuer = last->cert.issuer;
	char name[CA_NAME];

	switch (chain->state) {
	case CHAIN_NO_ISSUER:
		(void)printf(SHOW_LABEL "%s\n" SHOW_LABEL "%s\n", "missing",
		    ca_name(issuer, name), "where", last->issuer_url != NULL ?
		    last->issuer_url : "the certificate does not say");
		if (pile_find_subject(&missing->pile, issuer) != NULL)
			(void)printf(SHOW_LABEL "one of that name is there, "
			    "but it is another: its key has not signed "
			    "this\n", "note");
		break;
	case CHAIN_NO_ROOT:
		(void)printf(SHOW_LABEL "%s\n" SHOW_LABEL "the server sends "
		    "it, which proves nothing\n" SHOW_LABEL "%s\n", "missing",
		    ca_name(last->cert.subject, name), "where", "sha256",
		    last->sha256);
		break;
	case CHAIN_SELF:
		(void)printf(SHOW_LABEL "nobody has signed it but itself: no "
		    "authority can help; ask the partner for the fingerprint, "
		    "and have the rule say fingerprint match=...\n", "do");
		return;
	default:
		(void)printf(SHOW_LABEL "%s (depth %d)\n", "why", chain->why,
		    chain->depth);
		return;
	}
	(void)printf(SHOW_LABEL "get it from the partner, compare its SHA-256 "
	    "by telephone, then: tlspolicy ca add FILE\n", "do");
}

static enum tlsp_code
read_link(const struct chain *chain, size_t n, struct authority *authority,
    struct tlsp_err *err)
{
	return authority_read(chain->links[n].bytes, chain->links[n].len,
	    authority, err);
}

static void
print_server(const struct record *record, const char *state)
{
	char mx[CA_NAME], address[CA_NAME];

	if (record->type == RECORD_SERVER)
		(void)printf(SHOW_LABEL "%s[%s]:%u %s\n", "server",
		    ca_name(record->mx, mx), record->address != NULL ?
		    ca_name(record->address, address) : "?", record->port,
		    state);
	else
		(void)printf(SHOW_LABEL "%s %s\n", "next-hop",
		    ca_name(record->nexthop, mx), state);
}

static enum tlsp_code
print_text(const struct missing *missing, const struct record *record,
    const struct chain *chain, struct tlsp_err *err)
{
	char name[CA_NAME], issuer[CA_NAME];
	struct authority one;
	enum tlsp_code code;
	size_t n;

	print_server(record, state_word(chain->state));
	for (n = 0; n < chain->n; n++) {
		if ((code = read_link(chain, n, &one, err)) != TLSP_OK)
			return code;
		(void)printf(SHOW_LABEL "%zu %s, issued by %s\n", "chain", n,
		    ca_name(one.cert.subject, name), one.cert.is_self_issued ?
		    "itself" : ca_name(one.cert.issuer, issuer));
		if (n + 1 == chain->n && chain->state != CHAIN_GOOD)
			say_remedy(missing, chain, &one);
		authority_clear(&one);
	}
	(void)fputc('\n', stdout);
	return TLSP_OK;
}

/* An object, as far as into the list of certificates. */
static struct out_json *
begin_json(const struct missing *missing, const struct record *record,
    const char *state, const char *why)
{
	struct out_json *json = out_json_new();

	out_json_text(json, "nexthop", missing->key);
	out_json_text(json, "mx", record->mx);
	out_json_text(json, "address", record->address);
	if (record->type == RECORD_SERVER)
		out_json_int(json, "port", record->port);
	else
		out_json_text(json, "port", NULL);
	out_json_text(json, "state", state);
	out_json_text(json, "why", why);
	out_json_list(json, "chain");
	return json;
}

static enum tlsp_code
print_json(const struct missing *missing, const struct record *record,
    const struct chain *chain, struct tlsp_err *err)
{
	struct out_json *json = begin_json(missing, record,
	    state_word(chain->state), chain->state == CHAIN_GOOD ? NULL :
	    chain->why);
	struct authority one;
	enum tlsp_code code = TLSP_OK;
	size_t n;

	for (n = 0; n < chain->n && (code = read_link(chain, n, &one, err)) ==
	    TLSP_OK; n++) {
		out_json_object(json, NULL);
		ca_show_json_cert(json, missing->ca, &one);
		out_json_text(json, "issuer_url", one.issuer_url);
		out_json_end(json);
		authority_clear(&one);
	}
	out_json_end(json);
	if (code != TLSP_OK) {
		out_json_free(json);
		return code;
	}
	return out_json_print(json, stdout, err);
}

/* A server that shows no certificate, or a next-hop without servers. */
static enum tlsp_code
look_in_vain(struct missing *missing, const struct record *record,
    struct tlsp_err *err)
{
	static const char state[] = "not_shown";
	const char *why = record->error != NULL ? record->error :
	    record->why != NULL ? record->why : "it has no server";
	struct out_json *json;
	char text[CA_NAME];

	missing->n_silent++;
	if (missing->ca->options.is_json) {
		json = begin_json(missing, record, state, why);
		out_json_end(json);
		return out_json_print(json, stdout, err);
	}
	print_server(record, state);
	(void)printf(SHOW_LABEL "%s\n\n", "why", ca_name(why, text));
	return TLSP_OK;
}

/* One server: is there a way from its certificate to one that is trusted? */
static enum tlsp_code
look_at(struct missing *missing, const struct record *record,
    struct tlsp_err *err)
{
	struct tls_der shown[RECORD_LIST_MAX];
	struct chain chain;
	enum tlsp_code code;
	size_t n;

	for (n = 0; n < record->n_chain; n++)
		shown[n] = (struct tls_der){ record->chain[n].bytes,
		    record->chain[n].len };
	code = chain_verify(missing->trust, shown, n, missing->ca->now,
	    &chain, err);
	if (code != TLSP_OK)
		return code;
	missing->n_seen++;
	missing->n_missing += chain.state != CHAIN_GOOD;
	code = missing->ca->options.is_json ?
	    print_json(missing, record, &chain, err) :
	    print_text(missing, record, &chain, err);
	chain_clear(&chain);
	return code;
}

/* Is a record one of this partner? */
static int
is_ours(const struct missing *missing, const struct record *record)
{
	char folded[TABLES_KEY_MAX];
	const char *key = tables_fold(&missing->ca->tables, record->nexthop,
	    folded, sizeof(folded));

	return key != NULL && strcmp(key, missing->key) == 0;
}

static enum tlsp_code
take_record(struct missing *missing, const struct record *record,
    struct tlsp_err *err)
{
	if (record->n_chain > 0)
		return look_at(missing, record, err);
	/* A destination comes behind its servers, which have told all. */
	if (record->type == RECORD_SERVER ||
	    missing->n_seen + missing->n_silent == 0)
		return look_in_vain(missing, record, err);
	return TLSP_OK;
}

static enum tlsp_code
read_line(struct missing *missing, const char *line, size_t len,
    struct tlsp_err *err)
{
	struct record record;
	enum tlsp_code code;

	if (strncmp(line, WORD, strlen(WORD)) == 0) {
		line += strlen(WORD);
		len -= strlen(WORD);
	} else if (len == 0 || line[0] != '{')
		return TLSP_OK;
	if (len > RECORD_LINE_MAX)
		return tlsp_err_set(err, TLSP_E_VALUE, NULL, "a line longer "
		    "than any record");
	if ((code = out_json_read_record(line, len, &record, err)) != TLSP_OK)
		return code;
	if ((code = record_check(&record, err)) == TLSP_OK &&
	    is_ours(missing, &record))
		code = take_record(missing, &record, err);
	record_clear(&record);
	return code;
}

static int
read_records(void *ctx, FILE *in)
{
	struct missing *missing = ctx;
	struct tlsp_pos at = { missing->ca->is_from_record ?
	    "(standard input)" : "(probe)", 0, 1 };
	char *line = malloc(LINE_SIZE);
	struct tlsp_err err, why;
	int code = line == NULL ? cmd_no_memory() : 0;

	while (code == 0 && fgets(line, LINE_SIZE, in) != NULL) {
		at.line++;
		if (read_line(missing, line, strlen(line), &why) == TLSP_OK)
			continue;
		(void)tlsp_err_set(&err, why.code, &at, "%s", why.text);
		(void)cmd_error(&err);
		code = EX_DATAERR;
	}
	free(line);
	return code;
}

static int
conclude(const struct missing *missing)
{
	struct tlsp_err err;

	if (missing->n_seen == 0 && missing->n_silent == 0 &&
	    missing->ca->is_from_record) {
		(void)tlsp_err_set(&err, TLSP_E_VALUE, NULL, "no record of a "
		    "server of %.100s on standard input", missing->key);
		(void)cmd_error(&err);
		return EX_DATAERR;
	}
	if (missing->n_seen == 0) {
		(void)tlsp_err_set(&err, TLSP_E_IO, NULL, "no server of %.100s "
		    "has shown a certificate: it cannot be told",
		    missing->key);
		return cmd_error(&err);
	}
	if (missing->n_missing == 0 && !missing->ca->options.is_json &&
	    missing->n_silent > 0)
		(void)printf(SHOW_LABEL "nothing is missing for those that "
		    "show a certificate; %zu did not\n", "total",
		    missing->n_silent);
	else if (missing->n_missing == 0 && !missing->ca->options.is_json)
		(void)fputs("total      nothing is missing\n", stdout);
	return missing->n_missing > 0;
}

int
ca_missing(struct ca *ca)
{
	struct missing *missing = calloc(1, sizeof(*missing));
	int code;

	if (ca->n_args != 1) {
		free(missing);
		return ca_usage("missing takes one next-hop");
	}
	if (missing == NULL)
		return cmd_no_memory();
	missing->ca = ca;
	missing->nexthop = nexthop_of(ca->args[0]);
	if ((code = read_trust(missing)) == 0)
		code = ca->is_from_record ? read_records(missing, stdin) :
		    ca_probe(ca, missing->nexthop, read_records, missing);
	if (code == 0)
		code = conclude(missing);
	chain_trust_free(missing->trust);
	pile_clear(&missing->pile);
	demand_clear(&missing->demand);
	free(missing);
	return code;
}
