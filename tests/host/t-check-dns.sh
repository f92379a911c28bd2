#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-check-dns: tlspolicy check --dns asks a name server for each domain with a
# rule, and finds names that are mistyped and "secure" that no MX host could
# meet by its name; it is silent about what is nearly so.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"
TLSPOLICY=${TLSPOLICY:-$TOP/build/tlspolicy}
# shellcheck source=tests/host/lib/says.sh
. "$HOST/lib/says.sh"

# checked [OPTION...] <RULES
checked() {
	table_put
	STATUS=0
	"$TLSPOLICY" check "$@" >"$OUT" 2>/run/probe.err || STATUS=$?
}

# yes ID LINE:COLUMN SENTENCE [OPTION...] <RULES
yes() {
	local id=$1 place=$2 sentence=$3
	shift 3
	checked --dns "$@"
	claim "$id: $sentence" grep -qE \
		"^$TABLE:$place: [a-z]+: .*\[TLSP$id\]" "$OUT"
}

# no ID SENTENCE [OPTION...] <RULES
no() {
	local id=$1 sentence=$2
	shift 2
	checked --dns "$@"
	claim "$id: silent: $sentence" not grep -E "\[TLSP$id\]" "$OUT"
}

setting() {
	postconf -e "$1 = $2"
}

pki_make
dns_mx own.example mx.own.example
dns_mx hosted.example mx1.provider.example
dns_mx mixed.example mx1.provider.example
dns_mx mixed.example MX.Mixed.Example
dns_mx null.example .
dns_mx xn--bcher-kva.example mx.xn--bcher-kva.example
dns_host bare.example 127.0.1.1
for n in {1..300}; do
	dns_mx "m$n.example" "mx.m$n.example"
done
dns_up
sender_config
setting smtp_tls_CAfile /etc/ssl/certs/ca-certificates.crt

yes 070 1:16 'the hosts bear a provider'\''s names' <<<'hosted.example secure'
claim 'and the host is named' says 0 'no MX host.*: mx1.provider.example \[TLSP070'
no 070 'a host below the domain' <<<'own.example secure'
no 070 'one of two hosts is' <<<'mixed.example secure'
no 070 'the domain is its own host' <<<'bare.example secure'
no 070 'names were written' <<<'hosted.example secure match=nexthop'
no 070 'a level that compares no such name' <<<'hosted.example encrypt'
no 070 'no mail is taken at all' <<<'null.example secure'
no 070 'a name in UTF-8' <<<'bücher.example secure'
setting smtp_tls_secure_cert_match hostname
no 070 'main.cf compares with the name of the host' <<<'hosted.example secure'
setting smtp_tls_secure_cert_match nexthop
yes 070 1:13 'main.cf knows no names below the domain' <<<'own.example secure'
setting smtp_tls_secure_cert_match 'nexthop, .provider.example'
no 070 'main.cf names the provider' <<<'hosted.example secure'
postconf -X smtp_tls_secure_cert_match

yes 051 2:1 'no such domain' <<<$'own.example encrypt\nonw.example encrypt'
no 051 'it has addresses only' <<<'bare.example encrypt'
no 051 'names below one' <<<'.onw.example encrypt'
no 051 'a next-hop' <<<'[onw.example] encrypt'
no 051 'at none nothing is lost' <<<'onw.example none'
printf 'onw.example smtp:[own.example]\nown.example :\n' >/etc/postfix/transport
setting transport_maps texthash:/etc/postfix/transport
no 051 'its mail goes elsewhere' <<<'onw.example encrypt'
postconf -X transport_maps

{
	for n in {1..300}; do
		echo "m$n.example secure"
	done
	echo 'onw.example encrypt'
} >/run/many
yes 051 301:1 'behind 300 others' </run/many
claim 'and nothing else is found' \
	test "$(grep -cE '\[TLSP0(51|52|70)\]$' "$OUT")" = 1
yes 052 1:1 'a resolver that refuses' --resolver 127.0.0.1@9 \
	<<<$'own.example encrypt\nhosted.example encrypt'
claim 'once for all of them, as a warning' says 0 \
	'so it is with 1 more rule \[TLSP052\]'
no 052 'one that answers' --resolver 127.0.0.1 <<<'own.example encrypt'
checked --resolver nonsense <<<'own.example encrypt'
claim 'a resolver that is none: wrong usage' test $STATUS = 64
claim 'and why' \
	grep -q 'resolver "nonsense"' /run/probe.err
checked <<<$'onw.example encrypt\nhosted.example secure'
claim 'without --dns nothing is asked' not grep -E 'TLSP0(51|52|70)' "$OUT"
the_end
