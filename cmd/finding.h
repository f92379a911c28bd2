/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * finding.h - one thing that a person should know: what, where, what it means
 *             for mail, what to do.
 * Knows:    how findings are kept in order and told. Not: any of them.
 * Feeds:    check, doctor.
 */
#ifndef TLSP_CMD_FINDING_H
#define TLSP_CMD_FINDING_H

#include <stdio.h>

#include "../dict_tlspolicy/err.h"

/* An error makes mail wait, or go out weaker than was written. */
enum finding_severity {
	FINDING_ERROR,
	FINDING_WARNING,
	FINDING_NOTE
};

/*
 * A row of a verb's catalogue. Static.
 * id:       "TLSP012"; stable: it is never given to something else.
 * means:    what it means for mail, one sentence.
 * remedy:   what to do, one sentence.
 * manual:   the section of the manual that explains it.
 */
struct finding_kind {
	const char *id;
	enum finding_severity severity;
	const char *means;
	const char *remedy;
	const char *manual;
};

/*
 * at:       file NULL: it is about no file.
 * key:      the rule's, or NULL.
 * text:     what is the matter, one sentence.
 * means, remedy: in place of the kind's, or NULL.
 */
struct finding {
	const struct finding_kind *kind;
	struct tlsp_pos at;
	const char *key;
	const char *text;
	const char *means;
	const char *remedy;
};

/* Findings, in the order of files as they came, lines, columns. */
struct findings;
struct findings *findings_new(void) TLSP_MUST_USE;
void findings_free(struct findings *);

/*
 * Add one. All its strings are copied, but the kind.
 * findings: takes note where memory runs out; findings_end() tells.
 */
void findings_add(struct findings *, const struct finding *);

/* The same, about no file, or at a place; text: printf. */
void findings_say(struct findings *, const struct finding_kind *,
    const struct tlsp_pos *at, const char *key, const char *fmt, ...)
    TLSP_PRINTF(5, 6);

/* Put them in order, and leave one of those that are alike in all. */
void findings_unite(struct findings *);

size_t findings_count(const struct findings *, enum finding_severity);

/*
 * Print all: as text, "file:line:col: error: text [TLSP012]", the line, a
 * caret, and what it means and what to do, indented; or JSON, one object a
 * line: id, severity, file, line, column, key, message, consequence, remedy,
 * manual.
 * errors:   TLSP_E_NOMEM: also of an earlier call; TLSP_E_IO.
 */
enum tlsp_code findings_print(struct findings *, FILE *, int is_json,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
