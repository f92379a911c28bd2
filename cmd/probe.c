/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * probe.c - tlspolicy probe: what partners' servers show, and what would
 *          become of mail under the rules. Writes nothing.
 * Knows:    the order of calls, options, the exit code. Not: how it is done.
 * Feeds:    main.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "out_json.h"
#include "out_probe.h"
#include "targets.h"

#define JOBS_DEFAULT	64
#define JOBS_MAX	10000
#define TIMEOUT_DEFAULT	30
#define TIMEOUT_MAX	3600

/* Options without a letter. */
enum {
	OPT_TIMEOUT = 256,
	OPT_PINNED,
	OPT_RESOLVER,
	OPT_ANCHOR
};

static const char HELP[] =
    "usage: tlspolicy probe [option...] WHO...\n"
    "       tlspolicy probe [option...] --all\n"
    "Asks the DNS and every mail server of a partner, verifies as smtp(8)\n"
    "would under the rule that answers, and says what would become of mail.\n"
    "Writes nothing. WHO: a recipient's address, a domain, a next-hop; \"-\":\n"
    "names on standard input, one a line.\n\n"
    "  -a, --all              every rule's; wildcards are named, not probed\n"
    "      --pinned           every rule's that has pin=\n"
    "  -j, --jobs=N           destinations at once (64)\n"
    "      --timeout=SECONDS  for each step of each talk (30)\n"
    "      --resolver=ADDRESS[@PORT]  instead of /etc/resolv.conf\n"
    "      --trust-anchor=FILE  keys of the DNS root; \"none\": no DNSSEC\n"
    "  -c, --config-dir=DIR   folder of main.cf\n"
    "  -t, --table=FILE       rules file\n"
    "      --json             records alone, one JSON object a line\n\n"
    "Example: tlspolicy probe --all | tlspolicy learn\n"
    "Exit: 0 mail would be delivered under its rule, everywhere; 1 it would\n"
    "wait or bounce somewhere; 75 somewhere it could not be told.\n";

struct probe {
	struct cmd_options options;
	struct prober_options prober;
	struct dns_options dns;
	struct targets targets;
	int is_text;
	int is_record;		/* records beside the text, for learn */
	int is_progress;
	size_t n_all;		/* as far as is known */
	size_t n_done, n_bad, n_untold;
	int64_t began_ms, shown_ms;
	int has_told_caveat;
};

/* 1: a number in its range. */
static int
read_number(const char *text, unsigned long most, unsigned long *ret_number)
{
	char *end_of;

	if (*text < '0' || *text > '9')
		return 0;
	*ret_number = strtoul(text, &end_of, 10);
	return *end_of == '\0' && *ret_number > 0 && *ret_number <= most;
}

static const struct cmd_option OPTIONS[] = {
	{ "all", 'a', 0 },
	{ "pinned", OPT_PINNED, 0 },
	{ "jobs", 'j', 1 },
	{ "timeout", OPT_TIMEOUT, 1 },
	{ "resolver", OPT_RESOLVER, 1 },
	{ "trust-anchor", OPT_ANCHOR, 1 },
	{ NULL, 0, 0 }
};

static int take_option(void *, int, const char *);

static const struct cmd_verb VERB = { "probe", HELP, OPTIONS, take_option };

static int
take_option(void *ctx, int letter, const char *arg)
{
	struct probe *probe = ctx;
	unsigned long number;

	switch (letter) {
	case 'a':
		probe->targets.is_all = 1;
		return 0;
	case OPT_PINNED:
		probe->targets.is_all = 1;
		probe->targets.is_pinned = 1;
		return 0;
	case 'j':
		if (!read_number(arg, JOBS_MAX, &number))
			return cmd_usage(&VERB, "--jobs takes 1 to %d",
			    JOBS_MAX);
		probe->prober.n_destinations = number;
		return 0;
	case OPT_TIMEOUT:
		if (!read_number(arg, TIMEOUT_MAX, &number))
			return cmd_usage(&VERB, "--timeout takes 1 to %d "
			    "seconds", TIMEOUT_MAX);
		probe->prober.settings.step_ms = (int64_t)number * 1000;
		return 0;
	case OPT_RESOLVER:
		probe->dns.resolver = arg;
		return 0;
	default:
		probe->dns.anchor = arg;
		return 0;
	}
}

/* One line on a terminal: how far, how fast, how bad. */
static void
show_progress(struct probe *probe, int is_last)
{
	const int64_t now = net_now(probe->prober.settings.net);
	const int64_t ms = now - probe->began_ms;

	if (!probe->is_progress || (!is_last && now - probe->shown_ms < 200))
		return;
	probe->shown_ms = now;
	(void)fprintf(stderr, "\r\033[K%zu", probe->n_done);
	if (probe->n_all > 0)
		(void)fprintf(stderr, " of %zu", probe->n_all);
	(void)fprintf(stderr, " probed, %lld/s, %zu would wait or bounce, "
	    "%zu cannot be told%s", ms > 0 ?
	    (long long)(probe->n_done * 1000 / (size_t)ms) : 0LL,
	    probe->n_bad, probe->n_untold, is_last ? "\n" : "");
	(void)fflush(stderr);
}

/* Make room for a line that is to stay. */
static void
hide_progress(const struct probe *probe)
{
	if (probe->is_progress)
		(void)fputs("\r\033[K", stderr);
}

static void
on_skipped(void *ctx, const char *key, const char *why)
{
	const struct probe *probe = ctx;

	hide_progress(probe);
	(void)fprintf(stderr, "tlspolicy: note: %s is not probed: %s\n", key,
	    why);
}

static enum tlsp_code
on_next(void *ctx, struct prober_target *ret_target, struct tlsp_err *err)
{
	struct probe *probe = ctx;

	return targets_next(&probe->targets, ret_target, err);
}

static enum tlsp_code
print_one(const struct probe *probe, const struct record *rec,
    struct tlsp_err *err)
{
	if (probe->options.is_json)
		return out_json_record(rec, stdout, err);
	if (!probe->is_record)
		return TLSP_OK;
	(void)fputs("record ", stdout);
	return out_json_record(rec, stdout, err);
}

static enum tlsp_code
on_done(void *ctx, const struct record *const *servers, size_t n_servers,
    const struct record *destination, struct tlsp_err *err)
{
	struct probe *probe = ctx;
	size_t n, n_good = 0;
	enum tlsp_code code;

	probe->n_done++;
	probe->n_bad += destination->fate == RECORD_WAITS ||
	    destination->fate == RECORD_BOUNCES;
	probe->n_untold += destination->fate == RECORD_UNTOLD;
	hide_progress(probe);
	for (n = 0; n < n_servers; n++) {
		n_good += servers[n]->fate == RECORD_DELIVERED;
		if (probe->is_text)
			out_probe_server(servers[n], (int64_t)time(NULL),
			    stdout);
		if ((code = print_one(probe, servers[n], err)) != TLSP_OK)
			return code;
	}
	if (probe->is_text)
		out_probe_destination(destination, n_good, n_servers, stdout);
	if ((code = print_one(probe, destination, err)) != TLSP_OK)
		return code;
	if (!probe->has_told_caveat && dns_caveat(probe->prober.dns) != NULL) {
		probe->has_told_caveat = 1;
		(void)fprintf(stderr, "tlspolicy: warning: %s\n",
		    dns_caveat(probe->prober.dns));
	}
	show_progress(probe, 0);
	return fflush(stdout) == 0 ? TLSP_OK : tlsp_err_set(err, TLSP_E_IO,
	    NULL, "standard output cannot be written");
}

/* inet_protocols. */
static void
read_protocols(const char *value, struct prober_options *prober)
{
	const int is_all = value == NULL || strstr(value, "all") != NULL;

	prober->has_ipv4 = is_all || strstr(value, "ipv4") != NULL;
	prober->has_ipv6 = is_all || strstr(value, "ipv6") != NULL;
}

static int
run(struct probe *probe, struct tlsp_err *err)
{
	int is_told = 0, code;

	probe->began_ms = net_now(probe->prober.settings.net);
	if (probe->is_progress)
		probe->n_all = targets_count(&probe->targets);
	code = (int)prober_run(&probe->prober, &is_told, err);
	show_progress(probe, 1);
	if (code != TLSP_OK)
		return cmd_error(err);
	if ((code = cmd_flush()) != 0)
		return code;
	if (is_told)
		(void)fprintf(stderr, "tlspolicy: told to end: what was not "
		    "done by then has no record\n");
	if (probe->n_bad > 0)
		return 1;
	return is_told || probe->n_untold > 0 || probe->n_done == 0 ?
	    EX_TEMPFAIL : 0;
}

/* All that is opened before the first question. */
static int
open_all(struct probe *probe, struct cmd_world *world,
    struct demand_site *site)
{
	struct prober_options *prober = &probe->prober;
	const struct conf *conf = world->conf;
	const char *port = conf_get(conf, "smtp_tcp_port");
	struct tlsp_err err;
	enum tlsp_code code;

	prober->settings.helo = conf_get(conf, "smtp_helo_name");
	prober->settings.digest = world->tables.trust.digest[0] != '\0' ?
	    world->tables.trust.digest : "sha256";
	prober->host = &world->tables.host;
	prober->port = port != NULL ? net_port(port) : 25;
	prober->n_connections = net_room();
	read_protocols(conf_get(conf, "inet_protocols"), prober);
	if (prober->settings.helo == NULL || *prober->settings.helo == '\0')
		prober->settings.helo = "localhost";
	probe->dns.n_at_once = 8 * prober->n_destinations < 512 ?
	    8 * prober->n_destinations : 512;
	if ((code = demand_site_read(conf, "smtp", world->tables.host.postfix,
	    site, &err)) == TLSP_OK &&
	    (code = tls_context_new(site, &prober->settings.tls, &err)) ==
	    TLSP_OK &&
	    (code = net_new(conf_get(conf, "smtp_bind_address"),
	    conf_get(conf, "smtp_bind_address6"), &prober->settings.net,
	    &err)) == TLSP_OK)
		code = dns_new(&probe->dns, &prober->dns, &err);
	if (code == TLSP_E_VALUE && probe->dns.resolver != NULL)
		return cmd_usage(&VERB, "%s", err.text);
	return code == TLSP_OK ? 0 : cmd_error(&err);
}

/* Read what the rules name now; later there may be no right to. */
static void
prepare(const struct probe *probe)
{
	const struct tables *tables = probe->targets.tables;
	struct tables_cursor cursor = { 0, 0 };
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	struct demand demand;
	struct tlsp_err err;
	enum tlsp_code code;

	while ((code = tables_next(tables, &cursor, &map, &rule, &err)) !=
	    TLSP_NONE) {
		if (code != TLSP_OK || rule->fault != NULL ||
		    demand_read(probe->targets.site, NULL, rule->policy.text,
		    rule->policy.pin, &demand, &err) != TLSP_OK)
			continue;
		/* A file that cannot be read is told when it is needed. */
		(void)!tls_prepare(probe->prober.settings.tls, &demand, &err);
		demand_clear(&demand);
	}
}

int
cmd_probe(int argc, char **argv)
{
	return cmd_probe_as(argc, argv, NULL, 0);
}

int
cmd_probe_as(int argc, char **argv, int (*drop)(void), int is_for_cert)
{
	struct demand_site site;
	struct cmd_world world;
	struct tlsp_err err;
	struct probe probe;
	int first, code;

	memset(&probe, 0, sizeof(probe));
	memset(&site, 0, sizeof(site));
	probe.prober.n_destinations = JOBS_DEFAULT;
	probe.prober.settings.step_ms = TIMEOUT_DEFAULT * 1000;
	code = cmd_options_read(&VERB, argc, argv, &probe, &probe.options,
	    &first);
	if (code != CMD_GO_ON)
		return code;
	probe.targets.who = argv + first;
	probe.targets.n_who = (size_t)(argc - first);
	if (probe.targets.n_who == 0 && !probe.targets.is_all)
		return cmd_usage(&VERB, "whom?");
	if ((code = cmd_world_open(&probe.options, &world)) != 0)
		return code;
	probe.targets.tables = &world.tables;
	probe.targets.is_for_cert = is_for_cert;
	probe.targets.site = &site;
	probe.targets.stream = stdin;
	probe.targets.skipped = on_skipped;
	probe.targets.ctx = &probe;
	probe.is_text = !probe.options.is_json;
	probe.is_record = !isatty(STDOUT_FILENO);
	probe.is_progress = isatty(STDERR_FILENO);
	probe.prober.next = on_next;
	probe.prober.done = on_done;
	probe.prober.ctx = &probe;
	code = open_all(&probe, &world, &site);
	if (code == 0 && drop != NULL) {
		prepare(&probe);
		code = drop();
	}
	if (code == 0)
		code = run(&probe, &err);
	dns_free(probe.prober.dns);
	net_free(probe.prober.settings.net);
	tls_context_free(probe.prober.settings.tls);
	targets_clear(&probe.targets);
	demand_site_clear(&site);
	cmd_world_close(&world);
	return code;
}
