/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * conf.c - Postfix's configuration, as postconf(1) tells it.
 * Knows:    how postconf is asked, and what it prints. Not: any parameter.
 * Feeds:    host, tables, demand, dns, the verbs.
 * Source:   postconf(1), options -c and -x.
 */
#include "conf.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "run.h"

#define PROGRAM		"postconf"
#define BLANKS		" \t\r\n"

struct param {
	const char *name;
	const char *value;
};

struct conf {
	char *text;
	struct param *params;
	size_t n_params;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

static int
compare(const void *one, const void *other)
{
	return strcmp(((const struct param *)one)->name,
	    ((const struct param *)other)->name);
}

/* One line: "name = value". NULL: it is something else. */
static const char *
split(char *line)
{
	char *cp = line + strcspn(line, "= \t"), *end;

	if (cp == line || cp[strspn(cp, " \t")] != '=')
		return NULL;
	end = cp + strspn(cp, " \t") + 1;
	*cp = '\0';
	end += strspn(end, BLANKS);
	for (cp = end + strlen(end); cp > end && strchr(BLANKS, cp[-1]); )
		*--cp = '\0';
	return end;
}

enum tlsp_code
conf_parse(char *text, struct conf **ret_conf, struct tlsp_err *err)
{
	struct conf *conf;
	char *line, *next;
	size_t n_lines = 1;

	for (line = text; (line = strchr(line, '\n')) != NULL; line++)
		n_lines++;
	if ((conf = calloc(1, sizeof(*conf))) == NULL ||
	    (conf->params = calloc(n_lines, sizeof(*conf->params))) == NULL) {
		free(conf);
		free(text);
		return no_memory(err);
	}
	conf->text = text;
	for (line = text; line != NULL; line = next) {
		struct param *param = &conf->params[conf->n_params];

		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		param->name = line;
		if ((param->value = split(line)) != NULL)
			conf->n_params++;
	}
	qsort(conf->params, conf->n_params, sizeof(*conf->params), compare);
	*ret_conf = conf;
	return TLSP_OK;
}

void
conf_free(struct conf *conf)
{
	if (conf == NULL)
		return;
	free(conf->params);
	free(conf->text);
	free(conf);
}

const char *
conf_get(const struct conf *conf, const char *name)
{
	const struct param key = { name, NULL };
	const struct param *param = bsearch(&key, conf->params, conf->n_params,
	    sizeof(*conf->params), compare);

	return param == NULL ? NULL : param->value;
}

int
conf_is_yes(const struct conf *conf, const char *name)
{
	const char *value = conf_get(conf, name);

	return value != NULL && strcasecmp(value, "yes") == 0;
}

const char *
conf_dir(const struct conf *conf)
{
	const char *dir = conf_get(conf, "config_directory");

	return dir != NULL ? dir : "/etc/postfix";
}

/* What a run came to. */
static enum tlsp_code
judge(struct run *done, struct conf **ret_conf, struct tlsp_err *err)
{
	char *text = done->out;

	if (run_status(done) != 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "%s cannot read the "
		    "configuration of Postfix: %s", done->path,
		    run_last_words(done));
	if (done->n_out == 0)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "%s -x prints "
		    "nothing", done->path);
	if (strlen(text) != done->n_out)
		return tlsp_err_set(err, TLSP_E_IO, NULL, "%s -x prints a NUL "
		    "byte", done->path);
	done->out = NULL;
	return conf_parse(text, ret_conf, err);
}

enum tlsp_code
conf_load(const char *dir, struct conf **ret_conf, struct tlsp_err *err)
{
	const char *const with[] = { PROGRAM, "-c", dir, "-x", NULL };
	const char *const without[] = { PROGRAM, "-x", NULL };
	struct run done;
	enum tlsp_code code;

	if ((code = run_program(dir != NULL ? with : without, &done, err)) !=
	    TLSP_OK)
		return code;
	code = judge(&done, ret_conf, err);
	run_clear(&done);
	return code;
}
