/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor_server.c - what smtpd(8) offers partners, and asks of them.
 * Knows:    TLS of the receiving side, client certificates. Not: what is in
 *           our own certificate.
 * Feeds:    doctor.
 * Source:   postconf(5); Postfix smtpd/smtpd.c, smtpd/smtpd_check.c.
 */
#include "doctor.h"

#include <string.h>
#include <strings.h>

static int
is_yes(const char *value)
{
	return strcasecmp(value, "yes") == 0;
}

static int
ends_in(const char *text, const char *end)
{
	const size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* Does everybody come in by it? Port 25, or whom postscreen(8) lets pass. */
static int
is_public(const struct master_service *service)
{
	return strcmp(service->type, "pass") == 0 ||
	    strcmp(service->name, "smtp") == 0 ||
	    strcmp(service->name, "25") == 0 ||
	    ends_in(service->name, ":smtp") || ends_in(service->name, ":25");
}

static const char *
level_of(const struct doctor *doctor, const struct master_service *service)
{
	const char *level = doctor_get_of(doctor, service,
	    "smtpd_tls_security_level");

	if (*level != '\0')
		return level;
	if (is_yes(doctor_get_of(doctor, service, "smtpd_enforce_tls")))
		return "encrypt";
	return is_yes(doctor_get_of(doctor, service, "smtpd_use_tls")) ?
	    "may" : "none";
}

static void
check_offer(struct doctor *doctor, const struct master_service *service,
    const char *level, const char *who)
{
	if (strcasecmp(level, "none") == 0)
		doctor_say_setting(doctor, DOCTOR_SERVER_NO_TLS,
		    "smtpd_tls_security_level", "%s offers no TLS "
		    "(smtpd_tls_security_level)", who);
	else if (!doctor_has_cert(doctor, "smtpd", service))
		doctor_say_setting(doctor, DOCTOR_SERVER_NO_CERT,
		    "smtpd_tls_chain_files", "%s has no certificate: neither "
		    "smtpd_tls_chain_files nor smtpd_tls_cert_file is set",
		    who);
	else
		doctor_fine(doctor, "%s offers TLS: %s", who, level);
}

/* Restrictions that a certificate opens, where none is ever seen. */
static void
check_restrictions(struct doctor *doctor,
    const struct master_service *service)
{
	static const char *const names[] = { "smtpd_client_restrictions",
	    "smtpd_helo_restrictions", "smtpd_sender_restrictions",
	    "smtpd_relay_restrictions", "smtpd_recipient_restrictions" };
	static const char *const words[] = { "check_ccert_access",
	    "permit_tls_clientcerts", "permit_tls_all_clientcerts" };
	const char *value;
	size_t n, word;

	for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		value = doctor_get_of(doctor, service, names[n]);
		for (word = 0; word < sizeof(words) / sizeof(words[0]);
		    word++)
			if (strstr(value, words[word]) != NULL)
				doctor_say_setting(doctor, DOCTOR_NOT_ASKED,
				    names[n], "%s has %s, but client "
				    "certificates are not asked for",
				    names[n], words[word]);
	}
}

static void
check_asked(struct doctor *doctor, const struct master_service *service,
    const char *level, const char *who)
{
	const int is_enforced = strcasecmp(level, "encrypt") == 0;
	const int is_required = is_enforced && is_yes(doctor_get_of(doctor,
	    service, "smtpd_tls_req_ccert"));
	const int is_asked = is_required || is_yes(doctor_get_of(doctor,
	    service, "smtpd_tls_ask_ccert"));

	if (is_required)
		doctor_say_setting(doctor, DOCTOR_REQUIRED,
		    "smtpd_tls_req_ccert", "%s demands a client certificate "
		    "of everybody", who);
	if (!is_asked) {
		check_restrictions(doctor, service);
		if (doctor_has_cert(doctor, "smtp", NULL))
			doctor_say_setting(doctor, DOCTOR_ONE_SIDED,
			    "smtpd_tls_ask_ccert", "smtp(8) has a client "
			    "certificate, and %s asks for none", who);
		return;
	}
	if (*doctor_get_of(doctor, service, "smtpd_tls_CAfile") == '\0' &&
	    *doctor_get_of(doctor, service, "smtpd_tls_CApath") == '\0')
		doctor_say_setting(doctor, DOCTOR_ASK_NO_CA,
		    "smtpd_tls_ask_ccert", "%s asks for client certificates, "
		    "and has no smtpd_tls_CAfile", who);
	else
		doctor_fine(doctor, "%s asks partners for certificates", who);
}

static void
check_service(struct doctor *doctor, const struct master_service *service)
{
	const char *level = level_of(doctor, service);
	char who[80] = "smtpd(8)";

	if (service != NULL)
		(void)snprintf(who, sizeof(who), "smtpd(8), service %s",
		    service->name);
	check_offer(doctor, service, level, who);
	if (strcasecmp(level, "none") != 0)
		check_asked(doctor, service, level, who);
}

void
doctor_server(struct doctor *doctor)
{
	const struct master_service *service;
	const char *file = doctor_get(doctor, "smtpd_tls_CAfile");
	size_t n, n_public = 0;

	if (*file != '\0')
		(void)doctor_bundle(doctor, DOCTOR_SERVER_CA_FILE,
		    "smtpd_tls_CAfile", file);
	if (doctor->master == NULL) {
		check_service(doctor, NULL);
		return;
	}
	for (n = 0; (service = master_find(doctor->master, "smtpd", n)) !=
	    NULL; n++)
		if (is_public(service)) {
			n_public++;
			check_service(doctor, service);
		}
	if (n_public == 0)
		doctor_fine(doctor, "no smtpd(8) on port 25 in master.cf: "
		    "nothing is received here");
}
