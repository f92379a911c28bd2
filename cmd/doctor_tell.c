/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor_tell.c - how the parts of doctor write down what they see.
 * Knows:    places: a file, a line of main.cf, a rule. Not: any finding.
 * Feeds:    doctor, doctor_*.
 */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out_text.h"
#include "reach.h"

#define TEXT_SIZE	1024
#define FILE_MAX	((off_t)64 << 20)	/* more is no certificate */

const char *
doctor_get(const struct doctor *doctor, const char *name)
{
	const char *value = conf_get(doctor->conf, name);

	return value != NULL ? value : "";
}

const char *
doctor_get_of(const struct doctor *doctor,
    const struct master_service *service, const char *name)
{
	const char *value = service == NULL ? NULL : master_override(
	    doctor->master, service, name);

	return value != NULL ? value : doctor_get(doctor, name);
}

/* Neither text nor file name may tell a terminal what to do. */
static void
say(struct doctor *doctor, enum doctor_kind kind, const struct tlsp_pos *at,
    const char *key, const char *fmt, va_list ap)
{
	char file[PATH_MAX], safe[TEXT_SIZE], *text;
	struct tlsp_pos place = *at;

	if (vasprintf(&text, fmt, ap) < 0) {
		doctor->is_short = 1;
		return;
	}
	if (at->file != NULL)
		place.file = out_text_safe(at->file, strlen(at->file), file,
		    sizeof(file));
	findings_say(doctor->findings, &doctor_kinds[kind], &place, key, "%s",
	    out_text_safe(text, strlen(text), safe, sizeof(safe)));
	free(text);
}

void
doctor_say(struct doctor *doctor, enum doctor_kind kind, const char *file,
    const char *fmt, ...)
{
	const struct tlsp_pos at = { file, 0, 0 };
	va_list ap;

	va_start(ap, fmt);
	say(doctor, kind, &at, NULL, fmt, ap);
	va_end(ap);
}

/* The last line that sets a parameter, for the last one holds; 0: none. */
static unsigned
find_setting(const char *file, const char *name)
{
	const size_t len = strlen(name);
	FILE *in = fopen(file, "re");
	char *line = NULL;
	size_t size = 0;
	unsigned at = 0, found = 0;

	if (in == NULL)
		return 0;
	while (getline(&line, &size, in) > 0) {
		at++;
		if (strncmp(line, name, len) == 0 &&
		    line[len + strspn(line + len, " \t")] == '=')
			found = at;
	}
	free(line);
	(void)fclose(in);
	return found;
}

void
doctor_say_setting(struct doctor *doctor, enum doctor_kind kind,
    const char *name, const char *fmt, ...)
{
	char file[PATH_MAX];
	struct tlsp_pos at = { file, 0, 0 };
	va_list ap;

	(void)snprintf(file, sizeof(file), "%s/main.cf",
	    conf_dir(doctor->conf));
	if ((at.line = find_setting(file, name)) > 0)
		at.col = 1;
	va_start(ap, fmt);
	say(doctor, kind, &at, NULL, fmt, ap);
	va_end(ap);
}

void
doctor_say_rule(struct doctor *doctor, enum doctor_kind kind,
    const struct tables_map *map, const struct tlsp_rule *rule,
    const char *fmt, ...)
{
	const struct tlsp_pos at = { map->path, rule->line, rule->col };
	va_list ap;

	va_start(ap, fmt);
	say(doctor, kind, &at, rule->key, fmt, ap);
	va_end(ap);
}

void
doctor_fine(struct doctor *doctor, const char *fmt, ...)
{
	char **grown = reallocarray(doctor->fine, doctor->n_fine + 1,
	    sizeof(*grown)), *text;
	va_list ap;
	int len;

	if (grown == NULL) {
		doctor->is_short = 1;
		return;
	}
	doctor->fine = grown;
	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0)
		doctor->is_short = 1;
	else
		grown[doctor->n_fine++] = text;
}

int
doctor_can_read(struct doctor *doctor, enum doctor_kind kind,
    const char *what, const char *path)
{
	const char *why = NULL;
	struct stat st;
	/* A pipe would keep us waiting. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno == EACCES && geteuid() != 0) {
		doctor_say(doctor, DOCTOR_NOT_LOOKED, path, "only root can "
		    "look at %s", what);
		return 0;
	}
	if (fd < 0 || fstat(fd, &st) < 0)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "not a regular file";
	else if (st.st_size > FILE_MAX)
		why = "the file is too large";
	if (fd >= 0)
		(void)close(fd);
	if (why != NULL)
		doctor_say(doctor, kind, path, "cannot read %s: %s", what,
		    why);
	return why == NULL;
}

int
doctor_reach(struct doctor *doctor, const char *jail, const char *path)
{
	const int error = reach_open(jail, doctor->owner, path);

	if (error == REACH_UNKNOWN)
		doctor_say(doctor, DOCTOR_NOT_LOOKED, path, "only root can "
		    "find out whether user %s can read it%s", doctor->owner,
		    jail != NULL ? ", in the chroot" : "");
	return error;
}
