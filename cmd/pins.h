/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pins.h - the parts of the verb pins, each in a file of its own.
 * Knows:    what they share. Not: what they do.
 * Feeds:    pins and its parts.
 */
#ifndef TLSP_CMD_PINS_H
#define TLSP_CMD_PINS_H

#include "cmd.h"
#include "known.h"

/*
 * What was asked for.
 * args:     n_args operands behind the name of the part; borrowed.
 * host:     --host MX:PORT. anchor: --anchor DIGEST. NULL: not given.
 */
struct pins {
	struct cmd_options options;
	struct cmd_world world;
	struct known_stores stores;
	int64_t now;
	char **args;
	int n_args;
	const char *host;
	const char *anchor;
	int is_yes;
	int is_from_record;
};

/* returns the exit code. */
int pins_list(struct pins *);
int pins_show(struct pins *);
int pins_accept(struct pins *);
int pins_forget(struct pins *);
int pins_dump(struct pins *);
int pins_load(struct pins *);

/* Wrong usage of the verb. */
int pins_usage(const char *fmt, ...) TLSP_PRINTF(1, 2);

/*
 * The one table that is meant; where there are several, -t must say which.
 * ret_map:  borrowed. returns 0, or an exit code.
 */
int pins_the_table(struct pins *, const struct tables_map **ret_map);

/*
 * Begin to change the store of a table. Said: why that cannot be.
 * returns   0, or an exit code.
 */
int pins_begin(struct pins *, const struct tables_map *, int is_fresh,
    struct tlsp_store_edit **ret_edit);

#endif
