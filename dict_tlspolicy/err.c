/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * err.c - what went wrong, whose fault it is, and at which place.
 * Knows:    printf. Not: policies, files, Postfix.
 * Feeds:    every room that can fail.
 */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>

/* A quoted key or value may hold anything; a log line may not. */
static void
make_printable(char *text)
{
	unsigned char *cp;

	for (cp = (unsigned char *)text; *cp != '\0'; cp++)
		if (*cp < ' ' || *cp == 0x7f)
			*cp = '?';
}

enum tlsp_code
tlsp_err_set(struct tlsp_err *err, enum tlsp_code code,
    const struct tlsp_pos *at, const char *fmt, ...)
{
	static const struct tlsp_pos nowhere;
	va_list ap;

	err->code = code;
	err->why = TLSP_WHY_NONE;
	err->at = at != NULL ? *at : nowhere;
	va_start(ap, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	make_printable(err->text);
	return code;
}

enum tlsp_fault
tlsp_err_fault(enum tlsp_code code)
{
	if (code >= 0)
		return TLSP_FAULT_NONE;
	if (code > -200)
		return TLSP_FAULT_CONFIG;
	if (code > -300)
		return TLSP_FAULT_RETRY;
	return TLSP_FAULT_BUG;
}

void
tlsp_err_print(const struct tlsp_err *err, char *buf, size_t len)
{
	if (err->at.file == NULL)
		(void)snprintf(buf, len, "%s", err->text);
	else if (err->at.line == 0)
		(void)snprintf(buf, len, "%s: %s", err->at.file, err->text);
	else
		(void)snprintf(buf, len, "%s:%u:%u: %s", err->at.file,
		    err->at.line, err->at.col, err->text);
}
