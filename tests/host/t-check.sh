#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-check: some 350 right-hand sides, good and bad, are judged by tlspolicy
# check, and go through a stock table to the installed smtp(8), as the
# recipients of one message. Where smtp(8) refuses a rule, at lookup or in the
# handshake, check has an error in that line; where it does not, check has
# none. A grammar is compared here, and files and settings that a rule names;
# not certificates. dane-only waits for DNSSEC, which the world has none of.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/host/lib/sides.sh
. "$HOST/lib/sides.sh"

# What each level is tried with.
mapfile -t WORDS <<END
ciphers=HIGH
ciphers=null
ciphers=nope
ciphers=
protocols=!SSLv3
protocols=TLSv1_3
protocols=>=TLSv1.1
protocols=<=TLSv1.3:>=TLSv1.2
protocols=
exclude=MD5:DES
exclude=+aNULL
exclude=aNULL,
match=gw1.group.example
match=$FP
match=nexthop:hostname
tafile=$BUNDLE
tafile=/no/such/file
servername=gw1.group.example
servername=-x
servername=nexthop
connection_reuse=no
connection_reuse=true
enable_rpk=no
policy_type=sts
policy_string=x
foo=1
=1
bar
{ ciphers=high }
ciphers=high protocols=>=TLSv1.2
ciphers=high ciphers=medium
ciphers=high servername=a..b
END
for level in none may encrypt fingerprint dane verify secure; do
	for word in "${WORDS[@]}"; do
		SIDES+=("$level $word")
	done
done
for word in high HIGH medium low export null; do
	SIDES+=("fingerprint match=$FP ciphers=$word" "secure ciphers=$word")
done
SIDES+=('verify match=:' 'secure match=:' ',' 'may,ciphers=high' $'may\tciphers=high' 'may;ciphers=high')

pairs=() recipients=()
for n in "${!SIDES[@]}"; do
	pairs+=("d$n.example=good")
	recipients+=("x@d$n.example")
	printf 'd%d.example\t%s\n' "$n" "${SIDES[n]}"
done >/etc/postfix/sides
TABLE_TYPE=texthash stage "${pairs[@]}" </etc/postfix/sides
postconf -e "smtp_tls_policy_maps = texthash:$TABLE" \
	'minimal_backoff_time = 1h' 'in_flow_delay = 0'
touch -d '1 minute ago' "$TABLE" /etc/postfix/sides /etc/postfix/main.cf
postfix reload 2>/dev/null

printf 'From: admin@supplier.example\nSubject: sides\n\ntest\n' |
	sendmail -f admin@supplier.example "${recipients[@]}"
tried() {
	grep -c ' to=<x@d[0-9]*\.example>,' "$MAIL_LOG" || :
}
all_tried() {
	[ "$(tried)" -ge "${#SIDES[@]}" ]
}
within 120 all_tried || :

# N refused|taken, of each first attempt.
awk 'match($0, / to=<x@d[0-9]+\.example>,/) {
		n = substr($0, RSTART + 8, RLENGTH - 18)
		is_bad = /client TLS configuration problem|handshake failure/
		if (!(n in seen))
			print n, (is_bad ? "refused" : "taken")
		seen[n] = 1 }' "$MAIL_LOG" | sort -n >/run/host
# The same of check. Other errors than these are about certificates.
"$TOP/build/tlspolicy" check -t /etc/postfix/sides >/run/check 2>/run/sum || :
IDS='TLSP00[1-9]|TLSP01[0-2]|TLSP06[789]'
sed -nE "s/^[^:]*:([0-9]+):[0-9]+: error: .*\[($IDS)\]\$/\1 \2/p" /run/check |
	sort -u >/run/errors
awk -v sides="${#SIDES[@]}" '
	{ bad[$1 - 1] = 1 }
	END { for (n = 0; n < sides; n++)
		print n, (n in bad ? "refused" : "taken") }' /run/errors >/run/ours

# What can match nothing gets as far as the certificate, and waits.
is_hopeless() { # N
	grep -q "^$(($1 + 1)) TLSP008" /run/errors &&
		grep " to=<x@d$1\.example>.*status=deferred" "$MAIL_LOG" >/dev/null
}

claim "smtp(8) tried all ${#SIDES[@]} rules" all_tried
claim 'more than 300' test "${#SIDES[@]}" -gt 300
while read -r n host ours; do
	[ "$host" = "$ours" ] || is_hopeless "$n" ||
		fail "\"${SIDES[n]}\"" "smtp(8): $host; check: $ours, $(
		grep -F "sides:$((n + 1)):" /run/check | head -n 1)"
done < <(join <(sort /run/host) <(sort /run/ours))
claim "$(grep -c taken /run/host) that smtp(8) takes have no error" \
	test "$(grep -c taken /run/host)" -gt 100
claim "$(grep -c refused /run/host) that it refuses have one" \
	test "$(grep -c refused /run/host)" -gt 100
the_end
