/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * abi_layout.c - print what the adapter relies on of Postfix's structures
 *           and constants, as this compiler sees them. Built with our own
 *           declarations or with real headers: the same lines must come out,
 *           but for the size of DICT, which may grow.
 */
#include <stddef.h>
#include <stdio.h>
#include <fcntl.h>

#include "../compat/postfix.h"

#define MEMBER(m) printf("%s %zu %zu\n", #m, offsetof(DICT, m), \
    sizeof(((DICT *)0)->m))
#define MKMAP_MEMBER(m) printf("mkmap.%s %zu %zu\n", #m, offsetof(MKMAP, m), \
    sizeof(((MKMAP *)0)->m))
#define VALUE(v) printf("%s %ld\n", #v, (long)(v))

/* A prototype that differs does not compile. */
#define SAME(name, ...) _Static_assert(__builtin_types_compatible_p( \
    __typeof__(name), __VA_ARGS__), #name)

SAME(dict_alloc, DICT *(const char *, const char *, ssize_t));
SAME(dict_free, void (DICT *));
SAME(dict_register, void (const char *, DICT *));
SAME(dict_unregister, void (const char *));
SAME(dict_handle, DICT *(const char *));
SAME(dict_surrogate, DICT *(const char *, const char *, int, int,
    const char *, ...));
SAME(casefoldx, char *(int, VSTRING *, const char *, ssize_t));
SAME(valid_utf8_string, int (const char *, ssize_t));
SAME(valid_utf8_hostname, int (int, const char *, int));
SAME(midna_domain_to_ascii, const char *(const char *));
SAME(midna_domain_to_utf8, const char *(const char *));
SAME(mail_conf_lookup, const char *(const char *));
SAME(mail_conf_lookup_eval, const char *(const char *));
SAME(mymalloc, void *(ssize_t));
SAME(myfree, void (void *));
SAME(vstring_alloc, VSTRING *(ssize_t));
SAME(vstring_free, VSTRING *(VSTRING *));
SAME(msg_warn, void (const char *, ...));
SAME(var_mail_version, char *);
SAME(var_procname, char *);
SAME(var_owner_uid, uid_t);
SAME(util_utf8_enable, int);
SAME(((DICT *)0)->lookup, const char *(*)(DICT *, const char *));
SAME(((DICT *)0)->update, int (*)(DICT *, const char *, const char *));
SAME(((DICT *)0)->delete, int (*)(DICT *, const char *));
SAME(((DICT *)0)->sequence, int (*)(DICT *, int, const char **,
    const char **));
SAME(((DICT *)0)->close, void (*)(DICT *));
SAME(((MKMAP *)0)->open, DICT *(*)(const char *, int, int));
SAME(((MKMAP *)0)->dict, DICT *);
SAME(((MKMAP *)0)->after_open, void (*)(MKMAP *));
SAME(((MKMAP *)0)->after_close, void (*)(MKMAP *));
SAME(((MKMAP *)0)->multi_writer, int);

int
main(void)
{
	MEMBER(type);
	MEMBER(name);
	MEMBER(flags);
	MEMBER(lookup);
	MEMBER(update);
	MEMBER(delete);
	MEMBER(sequence);
	MEMBER(lock);
	MEMBER(close);
	MEMBER(lock_type);
	MEMBER(lock_fd);
	MEMBER(stat_fd);
	MEMBER(mtime);
	MEMBER(fold_buf);
	MEMBER(owner);
	MEMBER(error);
	MEMBER(jbuf);
	MEMBER(utf8_backup);
	MEMBER(file_buf);
	MEMBER(file_b64);
	printf("owner.status %zu\n", offsetof(DICT_OWNER, status));
	printf("owner.uid %zu\n", offsetof(DICT_OWNER, uid));
	VALUE(DICT_FLAG_FIXED);
	VALUE(DICT_FLAG_FOLD_FIX);
	VALUE(DICT_FLAG_UTF8_REQUEST);
	VALUE(DICT_FLAG_UTF8_ACTIVE);
	VALUE(DICT_ERR_NONE);
	VALUE(DICT_ERR_RETRY);
	VALUE(DICT_ERR_CONFIG);
	VALUE(DICT_STAT_SUCCESS);
	VALUE(DICT_STAT_FAIL > 0);
	VALUE(DICT_STAT_ERROR < 0);
	VALUE(DICT_SEQ_FUN_FIRST);
	VALUE(DICT_SEQ_FUN_NEXT);
	VALUE(DICT_OWNER_TRUSTED);
	VALUE(DICT_OWNER_UNTRUSTED);
	VALUE(CASEF_FLAG_UTF8);
	MKMAP_MEMBER(open);
	MKMAP_MEMBER(dict);
	MKMAP_MEMBER(after_open);
	MKMAP_MEMBER(after_close);
	MKMAP_MEMBER(multi_writer);
	printf("sizeof(MKMAP) %zu\n", sizeof(MKMAP));
	printf("sizeof(DICT) %zu\n", sizeof(DICT));
	return 0;
}
