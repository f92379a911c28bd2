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

/*
 * Would Postfix look for parents of this key?
 * is_usual: the key went by tlsp_scan_usual(), and is no odd one.
 */
TLSP_INLINE int
has_parents(const struct tlsp_scan *scan, int is_usual, unsigned is_digits,
    const struct tlsp_host *host)
{
	/* The scan tells only of names that are not odd, nor all digits. */
	if (TLSP_LIKELY(is_usual && !is_digits))
		return tlsp_scan_is_below_usual(scan);
	if (!scan->is_odd && !is_digits)
		return tlsp_scan_is_below(scan);
	return tlsp_name_has_parents(scan->key, scan->len, host);
}

/* The answer of a rule of which there is more to be said. */
static __attribute__((noinline)) enum tlsp_code
answer_more(const struct tlsp_resolver *resolver,
    const struct tlsp_scan *scan, const struct tlsp_record *record,
    struct tlsp_trace *trace, const char **ret_answer, struct tlsp_err *err)
{
	if (resolver->answer == NULL || record->pin == 0 ||
	    (record->flags & TLSP_RECORD_FAULT) != 0)
		return tlsp_merge_none(resolver->file, record, ret_answer,
		    err);
	return resolver->answer(resolver->pinned, scan->key, scan->len,
	    record, trace, ret_answer, err);
}

/*
 * What was found, as an answer.
 *
 * A plain wildcard waits for Postfix to ask for it: a table behind this one
 * may have a rule for the name itself, one before it a nearer wildcard. Not
 * so one that says it is final, one with pins (they belong to the name,
 * which is known only now), and one that cannot be read: it may have said
 * either.
 */
TLSP_INLINE enum tlsp_code
answer(struct tlsp_resolver *resolver, const struct tlsp_scan *scan,
    int is_usual, unsigned how, enum tlsp_code code,
    const struct tlsp_found *found, struct tlsp_trace *trace,
    const char **ret_answer, struct tlsp_err *err)
{
	int is_left = 0;

	/*
	 * Not if it is unfolded: who asks next may want it folded. Nor if it
	 * is no host name: what looks like its parents may have rules.
	 */
	if (code == TLSP_NONE && (how & TLSP_QUERY_FOLD) != 0 &&
	    scan == &resolver->scan && scan->len <= TLSP_SCAN_MASK &&
	    (is_usual ? tlsp_scan_is_below_usual(scan) :
	    tlsp_scan_is_below(scan)))
		resolver->parents = scan->dots;
	if (code != TLSP_OK)
		return code;
	if (found->is_parent) {
		if (!has_parents(scan, is_usual, found->is_digits,
		    resolver->host))
			return TLSP_NONE;
		is_left = (how & TLSP_QUERY_ONLY) == 0 && !found->is_at_once;
	}
	if (trace != NULL) {
		trace->found = *found;
		trace->is_left = is_left;
	}
	if (is_left)
		return TLSP_NONE;
	/* No place: nothing to be said of it but the text behind it. */
	if (TLSP_LIKELY((found->record->flags & (TLSP_RECORD_PLACE |
	    TLSP_RECORD_FAULT)) == 0)) {
		*ret_answer = (const char *)(found->record + 1);
		return TLSP_OK;
	}
	return answer_more(resolver, scan, found->record, trace, ret_answer,
	    err);
}

/* A key that may have rules below its last two labels. */
static __attribute__((noinline)) enum tlsp_code
resolve_down(struct tlsp_resolver *resolver, unsigned how, size_t start,
    const struct tlsp_node *node, const char **ret_answer,
    struct tlsp_err *err)
{
	const struct tlsp_scan *scan = &resolver->scan;
	struct tlsp_found found;
	const enum tlsp_code code = tlsp_search_down(&resolver->index, scan,
	    start, node, &found, err);

	return answer(resolver, scan, 1, how, code, &found, NULL, ret_answer,
	    err);
}

/* A key that was read, whatever it is. */
TLSP_INLINE enum tlsp_code
resolve_scan(struct tlsp_resolver *resolver, const struct tlsp_scan *scan,
    unsigned how, struct tlsp_trace *trace, const char **ret_answer,
    struct tlsp_err *err)
{
	struct tlsp_found found;
	const enum tlsp_code code = tlsp_search_find(&resolver->index, scan,
	    &found, err);

	return answer(resolver, scan, 0, how, code, &found, trace, ret_answer,
	    err);
}

/* Whatever is not asked every day, and what is, with a trace. */
static TLSP_COLD enum tlsp_code
resolve_any(struct tlsp_resolver *resolver, const char *key, unsigned how,
    struct tlsp_trace *trace, const char **ret_answer, struct tlsp_err *err)
{
	const struct tlsp_host *host = resolver->host;
	size_t len = strlen(key);
	struct tlsp_scan scan;
	enum tlsp_code code;
	char *room;

	if (trace != NULL)
		memset(trace, 0, sizeof(*trace));
	if (resolver->fault != NULL) {
		*err = *resolver->fault;
		return err->code;
	}
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

/* [host] or [host]:port: nothing above it, and its name is all of it. */
static __attribute__((noinline)) enum tlsp_code
resolve_whole(struct tlsp_resolver *resolver, const char *key, unsigned how,
    const char **ret_answer, struct tlsp_err *err)
{
	const struct tlsp_index *idx = &resolver->index;
	struct tlsp_scan *scan = &resolver->scan;
	struct tlsp_found found = { .node = NULL };
	const size_t len = strlen(key);
	struct tlsp_words tail;
	enum tlsp_code code;

	resolver->parents = 0;
	if (TLSP_UNLIKELY(len > TLSP_HOSTNAME_MAX))
		return resolve_any(resolver, key, how, NULL, ret_answer, err);
	tlsp_scan_key(scan, key, len, (how & TLSP_QUERY_FOLD) != 0);
	if (TLSP_UNLIKELY(!scan->is_ascii && (how & TLSP_QUERY_RAW) != 0))
		return resolve_any(resolver, key, how, NULL, ret_answer, err);
	tlsp_words_tail(scan->key + len, &tail);
	code = tlsp_search_node(idx, scan, &tail, 0, &found.node, err);
	if (code == TLSP_OK)
		code = tlsp_search_is_rule(found.node, 0) ?
		    tlsp_search_answer(idx, scan, &found, err) : TLSP_NONE;
	return answer(resolver, scan, 0, how, code, &found, NULL, ret_answer,
	    err);
}

/* A key of other than the usual bytes, or that begins with a dot. */
static __attribute__((noinline)) enum tlsp_code
resolve_unusual(struct tlsp_resolver *resolver, const char *key, size_t len,
    unsigned how, const char **ret_answer, struct tlsp_err *err)
{
	struct tlsp_scan *scan = &resolver->scan;

	if (TLSP_UNLIKELY(len > TLSP_HOSTNAME_MAX))
		return resolve_any(resolver, key, how, NULL, ret_answer, err);
	tlsp_scan_key(scan, key, len, (how & TLSP_QUERY_FOLD) != 0);
	if (TLSP_UNLIKELY(!scan->is_ascii && (how & TLSP_QUERY_RAW) != 0))
		return resolve_any(resolver, key, how, NULL, ret_answer, err);
	return resolve_scan(resolver, scan, how, NULL, ret_answer, err);
}

/* A name. */
static __attribute__((noinline)) TLSP_HOT enum tlsp_code
resolve_name(struct tlsp_resolver *resolver, const char *key, unsigned how,
    const char **ret_answer, struct tlsp_err *err)
{
	const struct tlsp_index *idx = &resolver->index;
	struct tlsp_scan *scan = &resolver->scan;
	const size_t len = strlen(key);
	struct tlsp_words tail;
	struct tlsp_found found;
	enum tlsp_code code;

	resolver->parents = 0;
	if (TLSP_UNLIKELY(key[0] == '.' || (how & TLSP_QUERY_FOLD) == 0 ||
	    !tlsp_scan_usual(scan, key, len, 1, &tail)))
		return resolve_unusual(resolver, key, len, how, ret_answer,
		    err);
	code = tlsp_search_first(idx, scan, &tail, &found, err);
	if (tlsp_search_is_deep(idx, scan, &found, code))
		return resolve_down(resolver, how, found.name, found.node,
		    ret_answer, err);
	if (code == TLSP_OK)
		code = tlsp_search_is_rule(found.node, found.name) ?
		    tlsp_search_answer(idx, scan, &found, err) : TLSP_NONE;
	return answer(resolver, scan, 1, how, code, &found, NULL, ret_answer,
	    err);
}

int
tlsp_resolve_peek(struct tlsp_resolver *resolver, const char *key,
    unsigned how, enum tlsp_code *ret_code, const char **ret_answer,
    struct tlsp_err *err)
{
	struct tlsp_scan *scan = &resolver->scan;
	const size_t len = strlen(key);
	struct tlsp_found found;

	resolver->parents = 0;
	if (len > TLSP_HOSTNAME_MAX)
		return 0;
	tlsp_scan_key(scan, key, len, (how & TLSP_QUERY_FOLD) != 0);
	if (!scan->is_ascii || !tlsp_peek_find(resolver->peek, scan, &found,
	    ret_code))
		return 0;
	*ret_code = answer(resolver, scan, 0, how, *ret_code, &found, NULL,
	    ret_answer, err);
	return 1;
}

enum tlsp_code
tlsp_resolve(struct tlsp_resolver *resolver, const char *key, unsigned how,
    const char **ret_answer, struct tlsp_err *err, struct tlsp_trace *trace)
{
	if (TLSP_UNLIKELY(trace != NULL || resolver->fault != NULL))
		return resolve_any(resolver, key, how, trace, ret_answer, err);
	return key[0] == '[' ?
	    resolve_whole(resolver, key, how, ret_answer, err) :
	    resolve_name(resolver, key, how, ret_answer, err);
}
