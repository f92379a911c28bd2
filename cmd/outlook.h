/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * outlook.h - what smtp(8) logs of a certificate, and what becomes of mail.
 * Knows:    levels, versions of Postfix. Not: rules, servers.
 * Feeds:    show_route.
 * Source:   Postfix tls/tls_client.c, smtp/smtp_proto.c, 3.4 to 3.12.
 */
#ifndef TLSP_CMD_OUTLOOK_H
#define TLSP_CMD_OUTLOOK_H

#include "../dict_tlspolicy/attr.h"

/*
 * What a server may show.
 * GOOD:     all that is demanded; WRONG_NAME: of a trusted authority, but of
 *           another name; UNKNOWN: of no trusted authority, or of another key;
 *           EXPIRED; NO_TLS: it offers none.
 */
enum outlook_case {
	OUTLOOK_GOOD,
	OUTLOOK_WRONG_NAME,
	OUTLOOK_UNKNOWN,
	OUTLOOK_EXPIRED,
	OUTLOOK_NO_TLS,
	OUTLOOK_CASES
};

/*
 * What is demanded.
 * postfix:  TLSP_POSTFIX(), patch: the number behind that, 3.10.4: 4.
 * has_ca:   main.cf names authorities.
 */
struct outlook_of {
	enum tlsp_level_id level;
	int postfix;
	int patch;
	int has_ca;
};

/*
 * word:     of "... TLS connection established to", or NULL: no such line.
 * is_sent:  mail is delivered; else it waits.
 * note:     in which case it is otherwise, or NULL.
 */
struct outlook {
	const char *word;
	int is_sent;
	const char *note;
};

struct outlook outlook_for(const struct outlook_of *, enum outlook_case);

/* In words, and as one word. */
const char *outlook_case_text(enum outlook_case);
const char *outlook_case_word(enum outlook_case);

#endif
