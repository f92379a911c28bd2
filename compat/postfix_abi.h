/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * postfix_abi.h - the few things of Postfix that the adapter names, where
 *           no Postfix headers are installed. In our own words; each with
 *           its file in the Postfix source and the versions it holds for.
 * Knows:    layouts and prototypes. tests/check_abi holds it against the
 *           real headers.
 */
#ifndef TLSP_POSTFIX_ABI_H
#define TLSP_POSTFIX_ABI_H

#include <sys/types.h>
#include <time.h>

/* util/vstring.h: only passed on. 3.4 to 3.12. */
typedef struct VSTRING VSTRING;

/* util/dict.h. Unchanged 3.4 to 3.12. */
typedef struct DICT_OWNER {
    int     status;			/* DICT_OWNER_... */
    uid_t   uid;
} DICT_OWNER;

#define DICT_OWNER_UNKNOWN	(-1)
#define DICT_OWNER_TRUSTED	0
#define DICT_OWNER_UNTRUSTED	1

/*
 * util/dict.h. This is the layout of 3.4 to 3.10. 3.11 appended reg_name
 * and saved_close, 16 bytes in all: whoever extends this structure must
 * keep a reserve behind it.
 */
typedef struct DICT {
    char   *type;
    char   *name;
    int     flags;
    const char *(*lookup) (struct DICT *, const char *);
    int     (*update) (struct DICT *, const char *, const char *);
    int     (*delete) (struct DICT *, const char *);
    int     (*sequence) (struct DICT *, int, const char **, const char **);
    int     (*lock) (struct DICT *, int);
    void    (*close) (struct DICT *);
    int     lock_type;
    int     lock_fd;
    int     stat_fd;
    time_t  mtime;
    VSTRING *fold_buf;
    DICT_OWNER owner;
    int     error;
    void   *jbuf;
    void   *utf8_backup;
    void   *file_buf;
    void   *file_b64;
} DICT;

/* util/dict.h. Unchanged 3.4 to 3.12. */
#define DICT_FLAG_FIXED		(1<<4)
#define DICT_FLAG_FOLD_FIX	(1<<14)
#define DICT_FLAG_UTF8_REQUEST	(1<<19)
#define DICT_FLAG_UTF8_ACTIVE	(1<<20)

#define DICT_ERR_NONE		0
#define DICT_ERR_RETRY		(-1)
#define DICT_ERR_CONFIG		(-2)

#define DICT_STAT_FAIL		1
#define DICT_STAT_SUCCESS	0
#define DICT_STAT_ERROR		(-1)

#define DICT_SEQ_FUN_FIRST	0
#define DICT_SEQ_FUN_NEXT	1

/* util/dict.h. 3.4 to 3.12. */
extern DICT *dict_alloc(const char *, const char *, ssize_t);
extern void dict_free(DICT *);
extern void dict_register(const char *, DICT *);
extern void dict_unregister(const char *);
extern DICT *dict_handle(const char *);
extern DICT *dict_surrogate(const char *, const char *, int, int,
			            const char *,...)
            __attribute__((format(printf, 5, 6)));

/* global/mkmap.h 3.4 to 3.7, util/mkmap.h 3.8 to 3.12. */
typedef struct MKMAP {
    DICT   *(*open) (const char *, int, int);
    DICT   *dict;
    void    (*after_open) (struct MKMAP *);
    void    (*after_close) (struct MKMAP *);
    int     multi_writer;
} MKMAP;

/* util/mymalloc.h. 3.4 to 3.12. */
extern void *mymalloc(ssize_t);
extern void myfree(void *);

/* util/msg.h. 3.4 to 3.12. */
extern void msg_warn(const char *,...)
            __attribute__((format(printf, 1, 2)));

/* util/vstring.h. 3.4 to 3.12. */
extern VSTRING *vstring_alloc(ssize_t);
extern VSTRING *vstring_free(VSTRING *);

/* util/stringops.h. 3.4 to 3.12. */
#define CASEF_FLAG_UTF8		(1<<0)
extern int util_utf8_enable;
extern char *casefoldx(int, VSTRING *, const char *, ssize_t);
extern int valid_utf8_string(const char *, ssize_t);

/* util/valid_utf8_hostname.h. 3.4 to 3.12. */
extern int valid_utf8_hostname(int, const char *, int);

/* util/midna_domain.h. 3.4 to 3.12, but not in a build with -DNO_EAI. */
extern const char *midna_domain_to_ascii(const char *);
extern const char *midna_domain_to_utf8(const char *);

/* global/mail_conf.h. 3.4 to 3.12. */
extern const char *mail_conf_lookup(const char *);
extern const char *mail_conf_lookup_eval(const char *);

/* global/mail_version.h. 3.4 to 3.12. */
extern char *var_mail_version;

/* global/mail_params.h. 3.4 to 3.12. */
extern char *var_procname;
extern uid_t var_owner_uid;

#endif
