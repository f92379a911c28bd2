#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-probe-dns: what the DNS says of partners, signed from a root of our own,
# and what probe and smtp(8) make of it: MX, no MX, null MX, TLSA, aliases,
# what is not signed and what is forged.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/host/lib/dnssec.sh
. "$HOST/lib/dnssec.sh"

dnssec_need
TLSPOLICY=${TLSPOLICY:-$TOP/build/tlspolicy}
# shellcheck source=tests/host/lib/says.sh
. "$HOST/lib/says.sh"

key_of() { # KIND: TLSA data of its key
	openssl x509 -in "$PKI/$1.pem" -noout -pubkey |
		openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1
}

host_record() { # KIND LISTEN HOST CERTIFICATE: those of the zone
	case $3 in
	*.example) echo "$3. A ${2%:*}" ;;
	esac
}

example_zone() {
	zone_head example.
	echo 'ns A 127.0.0.1'
	receivers_each host_record
	cat <<-END
		dane MX 10 gw1.group.example.
		_25._tcp.gw1.group.example. TLSA 3 1 1 $(key_of good)
		wrong MX 10 mx.zulieferer.example.
		_25._tcp.mx.zulieferer.example. TLSA 3 1 1 $(key_of good)
		implicit A 127.0.1.1
		null MX 0 .
		nohost MX 10 nowhere.example.
		empty TXT "no mail"
		alias MX 10 other.example.
		other CNAME gw1.group.example.
		two MX 10 gw1.group.example.
		two MX 20 nowhere.example.
		forged MX 10 forged-mx.example.
		forged-mx A 127.0.1.1
		plain NS ns
	END
}

plain_zone() { # not signed: under example, without DS
	zone_head plain.example.
	echo '@ MX 10 gw1.group.example.'
	echo 'x MX 10 mx'
	echo 'mx A 127.0.1.1'
}

# probe WHO...: text and records in $OUT, the exit code in STATUS.
probe() {
	STATUS=0
	"$TLSPOLICY" probe --timeout 8 --trust-anchor "$ANCHOR" -t "$TABLE" \
		"$@" >"$OUT" 2>/run/probe.err || STATUS=$?
}

table_put <<'END'
dane.example dane-only
wrong.example dane-only
plain.example dane
x.plain.example dane-only
alias.example dane-only
secure.example secure
END
pki_make
receivers_make
example_zone >"$ZONES/example.zone"
plain_zone >"$ZONES/plain.example.zone"
zone_sign example
# Forged after it was signed.
sed -i 's/^\(forged-mx.example.*\)127.0.1.1$/\1127.0.1.9/' \
	"$ZONES/example.signed"
{
	zone_head .
	echo 'example NS ns.example.'
	echo 'ns.example A 127.0.0.1'
	cat "$ZONES/example.ds"
} >"$ZONES/root.zone"
zone_sign root
cp "$ZONES/root.key" "$ANCHOR" 2>/dev/null || :
nsd_up root.signed example.signed plain.example.zone
resolver_up
SENDER_EXTRA=('smtp_dns_support_level = dnssec')
hosts_up

probe dane.example
claim 'dane-only: TLSA of a signed name is proved, and verifies the key' says 0 \
	'^server dane.example gw1.group.example.127.0.1.1.:25 Verified delivered' \
	'mx: preference 10, proved by DNSSEC' \
	'tlsa: 3 1 1 [0-9A-F]+ \(_25._tcp.gw1.group.example, proved\)' \
	'^destination dane.example delivered 1 1 complete signed' \
	'^record .*"verdict":"dane"'
send a@dane.example
verdict "$QID"
expect 'smtp(8) is of the same opinion' Verified sent
probe wrong.example
claim 'dane-only: the key of another is refused' says 1 \
	'^server wrong.example .* Untrusted waits' \
	'^destination wrong.example waits 0 1'
send a@wrong.example
verdict "$QID"
expect 'smtp(8) is of the same opinion' 'Untrusted|Trusted' deferred
probe alias.example
claim 'TLSA records are found where an alias leads' says 0 \
	'^server alias.example other.example.* Verified delivered' \
	'_25._tcp.gw1.group.example, proved'
send a@alias.example
verdict "$QID"
expect 'smtp(8) is of the same opinion' Verified sent
probe x.plain.example
claim 'dane-only: a name that is not signed makes mail wait' says 1 \
	'^server x.plain.example .* waits' 'not proved by DNSSEC'
probe implicit.example
claim 'without MX the name itself is the host' says 0 \
	'^server implicit.example implicit.example.127.0.1.1.:25' \
	'^destination implicit.example delivered 1 1 complete'
probe null.example
claim 'null MX: mail would bounce' says 1 \
	'^destination null.example bounces 0 0 incomplete' 'null MX'
probe nobody-at-all.example
claim 'no such name: mail would bounce' says 1 \
	'^destination nobody-at-all.example bounces' 'no such name'
probe empty.example
claim 'neither MX nor address: mail would bounce' says 1 \
	'^destination empty.example bounces' 'it has no address'
probe nohost.example
claim 'an MX host without an address: it cannot be told' says 75 \
	'^server nohost.example nowhere.example.-.:25 unknown unknown' \
	'^destination nohost.example unknown 0 1 complete'
probe two.example
claim 'one of two hosts is not there: the other one takes the mail' says 0 \
	'^destination two.example delivered 1 2 complete'
probe forged.example
claim 'a forged address is not used, and the reason is told' says 75 \
	'^server forged.example forged-mx.example.-.:25' \
	'address lookup: DNSSEC validation failed'
probe 'user@dane.example' '[127.0.1.1]' '[gw1.group.example]:25' \
	'[127.0.1.7]:587' 'gw1.group.example:25' '[IPv6:::1]:2525'
claim 'recipients, brackets, literals and ports are understood' says 75 \
	'^server dane.example ' '^server \[127.0.1.1\] 127.0.1.1.127.0.1.1.:25 ' \
	'^server \[gw1.group.example\]:25 gw1.group.example.127.0.1.1.:25 ' \
	'^server \[127.0.1.7\]:587 .*:587 .* delivered' \
	'^server gw1.group.example:25 gw1.group.example.127.0.1.1.:25 ' \
	'^server \[ipv6:::1\]:2525 ::1\[::1\]:2525 unknown unknown - - 0 connect'
STATUS=0
"$TLSPOLICY" probe --trust-anchor none -t "$TABLE" dane.example >"$OUT" ||
	STATUS=$?
claim 'without a trust anchor nothing is proved' says 1 \
	'not proved by DNSSEC' '^server dane.example .* waits'
STATUS=0
"$TLSPOLICY" probe --timeout 3 --resolver 127.0.0.1@9 --trust-anchor none \
	-t "$TABLE" dane.example >"$OUT" || STATUS=$?
claim 'a resolver that does not answer: it cannot be told' says 75 \
	'^destination dane.example unknown 0 0 incomplete' 'error: .+'
the_end
