/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * postfix.h - the door to Postfix: the real headers where the build was
 *           told of some (TLSP_POSTFIX_HEADERS), else our own declarations.
 *           Nothing but the adapter includes this.
 */
#ifndef TLSP_COMPAT_POSTFIX_H
#define TLSP_COMPAT_POSTFIX_H

#ifdef TLSP_POSTFIX_HEADERS
#include <sys_defs.h>
#include <msg.h>
#include <mymalloc.h>
#include <vstring.h>
#include <stringops.h>
#include <dict.h>
#include <mkmap.h>
#include <valid_utf8_hostname.h>
#include <midna_domain.h>
#include <mail_conf.h>
#include <mail_params.h>
#include <mail_version.h>
#else
#include "postfix_abi.h"
#endif

/*
 * Symbols that not every Postfix has. Undefined ones must not keep the
 * module from being loaded: that would stop smtp(8), not only lookups.
 */
#pragma weak midna_domain_to_ascii
#pragma weak midna_domain_to_utf8

/*
 * What every Postfix has, and one to come may lack. tlspolicy_host_refusal()
 * says so then. Strong are only those that it takes to say it.
 */
#pragma weak casefoldx
#pragma weak dict_handle
#pragma weak dict_register
#pragma weak dict_unregister
#pragma weak mail_conf_lookup
#pragma weak mail_conf_lookup_eval
#pragma weak myfree
#pragma weak mymalloc
#pragma weak util_utf8_enable
#pragma weak valid_utf8_hostname
#pragma weak valid_utf8_string
#pragma weak var_mail_version
#pragma weak var_owner_uid
#pragma weak var_procname
#pragma weak vstring_alloc
#pragma weak vstring_free

/* A table type that is little more than DICT: how large is that? */
extern DICT *tlsp_probe_fail_open(const char *, int, int)
            __asm__("dict_fail_open");
#pragma weak tlsp_probe_fail_open

/* Only their presence tells something: a Postfix at least this new. */
extern char tlsp_probe_3_7[] __asm__("dict_stream_open");
extern char tlsp_probe_3_8[] __asm__("dict_open_lookup");
extern char tlsp_probe_3_11[] __asm__("dict_open_unregister");
#pragma weak tlsp_probe_3_7
#pragma weak tlsp_probe_3_8
#pragma weak tlsp_probe_3_11

#endif
