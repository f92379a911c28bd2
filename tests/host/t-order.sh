#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-order: a second table behind ours. Stock Postfix asks every table for the
# full name before any for its parents: a plain wildcard of ours keeps to
# that, a wildcard with final=yes answers first, an exact rule always does.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

SECOND=/etc/postfix/second
printf '%s secure match=nobody.example\n' a.plain.example a.final.example \
	exact.example later.example >"$SECOND"
SENDER_EXTRA=("smtp_tls_policy_maps = $(table_spec), texthash:$SECOND")

sent_to() { # SENTENCE DOMAIN WORD STATUS
	send "x@$2"
	verdict "$QID"
	expect "$1" "$3" "$4"
}

stage a.plain.example=good b.plain.example=good a.final.example=good \
	b.final.example=good exact.example=good later.example=good <<END
.plain.example encrypt
.final.example encrypt final=yes
exact.example encrypt
END

sent_to 'its exact rule wins over a plain wildcard of ours' \
	a.plain.example 'Untrusted|Trusted' deferred
sent_to 'our plain wildcard answers where it has no rule' \
	b.plain.example Trusted sent
sent_to 'its exact rule loses to our wildcard with final=yes' \
	a.final.example Trusted sent
sent_to 'final=yes answers for other names too' \
	b.final.example Trusted sent
sent_to 'its exact rule loses to our exact rule' \
	exact.example Trusted sent
sent_to 'its rule counts where we have none' \
	later.example 'Untrusted|Trusted' deferred
the_end
