#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-probe: partners of every kind, and servers that misbehave: what probe
# says of them, to people and to programs, and how it ends.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

TLSPOLICY=${TLSPOLICY:-$TOP/build/tlspolicy}
# shellcheck source=tests/host/lib/says.sh
. "$HOST/lib/says.sh"
[ -x "$TOP/build/hostile_smtpd" ] || make -s -C "$TOP" build/hostile_smtpd

probe() { # ARG...: the output in $OUT, the exit code in STATUS
	STATUS=0
	kept "$TLSPOLICY" probe --trust-anchor none "$@" >"$OUT" \
		2>/run/probe.err || STATUS=$?
}

complains() { # PATTERN
	grep -qE -- "$1" /run/probe.err
}

json_only() {
	! grep -qvE '^\{"record":"(server|destination)","version":1,.*\}$' \
		"$OUT"
}

# What a person sees on a terminal.
on_terminal() { # ARG...
	script -qec "$TLSPOLICY probe --trust-anchor none $*" /dev/null \
		</dev/null >"$OUT" 2>&1 || :
}

# Whoever writes to a file under this limit is killed.
writes_nothing() { # ARG...
	(
		ulimit -f 0
		"$TLSPOLICY" probe --trust-anchor none "$@" 2>&1
	) | grep -c '^destination' >/dev/null
}

stage good.example=good www.example=www mismatch.example=mismatch \
	self.example=selfsigned anon.example=anonymous plain.example=plain \
	other.example=otherca own.example=own nokey.example=anonymous <<'END'
good.example encrypt
www.example secure match=www.example.com pin=prefer
mismatch.example secure
self.example encrypt pin=prefer
anon.example may
nokey.example encrypt pin=prefer
plain.example encrypt
other.example verify
own.example none
.wild.example secure
[127.0.1.7]:587 secure match=relay.example.net
bad.example secure match=
END
sleep 1.1

probe --all
claim 'all rules: some mail would wait: 1' says 1 '^destination'
claim 'encrypt, a chain that is trusted: Trusted' says 1 \
	'^server good.example gw1.group.example.127.0.1.1.:25 Trusted delivered TLSv1\.3 [A-Z0-9_]+ [0-9]+ done$' \
	'^destination good.example delivered 1 1 complete unsigned$'
claim 'secure with a name that matches: Verified, and who vouches for it' \
	says 1 '^server www.example relay.example.com.127.0.1.2.:25 Verified delivered ' \
	'matched: www.example.com' 'anchor: ([0-9A-F]{2}:){31}[0-9A-F]{2}$' \
	'rule: www.example secure match=www.example.com pin=prefer'
claim 'another name: it waits, and both names are told' says 1 \
	"^server mismatch.example .* $MISNAMED waits " \
	'error: .*mismatch.example.*mail.hoster.example'
claim 'encrypt, self-signed: Untrusted, delivered' says 1 \
	'^server self.example .* Untrusted delivered '
claim 'may, anonymous ciphers: Anonymous' says 1 \
	'^server anon.example .* Anonymous delivered TLSv1.2 ADH-'
claim 'encrypt with pin, no certificate: delivered as written, nothing to learn' \
	says 1 \
	'^server nokey.example .* Anonymous delivered TLSv1.2 ADH-' \
	'why: the server showed no certificate'
claim 'encrypt without STARTTLS: it waits' says 1 \
	'^server plain.example .* unknown waits - - 0 ehlo' \
	'error: it does not offer STARTTLS'
claim 'verify by another CA: it waits' says 1 \
	'^server other.example .* Untrusted waits '
claim 'none: TLS is not asked for' says 1 \
	'^server own.example .* clear delivered - - 0 done'
claim 'a key in brackets with a port is probed as it stands' says 1 \
	'^server \[127.0.1.7\]:587 127.0.1.7.127.0.1.7.:587 Verified delivered'
claim 'a bad rule: mail waits, with its place, nobody is asked' says 1 \
	'^destination bad.example waits 0 0 incomplete' \
	"error: $TABLE:12:[0-9]+: "
claim 'a wildcard is named as not probed' complains \
	'note: .wild.example is not probed: a wildcard'
claim 'to a file, each server and destination has a record, too' \
	[ "$(grep -cE '^(server|destination) ' "$OUT")" = \
	"$(grep -c '^record {' "$OUT")" ]
claim 'the rule to paste pins the key that the receiver shows' says 1 \
	"rule for this key alone: good.example fingerprint match=$(
	openssl x509 -in "$PKI/good.pem" -noout -pubkey |
	openssl pkey -pubin -outform DER | sha256sum | cut -c1-64 |
	tr a-f A-F | sed 's/../&:/g; s/:$//')\$"
claim 'it writes to no file' writes_nothing good.example www.example

probe --json good.example x@www.example
claim '--json: records alone' json_only
claim 'all would be delivered: 0' says 0 '"nexthop":"www.example","key":"www.example"'
probe name-without-rule.example
claim 'a name that is not there would bounce: 1' says 1 \
	'^destination name-without-rule.example bounces 0 0 incomplete'
probe '[127.0.1.99]:2'
claim 'nobody listens: it cannot be told: 75' says 75 \
	'^server .127.0.1.99.:2 .* unknown unknown - - 0 connect'
printf 'good.example\n# a remark\nwww.example\n' |
	kept "$TLSPOLICY" probe --json --trust-anchor none - >"$OUT" || :
claim 'names come from standard input, too' \
	[ "$(grep -c '"destination"' "$OUT")" = 2 ]
probe
claim 'nobody named: wrong usage: 64' says 64
probe -j 0 good.example
claim 'a number out of range: wrong usage' says 64
probe -t /nowhere good.example
claim 'no table: no probe' [ "$STATUS" != 0 ]
on_terminal good.example
claim 'on a terminal there are no records' not grep -q '^record' "$OUT"
claim 'on a terminal there is progress' grep -q '1 of 1 probed' "$OUT"

# Servers that misbehave, with two seconds for each step.
"$TOP/build/hostile_smtpd" 2500 >/run/hostile &
within 5 [ -s /run/hostile ]
port_of() { awk -v way="$1" '$2 == way { print $1 }' /run/hostile; }
awk '{ print "[127.0.0.1]:" $1 " encrypt" }' /run/hostile | table_put
sleep 1.1
start=$SECONDS
probe --all --timeout 2
claim 'none of them takes longer than its steps may' \
	[ $((SECONDS - start)) -le 20 ]
while IFS='|' read -r way fate stage text; do
	claim "$way: $text" says 1 "^server .127.0.0.1.:$(port_of "$way") .* $fate - - 0 $stage\$"
	claim "$way: the reason is told" says 1 "error: $text"
done <<'END'
silence|unknown|greeting|time is over while we waited for the greeting
endless-line|unknown|greeting|the greeting has more than
endless-reply|unknown|greeting|the greeting has more than
binary|unknown|greeting|the greeting has more than
drip|unknown|greeting|time is over while we waited for the greeting
refusal|unknown|greeting|it refused to talk to us: 554 no
injection|waits|starttls|[0-9]+ bytes in clear text came behind
no-tls-behind|waits|handshake|.+
silence-behind|waits|handshake|time is over while we waited for the TLS handshake
busy|waits|starttls|it refused to start TLS: 454 no key
hang-up|unknown|greeting|it closed the connection while we waited for the greeting
split|waits|ehlo|it does not offer STARTTLS
END

# Told to end: what is done has its record, and it ends at once.
OUT=/run/probe.told
: >"$OUT"
"$TLSPOLICY" probe --json --trust-anchor none '[127.0.1.1]' \
	"[127.0.0.1]:$(port_of silence)" >"$OUT" 2>/run/probe.err &
pid=$!
within 10 grep -q '"destination"' "$OUT"
# A job in the background ignores SIGINT, as shells have it.
kill -TERM "$pid"
STATUS=0
wait "$pid" || STATUS=$?
claim 'interrupted: what was done has its record: 75' says 75 \
	'"record":"destination".*"nexthop":"\[127.0.1.1\]"'
claim 'interrupted: what was not done has none' \
	[ "$(grep -c '"record":"destination"' "$OUT")" = 1 ]
the_end
