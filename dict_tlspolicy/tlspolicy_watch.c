/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */

/*++
/* NAME
/*	tlspolicy_watch 3
/* SUMMARY
/*	have Postfix notice that there are other pins
/* SYNOPSIS
/*	#include <tlspolicy_watch.h>
/*
/*	TLSPOLICY_WATCH *tlspolicy_watch_open(dict, pinned)
/*	DICT	*dict;
/*	struct tlsp_pinned *pinned;
/*
/*	void	tlspolicy_watch_close(watch)
/*	TLSPOLICY_WATCH *watch;
/*
/*	void	tlspolicy_watch_restart(dict)
/*	DICT	*dict;
/* DESCRIPTION
/*	Postfix looks at the open file of each registered table, before
/*	it accepts a request, and ends the process if the file was
/*	changed or replaced. That works in a chroot jail, and it does
/*	not disturb the request that is being served. A table of rules
/*	with pins has two files.
/*
/*	tlspolicy_watch_open() registers a second table, which answers
/*	nothing, for the file with the pins. Where there is no such file
/*	that could be used, a lookup that would need it is logged (not
/*	if there is none yet) and ends the process after the request,
/*	each at most once in TLSPOLICY_WATCH_PAUSE seconds.
/*
/*	tlspolicy_watch_close() undoes tlspolicy_watch_open(). A null
/*	pointer may be given.
/*
/*	tlspolicy_watch_restart() has the process end after this
/*	request.
/*
/*	Arguments:
/* .IP dict
/*	The table with the rules. Must outlive the result.
/* .IP pinned
/*	What answers its rules with pins. Must outlive the result.
/* DIAGNOSTICS
/*	Warnings: the file with the pins cannot be used.
/*--*/

/* System library. */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Postfix. */

#include "../compat/postfix.h"

/* Application-specific. */

#include "tlspolicy_host.h"
#include "tlspolicy_watch.h"

#define TLSPOLICY_WATCH_PAUSE	60

#define MSG_SIZE	1024

 /*
  * A registered name lasts as long as the table. There is mostly one; a
  * process that opens a table twice has several.
  */
#define MAX_NAMES	100

struct TLSPOLICY_WATCH {
    DICT   *rules;			/* who needs the pins */
    char   *name;			/* what is registered, or null */
    time_t  opened;			/* when the process could see them */
    time_t  warned;			/* 0: not yet */
};

typedef struct {
    DICT    dict;			/* generic members */
    void   *host_growth[TLSP_HOST_GROWTH];	/* see tlspolicy_host.h */
} DICT_PINS;

/* tlspolicy_watch_restart - have the process end after this request */

void    tlspolicy_watch_restart(DICT *dict)
{
    struct stat st;

    /*
     * Postfix compares this with the time stamp of the open file, before it
     * accepts the next request. Any other time will do.
     */
    if (dict->stat_fd >= 0)
	dict->mtime = (fstat(dict->stat_fd, &st) == 0
		       && st.st_mtime == 1 ? 2 : 1);
}

/* watch_now - seconds, whatever the clock on the wall is set to */

static time_t watch_now(void)
{
    struct timespec now;

    return (clock_gettime(CLOCK_MONOTONIC, &now) == 0 ? now.tv_sec + 1 : 1);
}

/* watch_trouble - a rule with a pin was looked up, and there are no pins */

static void watch_trouble(void *context, enum tlsp_code code,
			          const struct tlsp_err *why)
{
    TLSPOLICY_WATCH *watch = (TLSPOLICY_WATCH *) context;
    DICT   *dict = watch->rules;
    time_t  now = watch_now();
    char    text[MSG_SIZE];

    if (code != TLSP_NONE && (watch->warned == 0
			 || now - watch->warned >= TLSPOLICY_WATCH_PAUSE)) {
	watch->warned = now;
	tlsp_err_print(why, text, sizeof(text));
	msg_warn("%s:%s: %s -- fingerprints cannot be used: rules with "
		 "pin=prefer hold as they are written, mail for those with "
		 "pin=require waits%s", dict->type, dict->name, text,
		 code != TLSP_E_DAMAGED ? "" :
		 "; \"tlspolicy refresh\" makes the file anew");
    }

    /*
     * A process that is new knows no less than its successor would.
     */
    if (now - watch->opened >= TLSPOLICY_WATCH_PAUSE)
	tlspolicy_watch_restart(dict);
}

/* watch_close - close what Postfix knows of the pins */

static void watch_close(DICT *dict)
{

    /*
     * The descriptor belongs to the table with the rules.
     */
    dict->stat_fd = -1;
    dict_free(dict);
}

/* watch_lookup - nobody asks */

static const char *watch_lookup(DICT *dict, const char *unused_key)
{
    dict->error = DICT_ERR_NONE;
    return (0);
}

/* watch_register - have Postfix watch the file */

static char *watch_register(DICT *rules, const struct tlsp_file *file)
{
    DICT   *dict;
    size_t  size = strlen(rules->type) + strlen(rules->name)
		+ sizeof(":" TLSP_STORE_SUFFIX "(99)");
    char   *name = (char *) mymalloc((ssize_t) size);
    int     n;

    for (n = 1; n < MAX_NAMES; n++) {
	(void) snprintf(name, size, n == 1 ? "%s:%s%s" : "%s:%s%s(%d)",
			rules->type, rules->name, TLSP_STORE_SUFFIX, n);
	if (dict_handle(name) == 0)
	    break;
    }
    if (n == MAX_NAMES) {
	myfree((void *) name);
	return (0);
    }
    dict = dict_alloc(rules->type, name, sizeof(DICT_PINS));
    dict->lookup = watch_lookup;
    dict->close = watch_close;
    dict->flags = DICT_FLAG_FIXED;
    dict->stat_fd = file->fd;
    dict->mtime = file->st.st_mtime;
    dict->owner.uid = file->st.st_uid;
    dict->owner.status = (file->st.st_uid != 0);
    dict_register(name, dict);
    return (name);
}

/* tlspolicy_watch_open - have Postfix notice that there are other pins */

TLSPOLICY_WATCH *tlspolicy_watch_open(DICT *rules, struct tlsp_pinned *pinned)
{
    TLSPOLICY_WATCH *watch = (TLSPOLICY_WATCH *) mymalloc(sizeof(*watch));
    const struct tlsp_file *file = tlsp_pinned_file(pinned);

    watch->rules = rules;
    watch->name = (file->fd >= 0 ? watch_register(rules, file) : 0);
    watch->opened = watch_now();
    watch->warned = 0;
    tlsp_pinned_on_trouble(pinned, watch_trouble, (void *) watch);
    return (watch);
}

/* tlspolicy_watch_close - undo */

void    tlspolicy_watch_close(TLSPOLICY_WATCH *watch)
{
    if (watch == 0)
	return;
    if (watch->name) {
	dict_unregister(watch->name);
	myfree((void *) watch->name);
    }
    myfree((void *) watch);
}
