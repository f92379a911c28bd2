/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor.h - what the parts of the verb doctor share.
 * Knows:    what is looked at with, and where it is written down.
 * Feeds:    doctor, doctor_*.
 */
#ifndef TLSP_CMD_DOCTOR_H
#define TLSP_CMD_DOCTOR_H

#include "finding.h"
#include "master.h"
#include "site.h"
#include "tables.h"

/* What can be wrong, as doctor_kinds[] has it. */
enum doctor_kind {
	DOCTOR_NOT_REGISTERED,
	DOCTOR_MODULE_FILE,
	DOCTOR_MODULE_FAILS,
	DOCTOR_REGISTERED_TWICE,
	DOCTOR_REGISTRATION,
	DOCTOR_VERSION,
	DOCTOR_NO_TABLE,
	DOCTOR_TABLE,
	DOCTOR_PINS,
	DOCTOR_PROXY,
	DOCTOR_FOREIGN,
	DOCTOR_CLOCK,
	DOCTOR_CLOCK_LEFT,
	DOCTOR_CA_FILE,
	DOCTOR_NO_TRUST,
	DOCTOR_CA_PATH_ALONE,
	DOCTOR_CA_PATH,
	DOCTOR_TAFILE,
	DOCTOR_CA_EXPIRED,
	DOCTOR_CERT_FILE,
	DOCTOR_KEY,
	DOCTOR_CERT_INVALID,
	DOCTOR_CERT_ENDS,
	DOCTOR_CHAIN_SHORT,
	DOCTOR_CHAIN_ORDER,
	DOCTOR_NO_CLIENT,
	DOCTOR_NO_SERVER,
	DOCTOR_NAMES,
	DOCTOR_KEY_OPEN,
	DOCTOR_SELF_SIGNED,
	DOCTOR_SERVER_NO_TLS,
	DOCTOR_SERVER_NO_CERT,
	DOCTOR_SERVER_CA_FILE,
	DOCTOR_ASK_NO_CA,
	DOCTOR_REQUIRED,
	DOCTOR_NOT_ASKED,
	DOCTOR_ONE_SIDED,
	DOCTOR_SESSION,
	DOCTOR_DIGEST,
	DOCTOR_DIGEST_REQUIRED,
	DOCTOR_LEVEL_NONE,
	DOCTOR_LEVEL_BAD,
	DOCTOR_LOGLEVEL,
	DOCTOR_OVERRIDE,
	DOCTOR_NOT_LOOKED,
	DOCTOR_N_KINDS
};

extern const struct finding_kind doctor_kinds[DOCTOR_N_KINDS];

/*
 * All that is known. Everything is owned by the verb.
 * dir:      as -c has it, or NULL.
 * site:     what main.cf says for smtp(8); NULL: it would not start by it.
 * tables:   n_maps is 0: main.cf names none of ours.
 * master:   NULL: it could not be read.
 * owner:    mail_owner.
 * fine:     what was found to be well: n_fine sentences.
 * is_short: of memory for them.
 */
struct doctor {
	const char *dir;
	struct conf *conf;
	const struct demand_site *site;
	struct tables tables;
	struct master *master;
	struct findings *findings;
	const char *owner;
	int64_t now;
	int days;
	char **fine;
	size_t n_fine;
	int is_short;
};

/* The parts. What they find is added; nothing is printed. */
void doctor_module(struct doctor *);
void doctor_files(struct doctor *);
void doctor_trust(struct doctor *);
void doctor_rules(struct doctor *);
void doctor_certs(struct doctor *);
void doctor_server(struct doctor *);
void doctor_settings(struct doctor *);

/* The value of a parameter; "": not set, or not known to this Postfix. */
const char *doctor_get(const struct doctor *, const char *name);
/* That of a service: what master.cf sets for it, or main.cf. NULL: main.cf. */
const char *doctor_get_of(const struct doctor *,
    const struct master_service *, const char *name);

/* Add a finding, about a file, or none: NULL. */
void doctor_say(struct doctor *, enum doctor_kind, const char *file,
    const char *fmt, ...) TLSP_PRINTF(4, 5);
/* At the line of main.cf that sets this, if one does. */
void doctor_say_setting(struct doctor *, enum doctor_kind, const char *name,
    const char *fmt, ...) TLSP_PRINTF(4, 5);
/* At a rule. */
void doctor_say_rule(struct doctor *, enum doctor_kind,
    const struct tables_map *, const struct tlsp_rule *,
    const char *fmt, ...) TLSP_PRINTF(5, 6);
/* Something that was looked at, and is well. */
void doctor_fine(struct doctor *, const char *fmt, ...) TLSP_PRINTF(2, 3);

/*
 * Can a file that Postfix reads as root be read, by us? If not, that is said:
 * as the kind has it, or that only root can look.
 * what:     what it is, "the CA certificates".
 */
int doctor_can_read(struct doctor *, enum doctor_kind, const char *what,
    const char *path);

/*
 * Can the mail owner open a file, in a jail or (NULL) outside, as smtp(8) does
 * at delivery? 0, errno, or REACH_UNKNOWN: that only root can tell was said.
 */
int doctor_reach(struct doctor *, const char *jail, const char *path);

/*
 * Load a CA file, and say what is wrong with it. 0: it cannot be used.
 * name:     of the parameter.
 */
int doctor_bundle(struct doctor *, enum doctor_kind, const char *name,
    const char *path);

/*
 * Is a certificate set for a program, by this service or (NULL) in main.cf?
 * prefix:   "smtp", "smtpd".
 */
int doctor_has_cert(const struct doctor *, const char *prefix,
    const struct master_service *);

/* Does smtp(8) run with, or without, a chroot? Not known: without. */
int doctor_runs_smtp(const struct doctor *, int is_chrooted);

#endif
