/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * host.h - what only the program we run in can say: of text, names, settings.
 * Knows:    nothing of Postfix but its version number.
 * Feeds:    name, attr, rule, rules, pinned. Filled by the adapter, or a test.
 * Source:   Postfix util/casefold.c, util/midna_domain.c,
 *           util/valid_utf8_hostname.c: whose answers these are.
 */
#ifndef TLSP_HOST_H
#define TLSP_HOST_H

#include <stddef.h>

/*
 * postfix:     whose grammar holds, TLSP_POSTFIX() or TLSP_POSTFIX_ANY.
 * is_utf8:     keys and values are checked and folded as UTF-8
 *              (smtputf8_enable and a host that has it).
 * fold:        case folding of a key that is not all ASCII; the result is
 *              borrowed until the next call. Asked only if is_utf8.
 * valid_utf8:  does the host take this for UTF-8?
 * valid_name:  would the host look for parents of this name?
 * service:     "smtp" or "lmtp": whose settings hold. setting: the value of a
 *              parameter of main.cf with all $names replaced, borrowed until
 *              the next call; NULL: not set. The function is NULL where
 *              there is no main.cf: no fingerprint is used then.
 * to_ascii, to_utf8: the name in its other form, borrowed until the next
 *              call, or NULL. The functions are NULL where the host has none.
 */
struct tlsp_host {
	int postfix;
	int is_utf8;
	void *ctx;
	const char *(*fold)(void *ctx, const char *key);
	int (*valid_utf8)(void *ctx, const char *text, size_t len);
	int (*valid_name)(void *ctx, const char *name);
	const char *(*to_ascii)(void *ctx, const char *name);
	const char *(*to_utf8)(void *ctx, const char *name);
	const char *service;
	const char *(*setting)(void *ctx, const char *name);
};

#endif
