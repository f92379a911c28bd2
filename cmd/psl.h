/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * psl.h - is a name one under which strangers register theirs?
 * Knows:    libpsl, and nobody else does; that it may be left out. Not:
 *           rules.
 * Feeds:    check.
 * Source:   publicsuffix.org.
 */
#ifndef TLSP_CMD_PSL_H
#define TLSP_CMD_PSL_H

struct psl;

/* NULL: built without libpsl, or there is no list. */
struct psl *psl_open(void);
void psl_close(struct psl *);

/*
 * Is it a public suffix, "com", "com.au", "github.io"? A name in no list,
 * such as "lan", is none.
 * name:     folded, UTF-8 or xn--, without a leading dot.
 */
int psl_is_suffix(const struct psl *, const char *name);

#endif
