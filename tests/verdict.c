/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * verdict.c - the command's own handshake and verdict, without its prober:
 *	mail's fate and the word of the log, for comparison with smtp(8).
 *	Lines "NEXTHOP MX ADDRESS RULE [@ TLSA...]" on standard input. The
 *	DNS counts as signed where no "unsigned" is in a name.
 * Feeds:    tests/host/lib/verdict.sh.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../cmd/host.h"
#include "../cmd/tls.h"

static struct conf *conf;
static struct demand_site site;
static struct tlsp_host host;
static struct tls_context *context;

/* Read a reply: its code, or 0. */
static int
reply(int fd)
{
	char buf[2048];
	size_t used = 0;
	ssize_t n;
	char *line, *end;

	while (used + 1 < sizeof(buf) &&
	    (n = read(fd, buf + used, sizeof(buf) - 1 - used)) > 0) {
		used += (size_t)n;
		buf[used] = '\0';
		for (line = buf; (end = strchr(line, '\n')) != NULL;
		    line = end + 1)
			if (end - line > 3 && line[3] == ' ')
				return atoi(line);
	}
	return 0;
}

static int
talk(int fd, const char *command, int want)
{
	return write(fd, command, strlen(command)) ==
	    (ssize_t)strlen(command) && reply(fd) == want;
}

static int
dial(const char *address)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons(25) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (inet_pton(AF_INET, address, &sin.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&sin, sizeof(sin)) < 0 ||
	    reply(fd) != 220 || !talk(fd, "EHLO verdict.test\r\n", 250)) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static void
say(const char *word, int is_met, const char *origin, const char *why)
{
	(void)printf("%s %s %s %s\n", word, is_met ? "sent" : "deferred",
	    origin, why);
	(void)fflush(stdout);
}

static void
shake(const struct demand *demand, const struct tls_peer *peer, int fd)
{
	static const char *const origins[] = { "none", "pkix", "dane" };
	struct pollfd ready = { .fd = fd };
	const struct tls_result *result;
	struct tls_session *session;
	enum tls_step step;
	struct tlsp_err err;
	int is_fine;

	if (tls_new(context, demand, peer, TLS_AS_WRITTEN, fd, &session,
	    &err) != TLSP_OK) {
		say("-", 0, "none", err.text);
		return;
	}
	if (!talk(fd, "STARTTLS\r\n", 220)) {
		is_fine = demand->level == TLSP_LEVEL_MAY ||
		    (demand->level == TLSP_LEVEL_DANE &&
		    (!site.is_dnssec || peer->n_tlsa == 0));
		say(is_fine ? "clear" : "-", is_fine, "none", "no STARTTLS");
		tls_free(session);
		return;
	}
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	while ((step = tls_step(session, &err)) != TLS_DONE &&
	    step != TLS_FAILED) {
		ready.events = step == TLS_WANT_READ ? POLLIN : POLLOUT;
		(void)poll(&ready, 1, 10000);
	}
	result = tls_result(session, (int64_t)time(NULL));
	if (step == TLS_FAILED)
		say("-", 0, "none", err.text);
	else
		say(tls_word_name(result->verdict.word),
		    result->verdict.is_met,
		    origins[result->verdict.origin], result->verdict.why);
	tls_free(session);
}

static void
judge(const char *nexthop, const char *mx, const char *address,
    const char *rule, const char *const *tlsa, size_t n_tlsa)
{
	const struct tls_peer peer = { .nexthop = nexthop, .mx = mx,
	    .has_mx = 1, .is_mx_secure = strstr(nexthop, "unsigned") == NULL,
	    .tlsa = tlsa, .n_tlsa = n_tlsa,
	    .is_tlsa_secure = strstr(mx, "unsigned") == NULL };
	struct demand demand;
	struct tlsp_err err;
	int fd;

	if (demand_read(&site, &host, rule, TLSP_PIN_OFF, &demand, &err) !=
	    TLSP_OK) {
		say("-", 0, "none", err.text);
		return;
	}
	fd = dial(address);
	if (fd < 0)
		say("-", 0, "none", "no connection");
	else {
		shake(&demand, &peer, fd);
		(void)close(fd);
	}
	demand_clear(&demand);
}

int
main(void)
{
	char *line = NULL, *save, *nexthop, *mx, *address, *rule, *next;
	const char *tlsa[16];
	struct tlsp_err err;
	size_t cap = 0, n;

	if (conf_load(NULL, &conf, &err) != TLSP_OK ||
	    host_open(conf, &host, &err) != TLSP_OK ||
	    demand_site_read(conf, "smtp", host.postfix, &site, &err) !=
	    TLSP_OK || tls_context_new(&site, &context, &err) != TLSP_OK) {
		(void)fprintf(stderr, "verdict: %s\n", err.text);
		return 1;
	}
	while (getline(&line, &cap, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		nexthop = strtok_r(line, " ", &save);
		mx = strtok_r(NULL, " ", &save);
		address = strtok_r(NULL, " ", &save);
		rule = save;
		for (n = 0; n < 16 && (next = strstr(save, " @ ")) != NULL;
		    n++) {
			*next = '\0';
			tlsa[n] = save = next + 3;
		}
		judge(nexthop, mx, address, rule, tlsa, n);
	}
	free(line);
	tls_context_free(context);
	demand_site_clear(&site);
	host_close(&host);
	conf_free(conf);
	return 0;
}
