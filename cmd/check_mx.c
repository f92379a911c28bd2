/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_mx.c - rules held against what the DNS says of their domains.
 * Knows:    that MX hosts bear names. Not: addresses, servers, certificates.
 * Feeds:    check.
 * Source:   Postfix tls/tls_client.c, smtp/smtp_tls_policy.c; postconf(5).
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "demand.h"

/* What all questions share. code: the first that went wrong, with err. */
struct mx_run {
	const struct check_table *table;
	struct dns *dns;
	size_t n_open, n_done;
	time_t shown;		/* when progress was; 0: never */
	struct check_shared unanswered;
	char why[200];		/* the first one */
	enum tlsp_code code;
	struct tlsp_err *err;
	struct mx_question *first;
};

/*
 * domain:   as the DNS has it, from malloc.
 * demand:   where is_judged: what the names of MX hosts are compared with.
 */
struct mx_question {
	struct mx_run *run;
	struct mx_question *previous, *next;
	const struct tlsp_rule *rule;
	struct tlsp_pos at, level;
	char *domain;
	struct demand demand;
	int is_judged;
};

static void
question_free(struct mx_question *question)
{
	struct mx_run *run = question->run;

	if (question->previous != NULL)
		question->previous->next = question->next;
	else
		run->first = question->next;
	if (question->next != NULL)
		question->next->previous = question->previous;
	run->n_open--;
	demand_clear(&question->demand);
	free(question->domain);
	free(question);
}

/* For whom waits at a terminal: how far it is, once a second. */
static void
tick(struct mx_run *run)
{
	const time_t now = time(NULL);

	if (now == run->shown || isatty(STDERR_FILENO) != 1)
		return;
	run->shown = now;
	(void)fprintf(stderr, "\r\033[K%.200s: %zu domains looked up",
	    run->table->map->path, run->n_done);
}

static void
unanswered(struct mx_question *question, const char *why)
{
	struct mx_run *run = question->run;

	if (run->unanswered.n == 0)
		(void)snprintf(run->why, sizeof(run->why), "%s", why);
	check_share(&run->unanswered, question->rule, &question->at);
}

/* Could the certificate of a host of this name pass, by that name alone? */
static int
can_match(const struct mx_question *question, const char *host)
{
	const struct demand_list *match = &question->demand.match;
	const size_t host_len = strlen(host);
	char buf[TLSP_HOSTNAME_MAX + 2];
	const char *name;
	size_t n, len;

	for (n = 0; n < match->n; n++) {
		name = demand_name(&question->demand, match->items[n],
		    question->domain, host, buf);
		if (name == NULL)
			continue;
		len = strlen(name);
		if (strcasecmp(name, host) == 0 || (*name == '.' &&
		    host_len > len &&
		    strcasecmp(host + host_len - len, name) == 0))
			return 1;
	}
	return 0;
}

static void
judge_hosts(const struct mx_question *question,
    const struct dns_answer *answer)
{
	const char *key = question->rule->key;
	char host[TLSP_HOSTNAME_MAX + 1], first[sizeof(host)];
	size_t n, n_hosts = 0;
	int preference;

	for (n = 0; n < answer->n; n++) {
		/* A null MX, or no name: for probe to say. */
		if (!dns_read_mx(answer, n, &preference, host) ||
		    *host == '\0')
			continue;
		if (can_match(question, host))
			return;
		if (n_hosts++ == 0)
			memcpy(first, host, sizeof(first));
	}
	if (n_hosts > 0)
		check_say(question->run->table->check, CHECK_MX_OTHER,
		    &question->level, key, "without match=, a certificate "
		    "for \"%.80s\" is demanded, and no MX host has a name "
		    "there: %.100s%s", key, first, n_hosts > 1 ? ", ..." : "");
}

static void
on_mx(void *ctx, const struct dns_answer *answer)
{
	struct mx_question *question = ctx;
	struct mx_run *run = question->run;

	switch (answer->state) {
	case DNS_FAILED:
		unanswered(question, answer->why);
		break;
	case DNS_NO_NAME:
		check_say(run->table->check, CHECK_NO_DOMAIN,
		    &question->at, question->rule->key, "there is no domain "
		    "\"%.200s\" in the DNS", question->domain);
		break;
	case DNS_FOUND:
		if (question->is_judged)
			judge_hosts(question, answer);
		break;
	case DNS_EMPTY:		/* the domain is its own host */
		break;
	}
	question_free(question);
	run->n_done++;
	tick(run);
}

/* Does the default of main.cf decide whose certificate passes? */
static int
is_without_match(struct mx_question *question)
{
	const struct check_table *table = question->run->table;
	const struct check *check = table->check;
	const struct tlsp_rule *rule = question->rule;
	struct rule_words words;
	struct rule_word word;

	if (rule->policy.level != TLSP_LEVEL_SECURE ||
	    check_is_overridden(check, "smtp_tls_secure_cert_match"))
		return 0;
	rule_words_init(&words, &table->text, rule,
	    check->tables->host.postfix);
	while (rule_words_next(&words, &word))
		if (word.attr->id == TLSP_ATTR_MATCH)
			return 0;
	question->level = words.level;
	return 1;
}

/* Where a rule's mail goes elsewhere, its domain need not be in the DNS. */
static int
is_asked(const struct check_table *table, const struct tlsp_rule *rule)
{
	struct routes_way way;

	return rule->kind == TLSP_NAME_DOMAIN &&
	    rule->policy.level > TLSP_LEVEL_NONE &&
	    (!routes_find(table->check->routes, rule->key, &way) ||
	    strcasecmp(way.nexthop, rule->key) == 0);
}

static enum tlsp_code
ask(struct mx_run *run, const struct tlsp_rule *rule)
{
	const struct check *check = run->table->check;
	const struct tlsp_host *host = &check->tables->host;
	struct mx_question *question = calloc(1, sizeof(*question));
	const char *domain = NULL;
	enum tlsp_code code = TLSP_OK;

	if (question == NULL)
		return tlsp_err_set(run->err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	question->run = run;
	if ((question->next = run->first) != NULL)
		question->next->previous = question;
	run->first = question;
	run->n_open++;
	question->rule = rule;
	question->at = check_at(run->table, rule);
	if (host->to_ascii != NULL)
		domain = host->to_ascii(host->ctx, rule->key);
	question->domain = strdup(domain != NULL ? domain : rule->key);
	if (question->domain == NULL)
		code = tlsp_err_set(run->err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	else if (is_without_match(question) && (code = demand_read(check->site,
	    host, rule->policy.text, rule->policy.pin, &question->demand,
	    run->err)) == TLSP_OK)
		question->is_judged = 1;
	/* What smtp(8) cannot even begin with was said already. */
	if (code == TLSP_OK || code == TLSP_E_VALUE)
		code = dns_ask(run->dns, question->domain, DNS_MX, on_mx,
		    question, run->err);
	/* Nor can a name too long for the DNS be there. */
	if (code != TLSP_OK)
		question_free(question);
	return code == TLSP_E_VALUE ? TLSP_OK : code;
}

/* Wait until no more than n questions are open; 0: it takes too long. */
static int
wait_for(struct mx_run *run, size_t n, int wait_ms)
{
	struct pollfd fd;
	int n_ready, is_other;

	while (run->code == TLSP_OK && run->n_open > n) {
		fd.fd = dns_fd(run->dns);
		fd.events = POLLIN;
		n_ready = poll(&fd, 1, wait_ms);
		if (n_ready == 0)
			return 0;
		if (n_ready < 0 && errno != EINTR)
			run->code = tlsp_err_set(run->err, TLSP_E_IO, NULL,
			    "poll: %s", strerror(errno));
		else if (n_ready > 0)
			run->code = dns_process(run->dns, &is_other,
			    run->err);
	}
	return run->code == TLSP_OK;
}

static struct mx_question *
oldest(const struct mx_run *run)
{
	struct mx_question *question = run->first;

	while (question != NULL && question->next != NULL)
		question = question->next;
	return question;
}

/* As many at once as may be; 0: no answer came for too long. */
static int
ask_all(struct mx_run *run, size_t *cursor, int wait_ms)
{
	const struct tlsp_rule *rule;

	while (run->code == TLSP_OK &&
	    (rule = check_next(run->table, cursor)) != NULL) {
		if (!is_asked(run->table, rule))
			continue;
		run->code = ask(run, rule);
		if (!wait_for(run, CHECK_MX_AT_ONCE - 1, wait_ms))
			return 0;
	}
	return wait_for(run, 0, wait_ms);
}

enum tlsp_code
check_mx(const struct check_table *table, struct dns *dns, int wait_ms,
    struct tlsp_err *err)
{
	struct mx_run run = { .table = table, .dns = dns, .err = err,
	    .unanswered = { .kind = CHECK_DNS }, .code = TLSP_OK };
	const struct tlsp_rule *rule;
	struct mx_question *question;
	char what[300];
	size_t cursor = 0;
	int is_over;

	is_over = ask_all(&run, &cursor, wait_ms);
	if (run.shown != 0)
		(void)fputs("\r\033[K", stderr);
	while ((question = oldest(&run)) != NULL) {
		dns_forget(dns, question);
		unanswered(question, "no answer");
		question_free(question);
	}
	if (run.code != TLSP_OK)
		return run.code;
	/* Nor were the others asked. */
	while (!is_over && (rule = check_next(table, &cursor)) != NULL)
		if (is_asked(table, rule))
			run.unanswered.n++;
	(void)snprintf(what, sizeof(what), "the DNS could not tell its MX "
	    "hosts: %s", run.why);
	check_say_shared(table->check, &run.unanswered, what);
	return TLSP_OK;
}
