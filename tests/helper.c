/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * helper.c - what the tests share: a collector, texts, folders.
 * Knows:    every room but the adapter. Not: Check.
 * Feeds:    check_*.c, golden.c, fuzz_*.c.
 */
#include "helper.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void
help_report(void *ctx, enum tlsp_severity severity,
    const struct tlsp_err *finding)
{
	struct help *help = ctx;

	if (help->n_found < HELP_FOUND) {
		help->found[help->n_found] = *finding;
		help->severity[help->n_found] = severity;
	}
	help->n_found++;
	if (severity == TLSP_ERROR)
		help->n_errors++;
	else
		help->n_warnings++;
}

size_t
help_count(const struct help *help, enum tlsp_severity severity,
    enum tlsp_code code, unsigned line, unsigned col)
{
	size_t n, count = 0;

	for (n = 0; n < help->n_found && n < HELP_FOUND; n++)
		count += help->severity[n] == severity &&
		    help->found[n].code == code && (line == 0 ||
		    (help->found[n].at.line == line &&
		    help->found[n].at.col == col));
	return count;
}

enum tlsp_code
help_policy_bytes(struct help *help, const char *rhs, size_t len)
{
	const struct tlsp_piece piece = { 0, 1, 1 };
	const struct tlsp_line line = {
		TLSP_LINE_TEXT, HELP_FILE, rhs, len, &piece, 1
	};
	const struct tlsp_reader reader = {
		&help->host, &help->arena, help_report, help
	};

	memset(&help->policy, 0, sizeof(help->policy));
	memset(&help->err, 0, sizeof(help->err));
	help->n_found = help->n_errors = help->n_warnings = 0;
	return tlsp_policy_parse(&line, 0, len, &reader, &help->policy,
	    &help->err);
}

enum tlsp_code
help_policy(struct help *help, const char *rhs)
{
	return help_policy_bytes(help, rhs, strlen(rhs));
}

enum tlsp_code
help_rules(struct help *help, const char *text, size_t len)
{
	enum tlsp_code code;
	char *copy;

	/* Exactly as long as the text, and gone when it has been read. */
	if ((copy = malloc(len > 0 ? len : 1)) == NULL)
		abort();
	memcpy(copy, text, len);
	tlsp_rules_clear(&help->rules);
	help->n_found = help->n_errors = help->n_warnings = 0;
	memset(&help->err, 0, sizeof(help->err));
	code = tlsp_rules_load(HELP_FILE, copy, len, &help->host, help_report,
	    help, &help->rules, &help->err);
	free(copy);
	return code;
}

enum tlsp_code
help_compile(struct help *help, const char *text, size_t len)
{
	enum tlsp_code code;

	tlsp_index_clear(&help->index);
	if ((code = help_rules(help, text, len)) != TLSP_OK)
		return code;
	return tlsp_index_compile(&help->rules, &help->host, help_report,
	    help, &help->index, &help->err);
}

static enum tlsp_code
ask(struct help *help, const char *key, int folds, int is_only)
{
	const struct tlsp_query query = { key, folds, is_only };

	help->answer = NULL;
	memset(&help->err, 0, sizeof(help->err));
	return tlsp_resolve(&help->index, &help->host, &query, &help->trace,
	    &help->answer, &help->err);
}

enum tlsp_code
help_ask(struct help *help, const char *key, int is_only)
{
	return ask(help, key, 0, is_only);
}

enum tlsp_code
help_ask_folding(struct help *help, const char *key, int is_only)
{
	return ask(help, key, 1, is_only);
}

char *
help_read(const char *path, size_t *ret_len)
{
	FILE *fp = fopen(path, "rb");
	size_t cap = 4096, len = 0, got;
	char *buf;

	if (fp == NULL)
		return NULL;
	if ((buf = malloc(cap + 1)) == NULL)
		abort();
	while ((got = fread(buf + len, 1, cap - len, fp)) > 0)
		if ((len += got) == cap &&
		    (buf = realloc(buf, (cap *= 2) + 1)) == NULL)
			abort();
	(void)fclose(fp);
	buf[len] = '\0';
	*ret_len = len;
	return buf;
}

char *
help_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	char *dir;

	if (asprintf(&dir, "%s/tlsp.XXXXXX", tmp != NULL ? tmp : "/tmp") < 0)
		abort();
	if (mkdtemp(dir) == NULL) {
		free(dir);
		return NULL;
	}
	return dir;
}

void
help_dir_remove(char *dir)
{
	char *command;

	if (dir == NULL)
		return;
	if (asprintf(&command, "rm -rf '%s'", dir) < 0)
		abort();
	if (system(command) != 0)
		(void)fprintf(stderr, "%s: not removed\n", dir);
	free(command);
	free(dir);
}

const char *
help_path(const char *dir, const char *name)
{
	static char paths[4][512];
	static unsigned next;
	char *path = paths[next++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

int
help_age(const char *path, long age_s)
{
	struct timespec times[2];

	(void)clock_gettime(CLOCK_REALTIME, &times[1]);
	times[1].tv_sec -= age_s;
	times[0] = times[1];
	return utimensat(AT_FDCWD, path, times, 0);
}

int
help_write(const char *path, const char *text, long age_s)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	const size_t len = strlen(text);
	ssize_t wrote;

	if (fd < 0)
		return -1;
	wrote = write(fd, text, len);
	(void)close(fd);
	if (wrote != (ssize_t)len)
		return -1;
	return age_s > 0 ? help_age(path, age_s) : 0;
}
