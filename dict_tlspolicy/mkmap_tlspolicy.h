/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
#ifndef _MKMAP_TLSPOLICY_H_INCLUDED_
#define _MKMAP_TLSPOLICY_H_INCLUDED_

/*++
/* NAME
/*	mkmap_tlspolicy 3h
/* SUMMARY
/*	make the index of TLS policy rules
/* SYNOPSIS
/*	#include <mkmap_tlspolicy.h>
/* DESCRIPTION
/* .nf

 /*
  * External interface.
  */
extern MKMAP *mkmap_tlspolicy_open(const char *)
            __attribute__((visibility("default")));

/*--*/

#endif
