/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * psl.c - is a name one under which strangers register theirs?
 * Knows:    libpsl, and nobody else does; that it may be left out. Not:
 *           rules.
 * Feeds:    check.
 */
#include "psl.h"

#include <stddef.h>

#ifdef TLSP_HAVE_PSL

#include <libpsl.h>

/* The system's list is newer than what the library was built with. */
struct psl *
psl_open(void)
{
	return (struct psl *)psl_latest(NULL);
}

void
psl_close(struct psl *psl)
{
	psl_free((psl_ctx_t *)psl);
}

int
psl_is_suffix(const struct psl *psl, const char *name)
{
	return psl != NULL && psl_is_public_suffix2((const psl_ctx_t *)psl,
	    name, PSL_TYPE_ICANN | PSL_TYPE_PRIVATE | PSL_TYPE_NO_STAR_RULE);
}

#else

struct psl *
psl_open(void)
{
	return NULL;
}

void
psl_close(struct psl *psl)
{
	(void)psl;
}

int
psl_is_suffix(const struct psl *psl, const char *name)
{
	(void)psl;
	(void)name;
	return 0;
}

#endif
