/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit.c - what the logs of smtp(8) and lmtp(8) say: was the mail to each
 *           partner sent as its rule demands?
 * Knows:    its options, and the order of calls.
 * Feeds:    main.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "out_audit.h"
#include "out_text.h"

#define NAMES_MAX	256

static const char HELP[] =
"usage: tlspolicy audit [option...] LOG...\n"
"Read logs of smtp(8) and lmtp(8), and say for each partner how many messages\n"
"went out at which security, whether its rule was kept, and show the lines.\n"
"\n"
"  LOG                a mail log, plain or .gz; - is standard input. Also what\n"
"                     journalctl -o json prints\n"
"  --csv, --html      for a spreadsheet; one page for an auditor\n"
"  --json             one object a partner, one a line\n"
"  --since TIME, --until TIME\n"
"                     only what was delivered from then on; before then:\n"
"                     2026-11-25, 2026-11-25T09:42:09Z\n"
"  --by month|day     what a period is (in UTC); default: month\n"
"  --partner NAME     only this domain, or \".name\" for all below it; again for\n"
"                     more of them\n"
"  --all              recipients without a rule, too\n"
"  -t, --table FILE   rules file; default: those of smtp_tls_policy_maps\n"
"  -c, --config-dir DIR\n"
"\n"
"Example: tlspolicy audit --html /var/log/mail.log* >audit.html\n"
"Exit status: 0; 1: a promise was broken; 65: a log is damaged, or is none.\n";

enum { CSV = 256, HTML, SINCE, UNTIL, BY, PARTNER, ALL };

static const struct cmd_option OWN[] = {
	{ "csv", CSV, 0 },
	{ "html", HTML, 0 },
	{ "since", SINCE, 1 },
	{ "until", UNTIL, 1 },
	{ "by", BY, 1 },
	{ "partner", PARTNER, 1 },
	{ "all", ALL, 0 },
	{ NULL, 0, 0 }
};

/*
 * bytes:    of all logs, 0: not known; bytes_before: of those that were read.
 * progress_at: when it was shown last.
 */
struct audit {
	struct cmd_options options;
	struct audit_feed_options feed_options;
	struct audit_who_options who_options;
	char *names[NAMES_MAX];
	int is_csv, is_html, is_daily;
	struct cmd_world world;
	struct tables lmtp;	/* n_maps is 0: lmtp(8) asks none of ours */
	struct audit_sum *sum;
	struct audit_who *who;
	struct audit_feed *feed;
	uint64_t bytes, bytes_before;
	time_t progress_at;
};

static int take(void *ctx, int letter, const char *arg);

static const struct cmd_verb VERB = { "audit", HELP, OWN, take };

static int
take_time(const char *name, const char *arg, int64_t *ret_when)
{
	struct tlsp_err err;

	return out_text_read_time(arg, ret_when, &err) == TLSP_OK ? 0 :
	    cmd_usage(&VERB, "--%s: %s", name, err.text);
}

static int
take_partner(struct audit *audit, const char *arg)
{
	if (audit->who_options.n_names == NAMES_MAX)
		return cmd_usage(&VERB, "--partner: %d of them are the most",
		    NAMES_MAX);
	if ((audit->names[audit->who_options.n_names] = strdup(arg)) == NULL)
		return cmd_no_memory();
	audit->who_options.n_names++;
	return 0;
}

static int
take(void *ctx, int letter, const char *arg)
{
	struct audit *audit = ctx;

	switch (letter) {
	case CSV:
		audit->is_csv = 1;
		break;
	case HTML:
		audit->is_html = 1;
		break;
	case SINCE:
		return take_time("since", arg, &audit->feed_options.since);
	case UNTIL:
		return take_time("until", arg, &audit->feed_options.until);
	case BY:
		if (strcmp(arg, "month") != 0 && strcmp(arg, "day") != 0)
			return cmd_usage(&VERB, "--by %.40s: it can be month "
			    "or day", arg);
		audit->is_daily = strcmp(arg, "day") == 0;
		break;
	case PARTNER:
		return take_partner(audit, arg);
	case ALL:
		audit->who_options.is_all = 1;
		break;
	}
	return 0;
}

/* For whom waits at a terminal: how far it is, once a second. */
static void
tick(void *ctx, const struct audit_log_state *log)
{
	struct audit *audit = ctx;
	const time_t now = time(NULL);
	const uint64_t done = audit->bytes_before + log->at;
	char name[200];

	if (now == audit->progress_at)
		return;
	audit->progress_at = now;
	(void)fprintf(stderr, "\r\033[K%.60s: ", out_text_safe(log->path,
	    strlen(log->path), name, sizeof(name)));
	if (audit->bytes > 0 && done <= audit->bytes)
		(void)fprintf(stderr, "%d%% of all",
		    (int)(done * 100 / audit->bytes));
	else
		(void)fprintf(stderr, "%lu lines", log->n_lines);
}

static void
tick_end(const struct audit *audit)
{
	if (audit->progress_at != 0)
		(void)fputs("\r\033[K", stderr);
}

static int
no_memory(void)
{
	struct tlsp_err err;

	(void)tlsp_err_set(&err, TLSP_E_NOMEM, NULL, "not enough memory");
	return cmd_error(&err);
}

/* A log that is none, or damaged, is no fault of a file somebody edits. */
static int
log_error(const struct tlsp_err *err)
{
	const int code = cmd_error(err);

	return code == EX_CONFIG ? EX_DATAERR : code;
}

/* Lines that could not be read are told of, each log once. */
static void
warn_odd(const struct audit_log_state *log)
{
	const struct tlsp_pos at = { log->path, 0, 0 };
	struct tlsp_err err;

	if (log->n_odd == 0)
		return;
	(void)tlsp_err_set(&err, TLSP_E_SYNTAX, &at, "%lu of %lu lines begin "
	    "with no time that is known, or are too long: nothing is counted "
	    "of them; the first is line %lu", log->n_odd, log->n_lines,
	    log->first_odd);
	cmd_warning(&err);
}

/* All logs, one after another. What is wrong with one does not stop it. */
static int
read_logs(struct audit *audit, char **paths, size_t n)
{
	const struct audit_feed_state *state = audit_feed_state(audit->feed);
	enum tlsp_code code;
	struct tlsp_err err;
	int worst = 0, one;
	size_t k;

	for (k = 0; k < n; k++) {
		code = audit_feed_log(audit->feed, paths[k], &err);
		tick_end(audit);
		one = code == TLSP_OK ? 0 : log_error(&err);
		if (code == TLSP_E_NOMEM)
			return one;
		worst = one > worst ? one : worst;
		if (state->n_logs > 0) {
			warn_odd(&state->logs[state->n_logs - 1]);
			audit->bytes_before +=
			    state->logs[state->n_logs - 1].size;
		}
	}
	return audit_feed_end(audit->feed, &err) == TLSP_OK ? worst :
	    cmd_error(&err);
}

static const char *
table_names(const struct audit *audit, char *buf, size_t size)
{
	const struct tables *const both[] = { &audit->world.tables,
	    &audit->lmtp };
	const struct tables_map *map;
	size_t n, k, len = 0;

	buf[0] = '\0';
	for (k = 0; k < 2; k++)
		for (n = 0; (map = tables_ours(both[k], n)) != NULL; n++)
			if (len < size && strstr(buf, map->path) == NULL)
				len += (size_t)snprintf(buf + len, size - len,
				    "%s%s", len > 0 ? ", " : "", map->path);
	return buf;
}

static int
print(struct audit *audit)
{
	struct out_audit out = { .now = (int64_t)time(NULL) };
	enum tlsp_code code;
	struct tlsp_err err;
	char tables[1000];
	int flushed;

	out.partners = audit_sum_list(audit->sum, &out.n_partners);
	out.read = audit_feed_state(audit->feed);
	out.since = audit->feed_options.since;
	out.until = audit->feed_options.until;
	out.tables = table_names(audit, tables, sizeof(tables));
	if (audit->is_html)
		code = out_audit_html(&out, stdout, &err);
	else if (audit->is_csv)
		code = out_audit_csv(&out, stdout, &err);
	else if (audit->options.is_json)
		code = out_audit_json(&out, stdout, &err);
	else
		code = out_audit_text(&out, stdout, &err);
	if (code != TLSP_OK && code != TLSP_E_IO)
		return cmd_error(&err);
	if ((flushed = cmd_flush()) != 0)
		return flushed;
	return out_audit_count(&out, AUDIT_BROKEN) > 0;
}

/* A log without a line that Postfix wrote is most likely another log. */
static int
check_read(const struct audit_feed_state *state)
{
	struct tlsp_err err;

	if (state->n_deliveries > 0 || state->n_lines == 0)
		return 0;
	(void)tlsp_err_set(&err, TLSP_E_SYNTAX, NULL, "no delivery of smtp(8) "
	    "or lmtp(8) in %lu line%s: is this the mail log?", state->n_lines,
	    state->n_lines == 1 ? "" : "s");
	if (state->first == 0)
		return log_error(&err);
	cmd_warning(&err);
	return 0;
}

/* Where Postfix is told to log no TLS, an audit cannot tell much. */
static void
warn_silence(const struct audit *audit)
{
	const char *param = "smtp_tls_loglevel";
	const char *level = conf_get(audit->world.conf, param);
	struct audit_partner *const *partners;
	unsigned long unknown = 0;
	struct tlsp_err err;
	size_t n, n_partners;

	if (audit->lmtp.n_maps > 0 && level != NULL &&
	    strcmp(level, "0") != 0) {
		param = "lmtp_tls_loglevel";
		level = conf_get(audit->world.conf, param);
	}
	partners = audit_sum_list(audit->sum, &n_partners);
	for (n = 0; n < n_partners; n++)
		unknown += partners[n]->counts[AUDIT_N_UNKNOWN];
	if (unknown == 0 || level == NULL || strcmp(level, "0") != 0)
		return;
	(void)tlsp_err_set(&err, TLSP_E_VALUE, NULL, "how %lu message%s went, "
	    "the logs do not tell, and %s of %s/main.cf is 0: with %s = 1 "
	    "they would", unknown, unknown == 1 ? "" : "s", param,
	    conf_dir(audit->world.conf), param);
	cmd_warning(&err);
}

/* Those of lmtp(8), if main.cf names any, or -t does. */
static int
open_lmtp(struct audit *audit)
{
	struct tlsp_err err;
	const enum tlsp_code code = tables_open_as(audit->world.conf, "lmtp",
	    audit->options.table, TLSP_POSTFIX_ANY, tables_say_nothing, NULL,
	    &audit->lmtp, &err);

	return code == TLSP_OK || code == TLSP_E_VALUE ? 0 : cmd_error(&err);
}

static int
run(struct audit *audit, char **paths, size_t n)
{
	const struct tlsp_err *fault;
	const struct tables_map *map;
	struct tlsp_err err;
	int code, said;
	size_t k;

	/* Told when it was opened; without rules there is no promise. */
	for (k = 0; (map = tables_ours(&audit->world.tables, k)) != NULL; k++)
		if ((fault = tlsp_table_fault(map->table)) != NULL)
			return cmd_exit_code(fault->code);
	for (k = 0; (map = tables_ours(&audit->lmtp, k)) != NULL; k++)
		if ((fault = tlsp_table_fault(map->table)) != NULL)
			return cmd_error(fault);
	if (audit_log_sort(paths, n, &audit->bytes, &n, &err) != TLSP_OK)
		return log_error(&err);
	audit->sum = audit_sum_new(audit->is_daily);
	audit->who = audit->sum == NULL ? NULL : audit_who_new(
	    &audit->world.tables, audit->lmtp.n_maps > 0 ? &audit->lmtp :
	    NULL, &audit->who_options, audit->sum);
	audit->feed = audit->who == NULL ? NULL : audit_feed_new(
	    &audit->feed_options, audit->who, audit->sum);
	if (audit->feed == NULL)
		return no_memory();
	code = read_logs(audit, paths, n);
	if (code == 0)
		code = check_read(audit_feed_state(audit->feed));
	if (!audit_who_add_unseen(audit->who))
		return no_memory();
	said = print(audit);
	warn_silence(audit);
	return code != 0 ? code : said;
}

int
cmd_audit(int argc, char **argv)
{
	struct audit audit = { .feed_options = { .until = INT64_MAX } };
	int code, first;

	audit.who_options.names = audit.names;
	code = cmd_options_read(&VERB, argc, argv, &audit, &audit.options,
	    &first);
	if (code == CMD_GO_ON && first == argc)
		code = cmd_usage(&VERB, "which log? \"-\" is standard input");
	if (code == CMD_GO_ON && audit.is_csv + audit.is_html +
	    audit.options.is_json > 1)
		code = cmd_usage(&VERB, "one of --json, --csv, --html");
	if (code == CMD_GO_ON &&
	    (code = cmd_world_open(&audit.options, &audit.world)) == 0) {
		audit.feed_options.ctx = &audit;
		audit.feed_options.tick = isatty(STDERR_FILENO) ? tick : NULL;
		if ((code = open_lmtp(&audit)) == 0)
			code = run(&audit, argv + first,
			    (size_t)(argc - first));
		audit_feed_free(audit.feed);
		audit_who_free(audit.who);
		audit_sum_free(audit.sum);
		tables_close(&audit.lmtp);
		cmd_world_close(&audit.world);
	}
	while (audit.who_options.n_names > 0)
		free(audit.names[--audit.who_options.n_names]);
	return code;
}
