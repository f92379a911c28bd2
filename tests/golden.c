/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * golden.c - whole tables and what they must answer, in Postfix's manner:
 * X.in is a rules file, X.map the keys to ask, X.ref the answers. A comment
 * in X.map may set what is asked: "#postfix 3.7", "#utf8 off", "#last on",
 * "#fold on". golden [-p] X.in ...; -p prints the answers, to begin an X.ref.
 */
#include "helper.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct golden {
	struct help help;
	char *name;		/* of the .in, without its folder */
	enum tlsp_code loaded;
	int postfix;
	int is_utf8;
	int is_only;
	int folds;
	char *in;
	size_t in_len;
	FILE *out;
};

static char *
read_beside(const char *in, const char *suffix, size_t *ret_len)
{
	const size_t stem = strlen(in) - strlen(".in");
	char path[4096], *text;

	(void)snprintf(path, sizeof(path), "%.*s%s", (int)stem, in, suffix);
	if ((text = help_read(path, ret_len)) == NULL)
		(void)fprintf(stderr, "golden: cannot read %s\n", path);
	return text;
}

/* Read the table anew, for the host that the map has described by now. */
static void
load(struct golden *golden)
{
	struct help *help = &golden->help;

	help_clear(help);
	help_init(help, golden->postfix, golden->is_utf8);
	golden->loaded = tlsp_rules_load(golden->name, golden->in,
	    golden->in_len, &help->host, help_report, help, &help->rules,
	    &help->err);
	if (golden->loaded == TLSP_OK)
		golden->loaded = tlsp_keys_compile(&help->rules, &help->host,
		    help_report, help, &help->keys, &help->err);
	if (golden->loaded == TLSP_OK)
		golden->loaded = help_freeze(help, HELP_SEED);
	/* Faults are in the file by its own name. */
	help->resolver.file = golden->name;
}

/* A comment of the map. */
static void
set_option(struct golden *golden, const char *line)
{
	int major, minor;

	if (sscanf(line, "#postfix %d.%d", &major, &minor) == 2)
		golden->postfix = TLSP_POSTFIX(major, minor);
	else if (strcmp(line, "#postfix any") == 0)
		golden->postfix = TLSP_POSTFIX_ANY;
	else if (strncmp(line, "#utf8 ", 6) == 0)
		golden->is_utf8 = strcmp(line + 6, "on") == 0;
	else if (strncmp(line, "#last ", 6) == 0)
		golden->is_only = strcmp(line + 6, "on") == 0;
	else if (strncmp(line, "#fold ", 6) == 0)
		golden->folds = strcmp(line + 6, "on") == 0;
	load(golden);
}

static void
ask(struct golden *golden, const char *key)
{
	struct help *help = &golden->help;
	struct tlsp_err err = help->err;
	enum tlsp_code code = golden->loaded;

	if (code == TLSP_OK) {
		code = golden->folds ?
		    help_ask_folding(help, key, golden->is_only) :
		    help_ask(help, key, golden->is_only);
		err = help->err;
	}
	if (code == TLSP_OK)
		(void)fprintf(golden->out, "%s -> %s\n", key, help->answer);
	else if (code == TLSP_NONE)
		(void)fprintf(golden->out, "%s -> none\n", key);
	else
		(void)fprintf(golden->out, "%s -> error %s:%u:%u\n", key,
		    err.at.file, err.at.line, err.at.col);
}

static void
ask_all(struct golden *golden, char *map)
{
	char *line;

	load(golden);
	while ((line = strsep(&map, "\n")) != NULL) {
		if (*line == '#') {
			(void)fprintf(golden->out, "%s\n", line);
			set_option(golden, line);
		} else if (*line != '\0' || map != NULL) {
			ask(golden, line);
		}
	}
}

/* Print where two texts part, line by line. Returns how many lines differ. */
static int
compare(const char *name, char *want, char *got)
{
	char *want_line, *got_line;
	int n, n_bad = 0;

	for (n = 1; want != NULL || got != NULL; n++) {
		want_line = strsep(&want, "\n");
		got_line = strsep(&got, "\n");
		if (want_line != NULL && got_line != NULL &&
		    strcmp(want_line, got_line) == 0)
			continue;
		n_bad++;
		(void)printf("golden: %s, line %d of .ref\n- %s\n+ %s\n",
		    name, n, want_line != NULL ? want_line : "(nothing)",
		    got_line != NULL ? got_line : "(nothing)");
	}
	return n_bad;
}

static int
run(const char *in, int only_print)
{
	struct golden golden = { .postfix = TLSP_POSTFIX(3, 7), .is_utf8 = 1 };
	char *path = strdup(in), *map, *ref = NULL, *got = NULL;
	size_t len;
	int result = 1;

	golden.name = basename(path);
	golden.in = read_beside(in, ".in", &golden.in_len);
	map = read_beside(in, ".map", &len);
	if (!only_print)
		ref = read_beside(in, ".ref", &len);
	if (golden.in != NULL && map != NULL && (only_print || ref != NULL)) {
		golden.out = open_memstream(&got, &len);
		ask_all(&golden, map);
		(void)fclose(golden.out);
		result = 0;
		if (only_print)
			(void)fputs(got, stdout);
		else
			result = compare(golden.name, ref, got) != 0;
	}
	help_clear(&golden.help);
	free(golden.in);
	free(map);
	free(ref);
	free(got);
	free(path);
	return result;
}

int
main(int argc, char **argv)
{
	const int only_print = argc > 1 && strcmp(argv[1], "-p") == 0;
	int n, n_bad = 0;

	for (n = 1 + only_print; n < argc; n++)
		n_bad += run(argv[n], only_print);
	if (only_print)
		return EXIT_SUCCESS;
	(void)printf("golden: %d cases, %d bad\n", argc - 1, n_bad);
	return argc > 1 && n_bad == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
