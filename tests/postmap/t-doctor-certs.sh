#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-doctor-certs: what doctor finds out about CA files, about our certificates
# and keys, and about the server that shows them; Postfix says the same.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
# shellcheck source=tests/postmap/doctor.sh
. "$HERE/doctor.sh"

rules 'example.com secure ciphers=high' 'audi.fr encrypt'
sound
finds 'a sound configuration' 0 '' '^OK'

# --- whom we trust ---------------------------------------------------------------
sound smtp_tls_CAfile $SSL/nothing.pem
finds 'a CA file that is not there' 2 TLSP221 'nothing.pem: error: .*No such'
echo text >$SSL/text.pem
sound smtp_tls_CAfile $SSL/text.pem
finds 'a CA file without certificate' 2 TLSP221 'text.pem: error: '
sound smtp_tls_CAfile $SSL
finds 'a CA file that is a folder' 2 TLSP221 'not a regular file'
chain cas.pem root.pem old.pem
sound smtp_tls_CAfile $SSL/cas.pem
finds 'an authority that has expired' 0 TLSP226 \
	'1 of 2 certificates have expired: CN=Old CA'
sound smtp_tls_CAfile ''
finds 'nothing to verify partners by' 2 TLSP222 'partners:1:1: error'
rules 'example.com encrypt' 'audi.fr encrypt'
finds 'is no matter where nobody is verified' 0 '' '^OK'
rules 'example.com secure ciphers=high' 'audi.fr encrypt'
sound smtp_tls_CAfile '' smtp_tls_CApath $PKI
chmod 755 $PKI
finds 'a CApath outside the chroot, alone' 2 TLSP223 \
	"as $JAIL$PKI, by user postfix: No such file"
sound smtp_tls_CApath $PKI
finds 'and beside a CA file' 1 TLSP224 'inside the chroot'
mkdir -p "$JAIL$PKI"
finds 'a CApath inside the chroot' 0 '' '^OK'
rm -r "${JAIL:?}/run"
postconf -F smtp/unix/chroot=n relay/unix/chroot=n
touch -d '1 minute ago' $CONF/master.cf
finds 'without chroot there is no matter' 0 '' '^OK'
says_fine 'what master.cf says of it is told' 'runs without chroot'
chmod 700 $PKI
finds 'unless the mail owner cannot read it' 1 TLSP224 \
	'read by user postfix: Permission denied'
rules "example.com secure tafile=$SSL/ca.pem" \
	"example.org secure tafile=$SSL/ca.pem"
sound
finds 'a tafile outside the chroot, once' 2 TLSP225 \
	"partners:1:1: error: .*as $JAIL$SSL/ca.pem, by user postfix: No such"
mkdir -p "$JAIL$SSL"
cp $SSL/ca.pem "$JAIL$SSL"
finds 'a tafile inside the chroot' 0 '' '^OK'
says_fine 'is named' 'trust anchors .*/ca.pem can be read'
chmod 600 "$JAIL$SSL/ca.pem"
finds 'one that the mail owner cannot read there' 2 TLSP225 'Permission denied'
rm -r "${JAIL:?}/etc"
postconf -F smtp/unix/chroot=n relay/unix/chroot=n
touch -d '1 minute ago' $CONF/master.cf
finds 'without chroot it is read where it is' 0 '' '^OK'
chmod 600 $SSL/ca.pem
finds 'by the mail owner' 2 TLSP225 'user postfix cannot read the trust anchors'
chmod 644 $SSL/ca.pem
rules 'example.com secure'
sound smtp_tls_trust_anchor_file $SSL/ca.pem
finds 'the same of smtp_tls_trust_anchor_file' 2 TLSP225 'inside the chroot'

# --- our certificates -------------------------------------------------------------
# with SENTENCE STATUS IDS PATTERN PART...: the client shows that.
with() {
	chain try.pem "${@:5}"
	sound smtp_tls_chain_files $SSL/try.pem
	finds "${@:1:4}"
}
sound smtp_tls_chain_files $SSL/nothing.pem
finds 'a certificate that is not there' 2 TLSP231 'nothing.pem: error'
openssl ecparam -name prime256v1 -out $PKI/params
with 'EC parameters before the key are passed over' 0 '' '^OK' \
	params mx.key mx.pem proc.pem
with 'the certificate before its key' 2 TLSP231 'before its private key' \
	mx.pem mx.key
with 'the key of another' 2 TLSP232 'is not that of the certificate' \
	old.key mx.pem proc.pem
openssl pkey -in $PKI/mx.key -aes128 -passout pass:x -out $PKI/locked
with 'a key behind a pass phrase' 2 TLSP232 'locked by a pass phrase' \
	locked mx.pem proc.pem
with 'an expired one' 2 TLSP233 'smtp\(8\): CN=mail.*has expired' \
	expired.key expired.pem proc.pem
with 'one that is not valid yet' 2 TLSP233 'is not valid before' \
	unborn.key unborn.pem proc.pem
with 'one that ends soon' 1 TLSP234 'expires in 10d' \
	soon.key soon.pem proc.pem
finds 'is no matter if fewer days are asked for' 0 '' '^OK' --days 9
finds 'and more days find more' 1 'TLSP234 TLSP234' 'in 99d' --days 100
with 'the issuing authority is missing' 1 TLSP235 \
	'signed by CN=Issuing CA, which is neither' mx.key mx.pem
with 'another one follows' 1 TLSP236 \
	'certificate 2 \(CN=Root CA\) did not sign certificate 1' \
	mx.key mx.pem root.pem
with 'whatever its date is' 1 TLSP236 'CN=Old CA' mx.key mx.pem old.pem
with 'not for a client' 1 TLSP237 'clientAuth' server.key server.pem proc.pem
with 'for a client' 0 '' '^OK' client.key client.pem proc.pem
with 'nobody vouches for it' 1 TLSP241 'vouches for itself' self.key self.pem
openssl req -x509 -newkey rsa:2048 -nodes -keyout $PKI/rsa.key -days 100 \
	-out $PKI/rsa.pem -subj /CN=rsa -addext extendedKeyUsage=serverAuth \
	2>/dev/null
with 'several kinds of keys: each is looked at' 1 'TLSP237 TLSP241' \
	'CN=rsa does not name clientAuth' mx.key mx.pem proc.pem rsa.key rsa.pem
with 'a second one of the same kind' 2 TLSP231 'a second certificate' \
	mx.key mx.pem server.key server.pem
chain try.pem mx.key mx.pem proc.pem
sound smtp_tls_chain_files $SSL/try.pem
chmod 644 $SSL/try.pem
finds 'a key that everybody can read' 1 TLSP240 'try.pem: warning: everybody'
chmod 660 $SSL/try.pem
finds 'a key that others can write' 1 TLSP240 'others can write'
chmod 640 $SSL/try.pem
finds 'a group may read it' 0 '' '^OK'
chown nobody $SSL/try.pem
finds 'a key of nobody' 1 TLSP240 'belongs to uid'
chain pair.pem mx.pem proc.pem
chain pair.key mx.key
chmod 644 $SSL/pair.pem
sound smtp_tls_chain_files '' smtp_tls_eccert_file $SSL/pair.pem \
	smtp_tls_eckey_file $SSL/pair.key
finds 'certificate and key in two files' 0 '' '^OK'
sound smtp_tls_chain_files '' smtp_tls_cert_file $SSL/pair.pem
finds 'no key beside the certificate' 2 TLSP232 'there is no private key'
sound smtp_tls_chain_files '' smtp_tls_cert_file $SSL/pair.pem \
	smtp_tls_key_file $SSL/nothing.key
finds 'a key file that is not there' 2 TLSP232 'nothing.key: error'
sound
chain try.pem server.key server.pem proc.pem
postconf -P "relay/unix/smtp_tls_chain_files=$SSL/try.pem"
touch -d '1 minute ago' $CONF/master.cf
finds 'a service of master.cf has its own' 1 TLSP237 'smtp\(8\), service relay'

# Postfix says the same: it would do without TLS, or not.
agrees() { # DOCTOR'S-SETTINGS... -- POSTTLS-FINGER'S-OPTIONS...
	local settings=() doctor=no postfix=no
	while [ "$1" != -- ]; do
		settings+=("$1")
		shift
	done
	shift
	sound smtp_tls_chain_files '' "${settings[@]}"
	{ tlspolicy doctor --json || :; } | grep -q '"TLSP23[12]"' &&
		doctor=yes
	{ posttls-finger -c -l encrypt "$@" '[127.0.0.1]:1' 2>&1 </dev/null ||
		:; } | grep -q 'disabling TLS support' && postfix=yes
	claim "of $PARTS Postfix says the same: $postfix" \
		test $doctor = $postfix
}
chains() {
	PARTS=$*
	chain try.pem "$@"
	agrees smtp_tls_chain_files $SSL/try.pem -- -H $SSL/try.pem
	agrees smtp_tls_cert_file $SSL/try.pem -- -k $SSL/try.pem \
		-K $SSL/try.pem
	agrees smtp_tls_cert_file $SSL/try.pem smtp_tls_key_file \
		$PKI/mx.key -- -k $SSL/try.pem -K $PKI/mx.key
}
: >$PKI/nothing
sed 5d $PKI/mx.pem | tr C D >$PKI/broken
sed '$d' $PKI/mx.pem >$PKI/cut
sed '3s/^../!!/' $PKI/mx.key >$PKI/noise
chains mx.key mx.pem proc.pem
chains params mx.key mx.pem
chains mx.pem mx.key
chains mx.key
chains mx.pem
chains nothing
chains proc.key mx.pem
chains mx.key proc.key mx.pem
chains mx.key mx.pem other.key other.pem
chains mx.key mx.pem rsa.key rsa.pem
chains mx.key mx.pem proc.key other.pem
chains mx.key mx.pem other.key
chains locked mx.pem
chains locked mx.key mx.pem
chains broken mx.key mx.pem
chains mx.key mx.pem broken
chains mx.key mx.pem cut
chains noise mx.pem

# --- the server ---------------------------------------------------------------------
serves() {
	chain try.pem "${@:5}"
	sound smtpd_tls_chain_files $SSL/try.pem
	finds "${@:1:4}"
}
serves 'not for a server' 1 TLSP238 'serverAuth' client.key client.pem proc.pem
serves 'another name' 1 TLSP239 \
	'for www.supplier.example, and myhostname is mail.supplier.example' \
	other.key other.pem proc.pem
serves 'a name with a star' 0 '' '^OK' wild.key wild.pem proc.pem
serves 'a star is one label' 1 TLSP239 'for \*.example' \
	deep.key deep.pem proc.pem
serves 'an expired one' 2 TLSP233 'smtpd\(8\): CN=mail' \
	expired.key expired.pem proc.pem
sound smtpd_tls_security_level ''
finds 'TLS is not offered' 1 TLSP251 'offers no TLS'
sound smtpd_tls_security_level '' smtpd_use_tls yes
finds 'by the old name it is' 0 '' '^OK'
sound smtpd_tls_chain_files ''
finds 'a server without certificate' 1 TLSP252 'has no certificate'
sound smtpd_tls_chain_files '' smtpd_tls_cert_file none
finds 'or with "none"' 1 TLSP252 'has no certificate'
sound smtpd_tls_chain_files ''
postconf -P "smtp/inet/smtpd_tls_chain_files=$SSL/mx.pem"
touch -d '1 minute ago' $CONF/master.cf
finds 'one in master.cf will do' 0 '' '^OK'
mkfifo $SSL/pipe
sound smtpd_tls_CAfile $SSL/pipe
finds 'a pipe keeps nobody waiting' 2 TLSP253 'pipe: error: .*not a regular'
sound smtpd_tls_CAfile $SSL/nothing.pem
finds 'its CA file is not there' 2 TLSP253 'nothing.pem: error'
sound smtpd_tls_CAfile ''
finds 'certificates are asked for and cannot be verified' 1 TLSP254 \
	'has no smtpd_tls_CAfile'
sound smtpd_tls_req_ccert yes smtpd_tls_security_level encrypt
finds 'they are required of everybody' 2 TLSP255 \
	'demands a client certificate of everybody'
sound smtpd_tls_req_ccert yes
finds 'that has no effect at may' 0 '' '^OK'
sound smtpd_tls_ask_ccert no
finds 'we show ours, and ask for none' 0 TLSP257 '^OK: 1 note, .*asks for none'
sound smtpd_tls_ask_ccert no smtp_tls_chain_files ''
finds 'no client certificates at all are no matter' 0 '' '^OK'
sound smtpd_tls_ask_ccert no smtp_tls_chain_files '' \
	smtpd_recipient_restrictions \
	'permit_tls_clientcerts, reject_unauth_destination'
finds 'a restriction that never sees one' 1 TLSP256 \
	'main.cf:[0-9]+:1: .*has permit_tls_clientcerts'
sound smtpd_tls_security_level '' smtpd_tls_ask_ccert no
postconf -P smtp/inet/smtpd_tls_security_level=may \
	smtp/inet/smtpd_tls_ask_ccert=yes
touch -d '1 minute ago' $CONF/master.cf
finds 'what master.cf sets for port 25 counts' 0 '' '^OK'
postconf -MX smtp/inet
touch -d '1 minute ago' $CONF/master.cf
finds 'who receives nothing need not serve' 0 '' '^OK'
the_end
