/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * master.h - the services of master.cf, and what they set for themselves.
 * Knows:    columns of master.cf, as postconf(1) prints them. Not: any
 *           parameter.
 * Feeds:    check, doctor.
 * Source:   master(5); postconf(1), options -M, -P and -x.
 */
#ifndef TLSP_CMD_MASTER_H
#define TLSP_CMD_MASTER_H

#include "conf.h"

/*
 * A service: its first two columns, the program, is it chrooted.
 */
struct master_service {
	const char *name;
	const char *type;
	const char *command;
	int is_chrooted;
};

struct master;

/*
 * Ask postconf for master.cf.
 * dir:      as conf_load(). conf: main.cf: what "-" means.
 * cost:     two processes.
 * errors:   TLSP_E_IO: there is none, or it cannot be read; TLSP_E_NOMEM.
 */
enum tlsp_code master_load(const char *dir, const struct conf *,
    struct master **ret_master, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * What master_load() makes of the two outputs.
 * lines, overrides: of -M, and of -Px; taken, from malloc.
 * is_chrooted: what "-" means.
 */
enum tlsp_code master_parse(char *lines, char *overrides, int is_chrooted,
    struct master **ret_master, struct tlsp_err *err) TLSP_MUST_USE;

/* NULL may be freed. */
void master_free(struct master *);

/*
 * The n-th service that this program serves, from 0. Borrowed; NULL: there
 * are no more.
 */
const struct master_service *master_find(const struct master *,
    const char *command, size_t n);

/* The transport of a name, by which mail goes. Borrowed; NULL: none. */
const struct master_service *master_transport(const struct master *,
    const char *name);

/*
 * What a service sets in place of main.cf, "-o NAME=VALUE". Borrowed; NULL:
 * nothing.
 */
const char *master_override(const struct master *,
    const struct master_service *, const char *name);

#endif
