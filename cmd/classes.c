/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * classes.c - which domains stand in a list of main.cf, for many domains: each
 *           table that it names is asked once, for all of them.
 * Knows:    how postmap(1) is asked for many keys. Not: what a list means.
 * Feeds:    routes.
 */
#include "classes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "../dict_tlspolicy/mem.h"
#include "postfix.h"
#include "run.h"

#define PROXY	"proxy:"

/*
 * What a table said of all keys.
 * text:     of postmap, cut into keys; found: n_found of them, sorted.
 * code:     TLSP_OK; or err: it cannot be asked.
 */
struct told {
	char *table;
	char *text;
	const char **found;
	size_t n_found;
	enum tlsp_code code;
	struct tlsp_err err;
};

struct fault {
	const char *list;
	char *text;
};

/*
 * keys:     domains and what is above them, with the dot and without; each
 *           once and sorted, unless is_new.
 */
struct classes {
	const struct conf *conf;
	struct tlsp_arena arena;	/* of keys */
	const char **keys;
	size_t n_keys, cap_keys;
	int is_new;
	struct told *told;
	size_t n_told, cap_told;
	struct fault *faults;
	size_t n_faults, cap_faults;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

struct classes *
classes_new(const struct conf *conf)
{
	struct classes *classes = calloc(1, sizeof(*classes));

	if (classes != NULL)
		classes->conf = conf;
	return classes;
}

static void
forget(struct classes *classes)
{
	size_t n;

	for (n = 0; n < classes->n_told; n++) {
		free(classes->told[n].table);
		free(classes->told[n].text);
		free(classes->told[n].found);
	}
	classes->n_told = 0;
}

void
classes_free(struct classes *classes)
{
	size_t n;

	if (classes == NULL)
		return;
	forget(classes);
	for (n = 0; n < classes->n_faults; n++)
		free(classes->faults[n].text);
	free(classes->faults);
	free(classes->told);
	free(classes->keys);
	tlsp_arena_clear(&classes->arena);
	free(classes);
}

static int
compare(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

static int
has(const char **list, size_t n, const char *key)
{
	return n > 0 && bsearch(&key, list, n, sizeof(*list), compare) !=
	    NULL;
}

static int
add_key(struct classes *classes, const char *key)
{
	const char **grown = tlsp_grow(classes->keys, &classes->cap_keys,
	    classes->n_keys + 1, sizeof(*grown));

	if (grown == NULL)
		return 0;
	classes->keys = grown;
	grown[classes->n_keys++] = key;
	return 1;
}

enum tlsp_code
classes_expect(struct classes *classes, const char *domain,
    struct tlsp_err *err)
{
	const char *kept, *at;

	/* postmap reads keys by the line. */
	if (*domain == '\0' || strpbrk(domain, " \t\r\n") != NULL ||
	    (!classes->is_new && has(classes->keys, classes->n_keys, domain)))
		return TLSP_OK;
	kept = tlsp_arena_dup(&classes->arena, domain, strlen(domain));
	if (kept == NULL || !add_key(classes, kept))
		return no_memory(err);
	for (at = kept; (at = strchr(at + 1, '.')) != NULL;)
		if (!add_key(classes, at) || (at[1] != '\0' &&
		    !add_key(classes, at + 1)))
			return no_memory(err);
	classes->is_new = 1;
	return TLSP_OK;
}

/* Sort the keys; what was told did not know them all. */
static void
settle(struct classes *classes)
{
	const char **keys = classes->keys;
	size_t n, kept = 0;

	if (!classes->is_new)
		return;
	classes->is_new = 0;
	forget(classes);
	qsort(keys, classes->n_keys, sizeof(*keys), compare);
	for (n = 0; n < classes->n_keys; n++)
		if (kept == 0 || strcasecmp(keys[kept - 1], keys[n]) != 0)
			keys[kept++] = keys[n];
	classes->n_keys = kept;
}

/* All keys, a line each, in a file without a name. NULL: errno. */
static FILE *
write_keys(const struct classes *classes)
{
	FILE *file = tmpfile();
	size_t n;

	for (n = 0; file != NULL && n < classes->n_keys; n++)
		(void)fprintf(file, "%s\n", classes->keys[n]);
	if (file != NULL && (fflush(file) != 0 ||
	    lseek(fileno(file), 0, SEEK_SET) < 0)) {
		(void)fclose(file);
		file = NULL;
	}
	return file;
}

/* "key<tab>value" a line: the keys. */
static enum tlsp_code
read_found(struct told *told, struct tlsp_err *err)
{
	const char **grown;
	char *line, *next, *tab;
	size_t cap = 0;

	for (line = told->text; line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		if ((tab = strchr(line, '\t')) == NULL)
			continue;
		*tab = '\0';
		grown = tlsp_grow(told->found, &cap, told->n_found + 1,
		    sizeof(*grown));
		if (grown == NULL)
			return no_memory(err);
		told->found = grown;
		grown[told->n_found++] = line;
	}
	if (told->n_found > 0)
		qsort(told->found, told->n_found, sizeof(*told->found),
		    compare);
	return TLSP_OK;
}

/* Have postmap ask a table for all keys. */
static enum tlsp_code
ask(const struct classes *classes, struct told *told, struct tlsp_err *err)
{
	const char *table = told->table;
	const char *const proxied = strncmp(table, PROXY, strlen(PROXY)) == 0 ?
	    table + strlen(PROXY) : table;
	const char *const argv[] = { "postmap", "-c",
	    conf_dir(classes->conf), "-q", "-", proxied, NULL };
	FILE *file = write_keys(classes);
	struct run said;
	enum tlsp_code code;

	if (file == NULL)
		return tlsp_err_set(err, TLSP_E_IO, NULL,
		    "cannot write a temporary file");
	code = run_program_from(argv, fileno(file), &said, err);
	(void)fclose(file);
	if (code != TLSP_OK)
		return code;
	/* It ends with 1 where nothing is found, too. */
	if (run_status(&said) != 0 && (run_status(&said) != 1 ||
	    (said.errs != NULL && strstr(said.errs, "fatal: ") != NULL)))
		code = tlsp_err_set(err, TLSP_E_IO, NULL, "%.200s cannot be "
		    "asked: %s", table, run_last_words(&said));
	told->text = said.out;
	said.out = NULL;
	run_clear(&said);
	return code == TLSP_OK ? read_found(told, err) : code;
}

/* What a table says; it is asked now, if it was not. NULL: no memory. */
static const struct told *
find(struct classes *classes, const char *table)
{
	struct told *grown, *told;
	size_t n;

	for (n = 0; n < classes->n_told; n++)
		if (strcmp(classes->told[n].table, table) == 0)
			return &classes->told[n];
	grown = tlsp_grow(classes->told, &classes->cap_told,
	    classes->n_told + 1, sizeof(*grown));
	if (grown == NULL)
		return NULL;
	classes->told = grown;
	told = memset(&grown[classes->n_told], 0, sizeof(*told));
	if ((told->table = strdup(table)) == NULL)
		return NULL;
	classes->n_told++;
	told->code = ask(classes, told, &told->err);
	return told;
}

/* A postfix_table_fn. */
static enum tlsp_code
look_up(void *ctx, const char *table, const char *key, struct tlsp_err *err)
{
	struct classes *classes = ctx;
	const struct told *told = find(classes, table);

	if (told == NULL)
		return no_memory(err);
	if (told->code != TLSP_OK) {
		*err = told->err;
		return told->code;
	}
	return has(told->found, told->n_found, key) ? TLSP_OK : TLSP_NONE;
}

/* Each reason once. */
static void
note(struct classes *classes, const char *list, const char *text)
{
	struct fault *grown;
	size_t n;

	for (n = 0; n < classes->n_faults; n++)
		if (strcmp(classes->faults[n].text, text) == 0)
			return;
	grown = tlsp_grow(classes->faults, &classes->cap_faults,
	    classes->n_faults + 1, sizeof(*grown));
	if (grown == NULL)
		return;
	classes->faults = grown;
	if ((grown[classes->n_faults].text = strdup(text)) != NULL)
		grown[classes->n_faults++].list = list;
}

int
classes_has(struct classes *classes, const char *list, const char *domain,
    int has_parents)
{
	struct tlsp_err err;
	enum tlsp_code code;
	int is = 0;

	if ((code = classes_expect(classes, domain, &err)) == TLSP_OK) {
		settle(classes);
		code = postfix_lists_by(classes->conf, list, domain,
		    has_parents, look_up, classes, &is, &err);
	}
	if (code == TLSP_OK)
		return is;
	note(classes, list, err.text);
	return -1;
}

const char *
classes_fault(const struct classes *classes, size_t n, const char **ret_list)
{
	if (n >= classes->n_faults)
		return NULL;
	*ret_list = classes->faults[n].list;
	return classes->faults[n].text;
}
