# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# chapter-pins.sh: demo's second chapter. Two partners are verified and
# learned; one renews his key and is learned anew; one is taken over by an
# impostor with a certificate that any authority we trust has issued. Knows
# what must come of it; prints through demo's say(). Feeds: demo.

TLSPOLICY=$TOP/build/tlspolicy
LEARNED='presswerk.example giesserei.example'

# shown COMMAND: what a person would type, and what it prints.
shown() {
	local line
	say "  # $1"
	eval "$1" 2>&1 | sed '/^postfix\//d' | while IFS= read -r line; do
		say "    ${line:0:112}"
	done
}

# The demo's name server signs nothing; a real one should, and then the
# option is not needed.
probe_and_learn() {
	shown "tlspolicy probe --trust-anchor none $* | tlspolicy learn"
}

tlspolicy() {
	"$TLSPOLICY" "$@"
}

# mailed DOMAIN WORD STATUS WHAT: a message, its fate, as expected or not.
mailed() {
	local mark=' '
	mark
	send "einkauf@$1"
	verdict "$QID"
	[[ $WORD =~ ^($2)$ && $STATUS = "$3" ]] || {
		mark='!'
		unexpected=$((unexpected + 1))
	}
	printf '%s %-24s %-40s %-10s %s\n' "$mark" "$1" "$4" "$WORD" "$(fate)"
}

# The receiver shows another certificate from its next connection on.
shows() { # KIND ISSUER NAME
	pki_leaf "$@"
	postfix -c "$RX" reload 2>/dev/null
	sleep 1
}

trust_another_authority() {
	pki_ca rival - 'Another Trusted CA'
	cat "$PKI/rival.pem" >>"$BUNDLE"
	postfix reload 2>/dev/null
}

log_of() { # DOMAIN: the lines that say why
	since_mark | grep -E "not verified|verification failed|TLS connection|to=<.*@$1>" |
		sed 's/^[^ ]* *\([A-Z][a-z]* *\)\?\([0-9]* \)\?//' |
		while IFS= read -r line; do say "    ${line:0:150}"; done
}

chapter_pins() {
	say
	say 'Pins: whoever was verified is known by his key from then on.'
	# shellcheck disable=SC2086
	probe_and_learn $LEARNED
	# Running processes look for a first store once a minute.
	say '  (the first pins of a table are noticed within a minute, or at once by:)'
	shown 'postfix reload'
	mailed presswerk.example Verified sent 'its key is pinned'
	mailed giesserei.example Verified sent 'encrypt in the rule, now verified'
	say
	say 'giesserei.example gets a new certificate with a new key:'
	shows giesserei proc mx.giesserei.example
	mailed giesserei.example "$STRANGE" deferred 'not known yet: mail waits'
	probe_and_learn giesserei.example
	flush "$QID"
	printf '  %-24s %-40s %-10s %s\n' giesserei.example \
		'learned, no reload: it goes out' "$WORD" "$(fate)"
	[ "$STATUS" = sent ] || unexpected=$((unexpected + 1))
	say
	say 'An impostor takes the place of presswerk.example, with a certificate'
	say 'for that name from another authority in our bundle:'
	trust_another_authority
	shows presswerk rival mx.presswerk.example
	mailed presswerk.example "$STRANGE" deferred 'secure would have sent it'
	log_of presswerk.example
}
