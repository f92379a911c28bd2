/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * refresh.c - tlspolicy refresh: probe and learn in one. A child talks to
 *	strangers and writes nothing; its parent writes, and has no network.
 * Knows:    the order of calls.
 * Feeds:    main.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../dict_tlspolicy/store.h"
#include "confine.h"
#include "host.h"
#include "metrics.h"
#include "study.h"

#define ARGS_MAX	32

enum {
	OPT_DRY = 256,
	OPT_METRICS,
	OPT_TIMEOUT,
	OPT_RESOLVER,
	OPT_ANCHOR
};

static const char HELP[] =
    "usage: tlspolicy refresh [option...] [WHO...]\n"
    "Probes the partners whose rules have pin=, and learns what it proves:\n"
    "what the timer runs. Without WHO: all of them. The half that talks to\n"
    "the network has no rights; the half that writes has no network."
    "\n\n"
    "      --dry-run          say what would change, and write nothing\n"
    "      --metrics=FILE     tell monitoring how it went, and what is known:\n"
    "                         a text file for Prometheus's node exporter\n"
    "  -j, --jobs=N           destinations at once (64)\n"
    "      --timeout=SECONDS  for each step of each talk (30)\n"
    "      --resolver=ADDRESS[@PORT]  instead of /etc/resolv.conf\n"
    "      --trust-anchor=FILE  keys of the DNS root; \"none\": no DNSSEC\n"
    "  -c, --config-dir=DIR   folder of main.cf\n"
    "  -t, --table=FILE       rules file\n"
    "      --json             one JSON object a change\n\n"
    "Example: tlspolicy refresh example.com\n"
    "Exit: 0; 1 something was refused, and it says what; 74 FILE cannot be\n"
    "written; 75, 78 nothing was written.\n";

/* args: what is handed to the probe. metrics: a file, or NULL. */
struct refresh {
	struct study_options own;
	const char *metrics;
	char *args[ARGS_MAX];
	int n_args;
};

static const struct cmd_option OPTIONS[] = {
	{ "dry-run", OPT_DRY, 0 },
	{ "metrics", OPT_METRICS, 1 },
	{ "jobs", 'j', 1 },
	{ "timeout", OPT_TIMEOUT, 1 },
	{ "resolver", OPT_RESOLVER, 1 },
	{ "trust-anchor", OPT_ANCHOR, 1 },
	{ NULL, 0, 0 }
};

static int take(void *, int, const char *);

static const struct cmd_verb VERB = { "refresh", HELP, OPTIONS, take };

static int
hand_on(struct refresh *refresh, const char *option, const char *value)
{
	char *arg;

	if (refresh->n_args + 2 >= ARGS_MAX ||
	    asprintf(&arg, "%s%s", option, value) < 0)
		return cmd_usage(&VERB, "too many options");
	refresh->args[refresh->n_args++] = arg;
	return 0;
}

static int
take(void *ctx, int letter, const char *arg)
{
	struct refresh *refresh = ctx;

	switch (letter) {
	case OPT_DRY:
		refresh->own.is_dry = 1;
		return 0;
	case OPT_METRICS:
		refresh->metrics = arg;
		return 0;
	case 'j':
		return hand_on(refresh, "--jobs=", arg);
	case OPT_TIMEOUT:
		return hand_on(refresh, "--timeout=", arg);
	case OPT_RESOLVER:
		return hand_on(refresh, "--resolver=", arg);
	default:
		return hand_on(refresh, "--trust-anchor=", arg);
	}
}

/* What the probe does when all is open, and nobody was heard yet. */
static int
drop(void)
{
	struct tlsp_err err;

	return confine(&err) == TLSP_OK ? 0 : cmd_error(&err);
}

/* Does a rule bear this name itself? */
static int
is_rule(const struct tables *tables, const char *key, size_t len)
{
	struct tables_answer *answer = malloc(sizeof(*answer));
	char name[TABLES_KEY_MAX];
	int is_own = 0;

	(void)snprintf(name, sizeof(name), "%.*s", (int)len, key);
	if (answer != NULL)
		is_own = tables_find(tables, name, answer) != TLSP_OK ||
		    strcmp(answer->rule->key, answer->key) == 0;
	free(answer);
	return is_own;
}

/*
 * Names that a wildcard answers for and that are known already: nobody else
 * tells them. One a line, in a file without a name. NULL: it was said.
 */
static FILE *
known_names(const struct cmd_world *world)
{
	const uid_t caller = (uid_t)host_caller(world->conf);
	const struct tables_map *map;
	const char *key, *value;
	size_t key_len, len, n;
	struct tlsp_store *store;
	struct tlsp_file file;
	struct tlsp_err err;
	FILE *names = tmpfile();

	for (n = 0; names != NULL &&
	    (map = tables_ours(&world->tables, n)) != NULL; n++) {
		if (tlsp_store_open(map->path, caller, &store, &file, &err) !=
		    TLSP_OK) {
			/* What is wrong with it is said when it is changed. */
			tlsp_file_close(&file);
			continue;
		}
		key = NULL;
		key_len = 0;
		while (tlsp_store_next(store, key, key_len, &key, &key_len,
		    &value, &len, &err) == TLSP_OK)
			if (!is_rule(&world->tables, key, key_len))
				(void)fprintf(names, "%.*s\n", (int)key_len,
				    key);
		tlsp_store_close(store);
	}
	if (names == NULL || fseek(names, 0, SEEK_SET) != 0) {
		perror("tlspolicy: error: temporary file");
		return NULL;
	}
	return names;
}

/* In the child: never returns. */
static void
probe(struct refresh *refresh, int fd, FILE *names, char **who)
{
	static const char *const all[] = { "probe", "--json", "--pinned",
	    "-" };
	char **argv;
	int n, n_args = 0, n_who;

	for (n_who = 0; who[n_who] != NULL; n_who++)
		;
	argv = calloc((size_t)(refresh->n_args + n_who) + 5, sizeof(*argv));
	if (argv == NULL || dup2(fd, STDOUT_FILENO) < 0 ||
	    dup2(fileno(names), STDIN_FILENO) < 0)
		_exit(EX_OSERR);
	(void)close(fd);
	for (n = 0; n < (n_who > 0 ? 2 : 4); n++)
		if ((argv[n_args++] = strdup(all[n])) == NULL)
			_exit(EX_OSERR);
	for (n = 0; n < refresh->n_args; n++)
		argv[n_args++] = refresh->args[n];
	for (n = 0; n < n_who; n++)
		argv[n_args++] = who[n];
	exit(cmd_probe_as(n_args, argv, drop, 0));
}

/* The exit code of the probe, if it tells of more than of partners. */
static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EX_OSERR;
	if (WIFSIGNALED(status)) {
		(void)fprintf(stderr, "tlspolicy: error: the probe ended by "
		    "signal %d; what it had told by then is learned\n",
		    WTERMSIG(status));
		return EX_SOFTWARE;
	}
	status = WEXITSTATUS(status);
	return status == 1 || status == EX_TEMPFAIL ? 0 : status;
}

static int
probe_and_learn(struct refresh *refresh, struct study *study, char **who)
{
	FILE *in, *records, *names = known_names(study->world);
	int fds[2], code, probe_code;
	struct tlsp_err err;
	pid_t pid;

	if (names == NULL)
		return EX_IOERR;
	if (fflush(stdout) != 0 || pipe(fds) < 0 || (pid = fork()) < 0) {
		perror("tlspolicy: error");
		return EX_OSERR;
	}
	if (pid == 0) {
		(void)close(fds[0]);
		probe(refresh, fds[1], names, who);
	}
	(void)fclose(names);
	(void)close(fds[1]);
	if (geteuid() == 0 && confine_offline(&err) != TLSP_OK)
		cmd_warning(&err);
	in = fdopen(fds[0], "r");
	records = in != NULL ? study_spool(in) : NULL;
	if (in != NULL)
		(void)fclose(in);
	probe_code = wait_for(pid);
	if (records == NULL)
		return EX_IOERR;
	code = study_run(study, records);
	(void)fclose(records);
	return code > 1 || probe_code == 0 ? code : probe_code;
}

/* Tell monitoring. returns the exit code. */
static int
tell(const char *path, struct metrics *metrics)
{
	struct tlsp_err err;

	metrics->ended = (int64_t)time(NULL);
	if (metrics_write(metrics, path, &err) == TLSP_OK)
		return metrics->exit_status;
	(void)cmd_error(&err);
	return metrics->exit_status > 1 ? metrics->exit_status : EX_IOERR;
}

/* How it went is told whether it went well or not. */
static int
work(struct refresh *refresh, const struct cmd_options *options, char **who)
{
	struct metrics metrics = { .began = (int64_t)time(NULL) };
	struct cmd_world world;
	struct study study;
	int code;

	if ((code = cmd_world_open(options, &world)) == 0) {
		metrics.tables = &world.tables;
		if ((code = study_open(&world, &refresh->own, &study)) == 0) {
			code = probe_and_learn(refresh, &study, who);
			metrics.sum = &study.sum;
		}
	}
	metrics.exit_status = code;
	if (refresh->metrics != NULL)
		code = tell(refresh->metrics, &metrics);
	if (metrics.sum != NULL)
		study_close(&study);
	if (metrics.tables != NULL)
		cmd_world_close(&world);
	return code;
}

int
cmd_refresh(int argc, char **argv)
{
	struct refresh refresh = { .n_args = 0 };
	struct cmd_options options;
	int first, code;

	code = cmd_options_read(&VERB, argc, argv, &refresh, &options,
	    &first);
	if (code != CMD_GO_ON)
		return code;
	if (refresh.metrics != NULL && refresh.own.is_dry)
		return cmd_usage(&VERB, "--dry-run writes nothing, no metrics "
		    "either");
	refresh.own.is_json = options.is_json;
	if ((options.config_dir != NULL && (code = hand_on(&refresh,
	    "--config-dir=", options.config_dir)) != 0) ||
	    (options.table != NULL && (code = hand_on(&refresh, "--table=",
	    options.table)) != 0))
		return code;
	code = work(&refresh, &options, argv + first);
	while (refresh.n_args > 0)
		free(refresh.args[--refresh.n_args]);
	return code;
}
