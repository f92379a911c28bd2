/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * postfix.h - what the tables and lists of this Postfix say of a name.
 * Knows:    postmap(1), postconf(1), how lists and tables are asked. Not: which
 *           list means what.
 * Feeds:    route, classes.
 * Source:   Postfix util/match_list.c, util/match_ops.c, global/maps.c.
 */
#ifndef TLSP_CMD_POSTFIX_H
#define TLSP_CMD_POSTFIX_H

#include "conf.h"

#define POSTFIX_VALUE	1024

/*
 * Ask the tables of a parameter, one after another, as Postfix does.
 * is_partial: the key is not the whole address: tables of patterns are passed
 *           over.
 * ret_value: of POSTFIX_VALUE bytes; cut where it is longer.
 * ret_table: which table answered; of POSTFIX_VALUE bytes.
 * errors:   TLSP_NONE: none has it; TLSP_E_IO: one cannot be asked.
 */
enum tlsp_code postfix_ask(const struct conf *, const char *maps,
    const char *key, int is_partial, char *ret_value, char *ret_table,
    struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Is a domain in a list: names, /files, tables, each perhaps with "!"?
 * list:     name of the parameter.
 * has_parents: a name means those below it, too: ".name" if Postfix does not
 *           say otherwise.
 * ret_is:   1 or 0.
 * errors:   TLSP_E_IO: a table or a file cannot be asked.
 */
enum tlsp_code postfix_lists(const struct conf *, const char *list,
    const char *domain, int has_parents, int *ret_is, struct tlsp_err *err)
    TLSP_MUST_USE;

/*
 * The same, with tables asked by somebody else.
 * ask:      is a key in a table? errors: TLSP_NONE: no; TLSP_E_IO.
 */
typedef enum tlsp_code (*postfix_table_fn)(void *ctx, const char *table,
    const char *key, struct tlsp_err *err);
enum tlsp_code postfix_lists_by(const struct conf *, const char *list,
    const char *domain, int has_parents, postfix_table_fn ask, void *ctx,
    int *ret_is, struct tlsp_err *err) TLSP_MUST_USE;

/* Does parent_domain_matches_subdomains name this feature? */
int postfix_is_parent_style(const struct conf *, const char *feature);

/*
 * The line of a service of master.cf, as postconf -M prints it.
 * ret_line: of POSTFIX_VALUE bytes.
 * errors:   TLSP_NONE: there is none; TLSP_E_IO.
 */
enum tlsp_code postfix_service(const struct conf *, const char *name,
    char *ret_line, struct tlsp_err *err) TLSP_MUST_USE;

#endif
