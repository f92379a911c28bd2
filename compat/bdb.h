/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * bdb.h - the door to Berkeley DB. Nothing but the store includes this.
 * Source:   Berkeley DB 5.3; 6.0 and later bear another licence (AGPL),
 *           which does not go with that of Postfix.
 */
#ifndef TLSP_COMPAT_BDB_H
#define TLSP_COMPAT_BDB_H

#include <db.h>

#if DB_VERSION_MAJOR != 5
#error "Berkeley DB 5 is needed; of 6 and later the licence does not fit"
#endif

#endif
