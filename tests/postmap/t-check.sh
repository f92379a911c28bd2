#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-check: tlspolicy check finds each trap under its id, at its place, and is
# silent about what is nearly one. What the module's reader finds has a suite
# of its own (tests/check_check_kinds.c).

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in
K1=$(print 1)
PROVOKED=
postconf -F '*/*/chroot = n'

# checked [OPTION...]: what is found, a line each, without the lines shown.
checked() {
	tlspolicy check "$@" 2>/tmp/sum | grep -E '\[TLSP[0-9]+\]$' || :
}

# yes ID PLACE SENTENCE [OPTION...] <RULES: found there; PLACE: line:column,
# or "-": the file as a whole.
yes() {
	local id=$1 place=$2 sentence=$3 out
	shift 3
	PROVOKED+=" TLSP$id"
	table
	out=$(checked "$@")
	[ "$place" != - ] && place="$T:$place: " || place='^(tlspolicy|/[^ :]*): '
	if grep -E "$place(error|warning|note): .*\[TLSP$id\]" <<<"$out" >/dev/null
	then ok "$id: $sentence"; else
		fail "$id: $sentence" "not at $place: $out"
	fi
}

# no ID SENTENCE [OPTION...] <RULES
no() {
	local id=$1 sentence=$2 out
	shift 2
	table
	out=$(checked "$@")
	if grep "\[TLSP$id\]" <<<"$out" >/dev/null; then
		fail "$id: silent: $sentence" "$out"
	else ok "$id: silent: $sentence"; fi
}

setting smtp_tls_policy_maps "tlspolicy:$T"
setting smtp_tls_CAfile /etc/ssl/certs/ca-certificates.crt
setting smtp_tls_fingerprint_digest sha256
setting smtp_tls_security_level may

# --- the file as a whole -------------------------------------------------------
yes 030 1:1 'a blank file' <<<''
no 030 'comments alone' <<<'# none yet'
chmod 666 "$T"
claim '031: a file that others may write' \
	grep -q '\[TLSP031\]' <(checked)
printf 'a.example encrypt\nb.example secrue\n' | table
chmod 666 "$T"
claim '031: what stands in it is read all the same' \
	grep -q ':2:11: error: .*\[TLSP001\]' <(checked)
claim '031: and that others may write it is said once' \
	test "$(checked | grep -c '\[TLSP031\]')" = 1
chmod 644 "$T"
mkdir -m 777 /tmp/open
echo 'root:secret' >/tmp/shadow
ln -s /tmp/shadow /tmp/open/symbolic
ln /tmp/shadow /tmp/open/hard
for name in symbolic hard; do
	claim "031: a $name link in a folder of others is refused" \
		grep -q '\[TLSP031\]' <(checked "/tmp/open/$name")
	claim "031: and what it leads to is not shown" \
		not grep secret <(tlspolicy check "/tmp/open/$name" 2>&1)
done
claim '031: silent: one that they cannot' not grep '\[TLSP031\]' <(checked)
PROVOKED+=' TLSP031'
mv "$T" "$T.away"
claim '032: a file that is not there' grep -q '\[TLSP032\]' <(checked)
mv "$T.away" "$T"
claim '032: silent: it is back' not grep '\[TLSP032\]' <(checked)
PROVOKED+=' TLSP032'
table <<<'a.example encrypt'
postmap "tlspolicy:$T" 2>/dev/null
claim '033: silent: an index of this text' not grep '\[TLSP033\]' <(checked)
claim '033: silent: it is read as another Postfix would' \
	not grep '\[TLSP033\]' <(checked --postfix 3.12)
yes 033 - 'an index of another text' <<<'a.example  encrypt'
rm -f "$T.tlsp"
no 033 'no index' <<<'a.example encrypt'

# --- keys ------------------------------------------------------------------------
yes 040 1:1 '.x without x' <<<'.a.example encrypt'
no 040 'with x' <<<$'.a.example encrypt\na.example encrypt'
no 040 'a wildcard above' <<<$'.b.a.example encrypt\n.a.example encrypt\na.example may'
yes 041 2:1 'weaker than its parent' <<<$'.a.example secure\nb.a.example may'
yes 041 2:1 'dane can end in clear' <<<$'.a.example encrypt\nb.a.example dane'
yes 041 2:1 'a wildcard, too' <<<$'.a.example secure\n.b.a.example verify'
no 041 'as strong' <<<$'.a.example secure\nb.a.example dane-only'
no 041 'stronger' <<<$'.a.example may\nb.a.example encrypt'
no 041 'the parent is not above it' <<<$'.a.example secure\na.example may'
table <<<$'.a.example secure\n.b.a.example encrypt\nc.b.a.example encrypt'
claim '041: the nearest parent counts' test "$(checked | grep -c TLSP041)" = 1
yes 042 1:1 'weaker than the default' <<<'a.example none'
no 042 'as the default' <<<'a.example may'
yes 043 2:1 'two forms, two rules' <<<$'bücher.example may
xn--bcher-kva.example encrypt'
no 043 'two forms, one rule' <<<$'bücher.example may
xn--bcher-kva.example may'
no 043 'one form' <<<'bücher.example may'
COMMAND=$TOP/build/tlspolicy-no-psl yes 045 - 'built without libpsl' <<<'.com.au may'
COMMAND=$TOP/build/tlspolicy-no-psl no 044 'and then not noticed' <<<'.com.au may'
yes 044 1:1 'a public suffix' <<<'.com.au encrypt'
yes 044 1:1 'one that a provider has' <<<'.github.io encrypt'
yes 044 1:1 'in its other form' <<<'.xn--p1ai encrypt'
no 044 'a domain below one' <<<'.example.com.au encrypt'
no 044 'a name that no registry knows' <<<'.lan encrypt'
yes 062 1:24 'match= of a public suffix' <<<'a.example secure match=.com.au'
no 062 'of a domain below one' <<<'a.example secure match=.b.com.au'
no 062 'not of names below it' <<<'a.example secure match=com.au'
no 045 'there is a list' <<<'a.example may'

# --- several tables ----------------------------------------------------------------
T1=$T T2=/etc/postfix/second
setting smtp_tls_policy_maps "tlspolicy:$T1, tlspolicy:$T2"
printf 'a.example may\n.final.example may final=yes\n.b.example may\n' |
	table_in "$T1"
T=$T2
yes 046 1:1 'the same key in an earlier table' <<<'a.example encrypt'
yes 046 1:1 'below a final wildcard of an earlier table' \
	<<<'x.final.example encrypt'
yes 046 1:1 'the same wildcard' <<<'.b.example encrypt'
no 046 'below an ordinary wildcard of an earlier table' \
	<<<'x.b.example encrypt'
yes 047 2:1 'a wildcard among several tables' <<<$'c.example may\n.c.example may'
table_in "$T1" <<<'a.example may'
no 047 'a final one' <<<'.c.example may final=yes'
T=$T1
setting smtp_tls_policy_maps "hash:/etc/postfix/other, tlspolicy:$T"
yes 047 1:1 'another type of table' <<<'.a.example may'
setting smtp_tls_policy_maps "tlspolicy:$T"
no 047 'one table' <<<'.a.example may'
yes 048 - 'a table that main.cf does not name' "$T2" <<<'a.example may'
no 048 'one that it names' "$T" <<<'a.example may'
cd /etc/postfix
no 048 'one that it names otherwise' ./partners <<<'a.example may'
cd /

# --- where mail goes -----------------------------------------------------------------
printf '%s\n' 'a.example smtp:[relay.example]:587' '.b.example lmtp:[x]' \
	'c.example :' 'd.example relay:' 'e.example smtp:e.example' \
	'.f.example :[f], [g]:25' 'g.example uucp:' \
	'h.example smtp:hop.example' 'i.example no-such-transport:' \
	>/etc/postfix/transport
setting transport_maps texthash:/etc/postfix/transport
yes 049 1:1 'a domain that transport_maps sends elsewhere' <<<'a.example encrypt'
yes 049 1:1 'names below one' <<<'.f.example encrypt'
no 049 'by another program than smtp(8)' <<<'x.b.example encrypt'
no 049 'an entry that changes nothing' <<<'c.example encrypt'
no 049 'a transport, and no next-hop' <<<'d.example encrypt'
no 049 'to itself' <<<'e.example encrypt'
no 049 'a domain that it does not name' <<<'x.a.example encrypt'
table <<<$'a.example encrypt\n[relay.example]:587 encrypt'
says '049: the rule that is asked in its place' 'line 2 is asked' tlspolicy check
setting relayhost '[smart.example]'
yes 049 1:1 'relayhost takes all' <<<$'z.example may\ny.example may'
setting relay_domains 'own.example'
setting relay_transport 'relay:[inner.example]'
table <<<$'z.example may\nown.example may\ny.example may\nother.example may'
says '049: and a class of domains goes its own way' \
	'relay_transport sends mail for "own.example" to "\[inner' \
	tlspolicy check
setting relay_domains
setting relay_transport
setting relayhost '[smart.example], [g]'
table <<<$'z.example may\n[smart.example] may\n[g] may'
says '049: several next-hops, each with a rule' 'line 2 is asked' \
	tlspolicy check
table <<<$'z.example may\n[smart.example] may'
says '049: or one without' 'no rule is there for "\[g\]"' tlspolicy check
setting relayhost '[smart.example]'
table <<<$'z.example may\ny.example may'
claim '049: once for all of them' test "$(checked | grep -c TLSP049)" = 1
no 049 'an entry goes before relayhost' <<<'e.example encrypt'
yes 050 1:1 'a next-hop that nothing names' <<<'[relay.example] encrypt'
yes 050 1:1 'a port without brackets' <<<'a.example:25 encrypt'
yes 050 1:1 'a dot at the end' <<<'a.example. encrypt'
no 050 'one that transport_maps names' <<<'[Relay.example]:587 encrypt'
no 050 'one of several' <<<'[g]:25 encrypt'
no 050 'relayhost' <<<'[smart.example] encrypt'
no 050 'an address' <<<'[192.0.2.1] encrypt'
setting transport_maps 'regexp:/etc/postfix/transport'
no 050 'a table that cannot be listed may name it' <<<'[relay.example] may'
setting relayhost
setting transport_maps texthash:/etc/postfix/transport
# Newer ones come without it.
postconf -M 'uucp/unix=uucp unix - n n - - pipe user=nobody argv=/bin/false'
yes 053 1:1 'a program that asks nothing' <<<'g.example encrypt'
says '053: which one' 'sends mail for "g.example" by the program pipe, which' \
	tlspolicy check
yes 053 1:1 'lmtp(8), which asks another table' <<<'x.b.example encrypt'
says '053: which one it asks' 'lmtp_tls_policy_maps: that does not name this' \
	tlspolicy check
no 053 'smtp(8)' <<<$'a.example may\nd.example may\nz.example may'
no 053 'a transport that is not there: mail waits anyway' \
	<<<'i.example encrypt'
setting default_transport uucp
yes 053 2:1 'all domains' <<<$'a.example may\nz.example may\ny.example may'
claim '053: once for all of them' test "$(checked | grep -c TLSP053)" = 1
setting default_transport
setting mydestination 'localhost, own.example'
setting virtual_alias_domains alias.example
setting virtual_mailbox_domains box.example
yes 053 1:1 'a domain of this host' <<<'own.example encrypt'
yes 053 1:1 'one whose addresses are others' <<<'alias.example encrypt'
says '053: which it says' 'sent on to other addresses: virtual_alias' \
	tlspolicy check
yes 053 1:1 'one of mailboxes' <<<'box.example encrypt'
no 053 'names below it' <<<'x.box.example encrypt'
setting virtual_transport 'smtp:[store.example]'
no 053 'mailboxes that are elsewhere' <<<'box.example encrypt'
yes 049 1:1 'whose next-hop is another' <<<'box.example encrypt'
no 049 'a name that is itself a next-hop' <<<'hop.example encrypt'
setting virtual_transport
setting virtual_mailbox_domains
setting virtual_alias_domains
setting mydestination

# Lists that name tables: Postfix's own tell.
printf '%s x\n' alias.example b.alias.example >/etc/postfix/aliased
printf '%s x\n' box.example >/etc/postfix/boxes
printf '%s x\n' in.example >/etc/postfix/inner
printf '%s\n' local.example >/etc/postfix/locals
postmap hash:/etc/postfix/aliased lmdb:/etc/postfix/boxes
setting mydestination /etc/postfix/locals
setting virtual_alias_domains proxy:hash:/etc/postfix/aliased
setting virtual_mailbox_domains 'static.example, lmdb:/etc/postfix/boxes'
setting relay_domains texthash:/etc/postfix/inner
setting relay_transport 'smtp:[inner.example]'
setting relayhost '[smart.example]'
yes 053 1:1 'a domain in a table of virtual_alias_domains' \
	<<<'b.alias.example may'
yes 053 1:1 'in one of virtual_mailbox_domains' <<<'box.example may'
no 053 'in none' <<<$'z.example may\nx.box.example may'
yes 053 1:1 'in a file of mydestination' <<<'local.example may'
table <<<'in.example may'
says '049: in a table of relay_domains' \
	'relay_transport sends mail for "in.example" to "\[inner' tlspolicy check
table <<<'.in.example may'
says '049: or below one' 'relay_transport sends mail for "\.in.example"' \
	tlspolicy check
no 049 'in a table: its class, not relayhost, takes it' <<<'box.example may'
mkdir /tmp/counted
cat >/tmp/counted/postmap <<-END
	#!/bin/sh
	echo "\$*" >>/tmp/counted/calls
	exec $(command -v postmap) "\$@"
END
chmod +x /tmp/counted/postmap
for n in {1..50}; do echo "n$n.example may"; done | table
PATH=/tmp/counted:$PATH tlspolicy check >/dev/null 2>&1 || :
claim 'each table is asked once for all domains' test \
	"$(grep -c -- '-q -' /tmp/counted/calls)" = 3
no 054 'all tables can be asked' <<<'z.example may'
setting virtual_alias_domains hash:/etc/postfix/nothing
yes 054 - 'one cannot' <<<'z.example may'
says '054: which, and why' \
	'virtual_alias_domains: hash:/etc/postfix/nothing cannot be asked: open' \
	tlspolicy check
no 049 'where the class of a domain is not known' <<<'z.example may'
prints '054: a note' 0 '0 warnings, 1 note' tlspolicy check --strict
for name in virtual_alias_domains virtual_mailbox_domains relay_domains \
	relay_transport relayhost mydestination transport_maps; do
	setting $name
done

# --- lmtp(8), which has a list and settings of its own ---------------------------------
printf '%s\n' 's.example lmtp:inet:deep.store.example:24' \
	't.example lmtp:unix:private/store' 'u.example lmtp:' \
	>/etc/postfix/transport
setting transport_maps texthash:/etc/postfix/transport
setting smtp_tls_policy_maps
setting lmtp_tls_policy_maps "tlspolicy:$T"
no 048 'a table that lmtp(8) asks' <<<'u.example encrypt'
no 048 'named by hand, too' "$T" <<<'u.example encrypt'
no 050 'a next-hop of lmtp(8), which has no "inet:"' \
	<<<'deep.store.example:24 encrypt'
no 053 'a domain that goes by lmtp(8)' <<<'u.example encrypt'
no 053 'names below which one is a next-hop' <<<'.example encrypt'
yes 049 1:1 'one that goes to a socket' <<<'t.example encrypt'
yes 053 1:1 'one that goes by smtp(8)' <<<'z.example encrypt'
says '053: which asks another table' 'smtp_tls_policy_maps: that does not' \
	tlspolicy check
no 063 'hostname, where nobody looks for MX records' <<<'u.example verify'
no 042 'the default of lmtp(8) is its own' <<<'u.example none'
setting lmtp_tls_security_level encrypt
yes 042 1:1 'weaker than that' <<<'u.example may'
says '042: and is named so' 'that lmtp_tls_security_level demands' tlspolicy check
setting lmtp_tls_security_level
yes 080 1:11 'authorities of its own' <<<'u.example secure'
says '080: that it has not' 'nor lmtp_tls_CAfile' tlspolicy check
says '080: what to set' 'Set lmtp_tls_CAfile' tlspolicy check
setting lmtp_tls_CAfile /etc/ssl/certs/ca-certificates.crt
no 080 'that it has' <<<'u.example secure'
yes 086 1:1 'fingerprints' <<<'u.example encrypt pin=prefer'
says '086: which nothing learns' 'probe speaks no LMTP' tlspolicy check
postconf -P 'lmtp/unix/lmtp_tls_policy_maps = hash:/etc/postfix/other'
yes 088 - 'an override in master.cf' <<<'u.example may'
postconf -PX lmtp/unix/lmtp_tls_policy_maps
postconf -F 'lmtp/unix/chroot = y'
printf -- '-----BEGIN CERTIFICATE-----\n' >/etc/postfix/lmtp-ca.pem
yes 069 1:25 'its own chroot' \
	<<<'u.example secure tafile=/etc/postfix/lmtp-ca.pem'
says '069: whose it is' 'lmtp\(8\) is chrooted' tlspolicy check
postconf -F 'lmtp/unix/chroot = n'
setting smtp_tls_policy_maps "tlspolicy:$T"
table <<<$'bad.example secrue\nz.example secure\nu.example secure'
claim 'a table of both: an error in it is said once' \
	test "$(checked | grep -c TLSP001)" = 1
prints 'and its rules are counted once' 1 '^3 rules: 1 error, 0 warnings' \
	tlspolicy check
no 053 'each domain by one of the two' <<<$'u.example may\nz.example may'
setting lmtp_tls_CAfile
claim 'what only one of them lacks is said of that one' test \
	"$(table <<<'u.example secure'; checked | grep -c 'nor lmtp_tls_CAfile')" = 1
claim 'and of the other not' \
	not grep 'nor smtp_tls_CAfile' <(checked)
setting lmtp_tls_policy_maps
setting transport_maps

# --- names that match too much, or nothing -------------------------------------------
yes 060 1:24 'every name of a provider' <<<'a.example secure match=.outlook.com'
yes 060 1:28 'in the second place' <<<'a.example secure match=x.y:.google.com'
yes 060 1:24 'a name that all its servers bear' \
	<<<'a.example secure match=mail.protection.outlook.com'
no 060 'one server of it' <<<'a.example secure match=a-de.mail.protection.outlook.com'
no 060 'a name that only looks so' <<<'a.example secure match=.notgoogle.com'
no 060 'the provider himself' <<<'google.com secure match=.google.com'
yes 061 1:24 'a star' <<<'a.example secure match=*.b.example'
no 061 'a dot' <<<'a.example secure match=.b.example'
yes 063 1:26 'hostname' <<<'a.example secure match=x:hostname'
yes 063 1:11 'verify, which means hostname' <<<'a.example verify'
no 063 'verify and a name' <<<'a.example verify match=mx.a.example'
no 063 'secure, which means the next-hop' <<<'a.example secure'
no 063 'hostname beside MX names of MTA-STS' --postfix 3.10 <<<'a.example
 secure match=hostname policy_type=sts mx_host_pattern=mx.a.example'
yes 064 1:24 'names parted as fingerprints are' <<<'a.example secure match=a|b'
no 064 'names parted by colons' <<<'a.example secure match=a:b'
yes 065 1:23 'a weak grade' --postfix 3.7 <<<'a.example may ciphers=export'
yes 065 1:23 'none at all' --postfix 3.8 <<<'a.example may ciphers=null'
no 065 'one that means medium since 3.8' --postfix 3.8 \
	<<<'a.example may ciphers=export'
no 065 'a good one' <<<'a.example may ciphers=medium'

# --- fingerprints -------------------------------------------------------------------
yes 066 1:29 'of another digest' \
	<<<'a.example fingerprint match=AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99'
no 066 'of this one' <<<"a.example fingerprint match=$K1"
no 066 'one of two' <<<"a.example fingerprint match=AA:BB|$K1"
yes 067 1:11 'no fingerprint at all' <<<'a.example fingerprint'
setting smtp_tls_fingerprint_cert_match "$K1"
no 067 'those of main.cf' <<<'a.example fingerprint'
setting smtp_tls_fingerprint_cert_match

# --- tafile --------------------------------------------------------------------------
CA=/etc/postfix/ca.pem
queue=$(postconf -h queue_directory)
printf -- '-----BEGIN CERTIFICATE-----\n' >"$CA"
yes 068 1:25 'a file that is not there' <<<'a.example secure tafile=/no/such'
no 068 'one that is' <<<"a.example secure tafile=$CA"
no 068 'at a level that reads no file' <<<'a.example none tafile=/no/such'
chmod 600 "$CA"
yes 068 1:25 'one that postfix may not read' <<<"a.example secure tafile=$CA"
chmod 644 "$CA"
echo 'DER' >/etc/postfix/ca.cer
yes 068 1:25 'one that is not PEM' \
	<<<'a.example secure tafile=/etc/postfix/ca.cer'
yes 068 1:25 'a folder' <<<'a.example secure tafile=/etc/postfix'
postconf -F 'smtp/unix/chroot = y'
yes 069 1:25 'a file outside of the chroot' <<<"a.example secure tafile=$CA"
mkdir -p "$queue/etc/postfix"
cp "$CA" "$queue$CA"
no 069 'a copy inside' <<<"a.example secure tafile=$CA"
postconf -F 'smtp/unix/chroot = n'
rm "$queue$CA"
no 069 'no chroot' <<<"a.example secure tafile=$CA"

# --- main.cf and master.cf ------------------------------------------------------------
setting smtp_tls_CAfile
yes 080 2:11 'no authority' <<<$'b.example encrypt\na.example secure\nc.example secure'
says '080: and how many more' 'with 1 more rule \[TLSP080\]' tlspolicy check
no 080 'a tafile' <<<"a.example secure tafile=$CA"
no 080 'a level that needs none' <<<'a.example encrypt'
postconf -P 'smtp/unix/smtp_tls_CApath = /etc/ssl/certs'
no 080 'an override in master.cf' <<<'a.example secure'
postconf -PX smtp/unix/smtp_tls_CApath
setting tls_append_default_CA yes
no 080 'those of OpenSSL' <<<'a.example secure'
setting tls_append_default_CA
setting smtp_tls_CAfile /etc/ssl/certs/ca-certificates.crt
yes 081 1:11 'dane without DNSSEC' <<<'a.example dane'
yes 082 1:11 'dane-only without DNSSEC' <<<'a.example dane-only'
setting smtp_dns_support_level dnssec
no 081 'with it' <<<'a.example dane'
no 082 'with it' <<<'a.example dane-only'
setting smtp_dns_support_level
setting tls_required_enable
yes 083 - 'TLS-Required: no' --postfix 3.10 <<<'a.example encrypt'
no 083 'an older Postfix' --postfix 3.9 <<<'a.example encrypt'
no 083 'no rule that demands TLS' --postfix 3.10 <<<'a.example may'
mkdir /tmp/newer
cat >/tmp/newer/postconf <<-END
	#!/bin/sh
	$(command -v postconf) "\$@" && echo 'tls_required_enable = no'
END
chmod +x /tmp/newer/postconf
PATH=/tmp/newer:$PATH no 083 'it is off' --postfix 3.12 <<<'a.example encrypt'
! postconf -d tls_required_enable >/dev/null 2>&1 ||
	setting tls_required_enable no
setting smtp_tls_fingerprint_digest md5
yes 084 1:1 'a digest that pins never have' <<<'a.example encrypt pin=prefer'
yes 085 1:1 'and mail waits' <<<'a.example encrypt pin=require'
setting smtp_tls_fingerprint_digest sha256
no 084 'one that they have' <<<'a.example encrypt pin=prefer'
no 085 'one that they have' <<<'a.example encrypt pin=require'
yes 086 1:1 'nothing learned, mail goes as written' \
	<<<'a.example encrypt pin=prefer'
yes 087 1:1 'nothing learned, mail waits' <<<'a.example encrypt pin=require'
no 087 'a wildcard, that has none of its own' <<<'.a.example encrypt pin=require'
table <<<'[a.example] encrypt pin=require'
tlspolicy pins accept --yes '[a.example]' "$K1" >/dev/null
claim '087: silent: a fingerprint is there' not grep '\[TLSP087\]' <(checked)
setting smtp_tls_fingerprint_digest sha512
yes 087 1:1 'of another digest than main.cf now has' \
	<<<'[a.example] encrypt pin=require'
says '087: and why' 'pin=require, and .*digest' tlspolicy check
setting smtp_tls_fingerprint_digest sha256
rm -f "$T.pins.db"
postconf -P 'smtp/unix/smtp_tls_policy_maps = hash:/etc/postfix/other'
yes 088 - 'an override in master.cf' <<<'a.example may'
postconf -P "smtp/unix/smtp_tls_policy_maps = tlspolicy:$T"
no 088 'one that names this table' <<<'a.example may'
postconf -PX smtp/unix/smtp_tls_policy_maps
no 088 'none' <<<'a.example may'
setting smtp_tls_session_cache_database btree:/var/lib/postfix/cache
yes 089 1:11 'sessions that forget match=' --postfix 3.7 <<<'a.example secure match=b.example'
no 089 'no match=' <<<'a.example secure'
no 089 'a Postfix before it' --postfix 3.5 <<<'a.example secure match=b.example'
setting smtp_tls_session_cache_database

# --- how it is said --------------------------------------------------------------------
table <<<$'a.example may\nbücher.example\tsecrue match=x'
says 'the line and a caret below the place' \
	$'^    bücher.example secrue match=x$' tlspolicy check
says 'which stands below its character' '^ {19}\^$' tlspolicy check
says 'what it means for mail to whom' 'Mail to bücher.example waits' tlspolicy check
table <<<$'.a.example secrue\na.example may'
says 'of a wildcard: to names below' 'Mail to names below a.example waits' \
	tlspolicy check
table <<<$'bücher.example\tsecrue match=x'
prints 'exit 1 where there is an error' 1 '1 error' tlspolicy check
table <<<'.a.example may'
prints 'exit 0 for warnings' 0 '0 errors, 1 warning' tlspolicy check
prints '--strict: exit 1 for warnings' 1 '1 warning' tlspolicy check --strict
table <<<'a.example may'
prints 'exit 0 for nothing' 0 '^1 rule: 0 errors, 0 warnings' tlspolicy check
claim 'and not a word on standard output' test -z "$(tlspolicy check 2>/dev/null)"
table <<<'a.example may enable_rpk=yes'
prints '--postfix 3.8 does not know enable_rpk' 1 'TLSP003' \
	tlspolicy check --postfix 3.8
prints '--postfix 3.9 does' 0 '0 errors' tlspolicy check --postfix 3.9
prints 'a version that never was' 64 'it can be 3.4 to 3.12' \
	tlspolicy check --postfix 2.11
table <<<'a.example secrue'
json=$(tlspolicy check --json 2>/dev/null || :)
claim '--json: one object a finding' like "$json" \
	'\{"id":"TLSP001","severity":"error","file":"/etc/postfix/partners","line":1,"column":11,"key":"a.example","message":"[^"]*(\\"[^"]*)*","consequence":"[^"]+","remedy":"[^"]+","manual":"[^"]+"\}'
prints 'no Postfix to ask: 75' 75 'cannot read the configuration' \
	tlspolicy check -c /no/such/folder
mkdir /etc/postfix/empty
cp /etc/postfix/master.cf /etc/postfix/empty
grep -v '^smtp_tls_policy_maps' /etc/postfix/main.cf >/etc/postfix/empty/main.cf
prints 'no table to check: 78' 78 'names no tlspolicy: table' \
	tlspolicy check -c /etc/postfix/empty
prints 'no such option: 64' 64 'no option' tlspolicy check --nonsense
prints 'a table that is not there: 1' 1 'TLSP032' tlspolicy check /no/such/table
table_in /etc/postfix/other <<<'b.example secrue'
prints 'several tables, each by itself' 1 'partners:1:11.*TLSP001' \
	tlspolicy check "$T" /etc/postfix/other
prints 'and the other' 1 'other:1:11.*TLSP001' \
	tlspolicy check "$T" /etc/postfix/other
printf 'a.example secure match=\033]0;x\007|b\n' | table
claim 'no escape reaches a terminal' not grep $'\033' <(tlspolicy check 2>&1)
head -c 200000 /dev/urandom | table
claim 'noise ends in findings, not in a crash' \
	test "$(tlspolicy check >/dev/null 2>&1; echo $?)" = 1
for n in {1..3000}; do echo ".w$n.example secure match=.outlook.com:hostname"; done |
	table
claim 'thousands of findings, each with its line' \
	test "$(tlspolicy check 2>/dev/null | grep -c '^    \.w.*match=')" -ge 9000
{ tlspolicy check 2>/tmp/complaint || :; } | head -n 1 >/dev/null
claim 'who reads no further is not complained to' not grep error /tmp/complaint

# --- the catalogue -----------------------------------------------------------------------
sed -n 's/.*= { "\(TLSP[0-9]*\)".*/\1/p' "$TOP/cmd/check_kinds.c" | sort >/tmp/rows
sed -n 's/^\.It Li \(TLSP0[0-9]*\).*/\1/p' "$TOP/man/tlspolicy.1" | sort >/tmp/manual
claim 'each id stands in tlspolicy(1), and no other' diff /tmp/rows /tmp/manual
tr ' ' '\n' <<<"$PROVOKED" | grep . | sort -u >/tmp/here
sed -n 's/^yes \(0[0-9]*\) .*/TLSP\1/p' "$TOP/tests/host/t-check-dns.sh" |
	sort -u - /tmp/here -o /tmp/here
claim 'each id that is no reader'\''s is provoked, here or with a DNS' \
	diff <(grep -v 'TLSP0[0-2]' /tmp/rows) /tmp/here
the_end
