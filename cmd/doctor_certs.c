/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor_certs.c - our certificates: do keys fit, are chains whole, until
 *	when, for whom and for what are they good?
 * Knows:    what partners look at. Not: OpenSSL.
 * Feeds:    doctor.
 * Source:   RFC 5280, RFC 6125, RFC 8446 section 4.4.2; postconf(5).
 */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity.h"
#include "out_text.h"

#define BLANKS		", \t\r\n"
#define NAME_SIZE	80
#define DAY_S		(INT64_C(24) * 60 * 60)

/*
 * One set of certificates: of main.cf, or of a service that has its own.
 * prefix:   "smtp", "smtpd". who: for people.
 */
struct set {
	struct doctor *doctor;
	const struct master_service *service;
	const char *prefix;
	char who[NAME_SIZE];
};

static const char *const CERTS[] = { "chain_files", "cert_file",
    "dcert_file", "eccert_file" };
#define N_CERTS	(sizeof(CERTS) / sizeof(CERTS[0]))

static int
is_server(const struct set *set)
{
	return strcmp(set->prefix, "smtpd") == 0;
}

/* "%s_tls_..." of this set. "none" is how smtpd(8) spells "". */
static const char *
get(const struct set *set, const char *suffix, char name[static NAME_SIZE])
{
	const char *value;

	(void)snprintf(name, NAME_SIZE, "%s_tls_%s", set->prefix, suffix);
	value = doctor_get_of(set->doctor, set->service, name);
	return strcmp(value, "none") == 0 ? "" : value;
}

static void
check_key_file(const struct set *set, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return;
	if ((st.st_mode & S_IROTH) != 0)
		doctor_say(set->doctor, DOCTOR_KEY_OPEN, path, "everybody can "
		    "read the private key of %s", set->who);
	else if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		doctor_say(set->doctor, DOCTOR_KEY_OPEN, path, "others can "
		    "write the private key of %s", set->who);
	else if (st.st_uid != 0 && st.st_uid != geteuid())
		doctor_say(set->doctor, DOCTOR_KEY_OPEN, path, "the private "
		    "key of %s belongs to uid %ld", set->who,
		    (long)st.st_uid);
	else
		doctor_fine(set->doctor, "%s: nobody else can read the "
		    "private key in %s", set->who, path);
}

static void
check_key(const struct set *set, const struct identity *identity)
{
	static const char *const words[] = {
		[IDENTITY_NO_KEY] = "there is no private key for the "
		    "certificate",
		[IDENTITY_OTHER_KEY] = "the private key is not that of the "
		    "certificate",
		[IDENTITY_LOCKED] = "the private key is locked by a pass "
		    "phrase, and Postfix has none to give",
	};

	if (identity->key == IDENTITY_FITS)
		doctor_fine(set->doctor, "%s: certificate and key in %s fit",
		    set->who, identity->file);
	else
		doctor_say(set->doctor, DOCTOR_KEY, identity->file, "%s: %s "
		    "(%s)", set->who, words[identity->key],
		    identity->links[0].cert.subject);
}

/* That of the chain which ends first counts; what is no part of it does not. */
static void
check_dates(const struct set *set, const struct identity *identity)
{
	const int64_t now = set->doctor->now;
	const struct x509_cert *cert = &identity->links[0].cert;
	char time[OUT_TEXT_TIME], span[OUT_TEXT_TIME];
	size_t n;

	for (n = 0; n == 0 || (n < identity->n &&
	    identity->links[n - 1].is_vouched); n++) {
		if (identity->links[n].cert.not_before > now) {
			cert = &identity->links[n].cert;
			doctor_say(set->doctor, DOCTOR_CERT_INVALID,
			    identity->file, "%s: %s is not valid before %s",
			    set->who, cert->subject,
			    out_text_time(cert->not_before, time));
			return;
		}
		if (identity->links[n].cert.not_after < cert->not_after)
			cert = &identity->links[n].cert;
	}
	(void)out_text_time(cert->not_after, time);
	(void)out_text_span(cert->not_after - now, span);
	if (cert->not_after < now)
		doctor_say(set->doctor, DOCTOR_CERT_INVALID, identity->file,
		    "%s: %s has expired, %s", set->who, cert->subject, time);
	else if (cert->not_after - now < set->doctor->days * DAY_S)
		doctor_say(set->doctor, DOCTOR_CERT_ENDS, identity->file,
		    "%s: %s expires in %s, %s", set->who, cert->subject, span,
		    time);
	else
		doctor_fine(set->doctor, "%s: %s is valid for %s, until %s",
		    set->who, cert->subject, span, time);
}

static void
check_chain(const struct set *set, const struct identity *identity)
{
	const struct identity_link *last = &identity->links[identity->n - 1];
	size_t n;

	for (n = 0; n + 1 < identity->n; n++)
		if (!identity->links[n].is_vouched) {
			doctor_say(set->doctor, DOCTOR_CHAIN_ORDER,
			    identity->file, "%s: certificate %zu (%s) did "
			    "not sign certificate %zu (%s), which stands "
			    "before it", set->who, n + 2,
			    identity->links[n + 1].cert.subject, n + 1,
			    identity->links[n].cert.subject);
			return;
		}
	if (identity->n == 1 && identity->end == IDENTITY_ROOT) {
		doctor_say(set->doctor, DOCTOR_SELF_SIGNED, identity->file,
		    "%s: %s vouches for itself", set->who,
		    last->cert.subject);
		return;
	}
	/* Behind one that is not known, a private root may well follow. */
	if (identity->end == IDENTITY_UNKNOWN && identity->n == 1)
		doctor_say(set->doctor, DOCTOR_CHAIN_SHORT, identity->file,
		    "%s: %s was signed by %s, which is neither in the file "
		    "nor a root that is known here", set->who,
		    last->cert.subject, last->cert.issuer);
	else
		doctor_fine(set->doctor, "%s: the chain in %s is in order, "
		    "and ends at %s", set->who, identity->file,
		    last->cert.issuer);
}

/* Does a name of a certificate mean this host? "*" is one label. */
static int
is_name_of(const char *name, const char *host)
{
	if (strncmp(name, "*.", 2) == 0) {
		host = strchr(host, '.');
		name++;
	}
	return host != NULL && strcasecmp(name, host) == 0;
}

static void
check_names(const struct set *set, const struct identity *identity)
{
	const char *host = doctor_get_of(set->doctor, set->service,
	    "myhostname");
	const struct x509_cert *cert = &identity->links[0].cert;
	char names[300];
	size_t n;

	(void)x509_print_names(cert, names, sizeof(names));
	for (n = 0; n < cert->n_names; n++)
		if (is_name_of(cert->names[n], host)) {
			doctor_fine(set->doctor, "%s: the certificate in %s "
			    "bears myhostname, %s", set->who, identity->file,
			    host);
			return;
		}
	doctor_say(set->doctor, DOCTOR_NAMES, identity->file, "%s: the "
	    "certificate is for %s, and myhostname is %s", set->who, names,
	    host);
}

static void
check_usage(const struct set *set, const struct identity *identity)
{
	const struct identity_link *leaf = &identity->links[0];

	if (is_server(set) && !leaf->may_serve)
		doctor_say(set->doctor, DOCTOR_NO_SERVER, identity->file,
		    "%s: the extended key usage of %s does not name "
		    "serverAuth", set->who, leaf->cert.subject);
	else if (!is_server(set) && !leaf->may_ask)
		doctor_say(set->doctor, DOCTOR_NO_CLIENT, identity->file,
		    "%s: the extended key usage of %s does not name "
		    "clientAuth", set->who, leaf->cert.subject);
	else
		doctor_fine(set->doctor, "%s: the certificate in %s is good "
		    "for a %s", set->who, identity->file, is_server(set) ?
		    "server" : "client");
}

static void
check_identity(const struct set *set, const struct identity *identity)
{
	check_key(set, identity);
	if (identity->key_file != NULL)
		check_key_file(set, identity->key_file);
	check_dates(set, identity);
	check_chain(set, identity);
	check_usage(set, identity);
	if (is_server(set))
		check_names(set, identity);
}

/* Read what the files hold, and look at each. */
static void
check_source(struct set *set, struct identity_source *source)
{
	struct identities identities;
	struct tlsp_err err;
	char name[NAME_SIZE], what[NAME_SIZE + 30];
	size_t n;

	(void)snprintf(what, sizeof(what), "the certificate of %s", set->who);
	for (n = 0; n < source->n_files; n++)
		if (!doctor_can_read(set->doctor, DOCTOR_CERT_FILE, what,
		    source->files[n]))
			return;
	(void)snprintf(what, sizeof(what), "the private key of %s", set->who);
	if (source->key_file != NULL && !doctor_can_read(set->doctor,
	    DOCTOR_KEY, what, source->key_file))
		return;
	source->ca_file = get(set, "CAfile", name);
	source->ca_path = get(set, "CApath", name);
	if (identities_read(source, &identities, &err) != TLSP_OK) {
		doctor_say(set->doctor, DOCTOR_CERT_FILE, err.at.file,
		    "%s: %s", set->who, err.text);
		return;
	}
	for (n = 0; n < identities.n; n++)
		check_identity(set, identities.items[n]);
	identities_clear(&identities);
}

/* A certificate and its key in files of their own, if they are set. */
static void
check_pair(struct set *set, const char *cert, const char *key)
{
	struct identity_source source = { .n_files = 1 };
	char name[NAME_SIZE], *file = strdup(get(set, cert, name));

	if (file == NULL) {
		set->doctor->is_short = 1;
		return;
	}
	source.files = &file;
	source.key_file = get(set, key, name);
	if (source.key_file[0] == '\0')
		source.key_file = file;
	if (file[0] != '\0')
		check_source(set, &source);
	free(file);
}

static void
check_all(struct doctor *doctor, const char *prefix,
    const struct master_service *service)
{
	struct set set = { doctor, service, prefix, "" };
	struct identity_source source = { .key_file = NULL };
	struct demand_list files = { NULL, 0 };
	char name[NAME_SIZE];
	const char *chains = get(&set, "chain_files", name);

	(void)snprintf(set.who, sizeof(set.who), "%s(8)%s%s", prefix,
	    service != NULL ? ", service " : "",
	    service != NULL ? service->name : "");
	if (!site_list_split(&files, chains, strlen(chains), BLANKS))
		doctor->is_short = 1;
	source.files = files.items;
	source.n_files = files.n;
	if (files.n > 0) {
		check_source(&set, &source);
	} else {
		check_pair(&set, "cert_file", "key_file");
		check_pair(&set, "dcert_file", "dkey_file");
		check_pair(&set, "eccert_file", "eckey_file");
	}
	site_list_clear(&files);
}

/* Does a service have certificates of its own? */
static int
has_own(const struct doctor *doctor, const struct master_service *service,
    const char *prefix)
{
	char name[NAME_SIZE];
	size_t n;

	for (n = 0; n < N_CERTS; n++) {
		(void)snprintf(name, sizeof(name), "%s_tls_%s", prefix,
		    CERTS[n]);
		if (master_override(doctor->master, service, name) != NULL)
			return 1;
	}
	return 0;
}

int
doctor_has_cert(const struct doctor *doctor, const char *prefix,
    const struct master_service *service)
{
	char name[NAME_SIZE];
	const char *value;
	size_t n;

	for (n = 0; n < N_CERTS; n++) {
		(void)snprintf(name, sizeof(name), "%s_tls_%s", prefix,
		    CERTS[n]);
		value = doctor_get_of(doctor, service, name);
		if (*value != '\0' && strcmp(value, "none") != 0)
			return 1;
	}
	return 0;
}

void
doctor_certs(struct doctor *doctor)
{
	static const char *const prefixes[] = { "smtp", "smtpd" };
	const struct master_service *service;
	size_t prefix, n;

	check_all(doctor, "smtp", NULL);
	check_all(doctor, "smtpd", NULL);
	for (prefix = 0; doctor->master != NULL && prefix < 2; prefix++)
		for (n = 0; (service = master_find(doctor->master,
		    prefixes[prefix], n)) != NULL; n++)
			if (has_own(doctor, service, prefixes[prefix]))
				check_all(doctor, prefixes[prefix], service);
}
