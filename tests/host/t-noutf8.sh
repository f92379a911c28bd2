#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-noutf8: with smtputf8_enable = no Postfix hands names over as they are
# written: the module must fold them itself, keys and queries alike.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

SENDER_EXTRA=('smtputf8_enable = no')

sent_to() { # SENTENCE DOMAIN
	send "x@$2"
	verdict "$QID"
	expect "$1" Trusted sent
}

stage lower.example=good upper.example=good a.wild.example=good \
	xn--bcher-kva.example=good <<END
lower.example encrypt
UPPER.Example encrypt
.Wild.EXAMPLE encrypt
bücher.example encrypt
END
sent_to 'a name as it is written' lower.example
sent_to 'capitals in the address' LOWER.Example
sent_to 'capitals in the rule' upper.example
sent_to 'capitals in both' UpPer.example
sent_to 'capitals in a wildcard' A.wild.exAMPLE
sent_to 'an IDN rule answers for its A-label' xn--bcher-kva.example
the_end
