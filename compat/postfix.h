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

/* Only their presence tells something: a Postfix at least this new. */
extern char tlsp_probe_3_7[] __asm__("dict_stream_open");
extern char tlsp_probe_3_8[] __asm__("dict_open_lookup");
extern char tlsp_probe_3_11[] __asm__("dict_open_unregister");
#pragma weak tlsp_probe_3_7
#pragma weak tlsp_probe_3_8
#pragma weak tlsp_probe_3_11

#endif
