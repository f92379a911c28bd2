/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */

/*++
/* NAME
/*	mkmap_tlspolicy 3
/* SUMMARY
/*	make the index of TLS policy rules
/* SYNOPSIS
/*	#include <mkmap_tlspolicy.h>
/*
/*	MKMAP	*mkmap_tlspolicy_open(path)
/*	const char *path;
/* DESCRIPTION
/*	mkmap_tlspolicy_open() is what postmap(1) calls first. There is
/*	nothing to lock: an index is published by rename.
/*
/*	When postmap then opens the table, the rules are read with the
/*	module's own reader, everything that is wrong with them is
/*	logged, and their index is published, all at once: what
/*	postmap(1) reads from the same file and passes on afterwards is
/*	discarded, for postmap reads less strictly, and closing a table
/*	has no result that could tell of a failure.
/* DIAGNOSTICS
/*	Warnings: everything that the reader finds. Errors are fatal,
/*	and leave the old index as it was.
/* SEE ALSO
/*	postmap(1), create Postfix tables
/*	tlspolicy_index(5), file format
/*--*/

/* System library. */

#include <fcntl.h>
#include <string.h>
#include <sys/types.h>

/* Postfix. */

#include "../compat/postfix.h"

/* Application-specific. */

#include "mkmap_tlspolicy.h"
#include "table.h"
#include "tlspolicy_host.h"

typedef struct {
    DICT    dict;			/* generic members */
    void   *host_growth[TLSP_HOST_GROWTH];	/* see tlspolicy_host.h */
} DICT_SINK;

 /*
  * MKMAP has not grown so far, but what is true of DICT may become true of it.
  */
typedef struct {
    MKMAP   mkmap;
    void   *host_growth[TLSP_HOST_GROWTH + 1];
} MKMAP_GROWN;

#define MSG_SIZE	1024

/* sink_update - the index is there already */

static int sink_update(DICT *dict, const char *unused_key,
		               const char *unused_value)
{
    dict->error = DICT_ERR_NONE;
    return (DICT_STAT_SUCCESS);
}

/* sink_close - clean up */

static void sink_close(DICT *dict)
{
    if (dict->fold_buf)
	vstring_free(dict->fold_buf);
    dict_free(dict);
}

/* mkmap_tlspolicy_create - make the index */

static DICT *mkmap_tlspolicy_create(const char *path, int open_flags,
			               int dict_flags)
{
    TLSPOLICY_REPORT report = {0, 0, 0};
    struct tlsp_frozen_size size;
    struct tlsp_host host;
    struct tlsp_err err;
    enum tlsp_code code;
    VSTRING *casefold_buf;
    DICT_SINK *sink;
    const char *refusal;
    char    text[MSG_SIZE];

    /*
     * Sanity checks: this Postfix; postmap -i and -d.
     */
    if ((refusal = tlspolicy_host_refusal()) != 0)
	return (dict_surrogate(DICT_TYPE_TLSPOLICY, path, open_flags,
			       dict_flags, "%s:%s: %s", DICT_TYPE_TLSPOLICY,
			       path, refusal));
    if ((open_flags & O_TRUNC) == 0)
	return (dict_surrogate(DICT_TYPE_TLSPOLICY, path, open_flags,
			       dict_flags, TLSPOLICY_READ_ONLY,
			       DICT_TYPE_TLSPOLICY, path, path));
    casefold_buf = vstring_alloc(100);
    tlspolicy_host_init(&host, casefold_buf);
    code = tlsp_table_freeze(path, tlspolicy_host_caller(), &host,
			     tlspolicy_report, (void *) &report, &size, &err);
    vstring_free(casefold_buf);
    if (code != TLSP_OK) {
	tlsp_err_print(&err, text, sizeof(text));
	return (dict_surrogate(DICT_TYPE_TLSPOLICY, path, open_flags,
			       dict_flags, "%s:%s: %s -- until postmap "
			       "succeeds, rules that changed are read from "
			       "the file itself", DICT_TYPE_TLSPOLICY, path,
			       text));
    }
    sink = (DICT_SINK *) dict_alloc(DICT_TYPE_TLSPOLICY, path, sizeof(*sink));
    sink->dict.update = sink_update;
    sink->dict.close = sink_close;
    sink->dict.flags = dict_flags | DICT_FLAG_FIXED;
    return (&sink->dict);
}

/* mkmap_tlspolicy_open - prepare for making the index */

MKMAP  *mkmap_tlspolicy_open(const char *unused_path)
{
    MKMAP_GROWN *grown = (MKMAP_GROWN *) mymalloc(sizeof(*grown));

    memset(grown, 0, sizeof(*grown));
    grown->mkmap.open = mkmap_tlspolicy_create;
    return (&grown->mkmap);
}
