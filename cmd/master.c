/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * master.c - the services of master.cf, and what they set for themselves.
 * Knows:    columns of master.cf, as postconf(1) prints them. Not: any
 *           parameter.
 * Feeds:    check, doctor.
 * Source:   master(5); postconf(1), options -M, -P and -x.
 */
#include "master.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

#define PROGRAM		"postconf"
#define BLANKS		" \t"
#define NAME_SIZE	300

/* Columns behind the type: private, unprivileged, chroot, wakeup, limit. */
enum { NAME, TYPE, CHROOT = 4, COMMAND = 7, N_COLUMNS };

struct master {
	char *lines;
	struct master_service *services;
	size_t n;
	struct conf *overrides;
};

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

/* Cut a line into its columns. 0: it has too few. */
static int
read_line(char *line, int is_chrooted, struct master_service *ret_service)
{
	char *columns[N_COLUMNS];
	int n;

	for (n = 0; n < N_COLUMNS; n++) {
		line += strspn(line, BLANKS);
		if (*line == '\0')
			return 0;
		columns[n] = line;
		line += strcspn(line, BLANKS);
		if (*line != '\0')
			*line++ = '\0';
	}
	ret_service->name = columns[NAME];
	ret_service->type = columns[TYPE];
	ret_service->command = columns[COMMAND];
	ret_service->is_chrooted = strcmp(columns[CHROOT], "-") == 0 ?
	    is_chrooted : strcmp(columns[CHROOT], "y") == 0;
	return 1;
}

enum tlsp_code
master_parse(char *lines, char *overrides, int is_chrooted,
    struct master **ret_master, struct tlsp_err *err)
{
	struct master *master = calloc(1, sizeof(*master));
	char *line, *next;
	size_t n_lines = 1;
	enum tlsp_code code;

	for (line = lines; (line = strchr(line, '\n')) != NULL; line++)
		n_lines++;
	if (master == NULL || (master->services = calloc(n_lines,
	    sizeof(*master->services))) == NULL) {
		free(master);
		free(lines);
		free(overrides);
		return no_memory(err);
	}
	master->lines = lines;
	for (line = lines; line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		if (read_line(line, is_chrooted,
		    &master->services[master->n]))
			master->n++;
	}
	if ((code = conf_parse(overrides, &master->overrides, err)) !=
	    TLSP_OK) {
		master_free(master);
		return code;
	}
	*ret_master = master;
	return TLSP_OK;
}

/* One of its outputs; where nothing is set, it is empty. Owned. */
static enum tlsp_code
ask(const char *dir, const char *option, char **ret_text,
    struct tlsp_err *err)
{
	const char *const with[] = { PROGRAM, option, "-c", dir, NULL };
	const char *const without[] = { PROGRAM, option, NULL };
	struct run done;
	enum tlsp_code code;

	if ((code = run_program(dir != NULL ? with : without, &done, err)) !=
	    TLSP_OK)
		return code;
	if (run_status(&done) != 0)
		code = tlsp_err_set(err, TLSP_E_IO, NULL, "%s cannot read "
		    "master.cf: %s", done.path, run_last_words(&done));
	else if (done.out == NULL && (done.out = strdup("")) == NULL)
		code = no_memory(err);
	if (code == TLSP_OK) {
		*ret_text = done.out;
		done.out = NULL;
	}
	run_clear(&done);
	return code;
}

/* What "-" means: it was "y" until compatibility level 1. */
static int
default_chroot(const struct conf *conf)
{
	const char *level = conf_get(conf, "compatibility_level");

	return level != NULL && atoi(level) < 1;
}

enum tlsp_code
master_load(const char *dir, const struct conf *conf,
    struct master **ret_master, struct tlsp_err *err)
{
	char *lines, *overrides;
	enum tlsp_code code;

	if ((code = ask(dir, "-M", &lines, err)) != TLSP_OK)
		return code;
	if ((code = ask(dir, "-Px", &overrides, err)) != TLSP_OK) {
		free(lines);
		return code;
	}
	return master_parse(lines, overrides, default_chroot(conf),
	    ret_master, err);
}

void
master_free(struct master *master)
{
	if (master == NULL)
		return;
	conf_free(master->overrides);
	free(master->services);
	free(master->lines);
	free(master);
}

const struct master_service *
master_find(const struct master *master, const char *command, size_t n)
{
	size_t at;

	for (at = 0; at < master->n; at++)
		if (strcmp(master->services[at].command, command) == 0 &&
		    n-- == 0)
			return &master->services[at];
	return NULL;
}

const struct master_service *
master_transport(const struct master *master, const char *name)
{
	size_t n;

	for (n = 0; n < master->n; n++)
		if (strcmp(master->services[n].name, name) == 0 &&
		    strcmp(master->services[n].type, "unix") == 0)
			return &master->services[n];
	return NULL;
}

const char *
master_override(const struct master *master,
    const struct master_service *service, const char *name)
{
	char key[NAME_SIZE];

	if (snprintf(key, sizeof(key), "%s/%s/%s", service->name,
	    service->type, name) >= (int)sizeof(key))
		return NULL;
	return conf_get(master->overrides, key);
}
