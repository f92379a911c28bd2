# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# pki.sh: the partner's private CA (root and issuing), an unrelated CA, and
# the certificates under them, made with the openssl command.
# Knows names and key files; nothing of Postfix. Feeds: receivers, sender.

PKI=/run/pki
BUNDLE=/etc/postfix/ssl/ca-bundle.pem

pki_key() {
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
		-out "$PKI/$1.key" 2>/dev/null
}

# pki_cert NAME ISSUER SUBJECT EXTENSION...: ISSUER '-' signs itself.
pki_cert() {
	local name=$1 issuer=$2 subject=$3 signer
	shift 3
	pki_key "$name"
	openssl req -new -key "$PKI/$name.key" -subj "$subject" \
		-out "$PKI/$name.csr"
	printf '%s\n' "$@" >"$PKI/$name.ext"
	if [ "$issuer" = - ]; then
		signer=(-signkey "$PKI/$name.key")
	else
		signer=(-CA "$PKI/$issuer.pem" -CAkey "$PKI/$issuer.key")
	fi
	openssl x509 -req -in "$PKI/$name.csr" "${signer[@]}" -days 30 \
		-set_serial "0x$(openssl rand -hex 8)" \
		-extfile "$PKI/$name.ext" -out "$PKI/$name.pem" 2>/dev/null
}

pki_ca() { # NAME ISSUER COMMON-NAME
	pki_cert "$1" "$2" "/O=Partner Group/CN=$3" \
		basicConstraints=critical,CA:TRUE \
		keyUsage=critical,keyCertSign,cRLSign
}

# pki_leaf NAME ISSUER DNS-NAME...: leaves NAME.chain, ready for Postfix.
pki_leaf() {
	local name=$1 issuer=$2 cn=$3 names
	shift 2
	names=$(printf 'DNS:%s,' "$@")
	pki_cert "$name" "$issuer" "/CN=$cn" basicConstraints=CA:FALSE \
		extendedKeyUsage=serverAuth,clientAuth \
		"subjectAltName=${names%,}"
	cat "$PKI/$name.key" "$PKI/$name.pem" >"$PKI/$name.chain"
	[ "$issuer" = - ] || cat "$PKI/$issuer.pem" >>"$PKI/$name.chain"
}

# The partner sends DER; the administrator converts and appends.
pki_add_to_bundle() {
	mkdir -p "${BUNDLE%/*}"
	openssl x509 -inform DER -in "$1" -outform PEM >>"$BUNDLE"
}

pki_make() {
	local ca
	install -d -m 700 "$PKI"
	pki_ca root - 'Partner Group CA-ROOT-04'
	pki_ca proc root 'Partner Group CA-PROC-06'
	pki_ca foreign - 'Unrelated CA'
	for ca in root proc; do
		openssl x509 -in "$PKI/$ca.pem" -outform DER \
			-out "$PKI/partner-ca-$ca.cer"
		pki_add_to_bundle "$PKI/partner-ca-$ca.cer"
	done
	pki_leaf client proc mail.supplier.example
}
