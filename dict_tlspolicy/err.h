/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * err.h - what went wrong, whose fault it is, and at which place.
 * Knows:    printf. Not: policies, files, Postfix.
 * Feeds:    every room that can fail.
 */
#ifndef TLSP_ERR_H
#define TLSP_ERR_H

#include <stddef.h>

#include "tlsp.h"

/*
 * TLSP_OK and TLSP_NONE are answers; everything below zero is a fault, in
 * three hundreds: the administrator's, the world's, ours.
 */
enum tlsp_code {
	TLSP_OK = 0,
	TLSP_NONE = 1,		/* asked, and nothing is there */

	/* the administrator's: stays until a file is edited */
	TLSP_E_SYNTAX = -101,	/* a line that cannot be read */
	TLSP_E_VALUE = -102,	/* a word or value Postfix would refuse */
	TLSP_E_CONFLICT = -103,	/* two statements that exclude each other */
	TLSP_E_UNSAFE = -104,	/* others could have written this file */
	TLSP_E_DAMAGED = -105,	/* bytes that no editor writes */
	TLSP_E_NOBODY = -106,	/* a key that nothing ever asks for */

	/* the world's: may pass by itself */
	TLSP_E_NOMEM = -201,
	TLSP_E_IO = -202,	/* cannot be opened or read */
	TLSP_E_BUSY = -203,	/* still being written */
	TLSP_E_PENDING = -204,	/* waits for something not there yet */

	/* ours */
	TLSP_E_BUG = -301
};

enum tlsp_fault {
	TLSP_FAULT_NONE,
	TLSP_FAULT_CONFIG,	/* the administrator's */
	TLSP_FAULT_RETRY,	/* the world's */
	TLSP_FAULT_BUG
};

/* A place in a text file. line and col count from 1, in bytes; 0: unknown. */
struct tlsp_pos {
	const char *file;	/* borrowed from the rules' owner */
	unsigned line;
	unsigned col;
};

/*
 * What a reader of rules found, more finely than by code: for who explains
 * it. Its numbers are nobody's but the program's.
 */
enum tlsp_why {
	TLSP_WHY_NONE,		/* not a rule's */
	TLSP_WHY_LEVEL,		/* no such level */
	TLSP_WHY_ATTR,		/* no such attribute */
	TLSP_WHY_NEWER,		/* not in this Postfix */
	TLSP_WHY_AT_LEVEL,	/* not at this level */
	TLSP_WHY_TWICE,
	TLSP_WHY_VALUE,		/* refused when it is looked up */
	TLSP_WHY_HANDSHAKE,	/* refused when it connects */
	TLSP_WHY_MATCHLESS,	/* a match= that matches nothing */
	TLSP_WHY_WORD,		/* no name=value */
	TLSP_WHY_TOGETHER,	/* one lacks another, or excludes it */
	TLSP_WHY_LINE,		/* no key and policy */
	TLSP_WHY_HIDDEN,	/* a rule inside another line */
	TLSP_WHY_NOBODY,	/* a key that nothing asks for */
	TLSP_WHY_UNKNOWN,	/* newer than we are */
	TLSP_WHY_PASSED_OVER,	/* an element of match= */
	TLSP_WHY_QUOTES,
	TLSP_WHY_NO_TLS,	/* an attribute at level none */
	TLSP_WHY_FINAL,		/* final=yes without a dot */
	TLSP_WHY_SECOND,	/* the key has a rule already */
	TLSP_WHY_FOLDED,	/* its twin is another domain */
	TLSP_WHY_BOM,
	TLSP_WHY_CRLF,
	TLSP_WHY_COUNT
};

/*
 * why:      TLSP_WHY_NONE where tlsp_err_set() made it; its caller knows more.
 * text:     one sentence, printable, no newline, no trailing dot.
 */
struct tlsp_err {
	enum tlsp_code code;
	enum tlsp_why why;
	struct tlsp_pos at;
	char text[400];
};

enum tlsp_severity {
	TLSP_ERROR,		/* mail waits, or a rule is nobody's */
	TLSP_WARNING		/* the table answers; a person should look */
};

/*
 * One thing a reader of the rules found. Reading goes on.
 * finding:  borrowed, until the function returns.
 */
typedef void (*tlsp_report_fn)(void *ctx, enum tlsp_severity,
    const struct tlsp_err *finding);

/*
 * Fill an error and hand its code back, so that a failing function can end
 * in one statement. Control characters become
 * "?", whoever wrote them into a file.
 * at:       may be NULL: no place.
 */
enum tlsp_code tlsp_err_set(struct tlsp_err *err, enum tlsp_code code,
    const struct tlsp_pos *at, const char *fmt, ...) TLSP_PRINTF(4, 5);

/* Whose fault a code is. */
enum tlsp_fault tlsp_err_fault(enum tlsp_code code);

/*
 * "file:line:col: text", "file: text" or "text", as much as is known.
 * shape:    at most len bytes with the final NUL; cut where it is longer.
 */
void tlsp_err_print(const struct tlsp_err *err, char *buf, size_t len);

#endif
