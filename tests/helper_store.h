/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * helper_store.h - stores for tests, whose every record is known.
 * Knows:    store, pin. Not: Check.
 * Feeds:    check_*.c, damage_store.c, kill_store.c.
 */
#ifndef TLSP_HELPER_STORE_H
#define TLSP_HELPER_STORE_H

#include "../dict_tlspolicy/store.h"

/* One of them is longer than a page, every 50th. */
#define HELP_STORE_LONG	50

struct help_record {
	char key[40];
	size_t key_len;
	char *value;
	size_t len;
};

/*
 * The n-th record of a generation: the same whenever it is asked for. Keys
 * are in the order of n. Owned by the caller, also of the value.
 */
void help_record(struct help_record *, unsigned n, unsigned generation);

/* The first n records, of one generation. */
struct help_record *help_records(unsigned n, unsigned generation);
void help_records_free(struct help_record *, unsigned n);

/* Publish them beside a rules file, which is made if there is none. */
enum tlsp_code help_store_publish(const char *path,
    const struct help_record *, unsigned n, struct tlsp_err *err);

/* Ask for one record: 0, or -1 and why not. */
int help_store_expect(struct tlsp_store *, const struct help_record *,
    struct tlsp_err *err);

/* A file of somebody else's, written and read by the library. 0: well. */
int help_store_other(const char *name, unsigned n);

/* Does the library find the file whole? 0, or its error. */
int help_store_verify(const char *name);

#endif
