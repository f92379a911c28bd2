/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * demand.c - what a rule, and main.cf beside it, demand of a server.
 * Knows:    which setting holds where a rule is silent. Not: TLS, DNS, which
 *           rule answers.
 * Feeds:    tls, prober, learner.
 * Source:   Postfix smtp/smtp_tls_policy.c, tls/tls_misc.c; postconf(5).
 */
#include "demand.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../dict_tlspolicy/name.h"

#define BLANKS_COLON	", \t\r\n:"

/* How a rule is read. The texts are borrowed from it. */
struct reading {
	const struct demand_site *site;
	enum tlsp_level_id level;
	struct tlsp_tok attr[TLSP_ATTR_COUNT];
	unsigned seen;			/* 1 << enum tlsp_attr_id */
	struct demand *demand;
	struct tlsp_err *err;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

static const struct {
	const char *name;
	unsigned bit;
	int number;			/* as OpenSSL has it; -1: unknown */
} PROTOCOLS[] = {
	{ "SSLv2", DEMAND_SSL2, -1 },
	{ "SSLv3", DEMAND_SSL3, 0x300 },
	{ "TLSv1", DEMAND_TLS1, 0x301 },
	{ "TLSv1.1", DEMAND_TLS1_1, 0x302 },
	{ "TLSv1.2", DEMAND_TLS1_2, 0x303 },
	{ "TLSv1.3", DEMAND_TLS1_3, 0x304 },
	{ "None", 0, 0 }
};

#define N_PROTOCOLS	(sizeof(PROTOCOLS) / sizeof(PROTOCOLS[0]))

static int
read_bound(const char *word, int *ret_bound)
{
	unsigned long number;
	char *end;
	size_t n;

	for (n = 0; n < N_PROTOCOLS; n++)
		if (PROTOCOLS[n].number >= 0 &&
		    strcasecmp(PROTOCOLS[n].name, word) == 0) {
			*ret_bound = PROTOCOLS[n].number;
			return 1;
		}
	number = strtoul(word, &end, 16);
	if (*end != '\0' || number > INT_MAX)
		return 0;
	*ret_bound = (int)number;
	return 1;
}

/* 0: no protocol that can be named. */
static unsigned
protocol_bit(const char *word)
{
	size_t n;

	for (n = 0; n < N_PROTOCOLS; n++)
		if (strcasecmp(PROTOCOLS[n].name, word) == 0)
			return PROTOCOLS[n].bit;
	return 0;
}

static int
read_protocol(const char *word, struct demand *demand, unsigned *included)
{
	unsigned bit;

	if (demand->site->postfix >= TLSP_POSTFIX(3, 6) ||
	    demand->site->postfix == TLSP_POSTFIX_ANY) {
		if (strncmp(word, ">=", 2) == 0)
			return read_bound(word + 2, &demand->min_protocol);
		if (strncmp(word, "<=", 2) == 0)
			return read_bound(word + 2, &demand->max_protocol);
	}
	bit = protocol_bit(word + (*word == '!'));
	if (*word == '!')
		demand->no_protocols |= bit;
	else
		*included |= bit;
	return bit != 0;
}

static enum tlsp_code
read_protocols(struct reading *r)
{
	struct demand *demand = r->demand;
	const char *site = r->level == TLSP_LEVEL_MAY ? r->site->protocols :
	    r->site->mandatory_protocols;
	struct tlsp_tok rest = { site, strlen(site), 0 }, element;
	unsigned included = 0;
	char word[40];

	if (r->seen & 1U << TLSP_ATTR_PROTOCOLS)
		rest = r->attr[TLSP_ATTR_PROTOCOLS];
	while (tlsp_tok_element(&rest, BLANKS_COLON, &element)) {
		(void)snprintf(word, sizeof(word), "%.*s", (int)element.len,
		    element.text);
		if (!read_protocol(word, demand, &included))
			return tlsp_err_set(r->err, TLSP_E_VALUE, NULL,
			    "\"%s\" is no protocol: no handshake is begun",
			    word);
	}
	if (included != 0)
		demand->no_protocols |= (DEMAND_TLS1_3 * 2U - 1) & ~included;
	if (r->level == TLSP_LEVEL_DANE || r->level == TLSP_LEVEL_DANE_ONLY)
		demand->no_protocols |= DEMAND_SSL2 | DEMAND_SSL3;
	return TLSP_OK;
}

static const char *
grade_list(const struct demand_site *site, const char *grade)
{
	const int is_mended = site->postfix >= TLSP_POSTFIX(3, 8);

	if (strcasecmp(grade, "high") == 0)
		return site->high;
	if (strcasecmp(grade, "medium") == 0)
		return site->medium;
	if (strcasecmp(grade, "low") == 0)
		return is_mended ? site->medium : site->low;
	if (strcasecmp(grade, "export") == 0)
		return is_mended ? site->medium : site->export_list;
	if (strcasecmp(grade, "null") == 0)
		return site->null_list;
	return NULL;
}

/* Append ":!NAME" for each. 0: no memory. */
static int
exclude(char **list, const char *names, size_t len)
{
	struct tlsp_tok rest = { names, len, 0 }, element;
	char *longer;

	while (tlsp_tok_element(&rest, BLANKS_COLON, &element)) {
		if (asprintf(&longer, "%s:!%.*s", *list, (int)element.len,
		    element.text) < 0)
			return 0;
		free(*list);
		*list = longer;
	}
	return 1;
}

/*
 * The list of ciphers at a level. What is excluded there anyway, "aNULL" or
 * "eNULL", comes last.
 */
static enum tlsp_code
read_ciphers(struct reading *r, enum tlsp_level_id level, char **ret_list)
{
	const struct tlsp_tok *own = &r->attr[TLSP_ATTR_EXCLUDE];
	const int is_must = level > TLSP_LEVEL_MAY;
	const char *list, *always = level > TLSP_LEVEL_ENCRYPT ? "aNULL" :
	    level == TLSP_LEVEL_ENCRYPT ? "eNULL" : "";
	char grade[20], *made;
	int is_ok;

	(void)snprintf(grade, sizeof(grade), "%s",
	    is_must ? r->site->mandatory_grade : r->site->grade);
	if (r->seen & 1U << TLSP_ATTR_CIPHERS)
		(void)snprintf(grade, sizeof(grade), "%.*s",
		    (int)r->attr[TLSP_ATTR_CIPHERS].len,
		    r->attr[TLSP_ATTR_CIPHERS].text);
	list = grade_list(r->site, grade);
	if (list == NULL)
		return tlsp_err_set(r->err, TLSP_E_VALUE, NULL,
		    "\"%s\" is no cipher grade: no handshake is begun", grade);
	made = strdup(list);
	if (made == NULL)
		return no_memory(r->err);
	if (r->seen & 1U << TLSP_ATTR_EXCLUDE)
		is_ok = exclude(&made, own->text, own->len);
	else
		is_ok = exclude(&made, r->site->exclude,
		    strlen(r->site->exclude)) && (!is_must ||
		    exclude(&made, r->site->mandatory_exclude,
		    strlen(r->site->mandatory_exclude)));
	if (!is_ok || !exclude(&made, always, strlen(always))) {
		free(made);
		return no_memory(r->err);
	}
	*ret_list = made;
	return TLSP_OK;
}

/* Each attribute's value; lists of files and names at once. */
static enum tlsp_code
read_attr(struct reading *r, const struct tlsp_pair *pair)
{
	const struct tlsp_attr *attr = tlsp_attr_find(&pair->name);
	int is_ok = 1;

	if (attr == NULL)
		return tlsp_err_set(r->err, TLSP_E_VALUE, NULL,
		    "\"%.*s\" is no attribute", (int)pair->name.len,
		    pair->name.text);
	r->attr[attr->id] = pair->value;
	r->seen |= 1U << attr->id;
	if (attr->id == TLSP_ATTR_MATCH)
		is_ok = site_list_split(&r->demand->match, pair->value.text,
		    pair->value.len,
		    r->level == TLSP_LEVEL_FINGERPRINT ? "|" : ":");
	if (attr->id == TLSP_ATTR_TAFILE)
		is_ok = site_list_add(&r->demand->tafiles, pair->value.text,
		    pair->value.len);
	return is_ok ? TLSP_OK : no_memory(r->err);
}

static enum tlsp_code
read_text(struct reading *r, const char *text)
{
	const struct tlsp_piece piece = { 0, 1, 1 };
	const struct tlsp_line line = { .kind = TLSP_LINE_TEXT, .text = text,
	    .len = strlen(text), .pieces = &piece, .n_pieces = 1 };
	const int postfix = r->site->postfix;
	struct tlsp_pair pair;
	struct tlsp_lex lex;
	struct tlsp_tok tok;
	const char *what;
	enum tlsp_code code;

	tlsp_lex_init(&lex, &line, 0, line.len, postfix == TLSP_POSTFIX_ANY ||
	    postfix >= TLSP_POSTFIX(3, 10));
	if (!tlsp_lex_next(&lex, &tok))
		return tlsp_err_set(r->err, TLSP_E_VALUE, NULL,
		    "an empty policy");
	r->level = tlsp_level_find(&tok);
	if (r->level == TLSP_LEVEL_UNKNOWN)
		return tlsp_err_set(r->err, TLSP_E_VALUE, NULL,
		    "\"%.*s\" is no security level", (int)tok.len, tok.text);
	if (r->level == TLSP_LEVEL_NONE)
		return TLSP_OK;
	while (tlsp_lex_next(&lex, &tok)) {
		what = tlsp_lex_split(&lex, &tok, &pair);
		if (what != NULL)
			return tlsp_err_set(r->err, TLSP_E_VALUE, NULL,
			    "\"%.*s\": %s", (int)tok.len, tok.text, what);
		code = read_attr(r, &pair);
		if (code != TLSP_OK)
			return code;
	}
	return TLSP_OK;
}

static int
copy_list(struct demand_list *to, const struct demand_list *from)
{
	size_t n;

	for (n = 0; n < from->n; n++)
		if (!site_list_add(to, from->items[n], strlen(from->items[n])))
			return 0;
	return 1;
}

/* Where the rule names none: whom main.cf names. */
static enum tlsp_code
read_match(struct reading *r)
{
	struct demand *demand = r->demand;
	const struct demand_site *site = r->site;
	const int is_given = (r->seen & 1U << TLSP_ATTR_MATCH) != 0;
	int is_ok = 1;

	switch (r->level) {
	case TLSP_LEVEL_FINGERPRINT:
		if (!is_given)
			is_ok = copy_list(&demand->match, &site->pins);
		if (is_ok && demand->match.n == 0)
			return tlsp_err_set(r->err, TLSP_E_VALUE, NULL,
			    "the level is fingerprint, but none is given");
		break;
	case TLSP_LEVEL_VERIFY:
	case TLSP_LEVEL_SECURE:
		if (!is_given)
			is_ok = copy_list(&demand->match,
			    r->level == TLSP_LEVEL_VERIFY ?
			    &site->verify_match : &site->secure_match);
		if (is_ok && demand->tafiles.n == 0)
			is_ok = copy_list(&demand->tafiles, &site->tafiles);
		break;
	case TLSP_LEVEL_ENCRYPT:
		is_ok = copy_list(&demand->tafiles, &site->tafiles);
		break;
	default:
		break;
	}
	return is_ok ? TLSP_OK : no_memory(r->err);
}

static enum tlsp_code
read_rest(struct reading *r)
{
	const struct tlsp_tok *name = &r->attr[TLSP_ATTR_SERVERNAME];
	struct demand *demand = r->demand;
	enum tlsp_code code;

	demand->level = r->level;
	if (r->level == TLSP_LEVEL_NONE)
		return TLSP_OK;
	if (r->seen & 1U << TLSP_ATTR_SERVERNAME)
		demand->servername = strndup(name->text, name->len);
	else
		demand->servername = strdup(r->site->servername);
	if (demand->servername == NULL)
		return no_memory(r->err);
	code = read_match(r);
	if (code == TLSP_OK)
		code = read_protocols(r);
	if (code == TLSP_OK)
		code = read_ciphers(r, r->level, &demand->ciphers);
	if (code == TLSP_OK)
		code = read_ciphers(r, r->level > TLSP_LEVEL_FINGERPRINT ?
		    r->level : TLSP_LEVEL_FINGERPRINT, &demand->pin_ciphers);
	return code;
}

/* The same rule, for a server that has no usable TLSA records. */
static enum tlsp_code
read_fallback(const struct reading *from, enum tlsp_level_id level,
    struct demand **ret_demand)
{
	struct reading r = *from;
	enum tlsp_code code;

	r.level = level;
	r.demand = calloc(1, sizeof(*r.demand));
	if (r.demand == NULL)
		return no_memory(r.err);
	r.demand->site = r.site;
	r.demand->host = from->demand->host;
	code = read_rest(&r);
	if (code == TLSP_OK) {
		*ret_demand = r.demand;
		return TLSP_OK;
	}
	demand_clear(r.demand);
	free(r.demand);
	return code;
}

enum tlsp_code
demand_read(const struct demand_site *site, const struct tlsp_host *host,
    const char *text, enum tlsp_pin_mode pin, struct demand *ret_demand,
    struct tlsp_err *err)
{
	struct demand demand = { .site = site, .host = host,
	    .has_pin = pin != TLSP_PIN_OFF };
	struct reading r = { .site = site, .level = site->level,
	    .demand = &demand, .err = err };
	enum tlsp_code code = TLSP_OK;

	if (text != NULL)
		code = read_text(&r, text);
	if (code == TLSP_OK)
		code = read_rest(&r);
	if (code == TLSP_OK && demand.level == TLSP_LEVEL_DANE) {
		code = read_fallback(&r, TLSP_LEVEL_MAY, &demand.as_may);
		if (code == TLSP_OK)
			code = read_fallback(&r, TLSP_LEVEL_ENCRYPT,
			    &demand.as_encrypt);
	}
	if (code != TLSP_OK) {
		demand_clear(&demand);
		return code;
	}
	*ret_demand = demand;
	return TLSP_OK;
}

void
demand_clear(struct demand *demand)
{
	site_list_clear(&demand->match);
	site_list_clear(&demand->tafiles);
	free(demand->servername);
	free(demand->ciphers);
	free(demand->pin_ciphers);
	if (demand->as_may != NULL)
		demand_clear(demand->as_may);
	if (demand->as_encrypt != NULL)
		demand_clear(demand->as_encrypt);
	free(demand->as_may);
	free(demand->as_encrypt);
	memset(demand, 0, sizeof(*demand));
}

const struct demand_list *
demand_learn_match(const struct demand *demand)
{
	return demand->level == TLSP_LEVEL_ENCRYPT ?
	    &demand->site->secure_match : &demand->match;
}

const char *
demand_domain(const char *nexthop, char *buf)
{
	const char *end;

	if (*nexthop == '[') {
		nexthop++;
		end = strchr(nexthop, ']');
	} else
		end = strchr(nexthop, ':');
	(void)snprintf(buf, TLSP_HOSTNAME_MAX + 1, "%.*s",
	    end != NULL ? (int)(end - nexthop) : TLSP_HOSTNAME_MAX, nexthop);
	return buf;
}

/* Other dots than ours, as IDNA 2003 has them. */
static int
is_wide_dot(const char *name)
{
	return strncmp(name, "\xe3\x80\x82", 3) == 0 ||
	    strncmp(name, "\xef\xbc\x8e", 3) == 0 ||
	    strncmp(name, "\xef\xbd\xa1", 3) == 0;
}

const char *
demand_name(const struct demand *demand, const char *strategy,
    const char *domain, const char *mx, char *buf)
{
	const char *name = strategy, *ascii;
	int is_below = 0;

	if (strcasecmp(name, "nexthop") == 0)
		name = domain;
	else if (strcasecmp(name, "dot-nexthop") == 0) {
		name = domain;
		is_below = 1;
	} else if (strcasecmp(name, "hostname") == 0)
		name = mx;
	else if (*name == '.') {
		if (*++name == '\0')
			return NULL;
		is_below = 1;
	} else if (is_wide_dot(name) && name[3] != '\0') {
		name += 3;
		is_below = 1;
	}
	if (!tlsp_name_is_ascii(name, strlen(name)) &&
	    demand->host != NULL && demand->host->to_ascii != NULL) {
		ascii = demand->host->to_ascii(demand->host->ctx, name);
		if (ascii != NULL)
			name = ascii;
	}
	if (strlen(name) > TLSP_HOSTNAME_MAX || *name == '\0')
		return NULL;
	(void)snprintf(buf, TLSP_HOSTNAME_MAX + 2, "%s%s", is_below ? "." : "",
	    name);
	return buf;
}
