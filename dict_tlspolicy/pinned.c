/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pinned.c - the rules with pin of one table, and what answers them.
 * Knows:    the store, the settings of main.cf, the clock, and that they are
 *           asked for nothing else. Not: how they go together.
 * Feeds:    table.
 */
#include "pinned.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "merge.h"
#include "policy.h"

struct tlsp_pinned {
	const char *path;
	struct tlsp_store *store;
	struct tlsp_file file;		/* the store's, if it was opened */
	enum tlsp_code opened;
	struct tlsp_err why;		/* it was not, or the last record */
	struct tlsp_trust trust;
	int has_braces;
	int64_t as_of;
	tlsp_pinned_note_fn note;
	void *note_ctx;
	struct tlsp_verdict verdict;	/* of the last lookup */
	struct tlsp_pin_set set;
	size_t size;
	char buf[];			/* its answer */
};

/* Where nobody tells, no digest is known, and no pin is usable. */
static void
read_trust(const struct tlsp_host *host, struct tlsp_trust *trust,
    const char *path, tlsp_report_fn report, void *ctx)
{
	const struct tlsp_pos at = { path, 0, 0 };
	struct tlsp_err finding;

	memset(trust, 0, sizeof(*trust));
	if (host->setting == NULL)
		return;
	tlsp_trust_read(host->service, host->postfix, host->setting,
	    host->ctx, trust);
	if (trust->digest[0] != '\0')
		return;
	(void)tlsp_err_set(&finding, TLSP_E_CONFLICT, &at, "rules have "
	    "\"pin\", but %s_tls_fingerprint_digest is none of sha256, "
	    "sha384, sha512: no fingerprint is used", host->service);
	report(ctx, TLSP_WARNING, &finding);
}

struct tlsp_pinned *
tlsp_pinned_open(const char *path, uid_t caller, const struct tlsp_host *host,
    size_t longest, tlsp_report_fn report, void *ctx)
{
	const size_t size = tlsp_merge_size(longest);
	struct tlsp_pinned *pinned;

	if ((pinned = malloc(sizeof(*pinned) + size)) == NULL)
		return NULL;
	memset(pinned, 0, sizeof(*pinned));
	pinned->path = path;
	pinned->size = size;
	pinned->has_braces = tlsp_policy_has_braces(host->postfix);
	read_trust(host, &pinned->trust, path, report, ctx);
	pinned->opened = tlsp_store_open(path, caller, &pinned->store,
	    &pinned->file, &pinned->why);
	return pinned;
}

void
tlsp_pinned_close(struct tlsp_pinned *pinned)
{
	if (pinned == NULL)
		return;
	if (pinned->opened == TLSP_OK)
		tlsp_store_close(pinned->store);
	else
		tlsp_file_close(&pinned->file);
	free(pinned);
}

const struct tlsp_file *
tlsp_pinned_file(const struct tlsp_pinned *pinned)
{
	return &pinned->file;
}

const struct tlsp_trust *
tlsp_pinned_trust(const struct tlsp_pinned *pinned)
{
	return &pinned->trust;
}

void
tlsp_pinned_on_trouble(struct tlsp_pinned *pinned, tlsp_pinned_note_fn note,
    void *ctx)
{
	pinned->note = note;
	pinned->note_ctx = ctx;
}

void
tlsp_pinned_as_of(struct tlsp_pinned *pinned, int64_t now)
{
	pinned->as_of = now;
}

/*
 * The record of a key, read into the set.
 * errors:   TLSP_NONE: nothing was learned; others, and why: cannot be told.
 */
static enum tlsp_code
look(struct tlsp_pinned *pinned, const char *key, size_t len)
{
	enum tlsp_code code;
	const char *value;
	size_t value_len;

	if ((code = tlsp_store_get(pinned->store, key, len, &value,
	    &value_len, &pinned->why)) != TLSP_OK)
		return code;
	return tlsp_pin_read(key, len, value, value_len, &pinned->set,
	    &pinned->why);
}

static enum tlsp_pins_state
state_of(enum tlsp_code code, enum tlsp_pins_state if_none)
{
	return code == TLSP_NONE ? if_none : TLSP_PINS_UNREADABLE;
}

enum tlsp_code
tlsp_pinned_answer(struct tlsp_pinned *pinned, const char *key, size_t len,
    const struct tlsp_record *record, struct tlsp_trace *trace,
    const char **ret_answer, struct tlsp_err *err)
{
	const char *text = tlsp_record_text(record);
	const uint64_t constraint = tlsp_policy_constraint(text,
	    pinned->has_braces, &pinned->trust);
	const struct tlsp_merge merge = { pinned->path, record, key, len,
	    &pinned->set, &pinned->verdict, &pinned->why, pinned->has_braces,
	    pinned->buf, pinned->size };
	enum tlsp_code code = pinned->opened;

	/* Fingerprints belong to names; a wildcard itself has none. */
	if (len > 0 && key[0] == '.')
		return tlsp_merge_none(pinned->path, record, ret_answer, err);
	pinned->set.n_hosts = pinned->set.n_pins = 0;
	if (code != TLSP_OK)
		pinned->verdict.state = state_of(code, TLSP_PINS_NO_STORE);
	else if ((code = look(pinned, key, len)) != TLSP_OK)
		pinned->verdict.state = state_of(code, TLSP_PINS_NONE);
	else
		tlsp_merge_judge(&pinned->set, constraint,
		    tlsp_record_place(record)->pin_ttl_s, &pinned->trust,
		    pinned->as_of != 0 ? pinned->as_of : time(NULL),
		    &pinned->verdict);
	if (trace != NULL) {
		trace->constraint = constraint;
		trace->verdict = &pinned->verdict;
		trace->set = code == TLSP_OK ? &pinned->set : NULL;
		trace->why = pinned->verdict.state == TLSP_PINS_UNREADABLE ?
		    &pinned->why : NULL;
	}
	if (pinned->note != NULL &&
	    pinned->verdict.state == TLSP_PINS_NO_STORE)
		pinned->note(pinned->note_ctx, TLSP_NONE, NULL);
	if (pinned->note != NULL &&
	    pinned->verdict.state == TLSP_PINS_UNREADABLE)
		pinned->note(pinned->note_ctx, code, &pinned->why);
	return tlsp_merge(&merge, ret_answer, err);
}
