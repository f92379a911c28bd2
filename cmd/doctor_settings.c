/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor_settings.c - what main.cf says of everybody who has no rule, and
 *	what it has logged.
 * Knows:    smtp_tls_security_level, smtp_tls_loglevel.
 * Feeds:    doctor.
 */
#include "doctor.h"

#include <string.h>
#include <strings.h>

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
}
