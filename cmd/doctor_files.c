/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor_files.c - are the files of the table safe, readable, and of today?
 * Knows:    rules, pins, tables of other types, time stamps. Not: what is in
 *           them.
 * Feeds:    doctor.
 */
#include "doctor.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../dict_tlspolicy/maps.h"
#include "../dict_tlspolicy/store.h"
#include "clock.h"
#include "host.h"
#include "out_text.h"

#define PROXY		"proxy:"
#define FUTURE_S	300	/* clocks of two machines differ by less */

/* Those that are made of a text beside them, or are one. */
static const char *const TEXT_TYPES[] = { "hash", "btree", "texthash", "cdb",
    "lmdb", "dbm", "sdbm" };

/* Behind proxymap(8) a table is opened as the mail owner, in no jail. */
static void
check_proxy(struct doctor *doctor, const struct tables_map *map)
{
	const int error = doctor_reach(doctor, NULL, map->path);

	if (error > 0)
		doctor_say(doctor, DOCTOR_PROXY, map->path, "user %s cannot "
		    "read it: %s; main.cf has %s", doctor->owner,
		    strerror(error), map->spec);
	else if (error == 0)
		doctor_fine(doctor, "proxymap(8) can read %s as user %s",
		    map->path, doctor->owner);
}

static void
check_pins(struct doctor *doctor, const struct tables_map *map)
{
	char path[PATH_MAX];
	struct tlsp_file file;
	struct tlsp_store *store;
	struct tlsp_err err;
	enum tlsp_code code;

	(void)snprintf(path, sizeof(path), "%s%s", map->path,
	    TLSP_STORE_SUFFIX);
	if (access(path, R_OK) < 0 && errno == EACCES && geteuid() != 0) {
		doctor_say(doctor, DOCTOR_NOT_LOOKED, path, "only root can "
		    "look at the fingerprints");
		return;
	}
	code = tlsp_store_open(map->path, host_caller(doctor->conf), &store,
	    &file, &err);
	if (code == TLSP_OK) {
		tlsp_store_close(store);
		doctor_fine(doctor, "the fingerprints in %s are root's, and "
		    "readable", path);
		return;
	}
	tlsp_file_close(&file);
	if (code != TLSP_NONE)
		doctor_say(doctor, DOCTOR_PINS, path, "%s", err.text);
}

static void
check_ours(struct doctor *doctor, const struct tables_map *map)
{
	const struct tlsp_err *fault = tlsp_table_fault(map->table);

	if (fault != NULL && geteuid() != 0 &&
	    access(map->path, R_OK) < 0 && errno == EACCES) {
		doctor_say(doctor, DOCTOR_NOT_LOOKED, map->path, "only root "
		    "can look at the rules");
		return;
	}
	if (fault != NULL) {
		doctor_say(doctor, DOCTOR_TABLE, map->path, "%s",
		    fault->text);
		return;
	}
	doctor_fine(doctor, "the rules in %s and their folder can be changed "
	    "by root only", map->path);
	if (strncmp(map->spec, PROXY, strlen(PROXY)) == 0)
		check_proxy(doctor, map);
	check_pins(doctor, map);
}

/* The text of a table of another type: owned. NULL: it has none. */
static char *
text_of(const char *spec, size_t len)
{
	size_t n, type;

	if (len > strlen(PROXY) && strncmp(spec, PROXY, strlen(PROXY)) == 0) {
		spec += strlen(PROXY);
		len -= strlen(PROXY);
	}
	for (n = 0; n < sizeof(TEXT_TYPES) / sizeof(TEXT_TYPES[0]); n++) {
		type = strlen(TEXT_TYPES[n]);
		if (len > type + 1 && strncmp(spec, TEXT_TYPES[n], type) ==
		    0 && spec[type] == ':')
			return strndup(spec + type + 1, len - type - 1);
	}
	return NULL;
}

/* Could this text be a table of ours? */
static void
check_foreign(struct doctor *doctor, const char *path)
{
	struct tlsp_file file = { .fd = -1 };
	struct tlsp_err err;
	enum tlsp_code code = tlsp_file_look(path, host_caller(doctor->conf),
	    0, &file, &err);

	if (code == TLSP_NONE)
		doctor_say(doctor, DOCTOR_FOREIGN, path, "the table has no "
		    "text: there is only its index");
	else if (code == TLSP_E_IO && errno == EACCES && geteuid() != 0)
		doctor_say(doctor, DOCTOR_NOT_LOOKED, path, "only root can "
		    "look at the policies");
	else if (code != TLSP_OK)
		doctor_say(doctor, DOCTOR_FOREIGN, path, "%s", err.text);
	else if (file.st.st_size == 0)
		doctor_say(doctor, DOCTOR_FOREIGN, path, "the file is empty");
	else
		doctor_fine(doctor, "neither owner nor mode of %s stands in "
		    "the way of the type tlspolicy:", path);
	tlsp_file_close(&file);
}

static void
check_foreigners(struct doctor *doctor)
{
	const char *list = doctor_get(doctor, "smtp_tls_policy_maps"), *spec;
	size_t len;
	char *path;

	while ((spec = tlsp_maps_next(&list, &len)) != NULL) {
		if ((path = text_of(spec, len)) != NULL)
			check_foreign(doctor, path);
		free(path);
	}
}

/* 1: the file was written later than now. */
static int
is_of_future(struct doctor *doctor, const char *path)
{
	char span[OUT_TEXT_TIME];
	struct stat st;

	if (stat(path, &st) < 0 || st.st_mtime <= doctor->now + FUTURE_S)
		return 0;
	doctor_say(doctor, DOCTOR_CLOCK, path, "it was last written %s from "
	    "now", out_text_span(st.st_mtime - doctor->now, span));
	return 1;
}

static void
check_clock(struct doctor *doctor)
{
	const struct tables_map *map;
	char path[PATH_MAX], time[OUT_TEXT_TIME];
	size_t n;
	int is_odd;

	(void)snprintf(path, sizeof(path), "%s/main.cf",
	    conf_dir(doctor->conf));
	is_odd = is_of_future(doctor, path);
	for (n = 0; (map = tables_ours(&doctor->tables, n)) != NULL; n++)
		is_odd |= is_of_future(doctor, map->path);
	if (!is_odd)
		doctor_fine(doctor, "the clock says %s, and no file was "
		    "written later", out_text_time(doctor->now, time));
}

/* The dates of certificates, and the ages of pins, are those of the clock. */
static void
check_synchronised(struct doctor *doctor)
{
	switch (clock_ask()) {
	case CLOCK_RIGHT:
		doctor_fine(doctor, "the kernel knows its clock to be "
		    "synchronised");
		break;
	case CLOCK_LEFT:
		doctor_say(doctor, DOCTOR_CLOCK_LEFT, NULL, "nobody keeps the "
		    "clock: the kernel does not know it to be synchronised");
		break;
	case CLOCK_UNKNOWN:
		doctor_say(doctor, DOCTOR_NOT_LOOKED, NULL, "whether the "
		    "clock is synchronised: %s", strerror(errno));
		break;
	}
}

void
doctor_files(struct doctor *doctor)
{
	const struct tables_map *map;
	size_t n;

	for (n = 0; (map = tables_ours(&doctor->tables, n)) != NULL; n++)
		check_ours(doctor, map);
	check_foreigners(doctor);
	check_clock(doctor);
	check_synchronised(doctor);
}
