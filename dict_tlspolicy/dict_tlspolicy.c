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
/*	in the format that is described in tlspolicy_table(5). The file,
/*	or its index, is opened before the process enters a chroot jail
/*	or drops privileges. The file stays open, so that a long-running
/*	process notices that it was changed or replaced. If a rule has
/*	pins, the same holds for the file with what was verified.
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
/*	mkmap_tlspolicy(3), make the index
/*	tlspolicy_watch(3), notice other pins
/*	tlspolicy_table(5), file format
/*--*/

/* System library. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Postfix. */

#include "../compat/postfix.h"

/* Application-specific. */

#include "dict_tlspolicy.h"
#include "table.h"
#include "tlspolicy_host.h"
#include "tlspolicy_watch.h"

typedef struct {
    DICT    dict;			/* generic members */
    void   *host_growth[TLSP_HOST_GROWTH];	/* see tlspolicy_host.h */
    struct tlsp_table *table;		/* everything else */
    TLSPOLICY_WATCH *watch;		/* its pins, or null */
    unsigned how;			/* TLSP_QUERY_... */
    time_t  looked;			/* when the file was the same */
    int     is_proxied;			/* this is proxymap(8) */
    VSTRING *casefold_buf;		/* what is not ASCII, folded */
    size_t  cursor;			/* dict_tlspolicy_sequence() */
    const char *answer;			/* of the last lookup */
    struct tlsp_err err;		/* of the last one that failed */
} DICT_TLSPOLICY;

 /*
  * How much of a bad file goes into the log, each time a process opens it.
  */
#define MAX_REPORTS	20

#define MSG_SIZE	1024

/* dict_tlspolicy_is_changed - did a change go unnoticed? */

static __attribute__((noinline)) int
dict_tlspolicy_is_changed(DICT_TLSPOLICY *dp, const char *key, time_t now)
{
    DICT   *dict = &dp->dict;
    const enum tlsp_file_change change = tlsp_table_changed(dp->table);

    if (change == TLSP_FILE_SAME) {
	dp->looked = now;
	return (0);
    }

    /*
     * A changed file is Postfix's to notice, before it accepts a request. Do
     * not disturb the request that is being served. But Postfix compares
     * whole seconds and the link count, and proxymap(8) compares only when
     * it has a new client.
     */
    if (change == TLSP_FILE_CHANGED && !dp->is_proxied)
	return (0);
    msg_warn("%s:%s: \"%.100s\": the file was changed, moved or replaced "
	     "while it was in use -- this mail waits; the file is read anew",
	     dict->type, dict->name, key);
    tlspolicy_watch_restart(dict);
    return (1);
}

/* dict_tlspolicy_error - log an error and set the result code */

static void dict_tlspolicy_error(DICT_TLSPOLICY *dp, const char *key,
				         const struct tlsp_err *err)
{
    DICT   *dict = &dp->dict;
    char    text[MSG_SIZE];

    /*
     * What is not UTF-8 is nobody's name. Postfix itself says so in these
     * words, and goes on.
     */
    if (err->code == TLSP_E_NOBODY) {
	msg_warn("%s:%s: non-UTF-8 key \"%s\": %s", dict->type, dict->name,
		 key, err->text);
	return;
    }
    tlsp_err_print(err, text, sizeof(text));
    if (tlsp_table_fault(dp->table) != 0) {
	msg_warn("%s:%s: \"%.100s\": %s -- no policy can be looked up, "
		 "all mail waits", dict->type, dict->name, key, text);
	tlspolicy_watch_restart(dict);
	dict->error = DICT_ERR_RETRY;
    } else {
	msg_warn("%s:%s: \"%.100s\": %s -- this mail waits", dict->type,
		 dict->name, key, text);
	dict->error = (tlsp_err_fault(err->code) == TLSP_FAULT_CONFIG ?
		       DICT_ERR_CONFIG : DICT_ERR_RETRY);
    }
}

/* dict_tlspolicy_fail - no answer */

static const char *dict_tlspolicy_fail(DICT_TLSPOLICY *dp, const char *key,
				               unsigned how,
				               enum tlsp_code code)
{
    DICT   *dict = &dp->dict;
    const char *answer = 0;
    char    text[MSG_SIZE];

    /*
     * The index is only a copy of what the rules say.
     */
    if (code == TLSP_E_DAMAGED && tlsp_table_recover(dp->table)) {
	tlsp_err_print(&dp->err, text, sizeof(text));
	msg_warn("%s:%s: \"%.100s\": %s -- the rules are read instead",
		 dict->type, dict->name, key, text);
	code = tlsp_table_lookup(dp->table, key, how, &answer, &dp->err,
				 (struct tlsp_trace *) 0);
    }
    if (code < 0)
	dict_tlspolicy_error(dp, key, &dp->err);
    return (answer);
}

/* dict_tlspolicy_lookup - find the policy for a key */

static TLSP_HOT const char *dict_tlspolicy_lookup(DICT *dict, const char *key)
{
    DICT_TLSPOLICY *dp = (DICT_TLSPOLICY *) dict;
    const char *missed;
    enum tlsp_code code;
    unsigned how;
    time_t  now;

    dict->error = DICT_ERR_NONE;

    /*
     * Postfix asks for a name, and then for its parents: one look at the
     * file will do for all of them, and mostly one at the rules. A look a
     * second, since it is a system call.
     */
    if (*key == '.') {
	if ((missed = tlsp_table_missed(dp->table)) != 0
	    && strcmp(missed, key) == 0)
	    return (0);
    } else if (TLSP_UNLIKELY((now = time((time_t *) 0)) != dp->looked)
	       && dict_tlspolicy_is_changed(dp, key, now)) {
	dict->error = DICT_ERR_RETRY;
	return (0);
    }

    /*
     * Where Postfix folds the key itself, it clears this flag while it calls
     * us.
     */
    how = dp->how;
    if (dict->flags & DICT_FLAG_FOLD_FIX)
	how |= TLSP_QUERY_FOLD;
    code = tlsp_table_lookup(dp->table, key, how, &dp->answer, &dp->err,
			     (struct tlsp_trace *) 0);
    return (code == TLSP_OK ? dp->answer : code == TLSP_NONE ? 0 :
	    dict_tlspolicy_fail(dp, key, how, code));
}

/* dict_tlspolicy_sequence - list the rules */

static int dict_tlspolicy_sequence(DICT *dict, int function,
			             const char **key, const char **value)
{
    DICT_TLSPOLICY *dp = (DICT_TLSPOLICY *) dict;
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
	*key = 0;
	code = tlsp_table_next(dp->table, &dp->cursor, key, value, &err);
	if (code == TLSP_OK)
	    return (DICT_STAT_SUCCESS);
	if (code == TLSP_NONE)
	    return (dict->error == DICT_ERR_NONE ?
		    DICT_STAT_FAIL : DICT_STAT_ERROR);
	dict_tlspolicy_error(dp, *key ? *key : "(list)", &err);
	if (*key == 0)
	    return (DICT_STAT_ERROR);
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
    tlspolicy_watch_close(dp->watch);
    tlsp_table_close(dp->table);
    if (dp->casefold_buf)
	vstring_free(dp->casefold_buf);
    if (dict->fold_buf)
	vstring_free(dict->fold_buf);
    dict_free(dict);
}

/* dict_tlspolicy_load - open the table */

static struct tlsp_table *dict_tlspolicy_load(DICT_TLSPOLICY *dp,
					              const char *path)
{
    struct tlsp_host host;
    struct tlsp_table *table;
    const struct tlsp_err *fault;
    TLSPOLICY_REPORT report = {MAX_REPORTS, 0, 0};
    char    text[MSG_SIZE];

    dp->casefold_buf = vstring_alloc(100);
    tlspolicy_host_init(&host, dp->casefold_buf);
    table = tlsp_table_open(path, tlspolicy_host_caller(), &host,
			    tlspolicy_report, (void *) &report);
    if (table != 0 && (fault = tlsp_table_fault(table)) != 0) {
	tlsp_err_print(fault, text, sizeof(text));
	msg_warn("%s: %s -- no policy can be looked up, all mail waits",
		 DICT_TYPE_TLSPOLICY, text);
    }
    tlspolicy_report_end(&report, path);
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
    struct tlsp_pinned *pinned;
    const char *refusal;

    /*
     * Sanity checks.
     */
    if ((refusal = tlspolicy_host_refusal()) != 0)
	return (dict_surrogate(DICT_TYPE_TLSPOLICY, path, open_flags,
			       dict_flags, "%s:%s: %s", DICT_TYPE_TLSPOLICY,
			       path, refusal));
    if (open_flags != O_RDONLY)
	return (dict_surrogate(DICT_TYPE_TLSPOLICY, path, open_flags,
			       dict_flags, TLSPOLICY_READ_ONLY,
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
    dp->watch = 0;
    dp->casefold_buf = 0;
    dp->cursor = 0;
    dp->looked = time((time_t *) 0);
    dp->how = tlspolicy_host_is_only(path) ? TLSP_QUERY_ONLY : 0;
    dp->is_proxied = (var_procname && strcmp(var_procname, "proxymap") == 0);
    dp->dict.lookup = dict_tlspolicy_lookup;
    dp->dict.update = dict_tlspolicy_update;
    dp->dict.delete = dict_tlspolicy_delete;
    dp->dict.sequence = dict_tlspolicy_sequence;
    dp->dict.close = dict_tlspolicy_close;
    dp->dict.flags = dict_flags | DICT_FLAG_FIXED;

    /*
     * With this flag set, Postfix leaves checking and folding keys, and
     * checking answers, to the table. Its own general code for that takes
     * several times as long as finding the answer. Keys are looked after in
     * resolve.c; all answers were checked when they were read.
     */
#ifndef TLSP_UTF8_BY_HOST
    if (util_utf8_enable && (dict_flags & DICT_FLAG_UTF8_REQUEST)) {
	dp->dict.flags |= DICT_FLAG_UTF8_ACTIVE;
	dp->how |= TLSP_QUERY_RAW;
    }
#endif
    if ((dp->table = dict_tlspolicy_load(dp, path)) == 0) {
	if (dp->casefold_buf)
	    vstring_free(dp->casefold_buf);
	dict_free(&dp->dict);
	return (dict_surrogate(DICT_TYPE_TLSPOLICY, path, open_flags,
			       dict_flags, "%s:%s: not enough memory",
			       DICT_TYPE_TLSPOLICY, path));
    }
    dict_tlspolicy_watch(dp);
    if ((pinned = tlsp_table_pinned(dp->table)) != 0)
	dp->watch = tlspolicy_watch_open(&dp->dict, pinned);
    return (&dp->dict);
}
