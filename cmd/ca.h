/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca.h - the parts of the verb ca, each in a file of its own.
 * Knows:    what they share. Not: what they do.
 * Feeds:    ca and its parts.
 */
#ifndef TLSP_CMD_CA_H
#define TLSP_CMD_CA_H

#include "cmd.h"
#include "known.h"
#include "pile.h"
#include "site.h"

#define CA_PROBE_ARGS	8

/* Begins each line that is written above a certificate, and goes with it. */
#define CA_COMMENT	"# tlspolicy: "

/*
 * What was asked for.
 * tables:   none where main.cf names no table of ours: certificates can be
 *           looked at all the same.
 * args:     n_args operands behind the name of the part; borrowed.
 * bundle:   --to, --from, --against; NULL: those of main.cf.
 * soon_s:   --soon: what ends within that time, ends soon.
 * probe:    options that are handed on to a probe.
 */
struct ca {
	struct cmd_options options;
	struct conf *conf;
	struct tables tables;
	struct demand_site site;
	struct known_stores stores;
	int64_t now;
	int64_t soon_s;
	char **args;
	int n_args;
	const char *bundle;
	int is_yes;
	int is_not_ca;
	int is_expiring;
	int is_from_record;
	char *probe[CA_PROBE_ARGS];
	int n_probe;
};

/* returns the exit code. */
int ca_list(struct ca *);
int ca_add(struct ca *);
int ca_remove(struct ca *);
int ca_missing(struct ca *);
int ca_verify(struct ca *);

/* Wrong usage of the verb. */
int ca_usage(const char *fmt, ...) TLSP_PRINTF(1, 2);

/*
 * The bundle that is to be changed: named, or smtp_tls_CAfile.
 * option:   how it is named. returns 0, or an exit code.
 */
int ca_the_bundle(const struct ca *, const char *option,
    const char **ret_path);

/*
 * Ask on the terminal, unless --yes.
 * returns   0: yes; 1: no, and it was said; EX_USAGE: nobody is there.
 */
int ca_ask(const struct ca *, const char *question);

/* What follows for mail, and what to do. */
#define CA_BROKEN_BUNDLE \
	"smtp(8) cannot read such a file, and does without TLS: mail that " \
	"needs it waits; take these lines out"
#define CA_KEY_IN_BUNDLE \
	"whoever reads this file has it; take it out, and hold it for known"

/*
 * Say what in a file cannot be read, or is a private key.
 * broken, key: what follows of the one and of the other, in words.
 * returns   0, or EX_DATAERR.
 */
int ca_say_faults(const struct pile_file *, const char *broken,
    const char *key);

/*
 * All that smtp(8) trusts where a rule says nothing else: the bundle that was
 * named, or smtp_tls_CAfile.
 * returns   0, or an exit code; it was said.
 */
int ca_read_trusted(const struct ca *, struct pile *);

/* "9d04f354.0": the name under which OpenSSL looks for a certificate? */
int ca_is_hash(const char *name);

/* Changed files are read when a process begins: what to do, in words. */
void ca_say_reload(const struct ca *, const char *path);

#endif
