/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
#ifndef _TLSPOLICY_WATCH_H_INCLUDED_
#define _TLSPOLICY_WATCH_H_INCLUDED_

/*++
/* NAME
/*	tlspolicy_watch 3h
/* SUMMARY
/*	have Postfix notice that there are other pins
/* SYNOPSIS
/*	#include <tlspolicy_watch.h>
/* DESCRIPTION
/* .nf

 /*
  * Application-specific.
  */
#include "pinned.h"

 /*
  * External interface.
  */
typedef struct TLSPOLICY_WATCH TLSPOLICY_WATCH;

extern TLSPOLICY_WATCH *tlspolicy_watch_open(DICT *, struct tlsp_pinned *);
extern void tlspolicy_watch_close(TLSPOLICY_WATCH *);
extern void tlspolicy_watch_restart(DICT *);

/*--*/

#endif
