# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# doctor.sh: sourced by tests of doctor. Knows certificates of every kind, and
# how a sound configuration looks; nothing of what can be wrong with one.

module_in

# The clock of this machine is no matter of the test's.
export LD_PRELOAD=$TOP/build/fake_clock.so FAKE_CLOCK=right

PKI=/run/pki
SSL=/etc/postfix/ssl
DYNAMIC=$(postconf -hx meta_directory)/dynamicmaps.cf.d
SO=$(postconf -hx shlib_directory)/postfix-tlspolicy.so
JAIL=$(postconf -hx queue_directory)
CONF=/etc/postfix
mkdir -p $PKI $SSL
DAY=86400

# cert NAME ISSUER KIND EKU [CN [FROM TO]]
cert() {
	local issuer=$2
	[ "$issuer" = - ] || issuer=$PKI/$2
	"$TOP/build/make_cert" "$PKI/$1" "$issuer" \
		"${5:-mail.supplier.example}" "${5:-mail.supplier.example}" \
		"${6:--100}" "${7:-$((100 * DAY))}" "$3" "$4" SHA256
}
# chain NAME PART...: PKI files into one of Postfix's.
chain() {
	local name=$SSL/$1
	shift
	rm -f "$name"
	(cd $PKI && cat "$@") >"$name"
	chmod 600 "$name"
}
cert root - ca - 'Root CA'
cert proc root ca - 'Issuing CA'
cert mx proc leaf serverAuth,clientAuth
cert old - ca - 'Old CA' -1000 -500
cert expired proc leaf - mail.supplier.example -1000 -10
cert unborn proc leaf - mail.supplier.example 86400 8640000
cert soon proc leaf - mail.supplier.example -100 $((10 * DAY + 60))
cert server proc leaf serverAuth
cert client proc leaf clientAuth
cert other proc leaf - www.supplier.example
cert wild proc leaf - '*.supplier.example'
cert deep proc leaf - '*.example'
cert self - leaf -
chain mx.pem mx.key mx.pem proc.pem
chain ca.pem root.pem
chmod 644 $SSL/ca.pem
cp $CONF/main.cf /run/main.cf
cp $CONF/master.cf /run/master.cf

# sound [NAME VALUE...]: everything as it should be, but for these.
sound() {
	local settings=()
	while [ $# -gt 0 ]; do
		settings+=("$1 = $2")
		shift 2
	done
	cp /run/main.cf $CONF/main.cf
	cp /run/master.cf $CONF/master.cf
	postconf -e "smtp_tls_policy_maps = tlspolicy:$T" \
		'myhostname = mail.supplier.example' \
		"smtp_tls_CAfile = $SSL/ca.pem" \
		"smtp_tls_chain_files = $SSL/mx.pem" \
		'smtp_tls_security_level = may' \
		'smtp_tls_loglevel = 1' \
		'smtp_tls_session_cache_database =' \
		'smtp_tls_fingerprint_digest = sha256' \
		"smtpd_tls_chain_files = $SSL/mx.pem" \
		"smtpd_tls_CAfile = $SSL/ca.pem" \
		'smtpd_tls_security_level = may' \
		'smtpd_tls_ask_ccert = yes' "${settings[@]}"
	touch -d '1 minute ago' $CONF/main.cf $CONF/master.cf
}
# rules LINE...: rules that can be answered.
rules() {
	printf '%s\n' "$@" | table
}

# finds SENTENCE STATUS IDS PATTERN [ARG...]: these ids and no other, and the
# pattern in what people read.
finds() {
	local sentence=$1 status=0 ids out
	ids=$({ tlspolicy doctor --json "${@:5}" 2>/tmp/stderr || :; } |
		sed -n 's/^{"id":"\([A-Z0-9]*\)".*/\1/p' | sort | xargs)
	out=$(tlspolicy doctor "${@:5}" 2>&1) || status=$?
	out=$(tr '\n' ' ' <<<"$out" | tr -s ' ')
	if [ "$ids" = "$3" ] && [ $status = "$2" ] &&
	    grep -Eq -- "$4" <<<"$out"; then
		ok "$sentence"
	else
		fail "$sentence" "wanted $2 \"$3\" /$4/, got $status \"$ids\""
		{ tlspolicy doctor "${@:5}" 2>&1 || :; } | head -n 20 |
			sed 's/^/    | /'
	fi
}
# says_fine SENTENCE PATTERN: among what is well.
says_fine() {
	prints "$1" 0 "^fine: .*$2" tlspolicy doctor -v
}
