# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# sender.sh: the supplier's own mail server, the default instance of the
# world, with smtp(8) chrooted as Debian does it, and the module installed
# into it with the project's own `make install`.
# Must not know rules or receivers. Feeds: every test.

# Further main.cf settings that a test wants.
SENDER_EXTRA=()

table_spec() { # the table as main.cf names it
	printf '%s%s:%s' "${TABLE_PROXY:-}" "$TABLE_TYPE" "$TABLE"
}

module_install() {
	[ "$TABLE_TYPE" = tlspolicy ] || return 0
	make -s -C "$TOP" install >/var/log/install.log 2>&1 || {
		cat /var/log/install.log >&2
		echo 'sender.sh: make install failed (run make first)' >&2
		return 1
	}
}

sender_config() {
	install -m 600 "$PKI/client.chain" /etc/postfix/ssl/client.pem
	postconf -MX smtp/inet
	postconf -e \
		'myhostname = mail.supplier.example' \
		'myorigin = supplier.example' \
		'mydestination =' \
		'inet_interfaces = 127.0.0.1' \
		'inet_protocols = ipv4' \
		'alias_maps =' \
		'local_recipient_maps =' \
		'notify_classes =' \
		"maillog_file = $MAIL_LOG" \
		'transport_maps = texthash:/etc/postfix/transport' \
		'smtp_host_lookup = dns' \
		'smtp_tls_security_level = may' \
		'smtp_tls_loglevel = 1' \
		"smtp_tls_CAfile = $BUNDLE" \
		'smtp_tls_chain_files = /etc/postfix/ssl/client.pem' \
		"smtp_tls_policy_maps = $(table_spec)"
	[ "${#SENDER_EXTRA[@]}" -eq 0 ] || postconf -e "${SENDER_EXTRA[@]}"
	touch -d '1 minute ago' /etc/postfix/main.cf
	[ -e /etc/postfix/transport ] || : >/etc/postfix/transport
}

# The jail's etc/resolv.conf and libraries, as the distribution fills it.
sender_jail() {
	local fill dir
	fill=$(postconf -h shlib_directory)/configure-instance.sh
	if [ -x "$fill" ]; then
		"$fill" - && return
	fi
	dir=$(postconf -h queue_directory)/etc
	mkdir -p "$dir"
	cp /etc/resolv.conf /etc/hosts /etc/services /etc/nsswitch.conf "$dir"
}

# Both instances at once: each takes two seconds to start.
hosts_up() {
	sender_config
	module_install
	receivers_up &
	postfix start 2>/dev/null
	sender_jail
	wait $!
}

hosts_down() {
	postfix -c "$RX" stop 2>/dev/null &
	postfix stop 2>/dev/null
	wait $!
}

# The running delivery processes, by name.
pids_of() {
	pgrep -x "${1:-smtp}" || :
}

# A world for a test that has its own few partners: stage DOMAIN=RECEIVER ...,
# the table on standard input. Whoever has no rule gets clear text, so that a
# rule that is lost cannot go unseen.
stage() {
	local pair
	table_put
	pki_make
	receivers_make
	for pair; do
		dns_mx "${pair%%=*}" "$(receiver_mx "${pair#*=}")"
	done
	dns_up
	SENDER_EXTRA=('smtp_tls_security_level = none' "${SENDER_EXTRA[@]}")
	hosts_up
}
