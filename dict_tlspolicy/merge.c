/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * merge.c - the precedence of what a person wrote and what was learned.
 * Knows:    that learned never weakens written. Not: where either is kept.
 * Feeds:    resolve.
 */
#include "merge.h"

#include "policy.h"

static __attribute__((noinline)) enum tlsp_code
no_answer(const char *file, const struct tlsp_record *record,
    struct tlsp_err *err)
{
	struct tlsp_frozen_place place = { 0, 0, 0, TLSP_E_DAMAGED };
	struct tlsp_pos at = { file, 0, 0 };

	if ((record->flags & TLSP_RECORD_PLACE) != 0)
		place = *tlsp_record_place(record);
	at.line = place.line;
	at.col = place.col;
	if ((record->flags & TLSP_RECORD_FAULT) == 0)
		return tlsp_err_set(err, TLSP_E_PENDING, &at, "pin=require, "
		    "and no fingerprint has been verified yet");
	/* Whatever the code says, it is no answer. */
	return tlsp_err_set(err, place.code < 0 ?
	    (enum tlsp_code)place.code : TLSP_E_DAMAGED, &at, "%s",
	    tlsp_record_text(record));
}

enum tlsp_code
tlsp_merge_none(const char *file, const struct tlsp_record *record,
    const char **ret_answer, struct tlsp_err *err)
{
	if ((record->flags & TLSP_RECORD_FAULT) != 0 ||
	    record->pin == TLSP_PIN_REQUIRE)
		return no_answer(file, record, err);
	*ret_answer = tlsp_record_text(record);
	return TLSP_OK;
}
