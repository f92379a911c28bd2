/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */

/*++
/* NAME
/*	dict_tlspolicy 3
/* SUMMARY
/*	dictionary manager interface to TLS policy rules
/* SYNOPSIS
/*	#include <dict_tlspolicy.h>
/*
/*	DICT	*dict_tlspolicy_open(path, open_flags, dict_flags)
/*	const char *path;
/*	int	open_flags;
/*	int	dict_flags;
/* DESCRIPTION
/*	dict_tlspolicy_open() opens a text file with TLS policy rules,
/*	in the format that is described in tlspolicy_table(5). The file
/*	is read completely, before the process enters a chroot jail or
/*	drops privileges. It stays open, so that a long-running process
/*	notices that the file was changed or replaced.
/*
/*	The rest of the module knows nothing of Postfix; this file knows
/*	nothing of policies.
/*
/*	Arguments:
/* .IP path
/*	The absolute name of the rules file.
/* .IP open_flags
/*	Must be O_RDONLY: rules are changed with an editor.
/* .IP dict_flags
/*	See dict_open(3).
/* DIAGNOSTICS
/*	Warnings: a rule that cannot be used, with file name, line and
/*	column. A lookup that would need it fails with DICT_ERR_CONFIG.
/*	A file that cannot be used (absent, unreadable, empty, damaged,
/*	writable by others, still being written) gives a table where
/*	each lookup fails with DICT_ERR_RETRY. The process that reports
/*	this restarts before its next request, so that the table heals
/*	as soon as the file is mended.
/* SEE ALSO
/*	dict(3), generic dictionary manager
/*	tlspolicy_table(5), file format
/*--*/

/* System library. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Postfix. */

#include "../compat/postfix.h"

/* Application-specific. */

#include "dict_tlspolicy.h"
#include "maps.h"
#include "table.h"
#include "version.h"

 /*
  * DICT grew by two pointers in Postfix 3.11, and will grow again. The host
  * writes there even if this file was compiled for an older version, so that
  * there must be room behind DICT that nobody else uses.
  */
#ifndef TLSP_HOST_GROWTH
#define TLSP_HOST_GROWTH	16
#endif

typedef struct {
    DICT    dict;			/* generic members */
    void   *host_growth[TLSP_HOST_GROWTH];	/* see above */
    struct tlsp_table *table;		/* everything else */
    VSTRING *casefold_buf;		/* used while the table is read */
    size_t  cursor;			/* dict_tlspolicy_sequence() */
    int     is_only;			/* no other table is asked */
    int     is_proxied;			/* this is proxymap(8) */
} DICT_TLSPOLICY;

 /*
  * How much of a bad file goes into the log, each time a process opens it.
  */
#define MAX_REPORTS	20

typedef struct {
    int     errors;
    int     warnings;
} REPORT_COUNT;

#define MSG_SIZE	1024

/* dict_tlspolicy_report - log one thing that the reader found */

static void dict_tlspolicy_report(void *context, enum tlsp_severity severity,
				          const struct tlsp_err *finding)
{
    REPORT_COUNT *count = (REPORT_COUNT *) context;
    char    text[MSG_SIZE];

    if ((severity == TLSP_ERROR ? ++count->errors : ++count->warnings)
	> MAX_REPORTS)
	return;
    tlsp_err_print(finding, text, sizeof(text));
    msg_warn("%s: %s%s", DICT_TYPE_TLSPOLICY, text, severity != TLSP_ERROR ?
	     "" : finding->code == TLSP_E_NOBODY ?
	     " -- this rule protects nobody" :
	     " -- mail that needs this rule waits until the line is mended");
}

/* dict_tlspolicy_force_restart - have the process end after this request */

static void dict_tlspolicy_force_restart(DICT_TLSPOLICY *dp)
{
    DICT   *dict = &dp->dict;
    const struct tlsp_file *file = tlsp_table_file(dp->table);

    /*
     * Postfix compares this with the time stamp of the open file, before it
     * accepts the next request. Any other time will do.
     */
    if (dict->stat_fd >= 0)
	dict->mtime = (file->st.st_mtime == 1 ? 2 : 1);
}

/* dict_tlspolicy_is_current - may the table answer? */

static int dict_tlspolicy_is_current(DICT_TLSPOLICY *dp, const char *key)
{
    DICT   *dict = &dp->dict;
    const struct tlsp_err *fault;
    enum tlsp_file_change change;
    char    text[MSG_SIZE];

    if ((fault = tlsp_table_fault(dp->table)) != 0) {
	tlsp_err_print(fault, text, sizeof(text));
	msg_warn("%s:%s: \"%.100s\": %s -- no policy can be looked up, "
		 "all mail waits", dict->type, dict->name, key, text);
	dict_tlspolicy_force_restart(dp);
	return (0);
    }

    /*
     * A changed file is Postfix's to notice, before it accepts a request. Do
     * not disturb the request that is being served. But Postfix compares
     * whole seconds and the link count, and proxymap(8) compares only when
     * it has a new client.
     */
    if ((change = tlsp_table_changed(dp->table)) == TLSP_FILE_SAME
	|| (change == TLSP_FILE_CHANGED && !dp->is_proxied))
	return (1);
    msg_warn("%s:%s: \"%.100s\": the file was changed, moved or replaced "
	     "while it was in use -- this mail waits; the file is read anew",
	     dict->type, dict->name, key);
    dict_tlspolicy_force_restart(dp);
    return (0);
}

/* dict_tlspolicy_error - log an error and set the result code */

static int dict_tlspolicy_error(DICT *dict, const char *key,
				        const struct tlsp_err *err)
{
    char    text[MSG_SIZE];

    tlsp_err_print(err, text, sizeof(text));
    msg_warn("%s:%s: \"%.100s\": %s -- this mail waits", dict->type,
	     dict->name, key, text);
    return (tlsp_err_fault(err->code) == TLSP_FAULT_CONFIG ?
	    DICT_ERR_CONFIG : DICT_ERR_RETRY);
}

/* dict_tlspolicy_lookup - find the policy for a key */

static const char *dict_tlspolicy_lookup(DICT *dict, const char *key)
{
    DICT_TLSPOLICY *dp = (DICT_TLSPOLICY *) dict;
    struct tlsp_query query;
    struct tlsp_err err;
    const char *answer = 0;
    enum tlsp_code code;

    dict->error = DICT_ERR_NONE;
    if (!dict_tlspolicy_is_current(dp, key)) {
	dict->error = DICT_ERR_RETRY;
	return (0);
    }

    /*
     * Postfix folds the key itself where it handles UTF-8, and clears this
     * flag while it calls us.
     */
    query.key = key;
    query.folds = (dict->flags & DICT_FLAG_FOLD_FIX) != 0;
    query.is_only = dp->is_only;
    code = tlsp_table_lookup(dp->table, &query, (struct tlsp_trace *) 0,
			     &answer, &err);
    if (code == TLSP_OK)
	return (answer);
    if (code != TLSP_NONE)
	dict->error = dict_tlspolicy_error(dict, key, &err);
    return (0);
}

/* dict_tlspolicy_sequence - list the rules */

static int dict_tlspolicy_sequence(DICT *dict, int function,
			             const char **key, const char **value)
{
    DICT_TLSPOLICY *dp = (DICT_TLSPOLICY *) dict;
    const struct tlsp_rule *rule = 0;
    struct tlsp_err err;
    enum tlsp_code code;

    if (function == DICT_SEQ_FUN_FIRST) {
	dp->cursor = 0;
	dict->error = DICT_ERR_NONE;
    }

    /*
     * List everything that can be listed, but do not let a list with gaps
     * pass for a whole one.
     */
    for (;;) {
	code = tlsp_table_next(dp->table, &dp->cursor, &rule, value, &err);
	if (code == TLSP_OK) {
	    *key = rule->key;
	    return (DICT_STAT_SUCCESS);
	}
	if (code == TLSP_NONE)
	    return (dict->error == DICT_ERR_NONE ?
		    DICT_STAT_FAIL : DICT_STAT_ERROR);
	dict->error = dict_tlspolicy_error(dict, rule ? rule->key : "(list)",
					   &err);
	if (rule == 0)
	    return (DICT_STAT_ERROR);
	rule = 0;
    }
}

/* dict_tlspolicy_refuse - say why a table cannot be written */

static int dict_tlspolicy_refuse(DICT *dict, const char *what,
				         const char *key)
{
    msg_warn("%s:%s: cannot %s \"%.100s\": rules are changed by editing %s",
	     dict->type, dict->name, what, key, dict->name);
    dict->error = DICT_ERR_CONFIG;
    return (DICT_STAT_ERROR);
}

/* dict_tlspolicy_update - refuse */

static int dict_tlspolicy_update(DICT *dict, const char *key,
				         const char *unused_value)
{
    return (dict_tlspolicy_refuse(dict, "store", key));
}

/* dict_tlspolicy_delete - refuse */

static int dict_tlspolicy_delete(DICT *dict, const char *key)
{
    return (dict_tlspolicy_refuse(dict, "delete", key));
}

/* dict_tlspolicy_close - disassociate from table */

static void dict_tlspolicy_close(DICT *dict)
{
    DICT_TLSPOLICY *dp = (DICT_TLSPOLICY *) dict;

    /*
     * The descriptor is the table's, unless there was no file to open.
     */
    if (dict->stat_fd >= 0
	&& dict->stat_fd != tlsp_table_file(dp->table)->fd)
	(void) close(dict->stat_fd);
    tlsp_table_close(dp->table);
    if (dp->casefold_buf)
	vstring_free(dp->casefold_buf);
    if (dict->fold_buf)
	vstring_free(dict->fold_buf);
    dict_free(dict);
}

/* dict_tlspolicy_version - whose grammar holds */

static int dict_tlspolicy_version(void)
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

/* dict_tlspolicy_is_only - is no other table asked? */

static int dict_tlspolicy_is_only(const char *path)
{
    const char *param;
    const char *list;

    /*
     * Known only to the programs that ask for policies. In a command, which
     * has no process name, such as postmap(1), the answer that smtp(8) would
     * get is the useful one. A table that hides behind another (proxy:,
     * unionmap:) is not found in the list, so that nothing is assumed.
     */
    if (var_procname == 0 || strcmp(var_procname, "smtp") == 0)
	param = "smtp_tls_policy_maps";
    else if (strcmp(var_procname, "lmtp") == 0)
	param = "lmtp_tls_policy_maps";
    else
	return (0);
    return ((list = mail_conf_lookup_eval(param)) != 0
	    && tlsp_maps_is_only(list, DICT_TYPE_TLSPOLICY, path));
}

 /*
  * What the rest of the module asks of the host.
  */

/* host_fold - fold the case of a key as Postfix folds queries */

static const char *host_fold(void *context, const char *key)
{
    DICT_TLSPOLICY *dp = (DICT_TLSPOLICY *) context;

    return (casefoldx(CASEF_FLAG_UTF8, dp->casefold_buf, key, -1));
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

/* dict_tlspolicy_load - read the table */

static struct tlsp_table *dict_tlspolicy_load(DICT_TLSPOLICY *dp,
					              const char *path)
{
    struct tlsp_host host;
    struct tlsp_table *table;
    const struct tlsp_err *fault;
    REPORT_COUNT count = {0, 0};
    char    text[MSG_SIZE];
    uid_t   caller = geteuid();

    memset(&host, 0, sizeof(host));
    host.postfix = dict_tlspolicy_version();
    host.is_utf8 = (util_utf8_enable != 0);
    host.ctx = (void *) dp;
    host.fold = host_fold;
    host.valid_utf8 = host_valid_utf8;
    host.valid_name = host_valid_name;
    if (midna_domain_to_ascii != 0)
	host.to_ascii = host_to_ascii;
    if (midna_domain_to_utf8 != 0)
	host.to_utf8 = host_to_utf8;

    /*
     * Whoever runs postmap may use a file of his own, but a file that the
     * mail system can write must not tell the mail system what to do.
     */
    if (caller == var_owner_uid)
	caller = (uid_t) - 1;
    dp->casefold_buf = vstring_alloc(100);
    table = tlsp_table_open(path, caller, &host, dict_tlspolicy_report,
			    (void *) &count);
    if (table != 0 && (fault = tlsp_table_fault(table)) != 0) {
	tlsp_err_print(fault, text, sizeof(text));
	msg_warn("%s: %s -- no policy can be looked up, all mail waits",
		 DICT_TYPE_TLSPOLICY, text);
    }
    if (count.errors > MAX_REPORTS || count.warnings > MAX_REPORTS)
	msg_warn("%s: %s: %d errors and %d warnings in all; the first %d of "
		 "each are above", DICT_TYPE_TLSPOLICY, path, count.errors,
		 count.warnings, MAX_REPORTS);
    return (table);
}

/* dict_tlspolicy_watch - have Postfix watch the file */

static void dict_tlspolicy_watch(DICT_TLSPOLICY *dp)
{
    DICT   *dict = &dp->dict;
    const struct tlsp_file *file = tlsp_table_file(dp->table);
    struct stat st;

    if (file->fd >= 0) {
	dict->stat_fd = file->fd;
	dict->mtime = file->st.st_mtime;
	dict->owner.uid = file->st.st_uid;
	dict->owner.status = (file->st.st_uid != 0);
	return;
    }

    /*
     * With no file to watch, a process would keep this table to its end. Any
     * descriptor will do to have it restart after a failed lookup. Not
     * before: a time stamp that differs already now would end each process
     * before its first request.
     */
    if ((dict->stat_fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0
	&& fstat(dict->stat_fd, &st) == 0)
	dict->mtime = st.st_mtime;
}

/* dict_tlspolicy_open - open the rules file */

DICT   *dict_tlspolicy_open(const char *path, int open_flags, int dict_flags)
{
    DICT_TLSPOLICY *dp;

    /*
     * Sanity checks.
     */
    if (open_flags != O_RDONLY)
	return (dict_surrogate(DICT_TYPE_TLSPOLICY, path, open_flags,
			       dict_flags, "%s:%s: rules are changed by "
			       "editing %s, which takes effect at once; "
			       "this table cannot be written through Postfix",
			       DICT_TYPE_TLSPOLICY, path, path));
    if (*path != '/')
	return (dict_surrogate(DICT_TYPE_TLSPOLICY, path, open_flags,
			       dict_flags, "%s:%s: write the absolute path "
			       "name: daemons and commands run in different "
			       "folders", DICT_TYPE_TLSPOLICY, path));

    /*
     * dict_alloc() sets up no more than DICT as it knows it.
     */
    dp = (DICT_TLSPOLICY *) dict_alloc(DICT_TYPE_TLSPOLICY, path,
				       sizeof(*dp));
    dp->table = 0;
    dp->casefold_buf = 0;
    dp->cursor = 0;
    dp->is_only = dict_tlspolicy_is_only(path);
    dp->is_proxied = (var_procname && strcmp(var_procname, "proxymap") == 0);
    dp->dict.lookup = dict_tlspolicy_lookup;
    dp->dict.update = dict_tlspolicy_update;
    dp->dict.delete = dict_tlspolicy_delete;
    dp->dict.sequence = dict_tlspolicy_sequence;
    dp->dict.close = dict_tlspolicy_close;
    dp->dict.flags = dict_flags | DICT_FLAG_FIXED;
    if ((dp->table = dict_tlspolicy_load(dp, path)) == 0) {
	if (dp->casefold_buf)
	    vstring_free(dp->casefold_buf);
	dict_free(&dp->dict);
	return (dict_surrogate(DICT_TYPE_TLSPOLICY, path, open_flags,
			       dict_flags, "%s:%s: not enough memory",
			       DICT_TYPE_TLSPOLICY, path));
    }
    dict_tlspolicy_watch(dp);
    return (&dp->dict);
}
