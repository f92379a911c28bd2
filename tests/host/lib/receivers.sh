# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# receivers.sh: the partners' mail servers: one Postfix instance, one smtpd
# per address 127.0.1.N, each with a certificate set of its own. All take
# clear text too (a downgrade must show); what they take is discarded.
# Must not know the partner list. Feeds: scenario.sh and the tests.

RX=/etc/postfix-rx

# KIND  ADDRESS:PORT  MX-HOST  CERTIFICATE
RECEIVERS='
good       127.0.1.1:25   gw1.group.example        proc:gw1.group.example
www        127.0.1.2:25   relay.example.com        proc:www.example.com
mismatch   127.0.1.3:25   mx.zulieferer.example    proc:mail.hoster.example
selfsigned 127.0.1.4:25   gw2.group.example        -:gw2.group.example
anonymous  127.0.1.5:25   gw3.group.example        none
plain      127.0.1.6:25   gw4.group.example        off
submission 127.0.1.7:587  relay.example.net        proc:relay.example.net
otherca    127.0.1.8:25   mx.otherca.example       foreign:mx.otherca.example
own        127.0.1.9:25   mx.example.de            proc:mx.example.de
named      127.0.1.10:25  mx.named.example         proc:named.example
presswerk  127.0.1.11:25  mx.presswerk.example     proc:mx.presswerk.example
giesserei  127.0.1.12:25  mx.giesserei.example     proc:mx.giesserei.example
'

receivers_each() { # FUNCTION: called with the four fields
	local kind listen host cert
	while read -r kind listen host cert; do
		[ -z "$kind" ] || "$1" "$kind" "$listen" "$host" "$cert"
	done <<<"$RECEIVERS"
}

receiver_tls() { # KIND CERTIFICATE: the -o options of one smtpd
	case $2 in
	off) echo '-o smtpd_tls_security_level=none' ;;
	none) echo '-o smtpd_tls_cert_file=none' '-o smtpd_tls_ask_ccert=no' \
		'-o smtpd_tls_protocols=!SSLv2,!SSLv3,!TLSv1.3' ;;
	*)
		pki_leaf "$1" "${2%%:*}" "${2#*:}"
		echo "-o smtpd_tls_chain_files=$PKI/$1.chain"
		;;
	esac
}

receiver_add() {
	local kind=$1 listen=$2 host=$3 cert=$4
	dns_host "$host" "${listen%:*}"
	# shellcheck disable=SC2046
	echo "$listen inet n - n - - smtpd -o syslog_name=rx/$kind" \
		"-o myhostname=$host" $(receiver_tls "$kind" "$cert") \
		>>"$RX/master.cf"
}

receiver_mx() { # KIND: the host name that MX records name
	awk -v kind="$1" '$1 == kind { print $3 }' <<<"$RECEIVERS"
}

# Called before dns_up, so that the host records are there.
receivers_make() {
	mkdir -p "$RX" /var/spool/postfix-rx
	install -d -m 700 -o "$(postconf -h mail_owner)" /var/lib/postfix-rx
	sed '/^smtp *inet/d' /etc/postfix/master.cf >"$RX/master.cf"
	cat >"$RX/main.cf" <<-END
		compatibility_level = 3.6
		queue_directory = /var/spool/postfix-rx
		data_directory = /var/lib/postfix-rx
		shlib_directory = $(postconf -h shlib_directory)
		meta_directory = $(postconf -h meta_directory)
		myhostname = gw.group.example
		mydestination =
		inet_interfaces = all
		inet_protocols = ipv4
		mynetworks = 127.0.0.0/8
		maillog_file = $RX_LOG
		alias_maps =
		local_recipient_maps =
		default_transport = discard:
		notify_classes =
		smtpd_relay_restrictions = permit_mynetworks, reject
		smtpd_recipient_restrictions = permit_mynetworks, reject
		smtpd_tls_security_level = may
		smtpd_tls_loglevel = 1
		smtpd_tls_CAfile = $BUNDLE
		smtpd_tls_ask_ccert = yes
		tls_ssl_options = 0x0
	END
	touch -d '1 minute ago' "$RX/main.cf"
	receivers_each receiver_add
}

receivers_up() {
	postfix -c "$RX" start 2>/dev/null
}
