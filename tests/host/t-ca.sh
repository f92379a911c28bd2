#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-ca: the partner's private authority, as its administrator meets it: mail
# waits, what is missing is said, the partner's DER files are added, mail goes
# out verified, is pinned, and ends with the trust. Real servers, real smtp(8).

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

T=$TOP/build/tlspolicy
OUT=/run/out

receivers_of_partner() {
	RECEIVERS='
two     127.0.1.2:25   mx.two.example      proc:www.two.example
self    127.0.1.3:25   mx.self.example     -:self.example
plain   127.0.1.4:25   mx.plain.example    off
'
}

ca() { # ARG...: of ca
	STATUS=0
	kept "$T" ca "$@" >"$OUT" 2>&1 || STATUS=$?
}

ends() { # STATUS PATTERN: of the last command, and a line it printed
	[ "$STATUS" = "$1" ] && grep -Eq -- "$2" "$OUT"
}

shows() { # SENTENCE STATUS PATTERN
	claim "$1" ends "$2" "$3"
	[ "$FAILED" = 0 ] || sed 's/^/    | /' "$OUT" | head -n 20
}

deliver() { # WHO
	postfix reload 2>/dev/null
	mark
	send "x@$1"
	verdict "$QID"
}

n_pins() {
	"$T" pins dump | grep -c '^two.example' || :
}

usable() {
	"$T" pins list two.example | awk '$2 == "usable" { n++ }
		END { exit !n }'
}

receivers_of_partner
stage two.example=two self.example=self plain.example=plain <<-END
	two.example   secure match=www.two.example pin=prefer
	self.example  encrypt
END

# Without the partner's authority.
ca add --yes "$PKI/foreign.pem"
shows 'an unrelated authority is there' 0 '^\+ .*Unrelated CA'
ca remove --yes 'Partner Group CA-ROOT-04' 'Partner Group CA-PROC-06'
shows "the partner's is not" 0 '^- .*CN=Partner Group CA-PROC-06'
deliver two.example
expect 'so its mail waits' Untrusted deferred
ca missing --trust-anchor=none two.example
shows 'missing probes, and says whose certificate it is' 1 \
	'^missing    CN=Partner Group CA-ROOT-04,O=Partner Group$'
shows 'of which server' 1 \
	'^server     mx.two.example\[127.0.1.2\]:25 no_issuer$'
ca missing --trust-anchor=none self.example
shows 'a server that nobody has signed' 1 'self_signed'
"$T" probe --trust-anchor=none two.example >"$OUT.probe" 2>/dev/null || :
ca missing --from-record two.example <"$OUT.probe"
shows 'the same, of what probe printed' 1 '^missing    CN=Partner Group CA-ROOT'
# Nobody is left without an answer, whatever his rule, or his server.
for to in 'self.example 1 "mx":"mx.self.example".*"state":"self_signed"' \
	'[127.0.1.2] 1 "mx":"127.0.1.2".*"state":"no_issuer"' \
	'two.example 1 "mx":"mx.two.example".*"state":"no_issuer"' \
	'info@two.example 1 "mx":"mx.two.example".*"state":"no_issuer"' \
	'plain.example 75 "state":"not_shown","why":"it does not offer' \
	'[127.0.1.99] 75 "state":"not_shown","why":"Connection refused"' \
	'nobody.example 75 "mx":null,.*"port":null,"state":"not_shown"'; do
	read -r to status pattern <<<"$to"
	ca missing --json --trust-anchor=none "$to"
	shows "as JSON: $to" "$status" "$pattern"
	claim "one record: $to" test "$(grep -c '^{' "$OUT")" = 1
done
ca missing --trust-anchor=none plain.example
shows 'a server without TLS' 75 '^server     mx.plain.example.*:25 not_shown$'
ca missing --trust-anchor=none nobody.example
shows 'who has no server' 75 '^next-hop   nobody.example not_shown$'
shows 'and that it cannot be told' 75 'it cannot be told'
claim 'nobody has fetched anything' test "$(grep -c BEGIN "$BUNDLE")" = 1

# With the root alone, as a DER file: the server sends the rest.
ca add --yes "$PKI/partner-ca-root.cer"
shows "the partner's root is added" 0 '^\+ .*CN=Partner Group CA-ROOT-04'
deliver two.example
expect 'and mail goes out verified' Verified sent
ca missing --trust-anchor=none two.example
shows 'nothing is missing' 0 'nothing is missing'
ca verify "$PKI/two.chain"
shows 'verify of what the server has says the same' 0 \
	'^rule .*two.example secure.*: met: www.two.example matches'

# Pinned, and forgotten with the trust.
"$T" refresh --trust-anchor=none >/dev/null 2>&1 || :
claim 'the key is learned' test "$(n_pins)" = 1
ca list
shows 'list says whose fingerprints it vouched for' 0 \
	'^used       two.example \(pins\)$'
deliver two.example
expect 'mail goes by fingerprint' Verified sent

# A disk that is full, in the midst of it: the pins stay with the bundle.
mkdir /run/small
mount -t tmpfs -o size=64k tmpfs /run/small
cp "$BUNDLE" /run/small/bundle.pem
dd if=/dev/zero of=/run/small/rest 2>/dev/null || :
ca remove --yes --from /run/small/bundle.pem 'Partner Group CA-ROOT-04'
shows 'no room for the new bundle' 75 'nothing was changed'
claim 'the old one is there' cmp -s "$BUNDLE" /run/small/bundle.pem
claim 'and nothing is forgotten' usable
umount /run/small

ca remove --yes 'Partner Group CA-ROOT-04'
shows 'removed, and what it vouched for is forgotten' 0 \
	'^- two.example: 1 of 1 fingerprints$'
claim 'pins has none that is usable' not usable
deliver two.example
expect 'and mail waits again' Untrusted deferred

ca add --yes "$PKI/partner-ca-root.cer"
"$T" refresh --trust-anchor=none >/dev/null 2>&1 || :
claim 'trusted again, it is learned again' usable
ca remove --json --yes 'Partner Group CA-ROOT-04'
shows 'and as JSON: removed, and forgotten' 0 \
	'^\{"change":"-","nexthop":"two.example","n_pins":1\}$'
claim 'it is not usable then' not usable
the_end
