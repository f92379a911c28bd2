/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * classes.h - which domains stand in a list of main.cf, for many domains: each
 *           table that it names is asked once, for all of them.
 * Knows:    how postmap(1) is asked for many keys. Not: what a list means.
 * Feeds:    routes.
 * Source:   postmap(1); Postfix util/match_list.c.
 */
#ifndef TLSP_CMD_CLASSES_H
#define TLSP_CMD_CLASSES_H

#include "conf.h"

struct classes;

/* conf: borrowed until classes_free(). NULL: no memory. */
struct classes *classes_new(const struct conf *) TLSP_MUST_USE;
/* NULL may be freed. */
void classes_free(struct classes *);

/*
 * A domain that will be asked for. Whoever is expected later costs one more
 * process a table; so does one that was not expected at all.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code classes_expect(struct classes *, const char *domain,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Is a domain in a list?
 * list, has_parents: as of postfix_lists().
 * returns   1, 0; -1: a table or a file of the list cannot be asked.
 */
int classes_has(struct classes *, const char *list, const char *domain,
    int has_parents);

/*
 * The n-th reason, from 0, why something could not be asked, and the list
 * that names it. Borrowed; NULL: there are no more.
 */
const char *classes_fault(const struct classes *, size_t n,
    const char **ret_list);

#endif
