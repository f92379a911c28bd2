/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * oracle.h - the slow obvious matcher, written from the manual page.
 * Knows:    a list of keys and what each says. Not: the module's code.
 * Feeds:    oracle_run, which holds the module against it.
 */
#ifndef TLSP_ORACLE_H
#define TLSP_ORACLE_H

#include <stddef.h>

enum oracle_kind {
	ORACLE_PLAIN,
	ORACLE_FINAL,		/* final=yes */
	ORACLE_PREFER,		/* pin=prefer */
	ORACLE_REQUIRE,		/* pin=require */
	ORACLE_BAD,		/* the line cannot be used */
	ORACLE_KINDS
};

struct oracle_rule {
	char key[80];
	enum oracle_kind kind;
	unsigned number;	/* of the line; its answer shows it */
};

/* What a lookup gives: a line's answer, an error of a line, or nothing. */
struct oracle_answer {
	unsigned number;	/* 0: not found */
	int is_error;
};

/* One lookup, as the table must answer it. */
struct oracle_answer oracle_lookup(const struct oracle_rule *, size_t n_rules,
    const char *key, int is_only);

/* What stock Postfix would find for a destination, all parents walked. */
struct oracle_answer oracle_stock(const struct oracle_rule *, size_t n_rules,
    const char *destination);

/* Would Postfix walk over the parents of this name? ASCII only. */
int oracle_is_hostname(const char *);

#endif
