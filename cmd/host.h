/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * host.h - what Postfix would say of text and names, said by the command.
 * Knows:    ICU, and nobody else does; how Postfix asks it. Not: policies.
 * Feeds:    tables, dns, the verbs.
 * Source:   Postfix util/casefold.c, util/midna_domain.c,
 *           util/valid_utf8_string.c, util/valid_utf8_hostname.c.
 */
#ifndef TLSP_CMD_HOST_H
#define TLSP_CMD_HOST_H

#include <sys/types.h>

#include "../dict_tlspolicy/host.h"
#include "conf.h"

/*
 * Describe the Postfix of a configuration to the core: its version, whether
 * it takes keys for UTF-8, and how it folds and converts them.
 * conf:     borrowed until host_close().
 * errors:   TLSP_E_IO: ICU cannot be used; TLSP_E_NOMEM.
 */
enum tlsp_code host_open(const struct conf *, struct tlsp_host *ret_host,
    struct tlsp_err *err) TLSP_MUST_USE;

/* All zero may be closed. */
void host_close(struct tlsp_host *);

/*
 * The user whose files are trusted beside those of root: who runs this,
 * unless it is mail_owner; as the module has it. (uid_t)-1: nobody.
 */
uid_t host_caller(const struct conf *);

#endif
