/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
#ifndef _DICT_TLSPOLICY_H_INCLUDED_
#define _DICT_TLSPOLICY_H_INCLUDED_

/*++
/* NAME
/*	dict_tlspolicy 3h
/* SUMMARY
/*	dictionary manager interface to TLS policy rules
/* SYNOPSIS
/*	#include <dict_tlspolicy.h>
/* DESCRIPTION
/* .nf

 /*
  * External interface.
  */
extern DICT *dict_tlspolicy_open(const char *, int, int)
            __attribute__((visibility("default")));

/*--*/

#endif
