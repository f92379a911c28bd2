/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz_postmap.h - a second reader of rules files, that shares no code with
 * the module: one byte at a time, as Postfix's readlline() does.
 * Feeds:    fuzz_text.
 */
#ifndef TLSP_FUZZ_POSTMAP_H
#define TLSP_FUZZ_POSTMAP_H

#include <stddef.h>

#include "../dict_tlspolicy/host.h"

/*
 * key:      folded. value: NULL where postmap drops the line: indented,
 *           without a value, a quote left open, not UTF-8, a NUL.
 */
struct postmap_rule {
	char *key;
	char *value;
};

size_t postmap_read(const char *text, size_t len, const struct tlsp_host *,
    struct postmap_rule **ret_list);
void postmap_free(struct postmap_rule *list, size_t n);

#endif
