/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor_rules.c - what the rules need of the machine and of main.cf.
 * Knows:    which words of a rule need what. Not: whether the rule is good.
 * Feeds:    doctor.
 * Source:   Postfix smtp/smtp_tls_policy.c, tls/tls_dane.c, tls/tls_fprint.c.
 */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

#include "../dict_tlspolicy/mem.h"
#include "demand.h"

/* A rule, and how many are like it. Borrowed from the table. */
struct example {
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	size_t n;
};

/* A file that a rule names. path: owned. */
struct tafile {
	char *path;
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	size_t n;		/* in which order they came */
};

/* What a pass over the rules came to. */
struct need {
	struct example untrusted;	/* to be verified, by nothing */
	struct example matched;		/* with match= of its own */
	struct example preferred;	/* with pin=prefer */
	struct example required;	/* with pin=require */
	struct tafile *tafiles;
	size_t n_tafiles, cap;
};

static void
note(struct example *example, const struct tables_map *map,
    const struct tlsp_rule *rule)
{
	if (example->n++ > 0)
		return;
	example->map = map;
	example->rule = rule;
}

/* Read at each delivery, where smtp(8) is then. */
static void
try_tafile(struct doctor *doctor, const struct tables_map *map,
    const struct tlsp_rule *rule, const char *path)
{
	const char *jail = doctor_get(doctor, "queue_directory");
	int error, is_well = 1;

	if (doctor_runs_smtp(doctor, 0) &&
	    (error = doctor_reach(doctor, NULL, path)) != 0) {
		is_well = 0;
		if (error > 0)
			doctor_say_rule(doctor, DOCTOR_TAFILE, map, rule,
			    "user %s cannot read the trust anchors %s: %s",
			    doctor->owner, path, strerror(error));
	}
	if (doctor_runs_smtp(doctor, 1) &&
	    (error = doctor_reach(doctor, jail, path)) != 0) {
		is_well = 0;
		if (error > 0)
			doctor_say_rule(doctor, DOCTOR_TAFILE, map, rule,
			    "the trust anchors %s are read inside the chroot, "
			    "as %s%s, by user %s: %s", path, jail, path,
			    doctor->owner, strerror(error));
	}
	if (is_well)
		doctor_fine(doctor, "the trust anchors %s can be read where "
		    "smtp(8) reads them", path);
}

static void
note_tafiles(struct doctor *doctor, struct need *need,
    const struct tables_map *map, const struct tlsp_rule *rule,
    const struct demand_list *list)
{
	struct tafile *grown;
	size_t n;

	for (n = 0; n < list->n; n++) {
		grown = tlsp_grow(need->tafiles, &need->cap,
		    need->n_tafiles + 1, sizeof(*grown));
		if (grown == NULL) {
			doctor->is_short = 1;
			return;
		}
		need->tafiles = grown;
		grown[need->n_tafiles] = (struct tafile){
		    strdup(list->items[n]), map, rule, need->n_tafiles };
		if (grown[need->n_tafiles].path == NULL)
			doctor->is_short = 1;
		else
			need->n_tafiles++;
	}
}

static int
compare(const void *a, const void *b)
{
	const struct tafile *one = a, *other = b;
	const int order = strcmp(one->path, other->path);

	return order != 0 ? order : one->n < other->n ? -1 : 1;
}

/* Each file once, for the first rule that names it. */
static void
check_tafiles(struct doctor *doctor, struct need *need)
{
	const struct tafile *tafile;
	size_t n;

	if (need->n_tafiles > 0)
		qsort(need->tafiles, need->n_tafiles, sizeof(*need->tafiles),
		    compare);
	for (n = 0; n < need->n_tafiles; n++) {
		tafile = &need->tafiles[n];
		if (n == 0 || strcmp(tafile->path, tafile[-1].path) != 0)
			try_tafile(doctor, tafile->map, tafile->rule,
			    tafile->path);
	}
	for (n = 0; n < need->n_tafiles; n++)
		free(need->tafiles[n].path);
	free(need->tafiles);
}

static void
read_rule(struct doctor *doctor, struct need *need,
    const struct tables_map *map, const struct tlsp_rule *rule)
{
	struct demand demand;
	struct tlsp_err err;

	if (rule->policy.pin == TLSP_PIN_PREFER)
		note(&need->preferred, map, rule);
	if (rule->policy.pin == TLSP_PIN_REQUIRE)
		note(&need->required, map, rule);
	if ((rule->policy.level != TLSP_LEVEL_VERIFY &&
	    rule->policy.level != TLSP_LEVEL_SECURE) || doctor->site == NULL)
		return;
	if (strcasestr(rule->policy.text, "match=") != NULL ||
	    strcasestr(rule->policy.text, "match =") != NULL)
		note(&need->matched, map, rule);
	/* What is wrong with the rule itself is for check to say. */
	if (demand_read(doctor->site, &doctor->tables.host, rule->policy.text,
	    TLSP_PIN_OFF, &demand, &err) != TLSP_OK)
		return;
	if (demand.tafiles.n > 0)
		note_tafiles(doctor, need, map, rule, &demand.tafiles);
	else if (doctor->site->ca_file[0] == '\0' &&
	    doctor->site->ca_path[0] == '\0')
		note(&need->untrusted, map, rule);
	demand_clear(&demand);
}

/* ", and 12 more rules" */
static const char *
more(const struct example *example, char buf[static 40])
{
	buf[0] = '\0';
	if (example->n > 1)
		(void)snprintf(buf, 40, ", and %zu more like it",
		    example->n - 1);
	return buf;
}

static void
check_session(struct doctor *doctor, const struct example *example)
{
	const char *cache = doctor_get(doctor,
	    "smtp_tls_session_cache_database");
	char others[40];

	if (*cache == '\0' || (doctor->tables.host.postfix !=
	    TLSP_POSTFIX_ANY && doctor->tables.host.postfix <
	    TLSP_POSTFIX(3, 6)))
		doctor_fine(doctor, "sessions are not resumed under an old "
		    "match=");
	else if (example->n > 0)
		doctor_say_rule(doctor, DOCTOR_SESSION, example->map,
		    example->rule, "smtp_tls_session_cache_database is %s, "
		    "and the rule has match=%s", cache, more(example, others));
}

static void
check_digest(struct doctor *doctor, const struct need *need)
{
	const char *digest = doctor_get(doctor,
	    "smtp_tls_fingerprint_digest");
	char others[40];

	if (doctor->tables.trust.digest[0] != '\0') {
		doctor_fine(doctor, "fingerprints are made by %s", digest);
		return;
	}
	if (need->required.n > 0)
		doctor_say_rule(doctor, DOCTOR_DIGEST_REQUIRED,
		    need->required.map, need->required.rule,
		    "smtp_tls_fingerprint_digest is %s, and the rule has "
		    "pin=require%s", digest, more(&need->required, others));
	if (need->preferred.n > 0)
		doctor_say_rule(doctor, DOCTOR_DIGEST, need->preferred.map,
		    need->preferred.rule, "smtp_tls_fingerprint_digest is "
		    "%s, and the rule has pin=prefer%s", digest,
		    more(&need->preferred, others));
}

void
doctor_rules(struct doctor *doctor)
{
	struct need need = { .tafiles = NULL };
	struct tables_cursor cursor = { 0, 0 };
	const struct tables_map *map;
	const struct tlsp_rule *rule;
	struct tlsp_err err;
	enum tlsp_code code;
	char others[40];

	if (tables_ours(&doctor->tables, 0) == NULL)
		return;
	while ((code = tables_next(&doctor->tables, &cursor, &map, &rule,
	    &err)) != TLSP_NONE)
		if (code == TLSP_OK && rule->fault == NULL)
			read_rule(doctor, &need, map, rule);
	if (need.untrusted.n > 0)
		doctor_say_rule(doctor, DOCTOR_NO_TRUST, need.untrusted.map,
		    need.untrusted.rule, "the rule demands a certificate "
		    "that can be verified, and neither smtp_tls_CAfile nor "
		    "smtp_tls_CApath is set%s", more(&need.untrusted,
		    others));
	check_session(doctor, &need.matched);
	check_digest(doctor, &need);
	check_tafiles(doctor, &need);
}
