/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
#ifndef _TLSPOLICY_HOST_H_INCLUDED_
#define _TLSPOLICY_HOST_H_INCLUDED_

/*++
/* NAME
/*	tlspolicy_host 3h
/* SUMMARY
/*	what the program that we run in is and can do
/* SYNOPSIS
/*	#include <tlspolicy_host.h>
/* DESCRIPTION
/* .nf

 /*
  * Application-specific.
  */
#include "err.h"
#include "host.h"

 /*
  * DICT grew by two pointers in Postfix 3.11, and will grow again. The host
  * writes there even if this file was compiled for an older version, so that
  * there must be room behind DICT that nobody else uses.
  */
#ifndef TLSP_HOST_GROWTH
#define TLSP_HOST_GROWTH	16
#endif

 /*
  * External interface.
  */
#define DICT_TYPE_TLSPOLICY	"tlspolicy"

#define TLSPOLICY_READ_ONLY \
	"%s:%s: rules are changed by editing %s, which takes effect at once; " \
	"this table cannot be written through Postfix"

extern const char *tlspolicy_host_refusal(void);
extern void tlspolicy_host_init(struct tlsp_host *, VSTRING *);
extern uid_t tlspolicy_host_caller(void);
extern int tlspolicy_host_is_only(const char *);

 /*
  * Findings, logged. At most so many of each kind, unless it is zero.
  */
typedef struct {
    int     limit;
    int     errors;
    int     warnings;
} TLSPOLICY_REPORT;

extern void tlspolicy_report(void *, enum tlsp_severity,
			             const struct tlsp_err *);
extern void tlspolicy_report_end(const TLSPOLICY_REPORT *, const char *);

/*--*/

#endif
