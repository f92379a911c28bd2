#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-proxy: the table behind proxymap(8), which opens it without privileges.
# A table that it cannot read makes mail wait.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/host/lib/pins.sh
. "$HOST/lib/pins.sh"

TABLE_PROXY=proxy:
RULES='enc.example encrypt
.sub.example encrypt
sec.example secure match=www.example.com
wrong.example secure'

sent_to() { # SENTENCE DOMAIN WORD STATUS
	send "x@$2"
	verdict "$QID"
	expect "$1" "$3" "$4"
}

through_proxy() { # the module is in proxymap, not in smtp
	local pid
	pid=$(pids_of proxymap | head -n 1)
	[ -n "$pid" ] && grep -q postfix-tlspolicy.so "/proc/$pid/maps" &&
		not grep -q postfix-tlspolicy.so \
		"/proc/$(pids_of smtp | head -n 1)/maps"
}

stage enc.example=good pin.example=good a.b.sub.example=good sec.example=www \
	wrong.example=mismatch none.example=good <<<"$RULES"
sent_to 'encrypt: sent over TLS' enc.example Trusted sent
sent_to 'a wildcard: sent over TLS' a.b.sub.example Trusted sent
sent_to 'secure: sent Verified' sec.example Verified sent
sent_to 'secure, another name: waits' \
	wrong.example 'Untrusted|Trusted' deferred
sent_to 'no rule: the default level' none.example clear sent
claim 'proxymap(8) answered, smtp(8) did not load the module' through_proxy

# With an index: proxymap(8) finds it, and does without it if it must.
table_freeze
postfix reload 2>/dev/null
mark
sent_to 'with an index: sent over TLS' enc.example Trusted sent
claim 'with an index: nothing is said of it' not logged 'index'
head -c 192 "$TABLE.tlsp" >"$TABLE.bad"
head -c $(($(stat -c %s "$TABLE.tlsp") - 192)) /dev/urandom >>"$TABLE.bad"
mv "$TABLE.bad" "$TABLE.tlsp"
postfix reload 2>/dev/null
mark
sent_to 'a damaged index: sent over TLS' enc.example Trusted sent
sent_to 'a damaged index: secure' sec.example Verified sent
claim 'a damaged index: proxymap(8) says that it reads the rules' \
	logged '/proxymap\[.*index is damaged.*-- the rules are read instead'
rm "$TABLE.tlsp"

# With pins: proxymap(8) opens them, too, and knows whose settings hold.
table_put <<<"$RULES
pin.example encrypt pin=prefer"
postconf -e 'compatibility_level = 3.6'
learned pin.example good | pins_put -f
postfix reload 2>/dev/null
sent_to 'with pins: sent Verified' pin.example Verified sent
sent_to 'with pins: another rule is as ever' enc.example Trusted sent

mark
chmod 600 "$TABLE"
postfix reload 2>/dev/null
send y@enc.example
verdict "$QID"
expect 'unreadable for proxymap: mail waits' - deferred \
	'client TLS configuration problem'
claim 'unreadable for proxymap: the log names the file' logged "$TABLE"
chmod 644 "$TABLE"
healed() {
	flush "$QID"
	[ "$STATUS" = sent ]
}
within 15 healed || :
expect 'readable again: it flows, without reload' Trusted sent
the_end
