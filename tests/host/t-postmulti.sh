#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-postmulti: a second instance, made with postmulti(1), uses the module
# through the same registration, with a table of its own.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

SECOND=/etc/postfix-second

second_make() {
	local fill
	postmulti -e init
	postmulti -I postfix-second -e create
	TABLE=$SECOND/partners
	table_put <<<'p.example secure match=gw1.group.example'
	postconf -n | grep -E '^(smtp_tls_|transport_maps|inet_)' |
		grep -v '^smtp_tls_policy_maps' >>"$SECOND/main.cf"
	postconf -c "$SECOND" -e "smtp_tls_policy_maps = $(table_spec)" \
		'maillog_file = /var/log/second.log' \
		'master_service_disable = inet' 'mydestination =' \
		'myhostname = second.supplier.example' \
		'authorized_submit_users = static:anyone' 'alias_maps ='
	postmulti -i postfix-second -e enable
	postmulti -i postfix-second -p start
	fill=$(postconf -h shlib_directory)/configure-instance.sh
	[ ! -x "$fill" ] || "$fill" postfix-second
}

stage p.example=good <<<'p.example encrypt'
second_make >/var/log/make.log 2>&1 || cat /var/log/make.log
send a@p.example
verdict "$QID"
expect 'the first instance follows its own table' Trusted sent

MAIL_LOG=/var/log/second.log
export MAIL_CONFIG=$SECOND
within 10 test -e "$MAIL_LOG"
send b@p.example
verdict "$QID"
expect 'the second instance follows the other table' Verified sent
table_put <<<'p.example secure match=nobody.example'
send c@p.example
verdict "$QID"
expect 'it notices an edit by itself' 'Untrusted|Trusted|-' deferred
the_end
