# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# ca.sh: sourced by tests of ca. Makes certificates of every kind in /tmp/ca,
# rules that use them, and asks openssl(1) what is in a bundle.

# shellcheck disable=SC2034
mkdir /tmp/ca
cd /tmp/ca
B=/etc/postfix/ca-bundle.pem
DAY=86400

cert() { # NAME ISSUER CN NAMES FROM_S TO_S KIND EKU
	"$TOP/build/make_cert" "$@" SHA256
}
cert root - 'VW-CA-ROOT-04' - -1000 $((300 * DAY + 3600)) ca -
cert proc root 'VW-CA-PROC-06' - -1000 $((20 * DAY)) ca -
cert old - 'Old CA' - $((-400 * DAY)) $((-35 * DAY)) ca -
cert later - 'Later CA' - $((5 * DAY)) $((300 * DAY)) ca -
cert mailca - 'Mail CA' - -1000 $((300 * DAY)) ca emailProtection
cert bücher - 'Bücher CA' - -1000 $((300 * DAY)) ca -
cert leaf proc www.example.com www.example.com,mx.example.com -1000 \
	$((20 * DAY)) leaf serverAuth
cert stray old stray.example stray.example -1000 $((20 * DAY)) leaf -
cert self - self.example self.example -1000 $((20 * DAY)) leaf -
for name in root proc; do
	openssl x509 -in $name.pem -outform DER -out $name.cer
done
openssl crl2pkcs7 -nocrl -certfile root.pem -certfile proc.pem -outform DER \
	-out both.p7b
openssl crl2pkcs7 -nocrl -certfile root.pem -certfile proc.pem -out both.p7c
sha256() { # FILE
	openssl x509 -in "$1" -noout -fingerprint -sha256 | sed 's/.*=//'
}
table <<EOT
example.com	secure match=www.example.com
mx.example.com	verify
.example.org	secure
ta.example	secure match=mx.example.com tafile=/tmp/ca/root.pem
other.example	secure
plain.example	encrypt
EOT
setting smtp_tls_policy_maps "tlspolicy:$T"
setting smtp_tls_CAfile "$B"
keep() {
	cp -p "$B" /tmp/kept.pem
}
same() {
	claim "$1: nothing was changed" cmp -s "$B" /tmp/kept.pem
}
# in_bundle FILE: openssl finds that certificate in it, and how often.
in_bundle() {
	openssl crl2pkcs7 -nocrl -certfile "$B" |
		openssl pkcs7 -print_certs | sed -n '/BEGIN/,/END/p' |
		awk -v RS='-----END CERTIFICATE-----\n' -v ORS= '
			NR == FNR { wanted = $0; next } $0 == wanted { n++ }
			END { print n + 0 }' <(openssl x509 -in "$1") -
}
number() {
	grep -c '^-----BEGIN CERTIFICATE' "$B"
}
on_terminal() { # ANSWER PART...
	local answer=$1
	shift
	script -qec "$COMMAND ca $*" /dev/null <<<"$answer"
}
