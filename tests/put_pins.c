/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * put_pins.c - publish what a test says was verified.
 * put_pins [-f] [-c DIR] TABLE      a script on standard input, by lines:
 *     key NEXT-HOP                  what follows is of this one
 *     rule RIGHT-HAND-SIDE          verified under this rule, not the table's
 *     digest NAME                   of this digest, not main.cf's
 *     scan AGE                      all MX hosts were known AGE seconds ago
 *     never                         they never were
 *     mx HOST:PORT                  an MX host; gone HOST:PORT: a former one
 *     pin KEY CERT AGE LIFE         fingerprints; verified AGE seconds ago,
 *                                   the certificate is good for LIFE more
 * put_pins -b [-f] [-c DIR] TABLE   keys, one a line: each with two MX hosts
 *                                   and a pin for each of them
 * -f: begin with an empty store. -c: main.cf is here; without: defaults.
 * Feeds:    tests/host, tests/bench.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../dict_tlspolicy/policy.h"
#include "../dict_tlspolicy/table.h"
#include "../dict_tlspolicy/version.h"
#include "helper.h"
#include "helper_pins.h"

static const char *conf_dir;
static struct tlsp_table *table;
static struct tlsp_store_edit *edit;
static struct help help;
static struct help_pins pins;
static char key[512];
static char names[TLSP_PIN_HOSTS_MAX][256];
static char prints[TLSP_PINS_MAX][2][200];
static char digest[16];

/* What postconf(1) says; of a machine without main.cf: nothing. */
static const char *
setting(void *ctx, const char *name)
{
	static char value[4096];
	char command[512];
	FILE *fp;
	size_t len;

	(void)ctx;
	if (conf_dir == NULL)
		return strcmp(name, "smtp_tls_fingerprint_digest") == 0 ?
		    "sha256" : NULL;
	(void)snprintf(command, sizeof(command), "postconf -c '%s' -hx '%s' "
	    "2>/dev/null", conf_dir, name);
	if ((fp = popen(command, "r")) == NULL)
		err(1, "postconf");
	len = fread(value, 1, sizeof(value) - 1, fp);
	if (pclose(fp) != 0)
		errx(1, "postconf: %s", name);
	while (len > 0 && value[len - 1] == '\n')
		len--;
	value[len] = '\0';
	return value;
}

static const struct tlsp_trust *
trust(void)
{
	struct tlsp_pinned *pinned = tlsp_table_pinned(table);

	if (pinned == NULL)
		errx(1, "no rule of this table has a pin");
	return tlsp_pinned_trust(pinned);
}

static void
flush_set(void)
{
	struct tlsp_err why;

	if (key[0] == '\0')
		return;
	help_pins_write(&pins, key);
	if (tlsp_store_edit_put(edit, key, strlen(key), pins.record, pins.len,
	    &why) != TLSP_OK)
		errx(1, "%s: %s", key, why.text);
	key[0] = '\0';
}

/* What the rule that answers for it demands. */
static uint64_t
constraint_of(const char *name)
{
	struct tlsp_trace trace;
	struct tlsp_err why;
	const char *answer;

	if (tlsp_table_lookup(table, name, TLSP_QUERY_ONLY, &answer, &why,
	    &trace) == TLSP_NONE || trace.found.record == NULL ||
	    trace.found.record->pin == TLSP_PIN_OFF)
		errx(1, "%s: no rule with pin", name);
	return trace.constraint;
}

static void
begin_set(const char *name)
{
	flush_set();
	(void)snprintf(key, sizeof(key), "%s", name);
	(void)strcpy(digest, trust()->digest);
	help_pins_init(&pins, time(NULL), constraint_of(name), digest);
}

static void
add_host(char *text, int is_gone)
{
	char *name = names[pins.set.n_hosts], *colon = strrchr(text, ':');

	if (colon == NULL)
		errx(1, "%s: no port", text);
	*colon = '\0';
	(void)snprintf(name, sizeof(names[0]), "%s", text);
	help_pins_host(&pins, name, is_gone)->port =
	    (unsigned)strtoul(colon + 1, NULL, 10);
}

static void
add_pin(char *text)
{
	char (*print)[200] = prints[pins.set.n_pins];
	struct tlsp_pin *pin = help_pins_pin(&pins, 0, 0, 0);
	long age, life;

	if (sscanf(text, "%199s %199s %ld %ld", print[0], print[1], &age,
	    &life) != 4)
		errx(1, "pin: %s", text);
	pin->key.text = print[0];
	pin->key.len = strlen(print[0]);
	pin->cert.text = print[1];
	pin->cert.len = strlen(print[1]);
	pin->verified = pin->first = time(NULL) - age;
	pin->not_after = time(NULL) + life;
	pin->anchor.len = 0;
}

static void
one_line(char *line)
{
	char *rest = line + strcspn(line, " ");

	if (*rest != '\0')
		*rest++ = '\0';
	if (strcmp(line, "key") == 0)
		begin_set(rest);
	else if (strcmp(line, "rule") == 0)
		pins.set.constraint = tlsp_policy_constraint(rest,
		    tlsp_policy_has_braces(help.host.postfix), trust());
	else if (strcmp(line, "digest") == 0) {
		(void)snprintf(digest, sizeof(digest), "%s", rest);
		pins.set.digest.len = strlen(digest);
	} else if (strcmp(line, "scan") == 0)
		pins.set.scanned = time(NULL) - atol(rest);
	else if (strcmp(line, "never") == 0)
		pins.set.scanned = 0;
	else if (strcmp(line, "mx") == 0 || strcmp(line, "gone") == 0)
		add_host(rest, line[0] == 'g');
	else if (strcmp(line, "pin") == 0)
		add_pin(rest);
	else if (line[0] != '\0' && line[0] != '#')
		errx(1, "%s: no such word", line);
}

/* Two hosts, a key of its own for each. */
static void
one_key(const char *name)
{
	static unsigned n;
	const time_t now = time(NULL);

	begin_set(name);
	help_pins_host(&pins, "mx1.mail.example.com", 0);
	help_pins_pin(&pins, (unsigned char)n, now, now + 86400 * 60);
	help_pins_host(&pins, "mx2.mail.example.com", 0);
	help_pins_pin(&pins, (unsigned char)(n + 128), now, now + 86400 * 60);
	n++;
}

int
main(int argc, char **argv)
{
	struct tlsp_err why;
	char *line = NULL;
	size_t size = 0;
	int ch, is_fresh = 0, is_bulk = 0;

	while ((ch = getopt(argc, argv, "bfc:")) != -1)
		switch (ch) {
		case 'b':
			is_bulk = 1;
			break;
		case 'f':
			is_fresh = 1;
			break;
		case 'c':
			conf_dir = optarg;
			break;
		default:
			return 2;
		}
	if (optind + 1 != argc)
		return 2;
	help_init(&help, 307, 1);
	help.host.service = "smtp";
	help.host.setting = setting;
	if (conf_dir != NULL)
		help.host.postfix = tlsp_version_parse(setting(NULL,
		    "mail_version"), TLSP_POSTFIX_OLDEST, TLSP_POSTFIX(4, 0));
	table = tlsp_table_open(argv[optind], getuid(), &help.host,
	    help_report, &help);
	if (table == NULL || tlsp_table_fault(table) != NULL)
		errx(1, "%s", table == NULL ? "no memory" :
		    tlsp_table_fault(table)->text);
	if (tlsp_store_edit_begin(argv[optind], getuid(), is_fresh, 10, &edit,
	    &why) != TLSP_OK)
		errx(1, "%s", why.text);
	while (getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (is_bulk)
			one_key(line);
		else
			one_line(line);
	}
	flush_set();
	if (tlsp_store_edit_commit(edit, &why) != TLSP_OK)
		errx(1, "%s", why.text);
	free(line);
	tlsp_table_close(table);
	help_clear(&help);
	return 0;
}
