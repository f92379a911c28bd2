#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-doctor: tlspolicy doctor is silent about a sound configuration, and each
# thing that can be wrong with one is found, by its id, and nothing beside it.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in

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

rules 'example.com secure ciphers=high' 'audi.fr encrypt'
sound
finds 'a sound configuration' 0 '' '^OK: [0-9]+ points are fine $'
says_fine 'what was looked at is said, if wanted' 'certificate and key in'
claim 'each in a line' test "$(tlspolicy doctor -v | grep -c '^fine: ')" -ge 15
claim 'and as JSON' test "$(tlspolicy doctor -v --json |
	grep -c '^{"fine":"')" = "$(tlspolicy doctor -v | grep -c '^fine: ')"
cp -a $CONF /run/elsewhere
setting smtp_tls_loglevel 0
finds '-c names another folder' 0 '' '^OK' -c /run/elsewhere
finds 'the first line is for monitoring' 1 TLSP266 \
	'^WARNING: 1 warning, [0-9]+ points are fine '

# --- the module ---------------------------------------------------------------
sound
mv "$DYNAMIC/tlspolicy" /run/registration
finds 'the type is not registered' 2 TLSP201 '^CRITICAL: 1 error.*postconf -m'
cp /run/registration "$DYNAMIC/tlspolicy"
cp /run/registration "$DYNAMIC/tlspolicy.bak"
finds 'it is registered twice' 1 TLSP204 'line 2 registers tlspolicy, and so'
rm "$DYNAMIC/tlspolicy.bak"
chmod 646 "$DYNAMIC/tlspolicy"
finds 'others can write the registration' 2 'TLSP201 TLSP205' \
	'dynamicmaps.cf.d/tlspolicy: error: others can write it'
chmod 644 "$DYNAMIC/tlspolicy"
echo 'tlspolicy postfix-tlspolicy.so' >"$DYNAMIC/tlspolicy"
finds 'a registration of two words' 2 'TLSP205 TLSP205' \
	'line 1: tlspolicy needs a file and a function'
cp /run/registration "$DYNAMIC/tlspolicy"
mv "$SO" /run/module.so
finds 'the file of the module is not there' 2 TLSP202 \
	'postfix-tlspolicy.so: error: No such file'
echo 'no module' >"$SO"
finds 'it cannot be loaded' 2 TLSP203 'postmap -q .* fails: .*dlopen'
cp /run/module.so "$SO"
chmod 664 "$SO"
finds 'others can write it' 2 TLSP202 \
	'postfix-tlspolicy.so: error: others can write it'
chmod 644 "$SO"
chown nobody "$SO"
finds 'it is not of root' 2 TLSP202 'does not belong to root'
chown root "$SO"
sound mail_version 3.3.1
finds 'a version that cannot be' 1 TLSP206 'main.cf:[0-9]+:1: .*"3.3.1"'

# --- files ----------------------------------------------------------------------
sound smtp_tls_policy_maps static:none
finds 'main.cf names no table of ours' 1 TLSP207 'it is "static:none"'
finds '-t names it' 0 '' '^OK' -t $T
claim 'from its folder, too' sh -c "cd $CONF && $COMMAND doctor -t partners"
sound
chmod 646 $T
finds 'others can write the rules' 2 TLSP211 'chmod go-w'
chmod 644 $T
rm -f $T.gone
sound smtp_tls_policy_maps tlspolicy:$T.gone
finds 'there are no rules' 2 TLSP211 'partners.gone: error'
sound
chmod 775 $CONF
finds 'others can write the folder' 2 TLSP211 'write the folder'
chmod 755 $CONF
rules 'example.com secure pin=prefer'
put_pins <<-END
	key example.com
	scan 60
	mx mx.example.com:25
	pin $(print 1) $(print 1) 60 86400
END
finds 'fingerprints that are well' 0 '' '^OK'
says_fine 'are named' 'fingerprints in .*partners.pins.db'
chmod 646 $T.pins.db
finds 'others can write the fingerprints' 1 TLSP212 'partners.pins.db: warning'
echo nothing >$T.pins.db
chmod 644 $T.pins.db
finds 'a store that is none' 1 TLSP212 'partners.pins.db: warning'
rm $T.pins.db
rules 'example.com secure'
sound smtp_tls_policy_maps proxy:tlspolicy:$T
finds 'behind proxymap, readable' 0 '' '^OK'
chmod 600 $T
finds 'the mail owner cannot read it for proxymap' 2 TLSP213 \
	'user postfix cannot read it: Permission denied'
sound
finds 'smtp opens it as root' 0 '' '^OK'
chmod 644 $T
touch -d '2 days' $T
finds 'rules of tomorrow: whose clock is wrong?' 1 TLSP215 \
	'written 1d23h from now|written 2d from now'
touch -d '1 minute ago' $T

# --- a table that is to become one of ours ----------------------------------------
echo 'example.com encrypt' >$CONF/tls_policy
sound smtp_tls_policy_maps hash:$CONF/tls_policy
finds 'a hash: table that may change its type' 1 TLSP207 'names no tlspolicy:'
prints 'is fine' 1 'fine: neither owner nor mode of .*tls_policy' \
	tlspolicy doctor -v
chown nobody $CONF/tls_policy
finds 'one of nobody may not' 1 'TLSP207 TLSP214' 'tls_policy: .*chown root'
chown root $CONF/tls_policy
chmod 664 $CONF/tls_policy
finds 'nor one that others write' 1 'TLSP207 TLSP214' 'tls_policy: .*chmod go-w'
chmod 644 $CONF/tls_policy
sound smtp_tls_policy_maps "tlspolicy:$T, proxy:btree:$CONF/nothing"
finds 'nor one without text' 1 TLSP214 'nothing: warning: the table has no text'
: >$CONF/empty
sound smtp_tls_policy_maps "tlspolicy:$T, texthash:$CONF/empty"
finds 'nor an empty one' 1 TLSP214 'empty: warning: the file is empty'

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

# --- settings -----------------------------------------------------------------------
rules 'example.com secure match=www.example.com' 'b.example secure match=x.example'
# shellcheck disable=SC2016
sound smtp_tls_session_cache_database 'btree:${data_directory}/smtp_scache'
finds 'the session cache forgets match=' 0 TLSP261 \
	'partners:1:1: note: .*and 1 more like it.*postfix reload'
rules 'example.com secure'
finds 'which is no matter without match=' 0 '' '^OK'
sound smtp_tls_fingerprint_digest md5
finds 'a weak digest is no matter without fingerprints' 0 '' '^OK'
rules 'example.com secure pin=prefer'
finds 'but with pin=prefer' 1 TLSP262 'partners:1:1: .*digest is md5'
rules 'example.com secure pin=require'
finds 'and mail waits with pin=require' 2 TLSP263 'partners:1:1: .*is md5'
rules 'example.com secure'
sound smtp_tls_security_level ''
finds 'everybody else in clear text' 1 TLSP264 'main.cf:[0-9]+:1: .*is not set'
sound smtp_tls_security_level sure
finds 'a level that is none' 2 TLSP265 '"sure", which is no security level'
sound smtp_tls_loglevel 0
finds 'nothing is logged' 1 TLSP266 'main.cf:[0-9]+:1: .*loglevel is 0'
sound smtp_tls_loglevel 1,peercert
finds 'more may be logged' 0 '' '^OK'
sound
postconf -P relay/unix/smtp_tls_policy_maps=static:none
touch -d '1 minute ago' $CONF/master.cf
finds 'a service that goes its own way' 0 TLSP267 \
	'master.cf: note: service relay has its own smtp_tls_policy_maps'

# --- not root, not whole, not nice ------------------------------------------------
sound
COMMAND=$(postconf -hx command_directory)/tlspolicy
nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$COMMAND" "$@"
}
prints 'whoever is not root is told what was not looked at' 0 \
	'ssl/mx.pem: note: only root can look at the certificate' nobody doctor
rules "example.com secure tafile=$SSL/ca.pem"
postconf -F smtp/unix/chroot=n relay/unix/chroot=n
touch -d '1 minute ago' $CONF/master.cf
prints 'nor whether another can read it' 0 'only root can find out whether' \
	nobody doctor
rules 'example.com secure'
prints 'and sees the rest' 0 '^fine: .*loglevel = 1' nobody doctor -v
mv $CONF/master.cf /run/gone
prints 'without master.cf the rest is looked at' 0 \
	'note: the services of master.cf' tlspolicy doctor
mv /run/gone $CONF/master.cf
sound smtp_tls_CAfile "$(printf '/nothing\033[2J')"
prints 'no terminal is told anything' 2 '/nothing\?\[2J: error' \
	tlspolicy doctor
claim 'as JSON neither' test -z "$({ tlspolicy doctor --json -v ||
	:; } | tr -dc '\033')"
sound
prints 'a folder without main.cf' 75 'main.cf: No such file' \
	tlspolicy doctor -c /nowhere
prints 'it takes no operand' 64 'takes no operand' tlspolicy doctor x
prints 'days that are none' 64 'a number of days' tlspolicy doctor --days soon
prints '--help has an example' 0 Example tlspolicy doctor --help
claim '--help fits a screen' test \
	"$(tlspolicy doctor --help | wc -l)" -le 24 -a \
	"$(tlspolicy doctor --help | awk 'length > n { n = length }
		END { print n }')" -le 80
find $CONF $PKI "$JAIL" -newer /run/registration -type f | sort | xargs md5sum >/run/sums
tlspolicy doctor -v >/dev/null
claim 'nothing was changed' md5sum --quiet -c /run/sums
the_end
