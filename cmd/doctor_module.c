/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor_module.c - is the module registered, safe, and does Postfix load it?
 * Knows:    dynamicmaps.cf, postconf -m, postmap -q. Not: rules.
 * Feeds:    doctor.
 * Source:   Postfix util/dynamicmaps.c, 3.4 to 3.12.
 */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "run.h"

#define TYPE		"tlspolicy"
#define BLANKS		" \t\r\n"
/* The last Postfix whose inside the module was tried in. */
#define NEWEST		TLSP_POSTFIX(3, 12)

/* What the files of registrations say of our type. */
struct registration {
	struct doctor *doctor;
	char so[PATH_MAX];	/* "": none */
	char file[PATH_MAX];	/* that names it */
	size_t n;
};

/* Does Postfix say that it knows the type? -1: it cannot be asked. */
static int
is_listed(struct doctor *doctor)
{
	const char *const with[] = { "postconf", "-m", "-c", doctor->dir,
	    NULL };
	const char *const without[] = { "postconf", "-m", NULL };
	struct run done;
	struct tlsp_err err;
	const char *line;
	size_t len;
	int found = 0;

	if (run_program(doctor->dir != NULL ? with : without, &done, &err) !=
	    TLSP_OK) {
		doctor_say(doctor, DOCTOR_NOT_LOOKED, NULL, "which types of "
		    "tables Postfix knows: %s", err.text);
		return -1;
	}
	for (line = done.out; line != NULL && *line != '\0'; line += len) {
		len = strcspn(line, "\n");
		found |= len == strlen(TYPE) && strncmp(line, TYPE, len) == 0;
		len += line[len] == '\n';
	}
	if (run_status(&done) != 0) {
		doctor_say(doctor, DOCTOR_REGISTRATION, NULL, "postconf -m "
		    "fails: %s", run_last_words(&done));
		found = -1;
	}
	run_clear(&done);
	return found;
}

/* Only root's files, that nobody else writes, are believed by Postfix. */
static const char *
distrust(const struct stat *st)
{
	if (st->st_uid != 0)
		return "it does not belong to root";
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return "others can write it";
	return NULL;
}

/* A line of a file of registrations: is it ours? */
static void
read_line(struct registration *reg, const char *file, unsigned line,
    char *text)
{
	char *save, *word = strtok_r(text, BLANKS, &save), *so;
	const char *shlib;

	if (*text == '#' || word == NULL || strcmp(word, TYPE) != 0)
		return;
	if ((so = strtok_r(NULL, BLANKS, &save)) == NULL ||
	    strtok_r(NULL, BLANKS, &save) == NULL) {
		doctor_say(reg->doctor, DOCTOR_REGISTRATION, file, "line %u: "
		    "%s needs a file and a function", line, TYPE);
		return;
	}
	if (reg->n++ > 0) {
		doctor_say(reg->doctor, DOCTOR_REGISTERED_TWICE, file,
		    "line %u registers %s, and so does %s", line, TYPE,
		    reg->file);
		return;
	}
	shlib = *so == '/' ? "" : doctor_get(reg->doctor, "shlib_directory");
	(void)snprintf(reg->so, sizeof(reg->so), "%s%s%s", shlib,
	    *so == '/' ? "" : "/", so);
	(void)snprintf(reg->file, sizeof(reg->file), "%s", file);
}

static void
read_file(struct registration *reg, const char *file)
{
	FILE *in = fopen(file, "re");
	char *text = NULL;
	size_t size = 0, before = reg->n;
	unsigned line = 0;
	struct stat st = { .st_mode = 0 };
	const char *why;

	if (in == NULL) {
		if (errno != ENOENT)
			doctor_say(reg->doctor, DOCTOR_REGISTRATION, file,
			    "cannot read it: %s", strerror(errno));
		return;
	}
	/* A folder cannot be read, and Postfix passes it over. */
	(void)fstat(fileno(in), &st);
	while (getline(&text, &size, in) > 0)
		read_line(reg, file, ++line, text);
	free(text);
	(void)fclose(in);
	if (reg->n > before && (why = distrust(&st)) != NULL)
		doctor_say(reg->doctor, DOCTOR_REGISTRATION, file, "%s", why);
}

/* dynamicmaps.cf, then whatever lies in dynamicmaps.cf.d. */
static void
read_all(struct registration *reg)
{
	const char *meta = doctor_get(reg->doctor, "meta_directory");
	char path[PATH_MAX];
	const struct dirent *entry;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "%s/dynamicmaps.cf", meta);
	read_file(reg, path);
	(void)snprintf(path, sizeof(path), "%s/dynamicmaps.cf.d", meta);
	if ((dir = opendir(path)) == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (snprintf(path, sizeof(path), "%s/dynamicmaps.cf.d/%s",
		    meta, entry->d_name) < (int)sizeof(path))
			read_file(reg, path);
	}
	(void)closedir(dir);
}

/* Is the file there that is registered, and does Postfix believe it? */
static int
is_usable(struct doctor *doctor, const struct registration *reg)
{
	struct stat st;
	const char *why;

	if (stat(reg->so, &st) < 0) {
		doctor_say(doctor, DOCTOR_MODULE_FILE, reg->so, "%s; %s "
		    "registers it", strerror(errno), reg->file);
		return 0;
	}
	if ((why = distrust(&st)) != NULL) {
		doctor_say(doctor, DOCTOR_MODULE_FILE, reg->so, "%s", why);
		return 0;
	}
	doctor_fine(doctor, "the module %s is registered by %s, and is root's",
	    reg->so, reg->file);
	return 1;
}

/* Have a program of Postfix's open the table, as smtp(8) will. */
static void
try(struct doctor *doctor, const char *path)
{
	const char *const with[] = { "postmap", "-c", doctor->dir, "-q",
	    "doctor.invalid", path, NULL };
	const char *const without[] = { "postmap", "-q", "doctor.invalid",
	    path, NULL };
	struct run done;
	struct tlsp_err err;

	if (run_program(doctor->dir != NULL ? with : without, &done, &err) !=
	    TLSP_OK) {
		doctor_say(doctor, DOCTOR_MODULE_FAILS, NULL, "postmap -q ... "
		    "%s: %s", path, err.text);
		return;
	}
	if (run_status(&done) > 1 || (done.errs != NULL &&
	    strstr(done.errs, "fatal: ") != NULL))
		doctor_say(doctor, DOCTOR_MODULE_FAILS, NULL, "postmap -q ... "
		    "%s fails: %s", path, run_last_words(&done));
	else
		doctor_fine(doctor, "Postfix loads the module and asks it "
		    "(postmap -q ... %s)", path);
	run_clear(&done);
}

static void
check_version(struct doctor *doctor)
{
	const char *version = doctor_get(doctor, "mail_version");
	const int postfix = doctor->tables.host.postfix;

	if (postfix == TLSP_POSTFIX_ANY)
		doctor_say_setting(doctor, DOCTOR_VERSION, "mail_version",
		    "mail_version is \"%.40s\", which does not go with the "
		    "parameters of this Postfix", version);
	else if (postfix > NEWEST)
		doctor_say(doctor, DOCTOR_VERSION, NULL, "this is Postfix "
		    "%.40s; the module was tried in 3.4 to 3.12", version);
	else
		doctor_fine(doctor, "Postfix %s: the module knows 3.4 to 3.12",
		    version);
}

void
doctor_module(struct doctor *doctor)
{
	const struct tables_map *map = tables_ours(&doctor->tables, 0);
	struct registration reg = { doctor, "", "", 0 };
	const int listed = is_listed(doctor);
	char spec[PATH_MAX];

	read_all(&reg);
	if (map == NULL) {
		doctor_say_setting(doctor, DOCTOR_NO_TABLE,
		    "smtp_tls_policy_maps", "smtp_tls_policy_maps names no "
		    "tlspolicy: table%s; it is \"%.200s\"", listed == 0 ?
		    ", nor does Postfix know the type" : "",
		    doctor_get(doctor, "smtp_tls_policy_maps"));
		return;
	}
	check_version(doctor);
	if (listed == 0)
		doctor_say(doctor, DOCTOR_NOT_REGISTERED, NULL, "no file in "
		    "%s registers the type tlspolicy (postconf -m)",
		    doctor_get(doctor, "meta_directory"));
	if (listed != 1 || (reg.n > 0 && !is_usable(doctor, &reg)) ||
	    tlsp_table_fault(map->table) != NULL)
		return;
	if (snprintf(spec, sizeof(spec), "%s:%s", TYPE, map->path) <
	    (int)sizeof(spec))
		try(doctor, spec);
}
