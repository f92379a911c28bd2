/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor_trust.c - whom smtp(8) trusts: can it load the CA files?
 * Knows:    what is read before the chroot, and what inside it. Not: rules.
 * Feeds:    doctor.
 * Source:   Postfix smtp/smtp.c, tls/tls_client.c, tls/tls_certkey.c.
 */
#include "doctor.h"

#include <string.h>

#include "identity.h"

int
doctor_bundle(struct doctor *doctor, enum doctor_kind kind, const char *name,
    const char *path)
{
	struct identity_bundle bundle;
	struct tlsp_err err;

	if (!doctor_can_read(doctor, kind, name, path))
		return 0;
	if (identity_bundle_read(path, doctor->now, &bundle, &err) !=
	    TLSP_OK) {
		doctor_say(doctor, kind, path, "%s: %s", name, err.text);
		return 0;
	}
	if (bundle.n_expired > 0)
		doctor_say(doctor, DOCTOR_CA_EXPIRED, path, "%zu of %zu "
		    "certificates have expired: %s%s", bundle.n_expired,
		    bundle.n, bundle.subject, bundle.n_expired > 1 ?
		    ", and others" : "");
	else
		doctor_fine(doctor, "%s = %s: %zu certificates, none has "
		    "expired", name, path, bundle.n);
	identity_bundle_clear(&bundle);
	return 1;
}

int
doctor_runs_smtp(const struct doctor *doctor, int is_chrooted)
{
	const struct master_service *service;
	size_t n;

	if (doctor->master == NULL)
		return !is_chrooted;
	for (n = 0; (service = master_find(doctor->master, "smtp", n)) !=
	    NULL; n++)
		if (service->is_chrooted == is_chrooted)
			return 1;
	return 0;
}

/* It is searched at each handshake, by whatever path leads there then. */
static void
check_path(struct doctor *doctor, const char *path, int is_alone)
{
	const enum doctor_kind kind = is_alone ? DOCTOR_CA_PATH_ALONE :
	    DOCTOR_CA_PATH;
	const char *jail = doctor_get(doctor, "queue_directory");
	int error = 0, inside;

	if (doctor_runs_smtp(doctor, 0) &&
	    (error = doctor_reach(doctor, NULL, path)) > 0)
		doctor_say(doctor, kind, path, "smtp_tls_CApath cannot be "
		    "read by user %s: %s", doctor->owner, strerror(error));
	if (!doctor_runs_smtp(doctor, 1))
		return;
	inside = doctor_reach(doctor, jail, path);
	if (inside > 0)
		doctor_say(doctor, kind, path, "smtp_tls_CApath is looked for "
		    "inside the chroot, as %s%s, by user %s: %s", jail, path,
		    doctor->owner, strerror(inside));
	else if (inside == 0 && error == 0)
		doctor_fine(doctor, "smtp_tls_CApath = %s is there inside the "
		    "chroot, too", path);
}

void
doctor_trust(struct doctor *doctor)
{
	const char *file = doctor_get(doctor, "smtp_tls_CAfile");
	const char *path = doctor_get(doctor, "smtp_tls_CApath");

	if (doctor->master != NULL)
		doctor_fine(doctor, "smtp(8) %s", !doctor_runs_smtp(doctor,
		    1) ? "runs without chroot" : doctor_runs_smtp(doctor, 0) ?
		    "runs chrooted by some services, by others not" :
		    "runs chrooted");
	if (*file != '\0')
		(void)doctor_bundle(doctor, DOCTOR_CA_FILE, "smtp_tls_CAfile",
		    file);
	if (*path != '\0')
		check_path(doctor, path, *file == '\0');
}
