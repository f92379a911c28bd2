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
		&help->host, &help->arena, help_report, help, NULL
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
help_keys(struct help *help, const char *text, size_t len)
{
	enum tlsp_code code;

	tlsp_keys_clear(&help->keys);
	if ((code = help_rules(help, text, len)) != TLSP_OK)
		return code;
	return tlsp_keys_compile(&help->rules, &help->host, help_report,
	    help, &help->keys, &help->err);
}

enum tlsp_code
help_freeze(struct help *help, uint64_t seed)
{
	struct tlsp_frozen head;
	enum tlsp_code code;

	tlsp_freeze_clear(&help->image);
	memset(&help->resolver, 0, sizeof(help->resolver));
	help->resolver.host = &help->host;
	help->resolver.file = HELP_FILE;
	tlsp_freeze_head(&help->host, &head);
	head.seed = seed;
	if ((code = tlsp_freeze(&help->keys, &head, &help->image,
	    &help->err)) != TLSP_OK)
		return code;
	return tlsp_index_attach(HELP_FILE, &help->image.head,
	    help->image.bytes, help->image.len, &help->resolver.index,
	    &help->err);
}

enum tlsp_code
help_freeze_for(struct help *help, const struct tlsp_file *file)
{
	struct tlsp_frozen head;

	tlsp_freeze_clear(&help->image);
	tlsp_disk_head(file, &help->host, &head);
	return tlsp_freeze(&help->keys, &head, &help->image, &help->err);
}

enum tlsp_code
help_compile(struct help *help, const char *text, size_t len)
{
	const enum tlsp_code code = help_keys(help, text, len);

	return code == TLSP_OK ? help_freeze(help, HELP_SEED) : code;
}

enum tlsp_code
help_query(struct help *help, const char *key, unsigned how)
{
	help->answer = NULL;
	memset(&help->err, 0, sizeof(help->err));
	return tlsp_resolve(&help->resolver, key, how, &help->answer,
	    &help->err, &help->trace);
}

enum tlsp_code
help_mail(struct help *help, const char *key, unsigned how)
{
	const char *missed;

	help->answer = NULL;
	memset(&help->err, 0, sizeof(help->err));
	if (key[0] == '.' && (missed = tlsp_resolve_missed(
	    &help->resolver)) != NULL && strcmp(missed, key) == 0)
		return TLSP_NONE;
	return tlsp_resolve(&help->resolver, key, how, &help->answer,
	    &help->err, NULL);
}

enum tlsp_code
help_ask(struct help *help, const char *key, int is_only)
{
	return help_query(help, key, is_only ? TLSP_QUERY_ONLY : 0);
}

enum tlsp_code
help_ask_folding(struct help *help, const char *key, int is_only)
{
	return help_query(help, key, TLSP_QUERY_FOLD |
	    (is_only ? TLSP_QUERY_ONLY : 0));
}

const struct tlsp_rule *
help_traced(const struct help *help, const char *key)
{
	const struct tlsp_found *found = &help->trace.found;

	if (found->record == NULL)
		return NULL;
	/* Before the name of a wildcard stands the dot it is written with. */
	key += found->name - (found->name > 0);
	return tlsp_keys_find(&help->keys, key, strlen(key));
}

uint64_t
help_random(uint64_t state)
{
	state += UINT64_C(0x9e3779b97f4a7c15);
	state = (state ^ state >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	state = (state ^ state >> 27) * UINT64_C(0x94d049bb133111eb);
	return state ^ state >> 31;
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

size_t
help_stride(size_t sparsely)
{
	return getenv("TLSP_TEST_SPARSELY") != NULL ? sparsely : 1;
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
	return help_write_bytes(path, text, strlen(text), age_s);
}

int
help_write_bytes(const char *path, const char *bytes, size_t len, long age_s)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	ssize_t wrote;

	if (fd < 0)
		return -1;
	wrote = write(fd, bytes, len);
	(void)close(fd);
	if (wrote != (ssize_t)len)
		return -1;
	return age_s > 0 ? help_age(path, age_s) : 0;
}
