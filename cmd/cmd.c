/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * cmd.c - what all verbs of tlspolicy(1) share.
 * Knows:    options, errors for people, exit codes. Not: what a verb does.
 * Feeds:    main and every verb.
 */
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out_text.h"
#include "place.h"

#define PROGRAM		"tlspolicy"
#define OWN_MAX		24

/* Beyond any letter of a verb. */
#define OPT_HELP	1001
#define OPT_JSON	1002

int
cmd_exit_code(enum tlsp_code code)
{
	if (code == TLSP_OK || code == TLSP_NONE)
		return (int)code;
	switch (tlsp_err_fault(code)) {
	case TLSP_FAULT_CONFIG:
		return EX_CONFIG;
	case TLSP_FAULT_RETRY:
		return EX_TEMPFAIL;
	default:
		return EX_SOFTWARE;
	}
}

static void
say(const char *word, const struct tlsp_err *err)
{
	char file[PATH_MAX] = "";

	if (err->at.file != NULL)
		(void)out_text_safe(err->at.file, strlen(err->at.file), file,
		    sizeof(file));
	if (err->at.file == NULL)
		(void)fprintf(stderr, PROGRAM ": %s: %s\n", word, err->text);
	else if (err->at.line == 0)
		(void)fprintf(stderr, "%s: %s: %s\n", file, word, err->text);
	else
		(void)fprintf(stderr, "%s:%u:%u: %s: %s\n", file,
		    err->at.line, err->at.col, word, err->text);
	place_show(&err->at, stderr);
}

int
cmd_error(const struct tlsp_err *err)
{
	say("error", err);
	return cmd_exit_code(err->code);
}

int
cmd_no_memory(void)
{
	struct tlsp_err err;

	(void)tlsp_err_set(&err, TLSP_E_NOMEM, NULL, "not enough memory");
	return cmd_error(&err);
}

void
cmd_warning(const struct tlsp_err *err)
{
	say("warning", err);
}

int
cmd_usage_list(const struct cmd_verb *verb, const char *fmt, va_list ap)
{
	(void)fprintf(stderr, PROGRAM " %s: ", verb->name);
	(void)vfprintf(stderr, fmt, ap);
	(void)fprintf(stderr, "; try: " PROGRAM " %s --help\n", verb->name);
	return EX_USAGE;
}

int
cmd_usage(const struct cmd_verb *verb, const char *fmt, ...)
{
	va_list ap;
	int code;

	va_start(ap, fmt);
	code = cmd_usage_list(verb, fmt, ap);
	va_end(ap);
	return code;
}

int
cmd_ask(const char *question)
{
	char answer[16] = "";
	FILE *tty = fopen("/dev/tty", "r+e");

	if (tty == NULL)
		return -1;
	(void)fprintf(tty, "%s (yes/no)? ", question);
	(void)fflush(tty);
	if (fgets(answer, sizeof(answer), tty) == NULL)
		answer[0] = '\0';
	(void)fclose(tty);
	return strcmp(answer, "yes\n") == 0;
}

/* The options of every verb and its own, as getopt_long wants them. */
static void
list_options(const struct cmd_verb *verb, struct option *longs, char *shorts)
{
	static const struct option common[] = {
		{ "config-dir", required_argument, NULL, 'c' },
		{ "table", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "help", no_argument, NULL, OPT_HELP },
	};
	const struct cmd_option *own;
	size_t n = sizeof(common) / sizeof(common[0]);

	memcpy(longs, common, sizeof(common));
	shorts = stpcpy(shorts, ":c:t:h");
	for (own = verb->own; own != NULL && own->letter != 0; own++) {
		if (own->name != NULL)
			longs[n++] = (struct option){ own->name, own->has_arg ?
			    required_argument : no_argument, NULL,
			    own->letter };
		if (own->letter < 256) {
			*shorts++ = (char)own->letter;
			if (own->has_arg)
				*shorts++ = ':';
		}
	}
	*shorts = '\0';
	memset(&longs[n], 0, sizeof(longs[n]));
}

int
cmd_options_read(const struct cmd_verb *verb, int argc, char **argv,
    void *ctx, struct cmd_options *options, int *ret_first)
{
	struct option longs[OWN_MAX];
	char shorts[2 * OWN_MAX];
	int letter, code;

	list_options(verb, longs, shorts);
	memset(options, 0, sizeof(*options));
	optind = 0;
	opterr = 0;
	while ((letter = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		switch (letter) {
		case 'c':
			options->config_dir = optarg;
			break;
		case 't':
			options->table = optarg;
			break;
		case OPT_JSON:
			options->is_json = 1;
			break;
		case 'h':
		case OPT_HELP:
			(void)fputs(verb->help, stdout);
			return cmd_flush();
		case ':':
			return cmd_usage(verb, "%s needs a value",
			    argv[optind - 1]);
		case '?':
			/* In a cluster, "-xv", optind still names all of it. */
			return optopt > ' ' && optopt < 0x7f ?
			    cmd_usage(verb, "no option -%c", optopt) :
			    cmd_usage(verb, "no option %s", argv[optind - 1]);
		default:
			if ((code = verb->take(ctx, letter, optarg)) != 0)
				return code;
		}
	}
	*ret_first = optind;
	return CMD_GO_ON;
}

int
cmd_world_open(const struct cmd_options *options, struct cmd_world *world)
{
	const struct tables_map *map;
	struct tlsp_err err;
	size_t n;

	memset(world, 0, sizeof(*world));
	if (conf_load(options->config_dir, &world->conf, &err) != TLSP_OK ||
	    tables_open(world->conf, options->table, tables_say_nothing, NULL,
	    &world->tables, &err) != TLSP_OK) {
		cmd_world_close(world);
		return cmd_error(&err);
	}
	for (n = 0; (map = tables_ours(&world->tables, n)) != NULL; n++)
		if (tlsp_table_fault(map->table) != NULL)
			(void)cmd_error(tlsp_table_fault(map->table));
	return 0;
}

void
cmd_world_close(struct cmd_world *world)
{
	tables_close(&world->tables);
	conf_free(world->conf);
	memset(world, 0, sizeof(*world));
}

int
cmd_flush(void)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return 0;
	/* Who reads no further, as head(1), wants no complaint. */
	if (errno == EPIPE)
		return 0;
	(void)fprintf(stderr, PROGRAM ": error: standard output: %s\n",
	    strerror(errno));
	return EX_IOERR;
}
