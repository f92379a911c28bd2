#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-grammar: right-hand sides, good and bad, go through a stock table to the
# installed smtp(8), a delivery each; what it refuses, at lookup or in the
# handshake, the module refuses, and nothing else. Left out is what depends on
# main.cf (fingerprint without match=, dane-only), what never matches
# (match=:), and match=1 at fingerprint, which makes smtp(8) panic.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

FP=11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00
mapfile -t SIDES <<END
none
none ciphers=high nonsense
may
MAY
may ciphers=high
may ciphers=HIGH
may ciphers=medium
may ciphers=hihg
may ciphers=invalid
may ciphers=
may ciphers
may ciphers = high
may ciphers=high ciphers=high
may ,, ciphers=high
,may
may # comment
may "ciphers=high"
may ciphers="high"
may foo=bar
may =high
may match=x
may tafile=/x
may protocols=
may protocols=TLSv1.2
may protocols=tlsv1.2:TLSv1.3
may protocols=!SSLv2:!SSLv3
may protocols=TLSv1_2
may protocols=TLSv9
may protocols=!
may protocols=>=TLSv1.2
may protocols=>=TLSv1.2:<=TLSv1.3
may protocols=>=
may protocols=>=None
may protocols=>=SSLv2
may protocols=>=303
may protocols=>=0x0303
may protocols=>=TLSv9
may protocols=>=TLSv1.2 protocols=TLSv1.2
may protocols=>=TLSv1.3:<=TLSv1.2
may protocols=TLSv1.2:!TLSv1.2
may protocols=!SSLv3:!TLSv1:!TLSv1.1:!TLSv1.2:!TLSv1.3
may protocols=TLSv1.2,TLSv1.3
may exclude=
may exclude=RC4
may exclude=RC4:aNULL
may exclude=!RC4
may exclude=RC4:+DES
may exclude=-RC4
may exclude=@STRENGTH
may exclude=nosuchcipher
may exclude=ALL
may exclude=a exclude=b
may servername=mx.example.com
may servername=hostname
may servername=nexthop
may servername=
may servername=192.0.2.1
may servername=a..b
may servername=mx.example.com.
may servername=bücher.example
may servername=a servername=b
may connection_reuse=no
may connection_reuse=NO
may connection_reuse=maybe
may connection_reuse=
may enable_rpk=yes
may enable_rpk=maybe
may { ciphers = high }
may {ciphers=high}
may policy_type=sts
may policy_type=none
may policy_ttl=5
may policy_type=no-policy-found policy_ttl=5 policy_domain=example.com
may policy_type=sts policy_ttl=x
may mx_host_pattern=*.example.com
encrypt
encrypt ciphers=high
encrypt ciphers=null
may ciphers=export
encrypt match=x
encrypt fingerprint
encrypted
fingerprint match=$FP
fingerprint match=${FP//:/}
fingerprint match=$FP|$FP
fingerprint match=
fingerprint match=|
fingerprint match=xyz
fingerprint match=xyz|$FP
fingerprint tafile=/x
halfdane
half-dane
dane
dane match=x
dane_only
verify
verify match=hostname
secure
secure match=gw1.group.example
secure match=gw1.group.example:other.example
secure match=.group.example
secure match=nexthop:dot-nexthop
secure match=
secure match=a match=b
secure match=|
secure match={a b}
secure MATCH=gw1.group.example
secure ciphers=high protocols=>=TLSv1.2 exclude=aNULL match=gw1.group.example
secrue
secure,match=gw1.group.example
secure match=gw1.group.example ciphers
{secure}
END

pairs=()
for n in "${!SIDES[@]}"; do
	pairs+=("d$n.example=good")
	printf 'd%d.example\t%s\n' "$n" "${SIDES[n]}"
done >/etc/postfix/sides
TABLE_TYPE=texthash stage "${pairs[@]}" </etc/postfix/sides
TABLE_TYPE=tlspolicy module_install
postconf -e "smtp_tls_policy_maps = texthash:$TABLE" 'minimal_backoff_time = 1h' \
	'in_flow_delay = 0'
touch -d '1 minute ago' "$TABLE" /etc/postfix/sides
postfix reload 2>/dev/null

# The log says of every other line, too, that it is bad.
fail_short() {
	FAILED=$((FAILED + 1))
	printf 'FAIL - %s\n    %s\n' "$1" "$2"
}

for n in "${!SIDES[@]}"; do
	send_only "x@d$n.example" "side$n"
done
good=0 bad=0
for n in "${!SIDES[@]}"; do
	within 20 qid_known "side$n"
	verdict "$(qid_of "side$n")"
	[ "$STATUS" != silence ] || fail_short "\"${SIDES[n]}\"" 'never tried'
	case $REASON in
	*'client TLS configuration problem'*|*'handshake failure'*) host=refused ;;
	*) host=taken ;;
	esac
	if answer=$(postmap -q "d$n.example" tlspolicy:/etc/postfix/sides \
		2>/var/log/answer); then ours=taken; else ours=refused; fi
	if [ "$ours" != "$host" ]; then
		fail_short "\"${SIDES[n]}\"" "smtp(8): $host, $STATUS $REASON; module: \
$ours, $(grep '"d' /var/log/answer | tail -n 1)"
	elif [ "$ours" = taken ] && [ "$answer" != "${SIDES[n]}" ]; then
		fail "\"${SIDES[n]}\"" "answered as \"$answer\""
	elif [ "$ours" = taken ]; then
		good=$((good + 1))
	else
		bad=$((bad + 1))
	fi
done
claim "$good that smtp(8) takes are answered as they stand" test "$good" -gt 45
claim "$bad that it refuses are refused" test "$bad" -gt 45
the_end
