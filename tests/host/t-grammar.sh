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
# shellcheck source=tests/host/lib/sides.sh
. "$HOST/lib/sides.sh"

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
	# A fingerprint that is none: before 3.6 no server is that one.
	if [ "$ours:${SIDES[n]%% *}" = refused:fingerprint ] &&
		! is_since 3.6 && [[ $REASON = *'not verified'* ]]; then
		host=refused
	fi
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
claim "$good that smtp(8) takes are answered as they stand" test "$good" -gt \
	"$(is_since 3.6 && echo 45 || echo 35)"
claim "$bad that it refuses are refused" test "$bad" -gt 45
the_end
