/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * name.c - the key of a rule: what kind it is, its parents, its twin.
 * Knows:    dots, brackets, letters' case. Not: DNS, IDN tables (the host
 *           has them), policies.
 * Feeds:    attr, rule, rules, index.
 * Source:   Postfix util/valid_hostname.c, smtp/smtp_tls_policy.c.
 */
#include "name.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

char
tlsp_name_lower(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char)(ch + ('a' - 'A')) : ch;
}

int
tlsp_name_is_ascii(const char *text, size_t len)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t word;

	for (; len >= sizeof(word); len -= sizeof(word), text += sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		if ((word & high) != 0)
			return 0;
	}
	for (; len > 0; len--)
		if ((unsigned char)*text++ >= 0x80)
			return 0;
	return 1;
}

static int
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static int
is_label_char(char ch)
{
	ch = tlsp_name_lower(ch);
	return (ch >= 'a' && ch <= 'z') || is_digit(ch) || ch == '_';
}

int
tlsp_name_is_hostname(const char *name, size_t len)
{
	size_t n, label = 0;
	int has_letter = 0;

	if (len == 0 || len > TLSP_HOSTNAME_MAX)
		return 0;
	for (n = 0; n < len; n++) {
		if (name[n] == '.') {
			if (label == 0 || n + 1 == len)
				return 0;
			label = 0;
			continue;
		}
		label++;
		if (name[n] == '-') {
			if (label == 1 || n + 1 == len || name[n + 1] == '.')
				return 0;
		} else if (!is_label_char(name[n]) || label > TLSP_LABEL_MAX) {
			return 0;
		}
		has_letter |= !is_digit(name[n]);
	}
	return has_letter;
}

int
tlsp_name_has_parents(const char *name, size_t len,
    const struct tlsp_host *host)
{
	if (tlsp_name_is_ascii(name, len))
		return tlsp_name_is_hostname(name, len);
	return host->is_utf8 && host->valid_name(host->ctx, name);
}

/* The bytes that no next-hop can have, and the slips that put them there. */
static const char *
bad_byte(const char *key, size_t len)
{
	size_t n;

	for (n = 0; n < len; n++) {
		if ((unsigned char)key[n] <= ' ' || key[n] == 0x7f)
			return "the key holds white space or a control "
			    "character; keys are never quoted";
		if (key[n] == '"')
			return "the key holds a quote; write it without";
		if (key[n] == '*')
			return "Postfix knows no '*' in a key; for every name "
			    "below a domain write the domain with a dot "
			    "before it, as .example.com";
		if (key[n] == '@')
			return "the key is a mail address; write what stands "
			    "behind the '@'";
		if (key[n] == ',' || key[n] == ';')
			return "the key holds a comma or semicolon; one key "
			    "a line";
	}
	return NULL;
}

static int
is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int
is_port(const char *text, size_t len)
{
	size_t n;

	for (n = 0; n < len; n++)
		if (!is_label_char(text[n]) && text[n] != '-')
			return 0;
	return len > 0;
}

static const char *
bad_brackets(const char *key, size_t len)
{
	const char *close = memchr(key, ']', len);
	size_t rest;

	if (close == NULL)
		return "a ']' is missing";
	if (close == key + 1)
		return "there is nothing between the brackets";
	rest = (size_t)(key + len - close) - 1;
	if (rest > 0 && (close[1] != ':' || !is_port(close + 2, rest - 1)))
		return "behind ']' only :port may follow";
	return NULL;
}

static const char *
never_asked(const char *key, size_t len, const struct tlsp_host *host)
{
	const char *why;

	if (!tlsp_name_is_ascii(key, len) &&
	    !host->valid_utf8(host->ctx, key, len))
		return "the key is not UTF-8";
	if (key[0] == '/')
		return NULL;
	if ((why = bad_byte(key, len)) != NULL)
		return why;
	if (key[0] == '[')
		return bad_brackets(key, len);
	if (key[len - 1] == ':')
		return "the key ends in ':', as in an alias file; "
		    "leave it out";
	if ((strncasecmp(key, "unix:", 5) == 0 ||
	    strncasecmp(key, "inet:", 5) == 0 ||
	    strncasecmp(key, "smtp:", 5) == 0) && !is_number(key + 5))
		return "Postfix asks without the prefix; leave it out";
	return NULL;
}

/*
 * A domain, whether or not the host will be asked for names like it: with
 * smtputf8_enable = no it is not, and then the key's twin still is.
 */
static int
is_domain(const char *name, size_t len, const struct tlsp_host *host)
{
	if (tlsp_name_is_ascii(name, len))
		return tlsp_name_is_hostname(name, len);
	return strpbrk(name, "[]:/") == NULL &&
	    host->valid_utf8(host->ctx, name, len) &&
	    host->valid_name(host->ctx, name);
}

/* Is there a name below ".parent" that is valid? */
static int
is_parent(const char *key, size_t len, const struct tlsp_host *host)
{
	char below[TLSP_HOSTNAME_MAX * 4 + 2];

	if (len > sizeof(below) - 2)
		return 0;
	below[0] = 'x';
	memcpy(below + 1, key, len);
	below[len + 1] = '\0';
	return is_domain(below, len + 1, host);
}

enum tlsp_name_kind
tlsp_name_kind(const char *key, size_t len, const struct tlsp_host *host,
    const char **ret_why)
{
	if ((*ret_why = never_asked(key, len, host)) != NULL)
		return TLSP_NAME_NEVER;
	if (key[0] != '.' && is_domain(key, len, host))
		return TLSP_NAME_DOMAIN;
	if (strpbrk(key, "[]:/") != NULL ||
	    (key[0] != '.' && tlsp_name_is_ascii(key, len)))
		return TLSP_NAME_VERBATIM;
	if (is_parent(key, len, host))
		return TLSP_NAME_PARENT;
	*ret_why = key[0] == '.' ?
	    "behind the leading dot there is no valid domain name" :
	    "this is no valid domain name; look for characters that cannot "
	    "be seen, such as a no-break space";
	return TLSP_NAME_NEVER;
}

/* Is there a label that begins with "xn--"? */
static int
has_a_label(const char *name)
{
	const char *label = name;

	for (;;) {
		if (tlsp_name_lower(label[0]) == 'x' &&
		    strncasecmp(label, "xn--", 4) == 0)
			return 1;
		if ((label = strchr(label, '.')) == NULL)
			return 0;
		label++;
	}
}

const char *
tlsp_name_twin(const char *key, size_t len, const struct tlsp_host *host)
{
	const char *name = key[0] == '.' ? key + 1 : key;

	len -= (size_t)(name - key);
	if (!tlsp_name_is_ascii(name, len))
		return host->to_ascii != NULL ?
		    host->to_ascii(host->ctx, name) : NULL;
	if (has_a_label(name) && host->to_utf8 != NULL)
		return host->to_utf8(host->ctx, name);
	return NULL;
}
