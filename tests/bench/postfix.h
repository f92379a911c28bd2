/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * postfix.h - the bench's door to Postfix: what smtp(8) calls to open and
 *           ask a table. Each with its file in the Postfix source.
 * Knows:    prototypes. Nothing but tables.c and cases.c includes this.
 */
#ifndef BENCH_POSTFIX_H
#define BENCH_POSTFIX_H

#include "../../compat/postfix_abi.h"

/* util/dict.h. Unchanged 3.4 to 3.12. */
#define DICT_FLAG_LOCK		(1<<6)
#define DICT_FLAG_UTF8_REQUEST	(1<<19)

extern int dict_allow_surrogate;
extern DICT *dict_open(const char *, int, int);
extern DICT *dict_utf8_activate(DICT *);
extern void dict_register(const char *, DICT *);
extern void dict_unregister(const char *);
extern const char *dict_flags_str(int);

/* util/mymalloc.h. 3.4 to 3.12. */
extern char *mystrdup(const char *);
extern void myfree(void *);

/* util/vstream.h, util/msg_vstream.h. 3.4 to 3.12. */
typedef struct VSTREAM VSTREAM;
extern VSTREAM *vstream_fdopen(int, int);
extern void msg_vstream_init(const char *, VSTREAM *);

/* global/mail_conf.h, global/mail_dict.h. 3.4 to 3.12. */
extern void mail_conf_read(void);
extern void mail_conf_update(const char *, const char *);
extern void mail_dict_init(void);

/* global/maps.h. 3.4 to 3.12. */
typedef struct MAPS MAPS;
extern MAPS *maps_create(const char *, const char *, int);
extern const char *maps_find(MAPS *, const char *, int);
extern MAPS *maps_free(MAPS *);

#endif
