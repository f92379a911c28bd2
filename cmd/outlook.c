/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * outlook.c - what smtp(8) logs of a certificate, and what becomes of mail.
 * Knows:    levels, versions of Postfix. Not: rules, servers.
 * Feeds:    show_route.
 */
#include "outlook.h"

static const struct {
	const char *word;
	const char *text;
} CASES[OUTLOOK_CASES] = {
	[OUTLOOK_GOOD] = { "good", "a good certificate" },
	[OUTLOOK_WRONG_NAME] = { "wrong_name", "of another name" },
	[OUTLOOK_UNKNOWN] = { "unknown", "of an unknown authority" },
	[OUTLOOK_EXPIRED] = { "expired", "an expired one" },
	[OUTLOOK_NO_TLS] = { "no_tls", "a server without TLS" },
};

const char *
outlook_case_text(enum outlook_case which)
{
	return CASES[which].text;
}

const char *
outlook_case_word(enum outlook_case which)
{
	return CASES[which].word;
}

/* May and encrypt: nothing is demanded of a certificate. */
static struct outlook
open_to_all(const struct outlook_of *of, enum outlook_case which)
{
	static const char anonymous[] = "up to TLS 1.2 it can be Anonymous";
	struct outlook outlook = { "Untrusted", 1, NULL };

	if (which == OUTLOOK_NO_TLS)
		return (struct outlook){ NULL, of->level == TLSP_LEVEL_MAY,
		    NULL };
	if (of->has_ca && (which == OUTLOOK_GOOD ||
	    which == OUTLOOK_WRONG_NAME))
		outlook.word = "Trusted";
	if (which == OUTLOOK_GOOD)
		outlook.note = of->has_ca ? anonymous :
		    "main.cf trusts no authority";
	return outlook;
}

/* From when on a wrong name is told from an unknown authority, and when not. */
static const char *
wrong_name_word(const struct outlook_of *of)
{
	const int has_3_10_4 = of->postfix > TLSP_POSTFIX(3, 10) ||
	    (of->postfix == TLSP_POSTFIX(3, 10) && of->patch >= 4);

	return of->postfix < TLSP_POSTFIX(3, 6) || has_3_10_4 ? "Trusted" :
	    "Untrusted";
}

static struct outlook
pkix(const struct outlook_of *of, enum outlook_case which)
{
	if (!of->has_ca)
		return (struct outlook){ "Untrusted", 0, which == OUTLOOK_GOOD ?
		    "main.cf trusts no authority" : NULL };
	if (which == OUTLOOK_GOOD)
		return (struct outlook){ "Verified", 1, NULL };
	return (struct outlook){ which == OUTLOOK_WRONG_NAME ?
	    wrong_name_word(of) : "Untrusted", 0, NULL };
}

static struct outlook
pinned(const struct outlook_of *of, enum outlook_case which)
{
	if (which == OUTLOOK_UNKNOWN)
		return (struct outlook){ "Untrusted", 0, of->postfix <
		    TLSP_POSTFIX(3, 6) ? "Trusted if its authority is" :
		    "any key but those of the rule" };
	return (struct outlook){ "Verified", 1, which == OUTLOOK_GOOD ? NULL :
	    "if the key is one of the rule: nothing else is looked at" };
}

static struct outlook
dane(const struct outlook_of *of, enum outlook_case which)
{
	const char *none = of->level == TLSP_LEVEL_DANE ?
	    "without TLSA records as at level may" : "if TLSA records say so";

	if (which == OUTLOOK_GOOD)
		return (struct outlook){ "Verified", 1, none };
	return (struct outlook){ "Untrusted", 0, which == OUTLOOK_UNKNOWN ?
	    NULL : "Verified if TLSA records name its key (usage 3)" };
}

struct outlook
outlook_for(const struct outlook_of *of, enum outlook_case which)
{
	switch (of->level) {
	case TLSP_LEVEL_NONE:
		return (struct outlook){ NULL, 1, NULL };
	case TLSP_LEVEL_MAY:
	case TLSP_LEVEL_ENCRYPT:
		return open_to_all(of, which);
	default:
		break;
	}
	if (which == OUTLOOK_NO_TLS)
		return (struct outlook){ NULL, 0, of->level ==
		    TLSP_LEVEL_DANE ? "without TLSA records in clear" : NULL };
	if (of->level == TLSP_LEVEL_FINGERPRINT)
		return pinned(of, which);
	if (of->level == TLSP_LEVEL_DANE || of->level == TLSP_LEVEL_DANE_ONLY)
		return dane(of, which);
	return pkix(of, which);
}
