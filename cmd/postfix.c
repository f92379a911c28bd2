/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * postfix.c - what the tables and lists of this Postfix say of a name.
 * Knows:    postmap(1), postconf(1), how lists and tables are asked. Not: which
 *           list means what.
 * Feeds:    route, classes.
 */
#include "postfix.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../dict_tlspolicy/maps.h"
#include "run.h"

#define DEPTH_MAX	8	/* of files that name files */

static void
first_line(const struct run *run, char *ret_line)
{
	const char *text = run->out != NULL ? run->out : "";

	(void)snprintf(ret_line, POSTFIX_VALUE, "%.*s",
	    (int)strcspn(text, "\n"), text);
}

/* One table: TLSP_NONE: it has nothing. */
static enum tlsp_code
ask_one(const struct conf *conf, const char *table, const char *key,
    char *value, struct tlsp_err *err)
{
	const char *const args[] = { "postmap", "-c", conf_dir(conf), "-q",
	    key, table, NULL };
	struct run said;
	enum tlsp_code code;

	/* postmap reads keys from "-", and a line end ends one. */
	if (*key == '\0' || strcmp(key, "-") == 0 || strchr(key, '\n') != NULL)
		return TLSP_NONE;
	if ((code = run_program(args, &said, err)) != TLSP_OK)
		return code;
	if (run_status(&said) == 0)
		first_line(&said, value);
	else if (run_status(&said) == 1 && (said.errs == NULL ||
	    strstr(said.errs, "fatal: ") == NULL))
		code = TLSP_NONE;
	else
		code = tlsp_err_set(err, TLSP_E_IO, NULL, "%.200s cannot be "
		    "asked for \"%.100s\": %s", table, key,
		    run_last_words(&said));
	run_clear(&said);
	return code;
}

/* Tables of patterns are asked for whole addresses only. */
static int
is_pattern(const char *table)
{
	static const char *const types[] = {
		"regexp:", "pcre:", "cidr:", "tcp:"
	};
	size_t n;

	if (strncmp(table, "proxy:", strlen("proxy:")) == 0)
		table += strlen("proxy:");
	for (n = 0; n < sizeof(types) / sizeof(types[0]); n++)
		if (strncmp(table, types[n], strlen(types[n])) == 0)
			return 1;
	return 0;
}

enum tlsp_code
postfix_ask(const struct conf *conf, const char *maps, const char *key,
    int is_partial, char *value, char *table, struct tlsp_err *err)
{
	const char *list = conf_get(conf, maps), *name;
	enum tlsp_code code = TLSP_NONE;
	size_t len;

	while (code == TLSP_NONE && list != NULL &&
	    (name = tlsp_maps_next(&list, &len)) != NULL) {
		(void)snprintf(table, POSTFIX_VALUE, "%.*s", (int)len, name);
		if (!is_partial || !is_pattern(table))
			code = ask_one(conf, table, key, value, err);
	}
	return code;
}

/* A list that is being gone through. */
struct list {
	const char *domain;
	int has_parents;
	int is_parent_style;
	int depth;
	postfix_table_fn ask;
	void *ctx;
};

/* Does a name of a list mean this domain? */
static int
is_name(const struct list *list, const char *name)
{
	const size_t len = strlen(name), all = strlen(list->domain);
	const char *tail = all > len ? list->domain + all - len : NULL;

	if (strcasecmp(name, list->domain) == 0)
		return 1;
	if (!list->has_parents || tail == NULL || strcasecmp(tail, name) != 0)
		return 0;
	return list->is_parent_style ? tail[-1] == '.' : name[0] == '.';
}

/* A table of a list, for the domain and perhaps its parents. */
static enum tlsp_code
is_in_table(const struct list *list, const char *table, int *ret_is,
    struct tlsp_err *err)
{
	const char *name = list->domain;
	enum tlsp_code code = TLSP_NONE;

	while (name != NULL && *name != '\0') {
		if ((code = list->ask(list->ctx, table, name, err)) !=
		    TLSP_NONE || !list->has_parents || is_pattern(table))
			break;
		if ((name = strchr(name + 1, '.')) != NULL &&
		    list->is_parent_style)
			name++;
	}
	*ret_is = code == TLSP_OK;
	return code == TLSP_NONE ? TLSP_OK : code;
}

static enum tlsp_code in_text(const struct list *, const char *text,
    int *ret_found, int *ret_is, struct tlsp_err *err);

/* The names that stand in a file. */
static enum tlsp_code
in_file(struct list list, const char *path, int *ret_found, int *ret_is,
    struct tlsp_err *err)
{
	FILE *file = list.depth++ < DEPTH_MAX ? fopen(path, "re") : NULL;
	enum tlsp_code code = TLSP_OK;
	char *line = NULL;
	size_t cap = 0;

	if (file == NULL)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "a list of main.cf "
		    "names the file %.200s, which cannot be read", path);
	while (code == TLSP_OK && !*ret_found &&
	    getline(&line, &cap, file) >= 0)
		if (line[strspn(line, " \t")] != '#')
			code = in_text(&list, line, ret_found, ret_is, err);
	free(line);
	(void)fclose(file);
	return code;
}

/* One element. ret_found: it speaks of the domain; ret_is: and what. */
static enum tlsp_code
in_item(const struct list *list, const char *item, int *ret_found, int *ret_is,
    struct tlsp_err *err)
{
	enum tlsp_code code = TLSP_OK;
	int is = 1;

	for (; *item == '!'; item++)
		is = !is;
	if (*item == '/') {
		code = in_file(*list, item, ret_found, ret_is, err);
		if (*ret_found && !is)
			*ret_is = !*ret_is;
		return code;
	}
	if (strchr(item, ':') != NULL && *item != '[')
		code = is_in_table(list, item, ret_found, err);
	else
		*ret_found = is_name(list, item);
	*ret_is = is;
	return code;
}

static enum tlsp_code
in_text(const struct list *list, const char *text, int *ret_found,
    int *ret_is, struct tlsp_err *err)
{
	char item[POSTFIX_VALUE];
	enum tlsp_code code = TLSP_OK;
	const char *name;
	size_t len;

	while (code == TLSP_OK && !*ret_found &&
	    (name = tlsp_maps_next(&text, &len)) != NULL) {
		(void)snprintf(item, sizeof(item), "%.*s", (int)len, name);
		code = in_item(list, item, ret_found, ret_is, err);
	}
	return code;
}

enum tlsp_code
postfix_lists_by(const struct conf *conf, const char *name,
    const char *domain, int has_parents, postfix_table_fn ask, void *ctx,
    int *ret_is, struct tlsp_err *err)
{
	const struct list list = { domain, has_parents,
	    postfix_is_parent_style(conf, name), 0, ask, ctx };
	const char *text = conf_get(conf, name);
	enum tlsp_code code;
	int found = 0, is = 0;

	code = in_text(&list, text != NULL ? text : "", &found, &is, err);
	*ret_is = found && is;
	return code;
}

/* A process a question. */
static enum tlsp_code
ask_table(void *ctx, const char *table, const char *key, struct tlsp_err *err)
{
	char value[POSTFIX_VALUE];

	return ask_one(ctx, table, key, value, err);
}

enum tlsp_code
postfix_lists(const struct conf *conf, const char *name, const char *domain,
    int has_parents, int *ret_is, struct tlsp_err *err)
{
	return postfix_lists_by(conf, name, domain, has_parents, ask_table,
	    (void *)(uintptr_t)conf, ret_is, err);
}

int
postfix_is_parent_style(const struct conf *conf, const char *feature)
{
	const char *list = conf_get(conf, "parent_domain_matches_subdomains");
	const char *name;
	size_t len;

	while (list != NULL && (name = tlsp_maps_next(&list, &len)) != NULL)
		if (strlen(feature) == len && strncmp(name, feature, len) == 0)
			return 1;
	return 0;
}

enum tlsp_code
postfix_service(const struct conf *conf, const char *name, char *ret_line,
    struct tlsp_err *err)
{
	char service[POSTFIX_VALUE];
	const char *const args[] = { "postconf", "-c", conf_dir(conf), "-M",
	    service, NULL };
	struct run said;
	enum tlsp_code code;

	(void)snprintf(service, sizeof(service), "%s/unix", name);
	if ((code = run_program(args, &said, err)) != TLSP_OK)
		return code;
	first_line(&said, ret_line);
	if (run_status(&said) != 0)
		code = tlsp_err_set(err, TLSP_E_IO, NULL, "postconf cannot "
		    "read master.cf: %s", run_last_words(&said));
	else if (*ret_line == '\0')
		code = TLSP_NONE;
	run_clear(&said);
	return code;
}
