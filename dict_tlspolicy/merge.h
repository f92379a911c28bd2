/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * merge.h - the precedence of what a person wrote and what was learned.
 * Knows:    that learned never weakens written. Not: where either is kept.
 * Feeds:    resolve.
 */
#ifndef TLSP_MERGE_H
#define TLSP_MERGE_H

#include "err.h"
#include "frozen.h"

/*
 * The answer of a rule for which there are no usable fingerprints.
 * file:     borrowed; the rules file, for the place of a fault.
 * ret_answer: borrowed from the record.
 * errors:   the rule's own fault; TLSP_E_PENDING: the rule has pin=require.
 */
enum tlsp_code tlsp_merge_none(const char *file, const struct tlsp_record *,
    const char **ret_answer, struct tlsp_err *err) TLSP_MUST_USE;

#endif
