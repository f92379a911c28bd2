/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * study.h - records in, a store out.
 * Knows:    the order of it: read, find the rule, learn, publish, tell. Not:
 *           what is believed, how a store is written.
 * Feeds:    learn, refresh.
 */
#ifndef TLSP_CMD_STUDY_H
#define TLSP_CMD_STUDY_H

#include <stdio.h>

#include "cmd.h"
#include "record.h"
#include "site.h"
#include "tls.h"

/* is_dry: nothing is written. */
struct study_options {
	int is_json;
	int is_dry;
};

/* What came of it, and of how many destinations the records say what. */
struct study_sum {
	size_t n_added, n_confirmed, n_retired, n_refused;
	size_t n_fates[RECORD_N_FATES];
};

/*
 * What is needed for it; everything is read before strangers are heard.
 * sum:      after study_run().
 */
struct study {
	const struct cmd_world *world;
	struct study_options options;
	struct study_sum sum;
	struct demand_site site;
	struct tls_context *tls;
};

/*
 * Read CA files and settings.
 * world:    borrowed until study_close().
 * returns   0, or an exit code: it was said.
 */
int study_open(const struct cmd_world *, const struct study_options *,
    struct study *ret_study);
void study_close(struct study *);

/*
 * Copy records into a file without a name, until they end, so that no lock is
 * held as long as they come.
 * returns   NULL: it was said.
 */
FILE *study_spool(FILE *in);

/*
 * Learn all records of a file, publish once for each table, print a line a
 * change.
 * returns   0; 1: something was refused; EX_DATAERR: there was no record;
 *           other exit codes: it was said, and nothing was published.
 */
int study_run(struct study *, FILE *records);

#endif
