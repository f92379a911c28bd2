/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_kinds.c - the catalogue of check: what can be found, under which id.
 * Knows:    ids, severities, consequences, remedies, sections of the manual;
 *           which of them the module's reader means. Not: how it is found.
 * Feeds:    check.
 * Source:   tlspolicy(1), "FINDINGS"; a test holds both equal.
 */
#include "check_kinds.h"

#define TABLE(section)	"tlspolicy_table(5), " section
#define WAITS		"Mail to it waits in the queue until this is mended; " \
			"all other rules work."
#define MISTAKES	TABLE("MISTAKES")
#define POLICIES	TABLE("Policies")
#define KEYS		TABLE("Keys")
#define FINDINGS	"tlspolicy(1), FINDINGS"
#define E		FINDING_ERROR
#define W		FINDING_WARNING
#define N		FINDING_NOTE

static const struct finding_kind KINDS[CHECK_KIND_COUNT] = {
	[CHECK_LEVEL] = { "TLSP001", E, WAITS,
	    "Write one of none, may, encrypt, fingerprint, dane, dane-only, "
	    "verify, secure behind the key.", POLICIES },
	[CHECK_ATTR] = { "TLSP002", E, WAITS,
	    "Mend the name, or remove the attribute.", POLICIES },
	[CHECK_NEWER] = { "TLSP003", E, WAITS,
	    "Remove the attribute, or upgrade Postfix first.", POLICIES },
	[CHECK_AT_LEVEL] = { "TLSP004", E, WAITS,
	    "Remove the attribute, or choose a level that takes it.",
	    POLICIES },
	[CHECK_TWICE] = { "TLSP005", E, WAITS,
	    "Keep one of the two.", POLICIES },
	[CHECK_VALUE] = { "TLSP006", E, WAITS,
	    "Mend the value, or remove the attribute.", POLICIES },
	[CHECK_HANDSHAKE] = { "TLSP007", E,
	    "Mail to it waits. Under another table type Postfix would notice "
	    "only when it connects, and send in clear at level may.",
	    "Mend the value, or remove the attribute.", POLICIES },
	[CHECK_MATCHLESS] = { "TLSP008", E, WAITS,
	    "Write the names that the partner's certificate bears, separated "
	    "by ':', or fingerprints, separated by '|'.", POLICIES },
	[CHECK_WORD] = { "TLSP009", E, WAITS,
	    "Write name=value without blanks round the '=', and comments in "
	    "lines of their own.", POLICIES },
	[CHECK_TOGETHER] = { "TLSP010", E, WAITS,
	    "Write both, or neither, as the message says.", POLICIES },
	[CHECK_LINE] = { "TLSP011", E, WAITS,
	    "Write a key in column 1, white space, and a security level.",
	    TABLE("FILE FORMAT") },
	[CHECK_HIDDEN] = { "TLSP012", E,
	    "Mail to both keys waits: Postfix reads the two as one line, and "
	    "one of them would be lost.",
	    "Begin each rule in column 1 of a line of its own.", MISTAKES },
	[CHECK_NOBODY] = { "TLSP013", E,
	    "The rule protects nobody: mail to whom it was meant for goes out "
	    "as if there were no rule.",
	    "Write the key as Postfix asks for it, as the message says.",
	    KEYS },
	[CHECK_UNKNOWN] = { "TLSP014", W,
	    "Postfix gets the rule as it stands, and judges it: if it does "
	    "not know the word either, mail waits.",
	    "Look the word up in postconf(5) of this Postfix.", POLICIES },
	[CHECK_PASSED_OVER] = { "TLSP015", W,
	    "A certificate is never matched by this part; the other parts "
	    "hold.",
	    "Mend or remove the part.", POLICIES },
	[CHECK_QUOTES] = { "TLSP016", W,
	    "The quotes belong to the value, which then matches nothing: "
	    "mail waits where it must match.",
	    "Remove the quotes.", POLICIES },
	[CHECK_NO_TLS] = { "TLSP017", W,
	    "Mail goes out in clear, and the attribute changes nothing.",
	    "Remove the attribute, or choose a level with TLS.", POLICIES },
	[CHECK_FINAL] = { "TLSP018", W,
	    "Nothing changes: this key is asked for first anyway.",
	    "Remove final=yes, or put a dot before the key.",
	    TABLE("SEVERAL TABLES") },
	[CHECK_SECOND] = { "TLSP019", W,
	    "The earlier rule holds, and this one is never used.",
	    "Remove one of the two.", MISTAKES },
	[CHECK_FOLDED] = { "TLSP020", W,
	    "Mail to the domain in its UTF-8 form goes out as if there were "
	    "no rule.",
	    "Add a rule for the name that the message shows.", KEYS },
	[CHECK_BOM] = { "TLSP021", W,
	    "None here; under another table type the first rule would be "
	    "lost.",
	    "Save the file as UTF-8 without a byte order mark.", MISTAKES },
	[CHECK_CRLF] = { "TLSP022", W,
	    "None here; other programs that read the file may trip.",
	    "Save the file with Unix line ends.", MISTAKES },

	[CHECK_DAMAGED] = { "TLSP030", E,
	    "No rule can be trusted: all mail that asks this table waits.",
	    "Restore the file from a backup or from version control.",
	    MISTAKES },
	[CHECK_UNSAFE] = { "TLSP031", E,
	    "The module refuses the file, for others could have written it: "
	    "all mail that asks this table waits.",
	    "Give file and folder to root, writable by nobody else.",
	    MISTAKES },
	[CHECK_UNREADABLE] = { "TLSP032", E,
	    "All mail that asks this table waits.",
	    "Make the file readable, or mend its name in "
	    "smtp_tls_policy_maps.", MISTAKES },
	[CHECK_STALE] = { "TLSP033", W,
	    "None: the rules are read in place of the index, which takes "
	    "longer.",
	    "Make it anew: postmap tlspolicy:FILE.", TABLE("THE INDEX") },

	[CHECK_NOT_ITSELF] = { "TLSP040", W,
	    "The wildcard is for names below the domain. Mail to the domain "
	    "itself goes out as if there were no rule.",
	    "Add a rule for the domain, without the dot, unless nobody has an "
	    "address there.", KEYS },
	[CHECK_WEAKER] = { "TLSP041", W,
	    "Mail to it may go out weaker than the wildcard above it "
	    "demands.",
	    "Raise the level, or leave a comment that says why.",
	    TABLE("LOOKUP") },
	[CHECK_WEAKER_DEFAULT] = { "TLSP042", W,
	    "Mail to it may go out weaker than to partners without a rule.",
	    "Raise the level, or leave a comment that says why.",
	    TABLE("LOOKUP") },
	[CHECK_OTHER_TWIN] = { "TLSP043", W,
	    "It depends on how a sender spells the domain, which rule holds.",
	    "Remove one of the two: each form answers for the other.", KEYS },
	[CHECK_SUFFIX] = { "TLSP044", W,
	    "The rule is for everybody who ever registers a name there.",
	    "Name the partner's own domain.", KEYS },
	[CHECK_NO_PSL] = { "TLSP045", N,
	    "Rules that hold for a whole registry, such as .com.au, are not "
	    "noticed.",
	    "Build tlspolicy with libpsl, and install the public suffix "
	    "list.", FINDINGS },
	[CHECK_HIDDEN_BY_TABLE] = { "TLSP046", W,
	    "The rule is never used: an earlier table answers first.",
	    "Remove one of the two, or change the order in "
	    "smtp_tls_policy_maps.", TABLE("SEVERAL TABLES") },
	[CHECK_WILDCARD_LATE] = { "TLSP047", W,
	    "Another table may answer for a name below a wildcard before the "
	    "wildcard is asked.",
	    "Write final=yes on wildcards that must hold, with this table "
	    "first in smtp_tls_policy_maps.", TABLE("SEVERAL TABLES") },
	[CHECK_UNUSED] = { "TLSP048", N,
	    "The rules protect nobody yet.",
	    "Add tlspolicy:FILE to smtp_tls_policy_maps.",
	    "tlspolicy_table(5), DESCRIPTION" },
	[CHECK_ROUTED] = { "TLSP049", W,
	    "The rule is not asked: Postfix looks for the next-hop, not for "
	    "the recipient's domain.",
	    "Write a rule for the next-hop, spelled as it is there.", KEYS },
	[CHECK_NEXTHOP_UNUSED] = { "TLSP050", W,
	    "The rule protects nobody: brackets and ports are compared as "
	    "they stand.",
	    "Spell the key exactly as the next-hop in transport_maps or "
	    "relayhost; for a recipient's domain write the domain alone.",
	    KEYS },
	[CHECK_NO_DOMAIN] = { "TLSP051", W,
	    "The rule protects nobody: if the name is mistyped, mail to the "
	    "partner goes out as if there were no rule.",
	    "Mend the name; if only names below it take mail, put a dot "
	    "before it.", KEYS },
	[CHECK_DNS] = { "TLSP052", W,
	    "Mail to it waits as long as Postfix gets no better answer.",
	    "Run check once more, and look at the resolver if it stays so.",
	    FINDINGS },
	[CHECK_OTHER_WAY] = { "TLSP053", W,
	    "The rule is not asked: mail to the domain goes by a program that "
	    "does not look into this table.",
	    "Remove the rule, or mend what the message names.", KEYS },
	[CHECK_UNKNOWN_WAY] = { "TLSP054", N,
	    "Which rules are not asked, for mail goes elsewhere, is not "
	    "known. If Postfix cannot read it either, all mail waits.",
	    "Mend what the message names, or run tlspolicy check as root.",
	    FINDINGS },

	[CHECK_PROVIDER] = { "TLSP060", W,
	    "Every server of that provider passes, whichever customer it "
	    "serves.",
	    "Name the partner's own MX hosts, or leave match= out where the "
	    "certificate names the partner's domain.", FINDINGS },
	[CHECK_STAR] = { "TLSP061", W,
	    "Only a certificate with literally that name passes; for any "
	    "other, mail waits.",
	    "Write .example.com for every name below example.com.",
	    FINDINGS },
	[CHECK_MATCH_SUFFIX] = { "TLSP062", W,
	    "Everybody passes who holds a certificate for any name there.",
	    "Name the partner's own domain.", FINDINGS },
	[CHECK_MX_NAME] = { "TLSP063", W,
	    "Whoever can forge the partner's MX records can send a server of "
	    "his own, with his own certificate, and it passes.",
	    "Name the MX hosts in match=, or use secure.", FINDINGS },
	[CHECK_BAR] = { "TLSP064", W,
	    "The names are taken for one, which no certificate bears: mail "
	    "waits unless another part matches.",
	    "Separate names by ':'; '|' is for fingerprints.", POLICIES },
	[CHECK_GRADE] = { "TLSP065", W,
	    "Mail may be encrypted with ciphers that can be broken.",
	    "Write ciphers=high or ciphers=medium.", FINDINGS },
	[CHECK_PIN_LENGTH] = { "TLSP066", E,
	    "Mail to it waits: no certificate can have these fingerprints "
	    "by the digest of smtp_tls_fingerprint_digest.",
	    "Compute them by that digest, or change it.", FINDINGS },
	[CHECK_NO_PINS] = { "TLSP067", E,
	    "Mail to it waits: there is no fingerprint to compare with.",
	    "Add match= to the rule, or set smtp_tls_fingerprint_cert_match.",
	    FINDINGS },
	[CHECK_TAFILE] = { "TLSP068", E,
	    "Mail to it waits: smtp(8) reads the file at each delivery, "
	    "without root's rights.",
	    "Put certificates in PEM form there, readable by the mail_owner.",
	    FINDINGS },
	[CHECK_TAFILE_CHROOT] = { "TLSP069", E,
	    "Mail to it waits: smtp(8) looks for the file below "
	    "queue_directory, for its service is chrooted.",
	    "Copy the file there, or set the chroot column in master.cf to "
	    "n.", FINDINGS },
	[CHECK_MX_OTHER] = { "TLSP070", W,
	    "Mail to it waits if the servers' certificates bear only their "
	    "own names.",
	    "Look at their certificates: tlspolicy probe; then write match= "
	    "with the names that are the partner's own.", FINDINGS },

	[CHECK_NO_CA] = { "TLSP080", E,
	    "Mail to it waits: without certificate authorities no certificate "
	    "is ever verified.",
	    "Set smtp_tls_CAfile or smtp_tls_CApath, or give the rule a "
	    "tafile.", FINDINGS },
	[CHECK_DANE_MAY] = { "TLSP081", E,
	    "Mail to it goes out at level may, in clear if the server wants "
	    "it so.",
	    "Set smtp_dns_support_level = dnssec, with a validating resolver "
	    "on this host.", FINDINGS },
	[CHECK_DANE_WAITS] = { "TLSP082", E,
	    "Mail to it waits: without DNSSEC there are no TLSA records.",
	    "Set smtp_dns_support_level = dnssec, with a validating resolver "
	    "on this host.", FINDINGS },
	[CHECK_TLS_REQUIRED] = { "TLSP083", W,
	    "A message with the header \"TLS-Required: no\" goes out at level "
	    "may, in clear if the server wants it so, whatever the rules "
	    "say; any sender can write it.",
	    "Set tls_required_enable = no.", FINDINGS },
	[CHECK_DIGEST_PREFER] = { "TLSP084", W,
	    "Fingerprints are never used; mail goes out as the rules are "
	    "written.",
	    "Set smtp_tls_fingerprint_digest = sha256.", TABLE("PINS") },
	[CHECK_DIGEST_REQUIRE] = { "TLSP085", E,
	    "Mail to it waits: fingerprints are never used, and the rule "
	    "requires them.",
	    "Set smtp_tls_fingerprint_digest = sha256.", TABLE("PINS") },
	[CHECK_PINS_PREFER] = { "TLSP086", N,
	    "Mail to it goes out as the rule is written, without "
	    "fingerprints.",
	    "Learn them: tlspolicy refresh.", TABLE("PINS") },
	[CHECK_PINS_REQUIRE] = { "TLSP087", E,
	    "Mail to it waits until its fingerprints are known.",
	    "Learn them: tlspolicy refresh; or have a person accept one: "
	    "tlspolicy pins accept.", TABLE("PINS") },
	[CHECK_OVERRIDE] = { "TLSP088", W,
	    "Mail that this service delivers does not ask the table.",
	    "Remove the -o option, or name the table there, too.", FINDINGS },
	[CHECK_SESSION] = { "TLSP089", N,
	    "After a match= was narrowed, cached TLS sessions still pass "
	    "until Postfix is reloaded.",
	    "Say \"postfix reload\" after each change of match=.",
	    TABLE("CHANGING THE FILE") },
};

static const enum check_kind READER[TLSP_WHY_COUNT] = {
	[TLSP_WHY_LEVEL] = CHECK_LEVEL,
	[TLSP_WHY_ATTR] = CHECK_ATTR,
	[TLSP_WHY_NEWER] = CHECK_NEWER,
	[TLSP_WHY_AT_LEVEL] = CHECK_AT_LEVEL,
	[TLSP_WHY_TWICE] = CHECK_TWICE,
	[TLSP_WHY_VALUE] = CHECK_VALUE,
	[TLSP_WHY_HANDSHAKE] = CHECK_HANDSHAKE,
	[TLSP_WHY_MATCHLESS] = CHECK_MATCHLESS,
	[TLSP_WHY_WORD] = CHECK_WORD,
	[TLSP_WHY_TOGETHER] = CHECK_TOGETHER,
	[TLSP_WHY_LINE] = CHECK_LINE,
	[TLSP_WHY_HIDDEN] = CHECK_HIDDEN,
	[TLSP_WHY_NOBODY] = CHECK_NOBODY,
	[TLSP_WHY_UNKNOWN] = CHECK_UNKNOWN,
	[TLSP_WHY_PASSED_OVER] = CHECK_PASSED_OVER,
	[TLSP_WHY_QUOTES] = CHECK_QUOTES,
	[TLSP_WHY_NO_TLS] = CHECK_NO_TLS,
	[TLSP_WHY_FINAL] = CHECK_FINAL,
	[TLSP_WHY_SECOND] = CHECK_SECOND,
	[TLSP_WHY_FOLDED] = CHECK_FOLDED,
	[TLSP_WHY_BOM] = CHECK_BOM,
	[TLSP_WHY_CRLF] = CHECK_CRLF,
};

const struct finding_kind *
check_kind(enum check_kind kind)
{
	return &KINDS[kind];
}

enum check_kind
check_kind_of_reader(const struct tlsp_err *err)
{
	if (err->why != TLSP_WHY_NONE)
		return READER[err->why];
	/* Then it is about the file. */
	switch (err->code) {
	case TLSP_E_UNSAFE:
		return CHECK_UNSAFE;
	case TLSP_E_IO:
	case TLSP_E_BUSY:
		return CHECK_UNREADABLE;
	default:
		return CHECK_DAMAGED;
	}
}
