#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-verdict: for every kind of server certificate and every form of a rule,
# the command and the installed smtp(8) come to the same verdict: the word of
# the log, and whether the mail goes.
# Knows certificates and rules; not which verdict is right, but for a few
# that show that the cases are what their names say.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/host/lib/verdict.sh
. "$HOST/lib/verdict.sh"

N_RULES=20

# Each server: NAME, then its certificate's ISSUER, CN, NAMES, FROM, TO, EKU,
# DIGEST, and what the server is given beside. @ in names: one name for each
# rule. KIND "leaf" has the issuing CA in its chain.
SERVERS="
good       proc    mx.good.example       @,mx.good.example        -$DAY $DAY serverAuth SHA256
other      proc    x.other.example    other.example         -$DAY $DAY serverAuth SHA256
wild       proc    wild               *.wild.example           -$DAY $DAY serverAuth SHA256
deep       proc    deep               *.example                -$DAY $DAY serverAuth SHA256
below      proc    below              a.b.below.example        -$DAY $DAY serverAuth SHA256
under      proc    under              @www.                 -$DAY $DAY serverAuth SHA256
partial    proc    partial            m*.partial.example,r*.partial.example -$DAY $DAY serverAuth SHA256
literal    proc    literal            *.literal.example        -$DAY $DAY serverAuth SHA256
expired    proc    mx.expired.example    @,mx.expired.example     -$((9 * DAY)) -$DAY serverAuth SHA256
future     proc    mx.future.example     @,mx.future.example      $DAY $((9 * DAY)) serverAuth SHA256
self       -       mx.self.example       @,mx.self.example        -$DAY $DAY serverAuth SHA256
unknown    foreign mx.unknown.example    @,mx.unknown.example     -$DAY $DAY serverAuth SHA256
alone      proc    mx.alone.example      @,mx.alone.example       -$DAY $DAY serverAuth SHA256
common     proc    mx.common.example     -                     -$DAY $DAY serverAuth SHA256
ignored    proc    mx.ignored.example    other.example         -$DAY $DAY serverAuth SHA256
idn        proc    idn                xn--bcher-kva.idn.example,@ -$DAY $DAY serverAuth SHA256
client     proc    mx.client.example     @,mx.client.example      -$DAY $DAY clientAuth SHA256
noeku      proc    mx.noeku.example      @,mx.noeku.example       -$DAY $DAY -          SHA256
sha1       proc    mx.sha1.example       @,mx.sha1.example        -$DAY $DAY serverAuth SHA1
oldca      old     mx.oldca.example      @,mx.oldca.example       -$DAY $DAY serverAuth SHA256
notca      leafca  mx.notca.example      @,mx.notca.example       -$DAY $DAY serverAuth SHA256
direct     root    mx.direct.example     @,mx.direct.example      -$DAY $DAY serverAuth SHA256
tls10      proc    mx.tls10.example      @,mx.tls10.example       -$DAY $DAY serverAuth SHA256
tls12      proc    mx.tls12.example      @,mx.tls12.example       -$DAY $DAY serverAuth SHA256
tls13      proc    mx.tls13.example      @,mx.tls13.example       -$DAY $DAY serverAuth SHA256
anon       proc    mx.anon.example       @,mx.anon.example        -$DAY $DAY serverAuth SHA256
sni        proc    default.example    default.example       -$DAY $DAY serverAuth SHA256
plain      proc    mx.plain.example      @,mx.plain.example       -$DAY $DAY serverAuth SHA256
"

authorities() {
	cert root - 'Root of Partners' - -$DAY $((99 * DAY)) ca - SHA256
	cert proc root 'Issuing CA' - -$DAY $((99 * DAY)) ca - SHA256
	cert old root 'Expired CA' - -$((99 * DAY)) -$DAY ca - SHA256
	cert leafca root 'Not a CA' - -$DAY $((99 * DAY)) leaf - SHA256
	cert foreign - 'Foreign CA' - -$DAY $((99 * DAY)) ca - SHA256
	cp "$V/root.pem" "$BUNDLE"
}

server_options() { # NAME
	case $1 in
	tls10) echo '-o smtpd_tls_protocols=TLSv1' \
		'-o tls_medium_cipherlist=ALL:@SECLEVEL=0' ;;
	tls12) echo '-o smtpd_tls_protocols=TLSv1.2' ;;
	tls13) echo '-o smtpd_tls_protocols=TLSv1.3' ;;
	anon) echo '-o smtpd_tls_protocols=TLSv1.2' '-o smtpd_tls_ask_ccert=no' ;;
	plain) echo '-o smtpd_tls_security_level=none' ;;
	sni) echo "-o tls_server_sni_maps=hash:$V/sni" ;;
	esac
}

sni_map() {
	cert sninamed proc sni mx.sni.example -$DAY $DAY leaf serverAuth SHA256
	cat "$V/sninamed.key" "$V/sninamed.pem" "$V/proc.pem" \
		>"$V/sninamed.chain"
	echo "mx.sni.example $V/sninamed.chain" >"$V/sni"
	postmap -F "hash:$V/sni"
}

wrong=00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF
wrong=$wrong:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF

rules_of() { # SERVER: N_RULES lines
	cat <<-END
		may
		encrypt
		secure
		verify
		secure match=mx.$1.example
		secure match=.$1.example
		secure match=hostname:nexthop
		secure tafile=$V/root.pem match=hostname
		secure tafile=$V/$1.pem match=hostname
		secure tafile=$V/foreign.pem match=nexthop
		fingerprint match=$(fingerprint "$1")
		fingerprint match=$wrong|$(fingerprint_cert "$1")
		fingerprint match=$wrong
		secure servername=hostname match=hostname
		encrypt servername=hostname protocols=TLSv1.2
		secure match=*.$1.example
		verify match=bücher.$1.example
		encrypt protocols=>=TLSv1.2 ciphers=high exclude=AES128
		dane
		dane-only
	END
}

world_up() {
	local name rule n
	install -d -m 755 "$V" "${BUNDLE%/*}"
	pki_make
	authorities
	sni_map
	RECEIVERS=
	receivers_make
	while read -r name rule; do
		# shellcheck disable=SC2086
		[ -z "$name" ] || server "$name" $rule
	done <<<"$SERVERS"
	for name in "${NAMES[@]}"; do
		n=0
		while read -r rule; do
			n=$((n + 1))
			dns_mx "r$n.$name.example" "mx.$name.example"
			echo "r$n.$name.example $rule" >>"$V/table"
			echo "r$n.$name.example mx.$name.example" \
				"${ADDRESS[$name]} $rule" >>"$V/questions"
		done < <(rules_of "$name")
		[ "$n" = "$N_RULES" ]
	done
	table_put <"$V/table"
	dns_up
	SENDER_EXTRA=('smtp_tls_security_level = none'
		'smtp_destination_concurrency_limit = 20'
		'default_process_limit = 40'
		'smtp_tls_chain_files =')
	# Files of the rules are found where we find them.
	postconf -F 'smtp/unix/chroot = n'
	hosts_up
}

# What must come out for the cases to be what they are called.
KNOWN='
r3.good.example Verified sent
r3.other.example Misnamed deferred
r5.wild.example Verified sent
r5.deep.example Misnamed deferred
r6.below.example Verified sent
r3.under.example Verified sent
r5.partial.example Misnamed deferred
r3.expired.example Untrusted deferred
r11.expired.example Verified sent
r3.future.example Untrusted deferred
r9.self.example Verified sent
r3.alone.example Untrusted deferred
r5.common.example Verified sent
r5.ignored.example Misnamed deferred
r17.idn.example Verified sent
r3.client.example Untrusted deferred
r3.tls10.example - deferred
r2.anon.example Anonymous sent
r7.sni.example Misnamed deferred
r14.sni.example Verified sent
r8.good.example Verified sent
r10.good.example Untrusted deferred
r10.unknown.example Verified sent
r13.good.example Untrusted deferred
r2.plain.example - deferred
'

if ! is_since 3.6; then
	skip 'verdicts: before 3.6 Postfix compares names and keys by itself'
	the_end
fi
world_up
verdict_known
compare
compare_probe
the_end
