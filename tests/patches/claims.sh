# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# claims.sh VERSION: what the patches of postfix-patches/VERSION promise, of
# a Postfix without and one with them, as tests/patches/build leaves them.
# Feeds: t-3.7, t-3.11, which run in a world of their own.

# shellcheck source=tests/host/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../host/lib.sh"
# shellcheck source=tests/host/lib/pins.sh
. "$HOST/lib/pins.sh"

BUILT=$TOP/build/patches/$1
if [ ! -e "$BUILT/after" ]; then
	cat "$BUILT/missing" 2>/dev/null ||
		echo "Postfix $1 was not built: make check-patches"
	exit 77
fi

# Nothing is loaded: what a table type needs is in the programs.
module_install() { :; }

# postfix_in NAME: over the private copies of the host's programs.
postfix_in() {
	local daemons
	daemons=$(postconf -dh daemon_directory)
	cp -a "$BUILT/$1/bin/." "$(postconf -dh command_directory)/"
	cp -a "$BUILT/$1/libexec/." "$daemons/"
	ln -f "$daemons/smtp" "$daemons/lmtp"
	install -m 644 "$BUILT/$1/meta/postfix-files" /etc/postfix/
}

again() { # NAME: the same hosts, by the other programs
	hosts_down
	postfix_in "$1"
	rm -f /var/lib/postfix/*_scache.db
	hosts_up
}

# try WHO: the next mail to it; its fate for expect.
try() {
	mark
	send "x@$1"
	verdict "$QID"
}

resumed() {
	logged "postfix/$DAEMON.*Reusing old session"
}

# narrow ATTRIBUTES: a session under one match=, then another match=. Postfix
# notices a table by the second in which it was written.
narrow() {
	sleep 1.1
	table_put <<<"p.example secure match=www.example.com $1"
	try p.example
	expect "$BEING: the name holds" Verified sent
	try p.example
	claim "$BEING: the same policy resumes the session" resumed
	sleep 1.1
	table_put <<<"p.example secure match=nobody.example $1"
	try p.example
}

answers() { # KEY VALUE
	[ "$(postmap -q "$1" "tlspolicy:$TABLE" 2>/dev/null)" = "$2" ]
}

complains() { # KEY PATTERN
	grep -qE "$2" <(postmap -q "$1" "tlspolicy:$TABLE" 2>&1)
}

listed() {
	postmap -s "tlspolicy:$TABLE" | sort
}

# The index alone answers, silently, where the rules did before.
index_says_so() {
	listed >/run/rules && postmap "tlspolicy:$TABLE" &&
		[ -s "$TABLE.tlsp" ] &&
		cmp /run/rules <(listed 2>&1) && [ -s /run/rules ]
}

# shellcheck disable=SC2016
SENDER_EXTRA=('smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache'
	'smtp_tls_loglevel = summary,cache')
TABLE_TYPE='hash'

postfix_in before
postconf -Me 'tlsproxy/unix=tlsproxy unix - - y - 0 tlsproxy'
stage p.example=www e.example=good w.example=mismatch f.example=own \
	r.example=named </dev/null
BEING='as it is' DAEMON=smtp
narrow ''
claim "$BEING: another match= resumes it, too" resumed
expect "$BEING: and is told that the old name is the right one" Verified sent

TABLE_TYPE=tlspolicy
again after
# The type is in the programs: there is no module to be had.
claim 'tlspolicy: no module is there' not grep -rqs tlspolicy \
	/etc/postfix/dynamicmaps.cf /etc/postfix/dynamicmaps.cf.d
claim 'tlspolicy: postconf -m knows the type' \
	grep -qx tlspolicy <(postconf -m)
table_put <<'END'
audi.fr         encrypt ciphers=high
.example.de     secure match=gw.example.de
bücher.example  encrypt
typo.example    secrue
END
claim 'tlspolicy: postmap -q answers' answers audi.fr 'encrypt ciphers=high'
claim 'tlspolicy: for a name below a wildcard' \
	answers a.b.example.de 'secure match=gw.example.de'
claim 'tlspolicy: for the other form of a name' \
	answers xn--bcher-kva.example encrypt
claim 'tlspolicy: a bad line is an error, not an unknown name' \
	complains typo.example 'no security level'
sed -i '/^typo/d' "$TABLE"
claim 'tlspolicy: postmap makes the index, which says the same' \
	index_says_so
rm "$TABLE.tlsp"

for DAEMON in smtp tlsproxy; do
	BEING="patched, $DAEMON(8)"
	narrow "$([ "$DAEMON" = smtp ] || echo connection_reuse=yes)"
	claim "$BEING: another match= resumes nothing" not resumed
	expect "$BEING: and mail waits for the right name" \
		'Untrusted|Trusted' deferred 'not verified'
	postsuper -d ALL deferred 2>/dev/null
done

# What was verified is recorded, and nothing else.
RECORD=/var/lib/postfix/verified_peer
recorded() { # PATTERN of a whole line
	grep -qxE "$1" <(postmap -s "btree:$RECORD" 2>/dev/null)
}

recorded_soon() { # after the mail was sent
	within 5 recorded "$1"
}

# The line of p.example: its server has this certificate of pki.sh.
line_of() { # NAME
	local key cert
	{ read -r key; read -r cert; } < <(prints_of "$1")
	printf '%s\tv1 t=[0-9]+ level=secure dgst=sha256 pkey=%s cert=%s' \
		'p.example relay.example.com 127.0.1.2 25' "$key" "$cert"
}

# Without a cache of sessions each mail is a handshake of its own.
record_to() { # TABLE SETTING...
	postconf -X smtp_tls_session_cache_database
	postconf -e "smtp_tls_verified_peer_map = $1" "${@:2}"
	postfix reload 2>/dev/null
}

# proxywrite has it open.
forget() {
	pkill -x proxymap
	rm -f "$RECORD.db"
}

sent_to() { # SENTENCE WHO [WORD [STATUS]]
	try "$2"
	expect "record: $1" "${3:-Verified}" "${4:-sent}"
}

claim 'record: there is none by default' \
	[ -z "$(postconf -dh smtp_tls_verified_peer_map)" ]
claim 'record: nor was one made' [ ! -e "$RECORD.db" ]
table_put <<END
p.example secure match=www.example.com
e.example encrypt
w.example secure
f.example fingerprint match=$(prints_of own | head -n 1)
r.example secure match=named.example connection_reuse=yes
END
record_to "proxy:btree:$RECORD"
sent_to 'encrypt' e.example 'Trusted|Untrusted'
sent_to 'a wrong name' w.example 'Trusted|Untrusted' deferred
sent_to 'by fingerprint' f.example
sent_to 'through tlsproxy(8)' r.example
sent_to 'secure' p.example
claim 'record: of the last one the key' recorded_soon "$(line_of www)"
claim 'record: of the last one only' \
	[ "$(postmap -s "btree:$RECORD" | wc -l)" = 1 ]
before=$(postmap -s "btree:$RECORD")
sleep 1.1
sent_to 'the same again' p.example
within 5 logged 'postfix/qmgr.*removed'
sleep 0.5
claim 'record: is left as it is' [ "$(postmap -s "btree:$RECORD")" = "$before" ]
pki_leaf www proc www.example.com
postfix -c "$RX" reload 2>/dev/null
sent_to 'another certificate' p.example
claim 'record: has its key' recorded_soon "$(line_of www)"

# shellcheck disable=SC2016
postconf -e 'smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache'
postfix reload 2>/dev/null
sent_to 'a session to be kept' p.example
forget
sent_to 'a resumed session' p.example
DAEMON=smtp
claim 'record: it was resumed' resumed
sleep 1
claim 'record: says nothing of it' not recorded '.*'

record_to "proxy:btree:$RECORD" 'smtp_tls_fingerprint_digest = sha1'
sent_to 'with sha1 for fingerprints' p.example
sleep 1
claim 'record: is not made' not recorded '.*'
claim 'record: the log says why' logged 'nothing is recorded.*specify sha256'
record_to "proxy:btree:$RECORD" 'smtp_tls_fingerprint_digest = sha256'
sent_to 'with sha256' p.example
claim 'record: is made' recorded_soon "$(line_of www)"

# The delivery is over before proxywrite is asked.
postconf -MX proxywrite/unix
record_to "proxy:btree:$RECORD"
sent_to 'no proxywrite(8) is there' p.example
claim 'record: the log says so' within 5 logged 'warning:.*proxywrite'
sent_to 'nor for the next mail' p.example

# A transport that cannot start is given a rest: this comes last.
record_to "btree:$RECORD"
mark
send x@p.example
claim 'record: a table that has many writers is refused' \
	within 10 logged 'must start with "proxy:"'
the_end
