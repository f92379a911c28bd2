#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-lmtp: lmtp_tls_policy_maps. Postfix has no LMTP server; the one here is
# openssl s_server (TLS from the first byte) with a dozen answers behind it.
# The default level of lmtp(8) checks nothing, so that only the table can
# make it Verified, or make it wait.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

SENDER_EXTRA=(
	"lmtp_tls_policy_maps = $(table_spec)"
	'lmtp_tls_security_level = encrypt'
	'lmtp_tls_wrappermode = yes'
	'lmtp_tls_loglevel = 1'
	"lmtp_tls_CAfile = $BUNDLE"
	'lmtp_host_lookup = dns'
)

# One connection at a time; what it hears goes to its standard error.
lmtp_answers() {
	local line
	printf '220 store LMTP\r\n'
	while IFS= read -r line; do
		line=${line%$'\r'}
		case $line in
		LHLO*) printf '250 store\r\n' ;;
		DATA*)
			printf '354 go on\r\n'
			while IFS= read -r line && [ "$line" != $'.\r' ]; do
				:
			done
			printf '250 2.0.0 kept\r\n'
			;;
		QUIT*) printf '221 bye\r\n'; break ;;
		*) printf '250 2.0.0 ok\r\n' ;;
		esac
	done
}

lmtp_server() { # ADDRESS:PORT CERTIFICATE
	local pipe=/run/lmtp-pipe-${1##*.}
	mkfifo "$pipe"
	while :; do
		# shellcheck disable=SC2094
		lmtp_answers <"$pipe" |
			openssl s_server -quiet -naccept 1 -accept "$1" \
				-cert_chain "$PKI/proc.pem" \
				-cert "$PKI/$2.pem" -key "$PKI/$2.key" \
				>"$pipe" 2>>/var/log/lmtp.log || :
	done
}

listening() { # COUNT: so many servers are ready
	[ "$(ss -Hltn "sport = :24" | wc -l)" -eq "$1" ]
}

sent_to() { # SENTENCE DOMAIN WORD STATUS [REASON]
	send "x@$2"
	verdict "$QID"
	expect "$1" "$3" "$4" "${5:-}"
}

for store in right wrong plain broken; do
	printf '%s.store.example\tlmtp:inet:%s.store.example:24\n' \
		"$store" "$store"
done >/etc/postfix/transport
dns_host right.store.example 127.0.1.21
dns_host wrong.store.example 127.0.1.22
dns_host plain.store.example 127.0.1.23
dns_host broken.store.example 127.0.1.21

stage <<'END'
right.store.example:24	secure match=right.store.example
wrong.store.example:24	secure match=right.store.example
broken.store.example:24	secrue
END
pki_leaf right proc right.store.example
pki_leaf wrong proc wrong.store.example
lmtp_server 127.0.1.21:24 right &
lmtp_server 127.0.1.22:24 wrong &
lmtp_server 127.0.1.23:24 wrong &
within 10 listening 3

sent_to 'secure: delivered Verified' right.store.example Verified sent
sent_to 'secure, another name: waits' \
	wrong.store.example 'Untrusted|Trusted' deferred 'not verified'
sent_to 'the same certificate without a rule: the default level' \
	plain.store.example Trusted sent
mark
sent_to 'a bad line: waits' \
	broken.store.example - deferred 'client TLS configuration problem'
claim 'a bad line: lmtp(8) names file and line' \
	logged "/lmtp\\[.*$TABLE:3:"

# What the log proves of all that.
AUDIT=/run/audit.json
audit() {
	kept "$TOP/build/tlspolicy" audit --json "$@" "$MAIL_LOG" >$AUDIT
}
counted() { # PARTNER COUNTS
	grep "\"partner\":\"$1\"" $AUDIT | grep -q "$2"
}
audit || :
claim 'audit: a store that is held to its rule is a partner' counted \
	right.store.example '"promise":"kept",.*"messages":1,"verified":1,'
claim 'audit: mail that waits for its rule' counted wrong.store.example \
	'"promise":null,.*"messages":0,.*"deferred_policy":1,'
claim 'audit: a store without a rule is none' \
	not grep -q plain.store.example $AUDIT
audit --all || :
claim 'audit: --all counts it' counted plain.store.example \
	'"messages":1,.*"trusted":1,'
table_put <<'END'
right.store.example:24	secure match=right.store.example
wrong.store.example:24	secure match=right.store.example
plain.store.example:24	secure
END
STATUS=0
audit || STATUS=$?
claim 'audit: a rule that came later was broken' counted plain.store.example \
	'"promise":"broken",.*"trusted":1,'
claim 'and says so by its exit code' test "$STATUS" = 1
postconf -e 'lmtp_tls_policy_maps ='
touch -d '1 minute ago' /etc/postfix/main.cf
audit || :
claim 'audit: where lmtp(8) asks no table, there is no promise' counted \
	plain.store.example:24 '"seen":false'
the_end
