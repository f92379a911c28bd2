/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * conf.h - Postfix's configuration, as postconf(1) tells it.
 * Knows:    how postconf is asked, and what it prints. Not: any parameter.
 * Feeds:    host, tables, demand, dns, the verbs.
 * Source:   postconf(1), options -c and -x.
 */
#ifndef TLSP_CMD_CONF_H
#define TLSP_CMD_CONF_H

#include "../dict_tlspolicy/err.h"

struct conf;

/*
 * Ask postconf for all of main.cf at once, defaults included, all $names
 * replaced.
 * dir:      folder of main.cf; NULL: Postfix's own, or that of MAIL_CONFIG.
 * cost:     one process.
 * errors:   TLSP_E_IO: there is no postconf, or it failed: its own words are
 *           in the text; TLSP_E_NOMEM.
 */
enum tlsp_code conf_load(const char *dir, struct conf **ret_conf,
    struct tlsp_err *err) TLSP_MUST_USE;

/* NULL may be freed. */
void conf_free(struct conf *);

/*
 * The value of a parameter, without blanks at either end.
 * returns   borrowed from the configuration; NULL: this Postfix has no such
 *           parameter, nor has main.cf.
 */
const char *conf_get(const struct conf *, const char *name);

/* Is it "yes"? Letters in any case; a parameter that is not there is not. */
int conf_is_yes(const struct conf *, const char *name);

/* config_directory: where main.cf is. Borrowed. */
const char *conf_dir(const struct conf *);

/* What conf_load() makes of postconf's output; text: taken, from malloc. */
enum tlsp_code conf_parse(char *text, struct conf **ret_conf,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
