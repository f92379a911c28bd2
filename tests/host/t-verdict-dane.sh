#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-verdict-dane: the same with TLSA records, of every usage, selector and
# digest, right and wrong; and where the DNS is not signed. The resolver here
# calls everything validated but names with "unsigned" in them.
# Knows TLSA records; not which verdict is right, but for KNOWN.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/host/lib/verdict.sh
. "$HOST/lib/verdict.sh"

N_RULES=6

# NAME, TLSA records (USAGE SELECTOR TYPE OF, joined by ","), and who issued.
PARTNERS='
ee311       3_1_1_ee311       foreign
ee301       3_0_1_ee301       foreign
ee312       3_1_2_ee312       foreign
ee310       3_1_0_ee310       foreign
ee300       3_0_0_ee300       foreign
eewrong     3_1_1_foreign     proc
eetwo       3_1_1_foreign,3_1_1_eetwo foreign
eebest      3_1_1_eebest,3_1_2_foreign foreign
eeexpired   3_1_1_eeexpired   foreign
ta211       2_1_1_foreign     foreign
ta201       2_0_1_foreign     foreign
ta200       2_0_0_foreign     foreign
taname      2_1_1_foreign     foreign
tamx        2_1_1_foreign     foreign
tawrong     2_1_1_root        foreign
taleaf      2_1_1_taleaf      foreign
taexpired   2_1_1_foreign     foreign
pkix        1_1_1_pkix        proc
pkixta      0_1_1_proc        proc
odd         3_1_9_odd         foreign
none        -                 proc
unsigned    3_1_1_unsigned    foreign
'

server_options() {
	:
}

names_for() { # NAME: what its certificate bears
	case $1 in
	taname) echo other.example ;;
	ee*) echo whatever.example ;;
	tamx) echo "@" ;;
	*) echo "@,mx.$1.example" ;;
	esac
}

authorities() {
	cert root - 'Root of Partners' - -$DAY $((99 * DAY)) ca - SHA256
	cert proc root 'Issuing CA' - -$DAY $((99 * DAY)) ca - SHA256
	cert foreign - 'Foreign CA' - -$DAY $((99 * DAY)) ca - SHA256
	cp "$V/root.pem" "$BUNDLE"
}

bytes_of() { # SELECTOR NAME: DER
	if [ "$1" = 0 ]; then
		openssl x509 -in "$V/$2.pem" -outform DER
	else
		openssl x509 -in "$V/$2.pem" -noout -pubkey |
			openssl pkey -pubin -outform DER
	fi
}

hex() {
	od -An -v -tx1 | tr -d ' \n' | tr a-f A-F
}

association() { # USAGE SELECTOR TYPE NAME: in hexadecimal
	case $3 in
	0) bytes_of "$2" "$4" | hex ;;
	2) bytes_of "$2" "$4" | openssl dgst -sha512 -binary | hex ;;
	*) bytes_of "$2" "$4" | openssl dgst -sha256 -binary | hex ;;
	esac
}

tlsa() { # NAME RECORDS: to the DNS, and to $TLSA for the command
	local record usage selector mtype of data
	TLSA=
	[ "$2" != - ] || return 0
	for record in ${2//,/ }; do
		IFS=_ read -r usage selector mtype of <<<"$record"
		data=$(association "$usage" "$selector" "$mtype" "$of")
		TLSA="$TLSA @ $usage $selector $mtype $data"
		printf 'dns-rr=_25._tcp.mx.%s.example,52,%02x%02x%02x%s\n' "$1" \
			"$usage" "$selector" "$mtype" "$data" >>"$DNS_CONF"
	done
}

rules() {
	cat <<-END
		dane
		dane-only
		encrypt
		secure
		may
		dane servername=hostname ciphers=high
	END
}

partner() { # NAME RECORDS ISSUER
	local from=-$DAY to=$DAY n=0 rule
	case $1 in *expired) from=-$((9 * DAY)) to=-$DAY ;; esac
	server "$1" "$3" "$1" "$(names_for "$1")" "$from" "$to" serverAuth \
		SHA256
	tlsa "$1" "$2"
	while read -r rule; do
		n=$((n + 1))
		dns_mx "r$n.$1.example" "mx.$1.example"
		echo "r$n.$1.example $rule" >>"$V/table"
		echo "r$n.$1.example mx.$1.example ${ADDRESS[$1]}" \
			"$rule$TLSA" >>"$V/questions"
	done < <(rules)
}

world_up() {
	local name records issuer
	install -d -m 755 "$V" "${BUNDLE%/*}"
	pki_make
	authorities
	RECEIVERS=
	receivers_make
	while read -r name records issuer; do
		[ -z "$name" ] || partner "$name" "$records" "$issuer"
	done <<<"$PARTNERS"
	table_put <"$V/table"
	dns_up
	"$TOP/build/ad_dns" 127.0.0.2 127.0.0.1 &
	printf 'nameserver 127.0.0.2\noptions trust-ad\n' >/etc/resolv.conf
	SENDER_EXTRA=('smtp_tls_security_level = none'
		'smtp_dns_support_level = dnssec'
		'smtp_destination_concurrency_limit = 20'
		'default_process_limit = 40'
		'smtp_tls_chain_files =')
	postconf -F 'smtp/unix/chroot = n'
	hosts_up
}

KNOWN='
r1.ee311.example Verified sent
r2.ee300.example Verified sent
r1.eewrong.example Untrusted deferred
r2.eetwo.example Verified sent
r1.eebest.example Untrusted deferred
r1.eeexpired.example Verified sent
r2.ta211.example Verified sent
r1.taname.example Misnamed deferred
r1.tamx.example Verified sent
r1.tawrong.example Untrusted deferred
r1.taleaf.example Untrusted deferred
r1.taexpired.example Untrusted deferred
r1.pkix.example Trusted sent
r2.pkix.example - deferred
r1.none.example Trusted sent
r2.none.example - deferred
r2.unsigned.example - deferred
r1.unsigned.example Untrusted sent
'

if ! is_since 3.6; then
	skip 'verdicts: before 3.6 Postfix compares names and keys by itself'
	the_end
fi
# With a key in the place of a certificate, OpenSSL takes any digest.
if is_since 3.9; then
	skip 'eebest: the best digest counts (not with raw public keys)'
	PARTNERS=$(sed '/^eebest/d' <<<"$PARTNERS")
	KNOWN=$(sed '/eebest/d' <<<"$KNOWN")
fi
world_up
verdict_known
compare
the_end
