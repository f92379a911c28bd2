/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * resolve.c - one key, one answer.
 * Knows:    exact before parent, when a parent may answer for its children,
 *           and what was asked last. Not: files, Postfix.
 * Feeds:    table.
 */
#include "resolve.h"

#include <stdlib.h>
#include <string.h>

#include "merge.h"
#include "name.h"

/* Would Postfix look for parents of this key? */
static inline int
has_parents(const struct tlsp_scan *scan, const struct tlsp_found *found,
    const struct tlsp_host *host)
{
	/* The scan tells only of names that are not odd, nor all digits. */
	if (TLSP_UNLIKELY(scan->is_odd || found->is_digits))
		return tlsp_name_has_parents(scan->key, scan->len, host);
	return tlsp_scan_is_below(scan);
}

/*
 * A plain wildcard waits for Postfix to ask for it: a table behind this one
 * may have a rule for the name itself, one before it a nearer wildcard. Not
 * so one that says it is final, one with pins (they belong to the name,
 * which is known only now), and one that cannot be read: it may have said
 * either.
 */
TLSP_INLINE enum tlsp_code
resolve_scan(struct tlsp_resolver *resolver, const struct tlsp_scan *scan,
    unsigned how, struct tlsp_trace *trace, const char **ret_answer,
    struct tlsp_err *err)
{
	struct tlsp_found *found = &resolver->found;
	enum tlsp_code code;
	int is_left = 0;

	code = tlsp_search(&resolver->index, scan, found, err);
	/*
	 * Not if it is unfolded: who asks next may want it folded. Nor if it
	 * is no host name: what looks like its parents may have rules.
	 */
	if (code == TLSP_NONE && (how & TLSP_QUERY_FOLD) != 0 &&
	    scan == &resolver->scan && tlsp_scan_is_below(scan))
		resolver->n_missed = scan->len;
	if (code == TLSP_OK && found->is_parent) {
		if (!has_parents(scan, found, resolver->host)) {
			found->record = NULL;
			code = TLSP_NONE;
		} else {
			is_left = (how & TLSP_QUERY_ONLY) == 0 &&
			    !found->is_at_once;
		}
	}
	if (TLSP_UNLIKELY(trace != NULL)) {
		trace->found = *found;
		trace->is_left = is_left;
	}
	if (code != TLSP_OK)
		return code;
	if (is_left)
		return TLSP_NONE;
	/* No place: nothing to be said of it but the answer. */
	if (TLSP_LIKELY((found->record->flags & (TLSP_RECORD_PLACE |
	    TLSP_RECORD_FAULT)) == 0)) {
		*ret_answer = tlsp_record_text(found->record);
		return TLSP_OK;
	}
	return tlsp_merge_none(resolver->file, found->record, ret_answer, err);
}

/* A key that only the host can fold, or longer than a name can be. */
static __attribute__((cold, noinline)) enum tlsp_code
resolve_odd(struct tlsp_resolver *resolver, const char *key, unsigned how,
    struct tlsp_trace *trace, const char **ret_answer, struct tlsp_err *err)
{
	const struct tlsp_host *host = resolver->host;
	size_t len = strlen(key);
	struct tlsp_scan scan;
	enum tlsp_code code;
	char *room;

	tlsp_scan_init(&scan);
	if ((how & TLSP_QUERY_RAW) != 0 && !tlsp_name_is_ascii(key, len)) {
		if (!host->valid_utf8(host->ctx, key, len))
			return tlsp_err_set(err, TLSP_E_NOBODY, NULL,
			    "malformed UTF-8 or invalid codepoint");
		if ((how & TLSP_QUERY_FOLD) != 0) {
			key = host->fold(host->ctx, key);
			len = strlen(key);
			how &= ~TLSP_QUERY_FOLD;
		}
	}
	if (len <= TLSP_HOSTNAME_MAX) {
		tlsp_scan_key(&scan, key, len, (how & TLSP_QUERY_FOLD) != 0);
		return resolve_scan(resolver, &scan, how, trace, ret_answer,
		    err);
	}
	if (len > resolver->index.longest)
		return TLSP_NONE;
	if ((room = malloc(TLSP_SCAN_BEFORE + len + TLSP_SCAN_BEHIND)) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	tlsp_scan_long(&scan, room, key, len, (how & TLSP_QUERY_FOLD) != 0);
	code = resolve_scan(resolver, &scan, how, trace, ret_answer, err);
	free(room);
	return code;
}

enum tlsp_code
tlsp_resolve(struct tlsp_resolver *resolver, const char *key, unsigned how,
    struct tlsp_trace *trace, const char **ret_answer, struct tlsp_err *err)
{
	struct tlsp_scan *scan = &resolver->scan;
	const size_t len = strlen(key);

	if (TLSP_UNLIKELY(trace != NULL))
		memset(trace, 0, sizeof(*trace));
	if (TLSP_UNLIKELY(resolver->fault != NULL)) {
		*err = *resolver->fault;
		return err->code;
	}
	if (key[0] == '.' && len < resolver->n_missed &&
	    memcmp(scan->key + resolver->n_missed - len, key, len) == 0)
		return TLSP_NONE;
	resolver->n_missed = 0;
	if (TLSP_UNLIKELY(len > TLSP_HOSTNAME_MAX))
		return resolve_odd(resolver, key, how, trace, ret_answer, err);
	tlsp_scan_key(scan, key, len, (how & TLSP_QUERY_FOLD) != 0);
	if (TLSP_UNLIKELY(scan->is_odd) && !scan->is_ascii &&
	    (how & TLSP_QUERY_RAW) != 0)
		return resolve_odd(resolver, key, how, trace, ret_answer, err);
	return resolve_scan(resolver, scan, how, trace, ret_answer, err);
}
