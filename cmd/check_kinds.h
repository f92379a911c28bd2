/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_kinds.h - the catalogue of check: what can be found, under which id.
 * Knows:    ids, severities, consequences, remedies, sections of the manual;
 *           which of them the module's reader means. Not: how it is found.
 * Feeds:    check.
 * Source:   tlspolicy(1), "FINDINGS"; a test holds both equal.
 */
#ifndef TLSP_CMD_CHECK_KINDS_H
#define TLSP_CMD_CHECK_KINDS_H

#include "finding.h"

/* The order is that of the ids. */
enum check_kind {
	/* what the module's reader finds */
	CHECK_LEVEL,
	CHECK_ATTR,
	CHECK_NEWER,
	CHECK_AT_LEVEL,
	CHECK_TWICE,
	CHECK_VALUE,
	CHECK_HANDSHAKE,
	CHECK_MATCHLESS,
	CHECK_WORD,
	CHECK_TOGETHER,
	CHECK_LINE,
	CHECK_HIDDEN,
	CHECK_NOBODY,
	CHECK_UNKNOWN,
	CHECK_PASSED_OVER,
	CHECK_QUOTES,
	CHECK_NO_TLS,
	CHECK_FINAL,
	CHECK_SECOND,
	CHECK_FOLDED,
	CHECK_BOM,
	CHECK_CRLF,
	/* the file as a whole */
	CHECK_DAMAGED,
	CHECK_UNSAFE,
	CHECK_UNREADABLE,
	CHECK_STALE,
	/* keys */
	CHECK_NOT_ITSELF,
	CHECK_WEAKER,
	CHECK_WEAKER_DEFAULT,
	CHECK_OTHER_TWIN,
	CHECK_SUFFIX,
	CHECK_NO_PSL,
	CHECK_HIDDEN_BY_TABLE,
	CHECK_WILDCARD_LATE,
	CHECK_UNUSED,
	CHECK_ROUTED,
	CHECK_NEXTHOP_UNUSED,
	CHECK_NO_DOMAIN,
	CHECK_DNS,
	CHECK_OTHER_WAY,
	CHECK_UNKNOWN_WAY,
	/* right-hand sides */
	CHECK_PROVIDER,
	CHECK_STAR,
	CHECK_MATCH_SUFFIX,
	CHECK_MX_NAME,
	CHECK_BAR,
	CHECK_GRADE,
	CHECK_PIN_LENGTH,
	CHECK_NO_PINS,
	CHECK_TAFILE,
	CHECK_TAFILE_CHROOT,
	CHECK_MX_OTHER,
	/* with main.cf and master.cf */
	CHECK_NO_CA,
	CHECK_DANE_MAY,
	CHECK_DANE_WAITS,
	CHECK_TLS_REQUIRED,
	CHECK_DIGEST_PREFER,
	CHECK_DIGEST_REQUIRE,
	CHECK_PINS_PREFER,
	CHECK_PINS_REQUIRE,
	CHECK_OVERRIDE,
	CHECK_SESSION,
	CHECK_KIND_COUNT
};

const struct finding_kind *check_kind(enum check_kind);

/* What a finding of the module's reader is called here. */
enum check_kind check_kind_of_reader(const struct tlsp_err *);

#endif
