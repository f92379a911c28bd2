#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-route: tlspolicy explain finds the transport and the next-hop that Postfix's
# own trivial-rewrite(8) finds, which is asked beside it; and says what comes
# of it.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in
W=/tmp/route
mkdir -p $W
command -v perl >/dev/null || { echo 'no perl here'; exit 77; }

# Ask trivial-rewrite(8), by its own protocol: "transport nexthop".
cat >$W/resolve <<'EOT'
use strict;
use Socket;
my ($path, $address) = @ARGV;
socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die;
connect($s, pack_sockaddr_un($path)) or die "connect: $!";
$s->autoflush(1) if $s->can('autoflush');
sub attributes {
	my (%got, $bytes, $byte);
	while (sysread($s, $byte, 1)) {
		$bytes .= $byte;
		last if $bytes eq "\0" || $bytes =~ /\0\0\z/ &&
		    (my @parts = split /\0/, $bytes, -1) % 2 == 0;
	}
	my @parts = split /\0/, $bytes // '', -1;
	while (@parts > 2) { my $n = shift @parts; $got{$n} = shift @parts; }
	return \%got;
}
attributes() if $ARGV[2];		# from 3.6 on it says its name first
syswrite($s, "request\0resolve\0sender\0\0address\0$address\0\0");
my $got = attributes();
print "$got->{transport} $got->{nexthop}\n";
EOT
greets=$(postconf -h mail_version | awk -F. '{ print ($1 > 3 || $2 >= 6) }')
theirs() { perl $W/resolve /var/spool/postfix/private/rewrite "$1" "${greets#0}"; }
ours() {
	{ tlspolicy explain --json "$1" 2>$W/err || :; } | head -n 1 | sed -nE \
		's/.*"transport":"([^"]*)","program":"[^"]*","nexthop":"([^"]*)".*/\1 \2/p'
}

printf 'example.com encrypt\n.example.net secure\n[relay.example]:587 verify\n' |
	table
setting smtp_tls_policy_maps "tlspolicy:$T"
setting inet_interfaces 127.0.0.1
setting myhostname mail.supplier.example
setting maillog_file /var/log/mail.log
setting smtp_tls_security_level may
table_in /etc/postfix/transport <<'EOT'
user@full.example	smtp:[full.example]
full.example		smtp:[domain.example]:26
.sub.example		relay:[sub.example]
sub.example		:[nexthop.example]
noop.example		:
only.example		relay:
error.example		error:mail for it is not taken
plain.example		smtp
list.example		smtp:a.example, b.example
virtual.example		smtp:[vm.example]
local.example		lmtp:unix:/run/lmtp
odd.example		retry:
EOT
postmap hash:/etc/postfix/transport
printf '/^re@.*\\.re\\.example$/ smtp:[re.example]\n/^re\\.example$/ smtp:[not.example]\n' |
	table_in /etc/postfix/re
printf '# names\nfile.example, !not.file.example\n' | table_in /etc/postfix/domains
printf 'table.example ok\n.dot.example ok\n' | table_in /etc/postfix/relay
printf 'alias.example ok\n' | table_in /etc/postfix/alias
printf '*	smtp:[star.example]\n' | table_in /etc/postfix/star
postfix start >/dev/null 2>&1
for _ in {1..50}; do
	[ -S /var/spool/postfix/private/rewrite ] && break
	sleep 0.1
done
claim 'trivial-rewrite answers' test "$(theirs a@b.example)" = 'smtp b.example'

ADDRESSES='u@example.com user@full.example user+x@full.example u@full.example
u@a.sub.example u@a.b.sub.example u@sub.example u@noop.example u@only.example
u@plain.example u@list.example u@virtual.example u@local.example u@EXAMPLE.com
u@Full.Example u@x.star.example re@a.re.example u@re.example u@file.example
u@not.file.example u@table.example u@a.table.example u@a.dot.example
u@dot.example u@alias.example u@vbox.example u@mail.supplier.example
u@localhost u@relayed.example u@a.relayed.example u@example.com.
u@[192.0.2.1] user-x@full.example +x@full.example u@error.example
u@odd.example'
agree() { # SENTENCE: for all addresses
	local address want have wrong='' n=0
	postfix reload >/dev/null 2>&1
	touch -d '1 minute ago' /etc/postfix/main.cf
	for address in $ADDRESSES; do
		want=$(theirs "$address")
		have=$(ours "$address")
		n=$((n + 1))
		[ "$want" = "$have" ] ||
			wrong+="$address: theirs \"$want\", ours \"$have\""$'\n    '
	done
	if [ -z "$wrong" ]; then ok "$1 ($n addresses)"; else
		fail "$1" "$wrong"; fi
}
agree 'plain'
setting transport_maps hash:/etc/postfix/transport
agree 'transport_maps'
setting relayhost '[relay.example]:587'
agree 'and relayhost'
setting recipient_delimiter +-
agree 'and extensions'
setting transport_maps \
	'regexp:/etc/postfix/re, hash:/etc/postfix/transport, texthash:/etc/postfix/star'
agree 'and patterns, and a last resort'
setting mydestination 'localhost, $myhostname, local.example'
setting relay_domains 'relayed.example, /etc/postfix/domains, texthash:/etc/postfix/relay'
setting virtual_mailbox_domains 'vbox.example virtual.example'
setting virtual_alias_domains texthash:/etc/postfix/alias
setting relay_transport 'relay:[rt.example]'
setting transport_maps hash:/etc/postfix/transport
agree 'and classes'
setting parent_domain_matches_subdomains
setting parent_domain_matches_subdomains transport_maps
agree 'and parents the other way round'
setting default_transport 'smtp:[dt.example]'
setting local_transport 'local:$myhostname'
setting virtual_transport 'lmtp:unix:/run/vt'
agree 'and transports with next-hops'

# --- as people read it ------------------------------------------------------
for name in relayhost recipient_delimiter relay_domains mydestination \
	virtual_mailbox_domains virtual_alias_domains relay_transport \
	default_transport local_transport virtual_transport \
	parent_domain_matches_subdomains; do
	setting $name
done
prints 'the way' 1 '^way +\[full.example\], from user@full.example in transport_maps, hash:' \
	tlspolicy explain user@full.example
prints 'a local one' 1 '^answer +none: local\(8\) does not ask' \
	tlspolicy explain root@mail.supplier.example
prints 'a list of next-hops: each is asked' 1 '^next-hop +b.example$' \
	tlspolicy explain u@list.example
setting relayhost '[relay.example]:587'
prints 'relayhost: its own rule answers' 0 '^answer +verify$' \
	tlspolicy explain u@example.com
prints '-n: the domain as a next-hop' 0 '^answer +encrypt$' \
	tlspolicy explain -n example.com
setting sender_dependent_relayhost_maps hash:/etc/postfix/transport
prints 'what depends on senders is said' 0 \
	'^note +sender_dependent_relayhost_maps is set' \
	tlspolicy explain u@example.com
setting sender_dependent_relayhost_maps
setting relayhost
postconf -P smtp/unix/smtp_tls_security_level=encrypt
prints 'so are options of master.cf' 0 '^note +master.cf has TLS options' \
	tlspolicy explain u@example.com
postconf -PX smtp/unix/smtp_tls_security_level
setting transport_maps hash:/nowhere
prints 'a table that cannot be asked' 75 'error: hash:/nowhere cannot be asked' \
	tlspolicy explain u@example.com
setting transport_maps 'inline:{{example.com=nosuch:}}'
prints 'a transport that is not there' 78 'master.cf has no service "nosuch"' \
	tlspolicy explain u@example.com
setting transport_maps
for address in @ u@ @example.com; do
	prints "no address: $address" 64 'no address and no domain' \
		tlspolicy explain "$address"
done

# --- the log: by level --------------------------------------------------------
setting smtp_tls_CAfile /etc/ssl/certs/ca-certificates.crt
says_log() { # LEVEL PATTERN...
	local level=$1 pattern
	shift
	echo "example.com $level" | table
	tlspolicy explain example.com >$W/out 2>&1 || :
	for pattern; do
		claim "$level: $pattern" grep -Eq "^log +$pattern" $W/out
	done
}
says_log may 'a good certificate: Trusted, delivered' 'of an unknown.*Untrusted, del' \
	'a server without TLS: no line of TLS, delivered'
says_log encrypt 'of another name: Trusted, delivered' \
	'a server without TLS: no TLS, mail waits'
says_log secure 'a good certificate: Verified, delivered' \
	'of another name: (Unt|T)rusted, mail waits' 'an expired one: Untrusted, mail waits'
says_log "fingerprint match=$(print 1)" 'of an unknown authority: Untrusted, mail waits' \
	'an expired one: Verified, delivered; if the key'
says_log dane-only 'an expired one: Untrusted, mail waits; Verified if TLSA'
says_log none 'a good certificate: no line of TLS, delivered'
says_log secrue 'status=deferred \(client TLS configuration problem\)'
prints 'no rule: the level of main.cf' 1 '^level +may, by smtp_tls_security_level' \
	tlspolicy explain nobody.example
setting smtp_tls_CAfile
says_log secure 'a good certificate: Untrusted, mail waits; main.cf trusts no'
prints 'as JSON' 0 '"level":"secure","level_from":"rule","log":\[\{"certificate":"good","word":"Untrusted","mail":"waits"' \
	tlspolicy explain --json example.com
postfix stop >/dev/null 2>&1 || :
the_end
