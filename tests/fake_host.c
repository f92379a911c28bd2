/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fake_host.c - a few dozen lines of a Postfix, to load the real module
 *           where no Postfix is: under sanitizers, and with a DICT that has
 *           grown as it did in 3.11.
 * Usage:    fake_host MODULE.so TABLE GROWTH KEY...
 *           fake_host MODULE.so TABLE GROWTH -w
 *           GROWTH: pointers that this host has behind the DICT of 3.10.
 *           -Dcasefoldx=other when it is compiled: a host without that.
 *           -w: as postmap(1): make the index.
 *           A key that is "-": go on when standard input says so.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../compat/postfix_abi.h"

struct VSTRING {
	char text[512];
};

int util_utf8_enable = 0;
char *var_mail_version = NULL;
char *var_procname = NULL;
uid_t var_owner_uid = 12345;

static size_t growth;

/* As mymalloc(3): in front of each block a signature, and how long it is. */
struct block {
	int signature;
	ssize_t length;
};

void *
mymalloc(ssize_t len)
{
	struct block *block = malloc(sizeof(*block) + (size_t)len);

	*block = (struct block){ 0xdead, len };
	return block + 1;
}

void
myfree(void *memory)
{
	free((struct block *)memory - 1);
}

DICT *
dict_alloc(const char *type, const char *name, ssize_t size)
{
	DICT *dict = mymalloc(size);

	/* As dict_alloc(3): its own members, nothing behind them. */
	memset(dict, 0xA5, (size_t)size);
	memset(dict, 0, sizeof(*dict));
	dict->type = strdup(type);
	dict->name = strdup(name);
	dict->lock_fd = dict->stat_fd = -1;
	if ((size_t)size >= sizeof(*dict) + growth * sizeof(void *))
		memset(dict + 1, 0, growth * sizeof(void *));
	return dict;
}

void
dict_free(DICT *dict)
{
	free(dict->type);
	free(dict->name);
	myfree(dict);
}

/* A table as this host's own are: DICT with its growth, and an integer. */
DICT *
dict_fail_open(const char *name, int open_flags, int dict_flags)
{
	DICT *dict = dict_alloc("fail", name, (ssize_t)(sizeof(*dict) +
	    (growth + 1) * sizeof(void *)));

	(void)open_flags;
	dict->flags = dict_flags;
	dict->close = dict_free;
	return dict;
}

DICT *
dict_surrogate(const char *type, const char *name, int open_flags,
    int dict_flags, const char *fmt, ...)
{
	va_list ap;

	(void)open_flags;
	(void)dict_flags;
	fprintf(stderr, "surrogate %s:%s: ", type, name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	exit(1);
}

void
msg_warn(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "warning: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
}

VSTRING *
vstring_alloc(ssize_t len)
{
	(void)len;
	return calloc(1, sizeof(VSTRING));
}

VSTRING *
vstring_free(VSTRING *buf)
{
	free(buf);
	return NULL;
}

char *
casefoldx(int flags, VSTRING *dest, const char *src, ssize_t len)
{
	(void)flags;
	(void)len;
	snprintf(dest->text, sizeof(dest->text), "%s", src);
	return dest->text;
}

int
valid_utf8_string(const char *text, ssize_t len)
{
	(void)text;
	(void)len;
	return 1;
}

int
valid_utf8_hostname(int enable, const char *name, int gripe)
{
	(void)enable;
	(void)name;
	(void)gripe;
	return 0;
}

const char *
mail_conf_lookup(const char *name)
{
	(void)name;
	return NULL;
}

const char *
mail_conf_lookup_eval(const char *name)
{
	(void)name;
	return NULL;
}

/*
 * What dict_register() of 3.11 does to every table: a name and the table's
 * own close function are kept behind the DICT of old.
 */
static void
register_dict(DICT *dict, void **ret_close)
{
	size_t n;
	void *member;

	memcpy(ret_close, &dict->close, sizeof(*ret_close));
	for (n = 0; n < growth; n++) {
		member = strdup("registered");
		memcpy((char *)dict + sizeof(*dict) + n * sizeof(member),
		    &member, sizeof(member));
	}
}

/* At the end: what the host put there must still be there. */
static int
unregister_dict(DICT *dict)
{
	size_t n;
	char *member;

	for (n = 0; n < growth; n++) {
		memcpy(&member, (char *)dict + sizeof(*dict) +
		    n * sizeof(member), sizeof(member));
		if (strcmp(member, "registered") != 0)
			return -1;
		free(member);
	}
	return 0;
}

/* As dict_register(3) and its kin, for one table beside the first. */

static DICT *registered;
static char *registered_name;
static void (*registered_close)(DICT *);

DICT *
dict_handle(const char *name)
{
	return registered != NULL && strcmp(registered_name, name) == 0 ?
	    registered : NULL;
}

void
dict_register(const char *name, DICT *dict)
{
	if (registered != NULL)
		abort();
	registered = dict;
	registered_name = strdup(name);
	register_dict(dict, (void **)&registered_close);
	printf("watched\t%s\n", name);
}

void
dict_unregister(const char *name)
{
	if (dict_handle(name) == NULL || unregister_dict(registered) < 0)
		abort();
	registered_close(registered);
	free(registered_name);
	registered = NULL;
}

/* As mkmap_open(3), one mkmap_append(3), mkmap_close(3). */
static int
write_index(void *module, const char *path)
{
	MKMAP *(*open_fn)(const char *);
	MKMAP *mkmap;
	void *saved_close;
	int status;

	*(void **)&open_fn = dlsym(module, "mkmap_tlspolicy_open");
	if (open_fn == NULL)
		return 1;
	mkmap = open_fn(path);
	mkmap->dict = mkmap->open(path, O_RDWR | O_CREAT | O_TRUNC,
	    DICT_FLAG_FOLD_FIX);
	if (mkmap->after_open != NULL)
		mkmap->after_open(mkmap);
	register_dict(mkmap->dict, &saved_close);
	status = mkmap->dict->update(mkmap->dict, "key", "value");
	if (unregister_dict(mkmap->dict) < 0) {
		fprintf(stderr, "the module wrote over the host's members\n");
		return 1;
	}
	mkmap->dict->close(mkmap->dict);
	if (mkmap->after_close != NULL)
		mkmap->after_close(mkmap);
	myfree(mkmap);
	return status != DICT_STAT_SUCCESS;
}

/* Keys looked up, and all rules listed. */
static int
read_table(void *module, const char *path, char **keys)
{
	DICT *(*open_fn)(const char *, int, int);
	DICT *dict;
	const char *answer, *key;
	void *saved_close;
	int function = DICT_SEQ_FUN_FIRST;

	*(void **)&open_fn = dlsym(module, "dict_tlspolicy_open");
	if (open_fn == NULL)
		return 1;
	dict = open_fn(path, O_RDONLY, DICT_FLAG_FOLD_FIX);
	register_dict(dict, &saved_close);
	for (; *keys != NULL; keys++) {
		if (strcmp(*keys, "-") == 0) {
			(void)fflush(stdout);
			(void)getchar();
			continue;
		}
		answer = dict->lookup(dict, *keys);
		printf("%s\t%s\n", *keys, answer != NULL ? answer :
		    dict->error == 0 ? "(none)" : "(error)");
	}
	while (dict->sequence(dict, function, &key, &answer) == 0) {
		printf("list\t%s\t%s\n", key, answer);
		function = DICT_SEQ_FUN_NEXT;
	}
	if (unregister_dict(dict) < 0) {
		fprintf(stderr, "the module wrote over the host's members\n");
		return 1;
	}
	dict->close(dict);
	return registered != NULL;
}

int
main(int argc, char **argv)
{
	void *module;

	if (argc < 5) {
		fprintf(stderr, "usage: fake_host module table growth key\n");
		return 2;
	}
	growth = strtoul(argv[3], NULL, 10);
	if ((module = dlopen(argv[1], RTLD_NOW)) == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	/* Not dlclose(): a leak report needs the module's names. */
	return strcmp(argv[4], "-w") == 0 ? write_index(module, argv[2]) :
	    read_table(module, argv[2], argv + 4);
}
