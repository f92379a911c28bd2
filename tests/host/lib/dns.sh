# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# dns.sh: the only name server of the world, dnsmasq on 127.0.0.1.
# Knows records; which name goes where is told by its callers.
# What nobody declared does not exist (NXDOMAIN).

DNS_CONF=/run/dnsmasq.conf

dns_host() { # NAME ADDRESS
	printf 'host-record=%s,%s\n' "$1" "$2" >>"$DNS_CONF"
}

dns_mx() { # DOMAIN MX-HOST
	printf 'mx-host=%s,%s,10\n' "$1" "$2" >>"$DNS_CONF"
}

dns_up() {
	command -v dnsmasq >/dev/null || {
		echo 'dns.sh: dnsmasq is missing (package dnsmasq-base)' >&2
		exit 77
	}
	dns_host mail.supplier.example 127.0.0.1
	cat >>"$DNS_CONF" <<-END
		port=53
		listen-address=127.0.0.1
		bind-interfaces
		no-resolv
		no-hosts
		no-poll
		user=root
		pid-file=/run/dnsmasq.pid
		log-facility=/var/log/dns.log
		local=/#/
	END
	dnsmasq --conf-file="$DNS_CONF"
}
