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
#define VALUE(v) printf("%s %ld\n", #v, (long)(v))

/* A prototype that differs would not compile. */
DICT *(*const use_dict_alloc)(const char *, const char *, ssize_t) = dict_alloc;
void (*const use_dict_free)(DICT *) = dict_free;
char *(*const use_casefoldx)(int, VSTRING *, const char *, ssize_t) =
    casefoldx;
int (*const use_valid_utf8_string)(const char *, ssize_t) = valid_utf8_string;
int (*const use_valid_utf8_hostname)(int, const char *, int) =
    valid_utf8_hostname;
const char *(*const use_to_ascii)(const char *) = midna_domain_to_ascii;
const char *(*const use_to_utf8)(const char *) = midna_domain_to_utf8;
const char *(*const use_lookup_eval)(const char *) = mail_conf_lookup_eval;
VSTRING *(*const use_vstring_alloc)(ssize_t) = vstring_alloc;
VSTRING *(*const use_vstring_free)(VSTRING *) = vstring_free;
char **const use_version = &var_mail_version;
char **const use_procname = &var_procname;
uid_t *const use_owner = &var_owner_uid;
int *const use_utf8 = &util_utf8_enable;
void (*const use_msg_warn)(const char *, ...) = msg_warn;
DICT *(*const use_surrogate)(const char *, const char *, int, int,
    const char *, ...) = dict_surrogate;

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
	printf("sizeof(DICT) %zu\n", sizeof(DICT));
	return 0;
}
