#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-doctor: tlspolicy doctor is silent about a sound configuration, and each
# thing that can be wrong with module, files and settings is found, by its id,
# and nothing beside it. Certificates: t-doctor-certs.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
# shellcheck source=tests/postmap/doctor.sh
. "$HERE/doctor.sh"

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

# --- the clock ----------------------------------------------------------------------
FAKE_CLOCK=left
finds 'nobody keeps the clock' 1 TLSP216 'warning: nobody keeps the clock'
FAKE_CLOCK=forbidden
finds 'a container that may not ask' 0 TLSP290 \
	'note: whether the clock is synchronised: Operation not permitted'
FAKE_CLOCK=right
finds 'a clock that is kept' 0 '' '^OK'
says_fine 'is named' 'knows its clock to be synchronised'

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

# --- settings -----------------------------------------------------------------------
rules 'example.com secure match=www.example.com' 'b.example secure match=x.example'
# shellcheck disable=SC2016
sound smtp_tls_session_cache_database 'btree:${data_directory}/smtp_scache'
if is_since 3.6; then
	finds 'the session cache forgets match=' 0 TLSP261 \
		'partners:1:1: note: .*and 1 more like it.*postfix reload'
else
	finds 'the session cache forgets no match=' 0 '' '^OK'
fi
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
	'ssl/mx.pem: note: only root can look at .* \[TLSP290\]' nobody doctor
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
