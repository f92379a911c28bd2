#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-pins: fingerprints that were verified answer in the place of the rule, in
# a chrooted smtp(8) that nobody reloads; a file that has rotted, in whatever
# way, leaves the rule as it is written, or mail waits, as the rule has it.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/host/lib/pins.sh
. "$HOST/lib/pins.sh"

RULES='p.example encrypt pin=prefer
r.example encrypt pin=require
.w.example encrypt pin=prefer
plain.example encrypt'

# What becomes of a message now; one that is held back is tried at once.
fate() { # DOMAIN
	send "x@$1"
	verdict "$QID"
	[[ $REASON != *suspended* ]] || flush "$QID"
}

expect_fate() { # SENTENCE DOMAIN WORD STATUS [REASON]
	fate "$2"
	expect "$1" "${@:3}"
}

# Nothing usable is there: each line in its own way.
as_written() { # WHAT
	expect_fate "$1: prefer is as written" p.example Trusted sent
	expect_fate "$1: require waits" r.example - deferred \
		'client TLS configuration problem'
	expect_fate "$1: a rule without pin is as ever" plain.example \
		Trusted sent
}

good_pins() {
	{
		learned p.example good
		learned r.example good
		learned a.w.example good
	} | pins_put -f
}

both_pinned() { # WHAT
	expect_fate "$1: prefer is pinned" p.example Verified sent
	expect_fate "$1: require is pinned" r.example Verified sent
}

jailed() {
	local pid
	pid=$(pids_of smtp | head -n 1)
	[ -n "$pid" ] && [ "$(readlink "/proc/$pid/root")" = \
		"$(postconf -h queue_directory)" ]
}

printf '%s\n' "$RULES" >"$TABLE"
touch -d '1 minute ago' "$TABLE"
SENDER_EXTRA=('compatibility_level = 3.6' 'maximal_queue_lifetime = 1h')
stage p.example=good r.example=good a.w.example=good b.w.example=good \
	plain.example=good <<<"$RULES"
touch -d '1 minute ago' "$TABLE"
learned other.w.example good | pins_put -f

as_written 'nothing learned of them'
claim 'nothing learned of them: the log says how it is learned' logged \
	'r.example.*partners:2:1: pin=require.*tlspolicy probe r.example \| tlspolicy learn'

mark
good_pins
both_pinned 'published'
claim 'published: the process restarted by itself' \
	logged 'table tlspolicy:.*partners.pins.db has changed -- restarting'
claim 'published: smtp(8) is in its jail' jailed
expect_fate 'published: a name below a wildcard is pinned' a.w.example \
	Verified sent
expect_fate 'published: another name below it is not' b.w.example \
	Trusted sent

{ learned p.example www; learned r.example www; } | pins_put
expect_fate 'another key: prefer waits' p.example "$STRANGE" deferred \
	'not verified'
P=$QID
expect_fate 'another key: require waits' r.example "$STRANGE" deferred \
	'not verified'
{
	echo 'key p.example'
	echo 'mx mx.test:25'
	{ pin www; pin good; } | sort
} | pins_put
flush "$P"
expect 'rotation: with both keys it flows, without reload' Verified sent

# A new certificate for the same key.
good_pins
openssl x509 -req -in "$PKI/good.csr" -CA "$PKI/proc.pem" \
	-CAkey "$PKI/proc.key" -days 90 -set_serial 0x77 \
	-extfile "$PKI/good.ext" -out "$PKI/good.pem" 2>/dev/null
cat "$PKI/good.key" "$PKI/good.pem" "$PKI/proc.pem" >"$PKI/good.chain"
postfix -c "$RX" reload 2>/dev/null
sleep 1
both_pinned 'renewed with the same key'

{ learned p.example good 0 -10; learned r.example good 0 -10; } | pins_put
mark
as_written 'certificate expired'
claim 'certificate expired: the log says so' logged \
	'mx.test:25 has no usable fingerprint \(of a certificate that has expired\)'
{ learned p.example good 604801; learned r.example good 604801; } | pins_put
mark
as_written 'not verified for a week'
claim 'not verified for a week: the log says so' logged \
	'not verified within pin_ttl'
{ learned p.example good -3600; learned r.example good -3600; } | pins_put
as_written 'verified in the future'
{
	learned p.example good
	echo 'mx nx.test:25'
	learned r.example good
	echo 'mx nx.test:25'
} | pins_put
mark
as_written 'an MX host without a pin'
claim 'an MX host without a pin: the log names it' logged \
	'nx.test:25 has no usable fingerprint'
{
	learned p.example good
	echo 'gone nx.test:25'
	pin www
} | pins_put
expect_fate 'a former MX host counts no more' p.example Verified sent

for how in emptied cut overwritten foreign writable linked deleted; do
	good_pins
	both_pinned "before it is $how"
	mark
	pins_spoil "$how"
	as_written "$how"
	[ "$how" = deleted ] || claim "$how: the log says so" logged \
		'partners.*-- fingerprints cannot be used'
	rm -f "$PINS" "$PINS.real"
	# With no file to watch, a process looks once a minute: t-pins-first.
	[[ $how != linked && $how != deleted ]] || postfix reload 2>/dev/null
done

good_pins
postfix reload 2>/dev/null
both_pinned 'whole again'
table_put <<<"${RULES//encrypt/encrypt servername=gw1.group.example}"
as_written 'the rules were edited'
table_put <<<"$RULES"
both_pinned 'edited back'
postconf -e 'smtp_tls_secure_cert_match = hostname'
postfix reload 2>/dev/null
as_written 'main.cf trusts otherwise'
the_end
