#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-audit: real Postfix delivers at every security; what audit makes of its
# log is what happened.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

RECEIVERS='
verified  127.0.1.1:25   mx.verified.example   proc:verified.example
trusted   127.0.1.2:25   mx.trusted.example    proc:mx.trusted.example
untrusted 127.0.1.3:25   mx.untrusted.example  -:mx.untrusted.example
anonymous 127.0.1.4:25   mx.anonymous.example  none
plain     127.0.1.5:25   mx.plain.example      off
reuse     127.0.1.7:25   mx.reuse.example      proc:mx.reuse.example
relay     127.0.1.6:587  relay.example.net     proc:relay.example.net
'
# By tlsproxy(8), over the same connection again.
SENDER_EXTRA=('smtp_connection_cache_destinations = reuse.example')
postconf -M 'tlsproxy/unix=tlsproxy unix - - y - 0 tlsproxy'
stage verified.example=verified trusted.example=trusted \
	untrusted.example=untrusted anonymous.example=anonymous \
	required.example=plain plain.example=plain weak.example=untrusted \
	sub.wild.example=trusted may.example=trusted reuse.example=reuse <<-END
	verified.example         secure
	trusted.example          encrypt
	untrusted.example        encrypt
	anonymous.example        encrypt
	required.example         encrypt
	plain.example            may
	weak.example             secure
	.wild.example            encrypt
	[relay.example.net]:587  verify
	may.example              may
	reuse.example            encrypt connection_reuse=yes
	never.example            secure
END
printf 'behind.example\tsmtp:[relay.example.net]:587\n' >/etc/postfix/transport

deliver() { # DOMAIN...: a message each, until its fate is known
	local domain
	for domain; do
		send "a@$domain"
		verdict "$QID"
	done
}
deliver verified.example verified.example trusted.example untrusted.example \
	anonymous.example required.example plain.example weak.example \
	sub.wild.example may.example behind.example reuse.example
deliver reuse.example reuse.example reuse.example
# Two recipients of one message.
printf 'Subject: x\nMessage-Id: <two@t>\n\nx\n' |
	sendmail -f admin@supplier.example a@trusted.example b@trusted.example
within 20 qid_known two
verdict "$(qid_of two)" 2

AUDIT=/run/audit.csv
audit() { # LOG...
	"$TOP/build/tlspolicy" audit --csv "$@" >"$AUDIT" 2>/run/audit.err ||
		:
}
# holds DOMAIN FIELDS: promise, then messages by word; zeros are not named.
holds() {
	local have
	have=$(awk -F, -v who="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next }
		$1 == who { line = $6
			for (i = 8; i <= NF; i++) if ($i != "0")
				line = line " " name[i] "=" $i
			print line }' "$AUDIT")
	if [ "$have" = "$2" ]; then ok "$1: $2"; else
		fail "$1: $2" "audit says: $have"; fi
}
all_hold() {
	holds verified.example 'kept messages=2 verified=2'
	holds trusted.example 'kept messages=2 trusted=2'
	holds untrusted.example 'kept messages=1 untrusted=1'
	holds anonymous.example 'kept messages=1 anonymous=1'
	holds required.example ' deferred_policy=1 deferred=1'
	holds plain.example ' messages=1 clear=1'
	holds weak.example ' deferred_policy=1 deferred=1'
	holds sub.wild.example 'kept messages=1 trusted=1'
	holds may.example ' messages=1 trusted=1'
	holds reuse.example 'kept messages=4 trusted=4'
	holds behind.example 'kept messages=1 verified=1'
	holds never.example ''
}
audit "$MAIL_LOG"
all_hold
claim 'a connection was used again' grep -q \
	'smtp\[.*Trusted TLS connection reused to mx.reuse.example' "$MAIL_LOG"
gzip -c "$MAIL_LOG" >/run/mail.log.gz
audit /run/mail.log.gz
claim 'packed, it is the same' grep -q \
	'^untrusted.example,.*,kept,high,1,0,0,1,' "$AUDIT"

# The rule comes later than the mail: it was sent in clear text, and is shown.
sed -i 's/^plain.example .*/plain.example encrypt/' "$TABLE"
audit "$MAIL_LOG"
holds plain.example 'broken messages=1 clear=1'
STATUS=0
"$TOP/build/tlspolicy" audit "$MAIL_LOG" >/run/audit.txt || STATUS=$?
claim 'a broken promise is told by the exit code' test "$STATUS" = 1
claim 'and proved by the line of the log' grep -Eq \
	"^evidence plain.example broken $MAIL_LOG:[0-9]+: .*to=<a@plain.example>" \
	/run/audit.txt

# Nobody logs TLS any more: not a word of clear text.
postconf -e 'smtp_tls_loglevel = 0'
postfix reload 2>/dev/null
sleep 1
since=$(date -u +%Y-%m-%dT%H:%M:%SZ)
deliver may.example trusted.example
audit --since "$since" "$MAIL_LOG"
holds may.example ' messages=1 unknown=1'
holds trusted.example ' messages=1 unknown=1'
claim 'and it is said what to do about it' grep -q \
	'warning: how 2 messages went, .* with smtp_tls_loglevel = 1 they would' \
	/run/audit.err
audit "$MAIL_LOG"
holds may.example ' messages=2 trusted=1 unknown=1'
holds trusted.example ' messages=3 trusted=2 unknown=1'
the_end
