/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor_settings.c - what main.cf says of everybody who has no rule, and
 *	what it has logged.
 * Knows:    smtp_tls_security_level, smtp_tls_loglevel; what master.cf sets
 *	in place of main.cf.
 * Feeds:    doctor.
 */
#include "doctor.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

/* Services of master.cf with settings of their own, that we do not follow. */
static void
check_overrides(struct doctor *doctor)
{
	static const char *const names[] = { "smtp_tls_policy_maps",
	    "smtp_tls_security_level", "smtp_tls_loglevel", "smtp_tls_CAfile",
	    "smtp_tls_CApath", "smtp_tls_fingerprint_digest" };
	const struct master_service *service;
	char file[PATH_MAX];
	size_t n, name;

	(void)snprintf(file, sizeof(file), "%s/master.cf",
	    conf_dir(doctor->conf));
	for (n = 0; doctor->master != NULL && (service = master_find(
	    doctor->master, "smtp", n)) != NULL; n++)
		for (name = 0; name < sizeof(names) / sizeof(names[0]);
		    name++)
			if (master_override(doctor->master, service,
			    names[name]) != NULL)
				doctor_say(doctor, DOCTOR_OVERRIDE, file,
				    "service %s has its own %s",
				    service->name, names[name]);
}

void
doctor_settings(struct doctor *doctor)
{
	const char *level = doctor_get(doctor, "smtp_tls_security_level");
	const char *log = doctor_get(doctor, "smtp_tls_loglevel");

	if (doctor->site == NULL)
		doctor_say_setting(doctor, DOCTOR_LEVEL_BAD,
		    "smtp_tls_security_level", "smtp_tls_security_level is "
		    "\"%.80s\", which is no security level", level);
	else if (doctor->site->level == TLSP_LEVEL_NONE)
		doctor_say_setting(doctor, DOCTOR_LEVEL_NONE,
		    "smtp_tls_security_level", "smtp_tls_security_level is "
		    "%s", *level == '\0' ? "not set" : level);
	else
		doctor_fine(doctor, "smtp_tls_security_level = %s for "
		    "everybody without a rule", level);
	if (strcmp(log, "0") == 0 || *log == '\0' ||
	    strcasecmp(log, "none") == 0)
		doctor_say_setting(doctor, DOCTOR_LOGLEVEL,
		    "smtp_tls_loglevel", "smtp_tls_loglevel is %s",
		    *log == '\0' ? "not set" : log);
	else
		doctor_fine(doctor, "smtp_tls_loglevel = %s: handshakes are "
		    "logged", log);
	check_overrides(doctor);
}
