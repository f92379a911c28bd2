/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * name.h - the key of a rule: what kind it is, its parents, its twin.
 * Knows:    dots, brackets, letters' case. Not: DNS, IDN tables (the host
 *           has them), policies.
 * Feeds:    attr, rule, rules, index.
 * Source:   DESIGN of the table in tlspolicy_table(5); Postfix
 *           util/valid_hostname.c, smtp/smtp_tls_policy.c.
 */
#ifndef TLSP_NAME_H
#define TLSP_NAME_H

#include <stddef.h>

#include "host.h"
#include "tlsp.h"

enum tlsp_name_kind {
	TLSP_NAME_DOMAIN,	/* example.com */
	TLSP_NAME_PARENT,	/* .example.com: every name below it */
	TLSP_NAME_VERBATIM,	/* [host], [host]:port, host:port, a path */
	TLSP_NAME_NEVER		/* nothing that Postfix will ever ask */
};

/* ASCII letters to lower case, all other bytes as they are. */
char tlsp_name_lower(char ch);

int tlsp_name_is_ascii(const char *text, size_t len);

/*
 * Is this a host name in Postfix's eyes, all ASCII? At most 255 bytes,
 * labels of at most 63, letters, digits, hyphens inside, underscores, not
 * digits alone, no dot at either end.
 */
int tlsp_name_is_hostname(const char *name, size_t len);

/*
 * Would Postfix look for parents of this name? As above, or the host's word
 * where the name is not all ASCII.
 * name:     NUL-terminated.
 */
int tlsp_name_has_parents(const char *name, size_t len,
    const struct tlsp_host *);

/*
 * What kind of key a line begins with.
 * key:      folded, NUL-terminated.
 * ret_why:  set for TLSP_NAME_NEVER: the reason, and what to write instead.
 */
enum tlsp_name_kind tlsp_name_kind(const char *key, size_t len,
    const struct tlsp_host *, const char **ret_why);

/*
 * The other form of a domain or parent key: bücher.example for
 * xn--bcher-kva.example and the other way round. The host converts.
 * key:      as written, not folded; NUL-terminated, a domain or a parent.
 * returns   borrowed until the next call of the host's converter, without
 *           the leading dot; NULL: there is none.
 */
const char *tlsp_name_twin(const char *key, size_t len,
    const struct tlsp_host *);

#endif
