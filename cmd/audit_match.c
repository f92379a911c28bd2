/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_match.c - which TLS line belongs to which delivery.
 * Knows:    how long a process's word holds. Not: partners, promises, files.
 * Feeds:    audit_feed.
 * Source:   Postfix smtp/smtp_connect.c: a process delivers one message at a
 *           time, and says its TLS line before its deliveries.
 */
#include "audit_match.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit_recent.h"

#define PROCESSES_MAX	8192	/* that smtp(8) or tlsproxy(8) lately were */
#define NAMES_MAX	16384	/* of hosts, and of programs on them */
#define KEY_MAX		1024
#define QID_SIZE	36
#define SLACK_S	1	/* of times that were rounded */

/*
 * The last TLS line of a process.
 * owner:    the message it belongs to, once that is known.
 */
struct said {
	int64_t when;
	enum audit_word word;
	char qid[QID_SIZE];
	char owner[QID_SIZE];
	char relay[300];
	char protocol[16];
	char cipher[64];
	struct audit_kept kept;
};

/* begin: the first line of a host in the log-th log; there may be gaps. */
struct host {
	unsigned log;
	int64_t begin;
};

/*
 * generation: of an instance: how often it was started or reloaded; since:
 *           when it was last.
 */
struct name {
	unsigned id;
	unsigned generation;
	int64_t since;
};

struct audit_match {
	struct audit_recent *said;
	struct audit_recent *hosts;
	struct audit_recent *names;
	unsigned log;
	char last_host[256];
	size_t last_host_len;
};

const char *
audit_how_name(enum audit_how how)
{
	static const char *const names[AUDIT_HOWS] = { "queue_id", "process",
	    "relay", "none" };

	return names[how];
}

struct audit_match *
audit_match_new(void)
{
	struct audit_match *match = calloc(1, sizeof(*match));

	if (match == NULL)
		return NULL;
	audit_match_log(match);
	match->said = audit_recent_new(sizeof(struct said), PROCESSES_MAX);
	match->hosts = audit_recent_new(sizeof(struct host), 0);
	match->names = audit_recent_new(sizeof(struct name), 0);
	if (match->said == NULL || match->hosts == NULL ||
	    match->names == NULL) {
		audit_match_free(match);
		return NULL;
	}
	return match;
}

void
audit_match_free(struct audit_match *match)
{
	if (match == NULL)
		return;
	audit_recent_free(match->said);
	audit_recent_free(match->hosts);
	audit_recent_free(match->names);
	free(match);
}

/* Texts one after another, a NUL behind each: a key. Cut at its end. */
struct key {
	char text[KEY_MAX];
	size_t len;
};

static void
key_add(struct key *key, struct audit_span part)
{
	size_t len = sizeof(key->text) - key->len - 1;

	len = part.len < len ? part.len : len;
	if (len > 0)
		memcpy(key->text + key->len, part.at, len);
	key->len += len;
	if (key->len < sizeof(key->text) - 1)
		key->text[key->len++] = '\0';
}

/* "postfix" of "postfix/smtp" and of "postfix/relay/smtp". */
static struct audit_span
instance_of(struct audit_span program)
{
	const char *slash = program.len == 0 ? NULL : memchr(program.at, '/',
	    program.len);

	return slash == NULL ? program : (struct audit_span){ program.at,
	    (size_t)(slash - program.at) };
}

/* What is known by such a key; NULL: there are too many, or no memory. */
static struct name *
name_of(struct audit_match *match, const struct key *key)
{
	struct name *name = audit_recent_find(match->names, key->text,
	    key->len);

	if (name == NULL && audit_recent_count(match->names) < NAMES_MAX &&
	    (name = audit_recent_get(match->names, key->text, key->len)) !=
	    NULL)
		name->id = (unsigned)audit_recent_count(match->names);
	return name;
}

static struct name *
source_of(struct audit_match *match, const struct audit_line *line)
{
	struct key key = { .len = 0 };

	key_add(&key, line->host);
	key_add(&key, instance_of(line->program));
	return name_of(match, &key);
}

/* Who logs: a program of one instance, as it was configured at that time. */
static unsigned
logger_of(struct audit_match *match, const struct audit_line *line,
    const struct name *source)
{
	const struct name *logger;
	struct key key = { .len = 0 };

	if (source == NULL)
		return 0;
	key_add(&key, line->host);
	key_add(&key, line->program);
	key_add(&key, (struct audit_span){ (const char *)&source->generation,
	    sizeof(source->generation) });
	logger = name_of(match, &key);
	return logger == NULL ? 0 : logger->id;
}

void
audit_match_master(struct audit_match *match, const struct audit_line *line,
    int64_t when)
{
	struct audit_span text = line->text;
	struct name *source;

	if (!audit_span_skip(&text, "reload -- ") &&
	    !audit_span_skip(&text, "daemon started -- "))
		return;
	if ((source = source_of(match, line)) == NULL)
		return;
	source->generation++;
	source->since = when;
}

void
audit_match_log(struct audit_match *match)
{
	match->log++;
	match->last_host_len = (size_t)-1;
}

void
audit_match_begin(struct audit_match *match, const struct audit_line *line,
    int64_t when)
{
	const struct audit_span name = line->host;
	struct host *host;

	/* Nearly every line is of the host of the one before. */
	if (name.len == match->last_host_len && (name.len == 0 ||
	    memcmp(name.at, match->last_host, name.len) == 0))
		return;
	if (name.len < sizeof(match->last_host)) {
		if (name.len > 0)
			memcpy(match->last_host, name.at, name.len);
		match->last_host_len = name.len;
	}
	if (audit_recent_count(match->hosts) >= NAMES_MAX || (host =
	    audit_recent_get(match->hosts, name.at == NULL ? "" : name.at,
	    name.len)) == NULL || host->log == match->log)
		return;
	host->log = match->log;
	host->begin = when;
}

/* A process by its number; or, of tlsproxy(8), the server it talks to. */
static void
key_process(struct key *key, const struct audit_line *line)
{
	key->len = 0;
	key_add(key, line->host);
	key_add(key, line->program);
	key_add(key, (struct audit_span){ (const char *)&line->pid,
	    sizeof(line->pid) });
}

static void
key_relay(struct key *key, const struct audit_line *line,
    struct audit_span relay)
{
	char name[300];
	size_t n;

	audit_span_copy(relay, name, sizeof(name));
	for (n = 0; name[n] != '\0'; n++)
		if (name[n] >= 'A' && name[n] <= 'Z')
			name[n] = (char)(name[n] + ('a' - 'A'));
	key->len = 0;
	key_add(key, line->host);
	key_add(key, instance_of(line->program));
	key_add(key, (struct audit_span){ name, n });
}

static void
keep(const struct audit_place *place, struct audit_kept *kept)
{
	kept->file = place->file;
	kept->line = place->line;
	audit_span_copy(place->text, kept->text, sizeof(kept->text));
}

int
audit_match_tls(struct audit_match *match, const struct audit_line *line,
    int64_t when, const struct audit_tls *tls,
    const struct audit_place *place, unsigned *ret_logger)
{
	const int is_proxy = audit_line_is(line, "tlsproxy");
	struct said *said;
	struct key key;

	if (is_proxy)
		key_relay(&key, line, tls->relay);
	else
		key_process(&key, line);
	if ((said = audit_recent_get(match->said, key.text, key.len)) == NULL)
		return 0;
	said->when = when;
	said->word = tls->word;
	said->owner[0] = '\0';
	audit_span_copy(tls->qid, said->qid, sizeof(said->qid));
	audit_span_copy(tls->relay, said->relay, sizeof(said->relay));
	audit_span_copy(tls->protocol, said->protocol,
	    sizeof(said->protocol));
	audit_span_copy(tls->cipher, said->cipher, sizeof(said->cipher));
	keep(place, &said->kept);
	*ret_logger = is_proxy ? 0 : logger_of(match, line,
	    source_of(match, line));
	return 1;
}

/* NAME[ADDRESS]:PORT twice; the TLS line may have it without a port. */
static int
is_same_relay(const char *said, struct audit_span relay)
{
	const size_t len = strlen(said);

	return len > 0 && relay.len >= len && strncasecmp(said, relay.at,
	    len) == 0 && (relay.len == len || relay.at[len] == ':');
}

/* The second in which smtp(8) began with it; -1: it is not said. */
static int64_t
begin_of(int64_t when, const struct audit_delivery *delivery)
{
	return delivery->session_ms < 0 ? -1 :
	    (when * 1000 - delivery->session_ms) / 1000;
}

/* Can this line be that delivery's? */
static int
fits(const struct said *said, int64_t when,
    const struct audit_delivery *delivery)
{
	const int64_t begin = begin_of(when, delivery);

	if (!is_same_relay(said->relay, delivery->relay) ||
	    said->when > when + SLACK_S)
		return 0;
	if (said->qid[0] != '\0')
		return audit_span_is(delivery->qid, said->qid);
	if (said->owner[0] != '\0' && !audit_span_is(delivery->qid,
	    said->owner))
		return 0;
	return begin >= 0 && said->when >= begin - SLACK_S -
	    delivery->session_ms / 50000;
}

static void
take_said(const struct said *said, enum audit_how how,
    struct audit_found *found)
{
	found->word = said->word;
	found->is_encrypted = 1;
	found->how = how;
	found->protocol = said->protocol;
	found->cipher = said->cipher;
	found->tls = &said->kept;
}

/* The TLS line of a delivery, if there is one. */
static void
find_said(struct audit_match *match, const struct audit_line *line,
    int64_t when, const struct audit_delivery *delivery,
    struct audit_found *found)
{
	struct said *said;
	struct key key;

	key_process(&key, line);
	said = audit_recent_find(match->said, key.text, key.len);
	if (said != NULL && fits(said, when, delivery)) {
		audit_span_copy(delivery->qid, said->owner,
		    sizeof(said->owner));
		take_said(said, said->qid[0] != '\0' ? AUDIT_BY_QUEUE_ID :
		    AUDIT_BY_PROCESS, found);
		return;
	}
	key_relay(&key, line, delivery->relay);
	said = audit_recent_find(match->said, key.text, key.len);
	if (said != NULL && fits(said, when, delivery))
		take_said(said, AUDIT_BY_RELAY, found);
}

/* What tls= says is of this very message: it goes before any TLS line. */
static void
heed_level(const struct audit_delivery *delivery, struct audit_found *found)
{
	static const struct audit_found nothing = { .protocol = "",
	    .cipher = "", .how = AUDIT_BY_QUEUE_ID };
	const unsigned source = found->source, logger = found->logger;

	switch (delivery->level) {
	case AUDIT_LEVEL_NOT_SAID:
		return;
	case AUDIT_LEVEL_NONE:
		*found = nothing;
		found->word = AUDIT_CLEAR;
		break;
	case AUDIT_LEVEL_ANY:
		found->is_encrypted = 1;
		/* Which word it was, is known as well as its line. */
		if (found->tls != NULL)
			return;
		break;
	case AUDIT_LEVEL_VERIFIED:
		if (found->word != AUDIT_VERIFIED)
			*found = nothing;
		found->word = AUDIT_VERIFIED;
		found->is_encrypted = 1;
		break;
	}
	found->how = AUDIT_BY_QUEUE_ID;
	found->source = source;
	found->logger = logger;
}

/*
 * Would a TLS line be here? A connection of an earlier delivery may have had
 * its line then; what came before the log began is not in it; and who began
 * before a reload, went on as configured before.
 */
static int
is_covered(struct audit_match *match, const struct audit_line *line,
    int64_t when, const struct audit_delivery *delivery,
    const struct name *source)
{
	const struct host *host = audit_recent_find(match->hosts,
	    line->host.at == NULL ? "" : line->host.at, line->host.len);

	return delivery->conn_use <= 1 && delivery->session_ms >= 0 &&
	    host != NULL && host->log == match->log && source != NULL &&
	    begin_of(when, delivery) > host->begin &&
	    begin_of(when, delivery) >= source->since;
}

void
audit_match_delivery(struct audit_match *match, const struct audit_line *line,
    int64_t when, const struct audit_delivery *delivery,
    struct audit_found *found)
{
	const struct name *source = source_of(match, line);

	memset(found, 0, sizeof(*found));
	found->protocol = found->cipher = "";
	found->is_encrypted = -1;
	found->how = AUDIT_BY_NOTHING;
	found->source = source == NULL ? 0 : source->id;
	found->logger = logger_of(match, line, source);
	if (delivery->relay.len == 0 || delivery->is_doubtful)
		return;
	find_said(match, line, when, delivery, found);
	heed_level(delivery, found);
	found->is_silent = found->how == AUDIT_BY_NOTHING &&
	    is_covered(match, line, when, delivery, source);
}
