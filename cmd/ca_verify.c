/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_verify.c - would smtp(8) believe a server's certificate, because of
 *	whom, and for which partners?
 * Knows:    the order of calls, what is said. Not: how a chain is verified,
 *           which names match.
 * Feeds:    ca.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ca.h"
#include "ca_show.h"
#include "chain.h"
#include "demand.h"
#include "out_text.h"
#include "show.h"

/*
 * shown:    of pile, the server's certificate first.
 * trusted:  of the bundle; what a folder has is not in it.
 * site:     as main.cf has it, but for the bundle that was named.
 */
struct verify {
	struct ca *ca;
	struct pile pile;
	struct pile trusted;
	struct chain_trust *trust;
	struct chain chain;
	struct demand_site site;
	struct tls_context *tls;
	struct tls_der shown[TLS_CHAIN_MAX];
	const struct pile_cert *leaf;
	size_t n_shown, n_asked, n_met;
};

/* The server's certificate: the first that is none of an authority. */
static int
read_chain(struct verify *verify)
{
	const char *path = verify->ca->args[0];
	const struct pile_cert *cert;
	struct tlsp_err err;
	size_t n, leaf = 0;

	if (pile_add(&verify->pile, path, &err) != TLSP_OK ||
	    pile_sort(&verify->pile, &err) != TLSP_OK) {
		(void)cmd_error(&err);
		return err.code == TLSP_E_IO ? EX_NOINPUT : EX_DATAERR;
	}
	for (n = 0; n < verify->pile.files[0]->bundle.n; n++)
		if (verify->pile.files[0]->bundle.items[n].kind ==
		    BUNDLE_BROKEN)
			return ca_say_faults(verify->pile.files[0],
			    "the file cannot be read as a whole",
			    "it is not looked at");
	if (verify->pile.n == 0 || verify->pile.n > TLS_CHAIN_MAX) {
		(void)fprintf(stderr, "%s: error: %zu certificates in it: no "
		    "server shows such a chain\n", path, verify->pile.n);
		return EX_DATAERR;
	}
	while (leaf < verify->pile.n &&
	    verify->pile.certs[leaf].authority.why_not == NULL)
		leaf++;
	verify->leaf = &verify->pile.certs[leaf < verify->pile.n ? leaf : 0];
	for (n = 0; n <= verify->pile.n; n++) {
		cert = n == 0 ? verify->leaf : &verify->pile.certs[n - 1];
		if (n == 0 || cert != verify->leaf)
			verify->shown[verify->n_shown++] = (struct tls_der){
			    cert->item->der, cert->item->len };
	}
	return 0;
}

static int
read_trust(struct verify *verify)
{
	const struct ca *ca = verify->ca;
	const struct demand_site *site = &ca->site;
	struct tlsp_err err;
	enum tlsp_code code;
	size_t n;
	int failed;

	if (ca->bundle == NULL && site->ca_file[0] == '\0' &&
	    site->ca_path[0] == '\0')
		return ca_usage("%s/main.cf has neither smtp_tls_CAfile nor "
		    "smtp_tls_CApath; say --against BUNDLE",
		    conf_dir(ca->conf));
	if ((failed = ca_read_trusted(ca, &verify->trusted)) != 0)
		return failed;
	code = chain_trust_new(site->depth, 0, &verify->trust, &err);
	for (n = 0; code == TLSP_OK && n < verify->trusted.n; n++)
		if (verify->trusted.certs[n].item->is_plain)
			code = chain_trust_add(verify->trust,
			    verify->trusted.certs[n].item->der,
			    verify->trusted.certs[n].item->len, &err);
	if (code == TLSP_OK && ca->bundle == NULL && site->ca_path[0] != '\0')
		code = chain_trust_add_folder(verify->trust, site->ca_path,
		    &err);
	if (code == TLSP_OK && ca->bundle == NULL && site->has_default_ca)
		code = chain_trust_add_default(verify->trust, &err);
	if (code == TLSP_OK)
		code = chain_verify(verify->trust, verify->shown,
		    verify->n_shown, ca->now, &verify->chain, &err);
	return code == TLSP_OK ? 0 : cmd_error(&err);
}

/* Where a link of the chain is in the bundle; NULL: it is not. */
static const struct pile_cert *
find_link(const struct verify *verify, const struct authority *link)
{
	size_t n;

	for (n = 0; n < verify->trusted.n; n++)
		if (strcmp(verify->trusted.certs[n].authority.sha256,
		    link->sha256) == 0)
			return &verify->trusted.certs[n];
	return NULL;
}

static void
show_link(const struct verify *verify, size_t n)
{
	const struct tls_der *der = &verify->chain.links[n];
	const struct pile_cert *place;
	char name[CA_NAME], until[OUT_TEXT_TIME];
	struct authority one;
	struct tlsp_err err;

	if (authority_read(der->bytes, der->len, &one, &err) != TLSP_OK)
		return;
	(void)printf(SHOW_LABEL "%zu %s, until %s", "chain", n,
	    ca_name(one.cert.subject, name),
	    out_text_time(one.cert.not_after, until));
	if ((place = find_link(verify, &one)) != NULL)
		(void)printf(", trusted by %s:%u", place->file->path,
		    place->item->line);
	(void)printf("\n" SHOW_LABEL "%s\n", "sha256", one.sha256);
	if (n + 1 == verify->chain.n &&
	    verify->chain.state == CHAIN_NO_ISSUER)
		(void)printf(SHOW_LABEL "%s\n", "missing",
		    ca_name(one.cert.issuer, name));
	authority_clear(&one);
}

static void
show_chain(const struct verify *verify)
{
	const struct x509_cert *cert = &verify->leaf->authority.cert;
	char names[CA_NAME], name[CA_NAME];
	size_t n;

	(void)printf(SHOW_LABEL "%s: %s\n", "server",
	    verify->leaf->file->path, ca_name(cert->subject, name));
	(void)x509_print_names(cert, names, sizeof(names));
	(void)printf(SHOW_LABEL "%s%s\n", "names", ca_name(names, name),
	    cert->is_common_name ? " (common name)" : "");
	if (verify->chain.state == CHAIN_GOOD)
		(void)printf(SHOW_LABEL "yes\n", "verifies");
	else
		(void)printf(SHOW_LABEL "no: %s (depth %d)\n", "verifies",
		    verify->chain.why, verify->chain.depth);
	for (n = 0; n < verify->chain.n; n++)
		show_link(verify, n);
}

/* The first name of the certificate that a host may have. */
static const char *
host_of(const struct verify *verify, char *buf)
{
	const struct x509_cert *cert = &verify->leaf->authority.cert;
	const char *name = cert->n_names > 0 ? cert->names[0] : "unknown";

	(void)snprintf(buf, TLSP_HOSTNAME_MAX + 1, "%s%s",
	    strncmp(name, "*.", 2) == 0 ? "any" : "",
	    strncmp(name, "*.", 2) == 0 ? name + 1 : name);
	return buf;
}

/* A wildcard stands for names below it: for one of the certificate's, best. */
static const char *
nexthop_of(const struct verify *verify, const char *key, char *buf)
{
	const struct x509_cert *cert = &verify->leaf->authority.cert;
	size_t n, len, key_len = strlen(key);

	if (*key != '.')
		return key;
	(void)snprintf(buf, TLSP_HOSTNAME_MAX + 1, "any%s", key);
	for (n = 0; n < cert->n_names; n++) {
		len = strlen(cert->names[n]);
		if (len > key_len && cert->names[n][0] != '*' &&
		    strcasecmp(cert->names[n] + len - key_len, key) == 0) {
			(void)snprintf(buf, TLSP_HOSTNAME_MAX + 1, "%s",
			    cert->names[n]);
			break;
		}
	}
	return buf;
}

static int
print_rule(struct verify *verify, const struct tables_map *map,
    const struct tlsp_rule *rule, const char *nexthop,
    const struct tls_verdict *verdict)
{
	struct out_json *json;
	struct tlsp_err err;
	char name[CA_NAME];

	if (!verify->ca->options.is_json) {
		(void)printf(SHOW_LABEL "%s:%u:%u: %s %s: %s: %s\n", "rule",
		    map->path, rule->line, rule->col,
		    ca_name(nexthop, name), rule->policy.text,
		    verdict->is_met ? "met" : "NOT MET", verdict->why);
		return 0;
	}
	json = out_json_new();
	out_json_text(json, "nexthop", nexthop);
	out_json_text(json, "file", map->path);
	out_json_int(json, "line", rule->line);
	out_json_text(json, "key", rule->key);
	out_json_text(json, "rule", rule->policy.text);
	out_json_bool(json, "is_met", verdict->is_met);
	out_json_text(json, "why", verdict->why);
	return out_json_print(json, stdout, &err) == TLSP_OK ? 0 :
	    cmd_error(&err);
}

/* Does a level ask for a certificate that some authority vouches for? */
static int
is_asking(enum tlsp_level_id level)
{
	return level == TLSP_LEVEL_VERIFY || level == TLSP_LEVEL_SECURE ||
	    level == TLSP_LEVEL_FINGERPRINT;
}

/* is_named: it is told whatever comes of it; others only if they are met. */
static int
try_rule(struct verify *verify, const struct tables_map *map,
    const struct tlsp_rule *rule, const char *nexthop, int is_named)
{
	char host[TLSP_HOSTNAME_MAX + 1], any[TLSP_HOSTNAME_MAX + 1];
	const struct tls_peer peer = {
		.nexthop = nexthop_of(verify, nexthop, any),
		.mx = host_of(verify, host),
		.has_mx = 1,
	};
	struct tls_verdict verdict;
	struct demand demand;
	struct tlsp_err err;
	enum tlsp_code code;

	if (rule->fault != NULL)
		return is_named ? cmd_error(rule->fault) : 0;
	if (!is_named && !is_asking(rule->policy.level))
		return 0;
	code = demand_read(&verify->site, &verify->ca->tables.host,
	    rule->policy.text, rule->policy.pin, &demand, &err);
	if (code != TLSP_OK)
		return is_named ? cmd_error(&err) : 0;
	code = tls_verify_chain(verify->tls, &demand, &peer, verify->shown,
	    verify->n_shown, verify->ca->now, &verdict, &err);
	demand_clear(&demand);
	if (code != TLSP_OK)
		return is_named ? cmd_error(&err) : 0;
	verify->n_asked++;
	verify->n_met += verdict.is_met != 0;
	return is_named || verdict.is_met ? print_rule(verify, map, rule,
	    nexthop, &verdict) : 0;
}

static int
try_named(struct verify *verify, const char *nexthop)
{
	struct tables_answer *answer = calloc(1, sizeof(*answer));
	int code;

	if (answer == NULL)
		return cmd_no_memory();
	if (tables_find(&verify->ca->tables, nexthop, answer) == TLSP_OK)
		code = try_rule(verify, answer->map, answer->rule,
		    answer->key, 1);
	else if (answer->code != TLSP_NONE)
		code = cmd_error(&answer->err);
	else {
		(void)fprintf(stderr, "tlspolicy: no rule answers for "
		    "%.100s\n", nexthop);
		code = 1;
	}
	free(answer);
	return code;
}

static int
try_all(struct verify *verify)
{
	struct tables_cursor cursor = { 0, 0 };
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	struct tlsp_err err;
	enum tlsp_code code;
	int failed = 0;

	while (failed == 0 && (code = tables_next(&verify->ca->tables,
	    &cursor, &map, &rule, &err)) != TLSP_NONE)
		if (code == TLSP_OK)
			failed = try_rule(verify, map, rule, rule->key, 0);
	if (!verify->ca->options.is_json)
		(void)printf(SHOW_LABEL "%zu of %zu rules at verify, secure "
		    "and fingerprint are met by it\n", "total",
		    verify->n_met, verify->n_asked);
	return failed;
}

static int
try_rules(struct verify *verify)
{
	struct ca *ca = verify->ca;
	struct tlsp_err err;
	int n, code = 0, worst = 0;

	if (ca->tables.n_maps == 0)
		return 0;
	verify->site = ca->site;
	if (ca->bundle != NULL) {
		verify->site.ca_file = ca->bundle;
		verify->site.ca_path = "";
		verify->site.has_default_ca = 0;
	}
	if (tls_context_new(&verify->site, &verify->tls, &err) != TLSP_OK)
		return cmd_error(&err);
	if (ca->n_args == 1)
		return try_all(verify);
	for (n = 1; n < ca->n_args; n++) {
		code = try_named(verify, ca->args[n]);
		worst = code > worst ? code : worst;
	}
	return worst;
}

static int
print_chain_json(const struct verify *verify)
{
	struct out_json *json = out_json_new();
	struct authority one;
	struct tlsp_err err;
	size_t n;

	out_json_text(json, "file", verify->leaf->file->path);
	out_json_bool(json, "verifies", verify->chain.state == CHAIN_GOOD);
	out_json_text(json, "why", verify->chain.state == CHAIN_GOOD ? NULL :
	    verify->chain.why);
	out_json_int(json, "depth", verify->chain.depth);
	out_json_list(json, "names");
	for (n = 0; n < verify->leaf->authority.cert.n_names; n++)
		out_json_text(json, NULL,
		    verify->leaf->authority.cert.names[n]);
	out_json_end(json);
	out_json_list(json, "chain");
	for (n = 0; n < verify->chain.n; n++) {
		if (authority_read(verify->chain.links[n].bytes,
		    verify->chain.links[n].len, &one, &err) != TLSP_OK)
			continue;
		out_json_object(json, NULL);
		ca_show_json_cert(json, verify->ca, &one);
		out_json_bool(json, "is_trusted", find_link(verify, &one) !=
		    NULL);
		out_json_end(json);
		authority_clear(&one);
	}
	out_json_end(json);
	return out_json_print(json, stdout, &err) == TLSP_OK ? 0 :
	    cmd_error(&err);
}

int
ca_verify(struct ca *ca)
{
	struct verify *verify = calloc(1, sizeof(*verify));
	int code;

	if (verify == NULL)
		return cmd_no_memory();
	verify->ca = ca;
	if (ca->n_args == 0)
		code = ca_usage("verify which file?");
	else if ((code = read_chain(verify)) == 0 &&
	    (code = read_trust(verify)) == 0) {
		if (ca->options.is_json)
			code = print_chain_json(verify);
		else
			show_chain(verify);
		if (code == 0)
			code = try_rules(verify);
		if (code == 0)
			code = verify->chain.state != CHAIN_GOOD ||
			    (ca->n_args > 1 && verify->n_met <
			    verify->n_asked);
	}
	tls_context_free(verify->tls);
	chain_trust_free(verify->trust);
	chain_clear(&verify->chain);
	pile_clear(&verify->trusted);
	pile_clear(&verify->pile);
	free(verify);
	return code;
}
