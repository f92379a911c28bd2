# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# claims.sh VERSION: what the patches of postfix-patches/VERSION promise, of
# a Postfix without and one with them, as tests/patches/build leaves them.
# Feeds: t-3.7, t-3.11, which run in a world of their own.

# shellcheck source=tests/host/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../host/lib.sh"

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
stage p.example=www </dev/null
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
the_end
