/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * doctor_kinds.c - the catalogue of what can be wrong with the own side.
 * Knows:    its words. Not: how it is found out.
 * Feeds:    doctor, doctor_*.
 */
#include "doctor.h"

const struct finding_kind doctor_kinds[DOCTOR_N_KINDS] = {
	[DOCTOR_NOT_REGISTERED] = { "TLSP201", FINDING_ERROR,
	    "Postfix does not know the type of the table: all mail that "
	    "asks it waits.",
	    "Install the module again; postconf -m must then list "
	    "tlspolicy.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_MODULE_FILE] = { "TLSP202", FINDING_ERROR,
	    "Postfix passes the module over with a warning, and all mail "
	    "that asks the table waits.",
	    "Install the module again, as root; its file must belong to "
	    "root and be writable by nobody else.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_MODULE_FAILS] = { "TLSP203", FINDING_ERROR,
	    "Each process that opens the table ends or answers nothing: "
	    "no mail goes out.",
	    "Install a module that was built for this Postfix; until "
	    "then name a hash: table in smtp_tls_policy_maps.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_REGISTERED_TWICE] = { "TLSP204", FINDING_WARNING,
	    "Postfix takes the first one that it happens to read and "
	    "warns in each process: after an upgrade it may be the old "
	    "module.",
	    "Leave one of them, and mind that every file in "
	    "dynamicmaps.cf.d counts, backups too.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_REGISTRATION] = { "TLSP205", FINDING_ERROR,
	    "Postfix passes the file over, or no program of Postfix "
	    "starts.",
	    "Have it belong to root, mode 644, with lines of three or "
	    "four words.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_VERSION] = { "TLSP206", FINDING_WARNING,
	    "The words of the rules cannot be held against this version: "
	    "a rule that it does not know is found out only when mail "
	    "waits.",
	    "Leave mail_version as Postfix has it, and install a module "
	    "that knows this Postfix.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_NO_TABLE] = { "TLSP207", FINDING_WARNING,
	    "No rule is asked: mail to partners goes out as main.cf has "
	    "it for everybody.",
	    "Write smtp_tls_policy_maps = "
	    "tlspolicy:/etc/postfix/partners.",
	    "tlspolicy_table(5)" },
	[DOCTOR_TABLE] = { "TLSP211", FINDING_ERROR,
	    "No policy can be looked up: all mail that asks the table "
	    "waits.",
	    "Mend what the message names; the table heals by itself.",
	    "tlspolicy_table(5)" },
	[DOCTOR_PINS] = { "TLSP212", FINDING_WARNING,
	    "No fingerprint is used: rules with pin=prefer are answered "
	    "as written, mail for those with pin=require waits.",
	    "Give the file back to root, writable by nobody else, or "
	    "remove it and run tlspolicy refresh.",
	    "tlspolicy_pins(5)" },
	[DOCTOR_PROXY] = { "TLSP213", FINDING_ERROR,
	    "proxymap(8) opens the table without the rights of root: it "
	    "cannot, and all mail that asks it waits.",
	    "Let the mail owner read it (chmod 644), or leave proxy: "
	    "away.",
	    "tlspolicy_table(5)" },
	[DOCTOR_FOREIGN] = { "TLSP214", FINDING_WARNING,
	    "Nothing now; but if its type is changed to tlspolicy:, all "
	    "mail that asks it waits.",
	    "Mend what the message names before you change the type.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CLOCK] = { "TLSP215", FINDING_WARNING,
	    "If the clock is wrong, certificates and fingerprints are "
	    "taken for expired or for not yet valid, and mail waits.",
	    "Set the clock, by NTP; or, if it is right, touch the file.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CLOCK_LEFT] = { "TLSP216", FINDING_WARNING,
	    "It drifts: sooner or later certificates and fingerprints are "
	    "taken for expired or for not yet valid, and mail waits.",
	    "Run an NTP client, such as chrony or systemd-timesyncd.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CA_FILE] = { "TLSP221", FINDING_ERROR,
	    "smtp(8) works without TLS then: mail that needs TLS waits.",
	    "Mend the file, or name another one; the file is read before "
	    "the chroot.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_NO_TRUST] = { "TLSP222", FINDING_ERROR,
	    "No certificate can be verified: mail for such partners "
	    "waits.",
	    "Set smtp_tls_CAfile, or give the rule a tafile=.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CA_PATH_ALONE] = { "TLSP223", FINDING_ERROR,
	    "No certificate can be verified inside the chroot: mail for "
	    "partners at verify and secure waits.",
	    "Put the certificates into smtp_tls_CAfile, which is read "
	    "before the chroot, or copy the folder into it.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CA_PATH] = { "TLSP224", FINDING_WARNING,
	    "Partners whose CA is only there cannot be verified, and "
	    "their mail waits.",
	    "Put its certificates into smtp_tls_CAfile, which is read "
	    "before the chroot, or copy the folder into it.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_TAFILE] = { "TLSP225", FINDING_ERROR,
	    "The file is read for each delivery, inside the chroot and "
	    "as the mail owner: mail for the partner waits.",
	    "Put a readable copy where smtp(8) looks for it, or run "
	    "smtp(8) without chroot in master.cf.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CA_EXPIRED] = { "TLSP226", FINDING_NOTE,
	    "Partners who still show certificates of that authority "
	    "cannot be verified.",
	    "Replace it, or take it out: tlspolicy ca.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CERT_FILE] = { "TLSP231", FINDING_ERROR,
	    "Postfix works without TLS then: mail that needs it waits, "
	    "ours to partners or theirs to us.",
	    "Mend the file or the parameter, then postfix reload.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_KEY] = { "TLSP232", FINDING_ERROR,
	    "Postfix works without TLS then: mail that needs it waits, "
	    "ours to partners or theirs to us.",
	    "Give it the key that the certificate was issued for, "
	    "without a pass phrase, then postfix reload.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CERT_INVALID] = { "TLSP233", FINDING_ERROR,
	    "Partners who verify it refuse the connection: mail waits.",
	    "Renew the certificate, then postfix reload.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CERT_ENDS] = { "TLSP234", FINDING_WARNING,
	    "After that, partners who verify it refuse the connection, "
	    "and mail waits.",
	    "Renew the certificate, then postfix reload.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CHAIN_SHORT] = { "TLSP235", FINDING_WARNING,
	    "A partner who does not have the missing certificate cannot "
	    "verify ours and refuses.",
	    "Append the certificates of the authorities between to the "
	    "file, in that order.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_CHAIN_ORDER] = { "TLSP236", FINDING_WARNING,
	    "Some partners cannot follow the chain and refuse it; TLS "
	    "before 1.3 demands the order.",
	    "Write our own certificate first, then whoever signed it, "
	    "and so on.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_NO_CLIENT] = { "TLSP237", FINDING_WARNING,
	    "A partner who asks for our certificate (mutual TLS) refuses "
	    "it.",
	    "Get one for client authentication (clientAuth); many public "
	    "authorities no longer issue it.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_NO_SERVER] = { "TLSP238", FINDING_WARNING,
	    "Partners who verify our server refuse it, and their mail "
	    "waits.",
	    "Get a certificate for server authentication (serverAuth).",
	    "tlspolicy(1), doctor" },
	[DOCTOR_NAMES] = { "TLSP239", FINDING_WARNING,
	    "Partners who look for the name of the server in it do not "
	    "find it and refuse.",
	    "Get a certificate with the name that the MX records have "
	    "for this host, or set myhostname to it.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_KEY_OPEN] = { "TLSP240", FINDING_WARNING,
	    "Whoever takes the key can pass for us.",
	    "chown root and chmod 600; if others may have read it, get "
	    "another key and certificate.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_SELF_SIGNED] = { "TLSP241", FINDING_WARNING,
	    "Partners who verify certificates by an authority refuse it, "
	    "and mail waits.",
	    "Get a certificate of an authority that the partners know, "
	    "or give them its fingerprint.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_SERVER_NO_TLS] = { "TLSP251", FINDING_WARNING,
	    "Partners whose contract demands TLS cannot send mail to us.",
	    "Set smtpd_tls_security_level = may, and a certificate.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_SERVER_NO_CERT] = { "TLSP252", FINDING_WARNING,
	    "TLS is not offered, or without a certificate: partners who "
	    "demand TLS cannot send mail to us.",
	    "Set smtpd_tls_chain_files.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_SERVER_CA_FILE] = { "TLSP253", FINDING_ERROR,
	    "smtpd(8) offers no TLS then: partners who demand it cannot "
	    "send mail to us.",
	    "Mend the file, or name another one, then postfix reload.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_ASK_NO_CA] = { "TLSP254", FINDING_WARNING,
	    "The certificates of partners are asked for, and none can be "
	    "verified: they are known by fingerprint only.",
	    "Set smtpd_tls_CAfile to the authorities of the partners.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_REQUIRED] = { "TLSP255", FINDING_ERROR,
	    "Everybody without a client certificate, and that is nearly "
	    "everybody, is turned away at the door.",
	    "Set smtpd_tls_ask_ccert = yes instead, or require them on a "
	    "port of its own in master.cf.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_NOT_ASKED] = { "TLSP256", FINDING_WARNING,
	    "The restriction never sees a certificate and lets nobody "
	    "pass by it.",
	    "Set smtpd_tls_ask_ccert = yes.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_ONE_SIDED] = { "TLSP257", FINDING_NOTE,
	    "We show partners a certificate and do not ask them for "
	    "theirs: their mail to us is not authenticated.",
	    "For mutual TLS set smtpd_tls_ask_ccert = yes and "
	    "smtpd_tls_CAfile.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_SESSION] = { "TLSP261", FINDING_NOTE,
	    "Postfix 3.6 and later forgets match= in its session cache: "
	    "if a match is narrowed, resumed sessions pass under the old "
	    "one.",
	    "Run postfix reload after each change of match=.",
	    "tlspolicy_table(5)" },
	[DOCTOR_DIGEST] = { "TLSP262", FINDING_WARNING,
	    "Fingerprints by this digest can be forged; none is learned "
	    "or used, and the rules are answered as written.",
	    "Set smtp_tls_fingerprint_digest = sha256, or "
	    "compatibility_level = 3.6.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_DIGEST_REQUIRED] = { "TLSP263", FINDING_ERROR,
	    "Fingerprints by this digest can be forged; none is used, "
	    "and mail for partners with pin=require waits.",
	    "Set smtp_tls_fingerprint_digest = sha256, or "
	    "compatibility_level = 3.6.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_LEVEL_NONE] = { "TLSP264", FINDING_WARNING,
	    "Mail to everybody without a rule goes out in clear text, "
	    "even if TLS is offered.",
	    "Set smtp_tls_security_level = may.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_LEVEL_BAD] = { "TLSP265", FINDING_ERROR,
	    "smtp(8) ends with an error when it starts: no mail goes "
	    "out.",
	    "Write a security level, as in postconf(5).",
	    "tlspolicy(1), doctor" },
	[DOCTOR_LOGLEVEL] = { "TLSP266", FINDING_WARNING,
	    "Nothing is logged of TLS: neither tlspolicy audit nor "
	    "anybody can tell whether a promise was kept.",
	    "Set smtp_tls_loglevel = 1.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_OVERRIDE] = { "TLSP267", FINDING_NOTE,
	    "What was said of main.cf does not hold for mail that goes "
	    "by this service.",
	    "Look at those settings yourself: for a service, doctor "
	    "looks at its certificates only.",
	    "tlspolicy(1), doctor" },
	[DOCTOR_NOT_LOOKED] = { "TLSP290", FINDING_NOTE,
	    "Not known: it was not looked at.",
	    "Mend what is named, or run tlspolicy doctor as root.",
	    "tlspolicy(1), doctor" },
};
