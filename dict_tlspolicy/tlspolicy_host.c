/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */

/*++
/* NAME
/*	tlspolicy_host 3
/* SUMMARY
/*	what the program that we run in is and can do
/* SYNOPSIS
/*	#include <tlspolicy_host.h>
/*
/*	const char *tlspolicy_host_refusal()
/*
/*	void	tlspolicy_host_init(host, casefold_buf)
/*	struct tlsp_host *host;
/*	VSTRING	*casefold_buf;
/*
/*	uid_t	tlspolicy_host_caller()
/*
/*	int	tlspolicy_host_is_only(path)
/*	const char *path;
/*
/*	void	tlspolicy_report(context, severity, finding)
/*	void	*context;
/*	enum tlsp_severity severity;
/*	const struct tlsp_err *finding;
/*
/*	void	tlspolicy_report_end(report, path)
/*	const TLSPOLICY_REPORT *report;
/*	const char *path;
/* DESCRIPTION
/*	tlspolicy_host_refusal() returns why the module cannot serve
/*	this Postfix, or a null pointer. It must be asked before
/*	anything else here: a Postfix of the future may lack a function,
/*	or may write behind the room that a table has.
/*
/*	tlspolicy_host_init() describes the host to the rest of the
/*	module, which knows nothing of Postfix. The buffer is for
/*	folding keys, and must live as long as the description.
/*
/*	tlspolicy_host_caller() returns the user whose files are trusted
/*	beside those of root, or (uid_t) -1.
/*
/*	tlspolicy_host_is_only() says whether no other table is asked
/*	for policies beside this one.
/*
/*	tlspolicy_report() logs a finding of a TLSPOLICY_REPORT context.
/*	tlspolicy_report_end() says how many were not logged.
/*--*/

/* System library. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Postfix. */

#include "../compat/postfix.h"

/* Application-specific. */

#include "maps.h"
#include "tlspolicy_host.h"
#include "version.h"

#define MSG_SIZE	1024

 /*
  * What the module cannot do without, beside the few functions that a refusal
  * itself needs. Nothing of this is called before it was looked at.
  */
#define NEEDED(symbol)	{ #symbol, (const void *) &symbol }

static const struct {
    const char *name;
    const void *address;
}       host_needed[] = {
    NEEDED(casefoldx),
    NEEDED(dict_handle),
    NEEDED(dict_register),
    NEEDED(dict_unregister),
    NEEDED(mail_conf_lookup),
    NEEDED(mail_conf_lookup_eval),
    NEEDED(myfree),
    NEEDED(mymalloc),
    NEEDED(util_utf8_enable),
    NEEDED(valid_utf8_hostname),
    NEEDED(valid_utf8_string),
    NEEDED(var_mail_version),
    NEEDED(var_owner_uid),
    NEEDED(var_procname),
    NEEDED(vstring_alloc),
    NEEDED(vstring_free),
};

 /*
  * A table of the host that is no more than DICT and an integer, and what
  * mymalloc() keeps before each block of memory: its signature, and how many
  * bytes were asked for.
  */
#define FAIL_OWN_SIZE	sizeof(void *)	/* with the gap behind it */
#define BLOCK_SIGNATURE	0xdead

/* host_dict_size - bytes of DICT in the host, or zero */

static size_t host_dict_size(void)
{
    DICT   *fail;
    int     signature;
    ssize_t length;

    if (tlsp_probe_fail_open == 0)
	return (0);
    fail = tlsp_probe_fail_open("", 0, 0);
    memcpy(&signature, (char *) fail - 2 * sizeof(length), sizeof(signature));
    memcpy(&length, (char *) fail - sizeof(length), sizeof(length));
    fail->close(fail);
    return (signature == BLOCK_SIGNATURE && length > (ssize_t) FAIL_OWN_SIZE ?
	    (size_t) length - FAIL_OWN_SIZE : 0);
}

/* tlspolicy_host_refusal - can the module serve this Postfix? */

const char *tlspolicy_host_refusal(void)
{
    static char text[MSG_SIZE];
    const size_t room = sizeof(DICT) + TLSP_HOST_GROWTH * sizeof(void *);
    size_t  size;
    size_t  n;

    for (n = 0; n < sizeof(host_needed) / sizeof(host_needed[0]); n++)
	if (host_needed[n].address == 0) {
	    (void) snprintf(text, sizeof(text), "this Postfix has no %s, which "
			    "the module needs: a newer tlspolicy is needed; "
			    "until then mail that asks this table waits",
			    host_needed[n].name);
	    return (text);
	}

    if ((size = host_dict_size()) > room) {
	(void) snprintf(text, sizeof(text), "a table of this Postfix takes %lu "
			"bytes, and the module has room for %lu: build the "
			"module anew with this Postfix's headers "
			"(POSTFIX_SRC=DIR), or install a newer one; until "
			"then mail that asks this table waits",
			(unsigned long) size, (unsigned long) room);
	return (text);
    }
    return (0);
}

/* tlspolicy_report - log one thing that the reader found */

void    tlspolicy_report(void *context, enum tlsp_severity severity,
			         const struct tlsp_err *finding)
{
    TLSPOLICY_REPORT *report = (TLSPOLICY_REPORT *) context;
    char    text[MSG_SIZE];

    if ((severity == TLSP_ERROR ? ++report->errors : ++report->warnings)
	> report->limit && report->limit > 0)
	return;
    tlsp_err_print(finding, text, sizeof(text));
    msg_warn("%s: %s%s", DICT_TYPE_TLSPOLICY, text, severity != TLSP_ERROR ?
	     "" : finding->code == TLSP_E_NOBODY ?
	     " -- this rule protects nobody" :
	     " -- mail that needs this rule waits until the line is mended");
}

/* tlspolicy_report_end - say what was not logged */

void    tlspolicy_report_end(const TLSPOLICY_REPORT *report, const char *path)
{
    if (report->limit > 0 && (report->errors > report->limit
			      || report->warnings > report->limit))
	msg_warn("%s: %s: %d errors and %d warnings in all; the first %d of "
		 "each are above", DICT_TYPE_TLSPOLICY, path, report->errors,
		 report->warnings, report->limit);
}

/* host_version - whose grammar holds */

static int host_version(void)
{

    /*
     * The mail_version parameter can be set to anything in main.cf. Believe
     * it only as far as the symbols of the host agree.
     */
    if (tlsp_probe_3_11 != 0)
	return (tlsp_version_parse(var_mail_version, TLSP_POSTFIX(3, 11),
				   TLSP_POSTFIX(100, 0)));
    if (tlsp_probe_3_8 != 0)
	return (tlsp_version_parse(var_mail_version, TLSP_POSTFIX(3, 8),
				   TLSP_POSTFIX(3, 11)));
    if (tlsp_probe_3_7 != 0)
	return (tlsp_version_parse(var_mail_version, TLSP_POSTFIX(3, 7),
				   TLSP_POSTFIX(3, 8)));
    return (tlsp_version_parse(var_mail_version, TLSP_POSTFIX_OLDEST,
			       TLSP_POSTFIX(3, 7)));
}

/* tlspolicy_host_is_only - is no other table asked? */

int     tlspolicy_host_is_only(const char *path)
{
    const char *name = (var_procname ? var_procname : "postmap");
    const char *slash = strrchr(name, '/');
    const char *param;
    const char *list;

    /*
     * Known only to the programs that ask for policies. In postmap(1), which
     * has a process name, and a path in it, only from 3.12 on, the answer
     * that smtp(8) would get is the useful one. A table that hides behind
     * another (proxy:, unionmap:) is not found in the list, so that nothing
     * is assumed.
     */
    if (slash != 0)
	name = slash + 1;
    if (strcmp(name, "smtp") == 0 || strcmp(name, "postmap") == 0)
	param = "smtp_tls_policy_maps";
    else if (strcmp(name, "lmtp") == 0)
	param = "lmtp_tls_policy_maps";
    else
	return (0);

    /*
     * Few lists name another parameter, and expanding takes its time.
     */
    if ((list = mail_conf_lookup(param)) != 0 && strchr(list, '$') != 0)
	list = mail_conf_lookup_eval(param);
    return (list != 0
	    && tlsp_maps_is_only(list, DICT_TYPE_TLSPOLICY, path));
}

 /*
  * What the rest of the module asks of the host.
  */

/* host_fold - fold the case of a key as Postfix folds queries */

static const char *host_fold(void *context, const char *key)
{
    return (casefoldx(CASEF_FLAG_UTF8, (VSTRING *) context, key, -1));
}

/* host_valid_utf8 - is this UTF-8 in Postfix's eyes? */

static int host_valid_utf8(void *unused_context, const char *text, size_t len)
{
    return (valid_utf8_string(text, (ssize_t) len));
}

/* host_valid_name - would Postfix look for parents of this name? */

static int host_valid_name(void *unused_context, const char *name)
{
    return (valid_utf8_hostname(1, name, 0));
}

/* host_to_ascii - the xn-- form of a name */

static const char *host_to_ascii(void *unused_context, const char *name)
{
    return (midna_domain_to_ascii(name));
}

/* host_to_utf8 - the UTF-8 form of a name */

static const char *host_to_utf8(void *unused_context, const char *name)
{
    return (midna_domain_to_utf8(name));
}

/* host_setting - a parameter of main.cf */

static const char *host_setting(void *unused_context, const char *name)
{
    return (mail_conf_lookup_eval(name));
}

/* tlspolicy_host_init - describe the host */

void    tlspolicy_host_init(struct tlsp_host * host, VSTRING *casefold_buf)
{
    memset(host, 0, sizeof(*host));
    host->postfix = host_version();
    host->is_utf8 = (util_utf8_enable != 0);
    host->ctx = (void *) casefold_buf;
    host->fold = host_fold;
    host->valid_utf8 = host_valid_utf8;
    host->valid_name = host_valid_name;
    host->service = (var_procname && strcmp(var_procname, "lmtp") == 0 ?
		     "lmtp" : "smtp");
    host->setting = host_setting;
    if (midna_domain_to_ascii != 0)
	host->to_ascii = host_to_ascii;
    if (midna_domain_to_utf8 != 0)
	host->to_utf8 = host_to_utf8;
}

/* tlspolicy_host_caller - whose files are trusted? */

uid_t   tlspolicy_host_caller(void)
{
    uid_t   caller = geteuid();

    /*
     * Whoever runs postmap may use a file of his own, but a file that the
     * mail system can write must not tell the mail system what to do.
     */
    return (caller == var_owner_uid ? (uid_t) - 1 : caller);
}
