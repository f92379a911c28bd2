/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * smtp.c - the talk with a mail server up to TLS and behind it: bytes in,
 *          bytes out.
 * Knows:    SMTP replies, as smtp(8) reads them. Not: sockets, clocks, TLS.
 * Feeds:    prober.
 * Source:   RFC 5321 section 4.2, RFC 3207; Postfix smtp/smtp_proto.c.
 */
#include "smtp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static void
end(struct smtp *smtp, enum smtp_result result)
{
	smtp->step = SMTP_END;
	smtp->result = result;
	smtp->out_len = 0;
}

static void fail(struct smtp *, enum smtp_result, const char *, ...)
    __attribute__((format(printf, 3, 4)));

static void
fail(struct smtp *smtp, enum smtp_result result, const char *fmt, ...)
{
	va_list ap;

	end(smtp, result);
	va_start(ap, fmt);
	(void)vsnprintf(smtp->error, sizeof(smtp->error), fmt, ap);
	va_end(ap);
}

static void
say(struct smtp *smtp, enum smtp_step step, const char *command,
    const char *argument)
{
	const int n = snprintf(smtp->out, sizeof(smtp->out), "%s%s%s\r\n",
	    command, *argument != '\0' ? " " : "", argument);

	smtp->out_len = n > 0 && (size_t)n < sizeof(smtp->out) ? (size_t)n : 0;
	smtp->step = step;
}

void
smtp_init(struct smtp *smtp, const char *helo, int wants_tls)
{
	memset(smtp, 0, sizeof(*smtp));
	smtp->helo = helo;
	smtp->wants_tls = wants_tls;
}

const char *
smtp_step_name(const struct smtp *smtp)
{
	switch (smtp->step) {
	case SMTP_GREETING:
		return "the greeting";
	case SMTP_EHLO:
		return smtp->is_secure ? "the reply to EHLO behind TLS" :
		    "the reply to EHLO";
	case SMTP_HELO:
		return smtp->is_secure ? "the reply to HELO behind TLS" :
		    "the reply to HELO";
	case SMTP_STARTTLS:
		return "the reply to STARTTLS";
	case SMTP_HANDSHAKE:
		return "the TLS handshake";
	default:
		return "nothing";
	}
}

const char *
smtp_reply(const struct smtp *smtp)
{
	return smtp->text;
}

const char *
smtp_output(const struct smtp *smtp, size_t *ret_len)
{
	*ret_len = smtp->out_len;
	return smtp->out_len > 0 ? smtp->out : NULL;
}

void
smtp_sent(struct smtp *smtp, size_t len)
{
	if (len > smtp->out_len)
		len = smtp->out_len;
	memmove(smtp->out, smtp->out + len, smtp->out_len - len);
	smtp->out_len -= len;
}

/* Keep a line for people: what does not print becomes "?". */
static void
keep_line(struct smtp *smtp)
{
	size_t n;
	int c;

	if (smtp->text_len > 0 && smtp->text_len < SMTP_TEXT_MAX - 1)
		smtp->text[smtp->text_len++] = ' ';
	for (n = 0; n < smtp->line_len && smtp->text_len < SMTP_TEXT_MAX - 1;
	    n++) {
		c = (unsigned char)smtp->line[n];
		smtp->text[smtp->text_len++] =
		    (char)(c >= ' ' && c <= '~' ? c : '?');
	}
	smtp->text[smtp->text_len] = '\0';
}

/* The next word: behind what separates, up to what separates. */
static size_t
word(const char **at, const char *end_of, const char *separators)
{
	const char *start;

	while (*at < end_of && **at != '\0' &&
	    strchr(separators, **at) != NULL)
		(*at)++;
	for (start = *at; *at < end_of && (**at == '\0' ||
	    strchr(separators, **at) == NULL); (*at)++)
		;
	return (size_t)(*at - start);
}

/*
 * Is the keyword of a line of the reply to EHLO "STARTTLS"? It is the word
 * behind the code, or what stands there: smtp(8) does not look.
 */
static int
names_starttls(const struct smtp *smtp)
{
	static const char keyword[] = "STARTTLS";
	const char *at = smtp->line, *const end_of = at + smtp->line_len;

	if (word(&at, end_of, "- ") == 0)
		return 0;
	if (at < end_of)
		at++;
	return word(&at, end_of, " \t=") == sizeof(keyword) - 1 &&
	    strncasecmp(at - (sizeof(keyword) - 1), keyword,
	    sizeof(keyword) - 1) == 0;
}

static void
without_tls(struct smtp *smtp)
{
	if (smtp->is_secure)
		end(smtp, SMTP_SECURE);
	else if (!smtp->wants_tls)
		end(smtp, SMTP_CLEAR_ASKED);
	else
		end(smtp, SMTP_CLEAR_NOT_OFFERED);
}

static void
greeted(struct smtp *smtp, int is_good)
{
	if (is_good)
		say(smtp, SMTP_EHLO, "EHLO", smtp->helo);
	else
		fail(smtp, SMTP_FAILED, "it refused to talk to us: %s",
		    smtp->text);
}

static void
answered_ehlo(struct smtp *smtp, int is_good)
{
	if (!is_good && (smtp->code == 421 || smtp->step == SMTP_HELO))
		fail(smtp, SMTP_FAILED, "it refused our name %.128s: %s",
		    smtp->helo, smtp->text);
	else if (!is_good)
		say(smtp, SMTP_HELO, "HELO", smtp->helo);
	else if (smtp->step == SMTP_EHLO && !smtp->is_secure &&
	    smtp->wants_tls && smtp->offers_starttls)
		say(smtp, SMTP_STARTTLS, "STARTTLS", "");
	else
		without_tls(smtp);
}

/* A whole reply has been read. */
static void
replied(struct smtp *smtp)
{
	const int is_good = smtp->code / 100 == 2;

	switch (smtp->step) {
	case SMTP_GREETING:
		greeted(smtp, is_good);
		break;
	case SMTP_EHLO:
	case SMTP_HELO:
		answered_ehlo(smtp, is_good);
		break;
	case SMTP_STARTTLS:
		if (is_good)
			smtp->step = SMTP_HANDSHAKE;
		else
			fail(smtp, SMTP_CLEAR_REFUSED,
			    "it refused to start TLS: %s", smtp->text);
		break;
	default:
		break;
	}
	smtp->n_lines = 0;
	smtp->n_bytes = 0;
}

/* Three digits, then a blank, a hyphen or the end: 1; else 0. */
static int
read_code(const struct smtp *smtp, int *ret_code, int *ret_is_last)
{
	const char *line = smtp->line;
	size_t n;
	int code = 0;

	for (n = 0; n < smtp->line_len && line[n] >= '0' && line[n] <= '9' &&
	    n < 4; n++)
		code = code * 10 + line[n] - '0';
	if (n != 3 || (smtp->line_len > 3 && line[3] != ' ' &&
	    line[3] != '-'))
		return 0;
	*ret_code = code;
	*ret_is_last = smtp->line_len == 3 || line[3] == ' ';
	return 1;
}

static void
end_line(struct smtp *smtp)
{
	int code = 0, is_last = 0;

	if (smtp->line_len > 0 && smtp->line[smtp->line_len - 1] == '\r')
		smtp->line_len--;
	if (smtp->n_lines == 0)
		smtp->text_len = 0;
	if (++smtp->n_lines > SMTP_REPLY_LINES_MAX) {
		fail(smtp, SMTP_HOSTILE, "%s has more than %d lines: %.200s",
		    smtp_step_name(smtp), SMTP_REPLY_LINES_MAX, smtp->text);
		return;
	}
	keep_line(smtp);
	/* The first line is the server's name. */
	if (smtp->step == SMTP_EHLO && smtp->n_lines > 1 &&
	    names_starttls(smtp))
		smtp->offers_starttls = 1;
	/* A line that is no reply: smtp(8) reads on, and so do we. */
	is_last = read_code(smtp, &code, &is_last) && is_last;
	smtp->line_len = 0;
	if (is_last) {
		smtp->code = code;
		replied(smtp);
	}
}

void
smtp_input(struct smtp *smtp, const char *bytes, size_t len)
{
	size_t n;

	for (n = 0; n < len && smtp->step != SMTP_END; n++) {
		if (smtp->step == SMTP_HANDSHAKE) {
			fail(smtp, SMTP_HOSTILE, "%zu bytes in clear text came "
			    "behind its consent to TLS (a third party may "
			    "have put them there)", len - n);
			return;
		}
		if (++smtp->n_bytes > SMTP_REPLY_BYTES_MAX) {
			fail(smtp, SMTP_HOSTILE, "%s has more than %zu bytes",
			    smtp_step_name(smtp), SMTP_REPLY_BYTES_MAX);
			return;
		}
		if (bytes[n] == '\n')
			end_line(smtp);
		else if (smtp->line_len < SMTP_LINE_MAX)
			smtp->line[smtp->line_len++] = bytes[n];
	}
}

void
smtp_lost(struct smtp *smtp, const char *why)
{
	char heard[SMTP_TEXT_MAX];

	if (smtp->step == SMTP_END)
		return;
	/* Of an unfinished reply, show what there is. */
	heard[0] = '\0';
	if (smtp->n_bytes > 0) {
		if (smtp->n_lines == 0)
			smtp->text_len = 0;
		keep_line(smtp);
		(void)snprintf(heard, sizeof(heard), "; it had said: %.200s",
		    smtp->text);
	}
	fail(smtp, SMTP_FAILED, "%s while we waited for %s%s", why,
	    smtp_step_name(smtp), heard);
}

void
smtp_secured(struct smtp *smtp)
{
	if (smtp->step != SMTP_HANDSHAKE)
		return;
	smtp->is_secure = 1;
	say(smtp, SMTP_EHLO, "EHLO", smtp->helo);
}
